//! 保険者の鍵: five random keys, one a purpose, and what each is for.
//!
//! ```text
//! sealed = AES-256-GCM(HKDF-SHA-256(root, "fukan/vault/v1/record"), key),
//!          AAD = lp("fukan/vault/v1/key") ‖ lp(vault id) ‖ purpose ‖ key id
//! ```

use super::error::VaultError;
use super::rows::VaultId;
use super::{Root, kdf, labels, sealed};
use crate::base::{Entropy, Secret};
use crate::seal::mac::{self, lp};
use hmac::Mac;

/// password, pairing, chain, person, file.
pub(super) const PURPOSES: std::ops::RangeInclusive<u32> = 1..=5;

/// One key as a row holds it.
pub(super) struct SealedKey {
    pub(super) purpose: u32,
    pub(super) id: u32,
    pub(super) sealed: [u8; sealed::length(32)],
}

/// One key in use.
pub(super) struct Key {
    pub(super) id: u32,
    pub(super) secret: Secret<32>,
}

/// 保険者の鍵. Held in memory while the office is open; wiped when dropped.
pub struct OfficeKeys {
    pub(super) vault: VaultId,
    pub(super) password: Key,
    pairing: Key,
    chain: Key,
    person: Key,
    file: Key,
}

impl OfficeKeys {
    /// Which vault they are of.
    pub fn vault(&self) -> VaultId {
        self.vault
    }

    /// 照合番号 (K_pairing): HMAC-SHA-256(K, "fukan/code/v1" ‖ fields). [`crate::seal::code`] writes the fields.
    pub(crate) fn pairing_mac(&self, fields: &[u8]) -> [u8; 32] {
        tag(&self.pairing, labels::CODE, &[fields])
    }

    /// 台帳の連鎖 (K_chain): HMAC-SHA-256(K, "fukan/chain/v1" ‖ tag of the row before ‖ lp(row)). The first row follows 32 zeroes.
    pub fn chain_mac(&self, before: &[u8; 32], row: &[u8]) -> [u8; 32] {
        let mut framed = Vec::with_capacity(row.len() + 4);
        lp(&mut framed, row);
        tag(&self.chain, labels::CHAIN, &[before, &framed])
    }

    /// 仮名 (K_person): HMAC-SHA-256(K, "fukan/person/v1" ‖ lp(kana at L0) ‖ lp(birth, ISO) ‖ lp(sex)).
    pub fn person_mac(&self, kana_l0: &str, birth: &str, sex: &str) -> [u8; 32] {
        let mut fields = zeroize::Zeroizing::new(Vec::new());
        for field in [kana_l0, birth, sex] {
            lp(&mut fields, field);
        }
        tag(&self.person, labels::PERSON, &[&fields])
    }

    /// ファイルの鍵付きハッシュ (K_file): HMAC-SHA-256(K, "fukan/file/v1" ‖ bytes).
    pub fn file_mac(&self, bytes: &[u8]) -> [u8; 32] {
        tag(&self.file, labels::FILE, &[bytes])
    }

    /// 内容の指紋 (K_file): HMAC-SHA-256(K, "fukan/fingerprint/v1" ‖ bytes); unkeyed, it would tell whoever guesses the answer.
    pub fn fingerprint_mac(&self, bytes: &[u8]) -> [u8; 32] {
        tag(&self.file, labels::FINGERPRINT, &[bytes])
    }

    pub(super) fn random(vault: VaultId, entropy: &dyn Entropy) -> Self {
        let key = || Key { id: 1, secret: Secret::random(entropy) };
        Self { vault, password: key(), pairing: key(), chain: key(), person: key(), file: key() }
    }

    /// Keys of which only K_pairing is known, for vectors.
    #[cfg(test)]
    pub(crate) fn with_pairing_key(key: &[u8]) -> Self {
        let mut keys = Self::random(VaultId([0; 16]), &crate::seal::testing::Seeded::new("keys"));
        keys.pairing.secret = Secret::from_slice(key).expect("32 bytes");
        keys
    }

    /// The same with another K_password.
    pub(super) fn with_new_password_key(&self, entropy: &dyn Entropy) -> Result<Self, VaultError> {
        let same = |key: &Key| Key { id: key.id, secret: key.secret.clone() };
        let id = self.password.id.checked_add(1).ok_or(VaultError::Bounds)?;
        Ok(Self {
            vault: self.vault,
            password: Key { id, secret: Secret::random(entropy) },
            pairing: same(&self.pairing),
            chain: same(&self.chain),
            person: same(&self.person),
            file: same(&self.file),
        })
    }

    /// Each sealed under the root, in order of purpose.
    pub(super) fn seal(&self, root: &Root, entropy: &dyn Entropy) -> Vec<SealedKey> {
        let record = kdf::subkey(root, labels::RECORD);
        let keys = [&self.password, &self.pairing, &self.chain, &self.person, &self.file];
        let seal = |(purpose, key): (u32, &Key)| {
            let mut row = SealedKey { purpose, id: key.id, sealed: [0; _] };
            row.sealed.copy_from_slice(&sealed::seal(&record, &place(self.vault, purpose, key.id), &key.secret, entropy));
            row
        };
        PURPOSES.zip(keys).map(seal).collect()
    }

    /// And back. `rows` are the five, in order of purpose.
    pub(super) fn unseal(vault: VaultId, rows: &[SealedKey], root: &Root) -> Result<Self, VaultError> {
        let record = kdf::subkey(root, labels::RECORD);
        let open = |row: &SealedKey| {
            let secret = sealed::open(&record, &place(vault, row.purpose, row.id), &row.sealed)?;
            Some(Key { id: row.id, secret })
        };
        let mut keys = rows.iter().map(|row| open(row).ok_or(VaultError::Changed));
        let mut next = || keys.next().ok_or(VaultError::Changed)?;
        Ok(Self { vault, password: next()?, pairing: next()?, chain: next()?, person: next()?, file: next()? })
    }
}

impl std::fmt::Debug for OfficeKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[保険者の鍵]")
    }
}

fn place(vault: VaultId, purpose: u32, id: u32) -> Vec<u8> {
    let mut place = Vec::new();
    lp(&mut place, labels::KEY);
    lp(&mut place, vault.0);
    place.extend_from_slice(&purpose.to_be_bytes());
    place.extend_from_slice(&id.to_be_bytes());
    place
}

fn tag(key: &Key, label: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mac = mac::sha256(&key.secret).chain_update(label);
    parts.iter().fold(mac, |mac, part| mac.chain_update(part)).finalize().into_bytes().into()
}
