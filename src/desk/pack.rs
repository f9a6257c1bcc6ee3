//! 封緘の一括: the whole walk. Plan, receive, send (`send.rs`: group by group), then report and print file.

use super::bundle::{Bundling, bundle};
use super::bureau::{Bureau, Seams, letter_date};
use super::errand::{Errand, all_found};
use super::gone;
use super::packaging;
use super::plan::{Ground, Judging, Plan, plan_for};
use super::posting::{self, Posting};
use super::print::{self, Printed};
use super::report::{self, FileLine, Line, Todo};
use super::standing::Standing;
use super::unsent::{self, Unsent};
use crate::base::date::Date;
use crate::base::fault::FileName;
use crate::base::{Arg, Fault, Stop, code};
use crate::books::{Books, Digest, Number, Numbering, Reception, Recovery, Walking};
use crate::intake::table::ReadSheet;
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
    /// The first label, from 1, of a sheet that is partly used up.
    pub labels_from: Option<usize>,
    /// 中断: asked for, the run ends at the record that it judges, or behind the group that it makes.
    pub stop: Stop,
}

/// 進み具合.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many rows of the ledger looked at.
    Walked(Walking),
    /// So many cases judged.
    Judged(Judging),
    /// All of them are judged.
    Planned,
    /// All have their 受付番号, and so many are to be answered.
    Cases(u64),
    /// So many of them made and looked at by the gate.
    Made(u64),
    /// So many of them on the disk and in the ledger.
    Done(u64),
}

/// 一括の結果.
pub struct Packed {
    /// A line a case, in the order read.
    pub lines: Vec<Line>,
    /// The print files of this run, and one that a dead run had not named yet.
    pub printed: Vec<Printed>,
    /// Labels and posting lists of the letters in them.
    pub posting: Vec<Posting>,
    /// What an earlier run left and what became of it.
    pub recovered: Vec<Recovery>,
    /// What failed after parcels had been packed; they stand, and are told.
    pub faults: Vec<Fault>,
    /// 発信日
    pub letter_date: Date,
    /// 中断: so many cases were to be answered and were not begun.
    pub left: usize,
    /// Packages that an inquiry was divided into because all of it in one was more than the partner's mail takes.
    pub divided: Vec<String>,
    /// Sets that were split off because somebody of the same or nearly the same name is in another one.
    pub separated: Vec<String>,
    /// 差替え: numbers that are not to be used any more, each with the one that took its place.
    pub replaced: Vec<(Number, String)>,
    /// 未発送: what of earlier runs is still to be done.
    pub unsent: Unsent,
    /// 文字コード of each table that was read.
    pub encodings: Vec<(FileName, &'static str)>,
    /// シート of each workbook that was read.
    pub sheets: Vec<(FileName, ReadSheet)>,
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
    let first_label = posting::first_label(options.labels_from, &bureau.office.labels).map_err(one)?;
    let root = crate::world::resolve_unlinked(out).map_err(|e| vec![Fault::new(code::OUT).with("system", Arg::system(&e))])?;
    if root.starts_with(&bureau.dir) {
        return Err(vec![Fault::new(code::OUT_IN_OFFICE)]);
    }
    let recovered = books.recover(&*seams.store, options.abandon).map_err(one)?;
    let date = letter_date(options.date, seams);
    // What the ledger says decides what is sent: an edited table must not make a second reply.
    if let Some(broken) = books.verify_telling(None, &mut |rows| told(Progress::Walked(rows))).map_err(one)?.breaks.first() {
        return Err(vec![broken.fault()]);
    }
    let gone = gone::look(books, &root, &*seams.store, options.abandon).map_err(one)?;
    let settled = print::settle(books, &root, &*seams.store).map_err(one)?;
    let mut plan = planned(files, bureau, books, seams, date, options, told)?;
    let mut run = Run::new(bureau, books, seams, options, &root, date).map_err(one)?;
    run.receive(&mut plan).map_err(one)?;
    if let Errand::Correct(number) = &options.errand
        && plan.rows.iter().all(|row| row.outcome == Outcome::Already)
    {
        return Err(vec![Fault::new(code::NOTHING_TO_CORRECT).with("number", Arg::plain(number))]);
    }
    packaging::warn(&mut plan, options.package);
    let bundles = bundle(&plan.rows, options.bundling, options.together.is_some());
    run.begin(&plan).map_err(one)?;
    let split_off: Vec<usize> = bundles.iter().filter(|b| b.likeness).filter_map(|b| b.rows.first().copied()).collect();
    let packed = run.send(&mut plan, bundles, told);
    let replaced = run.replaced().map_err(one)?;
    let Run { mut lines, left, divided, .. } = run;
    let mut faults: Vec<Fault> = packed.err().into_iter().collect();
    faults.extend(unsent::warn(&plan.rows, &mut lines, bureau, books).err());
    let separated = split_off.into_iter().filter_map(|row| lines[row].number.clone()).collect();
    // The report first, then the print file: what is packed is told even if one of them fails.
    faults.extend(report::write(&lines, &root, &*seams.store).err());
    let mut printed: Vec<Printed> = settled.into_iter().filter_map(|one| print::told(one, &bureau.office)).collect();
    let papers = Papers::lay(books, &root, bureau, seams, first_label);
    printed.extend(papers.printed);
    faults.extend(papers.faults);
    let unsent = unsent::look(&mut lines, &recovered, gone, bureau, books, &root, seams);
    faults.extend(unsent.as_ref().err().cloned());
    Ok(Packed {
        lines,
        printed,
        posting: papers.posting,
        recovered,
        faults,
        letter_date: date,
        left,
        divided,
        separated,
        replaced,
        unsent: unsent.unwrap_or_default(),
        encodings: plan.encodings(),
        sheets: plan.sheets(),
    })
}

/// 計画: every case of the files that the errand is about, judged before anything of this run stands in the ledger.
fn planned(
    files: &[PathBuf],
    bureau: &Bureau,
    books: &mut Books,
    seams: &Seams,
    date: Date,
    options: &Options,
    told: &mut dyn FnMut(Progress),
) -> Result<Plan, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let scope = options.errand.scope(&options.only, books).map_err(one)?;
    let keys = books.keys().clone();
    let ground = Ground { bureau, keys: &keys };
    let plan = plan_for(files, &ground, &scope, seams, date, &options.stop, |n| told(Progress::Judged(n))).map_err(one)?;
    all_found(&options.errand, &options.only, &plan.rows, books)?;
    told(Progress::Planned);
    if options.stop.is_asked() {
        return Err(vec![Fault::new(code::STOPPED)]);
    }
    if !plan.mismatches.is_empty() && !options.accept_mismatch {
        return Err(plan.mismatches);
    }
    Ok(plan)
}

