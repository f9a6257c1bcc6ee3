//! 表: the schema, and rows to and from it.

use super::chain::Row;
use super::db::{Db, Value, bytes, int, maybe, narrow, text, values, word};
use super::event::Reserved;
use super::state::{CaseRow, FollowUp, ParcelRow};
use super::words::{Digest, Number, Reception};
use crate::base::{Fault, code};
use sqlx::any::AnyRow;

/// The version of everything in the database.
pub(super) const FORMAT: &str = "fukan/office/v1";

/// The tables. TEXT, BIGINT and BLOB only, so that PostgreSQL reads the same (`Db::make`). To SQLite a primary key alone may be NULL.
pub(super) const SCHEMA: &[&str] = &[
    "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE vault (id BLOB NOT NULL PRIMARY KEY, version BIGINT NOT NULL, generation BIGINT NOT NULL, mac BLOB NOT NULL)",
    "CREATE TABLE vault_slots (slot BIGINT NOT NULL PRIMARY KEY, kind BIGINT NOT NULL, m_kib BIGINT NOT NULL, t BIGINT NOT NULL, p BIGINT NOT NULL, \
     salt BLOB NOT NULL, wrapped BLOB NOT NULL)",
    "CREATE TABLE vault_keys (purpose BIGINT NOT NULL PRIMARY KEY, key_id BIGINT NOT NULL, sealed BLOB NOT NULL)",
    "CREATE TABLE passwords (number TEXT NOT NULL, revision BIGINT NOT NULL, sealed BLOB NOT NULL, retired_at BIGINT NOT NULL, \
     PRIMARY KEY (number, revision))",
    "CREATE TABLE events (seq BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL, reception TEXT NOT NULL, \
     number TEXT NOT NULL, detail TEXT NOT NULL, prev BLOB NOT NULL, tag BLOB NOT NULL)",
    "CREATE INDEX events_reception ON events (reception, seq)",
    "CREATE INDEX events_number ON events (number, seq)",
    "CREATE TABLE cases (reception TEXT NOT NULL PRIMARY KEY, series TEXT NOT NULL, seq BIGINT NOT NULL, case_key TEXT NOT NULL, id TEXT NOT NULL, \
     received_at BIGINT NOT NULL, via TEXT NOT NULL, municipality TEXT NOT NULL, procedure_no TEXT NOT NULL, requester TEXT NOT NULL, \
     person TEXT NOT NULL, items TEXT NOT NULL, first_at BIGINT NOT NULL, deadline BIGINT NOT NULL, delayed_until BIGINT NOT NULL, \
     outcome TEXT NOT NULL, code TEXT NOT NULL, row_no BIGINT NOT NULL, fingerprint TEXT NOT NULL, number TEXT NOT NULL, \
     follow_up BIGINT NOT NULL, closed BIGINT NOT NULL, last_seq BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX cases_key ON cases (case_key)",
    "CREATE INDEX cases_id ON cases (id)",
    "CREATE INDEX cases_person ON cases (person)",
    "CREATE INDEX cases_series ON cases (series, seq)",
    "CREATE INDEX cases_open ON cases (closed, outcome, deadline)",
    "CREATE INDEX cases_follow_up ON cases (follow_up)",
    "CREATE TABLE parcels (number TEXT NOT NULL PRIMARY KEY, series TEXT NOT NULL, seq BIGINT NOT NULL, revision BIGINT NOT NULL, state TEXT NOT NULL, \
     channel TEXT NOT NULL, reserved_at BIGINT NOT NULL, packed_at BIGINT NOT NULL, told_at BIGINT NOT NULL, sent_at BIGINT NOT NULL, \
     retired_at BIGINT NOT NULL, print_file TEXT NOT NULL, promise TEXT NOT NULL, last_seq BIGINT NOT NULL, \
     received_at BIGINT NOT NULL DEFAULT 0)",
    "CREATE INDEX parcels_series ON parcels (series, seq)",
    "CREATE INDEX parcels_state ON parcels (state, channel, print_file)",
    "CREATE INDEX parcels_sent ON parcels (state, sent_at)",
];

const INSERT_EVENT: &str =
    "INSERT INTO events (seq, at, who, kind, reception, number, detail, prev, tag) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const PUT_META: &str = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

