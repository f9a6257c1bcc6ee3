//! 洗い: takes out of a form who made it, where and in how many sittings, and what would make Word ask or change the text.

use super::edit::{Edits, apply, position};
use super::ends;
use super::examine::Examined;
use super::gather::gather;
use super::margins;
use super::parts::{Form, MAIN_PART};
use super::pictures;
use super::theme;
use crate::file::opc::{BadPackage, Package, attribute};
use crate::letter::LetterKind;
use crate::press::xml::Element;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;

/// Left out with all that is in them.
const DROPPED: [&[u8]; 45] = [
    // Marks that print nothing, whose ids or names would be there twice in a print file or a repeated row.
    b"w:bookmarkStart",
    b"w:bookmarkEnd",
    b"w:proofErr",
    b"w:lastRenderedPageBreak",
    b"w:permStart",
    b"w:permEnd",
    b"w:commentRangeStart",
    b"w:commentRangeEnd",
    b"w:id",
    // Content controls whose text Word would take from elsewhere, or show as not filled in.
    b"w:dataBinding",
    b"w15:dataBinding",
    b"w:placeholder",
    b"w:showingPlcHdr",
    // Their names, which nobody sees.
    b"w:alias",
    b"w:tag",
    // Parts that are not kept.
    b"w:footnotePr",
    b"w:endnotePr",
    b"w:printerSettings",
    b"w:attachedTemplate",
    b"w:attachedSchema",
    b"w:saveThroughXslt",
    b"w:mailMerge",
    b"w:embedRegular",
    b"w:embedBold",
    b"w:embedItalic",
    b"w:embedBoldItalic",
    b"w:embedTrueTypeFonts",
    b"w:embedSystemFonts",
    b"w:saveSubsetFonts",
    // Who sat over it, and what the addressee's Word would do with it.
    b"w:rsid",
    b"w:rsids",
    b"w14:docId",
    b"w15:docId",
    b"w15:chartTrackingRefBased",
    b"w:docVars",
    b"w:proofState",
    b"w:trackRevisions",
    b"w:revisionView",
    b"w:updateFields",
    b"w:linkStyles",
    b"w:documentType",
    b"w:removePersonalInformation",
    b"w:removeDateAndTime",
    b"w:savePreviewPicture",
    b"w:docEvents",
];

/// Makes an examined form ready.
pub(super) fn scrub(
    package: &Package,
    examined: &Examined,
    kind: LetterKind,
    practice: Option<&str>,
) -> Result<Vec<u8>, BadPackage> {
    let mut form = Form::read(package, &examined.main, &examined.shown())?;
    pictures::clean(&mut form);
    theme::clean(&mut form)?;
    let (styles, drawings) = (styles(&form)?, Cell::new(0));
    let is_margin = |name: &str| examined.margins.iter().any(|r| r.target == name);
    for part in form.parts.iter_mut().filter(|part| part.is_words()) {
        let text = std::str::from_utf8(&part.bytes).map_err(|_| BadPackage::Xml)?;
        let mut clean = clean(text.trim_start_matches('\u{FEFF}'), &styles, &drawings)?;
        if part.name == MAIN_PART || is_margin(&part.name) {
            clean = ends::close(&gather(&clean)?)?;
        }
        part.bytes = clean.into_bytes();
    }
    margins::complete(&mut form, examined, practice)?;
    Ok(form.lay(kind))
}

/// The styles that there are.
fn styles(form: &Form) -> Result<HashSet<String>, BadPackage> {
    let Some(part) = form.parts.iter().find(|part| part.kind.ends_with("wordprocessingml.styles+xml")) else {
        return Ok(HashSet::new());
    };
    let root = Element::read(std::str::from_utf8(&part.bytes).map_err(|_| BadPackage::Xml)?)?;
    Ok(root.elements().filter_map(|style| style.attribute("w:styleId")).map(str::to_owned).collect())
}

struct Cleaner<'a> {
    styles: &'a HashSet<String>,
    /// How many drawings there were so far.
    drawings: &'a Cell<u32>,
    edits: Edits,
    /// The open elements, and whether their own tags are left out: a content control round rows would stand between rows that belong
    /// together.
    open: Vec<(Vec<u8>, bool)>,
    in_text: bool,
}

fn clean(xml: &str, styles: &HashSet<String>, drawings: &Cell<u32>) -> Result<String, BadPackage> {
    let mut reader = Reader::from_str(xml);
    let mut cleaner = Cleaner { styles, drawings, edits: Vec::new(), open: Vec::new(), in_text: false };
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|_| BadPackage::Xml)?;
        let mut to = position(&reader)?;
        match event {
            Event::Start(start) if cleaner.drops(&start) => {
                reader.read_to_end(start.name()).map_err(|_| BadPackage::Xml)?;
                to = position(&reader)?;
                cleaner.drop(from..to);
            }
            Event::Empty(start) if cleaner.drops(&start) => cleaner.drop(from..to),
            Event::Start(start) => cleaner.start(&start, from..to),
            Event::Empty(start) => cleaner.edits.extend(attributes(&start, "/>", drawings).map(|tag| (from..to, tag))),
            Event::End(_) => {
                cleaner.in_text = false;
                if cleaner.open.pop().is_some_and(|(_, unwrapped)| unwrapped) {
                    cleaner.drop(from..to);
                }
            }
            // A remark of whoever wrote it: a tag in one would be filled in.
            Event::Comment(_) | Event::PI(_) => cleaner.drop(from..to),
            // Line breaks and blanks of a program that writes for people.
            Event::Text(text) if !cleaner.in_text && text.trim_ascii().is_empty() => cleaner.drop(from..to),
            Event::Eof => return Ok(apply(xml, cleaner.edits)),
            _ => {}
        }
        from = to;
    }
}

