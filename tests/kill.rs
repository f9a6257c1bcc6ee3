//! 停止: the program itself, packing five cases over all three channels, is killed at every system call, and every system call that can
//! fail fails. After each, the same command again completes: every case once, proved, each letter in one print file, nothing left over.
//!
//! Needs `strace` (apt-get install strace). `FUKAN_KILLS=all` tries every point; otherwise an even choice of them, the first and the
//! last of each call among it. docs/crash-safety.md has the figures of a whole run.
#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::five::Five;

/// Who makes a call: the walk itself, or the thread that sqlx gives to SQLite. Counters of `strace -e inject=` are per call and thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Walk,
    Ledger,
}

/// The n-th call of its kind by one of the two.
type Point = (Who, String, usize);

/// What touches neither disk nor terminal: nothing is injected there. A kill at one of them leaves what a kill at the next other call does.
const ELSEWHERE: [&str; 29] = [
    // memory
    "brk",
    "mmap",
    "munmap",
    "mprotect",
    "madvise",
    // threads and waiting; `eventfd2` and what is written to it is how one thread wakes the other
    "futex",
    "epoll_wait",
    "epoll_ctl",
    "epoll_create1",
    "poll",
    "eventfd2",
    "clone3",
    "set_robust_list",
    "rseq",
    "sched_getaffinity",
    "set_tid_address",
    "gettid",
    "getpid",
    "geteuid",
    // the process itself, its signals and limits; `execve` and `arch_prctl` come before the first line of ours
    "execve",
    "arch_prctl",
    "rt_sigaction",
    "rt_sigprocmask",
    "sigaltstack",
    "prctl",
    "prlimit64",
    "exit_group",
    "exit",
    // randomness: without it the program stops by design
    "getrandom",
];

/// Which calls a full disk refuses, which a failing one, and which a right that is missing.
const FULL: [&str; 9] = ["openat", "write", "pwrite64", "fsync", "mkdirat", "renameat2", "rename", "ftruncate", "fdatasync"];
const DENIED: [&str; 15] = [
    "openat",
    "mkdirat",
    "renameat2",
    "rename",
    "unlink",
    "unlinkat",
    "newfstatat",
    "statx",
    "statfs",
    "access",
    "readlink",
    "fchmod",
    "fchmodat",
    "fchown",
    "flock",
];

fn fails(error: &str, call: &str) -> bool {
    match error {
        "ENOSPC" => FULL.contains(&call),
        "EACCES" => DENIED.contains(&call),
        // `close` has nothing left to do that could fail; `ioctl` asks the terminal, `fcntl` locks and flags: each may say EIO.
        _ => call != "close",
    }
}

/// How strace is told to look at one of the two alone.
fn options(five: &Five, who: Who, call: &str) -> Vec<String> {
    let database = five.office().join("office.db").display().to_string();
    match who {
        // Without -f it follows the first thread only.
        Who::Walk => Vec::new(),
        Who::Ledger => {
            let mut words = vec!["-f".to_owned(), "-P".into(), database.clone(), "-P".into(), format!("{database}-journal")];
            if call == "fsync" {
                words.extend(["-P".into(), five.office().display().to_string()]);
            }
            words
        }
    }
}

