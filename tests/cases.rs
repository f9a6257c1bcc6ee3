//! 規則の例: `tests/cases/**/*.json`, one file one rule. Adding a rule's example is adding a file.
//!
//! A file shows only what differs from `_base.json` (an office, its partners, one case that is answered):
//!
//! ```text
//! {"rule":     "N7 the rule of docs/notice.md or DESIGN that it holds",
//!  "office":   {"kind", "number", "members", "near_miss", "supervisors", "require_optional_item", "closes", "closed_days"}, each may be left out
//!  "partners": "自治体コード,…\n…"        in place of the base's list
//!  "holidays": "日付,名称\n…"             in place of the built-in list
//!  "case":     {"set":  {"subject.sex": "女", "candidates.0.lost": null},    by path; null stays null
//!               "drop": ["released"],                                        by path
//!               "candidates": [{}, {"member": "0000002"}],                   each over the base candidate, key by key; before «set»
//!               "edit": [["found once in the JSON text", "put in its place"]]}, last: for what a tree can't hold
//!  "cases":    [{…}, {…}]                 in place of "case"; "expect" is then a list too
//!  "raw":      "text"                     in place of both
//!  "format":   "ndjson"                   json when left out
//!  "expect":   {"outcome", "code", "place": {"field", "index", "character", "at": "line 2"}, "also": [codes of further faults],
//!               "hint": "a word that the first fault tells", "warnings": [codes], "near_miss": true, "follow_up": true (副本更新),
//!               "to": "destination", "due": "moment", "due_warning": code, "lines": [["heading"], ["項目", "内容"], ["項目", "内容", "基準日"]]}}
//! ```
//!
//! What is expected is all there is: a warning or a further fault that the file does not name fails it.

mod support;

use fukan::base::date::parse_moment;
use fukan::base::fault::{At, FileName};
use fukan::base::{Code, Fault, code, near};
use fukan::desk::judge::{Bench, Judged, Terms, judge_for, unreadable};
use fukan::intake::procedures::ListedProcedures;
use fukan::intake::{Format, Office, Record, Source, holidays, partners};
use fukan::letter::compose::{Letterhead, Sheet, reply};
use fukan::letter::phrase::Phrases;
use fukan::letter::{List, Slot};
use fukan::notice::deadline::{Deadline, WorkDays};
use fukan::notice::requester::Municipalities;
use fukan::notice::{Catalogue, Outcome, Reply};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use support::form::{Form, OF_FORM};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    now: String,
    office: Value,
    partners: Vec<String>,
    case: Value,
    candidate: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    rule: String,
    #[serde(default)]
    office: Map<String, Value>,
    partners: Option<String>,
    holidays: Option<String>,
    case: Option<Patch>,
    cases: Option<Vec<Patch>>,
    raw: Option<String>,
    format: Option<String>,
    expect: OneOrMore,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    candidates: Option<Vec<Map<String, Value>>>,
    #[serde(default)]
    set: Map<String, Value>,
    #[serde(default)]
    drop: Vec<String>,
    #[serde(default)]
    edit: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    More(Vec<Expect>),
    One(Box<Expect>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    outcome: String,
    code: Option<String>,
    place: Option<Place>,
    #[serde(default)]
    also: Vec<String>,
    hint: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    near_miss: bool,
    follow_up: Option<bool>,
    to: Option<String>,
    due: Option<String>,
    due_warning: Option<String>,
    lines: Option<Vec<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    field: Option<String>,
    index: Option<usize>,
    character: Option<usize>,
    at: Option<String>,
}

/// Everything a judgement rests on that no file changes.
struct Tables {
    base: Base,
    catalogue: Catalogue,
    municipalities: Municipalities,
    procedures: ListedProcedures,
    form: Form,
}

