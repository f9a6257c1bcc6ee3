//! 誤りを示した写し: the rows of a table once more, its faulty cells coloured and commented, for the clerk to mend.
//!
//! Everything is text in it, so that it may be given to fukan again. A cell that holds a My Number is left out: every cell is looked
//! through as it is drawn, whatever was told of its row.

use super::super::my_number;
use super::super::node::Node;
use super::cells;
use super::form::{blank_workbook, heading_look, text_look};
use super::headings::{Column, meanings, named};
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
    /// What is wrong and what to do.
    pub text: String,
}

/// Excel takes no longer text in a cell.
const LONGEST: usize = 32_000;

/// The copy as a workbook; `number` is what is said at a cell whose My Number is left out.
pub fn annotated(rows: Raw, marks: Vec<Mark>, number: &str, catalogue: &Catalogue) -> Result<Vec<u8>, Fault> {
    drawn(rows, marks, number, catalogue).map_err(|_| Fault::new(code::OURS))
}

fn drawn(mut rows: Raw, mut marks: Vec<Mark>, number: &str, catalogue: &Catalogue) -> Result<Vec<u8>, XlsxError> {
    let heading = rows.iter().find(|(_, cells)| !cells.iter().all(Cell::is_blank));
    let first = heading.map(|(number, _)| *number);
    let mut columns = heading.map(|(_, cells)| meanings(cells, catalogue)).unwrap_or_default();
    columns.resize(rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0), Column::Bare);
    let columns = columns.into_iter().enumerate().map(|(index, column)| (column, named(column, index, catalogue)));
    let columns: Vec<(Column, Field)> = columns.collect();
    for (row, column) in leave_numbers_out(&mut rows, first, &columns, catalogue) {
        marks.push(Mark { row, field: None, column: Some(column), weight: Weight::Error, text: number.to_owned() });
    }
    let mut told: BTreeMap<(u64, usize), Vec<Mark>> = BTreeMap::new();
    for mark in marks {
        let column = mark.column.or_else(|| position(&columns, mark.field.as_ref()?));
        // What is told of a row as a whole stands at its first cell.
        told.entry((mark.row, column.unwrap_or(0))).or_default().push(mark);
    }
    let mut book: Workbook = blank_workbook()?;
    let sheet = book.add_worksheet();
    for (number, cells) in &rows {
        let look = if Some(*number) == first { heading_look() } else { text_look() };
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
            let marks = told.get(&(*number, column)).map_or(&[][..], Vec::as_slice);
            sheet.write_string_with_format(row(*number)?, at(column)?, cell.text(), &coloured(look.clone(), marks))?;
        }
    }
    for ((number, column), marks) in &told {
        mark_cell(sheet, row(*number)?, at(*column)?, marks, &rows)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    book.save_to_buffer()
}

/// Every cell as it is drawn, blank where it holds a My Number; tells which those are.
fn leave_numbers_out(
    rows: &mut Raw,
    first: Option<u64>,
    columns: &[(Column, Field)],
    catalogue: &Catalogue,
) -> Vec<(u64, usize)> {
    let mut left_out = Vec::new();
    for (row, cells) in rows {
        for (index, (cell, (column, field))) in
            cells.iter_mut().zip(columns).enumerate().filter(|(_, (cell, _))| !cell.is_blank())
        {
            let shown = Cell::of(cell.text().chars().take(LONGEST).collect());
            let stops = |cell: &Cell| match Some(*row) == first {
                true => holds_a_number(cell, Column::Note, "note", catalogue),
                false => holds_a_number(cell, *column, &field.json, catalogue),
            };
            let stops = stops(cell) || stops(&shown);
            *cell = if stops { Cell::Blank } else { shown };
            left_out.extend(stops.then_some((*row, index)));
        }
    }
    left_out
}

/// Whether the check stops at this cell in this column, taken as a whole or in the parts that it is read as.
fn holds_a_number(cell: &Cell, column: Column, path: &str, catalogue: &Catalogue) -> bool {
    let stops = |node: Node| !my_number::inspect_at(path, node, catalogue).0.is_empty();
    stops(Node::Text(cell.text().to_owned())) || cells::read(cell, column, catalogue).0.is_some_and(stops)
}

/// Colour for a cell that holds nothing, and the comment for any.
fn mark_cell(sheet: &mut Worksheet, row: u32, column: u16, marks: &[Mark], rows: &Raw) -> Result<(), XlsxError> {
    let cells = rows.iter().find(|(number, _)| *number == u64::from(row) + 1).map(|(_, cells)| cells);
    if cells.and_then(|cells| cells.get(usize::from(column))).is_none_or(Cell::is_blank) {
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
fn position(columns: &[(Column, Field)], field: &Field) -> Option<usize> {
    let inside = format!("{}.", field.json);
    let exact = columns.iter().position(|(_, own)| own.json == field.json);
    exact.or_else(|| columns.iter().position(|(_, own)| own.json.starts_with(&inside)))
}

fn row(number: u64) -> Result<u32, XlsxError> {
    u32::try_from(number.saturating_sub(1)).map_err(|_| XlsxError::RowColumnLimitError)
}

fn at(column: usize) -> Result<u16, XlsxError> {
    u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)
}
