//! 道筋: the way through one part of a Word file, and what is met on it, in T or not.

use crate::file::opc::BadPackage;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// 綴じ目: how the bookmark is called that ends each letter of a merged file.
pub const END_MARK: &str = "fukan_end_";

const MAIN_NAMESPACES: [&str; 2] =
    ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"];

/// A header or footer that a section names.
#[derive(Clone)]
pub struct Reference {
    /// Headers come first in T.
    pub is_footer: bool,
    /// default, first or even.
    pub pages: String,
    /// The relationship's id.
    pub id: String,
}

/// What is met on the way through a part.
pub enum Piece<'a> {
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
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Tab | Self::CellEnd => out.push('\t'),
            Self::Break | Self::ParagraphEnd => out.push('\n'),
            Self::ParagraphStart | Self::RowStart | Self::RowEnd | Self::SectionEnd(..) => {}
        }
    }
}

/// The way through one part, event by event. The sink gets every piece, and whether T has it: what T leaves out (field codes and
/// results, fallbacks, rubies, deleted text) is looked at for other reasons.
pub struct Walk<F> {
    sink: F,
    /// Open fields: what stands between begin and end is code or result.
    fields: usize,
    /// Open elements within one that T leaves out, with it.
    left_out: usize,
    /// Open `w:pPr`: a `w:tab` in it is a tab stop.
    properties: usize,
    in_text: bool,
    seen_root: bool,
    pending: Option<Vec<Reference>>,
    ends_letter: bool,
}

/// Goes through a part.
pub fn walk<'x>(xml: &'x str, sink: impl FnMut(Piece<'x>, bool)) -> Result<(), BadPackage> {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk::new(sink);
    loop {
        match reader.read_event().map_err(|_| BadPackage::Xml)? {
            Event::Eof => return walk.end(),
            event => walk.see(event)?,
        }
    }
}

/// What T leaves out whole.
fn is_left_out(name: &[u8]) -> bool {
    matches!(name, b"mc:Fallback" | b"w:fldSimple" | b"w:rt" | b"w:instrText" | b"w:delText" | b"w:delInstrText" | b"w:moveFrom")
}

/// The character that `&lt;` or `&#x20BB7;` stands for.
pub fn character(name: &[u8]) -> Result<String, BadPackage> {
    let name = std::str::from_utf8(name).map_err(|_| BadPackage::Xml)?;
    let unescaped = quick_xml::escape::unescape(&format!("&{name};")).map_err(|_| BadPackage::Xml)?.into_owned();
    Ok(unescaped)
}

impl<'x, F: FnMut(Piece<'x>, bool)> Walk<F> {
    pub fn new(sink: F) -> Self {
        Self { sink, fields: 0, left_out: 0, properties: 0, in_text: false, seen_root: false, pending: None, ends_letter: false }
    }

    /// The next event.
    pub fn see(&mut self, event: Event<'x>) -> Result<(), BadPackage> {
        match event {
            Event::Start(start) => {
                self.left_out += usize::from(self.left_out > 0 || is_left_out(start.name().as_ref()));
                self.open(&start)
            }
            Event::Empty(start) => {
                self.open(&start)?;
                self.close(start.name().as_ref());
                Ok(())
            }
            Event::End(end) => {
                self.close(end.name().as_ref());
                self.left_out = self.left_out.saturating_sub(1);
                Ok(())
            }
            Event::Text(text) if self.in_text => self.text(text.into_inner()),
            Event::CData(text) if self.in_text => self.text(text.into_inner()),
            Event::GeneralRef(name) if self.in_text => self.text(Cow::Owned(character(&name)?.into_bytes())),
            Event::DocType(_) => Err(BadPackage::Xml),
            _ => Ok(()),
        }
    }

    /// The part is over.
    pub fn end(self) -> Result<(), BadPackage> {
        if self.seen_root { Ok(()) } else { Err(BadPackage::Xml) }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), BadPackage> {
        if !self.seen_root {
            check_root(start)?;
            self.seen_root = true;
        }
        match start.name().as_ref() {
            b"w:p" => self.put(Piece::ParagraphStart),
            b"w:tr" => self.put(Piece::RowStart),
            b"w:pPr" => self.properties += 1,
            b"w:t" | b"w:instrText" | b"w:delText" => self.in_text = true,
            b"w:tab" | b"w:ptab" => self.print(Piece::Tab),
            b"w:br" | b"w:cr" => self.print(Piece::Break),
            b"w:fldChar" if self.left_out == 0 => match attribute(start, b"w:fldCharType")?.as_deref() {
                Some("begin") => self.fields += 1,
                Some("end") => self.fields = self.fields.saturating_sub(1),
                _ => {}
            },
            b"w:sectPr" if self.left_out == 0 => self.pending = Some(Vec::new()),
            name @ (b"w:headerReference" | b"w:footerReference") if self.left_out == 0 => {
                let id = attribute(start, b"r:id")?.ok_or(BadPackage::Xml)?;
                let pages = attribute(start, b"w:type")?.unwrap_or_default();
                let reference = Reference { is_footer: name == b"w:footerReference", pages, id };
                self.pending.get_or_insert_default().push(reference);
            }
            b"w:bookmarkStart" if self.left_out == 0 => {
                self.ends_letter |= attribute(start, b"w:name")?.is_some_and(|name| name.starts_with(END_MARK))
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"w:p" => {
                self.put(Piece::ParagraphEnd);
                self.end_section();
            }
            b"w:tr" => self.put(Piece::RowEnd),
            b"w:tc" => self.put(Piece::CellEnd),
            b"w:pPr" => self.properties = self.properties.saturating_sub(1),
            b"w:t" | b"w:instrText" | b"w:delText" => self.in_text = false,
            // The last section's properties stand in the body itself.
            b"w:sectPr" if self.properties == 0 => self.end_section(),
            _ => {}
        }
    }

    fn end_section(&mut self) {
        if self.properties == 0
            && self.left_out == 0
            && let Some(references) = self.pending.take()
        {
            (self.sink)(Piece::SectionEnd(references, std::mem::take(&mut self.ends_letter)), true);
        }
    }

    fn text(&mut self, bytes: Cow<'x, [u8]>) -> Result<(), BadPackage> {
        let text = match bytes {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| BadPackage::Xml)?,
            Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| BadPackage::Xml)?,
        };
        self.print(Piece::Text(text));
        Ok(())
    }

    /// The order of things, fields or not.
    fn put(&mut self, piece: Piece<'x>) {
        (self.sink)(piece, self.left_out == 0);
    }

    /// What is printed, unless a field stands for it.
    fn print(&mut self, piece: Piece<'x>) {
        if self.properties == 0 {
            (self.sink)(piece, self.left_out == 0 && self.fields == 0);
        }
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

    fn text_of(inner: &str, everything: bool) -> String {
        let xml = format!("<w:document xmlns:w=\"{}\"><w:body>{inner}</w:body></w:document>", MAIN_NAMESPACES[0]);
        let mut out = String::new();
        walk(&xml, |piece, is_printed| {
            if is_printed || everything {
                piece.write(&mut out);
            }
        })
        .expect("good");
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
            assert_eq!(text_of(xml, false), expected);
        }
        assert_eq!(text_of(cases[4].0, true), "9\n");
    }

    #[test]
    fn another_prefix_a_doctype_and_no_root_are_refused() {
        for xml in
            ["<x:document xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/>", "<!DOCTYPE a><w:p/>", ""]
        {
            assert!(walk(xml, |_, _| {}).is_err());
        }
    }
}
