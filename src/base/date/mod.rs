//! 日付: both calendars, strictly (DESIGN section 5).

mod era;
mod moment;
mod written;

pub use era::{Era, EraYear, both, fiscal_year, month_both, seireki, wareki};
pub use jiff::civil::{Date, DateTime, Time};
pub use moment::{from_epoch_ms, parse_moment, to_epoch_ms};
pub use written::{parse, parse_month, parse_span};

use super::code::{self, Code};

/// 日付の誤り. Why a date was refused; never holds the date itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadDate {
    /// Not in a form we know.
    Form,
    /// Not in a form of a month that we know.
    MonthForm,
    /// No such day: 2月30日, 平成29年2月29日.
    NoSuchDay,
    /// The era was over, or had not begun: 昭和65年, 令和元年4月30日. With the year it would be, when there is one.
    WrongEra(Option<EraYear>),
    /// Before 明治6年 (1873), when Japan still used another calendar.
    BeforeGregorian,
}

impl BadDate {
    /// The code to tell it by.
    pub fn code(self) -> Code {
        match self {
            Self::Form => code::DATE_FORM,
            Self::MonthForm => code::MONTH_FORM,
            Self::NoSuchDay => code::DATE_IMPOSSIBLE,
            Self::WrongEra(_) => code::DATE_WRONG_ERA,
            Self::BeforeGregorian => code::DATE_TOO_OLD,
        }
    }
}

/// 年月.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Gregorian year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

/// 精度のある日付: a day, a month or a year, as people remember when a membership began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day meant.
    pub from: Date,
    /// Last day meant.
    pub to: Date,
}

impl Span {
    /// One day.
    pub const fn day(date: Date) -> Self {
        Self { from: date, to: date }
    }

    /// Whether a day lies in it.
    pub fn holds(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }
}
