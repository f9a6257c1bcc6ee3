//! CSV: rows of a delimited text, one at a time, each with its place and its own bytes (RFC 4180; quotes are taken strictly).
//!
//! The csv crate reads quotes leniently and swallows the rest of a file behind an open one; here both are told, and a row has a
//! largest size. It stands as the witness of the tests.

use super::encoding::Encoding;
use std::io::{self, BufRead};

/// 行.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Byte offset in the file.
    pub offset: u64,
    /// Which row, from 1, as a spreadsheet counts: a line break inside quotes begins no row.
    pub number: u64,
    /// Its bytes without the line end.
    pub raw: Vec<u8>,
    /// Its cells in the file's encoding, without their quotes.
    pub cells: Vec<Vec<u8>>,
    /// What is wrong with its quotes.
    pub flaw: Option<Flaw>,
    /// Whether a line end followed.
    pub ended: bool,
    /// Where the next row begins.
    pub end: u64,
}

/// 引用符の誤り.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A quote inside a cell that is not quoted, or text behind a closing one.
    Stray,
    /// A quote that nothing closes before the end of the file, or whose cell spans lines and is broken.
    Open,
    /// Larger than the limit.
    TooLong,
}

/// 行の列: reads rows one after another.
pub struct Rows<R> {
    reader: R,
    form: Form,
    limit: usize,
    offset: u64,
    number: u64,
    /// A unit that was read and belongs to the next row.
    ahead: Option<[u8; 2]>,
}

