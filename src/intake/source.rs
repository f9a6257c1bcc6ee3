//! 入力ファイル: cases one by one, and each again by its place. Read twice, kept never (DESIGN section 5).

use super::node::Node;
use super::table::{InTable, Raw, SheetTable, Table, TextTable};
use super::walk::Faults;
use crate::base::date::DateTime;
use crate::base::fault::FileName;
use crate::base::{At, Code, Fault, code};
use crate::notice::Catalogue;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Arc;

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
}

impl<'a, R: Read + Seek> Source<'a, R> {
    /// Wraps an open file. The catalogue tells what the headings of a table mean.
    pub fn new(reader: R, name: FileName, format: Format, catalogue: &'a Catalogue) -> Self {
        Self { reader, name, format, catalogue, encoding: None, sheet: None }
    }

    /// The same, reading this sheet of a workbook instead of its first visible one.
    pub fn on_sheet(self, sheet: Option<String>) -> Self {
        Self { sheet, ..self }
    }

    /// 文字コード of a table that was read.
    pub fn encoding(&self) -> Option<&'static str> {
        self.encoding
    }

    /// Reads every record in order and hands each to `take`.
    ///
    /// `begin` is called once with the file's own 記録確認日時 before the first record.
    pub fn each(&mut self, begin: impl FnOnce(Option<DateTime>), mut take: impl FnMut(Record)) -> Result<(), Vec<Fault>> {
        self.each_until(begin, |record| {
            take(record);
            ControlFlow::Continue(())
        })
    }

    /// The same, until `take` breaks off: no record behind that one is read.
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
        parse_record(&bytes).map_err(|(code, _)| here(code))
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
        let mut lines = Lines { reader: BufReader::with_capacity(64 * 1024, &mut self.reader), offset: 0, line: 0 };
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
                _ => parse_record(&bytes).map_err(|(code, _)| code),
            };
            let node = node.map_err(|code| here(code, read.line));
            if take(Record::tree(slice, node)).is_break() {
                break;
            }
        }
        if found { Ok(()) } else { Err(here(code::NO_CASES, 1)) }
    }

    fn record(&self, slice: Slice, bytes: &[u8]) -> Record {
        let node =
            if bytes.len() as u64 > MAX_RECORD { Err(code::TOO_LONG) } else { parse_record(bytes).map_err(|(code, _)| code) };
        let node = node.map_err(|code| Fault::new(code).within(&self.name, slice.at));
        Record::tree(slice, node)
    }
}

fn read_all(reader: &mut impl Read, limit: u64) -> Result<Vec<u8>, Code> {
    let mut bytes = Vec::new();
    let read = reader.take(limit + 1).read_to_end(&mut bytes).map_err(|_| code::FILE_UNREADABLE)?;
    if read as u64 > limit { Err(code::FILE_TOO_LARGE) } else { Ok(bytes) }
}

/// The text behind a byte order mark, if there is one; other encodings are named, not guessed.
fn utf8(bytes: &[u8]) -> Result<&str, (Code, u64)> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(code) = encoding_mark(bytes) {
        return Err((code, 0));
    }
    std::str::from_utf8(bytes).map_err(|error| (code::ENCODING, error.valid_up_to() as u64))
}

fn encoding_mark(bytes: &[u8]) -> Option<Code> {
    (bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF")).then_some(code::ENCODING)
}

fn parse_record(bytes: &[u8]) -> Result<Node, (Code, usize)> {
    let text = utf8(bytes).map_err(|(code, _)| (code, 1))?;
    serde_json::from_str(text)
        .or_else(|error| without_lone_surrogates(text).map_or(Err(error), |mended| serde_json::from_str(&mended)))
        .map_err(|error| (form_code(&error), error.line()))
}

/// A lone surrogate is no character and would make the whole record unreadable. As U+FFFD it is refused at its own place.
/// `None` when there is none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find('\\') {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = match (escaped_unit(rest), rest.get(6..).and_then(escaped_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                found = true;
                mended.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            // A backslash and what it escapes.
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    mended.push_str(rest);
    found.then_some(mended)
}

/// The UTF-16 unit of an escape such as \ud83d at the beginning of a text.
fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// serde_json's own words are not passed on: they would quote the input.
pub(super) fn form_code(error: &serde_json::Error) -> Code {
    if error.to_string().starts_with("recursion limit") { code::JSON_DEPTH } else { code::JSON_FORM }
}

struct Lines<R> {
    reader: R,
    offset: u64,
    line: u64,
}

struct ReadLine {
    offset: u64,
    line: u64,
    too_long: bool,
}

impl<R: BufRead> Lines<R> {
    /// The next line without its end, at most [`MAX_RECORD`] bytes of it.
    fn next(&mut self, out: &mut Vec<u8>) -> std::io::Result<Option<ReadLine>> {
        out.clear();
        let offset = self.offset;
        let mut total = 0u64;
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|b| *b == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            let room = (MAX_RECORD as usize).saturating_sub(out.len());
            out.extend_from_slice(&part[..part.len().min(room)]);
            total += part.len() as u64;
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            self.offset += used as u64;
            if end.is_some() {
                break;
            }
        }
        if self.offset == offset {
            return Ok(None);
        }
        self.line += 1;
        Ok(Some(ReadLine { offset, line: self.line, too_long: total > MAX_RECORD }))
    }
}

/// The top of a JSON file: an array of cases, or an object that holds one.
enum Top<'a> {
    List(Vec<&'a RawValue>),
    Object(Vec<(String, &'a RawValue)>),
    Other,
}

impl<'a> Top<'a> {
    fn open(self, name: &FileName) -> Result<(Vec<&'a RawValue>, Option<DateTime>), Fault> {
        let here = |code: Code| Fault::new(code).within(name, At::Byte(0));
        let entries = match self {
            Self::List(cases) => return Ok((cases, None)),
            Self::Other => return Err(here(code::WRONG_TYPE).with("want", crate::base::Arg::ours("{\"cases\": [ ]}"))),
            Self::Object(entries) => entries,
        };
        let (mut cases, mut records_at) = (None, None);
        for (key, raw) in entries {
            let seen = match key.as_str() {
                "cases" => cases.replace(raw).is_some(),
                "records_at" => records_at.replace(raw).is_some(),
                _ => return Err(here(code::UNKNOWN_KEY).with("nearest", crate::base::Arg::named(["cases", "records_at"]))),
            };
            if seen {
                return Err(here(code::DUPLICATE_KEY));
            }
        }
        let cases = cases.ok_or_else(|| here(code::NO_CASES))?;
        let cases: Vec<&RawValue> = serde_json::from_str(cases.get()).map_err(|_| here(code::WRONG_TYPE))?;
        let records_at =
            records_at.map(|raw| moment(raw).ok_or_else(|| here(code::DATE_FORM).at(super::fields::field("records_at"))));
        Ok((cases, records_at.transpose()?.flatten()))
    }
}

/// A moment, or null.
fn moment(raw: &RawValue) -> Option<Option<DateTime>> {
    match serde_json::from_str::<Node>(raw.get()).ok()? {
        Node::Null => Some(None),
        Node::Text(text) => crate::base::date::parse_moment(&text).ok().map(Some),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Top<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cases")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut cases = Vec::new();
        while let Some(case) = seq.next_element()? {
            cases.push(case);
        }
        Ok(Top::List(cases))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Top::Object(entries))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }
}
