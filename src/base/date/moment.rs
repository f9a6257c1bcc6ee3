//! 時刻: moments of the Japanese wall clock, as they are written and as the ledger has them.

use super::{BadDate, DateTime, Time, parse};
use unicode_normalization::UnicodeNormalization;

/// Reads a moment: 2026-11-20T10:15, with seconds, with a blank for the T, or a bare day (00:00).
pub fn parse_moment(text: &str) -> Result<DateTime, BadDate> {
    let plain: String = text.trim().nfkc().collect();
    let plain = plain.strip_suffix("+09:00").unwrap_or(&plain);
    let (day, time) = match plain.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (plain, None),
    };
    let date = parse(day)?;
    let time = match time {
        None => Time::midnight(),
        Some(time) => parse_time(time)?,
    };
    Ok(date.to_datetime(time))
}

fn parse_time(text: &str) -> Result<Time, BadDate> {
    let parts: Vec<i8> = text.split(':').map(two_digits).collect::<Option<_>>().ok_or(BadDate::Form)?;
    let (hour, minute, second) = match parts[..] {
        [h, m] => (h, m, 0),
        [h, m, s] => (h, m, s),
        _ => return Err(BadDate::Form),
    };
    Time::new(hour, minute, second, 0).map_err(|_| BadDate::NoSuchDay)
}

fn two_digits(text: &str) -> Option<i8> {
    (1..=2).contains(&text.len()).then_some(())?;
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Milliseconds since the epoch of a Japanese wall-clock moment; of the last days of the calendar, its last one.
pub fn to_epoch_ms(moment: DateTime) -> i64 {
    let offset = jiff::tz::Offset::constant(9);
    // 9999-12-31 stands for «never» in many a system: it must not become 1970.
    offset.to_timestamp(moment).unwrap_or(jiff::Timestamp::MAX).as_millisecond()
}

/// The Japanese wall-clock moment of milliseconds since the epoch.
pub fn from_epoch_ms(ms: i64) -> DateTime {
    let offset = jiff::tz::Offset::constant(9);
    offset.to_datetime(jiff::Timestamp::from_millisecond(ms).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        assert_eq!(parse_moment("2026-11-20T10:15").map(|m| m.to_string()), Ok("2026-11-20T10:15:00".into()));
        assert_eq!(parse_moment("R8.11.20 9:05").map(|m| m.to_string()), Ok("2026-11-20T09:05:00".into()));
        assert!(parse_moment("2026-11-20T25:00").is_err());
        let moment = parse_moment("2026-11-20T10:15").expect("moment");
        assert_eq!(from_epoch_ms(to_epoch_ms(moment)), moment);
    }

    #[test]
    fn the_last_day_of_the_calendar_is_far_away_and_not_1970() {
        let never = to_epoch_ms(parse_moment("9999-12-31").expect("a day"));
        assert_eq!(from_epoch_ms(never).year(), 9999);
        assert!(never > to_epoch_ms(parse_moment("9999-12-30").expect("a day")));
    }
}
