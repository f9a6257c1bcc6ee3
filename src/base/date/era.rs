//! 元号と年度. The eras come from `icu_calendar`.

use super::{BadDate, Date, Month};
use icu_calendar::{Date as IcuDate, Iso, cal::Japanese};

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
    pub(super) const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

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

pub(super) fn gregorian_year(era: Option<Era>, year: i16) -> Result<i16, BadDate> {
    let Some(era) = era else { return Ok(year) };
    // The year in which the era's second year lies, found from the calendar itself.
    let second = IcuDate::try_new_japanese_with_calendar(era.icu(), 2, 1, 1, Japanese::new())
        .map_err(|_| BadDate::Form)?
        .to_calendar(Iso)
        .year()
        .extended_year();
    i16::try_from(second + i32::from(year) - 2).map_err(|_| BadDate::Form)
}

/// 年度: April to March, by the era and year of its December (R08: 2026-04-01 to 2027-03-31). `None` before 明治6年.
pub fn fiscal_year(date: Date) -> Option<EraYear> {
    let year = if date.month() >= 4 { date.year() } else { date.year() - 1 };
    // A fiscal year carries the era of its last days: 令和元年度 began in 平成31年4月.
    let in_it = Date::new(year, 12, 31).ok()?;
    EraYear::of(in_it)
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn fiscal_years() {
        let of = |y, m, d| fiscal_year(date(y, m, d)).map(|f| (f.era.letter(), f.year));
        assert_eq!(of(2026, 11, 22), Some(('R', 8)));
        assert_eq!(of(2027, 3, 31), Some(('R', 8)));
        assert_eq!(of(2027, 4, 1), Some(('R', 9)));
        assert_eq!(of(2019, 4, 1), Some(('R', 1)));
    }
}
