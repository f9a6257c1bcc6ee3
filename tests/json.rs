//! 機械で読む: with `--json` every command prints JSON lines and nothing else, what goes wrong included.
//!
//! A new command adds one line to [`EXAMPLES`].

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Fukan, Run, copy_tree, repo, temp_dir};

/// One run a command, one after the other in one office, and its exit code. `{tmp}` is a folder of the test, `{office}` the practice
/// office in it, `{cases}` the thirty examples, `{out}` where they are packed.
const EXAMPLES: &[(&str, i32)] = &[
    ("init {tmp}/new --passphrase-file {tmp}/passphrase.txt", 0),
    ("check {cases} --office {office} --date 2026-11-24", 1),
    ("accept {cases} --office {office}", 1),
    ("pack {cases} --office {office} --out {out} --date 2026-11-24", 1),
    ("verify {out} --office {office} --cases {cases}", 0),
    ("delay E-08 --cases {cases} --until {year}-11-27 --reason records --office {office} --out {out}", 0),
    ("ask E-08 --cases {cases} --office {office} --out {out}", 0),
    ("release E-12 --cases {cases} --by {supervisor} --reason consent --office {office}", 0),
    ("open {out}/email/R08-0001/R08-0001.docx --office {office} --out {tmp}/opened", 0),
    ("password R08-0001 --office {office}", 0),
    ("repack {cases} --case E-03 --channel paper --office {office} --out {out}", 0),
    ("ledger list --office {office}", 0),
    ("ledger sent R08-0001 R08-0003 --office {office}", 0),
    ("ledger told R08-0001 --confirmed --by 三枝 --office {office}", 0),
    ("ledger received R08-0003 --office {office}", 0),
    ("ledger due --office {office}", 0),
    ("ledger updated E-01 --office {office}", 0),
    ("ledger close E-08 --reason 取下げ --office {office}", 0),
    ("seal-record R08-0001 --office {office} --out {tmp}/record.docx", 0),
    ("incident R08-0001 --office {office} --out {tmp}/incident.docx", 0),
    ("report --office {office} --out {tmp}/day.docx", 0),
    ("ledger verify --office {office}", 0),
    ("ledger find --office {office}", 3),
    ("ledger export --office {office} --out {tmp}/ledger.xlsx", 0),
    ("ledger resume --after R08-0900 --reason backup --office {office}", 0),
    ("ledger move --to postgres://fukan@/office?host=/tmp/no-such-folder --office {office}", 4),
    ("ledger year R08 --office {office} --out {tmp}/year.xlsx", 2),
    ("vault passphrase --recovery --office {office}", 0),
    ("vault rotate --office {office}", 0),
    ("vault check --office {office}", 0),
    ("forms wording --out {tmp}/texts", 0),
    ("forms window --office {office} --out {tmp}/window.docx", 0),
    ("forms list --office {office}", 0),
    ("forms export {tmp}/forms --office {office}", 0),
    ("forms check {tmp}/forms/reply.docx {tmp}/forms/cover.docx", 0),
    ("forms sample reply --office {office} --out {tmp}/sample.docx", 0),
    ("schema --office {office}", 0),
    ("completions bash", 0),
    ("man --out {tmp}/man", 0),
    ("help ledger due", 0),
];

struct Place {
    _folder: tempfile::TempDir,
    tmp: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = temp_dir();
        let tmp = fs::canonicalize(folder.path()).expect("real");
        copy_tree(&repo().join("examples/office"), &tmp.join("office"));
        fs::copy(repo().join("examples/cases.json"), tmp.join("cases.json")).expect("copied");
        fs::write(tmp.join("passphrase.txt"), "atarashii-aikotoba-2026\n").expect("written");
        Self { _folder: folder, tmp }
    }

    /// The words of an example in this place, with the office by this name.
    fn words(&self, line: &str, office: &str) -> Vec<String> {
        let at = |name: &str| self.tmp.join(name).display().to_string();
        let fill = |word: &str| {
            let word = word.replace("{office}", &at(office)).replace("{cases}", &at("cases.json"));
            let word = word.replace("{supervisor}", "高瀬 事務長").replace("{year}", &support::desk::next_year());
            word.replace("{out}", &at("out")).replace("{tmp}", &self.tmp.display().to_string())
        };
        line.split(' ').map(fill).collect()
    }
}

/// The lines of standard output, each an object; nothing else is said anywhere.
#[track_caller]
fn objects(run: &Run) -> Vec<Value> {
    assert_eq!(run.err(), "", "standard error");
    let lines: Vec<Value> = run.out().lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect();
    assert!(lines.iter().all(Value::is_object), "{}", run.out());
    lines
}

