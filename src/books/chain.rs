//! 連鎖: each row's tag covers the row and the tag before it. Who holds no K_chain can't write a row that fits.
//!
//! row = be64(seq) ‖ be64(at) ‖ lp(who) ‖ lp(kind) ‖ lp(reception) ‖ lp(number) ‖ lp(detail); tag = `OfficeKeys::chain_mac(previous tag, row)`.
//! A row keeps the previous tag too, so that a break can be named and not only found.

use super::event::{Event, Subject};
use super::keys::Keys;
use super::words::{Digest, NotOurs};
use crate::base::{Arg, Fault, code};
use crate::seal::mac::lp;
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

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
        let mut row = [seq.to_be_bytes(), self.at.to_be_bytes()].concat();
        [&self.who, &self.kind, &self.reception, &self.number, &self.detail].into_iter().for_each(|part| lp(&mut row, part));
        keys.chained(&self.prev, &row)
    }

    fn fits(&self, keys: &Keys, seq: i64) -> bool {
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

/// 錨: the newest row's number and tag, as the day-end report prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Row number; 0 before the first.
    pub seq: i64,
    /// Its tag.
    pub tag: Digest,
}

/// 書き写した錨: a row's number and the beginning of its tag, as a person copied it from a day-end report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    seq: i64,
    tag: String,
}

impl Copied {
    /// So many hex digits of the tag stand on the day-end report; fewer prove too little.
    const LEAST: usize = 16;

    /// The row's number.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Whether it is this row's.
    pub(super) fn fits(&self, anchor: Anchor) -> bool {
        self.seq == anchor.seq && anchor.tag.to_string().starts_with(&self.tag)
    }
}

impl From<Anchor> for Copied {
    fn from(anchor: Anchor) -> Self {
        Self { seq: anchor.seq, tag: anchor.tag.to_string() }
    }
}

impl FromStr for Copied {
    type Err = NotOurs;

    /// `1234 0123 4567 89ab cdef`, in any case and width, grouped by blanks or hyphens.
    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let plain = text.nfkc().collect::<String>().to_ascii_lowercase();
        let mut groups = plain.split(|c: char| c.is_whitespace() || c == '-').filter(|group| !group.is_empty());
        let seq = groups.next().and_then(|seq| seq.trim_end_matches('番').parse().ok()).filter(|seq| *seq > 0).ok_or(NotOurs)?;
        let tag = groups.collect::<String>();
        let long_enough = (Self::LEAST..=64).contains(&tag.len());
        match long_enough && tag.bytes().all(|b| b.is_ascii_hexdigit()) {
            true => Ok(Self { seq, tag }),
            false => Err(NotOurs),
        }
    }
}

/// 連鎖の破れ: what was done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// 改変: the row is not what was written.
    Edited(i64),
    /// 削除: this row is missing (or the first of several).
    Removed(i64),
    /// 挿入: this row was never written by us.
    Inserted(i64),
    /// 並べ替え: the row at `now` was written as row `was`.
    Moved {
        /// Where it stands.
        now: i64,
        /// Where it was written.
        was: i64,
    },
    /// 末尾の切り捨て: the ledger went on behind this row.
    Cut(i64),
    /// 別の台帳: from this row on (until one fits again) the rows are another office's.
    OtherOffice(i64),
    /// 差し替え: the ledger is whole, and its row is not the one whose tag was written down.
    Replaced(i64),
    /// 保管庫の巻き戻し: the vault's rows are not of the generation that the ledger tells.
    Vault,
    /// 一覧表の改変: a table computed from the rows says something else; the last row that touched it, or 0.
    Derived(i64),
}

impl Break {
    /// The row to name.
    pub fn row(self) -> i64 {
        match self {
            Self::Edited(n) | Self::Removed(n) | Self::Inserted(n) | Self::Cut(n) | Self::Derived(n) => n,
            Self::OtherOffice(n) | Self::Replaced(n) => n,
            Self::Moved { now, .. } => now,
            Self::Vault => 0,
        }
    }

    /// FK-6007 with the row and what was done to it; FK-5021 for the vault.
    pub fn fault(self) -> Fault {
        if self == Self::Vault {
            return Fault::new(code::VAULT_OLDER);
        }
        let fault =
            Fault::new(code::CHAIN).with("row", Arg::count(self.row().unsigned_abs())).with("break", Arg::ours(self.word()));
        match self {
            Self::Moved { was, .. } => fault.with("was", Arg::count(was.unsigned_abs())),
            _ => fault,
        }
    }

    /// A word for it, of our own.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edited(_) => "edited",
            Self::Removed(_) => "removed",
            Self::Inserted(_) => "inserted",
            Self::Moved { .. } => "reordered",
            Self::Cut(_) => "cut",
            Self::OtherOffice(_) => "other-office",
            Self::Replaced(_) => "replaced",
            Self::Vault => "vault",
            Self::Derived(_) => "derived",
        }
    }
}

