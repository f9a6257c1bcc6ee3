//! 五件: five cases over all three channels (a mail of two letters, a mail of one, an envelope, a call), their practice office with a
//! vault that opens quickly, and what must hold after whatever happened to a run.
#![allow(dead_code)] // a test file rarely uses all of it

use super::seams::{FixedClock, SeededEntropy};
use super::{Fukan, Run, copy_tree, files_under, json_lines, repo};
use fukan::base::Fault;
use fukan::books::{Books, CaseFilter, Channel, Closed, Event, Note, Number, ParcelFilter, ParcelRow, State};
use fukan::seal::vault::{self, Params};
use fukan::seal::{OfficeKeys, vault::VaultRows};
use fukan::world::{Disk, SystemClock};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The cases, and the parcels that come of them.
pub const CASES: [&str; 5] = ["E-01", "E-02", "E-03", "E-07", "E-22"];
pub const PARCELS: usize = 4;

/// The passphrase of examples/office.
pub const PASSPHRASE: &[u8] = b"renshu-no-aikotoba-2026";

fn keys() -> (VaultRows, Arc<OfficeKeys>) {
    static KEYS: OnceLock<(VaultRows, Arc<OfficeKeys>)> = OnceLock::new();
    let made = || vault::create(PASSPHRASE, Params::LEAST, &SeededEntropy::new("five")).expect("a vault");
    KEYS.get_or_init(|| {
        let (rows, keys) = made();
        (rows, Arc::new(keys))
    })
    .clone()
}

/// office.db as `Params::LEAST` makes it: made once, copied for each trial.
fn database() -> &'static [u8] {
    static DATABASE: OnceLock<Vec<u8>> = OnceLock::new();
    DATABASE.get_or_init(|| {
        let folder = super::temp_dir();
        let office = fs::canonicalize(folder.path()).expect("real");
        let (rows, keys) = keys();
        Books::create(&office, &rows, keys, &Disk, &SeededEntropy::new("create"), Arc::new(SystemClock), "tester").expect("made");
        fs::read(office.join("office.db")).expect("read")
    })
}

/// A folder in memory where there is one: thousands of trials are quicker, and what is injected or replayed needs no disk.
pub fn quick_dir() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("fukan-test-");
    let folder = if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    folder.expect("a temporary folder")
}

/// 五件 in an office.
pub struct Five {
    _folder: Option<tempfile::TempDir>,
    pub root: PathBuf,
}

impl Five {
    /// With a database that holds nothing yet.
    pub fn new() -> Self {
        let five = Self::without_database();
        fs::write(five.office().join("office.db"), database()).expect("written");
        mode(&five.office().join("office.db"), 0o600);
        five
    }

    /// With a database whose newest row is of that moment.
    pub fn made_at(moment: &str) -> Self {
        let (five, (rows, keys)) = (Self::without_database(), keys());
        let clock = Arc::new(FixedClock::at(moment));
        Books::create(&five.office(), &rows, keys, &Disk, &SeededEntropy::new("create"), clock, "tester").expect("made");
        five
    }

    /// As before its first run.
    pub fn without_database() -> Self {
        let folder = quick_dir();
        let five = Self { root: fs::canonicalize(folder.path()).expect("real"), _folder: Some(folder) };
        five.lay();
        five
    }

    /// The same in a folder that stands elsewhere and stays.
    pub fn at(root: &Path) -> Self {
        Self { _folder: None, root: root.to_owned() }
    }

    /// The office's own files and the cases.
    pub fn lay(&self) {
        copy_tree(&repo().join("examples/office"), &self.office());
        let _ = fs::remove_file(self.office().join("office.db"));
        let all: Value = serde_json::from_slice(&fs::read(repo().join("examples/cases.json")).expect("read")).expect("json");
        let all = all["cases"].as_array().expect("cases");
        let picked: Vec<&Value> = CASES.iter().map(|id| all.iter().find(|case| case["id"] == *id).expect(id)).collect();
        fs::write(self.root.join("cases.json"), serde_json::json!({ "cases": picked }).to_string()).expect("written");
    }

