//! 詰め物: brings every document that will be sealed to one of few sizes, so that an archive's size tells nothing.
//!
//! The padding is spaces after `</Properties>` of `docProps/app.xml`, the last entry, Stored: white space after the root is
//! nothing to XML, and all validators and readers tried accept it.

use crate::base::{Arg, Fault, code};

/// The smallest step; each further one is twice the one before.
pub const FIRST_STEP: usize = 32 << 10;
/// Beyond this a document is refused rather than padded.
const LAST_STEP: usize = 64 << 20;

/// 床: the first step of at least twice the largest empty reply form, so that a reply and 該当なし weigh the same.
pub fn floor(empty_weights: impl IntoIterator<Item = usize>) -> usize {
    let largest = empty_weights.into_iter().max().unwrap_or(0);
    step(largest * 2)
}

/// 綴じた文書の床: of one document merged of so many. What they share (styles, fonts) weighs once, so that each further one
/// counts a quarter: about three times what it adds.
pub fn merged_floor(floor: usize, documents: usize) -> usize {
    step(floor + floor / 4 * documents.saturating_sub(1))
}

/// The weight of a document.
pub fn weight(docx: &[u8]) -> usize {
    docx.len()
}

/// Pads a stamped document to the first step that is at least its own weight and the floor.
pub fn pad_to_step(mut docx: Vec<u8>, floor: usize) -> Result<Vec<u8>, Fault> {
    let target = step(docx.len().max(floor));
    if target > LAST_STEP {
        return Err(unpaddable("文書が大きすぎます"));
    }
    let more = target - docx.len();
    let last = LastEntry::find(&docx).ok_or_else(|| unpaddable("詰め物を入れる部品がありません"))?;
    let spaces = std::iter::repeat_n(b' ', more);
    docx.splice(last.data_end..last.data_end, spaces);
    last.mend(&mut docx, more).ok_or_else(|| unpaddable("詰め物を入れられません"))?;
    Ok(docx)
}

fn step(least: usize) -> usize {
    let mut step = FIRST_STEP;
    while step < least && step <= LAST_STEP {
        step *= 2;
    }
    step
}

fn unpaddable(why: &'static str) -> Fault {
    Fault::new(code::DOCX).with("why", Arg::ours(why))
}

/// Where the last entry stands: its data end where the directory begins.
struct LastEntry {
    header: usize,
    data_start: usize,
    data_end: usize,
    record: usize,
    end: usize,
}

impl LastEntry {
    fn find(docx: &[u8]) -> Option<Self> {
        let end = docx.len().checked_sub(22)?;
        (docx.get(end..end + 4)? == b"PK\x05\x06").then_some(())?;
        let count = u16_at(docx, end + 10)?;
        let directory = u32_at(docx, end + 16)?;
        let mut record = directory;
        for _ in 1..count {
            record += 46 + u16_at(docx, record + 28)? + u16_at(docx, record + 30)? + u16_at(docx, record + 32)?;
        }
        let header = u32_at(docx, record + 42)?;
        let name = docx.get(header + 30..header + 30 + u16_at(docx, header + 26)?)?;
        let is_ours = name == super::plate::PADDED_PART.as_bytes() && u16_at(docx, header + 8)? == 0;
        let data_start = header + 30 + name.len() + u16_at(docx, header + 28)?;
        let ends_there = data_start + u32_at(docx, header + 18)? == directory;
        (is_ours && ends_there).then_some(Self { header, data_start, data_end: directory, record, end })
    }

    /// Puts checksum, sizes and offsets right after `more` bytes came in at the end of the data.
    fn mend(&self, docx: &mut [u8], more: usize) -> Option<()> {
        let data = docx.get(self.data_start..self.data_end + more)?;
        let (crc, size) = (crc32fast::hash(data), u32::try_from(data.len()).ok()?);
        for at in [self.header + 14, self.record + more + 16] {
            put(docx, at, crc)?;
            put(docx, at + 4, size)?;
            put(docx, at + 8, size)?;
        }
        put(docx, self.end + more + 16, u32::try_from(self.data_end + more).ok()?)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}

fn put(bytes: &mut [u8], at: usize, value: u32) -> Option<()> {
    bytes.get_mut(at..at + 4)?.copy_from_slice(&value.to_le_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_double() {
        assert_eq!([0, 1, 32 << 10, (32 << 10) + 1, 100_000].map(step), [32 << 10, 32 << 10, 32 << 10, 64 << 10, 128 << 10]);
        assert_eq!(floor([7_000, 17_000]), 64 << 10);
    }

    #[test]
    fn what_is_no_document_of_ours_is_refused() {
        for bytes in [Vec::new(), vec![0; 100], b"PK\x05\x06".repeat(6)] {
            assert!(pad_to_step(bytes, 0).is_err());
        }
    }
}
