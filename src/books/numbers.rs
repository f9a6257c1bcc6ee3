//! 採番: numbers are allotted in memory; only transaction A makes them last.

use super::db::{int, narrow, values};
use super::event::{Event, Resumed, Subject};
use super::open::Books;
use super::words::{Number, Reception, number_series, reception_series};
use crate::base::date::{Date, from_epoch_ms};
use crate::base::{Arg, Fault, code};
use std::collections::VecDeque;

/// 採番中の番号. Released numbers first, then one after the last; past 9999 the series widens.
#[derive(Clone, Debug)]
pub struct Numbering {
    series: String,
    /// Place and past revisions of released numbers.
    free: VecDeque<(i64, u32)>,
    last: i64,
    reception_series: String,
    last_reception: i64,
}

/// 割り当てた番号.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allotted {
    /// The number.
    pub number: Number,
    /// Its how-manieth reservation this will be: part of the AAD of the sealed password.
    pub revision: u32,
}

impl Numbering {
    /// The next 発送番号.
    pub fn number(&mut self) -> Allotted {
        let (seq, past) = self.free.pop_front().unwrap_or_else(|| {
            self.last += 1;
            (self.last, 0)
        });
        Allotted { number: Number::new(&self.series, seq), revision: past + 1 }
    }

    /// The next 受付番号.
    pub fn reception(&mut self) -> Reception {
        self.last_reception += 1;
        Reception::new(&self.reception_series, self.last_reception)
    }
}

impl Books {
    /// Starts numbering for letters of this date (発信日). A clock before the newest row stops it (FK-6006).
    pub fn numbering(&mut self, letter_date: Date) -> Result<Numbering, Fault> {
        self.check_clock()?;
        if self.closed_until()?.is_some_and(|until| letter_date <= until) {
            return Err(Fault::new(code::DATE_IN_CLOSED_YEAR));
        }
        let today = from_epoch_ms(self.clock.now_ms()).date();
        let (series, reception_series) =
            number_series(letter_date).zip(reception_series(today)).ok_or_else(|| Fault::new(code::LETTER_DATE))?;
        let free = "SELECT seq, revision FROM parcels WHERE series = $1 AND state = $2 ORDER BY seq";
        let free = self.db.rows(free, values![series.as_str(), "released"])?;
        let mut free =
            free.iter().map(|row| Ok((int(row, 0)?, narrow(int(row, 1)?)?))).collect::<Result<VecDeque<_>, Fault>>()?;
        let last = self.last("SELECT seq FROM parcels WHERE series = $1 ORDER BY seq DESC LIMIT 1", &series)?;
        let last_reception = self.last("SELECT seq FROM cases WHERE series = $1 ORDER BY seq DESC LIMIT 1", &reception_series)?;
        // After a restored backup nothing up to there is allotted: it may have been used for something this ledger does not know.
        let (used, used_reception) = self.used(&series, &reception_series)?;
        free.retain(|(seq, _)| *seq > used);
        let (last, last_reception) = (last.max(used), last_reception.max(used_reception));
        Ok(Numbering { series, free, last, reception_series, last_reception })
    }

    /// How far the numbers of these series were used before a backup was restored.
    fn used(&mut self, series: &str, reception_series: &str) -> Result<(i64, i64), Fault> {
        let (mut used, mut used_reception) = (0, 0);
        for event in self.events_of("resumed")? {
            let Event::Resumed(resumed) = event else { continue };
            let number = resumed.after.filter(|after| after.series() == series);
            used = used.max(number.map_or(0, |after| after.seq()));
            let reception = resumed.after_reception.filter(|after| after.series() == reception_series);
            used_reception = used_reception.max(reception.map_or(0, |after| after.seq()));
        }
        Ok((used, used_reception))
    }

    /// 再開: after a restored backup numbering goes on behind this number. One that the ledger is past is FK-6085.
    pub fn resume(&mut self, resumed: Resumed) -> Result<(), Fault> {
        let (last, newest, after, name) = match (&resumed.after, &resumed.after_reception) {
            (Some(after), None) => {
                let last = "SELECT seq FROM parcels WHERE series = $1 ORDER BY seq DESC LIMIT 1";
                let last = self.last(last, after.series())?.max(self.used(after.series(), "")?.0);
                (last, Number::new(after.series(), last).to_string(), after.seq(), after.to_string())
            }
            (None, Some(after)) => {
                let last = "SELECT seq FROM cases WHERE series = $1 ORDER BY seq DESC LIMIT 1";
                let last = self.last(last, after.series())?.max(self.used("", after.series())?.1);
                (last, Reception::new(after.series(), last).to_string(), after.seq(), after.to_string())
            }
            _ => return Err(Fault::new(code::OURS)),
        };
        match after > last {
            true => self.note(Subject::default(), &Event::Resumed(resumed)),
            false => Err(Fault::new(code::NOT_AHEAD).with("number", Arg::plain(name)).with("last", Arg::plain(newest))),
        }
    }

    fn last(&mut self, statement: &'static str, series: &str) -> Result<i64, Fault> {
        self.db.row(statement, values![series])?.map_or(Ok(0), |row| int(&row, 0))
    }
}
