//! 年度の締め: a fiscal year ends with a row that names its last one, and what is beyond its retention may be dropped from the front.
//!
//! Only a prefix of rows is ever dropped, and only up to a row behind which nothing of it is needed: no case or parcel has rows on both
//! sides, and none of the dropped ones is open or unsent. So what is left adds up to the same tables, and the chain goes on from the tag
//! of the last dropped row, which the closing row and `meta` both state.

use super::chain::{Anchor, genesis};
use super::db::{Db, int, text, values};
use super::event::{Discarded, Event, Subject, Vault, YearClosed};
use super::open::Books;
use super::state::{CaseRow, FollowUp, ParcelRow};
use super::tables::{case_columns, case_row, event_columns, event_row, parcel_columns, parcel_row, put_meta};
use super::words::{Channel, Outcome, State, number_series};
use crate::base::date::{Date, DateTime, Time, from_epoch_ms, to_epoch_ms};
use crate::base::{Arg, Fault, code};
use std::collections::BTreeMap;

/// 年度: the days of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// R08.
    pub series: String,
    /// 4月1日.
    pub first: Date,
    /// 3月31日.
    pub last: Date,
}

impl Span {
    /// The fiscal year of this series, not after the one of `today`.
    pub fn of(series: &str, today: Date) -> Option<Self> {
        (0..150).find_map(|back| Self::begun(today.year().checked_sub(back)?).filter(|span| span.series == series))
    }

    fn begun(year: i16) -> Option<Self> {
        let (first, last) = (Date::new(year, 4, 1).ok()?, Date::new(year + 1, 3, 31).ok()?);
        Some(Self { series: number_series(first)?, first, last })
    }

    /// The moment it began, epoch milliseconds.
    pub fn from(&self) -> i64 {
        midnight(self.first)
    }

    /// The moment the next one begins.
    pub fn to(&self) -> i64 {
        Date::new(self.last.year(), 4, 1).map_or(i64::MAX, midnight)
    }

    /// The first moment that is kept when so many years are, this one included.
    fn kept_from(&self, years: u64) -> Option<i64> {
        let back = i16::try_from(years.checked_sub(1)?).ok()?;
        Some(midnight(Date::new(self.first.year().checked_sub(back)?, 4, 1).ok()?))
    }
}

fn midnight(day: Date) -> i64 {
    to_epoch_ms(DateTime::from_parts(day, Time::midnight()))
}

/// 廃棄できるもの: how far the front of the ledger can be dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discardable {
    /// The last row of it; that of the beginning when there is none.
    pub to: i64,
    /// How many rows.
    pub rows: i64,
    /// What is older than its retention and can't be dropped yet: the first case or parcel that is still open, unsent or went on later.
    pub kept: Option<String>,
}

/// 締めの結果.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The last row of the year, with which the next begins.
    pub last: Anchor,
    /// The row of the closing itself.
    pub row: Anchor,
    /// How many rows were dropped.
    pub discarded: i64,
}

/// 台帳の始まり.
pub(super) struct Start {
    anchor: Anchor,
    discarded: Option<Discarded>,
}

impl Start {
    /// The row before the first that is left.
    pub(super) fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// What the closing row must say.
    pub(super) fn discarded(&self) -> Option<Discarded> {
        self.discarded
    }

    /// The vault's generation before the first row that is left.
    pub(super) fn generation(&self) -> i64 {
        self.discarded.map_or(0, |discarded| discarded.generation)
    }
}

impl Books {
    /// 締める年度: over, with rows, not closed before, and none before it open: what is dropped stands in the export of its year.
    pub fn closable(&mut self, series: &str) -> Result<Span, Fault> {
        let now = self.clock.now_ms();
        let named = |code| Fault::new(code).with("year", Arg::plain(series_name(series)));
        let span = Span::of(series, from_epoch_ms(now).date()).filter(|span| span.to() <= now);
        let span = span.ok_or_else(|| named(code::YEAR_NOT_OVER))?;
        let closed = self.closed_until()?;
        if closed.is_some_and(|until| span.last <= until) {
            return Err(named(code::YEAR_CLOSED));
        }
        if let Some(open) = self.first_open(closed)?.filter(|open| open.first < span.first) {
            return Err(named(code::YEAR_BEFORE).with("open", Arg::plain(open.series)));
        }
        match self.last_before(span.to())? {
            Some(last) if last.seq > self.last_before(span.from())?.map_or(self.start()?.anchor.seq, |row| row.seq) => Ok(span),
            _ => Err(named(code::YEAR_NOT_OVER)),
        }
    }