/// 紙: the print files that are due in this folder, with labels and lists for what is posted.
struct Papers {
    printed: Vec<Printed>,
    posting: Vec<Posting>,
    faults: Vec<Fault>,
}

impl Papers {
    /// Labels first: those of an interrupted run are not made twice. A label that can't be made holds no letter up.
    fn lay(books: &mut Books, root: &Path, bureau: &Bureau, seams: &Seams, first_label: usize) -> Self {
        let (piles, mut faults) = match print::due(books, root, &bureau.office, seams) {
            Ok(due) => due,
            Err(fault) => return Self { printed: Vec::new(), posting: Vec::new(), faults: vec![fault] },
        };
        let (posting, broken) = posting::prepare(&piles, books, root, bureau, seams, first_label);
        faults.extend(broken);
        let (printed, broken) = print::print(books, root, &piles, &bureau.office, seams);
        faults.extend(broken);
        Self { printed, posting, faults }
    }
}

/// 一括の途中: what the steps of one run share.
pub(super) struct Run<'a> {
    pub(super) bureau: &'a Bureau,
    pub(super) books: &'a mut Books,
    pub(super) seams: &'a Seams,
    pub(super) options: &'a Options,
    pub(super) root: &'a Path,
    pub(super) numbering: Numbering,
    /// How many sets each inquiry had so far.
    pub(super) mails: BTreeMap<usize, usize>,
    /// Every case of this run that has its 受付番号.
    pub(super) received: BTreeMap<Digest, Reception>,
    /// Cases of a run that was interrupted on another computer.
    pub(super) elsewhere: BTreeMap<Reception, Number>,
    pub(super) standings: Vec<Standing>,
    /// Notices of delay that never left, with the cases they are about.
    pub(super) notices: Vec<(Number, Vec<Reception>)>,
    pub(super) lines: Vec<Line>,
    pub(super) left: usize,
    pub(super) divided: Vec<String>,
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
            mails: BTreeMap::new(),
            received: BTreeMap::new(),
            elsewhere,
            standings: Vec::new(),
            notices,
            lines: Vec::new(),
            left: 0,
            divided: Vec::new(),
        })
    }
}

impl Run<'_> {
    /// The output folder is made and known to the ledger, and every case has its line of the report.
    fn begin(&mut self, plan: &Plan) -> Result<(), Fault> {
        crate::books::prepare_root(self.root, &*self.seams.store)?;
        self.books.mark_root(self.root, &*self.seams.store, &*self.seams.entropy)?;
        self.lines = plan.rows.iter().zip(&self.standings).map(|(row, standing)| Line::of(row, standing.number())).collect();
        self.lay_already()
    }

    /// 回答済み: where the parcel of an earlier run lies, if it is of this output folder.
    fn lay_already(&mut self) -> Result<(), Fault> {
        let here = self.books.root(self.root, &*self.seams.store)?;
        for (standing, line) in self.standings.iter().zip(&mut self.lines) {
            let Standing::Already(Some(number)) = standing else { continue };
            let number = number.parse().map_err(|_| Fault::new(code::OURS))?;
            let row = self.books.expect_parcel(&number)?;
            line.todo = row.promise.as_ref().filter(|_| unsent::is_unsent(&row)).map(|p| Todo::Send(p.channel.into()));
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
}