    pub fn office(&self) -> PathBuf {
        self.root.join("office")
    }

    pub fn out(&self) -> PathBuf {
        self.root.join("out")
    }

    /// `fukan pack` of them: one thread, so that every run makes the same calls.
    pub fn pack(&self) -> Fukan {
        let cases = self.root.join("cases.json");
        let run = Fukan::new(["pack", "--date", "2026-11-20", "--jobs", "1"]).arg(cases);
        run.arg("--office").arg(self.office()).arg("--out").arg(self.out())
    }

    pub fn verify(&self) -> Run {
        Fukan::new(["verify"]).arg(self.out()).arg("--office").arg(self.office()).run()
    }

    /// A run of `pack` under strace, with these options of strace's.
    pub fn traced(&self, options: &[String]) -> Output {
        traced(&self.pack(), options)
    }

    /// The books, to look only.
    pub fn books(&self) -> Books {
        let closed = self.closed().expect("the database is there and can be read");
        let keys = self.keys(&mut self.closed().expect("the database is there and can be read"));
        closed.inspect(keys, Arc::new(SystemClock), "tester").expect("its keys fit")
    }

    /// A parcel noted as sent, by a computer whose clock says so.
    pub fn noted_at(&self, moment: &str, number: &str) {
        let closed = self.closed().expect("the database is there");
        let keys = self.keys(&mut self.closed().expect("the database is there"));
        let mut books = closed.unlock(keys, Arc::new(FixedClock::at(moment)), "tester").expect("its keys fit");
        books.note(&number.parse::<Number>().expect("a number"), &Event::Sent(Note::default())).expect("noted");
    }

    pub fn closed(&self) -> Result<Closed, Fault> {
        Closed::open(&self.office(), &Disk)
    }

    /// Its keys. An office's passphrase is hashed once, not for every disk that it is found on.
    pub fn keys(&self, closed: &mut Closed) -> Arc<OfficeKeys> {
        static KNOWN: Mutex<BTreeMap<String, Arc<OfficeKeys>>> = Mutex::new(BTreeMap::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let office = closed.office().to_owned();
        let opened = || Arc::new(vault::open(&closed.vault().expect("a vault"), PASSPHRASE).expect("opens"));
        known.entry(office).or_insert_with(opened).clone()
    }

    /// What report.jsonl says was made, if there is one: case and number.
    pub fn reported(&self) -> BTreeSet<(String, String)> {
        let file = self.out().join("report.jsonl");
        if !file.exists() {
            return BTreeSet::new();
        }
        let lines: Vec<Value> = json_lines(&file);
        let of = |line: &Value, key: &str| line[key].as_str().map(str::to_owned);
        lines.iter().filter_map(|line| Some((of(line, "case")?, of(line, "number")?))).collect()
    }

    /// After whatever happened: the rerun completes, each case is there exactly once and proved, each letter in one print file, nothing
    /// lies about, and nothing that was said is taken back.
    pub fn settled(&self, said: &str, told: &str) {
        let announced = numbers(said);
        let reported = self.reported();
        let rerun = self.pack().run();
        assert_eq!(rerun.code, Some(0), "{told}: rerun\n{}{}", rerun.out(), rerun.err());
        let proved = self.verify();
        assert_eq!(proved.code, Some(0), "{told}: verify\n{}{}", proved.out(), proved.err());
        let parcels = self.exactly_once(told);
        let packed: BTreeSet<String> = parcels.iter().map(|parcel| parcel.number.to_string()).collect();
        assert!(announced.is_subset(&packed), "{told}: said {announced:?}, packed {packed:?}");
        let lines = self.reported();
        assert_eq!(lines.len(), CASES.len(), "{told}: a line a case");
        assert!(reported.is_subset(&lines), "{told}: the report said {reported:?}, now {lines:?}");
        self.printed_once(&parcels, told);
        self.tidy(told);
    }

    /// The ledger has each case in one packed parcel and nothing unsettled.
    pub fn exactly_once(&self, told: &str) -> Vec<ParcelRow> {
        let mut books = self.books();
        let cases = books.cases(&CaseFilter::default()).expect(told);
        let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids, CASES, "{told}: each case was received once");
        let parcels = books.parcels(&ParcelFilter::default()).expect(told);
        assert!(parcels.iter().all(|parcel| parcel.state != State::Reserved), "{told}: every number is settled");
        let packed: Vec<ParcelRow> = parcels.into_iter().filter(|parcel| parcel.state == State::Packed).collect();
        let mut carried: Vec<String> = packed.iter().flat_map(ParcelRow::receptions).map(|r| r.to_string()).collect();
        carried.sort();
        assert_eq!(carried, ["U08-0001", "U08-0002", "U08-0003", "U08-0004", "U08-0005"], "{told}: each case exactly once");
        assert_eq!(packed.len(), PARCELS, "{told}");
        packed
    }

