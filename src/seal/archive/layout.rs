//! 書庫の骨組み: every byte of an archive that is not an entry's payload.
//!
//! Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 (local file header), 4.3.12 (central directory), 4.3.16 (end record);
//! WinZip AES section II for the extra field 0x9901. Reading is writing once more: [`read`] takes names and lengths from
//! the local headers, has [`Headers`] write the rest, and compares.

use super::{Limits, distinct, is_name};
use crate::seal::OpenError;

/// 必要な版: 5.1, which AES asks for.
const VERSION: u16 = 51;
/// Flags: bit 0, encrypted. Bit 3 (descriptor) and bit 11 (UTF-8) are never needed: sizes are known, names are ASCII.
const FLAGS: u16 = 1;
/// Method 99: look into the extra field.
const METHOD: u16 = 99;
/// 00:00:00; the clock is no business of a stranger's.
const DOS_TIME: u16 = 0;
/// 1980-01-01.
const DOS_DATE: u16 = (1 << 5) | 1;
/// Extra field: 0x9901, 7 bytes, AE-2, vendor "AE", strength 3 (AES-256), inner method 0 (Stored).
const EXTRA: [u8; 11] = [0x01, 0x99, 7, 0, 2, 0, b'A', b'E', 3, 0, 0];

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const LOCAL_LENGTH: usize = 30;

/// One entry as it lies in an archive.
pub(super) struct Slot<'a> {
    pub(super) name: &'a str,
    pub(super) payload: &'a [u8],
}

/// 見出し: the local header of each entry, and the directory with its end record.
pub(super) struct Headers {
    pub(super) local: Vec<Vec<u8>>,
    pub(super) central: Vec<u8>,
    payloads: usize,
}

impl Headers {
    /// For these names and payload lengths. `None` when a count or offset leaves its field (no ZIP64 here).
    pub(super) fn new<'a>(entries: impl Iterator<Item = (&'a str, usize)>) -> Option<Self> {
        let mut headers = Self { local: Vec::new(), central: Vec::new(), payloads: 0 };
        let mut at = 0usize;
        for (name, payload) in entries {
            let shared = shared(name, payload)?;
            let local = local(name, &shared);
            headers.central.extend_from_slice(&central(name, &shared, u32::try_from(at).ok()?));
            at = at.checked_add(local.len())?.checked_add(payload)?;
            headers.payloads += payload;
            headers.local.push(local);
        }
        let end = end(headers.local.len(), headers.central.len(), at)?;
        headers.central.extend_from_slice(&end);
        Some(headers)
    }

    /// Bytes of the whole archive.
    pub(super) fn total(&self) -> usize {
        self.local.iter().map(Vec::len).sum::<usize>() + self.payloads + self.central.len()
    }
}

/// Version to extra length: the 26 bytes that stand the same in the local and the central header.
fn shared(name: &str, payload: usize) -> Option<Vec<u8>> {
    let compressed = u32::try_from(payload).ok()?;
    let clear = u32::try_from(payload.checked_sub(super::ae2::OVERHEAD)?).ok()?;
    let mut out = Vec::with_capacity(26);
    for field in [VERSION, FLAGS, METHOD, DOS_TIME, DOS_DATE] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    // CRC 0: the format asks for it, and a CRC in clear would tell two answers apart.
    for field in [0, compressed, clear] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&u16::try_from(name.len()).ok()?.to_le_bytes());
    out.extend_from_slice(&(EXTRA.len() as u16).to_le_bytes());
    Some(out)
}

/// 4.3.7.
fn local(name: &str, shared: &[u8]) -> Vec<u8> {
    [&LOCAL, shared, name.as_bytes(), &EXTRA].concat()
}

/// 4.3.12: made by version 51 on the neutral host 0, no comment, first disk, no attributes.
fn central(name: &str, shared: &[u8], offset: u32) -> Vec<u8> {
    [&CENTRAL, &VERSION.to_le_bytes()[..], shared, &[0; 10], &offset.to_le_bytes(), name.as_bytes(), &EXTRA].concat()
}

/// 4.3.16: one disk, no comment.
fn end(count: usize, directory: usize, at: usize) -> Option<Vec<u8>> {
    let count = u16::try_from(count).ok()?.to_le_bytes();
    let directory = u32::try_from(directory).ok()?.to_le_bytes();
    let at = u32::try_from(at).ok()?.to_le_bytes();
    Some([&END, &[0; 4][..], &count, &count, &directory, &at, &[0; 2]].concat())
}

/// 読み取り: the entries of an archive of ours, or a refusal. Nothing is copied.
pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Slot<'_>>, OpenError> {
    if bytes.len() > limits.bytes {
        return Err(OpenError::TooLarge);
    }
    let mut slots: Vec<Slot<'_>> = Vec::new();
    let mut rest = bytes;
    while rest.starts_with(&LOCAL) {
        if slots.len() == limits.entries {
            return Err(OpenError::TooLarge);
        }
        let (slot, behind) = slot(rest).ok_or(OpenError::NotOurs)?;
        slots.push(slot);
        rest = behind;
    }
    let named = !slots.is_empty() && distinct(slots.iter().map(|s| s.name));
    let headers = Headers::new(slots.iter().map(|s| (s.name, s.payload.len()))).ok_or(OpenError::NotOurs)?;
    if named && headers.central == rest { Ok(slots) } else { Err(OpenError::NotOurs) }
}

/// One local header with its payload, and what lies behind.
fn slot(rest: &[u8]) -> Option<(Slot<'_>, &[u8])> {
    let payload = u32_at(rest, 18)?;
    let name_length = usize::from(u16_at(rest, 26)?);
    let name = std::str::from_utf8(rest.get(LOCAL_LENGTH..LOCAL_LENGTH + name_length)?).ok()?;
    let header = local(name, &shared(name, payload)?);
    let behind = rest.strip_prefix(header.as_slice())?;
    let (payload, behind) = behind.split_at_checked(payload)?;
    is_name(name).then_some((Slot { name, payload }, behind))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}
