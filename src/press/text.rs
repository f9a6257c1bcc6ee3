//! 本文 T: the text of a Word file, read back from its bytes (DESIGN section 6).
//!
//! Body, then headers and footers of each section. `w:t` verbatim, tab = TAB, break = LF, end of paragraph LF, end of cell
//! TAB; field codes and results dropped, `mc:Choice` taken and `mc:Fallback` skipped, the base of a ruby only. Nothing here
//! knows how our own documents are made.

use super::docx_fault;
use crate::base::Fault;
use crate::file::opc::{BadPackage, Package};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// What stands for a document's own 照合番号 while T is taken.
pub use crate::base::text::CODE_MASK;

/// 綴じ目: how the bookmark is called that ends each letter of a merged file.
pub(super) const END_MARK: &str = "fukan_end_";

const MAIN_NAMESPACES: [&str; 2] =
    ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"];

/// T of a document.
pub fn read(docx: &[u8]) -> Result<String, Fault> {
    of(&Package::open(docx).map_err(docx_fault)?)
}

/// T of a document that is open already.
pub fn of(package: &Package) -> Result<String, Fault> {
    let sections = read_sections(package).map_err(docx_fault)?;
    let mut text = String::new();
    sections.iter().for_each(|section| text.push_str(&section.body));
    sections.iter().for_each(|section| text.push_str(&section.margins));
    Ok(text)
}

/// T of each letter of a merged file; of a file that is none, the whole T.
pub fn sections(docx: &[u8]) -> Result<Vec<String>, Fault> {
    sections_of(&Package::open(docx).map_err(docx_fault)?)
}

/// The same of a document that is open already.
pub fn sections_of(package: &Package) -> Result<Vec<String>, Fault> {
    let sections = read_sections(package).map_err(docx_fault)?;
    let merged = sections.iter().any(|section| section.ends_letter);
    let mut letters = Vec::new();
    let (mut body, mut margins) = (String::new(), String::new());
    for section in sections {
        body.push_str(&section.body);
        margins.push_str(&section.margins);
        if section.ends_letter {
            letters.push(std::mem::take(&mut body) + &std::mem::take(&mut margins));
        }
    }
    if !merged || !body.is_empty() {
        letters.push(body + &margins);
    }
    Ok(letters)
}

/// T with the document's own code covered, as the MAC takes it.
pub fn mask_code(text: &str, code: &str) -> String {
    if code.is_empty() { text.to_owned() } else { text.replace(code, CODE_MASK) }
}

struct Section {
    body: String,
    margins: String,
    /// Whether a letter of a merged file ends with it.
    ends_letter: bool,
}

fn read_sections(package: &Package) -> Result<Vec<Section>, BadPackage> {
    let main = package.main_document()?;
    let mut sections = Vec::new();
    let mut body = String::new();
    let mut references = Vec::new();
    walk(package.xml(&main)?, Depth::Printed, |event| match event {
        Piece::SectionEnd(found, ends_letter) => {
            sections.push(Section { body: std::mem::take(&mut body), margins: String::new(), ends_letter });
            references.push(found);
        }
        event => event.write(&mut body),
    })?;
    if !body.is_empty() || sections.is_empty() {
        sections.push(Section { body, margins: String::new(), ends_letter: false });
    }
    let related = package.relationships(&main)?;
    for (section, mut found) in sections.iter_mut().zip(references) {
        found.sort_by_key(|reference| reference.is_footer);
        for reference in found {
            let part = related.iter().find(|r| r.id == reference.id && !r.external).ok_or(BadPackage::MissingPart)?;
            walk(package.xml(&part.target)?, Depth::Printed, |event| event.write(&mut section.margins))?;
        }
    }
    Ok(sections)
}

/// How much is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// T.
    Printed,
    /// Also what T leaves out: field codes and results, fallbacks, rubies, deleted text.
    Everything,
}

/// A header or footer that a section names.
pub(super) struct Reference {
    /// Headers come first in T.
    pub is_footer: bool,
    /// The relationship's id.
    pub id: String,
}

/// What is met on the way through a part.
pub(super) enum Piece<'a> {
    ParagraphStart,
    ParagraphEnd,
    RowStart,
    RowEnd,
    CellEnd,
    Text(Cow<'a, str>),
    Tab,
    Break,
    /// What it shows, and whether a letter of a merged file ends with it.
    SectionEnd(Vec<Reference>, bool),
}

