//! 一件の暗号化: the bytes of one entry in the AE-2 format.
//!
//! ```text
//! salt 16 ‖ verifier 2 ‖ ciphertext n ‖ authentication code 10
//! (AES key 32 ‖ HMAC key 32 ‖ verifier 2) = PBKDF2-HMAC-SHA-1(password, salt, 1000 rounds, 66 bytes)
//! ciphertext = AES-256 in counter mode, little-endian counter from 1
//! code = the first 10 bytes of HMAC-SHA-1(HMAC key, ciphertext)
//! ```
//!
//! Source: WinZip, «AES Encryption Information: Encryption Specification AE-1 and AE-2», version 1.04, sections III and IV;
//! RFC 8018 for PBKDF2.

use super::pbkdf2;
use crate::base::{Entropy, Secret};
use crate::seal::mac;
use aes::Aes256;
use ctr::Ctr128LE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use hmac::Mac;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const SALT: usize = 16;
const VERIFIER: usize = 2;
const CODE: usize = 10;
const ROUNDS: u32 = 1000;

/// What an entry gains by being sealed.
pub(super) const OVERHEAD: usize = SALT + VERIFIER + CODE;

/// Appends one sealed entry. `out` must have room, or a copy of the clear bytes may stay behind.
pub(super) fn encrypt(clear: &[u8], password: &[u8], entropy: &dyn Entropy, out: &mut Vec<u8>) {
    let mut salt = [0u8; SALT];
    entropy.fill(&mut salt);
    let keys = Keys::derive(password, &salt);
    out.extend_from_slice(&salt);
    out.extend_from_slice(&keys.verifier);
    let start = out.len();
    out.extend_from_slice(clear);
    keys.apply_keystream(&mut out[start..]);
    let code = keys.code(&out[start..]);
    out.extend_from_slice(&code);
}

/// The clear bytes, if the password is right and nothing was changed. Verifier and code are compared in constant time and
/// both always; nothing is decrypted before.
pub(super) fn decrypt(payload: &[u8], password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (salt, rest) = payload.split_first_chunk()?;
    let (verifier, rest) = rest.split_at_checked(VERIFIER)?;
    let (body, code) = rest.split_at_checked(rest.len().checked_sub(CODE)?)?;
    let keys = Keys::derive(password, salt);
    let genuine = keys.verifier.ct_eq(verifier) & keys.code(body).ct_eq(code);
    bool::from(genuine).then(|| {
        let mut clear = Zeroizing::new(body.to_vec());
        keys.apply_keystream(&mut clear);
        clear
    })
}

/// What password and salt give.
struct Keys {
    cipher: Secret<32>,
    mac: Secret<32>,
    verifier: [u8; VERIFIER],
}

impl Keys {
    fn derive(password: &[u8], salt: &[u8; SALT]) -> Self {
        let derived = pbkdf2::derive(password, salt, ROUNDS);
        let mut keys = Self { cipher: Secret::zeroed(), mac: Secret::zeroed(), verifier: [derived[64], derived[65]] };
        keys.cipher.expose_mut().copy_from_slice(&derived[..32]);
        keys.mac.expose_mut().copy_from_slice(&derived[32..64]);
        keys
    }

    /// Encrypts or decrypts: the same in counter mode.
    fn apply_keystream(&self, bytes: &mut [u8]) {
        let mut first = [0u8; 16];
        first[0] = 1;
        Ctr128LE::<Aes256>::new(self.cipher.expose().into(), (&first).into()).apply_keystream(bytes);
    }

    fn code(&self, ciphertext: &[u8]) -> [u8; CODE] {
        let whole = mac::sha1(&self.mac).chain_update(ciphertext).finalize().into_bytes();
        let mut code = [0u8; CODE];
        code.copy_from_slice(&whole[..CODE]);
        code
    }
}
