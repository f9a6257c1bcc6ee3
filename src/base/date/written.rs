//! 書かれた日付: what is written is converted back and compared, because a lenient reader would take 平成31年5月1日 for a day of 令和.

use super::era::gregorian_year;
use super::{BadDate, Date, Era, EraYear, Month, Span};
use unicode_normalization::UnicodeNormalization;

/// 明治6年: the first year of the calendar that we have.
const FIRST_YEAR: i16 = 1873;

/// Reads a day: ISO, 2026/11/20, 2026年11月20日, 昭和55年3月2日, 令和元年5月1日, S55.3.2, full-width digits.
pub fn parse(text: &str) -> Result<Date, BadDate> {
    let written = read(text)?;
    let (Some(month), Some(day)) = (written.month, written.day) else {
        return Err(BadDate::Form);
    };
    resolve(written.era, written.year, month, day)
}

/// Reads a month: 2021-02, 令和3年2月, R3.2.
pub fn parse_month(text: &str) -> Result<Month, BadDate> {
    let written = read(text).map_err(|bad| if bad == BadDate::Form { BadDate::MonthForm } else { bad })?;
    let (Some(month), None) = (written.month, written.day) else {
        return Err(BadDate::MonthForm);
    };
    // A month is of an era when any day of it is.
    let first = resolve(written.era, written.year, month, 1).or_else(|fault| match fault {
        BadDate::WrongEra(_) => resolve(written.era, written.year, month, days_in(written.era, written.year, month)?),
        fault => Err(fault),
    })?;
    Ok(Month { year: first.year(), month: first.month() })
}

/// Reads a day, a month or a year.
pub fn parse_span(text: &str) -> Result<Span, BadDate> {
    let written = read(text)?;
    match (written.month, written.day) {
        (Some(month), Some(day)) => resolve(written.era, written.year, month, day).map(Span::day),
        (Some(_), None) => {
            let month = parse_month(text)?;
            let from = Date::new(month.year, month.month, 1).map_err(|_| BadDate::NoSuchDay)?;
            Ok(Span { from, to: from.last_of_month() })
        }
        _ => {
            let year = gregorian_year(written.era, written.year)?;
            let from = Date::new(year, 1, 1).map_err(|_| BadDate::NoSuchDay)?;
            if year < FIRST_YEAR {
                return Err(BadDate::BeforeGregorian);
            }
            if let Some(era) = written.era {
                let stands = [from, from.last_of_year()].into_iter().filter_map(EraYear::of).any(|y| y.era == era);
                if !stands {
                    return Err(BadDate::WrongEra(EraYear::of(from)));
                }
            }
            Ok(Span { from, to: from.last_of_year() })
        }
    }
}

/// What was written: era and numbers, before it is known whether the day exists.
struct Written {
    era: Option<Era>,
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

fn read(text: &str) -> Result<Written, BadDate> {
    let plain: String = text.trim().nfkc().filter(|c| !c.is_whitespace()).collect();
    let (era, rest) = era_of(&plain);
    let rest = rest.replacen('元', "1", usize::from(era.is_some() && rest.starts_with('元')));
    let parts = split(&rest).ok_or(BadDate::Form)?;
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| -> Result<i16, BadDate> {
        let fits = digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| text.parse().ok()).flatten().ok_or(BadDate::Form)
    };
    let year = match era {
        Some(_) => number(parts.first().ok_or(BadDate::Form)?, 1..=2)?,
        None => number(parts.first().ok_or(BadDate::Form)?, 4..=4)?,
    };
    if year == 0 {
        return Err(BadDate::NoSuchDay);
    }
    // Of October, typed as 2021.10, a spreadsheet keeps the number 2021.1: nobody knows which month it was.
    if era.is_none() && matches!(parts[..], [_, month] if month.len() == 1) && rest.contains('.') {
        return Err(BadDate::Form);
    }
    let small = |i: usize| parts.get(i).map(|t| number(t, 1..=2).map(|n| n as i8)).transpose();
    Ok(Written { era, year, month: small(1)?, day: small(2)? })
}

