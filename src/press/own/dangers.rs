//! 危ないもの: what an element of a form brings along that a letter must not hold.

use crate::base::{Code, code};
use crate::file::opc::attribute;
use crate::press::inspect::points_out;
use quick_xml::events::BytesStart;
use std::collections::HashSet;

/// What hides, or shows characters that neither the search for My Numbers nor T sees.
pub(super) fn unusable(start: &BytesStart<'_>) -> Option<&'static str> {
    match start.name().as_ref() {
        b"m:oMath" | b"m:oMathPara" => Some("数式"),
        b"v:textpath" => Some("ワードアート"),
        b"w:hidden" => Some("隠した行"),
        b"w:sym" if !is_picture(&attribute(start, "w:char").unwrap_or_default()) => Some("記号として入れた文字"),
        b"mc:Choice" => {
            let known = |word: &str| KNOWN.contains(&word);
            let all = attribute(start, "Requires").is_some_and(|asked| asked.split_whitespace().all(known));
            (!all).then_some("知らない拡張機能")
        }
        _ => None,
    }
}

/// Extensions whose text both Word and others show; their names are bound as usual ([`names`](crate::press)).
const KNOWN: [&str; 6] = ["wps", "wpg", "wpc", "wp14", "w14", "w15"];

/// Elements of which Word may show nothing: those that are not its own.
pub(super) fn is_strange(name: &[u8]) -> bool {
    const USUAL: [&[u8]; 13] = [b"w", b"wp", b"mc", b"a", b"pic", b"v", b"o", b"w10", b"wps", b"wpg", b"wpc", b"wp14", b"w14"];
    let prefix = name.split(|byte| *byte == b':').next().unwrap_or_default();
    prefix.len() == name.len() || !USUAL.contains(&prefix)
}

/// A character of a symbol font, and no digit of it.
fn is_picture(code: &str) -> bool {
    u32::from_str_radix(code, 16).is_ok_and(|code| (0xF000..=0xF0FF).contains(&code) && !(0xF030..=0xF039).contains(&code))
}

/// Up to two: what the element is, and what it points to. `outside` are the ids of relationships that leave the package.
pub(super) fn of(start: &BytesStart<'_>, outside: &HashSet<String>) -> [Option<Code>; 2] {
    let is = match start.name().as_ref() {
        b"w:ins" | b"w:del" | b"w:moveFrom" | b"w:moveTo" | b"w:cellIns" | b"w:cellDel" | b"w:cellMerge" => {
            Some(code::FORM_TRACKED)
        }
        name if name.starts_with(b"w:") && name.ends_with(b"Change") => Some(code::FORM_TRACKED),
        b"w:commentReference" => Some(code::FORM_COMMENT),
        b"w:footnoteReference" | b"w:endnoteReference" => Some(code::FORM_NOTE),
        b"w:object" | b"o:OLEObject" | b"w:control" | b"w:altChunk" | b"w:subDoc" | b"w:htmlDiv" | b"c:chart" | b"dgm:relIds" => {
            Some(code::FORM_OBJECT)
        }
        _ => None,
    };
    let points_outside = !outside.is_empty()
        && start.attributes().flatten().any(|attribute| {
            let is_relation = attribute.key.as_ref().starts_with(b"r:") || attribute.key.as_ref().starts_with(b"o:");
            is_relation && std::str::from_utf8(&attribute.value).is_ok_and(|id| outside.contains(id))
        });
    [is, (points_outside || points_out(start)).then_some(code::FORM_LINK)]
}
