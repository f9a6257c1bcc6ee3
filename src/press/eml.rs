//! メールの下書き: an .eml that Outlook and Thunderbird open as a draft, and its reader.

use crate::base::{Arg, Fault, code};
use crate::letter::mail::MailText;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

/// 下書き: what goes into a draft. Nothing in it comes from a clock or a random source.
pub struct Draft<'a> {
    /// The requester's mailbox. The office's own is filled in by its mail program.
    pub to: &'a str,
    /// 件名 and 本文.
    pub text: &'a MailText,
    /// The attachment's name, ASCII.
    pub file: &'a str,
    /// Its bytes.
    pub attachment: &'a [u8],
    /// When it was made, in seconds since the epoch.
    pub date: i64,
    /// The left part of its Message-ID: the package number.
    pub id: &'a str,
}

/// 添付メール, read back.
#[derive(Debug, PartialEq, Eq)]
pub struct Mail {
    /// The mailbox in To.
    pub to: String,
    /// The attachment's name.
    pub file: String,
    /// Its bytes.
    pub attachment: Vec<u8>,
}

/// Writes a draft. A value that could end its header line, or change what is sent to whom, is refused.
pub fn draft(draft: &Draft<'_>) -> Result<Vec<u8>, Fault> {
    let one_line = |text: &str| !text.chars().any(char::is_control);
    let names_fit = is_mailbox(draft.to) && is_plain_name(draft.file) && is_plain_name(draft.id);
    let boundary = format!("=_fukan_{}", draft.id);
    if !names_fit || !one_line(&draft.text.subject) || draft.text.body.contains(&boundary) {
        return Err(Fault::new(code::MAIL_ADDRESS));
    }
    let kind = ContentType::new("multipart/mixed").attribute("boundary", boundary);
    let body = draft.text.body.replace('\n', "\r\n");
    let file_kind = if draft.file.ends_with(".zip") { "application/zip" } else { WORD_TYPE };
    let parts = vec![MimePart::new("text/plain", body), MimePart::new(file_kind, draft.attachment).attachment(draft.file)];
    MessageBuilder::new()
        .to(draft.to)
        .subject(draft.text.subject.as_str())
        .date(draft.date)
        .message_id(format!("{}@fukan.invalid", draft.id))
        .header("X-Unsent", Raw::new("1"))
        .body(MimePart::new(kind, parts))
        .write_to_vec()
        .map_err(|error| Fault::new(code::OURS).with("system", Arg::system(&error)))
}

const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// One mailbox, with nothing that mail software could take for a second one.
fn is_mailbox(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c);
    let halves = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    halves && text.matches('@').count() == 1 && text.len() <= 254 && text.chars().all(fits)
}

fn is_plain_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=100).contains(&text.len()) && text.chars().all(fits) && !text.starts_with('.') && !text.contains("..")
}

/// Reads a draft back: to whom it would go, and with what. A mail with two attachments or two recipients is none of ours.
pub fn read(eml: &[u8]) -> Result<Mail, Fault> {
    parse(eml).ok_or_else(|| Fault::new(code::DOCX).with("why", Arg::ours("メールの下書きとして読めません")))
}

fn parse(eml: &[u8]) -> Option<Mail> {
    let text = std::str::from_utf8(eml).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let headers = unfold(head);
    let addressed: Vec<&str> = ["To", "Cc", "Bcc"].iter().flat_map(|name| values(&headers, name)).collect();
    let [to] = addressed.as_slice() else { return None };
    let to = to.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
    let boundary = parameter(values(&headers, "Content-Type").next()?, "boundary")?;
    let mut found = Vec::new();
    for part in parts(body, &boundary) {
        let (head, content) = part.split_once("\r\n\r\n")?;
        let headers = unfold(head);
        if let Some(file) = values(&headers, "Content-Disposition").next().and_then(|v| parameter(v, "filename")) {
            let is_base64 = values(&headers, "Content-Transfer-Encoding").next()?.trim().eq_ignore_ascii_case("base64");
            found.push((file, is_base64.then(|| base64(content))??));
        }
    }
    let is_one = found.len() == 1;
    let (file, attachment) = found.pop().filter(|_| is_one)?;
    is_mailbox(&to).then_some(Mail { to, file, attachment })
}

