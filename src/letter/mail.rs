//! 電子メールの文面: subject and plain text body, with the same slots as a letter.

use super::slot::Slot;
use super::tag::{self, Tag};
use super::values::Values;
use super::wording::{BadWording, Why, check_tags};

/// メールの文面.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailWording {
    subject: String,
    lines: Vec<String>,
}

/// メール, filled in.
#[derive(Clone, PartialEq, Eq)]
pub struct MailText {
    /// 件名
    pub subject: String,
    /// 本文, lines apart by LF.
    pub body: String,
}

impl MailWording {
    /// The built-in file.
    pub const BUILT_IN: (&str, &str) = ("mail.txt", include_str!("../../templates/letters/mail.txt"));

    /// Reads the file: 件名：…, then 本文： and everything below it as it stands.
    pub fn read(text: &str) -> Result<Self, BadWording> {
        let mut wording = Self { subject: String::new(), lines: Vec::new() };
        let mut in_body = false;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start_matches('\u{FEFF}');
            check_tags(line).map_err(|why| BadWording { line: index + 1, why })?;
            if in_body {
                wording.lines.push(line.to_owned());
            } else if let Some(subject) = after(line, "件名") {
                wording.subject = subject.to_owned();
            } else if after(line, "本文").is_some() {
                in_body = true;
            } else if !line.is_empty() && !line.starts_with('#') {
                return Err(BadWording { line: index + 1, why: Why::UnknownLook });
            }
        }
        if wording.subject.is_empty() || wording.lines.is_empty() {
            return Err(BadWording { line: text.lines().count(), why: Why::Incomplete });
        }
        Ok(wording)
    }

    /// Fills it in; the slot that has no value when one is missing. The subject is kept to one line.
    pub fn fill(&self, values: &Values) -> Result<MailText, Slot> {
        let mut subject = String::new();
        fill_line(&self.subject, values, &mut subject)?;
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut body = String::new();
        for line in &self.lines {
            if fill_line(line, values, &mut body)? {
                body.push('\n');
            }
        }
        Ok(MailText { subject, body })
    }
}

/// Appends a filled line; whether it stays.
fn fill_line(line: &str, values: &Values, out: &mut String) -> Result<bool, Slot> {
    let tags = tag::cut(line).unwrap_or_default();
    if tags.iter().any(|tag| matches!(tag, Tag::If(slot) if !values.shows(*slot))) {
        return Ok(false);
    }
    for tag in tags {
        match tag {
            Tag::Text(text) => out.push_str(text),
            Tag::Slot(slot) => out.push_str(values.get(slot).ok_or(slot)?),
            Tag::If(_) | Tag::Page | Tag::Pages => {}
        }
    }
    Ok(true)
}

fn after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix(word)?.strip_prefix([':', '：']).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_whose_slot_is_empty_vanishes() {
        let wording = MailWording::read("件名：{{文書番号}}\n本文：\nア\n{{?備考}}注 {{備考}}\nイ\n").expect("good");
        let mut values = Values::new();
        values.set(Slot::DocumentNumber, "第1号\nBcc: x");
        let mail = wording.fill(&values).expect("filled");
        assert_eq!((mail.subject.as_str(), mail.body.as_str()), ("第1号 Bcc: x", "ア\nイ\n"));
        values.set(Slot::Remarks, "有");
        assert_eq!(wording.fill(&values).expect("filled").body, "ア\n注 有\nイ\n");
    }

    #[test]
    fn a_missing_value_and_a_wrong_name_are_told() {
        let wording = MailWording::read(MailWording::BUILT_IN.1).expect("built in");
        assert_eq!(wording.fill(&Values::new()).err(), Some(Slot::Sender));
        assert_eq!(MailWording::read("件名：a\n本文：\n{{謎}}").expect_err("unknown").line, 3);
    }
}
