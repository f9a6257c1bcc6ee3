//! 鍵: from the password to the key of the package, and the seal over the package.
//!
//! ```text
//! H(0) = SHA-512(salt ‖ password in UTF-16LE);  H(n) = SHA-512(LE32(n-1) ‖ H(n-1))        2.3.4.11
//! key(purpose) = the first 32 bytes of SHA-512(H(spin) ‖ purpose)                          2.3.4.11
//! verifier input, its SHA-512, and the package key: AES-256-CBC under key(purpose), IV = the password's salt   2.3.4.13
//! integrity: HMAC key (64) and HMAC-SHA-512 of the whole EncryptedPackage, AES-256-CBC under the package key,
//!            IV = the first 16 bytes of SHA-512(package salt ‖ purpose)                    2.3.4.14
//! ```

use crate::base::{Entropy, Secret};
use crate::seal::mac;
use aes::Aes256;
use aes::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use hmac::Mac;
use sha2::{Digest, Sha512};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

pub(super) type Salt = [u8; 16];

// 2.3.4.13 and 2.3.4.14: the fixed block keys.
const VERIFIER_INPUT: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const VERIFIER_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const PACKAGE_KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];
const INTEGRITY_KEY: [u8; 8] = [0x5F, 0xB2, 0xAD, 0x01, 0x0C, 0xB9, 0xE1, 0xF6];
const INTEGRITY_VALUE: [u8; 8] = [0xA0, 0x67, 0x7F, 0x02, 0xB2, 0x2C, 0x84, 0x33];

/// What the password locks, as EncryptionInfo holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lock {
    pub(super) verifier_input: [u8; 16],
    pub(super) verifier_hash: [u8; 64],
    pub(super) package_key: [u8; 32],
}

/// The seal over EncryptedPackage, as EncryptionInfo holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Integrity {
    pub(super) key: [u8; 64],
    pub(super) value: [u8; 64],
}

/// The three keys that the password gives.
pub(super) struct PasswordKeys {
    input: Secret<32>,
    hash: Secret<32>,
    package: Secret<32>,
    salt: Salt,
}

impl PasswordKeys {
    pub(super) fn derive(password: &str, salt: &Salt, spin: u32) -> Self {
        let last = spun(password, salt, spin);
        let key = |purpose: &[u8; 8]| {
            let whole = Zeroizing::new(<[u8; 64]>::from(Sha512::new().chain_update(&*last).chain_update(purpose).finalize()));
            let mut key = Secret::zeroed();
            key.expose_mut().copy_from_slice(&whole[..32]);
            key
        };
        Self { input: key(&VERIFIER_INPUT), hash: key(&VERIFIER_HASH), package: key(&PACKAGE_KEY), salt: *salt }
    }

    /// Locks the package key.
    pub(super) fn lock(&self, key: &PackageKey, entropy: &dyn Entropy) -> Lock {
        let input = Secret::<16>::random(entropy);
        let mut lock = Lock {
            verifier_input: *input.expose(),
            verifier_hash: Sha512::digest(input.expose()).into(),
            package_key: *key.key.expose(),
        };
        encrypt(&cipher(&self.input), &self.salt, &mut lock.verifier_input);
        encrypt(&cipher(&self.hash), &self.salt, &mut lock.verifier_hash);
        encrypt(&cipher(&self.package), &self.salt, &mut lock.package_key);
        lock
    }

    /// The package key, and whether the password was the right one. With a wrong one the key is noise.
    pub(super) fn unlock(&self, lock: &Lock, package_salt: Salt) -> (PackageKey, Choice) {
        let mut input = Zeroizing::new(lock.verifier_input);
        let mut hash = Zeroizing::new(lock.verifier_hash);
        let mut key = Secret::zeroed();
        key.expose_mut().copy_from_slice(&lock.package_key);
        decrypt(&cipher(&self.input), &self.salt, &mut *input);
        decrypt(&cipher(&self.hash), &self.salt, &mut *hash);
        decrypt(&cipher(&self.package), &self.salt, key.expose_mut());
        let right = <[u8; 64]>::from(Sha512::digest(&*input)).ct_eq(&*hash);
        (PackageKey { key, salt: package_salt }, right)
    }
}

