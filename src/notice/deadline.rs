//! 回答期限 (N13): 原則、即日回答, by the days and hours an office works.

use super::holidays::Holidays;
use crate::base::date::{Date, DateTime, Time};
use crate::base::{Arg, Fault, Field, code};
use jiff::civil::Weekday;
use std::collections::BTreeSet;

/// 執務日. On which days an office works, and until when.
///
/// There is no opening time: what comes before it is due that day's closing, like what comes after it.
#[derive(Clone, Debug)]
pub struct WorkDays {
    closes: Time,
    closed: BTreeSet<Date>,
    holidays: Holidays,
}

/// 回答期限.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// When.
    pub at: DateTime,
    /// Whether the holidays of its year are known. If not it may be too early, never too late.
    pub sure: bool,
}

impl WorkDays {
    /// Closing time, the office's own closed days, and the national holidays.
    pub fn new(closes: Time, closed: BTreeSet<Date>, holidays: Holidays) -> Self {
        Self { closes, closed, holidays }
    }

    /// The day of receipt at closing time; what comes in after closing or on a day off is due the next working day.
    pub fn deadline(&self, received: DateTime) -> Deadline {
        let mut day = received.date();
        if received.time() > self.closes {
            day = day.tomorrow().unwrap_or(day);
        }
        while !self.works_on(day) {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        Deadline { at: day.to_datetime(self.closes), sure: self.holidays.knows(day) }
    }

    fn works_on(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        // 年末年始, as offices of the state keep it.
        let new_year = matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3));
        !(weekend || new_year || self.closed.contains(&day) || self.holidays.contains(day))
    }
}

impl Deadline {
    /// The warning that goes with a deadline in a year whose holidays are not known.
    pub fn doubt(&self) -> Option<Fault> {
        let fault = || Fault::new(code::HOLIDAYS_UNKNOWN).at(Field::new("受付日時", "received.at"));
        (!self.sure).then(|| fault().with("year", Arg::plain(self.at.year())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::parse_moment;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    const CLOSES: Time = time(17, 15, 0, 0);

    /// 2026 whole, as far as sixteen days go: 敬老の日, 国民の休日, 秋分の日 and 勤労感謝の日 are the real ones.
    fn work_days(closed: &[Date]) -> WorkDays {
        let real = [date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 23), date(2026, 11, 23)];
        let days = (1..=12).map(|month| date(2026, month, 1)).chain(real).collect();
        WorkDays::new(CLOSES, closed.iter().copied().collect(), Holidays::new(days).expect("whole"))
    }

    #[test]
    fn the_same_day_or_the_next_working_one() {
        let work_days = work_days(&[date(2026, 11, 24)]);
        for (received, due, sure) in [
            ("2026-11-20T10:15", "2026-11-20T17:15", true),
            ("2026-11-20T00:00", "2026-11-20T17:15", true), // before opening: that day
            ("2026-11-20T17:15", "2026-11-20T17:15", true),
            ("2026-11-19T17:15:01", "2026-11-20T17:15", true),
            ("2026-11-20T18:00", "2026-11-25T17:15", true), // Friday evening; Monday is 勤労感謝の日, Tuesday the office's own
            ("2026-09-18T17:16", "2026-09-24T17:15", true), // 敬老の日, 国民の休日, 秋分の日
            ("2026-12-28T17:16", "2027-01-04T17:15", false),
            ("2027-11-23T09:00", "2027-11-23T17:15", false), // a holiday nobody told us of: too early, never too late
        ] {
            let at = |text: &str| parse_moment(text).expect("moment");
            assert_eq!(work_days.deadline(at(received)), Deadline { at: at(due), sure }, "{received}");
        }
        let doubt = work_days.deadline(date(2027, 1, 4).at(9, 0, 0, 0)).doubt().expect("a doubt");
        assert_eq!((doubt.code, doubt.args), (code::HOLIDAYS_UNKNOWN, vec![("year", Arg::plain(2027))]));
        assert_eq!(work_days.deadline(date(2026, 11, 20).at(9, 0, 0, 0)).doubt(), None);
    }

    fn moment() -> impl Strategy<Value = DateTime> {
        (0i64..4 * 366 * 24 * 60).prop_map(|minutes| date(2025, 1, 1).at(0, 0, 0, 0) + jiff::Span::new().minutes(minutes))
    }

    proptest! {
        #[test]
        fn never_before_receipt_on_a_working_day_and_in_order(
            a in moment(), b in moment(), closed in proptest::collection::vec(moment(), 0..40),
        ) {
            let work_days = work_days(&closed.iter().map(|at| at.date()).collect::<Vec<_>>());
            let (first, second) = (a.min(b), a.max(b));
            let (due, later) = (work_days.deadline(first), work_days.deadline(second));
            prop_assert!(due.at >= first && due.at <= later.at);
            prop_assert!(due.at.time() == CLOSES && work_days.works_on(due.at.date()));
            // No working day that would have done was let pass.
            let mut day = first.date();
            while day < due.at.date() {
                prop_assert!(!work_days.works_on(day) || day.to_datetime(CLOSES) < first);
                day = day.tomorrow().expect("a day");
            }
        }
    }
}
