//! 執務日 (N13): the deadline of a case through the program: holidays, the office's own closed days, and a year nobody knows yet.

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use support::{Fukan, Run, copy_tree, repo, temp_dir};

/// A practice office with one case that can't be answered yet and so stays due.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(received: &str) -> Self {
        let folder = temp_dir();
        copy_tree(&repo().join("examples/office"), &folder.path().join("office"));
        let text = fs::read_to_string(repo().join("examples/cases.json")).expect("the examples");
        let mut file: Value = serde_json::from_str(&text).expect("JSON");
        let mut case = file["cases"].as_array_mut().expect("cases").remove(0);
        case["received"]["at"] = json!(received);
        case["subject"]["birth"] = json!("不詳");
        fs::write(folder.path().join("cases.json"), json!([case]).to_string()).expect("written");
        Self { folder }
    }

    fn office(&self, name: &str) -> PathBuf {
        self.folder.path().join("office").join(name)
    }

    fn run(&self, words: &[&str], out: bool) -> Run {
        let run = Fukan::new(words).arg("--office").arg(self.folder.path().join("office"));
        let run = if out { run.arg("--out").arg(self.folder.path().join("out")) } else { run };
        run.current_dir(self.folder.path()).run()
    }

    fn due(&self) -> String {
        let run = self.run(&["ledger", "due", "--json"], false).expect_code(0);
        let line: Value = serde_json::from_str(run.out().lines().next().expect("a case")).expect("JSON");
        line["deadline"].as_str().expect("a deadline").to_owned()
    }
}

#[test]
fn a_case_received_before_a_holiday_is_due_after_it() {
    let place = Place::new("2026-11-20T18:00");
    let settings = fs::read_to_string(place.office("office.toml")).expect("settings");
    let closed = settings.replace("closed_days = []", "closed_days = [\"2026-11-24\"]");
    assert_ne!(closed, settings);
    fs::write(place.office("office.toml"), closed).expect("written");
    let run = place.run(&["pack", "cases.json"], true);
    assert!(!run.err().contains("FK-1212"), "{}", run.err());
    assert_eq!(place.due(), "2026-11-25 17:15");
}

#[test]
fn a_year_nobody_knows_is_told_and_loses_no_case_and_a_newer_list_mends_it() {
    // 2028-01-10 is 成人の日, which 内閣府 has not announced while this list was made.
    let place = Place::new("2028-01-10T09:00");
    for words in [&["check", "cases.json"][..], &["pack", "cases.json"]] {
        let told = place.run(words, words[0] == "pack").err();
        assert!(
            told.contains("FK-1212") && told.contains("2028年の祝日が分からない") && told.contains("syukujitsu.csv"),
            "{told}"
        );
    }
    assert_eq!(place.due(), "2028-01-10 17:15");

    let newer = Place::new("2028-01-10T09:00");
    let days = ["2028/1/1", "2028/1/10"].into_iter().map(str::to_owned);
    let rows: String = days.chain((1..=14).map(|d| format!("2028/5/{d}"))).map(|day| format!("{day},休日\r\n")).collect();
    fs::write(newer.office("syukujitsu.csv"), format!("日,名\r\n{rows}")).expect("written");
    let told = newer.run(&["pack", "cases.json"], true).err();
    assert!(!told.contains("FK-1212"), "{told}");
    assert_eq!(newer.due(), "2028-01-11 17:15");
}

#[test]
fn a_wrong_list_stops_before_anything_is_made() {
    let place = Place::new("2026-11-20T10:00");
    for (list, code, place_told) in [
        ("日,名\n2026/2/30,建国記念の日\n", "FK-1210", "syukujitsu.csv 2行"),
        ("日,名\n2026/1/1,元日\n", "FK-1211", "syukujitsu.csv"),
    ] {
        fs::write(place.office("syukujitsu.csv"), list).expect("written");
        let run = place.run(&["pack", "cases.json"], true).expect_code(2);
        assert!(run.err().contains(code) && run.err().contains(place_told), "{}", run.err());
        assert!(!place.folder.path().join("out").exists() && !place.office("office.db").exists());
    }
}
