//! 関門の繰返し: what finished parcels hold, compared once more with drafts computed anew from the case files.

use super::bundle::{Bundling, bundle};
use super::bureau::{Bureau, Seams};
use super::drafting::{Cited, Drafting, Item, Job};
use super::judge::{Purpose, Terms};
use super::plan::{Ground, Plan, plan};
use super::prove::{Proving, Verdict, Verified};
use super::recorded::{files, live_password, record};
use super::standing::released;
use crate::base::date::{Date, from_epoch_ms, parse};
use crate::base::{Arg, Fault, code};
use crate::books::{Books, Digest, Document, Number, ParcelRow, Reserved};
use crate::letter::LetterKind;
use crate::notice::{Counts, Delay, DelayReason, Outcome, Why};
use crate::proof::gate::{View, Yardstick, compare};
use crate::proof::parcel::Bound;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// 繰返し.
pub struct Again<'a> {
    /// The case files.
    pub cases: &'a [PathBuf],
    /// The office.
    pub bureau: &'a Bureau,
    /// Its books.
    pub books: &'a mut Books,
    /// The world.
    pub seams: &'a Seams,
    /// Who hears how far it is.
    pub told: &'a mut dyn FnMut(Proving),
}

fn wrong(number: &Number, why: &'static str) -> Fault {
    Fault::new(code::VERIFY).with("number", Arg::plain(number)).with("why", Arg::ours(why))
}

/// The gate speaks of what it keeps back; here the parcel stands already.
fn of_a_finished_one(fault: Fault) -> Fault {
    if fault.code == code::GATE { Fault { code: code::VERIFY, ..fault } } else { fault }
}

/// 計画 of one day, and which of its rows are about a case.
struct Planned {
    plan: Plan,
    of_case: BTreeMap<Digest, Vec<usize>>,
}

impl From<Plan> for Planned {
    fn from(plan: Plan) -> Self {
        let mut of_case: BTreeMap<Digest, Vec<usize>> = BTreeMap::new();
        plan.rows.iter().enumerate().for_each(|(index, row)| of_case.entry(row.marks.case).or_default().push(index));
        Self { plan, of_case }
    }
}