/// 書き方: how the bytes of a table are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// 文字コード
    pub encoding: Encoding,
    /// What stands between two cells: a comma, or a tab.
    pub delimiter: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// Behind a quote inside quotes: the cell's end, or the first half of a doubled one.
    Closing,
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl<R: BufRead> Rows<R> {
    /// Reads on from where the reader stands: at this offset of the file and in front of this row.
    pub fn new(reader: R, form: Form, limit: usize, offset: u64, number: u64) -> Self {
        Self { reader, form, limit, offset, number: number.saturating_sub(1), ahead: None }
    }

    fn read(&mut self) -> io::Result<Option<Row>> {
        let offset = self.offset;
        let mut row =
            Row { offset, number: self.number + 1, raw: Vec::new(), cells: Vec::new(), flaw: None, ended: false, end: offset };
        let (mut cell, mut at) = (Vec::new(), At::Start);
        let mut broken_lines = false;
        while let Some(unit) = self.unit()? {
            let c = self.ascii(unit);
            let unit = &unit[..self.width()];
            if matches!(c, Some(b'\n' | b'\r')) && at != At::Quoted {
                row.ended = true;
                self.end_line(c)?;
                break;
            }
            if row.raw.len() >= self.limit {
                row.flaw = Some(Flaw::TooLong);
                row.end = self.offset;
                return Ok(Some(row));
            }
            row.raw.extend_from_slice(unit);
            let delimiter = c == Some(self.form.delimiter);
            at = match (at, c) {
                (At::Start, Some(b'"')) => At::Quoted,
                (At::Quoted, Some(b'"')) => At::Closing,
                (At::Start | At::Plain | At::Closing, _) if delimiter => {
                    row.cells.push(std::mem::take(&mut cell));
                    At::Start
                }
                (At::Quoted, _) => {
                    broken_lines |= c == Some(b'\n');
                    cell.extend_from_slice(unit);
                    At::Quoted
                }
                (At::Closing, Some(b'"')) => {
                    cell.extend_from_slice(unit);
                    At::Quoted
                }
                (At::Closing, _) | (_, Some(b'"')) => {
                    row.flaw = Some(Flaw::Stray);
                    cell.extend_from_slice(unit);
                    At::Plain
                }
                _ => {
                    cell.extend_from_slice(unit);
                    At::Plain
                }
            };
        }
        if row.raw.is_empty() && !row.ended {
            return Ok(None);
        }
        if at == At::Quoted || (row.flaw.is_some() && broken_lines) {
            row.flaw = Some(Flaw::Open);
        }
        row.cells.push(cell);
        self.number += 1;
        row.end = self.offset;
        Ok(Some(row))
    }

    /// A line feed behind a carriage return belongs to the same line end.
    fn end_line(&mut self, c: Option<u8>) -> io::Result<()> {
        if c != Some(b'\r') {
            return Ok(());
        }
        if let Some(unit) = self.unit()?
            && self.ascii(unit) != Some(b'\n')
        {
            self.ahead = Some(unit);
            self.offset -= self.width() as u64;
        }
        Ok(())
    }

    const fn width(&self) -> usize {
        match self.form.encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => 2,
            _ => 1,
        }
    }

    /// One unit of the encoding. No trail byte of UTF-8 or CP932 is a quote, comma, tab or line end, so bytes do for both.
    fn unit(&mut self) -> io::Result<Option<[u8; 2]>> {
        let width = self.width();
        if let Some(unit) = self.ahead.take() {
            self.offset += width as u64;
            return Ok(Some(unit));
        }
        let mut unit = [0; 2];
        for place in unit.iter_mut().take(width) {
            let Some(byte) = self.reader.fill_buf()?.first().copied() else { return Ok(None) };
            *place = byte;
            self.reader.consume(1);
            self.offset += 1;
        }
        Ok(Some(unit))
    }

    fn ascii(&self, unit: [u8; 2]) -> Option<u8> {
        let (byte, other) = match self.form.encoding {
            Encoding::Utf16Le => (unit[0], unit[1]),
            Encoding::Utf16Be => (unit[1], unit[0]),
            _ => (unit[0], 0),
        };
        (other == 0 && byte.is_ascii()).then_some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(bytes: &[u8], encoding: Encoding) -> Vec<Row> {
        Rows::new(bytes, Form { encoding, delimiter: b',' }, 1 << 20, 0, 1).map(|row| row.expect("memory")).collect()
    }

    fn texts(rows: &[Row], encoding: Encoding) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.cells.iter().map(|c| encoding.decode(c).expect("text")).collect()).collect()
    }

    #[test]
    fn cells_and_places() {
        let bytes = b"a,\"b\r\n\"\"c\"\"\",\r\n\r\n,x\ry";
        let rows = rows(bytes, Encoding::Utf8);
        assert_eq!(
            texts(&rows, Encoding::Utf8),
            [vec!["a", "b\r\n\"c\"", ""], vec![""], vec!["", "x"], vec!["y"]]
                .map(|r| r.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>())
        );
        assert_eq!(rows.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        for row in &rows {
            assert_eq!(&bytes[row.offset as usize..][..row.raw.len()], row.raw);
        }
        assert_eq!(rows.iter().map(|r| r.ended).collect::<Vec<_>>(), [true, true, true, false]);
    }

    #[test]
    fn quotes_are_strict_and_rows_bounded() {
        let flaws = |text: &str| rows(text.as_bytes(), Encoding::Utf8).iter().map(|r| r.flaw).collect::<Vec<_>>();
        assert_eq!(flaws("a,5\" disk\nb"), [Some(Flaw::Stray), None]);
        assert_eq!(flaws("\"a\"b,c\nd"), [Some(Flaw::Stray), None]);
        assert_eq!(flaws("a\nb,\"c\nd,e\n"), [None, Some(Flaw::Open)]);
        assert_eq!(flaws("a\nb,\"c\nd,\"e\n"), [None, Some(Flaw::Open)]);
        let mut long = Rows::new(&b"\"aaaa"[..], Form { encoding: Encoding::Utf8, delimiter: b',' }, 3, 0, 1);
        assert_eq!(long.next().expect("a row").expect("memory").flaw, Some(Flaw::TooLong));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The csv crate reads the same out of whatever it wrote; and UTF-16 and CP932 are no other.
        #[test]
        fn the_csv_crate_agrees(cells in proptest::collection::vec(proptest::collection::vec("[a,\"\r\n 髙ｱア\t]{0,5}", 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            cells.iter().for_each(|row| writer.write_record(row).expect("memory"));
            let text = String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect();
            let cp932 = encoding_rs::SHIFT_JIS.encode(&text).0;
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for (encoding, bytes) in [(Encoding::Utf8, text.as_bytes()), (Encoding::Cp932, &cp932), (Encoding::Utf16Le, &utf16)] {
                let ours = rows(bytes, encoding);
                prop_assert!(ours.iter().all(|row| row.flaw.is_none()));
                prop_assert_eq!(&texts(&ours, encoding), &theirs);
            }
        }

        #[test]
        fn whatever_stands_there_is_rows(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), any::<u8>()], 0..64)) {
            for encoding in [Encoding::Utf8, Encoding::Cp932, Encoding::Utf16Be] {
                for row in rows(&bytes, encoding) {
                    prop_assert_eq!(&bytes[row.offset as usize..][..row.raw.len()], &row.raw[..]);
                }
            }
        }
    }
}
