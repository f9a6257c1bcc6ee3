//! 続きと後日: a continued case, a parcel that is gone, a ledger table that somebody edited.

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use support::Fukan;

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = support::temp_dir();
        support::copy_tree(&support::repo().join("examples/office"), &folder.path().join("office"));
        let _ = fs::remove_file(folder.path().join("office/office.db"));
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// One case of the examples, changed.
    fn case(&self, id: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
        let all: Value =
            serde_json::from_slice(&fs::read(support::repo().join("examples/cases.json")).expect("read")).expect("json");
        let mut case = all["cases"].as_array().expect("cases").iter().find(|c| c["id"] == id).expect("the case").clone();
        change(&mut case);
        let path = self.path("cases.json");
        fs::write(&path, json!({ "cases": [case] }).to_string()).expect("written");
        path
    }

    fn pack(&self, cases: &Path) -> support::Run {
        let (office, out) = (self.path("office"), self.path("out"));
        Fukan::new(["pack"]).arg(cases).arg("--office").arg(office).arg("--out").arg(out).run()
    }

    fn report(&self) -> Value {
        let text = fs::read_to_string(self.path("out/report.jsonl")).expect("a report");
        serde_json::from_str(text.lines().next().expect("a line")).expect("json")
    }

    fn sql(&self, statement: &str) {
        let python = support::repo().join(".witness/venv/bin/python");
        let script = "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()";
        let done =
            std::process::Command::new(python).args(["-c", script]).arg(self.path("office/office.db")).arg(statement).status();
        assert!(done.expect("python").success());
    }
}

#[test]
fn a_continued_case_stays_about_the_same_person() {
    let desk = Desk::new();
    desk.pack(&desk.case("E-05", |_| ())).expect_code(0);
    assert_eq!(desk.report()["outcome"], "ask_more");
    desk.pack(&desk.case("E-05", |case| case["subject"]["birth"] = json!("1999-09-09"))).expect_code(3);
    assert_eq!((desk.report()["outcome"].clone(), desk.report()["code"].clone()), (json!("refused"), json!("FK-6014")));
    // The same person again is the continuation it says it is.
    desk.pack(&desk.case("E-05", |case| case["additional"] = json!({ "acquired": "1901" }))).expect_code(1);
    assert_eq!(desk.report()["outcome"], "held");
}

#[test]
fn a_parcel_that_is_gone_is_missed_until_it_was_sent() {
    let desk = Desk::new();
    desk.pack(&desk.case("E-03", |_| ())).expect_code(0);
    let (office, out) = (desk.path("office"), desk.path("out"));
    let verify = || Fukan::new(["verify"]).arg(&out).arg("--office").arg(&office).run();
    verify().expect_code(0);
    fs::remove_dir_all(out.join("email/R08-0001")).expect("removed");
    let missed = verify().expect_code(3);
    assert!(missed.err().contains("R08-0001") || missed.out().contains("R08-0001"));
    Fukan::new(["ledger", "sent", "R08-0001", "--office"]).arg(&office).run().expect_code(0);
    verify().expect_code(0);
}

#[test]
fn an_edited_table_makes_no_second_reply() {
    let desk = Desk::new();
    let cases = desk.case("E-03", |_| ());
    desk.pack(&cases).expect_code(0);
    desk.sql("UPDATE cases SET outcome = 'held', number = ''");
    let stopped = desk.pack(&cases).expect_code(4);
    assert!(stopped.err().contains("FK-6007"), "{}", stopped.err());
    assert!(!desk.path("out/email/R08-0002").exists());
}

#[test]
fn what_was_told_and_sent_is_in_the_ledger_and_opens_the_follow_up() {
    let desk = Desk::new();
    desk.pack(&desk.case("E-01", |_| ())).expect_code(0);
    let office = desk.path("office");
    let ledger = |words: &[&str]| Fukan::new(["ledger"].iter().chain(words)).arg("--office").arg(&office).run();
    ledger(&["sent", "R08-0001"]).expect_code(0);
    ledger(&["told", "R08-0001", "--confirmed"]).expect_code(0);
    let due = ledger(&["due", "--json"]).expect_code(0);
    assert!(due.out().contains("\"follow_up\"") && due.out().contains("E-01"), "{}", due.out());
    ledger(&["updated", "E-01"]).expect_code(0);
    assert!(!ledger(&["due", "--json"]).expect_code(0).out().contains("E-01"));
    ledger(&["close", "nobody", "--reason", "取下げ"]).expect_code(2);
    ledger(&["verify"]).expect_code(0);
}
