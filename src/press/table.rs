//! 表: a table of a wording as Word has it. Fixed widths, rows that stay whole, headings that stay with what they head.

use super::form::{cut, paragraph};
use super::styles::{self, TEXT_WIDTH};
use crate::base::Fault;
use crate::letter::tag::Tag;
use crate::letter::{Cell, Look, Paragraph, Slot, Table, TableRow};
use docx_rs as word;
use word::{TableBorderPosition, WidthType};

/// Lays a table; with room for readings where a name stands in it.
pub(super) fn lay(table: &Table, furigana: bool) -> Result<word::Table, Fault> {
    let sum: u32 = table.widths.iter().sum();
    let mut widths: Vec<usize> = table.widths.iter().map(|w| TEXT_WIDTH * *w as usize / sum.max(1) as usize).collect();
    let short = TEXT_WIDTH - widths.iter().sum::<usize>();
    if let Some(last) = widths.last_mut() {
        *last += short;
    }
    let rows = table.rows.iter().map(|row| lay_row(row, table, &widths, furigana)).collect::<Result<_, _>>()?;
    let borders = BORDERS
        .into_iter()
        .fold(word::TableBorders::new(), |borders, (position, size)| borders.set(word::TableBorder::new(position).size(size)));
    Ok(word::Table::new(rows)
        .set_grid(widths)
        .layout(word::TableLayoutType::Fixed)
        .width(TEXT_WIDTH, WidthType::Dxa)
        .margins(word::TableCellMargins::new().margin(22, 90, 22, 90))
        .set_borders(borders))
}

/// Eighths of a point: a firmer line round the table than in it.
const BORDERS: [(TableBorderPosition, usize); 6] = [
    (TableBorderPosition::Top, 8),
    (TableBorderPosition::Left, 8),
    (TableBorderPosition::Bottom, 8),
    (TableBorderPosition::Right, 8),
    (TableBorderPosition::InsideH, 4),
    (TableBorderPosition::InsideV, 4),
];

/// A line of a table with readings over its words.
const RUBY_LINE: i32 = 380;

const SHADE: &str = "EDEDED";

fn lay_row(row: &TableRow, table: &Table, widths: &[usize], furigana: bool) -> Result<word::TableRow, Fault> {
    let mut column = 0;
    let mut cells = Vec::with_capacity(row.cells.len());
    for cell in &row.cells {
        let width = widths.iter().skip(column).take(cell.span).sum();
        let is_head = row.head || row.divider || column < table.head_columns;
        let is_centred = row.head || (cell.span == 1 && table.centred.contains(&(column + 1)));
        let named = furigana && cut(&cell.text)?.contains(&Tag::Slot(Slot::SubjectName));
        cells.push(lay_cell(cell, width, (is_head, is_centred, named), row)?);
        column += cell.span;
    }
    let laid = word::TableRow::new(cells).cant_split();
    Ok(match row.height {
        Some(mm) => laid.row_height(styles::twips(mm) as f32).height_rule(word::HeightRule::AtLeast),
        None => laid,
    })
}

fn lay_cell(
    cell: &Cell,
    width: usize,
    (is_head, is_centred, named): (bool, bool, bool),
    row: &TableRow,
) -> Result<word::TableCell, Fault> {
    // A cell that is bold as a whole is a label.
    let label =
        cell.text.strip_prefix("**").and_then(|t| t.strip_suffix("**")).filter(|t| !t.contains("**") && !t.contains("{{"));
    let is_head = is_head || label.is_some();
    let look = if is_head { Look::CellHead } else { Look::Cell };
    let text = label.unwrap_or(&cell.text).to_owned();
    let mut laid = paragraph(&Paragraph { look, text })?.keep_next(row.head || row.divider);
    if named {
        laid = laid.line_spacing(word::LineSpacing::new().line(RUBY_LINE).line_rule(word::LineSpacingType::AtLeast));
    }
    if is_centred {
        laid = laid.align(word::AlignmentType::Center);
    }
    let mut out =
        word::TableCell::new().add_paragraph(laid).width(width, WidthType::Dxa).vertical_align(word::VAlignType::Center);
    if cell.span > 1 {
        out = out.grid_span(cell.span);
    }
    Ok(if is_head { out.shading(word::Shading::new().fill(SHADE)) } else { out })
}
