//! 接続: one connection to SQLite or PostgreSQL, spoken to synchronously. The portable subset only: TEXT, BIGINT, BLOB; `$1` placeholders.
//!
//! A lost connection is never made again behind the caller's back: with it go the transaction and the turn, so whoever lost it can't
//! write any more, and what it left is settled by recovery like that of a process that died.

use super::told::{foreign, not_connected, told};
use crate::base::database::encoded;
use crate::base::{Arg, Fault, code};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{Connection, Row};
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Runtime;

/// A value of a statement.
#[derive(Clone)]
pub(super) enum Value {
    Int(i64),
    Text(String),
    /// 問わない: what no column equals.
    Null,
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// None asks for nothing. An empty text is a text.
impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// The values of a statement, in order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(crate::books::db::Value::from($value)),*] };
}
pub(super) use values;

/// The open database.
pub(super) struct Db {
    runtime: Runtime,
    connection: Option<AnyConnection>,
    backend: Backend,
}

/// 種類. What the two back ends are told differently; every other statement is one for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
}

/// What SQLite is told on every connection: a rollback journal that is synced with its folder, no temporary files, deleted
/// values overwritten, and a short wait for a reader that is just finishing. 4 MiB of pages are kept, in which a group's own always
/// fit: pages that do not are written before their time, with a sync each time.
const PRAGMAS: &[&str] = &[
    "PRAGMA busy_timeout=3000",
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-4096",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
];

/// What PostgreSQL is told on every connection: our tables and no others of the same names, commits that last, no wait without end
/// (and none that a role's own limit cuts short: a turn is waited for, a large ledger walked), and a client that went silent (a closed lid, a pulled cable) loses its locks within a minute.
const SETTINGS: &str = "SELECT set_config('search_path', 'fukan', false), set_config('synchronous_commit', 'on', false), \
     set_config('lock_timeout', '30s', false), set_config('statement_timeout', '0', false), set_config('idle_in_transaction_session_timeout', '60s', false), \
     set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false), \
     set_config('tcp_keepalives_count', '3', false)";

/// What every transaction that writes begins with: whoever shares the ledger waits here for the rows before.
pub(super) const HEAD: &str = "UPDATE meta SET value = value WHERE name = $1";

/// A server that says nothing for so long is given up.
const CONNECT: Duration = Duration::from_secs(15);
const ANSWER: Duration = Duration::from_secs(120);
/// Longer than the longest wait for another clerk's run.
const TURN: Duration = Duration::from_secs(3_660);

/// 順番: the advisory lock of an office's runs, of this database alone ("fukan" in ASCII).
const TURN_KEY: i64 = 0x66_75_6B_61_6E;

impl Db {
    /// Opens an SQLite file that exists already.
    pub(super) fn open(file: &Path) -> Result<Self, Fault> {
        let path = file.to_str().filter(|_| file.is_absolute()).ok_or_else(|| Fault::new(code::DATABASE))?;
        let mut db = Self::connect(&format!("sqlite:{}?mode=rw", encoded(path)), Backend::Sqlite)?;
        for pragma in PRAGMAS {
            db.rows(pragma, Vec::new())?;
        }
        db.hold("PRAGMA journal_mode", "delete")?;
        Ok(db)
    }

    /// Opens a database of a server. `url` is [`Server::url`](crate::base::database::Server::url).
    pub(super) fn reach(url: &str) -> Result<Self, Fault> {
        let mut db = Self::connect(url, Backend::Postgres)?;
        db.rows(SETTINGS, Vec::new())?;
        Ok(db)
    }

