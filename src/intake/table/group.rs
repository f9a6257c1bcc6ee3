//! 一件の行: rows that follow each other and are one case, whatever kind of table they stand in.

use super::super::source::{MAX_RECORD, Record, Slice};
use super::super::walk::Faults;
use super::case::{Read, Row, read};
use super::headings::Columns;
use super::places::Places;
use super::{InTable, Table};
use crate::base::{Arg, At, Fault, code};
use crate::notice::Catalogue;
use sha2::{Digest, Sha256};

pub(super) struct Group {
    id: String,
    number: u64,
    rows: Vec<Row>,
    offset: u64,
    end: u64,
    bytes: u64,
    hash: Sha256,
}

impl Group {
    /// Begins with this row, at this offset; the hash has taken the heading already.
    pub(super) fn new(id: String, number: u64, offset: u64, begun: Sha256) -> Self {
        Self { id, number, rows: Vec::new(), offset, end: offset, bytes: 0, hash: begun }
    }

    /// Whether a row with this 照会番号 is another case. One without any is taken for a part of the case above it, which is then refused.
    pub(super) fn ends_before(&self, id: &str) -> bool {
        !id.is_empty() && self.id != id
    }

    /// Takes a row; its bytes go into the hash.
    pub(super) fn add(&mut self, row: Row, bytes: &[u8], end: u64) {
        self.bytes += bytes.len() as u64;
        self.end = end;
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
        if self.bytes <= MAX_RECORD {
            self.rows.push(row);
        }
    }

    fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    fn is_broken(&self) -> bool {
        self.rows.iter().any(|row| row.flaw.is_some())
    }

    fn read(&self, columns: &Columns, catalogue: &Catalogue) -> Read {
        let mut read = read(&self.rows, columns, catalogue);
        if self.is_broken() {
            // What else is wrong with broken rows follows from that.
            let own = |fault: &Fault| fault.code == code::MY_NUMBER || self.rows.iter().any(|row| row.flaw == Some(fault.code));
            read.form.faults.retain(own);
        }
        read
    }

    /// The case, unless it is not the one that left this slice.
    pub(super) fn again(&self, slice: &Slice, columns: &Columns, catalogue: &Catalogue) -> Option<Read> {
        (self.bytes <= MAX_RECORD && self.digest() == slice.digest).then(|| self.read(columns, catalogue))
    }

    /// The case.
    pub(super) fn record(self, table: Table, columns: &Columns, catalogue: &Catalogue) -> Record {
        let (at, broken) = (At::Line(self.number), self.is_broken());
        let (node, form, places) = if self.bytes > MAX_RECORD {
            let mut fault = Fault::new(code::TOO_LONG).with("limit", Arg::count(MAX_RECORD));
            fault.place.at = Some(at);
            (Err(fault), Faults::default(), Places::default())
        } else {
            let Read { node, form, places } = self.read(columns, catalogue);
            (Ok(node), form, places)
        };
        let slice = Slice {
            offset: self.offset,
            len: self.end - self.offset,
            at,
            digest: self.digest(),
            table: Some(Box::new(InTable { table, places })),
        };
        Record { slice, node, form, broken }
    }
}
