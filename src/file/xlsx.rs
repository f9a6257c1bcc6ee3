//! XLSX: the cells of one sheet of a workbook within bounds, and every other text in it. What the cells mean is not known here.
//!
//! calamine reads the cells one after another and no range is ever allocated: a far corner costs nothing. What it reads is unpacked
//! and bounded beforehand and packed again by our own writer, so that no archive is read in two ways.

use super::cell::Cell;
use super::zip::{self, Archive, BadZip, Entry, Limits, Part};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::Unit;
use jiff::civil::DateTime;
use quick_xml::events::Event;
use std::io::Cursor;

/// The largest workbook, packed.
pub const MAX_BYTES: u64 = 32 << 20;
/// The most rows of one sheet; a longer table is a CSV file.
pub const MAX_ROWS: usize = 20_000;
/// The most columns.
pub const MAX_COLUMNS: u32 = 1_024;
/// The most shared strings.
const MAX_STRINGS: usize = 1_000_000;

/// シート.
#[derive(Debug)]
pub struct Sheet {
    /// Its rows that hold something, in order.
    pub rows: Vec<SheetRow>,
}

/// シートの行.
#[derive(Debug)]
pub struct SheetRow {
    /// Its number, from 1.
    pub number: u64,
    /// Its cells from column A on.
    pub cells: Vec<Cell>,
    /// Whether cells of it are merged.
    pub merged: bool,
}

/// ほかの場所: where a text of the workbook stands that is no cell of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// A cell of another sheet, hidden or not, in this row (from 1).
    OtherSheet(u64),
    /// A comment, on this row where that is known.
    Comment(u64),
    /// A text box or shape.
    Drawing,
    /// The name of a sheet.
    Name,
}

/// 読めないブック.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadWorkbook {
    /// Sealed with a password.
    Encrypted,
    /// .xls, .xlsb or .xlsm whatever the file is called.
    OtherKind,
    /// No workbook, damaged, or packed beyond reason.
    Damaged(&'static str),
    /// No sheet of that name, or no sheet that can be seen.
    NoSheet,
    /// More rows than [`MAX_ROWS`].
    TooManyRows,
    /// Something stands beyond [`MAX_COLUMNS`]: in this row, and this column (from 0).
    TooWide(u64, usize),
}

impl From<BadZip> for BadWorkbook {
    fn from(bad: BadZip) -> Self {
        match bad {
            BadZip::Encrypted => Self::Encrypted,
            bad => Self::Damaged(bad.reason()),
        }
    }
}

impl From<XlsxError> for BadWorkbook {
    // Its words would quote the file.
    fn from(_: XlsxError) -> Self {
        Self::Damaged(BadZip::Damaged.reason())
    }
}

/// Reads the first visible sheet, or the one of this name. Every text that is no cell of it is handed to `elsewhere`.
pub fn read(bytes: &[u8], wanted: Option<&str>, elsewhere: &mut dyn FnMut(Elsewhere, &str)) -> Result<Sheet, BadWorkbook> {
    let entries = unpacked(bytes)?;
    for entry in &entries {
        let name = entry.name.to_ascii_lowercase();
        if name.starts_with("xl/") && (name.contains("comment") || name.starts_with("xl/drawings/")) {
            notes(&entry.bytes, elsewhere);
        }
    }
    if !entries.iter().all(|entry| placed(&entry.bytes)) {
        return Err(BadWorkbook::Damaged(BadZip::Damaged.reason()));
    }
    let mut archive = Archive::new();
    for entry in entries {
        archive.add(&Part::stored(&entry.name, entry.bytes));
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(archive.finish()))?;
    let sheets: Vec<_> = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect();
    let chosen = match wanted {
        Some(name) => sheets.iter().position(|sheet| sheet.name == name),
        None => sheets.iter().position(|sheet| sheet.visible == SheetVisible::Visible),
    };
    let chosen = chosen.ok_or(BadWorkbook::NoSheet)?;
    for (index, sheet) in sheets.iter().enumerate() {
        elsewhere(Elsewhere::Name, &sheet.name);
        if index != chosen {
            let mut cells = book.worksheet_cells_reader(&sheet.name)?;
            while let Some(cell) = cells.next_cell()? {
                let at = Elsewhere::OtherSheet(u64::from(cell.get_position().0) + 1);
                elsewhere(at, value(cell.get_value(), false).text());
            }
        }
    }
    let mut rows = rows(&mut book, &sheets[chosen].name)?;
    let merged = book.merge_cells_by_sheet_name(&sheets[chosen].name)?;
    mark_merged(&mut rows, merged.iter().map(|area| (area.start, area.end)));
    Ok(Sheet { rows })
}