    /// The last day of the years that were closed.
    pub fn closed_until(&mut self) -> Result<Option<Date>, Fault> {
        let years = self.events_of("year")?;
        let until = |event| if let Event::Year(year) = event { year.until.parse().ok() } else { None };
        Ok(years.into_iter().filter_map(until).max())
    }

    /// The year of the first row behind those that were closed.
    fn first_open(&mut self, closed: Option<Date>) -> Result<Option<Span>, Fault> {
        let behind = closed.and_then(|until| until.tomorrow().ok()).map_or(i64::MIN, midnight);
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE at >= $1 ORDER BY seq LIMIT 1");
        let row = self.db.row(statement, values![behind])?.map(|row| event_row(&row)).transpose()?;
        let day = row.map(|row| from_epoch_ms(row.at).date());
        Ok(day.and_then(|day| Span::begun(if day.month() < 4 { day.year() - 1 } else { day.year() })))
    }

    /// How far rows are beyond their retention of so many years when this one is closed.
    pub fn discardable(&mut self, span: &Span, years: u64) -> Result<Discardable, Fault> {
        let begins = self.start()?.anchor.seq;
        let before = span.kept_from(years).map_or(Ok(None), |moment| self.last_before(moment))?;
        let limit = before.map_or(begins, |row| row.seq);
        let mut spans = self.spans(limit)?;
        spans.sort();
        let (mut to, mut end, mut kept) = (begins, begins, None);
        for (first, last, name) in spans {
            if first > end {
                to = (first - 1).min(limit);
            }
            end = end.max(last);
            if end > limit {
                kept = Some(name);
                break;
            }
        }
        let to = if kept.is_none() { limit } else { to };
        Ok(Discardable { to, rows: to - begins, kept })
    }

    /// The row of the closing and, when they are given, the end of the rows beyond their retention. All or nothing.
    pub fn close_year(&mut self, span: &Span, discard: Option<&Discardable>) -> Result<Closing, Fault> {
        let last = self.last_before(span.to())?.ok_or_else(|| Fault::new(code::OURS))?;
        let begins = self.start()?.anchor.seq;
        let dropped = match discard.filter(|discard| discard.to > begins) {
            None => None,
            Some(discard) => Some(Discarded { generation: self.generation_at(discard.to)?, ..self.row_at(discard.to)? }),
        };
        let year = YearClosed {
            year: span.series.clone(),
            until: span.last.to_string(),
            last: last.seq,
            tag: last.tag,
            discarded: dropped,
        };
        let row = self.write(|writing| {
            writing.append(&Subject::default(), &Event::Year(year))?;
            dropped.map_or(Ok(()), |dropped| drop_front(writing.db(), dropped))?;
            Ok(writing.last())
        })?;
        Ok(Closing { last, row, discarded: dropped.map_or(0, |dropped| dropped.to - begins) })
    }

    /// 締めたかどうか: the closing of this year, by its row, once whoever was writing has ended; what was to go with it.
    pub fn closing_of(&mut self, span: &Span, discardable: &Discardable) -> Result<Option<Closing>, Fault> {
        self.db.settled()?;
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE kind = 'year' ORDER BY seq DESC LIMIT 1");
        let row = self.db.row(statement, values![])?.map(|row| event_row(&row)).transpose()?;
        let row = row.map(|row| self.genuine(row)).transpose()?;
        Ok(row.and_then(|row| match row.event() {
            Some(Event::Year(year)) if year.year == span.series => Some(Closing {
                last: Anchor { seq: year.last, tag: year.tag },
                row: Anchor { seq: row.seq, tag: row.tag },
                discarded: year.discarded.map_or(0, |_| discardable.rows),
            }),
            _ => None,
        }))
    }

    /// Where the ledger begins.
    pub(super) fn start(&mut self) -> Result<Start, Fault> {
        let genesis = Anchor { seq: 0, tag: genesis(&self.keys, &self.office) };
        let Some(row) = self.db.row("SELECT value FROM meta WHERE name = $1", values!["start"])? else {
            return Ok(Start { anchor: genesis, discarded: None });
        };
        let discarded: Discarded = serde_json::from_str(&text(&row, 0)?).map_err(|_| Fault::new(code::DATABASE))?;
        Ok(Start { anchor: Anchor { seq: discarded.to, tag: discarded.tag }, discarded: Some(discarded) })
    }

    /// The events of one kind, oldest first.
    pub(super) fn events_of(&mut self, kind: &str) -> Result<Vec<Event>, Fault> {
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE kind = $1 ORDER BY seq");
        let rows = self.db.rows(statement, values![kind])?;
        let event = |row| self.genuine(event_row(row)?)?.event().ok_or_else(|| Fault::new(code::DATABASE));
        rows.iter().map(event).collect()
    }

