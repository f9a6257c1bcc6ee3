//! 長い作業: what a terminal is told meanwhile, and how a run is ended. Ctrl-C in the middle of it ends it where everything it made is whole, says how to go on, and the same command goes on.
#![cfg(unix)]

mod support;

use fukan::base::{Stop, code};
use fukan::desk::Bureau;
use fukan::desk::plan::{Ground, Scope, passing_keys, plan_for};
use fukan::world::Disk;
use rustix::process::{Pid, Signal, kill_process};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};
use support::batch::{SETTINGS, data, fixed_seams, office, workshop};
use support::many::write_some;
use support::witness::debian;
use support::{Fukan, ReportLine, Run, files_under, report};

/// Inquiries on paper, most of which are answered.
const CASES: usize = 300;

struct Place {
    cases: PathBuf,
    office: PathBuf,
    out: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        Self::of(name, CASES)
    }

    fn of(name: &str, count: usize) -> Self {
        let work = workshop(name);
        let cases = work.join("cases.ndjson");
        let paper =
            |case: &serde_json::Value| case["reply_by"] == "paper" && case["candidates"][0]["kana"] == case["subject"]["kana"];
        write_some(&cases, count, paper);
        Self { cases, office: office(&work.join("office"), SETTINGS), out: work.join("out") }
    }

    fn command(&self) -> Fukan {
        let run = Fukan::new(["pack", "--date", "2026-11-20", "--jobs", "1", "--bundle", "case"]).arg(&self.cases);
        run.arg("--office").arg(&self.office).arg("--out").arg(&self.out)
    }

    /// Starts it and lets it make a few parcels.
    fn started(&self) -> Child {
        let child = self.command().command().spawn().expect("started");
        let since = Instant::now();
        while parcels(&self.out).len() < 5 {
            assert!(since.elapsed() < Duration::from_secs(120), "nothing is made");
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    fn ledger(&self) -> Run {
        Fukan::new(["ledger", "verify", "--office"]).arg(&self.office).run().expect_code(0)
    }

    /// A command on a terminal of its own: what was written to it, and the exit code as a shell has it. `stop` is a word of the bar at
    /// which Ctrl-C is pressed, or `-`.
    fn on_terminal(&self, stop: &str, words: &[&str]) -> (String, i32) {
        let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        let (cases, office, out) = (path(&self.cases), path(&self.office), path(&self.out));
        let words = words.iter().map(|word| match *word {
            "CASES" => cases.as_str(),
            "OUT" => out.as_str(),
            word => word,
        });
        let words: Vec<&str> = ["-c", TERMINAL, stop, env!("CARGO_BIN_EXE_fukan")].into_iter().chain(words).collect();
        let done = debian("/usr/bin/python3", &[&words[..], &["--office", &office]].concat(), b"");
        (String::from_utf8_lossy(&done.stdout).into_owned(), done.status.code().expect("an exit code"))
    }

    /// How many rows the ledger has.
    fn rows(&self) -> u64 {
        let run = Fukan::new(["ledger", "verify", "--json", "--office"]).arg(&self.office).run().expect_code(0);
        serde_json::from_str::<serde_json::Value>(run.out().trim()).expect("JSON")["rows"].as_u64().expect("a number")
    }

    fn rest(&self) -> Vec<ReportLine> {
        let run = self.command().run();
        assert!(matches!(run.code, Some(0 | 1)), "{}", run.err());
        report(&self.out)
    }
}

fn parcels(out: &Path) -> BTreeSet<String> {
    let names = |channel: &str| fs::read_dir(out.join(channel)).into_iter().flatten().flatten();
    let found =
        ["email", "paper", "phone"].into_iter().flat_map(names).map(|entry| entry.file_name().to_string_lossy().into_owned());
    found.filter(|name| !name.starts_with('.')).collect()
}

fn interrupt(child: &Child) {
    kill_process(Pid::from_child(child), Signal::INT).expect("sent");
}

fn made(lines: &[ReportLine]) -> BTreeMap<&str, &str> {
    let made = lines.iter().filter(|line| line.outcome != "already");
    made.filter_map(|line| Some((line.case.as_str(), line.number.as_deref()?))).collect()
}

#[test]
fn the_first_one_ends_it_between_two_groups() {
    let place = Place::new("interrupt");
    let child = place.started();
    interrupt(&child);
    let output = child.wait_with_output().expect("ended");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{out}\n{err}");
    assert!(out.contains("同じコマンドをもう一度実行") && err.contains("FK-6110"), "{out}\n{err}");
    assert!(out.contains("、受付だけ") && !out.contains("することはありません"), "{out}");
    let first = report(&place.out);
    let done = made(&first);
    assert!(first.len() == CASES && !done.is_empty() && done.len() < CASES, "{} made", done.len());
    for line in
        first.iter().filter(|line| line.number.is_none()).filter(|line| line.outcome != "held" && line.outcome != "refused")
    {
        assert_eq!(
            (line.outcome.as_str(), line.code.as_deref(), line.files.len()),
            ("accepted", Some("FK-6110"), 0),
            "{}",
            line.case
        );
    }
    let numbers: BTreeSet<String> = done.values().map(|number| (*number).to_owned()).collect();
    assert_eq!(numbers, parcels(&place.out), "what is told lies there, and nothing else");
    assert!(place.out.join("print.docx").exists(), "what was made can be printed");
    place.ledger();

    let second = place.rest();
    let after = made(&second);
    assert!(after.keys().all(|case| !done.contains_key(case)), "nothing is made twice");
    assert!(done.len() + after.len() + 60 > CASES && second.iter().all(|line| line.outcome != "accepted"), "the rest is made");
    let already = second.iter().filter(|line| line.outcome == "already").count();
    assert_eq!((already, parcels(&place.out).len()), (done.len(), done.len() + after.len()));
    place.ledger();
    Fukan::new(["verify"]).arg(&place.out).arg("--office").arg(&place.office).run().expect_code(0);
}

#[test]
fn the_second_one_ends_it_at_once_and_nothing_is_lost() {
    let place = Place::new("interrupt-twice");
    let child = place.started();
    // Until it is gone: which of them is the second is the system's business.
    let mut child = child;
    let status = loop {
        interrupt(&child);
        match child.try_wait().expect("asked") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    assert_eq!(status.code(), Some(130));
    let lines = place.rest();
    let sent: BTreeSet<&str> = lines.iter().filter_map(|line| line.number.as_deref()).collect();
    assert_eq!(sent.len(), parcels(&place.out).len(), "each case once");
    assert!(lines.iter().all(|line| line.number.is_some() || line.code.is_some()));
    place.ledger();
    Fukan::new(["verify"]).arg(&place.out).arg("--office").arg(&place.office).run().expect_code(0);
}

/// What was made when the process died lies there and is promised, and nothing more is known of it: neither an exchange nor a change.
#[test]
fn what_a_dead_run_was_making_is_told_as_such() {
    let place = Place::new("killed");
    let mut child = place.command().command().spawn().expect("started");
    let since = Instant::now();
    while parcels(&place.out).is_empty() {
        assert!(since.elapsed() < Duration::from_secs(120), "nothing is made");
    }
    // The first of a group has its place; the ledger has it when all of the group have.
    child.kill().expect("killed");
    child.wait().expect("gone");
    let verify = || Fukan::new(["verify"]).arg(&place.out).arg("--office").arg(&place.office).run();
    let told = verify().expect_code(1);
    assert!(told.out().contains("途中で止まったもの") && !told.err().contains("FK-602"), "{}\n{}", told.out(), told.err());
    place.rest();
    assert!(!verify().expect_code(0).out().contains("途中"));
}

/// Runs argv[2:] on a terminal of its own and prints what was written to it; presses Ctrl-C once argv[1] was written.
const TERMINAL: &str = "import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.environ.update(LANG='ja_JP.UTF-8', TERM='xterm-256color')
    os.execv(sys.argv[2], sys.argv[2:])
stop, seen = sys.argv[1].encode(), b''
while True:
    try: told = os.read(terminal, 65536)
    except OSError: break
    if not told: break
    os.write(1, told)
    seen += told
    if stop in seen and stop != b'-':
        os.write(terminal, b'\\x03')
        stop = b'-'
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(code if code >= 0 else 128 - code)";

/// What stands in one drawing of the bar, of this work.
fn drawn(told: &str, work: &str) -> bool {
    let mut bars = told.split('\r').filter(|line| line.contains(work));
    bars.any(|line| ["件／", "毎秒", "残り約"].iter().all(|part| line.contains(part)))
}

/// How many of its work were done when it was drawn last.
fn counted(told: &str, work: &str) -> usize {
    let work = format!("{work} ");
    let counts = told.split(&work).skip(1).filter_map(|rest| rest.split_once('件')?.0.parse().ok());
    counts.last().expect("a drawing")
}

/// Whether the bar was taken away before this was told, and did not come back.
fn cleared(told: &str, result: &str) -> bool {
    let Some((before, after)) = told.rsplit_once("毎秒") else { return false };
    assert!(before.contains("毎秒"), "more than one drawing");
    after.split_once("\r\x1b[2K").is_some_and(|(bar, rest)| !bar.contains(result) && rest.contains(result))
}

#[test]
fn a_terminal_is_told_the_rate_and_the_time_that_is_left() {
    let place = Place::new("progress");
    let told = |words: &[&str]| place.on_terminal("-", words).0;
    let packed = told(&["pack", "CASES", "--out", "OUT", "--date", "2026-11-20", "--bundle", "case"]);
    assert!(drawn(&packed, "作成"), "{packed}");
    assert!(!packed.contains("もう一度 Ctrl-C"), "{packed}");
    let quiet = told(&["check", "CASES", "--quiet"]);
    assert!(!quiet.contains("毎秒") && quiet.contains("M-000299"), "{quiet}");

    let verified = told(&["verify", "OUT", "--cases", "CASES"]);
    assert!(["確認", "照合", "比較"].iter().all(|work| drawn(&verified, work)), "{verified}");
    assert!(cleared(&verified, "R08-0001"), "{verified}");
    let parcels = parcels(&place.out).len();
    let beside =
        fs::read_dir(&place.out).expect("out").filter_map(|entry| entry.expect("an entry").file_name().into_string().ok());
    let all = parcels + beside.filter(|name| name.ends_with(".docx")).count();
    // Print files and labels are looked at as well, and not compared with any record.
    assert!(all > parcels && verified.contains(&format!("件／{all}件")), "{verified}");
    let compared = format!("／{parcels}件");
    assert!(verified.split('\r').any(|line| line.contains("比較") && line.contains(&compared)), "{verified}");
    let walked = told(&["ledger", "verify"]);
    assert!(drawn(&walked, "台帳") && cleared(&walked, "最後の記録"), "{walked}");
    // Whoever waits for a large export sees what is being done.
    let book = place.out.with_extension("xlsx");
    let exported = told(&["ledger", "export", "--out", &book.display().to_string()]);
    let (read, rest) = exported.split_once("表の作成 ").unwrap_or_else(|| panic!("{exported}"));
    assert!(read.contains("台帳 ") && read.contains("毎秒") && counted(read, "台帳") > 300, "{exported}");
    let cleared = rest.split_once("\r\x1b[2K").is_some_and(|(_, rest)| rest.contains("out.xlsx") && !rest.contains("表の作成"));
    assert!(cleared, "{exported}");
    fs::remove_file(&book).expect("gone");
    let quiet = told(&["ledger", "export", "--quiet", "--out", &book.display().to_string()]);
    assert!(!quiet.contains("台帳 ") && quiet.contains("out.xlsx"), "{quiet}");
    for words in [&["verify", "OUT", "--quiet"][..], &["verify", "OUT", "--json"], &["ledger", "verify", "--quiet"][..]] {
        let told = told(words);
        assert!(!told.contains("毎秒") && !told.contains("\x1b[2K"), "{told}");
    }
}

#[test]
fn a_terminal_is_told_what_ctrl_c_does() {
    let place = Place::new("stopping");
    let (told, code) = place.on_terminal("作成", &["pack", "CASES", "--out", "OUT", "--date", "2026-11-20"]);
    assert!(told.contains("作りかけの組があれば仕上げて止まります") && told.contains("FK-6110") && code == 1, "{told}");
}

/// What is only judged is nothing yet: whoever stops it there has received nothing and waits for nothing.
#[test]
fn ctrl_c_while_cases_are_judged_ends_it_at_that_case() {
    const MANY: usize = 12_000;
    let place = Place::of("stopping-early", MANY);
    let (told, code) = place.on_terminal("照合", &["pack", "CASES", "--out", "OUT", "--date", "2026-11-20"]);
    assert!(told.contains("FK-6110") && code == 1, "{code}: {told}");
    assert!(counted(&told, "照合") < MANY / 2, "{told}");
    assert!(!told.contains("作成") && !place.out.exists(), "{told}");
    assert_eq!(place.rows(), 1, "that of the vault");
    let until = "2026-11-27T17:00";
    let delay = ["delay", "M-000001", "--cases", "CASES", "--until", until, "--reason", "records", "--out", "OUT"];
    let (told, code) = place.on_terminal("照合", &delay);
    assert!(told.contains("FK-6110") && code == 1 && !place.out.exists(), "{code}: {told}");
    assert_eq!(place.rows(), 1);
    // Nobody waits for these: they have nothing in hand, and end at once by themselves.
    for words in [&["check", "CASES"][..], &["accept", "CASES"]] {
        let (told, code) = place.on_terminal("照合", words);
        assert_eq!(code, 130, "{told}");
        assert!(counted(&told, "照合") < MANY / 2 && is_sane(&told), "{told}");
        assert_eq!(place.rows(), 1, "{words:?}");
    }
}

/// A terminal that needs no mending: nothing was switched on that would have to be switched off again (a hidden cursor, another screen).
fn is_sane(told: &str) -> bool {
    !told.contains("\x1b[?") && !told.contains("\x1b=")
}

#[test]
fn ctrl_c_ends_a_proof_at_once() {
    let place = Place::new("stopping-proof");
    place.rest();
    let files = || {
        let all: Vec<PathBuf> = [&place.office, &place.out].into_iter().flat_map(|root| files_under(root)).collect();
        all.into_iter().map(|file| (fs::read(&file).expect("read"), file)).collect::<Vec<_>>()
    };
    let before = files();
    for stop in ["確認", "比較"] {
        let (told, code) = place.on_terminal(stop, &["verify", "OUT", "--cases", "CASES"]);
        assert!(code == 130 && is_sane(&told) && !told.contains("R08-0001"), "{code}: {told}");
    }
    assert!(files() == before, "nothing was written");
    Fukan::new(["verify"]).arg(&place.out).arg("--office").arg(&place.office).run().expect_code(0);
}

/// In every form that cases come in, no record behind the one that is at hand is read.
#[test]
fn every_form_of_a_file_stops_at_its_record() {
    let work = workshop("stopping-forms");
    let bureau = Bureau::read(&office(&work.join("office"), SETTINGS), &Disk).expect("an office");
    let seams = fixed_seams("stopping");
    let keys = passing_keys(&*seams.entropy).expect("keys");
    let (ground, date) = (Ground { bureau: &bureau, keys: &keys }, fukan::base::date::parse("2026-11-20").expect("a day"));
    for name in ["cases.json", "cases.ndjson", "cases-utf8bom.csv", "cases-cp932.csv", "cases.xlsx"] {
        // Two files: the second one is not opened either.
        let (stop, mut judged) = (Stop::default(), 0);
        let plan = plan_for(&[data(name), data(name)], &ground, &Scope::default(), &seams, date, &stop, |judging| {
            judged = judging.cases;
            if judged == 3 {
                stop.ask();
            }
        });
        assert_eq!(plan.err().map(|fault| fault.code), Some(code::STOPPED), "{name}");
        assert_eq!(judged, 3, "{name}");
    }
}
