//! 表: headings and rows as CSV (UTF-8 with a BOM, as Excel wants it) or XLSX. Strings stay strings.
//!
//! A CSV cell that a spreadsheet would take for a formula gets an apostrophe before it, and so does one that begins with an apostrophe:
//! taking one apostrophe away from each cell that begins with one gives back what was written. XLSX cells have a type and need none.

use crate::base::{Fault, code};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// 欄.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, whatever it looks like.
    Text(String),
    /// A whole number.
    Number(i64),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Number(n)
    }
}

/// 一覧.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Its name.
    pub name: String,
    /// 見出し.
    pub headings: Vec<String>,
    /// Rows as wide as the headings.
    pub rows: Vec<Vec<Value>>,
    /// 強調: the rows that are shaded in a workbook, each by its place.
    pub shades: BTreeMap<usize, Shade>,
    /// 集計: rows under the others, which a filter leaves alone. Not in CSV.
    pub foot: Vec<Vec<Value>>,
    /// What stands at the left, in the middle and at the right above each printed page.
    pub print_head: Option<[String; 3]>,
}

/// 強調.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Somebody has to look.
    Look,
    /// It did not go through.
    Bad,
}

impl Shade {
    const fn colour(self) -> Color {
        match self {
            Self::Look => Color::RGB(0xFF_F2_CC),
            Self::Bad => Color::RGB(0xF8_CB_AD),
        }
    }
}

/// Excel's longest cell, in UTF-16 units.
const LONGEST: usize = 32_767;

/// One sheet as CSV: every field in quotes, lines end in CRLF (RFC 4180).
pub fn csv(sheet: &Listing) -> Result<Vec<u8>, Fault> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xEF\xBB\xBF".to_vec());
    let written = writer.write_record(&sheet.headings).and_then(|()| {
        sheet.rows.iter().try_for_each(|row| {
            writer.write_record(row.iter().map(|cell| match cell {
                Value::Text(text) => harmless(text),
                Value::Number(n) => n.to_string(),
            }))
        })
    });
    written.map_err(|_| Fault::new(code::OURS))?;
    writer.into_inner().map_err(|_| Fault::new(code::OURS))
}

/// With an apostrophe before what a spreadsheet would calculate, and before an apostrophe.
pub fn harmless(text: &str) -> String {
    let risky = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n' | '\'');
    let first = text.trim_start_matches([' ', '\u{3000}']).chars().next();
    match first.is_some_and(risky) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// What was written, out of a cell of ours.
pub fn written(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// Sheets as one workbook. Made in memory: no temporary file.
pub fn xlsx(sheets: &[Listing]) -> Result<Vec<u8>, Fault> {
    workbook(sheets).map_err(|_| Fault::new(code::OURS))
}

fn workbook(sheets: &[Listing]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The library would write the clock's time.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let heading = Format::new().set_bold();
    let plain = Looks::of(None);
    let shaded = |shade: &Shade| Looks::of(Some(*shade));
    for sheet in sheets {
        let looks: BTreeMap<usize, Looks> = sheet.shades.iter().map(|(row, shade)| (*row, shaded(shade))).collect();
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        printable(page, sheet)?;
        for (column, name) in (0u16..).zip(&sheet.headings) {
            page.write_string_with_format(0, column, name, &heading)?;
            page.set_column_width(column, width(sheet, usize::from(column), name))?;
        }
        for (line, (place, row)) in (1u32..).zip(sheet.rows.iter().enumerate()) {
            write_row(page, line, row, looks.get(&place).unwrap_or(&plain))?;
        }
        let last = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
        for (line, row) in (last + 1..).zip(&sheet.foot) {
            write_row(page, line, row, &plain)?;
        }
        if let Some(columns) = sheet.headings.len().checked_sub(1) {
            page.autofilter(0, 0, last, u16::try_from(columns).unwrap_or(u16::MAX))?;
        }
    }
    book.save_to_buffer()
}

/// 印刷: A4 on its side, as wide as the page, headings on every page.
fn printable(page: &mut Worksheet, sheet: &Listing) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    if let Some(head) = &sheet.print_head {
        let [left, middle, right] = head.each_ref().map(|text| text.replace('&', "&&"));
        page.set_header(format!("&L{left}&C{middle}&R{right}"));
        page.set_footer("&R&P／&N");
    }
    Ok(())
}

