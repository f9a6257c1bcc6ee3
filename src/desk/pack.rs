//! 封緘の一括: the whole walk. Plan, receive, send (`send.rs`: group by group), then report and print file.

use super::bundle::{Bundle, Bundling, bundle};
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

/// 一括の結果: what stands once the run is over. It is told, whatever failed.
#[derive(Default)]
pub struct Packed {
    /// Whether it came to its cases. If not, nothing of this run was made and `faults` say why; what it settled of an earlier one is told.
    pub begun: bool,
    /// A line a case, in the order read.
    pub lines: Vec<Line>,
    /// The print files of this run, and one that a dead run had not named yet.
    pub printed: Vec<Printed>,
    /// Labels and posting lists of the letters in them.
    pub posting: Vec<Posting>,
    /// What an earlier run left and what became of it.
    pub recovered: Vec<Recovery>,
    /// What failed after parcels had been packed or settled; they stand.
    pub faults: Vec<Fault>,
    /// 発信日
    pub letter_date: Date,
    /// 中断: so many cases were to be answered and were not begun, or nobody knows whether they were made.
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

/// Packs every case of these files into `out`. After an `Err` nothing stands that did not before.
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
    // What the ledger says decides what is sent and what is swept: an edited table must do neither.
    if let Some(broken) = books.verify_telling(None, &mut |rows| told(Progress::Walked(rows))).map_err(one)?.breaks.first() {
        return Err(vec![broken.fault()]);
    }
    // An output folder that is not there has nothing to recover, and nothing lands in what stands in its place.
    let gone = gone::look(books, &root, &*seams.store, options.abandon).map_err(one)?;
    let recovered = books.recover(&*seams.store, options.abandon).map_err(one)?;
    // From here on no `?`: what was settled or made stands, and nobody tells of it later.
    let walk = Walk { files, bureau, seams, options, root: &root, date: letter_date(options.date, seams) };
    let mut settled = Vec::new();
    let unsettled = print::settle(books, &root, &*seams.store, &mut settled).map_err(one);
    let printed: Vec<Printed> = settled.into_iter().filter_map(|one| print::told(one, &bureau.office)).collect();
    let mut packed = Packed { recovered, printed, letter_date: walk.date, ..Packed::default() };
    match unsettled.and_then(|()| walk.begin(books, told)) {
        Ok((mut run, mut plan, bundles)) => {
            let split_off = bundles.iter().filter(|b| b.likeness).filter_map(|b| b.rows.first().copied()).collect();
            let sent = run.send(&mut plan, bundles, told);
            packed.take(run, &plan, split_off, sent);
            packed.lay(&walk, &plan, books, first_label);
        }
        Err(faults) if packed.recovered.is_empty() && packed.printed.is_empty() => return Err(faults),
        Err(faults) => packed.faults = faults,
    }
    let unsent = unsent::look(&mut packed.lines, &packed.recovered, gone, bureau, books, &root, seams);
    packed.faults.extend(unsent.as_ref().err().cloned());
    packed.unsent = unsent.unwrap_or_default();
    Ok(packed)
}

/// 指示: what a run is about.
struct Walk<'a> {
    files: &'a [PathBuf],
    bureau: &'a Bureau,
    seams: &'a Seams,
    options: &'a Options,
    root: &'a Path,
    date: Date,
}

impl<'a> Walk<'a> {
    /// 前: every case judged and received, the output folder made. No parcel of this run stands yet.
    fn begin(&self, books: &'a mut Books, told: &mut dyn FnMut(Progress)) -> Result<(Run<'a>, Plan, Vec<Bundle>), Vec<Fault>> {
        let one = |fault: Fault| vec![fault];
        let mut plan = self.plan(books, told)?;
        let mut run = Run::new(self.bureau, books, self.seams, self.options, self.root, self.date).map_err(one)?;
        run.receive(&mut plan).map_err(one)?;
        if let Errand::Correct(number) = &self.options.errand
            && plan.rows.iter().all(|row| row.outcome == Outcome::Already)
        {
            return Err(vec![Fault::new(code::NOTHING_TO_CORRECT).with("number", Arg::plain(number))]);
        }
        packaging::warn(&mut plan, self.options.package);
        let bundles = bundle(&plan.rows, self.options.bundling, self.options.together.is_some());
        run.begin(&plan).map_err(one)?;
        Ok((run, plan, bundles))
    }

    /// 計画: every case of the files that the errand is about, judged before anything of this run stands in the ledger.
    fn plan(&self, books: &mut Books, told: &mut dyn FnMut(Progress)) -> Result<Plan, Vec<Fault>> {
        let one = |fault: Fault| vec![fault];
        let options = self.options;
        let scope = options.errand.scope(&options.only, books).map_err(one)?;
        let keys = books.keys().clone();
        let ground = Ground { bureau: self.bureau, keys: &keys };
        let judged = |n| told(Progress::Judged(n));
        let plan = plan_for(self.files, &ground, &scope, self.seams, self.date, &options.stop, judged).map_err(one)?;
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
}

impl Packed {
    /// What the groups came to, also where one failed.
    fn take(&mut self, run: Run<'_>, plan: &Plan, split_off: Vec<usize>, sent: Result<(), Fault>) {
        let Run { lines, left, divided, replaced, .. } = run;
        self.separated = split_off.into_iter().filter_map(|row| lines[row].number.clone()).collect();
        self.begun = true;
        (self.encodings, self.sheets) = (plan.encodings(), plan.sheets());
        (self.lines, self.left, self.divided, self.replaced) = (lines, left, divided, replaced);
        self.faults.extend(sent.err());
    }

    /// 後: the report first, then print files and labels; what is packed is told even if one of them fails.
    fn lay(&mut self, walk: &Walk<'_>, plan: &Plan, books: &mut Books, first_label: usize) {
        let Walk { bureau, seams, root, .. } = *walk;
        self.faults.extend(unsent::warn(&plan.rows, &mut self.lines, bureau, books).err());
        self.faults.extend(report::write(&self.lines, root, &*seams.store).err());
        let papers = Papers::lay(books, root, bureau, seams, first_label);
        self.printed.extend(papers.printed);
        self.posting = papers.posting;
        self.faults.extend(papers.faults);
    }
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
    /// 差替えた番号, each with the one that took its place.
    pub(super) replaced: Vec<(Number, String)>,
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
            replaced: Vec::new(),
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
