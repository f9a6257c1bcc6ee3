//! What a case costs when there are many: 100, 1,000 and 10,000 packed in one run, 100,000 judged.
//!
//! `cargo bench --bench scale` prints docs/performance.md's table and draws docs/scale.svg; `cargo bench --bench scale -- 100 1000` takes
//! other sizes and draws nothing. It fails when a run takes more memory than promised or loses a case; it asserts nothing about time.

use fukan::books::{Books, Closed};
use fukan::desk::{Bureau, Options, Progress, Seams, pack, prove};
use fukan::seal::PackageKind;
use fukan::seal::vault::{self, Params};
use fukan::world::{Disk, SystemClock, SystemEntropy};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[path = "../../tests/support/many.rs"]
mod many;
mod plot;

/// 記憶の約束.
const PROMISED: u64 = 256_000_000;
const SIZES: [usize; 3] = [100, 1_000, 10_000];
const JUDGED: usize = 100_000;
const DATE: &str = "2026-11-20";
const PASSPHRASE: &str = "kusa no to mo sumi kawaru yo zo";
const OFFICE: &str = include_str!("../../tests/data/batch-200/office.toml");

/// 段階 of a run, in its order.
pub const STAGES: [&str; 5] = ["judge", "receive", "make", "commit", "report"];

fn main() {
    // What cargo hands over itself begins with a hyphen.
    let words: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    if let [stages, cases, folder] = words.as_slice()
        && stages == "stages"
    {
        return staged(Path::new(cases), Path::new(folder));
    }
    let sizes: Vec<usize> = words.iter().map(|word| word.parse().expect("a number of cases")).collect();
    let drawn = sizes.is_empty();
    let sizes = if drawn { SIZES.to_vec() } else { sizes };
    let measured = by_stage(&sizes);
    if drawn {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scale.svg");
        std::fs::write(&file, plot::svg(&measured)).expect("drawn");
        println!("drawn: {}", file.display());
    }
    programs(&sizes, if drawn { JUDGED } else { 0 });
}

// --- stage by stage ----------------------------------------------------------------------------------------------------------------

/// 一回の測定: one size.
pub struct Measured {
    /// Cases.
    pub cases: usize,
    /// Milliseconds of the processor a case, stage by stage.
    pub stages: [f64; STAGES.len()],
    /// The most memory, in bytes.
    pub peak: u64,
}

/// Each size in processes of its own; of each stage the least of the rounds.
///
/// What they leave is taken away at the end: ext4 passes over inodes that were freed in the last minutes, and a run behind a deletion
/// looks for new ones for longer than it takes to make a file.
fn by_stage(sizes: &[usize]) -> Vec<Measured> {
    println!("{:<10} {} {:>9} {:>9} {:>9} {:>9}", "cases", heads(), "CPU", "wall", "verify", "peak MB");
    let (mut measured, mut left) = (Vec::<Measured>::new(), Vec::new());
    for &cases in sizes {
        let mut best: Vec<f64> = Vec::new();
        for _ in 0..(3_000 / cases).clamp(3, 9) {
            let folder = tempfile::tempdir().expect("a folder");
            let figures = own_process(cases, folder.path());
            left.push(folder);
            match best.is_empty() {
                true => best = figures,
                false => best.iter_mut().zip(figures).for_each(|(best, new)| *best = best.min(new)),
            }
        }
        let per = |seconds: f64| seconds * 1e3 / cases as f64;
        let stages: [f64; STAGES.len()] = std::array::from_fn(|n| per(best[n]));
        let total: f64 = stages.iter().sum();
        let shares: String = stages.iter().map(|ms| format!("{ms:>6.3} {:>2.0}% ", ms / total * 100.0)).collect();
        let (wall, verify, peak) = (per(best[5]), per(best[6]), best[7] as u64);
        println!("{cases:<10} {shares} {total:>9.3} {wall:>9.3} {verify:>9.3} {:>9.1}", peak as f64 / 1e6);
        measured.push(Measured { cases, stages, peak });
    }
    if let [.., before, last] = measured.as_slice() {
        let sum = |m: &Measured| m.stages.iter().sum::<f64>();
        println!("a case of {} costs {:.3} times one of {}", last.cases, sum(last) / sum(before), before.cases);
    }
    measured
}

fn heads() -> String {
    STAGES.iter().map(|stage| format!("{stage:>10} ")).collect()
}

/// Seconds of each stage, of the wall, of verify, and the peak.
fn own_process(cases: usize, folder: &Path) -> Vec<f64> {
    let file = folder.join("cases.ndjson");
    many::write_cases(&file, cases);
    let own = std::env::current_exe().expect("this program");
    let output = Command::new(own).arg("stages").arg(&file).arg(folder).stderr(Stdio::inherit()).output().expect("it runs");
    assert!(output.status.success(), "{:?}", output.status);
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_whitespace().map(|figure| figure.parse().expect("a figure")).collect()
}

