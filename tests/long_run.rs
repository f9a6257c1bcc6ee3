//! 長い作業: what a terminal is told meanwhile, and how a run is ended. Ctrl-C in the middle of it ends it where everything it made is whole, says how to go on, and the same command goes on.
#![cfg(unix)]

mod support;

use rustix::process::{Pid, Signal, kill_process};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};
use support::batch::{SETTINGS, office, workshop};
use support::many::write_some;
use support::witness::debian;
use support::{Fukan, ReportLine, Run, report};

/// Inquiries on paper, most of which are answered.
const CASES: usize = 300;

struct Place {
    cases: PathBuf,
    office: PathBuf,
    out: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        let work = workshop(name);
        let cases = work.join("cases.ndjson");
        let paper =
            |case: &serde_json::Value| case["reply_by"] == "paper" && case["candidates"][0]["kana"] == case["subject"]["kana"];
        write_some(&cases, CASES, paper);
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

/// Runs argv[1:] on a terminal of its own and prints what was written to it.
const TERMINAL: &str = "import os, pty, sys
child, terminal = pty.fork()
stop = False
if sys.argv[1] == 'stop':
    sys.argv.pop(1)
    stop = True
if child == 0:
    os.environ['LANG'] = 'ja_JP.UTF-8'
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    try: told = os.read(terminal, 65536)
    except OSError: break
    if not told: break
    os.write(1, told)
    if stop and '作成'.encode() in told:
        os.write(terminal, b'\\x03')
        stop = False
os.waitpid(child, 0)";

#[test]
fn a_terminal_is_told_the_rate_and_the_time_that_is_left() {
    let place = Place::new("progress");
    let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let told = |command: &str, more: &[&str]| {
        let (cases, office) = (path(&place.cases), path(&place.office));
        let words = [&["-c", TERMINAL, env!("CARGO_BIN_EXE_fukan"), command, &cases, "--office", &office], more].concat();
        String::from_utf8_lossy(&debian("/usr/bin/python3", &words, b"").stdout).into_owned()
    };
    // What stands in one drawing of the bar.
    let drawn = |told: &str, work: &str| {
        let mut bars = told.split('\r').filter(|line| line.contains(work));
        bars.any(|line| ["件／", "毎秒", "残り約"].iter().all(|part| line.contains(part)))
    };
    let out = path(&place.out);
    let packed = told("pack", &["--out", &out, "--date", "2026-11-20", "--bundle", "case"]);
    assert!(drawn(&packed, "作成"), "{packed}");
    assert!(!packed.contains("もう一度 Ctrl-C"), "{packed}");
    let quiet = told("check", &["--quiet"]);
    assert!(!quiet.contains("毎秒") && quiet.contains("M-000299"), "{quiet}");
}

#[test]
fn a_terminal_is_told_what_ctrl_c_does() {
    let place = Place::new("stopping");
    let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let (cases, office, out) = (path(&place.cases), path(&place.office), path(&place.out));
    let fukan = env!("CARGO_BIN_EXE_fukan");
    let words = ["-c", TERMINAL, "stop", fukan, "pack", &cases, "--office", &office, "--out", &out, "--date", "2026-11-20"];
    let told = debian("/usr/bin/python3", &words, b"").stdout;
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains("作りかけの組を仕上げて止まります") && told.contains("FK-6110"), "{told}");
}
