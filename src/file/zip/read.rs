//! 読取り: everything in an archive, within bounds told beforehand. Anything odd is refused, not repaired.

use std::collections::HashSet;
use std::io::{Cursor, Read};

/// 上限.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries.
    pub entries: usize,
    /// Bytes of all entries together, once unpacked.
    pub total: u64,
    /// Unpacked bytes for one packed byte, once more than a mebibyte comes out.
    pub ratio: u64,
}

impl Limits {
    /// For a Word file; a print file has two parts a letter.
    pub const WORD: Self = Self { entries: 8192, total: 64 << 20, ratio: 200 };
}

/// 拒否の理由.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadZip {
    /// Not a ZIP file, or cut short.
    NotZip,
    /// More entries than the limit.
    TooMany,
    /// More bytes than the limit.
    TooLarge,
    /// Packed suspiciously well.
    Bomb,
    /// A name twice (without regard to case).
    Duplicate,
    /// A name that leaves its folder, or that is no name.
    Name,
    /// An encrypted entry.
    Encrypted,
    /// An entry whose bytes do not unpack, or whose checksum is wrong.
    Damaged,
}

impl BadZip {
    /// Why, in a clerk's words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotZip => "ファイルの形式が違うか、途中で切れています",
            Self::TooMany => "中のファイルが多すぎます",
            Self::TooLarge => "中のファイルが大きすぎます",
            Self::Bomb => "圧縮率が異常に高く、安全に開けません",
            Self::Duplicate => "同じ名前のファイルが二つ入っています",
            Self::Name => "中のファイルの名前が不正です",
            Self::Encrypted => "暗号化されたファイルが入っています",
            Self::Damaged => "中のファイルが壊れています",
        }
    }
}

/// One entry, unpacked.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Unpacks an archive, in the order of its directory.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Entry>, BadZip> {
    let listed = listed_entries(bytes).ok_or(BadZip::NotZip)?;
    if listed > limits.entries {
        return Err(BadZip::TooMany);
    }
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| BadZip::NotZip)?;
    // The crate keeps one entry a name; a second one of the same name would go unseen.
    if archive.len() != listed {
        return Err(BadZip::Duplicate);
    }
    let mut seen = HashSet::with_capacity(listed);
    let mut left = limits.total;
    let mut entries = Vec::with_capacity(listed);
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|_| BadZip::Damaged)?;
        if file.encrypted() {
            return Err(BadZip::Encrypted);
        }
        let name = checked_name(file.name_raw())?;
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(BadZip::Duplicate);
        }
        if file.is_dir() {
            continue;
        }
        let sizes = (file.compressed_size(), file.size());
        drop(file);
        let file = archive.by_index(index).map_err(|_| BadZip::Damaged)?;
        let unpacked = unpack(file, sizes, left, limits.ratio)?;
        left -= unpacked.len() as u64;
        entries.push(Entry { name, bytes: unpacked });
    }
    Ok(entries)
}

fn unpack(file: impl Read, (packed, told): (u64, u64), left: u64, ratio: u64) -> Result<Vec<u8>, BadZip> {
    let fair = packed.saturating_mul(ratio).max(1 << 20);
    // What the header tells is room to begin with, and no promise.
    let mut bytes = Vec::with_capacity(usize::try_from(told.min(1 << 20)).unwrap_or_default());
    file.take(left.min(fair) + 1).read_to_end(&mut bytes).map_err(|_| BadZip::Damaged)?;
    match bytes.len() as u64 {
        n if n > left => Err(BadZip::TooLarge),
        n if n > fair => Err(BadZip::Bomb),
        _ => Ok(bytes),
    }
}

/// The number of entries that the end record tells; ours and Word's files carry no comment worth keeping.
fn listed_entries(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(22 + 0xFFFF);
    let tail = bytes.get(from..)?;
    let at = tail.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    Some(usize::from(u16::from_le_bytes([*count.first()?, *count.get(1)?])))
}

fn checked_name(raw: &[u8]) -> Result<String, BadZip> {
    let name = std::str::from_utf8(raw).map_err(|_| BadZip::Name)?;
    let bad = name.is_empty()
        || name.starts_with('/')
        || name.contains(['\\', ':'])
        || name.chars().any(char::is_control)
        || name.split('/').any(|part| matches!(part, "." | ".."));
    if bad { Err(BadZip::Name) } else { Ok(name.to_owned()) }
}
