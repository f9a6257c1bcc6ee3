//! CSVの照会ファイル: read row by row, a case at a time. Memory does not grow with the file.

use super::super::source::{MAX_RECORD, Record, Slice};
use super::case::{Read, Row};
use super::group::Group;
use super::headings::Columns;
use super::{Raw, Table};
use crate::base::{Arg, At, Code, Fault, code};
use crate::file::cell::Cell;
use crate::file::csv::{self, Flaw, Form, Rows};
use crate::file::encoding::{Encoding, detect};
use crate::file::xlsx::MAX_ROWS;
use crate::notice::Catalogue;
use sha2::{Digest, Sha256};
use std::io::{BufReader, Read as _, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Arc;

/// 表の形: what was found out about a file before its first case.
#[derive(Debug)]
pub struct TextTable {
    form: Form,
    columns: Columns,
    /// Where the heading stands, and its bytes: they are part of every record's hash.
    heading: (u64, u64),
    /// Where the rows begin, and the number of the first.
    rows: (u64, u64),
}

impl TextTable {
    /// 文字コード of a file.
    pub fn encoding(reader: &mut (impl std::io::Read + Seek)) -> Result<Encoding, Vec<Fault>> {
        if is_zip(reader).map_err(|_| at(code::FILE_UNREADABLE, At::Byte(0)))? {
            return Err(at(code::CALLED_CSV, At::Byte(0)));
        }
        let found = detect(reader).map_err(|_| at(code::FILE_UNREADABLE, At::Byte(0)))?;
        found.map_err(|bad| {
            let line = line_of(reader, bad.0).map(At::Line);
            at(code::ENCODING, line.unwrap_or(At::Byte(bad.0)))
        })
    }

    /// Finds delimiter and headings.
    pub fn open(reader: &mut (impl std::io::Read + Seek), encoding: Encoding, catalogue: &Catalogue) -> Result<Self, Vec<Fault>> {
        let (form, heading) = Self::begin(reader, encoding)?;
        if heading.flaw.is_some() {
            return Err(at(code::QUOTES, At::Line(heading.number)));
        }
        let cells = decoded(&heading, encoding).ok_or_else(|| at(code::ENCODING, At::Line(heading.number)))?;
        let columns = Columns::read(&cells, catalogue, heading.number).map_err(|mut faults| {
            let separator = [";", "|"].into_iter().find(|separator| cells.len() == 1 && cells[0].text().contains(separator));
            for fault in faults.iter_mut().filter(|fault| fault.code == code::NO_HEADINGS) {
                fault.args.extend(separator.map(|separator| ("separator", Arg::ours(separator))));
            }
            faults
        })?;
        let rows = (heading.end, heading.number + 1);
        Ok(Self { form, columns, heading: (heading.offset, heading.raw.len() as u64), rows })
    }

    /// The delimiter and the first row that holds something.
    fn begin(reader: &mut (impl std::io::Read + Seek), encoding: Encoding) -> Result<(Form, csv::Row), Vec<Fault>> {
        let unreadable = |_| at(code::FILE_UNREADABLE, At::Byte(0));
        for delimiter in [b',', b'\t'] {
            let form = Form { encoding, delimiter };
            let Some(heading) = heading(reader, form).map_err(unreadable)? else { break };
            let tabs = delimiter == b',' && heading.cells.len() == 1 && heading.raw.contains(&b'\t');
            if !tabs {
                return Ok((form, heading));
            }
        }
        Err(at(code::NO_CASES, At::Byte(0)))
    }

    /// Every row as it stands, as many as a workbook may have.
    pub fn raw(reader: &mut (impl std::io::Read + Seek)) -> Result<Raw, Vec<Fault>> {
        let unreadable = |_| at(code::FILE_UNREADABLE, At::Byte(0));
        let encoding = Self::encoding(reader)?;
        let (form, _) = Self::begin(reader, encoding)?;
        reader.seek(SeekFrom::Start(encoding.mark())).map_err(unreadable)?;
        let mut raw = Raw::new();
        for row in Rows::new(BufReader::new(reader), form, MAX_RECORD as usize, encoding.mark(), 1) {
            let row = row.map_err(unreadable)?;
            if raw.len() > MAX_ROWS {
                let fault = Fault::new(code::TABLE_TOO_LARGE).with("limit", Arg::count(MAX_ROWS as u64));
                return Err(vec![fault]);
            }
            raw.push((row.number, decoded(&row, encoding).unwrap_or_default()));
            if matches!(row.flaw, Some(Flaw::Open | Flaw::TooLong)) {
                break;
            }
        }
        Ok(raw)
    }

    /// Its columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Hands every case to `take`, until that breaks off.
    pub fn each_until(
        self: &Arc<Self>,
        reader: &mut (impl std::io::Read + Seek),
        catalogue: &Catalogue,
        mut take: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), Vec<Fault>> {
        let unreadable = |_| vec![Fault::new(code::FILE_UNREADABLE)];
        let begun = self.begun(reader).map_err(unreadable)?;
        let (offset, number) = self.rows;
        reader.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
        let rows = Rows::new(BufReader::with_capacity(64 * 1024, reader), self.form, MAX_RECORD as usize, offset, number);
        let mut group: Option<Group> = None;
        let mut found = false;
        for raw in rows {
            let raw = raw.map_err(unreadable)?;
            let row = self.row(&raw);
            if row.flaw.is_none() && row.cells.iter().all(Cell::is_blank) {
                continue;
            }
            found = true;
            let id = self.columns.id(&row.cells);
            if let Some(whole) = group.take_if(|group| group.ends_before(&id))
                && take(self.record(whole, catalogue)).is_break()
            {
                return Ok(());
            }
            let stop = row.flaw.filter(|_| matches!(raw.flaw, Some(Flaw::Open | Flaw::TooLong)));
            group.get_or_insert_with(|| Group::new(id, raw.number, raw.offset, begun.clone())).add(row, &raw.raw, raw.end);
            if let Some(code) = stop {
                // What stands behind it can't be told from what stands inside it.
                let _ = group.take().map(|whole| take(self.record(whole, catalogue)));
                return Err(at(code, At::Line(raw.number)));
            }
        }
        let _ = group.map(|whole| take(self.record(whole, catalogue)));
        if found { Ok(()) } else { Err(vec![Fault::new(code::NO_CASES)]) }
    }

    /// Reads one case again; none when it changed.
    pub fn again(&self, reader: &mut (impl std::io::Read + Seek), slice: &Slice, catalogue: &Catalogue) -> Option<Read> {
        let begun = self.begun(reader).ok()?;
        let At::Line(number) = slice.at else { return None };
        reader.seek(SeekFrom::Start(slice.offset)).ok()?;
        let mut bytes = vec![0; usize::try_from(slice.len).ok()?];
        reader.read_exact(&mut bytes).ok()?;
        let rows = Rows::new(bytes.as_slice(), self.form, MAX_RECORD as usize, slice.offset, number);
        let mut group: Option<Group> = None;
        for raw in rows {
            let raw = raw.ok()?;
            let row = self.row(&raw);
            // A row that can't be read has no cells, and is no blank one.
            if row.flaw.is_some() || !row.cells.iter().all(Cell::is_blank) {
                group
                    .get_or_insert_with(|| Group::new(String::new(), raw.number, raw.offset, begun.clone()))
                    .add(row, &raw.raw, raw.end);
            }
        }
        group?.again(slice, &self.columns, catalogue)
    }

    /// The hash of a record begins with the heading.
    fn begun(&self, reader: &mut (impl std::io::Read + Seek)) -> std::io::Result<Sha256> {
        let mut heading = Vec::new();
        reader.seek(SeekFrom::Start(self.heading.0))?;
        reader.take(self.heading.1).read_to_end(&mut heading)?;
        Ok(Sha256::new_with_prefix(&heading))
    }

    fn row(&self, raw: &csv::Row) -> Row {
        let cells = decoded(raw, self.form.encoding);
        let flaw = match raw.flaw {
            Some(Flaw::Stray | Flaw::Open) => Some(code::QUOTES),
            Some(Flaw::TooLong) => Some(code::ROW_ENDLESS),
            None if cells.is_none() => Some(code::ENCODING),
            // Excel leaves out trailing blanks; a file that ends inside a row has lost something.
            None if !raw.ended && raw.cells.len() < self.columns.width() => Some(code::ROW_CUT),
            None => None,
        };
        Row { number: raw.number, cells: cells.unwrap_or_default(), flaw }
    }

    fn record(self: &Arc<Self>, group: Group, catalogue: &Catalogue) -> Record {
        group.record(Table::Text(Arc::clone(self)), &self.columns, catalogue)
    }
}

/// Whether it begins as an archive does, a workbook among them.
fn is_zip(reader: &mut (impl std::io::Read + Seek)) -> std::io::Result<bool> {
    let mut start = Vec::new();
    reader.seek(SeekFrom::Start(0))?;
    reader.take(4).read_to_end(&mut start)?;
    Ok(start == b"PK\x03\x04")
}

/// The line that a byte stands in; none in UTF-16, whose lines have another end.
fn line_of(reader: &mut (impl std::io::Read + Seek), byte: u64) -> Option<u64> {
    reader.seek(SeekFrom::Start(0)).ok()?;
    let (mut line, mut begun) = (1, Vec::new());
    for read in BufReader::new(reader).take(byte).bytes() {
        let read = read.ok()?;
        line += u64::from(read == b'\n');
        if begun.len() < 2 {
            begun.push(read);
        }
    }
    (!matches!(begun.as_slice(), [0xFF, 0xFE] | [0xFE, 0xFF])).then_some(line)
}

fn at(code: Code, at: At) -> Vec<Fault> {
    let mut fault = Fault::new(code);
    fault.place.at = Some(at);
    vec![fault]
}

fn heading(reader: &mut (impl std::io::Read + Seek), form: Form) -> std::io::Result<Option<csv::Row>> {
    let offset = form.encoding.mark();
    reader.seek(SeekFrom::Start(offset))?;
    let mut rows = Rows::new(BufReader::new(reader), form, MAX_RECORD as usize, offset, 1);
    while let Some(row) = rows.next().transpose()? {
        let blank = decoded(&row, form.encoding).is_some_and(|cells| cells.iter().all(Cell::is_blank));
        if !blank || row.flaw.is_some() {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn decoded(row: &csv::Row, encoding: Encoding) -> Option<Vec<Cell>> {
    row.cells.iter().map(|cell| encoding.decode(cell).map(Cell::of)).collect()
}