const PUT_CASE: &str = "INSERT INTO cases (reception, series, seq, case_key, id, received_at, via, municipality, procedure_no, requester, person, items, \
     first_at, deadline, delayed_until, outcome, code, row_no, fingerprint, number, follow_up, closed, last_seq) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) \
     ON CONFLICT (reception) DO UPDATE SET via = excluded.via, municipality = excluded.municipality, \
     procedure_no = excluded.procedure_no, requester = excluded.requester, items = excluded.items, \
     delayed_until = excluded.delayed_until, outcome = excluded.outcome, code = excluded.code, \
     row_no = excluded.row_no, fingerprint = excluded.fingerprint, number = excluded.number, follow_up = excluded.follow_up, \
     closed = excluded.closed, last_seq = excluded.last_seq";

/// Apart, and only for a case whose pseudonym changed, because a column that is set is taken out of its index and put in again, changed or not: pseudonyms are random, and so is the
/// page that each of them stands on. A large ledger would pay with a page a case and event.
const PUT_PERSON: &str = "UPDATE cases SET person = $2 WHERE reception = $1";

const PUT_PARCEL: &str = "INSERT INTO parcels (number, series, seq, revision, state, channel, reserved_at, packed_at, told_at, sent_at, retired_at, \
     print_file, promise, last_seq, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
     ON CONFLICT (number) DO UPDATE SET revision = excluded.revision, state = excluded.state, channel = excluded.channel, \
     reserved_at = excluded.reserved_at, packed_at = excluded.packed_at, told_at = excluded.told_at, sent_at = excluded.sent_at, \
     retired_at = excluded.retired_at, print_file = excluded.print_file, promise = excluded.promise, last_seq = excluded.last_seq, \
     received_at = excluded.received_at";

/// What a database of the first version lacks: the column, and what its rows say of it.
const UPGRADE: &[&str] = &[
    "ALTER TABLE parcels ADD COLUMN received_at BIGINT NOT NULL DEFAULT 0",
    "UPDATE parcels SET received_at = COALESCE((SELECT MIN(at) FROM events WHERE events.number = parcels.number AND kind = 'told' \
     AND detail = '{\"confirmed\":true}'), 0)",
];

/// The columns of [`case_row`], in its order.
macro_rules! case_columns {
    () => {
        "reception, case_key, id, received_at, via, municipality, procedure_no, requester, person, items, first_at, deadline, delayed_until, \
         outcome, code, row_no, fingerprint, number, follow_up, closed, last_seq, series, seq"
    };
}

/// The columns of [`parcel_row`], in its order.
macro_rules! parcel_columns {
    () => {
        "number, revision, state, reserved_at, packed_at, told_at, sent_at, retired_at, print_file, promise, last_seq, \
         series, seq, channel, received_at"
    };
}

/// The columns of [`event_row`], in its order.
macro_rules! event_columns {
    () => {
        "seq, at, who, kind, reception, number, detail, prev, tag"
    };
}

pub(super) use {case_columns, event_columns, parcel_columns};

/// 古い台帳: a database of an earlier version gets the tables of this one. Its rows stay as they are.
pub(super) fn upgrade(db: &mut Db) -> Result<(), Fault> {
    // Asked of the table itself, because each system lists its columns elsewhere.
    if db.row("SELECT received_at FROM parcels LIMIT 1", values![]).is_ok() {
        return Ok(());
    }
    db.transaction(|db| UPGRADE.iter().try_for_each(|statement| db.run(statement, values![]).map(|_| ())))
}

pub(super) fn put_event(db: &mut Db, row: &Row) -> Result<(), Fault> {
    let values = values![
        row.seq,
        row.at,
        row.who.as_str(),
        row.kind.as_str(),
        row.reception.as_str(),
        row.number.as_str(),
        row.detail.as_str(),
        row.prev.as_bytes().to_vec(),
        row.tag.as_bytes().to_vec(),
    ];
    db.run(INSERT_EVENT, values).map(|_| ())
}

pub(super) fn put_meta(db: &mut Db, name: &str, value: &str) -> Result<(), Fault> {
    db.run(PUT_META, values![name, value]).map(|_| ())
}

pub(super) fn meta(db: &mut Db, name: &str) -> Result<String, Fault> {
    let row = db.row("SELECT value FROM meta WHERE name = $1", values![name])?;
    text(&row.ok_or_else(|| Fault::new(code::DATABASE))?, 0)
}

pub(super) fn put_case(db: &mut Db, case: &CaseRow) -> Result<(), Fault> {
    let values = values![
        case.reception.to_string(),
        case.reception.series(),
        case.reception.seq(),
        case.case.to_string(),
        case.id.as_str(),
        case.received_at,
        case.via.as_str(),
        case.municipality.as_str(),
        case.procedure.as_str(),
        or_empty(&case.requester),
        or_empty(&case.person),
        or_empty(&case.items),
        case.first_at,
        case.deadline,
        case.delayed_until,
        or_empty(&case.outcome),
        case.code.as_str(),
        case.row,
        or_empty(&case.fingerprint),
        or_empty(&case.number),
        case.follow_up.as_i64(),
        i64::from(case.closed),
        case.last_seq,
    ];
    db.run(PUT_CASE, values).map(|_| ())
}