fn era_of(plain: &str) -> (Option<Era>, &str) {
    for era in Era::ALL {
        if let Some(rest) = plain.strip_prefix(era.name()) {
            return (Some(era), rest);
        }
        let letter = era.letter();
        if let Some(rest) = plain.strip_prefix(letter).or_else(|| plain.strip_prefix(letter.to_ascii_lowercase())) {
            return (Some(era), rest.strip_prefix('.').unwrap_or(rest));
        }
    }
    (None, plain)
}

/// Splits 55年3月2日, 55.3.2, 55/3/2 or 55-3-2 into its numbers; one kind of separator only.
fn split(rest: &str) -> Option<Vec<&str>> {
    if let Some((year, rest)) = rest.split_once('年') {
        let mut parts = vec![year];
        if rest.is_empty() {
            return Some(parts);
        }
        let (month, rest) = rest.split_once('月')?;
        parts.push(month);
        if !rest.is_empty() {
            parts.push(rest.strip_suffix('日')?);
        }
        return Some(parts);
    }
    let separator = ['-', '/', '.'].into_iter().find(|c| rest.contains(*c));
    let parts: Vec<&str> = match separator {
        Some(separator) => rest.split(separator).collect(),
        None => vec![rest],
    };
    (parts.len() <= 3).then_some(parts)
}

fn resolve(era: Option<Era>, year: i16, month: i8, day: i8) -> Result<Date, BadDate> {
    let gregorian = gregorian_year(era, year)?;
    let date = Date::new(gregorian, month, day).map_err(|_| BadDate::NoSuchDay)?;
    let Some(real) = EraYear::of(date).filter(|_| gregorian >= FIRST_YEAR) else {
        return Err(BadDate::BeforeGregorian);
    };
    match era {
        Some(era) if real.era != era && !is_old_spelling(era, date) => Err(BadDate::WrongEra(Some(real))),
        _ => Ok(date),
    }
}

/// 明治45年7月30日 and 大正15年12月25日: the day an era ended under the old spelling and the next began.
fn is_old_spelling(era: Era, date: Date) -> bool {
    match era {
        Era::Meiji => (date.year(), date.month(), date.day()) == (1912, 7, 30),
        Era::Taisho => (date.year(), date.month(), date.day()) == (1926, 12, 25),
        _ => false,
    }
}

