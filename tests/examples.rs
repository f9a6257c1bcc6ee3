//! 練習用の例: every case of `examples/` comes out as `examples/expected.jsonl` says, and the office of `examples/office` can be read.

use fukan::desk::Bureau;
use fukan::desk::judge::Judged;
use fukan::intake::Format;
use serde_json::Value;
use std::collections::BTreeSet;

mod support;

const CASES: &str = include_str!("../examples/cases.json");
const EXPECTED: &str = include_str!("../examples/expected.jsonl");
const TABLE: &str = include_str!("../examples/README.md");

fn office() -> Bureau {
    support::judging::bureau("examples/office")
}

fn judged() -> Vec<Judged> {
    support::judging::judged(&office(), "2026-11-22T09:00", CASES.as_bytes(), Format::Json)
}

fn expected() -> Vec<Value> {
    EXPECTED.lines().map(|line| serde_json::from_str(line).expect("expected")).collect()
}

#[test]
fn every_case_comes_out_as_told() {
    let (judged, expected) = (judged(), expected());
    assert_eq!(judged.len(), expected.len());
    for (judged, want) in judged.iter().zip(&expected) {
        let id = judged.id.as_ref().map(|id| id.as_str());
        assert_eq!(id, want["case"].as_str());
        assert_eq!(Some(judged.outcome.word()), want["outcome"].as_str(), "{id:?} {:?}", judged.faults);
        assert_eq!(judged.faults.first().map(|fault| fault.code.as_str()), want["code"].as_str(), "{id:?}");
    }
}

/// The table of the README tells outcome, code and every warning of each case.
#[test]
fn the_table_tells_the_same() {
    for judged in judged() {
        let id = judged.id.as_ref().expect("an id").as_str();
        let line = TABLE.lines().find(|line| line.starts_with(&format!("| {id} |"))).expect("a line for each case");
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells[3].contains(&format!("`{}`", judged.outcome.word())), "{line}");
        assert_eq!(cells[4], judged.faults.first().map_or("", |fault| fault.code.as_str()), "{line}");
        let warned: BTreeSet<&str> = judged.warnings.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!(warned, cells[5].split(' ').filter(|code| !code.is_empty()).collect(), "{line}");
    }
}

#[test]
fn every_outcome_and_channel_is_shown() {
    let judged = judged();
    let outcomes: BTreeSet<&str> = judged.iter().map(|j| j.outcome.word()).collect();
    assert_eq!(outcomes, BTreeSet::from(["answered", "ask_more", "held", "not_found", "refused"]));
    let channels: BTreeSet<&str> =
        judged.iter().filter(|j| j.ready.is_some()).filter_map(|j| j.channel).map(|c| c.word()).collect();
    assert_eq!(channels, BTreeSet::from(["email", "paper", "phone"]));
    assert!(judged.iter().any(|j| j.near_miss));
}

#[test]
fn the_office_is_for_practice_and_its_passphrase_is_long_enough() {
    let office = office().office;
    assert!(office.practice);
    assert_eq!(office.passphrase_file.as_deref(), Some("passphrase.txt"));
    assert!(include_str!("../examples/office/passphrase.txt").trim_end().chars().count() >= 14);
}
