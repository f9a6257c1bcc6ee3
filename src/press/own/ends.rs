//! 終わりの段落: Word wants a paragraph at the end of a page's text, a header, a text box. Where a form may end in none (its last ones vanish
//! or repeat, or it ends in a table), a line of next to no height is put there.

use super::edit::{self, Edits, Visitor};
use super::margins::LINE;
use crate::file::opc::BadPackage;
use crate::letter::tag::{self, Tag};
use quick_xml::events::BytesStart;
use std::ops::Range;

/// A part with whole tags, again.
pub(super) fn close(xml: &str) -> Result<String, BadPackage> {
    let mut blocks = Blocks::default();
    edit::walk(xml, &mut blocks)?;
    Ok(edit::apply(xml, blocks.edits))
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
struct Blocks {
    edits: Edits,
    holders: Vec<Holder>,
    /// Whether each open paragraph may go.
    paragraphs: Vec<bool>,
    rows: usize,
}

impl Visitor for Blocks {
    fn start(&mut self, start: &BytesStart<'_>, place: Range<usize>) {
        match start.name().as_ref() {
            b"w:body" | b"w:hdr" | b"w:ftr" | b"w:txbxContent" => self.holders.push(Holder::default()),
            b"w:p" => self.paragraphs.push(false),
            b"w:tr" => self.rows += 1,
            b"w:sectPr" => match self.paragraphs.last_mut() {
                // It ends its section; the next one needs a paragraph too.
                Some(goes) => *goes = true,
                None => self.holders.last_mut().into_iter().for_each(|holder| holder.section = Some(place.start)),
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

    fn end(&mut self, name: &[u8], place: Range<usize>) {
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
                    let at = holder.section.unwrap_or(place.start);
                    self.edits.push((at..at, LINE.to_owned()));
                }
            }
            _ => {}
        }
    }
}
