//! Word 文書の暗号化: ECMA-376 agile encryption, which Word opens with a password and nothing else installed.
//!
//! ```text
//! compound file (container)
//!   EncryptionInfo     how the key hangs on the password         (info, keys)
//!   EncryptedPackage   length ‖ the .docx in segments of 4,096   (package)
//!   \6DataSpaces/…     four fixed streams that Office expects    (container)
//! ```
//!
//! Source: MS-OFFCRYPTO 2.3.4.10 to 2.3.4.15; MS-CFB for the container. AES-256-CBC, SHA-512, two salts of their own for
//! password and package, HMAC-SHA-512 over the whole EncryptedPackage with its length. `docs/formats/word.md` has the bytes.
//!
//! As with [`archive`](super::archive), reading is writing once more: the container and the XML are written anew from what
//! was read, and must come out the same to the last byte.

mod container;
mod info;
mod keys;
mod package;

use crate::base::Entropy;
use crate::seal::{OpenError, Password, SealError};
use info::Info;
use keys::PasswordKeys;
use zeroize::Zeroizing;

/// 反復回数: how often the password is hashed; the price of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spin(u32);

impl Spin {
    /// What Office itself writes: 100,000.
    pub const DEFAULT: Self = Self(100_000);
    /// What a reader of ours takes at most.
    pub const MOST: u32 = 1_000_000;

    /// 100,000 to 1,000,000, as an office may set it.
    pub fn new(count: u32) -> Option<Self> {
        (Self::DEFAULT.0..=Self::MOST).contains(&count).then_some(Self(count))
    }

    /// The count.
    pub const fn count(self) -> u32 {
        self.0
    }

    /// A count so small that tests are quick.
    #[cfg(test)]
    pub(crate) const fn quick() -> Self {
        Self(3)
    }
}

/// 封をする: this .docx, encrypted under this password.
pub fn seal(document: &[u8], password: &Password, spin: Spin, entropy: &dyn Entropy) -> Result<Vec<u8>, SealError> {
    let key = keys::PackageKey::random(entropy);
    let package = package::encrypt(document, &key);
    let salt = keys::random_salt(entropy);
    let lock = PasswordKeys::derive(password.expose(), &salt, spin.0).lock(&key, entropy);
    let integrity = key.seal_integrity(&package, entropy);
    let info = Info { spin: spin.0, package_salt: key.salt, password_salt: salt, lock, integrity };
    container::write(&info.to_bytes(), &package).map_err(|_| SealError::Container)
}

/// 開封する: the .docx. Password and integrity are both checked, in constant time and with one answer for both, before
/// anything of the document is decrypted.
pub fn open(bytes: &[u8], password: &str, most_bytes: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    if bytes.len() > most_bytes {
        return Err(OpenError::TooLarge);
    }
    let (info, package) = container::read(bytes).ok_or(OpenError::NotOurs)?;
    let info = Info::read(&info).ok_or(OpenError::NotOurs)?;
    if info.spin > Spin::MOST {
        return Err(OpenError::TooLarge);
    }
    if !package::is_whole(&package) {
        return Err(OpenError::NotOurs);
    }
    let (key, right) = PasswordKeys::derive(password, &info.password_salt, info.spin).unlock(&info.lock, info.package_salt);
    let intact = key.verify_integrity(&info.integrity, &package);
    if !bool::from(right & intact) {
        return Err(OpenError::Refused);
    }
    package::decrypt(&package, &key).ok_or(OpenError::Refused)
}

#[cfg(test)]
mod tests;
