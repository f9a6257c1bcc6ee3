//! Excelの照会ファイル: one sheet of a workbook, held in memory; read again from the file for each case.

use super::super::source::{Record, Slice};
use super::case::{Read, Row};
use super::group::Group;
use super::headings::{Columns, letters};
use super::{Raw, Table};
use crate::base::fault::FileName;
use crate::base::my_number::{Finding, Grammar, scan};
use crate::base::{Arg, At, Code, Fault, Field, code};
use crate::file::cell::Cell;
use crate::file::xlsx::{self, BadWorkbook, Elsewhere, MAX_BYTES, MAX_ROWS, PartKind, Sheet, SheetRow};
use crate::notice::Catalogue;
use sha2::{Digest, Sha256};
use std::io::{Read as _, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Arc;

/// どのシートを読んだか.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSheet {
    /// Its name, unless a My Number is one.
    pub name: Option<String>,
    /// How many other sheets people see.
    pub others: usize,
    /// How many of the rows that were read are hidden.
    pub hidden: usize,
}

/// 読んだシート.
#[derive(Debug)]
pub struct SheetTable {
    read: ReadSheet,
    sheet: Option<String>,
    file: [u8; 32],
    columns: Columns,
    heading: SheetRow,
    rows: Vec<SheetRow>,
}

impl SheetTable {
    /// Reads the first visible sheet, or the one of this name.
    pub fn open(
        reader: &mut (impl std::io::Read + Seek),
        sheet: Option<&str>,
        catalogue: &Catalogue,
    ) -> Result<Self, Vec<Fault>> {
        let bytes = bytes(reader).map_err(|fault| vec![fault])?;
        let Sheet { name, others, hidden, mut rows } = self::sheet(&bytes, sheet)?;
        if rows.is_empty() {
            return Err(vec![Fault::new(code::NO_CASES)]);
        }
        let heading = rows.remove(0);
        if heading.merged {
            return Err(vec![at(code::CELLS_MERGED, heading.number)]);
        }
        let read = ReadSheet {
            name: (!FileName::holds_a_number(&name)).then(|| name.chars().filter(|c| !c.is_control()).collect()),
            others,
            hidden,
        };
        let columns = Columns::read(&heading.cells, catalogue, heading.number).map_err(|mut faults| {
            for fault in faults.iter_mut().filter(|fault| fault.code == code::NO_HEADINGS) {
                fault.args.extend(read.name.as_ref().map(|name| ("sheet", Arg::plain(name))));
            }
            faults
        })?;
        Ok(Self { read, sheet: sheet.map(str::to_owned), file: Sha256::digest(&bytes).into(), columns, heading, rows })
    }

    /// Every row as it stands.
    pub fn raw(reader: &mut (impl std::io::Read + Seek), sheet: Option<&str>) -> Result<Raw, Vec<Fault>> {
        let bytes = bytes(reader).map_err(|fault| vec![fault])?;
        let read = xlsx::read(&bytes, sheet, &mut |_, _| ()).map_err(refusal)?;
        Ok(read.rows.into_iter().map(|row| (row.number, row.cells)).collect())
    }

    /// Which sheet it is.
    pub fn read(&self) -> &ReadSheet {
        &self.read
    }

    /// Its columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Hands every case to `take`, until that breaks off.
    pub fn each_until(
        self: &Arc<Self>,
        catalogue: &Catalogue,
        mut take: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), Vec<Fault>> {
        let begun = begun(&self.heading);
        let mut group: Option<Group> = None;
        let record = |group: Group| group.record(Table::Sheet(Arc::clone(self)), &self.columns, catalogue);
        for (index, row) in self.rows.iter().enumerate() {
            let id = self.columns.id(&row.cells);
            if let Some(whole) = group.take_if(|group| group.ends_before(&id))
                && take(record(whole)).is_break()
            {
                return Ok(());
            }
            let offset = index as u64;
            group.get_or_insert_with(|| Group::new(id, row.number, offset, begun.clone())).add(
                meant(row),
                &written(row),
                offset + 1,
            );
        }
        if self.rows.is_empty() {
            return Err(vec![Fault::new(code::NO_CASES)]);
        }
        let _ = group.map(|whole| take(record(whole)));
        Ok(())
    }

    /// Reads one case again from the file; none when it changed. A file that is the same to the byte is not taken apart again.
    pub fn again(&self, reader: &mut (impl std::io::Read + Seek), slice: &Slice, catalogue: &Catalogue) -> Option<Read> {
        let bytes = bytes(reader).ok()?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) == self.file {
            return self.case(&self.heading, &self.rows, slice, catalogue);
        }
        let rows = sheet(&bytes, self.sheet.as_deref()).ok()?.rows;
        let (heading, rows) = rows.split_first()?;
        self.case(heading, rows, slice, catalogue)
    }

    fn case(&self, heading: &SheetRow, rows: &[SheetRow], slice: &Slice, catalogue: &Catalogue) -> Option<Read> {
        let from = usize::try_from(slice.offset).ok()?;
        let to = from.checked_add(usize::try_from(slice.len).ok()?)?;
        let mut group = Group::new(String::new(), 0, slice.offset, begun(heading));
        rows.get(from..to)?.iter().for_each(|row| group.add(meant(row), &written(row), 0));
        group.again(slice, &self.columns, catalogue)
    }
}

