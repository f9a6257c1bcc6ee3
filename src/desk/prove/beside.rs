//! 発送物の横にあるもの: print files and labels, proved by the parcels they were made of, and what a later letter overtook of those.

use super::{Place, Prover, Verdict, Verified};
use crate::base::{Arg, Fault, code};
use crate::books::{Number, ParcelRow};
use crate::desk::recorded::LARGEST;
use crate::desk::unsent::is_unsent;
use crate::desk::{posting, print};
use crate::press::merge;
use std::collections::BTreeSet;
use std::path::Path;

impl Prover<'_> {
    /// A print file is its parcels' documents, merged again; one changed letter in it shows.
    pub(super) fn print_file(&mut self, (root, meant): Place<'_>, name: &str) -> Result<(), Fault> {
        let parcels = self.books.printed_in(meant, name)?;
        let verdict = match self.merged_again(root, &parcels, name) {
            Ok(true) => Verdict::Proved,
            Ok(false) => {
                let fault = Fault::new(code::VERIFY).with("file", Arg::plain(name));
                Verdict::Wrong(vec![fault.with("why", Arg::ours("印刷ファイルが発送物と違います"))])
            }
            Err(fault) if fault.code == code::DATABASE => return Err(fault),
            Err(fault) => Verdict::Wrong(vec![fault]),
        };
        let outdated = self.outdated(&parcels)?;
        self.push(Verified { outdated, ..Verified::of(name, verdict) });
        Ok(())
    }

    fn merged_again(&self, root: &Path, parcels: &[ParcelRow], name: &str) -> Result<bool, Fault> {
        if parcels.is_empty() {
            return Ok(false);
        }
        let documents = print::documents(self.books, root, parcels, self.store)?;
        let merged = merge::merge(&documents)?;
        Ok(self.store.read(&root.join(name), LARGEST).map_err(Fault::disk)? == merged)
    }

    /// A label says what the cover letter of its parcel says, and none is gone.
    pub(super) fn labels(&mut self, place: Place<'_>, name: &str, unlabelled: &[(String, Number)]) -> Result<(), Fault> {
        let gone = unlabelled.iter().filter(|(file, _)| file == name);
        let mut faults: Vec<Fault> =
            gone.map(|(_, number)| Fault::new(code::NO_LABEL).with("number", Arg::plain(number))).collect();
        let mut outdated = Vec::new();
        match self.labels_proved(place, name, &mut outdated) {
            Ok(true) => {}
            Ok(false) => {
                let fault = Fault::new(code::VERIFY).with("file", Arg::plain(name));
                faults.push(fault.with("why", Arg::ours("宛名ラベルが送付状と違います")));
            }
            Err(fault) if fault.code == code::DATABASE => return Err(fault),
            Err(fault) if fault.code == code::LABELS_CHANGED => faults.push(fault.with("file", Arg::plain(name))),
            Err(fault) => faults.push(fault),
        }
        let verdict = if faults.is_empty() { Verdict::Proved } else { Verdict::Wrong(faults) };
        self.push(Verified { outdated, ..Verified::of(name, verdict) });
        Ok(())
    }

    fn labels_proved(&mut self, place: Place<'_>, name: &str, outdated: &mut Vec<Number>) -> Result<bool, Fault> {
        let bytes = self.store.read(&place.0.join(name), LARGEST).map_err(Fault::disk)?;
        for number in posting::labelled_in(&bytes) {
            let row = self.books.parcel(&number)?;
            outdated.extend(self.outdated(row.as_slice())?);
        }
        posting::proved(&bytes, self.books, place, self.bureau, self.store)
    }

    /// [`Verified::later`] of a parcel.
    pub(super) fn later(&mut self, row: &ParcelRow) -> Result<Vec<Number>, Fault> {
        if !is_unsent(row) {
            return Ok(Vec::new());
        }
        if let Some(known) = self.later.get(&row.number) {
            return Ok(known.clone());
        }
        let mut later = BTreeSet::new();
        for reception in row.receptions() {
            let stands = self.books.case(&reception)?.and_then(|case| case.number).filter(|number| *number != row.number);
            let Some(number) = stands else { continue };
            // Whatever settled a case stands for it until a later one does. A notice of delay settles none.
            let settled = row.document(&reception).is_some_and(|document| document.outcome.is_some());
            if settled || self.books.expect_parcel(&number)?.packed_at > row.packed_at {
                later.insert(number);
            }
        }
        let later: Vec<Number> = later.into_iter().collect();
        self.later.insert(row.number.clone(), later.clone());
        Ok(later)
    }

    /// [`Verified::outdated`] of a file with these parcels in it.
    fn outdated(&mut self, parcels: &[ParcelRow]) -> Result<Vec<Number>, Fault> {
        let mut outdated = Vec::new();
        for row in parcels {
            if row.retired_at != 0 || !self.later(row)?.is_empty() {
                outdated.push(row.number.clone());
            }
        }
        Ok(outdated)
    }
}