/// The pseudonym of a case that stands already.
pub(super) fn put_person(db: &mut Db, case: &CaseRow) -> Result<(), Fault> {
    db.run(PUT_PERSON, values![case.reception.to_string(), or_empty(&case.person)]).map(|_| ())
}

pub(super) fn put_parcel(db: &mut Db, parcel: &ParcelRow) -> Result<(), Fault> {
    let promise = parcel.promise.as_ref().map(serde_json::to_string).transpose().map_err(|_| Fault::new(code::OURS))?;
    let channel = parcel.promise.as_ref().map_or("", |promise| promise.channel.as_str());
    let values: Vec<Value> = values![
        parcel.number.to_string(),
        parcel.number.series(),
        parcel.number.seq(),
        i64::from(parcel.revision),
        parcel.state.as_str(),
        channel,
        parcel.reserved_at,
        parcel.packed_at,
        parcel.told_at,
        parcel.sent_at,
        parcel.retired_at,
        parcel.print_file.as_str(),
        promise.unwrap_or_default(),
        parcel.last_seq,
        parcel.received_at,
    ];
    db.run(PUT_PARCEL, values).map(|_| ())
}

pub(super) fn case_row(row: &AnyRow) -> Result<CaseRow, Fault> {
    let reception: Reception = word(row, 0)?;
    agree(text(row, 21)? == reception.series() && int(row, 22)? == reception.seq())?;
    Ok(CaseRow {
        reception,
        case: word(row, 1)?,
        id: text(row, 2)?,
        received_at: int(row, 3)?,
        via: text(row, 4)?,
        municipality: text(row, 5)?,
        procedure: text(row, 6)?,
        requester: maybe(row, 7)?,
        person: maybe(row, 8)?,
        items: maybe(row, 9)?,
        first_at: int(row, 10)?,
        deadline: int(row, 11)?,
        delayed_until: int(row, 12)?,
        outcome: maybe(row, 13)?,
        code: text(row, 14)?,
        row: int(row, 15)?,
        fingerprint: maybe(row, 16)?,
        number: maybe(row, 17)?,
        follow_up: FollowUp::from_i64(int(row, 18)?).ok_or_else(foreign)?,
        closed: int(row, 19)? != 0,
        last_seq: int(row, 20)?,
    })
}

pub(super) fn parcel_row(row: &AnyRow) -> Result<ParcelRow, Fault> {
    let promise = text(row, 9)?;
    let promise: Option<Reserved> =
        (!promise.is_empty()).then(|| serde_json::from_str(&promise)).transpose().map_err(|_| foreign())?;
    let number: Number = word(row, 0)?;
    agree(text(row, 11)? == number.series() && int(row, 12)? == number.seq())?;
    agree(text(row, 13)? == promise.as_ref().map_or("", |promise| promise.channel.as_str()))?;
    Ok(ParcelRow {
        number,
        revision: narrow(int(row, 1)?)?,
        state: word(row, 2)?,
        reserved_at: int(row, 3)?,
        packed_at: int(row, 4)?,
        told_at: int(row, 5)?,
        sent_at: int(row, 6)?,
        received_at: int(row, 14)?,
        retired_at: int(row, 7)?,
        print_file: text(row, 8)?,
        promise,
        last_seq: int(row, 10)?,
    })
}

pub(super) fn event_row(row: &AnyRow) -> Result<Row, Fault> {
    Ok(Row {
        seq: int(row, 0)?,
        at: int(row, 1)?,
        who: text(row, 2)?,
        kind: text(row, 3)?,
        reception: text(row, 4)?,
        number: text(row, 5)?,
        detail: text(row, 6)?,
        // A tag of another length can't fit anything: the walk will name the row.
        prev: Digest::from_slice(&bytes(row, 7)?).unwrap_or_default(),
        tag: Digest::from_slice(&bytes(row, 8)?).unwrap_or_default(),
    })
}

fn or_empty(value: &Option<impl ToString>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// Columns that repeat what another says must say the same: queries and numbering go by them.
fn agree(same: bool) -> Result<(), Fault> {
    if same { Ok(()) } else { Err(foreign()) }
}

fn foreign() -> Fault {
    Fault::new(code::DATABASE)
}
