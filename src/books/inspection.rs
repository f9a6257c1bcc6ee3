//! 台帳の検査: the whole chain and everything that is computed from it, at one moment.

use super::chain::{Anchor, Break, Copied, Walk};
use super::db::{int, values};
use super::event::Event;
use super::open::Books;
use super::queries::{CaseFilter, PAGE, ParcelFilter};
use super::state::States;
use crate::base::Fault;

/// 台帳の検査の結果.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Rows read.
    pub rows: i64,
    /// The last row that a closing discarded; 0 when the ledger begins with its first.
    pub begins: i64,
    /// The newest row that fits.
    pub anchor: Anchor,
    /// What does not fit.
    pub breaks: Vec<Break>,
}

/// 検査の進み具合.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walking {
    /// So many rows were looked at.
    pub rows: u64,
    /// Of so many that the ledger says it has.
    pub of: u64,
}

impl Books {
    /// 台帳の検査: every row against its chain, every table against its rows, and the tail against the anchor of a day-end report.
    ///
    /// All of it at one moment: somebody else's row, written meanwhile, is no break.
    pub fn verify_chain(&mut self, anchor: Option<Anchor>) -> Result<Ledger, Fault> {
        self.verify_telling(anchor.filter(|anchor| anchor.seq > 0).map(Copied::from).as_ref(), &mut |_| ())
    }

    /// The same against an anchor as a person copied it, telling how far it is. An anchor that stands before the rows that are left
    /// proves nothing ([`Ledger::begins`]).
    pub fn verify_telling(&mut self, anchor: Option<&Copied>, told: &mut dyn FnMut(Walking)) -> Result<Ledger, Fault> {
        self.at_one_moment(|books| books.walk(anchor, told))
    }

    fn walk(&mut self, anchor: Option<&Copied>, told: &mut dyn FnMut(Walking)) -> Result<Ledger, Fault> {
        let keys = self.keys.clone();
        let start = self.start()?;
        let mut walk = Walk::new(&keys, start.anchor());
        let mut states = States { vault_generation: start.generation(), ..States::default() };
        self.db.sound()?;
        let (mut rows, mut from, mut damaged, mut discarded) = (0_i64, Some(i64::MIN), Vec::new(), None);
        let mut held = anchor.is_none_or(|anchor| anchor.seq() < start.anchor().seq || anchor.fits(start.anchor()));
        let head = self.anchor()?;
        let of = u64::try_from(head.seq.saturating_sub(start.anchor().seq)).unwrap_or_default();
        while let Some(first) = from {
            let page = self.page_of_rows(first, PAGE)?;
            from = page.last().and_then(|newest| newest.seq.checked_add(1));
            for row in page {
                rows += 1;
                held |= anchor.is_some_and(|anchor| anchor.fits(Anchor { seq: row.seq, tag: row.tag }));
                if let Some(Event::Year(year)) = row.event() {
                    discarded = year.discarded.or(discarded);
                }
                if states.apply(&row).is_err() {
                    damaged.push(row.seq);
                }
                walk.push(row);
            }
            told(Walking { rows: rows.unsigned_abs(), of });
        }
        let (mut breaks, end) = walk.finish();
        if self.count("SELECT COUNT(*) FROM events")? != rows {
            breaks.push(Break::Unnumbered);
        }
        // Where the ledger begins is stated by a row in it: nobody else may cut its front.
        if discarded != start.discarded() {
            breaks.insert(0, Break::Removed(1));
        }
        if head.seq < end.seq && breaks.is_empty() {
            breaks.push(Break::Derived(end.seq));
        } else if head.seq > end.seq || (head.seq == end.seq && head.tag != end.tag && breaks.is_empty()) {
            breaks.push(Break::Cut(end.seq));
        } else if let Some(anchor) = anchor.filter(|_| !held && breaks.is_empty()) {
            breaks.push(if anchor.seq() > end.seq { Break::Cut(end.seq) } else { Break::Replaced(anchor.seq()) });
        }
        // Once a row is broken the tables can't be computed from the rows; the break is what counts.
        if breaks.is_empty() {
            breaks.extend(damaged.into_iter().map(Break::Edited));
            breaks.extend(self.compare(&mut states)?);
            if self.vault()?.vault.generation != states.vault_generation {
                breaks.push(Break::Vault);
            }
        }
        self.whole = breaks.is_empty();
        Ok(Ledger { rows, begins: start.anchor().seq, anchor: end, breaks })
    }

    /// What the tables say beside what the rows add up to.
    fn compare(&mut self, states: &mut States) -> Result<Vec<Break>, Fault> {
        let mut breaks = Vec::new();
        let (mut listed, mut after) = (0, None);
        loop {
            let page = self.cases(&CaseFilter { after, limit: PAGE as u32, ..CaseFilter::default() })?;
            let Some(last) = page.last() else { break };
            after = Some(last.reception.clone());
            listed += page.len() as i64;
            let wrong = page
                .into_iter()
                .filter_map(|case| (states.cases.remove(&case.reception).as_ref() != Some(&case)).then_some(case.last_seq));
            breaks.extend(wrong.map(Break::Derived));
        }
        let mut after = None;
        loop {
            let page = self.parcels(&ParcelFilter { after, limit: PAGE as u32, ..ParcelFilter::default() })?;
            let Some(last) = page.last() else { break };
            after = Some(last.number.clone());
            listed += page.len() as i64;
            let wrong = page.into_iter().filter_map(|parcel| {
                (states.parcels.remove(&parcel.number).as_ref() != Some(&parcel)).then_some(parcel.last_seq)
            });
            breaks.extend(wrong.map(Break::Derived));
        }
        breaks.extend(states.cases.values().map(|case| Break::Derived(case.last_seq)));
        breaks.extend(states.parcels.values().map(|parcel| Break::Derived(parcel.last_seq)));
        // A line that no order of ours comes by may still be found by its other columns.
        if self.count("SELECT (SELECT COUNT(*) FROM cases) + (SELECT COUNT(*) FROM parcels)")? != listed {
            breaks.push(Break::Derived(0));
        }
        Ok(breaks)
    }

    fn count(&mut self, statement: &'static str) -> Result<i64, Fault> {
        self.db.row(statement, values![])?.map_or(Ok(0), |row| int(&row, 0))
    }
}