    fn last_before(&mut self, moment: i64) -> Result<Option<Anchor>, Fault> {
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE at < $1 ORDER BY seq DESC LIMIT 1");
        let row = self.db.row(statement, values![moment])?.map(|row| event_row(&row)).transpose()?;
        Ok(row.map(|row| Anchor { seq: row.seq, tag: row.tag }))
    }

    fn row_at(&mut self, seq: i64) -> Result<Discarded, Fault> {
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE seq = $1");
        let row = self.db.row(statement, values![seq])?.map(|row| event_row(&row)).transpose()?;
        row.map(|row| Discarded { to: row.seq, tag: row.tag, generation: 0 }).ok_or_else(|| Fault::new(code::DATABASE))
    }

    fn generation_at(&mut self, seq: i64) -> Result<i64, Fault> {
        let statement =
            concat!("SELECT ", event_columns!(), " FROM events WHERE kind = 'vault' AND seq <= $1 ORDER BY seq DESC LIMIT 1");
        let row = self.db.row(statement, values![seq])?.map(|row| event_row(&row)).transpose()?;
        match row.and_then(|row| row.event()) {
            Some(Event::Vault(Vault { generation, .. })) => Ok(generation),
            _ => Ok(self.start()?.generation()),
        }
    }

    /// First and last row of each case and parcel that has rows up to `limit`; the last of one that is not finished is never reached.
    fn spans(&mut self, limit: i64) -> Result<Vec<(i64, i64, String)>, Fault> {
        let mut spans = Vec::new();
        let first = "SELECT reception, MIN(seq) FROM events WHERE seq <= $1 AND reception <> '' GROUP BY reception";
        let first = self.firsts(first, limit)?;
        let cases = concat!("SELECT ", case_columns!(), " FROM cases");
        for row in self.db.rows(cases, values![])? {
            let case = case_row(&row)?;
            let name = case.reception.to_string();
            spans.extend(first.get(&name).map(|first| (*first, end(case.last_seq, finished_case(&case)), name)));
        }
        let first = "SELECT number, MIN(seq) FROM events WHERE seq <= $1 AND number <> '' GROUP BY number";
        let first = self.firsts(first, limit)?;
        let parcels = concat!("SELECT ", parcel_columns!(), " FROM parcels");
        for row in self.db.rows(parcels, values![])? {
            let parcel = parcel_row(&row)?;
            let name = parcel.number.to_string();
            spans.extend(first.get(&name).map(|first| (*first, end(parcel.last_seq, finished_parcel(&parcel)), name)));
        }
        Ok(spans)
    }

    fn firsts(&mut self, statement: &'static str, limit: i64) -> Result<BTreeMap<String, i64>, Fault> {
        self.db.rows(statement, values![limit])?.iter().map(|row| Ok((text(row, 0)?, int(row, 1)?))).collect()
    }
}

fn end(last: i64, finished: bool) -> i64 {
    if finished { last } else { i64::MAX }
}

/// What `due` lists is never dropped.
fn finished_case(case: &CaseRow) -> bool {
    let settled = case.closed || matches!(case.outcome, Some(Outcome::Answered | Outcome::NotFound));
    settled && case.follow_up != FollowUp::Open
}

fn finished_parcel(parcel: &ParcelRow) -> bool {
    match parcel.state {
        State::Void | State::Released => true,
        State::Packed if parcel.retired_at != 0 => true,
        State::Packed => parcel.sent_at != 0 && (parcel.told_at != 0 || !sealed(parcel)),
        State::Reserved => false,
    }
}

fn sealed(parcel: &ParcelRow) -> bool {
    parcel.promise.as_ref().is_some_and(|promise| promise.channel == Channel::Email)
}

/// Rows, cases, parcels and passwords up to this row, and where the ledger begins from now on.
fn drop_front(db: &mut Db, dropped: Discarded) -> Result<(), Fault> {
    for statement in [
        "DELETE FROM passwords WHERE number IN (SELECT number FROM parcels WHERE last_seq <= $1)",
        "DELETE FROM parcels WHERE last_seq <= $1",
        "DELETE FROM cases WHERE last_seq <= $1",
        "DELETE FROM events WHERE seq <= $1",
    ] {
        db.run(statement, values![dropped.to])?;
    }
    let start = serde_json::to_string(&dropped).map_err(|_| Fault::new(code::OURS))?;
    put_meta(db, "start", &start)
}

/// A series as it may be shown.
fn series_name(series: &str) -> String {
    let plain = series.len() == 3 && series.chars().all(|c| c.is_ascii_alphanumeric());
    if plain { series.to_owned() } else { String::new() }
}
