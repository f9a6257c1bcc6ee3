//! JSONの文字: from bytes to the tree of a record. No word of serde_json's is passed on.

use crate::base::{Code, code};
use crate::intake::node::Node;

/// The text behind a byte order mark, if there is one; other encodings are named, not guessed.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, (Code, u64)> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(code) = encoding_mark(bytes) {
        return Err((code, 0));
    }
    std::str::from_utf8(bytes).map_err(|error| (code::ENCODING, error.valid_up_to() as u64))
}

pub(super) fn encoding_mark(bytes: &[u8]) -> Option<Code> {
    (bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF")).then_some(code::ENCODING)
}

/// The tree of one record.
pub(super) fn record(bytes: &[u8]) -> Result<Node, Code> {
    let text = utf8(bytes).map_err(|(code, _)| code)?;
    serde_json::from_str(text)
        .or_else(|error| without_lone_surrogates(text).map_or(Err(error), |mended| serde_json::from_str(&mended)))
        .map_err(|error| form_code(&error))
}

/// A lone surrogate is no character and would make the whole record unreadable. As U+FFFD it is refused at its own place.
/// `None` when there is none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find('\\') {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = match (escaped_unit(rest), rest.get(6..).and_then(escaped_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                found = true;
                mended.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            // A backslash and what it escapes.
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    mended.push_str(rest);
    found.then_some(mended)
}

/// The UTF-16 unit of an escape such as \ud83d at the beginning of a text.
fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// serde_json's own words are not passed on: they would quote the input.
pub(in crate::intake) fn form_code(error: &serde_json::Error) -> Code {
    if error.to_string().starts_with("recursion limit") { code::JSON_DEPTH } else { code::JSON_FORM }
}
