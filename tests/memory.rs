//! 記憶: what a run takes in memory does not grow with the file.

mod support;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use fukan::seal::vault::{self, Params};
use fukan::world::{Disk, SystemClock};
use serde_json::Value;
use support::batch::{SETTINGS, data, office, workshop};
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

/// The batch over and over: new ids, and new people, whose names are as like and unlike their candidates' as before.
fn write_cases(path: &Path, count: usize) {
    let batch: Value = serde_json::from_slice(&std::fs::read(data("cases.json")).expect("the batch")).expect("JSON");
    let cases = batch["cases"].as_array().expect("cases");
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    for n in 0..count {
        let mut case = cases[n % cases.len()].clone();
        case["id"] = format!("M-{n:05}").into();
        let family = ["", "マ", "ミ", "ム", "メ"][n / cases.len() % 5];
        rename(&mut case["subject"], family);
        case["candidates"].as_array_mut().into_iter().flatten().for_each(|candidate| rename(candidate, family));
        writeln!(file, "{case}").expect("a line");
    }
    file.flush().expect("written");
}

/// The same as a table, each case on its rows.
fn write_table(path: &Path, count: usize) {
    let mut batch = csv::Reader::from_path(data("cases-utf8bom.csv")).expect("the batch");
    let headings = batch.headers().expect("headings").clone();
    let kana: Vec<usize> =
        ["フリガナ", "候補_フリガナ"].map(|name| headings.iter().position(|h| h == name).expect(name)).to_vec();
    let rows: Vec<csv::StringRecord> = batch.records().map(|row| row.expect("a row")).collect();
    let mut cases: Vec<Vec<csv::StringRecord>> = Vec::new();
    for row in rows {
        match cases.last_mut() {
            Some(case) if case[0][0] == row[0] => case.push(row),
            _ => cases.push(vec![row]),
        }
    }
    let mut file = csv::Writer::from_path(path).expect("a file");
    file.write_record(&headings).expect("headings");
    for n in 0..count {
        let (id, family) = (format!("M-{n:05}"), ["", "マ", "ミ", "ム", "メ"][n / cases.len() % 5]);
        for row in &cases[n % cases.len()] {
            let cell = |(column, text): (usize, &str)| match column {
                0 => id.clone(),
                column if kana.contains(&column) && !text.is_empty() => format!("{family}{text}"),
                _ => text.to_owned(),
            };
            file.write_record(row.iter().enumerate().map(cell)).expect("a row");
        }
    }
    file.flush().expect("written");
}

fn rename(person: &mut Value, before: &str) {
    if let Some(kana) = person["kana"].as_str() {
        person["kana"] = format!("{before}{kana}").into();
    }
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
