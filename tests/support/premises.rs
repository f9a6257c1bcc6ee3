//! A real office, made by `fukan init` with a passphrase and a recovery code of its own, and commands run in it.
#![allow(dead_code)] // a test file rarely uses all of it

use super::{Fukan, Run, repo, temp_dir};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// What opens its vault at first.
pub const PASSPHRASE: &str = "natsukusa ya tsuwamono domo";

/// 事務所 in a folder that goes away with the value.
pub struct Premises {
    folder: tempfile::TempDir,
    /// As `init` showed it.
    pub recovery: String,
}

impl Premises {
    pub fn new() -> Self {
        let folder = temp_dir();
        let mut office = Self { folder, recovery: String::new() };
        office.secret("p", PASSPHRASE);
        let made = office.json("init {O} --passphrase-file {p}", 0);
        office.recovery = made[0]["recovery_code"].as_str().expect("a code").to_owned();
        let settings = fs::read_to_string(repo().join("examples/office/office.toml")).expect("settings");
        let real = settings.replace("practice = true", "practice = false").replace("passphrase_file = ", "# ");
        fs::write(office.path("office/office.toml"), real).expect("written");
        fs::copy(repo().join("examples/office/partners.csv"), office.path("office/partners.csv")).expect("copied");
        office
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn database(&self) -> PathBuf {
        self.path("office/office.db")
    }

    /// A file with a passphrase, for its owner alone.
    pub fn secret(&self, name: &str, text: &str) {
        fs::write(self.path(name), format!("{text}\n")).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).expect("mode");
        }
    }

    /// The command of these words: {O} is the office, {OUT} the output folder, any other {name} a path beside them.
    pub fn command(&self, words: &str) -> Fukan {
        let fill = |word: &str| match word.strip_prefix('{').and_then(|word| word.split_once('}')) {
            Some(("O", rest)) => format!("{}{rest}", self.path("office").display()),
            Some(("OUT", rest)) => format!("{}{rest}", self.path("out").display()),
            Some((name, rest)) => format!("{}{rest}", self.path(name).display()),
            None => word.to_owned(),
        };
        Fukan::new(words.split_whitespace().map(fill))
    }

    #[track_caller]
    pub fn run(&self, words: &str, code: i32) -> Run {
        let run = self.command(words).run().expect_code(code);
        assert!(!run.err().contains("panicked"), "{}", run.err());
        run
    }

    /// Its lines of JSON.
    #[track_caller]
    pub fn json(&self, words: &str, code: i32) -> Vec<Value> {
        let run = self.run(&format!("{words} --json"), code);
        run.out().lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// These examples in a case file.
    pub fn cases(&self, ids: &[&str]) {
        let all: Value = serde_json::from_slice(&fs::read(repo().join("examples/cases.json")).expect("read")).expect("json");
        let all = all["cases"].as_array().expect("cases");
        let picked: Vec<&Value> = ids.iter().map(|id| all.iter().find(|case| case["id"] == *id).expect(id)).collect();
        fs::write(self.path("cases.json"), json!({ "cases": picked }).to_string()).expect("written");
    }

    /// Packs them.
    #[track_caller]
    pub fn pack(&self, ids: &[&str], more: &str) {
        self.cases(ids);
        self.run(&format!("pack {{cases.json}} --office {{O}} --out {{OUT}} --passphrase-file {{p}} {more}"), 0);
    }

    /// The password of a number, as it is told.
    #[track_caller]
    pub fn password(&self, number: &str) -> String {
        let told = self.json(&format!("password {number} --office {{O}} --passphrase-file {{p}}"), 0);
        told[0]["password"].as_str().expect("a password").to_owned()
    }
}