/// The parts of the workbook, within bounds.
fn unpacked(bytes: &[u8]) -> Result<Vec<Entry>, BadWorkbook> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        let sealed = cfb::CompoundFile::open(Cursor::new(bytes)).is_ok_and(|file| file.exists("/EncryptedPackage"));
        return Err(if sealed { BadWorkbook::Encrypted } else { BadWorkbook::OtherKind });
    }
    let entries = zip::read(bytes, &Limits::WORD)?;
    let has = |name: &str| entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name));
    if has("xl/vbaProject.bin") || has("xl/workbook.bin") {
        return Err(BadWorkbook::OtherKind);
    }
    if !has("xl/workbook.xml") {
        return Err(BadWorkbook::Damaged(BadZip::NotZip.reason()));
    }
    let strings = entries.iter().filter(|entry| entry.name.to_ascii_lowercase().ends_with("sharedstrings.xml"));
    let count: usize = strings.map(|entry| entry.bytes.windows(3).filter(|at| at == b"<si").count()).sum();
    if count > MAX_STRINGS {
        return Err(BadWorkbook::Damaged(BadZip::TooLarge.reason()));
    }
    Ok(entries)
}

fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Result<Vec<SheetRow>, BadWorkbook> {
    let mut rows: Vec<SheetRow> = Vec::new();
    let mut reader = book.worksheet_cells_reader(sheet)?;
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        let cell = value(&record.value, record.formula.is_some());
        if cell.is_blank() {
            continue;
        }
        let (row, column) = record.pos;
        let number = u64::from(row) + 1;
        if column >= MAX_COLUMNS {
            return Err(BadWorkbook::TooWide(number, column as usize));
        }
        let begins = rows.last().is_none_or(|last| last.number < number);
        if begins {
            if rows.len() == MAX_ROWS {
                return Err(BadWorkbook::TooManyRows);
            }
            rows.push(SheetRow { number, cells: Vec::new(), merged: false });
        }
        match rows.last_mut().filter(|last| last.number == number && last.cells.len() <= column as usize) {
            Some(last) => {
                last.cells.resize(column as usize, Cell::Blank);
                last.cells.push(cell);
            }
            // Rows and cells stand in order, each once; Excel repairs what doesn't, and nobody knows how.
            None => return Err(BadWorkbook::Damaged(BadZip::Damaged.reason())),
        }
    }
    Ok(rows)
}

fn value(value: &DataRef<'_>, formula: bool) -> Cell {
    match value {
        DataRef::String(text) => Cell::of(text.clone()),
        DataRef::SharedString(text) => Cell::of((*text).to_owned()),
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => Cell::Number(number.to_string()),
        DataRef::Bool(flag) => Cell::Flag(*flag),
        DataRef::DateTime(at) => match moment(at) {
            Some(moment) => Cell::Moment(moment),
            None => Cell::Number(at.as_f64().to_string()),
        },
        DataRef::DateTimeIso(text) => Cell::Moment(text.trim_end_matches("T00:00:00").to_owned()),
        DataRef::DurationIso(_) | DataRef::Error(_) => Cell::Broken,
        DataRef::Empty if formula => Cell::Broken,
        DataRef::Empty => Cell::Blank,
    }
}

