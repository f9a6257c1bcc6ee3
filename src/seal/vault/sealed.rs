//! 封をした値: a secret of a fixed length under a key, bound to where it stands.
//!
//! ```text
//! nonce 12 ‖ ciphertext n ‖ tag 16        AES-256-GCM (NIST SP 800-38D), a fresh random nonce each time
//! ```

use crate::base::{Entropy, Secret};
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};

const NONCE: usize = 12;
const TAG: usize = 16;

/// Bytes of a sealed secret of `n` bytes.
pub(super) const fn length(n: usize) -> usize {
    NONCE + n + TAG
}

/// Seals a secret; `place` is the associated data.
pub(super) fn seal<const N: usize>(key: &Secret<32>, place: &[u8], secret: &Secret<N>, entropy: &dyn Entropy) -> Vec<u8> {
    let mut nonce = [0u8; NONCE];
    entropy.fill(&mut nonce);
    let mut body = secret.clone();
    let cipher = Aes256Gcm::new(key.expose().into());
    let Ok(tag) = cipher.encrypt_inout_detached((&nonce).into(), place, body.expose_mut().as_mut_slice().into()) else {
        unreachable!("AES-GCM refuses only what is longer than 64 GiB");
    };
    [&nonce[..], body.expose(), &tag].concat()
}

/// Opens it again, if key, place and every byte are right.
pub(super) fn open<const N: usize>(key: &Secret<32>, place: &[u8], sealed: &[u8]) -> Option<Secret<N>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE)?;
    let (body, tag) = rest.split_at_checked(N)?;
    let (nonce, tag) = (<&[u8; NONCE]>::try_from(nonce).ok()?, <&[u8; TAG]>::try_from(tag).ok()?);
    let mut secret = Secret::<N>::from_slice(body)?;
    let cipher = Aes256Gcm::new(key.expose().into());
    let opened = cipher.decrypt_inout_detached(nonce.into(), place, secret.expose_mut().as_mut_slice().into(), tag.into());
    opened.ok().map(|()| secret)
}
