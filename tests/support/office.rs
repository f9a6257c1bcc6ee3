//! An office database in a temporary folder, a small desk that packs cases into it, and a store that fails when told to.
#![allow(dead_code)] // a test file rarely uses all of it

use super::seams::{FixedClock, SeededEntropy};
use fukan::base::seams::{Entry, Kind};
use fukan::base::{Database, Fault, Store};
use fukan::books::*;
use fukan::seal::vault::{Params, VaultRows};
use fukan::seal::{OfficeKeys, vault};
use fukan::world::Disk;
use jiff::civil::date;
use sqlx::{AnyConnection, Connection};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// The passphrase of every test office.
pub const PASSPHRASE: &[u8] = b"kusa no to mo sumi kawaru yo zo";

/// One vault for all tests: Argon2 is slow on purpose.
pub fn vault_and_keys() -> (VaultRows, Arc<OfficeKeys>) {
    static VAULT: OnceLock<(VaultRows, Arc<OfficeKeys>)> = OnceLock::new();
    let make = || {
        let (rows, keys) = vault::create(PASSPHRASE, Params::LEAST, &SeededEntropy::new("vault")).expect("vault");
        (rows, Arc::new(keys))
    };
    VAULT.get_or_init(make).clone()
}

/// What keeps the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    Sqlite,
    Postgres,
}

#[cfg(unix)]
fn new_database() -> String {
    let cluster = super::postgres::cluster();
    cluster.url(&cluster.database())
}

#[cfg(not(unix))]
fn new_database() -> String {
    unreachable!("PostgreSQL's own programs are tested with on Unix")
}

/// Statements in a database, one after the other.
pub fn ask(url: &str, statements: &[&str]) -> Result<(), sqlx::Error> {
    connected(url, async |connection| {
        for statement in statements {
            sqlx::query(sqlx::AssertSqlSafe((*statement).to_owned())).execute(&mut *connection).await?;
        }
        Ok(())
    })
}

/// Some work on a connection to a file or a server.
pub fn connected<T>(url: &str, work: impl AsyncFnOnce(&mut AnyConnection) -> sqlx::Result<T>) -> sqlx::Result<T> {
    sqlx::any::install_default_drivers();
    let url = match Database::parse(url) {
        Ok(Database::Server(server)) => server.url(None),
        _ => url.to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let mut connection = AnyConnection::connect(&url).await?;
        let done = work(&mut connection).await?;
        connection.close().await?;
        Ok(done)
    })
}

