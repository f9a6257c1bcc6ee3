//! 終わりの段落: Word wants a paragraph at the end of a page's text, a header, a text box. Where a form may end in none (its last ones vanish
//! or repeat, or it ends in a table), a line of next to no height is put there.

use super::gather::apply;
use super::margins::LINE;
use crate::file::opc::BadPackage;
use crate::letter::tag::{self, Tag};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;

/// A part with whole tags, again.
pub(super) fn close(xml: &str) -> Result<String, BadPackage> {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk::default();
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|_| BadPackage::Xml)?;
        let to = usize::try_from(reader.buffer_position()).map_err(|_| BadPackage::Xml)?;
        match event {
            Event::Start(start) => walk.start(start.name().as_ref(), from),
            Event::Empty(start) => {
                walk.start(start.name().as_ref(), from);
                walk.end(start.name().as_ref(), from);
            }
            Event::End(end) => walk.end(end.name().as_ref(), from),
            Event::Text(text) => walk.text(&String::from_utf8_lossy(&text)),
            Event::Eof => return Ok(apply(xml, walk.edits)),
            _ => {}
        }
        from = to;
    }
}

/// What holds blocks, while it is open.
#[derive(Default)]
struct Holder {
    /// Whether the last block that always stays is a paragraph.
    ends_well: bool,
    /// Where the last section's properties begin, behind which nothing may stand.
    section: Option<usize>,
}

#[derive(Default)]
struct Walk {
    edits: Vec<(Range<usize>, String)>,
    holders: Vec<Holder>,
    /// Whether each open paragraph may go.
    paragraphs: Vec<bool>,
    rows: usize,
}

impl Walk {
    fn start(&mut self, name: &[u8], from: usize) {
        match name {
            b"w:body" | b"w:hdr" | b"w:ftr" | b"w:txbxContent" => self.holders.push(Holder::default()),
            b"w:p" => self.paragraphs.push(false),
            b"w:tr" => self.rows += 1,
            b"w:sectPr" => match self.paragraphs.last_mut() {
                // It ends its section; the next one needs a paragraph too.
                Some(goes) => *goes = true,
                None => self.holders.last_mut().into_iter().for_each(|holder| holder.section = Some(from)),
            },
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let Some(goes) = self.paragraphs.last_mut() else { return };
        *goes |= tag::find(text).iter().any(|(_, tag)| match tag {
            Ok(Tag::If(_)) => true,
            Ok(Tag::Slot(slot)) => slot.list().is_some(),
            _ => false,
        });
    }

    fn end(&mut self, name: &[u8], from: usize) {
        match name {
            b"w:p" => {
                let goes = self.paragraphs.pop().unwrap_or_default();
                // In a row nothing goes but the row.
                let stays = !goes || self.rows > 0;
                self.holders.last_mut().into_iter().for_each(|holder| holder.ends_well |= stays);
            }
            b"w:tr" => self.rows = self.rows.saturating_sub(1),
            b"w:tbl" | b"w:sdt" if self.paragraphs.is_empty() || name == b"w:tbl" => {
                self.holders.last_mut().into_iter().for_each(|holder| holder.ends_well = false);
            }
            b"w:body" | b"w:hdr" | b"w:ftr" | b"w:txbxContent" => {
                let holder = self.holders.pop().unwrap_or_default();
                if !holder.ends_well {
                    let at = holder.section.unwrap_or(from);
                    self.edits.push((at..at, LINE.to_owned()));
                }
            }
            _ => {}
        }
    }
}