fn days_in(era: Option<Era>, year: i16, month: i8) -> Result<i8, BadDate> {
    let year = gregorian_year(era, year)?;
    Date::new(year, month, 1).map(|d| d.last_of_month().day()).map_err(|_| BadDate::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::super::{parse_moment, wareki};
    use super::*;
    use jiff::civil::date;

    #[test]
    fn vectors() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../../tests/data/vectors.json")).expect("vectors");
        for pair in all["wareki"].as_array().expect("list") {
            let (text, iso) = (pair[0].as_str().expect("text"), pair[1].as_str().expect("iso"));
            assert_eq!(parse(text).map(|d| d.to_string()), Ok(iso.to_owned()), "{text}");
            assert_eq!(wareki(parse(iso).expect("iso")), text);
        }
        for text in all["wareki_reject"].as_array().expect("list") {
            assert!(parse(text.as_str().expect("text")).is_err(), "{text}");
        }
    }

    #[test]
    fn every_form_of_one_day() {
        for text in [
            "1980-03-02",
            "1980/3/2",
            "1980.3.2",
            "1980年3月2日",
            "昭和55年3月2日",
            "S55.3.2",
            "s55/03/02",
            "Ｓ５５．３．２",
            "昭和５５年３月２日",
            " 昭和 55年 3月 2日",
            "S.55.3.2",
        ] {
            assert_eq!(parse(text), Ok(date(1980, 3, 2)), "{text}");
        }
    }

    #[test]
    fn era_borders() {
        for (text, ok) in [
            ("昭和64年1月7日", true),
            ("昭和64年1月8日", false),
            ("平成元年1月8日", true),
            ("平成1年1月7日", false),
            ("平成31年4月30日", true),
            ("平成31年5月1日", false),
            ("令和元年5月1日", true),
            ("令和元年4月30日", false),
            ("昭和元年12月25日", true),
            ("大正15年12月24日", true),
            ("大正15年12月25日", true), // the old spelling of the first day of 昭和
            ("大正15年12月26日", false),
            ("明治45年7月30日", true),
            ("明治45年7月31日", false),
            ("大正元年7月30日", true),
            ("昭和65年1月1日", false),
            ("平成00年1月1日", false),
            ("H29.13.1", false),
            ("令和元年2月30日", false),
            ("明治5年1月1日", false),
            ("2026-02-29", false),
            ("26-11-20", false),
            ("2026-11/20", false),
            ("", false),
            ("年月日", false),
        ] {
            assert_eq!(parse(text).is_ok(), ok, "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn papers_from_before_2019_get_a_hint_and_no_rewriting() {
        let reiwa2 = EraYear { era: Era::Reiwa, year: 2 };
        assert_eq!(parse("平成32年3月31日"), Err(BadDate::WrongEra(Some(reiwa2))));
        assert_eq!(reiwa2.to_string(), "令和2年");
    }

    #[test]
    fn spans() {
        assert_eq!(parse_span("2021-02"), Ok(Span { from: date(2021, 2, 1), to: date(2021, 2, 28) }));
        assert_eq!(parse_span("令和3年2月"), parse_span("2021-02"));
        assert_eq!(parse_span("令和元年"), Ok(Span { from: date(2019, 1, 1), to: date(2019, 12, 31) }));
        assert_eq!(parse_span("2021-02-03"), Ok(Span::day(date(2021, 2, 3))));
        assert!(parse_span("昭和65年").is_err());
        // A year begins where days do.
        for (year, day) in [("1850", "1850-01-01"), ("1872年", "1872-12-31"), ("明治5年", "明治5年12月31日")] {
            assert_eq!(parse_span(year), Err(BadDate::BeforeGregorian), "{year}");
            assert_eq!(parse(day), Err(BadDate::BeforeGregorian), "{day}");
        }
        assert!(parse_span("明治6年").is_ok() && parse("1873-01-01").is_ok());
        assert_eq!(parse_month("平成31年4月"), Ok(Month { year: 2019, month: 4 }));
        assert_eq!(parse_month("昭和64年1月"), Ok(Month { year: 1989, month: 1 }));
        assert!(parse_month("平成31年5月").is_err());
        // A spreadsheet makes 2021.1 of October.
        assert_eq!(parse_month("2021.1"), Err(BadDate::MonthForm));
        assert_eq!(parse_month("2021-10-01"), Err(BadDate::MonthForm));
        assert_eq!(parse_span("2021.1"), Err(BadDate::Form));
        assert_eq!(parse_month("2021.10"), Ok(Month { year: 2021, month: 10 }));
        assert_eq!(parse_month("R3.1"), Ok(Month { year: 2021, month: 1 }));
        assert_eq!(parse("2021.1.2"), Ok(date(2021, 1, 2)));
    }

    proptest::proptest! {
        #[test]
        fn wareki_reads_back(days in 0i32..70_000) {
            let day = date(1873, 1, 1).checked_add(jiff::Span::new().days(days)).expect("in range");
            proptest::prop_assert_eq!(parse(&wareki(day)), Ok(day));
            proptest::prop_assert_eq!(parse(&day.to_string()), Ok(day));
        }

        #[test]
        fn never_panics(text in "\\PC{0,32}") {
            let _ = (parse(&text), parse_month(&text), parse_span(&text), parse_moment(&text));
        }
    }
}