impl Piece<'_> {
    /// Appends what it is in T.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Tab | Self::CellEnd => out.push('\t'),
            Self::Break | Self::ParagraphEnd => out.push('\n'),
            Self::ParagraphStart | Self::RowStart | Self::RowEnd | Self::SectionEnd(..) => {}
        }
    }
}

struct Walk<F> {
    depth: Depth,
    sink: F,
    /// Open fields: what stands between begin and end is code or result.
    fields: usize,
    /// Open `w:pPr`: a `w:tab` in it is a tab stop.
    properties: usize,
    in_text: bool,
    seen_root: bool,
    pending: Option<Vec<Reference>>,
    ends_letter: bool,
}

/// Goes through a part.
pub(super) fn walk<'x>(xml: &'x str, depth: Depth, sink: impl FnMut(Piece<'x>)) -> Result<(), BadPackage> {
    let mut reader = Reader::from_str(xml);
    let mut walk =
        Walk { depth, sink, fields: 0, properties: 0, in_text: false, seen_root: false, pending: None, ends_letter: false };
    loop {
        match reader.read_event().map_err(|_| BadPackage::Xml)? {
            Event::Start(start) => {
                if depth == Depth::Printed && is_left_out(start.name().as_ref()) {
                    reader.read_to_end(start.name()).map_err(|_| BadPackage::Xml)?;
                } else {
                    walk.start(&start)?;
                }
            }
            Event::Empty(start) => {
                walk.start(&start)?;
                walk.end(start.name().as_ref());
            }
            Event::End(end) => walk.end(end.name().as_ref()),
            Event::Text(text) if walk.in_text => walk.text(text.into_inner())?,
            Event::CData(text) if walk.in_text => walk.text(text.into_inner())?,
            Event::GeneralRef(name) if walk.in_text => walk.text(Cow::Owned(character(&name)?.into_bytes()))?,
            Event::DocType(_) => return Err(BadPackage::Xml),
            Event::Eof => break,
            _ => {}
        }
    }
    if walk.seen_root { Ok(()) } else { Err(BadPackage::Xml) }
}

/// What T leaves out whole.
fn is_left_out(name: &[u8]) -> bool {
    matches!(name, b"mc:Fallback" | b"w:fldSimple" | b"w:rt" | b"w:instrText" | b"w:delText" | b"w:delInstrText" | b"w:moveFrom")
}

/// The character that `&lt;` or `&#x20BB7;` stands for.
fn character(name: &[u8]) -> Result<String, BadPackage> {
    let name = std::str::from_utf8(name).map_err(|_| BadPackage::Xml)?;
    let unescaped = quick_xml::escape::unescape(&format!("&{name};")).map_err(|_| BadPackage::Xml)?.into_owned();
    Ok(unescaped)
}

impl<'x, F: FnMut(Piece<'x>)> Walk<F> {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), BadPackage> {
        if !self.seen_root {
            check_root(start)?;
            self.seen_root = true;
        }
        match start.name().as_ref() {
            b"w:p" => (self.sink)(Piece::ParagraphStart),
            b"w:tr" => (self.sink)(Piece::RowStart),
            b"w:pPr" => self.properties += 1,
            b"w:t" => self.in_text = true,
            b"w:instrText" | b"w:delText" => self.in_text = self.depth == Depth::Everything,
            b"w:tab" | b"w:ptab" if self.is_printed() => (self.sink)(Piece::Tab),
            b"w:br" | b"w:cr" if self.is_printed() => (self.sink)(Piece::Break),
            b"w:fldChar" => match attribute(start, b"w:fldCharType")?.as_deref() {
                Some("begin") => self.fields += 1,
                Some("end") => self.fields = self.fields.saturating_sub(1),
                _ => {}
            },
            b"w:sectPr" => self.pending = Some(Vec::new()),
            name @ (b"w:headerReference" | b"w:footerReference") => {
                let id = attribute(start, b"r:id")?.ok_or(BadPackage::Xml)?;
                let reference = Reference { is_footer: name == b"w:footerReference", id };
                let pending = self.pending.get_or_insert_default();
                // Odd and even pages may show the same one.
                if pending.iter().all(|known| known.id != reference.id) {
                    pending.push(reference);
                }
            }
            b"w:bookmarkStart" => self.ends_letter |= attribute(start, b"w:name")?.is_some_and(|name| name.starts_with(END_MARK)),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"w:p" => {
                (self.sink)(Piece::ParagraphEnd);
                self.end_section();
            }
            b"w:tr" => (self.sink)(Piece::RowEnd),
            b"w:tc" => (self.sink)(Piece::CellEnd),
            b"w:pPr" => self.properties = self.properties.saturating_sub(1),
            b"w:t" | b"w:instrText" | b"w:delText" => self.in_text = false,
            // The last section's properties stand in the body itself.
            b"w:sectPr" if self.properties == 0 => self.end_section(),
            _ => {}
        }
    }

    fn end_section(&mut self) {
        if self.properties == 0
            && let Some(references) = self.pending.take()
        {
            (self.sink)(Piece::SectionEnd(references, std::mem::take(&mut self.ends_letter)));
        }
    }

    fn text(&mut self, bytes: Cow<'x, [u8]>) -> Result<(), BadPackage> {
        if self.is_printed() {
            let text = match bytes {
                Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| BadPackage::Xml)?,
                Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| BadPackage::Xml)?,
            };
            (self.sink)(Piece::Text(text));
        }
        Ok(())
    }

    fn is_printed(&self) -> bool {
        self.properties == 0 && (self.fields == 0 || self.depth == Depth::Everything)
    }
}