/// In a process of its own: packs, proves, and prints the figures.
fn staged(cases: &Path, folder: &Path) {
    let office = office(&folder.join("office"));
    let seams = Seams {
        store: Arc::new(Disk),
        inputs: Arc::new(Disk),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        who: "bench".to_owned(),
    };
    let bureau = Bureau::read(&office, &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
    let (rows, keys) = vault::create(PASSPHRASE.as_bytes(), Params::LEAST, &SystemEntropy).expect("vault");
    let keys = Arc::new(keys);
    Books::create(&office, &rows, keys.clone(), &Disk, &SystemEntropy, Arc::new(SystemClock), "bench").expect("created");
    let mut books = Closed::open(&office, &Disk).expect("opens").unlock(keys, Arc::new(SystemClock), "bench").expect("unlocked");
    let out = std::fs::canonicalize(folder).expect("real").join("out");
    // Archives for everybody: their seal is quick enough to leave the other stages visible (what a Word document costs: `benches/seal.rs`).
    let date = fukan::base::date::parse(DATE).expect("a date");
    let options = Options { date: Some(date), jobs: 1, package: Some(PackageKind::Zip), ..Options::default() };
    let (start, mut last) = (Instant::now(), cpu());
    let mut spent = [Duration::ZERO; STAGES.len()];
    let mut stage = |n: usize| {
        let now = cpu();
        spent[n] += now.saturating_sub(last);
        last = now;
    };
    let packed = pack(&[cases.to_owned()], &bureau, &mut books, &out, &seams, &options, &mut |progress| match progress {
        Progress::Walked(_) | Progress::Judged(_) => {}
        Progress::Planned => stage(0),
        Progress::Cases(_) => stage(1),
        Progress::Made(_) => stage(2),
        Progress::Done(_) => stage(3),
    });
    stage(4);
    let wall = start.elapsed();
    let peak = peak("self").expect("Linux tells");
    let packed = packed.unwrap_or_else(|faults| panic!("{faults:?}"));
    assert!(packed.faults.is_empty() && packed.lines.iter().all(|line| line.number.is_some() || !line.faults.is_empty()));
    let before = cpu();
    let verified = prove::prove(&[out], &[], &bureau, &mut books, &seams, &mut |_| ()).expect("looked at");
    assert!(verified.iter().all(|v| v.verdict == prove::Verdict::Proved), "a parcel is not what it was");
    let verify = cpu().saturating_sub(before);
    let figures = spent.iter().chain([&wall, &verify]).map(|time| time.as_secs_f64().to_string());
    println!("{} {peak}", figures.collect::<Vec<_>>().join(" "));
}

/// The time that the threads of this process had a core (Linux tells it in nanoseconds).
fn cpu() -> Duration {
    // A thread's account is written when it gives up its core: without this the figure is that of the last tick.
    std::thread::yield_now();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = |task: std::fs::DirEntry| -> Option<u64> {
        std::fs::read_to_string(task.path().join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    Duration::from_nanos(tasks.filter_map(nanos).sum())
}

/// The most memory that a process had, in bytes.
fn peak(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

// --- the program itself ------------------------------------------------------------------------------------------------------------

/// `fukan pack` of each size and `fukan check` of many, from NDJSON and from CSV.
fn programs(sizes: &[usize], judged: usize) {
    println!("\n{:<28} {:>9} {:>9} {:>9}", "the program", "ms a case", "s", "peak MB");
    for form in ["ndjson", "csv"] {
        sizes.iter().for_each(|cases| program("pack", form, *cases));
        if judged > 0 {
            program("check", form, judged);
        }
    }
}

fn program(command: &str, form: &str, cases: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(format!("cases.{form}"));
    if form == "csv" {
        many::write_table(&file, cases)
    } else {
        many::write_cases(&file, cases)
    };
    let (office, out) = (office(&folder.path().join("office")), folder.path().join("out"));
    let mut run = Command::new(env!("CARGO_BIN_EXE_fukan"));
    run.arg(command).arg(&file).arg("--office").arg(&office).args(["--date", DATE, "--quiet"]);
    if command == "pack" {
        // The vault opens cheaply, or Argon2's 64 MiB would hide growth below them.
        let (rows, keys) = vault::create(PASSPHRASE.as_bytes(), Params::LEAST, &SystemEntropy).expect("vault");
        Books::create(&office, &rows, keys.into(), &Disk, &SystemEntropy, Arc::new(SystemClock), "bench").expect("created");
        run.arg("--out").arg(&out).args(["--format", "zip", "--jobs", "1"]);
    }
    let start = Instant::now();
    let mut child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
    let (mut most, id) = (0, child.id().to_string());
    let status = loop {
        most = most.max(peak(&id).unwrap_or(0));
        match child.try_wait().expect("asked") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    if command == "pack" {
        let report = std::fs::read_to_string(out.join("report.jsonl")).expect("a report");
        assert_eq!(report.lines().count(), cases, "each case is told");
    }
    assert!(most < PROMISED, "{command} of {cases} took {most} bytes");
    let what = format!("{command} {cases} of {form}");
    println!("{what:<28} {:>9.3} {seconds:>9.2} {:>9.1}", seconds * 1e3 / cases as f64, most as f64 / 1e6);
}

fn office(folder: &Path) -> PathBuf {
    std::fs::create_dir(folder).expect("a folder");
    std::fs::write(folder.join("office.toml"), OFFICE).expect("written");
    std::fs::write(folder.join("passphrase.txt"), PASSPHRASE).expect("written");
    std::fs::write(folder.join("partners.csv"), include_bytes!("../../tests/data/batch-200/partners.csv")).expect("written");
    folder.to_owned()
}
