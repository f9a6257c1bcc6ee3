//! 回答期限 (N13): 原則、即日回答.

use crate::base::date::{DateTime, Time};
use jiff::civil::Weekday;

/// The day of receipt at closing time; what comes in after closing or on a weekend is due at the next weekday's closing.
pub fn deadline(received: DateTime, closes: Time) -> DateTime {
    let mut day = received.date();
    if received.time() > closes {
        day = day.tomorrow().unwrap_or(day);
    }
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    day.to_datetime(closes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::parse_moment;

    #[test]
    fn the_same_day() {
        let at = |text: &str| parse_moment(text).expect("moment");
        let due = |text: &str| deadline(at(text), jiff::civil::time(17, 15, 0, 0));
        assert_eq!(due("2026-11-20T10:15"), at("2026-11-20T17:15"));
        assert_eq!(due("2026-11-19T17:16"), at("2026-11-20T17:15"));
        assert_eq!(due("2026-11-20T18:00"), at("2026-11-23T17:15")); // Friday evening: Monday
        assert_eq!(due("2026-11-21T09:00"), at("2026-11-23T17:15"));
    }
}
