//! 入力ファイル: cases one by one, and each again by its place. Read twice, kept never (DESIGN section 5).

mod json;
mod lines;
mod top;

pub(super) use json::form_code;

use super::node::Node;
use super::table::{InTable, Raw, ReadSheet, SheetTable, Table, TextTable};
use super::walk::Faults;
use crate::base::date::DateTime;
use crate::base::fault::FileName;
use crate::base::{At, Code, Fault, code};
use crate::notice::Catalogue;
use json::{encoding_mark, utf8};
use lines::Lines;
use sha2::{Digest, Sha256};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Arc;
use top::Top;

/// JSON is held in memory up to this size; beyond it the error names NDJSON.
pub const MAX_JSON: u64 = 64 * 1024 * 1024;
/// The longest single record.
pub const MAX_RECORD: u64 = 1024 * 1024;

/// 形式.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An object with `cases`, or an array.
    Json,
    /// One case a line.
    Ndjson,
    /// A table: rows under headings, separated by commas or tabs.
    Csv,
    /// A table in a sheet of a workbook.
    Xlsx,
}

impl Format {
    /// By the file's extension.
    pub fn of(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match extension.as_str() {
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// 記録の位置: where a record stands and what it hashed to. Holds nothing of it.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Byte offset in the file.
    pub offset: u64,
    /// Length in bytes.
    pub len: u64,
    /// Which record.
    pub at: At,
    /// SHA-256 of its bytes; in a table the heading's are part of them.
    pub digest: [u8; 32],
    /// The table it stands in.
    pub(super) table: Option<Box<InTable>>,
}

impl Slice {
    /// Whether it is rows of a table.
    pub fn is_of_table(&self) -> bool {
        self.table.is_some()
    }

    /// The same fault with its row, and under its heading, when the record stands in a table.
    pub fn locate(&self, fault: Fault) -> Fault {
        match &self.table {
            Some(table) => table.places.locate(fault, table.table.columns()),
            None => fault,
        }
    }
}

/// 記録: one record as it was read.
#[derive(Debug)]
pub struct Record {
    /// Where it stands.
    pub slice: Slice,
    /// Its tree, or why it has none.
    pub node: Result<Node, Fault>,
    /// What is wrong with its rows in a table, besides what the tree tells.
    pub form: Faults,
    /// Its rows are not whole: what the tree lacks follows from that.
    pub broken: bool,
}

impl Record {
    /// A record that is a tree or nothing.
    pub(super) fn tree(slice: Slice, node: Result<Node, Fault>) -> Self {
        Self { slice, node, form: Faults::default(), broken: false }
    }
}

/// 入力ファイル, being read.
pub struct Source<'a, R> {
    reader: R,
    name: FileName,
    format: Format,
    catalogue: &'a Catalogue,
    encoding: Option<&'static str>,
    sheet: Option<String>,
    read_sheet: Option<ReadSheet>,
}

impl<'a, R: Read + Seek> Source<'a, R> {
    /// Wraps an open file. The catalogue tells what the headings of a table mean.
    pub fn new(reader: R, name: FileName, format: Format, catalogue: &'a Catalogue) -> Self {
        Self { reader, name, format, catalogue, encoding: None, sheet: None, read_sheet: None }
    }

    /// The same, reading this sheet of a workbook instead of its first visible one.
    pub fn on_sheet(self, sheet: Option<String>) -> Self {
        Self { sheet, ..self }
    }

    /// 文字コード of a table that was read.
    pub fn encoding(&self) -> Option<&'static str> {
        self.encoding
    }

    /// Which sheet of a workbook was read.
    pub fn sheet(&self) -> Option<&ReadSheet> {
        self.read_sheet.as_ref()
    }

    /// [`Source::each_until`] that never breaks off: for tests and benchmarks, which read every record.
    #[doc(hidden)]
    pub fn each(&mut self, begin: impl FnOnce(Option<DateTime>), mut take: impl FnMut(Record)) -> Result<(), Vec<Fault>> {
        self.each_until(begin, |record| {
            take(record);
            ControlFlow::Continue(())
        })
    }

    /// Reads the records in order and hands each to `take`, until that breaks off: no record behind that one is read.
    ///
    /// `begin` is called once with the file's own 記録確認日時 before the first record.
    pub fn each_until(
        &mut self,
        begin: impl FnOnce(Option<DateTime>),
        take: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), Vec<Fault>> {
        let here = |fault: Fault| fault.within(&self.name, At::Byte(0));
        self.reader.seek(SeekFrom::Start(0)).map_err(|_| vec![here(Fault::new(code::FILE_UNREADABLE))])?;
        match self.format {
            Format::Json => self.each_json(begin, take).map_err(|fault| vec![fault]),
            Format::Ndjson => {
                begin(None);
                self.each_line(take).map_err(|fault| vec![fault])
            }
            Format::Csv | Format::Xlsx => {
                begin(None);
                let name = self.name.clone();
                let read = if self.format == Format::Csv { self.each_row(take) } else { self.each_of_sheet(take) };
                read.map_err(|faults| faults.into_iter().map(|f| f.within(&name, At::Byte(0))).collect())
            }
        }
    }

    fn each_row(&mut self, take: impl FnMut(Record) -> ControlFlow<()>) -> Result<(), Vec<Fault>> {
        let encoding = TextTable::encoding(&mut self.reader)?;
        self.encoding = Some(encoding.name());
        let table = Arc::new(TextTable::open(&mut self.reader, encoding, self.catalogue)?);
        table.each_until(&mut self.reader, self.catalogue, take)
    }