/// Every call of a whole run by either thread, in the order of kinds.
fn points(five: &Five) -> Vec<Point> {
    let mut points = Vec::new();
    for who in [Who::Walk, Who::Ledger] {
        let fresh = Five::new();
        let five = if who == Who::Walk { five } else { &fresh };
        let log = five.root.join("trace");
        let mut words = options(five, who, "fsync");
        words.extend(["-o".into(), log.display().to_string()]);
        let output = five.traced(&words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(log).expect("a trace");
        let first = text.split_whitespace().next().unwrap_or_default().to_owned();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for line in text.lines() {
            // With -f each line begins with the thread's number; the first line is the walk's.
            let (thread, line) = match who {
                Who::Walk => ("", line),
                Who::Ledger => line.split_once(' ').unwrap_or_default(),
            };
            let name = line.trim_start().split_once('(').map(|(name, _)| name).unwrap_or_default();
            let call = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if call && (who == Who::Walk || thread != first) {
                *counts.entry(name.to_owned()).or_default() += 1;
            }
        }
        let known = |call: &String| ELSEWHERE.contains(&call.as_str());
        counts.retain(|call, _| !known(call));
        points.extend(counts.into_iter().flat_map(|(call, count)| (1..=count).map(move |n| (who, call.clone(), n))));
    }
    points
}

/// All of them, or an even choice: the first and the last of each kind, and so many between that the sum is about `most`.
fn chosen(points: Vec<Point>, most: usize) -> Vec<Point> {
    if std::env::var("FUKAN_KILLS").is_ok_and(|value| value == "all") {
        return points;
    }
    let step = (points.len() / most).max(1);
    let ends = |at: usize| {
        let kind = |at: usize| points.get(at).map(|(who, call, _)| (*who, call));
        at == 0 || kind(at - 1) != kind(at) || kind(at + 1) != kind(at)
    };
    // Calls that only look are a half of all and leave nothing behind: of these the choice is half as dense.
    let looks = |call: &str| !FULL.contains(&call) && !["unlink", "fchmod", "fchmodat", "fchown"].contains(&call);
    let take = |at: usize| ends(at) || at.is_multiple_of(if looks(&points[at].1) { step * 2 } else { step });
    (0..points.len()).filter(|at| take(*at)).map(|at| points[at].clone()).collect()
}

/// Each of these once, two at a time, on an office that `prepare` has made ready.
fn each(points: &[Point], inject: &str, prepare: fn(&Five), look: fn(&Five, &str, &str)) {
    let (next, hit, stopped) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some((who, call, n)) = points.get(next.fetch_add(1, Ordering::SeqCst)) {
            let five = Five::new();
            prepare(&five);
            let log = five.root.join("trace");
            let mut words = options(&five, *who, call);
            words.extend(["-o".into(), log.display().to_string(), "-e".into(), format!("trace={call}")]);
            words.extend(["-e".into(), format!("inject={call}:{inject}:when={n}")]);
            let output = five.traced(&words);
            let (said, shown) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            let told = format!("{inject} at {who:?}'s {call} {n}");
            assert!(!shown.contains("panicked") && output.status.code() != Some(70), "{told}: {shown}");
            let trace = fs::read_to_string(&log).unwrap_or_default();
            hit.fetch_add(usize::from(trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL")), Ordering::SeqCst);
            stopped.fetch_add(usize::from(!output.status.success()), Ordering::SeqCst);
            look(&five, &said, &told);
        }
    };
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        hands.into_iter().for_each(|hand| hand.join().expect("every trial holds"));
    });
    let (tried, hit, stopped) = (points.len(), hit.into_inner(), stopped.into_inner());
    println!(
        "{inject}: {hit} of {tried} points hit, {stopped} stopped the run, {tried} of {tried} completed by the same command again"
    );
    assert!(hit * 100 >= tried * 97, "{inject}: only {hit} of {tried} points were hit");
}

fn failing(error: &str, most: usize) {
    let points = points(&Five::new()).into_iter().filter(|(_, call, _)| fails(error, call)).collect();
    each(&chosen(points, most), &format!("error={error}"), |_| (), Five::settled);
}

#[test]
fn killed_at_any_call() {
    each(&chosen(points(&Five::new()), 45), "signal=KILL", |_| (), Five::settled);
}

#[test]
fn a_full_disk_at_any_call() {
    failing("ENOSPC", 20);
}

#[test]
fn a_failing_disk_at_any_call() {
    failing("EIO", 30);
}

#[test]
fn a_missing_right_at_any_call() {
    failing("EACCES", 20);
}

/// What stands is never made twice because something could not be read: a database that can't be opened is no empty one.
#[test]
fn a_second_run_that_can_not_read_makes_nothing_twice() {
    let packed: fn(&Five) = |five| {
        five.pack().run().expect_code(0);
    };
    let five = Five::new();
    packed(&five);
    let points: Vec<Point> = points(&five).into_iter().filter(|(who, ..)| *who == Who::Walk).collect();
    for error in ["EIO", "EACCES"] {
        let points = points.iter().filter(|(_, call, _)| fails(error, call)).cloned().collect();
        each(&chosen(points, 15), &format!("error={error}"), packed, |five, said, told| {
            five.exactly_once(told);
            five.settled(said, told);
        });
    }
}
