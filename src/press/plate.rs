//! 版: a form, compiled once; documents are stamped from it.
//!
//! Parts that never change are deflated beforehand and copied. The document and its headers and footers are cut at their
//! slots. Stamping is: escape, concatenate, deflate.

use super::addressee::Field;
use super::hold::{self, Holds};
use super::text::{self, Piece};
use super::tree::{self, Op, Token};
use super::{docx_fault, pad};
use crate::base::{Arg, Fault, code};
use crate::file::opc::{BadPackage, Package};
use crate::file::zip::{Archive, Part};
use crate::letter::{Slot, Values, ruby};
use quick_xml::Reader;
use quick_xml::events::Event;
use sha2::{Digest, Sha256};

/// The part that takes the padding: laid last, Stored.
pub(super) const PADDED_PART: &str = "docProps/app.xml";

/// 版.
pub struct Plate {
    /// Everything that does not change, laid already.
    start: Archive,
    /// What is printed anew for each document.
    parts: Vec<Printed>,
    /// Which of them T reads, in its order: the document, then headers and footers of each section.
    order: Vec<usize>,
    /// `docProps/app.xml`.
    last: Part,
    /// The form's fixed words, as SHA-256.
    words: [u8; 32],
    /// The place for the addressee, of a form with a window.
    window: Option<Field>,
}

struct Printed {
    name: String,
    markup: Vec<Op>,
    text: Vec<Op>,
    /// The form's own size, as room to begin with.
    size: usize,
}

impl Plate {
    /// Compiles a form: the bytes of a Word file with tags.
    pub fn compile(form: &[u8]) -> Result<Self, Fault> {
        let package = Package::open(form).map_err(docx_fault)?;
        let main = package.main_document().map_err(docx_fault)?;
        let printed = printed_parts(&package, &main).map_err(docx_fault)?;
        let mut start = Archive::new();
        let mut last = Part::stored(PADDED_PART, Vec::new());
        for entry in package.parts() {
            if entry.name == PADDED_PART {
                last = Part::stored(PADDED_PART, entry.bytes.clone());
            } else if !printed.contains(&entry.name) {
                start.add(&Part::deflated(&entry.name, &entry.bytes));
            }
        }
        let order = order_of_text(&package, &printed).map_err(docx_fault)?;
        let parts = printed.into_iter().map(|name| Printed::compile(&package, name)).collect::<Result<_, _>>()?;
        let window = Field::of(&package, &main).map_err(docx_fault)?;
        let mut plate = Self { start, parts, order, last, words: [0; 32], window };
        let mut words = String::new();
        plate.order.iter().filter_map(|index| plate.parts.get(*index)).for_each(|part| tree::tell(&part.text, &mut words));
        plate.words = Sha256::digest(words.as_bytes()).into();
        Ok(plate)
    }

    /// Stamps a document: a whole `.docx`. The same values give the same bytes.
    pub fn stamp(&self, values: &Values) -> Result<Vec<u8>, Fault> {
        let mut archive = self.start.copy_with_room(self.parts.iter().map(|p| p.size).sum::<usize>() + self.last.weight());
        let mut markup = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            markup.clear();
            markup.reserve(part.size * 2);
            tree::print(&part.markup, values, None, escape, &mut markup)?;
            // The document is the first of them.
            if let Some(window) = self.window.filter(|_| index == 0) {
                markup = window.fitted(markup).map_err(docx_fault)?;
            }
            archive.add_deflated(&part.name, markup.as_bytes());
        }
        archive.add(&self.last);
        Ok(archive.finish())
    }

    /// T of the document that these values make, from the form's fixed words alone: what the gate compares with.
    pub fn expected_text(&self, values: &Values) -> Result<String, Fault> {
        let mut out = String::new();
        for part in self.order.iter().filter_map(|index| self.parts.get(*index)) {
            tree::print(&part.text, values, None, plain, &mut out)?;
        }
        Ok(out)
    }

    pub(super) fn window(&self) -> Option<Field> {
        self.window
    }

    /// 文言: what changes when the form's fixed words or the order of its slots do, and not when its look does.
    pub fn words(&self) -> &[u8] {
        &self.words
    }

    /// Every slot that the form prints somewhere.
    pub fn slots(&self) -> Vec<Slot> {
        let mut found = Vec::new();
        self.parts.iter().for_each(|part| tree::slots(&part.markup, &mut found));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The weight of a document of this form with nothing in its slots.
    pub fn empty_weight(&self) -> Result<usize, Fault> {
        let mut values = Values::new();
        Slot::ALL.iter().filter(|slot| slot.list().is_none()).for_each(|slot| {
            values.set(*slot, "");
        });
        Ok(pad::weight(&self.stamp(&values)?))
    }
}

