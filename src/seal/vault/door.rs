//! 入口: what may be said of the slots, once the vault is open.

use super::error::VaultError;
use super::kdf::Params;
use super::rows::{SlotKind, VaultRows};
use super::{OfficeKeys, Unlocked};

/// 入口: one way into the vault, without its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// 1 to 8.
    pub slot: i64,
    /// Whether a passphrase or the recovery code opens it.
    pub kind: SlotKind,
    /// What one guess costs.
    pub params: Params,
    /// Whether it was opened just now.
    pub opened: bool,
}

/// The slots of a vault whose rows are genuine and whose keys all open, in order.
pub fn doors(rows: &VaultRows, passphrase: &[u8]) -> Result<Vec<Door>, VaultError> {
    let Unlocked { table, root, number, .. } = Unlocked::new(rows, passphrase)?;
    OfficeKeys::unseal(table.id, &table.keys, &root)?;
    let door = |slot: &super::Slot| Door {
        slot: slot.number.into(),
        kind: slot.kind,
        params: slot.params,
        opened: slot.number == number,
    };
    Ok(table.slots.iter().map(door).collect())
}
