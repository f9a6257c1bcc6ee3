//! 計画: pass 1. Each case is judged and leaves a row without personal data: where it stands, what becomes of it, keyed hashes.

use super::bureau::{Bureau, Seams};
use super::judge::{Bench, Judged, Ready, Terms, judge_for, unreadable};
use crate::base::date::{Date, DateTime, parse_moment, to_epoch_ms};
use crate::base::fault::FileName;
use crate::base::kana::Folded;
use crate::base::{Arg, At, Code, Fault, Field, code};
use crate::books::{Digest, Keys, Number};
use crate::intake::source::{Record, Slice};
use crate::intake::{Format, Node, Source};
use crate::notice::find::Card;
use crate::notice::{Accepts, Asked, Channel, Inquiry, Outcome, Reply, Sex, Subject, Vetted, Via};
use std::collections::{BTreeMap, BTreeSet};
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

    /// Refuses it after all.
    pub fn refuse(&mut self, fault: Fault) {
        self.outcome = Outcome::Refused;
        self.faults.insert(0, fault);
    }
}

/// 鍵付きの印: what identifies a case, its requester and its person without saying who.
pub struct Marks {
    /// id + received.at + requester.
    pub case: Digest,
    /// The record's content.
    pub fingerprint: Digest,
    /// 照会者, once it could be read.
    pub requester: Option<Digest>,
    /// 照会文書: requester, number and date of a written inquiry.
    pub document: Option<Digest>,
    /// 宛先 and 宛名: what one envelope has one of; none while nothing is sent.
    pub destination: Option<Digest>,
    /// 対象者の仮名
    pub person: Option<Digest>,
    /// 対象者の似た名前: equal for names that are the same or nearly the same.
    pub likeness: Option<Digest>,
    /// 照会項目
    pub items: Option<Digest>,
    /// 受付日時, epoch ms; 0 when unknown.
    pub received_at: i64,
    /// 回答期限, epoch ms; 0 when unknown.
    pub deadline: i64,
    /// phone | document
    pub via: &'static str,
    /// 自治体コード or partners key
    pub municipality: String,
    /// 手続番号
    pub procedure: String,
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

/// 足場: what marks and rows are computed with.
pub struct Ground<'a> {
    /// The office.
    pub bureau: &'a Bureau,
    /// The ledger's keys.
    pub keys: &'a Keys,
}

/// Reads every file once and judges every case.
pub fn plan(files: &[PathBuf], bureau: &Bureau, keys: &Keys, seams: &Seams, letter_date: Date, told: impl FnMut(u64)) -> Plan {
    plan_for(files, &Ground { bureau, keys }, &Scope::default(), seams, letter_date, told)
}

/// Reads every file once and judges the cases that are in scope.
pub fn plan_for(
    files: &[PathBuf],
    ground: &Ground<'_>,
    scope: &Scope,
    seams: &Seams,
    letter_date: Date,
    mut told: impl FnMut(u64),
) -> Plan {
    let mut planner = Planner {
        ground,
        scope,
        now: seams.now(),
        letter_date,
        rows: Vec::new(),
        ids: BTreeMap::new(),
        slipped: 0,
        mismatches: Vec::new(),
    };
    let mut sources = Vec::with_capacity(files.len());
    for (index, path) in files.iter().enumerate() {
        let name = FileName::new(path, index + 1);
        let plain = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let mut file = SourceFile { path: path.clone(), name, format: Format::Json, records_at: None, encoding: None };
        if let Err(faults) = planner.file(&mut file, &plain, index, seams, &mut told) {
            planner.lost_file(index, faults);
        }
        sources.push(file);
    }
    Plan { sources, rows: planner.rows, letter_date, mismatches: planner.mismatches }
}

/// 行ずれ: 10 cases or more and over half of a file agree in none of the three items.
const SLIPPED_AT_LEAST: u64 = 10;

