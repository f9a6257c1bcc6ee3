//! 封をしたパスワード: a package's password as its ledger row holds it, 49 bytes.
//!
//! ```text
//! version 1 ‖ key id u32 ‖ AES-256-GCM(K_password, 16 symbols),  AAD = lp(vault id) ‖ lp(number) ‖ revision u32
//! ```
//!
//! A copy in another row, of another office or of another revision does not open.

use super::error::VaultError;
use super::keys::OfficeKeys;
use super::sealed;
use crate::base::{Entropy, Secret};
use crate::seal::Password;
use crate::seal::mac::lp;

const VERSION: u8 = 1;
const LENGTH: usize = 5 + sealed::length(Password::SYMBOLS);

impl OfficeKeys {
    /// Seals a password for this package number and revision (1 for the first, 2 when the number is used again …).
    pub fn seal_password(&self, number: &str, revision: u32, password: &Password, entropy: &dyn Entropy) -> Vec<u8> {
        let mut value = vec![VERSION];
        value.extend_from_slice(&self.password.id.to_be_bytes());
        let sealed = sealed::seal(&self.password.secret, &self.place(number, revision), password.secret(), entropy);
        value.extend_from_slice(&sealed);
        value
    }

    /// Opens it. [`VaultError::Gone`] when a rotation destroyed its key, [`VaultError::Value`] when it does not belong here.
    pub fn open_password(&self, number: &str, revision: u32, value: &[u8]) -> Result<Password, VaultError> {
        let (head, sealed) = value.split_first_chunk::<5>().ok_or(VaultError::Value)?;
        let [version, id @ ..] = *head;
        let id = u32::from_be_bytes(id);
        if version != VERSION || value.len() != LENGTH || id == 0 || id > self.password.id {
            return Err(VaultError::Value);
        }
        if id < self.password.id {
            return Err(VaultError::Gone);
        }
        let secret: Option<Secret<{ Password::SYMBOLS }>> =
            sealed::open(&self.password.secret, &self.place(number, revision), sealed);
        secret.and_then(|symbols| Password::from_slice(symbols.expose())).ok_or(VaultError::Value)
    }

    fn place(&self, number: &str, revision: u32) -> Vec<u8> {
        let mut place = Vec::new();
        lp(&mut place, self.vault.0);
        lp(&mut place, number);
        place.extend_from_slice(&revision.to_be_bytes());
        place
    }
}
