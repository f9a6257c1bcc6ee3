//! 書き直し: the way through a part, event by event with the place of each, and what takes the place of what.

use crate::file::opc::BadPackage;
use crate::press::text::character;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// What takes the place of what; they do not overlap.
pub(super) type Edits = Vec<(Range<usize>, String)>;

/// What somebody who goes through a part is told; of an empty element, that it starts and that it ends.
pub(super) trait Visitor {
    fn start(&mut self, start: &BytesStart<'_>, place: Range<usize>);
    fn text(&mut self, text: &str);
    fn end(&mut self, name: &[u8], place: Range<usize>);
}

/// Goes through a part.
pub(super) fn walk(xml: &str, visitor: &mut impl Visitor) -> Result<(), BadPackage> {
    let mut reader = Reader::from_str(xml);
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|_| BadPackage::Xml)?;
        let to = position(&reader)?;
        match event {
            Event::Start(start) => visitor.start(&start, from..to),
            Event::Empty(start) => {
                visitor.start(&start, from..to);
                visitor.end(start.name().as_ref(), from..to);
            }
            Event::End(end) => visitor.end(end.name().as_ref(), from..to),
            Event::Text(text) => visitor.text(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => visitor.text(&character(&name)?),
            // Nobody's program writes it there; our reader of T and our cutter would have to agree on it.
            Event::CData(_) => return Err(BadPackage::Xml),
            Event::Eof => return Ok(()),
            _ => {}
        }
        from = to;
    }
}

/// How far a reader has come.
pub(super) fn position(reader: &Reader<&[u8]>) -> Result<usize, BadPackage> {
    usize::try_from(reader.buffer_position()).map_err(|_| BadPackage::Xml)
}

/// A text with its places replaced.
pub(super) fn apply(xml: &str, mut edits: Edits) -> String {
    edits.sort_by_key(|(place, _)| (place.start, place.end));
    let mut out = String::with_capacity(xml.len());
    let mut from = 0;
    for (place, instead) in edits {
        out.push_str(xml.get(from..place.start).unwrap_or_default());
        out.push_str(&instead);
        from = place.end;
    }
    out.push_str(xml.get(from..).unwrap_or_default());
    out
}
