//! 停電: a run of the program is recorded call by call, and every disk that a power cut may leave of it is laid out and looked at: the
//! ledger reads and verifies, each parcel is whole or absent, nothing that was said is lost, and the same command completes, each case
//! once. Three deliberately broken builds of the program are caught by the same looking.
//!
//! Needs `strace` (apt-get install strace). `FUKAN_CUTS=all` looks at every state; otherwise every eighth of them.
//! docs/crash-safety.md has the figures of a whole run.
#![cfg(target_os = "linux")]

mod support;

use fukan::base::{Store, code};
use fukan::books::{Books, Channel, ParcelFilter, ParcelRow, State, Verdict};
use fukan::desk::print;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use support::broken;
use support::crash::calls::{self, HARMLESS, Step};
use support::crash::disk::Disk;
use support::crash::states;
use support::crash::trace;
use support::five::{Five, numbers};
use support::seams::FixedClock;
use support::{Fukan, files_under};

/// A run that was recorded.
struct Recording {
    five: Five,
    before: Disk,
    after: Disk,
    steps: Vec<Step>,
}

/// Records these runs, one after the other, on one disk.
fn record(five: Five, runs: &[(Fukan, &[&str])]) -> Recording {
    let before = Disk::read(&five.root);
    let log = tempfile::NamedTempFile::new().expect("a file");
    let root = five.root.to_str().expect("UTF-8").to_owned();
    let mut recording = Recording { five, after: before.clone(), before, steps: Vec::new() };
    for (run, more) in runs {
        let mut words: Vec<String> = ["-f", "-xx", "-s", "100000000", "-o"].map(str::to_owned).into();
        words.push(log.path().display().to_string());
        words.extend(more.iter().map(|word| (*word).to_owned()));
        support::five::traced(run, &words);
        let text = fs::read_to_string(log.path()).expect("a recording");
        let (steps, counts, after) = calls::read(&trace::parse(&text), &root, &recording.after);
        tell(&counts);
        recording.steps.extend(steps);
        recording.after = after;
    }
    assert_eq!(recording.after.print(), Disk::read(&recording.five.root).print(), "the model of the disk is the disk");
    recording
}

fn tell(counts: &BTreeMap<String, usize>) {
    let reason = |call: &str| HARMLESS.iter().find(|(name, _)| *name == call).map_or("modelled", |(_, reason)| *reason);
    let told: Vec<String> = counts.iter().map(|(call, n)| format!("{call} {n} ({})", reason(call))).collect();
    println!("{} calls, each known: {}", counts.values().sum::<usize>(), told.join(", "));
}

/// What is found on a disk after a power cut.
struct Looked {
    found: BTreeMap<[u8; 32], usize>,
    violations: Vec<String>,
    looked: usize,
}

/// Which of the states are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Every so many of all disks; with `FUKAN_CUTS=all` each.
    Every(usize),
    /// Of each moment a few, until there is a violation.
    Hunt,
}

