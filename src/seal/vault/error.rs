//! 金庫の誤り.

use crate::base::{Code, code};
use std::fmt;

/// Why the vault refused; the variants carry nothing that helps a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// No slot opens with this passphrase (or the slot was changed: the two look alike).
    Passphrase,
    /// The passphrase is right, but a row was changed, swapped, added or removed.
    Changed,
    /// Argon2 parameters out of bounds; nothing was allocated.
    Bounds,
    /// The memory that the parameters ask for can't be had.
    Memory,
    /// No such slot, no free slot, or the last one.
    Slots,
    /// A sealed value that does not belong to this vault, number and revision.
    Value,
    /// A passphrase that is too short or too simple.
    Weak,
    /// The key of this value was destroyed.
    Gone,
}

impl VaultError {
    /// FK-5010, FK-5012 to FK-5015.
    pub const fn code(self) -> Code {
        match self {
            Self::Passphrase | Self::Changed => code::PASSPHRASE,
            Self::Bounds | Self::Memory | Self::Slots => code::VAULT_BOUNDS,
            Self::Value => code::SEALED_VALUE,
            Self::Weak => code::WEAK_PASSPHRASE,
            Self::Gone => code::PASSWORD_GONE,
        }
    }

    /// Whether the password was destroyed, so that its package is «not provable» for good.
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::Gone)
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().as_str())
    }
}

impl std::error::Error for VaultError {}
