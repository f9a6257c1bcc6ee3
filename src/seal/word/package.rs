//! EncryptedPackage: the document in segments.
//!
//! ```text
//! length u64 LE ‖ { AES-256-CBC of 4,096 bytes, IV = the first 16 of SHA-512(package salt ‖ LE32(segment)) }…
//! ```
//!
//! The last segment is filled up with zeroes to a whole block. Source: MS-OFFCRYPTO 2.3.4.4 and 2.3.4.15. The length stands
//! in clear: documents are padded to a step before they come here.

use super::keys::{self, PackageKey};
use zeroize::Zeroizing;

const SEGMENT: usize = 4096;
const BLOCK: usize = 16;
const HEAD: usize = 8;

pub(super) fn encrypt(document: &[u8], key: &PackageKey) -> Vec<u8> {
    let padded = document.len().next_multiple_of(BLOCK);
    // Reserved whole, so that no copy of the document is left behind by growing.
    let mut package = Vec::with_capacity(HEAD + padded);
    package.extend_from_slice(&(document.len() as u64).to_le_bytes());
    package.extend_from_slice(document);
    package.resize(HEAD + padded, 0);
    let cipher = key.cipher();
    for (n, segment) in package[HEAD..].chunks_mut(SEGMENT).enumerate() {
        keys::encrypt(&cipher, &iv(key, n), segment);
    }
    package
}

/// Whether length and bytes fit together; nothing else is known before the seal was checked.
pub(super) fn is_whole(package: &[u8]) -> bool {
    length(package).and_then(|length| length.checked_next_multiple_of(BLOCK)?.checked_add(HEAD)) == Some(package.len())
}

/// The document. To be called once the seal was found intact.
pub(super) fn decrypt(package: &[u8], key: &PackageKey) -> Option<Zeroizing<Vec<u8>>> {
    let length = length(package)?;
    let mut document = Zeroizing::new(package.get(HEAD..)?.to_vec());
    let cipher = key.cipher();
    for (n, segment) in document.chunks_mut(SEGMENT).enumerate() {
        keys::decrypt(&cipher, &iv(key, n), segment);
    }
    let filling_is_zero = document.get(length..)?.iter().all(|byte| *byte == 0);
    document.truncate(length);
    filling_is_zero.then_some(document)
}

fn length(package: &[u8]) -> Option<usize> {
    let (head, _) = package.split_first_chunk::<HEAD>()?;
    usize::try_from(u64::from_le_bytes(*head)).ok()
}

fn iv(key: &PackageKey, segment: usize) -> [u8; 16] {
    // A package of 2^32 segments would be 16 TiB.
    key.iv(&(segment as u32).to_le_bytes())
}
