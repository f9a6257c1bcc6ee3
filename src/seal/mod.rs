//! 封緘: passwords, sealed packages and the office's keys. Bytes in, bytes out; no disk, no clock.
//!
//! A package is sealed under a [`Password`] made for it alone: as an [`archive`] (AES-256 in WinZip's AE-2 format) or as a
//! [`word`] document (ECMA-376 agile encryption). The password itself is sealed under the office's keys in the [`vault`],
//! whose rows the books floor stores; the same keys make the 照合番号 of [`code`] and the chain of the ledger.
//!
//! Every reader here is strict: it accepts what our own writer makes, byte for byte, and nothing else. [`witness`] is the
//! second pair of eyes, a reader by other hands.

pub mod alphabet;
pub mod archive;
pub mod code;
pub mod error;
pub mod kind;
pub mod mac;
pub mod password;
pub mod vault;
pub mod witness;
pub mod word;

pub use code::{CodeInput, PairingCode};
pub use error::{OpenError, SealError};
pub use kind::PackageKind;
pub use password::Password;
pub use vault::OfficeKeys;

#[cfg(test)]
pub(crate) mod testing;
