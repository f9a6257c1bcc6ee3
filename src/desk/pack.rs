//! 封緘の一括: the whole walk. Plan, receive, then group by group: make, gate, commit, publish, record.

use super::bundle::{Bundle, Bundling, bundle};
use super::bureau::{Bureau, Seams, letter_date};
use super::drafting::{Cited, Drafting, Item, Job};
use super::make::{Made, Workbench, run};
use super::packaging;
use super::plan::{Plan, PlanRow, plan};
use super::print::{self, Printed};
use super::report::{self, FileLine, Line};
use crate::base::date::{Date, from_epoch_ms};
use crate::base::{Arg, Fault, code};
use crate::books::{Allotted, Books, Digest, Group, Judged, Known, Numbering, Received, Reception, Recovery};
use crate::notice::{Outcome, Why};
use crate::seal::PackageKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// 一括の指定.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// 発信日
    pub date: Option<Date>,
    /// Threads.
    pub jobs: usize,
    /// まとめ方
    pub bundling: Bundling,
    /// Nothing is sent when a case is refused.
    pub all_or_nothing: bool,
    /// Candidates that fit nobody are right so.
    pub accept_mismatch: bool,
    /// Who said that people of nearly the same name may go together.
    pub together: Option<String>,
    /// Output folders of earlier runs that are gone for good.
    pub abandon: bool,
    /// 封緘の形式, in place of what each partner accepts.
    pub package: Option<PackageKind>,
}

/// 進み具合.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many cases judged.
    Judged(u64),
    /// So many parcels to make.
    Parcels(u64),
    /// So many of them done.
    Done(u64),
}

/// 一括の結果.
pub struct Packed {
    /// A line a case, in the order read.
    pub lines: Vec<Line>,
    /// The print files of this run.
    pub printed: Vec<Printed>,
    /// What an earlier run left and what became of it.
    pub recovered: Vec<Recovery>,
    /// What failed after parcels had been packed; they stand, and are told.
    pub faults: Vec<Fault>,
    /// 発信日
    pub letter_date: Date,
    /// Sets that were split off because somebody of the same or nearly the same name is in another one.
    pub separated: Vec<String>,
}

/// Packs every case of these files into `out`.
pub fn pack(
    files: &[PathBuf],
    bureau: &Bureau,
    books: &mut Books,
    out: &Path,
    seams: &Seams,
    options: &Options,
    told: &mut dyn FnMut(Progress),
) -> Result<Packed, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let root = crate::world::resolve(out).map_err(|e| vec![Fault::new(code::OUT).with("system", Arg::system(&e))])?;
    let recovered = books.recover(&*seams.store, options.abandon).map_err(one)?;
    let date = letter_date(options.date, seams);
    // What the ledger says decides what is sent: an edited table must not make a second reply.
    if let Some(broken) = books.verify_chain(None).map_err(one)?.breaks.first() {
        return Err(vec![broken.fault()]);
    }
    let mut plan = plan(files, bureau, &books.keys().clone(), seams, date, |n| told(Progress::Judged(n)));
    if !plan.mismatches.is_empty() && !options.accept_mismatch {
        return Err(plan.mismatches);
    }
    let numbering = books.numbering(date).map_err(one)?;
    let mut run = Run {
        bureau,
        books,
        seams,
        options,
        root: &root,
        numbering,
        received: BTreeMap::new(),
        standings: Vec::new(),
        lines: Vec::new(),
    };
    run.receive(&mut plan).map_err(one)?;
    packaging::warn(&mut plan, options.package);
    let bundles = bundle(&plan.rows, options.bundling, options.together.is_some());
    crate::books::prepare_root(&root, &*seams.store).map_err(one)?;
    run.lines = plan.rows.iter().zip(&run.standings).map(|(row, standing)| Line::of(row, standing.number())).collect();
    run.lay_already().map_err(one)?;
    let packed = run.send(&mut plan, &bundles, told);
    let Run { lines, .. } = run;
    let mut faults: Vec<Fault> = packed.err().into_iter().collect();
    let split_off = |b: &&Bundle| b.likeness;
    let separated = bundles.iter().filter(split_off).filter_map(|b| lines[*b.rows.first()?].number.clone()).collect();
    // The report first, then the print file: what is packed is told even if one of them fails.
    faults.extend(report::write(&lines, &root, &*seams.store).err());
    let printed = match print::print(books, &root, seams) {
        Ok((printed, broken)) => {
            faults.extend(broken);
            printed
        }
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    };
    Ok(Packed { lines, printed, recovered, faults, letter_date: date, separated })
}

/// 立場: where a case stands in the ledger.
pub(super) enum Standing {
    /// 受付番号, and what its letter cites.
    Open(Reception, Option<Cited>),
    /// 回答済み, with the parcel that carries it.
    Already(String),
    /// Not a case: a file that could not be read.
    NoCase,
}