    /// The print files on the disk are those the ledger knows, and every letter stands in one. (`verify` proved what they say.)
    fn printed_once(&self, parcels: &[ParcelRow], told: &str) {
        let paper = |parcel: &&ParcelRow| parcel.promise.as_ref().is_some_and(|promise| promise.channel != Channel::Email);
        let known: BTreeSet<&str> = parcels.iter().filter(paper).map(|parcel| parcel.print_file.as_str()).collect();
        let names = fs::read_dir(self.out()).expect(told).map(|e| e.expect(told).file_name().into_string().expect("UTF-8"));
        let there: BTreeSet<String> = names.filter(|name| name.starts_with("print")).collect();
        assert_eq!(there.iter().map(String::as_str).collect::<BTreeSet<_>>(), known, "{told}: print files");
    }

    /// No temporary name is left, no journal, and nobody else may read anything.
    fn tidy(&self, told: &str) {
        let own = ["office.toml", "partners.csv", "passphrase.txt"];
        for path in files_under(&self.out()).into_iter().chain(files_under(&self.office())) {
            let shown = path.display().to_string();
            assert!(!shown.contains("/.fukan-") && !shown.ends_with("-journal"), "{told}: {shown} is left");
            let ours = !path.file_name().is_some_and(|name| own.iter().any(|own| name == *own));
            assert!(!ours || private(&path), "{told}: others may read {shown}");
        }
        let channels = fs::read_dir(self.out()).expect(told).map(|e| e.expect(told).path()).filter(|path| path.is_dir());
        let folders: usize = channels.map(|channel| fs::read_dir(channel).expect(told).count()).sum();
        assert_eq!(folders, PARCELS, "{told}: one folder a parcel");
    }
}

/// 発送番号 that a text names.
pub fn numbers(text: &str) -> BTreeSet<String> {
    let found = text.match_indices("R08-").filter_map(|(at, _)| text.get(at..at + 8));
    found.filter(|number| number[4..].bytes().all(|b| b.is_ascii_digit())).map(str::to_owned).collect()
}

/// A command under strace.
pub fn traced(fukan: &Fukan, options: &[String]) -> Output {
    let fukan = fukan.command();
    let mut command = Command::new("timeout");
    command.args(["-k", "1", "120", "strace", "-qq"]).args(options).arg(fukan.get_program()).args(fukan.get_args());
    command.env_clear().envs(fukan.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    command.current_dir(repo()).stdin(Stdio::null());
    command.output().expect("strace is a witness of these tests: apt-get install strace")
}

#[cfg(unix)]
fn private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::symlink_metadata(path).expect("there").permissions().mode() & 0o7777 == 0o600
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("mode");
}

#[cfg(not(unix))]
fn private(_path: &Path) -> bool {
    true
}

#[cfg(not(unix))]
fn mode(_path: &Path, _mode: u32) {}
