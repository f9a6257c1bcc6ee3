//! 表: rows with Japanese headings become the same tree that JSON gives. CSV streams; a workbook is held.
//!
//! A row is one enrolment period of one candidate; rows of the same 照会番号 are one case; a further row with the same 候補_加入者 and
//! 候補_取得 only adds payments (DESIGN section 5). What is read out of the tree, fingerprints and letters included, is JSON's.

mod annotate;
mod case;
mod cells;
mod form;
mod group;
mod headings;
mod places;
mod sheet;
mod text;

pub use crate::file::cell::Cell;
pub use annotate::{Mark, Raw, Weight, annotated};
pub use form::{form, is_example};
pub use headings::{Column, Columns, Heading, column_of, headings, letters};
pub use sheet::{ReadSheet, SheetTable};
pub use text::TextTable;

use places::Places;
use std::sync::Arc;

/// 表の中の位置: what a record's slice holds when it stands in a table.
#[derive(Clone, Debug)]
pub(super) struct InTable {
    pub(super) table: Table,
    pub(super) places: Places,
}

/// 読んだ表: what pass 1 found out about a file, kept for pass 2.
#[derive(Clone, Debug)]
pub enum Table {
    /// CSV
    Text(Arc<TextTable>),
    /// XLSX
    Sheet(Arc<SheetTable>),
}

impl Table {
    /// Its columns.
    pub fn columns(&self) -> &Columns {
        match self {
            Self::Text(table) => table.columns(),
            Self::Sheet(table) => table.columns(),
        }
    }
}