/// 2026-11-20, or 2026-11-20T10:15: Excel counts days, and a minute is no whole number of them.
fn moment(at: &calamine::ExcelDateTime) -> Option<String> {
    if !at.is_datetime() || at.as_f64() < 1.0 {
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

/// Marks the rows that merged areas touch; an area of one cell merges nothing.
fn mark_merged(rows: &mut [SheetRow], areas: impl Iterator<Item = ((u32, u32), (u32, u32))>) {
    let mut changes = vec![0i64; rows.len() + 1];
    for (start, end) in areas.filter(|(start, end)| start != end) {
        let before = |row: u64| rows.partition_point(|own| own.number < row);
        let (from, to) = (before(u64::from(start.0) + 1), before(u64::from(end.0) + 2));
        if from < to {
            changes[from] += 1;
            changes[to] -= 1;
        }
    }
    let mut open = 0;
    for (row, change) in rows.iter_mut().zip(changes) {
        open += change;
        row.merged = open > 0;
    }
}

/// Whether every place that a part names is one that a sheet can have. calamine counts letters and digits without an end, so that a
/// long name comes round to another cell (found by fuzzing), and takes the end of an area from its beginning whichever is larger.
/// Every part is looked at: which of them are sheets, and how much of a broken one, is calamine's to say.
fn placed(xml: &[u8]) -> bool {
    let mut reader = quick_xml::Reader::from_reader(xml);
    // As calamine reads: an end tag of another name stops nothing.
    reader.config_mut().check_end_names = false;
    while let Ok(event) = reader.read_event() {
        let start = match &event {
            Event::Start(start) | Event::Empty(start) => start,
            Event::Eof => break,
            _ => continue,
        };
        if matches!(start.local_name().as_ref(), b"c" | b"row" | b"f" | b"mergeCell" | b"dimension") {
            let mut attributes = start.attributes();
            let places = attributes.with_checks(false).flatten().filter(|a| matches!(a.key.as_ref(), b"r" | b"ref"));
            if !places.into_iter().all(|place| is_area(&place.value)) {
                return false;
            }
        }
    }
    true
}

/// B2, or B2:C9 from the upper left to the lower right; a row alone is one too.
fn is_area(text: &[u8]) -> bool {
    let corners: Option<Vec<(u32, u32)>> = text.split(|b| *b == b':').map(corner).collect();
    corners.is_some_and(|corners| match corners[..] {
        [_] => true,
        [(left, top), (right, bottom)] => left <= right && top <= bottom,
        _ => false,
    })
}

/// At most three letters, then at most seven digits.
fn corner(text: &[u8]) -> Option<(u32, u32)> {
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (letters, digits) = text.split_at(letters);
    let fits = letters.len() <= 3 && (1..=7).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    fits.then_some(())?;
    let column = letters.iter().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (row > 0).then_some((column, row))
}

/// The texts of comments and shapes, each whole.
fn notes(xml: &[u8], tell: &mut dyn FnMut(Elsewhere, &str)) {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut text, mut at) = (String::new(), Elsewhere::Drawing);
    let row = |cell: &str| cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or(0);
    // What is damaged behind some point was read up to it; the cells decide whether the workbook can be read.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) if matches!(start.local_name().as_ref(), b"comment" | b"threadedComment") => {
                let cell = start.try_get_attribute("ref").ok().flatten();
                at = Elsewhere::Comment(cell.map_or(0, |cell| row(&String::from_utf8_lossy(&cell.value))));
            }
            Event::Text(part) => text.push_str(&String::from_utf8_lossy(&part)),
            Event::CData(part) => text.push_str(&String::from_utf8_lossy(&part)),
            Event::GeneralRef(entity) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    text.push(c);
                }
            }
            Event::End(end) if matches!(end.local_name().as_ref(), b"comment" | b"threadedComment" | b"p") => {
                tell(at, &std::mem::take(&mut text));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    tell(at, &text);
}