    fn connect(url: &str, backend: Backend) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Fault::new(code::OURS).with("system", Arg::system(&e)))?;
        let connected = runtime.block_on(async { tokio::time::timeout(CONNECT, AnyConnection::connect(url)).await });
        let connection = connected
            .map_err(|_| Fault::new(code::SERVER))?
            .map_err(|error| not_connected(error, backend, url.contains("&sslrootcert=")))?;
        Ok(Self { runtime, connection: Some(connection), backend })
    }

    pub(super) fn backend(&self) -> Backend {
        self.backend
    }

    fn hold(&mut self, pragma: &'static str, expected: &str) -> Result<(), Fault> {
        let rows = self.rows(pragma, Vec::new())?;
        match rows.first().map(|row| text(row, 0)).transpose()?.as_deref() == Some(expected) {
            true => Ok(()),
            false => Err(Fault::new(code::DATABASE)),
        }
    }

    /// Runs a statement; how many rows it changed.
    pub(super) fn run(&mut self, statement: &'static str, values: Vec<Value>) -> Result<u64, Fault> {
        self.ask(ANSWER, async |connection| bound(statement, values).execute(connection).await).map(|done| done.rows_affected())
    }

    /// Runs a statement of the schema, in the back end's own words.
    pub(super) fn make(&mut self, statement: &'static str) -> Result<(), Fault> {
        if self.backend == Backend::Sqlite {
            return self.run(statement, Vec::new()).map(|_| ());
        }
        // Texts are compared as SQLite compares them, whatever the language of the server.
        let statement = statement.replace("BLOB", "BYTEA").replace(" TEXT", " TEXT COLLATE \"C\"");
        let query = sqlx::query(sqlx::AssertSqlSafe(statement));
        self.ask(ANSWER, async |connection| query.execute(connection).await).map(|_| ())
    }

    /// All rows of a query.
    pub(super) fn rows(&mut self, statement: &'static str, values: Vec<Value>) -> Result<Vec<AnyRow>, Fault> {
        self.ask(ANSWER, async |connection| bound(statement, values).fetch_all(connection).await)
    }

    /// The first row of a query, if there is one.
    pub(super) fn row(&mut self, statement: &'static str, values: Vec<Value>) -> Result<Option<AnyRow>, Fault> {
        Ok(self.rows(statement, values)?.into_iter().next())
    }

    /// One question and its answer. A server that did not answer in time is not asked again: what it did is not known.
    fn ask<T>(
        &mut self,
        patience: Duration,
        question: impl AsyncFnOnce(&mut AnyConnection) -> sqlx::Result<T>,
    ) -> Result<T, Fault> {
        let mut connection = self.connection.take().ok_or_else(|| Fault::new(code::SERVER_LOST))?;
        let answer = async { tokio::time::timeout(patience, question(&mut connection)).await };
        let answered = self.runtime.block_on(answer).map_err(|_| Fault::new(code::SERVER_LOST))?;
        self.connection = Some(connection);
        answered.map_err(|error| told(error, self.backend))
    }

    /// All or nothing. On any fault the database is as it was.
    pub(super) fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        let begin = match self.backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        };
        self.run(begin, Vec::new())?;
        let done = work(self).and_then(|value| self.run("COMMIT", Vec::new()).map(|_| value));
        if done.is_err() {
            // The database may have rolled back already; what is left open is rolled back at the next start in any case.
            let _ = self.run("ROLLBACK", Vec::new());
        }
        done
    }

    /// 健全性: an index that says something else than its table answers «never seen» of a case that was answered. SQLite compares the two
    /// itself; and nothing but tables and indexes of ours may act when a row is written. A server does the first for its own files.
    pub(super) fn sound(&mut self) -> Result<(), Fault> {
        if self.backend != Backend::Sqlite {
            return Ok(());
        }
        let others = "SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')";
        let others = self.row(others, Vec::new())?.map_or(Ok(1), |row| int(&row, 0))?;
        self.hold("PRAGMA integrity_check(1)", "ok")?;
        if others == 0 { Ok(()) } else { Err(Fault::new(code::DATABASE)) }
    }

    /// From here to [`Db::end_snapshot`] everything is read at one moment, whoever writes meanwhile.
    pub(super) fn start_snapshot(&mut self) -> Result<(), Fault> {
        let begin = match self.backend {
            Backend::Sqlite => "BEGIN DEFERRED",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.run(begin, Vec::new()).map(|_| ())
    }

    pub(super) fn end_snapshot(&mut self) {
        // Nothing was written: whatever became of the transaction, there is nothing to lose.
        let _ = self.run("ROLLBACK", Vec::new());
    }

    /// Waits until whoever was writing has ended, lost or not. SQLite undoes what was not finished when it is opened.
    pub(super) fn settled(&mut self) -> Result<(), Fault> {
        match self.backend {
            Backend::Sqlite => Ok(()),
            Backend::Postgres => self.transaction(|db| db.run(HEAD, values!["head"]).map(|_| ())),
        }
    }

    /// 順番: takes the turn of an office's runs, kept until the connection ends, however it ends. False when somebody else has it
    /// and `wait` is false. SQLite has office.lock instead.
    pub(super) fn turn(&mut self, wait: bool) -> Result<bool, Fault> {
        const TRY: &str = "SELECT CASE WHEN pg_try_advisory_lock($1) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END";
        // Whoever comes first is served first; an hour is longer than any run.
        const WAIT: [&str; 3] = [
            "SELECT set_config('lock_timeout', '3600s', false)",
            "SELECT CAST(1 AS BIGINT) FROM pg_advisory_lock($1)",
            "SELECT set_config('lock_timeout', '30s', false)",
        ];
        if self.backend == Backend::Sqlite {
            return Ok(true);
        }
        if !wait {
            let row = self.row(TRY, values![TURN_KEY])?.ok_or_else(|| Fault::new(code::DATABASE))?;
            return Ok(int(&row, 0)? == 1);
        }
        self.rows(WAIT[0], values![])?;
        self.ask(TURN, async |connection| bound(WAIT[1], values![TURN_KEY]).fetch_all(connection).await)?;
        self.rows(WAIT[2], values![])?;
        Ok(true)
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = self.runtime.block_on(async { tokio::time::timeout(CONNECT, connection.close()).await });
        }
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

fn bound(statement: &'static str, values: Vec<Value>) -> Query<'static> {
    values.into_iter().fold(sqlx::query(statement), |query, value| match value {
        Value::Int(n) => query.bind(n),
        Value::Text(text) => query.bind(text),
        Value::Null => query.bind(None::<String>),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// A column as a number.
pub(super) fn int(row: &AnyRow, column: usize) -> Result<i64, Fault> {
    row.try_get(column).map_err(foreign)
}

/// A count that fits.
pub(super) fn narrow(n: i64) -> Result<u32, Fault> {
    u32::try_from(n).map_err(|_| Fault::new(code::DATABASE))
}

/// A column as text.
pub(super) fn text(row: &AnyRow, column: usize) -> Result<String, Fault> {
    row.try_get(column).map_err(foreign)
}

/// A column as bytes.
pub(super) fn bytes(row: &AnyRow, column: usize) -> Result<Vec<u8>, Fault> {
    row.try_get(column).map_err(foreign)
}

/// A column as one of our own words; anything else means that somebody else wrote there.
pub(super) fn word<T: std::str::FromStr>(row: &AnyRow, column: usize) -> Result<T, Fault> {
    text(row, column)?.parse().map_err(|_| Fault::new(code::DATABASE))
}

/// The same where empty means none.
pub(super) fn maybe<T: std::str::FromStr>(row: &AnyRow, column: usize) -> Result<Option<T>, Fault> {
    match text(row, column)?.as_str() {
        "" => Ok(None),
        word => word.parse().map(Some).map_err(|_| Fault::new(code::DATABASE)),
    }
}
