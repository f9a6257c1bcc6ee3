//! 開閉: making an office database, opening it, and unlocking it with the keys of the vault.

use super::chain::{Anchor, genesis};
use super::db::{Backend, Db, int, text, values};
use super::event::{Subject, VaultChange};
use super::keys::Keys;
use super::root::Root;
use super::tables::{FORMAT, SCHEMA, meta, put_meta, upgrade};
use super::vault::{changed, put_vault, vault_rows};
use super::write::written;
use crate::base::database::Server;
use crate::base::seams::Kind;
use crate::base::{Arg, Clock, Entropy, Fault, Store, code};
use crate::seal::OfficeKeys;
use crate::seal::vault::{VaultId, VaultRows};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The database's name in an office folder.
const FILE: &str = "office.db";

/// 閉じた台帳: readable as far as the vault needs, before a passphrase was given.
pub struct Closed {
    db: Db,
    office: String,
}

/// 台帳. Ledger, vault rows, numbers; every statement goes through here.
pub struct Books {
    pub(super) db: Db,
    pub(super) keys: Keys,
    pub(super) office: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) who: String,
    pub(super) reading: bool,
    /// Walked from end to end, and nothing was found.
    pub(super) whole: bool,
    /// The output folder that is promised for.
    pub(super) root: Option<Root>,
}

impl Closed {
    /// Opens the database of an office folder. Missing is FK-6001, unreadable is FK-6002: never taken for empty.
    pub fn open(office: &Path, store: &dyn Store) -> Result<Self, Fault> {
        let file = office.join(FILE);
        match store.kind(&file).map_err(Fault::disk)? {
            None => return Err(Fault::new(code::NO_DATABASE)),
            Some(Kind::File) => (),
            Some(_) => return Err(Fault::new(code::DATABASE)),
        }
        Self::of(Db::open(&file)?)
    }

    /// The same on a server: not reached is FK-6093, refused FK-6095, without our tables FK-6001. `office` is the office's folder.
    pub fn reach(server: &Server, office: &Path) -> Result<Self, Fault> {
        let mut db = reach(server, office)?;
        if !stands(&mut db)? {
            return Err(Fault::new(code::NO_DATABASE));
        }
        Self::of(db)
    }

    fn of(mut db: Db) -> Result<Self, Fault> {
        if meta(&mut db, "format")? != FORMAT {
            return Err(Fault::new(code::DATABASE));
        }
        // No server ever held a database of the first version.
        if db.backend() == Backend::Sqlite {
            upgrade(&mut db)?;
        }
        let office = meta(&mut db, "office")?;
        Ok(Self { db, office })
    }

    /// 順番: one run at a time allots numbers and promises parcels, over all computers that share the ledger. Taken before the keys are
    /// read (somebody may be renewing them), kept until the books are closed or the connection is lost. False when somebody else has
    /// it and `wait` is false. In an office of one computer office.lock is the turn.
    pub fn turn(&mut self, wait: bool) -> Result<bool, Fault> {
        self.db.turn(wait)
    }

    /// The vault's id.
    pub fn office(&self) -> &str {
        &self.office
    }

    /// The vault's rows, for `seal` to open.
    pub fn vault(&mut self) -> Result<VaultRows, Fault> {
        // All of one generation, whoever renews the keys meanwhile.
        self.db.start_snapshot()?;
        let rows = vault_rows(&mut self.db);
        self.db.end_snapshot();
        rows
    }

    /// The same once whoever was changing it has ended, lost or not.
    pub fn settled_vault(&mut self) -> Result<VaultRows, Fault> {
        self.db.settled()?;
        self.vault()
    }

    /// With the keys. The newest row must fit them (FK-6007); the whole chain is walked before anything is written.
    /// `who` is the user's name on this computer.
    pub fn unlock(self, keys: Arc<OfficeKeys>, clock: Arc<dyn Clock>, who: &str) -> Result<Books, Fault> {
        let mut books = self.inspect(keys, clock, who)?;
        books.at_one_moment(Books::check_head)?;
        books.reading = false;
        Ok(books)
    }

