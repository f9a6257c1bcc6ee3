//! 連鎖の検査: goes along the rows and names what was done to them.

use super::{Anchor, Row};
use crate::base::{Arg, Fault, code};
use crate::books::keys::Keys;
use crate::books::words::Digest;
use std::collections::VecDeque;

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
    /// 番号のない記録: rows that stand at no place, and were never written by us.
    Unnumbered,
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
            Self::Vault | Self::Unnumbered => 0,
        }
    }

    /// FK-6007 with the row and what was done to it; FK-5021 for the vault.
    pub fn fault(self) -> Fault {
        if self == Self::Vault {
            return Fault::new(code::VAULT_OLDER);
        }
        let fault =
            Fault::new(code::CHAIN).with("row", Arg::count(self.row().unsigned_abs())).with("break", Arg::ours(self.told()));
        match self {
            Self::Moved { was, .. } => fault.with("was", Arg::count(was.unsigned_abs())),
            _ => fault,
        }
    }

    /// The word for machines, and of the sentence for people.
    pub const fn word(self) -> &'static str {
        self.words().0
    }

    /// The word for people.
    const fn told(self) -> &'static str {
        self.words().1
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Edited(_) => ("edited", "書換え"),
            Self::Removed(_) => ("removed", "削除"),
            Self::Inserted(_) => ("inserted", "挿入"),
            Self::Moved { .. } => ("moved", "並べ替え"),
            Self::Cut(_) => ("cut", "末尾の切捨て"),
            Self::OtherOffice(_) => ("other_office", "別の事務所の記録"),
            Self::Replaced(_) => ("replaced", "台帳の差替え"),
            Self::Vault => ("vault", "保管庫の巻戻し"),
            Self::Unnumbered => ("unnumbered", "番号のない記録"),
            Self::Derived(_) => ("derived", "一覧の表の書換え"),
        }
    }
}

/// 連鎖の検査, a row at a time; memory does not grow with the ledger.
pub struct Walk<'a> {
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
    pub fn new(keys: &'a Keys, start: Anchor) -> Self {
        let last = start;
        Self { keys, last, ahead: VecDeque::new(), found: Vec::new(), foreign: false, start: start.seq }
    }

    /// The next row in the order of the table.
    pub fn push(&mut self, row: Row) {
        self.ahead.push_back(row);
        if self.ahead.len() > AHEAD {
            self.step();
        }
    }

    /// The breaks, and the last row that fits.
    pub fn finish(mut self) -> (Vec<Break>, Anchor) {
        while !self.ahead.is_empty() {
            self.step();
        }
        (self.found, self.last)
    }

    fn step(&mut self) {
        let Some(row) = self.ahead.pop_front() else { return };
        let links = row.prev == self.last.tag;
        let here = row.fits(self.keys, row.seq);
        if links && here && Some(row.seq) == self.last.seq.checked_add(1) {
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
            self.last = Anchor { seq, tag: self.linked_to(&row) };
        }
    }

    /// The tag that the next row links to: of a row whose tag alone was edited, the one it had.
    fn linked_to(&self, row: &Row) -> Digest {
        let written = row.tag_at(self.keys, row.seq);
        if self.ahead.front().is_some_and(|next| next.prev == written) { written } else { row.tag }
    }

    /// What was done here, and the place to go on from (`None`: as if the row were not there).
    fn name(&self, row: &Row, links: bool, here: bool) -> (Break, Option<i64>) {
        let expected = self.last.seq.saturating_add(1);
        if here && !links && row.seq == expected && self.last.seq == self.start {
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
            // Its link alone was edited: with the one it had, it fits.
            (false, false) if row.tag_behind(self.keys, &self.last.tag) == row.tag => (Break::Edited(row.seq), Some(row.seq)),
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
        (row.seq.saturating_sub(near)..=row.seq.saturating_add(near))
            .filter(|seq| *seq > 0 && *seq != row.seq)
            .find(|seq| row.fits(self.keys, *seq))
    }

    /// Whether a row written between the expected place and `was` still stands further on.
    fn stands_ahead(&self, was: i64, expected: i64) -> bool {
        self.ahead.iter().any(|row| (expected..was).any(|seq| row.fits(self.keys, seq)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::genesis;
    use super::*;
    use crate::books::keys::practice;

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
                |r: &mut Row| r.tag = Digest::new([7; 32]),
                |r: &mut Row| r.prev = Digest::new([7; 32]),
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
            let expected = Break::Removed(place as i64 + 1);
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
