//! 停止: a process that dies, or whose disk fails, at any system call leaves an office that recovers and a rerun that completes.
//!
//! Needs `strace` (apt-get install strace). `FUKAN_KILLS=all` tries every call; otherwise every fifth of the frequent ones.
#![cfg(target_os = "linux")]

mod support;

use fukan::world::Disk;
use std::path::Path;
use std::process::{Command, Stdio};
use support::office::*;

/// What is injected, and into which calls: those that change the disk.
const CALLS: [&str; 12] = [
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "mkdirat",
    "renameat2",
    "rename",
    "unlink",
    "unlinkat",
    "ftruncate",
    "fchmod",
];

/// The same without `write`: it also carries the test harness's own lines, and a harness that can't print hangs.
/// (tests/books.rs fails each write of a parcel's files through the store.)
const OWN: [&str; 11] =
    ["openat", "pwrite64", "fsync", "fdatasync", "mkdirat", "renameat2", "rename", "unlink", "unlinkat", "ftruncate", "fchmod"];

/// The child: one batch of three parcels.
#[test]
fn batch_of_a_process_of_its_own() {
    let Some(folder) = std::env::var_os("FUKAN_TEST_KILL") else { return };
    let office = Office::at(Path::new(&folder));
    let done = office.open().and_then(|mut books| pack(&mut books, &Disk, &office.out, &three(), "child"));
    println!("done={}", done.map_or_else(|fault| fault.code.to_string(), |receipts| receipts.len().to_string()));
}

fn strace(office: &Office, options: &[String]) -> std::process::Output {
    let mut command = Command::new("timeout");
    command.args(["-k", "1", "60", "strace", "-f", "-qq"]).args(options).arg(std::env::current_exe().expect("this test"));
    command.args(["--exact", "batch_of_a_process_of_its_own", "--nocapture", "--test-threads=1"]);
    command.env("FUKAN_TEST_KILL", &office.folder).env("RUST_BACKTRACE", "0").stdin(Stdio::null());
    command.output().expect("strace is a witness of these tests: apt-get install strace")
}

/// How often the whole batch makes each call.
fn counted() -> Vec<(&'static str, usize)> {
    let office = Office::new();
    let log = office.folder.join("trace");
    let output = strace(&office, &["-o".into(), log.display().to_string(), "-e".into(), format!("trace={}", CALLS.join(","))]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("done=3"), "{output:?}");
    let log = std::fs::read_to_string(log).expect("trace");
    let count = |call: &str| {
        log.lines()
            .filter(|line| line.split_whitespace().nth(1).is_some_and(|word| word.starts_with(&format!("{call}("))))
            .count()
    };
    CALLS.iter().map(|call| (*call, count(call))).filter(|(_, n)| *n > 0).collect()
}

fn every(injected: &str, calls: &[&str]) {
    let all = std::env::var("FUKAN_KILLS").is_ok_and(|value| value == "all");
    let (mut tried, mut stopped) = (0, 0);
    for (call, count) in counted() {
        if !calls.contains(&call) {
            continue;
        }
        let step = if all || count <= 12 { 1 } else { 5 };
        for when in (1..=count).step_by(step) {
            let office = Office::new();
            let output =
                strace(&office, &["-o".into(), "/dev/null".into(), "-e".into(), format!("inject={call}:{injected}:when={when}")]);
            let done = String::from_utf8_lossy(&output.stdout).contains("done=3");
            tried += 1;
            stopped += usize::from(!done);
            settled(&office, &format!("{injected} at {call} {when} of {count}, done={done}"));
        }
    }
    println!("{injected}: {stopped} of {tried} stopped the run, {tried} of {tried} recovered, nothing doubled");
    assert!(stopped * 2 > tried);
}

#[test]
fn killed_at_any_call() {
    every("signal=KILL", &CALLS);
}

#[test]
fn a_full_disk_at_any_call() {
    every("error=ENOSPC", &OWN);
}

#[test]
fn a_failing_disk_at_any_call() {
    every("error=EIO", &OWN);
}
