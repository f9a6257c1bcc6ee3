//! 接続: one connection, spoken to synchronously. The portable subset only: TEXT, BIGINT, BLOB; `$1` placeholders.

use crate::base::{Arg, Fault, code};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{Connection, Row};
use std::path::Path;
use tokio::runtime::Runtime;

/// A value of a statement.
#[derive(Clone)]
pub(super) enum Value {
    Int(i64),
    Text(String),
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
}

/// What SQLite is told on every connection: a rollback journal that is synced with its folder, no temporary files, deleted
/// values overwritten, and a short wait for a reader that is just finishing.
const PRAGMAS: &[&str] = &[
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA busy_timeout=3000",
];

impl Db {
    /// Opens an SQLite file that exists already.
    pub(super) fn open(file: &Path) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Fault::new(code::OURS).with("system", Arg::system(&e)))?;
        let url = url(file)?;
        let connection = runtime.block_on(AnyConnection::connect(&url)).map_err(told)?;
        let mut db = Self { runtime, connection: Some(connection) };
        for pragma in PRAGMAS {
            db.rows(pragma, Vec::new())?;
        }
        db.hold("PRAGMA journal_mode", "delete")?;
        Ok(db)
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
        let connection = self.connection.as_mut().ok_or_else(|| Fault::new(code::OURS))?;
        let done = self.runtime.block_on(bound(statement, values).execute(connection));
        done.map(|done| done.rows_affected()).map_err(told)
    }

    /// All rows of a query.
    pub(super) fn rows(&mut self, statement: &'static str, values: Vec<Value>) -> Result<Vec<AnyRow>, Fault> {
        let connection = self.connection.as_mut().ok_or_else(|| Fault::new(code::OURS))?;
        self.runtime.block_on(bound(statement, values).fetch_all(connection)).map_err(told)
    }

    /// The first row of a query, if there is one.
    pub(super) fn row(&mut self, statement: &'static str, values: Vec<Value>) -> Result<Option<AnyRow>, Fault> {
        Ok(self.rows(statement, values)?.into_iter().next())
    }

    /// All or nothing. On any fault the database is as it was.
    pub(super) fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.run("BEGIN IMMEDIATE", Vec::new())?;
        let done = work(self).and_then(|value| self.run("COMMIT", Vec::new()).map(|_| value));
        if done.is_err() {
            // SQLite may have rolled back already; what is left open is rolled back at the next start in any case.
            let _ = self.run("ROLLBACK", Vec::new());
        }
        done
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = self.runtime.block_on(connection.close());
        }
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

fn bound(statement: &'static str, values: Vec<Value>) -> Query<'static> {
    values.into_iter().fold(sqlx::query(statement), |query, value| match value {
        Value::Int(n) => query.bind(n),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// sqlite: and the path, with everything that is not plain percent-encoded.
fn url(file: &Path) -> Result<String, Fault> {
    let path = file.to_str().filter(|_| file.is_absolute()).ok_or_else(|| Fault::new(code::DATABASE))?;
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(b);
    let encoded: String = path.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    Ok(format!("sqlite:{encoded}?mode=rw"))
}

/// The database's own words may quote values: only its number is passed on.
fn told(error: sqlx::Error) -> Fault {
    let number = match &error {
        sqlx::Error::Database(e) => e.code().and_then(|c| c.parse::<u64>().ok()),
        sqlx::Error::Io(e) => return Fault::new(code::DISK).with("system", Arg::system(e)),
        _ => None,
    };
    // Primary result codes: sqlite.org/rescode.html.
    let code = match number.map(|n| n & 0xFF) {
        Some(5 | 6) => code::IN_USE,
        Some(3 | 8 | 10 | 13 | 14) => code::DISK,
        _ => code::DATABASE,
    };
    match number {
        Some(n) => Fault::new(code).with("system", Arg::plain(format!("SQLite {n}"))),
        None => Fault::new(code),
    }
}

/// A column as a number.
pub(super) fn int(row: &AnyRow, column: usize) -> Result<i64, Fault> {
    row.try_get(column).map_err(told)
}

/// A column as text.
pub(super) fn text(row: &AnyRow, column: usize) -> Result<String, Fault> {
    row.try_get(column).map_err(told)
}

/// A column as bytes.
pub(super) fn bytes(row: &AnyRow, column: usize) -> Result<Vec<u8>, Fault> {
    row.try_get(column).map_err(told)
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