#[test]
fn every_rule_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let tables = Tables {
        base: serde_json::from_str(&read(&folder.join("_base.json"))).expect("_base.json"),
        catalogue: Catalogue::parse(include_str!("../templates/items.toml")).expect("catalogue"),
        municipalities: Municipalities::parse(include_str!("../templates/municipalities.csv")),
        procedures: ListedProcedures::parse(include_str!("../templates/procedures.toml")).expect("procedures"),
        form: Form::built_in(),
    };
    let files = walk(&folder);
    let (mut wrong, mut refusals) = (Vec::new(), 0);
    for file in &files {
        let name = file.strip_prefix(&folder).expect("inside").display().to_string();
        match check(&read(file), &tables) {
            Ok(refused) => refusals += usize::from(refused),
            Err((rule, why)) => wrong.push(format!("{name} [{rule}]\n    {}", why.join("\n    "))),
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    assert!(files.len() >= 150, "only {} files", files.len());
    assert!(refusals * 3 >= files.len(), "only {refusals} of {} are refusals", files.len());
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every .json file but those whose name begins with _; anything else in the folder is a mistake.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        if path.is_dir() {
            // Tables are texts, and read by tests/tables.rs.
            if name != "tables" {
                files.extend(walk(&path));
            }
        } else if !name.starts_with('_') {
            assert!(name.ends_with(".json"), "{} is no case", path.display());
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Whether the file expects a refusal; or its rule and all that is wrong with it.
fn check(text: &str, tables: &Tables) -> Result<bool, (String, Vec<String>)> {
    let example: Example = serde_json::from_str(text).map_err(|error| (String::new(), vec![error.to_string()]))?;
    let fail = |why: Vec<String>| (example.rule.clone(), why);
    let expected: Vec<&Expect> = match &example.expect {
        OneOrMore::One(one) => vec![one],
        OneOrMore::More(more) => more.iter().collect(),
    };
    let refuses = expected.iter().any(|e| e.outcome == "refused");
    let mut wrong = Vec::new();
    if example.rule.trim().is_empty() || expected.is_empty() {
        wrong.push("a file needs a rule and an expectation".to_owned());
    }
    let (judged, work_days) = run(&example, tables).map_err(|why| fail(vec![why]))?;
    if judged.len() != expected.len() {
        wrong.push(format!("{} cases, {} expectations", judged.len(), expected.len()));
    }
    for (judged, expect) in judged.iter().zip(expected) {
        compare(judged, expect, work_days.as_ref(), &mut wrong);
    }
    shape(&example, &judged, tables, &mut wrong);
    if wrong.is_empty() { Ok(refuses) } else { Err(fail(wrong)) }
}

/// `fukan schema` refuses nothing that is read, and everything that is refused for its form.
fn shape(example: &Example, judged: &[Judged], tables: &Tables, wrong: &mut Vec<String>) {
    // What is no JSON, or not one list of cases, has no shape; a duplicate key is one to a validator.
    let cases = input(example, &tables.base).ok().and_then(|text| serde_json::from_str::<Vec<Value>>(&text).ok());
    let Some(cases) = cases.filter(|cases| cases.len() == judged.len()) else { return };
    for (case, judged) in cases.iter().zip(judged) {
        let found = tables.form.case(case);
        let told = |codes: &[Code]| judged.faults.iter().any(|fault| codes.contains(&fault.code));
        // Words are read in every width and case; the schema shows one spelling of each.
        if judged.outcome != Outcome::Refused && !found.is_empty() && !tables.form.case(&plain(case)).is_empty() {
            wrong.push(format!("the schema refuses what is read: {found:?}"));
        }
        if told(OF_FORM) && found.is_empty() && !told(&[code::DUPLICATE_KEY]) {
            wrong.push("the schema passes what is refused for its form".to_owned());
        }
    }
}

fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => near::plain(text).into(),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), plain(value))).collect(),
        other => other.clone(),
    }
}