impl Printed {
    fn compile(package: &Package, name: String) -> Result<Self, Fault> {
        let xml = package.xml(&name).map_err(docx_fault)?;
        let markup = tree::build(markup_tokens(xml).map_err(docx_fault)?.into_iter())?;
        let mut pieces = Vec::new();
        text::walk(xml, |piece, is_printed| pieces.extend(is_printed.then_some(piece))).map_err(docx_fault)?;
        let pieces = joined(pieces);
        let text = tree::build(pieces.iter().flat_map(text_tokens).flatten())?;
        Ok(Self { name, markup, text, size: xml.len() })
    }
}

/// The document, and every header and footer that it points to, whether a section shows it or not.
fn printed_parts(package: &Package, main: &str) -> Result<Vec<String>, BadPackage> {
    let related = package.relationships(main)?;
    let of = |kind: &str| related.iter().filter(|r| r.kind == kind && !r.external).map(|r| r.target.clone()).collect::<Vec<_>>();
    let mut parts = vec![main.to_owned()];
    for part in of("header").into_iter().chain(of("footer")) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Ok(parts)
}

/// The parts as T reads them: each section shows its headers, then its footers.
fn order_of_text(package: &Package, parts: &[String]) -> Result<Vec<usize>, BadPackage> {
    let main = parts.first().ok_or(BadPackage::MissingPart)?;
    let related = package.relationships(main)?;
    let mut sections = Vec::new();
    text::walk(package.xml(main)?, |piece, _| {
        if let Piece::SectionEnd(references, _) = piece {
            sections.push(references);
        }
    })?;
    let mut order = vec![0];
    for references in sections {
        for reference in text::in_order(references) {
            let target = related.iter().find(|r| r.id == reference.id).map(|r| &r.target).ok_or(BadPackage::MissingPart)?;
            order.push(parts.iter().position(|part| part == target).ok_or(BadPackage::MissingPart)?);
        }
    }
    Ok(order)
}

/// A part's markup, in the pieces that the tree is built from.
pub(super) fn markup_tokens(xml: &str) -> Result<Vec<Token<'_>>, BadPackage> {
    let mut reader = Reader::from_str(xml);
    let (mut tokens, mut holds) = (Vec::new(), Holds::new());
    // From where the text of a run has not been handed on yet.
    let mut text_from = None;
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|_| BadPackage::Xml)?;
        let to = usize::try_from(reader.buffer_position()).map_err(|_| BadPackage::Xml)?;
        let raw = xml.get(from..to).ok_or(BadPackage::Xml)?;
        if hold::is_nothing(&event) {
            from = to;
            continue;
        }
        tokens.extend(holds.before(&event));
        match event {
            Event::Eof => return Ok(tokens),
            Event::DocType(_) => return Err(BadPackage::Xml),
            Event::Start(start) => {
                match start.name().as_ref() {
                    b"w:p" => tokens.push(Token::ParagraphStart),
                    b"w:tr" => tokens.push(Token::RowStart),
                    b"w:t" => text_from = Some(to),
                    _ => {}
                }
                tokens.push(Token::Raw(raw));
            }
            Event::End(end) => {
                if let (b"w:t", Some(start)) = (end.name().as_ref(), text_from.take()) {
                    tokens.push(Token::Text(xml.get(start..from).ok_or(BadPackage::Xml)?));
                }
                tokens.push(Token::Raw(raw));
                match end.name().as_ref() {
                    b"w:p" => tokens.push(Token::ParagraphEnd),
                    b"w:tr" => tokens.push(Token::RowEnd),
                    _ => {}
                }
            }
            _ if text_from.is_some() => {}
            _ => tokens.push(Token::Raw(raw)),
        }
        from = to;
    }
}

