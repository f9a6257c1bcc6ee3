//! 升目の値: what a cell holds, and how much of a date its format lets people see.

use super::super::cell::Cell;
use super::BadWorkbook;
use calamine::{DataRef, ExcelDateTime, Style};
use jiff::Unit;
use jiff::civil::DateTime;

/// The longest text that Excel takes in a cell, in units of UTF-16.
const MAX_TEXT: usize = 32_767;
/// Behind the last day that Excel shows, 9999-12-31; 19800302 typed into a column of dates is far beyond it.
const BEYOND_LAST_DAY: f64 = 2_958_466.0;

/// 表示: how much of a date the format of its cell shows. 「2021/2」 typed in Excel is kept as the first of February.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The day, or a time.
    Whole,
    /// Month and year.
    Month,
    /// The year alone.
    Year,
    /// So many digits of a number, its leading zeros too: 012345678903 is kept as 12345678903.
    Digits(usize),
}

impl Shown {
    /// What the number format of a style shows.
    pub(super) fn of(style: &Style) -> Self {
        match &style.number_format {
            // 「yyyy年m月」 of a Japanese Excel has a number and no code (ECMA-376, 18.8.30).
            Some(format) if format.format_code == "General" => match format.format_id {
                Some(34 | 52 | 55) => Self::Month,
                _ => Self::Whole,
            },
            Some(format) => Self::by_code(&format.format_code),
            None => Self::Whole,
        }
    }

    fn by_code(code: &str) -> Self {
        let letters = letters(code);
        let zeros = letters.iter().filter(|letter| **letter == '0').count();
        if zeros > 1 && letters.iter().all(|letter| matches!(letter, '0' | '-' | ' ')) {
            return Self::Digits(zeros);
        }
        let has = |wanted: &[char]| letters.iter().any(|letter| wanted.contains(letter));
        match () {
            () if has(&['d', 'h', 's']) => Self::Whole,
            () if has(&['m']) => Self::Month,
            () if has(&['y', 'e']) => Self::Year,
            () => Self::Whole,
        }
    }

    /// What a cell of this format says to people.
    pub(super) fn of_value(self, cell: Cell) -> Cell {
        match (self, cell) {
            (Self::Month, Cell::Moment(moment)) => Cell::Moment(cut(moment, "2021-02".len())),
            (Self::Year, Cell::Moment(moment)) => Cell::Moment(cut(moment, "2021".len())),
            (Self::Digits(digits), Cell::Number(number)) if number.bytes().all(|b| b.is_ascii_digit()) => {
                Cell::Number(format!("{number:0>digits$}"))
            }
            (_, cell) => cell,
        }
    }
}

fn cut(mut moment: String, len: usize) -> String {
    if moment.is_char_boundary(len) {
        moment.truncate(len);
    }
    moment
}

/// The letters of a format that stand for something: no quoted, escaped or bracketed ones, of the first section alone.
fn letters(code: &str) -> Vec<char> {
    let mut found = Vec::new();
    let (mut quoted, mut bracketed) = (false, false);
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => {}
            '\\' | '_' | '*' => drop(chars.next()),
            ';' => break,
            c => found.push(c.to_ascii_lowercase()),
        }
    }
    found
}

/// What a cell holds; refused when it is longer than a cell can be.
pub(super) fn value(value: &DataRef<'_>, formula: bool) -> Result<Cell, BadWorkbook> {
    Ok(match value {
        DataRef::String(text) => Cell::of(fitting(text)?),
        DataRef::SharedString(text) => Cell::of(fitting(text)?),
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => Cell::Number(number.to_string()),
        DataRef::Bool(flag) => Cell::Flag(*flag),
        DataRef::DateTime(at) => match moment(at) {
            Some(moment) => Cell::Moment(moment),
            None => Cell::Number(at.as_f64().to_string()),
        },
        DataRef::DateTimeIso(text) => Cell::Moment(fitting(text)?.trim_end_matches("T00:00:00").to_owned()),
        DataRef::DurationIso(_) | DataRef::Error(_) => Cell::Broken,
        DataRef::Empty if formula => Cell::Broken,
        DataRef::Empty => Cell::Blank,
    })
}

fn fitting(text: &str) -> Result<String, BadWorkbook> {
    let fits = text.len() <= MAX_TEXT || text.encode_utf16().nth(MAX_TEXT).is_none();
    if fits { Ok(text.to_owned()) } else { Err(BadWorkbook::TooLarge) }
}

/// 2026-11-20, or 2026-11-20T10:15: Excel counts days, and a minute is no whole number of them. None for what Excel shows as ####.
fn moment(at: &ExcelDateTime) -> Option<String> {
    if !at.is_datetime() || !(1.0..BEYOND_LAST_DAY).contains(&at.as_f64()) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let small = |n: u8| i8::try_from(n).ok();
    let exact = DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        i32::from(milli) * 1_000_000,
    );
    let at = exact.ok()?.round(Unit::Second).ok()?;
    let (date, time) = (at.date(), at.time());
    Some(match (time.hour(), time.minute(), time.second()) {
        (0, 0, 0) => date.to_string(),
        (hour, minute, 0) => format!("{date}T{hour:02}:{minute:02}"),
        (hour, minute, second) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn a_format_shows_a_day_a_month_or_a_year() {
        for (code, shown) in [
            ("yyyy/m/d", Shown::Whole),
            ("[$-411]ge.m.d;@", Shown::Whole),
            ("yyyy/m/d h:mm", Shown::Whole),
            ("h:mm", Shown::Whole),
            ("mm:ss", Shown::Whole),
            ("mmm-yy", Shown::Month),
            ("yyyy\"年\"m\"月\"", Shown::Month),
            ("[$-ja-JP]ggge\"年\"m\"月\";@", Shown::Month),
            ("[Red]yyyy\\dm", Shown::Month),
            ("yyyy", Shown::Year),
            ("yyyy\"d\"_d", Shown::Year),
            ("000000000000", Shown::Digits(12)),
            ("0000\\-0000-0000", Shown::Digits(12)),
            ("0.00", Shown::Whole),
            ("0", Shown::Whole),
        ] {
            assert_eq!(Shown::by_code(code), shown, "{code}");
        }
        let moment = |text: &str| Cell::Moment(text.to_owned());
        assert!(Shown::Month.of_value(moment("2021-02-01")) == moment("2021-02"));
        assert!(Shown::Year.of_value(moment("漢字")) == moment("漢字"));
        let number = |text: &str| Cell::Number(text.to_owned());
        assert!(Shown::Digits(12).of_value(number("12345678903")) == number("012345678903"));
        assert!(Shown::Digits(2).of_value(number("0.5")) == number("0.5"));
    }

    #[test]
    fn a_day_that_excel_cannot_show_is_a_number() {
        let at = |serial: f64, is_1904| moment(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904));
        assert_eq!(at(2_958_465.0, false).as_deref(), Some("9999-12-31"));
        assert_eq!(at(2_957_003.0, true).as_deref(), Some("9999-12-31"));
        for beyond in [0.0, -5.0, 2_958_466.0, 19_800_302.0, 123_456_789_018.0, f64::NAN, f64::INFINITY] {
            assert_eq!(at(beyond, false), None, "{beyond}");
        }
        assert_eq!(at(29_282.0, false).as_deref(), Some("1980-03-02"));
    }

    #[test]
    fn a_text_is_as_long_as_excel_takes_it() {
        let long = "髙".repeat(MAX_TEXT);
        assert!(fitting(&long).is_ok());
        assert_eq!(fitting(&(long + "a")), Err(BadWorkbook::TooLarge));
    }
}
