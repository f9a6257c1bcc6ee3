//! 連鎖: each row's tag covers the row and the tag before it. Who holds no K_chain can't write a row that fits.
//!
//! row = be64(seq) ‖ be64(at) ‖ lp(who) ‖ lp(kind) ‖ lp(reception) ‖ lp(number) ‖ lp(detail); tag = `OfficeKeys::chain_mac(previous tag, row)`.
//! A row keeps the previous tag too, so that a break can be named and not only found.

mod anchor;
mod walk;

pub use anchor::{Anchor, Copied};
pub use walk::Break;
pub(super) use walk::Walk;

use super::event::{Event, Subject};
use super::keys::Keys;
use super::words::Digest;
use crate::seal::mac::lp;
use std::fmt;

/// 台帳の行, as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Place in the ledger, from 1.
    pub seq: i64,
    /// When, epoch milliseconds.
    pub at: i64,
    /// Who, by the name on this computer.
    pub who: String,
    /// Kind of event.
    pub kind: String,
    /// 受付番号, or empty.
    pub reception: String,
    /// 発送番号, or empty.
    pub number: String,
    /// JSON, or empty.
    pub detail: String,
    /// The tag before.
    pub prev: Digest,
    /// This row's tag.
    pub tag: Digest,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}行 {} {}{}", self.seq, self.kind, self.reception, self.number)
    }
}

impl Row {
    /// The event it records.
    pub fn event(&self) -> Option<Event> {
        Event::from_stored(&self.kind, &self.detail)
    }

    /// What it is about.
    pub fn subject(&self) -> Option<Subject> {
        let reception = (!self.reception.is_empty()).then(|| self.reception.parse()).transpose().ok()?;
        let number = (!self.number.is_empty()).then(|| self.number.parse()).transpose().ok()?;
        Some(Subject { reception, number })
    }

    /// The tag that belongs to these contents at this place.
    pub(super) fn tag_at(&self, keys: &Keys, seq: i64) -> Digest {
        keys.chained(&self.prev, &self.chained(seq))
    }

    /// The tag that belongs to these contents here, behind a row of this tag.
    fn tag_behind(&self, keys: &Keys, prev: &Digest) -> Digest {
        keys.chained(prev, &self.chained(self.seq))
    }

    /// What a tag covers beside the one before.
    fn chained(&self, seq: i64) -> Vec<u8> {
        let mut row = [seq.to_be_bytes(), self.at.to_be_bytes()].concat();
        [&self.who, &self.kind, &self.reception, &self.number, &self.detail].into_iter().for_each(|part| lp(&mut row, part));
        row
    }

    pub(super) fn fits(&self, keys: &Keys, seq: i64) -> bool {
        self.tag_at(keys, seq) == self.tag
    }
}

/// The tag before the first row of an office: that of a row 0 which names the vault, behind 32 zeroes.
pub(super) fn genesis(keys: &Keys, office: &str) -> Digest {
    let mut row = Vec::new();
    lp(&mut row, "fukan/office/v1");
    lp(&mut row, office);
    keys.chained(&Digest::new([0; 32]), &row)
}