fn run(example: &Example, tables: &Tables) -> Result<(Vec<Judged>, Option<WorkDays>), String> {
    let input = input(example, &tables.base)?;
    let office = match Office::parse(&office(example, &tables.base)?, &FileName::named("office.toml", 1)) {
        Ok(office) => office,
        Err(faults) => return Ok((vec![refused(faults)], None)),
    };
    let listed = example.partners.clone().unwrap_or_else(|| tables.base.partners.join("\n"));
    let partners = match partners::parse(listed.as_bytes(), &FileName::named("partners.csv", 1)) {
        Ok(partners) => partners,
        Err(faults) => return Ok((vec![refused(faults)], None)),
    };
    let listed = example.holidays.as_deref().unwrap_or(holidays::BUILT_IN);
    let work_days = match holidays::parse(listed.as_bytes(), &FileName::named("syukujitsu.csv", 1)) {
        Ok(holidays) => WorkDays::new(office.closes, office.closed_days.clone(), holidays),
        Err(faults) => return Ok((vec![refused(faults)], None)),
    };
    let now = parse_moment(&tables.base.now).map_err(|_| "now")?;
    let mut bench = Bench {
        catalogue: &tables.catalogue,
        insurer: &office.insurer,
        partners: &partners,
        municipalities: &tables.municipalities,
        procedures: &tables.procedures,
        records_at: None,
        letter_date: now.date(),
        now,
    };
    let (name, format) = match example.format.as_deref() {
        None | Some("json") => ("cases.json", Format::Json),
        Some("ndjson") => ("cases.ndjson", Format::Ndjson),
        Some(other) => return Err(format!("format {other}")),
    };
    let mut source = Source::new(Cursor::new(input.into_bytes()), FileName::named(name, 1), format, &tables.catalogue);
    let (mut records, mut records_at) = (Vec::new(), None);
    let whole = source.each(|at| records_at = at, |record: Record| records.push(record));
    bench.records_at = records_at;
    let mut judged: Vec<Judged> = records
        .into_iter()
        .map(|record| record.node.map_or_else(unreadable, |node| judge_for(&node, &bench, &Terms::default())))
        .collect();
    judged.extend(whole.err().map(refused));
    Ok((judged, Some(work_days)))
}

/// Faults of the office itself stop before any case; they are compared like a refused case's.
fn refused(faults: Vec<Fault>) -> Judged {
    let mut faults = faults.into_iter();
    let mut judged = unreadable(faults.next().expect("a reason"));
    judged.faults.extend(faults);
    judged
}

fn input(example: &Example, base: &Base) -> Result<String, String> {
    let one = |patch: &Patch| patched(patch, base);
    match (&example.raw, &example.case, &example.cases) {
        (Some(raw), None, None) => Ok(raw.clone()),
        (None, None, Some(cases)) => {
            let cases: Vec<String> = cases.iter().map(one).collect::<Result<_, _>>()?;
            Ok(format!("[{}]", cases.join(",")))
        }
        (None, None, None) => Ok(format!("[{}]", one(&Patch::default())?)),
        (None, Some(case), None) => Ok(format!("[{}]", one(case)?)),
        _ => Err("one of case, cases and raw".into()),
    }
}

fn patched(patch: &Patch, base: &Base) -> Result<String, String> {
    let mut case = base.case.clone();
    let over = |own: &Map<String, Value>| {
        let mut candidate = base.candidate.clone();
        own.iter().for_each(|(key, value)| candidate[key] = value.clone());
        candidate
    };
    case["candidates"] = match &patch.candidates {
        None => Value::Array(vec![base.candidate.clone()]),
        Some(candidates) => candidates.iter().map(over).collect(),
    };
    for (path, value) in &patch.set {
        let (parent, key) = parent(&mut case, path)?;
        match (parent, key.parse::<usize>()) {
            (Value::Array(items), Ok(index)) => *items.get_mut(index).ok_or(path)? = value.clone(),
            (Value::Object(entries), _) => drop(entries.insert(key.to_owned(), value.clone())),
            _ => return Err(format!("set {path}")),
        }
    }
    for path in &patch.drop {
        let (parent, key) = parent(&mut case, path)?;
        parent.as_object_mut().and_then(|entries| entries.remove(key)).ok_or_else(|| format!("drop {path}"))?;
    }
    let mut text = case.to_string();
    for [from, to] in &patch.edit {
        if text.matches(from.as_str()).count() != 1 {
            return Err(format!("edit: {from} stands {} times in {text}", text.matches(from.as_str()).count()));
        }
        text = text.replace(from.as_str(), to);
    }
    Ok(text)
}