#[track_caller]
fn is_fault(value: &Value, code: &str) {
    for key in ["code", "level", "what", "fix"] {
        assert!(value[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {value}");
    }
    assert!(value["code"].as_str().is_some_and(|own| own.starts_with(code)), "{value}");
}

/// Every command, as `fukan man` has a page for each: «ledger-due».
fn commands() -> BTreeSet<String> {
    let folder = temp_dir();
    Fukan::new(["man", "--out"]).arg(folder.path()).run().expect_code(0);
    let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let pages = support::files_under(folder.path()).iter().map(|path| name(path)).collect::<BTreeSet<_>>();
    pages.iter().filter_map(|page| page.strip_prefix("fukan-").map(str::to_owned)).chain(["help".to_owned()]).collect()
}

/// The words of an example that name its command.
fn command<'l>(line: &'l str, commands: &BTreeSet<String>) -> Vec<&'l str> {
    let words: Vec<&str> = line.split(' ').collect();
    let named = (1..=words.len().min(3)).rev().find(|n| commands.contains(&words[..*n].join("-")));
    words[..named.unwrap_or_else(|| panic!("{line} is no command"))].to_vec()
}

/// The commands without an example. A group is covered by what is in it.
fn uncovered(commands: &BTreeSet<String>, examples: &[(&str, i32)]) -> Vec<String> {
    let covered: BTreeSet<String> = examples.iter().map(|(line, _)| command(line, commands).join("-")).collect();
    let is_group = |name: &str| commands.iter().any(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('-')));
    commands.iter().filter(|name| !covered.contains(*name) && !is_group(name)).cloned().collect()
}

#[test]
fn every_command_speaks_json() {
    let commands = commands();
    assert!(commands.len() >= 17, "{commands:?}");
    assert_eq!(uncovered(&commands, EXAMPLES), Vec::<String>::new(), "add a line to EXAMPLES");
    // What it is to catch: a command that nobody added.
    assert_eq!(uncovered(&commands, &EXAMPLES[1..]), ["init"]);
    let place = Place::new();
    for (line, code) in EXAMPLES {
        let run = Fukan::new(place.words(line, "office")).arg("--json").run().expect_code(*code);
        assert!(!objects(&run).is_empty(), "{line}: something is said");
    }
}

/// A wrong command line, of every command: one object, exit code 2.
#[test]
fn a_wrong_command_line_is_one_object() {
    let commands = commands();
    for (line, _) in EXAMPLES {
        let command = command(line, &commands);
        for lang in ["ja", "en"] {
            let run = Fukan::new(&command).arg("--no-such-option").arg("--json").arg("--lang").arg(lang).run().expect_code(2);
            let told = objects(&run);
            assert_eq!(told.len(), 1, "{line}");
            is_fault(&told[0], "FK-6070");
            assert_eq!(told[0].to_string().chars().any(|c| ('ぁ'..='ん').contains(&c)), lang == "ja", "{told:?}");
        }
        let help = objects(&Fukan::new(["--json"].iter().chain(&command)).arg("--help").run().expect_code(0));
        assert!(help.len() == 1 && help[0]["help"].as_str().is_some_and(|help| help.contains("fukan ")), "{line}");
    }
    for line in ["--json", "--json gift", "ledger --json", "ledger gift --json", "pack --json", "--json --lang fr"] {
        is_fault(&objects(&Fukan::new(line.split(' ')).run().expect_code(2))[0], "FK-6070");
    }
    let version = objects(&Fukan::new(["--version", "--json"]).run().expect_code(0));
    assert_eq!(version[0]["version"], env!("CARGO_PKG_VERSION"));
    // Behind «--» it is a file's name.
    let run = Fukan::new(["check", "--office", "/nowhere", "--", "--json"]).run();
    assert!(run.stdout.is_empty() && run.err().starts_with("fukan: "), "{}", run.err());
}

/// What stops a command is told the same way.
#[test]
fn what_stops_a_command_is_json_too() {
    let place = Place::new();
    for (line, _) in EXAMPLES.iter().filter(|(line, _)| line.contains("{office}")) {
        let run = Fukan::new(place.words(line, "nowhere")).arg("--json").run();
        assert!(matches!(run.code, Some(2..=4)), "{line}: {:?}", run.code);
        let told = objects(&run);
        assert!(!told.is_empty(), "{line}");
        told.iter().for_each(|value| is_fault(value, "FK-"));
    }
}
