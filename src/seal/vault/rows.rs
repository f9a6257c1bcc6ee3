//! 金庫の行: what the books floor stores, and the checked table inside.

use super::error::VaultError;
use super::kdf::Params;
use super::keys::SealedKey;
use super::slot::Slot;
use super::{Root, header, keys};

/// 金庫番号: sixteen random bytes, bound into everything that is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VaultId(pub [u8; 16]);

/// All rows of a vault. Nothing in them is secret without a passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultRows {
    /// The one row.
    pub vault: HeaderRow,
    /// One to eight.
    pub slots: Vec<SlotRow>,
    /// Five, one a purpose.
    pub keys: Vec<KeyRow>,
}

/// 見出しの行.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderRow {
    /// [`VaultId`], 16 bytes.
    pub id: Vec<u8>,
    /// Version of this format: 1.
    pub version: i64,
    /// Grows with every change of slots or keys; written to the ledger, it shows an older copy.
    pub generation: i64,
    /// HMAC-SHA-256 over all rows, 32 bytes.
    pub mac: Vec<u8>,
}

/// スロットの行: one way to open the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotRow {
    /// 1 to 8.
    pub slot: i64,
    /// [`SlotKind`] by number.
    pub kind: i64,
    /// Argon2 memory in KiB.
    pub m_kib: i64,
    /// Argon2 passes.
    pub t: i64,
    /// Argon2 lanes.
    pub p: i64,
    /// 32 bytes.
    pub salt: Vec<u8>,
    /// The root, sealed: 60 bytes.
    pub wrapped: Vec<u8>,
}

/// 鍵の行: one office key, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// 1 password, 2 pairing, 3 chain, 4 person, 5 file.
    pub purpose: i64,
    /// Counts up when the key is replaced.
    pub key_id: i64,
    /// 60 bytes.
    pub sealed: Vec<u8>,
}

/// スロットの種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// 合言葉: a clerk's or the office's passphrase.
    Passphrase = 1,
    /// 復旧コード: generated, printed, kept in the safe.
    Recovery = 2,
}

/// The same rows, every number and length checked.
pub(super) struct Table {
    pub(super) id: VaultId,
    pub(super) generation: u64,
    pub(super) slots: Vec<Slot>,
    pub(super) keys: Vec<SealedKey>,
}

impl Table {
    pub(super) const VERSION: u32 = 1;
    const SLOTS: u32 = 8;

    /// Checks all that can be checked without a passphrase. Order of rows does not matter.
    pub(super) fn parse(rows: &VaultRows) -> Result<Self, VaultError> {
        if rows.vault.version != i64::from(Self::VERSION) || rows.vault.generation < 1 {
            return Err(VaultError::Changed);
        }
        let id = VaultId(array(&rows.vault.id)?);
        let generation = rows.vault.generation.unsigned_abs();
        let mut slots = rows.slots.iter().map(parse_slot).collect::<Result<Vec<_>, _>>()?;
        slots.sort_by_key(|slot| slot.number);
        let mut keys = rows.keys.iter().map(parse_key).collect::<Result<Vec<_>, _>>()?;
        keys.sort_by_key(|key| key.purpose);
        let distinct = slots.windows(2).all(|pair| pair[0].number != pair[1].number);
        let complete = keys.iter().map(|key| key.purpose).eq(keys::PURPOSES);
        if slots.is_empty() || !distinct || !complete {
            return Err(VaultError::Changed);
        }
        Ok(Self { id, generation, slots, keys })
    }

    /// The rows, with the header's MAC over them.
    pub(super) fn into_rows(mut self, root: &Root) -> VaultRows {
        self.slots.sort_by_key(|slot| slot.number);
        let mac = header::mac(&self, root).to_vec();
        VaultRows {
            vault: HeaderRow {
                id: self.id.0.to_vec(),
                version: i64::from(Self::VERSION),
                generation: i64::try_from(self.generation).unwrap_or(i64::MAX),
                mac,
            },
            slots: self.slots.iter().map(slot_row).collect(),
            keys: self.keys.iter().map(key_row).collect(),
        }
    }

    /// The lowest slot number that is free.
    pub(super) fn free_slot(&self) -> Option<u32> {
        (1..=Self::SLOTS).find(|number| self.slots.iter().all(|slot| slot.number != *number))
    }
}

fn parse_slot(row: &SlotRow) -> Result<Slot, VaultError> {
    let bounded = |value: i64| u32::try_from(value).map_err(|_| VaultError::Bounds);
    let kind = match row.kind {
        1 => SlotKind::Passphrase,
        2 => SlotKind::Recovery,
        _ => return Err(VaultError::Changed),
    };
    let number = u32::try_from(row.slot).ok().filter(|n| (1..=Table::SLOTS).contains(n)).ok_or(VaultError::Changed)?;
    let params = Params::new(bounded(row.m_kib)?, bounded(row.t)?, bounded(row.p)?)?;
    Ok(Slot { number, kind, params, salt: array(&row.salt)?, wrapped: array(&row.wrapped)? })
}

fn slot_row(slot: &Slot) -> SlotRow {
    SlotRow {
        slot: slot.number.into(),
        kind: slot.kind as i64,
        m_kib: slot.params.m_kib().into(),
        t: slot.params.t().into(),
        p: slot.params.p().into(),
        salt: slot.salt.to_vec(),
        wrapped: slot.wrapped.to_vec(),
    }
}

fn parse_key(row: &KeyRow) -> Result<SealedKey, VaultError> {
    let id = u32::try_from(row.key_id).ok().filter(|id| *id > 0).ok_or(VaultError::Changed)?;
    let purpose = u32::try_from(row.purpose).map_err(|_| VaultError::Changed)?;
    Ok(SealedKey { purpose, id, sealed: array(&row.sealed)? })
}

fn key_row(key: &SealedKey) -> KeyRow {
    KeyRow { purpose: key.purpose.into(), key_id: key.id.into(), sealed: key.sealed.to_vec() }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], VaultError> {
    bytes.try_into().map_err(|_| VaultError::Changed)
}