struct Planner<'a> {
    ground: &'a Ground<'a>,
    scope: &'a Scope,
    now: DateTime,
    letter_date: Date,
    rows: Vec<PlanRow>,
    /// The row of each 照会番号.
    ids: BTreeMap<String, usize>,
    slipped: u64,
    mismatches: Vec<Fault>,
}

impl Planner<'_> {
    fn file(
        &mut self,
        file: &mut SourceFile,
        plain: &str,
        index: usize,
        seams: &Seams,
        told: &mut impl FnMut(u64),
    ) -> Result<(), Vec<Fault>> {
        let here = |fault: Fault| vec![fault.within(&file.name, At::Byte(0))];
        if file.name.as_str() != plain {
            return Err(here(Fault::new(code::MY_NUMBER)));
        }
        file.format = Format::of(plain).ok_or_else(|| here(Fault::new(code::FILE_KIND)))?;
        let opened = seams.inputs.open(&file.path);
        let reader = opened.map_err(|error| here(Fault::new(code::FILE_UNREADABLE).with("system", Arg::system(&error))))?;
        let mut source = Source::new(reader, file.name.clone(), file.format, &self.ground.bureau.catalogue)
            .on_sheet(self.ground.bureau.sheet.clone());
        let (first, before) = (self.rows.len() as u64, self.slipped);
        let records_at = std::cell::Cell::new(None);
        let name = file.name.clone();
        let read = source.each(
            |at| records_at.set(at),
            |record| {
                self.record(record, index, &name, records_at.get());
                told(self.rows.len() as u64);
            },
        );
        file.encoding = source.encoding();
        read?;
        file.records_at = records_at.get();
        let (cases, slipped) = (self.rows.len() as u64 - first, self.slipped - before);
        if slipped >= SLIPPED_AT_LEAST && slipped * 2 > cases {
            let fault = Fault::new(code::ROWS_SLIPPED).with("count", Arg::count(slipped)).with("all", Arg::count(cases));
            self.mismatches.push(fault.within(&name, At::Byte(0)));
        }
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
        self.slipped += u64::from(judged.slipped);
        let terms = self.scope.terms.clone();
        self.rows.push(PlanRow::of(judged, record.slice, source, name, marks, terms));
    }

    /// The same 照会番号 again. In one table the two may be halves of one case: then neither is answered.
    fn twice(&mut self, first: usize, source: usize, slice: &Slice, name: &FileName) -> Fault {
        let id = Field::new("照会番号", "id");
        let earlier = &mut self.rows[first];
        let before = earlier.slice.as_ref().filter(|before| earlier.source == source && before.is_of_table()).map(|s| s.at);
        let (Some(At::Line(before)), At::Line(after)) = (before, slice.at) else {
            return Fault::new(code::DUPLICATE_ID).at(id);
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
            marks: Marks { case: nothing, fingerprint: nothing, ..Marks::unknown() },
            reference: String::new(),
            accepts: None,
            my_number_held: false,
            items: Vec::new(),
            terms: Terms::default(),
            succession: None,
        });
    }
}

impl Ground<'_> {
    /// What the ledger would know a judged record by. A deadline in a year that nobody knows is a warning of the case.
    ///
    /// The file's own 記録確認日時 belongs to the content of a record that states none: it is printed.
    fn marks(&self, judged: &mut Judged, node: Option<&Node>, digest: &[u8; 32], records_at: Option<DateTime>) -> Marks {
        let keys = self.keys;
        let Some(node) = node else {
            let bytes = keys.fingerprint(digest);
            return Marks { case: bytes, fingerprint: bytes, ..Marks::unknown() };
        };
        let mut canonical = zeroize::Zeroizing::new(Vec::new());
        node.canonical(&mut canonical);
        if let Some(at) = records_at.filter(|_| matches!(node.get("records_at"), None | Some(Node::Null))) {
            canonical.extend_from_slice(format!("records_at {at}").as_bytes());
        }
        let fingerprint = keys.fingerprint(&canonical);
        // A record without an id is known by its content: two such records are two cases.
        let case = if raw_id(node).is_empty() { fingerprint } else { raw_case(node, keys) };
        let mut marks = Marks { case, fingerprint, ..Marks::unknown() };
        if let Some(at) = raw_received_at(node) {
            let due = self.bureau.work_days.deadline(at);
            judged.warnings.extend(due.doubt());
            marks.received_at = to_epoch_ms(at);
            marks.deadline = to_epoch_ms(due.at);
        }
        if let Some(vetted) = &judged.vetted {
            fill(&mut marks, vetted.inquiry(), self.bureau, keys);
            let holder = vetted.inquiry().requester.addressee.as_ref().map(|a| a.as_str()).unwrap_or_default();
            marks.destination =
                judged.ready.as_ref().map(|ready| keys.items(["destination", ready.destination.line().as_str(), holder]));
        }
        marks
    }
}