fn look(recording: &Recording, which: Which) -> Looked {
    let all = std::env::var("FUKAN_CUTS").is_ok_and(|value| value == "all");
    let mut looked = Looked { found: BTreeMap::new(), violations: Vec::new(), looked: 0 };
    let mut n = 0_usize;
    let (states, different) = states::each(&recording.before, &recording.after, &recording.steps, &mut |state| {
        n += 1;
        let wanted = match which {
            Which::Every(step) => all || n.is_multiple_of(step),
            Which::Hunt => state.nth < 2 || state.nth.is_multiple_of(25),
        };
        if !wanted {
            return false;
        }
        looked.looked += 1;
        let done = catch_unwind(AssertUnwindSafe(|| settle(&recording.five, state, &mut looked.found)));
        let violation = match done {
            Ok(done) => done.err(),
            Err(panic) => Some(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panicked".to_owned())),
        };
        looked.violations.extend(violation.map(|violation| format!("{}: {violation}", state.told)));
        which == Which::Hunt && !looked.violations.is_empty()
    });
    println!(
        "{} changes and syncs: {states} states, {different} different disks, {} looked at, {} kinds of office after recovery, each completed by the \
         program; {} violations",
        recording.steps.len(),
        looked.looked,
        looked.found.len(),
        looked.violations.len()
    );
    looked
}

/// Lays the disk out, recovers, and looks. What comes out of recovery in the same way is completed by the program itself once.
fn settle(five: &Five, state: &states::State, found: &mut BTreeMap<[u8; 32], usize>) -> Result<(), String> {
    state.disk.lay(&five.root);
    let kind = recovered(five, &state.said)?;
    let times = found.entry(kind).or_default();
    *times += 1;
    if *times == 1 {
        state.disk.lay(&five.root);
        five.settled(&state.said, &state.told);
    }
    Ok(())
}

macro_rules! holds {
    ($holds:expr, $($told:tt)*) => { if !$holds { return Err(format!($($told)*)); } };
}

/// Recovery by the library, with a clock that stands: two disks that come out the same have the same print.
fn recovered(five: &Five, said: &str) -> Result<[u8; 32], String> {
    let announced: BTreeSet<String> =
        numbers(said).into_iter().chain(five.reported().into_iter().map(|(_, number)| number)).collect();
    let mut closed = match five.closed() {
        Err(fault) if fault.code == code::NO_DATABASE => {
            holds!(announced.is_empty() && !five.out().exists(), "there is no ledger any more of {announced:?}");
            return Ok([0; 32]);
        }
        opened => opened.map_err(|fault| format!("the database does not open: {fault:?}"))?,
    };
    let keys = five.keys(&mut closed);
    let clock = Arc::new(FixedClock::at("2027-11-20T10:15"));
    let mut books = closed.unlock(keys, clock, "tester").map_err(|fault| format!("the ledger does not open: {fault:?}"))?;
    let done = books.recover(&fukan::world::Disk, false).map_err(|fault| format!("recovery: {fault:?}"))?;
    for one in &done {
        holds!(matches!(one.verdict, Verdict::Released | Verdict::Recovered), "{} was {:?}", one.number, one.verdict);
    }
    print::settle(&mut books, &five.out(), &fukan::world::Disk, &mut Vec::new())
        .map_err(|fault| format!("print file: {fault:?}"))?;
    consistent(five, &mut books, &announced)?;
    Ok(kind(five, &mut books))
}

/// Rows, folders, passwords and what was said agree.
fn consistent(five: &Five, books: &mut Books, announced: &BTreeSet<String>) -> Result<(), String> {
    let broken = books.verify_chain(None).map_err(|fault| format!("{fault:?}"))?.breaks;
    holds!(broken.is_empty(), "the chain is broken: {broken:?}");
    let parcels = books.parcels(&ParcelFilter::default()).map_err(|fault| format!("{fault:?}"))?;
    let mut packed = BTreeSet::new();
    for parcel in &parcels {
        holds!(matches!(parcel.state, State::Packed | State::Released), "{} is {:?}", parcel.number, parcel.state);
        let sealed = books.password(&parcel.number).map_err(|fault| format!("{fault:?}"))?.is_some();
        let email = parcel.promise.as_ref().is_some_and(|promise| promise.channel == Channel::Email);
        holds!(sealed == (email && parcel.state == State::Packed), "the password of {}: {sealed}", parcel.number);
        if parcel.state == State::Packed {
            whole(five, books, parcel)?;
            packed.insert(parcel.number.to_string());
        }
    }
    holds!(announced.is_subset(&packed), "said {announced:?}, packed {packed:?}");
    for channel in Channel::ALL {
        let folder = five.out().join(channel.as_str());
        let names = if folder.exists() { fukan::world::Disk.list(&folder).map_err(|e| e.to_string())? } else { Vec::new() };
        for entry in names {
            holds!(packed.contains(&entry.name), "{} lies there and the ledger does not know it", entry.path.display());
        }
    }
    Ok(())
}

fn whole(five: &Five, books: &Books, parcel: &ParcelRow) -> Result<(), String> {
    let promise = parcel.promise.as_ref().ok_or("no promise")?;
    let folder = five.out().join(promise.channel.as_str()).join(parcel.number.to_string());
    for file in &promise.files {
        let bytes = fs::read(folder.join(&file.name)).map_err(|e| format!("{} of {}: {e}", file.name, parcel.number))?;
        holds!(books.keys().file(&bytes) == file.hash, "{} of {} is not what was promised", file.name, parcel.number);
    }
    Ok(())
}

fn kind(five: &Five, books: &mut Books) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(format!("{:?}", books.anchor().expect("an anchor")));
    if five.out().exists() {
        for path in files_under(&five.out()) {
            hasher.update(path.display().to_string());
            hasher.update(fs::read(&path).expect("read"));
        }
    }
    hasher.finalize().into()
}

#[test]
fn nothing_is_lost_or_doubled_by_a_power_cut() {
    let five = Five::new();
    let pack = five.pack();
    let recording = record(five, &[(pack, &[])]);
    let looked = look(&recording, Which::Every(8));
    assert!(looked.violations.is_empty(), "{:#?}", &looked.violations[..looked.violations.len().min(10)]);
    assert!(looked.looked > 100 && looked.found.len() > 10);
}

/// The first run of an office, which makes the database; and a run after another was killed before its folders were synced.
#[test]
fn nor_by_one_in_the_first_run_or_after_a_kill() {
    let five = Five::without_database();
    let pack = five.pack();
    let looked = look(&record(five, &[(pack, &[])]), Which::Every(60));
    assert!(looked.violations.is_empty(), "{:#?}", &looked.violations[..looked.violations.len().min(10)]);
    for killed in ["mkdirat:signal=KILL:when=2", "renameat2:signal=KILL:when=3", "rename:signal=KILL:when=1"] {
        let five = Five::new();
        let (inject, runs) = (format!("inject={killed}"), [five.pack(), five.pack()]);
        let [first, second] = runs;
        let looked = look(&record(five, &[(first, &["-e", &inject]), (second, &[])]), Which::Every(60));
        assert!(looked.violations.is_empty(), "{killed}: {:#?}", &looked.violations[..looked.violations.len().min(10)]);
    }
}

/// A build that syncs nothing, one that says before it is committed, one that lays packages before the ledger knows them; and, of
/// the first, each kind of sync left out alone.
#[test]
fn broken_builds_are_caught() {
    let program = broken::built();
    for fault in ["files,folders,ledger", "said", "package", "files", "folders", "ledger"] {
        let five = Five::new();
        let pack = five.pack().program(&program).env(broken::SWITCH, fault);
        let looked = look(&record(five, &[(pack, &[])]), Which::Hunt);
        assert!(!looked.violations.is_empty(), "a build without «{fault}» was not caught");
        println!("{fault}: caught after {} disks: {}", looked.looked, looked.violations[0]);
    }
    // The same build without a fault is the program.
    let five = Five::new();
    let pack = five.pack().program(&program);
    assert_eq!(look(&record(five, &[(pack, &[])]), Which::Every(100)).violations, [] as [&str; 0]);
}
