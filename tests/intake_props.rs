//! 何を読ませても: arbitrary bytes and spoilt cases never panic, are always told apart from a good one, and no fault repeats a value.

use fukan::base::fault::FileName;
use fukan::desk::Bureau;
use fukan::desk::judge::Judged;
use fukan::intake::{Format, Source};
use fukan::notice::Outcome;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Cursor;
use std::sync::LazyLock;

mod support;

/// Planted: a name, a telephone number and a My Number that stand nowhere in the program.
const NAME: &str = "ヌマクラ";
const PHONE: &str = "000-7391-8264";
const MY_NUMBER: &str = "123456789018";

static BUREAU: LazyLock<Bureau> = LazyLock::new(|| support::judging::bureau("examples/office"));

static CASE: LazyLock<Value> = LazyLock::new(|| {
    let cases: Value = serde_json::from_str(include_str!("../examples/cases.json")).expect("examples");
    planted(cases["cases"][16].clone())
});

/// The example with benefits, and the planted values in it.
fn planted(mut case: Value) -> Value {
    case["subject"]["kana"] = json!(format!("{NAME} タロウ"));
    case["requester"]["officer"] = json!(NAME);
    case["requester"]["phone"] = json!(PHONE);
    case["candidates"][0]["kana"] = json!(format!("{NAME} タロウ"));
    case["candidates"][0]["name"] = json!(NAME);
    case
}

fn run(bytes: &[u8], format: Format) -> Vec<Judged> {
    support::judging::judged(&BUREAU, "2026-11-22T09:00", bytes, format)
}

/// Every case comes to an end of its kind, with a reason where it needs one; nothing planted is repeated.
fn look_over(judged: &[Judged], quoted: bool) -> Result<(), TestCaseError> {
    prop_assert!(!judged.is_empty());
    for one in judged {
        let stopped = matches!(one.outcome, Outcome::Refused | Outcome::Held);
        prop_assert_eq!(stopped, !one.faults.is_empty());
        prop_assert_eq!(stopped, one.ready.is_none());
        // An id is shown, so a spoilt id may hold what it was given; a My Number never.
        let shown = if quoted { format!("{one:?}") } else { format!("{:?}{:?}", one.faults, one.warnings) };
        for value in [NAME, PHONE, "7391", MY_NUMBER] {
            prop_assert!(!shown.contains(value), "{} in {}", value, shown);
        }
    }
    Ok(())
}

/// Paths to every value of a tree.
fn paths(value: &Value, path: &str, out: &mut Vec<String>) {
    if !path.is_empty() {
        out.push(path.to_owned());
    }
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| paths(value, &format!("{path}/{key}"), out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| paths(value, &format!("{path}/{n}"), out)),
        _ => {}
    }
}

/// What a clerk, a spreadsheet or an enemy may leave in the place of a value.
fn spoilt_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!(MY_NUMBER)),
        Just(json!(NAME)),
        Just(json!([NAME, PHONE])),
        Just(json!({ NAME: PHONE })),
        Just(json!("")),
        Just(json!(format!("{NAME}\u{202e}"))),
        Just(json!(format!("昭和65年{NAME}"))),
        Just(json!("令和8年11月20日")),
        "\\PC{0,20}".prop_map(Value::from),
        "[0-9０-９〇一二三年月日昭和令平成SHR./: -]{0,14}".prop_map(Value::from),
        "[ぁ-んァ-ヶｦ-ﾟ゛゜ー－・ ]{0,12}".prop_map(Value::from),
    ]
}

fn spoil(case: &mut Value, pick: usize, how: u8, value: &Value) {
    let mut all = Vec::new();
    paths(case, "", &mut all);
    let path = &all[pick % all.len()];
    let (parent, key) = path.rsplit_once('/').expect("a path");
    let Some(parent) = case.pointer_mut(parent) else { return };
    match (parent, how) {
        (Value::Object(entries), 0) => drop(entries.remove(key)),
        (Value::Object(entries), 1) => drop(entries.insert(format!("{key}{NAME}"), value.clone())),
        (Value::Object(entries), _) => drop(entries.insert(key.to_owned(), value.clone())),
        (Value::Array(items), 0) => drop(items.remove(key.parse().expect("index"))),
        (Value::Array(items), 1) => items.push(value.clone()),
        (Value::Array(items), _) => items[key.parse::<usize>().expect("index")] = value.clone(),
        _ => {}
    }
}

/// The values of our own office and catalogue may be told in hints; the planted ones are none of them.
#[test]
fn the_unspoilt_case_is_answered() {
    let judged = run(json!([*CASE]).to_string().as_bytes(), Format::Json);
    assert_eq!(judged[0].outcome, Outcome::Answered, "{:?}", judged[0].faults);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(384) })]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        for format in [Format::Json, Format::Ndjson] {
            let judged = run(&bytes, format);
            prop_assert!(judged.iter().all(|one| one.outcome == Outcome::Refused));
        }
    }

    #[test]
    fn spoilt_trees(spoils in proptest::collection::vec((any::<usize>(), 0u8..5, spoilt_value()), 1..5)) {
        let mut case = CASE.clone();
        spoils.iter().for_each(|(pick, how, value)| spoil(&mut case, *pick, *how, value));
        let id_is_ours = case["id"] == CASE["id"];
        look_over(&run(json!({ "cases": [case] }).to_string().as_bytes(), Format::Json), id_is_ours)?;
        look_over(&run(case.to_string().as_bytes(), Format::Ndjson), id_is_ours)?;
    }

    #[test]
    fn spoilt_bytes(
        cuts in proptest::collection::vec((any::<usize>(), 0usize..6, proptest::collection::vec(any::<u8>(), 0..4)), 1..4),
    ) {
        let mut bytes = json!([*CASE]).to_string().into_bytes();
        for (at, remove, insert) in cuts {
            let at = at % bytes.len();
            let end = (at + remove).min(bytes.len());
            bytes.splice(at..end, insert);
        }
        look_over(&run(&bytes, Format::Json), false)?;
        look_over(&run(&bytes, Format::Ndjson), false)?;
    }

    #[test]
    fn a_my_number_is_never_let_through(pick in any::<usize>(), gap in "[- ]?|\u{200b}|－|　") {
        let mut case = CASE.clone();
        let digits = [&MY_NUMBER[..4], &MY_NUMBER[4..8], &MY_NUMBER[8..]].join(&gap);
        spoil(&mut case, pick, 2, &json!(digits));
        let judged = run(json!([case]).to_string().as_bytes(), Format::Json);
        prop_assert_eq!(judged[0].faults.first().map(|fault| fault.code.as_str()), Some("FK-1001"));
        look_over(&judged, true)?;
        let told = format!("{judged:?}");
        prop_assert!(!told.contains("9018"), "{}", told);
    }

    #[test]
    fn a_record_is_read_again_as_it_was(spaces in "[ \n\t]{0,8}", count in 1usize..5) {
        let text = vec![CASE.to_string(); count].join(&format!(",{spaces}"));
        let text = format!("[{spaces}{text}]");
        let mut source = Source::new(Cursor::new(text.as_bytes()), FileName::named("cases.json", 1), Format::Json, &BUREAU.catalogue);
        let mut records = Vec::new();
        source.each(|_| {}, |record| records.push(record)).expect("readable");
        prop_assert_eq!(records.len(), count);
        for record in records {
            prop_assert!(source.again(&record.slice).ok() == record.node.ok());
        }
    }
}
