//! 暗号化ZIP: AES-256 in WinZip's AE-2 format, as 7-Zip and its kin open it.
//!
//! The layout is fixed to the last byte (`docs/formats/archive.md`): for given names and lengths there is one row of
//! headers, so the reader writes that row anew and compares. Nothing but what [`seal()`] makes is accepted: no gap, no
//! trailing byte, no comment, no entry in clear, no second meaning in the central directory.
//!
//! AE-2 authenticates the bytes of each entry, not the names or how many there are (local and central name changed alike
//! pass): who opens an archive compares [`list`] with the names that the ledger holds.

mod ae2;
mod layout;
mod pbkdf2;

use crate::base::Entropy;
use crate::seal::{OpenError, Password, SealError};
use zeroize::Zeroizing;

/// What goes in: a neutral name such as `R08-0012.docx`, and the bytes.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// See [`is_name`].
    pub name: &'a str,
    /// The document, in clear.
    pub bytes: &'a [u8],
}

/// What comes out, authenticated; wiped when dropped.
pub struct Opened {
    /// The name as it stands in the archive. Not authenticated.
    pub name: String,
    /// The document, in clear.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// What is seen without the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name.
    pub name: String,
    /// How many bytes the document has.
    pub length: usize,
}

/// 上限: what a reader is willing to look at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The whole archive.
    pub bytes: usize,
    /// How many entries: each costs a key derivation.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 256 << 20, entries: 1000 }
    }
}

/// 封をする: the archive of these entries, in this order, under one password. Each entry has a salt of its own.
pub fn seal(entries: &[Entry<'_>], password: &Password, entropy: &dyn Entropy) -> Result<Vec<u8>, SealError> {
    check(entries)?;
    let headers = layout::Headers::new(entries.iter().map(|e| (e.name, e.bytes.len() + ae2::OVERHEAD))).ok_or(SealError::Size)?;
    // Reserved whole, so that no copy of a document is left behind by growing.
    let mut out = Vec::with_capacity(headers.total());
    for (entry, local) in entries.iter().zip(&headers.local) {
        out.extend_from_slice(local);
        ae2::encrypt(entry.bytes, password.as_bytes(), entropy, &mut out);
    }
    out.extend_from_slice(&headers.central);
    Ok(out)
}

/// 開封する: every entry, or nothing. All authentication codes are checked before a byte is handed out.
pub fn open(bytes: &[u8], password: &[u8], limits: Limits) -> Result<Vec<Opened>, OpenError> {
    layout::read(bytes, limits)?
        .into_iter()
        .map(|slot| {
            let bytes = ae2::decrypt(slot.payload, password).ok_or(OpenError::Refused)?;
            Ok(Opened { name: slot.name.to_owned(), bytes })
        })
        .collect()
}

/// 一覧: names and lengths without the password, after the same check of every header.
pub fn list(bytes: &[u8], limits: Limits) -> Result<Vec<Listed>, OpenError> {
    let slots = layout::read(bytes, limits)?;
    Ok(slots.into_iter().map(|s| Listed { name: s.name.to_owned(), length: s.payload.len() - ae2::OVERHEAD }).collect())
}

/// 書庫内の名前: 1 to 64 of `A-Z a-z 0-9 . _ -`, beginning with a letter or digit, not ending in a dot, and no device name
/// of Windows (CON, NUL, COM1 …).
pub fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    matches!(bytes.len(), 1..=64)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        && bytes[0].is_ascii_alphanumeric()
        && bytes[bytes.len() - 1] != b'.'
        && !device
}

/// Whether two names are one on a disk that does not tell case apart.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = std::collections::HashSet::new();
    names.map(str::to_ascii_lowercase).all(|name| seen.insert(name))
}

fn check(entries: &[Entry<'_>]) -> Result<(), SealError> {
    if entries.is_empty() || entries.len() > usize::from(u16::MAX) {
        return Err(SealError::Count);
    }
    let names = || entries.iter().map(|e| e.name);
    if !names().all(is_name) || !distinct(names()) {
        return Err(SealError::Name);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
