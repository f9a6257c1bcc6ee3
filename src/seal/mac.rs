//! 認証符号: HMAC keyed with whole arrays, so that no length can be wrong, and the one way to write a length before a text.

use crate::base::Secret;
use hmac::{Hmac, KeyInit};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

/// HMAC-SHA-1 (RFC 2104) of a 32-byte key; AE-2 alone uses it.
pub(crate) fn sha1(key: &Secret<32>) -> Hmac<Sha1> {
    Hmac::new((&*padded::<32, 64>(key)).into())
}

/// HMAC-SHA-256 (RFC 2104) of a 32-byte key.
pub(crate) fn sha256(key: &Secret<32>) -> Hmac<Sha256> {
    Hmac::new((&*padded::<32, 64>(key)).into())
}

/// HMAC-SHA-512 (RFC 2104) of a 64-byte key.
pub(crate) fn sha512(key: &Secret<64>) -> Hmac<Sha512> {
    Hmac::new((&*padded::<64, 128>(key)).into())
}

/// A key shorter than the hash's block is filled up with zeroes (RFC 2104, section 2).
fn padded<const K: usize, const B: usize>(key: &Secret<K>) -> Zeroizing<[u8; B]> {
    let mut block = Zeroizing::new([0u8; B]);
    block[..K].copy_from_slice(key.expose());
    block
}

/// 長さ付き: u32 big-endian length, then the bytes (UTF-8 when it is text). Two fields side by side can't be read in two ways.
pub fn lp(out: &mut Vec<u8>, field: impl AsRef<[u8]>) {
    let field = field.as_ref();
    // Beyond 4 GiB the length saturates; nothing we seal is near it, and the bytes follow whole.
    out.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(field);
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::Mac;

    #[test]
    fn a_length_goes_before_each_field() {
        let mut out = Vec::new();
        lp(&mut out, "山");
        lp(&mut out, b"");
        assert_eq!(out, [0, 0, 0, 3, 0xE5, 0xB1, 0xB1, 0, 0, 0, 0]);
    }

    #[test]
    fn padding_is_what_rfc_2104_does_itself() {
        let key = Secret::<32>::from_slice(&[7; 32]).expect("32");
        let ours = sha256(&key).chain_update(b"x").finalize().into_bytes();
        let plain = Hmac::<Sha256>::new_from_slice(&[7; 32]).expect("any length").chain_update(b"x").finalize().into_bytes();
        assert_eq!(ours, plain);
        let key = Secret::<64>::from_slice(&[7; 64]).expect("64");
        let ours = sha512(&key).chain_update(b"x").finalize().into_bytes();
        let plain = Hmac::<Sha512>::new_from_slice(&[7; 64]).expect("any length").chain_update(b"x").finalize().into_bytes();
        assert_eq!(ours, plain);
    }
}
