//! 書込み: Stored or Deflate (level 1), one fixed date, no data descriptors, no directories.
//!
//! Level 1 because it costs 3 % of size and gives back two thirds of the time; the date because a letter's bytes must not
//! depend on the hour at which it was made.

use flate2::{Compress, Compression, FlushCompress, Status};
use std::cell::RefCell;

/// 1980-01-01 00:00, the earliest date that the format knows.
const DOS_DATE: u16 = 0x0021;
const DOS_TIME: u16 = 0;
/// Not worth a compressor here and a decompressor in every reader.
const SMALL: usize = 2 << 10;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

thread_local! {
    /// The compressor's tables are a quarter of a megabyte: made once a thread, reset for each entry.
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(1), false));
}

/// 部品: one entry, compressed and ready to be laid into an archive.
#[derive(Clone)]
pub struct Part {
    name: String,
    method: u16,
    crc: u32,
    size: usize,
    data: Vec<u8>,
}

impl Part {
    /// An entry as it is.
    pub fn stored(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), method: STORED, crc: crc32fast::hash(&bytes), size: bytes.len(), data: bytes }
    }

    /// An entry made smaller; as it is when it is small, or would not become smaller.
    pub fn deflated(name: &str, bytes: &[u8]) -> Self {
        if bytes.len() <= SMALL {
            return Self::stored(name, bytes.to_vec());
        }
        let mut data = Vec::with_capacity(bytes.len() / 3 + 64);
        match deflate(bytes, &mut data) {
            Some(()) => Self { name: name.to_owned(), method: DEFLATED, crc: crc32fast::hash(bytes), size: bytes.len(), data },
            None => Self::stored(name, bytes.to_vec()),
        }
    }

    /// Bytes that this entry takes in an archive, with both its headers.
    pub fn weight(&self) -> usize {
        30 + 46 + 2 * self.name.len() + self.data.len()
    }
}

/// Appends the deflated bytes; `None` when the compressor refuses, and `out` is then as it was.
fn deflate(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let before = out.len();
    COMPRESS.with(|cell| {
        let mut compress = cell.borrow_mut();
        compress.reset();
        loop {
            let eaten = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
            out.reserve(bytes.len() / 2 + 64);
            match compress.compress_vec(bytes.get(eaten..).unwrap_or_default(), out, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => return Some(()),
                Ok(_) => continue,
                Err(_) => {
                    out.truncate(before);
                    return None;
                }
            }
        }
    })
}

/// 書庫: an archive being written. A clone shares nothing, so a common beginning can be laid once and copied.
#[derive(Clone, Default)]
pub struct Archive {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Archive {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A copy with room for `more` bytes.
    pub fn copy_with_room(&self, more: usize) -> Self {
        let mut out = Vec::with_capacity(self.out.len() + self.directory.len() + more + 512);
        out.extend_from_slice(&self.out);
        let mut directory = Vec::with_capacity(self.directory.len() + 256);
        directory.extend_from_slice(&self.directory);
        Self { out, directory, count: self.count }
    }

    /// Lays one entry.
    pub fn add(&mut self, part: &Part) {
        let at = self.out.len();
        self.out.extend_from_slice(&local_header(part.method, part.crc, part.data.len(), part.size, part.name.len()));
        self.out.extend_from_slice(part.name.as_bytes());
        self.out.extend_from_slice(&part.data);
        self.list(&part.name, part.method, part.crc, part.data.len(), part.size, at);
    }

    /// Deflates an entry straight into place, unless it is small: the path that every stamped document takes.
    pub fn add_deflated(&mut self, name: &str, bytes: &[u8]) {
        let at = self.out.len();
        self.out.resize(at + 30, 0);
        self.out.extend_from_slice(name.as_bytes());
        let start = self.out.len();
        let method = match (bytes.len() > SMALL).then(|| deflate(bytes, &mut self.out)).flatten() {
            Some(()) => DEFLATED,
            None => {
                self.out.extend_from_slice(bytes);
                STORED
            }
        };
        let packed = self.out.len() - start;
        let crc = crc32fast::hash(bytes);
        let header = local_header(method, crc, packed, bytes.len(), name.len());
        if let Some(place) = self.out.get_mut(at..at + 30) {
            place.copy_from_slice(&header);
        }
        self.list(name, method, crc, packed, bytes.len(), at);
    }

    /// What the archive would weigh if it ended here.
    pub fn weight(&self) -> usize {
        self.out.len() + self.directory.len() + 22
    }

    /// Ends the archive.
    pub fn finish(mut self) -> Vec<u8> {
        let at = self.out.len();
        self.out.append(&mut self.directory);
        let length = self.out.len() - at;
        self.out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&(length as u32).to_le_bytes());
        self.out.extend_from_slice(&(at as u32).to_le_bytes());
        self.out.extend_from_slice(&[0, 0]);
        self.out
    }

    fn list(&mut self, name: &str, method: u16, crc: u32, packed: usize, size: usize, at: usize) {
        let common = common_header(method, crc, packed, size, name.len());
        self.directory.extend_from_slice(b"PK\x01\x02");
        self.directory.extend_from_slice(&20u16.to_le_bytes());
        self.directory.extend_from_slice(&common);
        // Comment length, disk, internal and external attributes: all nothing.
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&(at as u32).to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.count += 1;
    }
}

fn local_header(method: u16, crc: u32, packed: usize, size: usize, name: usize) -> [u8; 30] {
    let mut header = [0; 30];
    header[..4].copy_from_slice(b"PK\x03\x04");
    header[4..].copy_from_slice(&common_header(method, crc, packed, size, name));
    header
}

/// The 26 bytes that the local header and the central directory have in common. Bit 11 stays off: names that we
/// hand out are ASCII, and so are those of the parts of a workbook (ECMA-376 part 2, 6.2.2), which is packed again to be read.
fn common_header(method: u16, crc: u32, packed: usize, size: usize, name: usize) -> [u8; 26] {
    let mut header = [0; 26];
    header[0..2].copy_from_slice(&20u16.to_le_bytes());
    header[4..6].copy_from_slice(&method.to_le_bytes());
    header[6..8].copy_from_slice(&DOS_TIME.to_le_bytes());
    header[8..10].copy_from_slice(&DOS_DATE.to_le_bytes());
    header[10..14].copy_from_slice(&crc.to_le_bytes());
    header[14..18].copy_from_slice(&(packed as u32).to_le_bytes());
    header[18..22].copy_from_slice(&(size as u32).to_le_bytes());
    header[22..24].copy_from_slice(&(name as u16).to_le_bytes());
    header
}