fn parent<'a, 'p>(case: &'a mut Value, path: &'p str) -> Result<(&'a mut Value, &'p str), String> {
    let (parents, key) = path.rsplit_once('.').map_or((None, path), |(parents, key)| (Some(parents), key));
    let mut at = case;
    for step in parents.into_iter().flat_map(|parents| parents.split('.')) {
        at = match step.parse::<usize>() {
            Ok(index) => at.get_mut(index),
            Err(_) => at.get_mut(step),
        }
        .ok_or_else(|| format!("no {step} in {path}"))?;
    }
    Ok((at, key))
}

/// office.toml out of the base's and the file's own settings.
fn office(example: &Example, base: &Base) -> Result<String, String> {
    let mut of = base.office.clone();
    for (key, value) in &example.office {
        if of.get(key).is_none() {
            return Err(format!("unknown office setting {key}"));
        }
        of[key] = value.clone();
    }
    let kind = of["kind"].as_str().ok_or("kind")?;
    let number = match (&of["number"], kind) {
        (Value::String(number), _) => number.as_str(),
        (_, "kyokai") => "01049998",
        (_, "kokuho_kumiai") => "993006",
        (_, "kouki") => "39990015",
        _ => "06990014",
    };
    let optional = match &of["require_optional_item"] {
        Value::Null => String::new(),
        flag => format!("require_optional_item = {flag}"),
    };
    Ok(format!(
        "document_number = \"練健発第{{fy}}-{{seq:04}}号\"\ncloses = {}\nclosed_days = {}\nsupervisors = {}\n[insurer]\nnumber = \"{number}\"\nkind = \"{kind}\"\n\
         name = \"練習健康保険組合\"\nmembers = {}\n[sender]\ntitle = \"理事長\"\n[contact]\nsection = \"業務課\"\nofficer = \"三枝\"\n\
         phone = \"000-0000-1234\"\n[rules]\nnear_miss = {}\n{optional}\n",
        of["closes"], of["closed_days"], of["supervisors"], of["members"], of["near_miss"]
    ))
}

fn compare(judged: &Judged, expect: &Expect, work_days: Option<&WorkDays>, wrong: &mut Vec<String>) {
    let mut same = |what: &str, got: String, want: String| {
        if got != want {
            wrong.push(format!("{what}: {got}, expected {want}"));
        }
    };
    let first = judged.faults.first();
    let codes = |faults: &[Fault]| {
        let mut codes: Vec<String> = faults.iter().map(|fault| fault.code.to_string()).collect();
        codes.sort();
        codes.join(" ")
    };
    let sorted = |codes: &[String]| {
        let mut codes = codes.to_vec();
        codes.sort();
        codes.join(" ")
    };
    same("outcome", judged.outcome.word().into(), expect.outcome.clone());
    same("code", first.map_or_else(String::new, |f| f.code.to_string()), expect.code.clone().unwrap_or_default());
    same("further faults", codes(judged.faults.get(1..).unwrap_or_default()), sorted(&expect.also));
    same("warnings", codes(&judged.warnings), sorted(&expect.warnings));
    same("near miss", judged.near_miss.to_string(), expect.near_miss.to_string());
    let must_have_place = expect.outcome == "refused";
    if must_have_place && (expect.place.is_none() || expect.code.is_none()) {
        same("expect", "no code or place".into(), "a refusal with code and place".into());
    }
    if let (Some(place), Some(fault)) = (&expect.place, first) {
        let at = fault.place.at.map(|at| match at {
            At::Case(n) => format!("case {n}"),
            At::Line(n) => format!("line {n}"),
            At::Byte(n) => format!("byte {n}"),
        });
        let field = fault.place.field.as_ref();
        same("field", format!("{:?}", field.map(|f| &*f.json)), format!("{:?}", place.field));
        same("index", format!("{:?}", field.and_then(|f| f.index)), format!("{:?}", place.index));
        if place.character.is_some() {
            same("character", format!("{:?}", fault.place.character), format!("{:?}", place.character));
        }
        if place.at.is_some() {
            same("at", format!("{at:?}"), format!("{:?}", place.at));
        }
    }
    if let Some(hint) = &expect.hint {
        let told: Vec<&str> = first.map(|f| f.args.iter().map(|(_, arg)| arg.as_str()).collect()).unwrap_or_default();
        if !told.iter().any(|arg| arg.contains(hint.as_str())) {
            same("hint", format!("{told:?}"), hint.clone());
        }
    }
    compare_reply(judged, expect, work_days, &mut same);
}