impl Cleaner<'_> {
    fn drops(&self, start: &BytesStart<'_>) -> bool {
        match start.name().as_ref() {
            // Word takes the default style for one that is not there; others call it a fault.
            b"w:pStyle" | b"w:rStyle" | b"w:tblStyle" => attribute(start, "w:val").is_some_and(|id| !self.styles.contains(&id)),
            b"w:sdtPr" | b"w:sdtEndPr" if self.open.last().is_some_and(|(_, unwrapped)| *unwrapped) => true,
            name => DROPPED.contains(&name),
        }
    }

    fn drop(&mut self, place: Range<usize>) {
        self.edits.push((place, String::new()));
    }

    fn start(&mut self, start: &BytesStart<'_>, place: Range<usize>) {
        let name = start.name().as_ref().to_vec();
        let unwraps = match (name.as_slice(), self.open.last()) {
            (b"w:sdt", Some((parent, unwrapped))) => parent == b"w:tbl" || (*unwrapped && parent == b"w:sdtContent"),
            (b"w:sdtContent", Some((_, unwrapped))) => *unwrapped,
            _ => false,
        };
        self.in_text = matches!(name.as_slice(), b"w:t" | b"w:instrText");
        match unwraps {
            true => self.drop(place),
            false => self.edits.extend(attributes(start, ">", self.drawings).map(|tag| (place, tag))),
        }
        self.open.push((name, unwraps));
    }
}

/// The tag again, when an attribute of it has to go or to change.
fn attributes(start: &BytesStart<'_>, end: &str, drawings: &Cell<u32>) -> Option<String> {
    let name = start.name();
    let mended: Vec<_> = start.attributes().flatten().map(|a| (Change::of(name.as_ref(), a.key.as_ref(), &a.value), a)).collect();
    if mended.iter().all(|(change, _)| *change == Change::Stays) {
        return None;
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut tag = format!("<{}", text(name.as_ref()));
    for (change, attribute) in mended {
        let value = match change {
            Change::Stays => text(&attribute.value),
            Change::Says(value) => value,
            Change::Counts => {
                drawings.set(drawings.get() + 1);
                drawings.get().to_string()
            }
            Change::Goes => continue,
        };
        // The value is escaped as it was but for the quotes, of which it may hold the other kind.
        tag.push_str(&format!(" {}=\"{}\"", text(attribute.key.as_ref()), value.replace('"', "&quot;")));
    }
    tag.push_str(end);
    Some(tag)
}

/// What becomes of an attribute.
#[derive(PartialEq, Eq)]
enum Change {
    Stays,
    Goes,
    Says(String),
    /// A drawing's number, unique in the whole file.
    Counts,
}

impl Change {
    fn of(element: &[u8], name: &[u8], value: &[u8]) -> Self {
        match (element, name) {
            // rsids: one for each sitting; paragraph ids, which must not be there twice.
            (_, b"w14:paraId" | b"w14:textId") => Self::Goes,
            (_, name) if name.starts_with(b"w:rsid") => Self::Goes,
            (b"wp:docPr", b"id") => Self::Counts,
            (_, b"name" | b"descr" | b"title" | b"alt" | b"o:title") => last_of_path(value).map_or(Self::Stays, Self::Says),
            // LibreOffice's way of writing, which the schema has no word for.
            (b"w:cantSplit" | b"w:tblHeader", b"w:val") => match value {
                b"true" | b"1" => Self::Goes,
                b"false" | b"0" => Self::Says("off".to_owned()),
                _ => Self::Stays,
            },
            (b"v:rect", b"path") => Self::Goes,
            (element, b"ID") if element.starts_with(b"v:") => Self::Goes,
            _ => Self::Stays,
        }
    }
}

/// The last part of a path that Word kept as a picture's name or text.
fn last_of_path(value: &[u8]) -> Option<String> {
    let value = std::str::from_utf8(value).ok().filter(|value| value.contains(['\\', '/']))?;
    value.rsplit(['\\', '/']).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sittings_paths_and_marks_go_and_the_rest_stays_as_it_is() {
        let xml = "<w:p w:rsidR=\"1\" w14:paraId=\"2\" x='a\"b'><w:bookmarkStart w:id=\"0\"/><w:r><w:t>a <!-- c --><?d e?>&amp; b</w:t></w:r>\
                   <wp:docPr id=\"9\" descr=\"C:\\Users\\a\\logo.png\"/><w:sdtPr><w:dataBinding><w:x/></w:dataBinding><w:tag/><w:text/></w:sdtPr></w:p>";
        let clean = clean(xml, &HashSet::new(), &Cell::new(0)).expect("good");
        assert_eq!(
            clean,
            "<w:p x=\"a&quot;b\"><w:r><w:t>a &amp; b</w:t></w:r><wp:docPr id=\"1\" descr=\"logo.png\"/><w:sdtPr><w:text/></w:sdtPr></w:p>"
        );
    }
}