/// What stands between the lines of the boundary, up to the last (RFC 2046, section 5.1.1).
fn parts<'b>(body: &'b str, boundary: &str) -> Vec<&'b str> {
    let (mut parts, mut open, mut at) = (Vec::new(), None, 0);
    for line in body.split_inclusive('\n') {
        let marker = line.strip_prefix("--").and_then(|rest| rest.strip_prefix(boundary)).map(str::trim_end);
        if let Some(end @ ("" | "--")) = marker {
            parts.extend(open.take().and_then(|from: usize| body.get(from..at)));
            if end == "--" {
                break;
            }
            open = Some(at + line.len());
        }
        at += line.len();
    }
    parts
}

fn unfold(head: &str) -> Vec<(String, String)> {
    let joined = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    joined.split("\r\n").filter_map(|line| line.split_once(':')).map(|(n, v)| (n.to_owned(), v.trim().to_owned())).collect()
}

fn values<'h>(headers: &'h [(String, String)], name: &str) -> impl Iterator<Item = &'h str> {
    headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (n, v) = part.trim().split_once('=')?;
        n.eq_ignore_ascii_case(name).then(|| v.trim_matches('"').to_owned())
    })
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    // Each line is whole: four characters for three bytes.
    text.lines().try_for_each(|line| STANDARD.decode_vec(line.trim_ascii(), &mut bytes)).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> MailText {
        MailText {
            subject: "【見本健康保険組合】照会への回答（健発第8-13号）".to_owned(),
            body: "佐藤 花子 様\n\n回答の文書をお送りします。\n".to_owned(),
        }
    }

    fn sample<'a>(to: &'a str, file: &'a str, text: &'a MailText, attachment: &'a [u8]) -> Draft<'a> {
        Draft { to, text, file, attachment, date: 1_795_000_000, id: "R08-0012" }
    }

    #[test]
    fn a_draft_is_read_back_and_is_the_same_each_time() {
        let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
        let text = text();
        let eml = draft(&sample("kansen@example.lg.jp", "R08-0012.zip", &text, &bytes)).expect("written");
        assert_eq!(eml, draft(&sample("kansen@example.lg.jp", "R08-0012.zip", &text, &bytes)).expect("written"));
        let mail = read(&eml).expect("read");
        assert_eq!((mail.to.as_str(), mail.file.as_str()), ("kansen@example.lg.jp", "R08-0012.zip"));
        assert_eq!(mail.attachment, bytes);
        let whole = String::from_utf8(eml).expect("ASCII");
        assert!(whole.is_ascii() && whole.contains("X-Unsent: 1\r\n") && !whole.contains("\r\nFrom:"));
    }

    #[test]
    fn nothing_can_be_slipped_into_a_header() {
        let good = text();
        for to in
            ["a@b.jp\r\nBcc: x@y.jp", "a@b.jp, x@y.jp", "a@b.jp;x@y.jp", "<a@b.jp>", "a b@c.jp", "a@b@c.jp", "あ@b.jp", "a@b", ""]
        {
            assert!(draft(&sample(to, "a.zip", &good, b"x")).is_err(), "{to}");
        }
        for file in ["a\r\nb.zip", "答.zip", "../a.zip", "a\".zip", ""] {
            assert!(draft(&sample("a@b.jp", file, &good, b"x")).is_err(), "{file}");
        }
        let bad = MailText { subject: "a\r\nBcc: x@y.jp".to_owned(), body: String::new() };
        assert!(draft(&sample("a@b.jp", "a.zip", &bad, b"x")).is_err());
    }

    #[test]
    fn a_body_can_not_end_its_part() {
        let body = "--=_fukan_R08-0012\nContent-Disposition: attachment; filename=x.zip\n\nAAAA\n".to_owned();
        let text = MailText { subject: "s".to_owned(), body };
        assert!(draft(&sample("a@b.jp", "a.zip", &text, b"real")).is_err());
    }

    #[test]
    fn a_second_recipient_is_seen() {
        let good = text();
        let eml = String::from_utf8(draft(&sample("a@b.jp", "a.zip", &good, b"x")).expect("written")).expect("ASCII");
        assert!(read(format!("Bcc: x@y.jp\r\n{eml}").as_bytes()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in "(?s).{0,200}") {
            drop(read(text.as_bytes()));
        }
    }
}