/// Runs each of these tests over both back ends.
#[macro_export]
macro_rules! on_both {
    ($($test:ident)*) => {
        mod sqlite {
            $(#[test] fn $test() { super::$test($crate::support::office::Keeper::Sqlite) })*
        }
        #[cfg(unix)]
        mod postgres {
            $(#[test] fn $test() { super::$test($crate::support::office::Keeper::Postgres) })*
        }
    };
}

/// An office, its clock, and where it writes.
pub struct Office {
    _folder: Option<tempfile::TempDir>,
    pub folder: PathBuf,
    pub out: PathBuf,
    pub clock: Arc<FixedClock>,
    /// The address of its database, unless that is a file.
    pub server: Option<String>,
}

impl Office {
    pub fn new() -> Self {
        Self::on(Keeper::Sqlite)
    }

    pub fn on(keeper: Keeper) -> Self {
        let temporary = tempfile::tempdir().expect("folder");
        let folder = std::fs::canonicalize(temporary.path()).expect("real");
        let server = (keeper == Keeper::Postgres).then(new_database);
        let office = Self { _folder: Some(temporary), server, ..Self::at(&folder) };
        office.create().expect("made");
        office
    }

    /// Makes its database.
    pub fn create(&self) -> Result<Books, Fault> {
        let (rows, keys) = vault_and_keys();
        let clock = self.clock.clone();
        match self.place() {
            Database::File => Books::create(&self.folder, &rows, keys, &Disk, &SeededEntropy::new("create"), clock, "tester"),
            Database::Server(server) => Books::create_on(&server, &self.folder, &rows, keys, clock, "tester"),
        }
    }

    fn place(&self) -> Database {
        Database::parse(self.server.as_deref().unwrap_or("office.db")).expect("a place")
    }

    /// Not unlocked yet.
    pub fn closed(&self) -> Result<Closed, Fault> {
        match self.place() {
            Database::File => Closed::open(&self.folder, &Disk),
            Database::Server(server) => Closed::reach(&server, &self.folder),
        }
    }

    pub fn open(&self) -> Result<Books, Fault> {
        let mut closed = self.closed()?;
        // A server takes a moment to see that the connection before is gone; a test that left one open waits in vain.
        for _ in 0..100 {
            if closed.turn(false)? {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(closed.turn(false)?, "somebody else has the turn");
        closed.unlock(vault_and_keys().1, self.clock.clone(), "tester")
    }

    /// Somebody who has the database and no key.
    pub fn tamper(&self, statements: &[&str]) {
        ask(&self.address(), statements).expect("done");
    }

    fn address(&self) -> String {
        self.server.clone().unwrap_or_else(|| format!("sqlite:{}", self.database().display()))
    }

    /// One that stands already.
    pub fn at(folder: &Path) -> Self {
        Self {
            out: folder.join("out"),
            folder: folder.to_owned(),
            _folder: None,
            clock: Arc::new(FixedClock::at("2026-11-20T10:15")),
            server: None,
        }
    }

    /// To look only, as `ledger verify` does.
    pub fn inspect(&self) -> Books {
        self.closed().expect("opens").inspect(vault_and_keys().1, self.clock.clone(), "tester").expect("the keys fit")
    }

    pub fn books(&self) -> Books {
        self.open().expect("opens")
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("office.db")
    }

    /// Names under a folder of the output, without the folder.
    pub fn names(&self, channel: Channel) -> Vec<String> {
        match std::fs::read_dir(self.out.join(channel.as_str())) {
            Ok(entries) => {
                let mut names: Vec<String> =
                    entries.map(|e| e.expect("entry").file_name().into_string().expect("utf-8")).collect();
                names.sort();
                names
            }
            Err(_) => Vec::new(),
        }
    }
}

/// One case of a test: its id, what it says, how it is answered.
#[derive(Clone)]
pub struct Case {
    pub id: &'static str,
    pub record: String,
    pub channel: Channel,
    pub outcome: Outcome,
}

impl Case {
    pub fn new(id: &'static str, channel: Channel, outcome: Outcome) -> Self {
        Self { id, record: format!("{{\"id\":\"{id}\"}}"), channel, outcome }
    }
}

/// The ledger's view of a case.
pub struct Facts {
    pub requester: Digest,
    pub case: Digest,
    pub fingerprint: Digest,
    pub person: Digest,
    pub items: Digest,
}

pub fn facts(keys: &Keys, case: &Case) -> Facts {
    let requester = keys.requester("011002", "感染症総合対策課", "佐藤 花子");
    Facts {
        case: keys.case(case.id, "2026-11-20T10:15", &requester),
        requester,
        fingerprint: keys.fingerprint(case.record.as_bytes()),
        person: keys.person("ヤマダ　タロウ", date(1980, 3, 2), "male"),
        items: keys.items(["資格取得年月日"]),
    }
}

pub fn received(keys: &Keys, case: &Case, reception: &Reception) -> Received {
    let facts = facts(keys, case);
    Received {
        reception: reception.clone(),
        case: facts.case,
        id: Some(case.id.to_owned()),
        received_at: 1_795_000_000_000,
        via: "document".into(),
        requester: Some(facts.requester),
        municipality: "011002".into(),
        procedure: "10-2".into(),
        person: Some(facts.person),
        items: Some(facts.items),
        deadline: 1_795_100_000_000,
    }
}

/// What stands in the files of a parcel: told apart by case and file.
fn parcel_files(case: &Case, number: &Number) -> ParcelFiles {
    let file = |name: &str| (name.to_owned(), format!("{name} of {} {}", case.id, case.record).into_bytes());
    let files = match case.channel {
        Channel::Email => {
            vec![file(&format!("{number}.zip")), file(&format!("{number}.eml")), file(&format!("{number}.seal.json"))]
        }
        Channel::Paper => vec![file("cover.docx"), file(&format!("{number}-1.docx"))],
        Channel::Phone => vec![file("call.docx")],
    };
    ParcelFiles { channel: case.channel, number: number.clone(), files }
}

/// A desk of fifty lines: one group, one parcel a case; what is done already is left alone.
pub fn pack(books: &mut Books, store: &dyn Store, out: &Path, cases: &[Case], seed: &str) -> Result<Vec<Receipt>, Fault> {
    books.recover(store, false)?;
    prepare_root(out, store)?;
    books.mark_root(out, store, &SeededEntropy::new(seed))?;
    let keys = books.keys().clone();
    let mut numbering = books.numbering(date(2026, 11, 20))?;
    let mut work = Vec::new();
    for case in cases {
        let facts = facts(&keys, case);
        let (reception, new) = match books.known(&facts.case, &[facts.fingerprint], case.id)? {
            Known::New | Known::SameIdOther { .. } => (numbering.reception(), true),
            Known::Continues { reception, .. } => (reception, false),
            Known::SameContent { .. } | Known::ChangedAfterAnswer { .. } => continue,
        };
        let allotted = numbering.number();
        let files = parcel_files(case, &allotted.number);
        work.push((case, facts, reception, new, allotted, files));
    }
    let mut group = Group::new(out);
    for (case, facts, reception, new, allotted, files) in &work {
        if *new {
            group.received(received(&keys, case, reception));
        }
        group.parcel(Reservation {
            allotted: allotted.clone(),
            files,
            insurer: "06138123".into(),
            municipality: "011002".into(),
            section: "保険年金課".to_owned(),
            destination: "kansen@example.lg.jp".into(),
            posting: None,
            requester: facts.requester,
            documents: vec![document(case, facts, reception, &allotted.number)],
            password: (case.channel == Channel::Email).then(|| format!("sealed:{}", allotted.number).into_bytes()),
            seal: (case.channel == Channel::Email).then(|| serde_json::json!({"algorithm": "AES-256"})),
            retires: Vec::new(),
            corrects: None,
            letter_date: fukan::base::date::parse("2026-11-20").expect("a day"),
            counts: fukan::notice::Counts::default(),
            together: None,
        });
    }
    let kept = books.reserve(group, &SeededEntropy::new(seed))?;
    let deliveries =
        work.iter().zip(kept).map(|((.., files), kept)| publish(files, kept, store)).collect::<Result<Vec<_>, _>>()?;
    books.record(deliveries, store)
}

pub fn document(case: &Case, facts: &Facts, reception: &Reception, number: &Number) -> Document {
    Document {
        number: format!("{number}-1"),
        name: format!("{number}-1.docx"),
        kind: "reply".into(),
        mac: Digest::new([7; 32]),
        reception: Some(reception.clone()),
        outcome: Some(case.outcome),
        fingerprint: Some(facts.fingerprint),
        follow_up: true,
        delayed_until: None,
        as_of: None,
        reason: None,
        cites: None,
        why: None,
        // As a ledger of the first version has it, the paper says nothing of items.
        items: if case.channel == Channel::Email { vec!["q.acquired".into(), "q.lost".into()] } else { Vec::new() },
        form: None,
        about: None,
    }
}

/// One case a channel.
pub fn three() -> Vec<Case> {
    vec![
        Case::new("K-0001", Channel::Email, Outcome::Answered),
        Case::new("K-0002", Channel::Paper, Outcome::NotFound),
        Case::new("K-0003", Channel::Phone, Outcome::AskMore),
    ]
}

/// After any interruption: reopened and recovered, every number is settled, nothing is torn, the rerun completes, nothing is doubled.
pub fn settled(office: &Office, told: &str) {
    let mut books = office.books();
    books.recover(&Disk, false).expect(told);
    assert_eq!(books.recover(&Disk, false).expect(told), [], "{told}: recovery is done once");
    consistent(office, &mut books, told);
    pack(&mut books, &Disk, &office.out, &three(), "rerun").expect(told);
    consistent(office, &mut books, told);
    let cases = books.cases(&CaseFilter::default()).expect(told);
    assert_eq!(cases.iter().map(|c| c.reception.to_string()).collect::<Vec<_>>(), ["U08-0001", "U08-0002", "U08-0003"], "{told}");
    let mut numbers: Vec<_> = cases.iter().map(|c| c.number.clone().expect(told)).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), 3, "{told}: each case has its own parcel");
    let packed = books.parcels(&ParcelFilter { state: Some(State::Packed), ..ParcelFilter::default() }).expect(told);
    assert_eq!(packed.len(), 3, "{told}: each case exactly once");
}

/// Every number is settled, and folders, rows and passwords say the same.
pub fn consistent(office: &Office, books: &mut Books, told: &str) {
    let parcels = books.parcels(&ParcelFilter::default()).expect(told);
    for parcel in &parcels {
        assert_ne!(parcel.state, State::Reserved, "{told}: {} is not settled", parcel.number);
        let sealed = books.password(&parcel.number).expect(told).is_some();
        let email = parcel.promise.as_ref().is_some_and(|p| p.channel == Channel::Email);
        assert_eq!(sealed, email && parcel.state == State::Packed, "{told}: password of {}", parcel.number);
    }
    for channel in Channel::ALL {
        let packed =
            parcels.iter().filter(|p| p.state == State::Packed && p.promise.as_ref().is_some_and(|p| p.channel == *channel));
        let mut expected: Vec<_> = packed.map(|p| p.number.to_string()).collect();
        expected.sort();
        assert_eq!(office.names(*channel), expected, "{told}: folders are rows, rows are folders");
    }
    assert_eq!(books.verify_chain(None).expect(told).breaks, [], "{told}");
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// This call alone fails, without having done anything.
    Once,
    /// This call does its work, then says that it failed.
    OnceAfter,
    /// From this call on nothing is done any more: the process was killed, or the disk went away.
    FromThenOn,
    /// None: what happens meanwhile is the fault.
    Never,
}

/// The disk, of which the n-th call fails.
pub struct Faulty {
    at: usize,
    failing: Failing,
    calls: AtomicUsize,
    meanwhile: Box<dyn Fn() + Send + Sync>,
}

impl Faulty {
    pub fn new(at: usize, failing: Failing) -> Self {
        Self { at, failing, calls: AtomicUsize::new(0), meanwhile: Box::new(|| ()) }
    }

    /// Nothing fails; before the n-th call something else happens.
    pub fn meanwhile(at: usize, happens: Box<dyn Fn() + Send + Sync>) -> Self {
        Self { meanwhile: happens, ..Self::new(at, Failing::Never) }
    }

    /// Calls so far.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn call<T>(&self, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let n = self.calls.fetch_add(1, Ordering::SeqCst);
        let broken = || Err(io::Error::from_raw_os_error(if n.is_multiple_of(2) { 28 } else { 5 }));
        match self.failing {
            Failing::Once if n == self.at => broken(),
            Failing::FromThenOn if n >= self.at => broken(),
            Failing::OnceAfter if n == self.at => work().and_then(|_| broken()),
            Failing::Never if n == self.at => {
                (self.meanwhile)();
                work()
            }
            _ => work(),
        }
    }
}

impl Store for Faulty {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.call(|| Disk.read(path, limit))
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.call(|| Disk.create(path, bytes))
    }

    fn make_dir(&self, path: &Path) -> io::Result<()> {
        self.call(|| Disk.make_dir(path))
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.call(|| Disk.sync_dir(path))
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(|| Disk.rename_new(from, to))
    }

    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(|| Disk.rename_over(from, to))
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        self.call(|| Disk.remove_tree(path))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.call(|| Disk.remove_file(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.call(|| Disk.list(path))
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.call(|| Disk.kind(path))
    }
}