/// A part that calls the main namespace by another prefix would read as empty: it is refused instead.
fn check_root(start: &BytesStart<'_>) -> Result<(), BadPackage> {
    let named = start.name().as_ref().starts_with(b"w:");
    let bound = attribute(start, b"xmlns:w")?.is_some_and(|name| MAIN_NAMESPACES.contains(&name.as_str()));
    if named && bound { Ok(()) } else { Err(BadPackage::Xml) }
}

fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Result<Option<String>, BadPackage> {
    let name = std::str::from_utf8(name).map_err(|_| BadPackage::Xml)?;
    let found = start.try_get_attribute(name).map_err(|_| BadPackage::Xml)?;
    found.map(|a| String::from_utf8(a.value.into_owned()).map_err(|_| BadPackage::Xml)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(inner: &str, depth: Depth) -> String {
        let xml = format!("<w:document xmlns:w=\"{}\"><w:body>{inner}</w:body></w:document>", MAIN_NAMESPACES[0]);
        let mut out = String::new();
        walk(&xml, depth, |piece| piece.write(&mut out)).expect("good");
        out
    }

    #[test]
    fn text_is_taken_as_the_contract_says() {
        let cases = [
            ("<w:p><w:r><w:t>a &lt; &#x20BB7; </w:t><w:tab/><w:br/><w:t>b</w:t></w:r></w:p>", "a < 𠮷 \t\nb\n"),
            ("<w:p><w:pPr><w:tabs><w:tab w:val=\"right\"/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>", "a\n"),
            ("<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", "\n\tb\n\t"),
            (
                "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>PAGE</w:instrText><w:fldChar \
                 w:fldCharType=\"separate\"/><w:t>9</w:t><w:fldChar w:fldCharType=\"end\"/><w:t>/</w:t></w:r></w:p>",
                "/\n",
            ),
            ("<w:p><w:fldSimple w:instr=\"PAGE\"><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p>", "\n"),
            (
                "<w:p><w:r><w:ruby><w:rt><w:r><w:t>やま</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>山</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
                "山\n",
            ),
            (
                "<w:p><mc:AlternateContent><mc:Choice><w:t>a</w:t></mc:Choice><mc:Fallback><w:t>b</w:t></mc:Fallback></mc:AlternateContent></w:p>",
                "a\n",
            ),
        ];
        for (xml, expected) in cases {
            assert_eq!(text_of(xml, Depth::Printed), expected);
        }
        assert_eq!(text_of(cases[4].0, Depth::Everything), "9\n");
    }

    #[test]
    fn another_prefix_a_doctype_and_no_root_are_refused() {
        for xml in
            ["<x:document xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/>", "<!DOCTYPE a><w:p/>", ""]
        {
            assert!(walk(xml, Depth::Printed, |_| {}).is_err());
        }
    }

    #[test]
    fn the_own_code_is_covered_everywhere() {
        assert_eq!(mask_code("照合番号 AB12-CD34\nAB12-CD34\t", "AB12-CD34"), "照合番号 □□□□-□□□□\n□□□□-□□□□\t");
    }
}