impl Marks {
    fn unknown() -> Self {
        Self {
            case: Digest::default(),
            fingerprint: Digest::default(),
            requester: None,
            document: None,
            destination: None,
            person: None,
            likeness: None,
            items: None,
            received_at: 0,
            deadline: 0,
            via: "",
            municipality: String::new(),
            procedure: String::new(),
        }
    }
}

/// The key of a case, taken from the tree as it stands, so that a refused record and its mended one are the same case.
fn raw_case(node: &Node, keys: &Keys) -> Digest {
    let of = |group: &str, key: &str| raw_text(node.get(group).and_then(|g| g.get(key)));
    let code = match of("requester", "code") {
        code if code.is_empty() => of("requester", "partner"),
        code => code,
    };
    let requester = keys.requester(&code, &of("requester", "section"), &of("requester", "officer"));
    let at = of("received", "at");
    let at = parse_moment(&at).map(|at| at.to_string()).unwrap_or(at);
    keys.case(&raw_id(node), &at, &requester)
}

fn raw_id(node: &Node) -> String {
    raw_text(node.get("id")).to_ascii_lowercase()
}

fn raw_text(node: Option<&Node>) -> String {
    match node {
        Some(Node::Text(text) | Node::Number(text)) => text.clone(),
        _ => String::new(),
    }
}

/// 受付日時 of a record that may otherwise be unreadable: a refused case is due like any other.
fn raw_received_at(node: &Node) -> Option<DateTime> {
    match node.get("received").and_then(|r| r.get("at")) {
        Some(Node::Text(text)) => parse_moment(text).ok(),
        _ => None,
    }
}

fn fill(marks: &mut Marks, inquiry: &Inquiry, bureau: &Bureau, keys: &Keys) {
    let who = &inquiry.requester;
    let requester = keys.requester(who.key.as_str(), who.section.as_str(), who.officer.as_str());
    let received = &inquiry.received;
    let subject = &inquiry.subject;
    let kana = subject.kana.expose().as_str();
    marks.person = person(subject, keys);
    marks.likeness = Some(keys.fingerprint(Folded::new(kana).candidate.as_bytes()));
    marks.document = received.document_no.as_ref().map(|number| {
        let dated = received.document_date.map(|d| d.to_string()).unwrap_or_default();
        keys.case(number.as_str(), &dated, &requester)
    });
    marks.requester = Some(requester);
    marks.items = Some(keys.items(inquiry.items.iter().map(|asked| bureau.catalogue.item(*asked).id.as_str())));
    marks.via = if received.via == Via::Phone { "phone" } else { "document" };
    marks.municipality = who.key.as_str().to_owned();
    marks.procedure = inquiry.procedure.number.as_ref().map(|n| n.as_str().to_owned()).unwrap_or_default();
}

/// 対象者の仮名; none while the three items do not name one person.
pub fn person(subject: &Subject, keys: &Keys) -> Option<Digest> {
    let sex = match subject.sex.expose() {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Unknown => return None,
    };
    subject.birth.expose().day().map(|birth| keys.person(subject.kana.expose().as_str(), birth, sex))
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
