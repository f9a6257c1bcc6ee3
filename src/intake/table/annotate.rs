//! 誤りを示した写し: the rows of a table once more, its faulty cells coloured and commented, for the clerk to mend.
//!
//! Everything is text in it, so that it may be given to fukan again. A cell that holds a My Number is left out: every cell is looked
//! through as it is drawn, whatever was told of its row. As text, and without what is left out, a fault would look mended: such a cell
//! begins with [`TO_MEND`], and is refused until somebody mends it.

use super::super::fields::field;
use super::super::my_number;
use super::super::node::Node;
use super::cells;
use super::form::{blank_workbook, for_paper, heading_look, text_look, width};
use super::headings::{Column, meanings, named};
use crate::base::{Code, Fault, Field, code};
use crate::file::cell::{Cell, TO_MEND};
use crate::notice::Catalogue;
use rust_xlsxwriter::{Color, Format, Note, Workbook, Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Which fault.
    pub code: Code,
    /// How grave.
    pub weight: Weight,
    /// What is wrong and what to do.
    pub text: String,
}

/// What is wrong with a cell that is no text, and would be nothing in a copy that is.
const OF_CELLS: [Code; 3] = [code::CELL_NUMBER, code::CELL_MOMENT, code::CELL_BROKEN];
/// What is wrong with a row as it lies in its file, and would be nothing in the copy.
const OF_ROWS: [Code; 6] = [code::CELLS_MERGED, code::QUOTES, code::ENCODING, code::ROW_CUT, code::ROW_ENDLESS, code::TOO_LONG];

/// Excel takes no longer text in a cell.
const LONGEST: usize = 32_000;

/// The copy as a workbook; `number` is what is said at a cell whose My Number is left out.
pub fn annotated(rows: Raw, marks: Vec<Mark>, number: &str, catalogue: &Catalogue) -> Result<Vec<u8>, Fault> {
    drawn(rows, marks, number, catalogue).map_err(|_| Fault::new(code::OURS))
}

fn drawn(mut rows: Raw, marks: Vec<Mark>, number: &str, catalogue: &Catalogue) -> Result<Vec<u8>, XlsxError> {
    let heading = rows.iter().find(|(_, cells)| !cells.iter().all(Cell::is_blank));
    let first = heading.map(|(number, _)| *number);
    let mut columns = heading.map(|(_, cells)| meanings(cells, catalogue)).unwrap_or_default();
    columns.resize(rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0), Column::Bare);
    let columns = columns.into_iter().enumerate().map(|(index, column)| (column, named(column, index, catalogue)));
    let columns: Vec<(Column, Field)> = columns.collect();
    let mut told: BTreeMap<(u64, usize), Vec<Mark>> = BTreeMap::new();
    let mut rows_to_mend = BTreeSet::new();
    for mark in marks {
        let column = mark.column.or_else(|| position(&columns, mark.field.as_ref()?));
        rows_to_mend.extend((mark.field.is_none() && OF_ROWS.contains(&mark.code)).then_some(mark.row));
        // What is told of a row as a whole stands at its first cell.
        told.entry((mark.row, column.unwrap_or(0))).or_default().push(mark);
    }
    mark_cells(&mut rows, &told);
    for (row, column) in leave_numbers_out(&mut rows, first, &columns, catalogue) {
        let mark = Mark {
            row,
            field: None,
            column: Some(column),
            code: code::MY_NUMBER,
            weight: Weight::Error,
            text: number.to_owned(),
        };
        told.entry((row, column)).or_default().push(mark);
    }
    for (_, cells) in rows.iter_mut().filter(|(number, _)| rows_to_mend.contains(number)) {
        cells.resize(columns.len(), Cell::Blank);
        cells.push(Cell::Text(TO_MEND.to_owned()));
    }
    let mut book: Workbook = blank_workbook()?;
    let sheet = book.add_worksheet();
    for (index, name) in columns.iter().map(|(_, field)| &*field.ja).chain([""]).enumerate() {
        // Blank cells are text too: what is typed into them keeps its zeros.
        sheet.set_column_format(at(index)?, &text_look())?.set_column_width(at(index)?, width(name))?;
    }
    let id = position(&columns, &field("id"));
    for (number, cells) in &rows {
        let is_heading = Some(*number) == first;
        let look = if is_heading { heading_look() } else { text_look() };
        let worst = told.range((*number, 0)..=(*number, usize::MAX)).flat_map(|(_, marks)| weight(marks)).max();
        for (column, cell) in cells.iter().enumerate() {
            let own = told.get(&(*number, column)).and_then(|marks| weight(marks)).filter(|_| Some(column) != id || is_heading);
            // 照会番号 of a row is coloured with the row, so that it is found; what is to be mended always is.
            let own = own.or(worst.filter(|_| Some(column) == id && !is_heading || cell.is_to_mend()));
            if !cell.is_blank() {
                sheet.write_string_with_format(row(*number)?, at(column)?, cell.text(), &coloured(look.clone(), own))?;
            } else if own.is_some() {
                sheet.write_blank(row(*number)?, at(column)?, &coloured(look.clone(), own))?;
            }
        }
    }
    for ((number, column), marks) in &told {
        comment(sheet, row(*number)?, at(*column)?, marks, &rows)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    for_paper(sheet)?;
    book.save_to_buffer()
}

/// Cells that are no text keep what can be read of them, behind the mark.
fn mark_cells(rows: &mut Raw, told: &BTreeMap<(u64, usize), Vec<Mark>>) {
    for (row, cells) in rows {
        for (index, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| !matches!(cell, Cell::Blank | Cell::Text(_))) {
            let marks = told.get(&(*row, index)).map_or(&[][..], Vec::as_slice);
            let is_broken = *cell == Cell::Broken;
            if marks.iter().any(|mark| is_broken || OF_CELLS.contains(&mark.code)) {
                *cell = Cell::Text(format!("{TO_MEND} {}", cell.text()).trim_end().to_owned());
            }
        }
    }
}

/// Every cell as it is drawn, marked where it holds a My Number; tells which those are.
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
            *cell = if stops { Cell::Text(TO_MEND.to_owned()) } else { shown };
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

/// The comment at a cell; colour too for one beyond the cells of its row.
fn comment(sheet: &mut Worksheet, row: u32, column: u16, marks: &[Mark], rows: &Raw) -> Result<(), XlsxError> {
    let cells = rows.iter().find(|(number, _)| *number == u64::from(row) + 1).map_or(0, |(_, cells)| cells.len());
    if usize::from(column) >= cells {
        sheet.write_blank(row, column, &coloured(text_look(), weight(marks)))?;
    }
    let text = marks.iter().map(|mark| mark.text.as_str()).collect::<Vec<_>>().join("\n\n");
    sheet.insert_note(
        row,
        column,
        &Note::new(text).add_author_prefix(false).set_author("fukan").set_width(360).set_height(160),
    )?;
    Ok(())
}

fn weight(marks: &[Mark]) -> Option<Weight> {
    marks.iter().map(|mark| mark.weight).max()
}

fn coloured(look: Format, weight: Option<Weight>) -> Format {
    match weight {
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