fn write_row(page: &mut Worksheet, line: u32, row: &[Value], looks: &Looks) -> Result<(), XlsxError> {
    // Only a last column may be longer than a cell: it goes on to the right.
    let pieces = row.iter().flat_map(|cell| match cell {
        Value::Text(text) => pieces(text),
        Value::Number(_) => vec![""],
    });
    for (column, piece) in (0u16..).zip(pieces) {
        match row.get(usize::from(column)) {
            Some(Value::Number(n)) => page.write_number_with_format(line, column, *n as f64, &looks.number)?,
            _ => page.write_string_with_format(line, column, piece, &looks.text)?,
        };
    }
    Ok(())
}

/// How a row looks: its texts are texts whatever they look like, its numbers can be added up.
struct Looks {
    text: Format,
    number: Format,
}

impl Looks {
    fn of(shade: Option<Shade>) -> Self {
        let look = |form: &str| {
            let look = Format::new().set_num_format(form);
            shade.map_or(look.clone(), |shade| look.set_background_color(shade.colour()))
        };
        Self { text: look("@"), number: look("0") }
    }
}

/// As wide as its first rows, within reason: a full-width character takes two.
fn width(sheet: &Listing, column: usize, heading: &str) -> f64 {
    let cells = sheet.rows.iter().take(200).filter_map(|row| match row.get(column) {
        Some(Value::Text(text)) => Some(units(text)),
        _ => None,
    });
    let widest = cells.max().unwrap_or_default().max(units(heading) + 3);
    f64::from(u16::try_from(widest.clamp(8, 40)).unwrap_or(40)) + 1.0
}

fn units(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// A text in pieces that a cell of Excel holds; one piece at least.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut from, mut units) = (0, 0);
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > LONGEST {
            pieces.push(&text[from..at]);
            (from, units) = (at, c.len_utf16());
        }
    }
    pieces.push(&text[from..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn listing(cells: &[&str]) -> Listing {
        Listing {
            name: "台帳".into(),
            headings: vec!["番号".into(), "内容".into()],
            rows: cells.iter().zip(1..).map(|(cell, n)| vec![Value::Number(n), (*cell).into()]).collect(),
            ..Listing::default()
        }
    }

    #[test]
    fn what_looks_like_a_formula_is_a_text_and_comes_back() {
        for text in ["=1+1", "+81", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A", "\t=1", "\r=1", " =1", "　=1", "'", "'=1"]
        {
            let cell = harmless(text);
            assert!(cell.starts_with('\''), "{text:?}");
            assert_eq!(written(&cell), text);
        }
        for text in ["", "R08-0001", "a=1", "札幌市"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn a_csv_of_excel_has_a_bom_and_keeps_everything_in_quotes() {
        let bytes = csv(&listing(&["=1+1", "a\"b;=1,\n二", "札幌"])).expect("written");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(text, "\u{FEFF}\"番号\",\"内容\"\r\n\"1\",\"'=1+1\"\r\n\"2\",\"a\"\"b;=1,\n二\"\r\n\"3\",\"札幌\"\r\n");
    }

    #[test]
    fn a_text_longer_than_a_cell_goes_on_and_loses_nothing() {
        let long = "𠮷ab".repeat(20_000);
        let pieces = pieces(&long);
        assert_eq!(pieces.concat(), long);
        assert!(pieces.len() == 3 && pieces.iter().all(|piece| piece.encode_utf16().count() <= LONGEST));
        assert_eq!(super::pieces(""), [""]);
        assert_eq!(xlsx(&[listing(&["a"])]), xlsx(&[listing(&["a"])]), "no clock in it");
        assert!(xlsx(&[listing(&[&long, "=1"])]).expect("written").starts_with(b"PK"));
    }

    proptest! {
        #[test]
        fn any_cell_comes_back(cells in prop::collection::vec("\\PC*|[='+@-].*|[ \t\r\n'].*", 1..6)) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let bytes = csv(&listing(&cells)).expect("written");
            let mut reader = csv::Reader::from_reader(&bytes[3..]);
            for (row, cell) in reader.records().zip(&cells) {
                let row = row.expect("a row");
                let found = row.get(1).expect("a cell");
                let calculated = found.trim_start_matches([' ', '　']).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                prop_assert!(!calculated, "a formula");
                prop_assert_eq!(written(found), *cell);
            }
        }
    }
}
