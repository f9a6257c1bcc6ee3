//! XLSX: the cells of one sheet of a workbook within bounds, and every other text in it. What the cells mean is not known here.
//!
//! calamine reads the cells one after another and no range is ever allocated: a far corner costs nothing. What it reads is unpacked
//! and bounded beforehand and packed again by our own writer, so that no archive is read in two ways.

mod places;
mod texts;
mod value;

use super::cell::Cell;
use super::opc::{self, Package};
use super::zip::{self, Archive, BadZip, Entry, Limits, Part};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use places::{mark_merged, placed};
use quick_xml::events::Event;
use std::collections::{HashMap, HashSet};
use std::io::Cursor;
pub use texts::PartKind;
use value::{Shown, value};

/// The largest workbook, packed.
pub const MAX_BYTES: u64 = 32 << 20;
/// The most rows of one sheet besides its heading; a longer table is a CSV file.
pub const MAX_ROWS: usize = 20_000;
/// The most columns.
pub const MAX_COLUMNS: u32 = 1_024;
/// The most cells of the sheet, blank ones before the last of a row among them.
const MAX_CELLS: usize = 3_000_000;
/// The most bytes of text in the cells of the sheet; one shared string may stand in all of them.
const MAX_TEXT: usize = 48 << 20;
/// The same for all other sheets together, whose cells are looked through and not kept.
const MAX_OTHER_TEXT: usize = 128 << 20;

/// シート.
#[derive(Debug)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// How many other sheets people see.
    pub others: usize,
    /// How many of its rows are hidden, its heading aside.
    pub hidden: usize,
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
    /// A cell of another sheet: which sheet, row and column, from 1.
    OtherSheet(usize, u64, usize),
    /// A comment, on this row where that is known.
    Comment(u64),
    /// A text box or shape.
    Drawing,
    /// The name of a sheet.
    Name,
    /// Something else that a workbook keeps.
    Part(PartKind),
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
    /// More in its cells, or in one of them, than a table is read with.
    TooLarge,
    /// Something stands beyond [`MAX_COLUMNS`]: in this row, and this column (from 0).
    TooWide(u64, usize),
}

