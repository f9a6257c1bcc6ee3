//! 合言葉: what opens the vault: chosen by people, or generated.

use super::error::VaultError;
use crate::base::{Entropy, Secret};
use crate::seal::alphabet;
use std::fmt;
use std::str;
use zeroize::Zeroizing;

/// Fewer characters than this are too few.
const LEAST_CHARACTERS: usize = 14;
/// And so many of them must differ.
const LEAST_DISTINCT: usize = 6;

/// 強度: at least 14 characters, 6 of them different, none of them a control character. A generated code passes.
pub fn check_passphrase(passphrase: &[u8]) -> Result<(), VaultError> {
    let text = str::from_utf8(passphrase).map_err(|_| VaultError::Weak)?;
    // Counted without a set: no copy of the passphrase is left behind.
    let distinct = text.chars().enumerate().filter(|(at, c)| !text.chars().take(*at).any(|d| d == *c)).count();
    let good = text.chars().count() >= LEAST_CHARACTERS
        && distinct >= LEAST_DISTINCT
        && text.trim() == text
        && !text.contains(char::is_control);
    if good || is_code(passphrase) { Ok(()) } else { Err(VaultError::Weak) }
}

/// 復旧コード: 24 symbols in six groups of four, 115 bits. Printed once, kept in the safe; also fit to be a passphrase.
pub struct RecoveryCode(Secret<{ RecoveryCode::SYMBOLS }>);

impl RecoveryCode {
    /// How many symbols.
    pub const SYMBOLS: usize = 24;

    /// A fresh one.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut symbols = Secret::zeroed();
        alphabet::draw(symbols.expose_mut(), entropy);
        Self(symbols)
    }

    /// The 24 symbols without spaces.
    pub fn expose(&self) -> &str {
        // Always ASCII: drawn from the alphabet.
        str::from_utf8(self.0.expose()).unwrap_or_default()
    }

    /// As printed.
    pub fn groups(&self) -> [&str; 6] {
        [0, 4, 8, 12, 16, 20].map(|at| self.expose().get(at..at + 4).unwrap_or_default())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[復旧コード]")
    }
}

/// Whether this is 24 symbols of the alphabet, however typed.
pub(super) fn is_code(passphrase: &[u8]) -> bool {
    code(passphrase).is_some()
}

/// What goes into Argon2: a code without its spaces and in upper case, anything else byte for byte as typed.
pub(super) fn canonical(passphrase: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(code(passphrase).map_or_else(|| passphrase.to_vec(), |symbols| symbols.to_vec()))
}

fn code(passphrase: &[u8]) -> Option<Zeroizing<[u8; RecoveryCode::SYMBOLS]>> {
    alphabet::read(str::from_utf8(passphrase).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::testing::Seeded;

    #[test]
    fn short_and_simple_passphrases_are_refused() {
        for weak in [
            "",
            "short",
            "thirteenchars",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            " leading space is lost",
            "line\nbreak is lost",
            "あいうえお",
        ] {
            assert_eq!(check_passphrase(weak.as_bytes()), Err(VaultError::Weak), "{weak:?}");
        }
        for good in ["fourteen chars", "correct horse battery staple", "春はあけぼのやうやう白くなりゆく"] {
            assert_eq!(check_passphrase(good.as_bytes()), Ok(()), "{good:?}");
        }
        assert_eq!(check_passphrase(&[0xFF; 40]), Err(VaultError::Weak));
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::random(&Seeded::new("recovery"));
        let typed = code.groups().join("-").to_lowercase();
        assert_eq!(code.groups().concat(), code.expose());
        assert!(is_code(typed.as_bytes()));
        assert_eq!(canonical(typed.as_bytes()).as_slice(), code.expose().as_bytes());
        assert_eq!(check_passphrase(typed.as_bytes()), Ok(()));
        assert_eq!(format!("{code:?}"), "[復旧コード]");
    }
}
