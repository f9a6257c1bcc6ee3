//! 採番: numbers are allotted in memory; only transaction A makes them last.

use super::db::{int, narrow, values};
use super::open::Books;
use super::words::{Number, Reception, number_series, reception_series};
use crate::base::date::{Date, from_epoch_ms};
use crate::base::{Fault, code};
use std::collections::VecDeque;

/// 採番中の番号. Released numbers first, then one after the last; past 9999 the series widens.
#[derive(Debug)]
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
        let today = from_epoch_ms(self.clock.now_ms()).date();
        let (series, reception_series) =
            number_series(letter_date).zip(reception_series(today)).ok_or_else(|| Fault::new(code::LETTER_DATE))?;
        let free = "SELECT seq, revision FROM parcels WHERE series = $1 AND state = $2 ORDER BY seq";
        let free = self.db.rows(free, values![series.as_str(), "released"])?;
        let free = free.iter().map(|row| Ok((int(row, 0)?, narrow(int(row, 1)?)?))).collect::<Result<_, Fault>>()?;
        let last = self.last("SELECT seq FROM parcels WHERE series = $1 ORDER BY seq DESC LIMIT 1", &series)?;
        let last_reception = self.last("SELECT seq FROM cases WHERE series = $1 ORDER BY seq DESC LIMIT 1", &reception_series)?;
        Ok(Numbering { series, free, last, reception_series, last_reception })
    }

    fn last(&mut self, statement: &'static str, series: &str) -> Result<i64, Fault> {
        self.db.row(statement, values![series])?.map_or(Ok(0), |row| int(&row, 0))
    }
}
