//! 停止: the program itself, packing five cases over all three channels, is killed at every system call, and every system call that can
//! fail fails. After each, the same command again completes: every case once, proved, each letter in one print file, nothing left over.
//!
//! Needs `strace` (apt-get install strace). `FUKAN_KILLS=all` tries every point, `FUKAN_KILLS=EIO` every one of that kind; otherwise an
//! even choice of them, the first and the last of each call among it. docs/crash-safety.md has the figures of a whole run.
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

/// Which calls a full disk refuses, which change the disk or the screen, and which a missing right refuses.
const FULL: [&str; 9] = ["openat", "write", "pwrite64", "fsync", "mkdirat", "renameat2", "rename", "ftruncate", "fdatasync"];
const CHANGES: [&str; 14] = [
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "mkdirat",
    "renameat2",
    "rename",
    "ftruncate",
    "fdatasync",
    "unlink",
    "unlinkat",
    "fchmod",
    "fchmodat",
    "fchown",
];
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

/// What is done to a call.
#[derive(Clone, Copy)]
struct Injected {
    what: &'static str,
    into: fn(Who, &str) -> bool,
    /// About so many of them where not all are asked for.
    most: usize,
}

/// Between two calls that change something the disk is the same: those are the moments to die at.
const KILL: Injected = Injected { what: "signal=KILL", into: |_, call| CHANGES.contains(&call), most: 24 };
const NO_SPACE: Injected = Injected { what: "error=ENOSPC", into: |_, call| FULL.contains(&call), most: 8 };
/// `close` has nothing left to do that could fail; `fcntl` locks the ledger, and in the walk only copies the ends of an eventfd.
const NO_DISK: Injected =
    Injected { what: "error=EIO", into: |who, call| call != "close" && (who, call) != (Who::Walk, "fcntl"), most: 10 };
const NO_RIGHT: Injected = Injected { what: "error=EACCES", into: |_, call| DENIED.contains(&call), most: 6 };

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
fn points(prepare: fn(&Five)) -> Vec<Point> {
    let (walk, ledger, syncs) =
        (calls(prepare, Who::Walk, ""), calls(prepare, Who::Ledger, ""), calls(prepare, Who::Ledger, "fsync"));
    let mut counts: Vec<(Who, String, usize)> = walk.into_iter().map(|(call, count)| (Who::Walk, call, count)).collect();
    counts.extend(ledger.into_iter().filter(|(call, _)| call != "fsync").map(|(call, count)| (Who::Ledger, call, count)));
    counts.extend(syncs.into_iter().filter(|(call, _)| call == "fsync").map(|(call, count)| (Who::Ledger, call, count)));
    counts.retain(|(_, call, _)| !ELSEWHERE.contains(&call.as_str()));
    counts.into_iter().flat_map(|(who, call, count)| (1..=count).map(move |n| (who, call.clone(), n))).collect()
}

/// How often one of the two makes each call.
fn calls(prepare: fn(&Five), who: Who, call: &str) -> BTreeMap<String, usize> {
    let five = Five::new();
    prepare(&five);
    let log = five.root.join("trace");
    let mut words = options(&five, who, call);
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
    counts
}

/// All of them, or an even choice with the last of each kind that changes something.
fn chosen(points: &[Point], injected: Injected) -> Vec<Point> {
    let points: Vec<&Point> = points.iter().filter(|(who, call, _)| (injected.into)(*who, call)).collect();
    let all = std::env::var("FUKAN_KILLS").is_ok_and(|value| value == "all" || injected.what.ends_with(&value));
    let step = if all { 1 } else { (points.len() / injected.most).max(1) };
    let kind = |at: usize| points.get(at).map(|(who, call, _)| (*who, call));
    let last = |at: usize| CHANGES.contains(&points[at].1.as_str()) && kind(at) != kind(at + 1);
    (0..points.len()).filter(|at| at.is_multiple_of(step) || last(*at)).map(|at| points[at].clone()).collect()
}

/// Each of these once, two at a time, on an office that `prepare` has made ready.
fn each(points: &[Point], injected: Injected, prepare: fn(&Five), look: fn(&Five, &str, &str)) {
    let points = chosen(points, injected);
    let inject = injected.what;
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
            // One thread wakes the other by writing to an eventfd, which no disk can fail.
            let woke = shown.contains("failed to wake I/O driver");
            assert!(woke || !shown.contains("panicked") && output.status.code() != Some(70), "{told}: {shown}");
            let trace = fs::read_to_string(&log).unwrap_or_default();
            let reached = trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL");
            if !reached {
                println!("{told}: not reached");
            }
            hit.fetch_add(usize::from(reached), Ordering::SeqCst);
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
    // A thread wakes the other once more or less from run to run: the last of a kind may not come.
    assert!(hit + 3 + tried / 50 >= tried, "{inject}: only {hit} of {tried} points were hit");
}

fn nothing(_: &Five) {}

#[test]
fn at_any_call_killed_or_refused_by_the_disk() {
    let points = points(nothing);
    for injected in [KILL, NO_SPACE, NO_DISK, NO_RIGHT] {
        each(&points, injected, nothing, Five::settled);
    }
}

/// What stands is never made twice because something could not be read: a database that can't be opened is no empty one.
#[test]
fn a_second_run_that_can_not_read_makes_nothing_twice() {
    let packed: fn(&Five) = |five| {
        five.pack().run().expect_code(0);
    };
    let points = points(packed);
    for injected in [NO_DISK, NO_RIGHT] {
        each(&points, injected, packed, |five, said, told| {
            five.exactly_once(told);
            five.settled(said, told);
        });
    }
}
