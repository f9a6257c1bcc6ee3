//! 計画: pass 1. Each case is judged and leaves a row without personal data: where it stands, what becomes of it, keyed hashes.

use super::bureau::{Bureau, Seams};
use super::judge::{Bench, Judged, Ready, Terms, judge_for, unreadable};
pub use super::marks::{Ground, Marks, person};
use super::marks::{Question, raw_id};
use super::slips::Slips;
use crate::base::date::{Date, DateTime};
use crate::base::fault::FileName;
use crate::base::{Arg, At, Code, Fault, Field, Stop, code};
use crate::books::{Digest, Keys, Number};
use crate::intake::source::{Record, Slice};
use crate::intake::table::ReadSheet;
use crate::intake::{Format, Node, Source};
use crate::notice::find::Card;
use crate::notice::{Accepts, Asked, Channel, Outcome, Reply, Vetted};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek as _, SeekFrom};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// 入力ファイル of a run.
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// How it is called in messages.
    pub name: FileName,
    /// Its form.
    pub format: Format,
    /// 記録確認日時 of the whole file.
    pub records_at: Option<DateTime>,
    /// 文字コード of a table, as it was found out.
    pub encoding: Option<&'static str>,
    /// シート of a workbook that was read.
    pub sheet: Option<ReadSheet>,
}

/// 照会の呼び名: the id, or the place of a case whose id can't be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    fn of(judged: &Judged, at: At) -> Self {
        match (&judged.id, at) {
            (Some(id), _) => Self(id.as_str().to_owned()),
            // `#` is in no id, so that the two can't be mistaken for each other.
            (None, At::Case(n) | At::Line(n) | At::Byte(n)) => Self(format!("#{n}")),
        }
    }

    /// As shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 前の発送物との関係: what a row's letter does to an earlier parcel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Succession {
    /// 差替え: takes its place (reissue, another channel).
    Replaces(Number),
    /// 訂正: cites it and leaves it standing.
    Corrects(Number),
}

/// 計画の一行.
pub struct PlanRow {
    /// Which file.
    pub source: usize,
    /// Where in it; none when the file as a whole could not be read.
    pub slice: Option<Slice>,
    /// How the case is called.
    pub label: Label,
    /// 照会番号, when it may be written down.
    pub id: Option<String>,
    /// 結果
    pub outcome: Outcome,
    /// 回答方法
    pub channel: Option<Channel>,
    /// Why held or refused.
    pub faults: Vec<Fault>,
    /// What was odd.
    pub warnings: Vec<Fault>,
    /// 照合票 of a held case or a near miss.
    pub card: Option<Card>,
    /// Nearly somebody.
    pub near_miss: bool,
    /// What the ledger knows it by.
    pub marks: Marks,
    /// 照会元整理番号: the order in an envelope.
    pub reference: String,
    /// 受取形式 of its partner, once the requester stood.
    pub accepts: Option<Accepts>,
    /// 副本の更新 is due once sent (N15).
    pub my_number_held: bool,
    /// 照会項目; empty before the requester stood.
    pub items: Vec<Asked>,
    /// What it was judged under.
    pub terms: Terms,
    /// What it does to an earlier parcel.
    pub succession: Option<Succession>,
}

impl PlanRow {
    /// The code that is reported.
    pub fn code(&self) -> Option<Code> {
        self.faults.first().map(|fault| fault.code)
    }

    /// Whether something is to be sent.
    pub fn is_sent(&self) -> bool {
        self.outcome.is_sent()
    }

    /// Takes what a second judgement under other terms says. Where it stands, what it is called and what it follows stay.
    pub fn take(&mut self, mut judged: Judged, node: &Node, source: &SourceFile, ground: &Ground<'_>) {
        let (name, records_at) = (&source.name, source.records_at);
        let Some(slice) = self.slice.clone() else { return };
        let marks = ground.marks(&mut judged, Some(node), &slice.digest, records_at);
        let terms = std::mem::take(&mut self.terms);
        let succession = self.succession.take();
        *self = Self { succession, ..Self::of(judged, slice, self.source, name, marks, terms) };
    }