    /// With the keys, to look only: a ledger that somebody tampered with can still be read and its rows be named, but not continued.
    pub fn inspect(self, keys: Arc<OfficeKeys>, clock: Arc<dyn Clock>, who: &str) -> Result<Books, Fault> {
        if keys.vault() != VaultId(id(&self.office)?) {
            return Err(Fault::new(code::PASSPHRASE));
        }
        let (keys, who) = (Keys::from(keys), shown(who));
        Ok(Books { db: self.db, keys, office: self.office, clock, who, reading: true, whole: false, root: None })
    }
}

impl Books {
    /// Makes the database of an office: whole under a temporary name, then named in one step. What stands there is FK-6031.
    pub fn create(
        office: &Path,
        vault: &VaultRows,
        keys: Arc<OfficeKeys>,
        store: &dyn Store,
        entropy: &dyn Entropy,
        clock: Arc<dyn Clock>,
        who: &str,
    ) -> Result<Self, Fault> {
        let file = office.join(FILE);
        if store.kind(&file).map_err(Fault::disk)?.is_some() {
            return Err(Fault::new(code::EXISTS));
        }
        // What an earlier attempt left, with its journal. Nobody else is at it: whoever makes a database holds the office's lock.
        for entry in store.list(office).map_err(Fault::disk)? {
            if entry.kind == Kind::File && entry.name.starts_with(".fukan-") {
                store.remove_file(&entry.path).map_err(Fault::disk)?;
            }
        }
        let unfinished = temporary(office, entropy);
        store.create(&unfinished, &[]).map_err(Fault::disk)?;
        // Closed again before the file gets its name.
        let made = Db::open(&unfinished)
            .and_then(|mut db| fill(&mut db, vault, &keys, &clock, who))
            .and_then(|()| store.rename_new(&unfinished, &file).map_err(Fault::disk))
            .and_then(|()| store.sync_dir(office).map_err(Fault::disk));
        if let Err(fault) = made {
            let _ = store.remove_file(&unfinished);
            return Err(fault);
        }
        Closed::open(office, store)?.unlock(keys, clock, who)
    }

    /// The same on a server, in a database that holds nothing of ours yet: all of it in one transaction. What stands there is FK-6031.
    pub fn create_on(
        server: &Server,
        office: &Path,
        vault: &VaultRows,
        keys: Arc<OfficeKeys>,
        clock: Arc<dyn Clock>,
        who: &str,
    ) -> Result<Self, Fault> {
        let mut db = vacant(server, office)?;
        fill(&mut db, vault, &keys, &clock, who)?;
        Closed::of(db)?.unlock(keys, clock, who)
    }

    /// Runs `work` on what stands at one moment.
    pub(super) fn at_one_moment<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.start_reading()?;
        let done = work(self);
        self.end_reading();
        done
    }

    /// Until [`Books::end_reading`] everything is read at one moment, and nothing can be written.
    pub(crate) fn start_reading(&mut self) -> Result<(), Fault> {
        self.db.start_snapshot()
    }

    /// Reads on as it is.
    pub(crate) fn end_reading(&mut self) {
        self.db.end_snapshot();
    }

    /// The vault's id.
    pub fn office(&self) -> &str {
        &self.office
    }

    /// The ledger's keys, for hashes that the desk needs before it asks.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// 錨: the newest row's number and tag, for the day-end report.
    pub fn anchor(&mut self) -> Result<Anchor, Fault> {
        let head = meta(&mut self.db, "head")?;
        let parsed = head.split_once(' ').and_then(|(seq, tag)| Some(Anchor { seq: seq.parse().ok()?, tag: tag.parse().ok()? }));
        parsed.ok_or_else(|| Fault::new(code::DATABASE))
    }

    fn check_head(&mut self) -> Result<(), Fault> {
        let anchor = self.anchor()?;
        let fits = match self.newest()? {
            None => anchor.seq == 0 && anchor.tag == genesis(&self.keys, &self.office),
            Some(row) => row.seq == anchor.seq && row.tag == anchor.tag && row.tag_at(&self.keys, row.seq) == row.tag,
        };
        match fits {
            true => Ok(()),
            false => Err(Fault::new(code::CHAIN)
                .with("row", Arg::count(u64::try_from(anchor.seq).unwrap_or_default()))
                .with("break", Arg::ours("最後の記録"))),
        }
    }
}

