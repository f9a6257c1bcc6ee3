//! 証人: our archives read by a program that others wrote (the `zip` crate), as `fukan verify` and `fukan open` do besides
//! our own reader. It shares with [`archive`](super::archive) neither parsing nor key derivation.

use super::OpenError;
use super::archive::{Limits, Opened};
use std::io::{Cursor, Read};
use zeroize::Zeroizing;
use zip::ZipArchive;
use zip::result::ZipError;

/// Every entry, as the `zip` crate sees it. An entry in clear is refused.
pub fn open_with_zip_crate(bytes: &[u8], password: &[u8], limits: Limits) -> Result<Vec<Opened>, OpenError> {
    if bytes.len() > limits.bytes {
        return Err(OpenError::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| OpenError::NotOurs)?;
    if archive.len() > limits.entries {
        return Err(OpenError::TooLarge);
    }
    (0..archive.len()).map(|index| entry(&mut archive, index, password, limits)).collect()
}

fn entry(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, password: &[u8], limits: Limits) -> Result<Opened, OpenError> {
    let file = archive.by_index_decrypt(index, password).map_err(|error| match error {
        ZipError::InvalidPassword => OpenError::Refused,
        _ => OpenError::NotOurs,
    })?;
    if !file.encrypted() {
        return Err(OpenError::NotOurs);
    }
    let size = usize::try_from(file.size()).ok().filter(|size| *size <= limits.bytes).ok_or(OpenError::TooLarge)?;
    let name = file.name().to_owned();
    // One byte more than promised: room to see that there is more, without growing.
    let mut clear = Zeroizing::new(Vec::with_capacity(size + 1));
    let mut bounded = file.take(size as u64 + 1);
    bounded.read_to_end(&mut clear).map_err(|_| OpenError::Refused)?;
    if clear.len() == size { Ok(Opened { name, bytes: clear }) } else { Err(OpenError::Refused) }
}
