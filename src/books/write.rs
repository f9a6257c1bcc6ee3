//! 記帳: the one way a row gets into the ledger.

use super::chain::{Anchor, Row};
use super::db::{Backend, Db, HEAD, int, values};
use super::event::{Event, Reserved, Resumed, Subject};
use super::keys::Keys;
use super::open::Books;
use super::state::{ParcelRow, States};
use super::tables::{
    case_columns, case_row, event_columns, event_row, parcel_columns, parcel_row, put_case, put_event, put_meta, put_parcel,
    put_person,
};
use super::words::{Digest, Number, Outcome, Reception};
use crate::base::date::from_epoch_ms;
use crate::base::{Arg, Fault, code};
use std::collections::BTreeMap;

/// A clock may step back this far (time servers do that) without stopping the numbering, in milliseconds.
const STEP_BACK: i64 = 5_000;
/// And so far the clocks of several computers may stand apart.
const APART: i64 = 60_000;

/// 記帳中: a transaction that appends rows and keeps the states beside them.
pub(super) struct Writing<'a> {
    db: &'a mut Db,
    keys: &'a Keys,
    who: &'a str,
    at: i64,
    last: Anchor,
    states: States,
    /// 仮名 of each case as it was loaded.
    persons: BTreeMap<Reception, Option<Digest>>,
}

impl Books {
    /// Runs `work` in one transaction: all of its rows, or none.
    pub(super) fn write<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.reading {
            return Err(Fault::new(code::CHAIN));
        }
        self.walked()?;
        let (keys, now) = (&self.keys, self.clock.now_ms());
        self.db.transaction(|db| written(db, keys, &self.who, now, work))
    }

    /// 検査してから: nothing is written, and nothing on the disk settled, by what tables say that the rows do not. Walked once; what is written
    /// from then on is ours.
    pub(super) fn walked(&mut self) -> Result<(), Fault> {
        match self.whole {
            true => Ok(()),
            false => self.verify_chain(None)?.breaks.first().map_or(Ok(()), |broken| Err(broken.fault())),
        }
    }

    /// Records one event that changes nothing on the disk: told, sent, confirmed, updated, closed, opened, verified, permitted, resumed.
    /// Numbers, promises and the vault have their own ways in; through this one they are FK-9001.
    pub fn note(&mut self, subject: impl Into<Subject>, event: &Event) -> Result<(), Fault> {
        self.note_all(&[(subject.into(), event.clone())])
    }

    /// The same for several, all or none.
    pub fn note_all(&mut self, notes: &[(Subject, Event)]) -> Result<(), Fault> {
        if !notes.iter().all(|(_, event)| event.is_note()) {
            return Err(Fault::new(code::OURS));
        }
        self.write(|writing| notes.iter().try_for_each(|(subject, event)| writing.append(subject, event)))
    }

    /// FK-6006 when the clock stands before the newest row.
    pub(super) fn check_clock(&mut self) -> Result<(), Fault> {
        self.ahead()?.map_or(Ok(()), |ahead| Err(Fault::new(code::CLOCK).with("last", Arg::plain(from_epoch_ms(ahead.newest)))))
    }

    /// 先の日時の記録: the newest row and this computer's time, where the row is of a time to come. Either clock may be the wrong one.
    pub fn ahead(&mut self) -> Result<Option<Ahead>, Fault> {
        let (newest, now) = (self.newest()?.map_or(i64::MIN, |row| row.at), self.clock.now_ms());
        let behind = if self.db.backend() == Backend::Sqlite { STEP_BACK } else { APART };
        Ok((now < newest.saturating_sub(behind)).then_some(Ahead { newest, now }))
    }

    /// 時計の訂正: who orders it says that this computer's clock is right and that of the newest row ran ahead. From this row on times
    /// go by it again; the rows before stay as they are. FK-6149 where no row is of a time to come.
    pub fn correct_clock(&mut self) -> Result<Ahead, Fault> {
        let ahead = self.ahead()?.ok_or_else(|| Fault::new(code::CLOCK_RIGHT))?;
        in_step(&mut self.db, ahead.now, true)?;
        let resumed = Resumed { after: None, after_reception: None, reason: "clock".to_owned() };
        self.write(|writing| {
            writing.at = ahead.now;
            writing.append(&Subject::default(), &Event::Resumed(resumed))
        })?;
        Ok(ahead)
    }

    pub(super) fn newest(&mut self) -> Result<Option<Row>, Fault> {
        newest(&mut self.db)
    }
}

/// A newest row of a time to come, and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Of the newest row, epoch milliseconds.
    pub newest: i64,
    /// Of this computer.
    pub now: i64,
}

/// FK-6147 when this computer's clock runs ahead of the server's: one row of a time to come would stop everybody else. Where it decides
/// what is right (`both`), it may not be behind either.
fn in_step(db: &mut Db, now: i64, both: bool) -> Result<(), Fault> {
    if db.backend() == Backend::Sqlite {
        return Ok(());
    }
    let row = db.row("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", values![])?;
    let server = row.map_or(Ok(now), |row| int(&row, 0))?;
    match now > server.saturating_add(APART) || (both && now < server.saturating_sub(APART)) {
        false => Ok(()),
        true => Err(Fault::new(code::SERVER_CLOCK)
            .with("here", Arg::plain(from_epoch_ms(now)))
            .with("server", Arg::plain(from_epoch_ms(server)))),
    }
}