impl Standing {
    fn number(&self) -> Option<&str> {
        match self {
            Self::Open(..) | Self::NoCase => None,
            Self::Already(number) => Some(number),
        }
    }
}

/// Parcels of one group: small enough that what is in memory does not grow with the file.
const GROUP: usize = 16;
/// Documents of one group.
const GROUP_DOCUMENTS: usize = 64;
/// Cases of one transaction of receipts.
const RECEIPTS: usize = 256;

pub(super) struct Run<'a> {
    pub(super) bureau: &'a Bureau,
    pub(super) books: &'a mut Books,
    pub(super) seams: &'a Seams,
    options: &'a Options,
    pub(super) root: &'a Path,
    numbering: Numbering,
    /// Every case of this run that has its 受付番号.
    received: BTreeMap<Digest, Reception>,
    pub(super) standings: Vec<Standing>,
    pub(super) lines: Vec<Line>,
}

impl Run<'_> {
    /// 受付: every case gets its 受付番号 at first sight; held and refused ones leave their row.
    fn receive(&mut self, plan: &mut Plan) -> Result<(), Fault> {
        if self.options.all_or_nothing && plan.rows.iter().any(|row| row.outcome == Outcome::Refused) {
            plan.rows.iter_mut().filter(|row| row.is_sent()).for_each(|row| row.refuse(Fault::new(code::ALL_OR_NOTHING)));
        }
        let root = self.root;
        for rows in plan.rows.chunks_mut(RECEIPTS) {
            let mut group = Group::new(root);
            for row in rows {
                let standing = self.stand(row, &mut group)?;
                self.standings.push(standing);
            }
            if !group.is_empty() {
                self.books.reserve(group, &*self.seams.entropy)?;
            }
        }
        Ok(())
    }

    /// 回答済み: where the parcel of an earlier run lies, if it is of this output folder.
    fn lay_already(&mut self) -> Result<(), Fault> {
        let here = self.root.to_str().unwrap_or_default();
        for (standing, line) in self.standings.iter().zip(&mut self.lines) {
            let Standing::Already(number) = standing else { continue };
            let number = number.parse().map_err(|_| Fault::new(code::OURS))?;
            let row = self.books.expect_parcel(&number)?;
            if let Some(promise) = row.promise.filter(|p| p.root == here) {
                let folder = format!("{}/{number}", promise.channel);
                // What was taken away since is not told as if it lay there.
                if !matches!(self.seams.store.kind(&self.root.join(&folder)), Ok(Some(_))) {
                    continue;
                }
                line.files =
                    promise.files.iter().map(|f| FileLine { path: format!("{folder}/{}", f.name), sha256: None }).collect();
            }
        }
        Ok(())
    }

    fn stand(&mut self, row: &mut PlanRow, group: &mut Group<'_>) -> Result<Standing, Fault> {
        if row.slice.is_none() {
            // A file that could not be read is no case: nothing of it stays open in the ledger.
            return Ok(Standing::NoCase);
        }
        // The same case twice in one run: the second was refused for its id, and the first stands in the ledger for both.
        if let Some(reception) = self.received.get(&row.marks.case) {
            if row.outcome != Outcome::Refused {
                row.refuse(Fault::new(code::DUPLICATE_ID));
            }
            return Ok(Standing::Open(reception.clone(), None));
        }
        let id = row.id.clone().unwrap_or_default();
        let known = self.books.known(&row.marks.case, &row.marks.fingerprint, &id)?;
        let standing = match known {
            Known::SameContent { number, .. } => {
                row.outcome = Outcome::Already;
                return Ok(Standing::Already(number.to_string()));
            }
            Known::ChangedAfterAnswer { reception, number, .. } => {
                row.refuse(Fault::new(code::ALREADY_ANSWERED).with("number", Arg::plain(&number)));
                Standing::Open(reception, None)
            }
            Known::Continues { reception, previous, .. } => {
                if previous.is_some() && self.is_other_person(&reception, row)? {
                    row.refuse(Fault::new(code::OTHER_PERSON));
                }
                let cited = previous.map(|(number, _)| self.asked(&number)).transpose()?;
                Standing::Open(reception, cited)
            }
            Known::New | Known::SameIdOther { .. } => {
                if matches!(known, Known::SameIdOther { .. }) {
                    row.warnings.push(Fault::new(code::SAME_ID));
                }
                let reception = self.numbering.reception();
                group.received(received(row, reception.clone()));
                Standing::Open(reception, None)
            }
        };
        self.warn_of_double_entry(row)?;
        if let Standing::Open(reception, _) = &standing {
            self.received.insert(row.marks.case, reception.clone());
            let judged = || Judged {
                code: row.code().map(|c| c.to_string()).unwrap_or_default(),
                row: row.slice.as_ref().map_or(0, |s| place(s.at)),
                fingerprint: row.marks.fingerprint,
            };
            match row.outcome {
                Outcome::Held => group.held(reception, judged()),
                Outcome::Refused => group.refused(reception, judged()),
                _ => {}
            }
        }
        Ok(standing)
    }

    /// Our own request that a continued case goes back to.
    fn asked(&mut self, number: &crate::books::Number) -> Result<Cited, Fault> {
        let parcel = self.books.expect_parcel(number)?;
        Ok(Cited {
            why: Why::Asked,
            number: number.clone(),
            date: from_epoch_ms(parcel.reserved_at).date(),
            document_number: self.bureau.document_number(number, None),
        })
    }

    /// Whether a case that we asked about is now about somebody else.
    fn is_other_person(&mut self, reception: &Reception, row: &PlanRow) -> Result<bool, Fault> {
        let before = self.books.case(reception)?.and_then(|case| case.person);
        Ok(matches!((before, row.marks.person), (Some(before), Some(now)) if before != now))
    }

    fn warn_of_double_entry(&mut self, row: &mut PlanRow) -> Result<(), Fault> {
        let marks = &row.marks;
        let (Some(requester), Some(person), Some(items)) = (marks.requester, marks.person, marks.items) else {
            return Ok(());
        };
        if !self.books.double_entries(&marks.case, &requester, &person, &items)?.is_empty() {
            row.warnings.push(Fault::new(code::DOUBLE_ENTRY));
        }
        Ok(())
    }

    /// Group by group: everything complete in memory, then transaction A, the disk, transaction B.
    fn send(&mut self, plan: &mut Plan, bundles: &[Bundle], told: &mut dyn FnMut(Progress)) -> Result<(), Fault> {
        told(Progress::Parcels(bundles.len() as u64));
        let mut done = 0;
        for group in groups(bundles) {
            self.group(plan, group)?;
            done += group.len() as u64;
            told(Progress::Done(done));
        }
        Ok(())
    }

    fn group(&mut self, plan: &mut Plan, bundles: &[Bundle]) -> Result<(), Fault> {
        let allotted: Vec<Allotted> = bundles.iter().map(|_| self.numbering.number()).collect();
        let made: Vec<Result<Made, Fault>> = {
            let jobs: Vec<Job<'_>> = bundles.iter().zip(&allotted).map(|(b, a)| self.job(plan, b, a)).collect();
            let drafting = Drafting {
                bureau: self.bureau,
                sources: &plan.sources,
                inputs: &*self.seams.inputs,
                letter_date: plan.letter_date,
                now: self.seams.now(),
            };
            let bench = Workbench {
                drafting: &drafting,
                keys: self.books.keys().office(),
                entropy: &*self.seams.entropy,
                password_channel: &self.bureau.office.password_channel,
                now: drafting.now,
            };
            run(&jobs, self.options.jobs.max(1), |job| bench.make(job))
        };
        self.commit(plan, bundles, allotted, made)
    }

    fn job<'p>(&self, plan: &'p Plan, bundle: &Bundle, allotted: &Allotted) -> Job<'p> {
        let item = |index: &usize| {
            let (reception, cited) = match &self.standings[*index] {
                Standing::Open(reception, cited) => (reception.to_string(), cited.clone()),
                Standing::Already(number) => (number.clone(), None),
                Standing::NoCase => (String::new(), None),
            };
            Item { row: &plan.rows[*index], reception, cited }
        };
        Job {
            number: allotted.number.clone(),
            items: bundle.rows.iter().map(item).collect(),
            counts: bundle.counts,
            package: self.options.package,
        }
    }
}

fn groups(bundles: &[Bundle]) -> impl Iterator<Item = &[Bundle]> {
    let mut rest = bundles;
    std::iter::from_fn(move || {
        let mut documents = 0;
        let fits = |bundle: &&Bundle| {
            documents += bundle.rows.len();
            documents <= GROUP_DOCUMENTS
        };
        let most = rest.iter().take(GROUP).take_while(fits).count().max(1).min(rest.len());
        let (group, left) = rest.split_at(most);
        rest = left;
        (!group.is_empty()).then_some(group)
    })
}

pub(super) fn place(at: crate::base::At) -> u64 {
    match at {
        crate::base::At::Case(n) | crate::base::At::Line(n) | crate::base::At::Byte(n) => n,
    }
}

fn received(row: &PlanRow, reception: Reception) -> Received {
    let marks = &row.marks;
    Received {
        reception,
        case: marks.case,
        id: row.id.clone(),
        received_at: marks.received_at,
        via: marks.via.to_owned(),
        requester: marks.requester,
        municipality: marks.municipality.clone(),
        procedure: marks.procedure.clone(),
        person: marks.person,
        items: marks.items,
        deadline: marks.deadline,
    }
}
