//! 金庫: the office's keys, sealed under a passphrase, and the package passwords, sealed under those keys.
//!
//! ```text
//! passphrase --Argon2id--> KEK --AES-256-GCM--> root --HKDF--> record --AES-256-GCM--> five office keys
//!                                                    --HKDF--> header --HMAC--> one tag over all rows
//! ```
//!
//! The root is random, so a passphrase can be changed without touching the keys, and several slots (a passphrase for each
//! clerk, a recovery code in the safe) open the same vault. The office keys are random and independent: one is replaced
//! without the others. All of it is plain rows ([`VaultRows`]) that the books floor stores; `docs/formats/vault.md` has
//! every byte.
//!
//! Start with [`create`] or [`open`]; what comes back, [`OfficeKeys`], seals passwords and makes MACs.

mod door;
mod error;
mod header;
mod kdf;
mod keys;
mod labels;
mod passphrase;
mod rows;
mod sealed;
mod slot;
mod value;

pub use door::{Door, doors};
pub use error::VaultError;
pub use kdf::Params;
pub use keys::OfficeKeys;
pub use passphrase::{RecoveryCode, check_passphrase};
pub use rows::{HeaderRow, KeyRow, SlotKind, SlotRow, VaultId, VaultRows};

use crate::base::{Entropy, Secret};
use rows::Table;
use slot::Slot;

/// The random 32 bytes that everything hangs on.
type Root = Secret<32>;

/// 作成: a new vault with one passphrase slot. The passphrase must pass [`check_passphrase`].
pub fn create(passphrase: &[u8], params: Params, entropy: &dyn Entropy) -> Result<(VaultRows, OfficeKeys), VaultError> {
    let mut id = [0u8; 16];
    entropy.fill(&mut id);
    let id = VaultId(id);
    let root = Root::random(entropy);
    let keys = OfficeKeys::random(id, entropy);
    let slot = Slot::wrap(id, 1, SlotKind::Passphrase, params, passphrase, &root, entropy)?;
    let table = Table { id, generation: 1, slots: vec![slot], keys: keys.seal(&root, entropy) };
    Ok((table.into_rows(&root), keys))
}

/// 開錠: the office keys, if the passphrase (or recovery code) opens a slot and no row was changed.
pub fn open(rows: &VaultRows, passphrase: &[u8]) -> Result<OfficeKeys, VaultError> {
    let unlocked = Unlocked::new(rows, passphrase)?;
    OfficeKeys::unseal(unlocked.table.id, &unlocked.table.keys, &unlocked.root)
}

/// 追加: one more slot, at the lowest free number.
pub fn add_slot(
    rows: &VaultRows,
    passphrase: &[u8],
    kind: SlotKind,
    added: &[u8],
    params: Params,
    entropy: &dyn Entropy,
) -> Result<VaultRows, VaultError> {
    let unlocked = Unlocked::new(rows, passphrase)?;
    let number = unlocked.table.free_slot().ok_or(VaultError::Slots)?;
    unlocked.put(number, kind, added, params, entropy)
}

/// 削除: takes a slot away; the last one stays. Who knew its passphrase and has an old copy still knows the root: [`rotate`].
pub fn remove_slot(rows: &VaultRows, passphrase: &[u8], number: i64) -> Result<VaultRows, VaultError> {
    let mut unlocked = Unlocked::new(rows, passphrase)?;
    let slots = &mut unlocked.table.slots;
    let before = slots.len();
    slots.retain(|slot| i64::from(slot.number) != number);
    if slots.is_empty() || slots.len() == before {
        return Err(VaultError::Slots);
    }
    unlocked.into_rows()
}

/// 変更・再設定: a new passphrase in any slot; who forgot the old one opens with the recovery code.
pub fn replace_slot(
    rows: &VaultRows,
    opener: &[u8],
    number: i64,
    new: &[u8],
    params: Params,
    entropy: &dyn Entropy,
) -> Result<VaultRows, VaultError> {
    let unlocked = Unlocked::new(rows, opener)?;
    let slot = unlocked.table.slots.iter().find(|slot| i64::from(slot.number) == number).ok_or(VaultError::Slots)?;
    let (number, kind) = (slot.number, slot.kind);
    unlocked.put(number, kind, new, params, entropy)
}

/// What [`rotate`] leaves.
pub struct Rotation {
    /// To be stored in place of the old rows, in one transaction with the re-sealed passwords.
    pub rows: VaultRows,
    /// The keys before: they open the passwords that still live.
    pub old: OfficeKeys,
    /// The keys from now on: a new K_password, the other four unchanged.
    pub new: OfficeKeys,
}

/// 鍵の更新: a new root and a new K_password. The other keys stay, so that old packages and rows still verify.
///
/// One slot is left, with this passphrase; the others' passphrases are not known here and have to be added again.
/// Passwords that the caller does not seal anew are gone for good once the old rows are deleted.
pub fn rotate(rows: &VaultRows, passphrase: &[u8], params: Params, entropy: &dyn Entropy) -> Result<Rotation, VaultError> {
    let Unlocked { table, root, kind, .. } = Unlocked::new(rows, passphrase)?;
    let old = OfficeKeys::unseal(table.id, &table.keys, &root)?;
    let new = old.with_new_password_key(entropy)?;
    let root = Root::random(entropy);
    let slot = Slot::wrap(table.id, 1, kind, params, passphrase, &root, entropy)?;
    let generation = table.generation.checked_add(1).ok_or(VaultError::Bounds)?;
    let table = Table { id: table.id, generation, slots: vec![slot], keys: new.seal(&root, entropy) };
    Ok(Rotation { rows: table.into_rows(&root), old, new })
}

/// A vault whose root is known and whose rows have been checked against it.
struct Unlocked {
    table: Table,
    root: Root,
    number: u32,
    kind: SlotKind,
}

impl Unlocked {
    fn new(rows: &VaultRows, passphrase: &[u8]) -> Result<Self, VaultError> {
        let table = Table::parse(rows)?;
        let (root, number, kind) = slot::unlock(&table, passphrase)?;
        if !header::genuine(&table, &root, &rows.vault.mac) {
            return Err(VaultError::Changed);
        }
        Ok(Self { table, root, number, kind })
    }

    /// Puts a slot at this number, in place of one that may be there.
    fn put(
        mut self,
        number: u32,
        kind: SlotKind,
        passphrase: &[u8],
        params: Params,
        entropy: &dyn Entropy,
    ) -> Result<VaultRows, VaultError> {
        let slot = Slot::wrap(self.table.id, number, kind, params, passphrase, &self.root, entropy)?;
        self.table.slots.retain(|s| s.number != number);
        self.table.slots.push(slot);
        self.into_rows()
    }

    /// The rows after a change: the next generation.
    fn into_rows(mut self) -> Result<VaultRows, VaultError> {
        self.table.generation = self.table.generation.checked_add(1).ok_or(VaultError::Bounds)?;
        Ok(self.table.into_rows(&self.root))
    }
}

#[cfg(test)]
mod tests;
