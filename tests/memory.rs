//! 記憶: what a run takes in memory does not grow with the file.

mod support;

use std::path::{Path, PathBuf};

use fukan::seal::vault::{self, Params};
use fukan::world::{Disk, SystemClock};
use support::batch::{SETTINGS, office, workshop};
use support::many::{write_cases, write_table};
use support::office::PASSPHRASE;
use support::report;
use support::seams::SeededEntropy;
use support::witness::debian;

/// Runs argv[1:] and prints exit code and largest resident set (KiB) of that child alone.
const MEASURE: &str = "import os, sys
child = os.fork()
if child == 0:
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2): os.dup2(null, fd)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)";

/// Runs the binary; its largest resident set in KiB.
#[track_caller]
fn peak(args: &[&str]) -> u64 {
    let program = [&["-c", MEASURE, env!("CARGO_BIN_EXE_fukan")], args].concat();
    let output = debian("/usr/bin/python3", &program, b"");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (code, peak) = text.trim().split_once(' ').unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert!(matches!(code, "0" | "1"), "exit {code}");
    peak.parse().expect("KiB")
}

/// An office whose vault opens cheaply: the 64 MiB that a real passphrase takes would hide growth below it.
fn cheap_office(folder: &Path) -> PathBuf {
    let office = office(folder, SETTINGS);
    let entropy = SeededEntropy::new("memory");
    let (rows, keys) = vault::create(PASSPHRASE, Params::LEAST, &entropy).expect("a vault");
    fukan::books::Books::create(&office, &rows, keys.into(), &Disk, &entropy, std::sync::Arc::new(SystemClock), "tester")
        .expect("a database");
    office
}

fn measure(work: &Path, extension: &str, count: usize) -> u64 {
    let cases = work.join(format!("{count}.{extension}"));
    match extension {
        "csv" => write_table(&cases, count),
        _ => write_cases(&cases, count),
    }
    let office = cheap_office(&work.join(format!("office-{extension}-{count}")));
    let out = work.join(format!("out-{extension}-{count}"));
    let path = |p: &Path| p.to_str().expect("UTF-8").to_owned();
    let (cases, office, to) = (path(&cases), path(&office), path(&out));
    let peak = peak(&["pack", &cases, "--office", &office, "--out", &to, "--date", "2026-11-20", "--jobs", "2", "--quiet"]);
    let lines = report(&out);
    assert_eq!(lines.len(), count);
    let sent = lines.iter().filter(|line| line.number.is_some()).count();
    println!("{count} cases of {extension}, {sent} sent: {peak} KiB");
    assert!(sent * 2 > count, "most of them make something");
    peak
}

#[test]
fn a_thousand_cases_take_no_more_than_a_hundred() {
    let work = workshop("memory");
    for extension in ["ndjson", "csv"] {
        let hundred = measure(&work, extension, 100);
        let thousand = measure(&work, extension, 1000);
        assert!(thousand <= hundred + 8 * 1024, "{extension}: 100 cases: {hundred} KiB, 1,000 cases: {thousand} KiB");
    }
}

/// Judging holds a row a case and nothing else of it: a hundred thousand stay below 256 MB (`benches/scale` judges them).
#[test]
fn judging_takes_less_than_two_kilobytes_a_case() {
    let work = workshop("memory-check");
    let office = office(&work.join("office"), SETTINGS);
    for extension in ["ndjson", "csv"] {
        let [few, many] = [1_000, 11_000].map(|count| {
            let cases = work.join(format!("{count}.{extension}"));
            if extension == "csv" {
                write_table(&cases, count)
            } else {
                write_cases(&cases, count)
            };
            let path = |p: &Path| p.to_str().expect("UTF-8").to_owned();
            peak(&["check", &path(&cases), "--office", &path(&office), "--date", "2026-11-20", "--quiet"])
        });
        println!("{extension}: 1,000 cases {few} KiB, 11,000 cases {many} KiB");
        assert!(many <= few + 2 * 10_000, "{extension}: 1,000 cases: {few} KiB, 11,000 cases: {many} KiB");
    }
}