    fn of(judged: Judged, slice: Slice, source: usize, name: &FileName, marks: Marks, terms: Terms) -> Self {
        let at = slice.at;
        let place = |fault: Fault| slice.locate(fault).within(name, at);
        let keep_card = judged.outcome == Outcome::Held || judged.near_miss;
        let inquiry = judged.vetted.as_ref().map(Vetted::inquiry);
        Self {
            source,
            label: Label::of(&judged, at),
            id: judged.id.as_ref().map(|id| id.as_str().to_owned()),
            outcome: judged.outcome,
            channel: judged.channel,
            reference: inquiry
                .and_then(|inquiry| inquiry.requester.reference.as_ref().map(|r| r.as_str().to_owned()))
                .unwrap_or_default(),
            items: inquiry.map(|inquiry| inquiry.items.clone()).unwrap_or_default(),
            faults: judged.faults.into_iter().map(place).collect(),
            warnings: judged.warnings.into_iter().map(place).collect(),
            card: judged.card.filter(|_| keep_card),
            near_miss: judged.near_miss,
            accepts: judged.vetted.as_ref().map(|vetted| vetted.partner().accepts),
            my_number_held: matches!(&judged.ready, Some(Ready { reply: Reply::Answered(answered), .. }) if answered.my_number_held()),
            slice: Some(slice),
            marks,
            terms,
            succession: None,
        }
    }

    /// Something is odd about it: told with its row in this file.
    pub fn warn(&mut self, fault: Fault, file: &FileName) {
        let at = self.slice.as_ref().map_or(At::Byte(0), |slice| slice.at);
        self.warnings.push(fault.within(file, at));
    }

    /// Refuses it after all.
    pub fn refuse(&mut self, fault: Fault) {
        self.outcome = Outcome::Refused;
        self.faults.insert(0, fault);
    }
}

/// 計画.
pub struct Plan {
    /// The files.
    pub sources: Vec<SourceFile>,
    /// One row a case, in the order read.
    pub rows: Vec<PlanRow>,
    /// 発信日
    pub letter_date: Date,
    /// 行ずれ: files whose candidates fit nobody; the run stops unless somebody says that it is right so.
    pub mismatches: Vec<Fault>,
}

impl Plan {
    /// 文字コード of each table that was read.
    pub fn encodings(&self) -> Vec<(FileName, &'static str)> {
        self.sources.iter().filter_map(|source| Some((source.name.clone(), source.encoding?))).collect()
    }

    /// シート of each workbook that was read.
    pub fn sheets(&self) -> Vec<(FileName, ReadSheet)> {
        self.sources.iter().filter_map(|source| Some((source.name.clone(), source.sheet.clone()?))).collect()
    }
}

/// 照合の進み具合.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judging {
    /// So many cases were judged.
    pub cases: u64,
    /// Of about so many, by the bytes that were read; not known of a workbook.
    pub of: Option<u64>,
}

/// 計画の範囲: which cases of the files, and under which terms they are judged.
#[derive(Default)]
pub struct Scope {
    /// Every case is judged under these.
    pub terms: Terms,
    /// Only these, where some were named.
    pub only: Option<Only>,
    /// And of them only these cases, where the errand is about a parcel.
    pub within: Option<BTreeSet<Digest>>,
}

/// 名指しした照会.
#[derive(Default)]
pub struct Only {
    /// 照会番号, folded.
    pub ids: BTreeSet<String>,
    /// Cases as the ledger knows them.
    pub cases: BTreeSet<Digest>,
}

impl Only {
    fn holds(&self, id: &str, case: &Digest) -> bool {
        self.ids.contains(id) || self.cases.contains(case)
    }
}

/// Reads every file once and judges every case.
pub fn plan(
    files: &[PathBuf],
    bureau: &Bureau,
    keys: &Keys,
    seams: &Seams,
    letter_date: Date,
    told: impl FnMut(Judging),
) -> Plan {
    let nobody = Stop::default();
    judged(files, &Ground { bureau, keys }, &Scope::default(), seams, letter_date, &nobody, told)
}

/// Reads every file once and judges the cases that are in scope. FK-6110 as soon as somebody asks for an end: half a plan is none.
pub fn plan_for(
    files: &[PathBuf],
    ground: &Ground<'_>,
    scope: &Scope,
    seams: &Seams,
    letter_date: Date,
    stop: &Stop,
    told: impl FnMut(Judging),
) -> Result<Plan, Fault> {
    let plan = judged(files, ground, scope, seams, letter_date, stop, told);
    if stop.is_asked() { Err(Fault::new(code::STOPPED)) } else { Ok(plan) }
}

