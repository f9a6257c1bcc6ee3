//! 国民の祝日の一覧: syukujitsu.csv, in the very form in which 内閣府 publishes it, so that nobody has to copy days by hand.

use super::partners::decode;
use crate::base::fault::FileName;
use crate::base::{Arg, At, Fault, code, date};
use crate::notice::holidays::{CutYear, Holidays};
use std::collections::BTreeSet;

/// The list that comes with the program: an excerpt of 内閣府's, checked below against the 国民の祝日に関する法律.
pub const BUILT_IN: &str = include_str!("../../templates/syukujitsu.csv");

/// Reads the list: day and name a row, one row of headings, `#` for remarks. UTF-8 or CP932; every fault is told.
pub fn parse(bytes: &[u8], name: &FileName) -> Result<Holidays, Vec<Fault>> {
    let text = decode(bytes).ok_or_else(|| vec![Fault::new(code::ENCODING).within(name, At::Byte(0))])?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).comment(Some(b'#')).from_reader(text.as_bytes());
    let (mut days, mut faults) = (BTreeSet::new(), Vec::new());
    for (index, row) in reader.records().enumerate() {
        let line = |row: &csv::StringRecord| row.position().map_or(1, csv::Position::line);
        let wrong = |line| Fault::new(code::HOLIDAYS_FORM).within(name, At::Line(line));
        let row = row.map_err(|error| vec![wrong(error.position().map_or(1, csv::Position::line))])?;
        let day = row.get(0).map(date::parse);
        match (day, row.get(1).map(str::trim)) {
            (Some(Ok(day)), Some(named)) if !named.is_empty() && days.insert(day) => {}
            (Some(Err(_)), _) if index == 0 => {}
            // What Excel leaves of a cleared row.
            _ if row.iter().all(|cell| cell.trim().is_empty()) => {}
            _ => faults.push(wrong(line(&row))),
        }
    }
    if days.is_empty() && faults.is_empty() {
        faults.push(Fault::new(code::HOLIDAYS_FORM).within(name, At::Line(1)));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Holidays::new(days).map_err(|cut| {
        let told = |year: &CutYear| {
            let of = Fault::new(code::HOLIDAYS_CUT).with("year", Arg::plain(year.year));
            let mut fault = of.with("count", Arg::count(year.days as u64));
            fault.place.file = Some(name.clone());
            fault
        };
        cut.iter().map(told).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Date, Weekday};
    use std::collections::BTreeMap;

    fn read(text: &str) -> Result<Holidays, Vec<(&'static str, Option<At>)>> {
        parse(text.as_bytes(), &FileName::named("syukujitsu.csv", 1))
            .map_err(|faults| faults.iter().map(|fault| (fault.code.as_str(), fault.place.at)).collect())
    }

    /// What 国民の祝日に関する法律 says, worked out for a year since 2022.
    fn by_law(year: i16) -> BTreeMap<Date, &'static str> {
        let on = |month, day| Date::new(year, month, day).expect("a day");
        let monday = |month, nth| on(month, 1).nth_weekday_of_month(nth, Weekday::Monday).expect("a Monday");
        // The sun's mean way since 1980 (the formula of 海上保安庁水路部 for 1980–2099).
        let equinox = |month, at_1980: f64| {
            let since = f64::from(year - 1980);
            on(month, (at_1980 + 0.242_194 * since - (since / 4.0).floor()).floor() as i8)
        };
        let mut days = BTreeMap::from([
            (on(1, 1), "元日"),
            (monday(1, 2), "成人の日"),
            (on(2, 11), "建国記念の日"),
            (on(2, 23), "天皇誕生日"),
            (equinox(3, 20.8431), "春分の日"),
            (on(4, 29), "昭和の日"),
            (on(5, 3), "憲法記念日"),
            (on(5, 4), "みどりの日"),
            (on(5, 5), "こどもの日"),
            (monday(7, 3), "海の日"),
            (on(8, 11), "山の日"),
            (monday(9, 3), "敬老の日"),
            (equinox(9, 23.2488), "秋分の日"),
            (monday(10, 2), "スポーツの日"),
            (on(11, 3), "文化の日"),
            (on(11, 23), "勤労感謝の日"),
        ]);
        let named: Vec<Date> = days.keys().copied().collect();
        let next = |day: Date| day.tomorrow().expect("a day");
        for sunday in named.iter().filter(|day| day.weekday() == Weekday::Sunday) {
            let mut day = next(*sunday);
            while named.contains(&day) {
                day = next(day);
            }
            days.insert(day, "休日"); // 振替休日
        }
        for day in named.iter().map(|day| next(*day)) {
            if named.contains(&next(day)) && !named.contains(&day) {
                days.insert(day, "休日"); // 国民の休日
            }
        }
        days
    }

    #[test]
    fn the_built_in_list_is_what_the_law_says() {
        let listed: Vec<String> = BUILT_IN.lines().filter(|line| line.starts_with("20")).map(str::to_owned).collect();
        let by_law: Vec<String> = (2024..=2027)
            .flat_map(by_law)
            .map(|(day, name)| format!("{}/{}/{},{name}", day.year(), day.month(), day.day()))
            .collect();
        assert_eq!(listed, by_law);
        assert!(by_law.contains(&"2026/9/22,休日".to_owned()) && by_law.contains(&"2026/5/6,休日".to_owned()));
        let holidays = read(BUILT_IN).expect("our own list");
        let known = |year| holidays.knows(Date::new(year, 6, 1).expect("a day"));
        assert_eq!([2023, 2024, 2027, 2028].map(known), [false, true, true, false]);
        assert!(holidays.contains(jiff::civil::date(2026, 9, 22)) && !holidays.contains(jiff::civil::date(2026, 9, 24)));
    }

    #[test]
    fn the_published_file_is_read_as_it_is() {
        // As 内閣府 saves it: CP932, CR LF, back to 1955, when there were nine.
        let rows = BUILT_IN.lines().skip_while(|line| line.starts_with('#')).collect::<Vec<_>>().join("\r\n");
        let published = rows.replacen("\r\n", "\r\n1955/1/1,元日\r\n", 1);
        let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(&published);
        assert_ne!(cp932, published.as_bytes());
        let read = parse(&cp932, &FileName::named("syukujitsu.csv", 1));
        let knows = |year| read.as_ref().map(|holidays| holidays.knows(jiff::civil::date(year, 1, 1)));
        assert_eq!([1955, 2024, 2027].map(|year| knows(year).expect("read")), [false, true, true]);
    }

    #[test]
    fn faults_name_their_line_or_year() {
        let line = |n| ("FK-1210", Some(At::Line(n)));
        assert_eq!(read(""), Err(vec![line(1)]));
        assert_eq!(read("日,名\n"), Err(vec![line(1)]));
        assert_eq!(read("日,名\n2026/2/30,元日\n2026/1/1\n2026/1/1,\n,\n"), Err(vec![line(2), line(3), line(4)]));
        assert_eq!(read(&format!("{BUILT_IN}2027/11/23,勤労感謝の日\n")), Err(vec![line(79)]));
        let without =
            |year: &str| BUILT_IN.lines().filter(|l| !l.starts_with(year)).map(|l| format!("{l}\n")).collect::<String>();
        assert_eq!(read(&without("2025")), Err(vec![("FK-1211", None)]));
        assert_eq!(read(&format!("{BUILT_IN}2028/1/1,元日\n")), Err(vec![("FK-1211", None)]));
        assert!(read(&without("2024")).is_ok());
    }
}