/// The random key of one package, with the salt of its IVs.
pub(super) struct PackageKey {
    key: Secret<32>,
    pub(super) salt: Salt,
}

impl PackageKey {
    pub(super) fn random(entropy: &dyn Entropy) -> Self {
        Self { key: Secret::random(entropy), salt: random_salt(entropy) }
    }

    /// The cipher, its schedule computed once.
    pub(super) fn cipher(&self) -> Aes256 {
        cipher(&self.key)
    }

    /// The first 16 bytes of SHA-512(salt ‖ block key).
    pub(super) fn iv(&self, block_key: &[u8]) -> [u8; 16] {
        let whole = Sha512::new().chain_update(self.salt).chain_update(block_key).finalize();
        let mut iv = [0u8; 16];
        iv.copy_from_slice(&whole[..16]);
        iv
    }

    /// The seal over a finished EncryptedPackage, under a fresh HMAC key.
    pub(super) fn seal_integrity(&self, package: &[u8], entropy: &dyn Entropy) -> Integrity {
        let key = Secret::<64>::random(entropy);
        let value = mac::sha512(&key).chain_update(package).finalize().into_bytes();
        let mut integrity = Integrity { key: *key.expose(), value: value.into() };
        encrypt(&self.cipher(), &self.iv(&INTEGRITY_KEY), &mut integrity.key);
        encrypt(&self.cipher(), &self.iv(&INTEGRITY_VALUE), &mut integrity.value);
        integrity
    }

    /// Whether the package is the one that was sealed; in constant time.
    pub(super) fn verify_integrity(&self, integrity: &Integrity, package: &[u8]) -> Choice {
        let mut key = Secret::<64>::zeroed();
        key.expose_mut().copy_from_slice(&integrity.key);
        let mut value = Zeroizing::new(integrity.value);
        decrypt(&self.cipher(), &self.iv(&INTEGRITY_KEY), key.expose_mut());
        decrypt(&self.cipher(), &self.iv(&INTEGRITY_VALUE), &mut *value);
        mac::sha512(&key).chain_update(package).finalize().into_bytes().as_slice().ct_eq(&*value)
    }
}

pub(super) fn random_salt(entropy: &dyn Entropy) -> Salt {
    let mut salt = [0u8; 16];
    entropy.fill(&mut salt);
    salt
}

/// H(spin).
fn spun(password: &str, salt: &Salt, spin: u32) -> Zeroizing<[u8; 64]> {
    let mut first = Sha512::new().chain_update(salt);
    for unit in password.encode_utf16() {
        first.update(unit.to_le_bytes());
    }
    let mut round = Zeroizing::new([0u8; 68]);
    round[4..].copy_from_slice(&first.finalize());
    for n in 0..spin {
        round[..4].copy_from_slice(&n.to_le_bytes());
        let next = Sha512::digest(&*round);
        round[4..].copy_from_slice(&next);
    }
    let mut last = Zeroizing::new([0u8; 64]);
    last.copy_from_slice(&round[4..]);
    last
}

fn cipher(key: &Secret<32>) -> Aes256 {
    Aes256::new(key.expose().into())
}

/// AES-256-CBC without padding; `bytes` are whole blocks.
pub(super) fn encrypt(cipher: &Aes256, iv: &[u8; 16], bytes: &mut [u8]) {
    let (blocks, rest) = Array::slice_as_chunks_mut(bytes);
    debug_assert!(rest.is_empty());
    cbc::Encryptor::inner_iv_init(cipher, iv.into()).encrypt_blocks(blocks);
}

/// And back.
pub(super) fn decrypt(cipher: &Aes256, iv: &[u8; 16], bytes: &mut [u8]) {
    let (blocks, rest) = Array::slice_as_chunks_mut(bytes);
    debug_assert!(rest.is_empty());
    cbc::Decryptor::inner_iv_init(cipher, iv.into()).decrypt_blocks(blocks);
}