/// As far as it came before somebody asked for an end.
fn judged(
    files: &[PathBuf],
    ground: &Ground<'_>,
    scope: &Scope,
    seams: &Seams,
    letter_date: Date,
    stop: &Stop,
    mut told: impl FnMut(Judging),
) -> Plan {
    let mut planner = Planner {
        ground,
        scope,
        stop,
        now: seams.now(),
        letter_date,
        names: Vec::new(),
        rows: Vec::new(),
        ids: BTreeMap::new(),
        questions: BTreeMap::new(),
        slips: Slips::default(),
        mismatches: Vec::new(),
    };
    let mut sources = Vec::with_capacity(files.len());
    for (index, path) in files.iter().enumerate() {
        if stop.is_asked() {
            break;
        }
        let name = FileName::new(path, index + 1);
        let plain = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        planner.names.push(name.clone());
        let mut file =
            SourceFile { path: path.clone(), name, format: Format::Json, records_at: None, encoding: None, sheet: None };
        if let Err(faults) = planner.file(&mut file, &plain, index, seams, &mut told) {
            planner.lost_file(index, faults);
        }
        sources.push(file);
    }
    Plan { sources, rows: planner.rows, letter_date, mismatches: planner.mismatches }
}

struct Planner<'a> {
    ground: &'a Ground<'a>,
    scope: &'a Scope,
    stop: &'a Stop,
    now: DateTime,
    letter_date: Date,
    /// How each file is called.
    names: Vec<FileName>,
    rows: Vec<PlanRow>,
    /// The row of each 照会番号.
    ids: BTreeMap<String, usize>,
    /// The first row of each question, for 二重受付.
    questions: BTreeMap<Question, usize>,
    /// Of the file that is being read.
    slips: Slips,
    mismatches: Vec<Fault>,
}

