//! 200件の一括: every outcome of the shared batch, judged case by case from JSON and NDJSON.

use fukan::desk::judge::Judged;
use fukan::intake::Format;

mod support;

fn judge_all(bytes: &[u8], format: Format) -> Vec<Judged> {
    support::judging::judged(&support::judging::bureau("tests/data/batch-200"), "2026-11-20T16:00", bytes, format)
}

fn compare(judged: &[Judged]) {
    let expected: Vec<serde_json::Value> =
        include_str!("data/batch-200/expected.jsonl").lines().map(|line| serde_json::from_str(line).expect("expected")).collect();
    assert_eq!(judged.len(), expected.len());
    let wrong: Vec<String> = judged
        .iter()
        .zip(&expected)
        .filter(|(judged, want)| {
            let code = want["code"].as_str();
            let id = judged.id.as_ref().map(|id| id.as_str());
            judged.outcome.word() != want["outcome"]
                || id != want["case"].as_str()
                || code.is_some_and(|c| judged.faults.first().map(|fault| fault.code.as_str()) != Some(c))
        })
        .map(|(judged, want)| format!("{want} but {} {:?}", judged.outcome.word(), judged.faults))
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn json() {
    compare(&judge_all(include_bytes!("data/batch-200/cases.json"), Format::Json));
}

#[test]
fn ndjson() {
    compare(&judge_all(include_bytes!("data/batch-200/cases.ndjson"), Format::Ndjson));
}

#[test]
fn csv_in_cp932_and_in_utf8() {
    compare(&judge_all(include_bytes!("data/batch-200/cases-cp932.csv"), Format::Csv));
    compare(&judge_all(include_bytes!("data/batch-200/cases-utf8bom.csv"), Format::Csv));
}

#[test]
fn xlsx() {
    compare(&judge_all(include_bytes!("data/batch-200/cases.xlsx"), Format::Xlsx));
}