/// Text that stands together becomes one piece: entities come apart when a part is read.
fn joined(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut out: Vec<Piece<'_>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (piece, out.last_mut()) {
            (Piece::Text(text), Some(Piece::Text(before))) => before.to_mut().push_str(&text),
            (piece, _) => out.push(piece),
        }
    }
    out
}

/// At most two tokens a piece: the LF of a paragraph's end belongs to the paragraph, and vanishes with it.
fn text_tokens<'a>(piece: &'a Piece<'_>) -> [Option<Token<'a>>; 2] {
    match piece {
        Piece::ParagraphStart => [Some(Token::ParagraphStart), None],
        Piece::ParagraphEnd => [Some(Token::Raw("\n")), Some(Token::ParagraphEnd)],
        Piece::RowStart => [Some(Token::RowStart), None],
        Piece::RowEnd => [Some(Token::RowEnd), None],
        Piece::Text(text) => [Some(Token::Text(text)), None],
        Piece::Tab | Piece::CellEnd => [Some(Token::Raw("\t")), None],
        Piece::Break => [Some(Token::Raw("\n")), None],
        Piece::SectionEnd(..) => [None, None],
    }
}

/// A value into a run's text, with the readings over its words. ISO/IEC 29500-1, 17.3.3.25. A ruby has a run of its own, as Word writes it.
fn escape(value: &str, out: &mut String) -> Result<(), Fault> {
    const PROPERTIES: &str = "<w:rubyPr><w:rubyAlign w:val=\"distributeSpace\"/><w:hps w:val=\"10\"/><w:hpsRaise w:val=\"18\"/>\
                              <w:hpsBaseText w:val=\"20\"/><w:lid w:val=\"ja-JP\"/></w:rubyPr>";
    let mut rest = value;
    while let Some((before, reading, base, after)) = ruby::next(rest) {
        escape_text(before, out)?;
        out.push_str("</w:t></w:r><w:r><w:ruby>");
        out.push_str(PROPERTIES);
        out.push_str("<w:rt><w:r><w:rPr><w:sz w:val=\"10\"/></w:rPr><w:t>");
        escape_text(reading, out)?;
        out.push_str("</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>");
        escape_text(base, out)?;
        out.push_str("</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t xml:space=\"preserve\">");
        rest = after;
    }
    escape_text(rest, out)
}

/// A line break becomes a Word break; what XML cannot hold is refused, though `SafeText` already has.
fn escape_text(value: &str, out: &mut String) -> Result<(), Fault> {
    let mut from = 0;
    for (at, byte) in value.bytes().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'\n' => "</w:t><w:br/><w:t xml:space=\"preserve\">",
            0..=0x1F => return Err(unprintable(value, at)),
            // U+FFF9 to U+FFFB, a reading's marks out of place, are EF BF B9 to EF BF BB.
            0xEF if matches!(value.as_bytes().get(at + 1..at + 3), Some([0xBF, 0xB9..=0xBB])) => {
                return Err(unprintable(value, at));
            }
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            0xEF if matches!(value.as_bytes().get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])) => {
                return Err(unprintable(value, at));
            }
            _ => continue,
        };
        out.push_str(value.get(from..at).unwrap_or_default());
        out.push_str(instead);
        from = at + 1;
    }
    out.push_str(value.get(from..).unwrap_or_default());
    Ok(())
}

/// The same as T has it: a reading is no part of it.
fn plain(value: &str, out: &mut String) -> Result<(), Fault> {
    let mut rest = value;
    while let Some((before, _, base, after)) = ruby::next(rest) {
        out.push_str(before);
        out.push_str(base);
        rest = after;
    }
    out.push_str(rest);
    Ok(())
}

fn unprintable(value: &str, at: usize) -> Fault {
    let found = value.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{FFFD}');
    Fault::new(code::BAD_CHARACTER).with("character", Arg::code_point(found))
}