impl Again<'_> {
    /// Looks again at everything that was proved so far; what does not fit its record becomes wrong.
    pub fn repeat(&mut self, verified: &mut [Verified]) -> Result<(), Fault> {
        let mut plans: BTreeMap<Date, Planned> = BTreeMap::new();
        let is_proved = |one: &Verified| one.verdict == Verdict::Proved && one.folder.is_some();
        let of = verified.iter().filter(|one| is_proved(one)).count() as u64;
        for (one, done) in verified.iter_mut().filter(|one| is_proved(one)).zip(0..) {
            (self.told)(Proving::Compared { done, of });
            let (Ok(number), Some(folder)) = (one.name.parse::<Number>(), one.folder.clone()) else { continue };
            let row = self.books.expect_parcel(&number)?;
            let Some(date) = row.promise.as_ref().and_then(|p| parse(&p.letter_date).ok()) else { continue };
            let keys = self.books.keys().clone();
            let judged = |n| (self.told)(Proving::Judged(n));
            let planned = plans.entry(date).or_insert_with(|| {
                let plan = plan(self.cases, self.bureau, &keys, self.seams, date, judged);
                plan.into()
            });
            match self.parcel(&row, &folder, planned) {
                Ok(true) => {}
                Ok(false) => one.verdict = Verdict::NotCompared,
                Err(fault) if matches!(fault.code, code::DATABASE | code::DISK) => return Err(fault),
                Err(fault) => one.verdict = Verdict::Wrong(vec![of_a_finished_one(fault)]),
            }
        }
        Ok(())
    }

    /// Whether it could be compared, and then it is right.
    fn parcel(&mut self, row: &ParcelRow, folder: &Path, planned: &mut Planned) -> Result<bool, Fault> {
        let number = &row.number;
        if !self.same_words(row)? {
            return Ok(false);
        }
        let Some(rows) = self.rows(row, planned)? else { return Ok(false) };
        let plan = &mut planned.plan;
        let counts = match row.promise.as_ref().and_then(|promise| promise.counts) {
            Some(counts) => counts,
            None => counts(plan, &rows),
        };
        self.judge_as_then(row, plan, &rows)?;
        let files = files(folder, &*self.seams.store)?;
        let record = record(row).ok_or_else(|| Fault::new(code::OURS))?;
        let password = live_password(self.books, row)?;
        let package = Some(record.package);
        let job = Job { number: number.clone(), counts, place: None, items: self.items(row, plan, &rows)?, package };
        let draft = self.drafting(plan).draft(&job)?;
        let bound = record.documents.iter().map(|d| {
            let kind = LetterKind::find(&d.kind).ok_or_else(|| Fault::new(code::OURS))?;
            Ok(Bound { number: d.number.clone(), name: d.name.clone(), kind, code: d.code })
        });
        let view = View {
            channel: record.channel,
            number: &record.number,
            files: files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect(),
            password: password.as_ref(),
            bound: bound.collect::<Result<_, Fault>>()?,
        };
        let keys = self.books.keys().office();
        compare(&view, &draft, &Yardstick { press: &self.bureau.press, keys, mail: &self.bureau.mail, drafted: None })?;
        Ok(true)
    }

    /// Whether the forms say today what they said when this was made: else there is nothing to compare with.
    fn same_words(&self, row: &ParcelRow) -> Result<bool, Fault> {
        for document in row.promise.iter().flat_map(|p| &p.documents) {
            let Some(then) = document.form else { continue };
            let kind = LetterKind::find(&document.kind).ok_or_else(|| Fault::new(code::OURS))?;
            if self.books.keys().file(self.bureau.press.plate(kind)?.words()) != then {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The plan's rows of a parcel's cases, in the order of its documents; none when a record is not there to compare with.
    ///
    /// A record that says something else than what was sent is wrong, unless a later parcel answered its case: then it moved on.
    fn rows(&mut self, row: &ParcelRow, planned: &Planned) -> Result<Option<Vec<usize>>, Fault> {
        let mut rows = Vec::new();
        for document in row.promise.iter().flat_map(|p| &p.documents) {
            let Some(reception) = &document.reception else { continue };
            let case = self.books.case(reception)?.ok_or_else(|| wrong(&row.number, "台帳にない照会の文書です"))?;
            let of_case = planned.of_case.get(&case.case).map(Vec::as_slice).unwrap_or_default();
            let same = |index: &&usize| {
                document.fingerprint.is_some_and(|own| planned.plan.rows[**index].marks.contents().contains(&own))
            };
            match of_case.iter().find(same) {
                Some(index) => rows.push(*index),
                None if case.number.as_ref() == Some(&row.number) && !of_case.is_empty() => {
                    return Err(wrong(&row.number, "照会ファイルの記録が、この文書を作ったときのものと違います"));
                }
                None => return Ok(None),
            }
        }
        Ok(Some(rows))
    }

    /// Judges the rows under the terms of the day they were sent: those are in the ledger, not in the case file.
    fn judge_as_then(&mut self, row: &ParcelRow, plan: &mut Plan, rows: &[usize]) -> Result<(), Fault> {
        let Some(promise) = &row.promise else { return Ok(()) };
        let keys = self.books.keys().clone();
        for (document, index) in promise.documents.iter().filter(|d| d.reception.is_some()).zip(rows) {
            plan.rows[*index].terms = self.terms(promise, document, &plan.rows[*index].marks.contents())?;
            let (node, mut judged) = self.drafting(plan).judged(&plan.rows[*index])?;
            if document.outcome == Some(crate::books::Outcome::AskMore) && judged.outcome == Outcome::Held {
                // A held case that was asked about all the same.
                plan.rows[*index].terms.purpose = Purpose::Ask;
                judged = self.drafting(plan).judged(&plan.rows[*index])?.1;
            }
            let source = plan.rows[*index].source;
            plan.rows[*index].take(judged, &node, &plan.sources[source], &Ground { bureau: self.bureau, keys: &keys });
        }
        Ok(())
    }

    fn terms(&mut self, promise: &Reserved, document: &Document, contents: &[Digest]) -> Result<Terms, Fault> {
        let purpose = match (document.delayed_until, document.reason.as_deref().and_then(DelayReason::parse)) {
            (None, _) => Purpose::Reply,
            (Some(until), Some(reason)) => Purpose::Delay(Delay { until: from_epoch_ms(until), reason }),
            (Some(_), None) => return Err(Fault::new(code::OURS)),
        };
        let released = match &document.reception {
            Some(reception) => released(self.books, reception, contents)?,
            None => None,
        };
        Ok(Terms {
            purpose,
            channel: Some(promise.channel.into()),
            released,
            as_of: document.as_of.as_deref().and_then(|day| parse(day).ok()),
        })
    }

    fn drafting<'d>(&'d self, plan: &'d Plan) -> Drafting<'d> {
        Drafting::new(self.bureau, &plan.sources, self.seams, plan.letter_date)
    }

    fn items<'p>(&mut self, row: &ParcelRow, plan: &'p Plan, rows: &[usize]) -> Result<Vec<Item<'p>>, Fault> {
        let documents = row.promise.iter().flat_map(|p| &p.documents).filter(|d| d.reception.is_some());
        let mut items = Vec::new();
        for (document, index) in documents.zip(rows) {
            let cited = match (&document.cites, &document.reception) {
                (Some(number), Some(reception)) => {
                    let parcel = self.books.expect_parcel(number)?;
                    Some(Cited::of(&parcel, reception, document.why.unwrap_or(Why::Asked), self.bureau))
                }
                _ => None,
            };
            let reception = document.reception.as_ref().map(ToString::to_string).unwrap_or_default();
            items.push(Item { row: &plan.rows[*index], reception, cited });
        }
        Ok(items)
    }
}

/// 件数の内訳: that of the set these rows make under one of the ways of bundling.
fn counts(plan: &Plan, rows: &[usize]) -> Counts {
    let ways = [Bundling::Auto, Bundling::Requester, Bundling::Case];
    let sets = ways.into_iter().flat_map(|way| [false, true].map(|together| bundle(&plan.rows, way, together)));
    sets.flatten().find(|set| set.rows == rows).map_or(Counts::default(), |set| set.counts)
}