fn bytes(reader: &mut (impl std::io::Read + Seek)) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let read = reader.seek(SeekFrom::Start(0)).and_then(|_| reader.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    match read {
        Err(_) => Err(Fault::new(code::FILE_UNREADABLE)),
        Ok(read) if read as u64 > MAX_BYTES => Err(Fault::new(code::TABLE_TOO_LARGE).with("limit", Arg::count(MAX_ROWS as u64))),
        Ok(_) => Ok(bytes),
    }
}

/// The sheet; a My Number anywhere else in the workbook stops it.
fn sheet(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Vec<Fault>> {
    let mut stops = Vec::new();
    let read = xlsx::read(bytes, wanted, &mut |place, text| {
        // What the program keeps beside the cells has numbers of its own.
        let grammar = if matches!(place, Elsewhere::Part(_)) { Grammar::Numeric } else { Grammar::Free };
        if let Finding::Stop(character) = scan(text, grammar) {
            let (field, row) = outside(place);
            let mut fault = at(code::MY_NUMBER, row).at(field);
            fault.place.character = Some(character);
            stops.push(fault);
        }
    });
    if stops.is_empty() { read.map_err(refusal) } else { Err(stops) }
}

/// What a place outside of the sheet is called, and its row.
fn outside(place: Elsewhere) -> (Field, u64) {
    let named = |ja, json| Field::new(ja, json);
    match place {
        Elsewhere::OtherSheet(sheet, row, column) => {
            let column = letters(column - 1);
            let mut field = named("", "");
            field.ja = format!("{sheet}枚目のシート、{column}列").into();
            field.json = format!("sheet {sheet}, column {column}").into();
            (field, row)
        }
        Elsewhere::Comment(row) => (named("コメント", "comment"), row),
        Elsewhere::Drawing => (named("図形", "drawing"), 0),
        Elsewhere::Name => (named("シート名", "sheet name"), 0),
        Elsewhere::Part(kind) => match kind {
            PartKind::Book => (named("名前の定義", "defined name"), 0),
            PartKind::Sheet(0) => (named("入力規則、ヘッダー又はリンク", "validation, header or link"), 0),
            PartKind::Sheet(row) => (named("数式又はふりがな", "formula or reading"), row),
            PartKind::Strings => (named("表示されない文字列", "text that is not shown"), 0),
            PartKind::Chart => (named("グラフ", "chart"), 0),
            PartKind::Pivot => (named("ピボットテーブル", "pivot table"), 0),
            PartKind::Link => (named("ほかのブックへのリンク", "link to another workbook"), 0),
            PartKind::Properties => (named("プロパティ", "properties"), 0),
            PartKind::Other => (named("ブックのそのほかの部分", "another part of the workbook"), 0),
        },
    }
}

fn refusal(bad: BadWorkbook) -> Vec<Fault> {
    let refuse = |code: Code| vec![Fault::new(code)];
    match bad {
        BadWorkbook::Encrypted => refuse(code::WORKBOOK_SEALED),
        BadWorkbook::OtherKind => refuse(code::WORKBOOK_KIND),
        BadWorkbook::Damaged(why) => vec![Fault::new(code::WORKBOOK).with("why", Arg::ours(why))],
        BadWorkbook::NoSheet => refuse(code::NO_SHEET),
        BadWorkbook::TooManyRows => vec![Fault::new(code::TABLE_TOO_LARGE).with("limit", Arg::count(MAX_ROWS as u64))],
        BadWorkbook::TooLarge => refuse(code::TABLE_TOO_LARGE),
        BadWorkbook::TooWide(row, column) => vec![at(code::ROW_LONG, row).with("column", Arg::plain(letters(column)))],
    }
}

fn at(code: Code, row: u64) -> Fault {
    let mut fault = Fault::new(code);
    fault.place.at = Some(At::Line(row));
    fault
}

fn meant(row: &SheetRow) -> Row {
    Row { number: row.number, cells: row.cells.clone(), flaw: row.merged.then_some(code::CELLS_MERGED) }
}

/// The hash of a record begins with the heading.
fn begun(heading: &SheetRow) -> Sha256 {
    Sha256::new_with_prefix(written(heading))
}

/// One spelling of a row's cells, for its hash.
fn written(row: &SheetRow) -> Vec<u8> {
    let mut out = vec![u8::from(row.merged)];
    for cell in &row.cells {
        let kind = match cell {
            Cell::Blank => b' ',
            Cell::Text(_) => b's',
            Cell::Number(_) => b'#',
            Cell::Moment(_) => b'd',
            Cell::Flag(_) => b'b',
            Cell::Broken => b'!',
        };
        out.push(kind);
        out.extend_from_slice(&(cell.text().len() as u64).to_be_bytes());
        out.extend_from_slice(cell.text().as_bytes());
    }
    out
}
