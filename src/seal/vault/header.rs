//! 見出しの認証: one MAC over all rows, so that none is swapped, removed or taken from an older copy alone.
//!
//! ```text
//! key = HKDF-SHA-256(root, "fukan/vault/v1/header")
//! mac = HMAC-SHA-256(key, version ‖ lp(vault id) ‖ generation u64
//!                        ‖ count ‖ { slot ‖ kind ‖ m ‖ t ‖ p ‖ lp(salt) ‖ lp(wrapped) }   by slot
//!                        ‖ count ‖ { purpose ‖ key id ‖ lp(sealed) }                      by purpose)
//! ```

use super::rows::Table;
use super::{Root, kdf, labels};
use crate::seal::mac::{self, lp};
use hmac::Mac;
use subtle::ConstantTimeEq;

pub(super) fn mac(table: &Table, root: &Root) -> [u8; 32] {
    let key = kdf::subkey(root, labels::HEADER);
    mac::sha256(&key).chain_update(rows(table)).finalize().into_bytes().into()
}

/// Compared in constant time.
pub(super) fn genuine(table: &Table, root: &Root, stored: &[u8]) -> bool {
    mac(table, root).ct_eq(stored).into()
}

fn rows(table: &Table) -> Vec<u8> {
    let mut out = Table::VERSION.to_be_bytes().to_vec();
    lp(&mut out, table.id.0);
    out.extend_from_slice(&table.generation.to_be_bytes());
    out.extend_from_slice(&(table.slots.len() as u32).to_be_bytes());
    for slot in &table.slots {
        slot.write_numbers(&mut out);
        lp(&mut out, slot.salt);
        lp(&mut out, slot.wrapped);
    }
    out.extend_from_slice(&(table.keys.len() as u32).to_be_bytes());
    for key in &table.keys {
        out.extend_from_slice(&key.purpose.to_be_bytes());
        out.extend_from_slice(&key.id.to_be_bytes());
        lp(&mut out, key.sealed);
    }
    out
}