/// The tables, the vault, and the first row.
fn fill(db: &mut Db, vault: &VaultRows, keys: &Arc<OfficeKeys>, clock: &Arc<dyn Clock>, who: &str) -> Result<(), Fault> {
    let office = hex(&keys.vault());
    let keys = Keys::from(keys.clone());
    db.transaction(|db| {
        make_tables(db)?;
        put_meta(db, "format", FORMAT)?;
        put_meta(db, "office", &office)?;
        put_meta(db, "head", &format!("0 {}", genesis(&keys, &office)))?;
        put_vault(db, vault)?;
        let created = changed(vault, VaultChange::Created);
        written(db, &keys, &shown(who), clock.now_ms(), |writing| writing.append(&Subject::default(), &created))
    })
}

/// The tables, empty.
pub(super) fn make_tables(db: &mut Db) -> Result<(), Fault> {
    if db.backend() == Backend::Postgres {
        db.make("CREATE SCHEMA fukan")?;
    }
    SCHEMA.iter().try_for_each(|statement| db.make(statement))
}

/// A database of a server that holds nothing of ours and can hold it.
pub(super) fn vacant(server: &Server, office: &Path) -> Result<Db, Fault> {
    let mut db = reach(server, office)?;
    if stands(&mut db)? {
        return Err(Fault::new(code::EXISTS).with("file", Arg::ours("データベースのスキーマ fukan")));
    }
    match encoding(&mut db)?.as_str() {
        "UTF8" => Ok(db),
        _ => Err(Fault::new(code::SERVER_ENCODING)),
    }
}

fn reach(server: &Server, office: &Path) -> Result<Db, Fault> {
    let authority = server.authority().map(|file| office.join(file));
    let authority = authority.as_deref().map(|file| file.to_str().ok_or_else(|| Fault::new(code::SERVER_TLS))).transpose()?;
    Db::reach(&server.url(authority))
}

/// Whether the schema is there. It is asked for by name: tables that we may not look into would look like none, and those of a schema
/// that we may not use (FK-6095) as well.
fn stands(db: &mut Db) -> Result<bool, Fault> {
    const ASK: &str = "SELECT CASE WHEN has_schema_privilege(oid, 'USAGE') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END \
         FROM pg_namespace WHERE nspname = 'fukan'";
    match db.row(ASK, values![])?.map(|row| int(&row, 0)).transpose()? {
        None => Ok(false),
        Some(1) => Ok(true),
        Some(_) => Err(Fault::new(code::SERVER_RIGHTS)),
    }
}

fn encoding(db: &mut Db) -> Result<String, Fault> {
    let ask = "SELECT CAST(pg_encoding_to_char(encoding) AS TEXT) FROM pg_database WHERE datname = current_database()";
    db.row(ask, values![])?.map_or(Ok(String::new()), |row| text(&row, 0))
}

/// The user's name as the rows show it.
fn shown(who: &str) -> String {
    who.chars().filter(|c| !c.is_control()).take(64).collect()
}

fn hex(id: &VaultId) -> String {
    id.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn id(office: &str) -> Result<[u8; 16], Fault> {
    let id = u128::from_str_radix(office, 16).ok().filter(|_| office.len() == 32);
    id.map(u128::to_be_bytes).ok_or_else(|| Fault::new(code::DATABASE))
}

fn temporary(office: &Path, entropy: &dyn Entropy) -> PathBuf {
    office.join(format!(".fukan-{}", random_hex(entropy)))
}

pub(super) fn random_hex(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes))
}