impl From<BadZip> for BadWorkbook {
    fn from(bad: BadZip) -> Self {
        match bad {
            BadZip::Encrypted => Self::Encrypted,
            BadZip::TooLarge => Self::TooLarge,
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
    let package = Package::of(unpacked(bytes)?);
    let parts = sheet_parts(&package);
    let mut shown = HashSet::new();
    let mut hidden = HashMap::new();
    for entry in package.parts() {
        placed(&entry.bytes)?;
        let name = entry.name.to_ascii_lowercase();
        if parts.values().any(|part| *part == name) {
            hidden.insert(name, texts::of_sheet(&entry.bytes, &mut shown));
        }
    }
    for entry in package.parts() {
        let is_sheet = hidden.contains_key(&entry.name.to_ascii_lowercase());
        texts::texts(&entry.name, is_sheet, &entry.bytes, &shown, elsewhere);
    }
    let mut archive = Archive::new();
    for entry in package.into_parts() {
        archive.add(&Part::stored(&entry.name, entry.bytes));
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(archive.finish()))?;
    let sheets: Vec<_> = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect();
    let chosen = match wanted {
        Some(name) => sheets.iter().position(|sheet| sheet.name == name),
        None => sheets.iter().position(|sheet| sheet.visible == SheetVisible::Visible),
    };
    let chosen = chosen.ok_or(BadWorkbook::NoSheet)?;
    let mut left = MAX_OTHER_TEXT;
    for (index, sheet) in sheets.iter().enumerate() {
        elsewhere(Elsewhere::Name, &sheet.name);
        if index != chosen {
            let mut cells = book.worksheet_cells_reader(&sheet.name)?;
            let formats: Vec<Shown> = cells.styles().iter().map(Shown::of).collect();
            while let Some((cell, style)) = cells.next_cell_with_style_id()? {
                let (row, column) = cell.get_position();
                let shown = formats.get(style).copied().unwrap_or(Shown::Whole);
                let cell = shown.of_value(value(cell.get_value(), false)?);
                left = left.checked_sub(cell.text().len()).ok_or(BadWorkbook::TooLarge)?;
                elsewhere(Elsewhere::OtherSheet(index + 1, u64::from(row) + 1, column as usize + 1), cell.text());
            }
        }
    }
    let name = sheets[chosen].name.clone();
    let mut rows = rows(&mut book, &name)?;
    let merged = book.merge_cells_by_sheet_name(&name)?;
    mark_merged(&mut rows, merged.iter().map(|area| (area.start, area.end)));
    let hidden = parts.get(&name).and_then(|part| hidden.get(part));
    let hidden = hidden.map_or(0, |hidden| rows.iter().skip(1).filter(|row| hidden.contains(&row.number)).count());
    let visible = |index: &usize| *index != chosen && sheets[*index].visible == SheetVisible::Visible;
    Ok(Sheet { others: (0..sheets.len()).filter(visible).count(), name, hidden, rows })
}

/// Which part holds a sheet, by the sheet's name.
fn sheet_parts(package: &Package) -> HashMap<String, String> {
    let targets = package.relationships("xl/workbook.xml").unwrap_or_default();
    let part = |id: &str| {
        targets
            .iter()
            .find(|target| target.id == id && target.kind == "worksheet")
            .map(|target| target.target.to_ascii_lowercase())
    };
    let mut reader = quick_xml::Reader::from_reader(package.part("xl/workbook.xml").unwrap_or_default());
    let mut parts = HashMap::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(sheet) | Event::Empty(sheet) if sheet.local_name().as_ref() == b"sheet" => {
                let id = opc::attribute(&sheet, "r:id").and_then(|id| part(&id));
                parts.extend(opc::attribute(&sheet, "name").zip(id));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    parts
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
    Ok(entries)
}

fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Result<Vec<SheetRow>, BadWorkbook> {
    let partly = partly_shown(book, sheet)?;
    let mut rows: Vec<SheetRow> = Vec::new();
    let (mut cells, mut text) = (MAX_CELLS, MAX_TEXT);
    let mut reader = book.worksheet_cells_reader(sheet)?;
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        let shown = partly.get(&record.pos).copied().unwrap_or(Shown::Whole);
        let cell = shown.of_value(value(&record.value, record.formula.is_some())?);
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
            if rows.len() > MAX_ROWS {
                return Err(BadWorkbook::TooManyRows);
            }
            rows.push(SheetRow { number, cells: Vec::new(), merged: false });
        }
        match rows.last_mut().filter(|last| last.number == number && last.cells.len() <= column as usize) {
            Some(last) => {
                let more = column as usize + 1 - last.cells.len();
                cells = cells.checked_sub(more).ok_or(BadWorkbook::TooLarge)?;
                text = text.checked_sub(cell.text().len()).ok_or(BadWorkbook::TooLarge)?;
                last.cells.resize(column as usize, Cell::Blank);
                last.cells.push(cell);
            }
            // Rows and cells stand in order, each once; Excel repairs what doesn't, and nobody knows how.
            None => return Err(BadWorkbook::Damaged(BadZip::Damaged.reason())),
        }
    }
    Ok(rows)
}

/// The cells whose format shows less than they hold, or more. calamine tells the style of a cell or its formula, so that they are two readings.
fn partly_shown(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Result<HashMap<(u32, u32), Shown>, BadWorkbook> {
    let mut partly = HashMap::new();
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let shown: Vec<Shown> = reader.styles().iter().map(Shown::of).collect();
    if shown.iter().all(|shown| *shown == Shown::Whole) {
        return Ok(partly);
    }
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let is_number = !matches!(cell.get_value(), DataRef::Empty | DataRef::SharedString(_) | DataRef::String(_));
        if let Some(shown) = shown.get(style).filter(|shown| is_number && **shown != Shown::Whole) {
            partly.insert(cell.get_position(), *shown);
            if partly.len() > MAX_CELLS {
                return Err(BadWorkbook::TooLarge);
            }
        }
    }
    Ok(partly)
}