    /// Every row of a table as it stands, headings and all.
    pub fn rows(mut self) -> Result<Raw, Vec<Fault>> {
        let raw = match self.format {
            Format::Csv => TextTable::raw(&mut self.reader),
            Format::Xlsx => SheetTable::raw(&mut self.reader, self.sheet.as_deref()),
            Format::Json | Format::Ndjson => Err(vec![Fault::new(code::ONE_TABLE)]),
        };
        raw.map_err(|faults| faults.into_iter().map(|fault| fault.within(&self.name, At::Byte(0))).collect())
    }

    fn each_of_sheet(&mut self, take: impl FnMut(Record) -> ControlFlow<()>) -> Result<(), Vec<Fault>> {
        let table = Arc::new(SheetTable::open(&mut self.reader, self.sheet.as_deref(), self.catalogue)?);
        self.read_sheet = Some(table.read().clone());
        table.each_until(self.catalogue, take)
    }

    /// Reads one record again; refuses one that changed since.
    pub fn again(&mut self, slice: &Slice) -> Result<Node, Fault> {
        let here = |code: Code| Fault::new(code).within(&self.name, slice.at);
        if let Some(InTable { table, .. }) = slice.table.as_deref() {
            let read = match table {
                Table::Text(table) => table.again(&mut self.reader, slice, self.catalogue),
                Table::Sheet(table) => table.again(&mut self.reader, slice, self.catalogue),
            };
            let read = read.ok_or_else(|| here(code::RECORD_CHANGED))?;
            // What was wrong with its rows is wrong whoever asks again.
            return match read.form.faults.into_iter().next() {
                Some(fault) => Err(fault.within(&self.name, slice.at)),
                None => Ok(read.node),
            };
        }
        let mut bytes = vec![0; usize::try_from(slice.len).map_err(|_| here(code::TOO_LONG))?];
        let read = self.reader.seek(SeekFrom::Start(slice.offset)).and_then(|_| self.reader.read_exact(&mut bytes));
        if read.is_err() || <[u8; 32]>::from(Sha256::digest(&bytes)) != slice.digest {
            return Err(here(code::RECORD_CHANGED));
        }
        json::record(&bytes).map_err(here)
    }

    fn each_json(
        &mut self,
        begin: impl FnOnce(Option<DateTime>),
        mut take: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        let name = self.name.clone();
        let here = move |code: Code, at: At| Fault::new(code).within(&name, at);
        let bytes = read_all(&mut self.reader, MAX_JSON).map_err(|code| here(code, At::Byte(0)))?;
        let text = utf8(&bytes).map_err(|(code, byte)| here(code, At::Byte(byte)))?;
        let top: Top<'_> = serde_json::from_str(text).map_err(|error| here(form_code(&error), At::Line(error.line() as u64)))?;
        let base = bytes.as_ptr() as usize;
        let (raw, records_at) = top.open(&self.name)?;
        if raw.is_empty() {
            return Err(here(code::NO_CASES, At::Byte(0)));
        }
        begin(records_at);
        for (index, raw) in raw.iter().enumerate() {
            let bytes = raw.get().as_bytes();
            let slice = Slice {
                offset: (bytes.as_ptr() as usize - base) as u64,
                len: bytes.len() as u64,
                at: At::Case(index as u64 + 1),
                digest: Sha256::digest(bytes).into(),
                table: None,
            };
            if take(self.record(slice, bytes)).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn each_line(&mut self, mut take: impl FnMut(Record) -> ControlFlow<()>) -> Result<(), Fault> {
        let name = self.name.clone();
        let here = move |code: Code, line: u64| Fault::new(code).within(&name, At::Line(line));
        let mut lines = Lines::new(BufReader::with_capacity(64 * 1024, &mut self.reader));
        let mut found = false;
        let mut bytes = Vec::new();
        while let Some(read) = lines.next(&mut bytes).map_err(|_| here(code::FILE_UNREADABLE, 0))? {
            if bytes.iter().all(u8::is_ascii_whitespace) && !read.too_long {
                continue;
            }
            found = true;
            let slice = Slice {
                offset: read.offset,
                len: bytes.len() as u64,
                at: At::Line(read.line),
                digest: Sha256::digest(&bytes).into(),
                table: None,
            };
            let node = match (read.too_long, read.line, encoding_mark(&bytes)) {
                (true, ..) => Err(code::TOO_LONG),
                (_, 1, Some(code)) => Err(code),
                _ => json::record(&bytes),
            };
            let node = node.map_err(|code| here(code, read.line));
            if take(Record::tree(slice, node)).is_break() {
                break;
            }
        }
        if found { Ok(()) } else { Err(here(code::NO_CASES, 1)) }
    }

    fn record(&self, slice: Slice, bytes: &[u8]) -> Record {
        let node = if bytes.len() as u64 > MAX_RECORD { Err(code::TOO_LONG) } else { json::record(bytes) };
        let node = node.map_err(|code| Fault::new(code).within(&self.name, slice.at));
        Record::tree(slice, node)
    }
}

fn read_all(reader: &mut impl Read, limit: u64) -> Result<Vec<u8>, Code> {
    let mut bytes = Vec::new();
    let read = reader.take(limit + 1).read_to_end(&mut bytes).map_err(|_| code::FILE_UNREADABLE)?;
    if read as u64 > limit { Err(code::FILE_TOO_LARGE) } else { Ok(bytes) }
}
