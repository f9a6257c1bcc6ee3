//! 金庫の行のバイト列: each row as (kind, name, body), for a store that keeps opaque bytes.
//!
//! ```text
//! vault  ""   version u32 ‖ id 16 ‖ generation u64 ‖ mac 32                       60 bytes
//! slot   "1"  kind u32 ‖ m_kib u32 ‖ t u32 ‖ p u32 ‖ salt 32 ‖ wrapped 60        108 bytes
//! key    "1"  key id u32 ‖ sealed 60                                             64 bytes
//! ```
//!
//! Numbers are big-endian. Whether they make sense is judged when the vault is opened.

use super::error::VaultError;
use super::rows::{HeaderRow, KeyRow, SlotRow, VaultRows};

/// One row as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `vault`, `slot` or `key`.
    pub kind: String,
    /// The slot's or the purpose's number; empty for the header.
    pub name: String,
    /// The bytes.
    pub body: Vec<u8>,
}

impl VaultRows {
    /// All rows as bytes. Rows that were made or opened by this module always fit.
    pub fn to_records(&self) -> Vec<Record> {
        let record = |kind: &str, name: String, body: Vec<u8>| Record { kind: kind.into(), name, body };
        let vault =
            [&u32_be(self.vault.version)[..], &self.vault.id, &self.vault.generation.to_be_bytes(), &self.vault.mac].concat();
        let slot = |s: &SlotRow| {
            let numbers = [s.kind, s.m_kib, s.t, s.p].map(u32_be).concat();
            record("slot", s.slot.to_string(), [&numbers[..], &s.salt, &s.wrapped].concat())
        };
        let key = |k: &KeyRow| record("key", k.purpose.to_string(), [&u32_be(k.key_id)[..], &k.sealed].concat());
        let head = record("vault", String::new(), vault);
        std::iter::once(head).chain(self.slots.iter().map(slot)).chain(self.keys.iter().map(key)).collect()
    }

    /// And back, in any order. A record of another kind or length is [`VaultError::Changed`].
    pub fn from_records<'a>(records: impl IntoIterator<Item = (&'a str, &'a str, &'a [u8])>) -> Result<Self, VaultError> {
        let (mut vault, mut slots, mut keys) = (None, Vec::new(), Vec::new());
        for (kind, name, body) in records {
            match kind {
                "vault" if name.is_empty() && vault.is_none() => vault = header(body),
                "slot" => slots.push(slot(name, body).ok_or(VaultError::Changed)?),
                "key" => keys.push(key(name, body).ok_or(VaultError::Changed)?),
                _ => return Err(VaultError::Changed),
            }
        }
        Ok(Self { vault: vault.ok_or(VaultError::Changed)?, slots, keys })
    }
}

fn header(body: &[u8]) -> Option<HeaderRow> {
    let (version, rest) = body.split_first_chunk::<4>()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (generation, mac) = rest.split_first_chunk::<8>()?;
    let version = u32::from_be_bytes(*version).into();
    Some(HeaderRow { id: id.to_vec(), version, generation: i64::from_be_bytes(*generation), mac: mac.to_vec() })
}

fn slot(name: &str, body: &[u8]) -> Option<SlotRow> {
    let (numbers, rest) = body.split_first_chunk::<16>()?;
    let (salt, wrapped) = rest.split_first_chunk::<32>()?;
    let number =
        |at: usize| numbers.get(at * 4..at * 4 + 4).and_then(|b| b.try_into().ok()).map(|b| u32::from_be_bytes(b).into());
    let (kind, m_kib, t, p) = (number(0)?, number(1)?, number(2)?, number(3)?);
    Some(SlotRow { slot: canonical(name)?, kind, m_kib, t, p, salt: salt.to_vec(), wrapped: wrapped.to_vec() })
}

fn key(name: &str, body: &[u8]) -> Option<KeyRow> {
    let (key_id, sealed) = body.split_first_chunk::<4>()?;
    Some(KeyRow { purpose: canonical(name)?, key_id: u32::from_be_bytes(*key_id).into(), sealed: sealed.to_vec() })
}

/// A number in its one spelling.
fn canonical(name: &str) -> Option<i64> {
    name.parse::<i64>().ok().filter(|n| n.to_string() == name)
}

/// Beyond u32 a number is out of every bound anyway: all ones says so when it is read back.
fn u32_be(number: i64) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}
