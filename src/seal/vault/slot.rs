//! スロット: the root, wrapped under one passphrase.
//!
//! ```text
//! KEK     = Argon2id(passphrase, salt 32; m, t, p)
//! wrapped = AES-256-GCM(KEK, root),  AAD = lp("fukan/vault/v1/slot") ‖ lp(vault id) ‖ slot ‖ kind ‖ m ‖ t ‖ p ‖ lp(salt)
//! ```
//!
//! Numbers are u32 big-endian. The parameters are in the associated data, so that nobody can lower them.

use super::error::VaultError;
use super::kdf::Params;
use super::passphrase::{canonical, check_passphrase, is_code};
use super::rows::{SlotKind, Table, VaultId};
use super::{Root, labels, sealed};
use crate::base::Entropy;
use crate::seal::mac::lp;

/// Bytes of a wrapped root.
pub(super) const WRAPPED: usize = sealed::length(32);

/// One slot, its numbers within bounds.
pub(super) struct Slot {
    pub(super) number: u32,
    pub(super) kind: SlotKind,
    pub(super) params: Params,
    pub(super) salt: [u8; 32],
    pub(super) wrapped: [u8; WRAPPED],
}

impl Slot {
    /// Wraps the root under a new passphrase, which must be good enough.
    pub(super) fn wrap(
        id: VaultId,
        number: u32,
        kind: SlotKind,
        params: Params,
        passphrase: &[u8],
        root: &Root,
        entropy: &dyn Entropy,
    ) -> Result<Self, VaultError> {
        check_passphrase(passphrase)?;
        let mut slot = Self { number, kind, params, salt: [0; 32], wrapped: [0; WRAPPED] };
        entropy.fill(&mut slot.salt);
        let kek = params.kek(&canonical(passphrase), &slot.salt)?;
        let wrapped = sealed::seal(&kek, &slot.place(id), root, entropy);
        slot.wrapped.copy_from_slice(&wrapped);
        Ok(slot)
    }

    /// The root, if this passphrase is the slot's. `passphrase` is canonical.
    fn unwrap(&self, id: VaultId, passphrase: &[u8]) -> Result<Option<Root>, VaultError> {
        let kek = self.params.kek(passphrase, &self.salt)?;
        Ok(sealed::open(&kek, &self.place(id), &self.wrapped))
    }

    fn place(&self, id: VaultId) -> Vec<u8> {
        let mut place = Vec::new();
        lp(&mut place, labels::SLOT);
        lp(&mut place, id.0);
        self.write_numbers(&mut place);
        lp(&mut place, self.salt);
        place
    }

    /// slot ‖ kind ‖ m ‖ t ‖ p, for the associated data and the header's MAC.
    pub(super) fn write_numbers(&self, out: &mut Vec<u8>) {
        for number in [self.number, self.kind as u32, self.params.m_kib(), self.params.t(), self.params.p()] {
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
}

/// The root, and the slot that gave it. What looks like a recovery code tries the recovery slots first, so that one Argon2
/// is the rule.
pub(super) fn unlock(table: &Table, passphrase: &[u8]) -> Result<(Root, u32, SlotKind), VaultError> {
    let first = if is_code(passphrase) { SlotKind::Recovery } else { SlotKind::Passphrase };
    let passphrase = canonical(passphrase);
    let (likely, others): (Vec<_>, Vec<_>) = table.slots.iter().partition(|slot| slot.kind == first);
    for slot in likely.into_iter().chain(others) {
        if let Some(root) = slot.unwrap(table.id, &passphrase)? {
            return Ok((root, slot.number, slot.kind));
        }
    }
    Err(VaultError::Passphrase)
}
