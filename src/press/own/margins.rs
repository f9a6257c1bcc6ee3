//! 欄外: a section refers to the headers and footers that are shown and to no others. The first section of a form says something for each
//! kind of page, if only nothing: in a print file a section without a header of its own would show that of the letter before it. In a
//! practice office every header says so.

use super::edit::{self, Edits, Visitor, apply, position};
use super::examine::Examined;
use super::parts::{Form, Kept};
use super::story::{Section, referred};
use crate::file::opc::{BadPackage, Relationship};
use crate::press::parts::{MAIN, RELATION_NAMESPACE, WORD_TYPE};
use crate::press::xml::{DECLARATION, escape};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// A paragraph of as good as no height: what stands beside it stays where it is.
pub(super) const LINE: &str =
    "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>";

/// Takes out what is not shown, and adds what is missing.
pub(super) fn complete(form: &mut Form, examined: &Examined, practice: Option<&str>) -> Result<(), BadPackage> {
    let first = examined.sections.first();
    let mut references = String::new();
    for pages in examined.pages() {
        for (is_footer, kind) in [(false, "header"), (true, "footer")] {
            if first.is_some_and(|section| section.refers(is_footer, pages)) {
                continue;
            }
            let id = add_blank(form, kind, pages)?;
            references
                .push_str(&format!("<w:{kind}Reference xmlns:r=\"{RELATION_NAMESPACE}\" w:type=\"{pages}\" r:id=\"{id}\"/>"));
        }
    }
    let main = form.main()?;
    let mut text = leave_shown(std::str::from_utf8(&main.bytes).map_err(|_| BadPackage::Xml)?, &examined.sections)?;
    if !references.is_empty() {
        text = into_first_section(&text, &references)?;
    }
    main.bytes = text.into_bytes();
    if let Some(mark) = practice {
        let header = format!("{WORD_TYPE}.header+xml");
        for part in form.parts.iter_mut().filter(|part| part.kind == header) {
            let text = std::str::from_utf8(&part.bytes).map_err(|_| BadPackage::Xml)?;
            part.bytes = at_the_beginning(text, &practice_paragraph(mark))?.into_bytes();
        }
    }
    Ok(())
}

/// The document without its references to headers and footers that no page shows.
fn leave_shown(xml: &str, sections: &[Section]) -> Result<String, BadPackage> {
    let mut references = References { sections: sections.iter(), section: None, unseen: None, edits: Edits::new() };
    edit::walk(xml, &mut references)?;
    Ok(apply(xml, references.edits))
}

struct References<'a> {
    /// Those that are still to come.
    sections: std::slice::Iter<'a, Section>,
    section: Option<&'a Section>,
    /// Where a reference begins that goes.
    unseen: Option<usize>,
    edits: Edits,
}

impl Visitor for References<'_> {
    fn start(&mut self, start: &BytesStart<'_>, place: Range<usize>) {
        match start.name().as_ref() {
            b"w:sectPr" => self.section = self.sections.next(),
            b"w:headerReference" | b"w:footerReference" => {
                let (is_footer, pages) = referred(start);
                let shown = self.section.is_none_or(|section| section.refers(is_footer, &pages));
                self.unseen = (!shown).then_some(place.start);
            }
            _ => {}
        }
    }

    fn text(&mut self, _: &str) {}

    fn end(&mut self, _: &[u8], place: Range<usize>) {
        self.edits.extend(self.unseen.take().map(|from| (from..place.end, String::new())));
    }
}

/// A header or footer that says nothing, and the id by which the document knows it.
fn add_blank(form: &mut Form, kind: &str, pages: &str) -> Result<String, BadPackage> {
    let free = |name: &str| form.parts.iter().all(|part| !part.name.eq_ignore_ascii_case(name));
    let names = (1u32..).map(|n| format!("word/{kind}_blank{n}.xml"));
    let name = names.into_iter().find(|name| free(name)).unwrap_or_default();
    let root = if kind == "header" { "hdr" } else { "ftr" };
    let bytes = format!("{DECLARATION}<w:{root} xmlns:w=\"{MAIN}\">{LINE}</w:{root}>").into_bytes();
    let id = format!("rIdBlank_{kind}_{pages}");
    let relation = Relationship { id: id.clone(), kind: kind.to_owned(), target: name.clone(), external: false };
    form.main()?.related.push(relation);
    form.parts.push(Kept { name, bytes, kind: format!("{WORD_TYPE}.{kind}+xml"), is_picture: false, related: Vec::new() });
    Ok(id)
}

fn practice_paragraph(mark: &str) -> String {
    let look = "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>";
    let size = "<w:sz w:val=\"18\"/>";
    let mark = escape(mark);
    format!("<w:p><w:pPr>{look}</w:pPr><w:r><w:rPr>{size}</w:rPr><w:t xml:space=\"preserve\">{mark}</w:t></w:r></w:p>")
}

/// References come before everything else of a section.
fn into_first_section(xml: &str, references: &str) -> Result<String, BadPackage> {
    place_after(xml, "w:sectPr", references)
}

fn at_the_beginning(xml: &str, paragraph: &str) -> Result<String, BadPackage> {
    place_after(xml, "w:hdr", paragraph)
}

/// Puts markup right behind the first opening tag of that name.
fn place_after(xml: &str, name: &str, markup: &str) -> Result<String, BadPackage> {
    let mut reader = Reader::from_str(xml);
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|_| BadPackage::Xml)?;
        let to = position(&reader)?;
        match event {
            Event::Start(start) if start.name().as_ref() == name.as_bytes() => {
                return Ok(apply(xml, vec![(to..to, markup.to_owned())]));
            }
            Event::Empty(start) if start.name().as_ref() == name.as_bytes() => {
                let tag = xml.get(from..to).and_then(|tag| tag.strip_suffix("/>")).ok_or(BadPackage::Xml)?;
                return Ok(apply(xml, vec![(from..to, format!("{tag}>{markup}</{name}>"))]));
            }
            Event::Eof => return Err(BadPackage::Xml),
            _ => {}
        }
        from = to;
    }
}
