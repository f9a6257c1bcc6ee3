//! 日付: both calendars, strictly (DESIGN section 5).
//!
//! The eras come from `icu_calendar`; what is written is converted back and compared, because a lenient
//! reader would take 平成31年5月1日 for a day of 令和.

use super::code::{self, Code};
use icu_calendar::{Date as IcuDate, Iso, cal::Japanese};
use unicode_normalization::UnicodeNormalization;

pub use jiff::civil::{Date, DateTime, Time};

/// 日付の誤り. Why a date was refused; never holds the date itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadDate {
    /// Not in a form we know.
    Form,
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
            Self::NoSuchDay => code::DATE_IMPOSSIBLE,
            Self::WrongEra(_) => code::DATE_WRONG_ERA,
            Self::BeforeGregorian => code::DATE_TOO_OLD,
        }
    }
}

/// 元号.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// 明治
    Meiji,
    /// 大正
    Taisho,
    /// 昭和
    Showa,
    /// 平成
    Heisei,
    /// 令和
    Reiwa,
}

impl Era {
    const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// 令和 and so on.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// M T S H R.
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    const fn icu(self) -> &'static str {
        match self {
            Self::Meiji => "meiji",
            Self::Taisho => "taisho",
            Self::Showa => "showa",
            Self::Heisei => "heisei",
            Self::Reiwa => "reiwa",
        }
    }
}

/// 元号の年.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EraYear {
    /// The era.
    pub era: Era,
    /// The year in it, from 1.
    pub year: i16,
}

impl EraYear {
    /// The era year of a day; `None` before 明治6年.
    pub fn of(date: Date) -> Option<Self> {
        let icu = to_icu(date)?.to_calendar(Japanese::new());
        let year = icu.era_year();
        let era = Era::ALL.into_iter().find(|era| era.icu() == year.era.as_str())?;
        Some(Self { era, year: i16::try_from(year.year).ok()? })
    }
}

impl std::fmt::Display for EraYear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.year {
            1 => write!(f, "{}元年", self.era.name()),
            year => write!(f, "{}{year}年", self.era.name()),
        }
    }
}

fn to_icu(date: Date) -> Option<IcuDate<Iso>> {
    IcuDate::try_new_iso(i32::from(date.year()), date.month() as u8, date.day() as u8).ok()
}

/// 和暦 of a day: 昭和55年3月2日.
pub fn wareki(date: Date) -> String {
    match EraYear::of(date) {
        Some(year) => format!("{year}{}月{}日", date.month(), date.day()),
        None => seireki(date),
    }
}

/// 西暦 of a day: 1980年3月2日.
pub fn seireki(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Both calendars: 昭和55年3月2日（1980年）.
pub fn both(date: Date) -> String {
    match EraYear::of(date) {
        Some(_) => format!("{}（{}年）", wareki(date), date.year()),
        None => seireki(date),
    }
}

/// 診療年月 and the like in both calendars: 令和3年2月（2021年）.
pub fn month_both(month: Month) -> String {
    match Date::new(month.year, month.month, 1).ok().and_then(EraYear::of) {
        Some(year) => format!("{year}{}月（{}年）", month.month, month.year),
        None => format!("{}年{}月", month.year, month.month),
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

/// What was written: era and numbers, before it is known whether the day exists.
struct Written {
    era: Option<Era>,
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

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
    let written = read(text)?;
    let (Some(month), None) = (written.month, written.day) else {
        return Err(BadDate::Form);
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

fn days_in(era: Option<Era>, year: i16, month: i8) -> Result<i8, BadDate> {
    let year = gregorian_year(era, year)?;
    Date::new(year, month, 1).map(|d| d.last_of_month().day()).map_err(|_| BadDate::NoSuchDay)
}

fn gregorian_year(era: Option<Era>, year: i16) -> Result<i16, BadDate> {
    let Some(era) = era else { return Ok(year) };
    // The year in which the era's second year lies, found from the calendar itself.
    let second = IcuDate::try_new_japanese_with_calendar(era.icu(), 2, 1, 1, Japanese::new())
        .map_err(|_| BadDate::Form)?
        .to_calendar(Iso)
        .year()
        .extended_year();
    i16::try_from(second + i32::from(year) - 2).map_err(|_| BadDate::Form)
}

fn resolve(era: Option<Era>, year: i16, month: i8, day: i8) -> Result<Date, BadDate> {
    let gregorian = gregorian_year(era, year)?;
    let date = Date::new(gregorian, month, day).map_err(|_| BadDate::NoSuchDay)?;
    let Some(real) = EraYear::of(date).filter(|_| gregorian >= 1873) else {
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

/// 年度: April to March, as the 令和 year of its first day (R08 → 8). `None` before 明治6年.
pub fn fiscal_year(date: Date) -> Option<EraYear> {
    let year = if date.month() >= 4 { date.year() } else { date.year() - 1 };
    // A fiscal year carries the era of its last days: 令和元年度 began in 平成31年4月.
    let in_it = Date::new(year, 12, 31).ok()?;
    EraYear::of(in_it)
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
    use jiff::civil::date;

    #[test]
    fn vectors() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/vectors.json")).expect("vectors");
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
        assert_eq!(parse_month("平成31年4月"), Ok(Month { year: 2019, month: 4 }));
        assert_eq!(parse_month("昭和64年1月"), Ok(Month { year: 1989, month: 1 }));
        assert!(parse_month("平成31年5月").is_err());
    }

    #[test]
    fn moments() {
        assert_eq!(parse_moment("2026-11-20T10:15").map(|m| m.to_string()), Ok("2026-11-20T10:15:00".into()));
        assert_eq!(parse_moment("R8.11.20 9:05").map(|m| m.to_string()), Ok("2026-11-20T09:05:00".into()));
        assert!(parse_moment("2026-11-20T25:00").is_err());
        let moment = parse_moment("2026-11-20T10:15").expect("moment");
        assert_eq!(from_epoch_ms(to_epoch_ms(moment)), moment);
    }

    #[test]
    fn fiscal_years() {
        let of = |y, m, d| fiscal_year(date(y, m, d)).map(|f| (f.era.letter(), f.year));
        assert_eq!(of(2026, 11, 22), Some(('R', 8)));
        assert_eq!(of(2027, 3, 31), Some(('R', 8)));
        assert_eq!(of(2027, 4, 1), Some(('R', 9)));
        assert_eq!(of(2019, 4, 1), Some(('R', 1)));
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

    #[test]
    fn the_last_day_of_the_calendar_is_far_away_and_not_1970() {
        let never = to_epoch_ms(parse_moment("9999-12-31").expect("a day"));
        assert_eq!(from_epoch_ms(never).year(), 9999);
        assert!(never > to_epoch_ms(parse_moment("9999-12-30").expect("a day")));
    }
}
