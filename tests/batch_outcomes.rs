//! 200件の一括: every outcome of the shared batch, judged case by case from JSON and NDJSON.

use fukan::base::fault::FileName;
use fukan::desk::judge::{Bench, Judged, judge, unreadable};
use fukan::intake::procedures::ListedProcedures;
use fukan::intake::{Format, Office, Source, partners};
use fukan::notice::Catalogue;
use fukan::notice::requester::Municipalities;
use std::io::Cursor;

mod support;

fn judge_all(bytes: &[u8], format: Format) -> Vec<Judged> {
    let name = |n: &str| FileName::named(n, 1);
    let office = Office::parse(support::batch::SETTINGS, &name("office.toml")).expect("office");
    let partners = partners::parse(include_bytes!("data/batch-200/partners.csv"), &name("partners.csv")).expect("partners");
    let catalogue = Catalogue::parse(include_str!("../templates/items.toml")).expect("catalogue");
    let municipalities = Municipalities::parse(include_str!("../templates/municipalities.csv"));
    let procedures = ListedProcedures::parse(include_str!("../templates/procedures.toml")).expect("procedures");
    let now = fukan::base::date::parse_moment("2026-11-20T16:00").expect("now");
    let bench = Bench {
        catalogue: &catalogue,
        insurer: &office.insurer,
        partners: &partners,
        municipalities: &municipalities,
        procedures: &procedures,
        records_at: None,
        letter_date: now.date(),
        now,
    };
    let mut judged = Vec::new();
    let mut source = Source::new(Cursor::new(bytes), name("cases"), format, &catalogue);
    let take = |record: fukan::intake::Record| {
        judged.push(match record.node {
            Ok(node) => judge(&node, &bench),
            Err(fault) => unreadable(fault),
        });
    };
    source.each(|_| {}, take).expect("readable");
    judged
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
                || code.is_some_and(|c| judged.code().map(|c| c.as_str()) != Some(c))
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