fn compare_reply(judged: &Judged, expect: &Expect, work_days: Option<&WorkDays>, same: &mut impl FnMut(&str, String, String)) {
    let ready = judged.ready.as_ref();
    if let Some(to) = &expect.to {
        same("to", ready.map(|r| r.destination.line()).unwrap_or_default(), to.clone());
    }
    if let Some(follow_up) = expect.follow_up {
        let due = matches!(ready.map(|r| &r.reply), Some(Reply::Answered(answered)) if answered.my_number_held());
        same("follow-up", due.to_string(), follow_up.to_string());
    }
    if let Some(due) = &expect.due {
        let got = judged.vetted.as_ref().zip(work_days).map(|(vetted, days)| days.deadline(vetted.inquiry().received.at));
        let warning = got.as_ref().and_then(Deadline::doubt).map_or_else(String::new, |fault| fault.code.to_string());
        same("due", got.map_or_else(String::new, |got| got.at.to_string()), due.clone());
        same("due warning", warning, expect.due_warning.clone().unwrap_or_default());
    }
    if let Some(lines) = &expect.lines {
        let mut got = printed(judged);
        // The 基準日 column is compared where the file names it.
        got.iter_mut().zip(lines).for_each(|(got, want)| got.truncate(want.len().max(1)));
        same("lines", format!("{got:#?}"), format!("{lines:#?}"));
    }
}

/// The rows of the table 項目｜内容｜基準日, as the letter prints them.
fn printed(judged: &Judged) -> Vec<Vec<String>> {
    let (Some(ready), Some(vetted)) = (&judged.ready, &judged.vetted) else { return Vec::new() };
    let text = |text: &str| text.to_owned();
    let head = Letterhead {
        sender: text("練習健康保険組合"),
        title: text("理事長"),
        seal_omitted: true,
        section: text("業務課"),
        person: text("三枝"),
        phone: text("000-0000-1234"),
        address: None,
        posting: text("簡易書留"),
        closes: parse_moment("2026-11-20T17:15").expect("time").time(),
        furigana: false,
        phrases: Phrases::read(Phrases::BUILT_IN.1).expect("phrases"),
    };
    let sent_on = parse_moment("2026-11-20T16:00").expect("day").date();
    let sheet = Sheet { document_number: "練健発第8-0001号", sent_on, reception: "1", earlier: None, before: &[] };
    let values = reply(&head, &sheet, vetted.inquiry(), &ready.reply);
    let cell = |row: &fukan::letter::Row, slot| row.get(slot).map(str::to_owned);
    let cells = [Slot::AnswerPeriod, Slot::AnswerText, Slot::AnswerItem, Slot::AnswerValue, Slot::AnswerAsOf];
    values.rows(List::Answers).iter().map(|row| cells.iter().filter_map(|slot| cell(row, *slot)).collect()).collect()
}

/// The harness itself: a typo in a file must not make it pass.
#[test]
fn a_careless_file_fails() {
    for text in [
        r#"{"rule": "x"}"#,
        r#"{"rule": "x", "expect": {"outcome": "answered"}, "exepct": {}}"#,
        r#"{"rule": "x", "expect": {"outcome": "answered", "warning": []}}"#,
        r#"{"rule": "x", "case": {"sets": {}}, "expect": {"outcome": "answered"}}"#,
    ] {
        assert!(serde_json::from_str::<Example>(text).is_err(), "{text}");
    }
}