/// 連鎖の検査, a row at a time; memory does not grow with the ledger.
pub(super) struct Walk<'a> {
    keys: &'a Keys,
    /// Place and tag of the last row that was accepted.
    last: Anchor,
    /// Rows ahead, so that a break can be told from what follows it.
    ahead: VecDeque<Row>,
    found: Vec<Break>,
    /// Whether the row before was another office's: a stretch of them is told once.
    foreign: bool,
    /// The row before the first.
    start: i64,
}

/// How many rows ahead of a break are looked at to name it.
const AHEAD: usize = 16;
/// More breaks than this are not listed one by one.
const ENOUGH: usize = 100;

impl<'a> Walk<'a> {
    /// From the row behind `start`: the genesis, or what a closing discarded last.
    pub(super) fn new(keys: &'a Keys, start: Anchor) -> Self {
        let last = start;
        Self { keys, last, ahead: VecDeque::new(), found: Vec::new(), foreign: false, start: start.seq }
    }

    /// The next row in the order of the table.
    pub(super) fn push(&mut self, row: Row) {
        self.ahead.push_back(row);
        if self.ahead.len() > AHEAD {
            self.step();
        }
    }

    /// The breaks, and the last row that fits.
    pub(super) fn finish(mut self) -> (Vec<Break>, Anchor) {
        while !self.ahead.is_empty() {
            self.step();
        }
        (self.found, self.last)
    }

    fn step(&mut self) {
        let Some(row) = self.ahead.pop_front() else { return };
        let links = row.prev == self.last.tag;
        let here = row.fits(self.keys, row.seq);
        if links && here && row.seq == self.last.seq + 1 {
            self.last = Anchor { seq: row.seq, tag: row.tag };
            self.foreign = false;
            return;
        }
        let (broken, resume) = self.name(&row, links, here);
        let told = self.foreign && matches!(broken, Break::OtherOffice(_));
        self.foreign = matches!(broken, Break::OtherOffice(_));
        if !told && self.found.len() < ENOUGH {
            self.found.push(broken);
        }
        if let Some(seq) = resume {
            self.last = Anchor { seq, tag: row.tag };
        }
    }

    /// What was done here, and the place to go on from (`None`: as if the row were not there).
    fn name(&self, row: &Row, links: bool, here: bool) -> (Break, Option<i64>) {
        let expected = self.last.seq + 1;
        if here && !links && self.last.seq + 1 == row.seq && self.last.seq == self.start {
            return (Break::OtherOffice(row.seq), Some(row.seq));
        }
        // A genuine row in its own place behind a gap: what stood between is gone.
        if here {
            return (Break::Removed(expected), Some(row.seq));
        }
        let skipped = self.ahead.front().is_some_and(|next| next.prev == self.last.tag);
        // Genuine, but written for another place: renumbered after a removal or an insertion, or moved.
        if let Some(was) = self.written_as(row) {
            return match () {
                () if links && was == expected => (Break::Moved { now: row.seq, was }, Some(was)),
                () if was > expected && !self.stands_ahead(was, expected) => (Break::Removed(expected), Some(was)),
                () => (Break::Moved { now: row.seq, was }, (was >= expected).then_some(was)),
            };
        }
        match (skipped, links) {
            (true, _) => (Break::Inserted(row.seq), None),
            // Who edits a row leaves its link; one that links to nothing of ours was written elsewhere.
            (false, false) => (Break::OtherOffice(row.seq), Some(row.seq)),
            // And those behind it link to it.
            (false, true) if self.foreign => (Break::OtherOffice(row.seq), Some(row.seq)),
            (false, true) => (Break::Edited(row.seq), Some(row.seq)),
        }
    }

    /// The place a row was really written for, among those near it.
    fn written_as(&self, row: &Row) -> Option<i64> {
        let near = AHEAD as i64;
        (row.seq - near..=row.seq + near).filter(|seq| *seq > 0 && *seq != row.seq).find(|seq| row.fits(self.keys, *seq))
    }

