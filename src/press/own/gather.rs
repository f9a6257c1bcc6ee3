//! 札をまとめる: Word cuts a tag over several runs (always, in Japanese). Each tag comes to stand whole in the run where it begins, and
//! takes that run's look; nothing else of its paragraph changes. `{{頁}}` and `{{総頁}}` become the fields they mean.

use super::edit::{self, Edits, Visitor};
use crate::file::opc::{BadPackage, attribute};
use crate::letter::tag::{self, Tag};
use crate::press::xml::escape;
use quick_xml::events::BytesStart;
use std::ops::Range;

/// A part again, with whole tags.
pub(super) fn gather(xml: &str) -> Result<String, BadPackage> {
    let mut lines = Lines::default();
    edit::walk(xml, &mut lines)?;
    Ok(edit::apply(xml, lines.edits))
}

/// A `w:t` or `w:instrText`, from its first bracket to its last.
struct Piece {
    place: Range<usize>,
    text: String,
}

#[derive(Default)]
struct Lines {
    edits: Edits,
    /// The pieces of each open paragraph since something stood between two of them.
    open: Vec<Vec<Piece>>,
    piece: Option<Piece>,
    is_instruction: bool,
    instruction: Vec<Piece>,
}

impl Visitor for Lines {
    fn start(&mut self, start: &BytesStart<'_>, place: Range<usize>) {
        match start.name().as_ref() {
            b"w:p" => self.open.push(Vec::new()),
            b"w:t" | b"w:instrText" => {
                self.is_instruction = start.name().as_ref() == b"w:instrText";
                self.piece = Some(Piece { place, text: String::new() });
            }
            b"w:tab" | b"w:ptab" | b"w:br" | b"w:cr" => self.close_line(),
            b"w:fldChar" => {
                self.close_line();
                self.close_instruction();
            }
            b"w:fldSimple" => {
                self.close_line();
                let counts = attribute(start, "w:instr").is_some_and(|instruction| counts_pages(&instruction));
                if counts {
                    self.edits.push((place, "<w:fldSimple w:instr=\"NUMPAGES\">".to_owned()));
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.piece.iter_mut().for_each(|piece| piece.text.push_str(text));
    }

    fn end(&mut self, name: &[u8], place: Range<usize>) {
        match name {
            b"w:t" | b"w:instrText" => {
                let Some(mut piece) = self.piece.take() else { return };
                piece.place.end = place.end;
                match self.is_instruction {
                    true => self.instruction.push(piece),
                    false => self.open.last_mut().into_iter().for_each(|line| line.push(std::mem::take(&mut piece))),
                }
            }
            b"w:fldSimple" => self.close_line(),
            b"w:p" => {
                self.close_line();
                self.open.pop();
            }
            _ => {}
        }
    }
}

impl Lines {
    /// The number of all pages is told in one way, which a print file turns into that of each letter.
    fn close_instruction(&mut self) {
        let pieces = std::mem::take(&mut self.instruction);
        let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        if counts_pages(&whole) {
            for (index, piece) in pieces.into_iter().enumerate() {
                let text = if index == 0 { "NUMPAGES" } else { "" };
                self.edits.push((piece.place, format!("<w:instrText>{text}</w:instrText>")));
            }
        }
    }

    fn close_line(&mut self) {
        let pieces = self.open.last_mut().map(std::mem::take).unwrap_or_default();
        let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let tags: Vec<_> = tag::find(&whole).into_iter().filter_map(|(at, tag)| Some((at, tag.ok()?))).collect();
        if tags.is_empty() {
            return;
        }
        let mut from = 0;
        for piece in pieces {
            let to = from + piece.text.len();
            let text = rewritten(&whole, from..to, &tags);
            let has_pages = tags.iter().any(|(at, tag)| matches!(tag, Tag::Page | Tag::Pages) && (from..to).contains(&at.start));
            if text != piece.text || has_pages {
                self.edits.push((piece.place, runs(&text)));
            }
            from = to;
        }
    }
}

impl Default for Piece {
    fn default() -> Self {
        Self { place: 0..0, text: String::new() }
    }
}

/// What stays in this stretch of a line: its text outside tags, and the tags that begin in it.
fn rewritten(whole: &str, own: Range<usize>, tags: &[(Range<usize>, Tag<'_>)]) -> String {
    let mut out = String::new();
    let mut at = own.start;
    for (tag, _) in tags.iter().filter(|(tag, _)| tag.start < own.end && tag.end > own.start) {
        out.push_str(whole.get(at..tag.start.max(at)).unwrap_or_default());
        if own.contains(&tag.start) {
            out.push_str(whole.get(tag.clone()).unwrap_or_default());
        }
        at = tag.end.min(own.end).max(at);
    }
    out.push_str(whole.get(at..own.end).unwrap_or_default());
    out
}

/// A text as the content of a run.
fn runs(text: &str) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (at, tag) in tag::find(text) {
        let field = match tag {
            Ok(Tag::Page) => "PAGE",
            Ok(Tag::Pages) => "NUMPAGES",
            _ => continue,
        };
        put(text.get(from..at.start), &mut out);
        out.push_str("<w:fldChar w:fldCharType=\"begin\"/>");
        out.push_str(&format!("<w:instrText>{field}</w:instrText>"));
        out.push_str("<w:fldChar w:fldCharType=\"separate\"/><w:t>1</w:t><w:fldChar w:fldCharType=\"end\"/>");
        from = at.end;
    }
    put(text.get(from..), &mut out);
    if out.is_empty() { "<w:t/>".to_owned() } else { out }
}

fn put(text: Option<&str>, out: &mut String) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        out.push_str(&format!("<w:t xml:space=\"preserve\">{}</w:t>", escape(text)));
    }
}

fn counts_pages(instruction: &str) -> bool {
    let word = instruction.split_whitespace().next().unwrap_or_default();
    word.eq_ignore_ascii_case("NUMPAGES") || word.eq_ignore_ascii_case("SECTIONPAGES")
}