impl Planner<'_> {
    fn file(
        &mut self,
        file: &mut SourceFile,
        plain: &str,
        index: usize,
        seams: &Seams,
        told: &mut impl FnMut(Judging),
    ) -> Result<(), Vec<Fault>> {
        let here = |fault: Fault| vec![fault.within(&file.name, At::Byte(0))];
        if FileName::holds_a_number(plain) {
            return Err(here(Fault::new(code::NUMBER_IN_NAME)));
        }
        file.format = Format::of(plain).ok_or_else(|| here(Fault::new(code::FILE_KIND)))?;
        let opened = seams.inputs.open(&file.path);
        let mut reader = opened.map_err(|error| here(Fault::new(code::FILE_UNREADABLE).with("system", Arg::system(&error))))?;
        let size = reader.seek(SeekFrom::End(0)).ok().filter(|_| file.format != Format::Xlsx);
        let mut source = Source::new(reader, file.name.clone(), file.format, &self.ground.bureau.catalogue)
            .on_sheet(self.ground.bureau.sheet.clone());
        let first = self.rows.len() as u64;
        self.slips = Slips::default();
        let records_at = std::cell::Cell::new(None);
        let name = file.name.clone();
        let read = source.each_until(
            |at| records_at.set(at),
            |record| {
                if self.stop.is_asked() {
                    return ControlFlow::Break(());
                }
                let read = record.slice.offset + record.slice.len;
                self.record(record, index, &name, records_at.get());
                let cases = self.rows.len() as u64;
                let by_bytes = |size: u64| first + ((cases - first) as f64 * size as f64 / read.max(1) as f64).round() as u64;
                told(Judging { cases, of: size.map(by_bytes) });
                ControlFlow::Continue(())
            },
        );
        file.encoding = source.encoding();
        file.sheet = source.sheet().cloned();
        read?;
        file.records_at = records_at.get();
        self.mismatches.extend(self.slips.fault().map(|fault| fault.within(&name, At::Byte(0))));
        Ok(())
    }

    fn record(&mut self, record: Record, source: usize, name: &FileName, records_at: Option<DateTime>) {
        let (mut judged, node) = match record.node {
            Ok(node) => {
                let bench = bench(self.ground.bureau, records_at, self.letter_date, self.now);
                (judge_for(&node, &bench, &self.scope.terms), Some(node))
            }
            Err(fault) => (unreadable(fault), None),
        };
        if record.broken {
            judged.faults.retain(|fault| fault.code == code::MY_NUMBER);
        }
        judged.refuse(record.form.faults);
        judged.warnings.extend(record.form.warnings);
        let marks = self.ground.marks(&mut judged, node.as_ref(), &record.slice.digest, records_at);
        let named = |only: &Only| only.holds(&node.as_ref().map(raw_id).unwrap_or_default(), &marks.case);
        let within = |cases: &BTreeSet<Digest>| cases.contains(&marks.case);
        if !self.scope.only.as_ref().is_none_or(named) || !self.scope.within.as_ref().is_none_or(within) {
            return;
        }
        if let Some(id) = &judged.id
            && let Some(first) = self.ids.insert(id.folded(), self.rows.len())
        {
            judged.refuse(vec![self.twice(first, source, &record.slice, name)]);
        }
        self.slips.count(judged.slipped);
        let terms = self.scope.terms.clone();
        let mut row = PlanRow::of(judged, record.slice, source, name, marks, terms);
        self.warn_of_double_entry(&mut row, name);
        self.rows.push(row);
    }

    /// 二重受付の疑い: the same requester asked about the same person and items before, under another 照会番号 of this run.
    fn warn_of_double_entry(&mut self, row: &mut PlanRow, name: &FileName) {
        let Some(question) = row.marks.question() else { return };
        let first = *self.questions.entry(question).or_insert(self.rows.len());
        if let Some(first) = self.rows.get(first).filter(|first| first.marks.case != row.marks.case) {
            row.warn(Fault::new(code::DOUBLE_ENTRY).with("number", Arg::plain(first.label.as_str())), name);
        }
    }

    /// The same 照会番号 again. In one table the two may be halves of one case: then neither is answered.
    fn twice(&mut self, first: usize, source: usize, slice: &Slice, name: &FileName) -> Fault {
        let id = Field::new("照会番号", "id");
        let earlier = &mut self.rows[first];
        let before = earlier.slice.as_ref().filter(|before| earlier.source == source && before.is_of_table()).map(|s| s.at);
        let (Some(At::Line(before)), At::Line(after)) = (before, slice.at) else {
            let fault = Fault::new(code::DUPLICATE_ID).at(id).with("file", Arg::plain(self.names[earlier.source].as_str()));
            return match earlier.slice.as_ref().map(|slice| slice.at) {
                Some(At::Line(line)) => fault.with("line", Arg::count(line)),
                Some(At::Case(nth)) => fault.with("nth", Arg::count(nth)),
                Some(At::Byte(_)) | None => fault,
            };
        };
        let fault = Fault::new(code::ROWS_APART).at(id).with("first", Arg::count(before)).with("second", Arg::count(after));
        if earlier.code() != Some(code::ROWS_APART) {
            earlier.refuse(fault.clone().within(name, At::Line(before)));
        }
        fault
    }

    /// A file that could not be read at all leaves one refused row.
    fn lost_file(&mut self, source: usize, faults: Vec<Fault>) {
        let judged = Judged { faults, ..unreadable(Fault::new(code::FILE_UNREADABLE)) };
        let nothing = self.ground.keys.fingerprint(format!("file {source}").as_bytes());
        self.rows.push(PlanRow {
            source,
            slice: None,
            label: Label(format!("#{}", source + 1)),
            id: None,
            outcome: judged.outcome,
            channel: None,
            faults: judged.faults,
            warnings: Vec::new(),
            card: None,
            near_miss: false,
            marks: Marks { case: nothing, fingerprint: nothing, spelt: nothing, ..Marks::unknown() },
            reference: String::new(),
            accepts: None,
            my_number_held: false,
            items: Vec::new(),
            terms: Terms::default(),
            succession: None,
        });
    }
}

/// What a record of this office is judged against.
pub fn bench(bureau: &Bureau, records_at: Option<DateTime>, letter_date: Date, now: DateTime) -> Bench<'_> {
    Bench {
        catalogue: &bureau.catalogue,
        insurer: &bureau.office.insurer,
        partners: &bureau.partners,
        municipalities: &bureau.municipalities,
        procedures: &bureau.procedures,
        records_at,
        letter_date,
        now,
    }
}

/// 一時の鍵: for judging without an unlocked office, when nothing is written down.
pub fn passing_keys(entropy: &dyn crate::base::Entropy) -> Result<Keys, Fault> {
    use crate::seal::vault::{Params, RecoveryCode, create};
    let throwaway = RecoveryCode::random(entropy);
    let (_, keys) = create(throwaway.expose().as_bytes(), Params::LEAST, entropy).map_err(|e| Fault::new(e.code()))?;
    Ok(Keys::from(std::sync::Arc::new(keys)))
}
