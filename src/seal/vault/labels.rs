//! 用途の札: every label that keeps one use of a key apart from another, in one place.

/// HKDF info: the key of the header's MAC.
pub(super) const HEADER: &[u8] = b"fukan/vault/v1/header";
/// HKDF info: the key that seals the office keys.
pub(super) const RECORD: &[u8] = b"fukan/vault/v1/record";
/// Associated data of a slot.
pub(super) const SLOT: &[u8] = b"fukan/vault/v1/slot";
/// Associated data of an office key.
pub(super) const KEY: &[u8] = b"fukan/vault/v1/key";

/// 照合番号.
pub(super) const CODE: &[u8] = b"fukan/code/v1";
/// 台帳の連鎖.
pub(super) const CHAIN: &[u8] = b"fukan/chain/v1";
/// 仮名: pseudonym of a person.
pub(super) const PERSON: &[u8] = b"fukan/person/v1";
/// A file's keyed hash.
pub(super) const FILE: &[u8] = b"fukan/file/v1";
/// A case's content, keyed.
pub(super) const FINGERPRINT: &[u8] = b"fukan/fingerprint/v1";
