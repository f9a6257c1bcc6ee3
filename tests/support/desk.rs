//! 机: a practice office, a case file and an output folder, driven through the command line.

use super::{Fukan, ReportLine, Run};
use fukan::press::text;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// 机.
pub struct Desk {
    folder: tempfile::TempDir,
}

/// Cases of the examples: E-01 and E-02 go in one mail, E-03 in one of its own, E-07 on paper, E-08 is doubtful, E-12 protected.
pub fn example(id: &str) -> Value {
    let all: Value = serde_json::from_slice(&fs::read(super::repo().join("examples/cases.json")).expect("read")).expect("json");
    all["cases"].as_array().expect("cases").iter().find(|c| c["id"] == id).expect("the case").clone()
}

impl Desk {
    pub fn new() -> Self {
        let folder = super::temp_dir();
        super::copy_tree(&super::repo().join("examples/office"), &folder.path().join("office"));
        let _ = fs::remove_file(folder.path().join("office/office.db"));
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn file(&self, cases: &[Value]) -> PathBuf {
        let path = self.path("cases.json");
        if path.exists() {
            let before = (1..).map(|n| self.path(&format!("before-{n}.json"))).find(|path| !path.exists());
            fs::rename(&path, before.expect("a name")).expect("kept");
        }
        fs::write(&path, json!({ "cases": cases }).to_string()).expect("written");
        path
    }

    /// `fukan WORDS`, with {F}, {O}, {OUT} and {Y} for the case file, the office, the output folder and next year.
    #[track_caller]
    pub fn run(&self, words: &str, code: i32) -> Run {
        let path = |name: &str| self.path(name).to_string_lossy().into_owned();
        let (file, office, out) = (path("cases.json"), path("office"), path("out"));
        let year = next_year();
        let fill = |word: &str| word.replace("{F}", &file).replace("{OUT}", &out).replace("{O}", &office).replace("{Y}", &year);
        let run = Fukan::new(words.split_whitespace().map(fill)).run().expect_code(code);
        assert!(!run.err().contains("panicked"), "{}", run.err());
        run
    }

    pub fn pack(&self, more: &str, code: i32) -> Vec<ReportLine> {
        self.run(&format!("pack {{F}} --office {{O}} --out {{OUT}} {more}"), code);
        super::report(&self.path("out"))
    }

    /// What the ledger knows of a case, out of `ledger due`.
    pub fn due(&self) -> String {
        self.run("ledger due --office {O} --json", 0).out()
    }

    /// Everything is proved against the records it was made of: every case file there ever was.
    #[track_caller]
    pub fn verify(&self) {
        let files = fs::read_dir(self.folder.path()).expect("read").filter_map(|e| e.ok()).map(|e| e.path());
        let files = files.filter(|path| path.extension().is_some_and(|e| e == "json"));
        let cases: String = files.map(|path| format!(" --cases {}", path.display())).collect();
        self.run(&format!("verify {{OUT}} --office {{O}}{cases}"), 0);
        self.run("ledger verify --office {O}", 0);
    }

    /// The text of a document of a paper or telephone parcel.
    pub fn text(&self, path: &str) -> String {
        text::read(&fs::read(self.path("out").join(path)).expect("the document")).expect("its text")
    }

    pub fn says(&self, path: &str, words: &[&str]) {
        let text = self.text(path);
        words.iter().for_each(|word| assert!(text.contains(word), "«{word}» is not said in\n{text}"));
    }
}

/// Next year: what a reply may be promised for.
pub fn next_year() -> String {
    use fukan::base::Clock as _;
    let now = fukan::base::date::from_epoch_ms(fukan::world::SystemClock.now_ms());
    (now.date().year() + 1).to_string()
}
