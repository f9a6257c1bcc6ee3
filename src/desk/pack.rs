//! 封緘の一括: the whole walk. Plan, receive, then group by group: make, gate, commit, publish, record.

use super::bundle::{Bundle, Bundling, bundle};
use super::bureau::{Bureau, Seams, letter_date};
use super::drafting::{Drafting, Item, Job};
use super::errand::{Errand, all_found};
use super::make::{Made, Workbench, run};
use super::packaging;
use super::plan::{Ground, Plan, plan_for};
use super::print::{self, Printed};
use super::report::{self, FileLine, Line};
use super::standing::Standing;
use crate::base::date::Date;
use crate::base::fault::FileName;
use crate::base::{Arg, Fault, code};
use crate::books::{Allotted, Books, Digest, Number, Numbering, Reception, Recovery};
use crate::notice::Outcome;
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
    /// 用件
    pub errand: Errand,
    /// 照会番号 or 受付番号 of the only cases it is about; all of them when none is named.
    pub only: Vec<String>,
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
    /// The print files of this run, and one that a dead run had not named yet.
    pub printed: Vec<Printed>,
    /// What an earlier run left and what became of it.
    pub recovered: Vec<Recovery>,
    /// What failed after parcels had been packed; they stand, and are told.
    pub faults: Vec<Fault>,
    /// 発信日
    pub letter_date: Date,
    /// Sets that were split off because somebody of the same or nearly the same name is in another one.
    pub separated: Vec<String>,
    /// 差替え: numbers that are not to be used any more, each with the one that took its place.
    pub replaced: Vec<(Number, String)>,
    /// 文字コード of each table that was read.
    pub encodings: Vec<(FileName, &'static str)>,
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
    let root = crate::world::resolve_unlinked(out).map_err(|e| vec![Fault::new(code::OUT).with("system", Arg::system(&e))])?;
    let recovered = books.recover(&*seams.store, options.abandon).map_err(one)?;
    let date = letter_date(options.date, seams);
    // What the ledger says decides what is sent: an edited table must not make a second reply.
    if let Some(broken) = books.verify_chain(None).map_err(one)?.breaks.first() {
        return Err(vec![broken.fault()]);
    }
    let mut printed = print::settle(books, &root, &*seams.store).map_err(one)?;
    let scope = options.errand.scope(&options.only, books).map_err(one)?;
    let keys = books.keys().clone();
    let mut plan = plan_for(files, &Ground { bureau, keys: &keys }, &scope, seams, date, |n| told(Progress::Judged(n)));
    all_found(&options.errand, &options.only, &plan.rows, books)?;
    if !plan.mismatches.is_empty() && !options.accept_mismatch {
        return Err(plan.mismatches);
    }
    let mut run = Run::new(bureau, books, seams, options, &root, date).map_err(one)?;
    run.receive(&mut plan).map_err(one)?;
    if let Errand::Correct(number) = &options.errand
        && plan.rows.iter().all(|row| row.outcome == Outcome::Already)
    {
        return Err(vec![Fault::new(code::NOTHING_TO_CORRECT).with("number", Arg::plain(number))]);
    }
    packaging::warn(&mut plan, options.package);
    let bundles = bundle(&plan.rows, options.bundling, options.together.is_some());
    crate::books::prepare_root(&root, &*seams.store).map_err(one)?;
    run.books.mark_root(&root, &*seams.store, &*seams.entropy).map_err(one)?;
    run.lines = plan.rows.iter().zip(&run.standings).map(|(row, standing)| Line::of(row, standing.number())).collect();
    run.lay_already().map_err(one)?;
    let packed = run.send(&mut plan, &bundles, told);
    let replaced = run.replaced().map_err(one)?;
    let Run { lines, .. } = run;
    let mut faults: Vec<Fault> = packed.err().into_iter().collect();
    let split_off = |b: &&Bundle| b.likeness;
    let separated = bundles.iter().filter(split_off).filter_map(|b| lines[*b.rows.first()?].number.clone()).collect();
    // The report first, then the print file: what is packed is told even if one of them fails.
    faults.extend(report::write(&lines, &root, &*seams.store).err());
    match print::print(books, &root, seams) {
        Ok((made, broken)) => {
            faults.extend(broken);
            printed.extend(made);
        }
        Err(fault) => faults.push(fault),
    }
    Ok(Packed { lines, printed, recovered, faults, letter_date: date, separated, replaced, encodings: plan.encodings() })
}

/// Parcels of one group: small enough that what is in memory does not grow with the file.
const GROUP: usize = 16;
/// Documents of one group.
const GROUP_DOCUMENTS: usize = 64;
pub(super) struct Run<'a> {
    pub(super) bureau: &'a Bureau,
    pub(super) books: &'a mut Books,
    pub(super) seams: &'a Seams,
    pub(super) options: &'a Options,
    pub(super) root: &'a Path,
    pub(super) numbering: Numbering,
    /// Every case of this run that has its 受付番号.
    pub(super) received: BTreeMap<Digest, Reception>,
    /// Cases of a run that was interrupted on another computer.
    pub(super) elsewhere: BTreeMap<Reception, Number>,
    pub(super) standings: Vec<Standing>,
    /// Notices of delay that never left, with the cases they are about.
    pub(super) notices: Vec<(Number, Vec<Reception>)>,
    pub(super) lines: Vec<Line>,
}

impl<'a> Run<'a> {
    /// Nothing received yet.
    pub(super) fn new(
        bureau: &'a Bureau,
        books: &'a mut Books,
        seams: &'a Seams,
        options: &'a Options,
        root: &'a Path,
        letter_date: Date,
    ) -> Result<Self, Fault> {
        let numbering = books.numbering(letter_date)?;
        let notices = books.unsent_notices()?.into_iter().map(|notice| (notice.number.clone(), notice.receptions())).collect();
        let elsewhere = books.elsewhere()?;
        Ok(Self {
            bureau,
            books,
            seams,
            options,
            root,
            numbering,
            received: BTreeMap::new(),
            elsewhere,
            standings: Vec::new(),
            notices,
            lines: Vec::new(),
        })
    }
}

impl Run<'_> {
    /// 回答済み: where the parcel of an earlier run lies, if it is of this output folder.
    fn lay_already(&mut self) -> Result<(), Fault> {
        let here = self.books.root(self.root, &*self.seams.store)?;
        for (standing, line) in self.standings.iter().zip(&mut self.lines) {
            let Standing::Already(Some(number)) = standing else { continue };
            let number = number.parse().map_err(|_| Fault::new(code::OURS))?;
            let row = self.books.expect_parcel(&number)?;
            if let Some(promise) = row.promise.filter(|promise| here.holds(promise)) {
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
            let drafting = Drafting::new(self.bureau, &plan.sources, self.seams, plan.letter_date);
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
                Standing::Already(_) | Standing::NoCase => (String::new(), None),
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
