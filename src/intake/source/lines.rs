//! 一行一件: the lines of a file, each with its place, none longer than a record may be.

use super::MAX_RECORD;
use std::io::BufRead;

/// A file being read line by line.
pub(super) struct Lines<R> {
    reader: R,
    offset: u64,
    line: u64,
}

/// Where a line stands.
pub(super) struct ReadLine {
    pub offset: u64,
    /// Its number, from 1.
    pub line: u64,
    /// Longer than a record may be: only its beginning was read.
    pub too_long: bool,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, offset: 0, line: 0 }
    }

    /// The next line without its end, at most [`MAX_RECORD`] bytes of it.
    pub fn next(&mut self, out: &mut Vec<u8>) -> std::io::Result<Option<ReadLine>> {
        out.clear();
        let offset = self.offset;
        let mut total = 0u64;
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|b| *b == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            let room = (MAX_RECORD as usize).saturating_sub(out.len());
            out.extend_from_slice(&part[..part.len().min(room)]);
            total += part.len() as u64;
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            self.offset += used as u64;
            if end.is_some() {
                break;
            }
        }
        if self.offset == offset {
            return Ok(None);
        }
        self.line += 1;
        Ok(Some(ReadLine { offset, line: self.line, too_long: total > MAX_RECORD }))
    }
}
