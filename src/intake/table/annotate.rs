//! 誤りを示した写し: the rows of a table once more, its faulty cells coloured and commented, for the clerk to mend.
//!
//! Everything is text in it, so that it may be given to fukan again. A cell that holds a My Number is left out.

use super::form::{blank_workbook, heading_look, text_look};
use super::headings::{Column, Columns, of};
use crate::base::{Fault, Field, code};
use crate::file::cell::Cell;
use crate::notice::Catalogue;
use rust_xlsxwriter::{Color, Format, Note, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// 表の写し: rows by their number, as they stand.
pub type Raw = Vec<(u64, Vec<Cell>)>;

/// 重さ of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// 警告
    Warning,
    /// 保留
    Hold,
    /// エラー
    Error,
}

/// 印: what is said of one cell.
pub struct Mark {
    /// Its row.
    pub row: u64,
    /// Its column, by our own name for what it holds.
    pub field: Option<Field>,
    /// Its column, from 0, where it has no such name.
    pub column: Option<usize>,
    /// How grave.
    pub weight: Weight,
    /// Whether the cell itself must not be copied.
    pub hidden: bool,
    /// What is wrong and what to do.
    pub text: String,
}

/// Excel takes no longer text in a cell.
const LONGEST: usize = 32_000;

/// The copy as a workbook.
pub fn annotated(rows: &Raw, marks: Vec<Mark>, catalogue: &Catalogue) -> Result<Vec<u8>, Fault> {
    drawn(rows, marks, catalogue).map_err(|_| Fault::new(code::OURS))
}

fn drawn(rows: &Raw, marks: Vec<Mark>, catalogue: &Catalogue) -> Result<Vec<u8>, XlsxError> {
    let heading = rows.iter().find(|(_, cells)| !cells.iter().all(Cell::is_blank));
    let columns = heading.and_then(|(number, cells)| Columns::read(cells, catalogue, *number).ok());
    let mut told: BTreeMap<(u64, usize), Vec<Mark>> = BTreeMap::new();
    for mark in marks {
        let column = mark.column.or_else(|| position(columns.as_ref(), mark.field.as_ref()?, catalogue));
        told.entry((mark.row, column.unwrap_or(0))).or_default().push(mark);
    }
    let mut book: Workbook = blank_workbook()?;
    let sheet = book.add_worksheet();
    let first = heading.map(|(number, _)| *number);
    for (number, cells) in rows {
        let look = if Some(*number) == first { heading_look() } else { text_look() };
        for (column, cell) in cells.iter().enumerate() {
            let marks = told.get(&(*number, column)).map_or(&[][..], Vec::as_slice);
            let hidden = marks.iter().any(|mark| mark.hidden);
            let text: String = if hidden { String::new() } else { cell.text().chars().take(LONGEST).collect() };
            let look = coloured(look.clone(), marks);
            if !text.is_empty() {
                sheet.write_string_with_format(row(*number)?, at(column)?, text, &look)?;
            }
        }
    }
    for ((number, column), marks) in &told {
        mark_cell(sheet, row(*number)?, at(*column)?, marks, rows)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    book.save_to_buffer()
}

/// Colour for a cell that holds nothing, and the comment for any.
fn mark_cell(sheet: &mut Worksheet, row: u32, column: u16, marks: &[Mark], rows: &Raw) -> Result<(), XlsxError> {
    let cells = rows.iter().find(|(number, _)| *number == u64::from(row) + 1).map(|(_, cells)| cells);
    let blank = cells.and_then(|cells| cells.get(usize::from(column))).is_none_or(|cell| cell.text().is_empty());
    if blank || marks.iter().any(|mark| mark.hidden) {
        sheet.write_blank(row, column, &coloured(text_look(), marks))?;
    }
    let text = marks.iter().map(|mark| mark.text.as_str()).collect::<Vec<_>>().join("\n\n");
    sheet.insert_note(
        row,
        column,
        &Note::new(text).add_author_prefix(false).set_author("fukan").set_width(360).set_height(160),
    )?;
    Ok(())
}

fn coloured(look: Format, marks: &[Mark]) -> Format {
    match marks.iter().map(|mark| mark.weight).max() {
        Some(Weight::Error) => look.set_background_color(Color::RGB(0x00FF_C7CE)),
        Some(Weight::Hold) => look.set_background_color(Color::RGB(0x00FF_D9A0)),
        Some(Weight::Warning) => look.set_background_color(Color::RGB(0x00FF_F2B3)),
        None => look,
    }
}

/// The column of a field; of an answer of several columns, its first.
fn position(columns: Option<&Columns>, field: &Field, catalogue: &Catalogue) -> Option<usize> {
    let named = |column: Column| of(column, catalogue).json.into_owned();
    let columns: Vec<(usize, String)> = columns?.iter().map(|(index, column)| (index, named(column))).collect();
    let inside = format!("{}.", field.json);
    let exact = columns.iter().find(|(_, json)| *json == field.json);
    exact.or_else(|| columns.iter().find(|(_, json)| json.starts_with(&inside))).map(|(index, _)| *index)
}

fn row(number: u64) -> Result<u32, XlsxError> {
    u32::try_from(number.saturating_sub(1)).map_err(|_| XlsxError::RowColumnLimitError)
}

fn at(column: usize) -> Result<u16, XlsxError> {
    u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)
}