    /// Whether a row written between the expected place and `was` still stands further on.
    fn stands_ahead(&self, was: i64, expected: i64) -> bool {
        self.ahead.iter().any(|row| (expected..was).any(|seq| row.fits(self.keys, seq)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::practice;
    use super::*;

    fn ledger(keys: &Keys, n: i64) -> Vec<Row> {
        let mut prev = genesis(keys, "office");
        (1..=n)
            .map(|seq| {
                let mut row = Row {
                    seq,
                    at: seq * 1000,
                    who: "tester".into(),
                    kind: "sent".into(),
                    reception: String::new(),
                    number: format!("R08-{seq:04}"),
                    detail: String::new(),
                    prev,
                    tag: Digest::default(),
                };
                row.tag = row.tag_at(keys, seq);
                prev = row.tag;
                row
            })
            .collect()
    }

    fn breaks(rows: Vec<Row>) -> Vec<Break> {
        let keys = practice();
        let mut walk = Walk::new(&keys, Anchor { seq: 0, tag: genesis(&keys, "office") });
        rows.into_iter().for_each(|row| walk.push(row));
        walk.finish().0
    }

    fn renumber(mut rows: Vec<Row>) -> Vec<Row> {
        rows.iter_mut().zip(1..).for_each(|(row, seq)| row.seq = seq);
        rows
    }

    #[test]
    fn an_untouched_ledger_has_no_break() {
        assert_eq!(breaks(ledger(&practice(), 50)), []);
        assert_eq!(breaks(vec![]), []);
    }

    #[test]
    fn an_edited_row_is_named_wherever_it_stands_and_whatever_was_edited() {
        for place in [0, 20, 49] {
            for edit in [
                |r: &mut Row| r.at += 1,
                |r: &mut Row| r.number = "R08-0999".into(),
                |r: &mut Row| r.who = "other".into(),
                |r: &mut Row| r.detail = "{}".into(),
            ] {
                let mut rows = ledger(&practice(), 50);
                edit(&mut rows[place]);
                assert_eq!(breaks(rows), [Break::Edited(place as i64 + 1)]);
            }
        }
    }

    #[test]
    fn a_removed_row_is_named_even_when_the_rest_moved_up() {
        for place in [0_usize, 20, 48] {
            let mut rows = ledger(&practice(), 50);
            rows.remove(place);
            let expected = if place == 0 { Break::Removed(1) } else { Break::Removed(place as i64 + 1) };
            assert_eq!(breaks(rows.clone()), [expected]);
            assert_eq!(breaks(renumber(rows)).first(), Some(&expected));
        }
    }

    #[test]
    fn an_inserted_row_is_named() {
        for place in [0_usize, 20, 49] {
            let mut rows = ledger(&practice(), 50);
            let mut forged = rows[place].clone();
            forged.detail = "{\"forged\":1}".into();
            rows.insert(place, forged);
            let found = breaks(renumber(rows));
            assert_eq!(found.first(), Some(&Break::Inserted(place as i64 + 1)), "{found:?}");
        }
    }

    #[test]
    fn reordered_rows_are_named() {
        let mut rows = ledger(&practice(), 50);
        rows.swap(20, 21);
        assert_eq!(breaks(renumber(rows)).first(), Some(&Break::Moved { now: 21, was: 22 }));
        let mut rows = ledger(&practice(), 50);
        rows.swap(20, 25);
        let found = breaks(renumber(rows));
        assert!(found.contains(&Break::Moved { now: 21, was: 26 }), "{found:?}");
        assert!(found.contains(&Break::Moved { now: 26, was: 21 }), "{found:?}");
    }

    #[test]
    fn an_anchor_is_read_as_people_copy_it() {
        let anchor = Anchor { seq: 1234, tag: Digest::new([0xAB; 32]) };
        for text in ["1234 abab abab abab abab", "1234番　ＡＢＡＢ-abab-ABABABAB", &format!("1234 {}", "ab".repeat(32))] {
            assert!(text.parse::<Copied>().expect(text).fits(anchor), "{text}");
        }
        for text in ["1235 abababababababab", "1234 abababababababac"] {
            assert!(!text.parse::<Copied>().expect(text).fits(anchor), "{text}");
        }
        for text in ["", "1234", "1234 abab", "abababababababab", "0 abababababababab", "1234 ababababababab zz"] {
            assert_eq!(text.parse::<Copied>(), Err(NotOurs), "{text}");
        }
    }

    #[test]
    fn a_row_of_another_office_does_not_fit() {
        let keys = practice();
        let mut walk = Walk::new(&keys, Anchor { seq: 0, tag: genesis(&keys, "another") });
        ledger(&keys, 3).into_iter().for_each(|row| walk.push(row));
        assert_eq!(walk.finish().0, [Break::OtherOffice(1)]);
    }

    #[test]
    fn rows_under_another_offices_key_are_told_once_and_where_they_begin() {
        let (params, seed) = (crate::seal::vault::Params::LEAST, crate::seal::testing::Seeded::new("another office"));
        let (_, keys) = crate::seal::vault::create(b"kusa no to mo sumi", params, &seed).expect("a vault");
        let other = Keys::from(std::sync::Arc::new(keys));
        assert_eq!(breaks(ledger(&other, 40)), [Break::OtherOffice(1)]);
        let (mut rows, foreign) = (ledger(&practice(), 50), ledger(&other, 50));
        rows[20..24].clone_from_slice(&foreign[20..24]);
        assert_eq!(breaks(rows)[0], Break::OtherOffice(21));
        let mut rows = ledger(&practice(), 50);
        rows.extend_from_slice(&ledger(&other, 53)[50..]);
        assert_eq!(breaks(rows), [Break::OtherOffice(51)]);
    }
}
