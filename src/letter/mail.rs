//! 電子メールの文面: subject and plain text body, with the same slots as a letter.

use super::slot::Slot;
use super::tag::{self, Tag};
use super::values::Values;
use super::wording::{BadWording, Why, check_tags};

/// メールの文面.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailWording {
    subject: Line,
    lines: Vec<Line>,
}

/// 一行, cut at its tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Line(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Slot(Slot),
    If(Slot),
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

    /// Reads the file, or says what is wrong with it first.
    pub fn read(text: &str) -> Result<Self, BadWording> {
        let (wording, bad) = Self::read_all(text);
        bad.into_iter().next().map_or(Ok(wording), Err)
    }

    /// Reads the file: 件名：…, then 本文： and everything below it as it stands; with everything that is wrong with it.
    pub fn read_all(text: &str) -> (Self, Vec<BadWording>) {
        let mut wording = Self { subject: Line::default(), lines: Vec::new() };
        let (mut in_body, mut bad) = (false, Vec::new());
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start_matches('\u{FEFF}');
            bad.extend(check_tags(line).err().map(|why| BadWording { line: index + 1, why }));
            if in_body {
                wording.lines.push(Line::cut(line));
            } else if let Some(subject) = after(line, "件名") {
                wording.subject = Line::cut(subject);
                let vanishes = wording.subject.is_conditional().then_some(Why::SubjectVanishes);
                bad.extend(vanishes.map(|why| BadWording { line: index + 1, why }));
            } else if after(line, "本文").is_some() {
                in_body = true;
            } else if !line.is_empty() && !line.starts_with('#') {
                bad.push(BadWording { line: index + 1, why: Why::BeforeBody });
            }
        }
        let lacks = [(wording.subject.0.is_empty(), Why::NoSubject), (wording.lines.is_empty(), Why::NoBody)];
        let lacks = lacks.into_iter().filter(|(lacks, _)| *lacks);
        bad.extend(lacks.map(|(_, why)| BadWording { line: text.lines().count(), why }));
        (wording, bad)
    }

    /// Fills it in; the slot that has no value when one is missing. The subject is kept to one line.
    pub fn fill(&self, values: &Values) -> Result<MailText, Slot> {
        let mut subject = String::new();
        self.subject.fill(values, &mut subject)?;
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut body = String::new();
        for line in &self.lines {
            if line.fill(values, &mut body)? {
                body.push('\n');
            }
        }
        Ok(MailText { subject, body })
    }
}

impl Line {
    /// A mail has no pages to number.
    fn cut(line: &str) -> Self {
        let piece = |tag: Tag<'_>| match tag {
            Tag::Text(text) => Some(Piece::Text(text.to_owned())),
            Tag::Slot(slot) => Some(Piece::Slot(slot)),
            Tag::If(slot) => Some(Piece::If(slot)),
            Tag::Page | Tag::Pages => None,
        };
        Self(tag::cut(line).unwrap_or_default().into_iter().filter_map(piece).collect())
    }

    fn is_conditional(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::If(_)))
    }

    /// Appends the line, filled in; whether it stays.
    fn fill(&self, values: &Values, out: &mut String) -> Result<bool, Slot> {
        if self.0.iter().any(|piece| matches!(piece, Piece::If(slot) if !values.shows(*slot))) {
            return Ok(false);
        }
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(slot) => out.push_str(values.get(*slot).ok_or(*slot)?),
                Piece::If(_) => {}
            }
        }
        Ok(true)
    }
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
        assert_eq!(MailWording::read("本文：\nあ").expect_err("no subject").why, Why::NoSubject);
        assert_eq!(MailWording::read("件名：a").expect_err("no body").why, Why::NoBody);
        assert_eq!(MailWording::read("件名：a{{?備考}}\n本文：\nあ").expect_err("may be empty").why, Why::SubjectVanishes);
        assert_eq!(MailWording::read_all("あ\n件名：a\n本文：\n{{謎}}\n{{謎\n").1.len(), 3);
    }
}