/// Runs `work` in a transaction that is open already. Whoever shares the ledger waits here until the rows before are committed:
/// the chain has one end.
pub(super) fn written<T>(
    db: &mut Db,
    keys: &Keys,
    who: &str,
    now: i64,
    work: impl FnOnce(&mut Writing<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    db.run(HEAD, values!["head"])?;
    in_step(db, now, false)?;
    let newest = newest(db)?;
    let last = match &newest {
        Some(row) => Anchor { seq: row.seq, tag: row.tag },
        None => Anchor { seq: 0, tag: super::chain::genesis(keys, &super::tables::meta(db, "office")?) },
    };
    let at = newest.map_or(now, |row| row.at.max(now));
    let mut writing = Writing { db, keys, who, at, last, states: States::default(), persons: BTreeMap::new() };
    let done = work(&mut writing)?;
    writing.finish()?;
    Ok(done)
}

impl Writing<'_> {
    pub(super) fn db(&mut self) -> &mut Db {
        self.db
    }

    /// The newest row so far.
    pub(super) fn last(&self) -> Anchor {
        self.last
    }

    pub(super) fn at(&self) -> i64 {
        self.at
    }

    /// What was promised about a parcel that this transaction touched.
    pub(super) fn promise(&self, number: &Number) -> Option<&Reserved> {
        self.states.parcels.get(number)?.promise.as_ref()
    }

    /// Whether a case was held or refused just so before: a rerun adds no row.
    pub(super) fn repeats(&mut self, subject: &Subject, event: &Event) -> Result<bool, Fault> {
        let (outcome, judged) = match event {
            Event::Held(judged) => (Outcome::Held, judged),
            Event::Refused(judged) => (Outcome::Refused, judged),
            _ => return Ok(false),
        };
        self.load(subject, event)?;
        let case = subject.reception.as_ref().and_then(|reception| self.states.cases.get(reception));
        Ok(case.is_some_and(|case| {
            case.outcome == Some(outcome) && case.code == judged.code && case.fingerprint == Some(judged.fingerprint)
        }))
    }

    /// Appends a row and applies it to the states it touches.
    pub(super) fn append(&mut self, subject: &Subject, event: &Event) -> Result<(), Fault> {
        self.load(subject, event)?;
        let (kind, detail) = event.to_stored().ok_or_else(|| Fault::new(code::OURS))?;
        let mut row = Row {
            seq: self.last.seq + 1,
            at: self.at,
            who: self.who.to_owned(),
            kind,
            reception: subject.reception.as_ref().map(ToString::to_string).unwrap_or_default(),
            number: subject.number.as_ref().map(ToString::to_string).unwrap_or_default(),
            detail,
            prev: self.last.tag,
            tag: Digest::default(),
        };
        row.tag = row.tag_at(self.keys, row.seq);
        // An event that can't follow what stands is a fault of the floor above (or a race): nothing is written.
        self.states.apply(&row).map_err(|_| impossible(subject))?;
        put_event(self.db, &row)?;
        self.last = Anchor { seq: row.seq, tag: row.tag };
        Ok(())
    }

    /// Brings the states that an event touches into memory.
    fn load(&mut self, subject: &Subject, event: &Event) -> Result<(), Fault> {
        if let Some(reception) = subject.reception.as_ref().filter(|_| !matches!(event, Event::Received(_))) {
            self.load_case(reception)?;
        }
        if let Some(number) = &subject.number {
            self.load_parcel(number)?;
            let touched: Vec<Reception> = match event {
                Event::Packed(_) | Event::Sent(_) => {
                    self.states.parcels.get(number).map(ParcelRow::receptions).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            touched.iter().try_for_each(|reception| self.load_case(reception))?;
        }
        Ok(())
    }

    fn load_case(&mut self, reception: &Reception) -> Result<(), Fault> {
        if !self.states.cases.contains_key(reception) {
            let statement = concat!("SELECT ", case_columns!(), " FROM cases WHERE reception = $1");
            if let Some(row) = self.db.row(statement, values![reception.to_string()])? {
                let case = case_row(&row)?;
                self.persons.insert(reception.clone(), case.person);
                self.states.cases.insert(reception.clone(), case);
            }
        }
        Ok(())
    }

    fn load_parcel(&mut self, number: &Number) -> Result<(), Fault> {
        if !self.states.parcels.contains_key(number) {
            let statement = concat!("SELECT ", parcel_columns!(), " FROM parcels WHERE number = $1");
            if let Some(row) = self.db.row(statement, values![number.to_string()])? {
                self.states.parcels.insert(number.clone(), parcel_row(&row)?);
            }
        }
        Ok(())
    }

    /// The states and the head, once for all rows of the transaction.
    fn finish(self) -> Result<(), Fault> {
        let Self { db, last, states, persons, .. } = self;
        for case in states.cases.values() {
            put_case(db, case)?;
            if persons.get(&case.reception).is_some_and(|before| *before != case.person) {
                put_person(db, case)?;
            }
        }
        states.parcels.values().try_for_each(|parcel| put_parcel(db, parcel))?;
        put_meta(db, "head", &format!("{} {}", last.seq, last.tag))
    }
}

fn newest(db: &mut Db) -> Result<Option<Row>, Fault> {
    let statement = concat!("SELECT ", event_columns!(), " FROM events ORDER BY seq DESC LIMIT 1");
    db.row(statement, values![])?.map(|row| event_row(&row)).transpose()
}

fn impossible(subject: &Subject) -> Fault {
    let name = subject.number.as_ref().map(ToString::to_string).or(subject.reception.as_ref().map(ToString::to_string));
    Fault::new(code::NO_NUMBER).with("number", Arg::plain(name.unwrap_or_default()))
}
