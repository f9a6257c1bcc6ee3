//! パスワード: sixteen symbols, made for one package, told by telephone.

use crate::base::{Entropy, Secret};
use crate::seal::alphabet;
use std::collections::BTreeMap;
use std::fmt;
use std::str;
use std::sync::OnceLock;
use subtle::ConstantTimeEq;

/// パスワード. 16 symbols of [`alphabet::SYMBOLS`], wiped when dropped, never printed by Debug, never equal by `==`.
///
/// Written and typed without the spaces; shown and told in four groups of four.
#[derive(Clone)]
pub struct Password(Secret<{ Password::SYMBOLS }>);

impl Password {
    /// How many symbols.
    pub const SYMBOLS: usize = 16;
    /// パスワード強度: 16 × log2 28 = 76.9 bits.
    pub const BITS: f64 = Self::SYMBOLS as f64 * alphabet::BITS;

    /// A fresh one.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut symbols = Secret::zeroed();
        alphabet::draw(symbols.expose_mut(), entropy);
        Self(symbols)
    }

    /// What somebody typed: spaces, hyphens, lower case and full width are taken.
    pub fn parse(typed: &str) -> Option<Self> {
        let symbols = alphabet::read::<{ Self::SYMBOLS }>(typed)?;
        Secret::from_slice(&*symbols).map(Self)
    }

    /// The exact sixteen symbols, as the vault holds them.
    pub fn from_slice(symbols: &[u8]) -> Option<Self> {
        symbols.iter().all(|s| alphabet::SYMBOLS.contains(s)).then(|| Secret::from_slice(symbols))?.map(Self)
    }

    /// The sixteen symbols as they are typed.
    pub fn expose(&self) -> &str {
        // Always ASCII: every maker checks the symbols.
        str::from_utf8(self.0.expose()).unwrap_or_default()
    }

    /// The symbols as bytes, for key derivation.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// The same as the vault seals it.
    pub(super) fn secret(&self) -> &Secret<{ Self::SYMBOLS }> {
        &self.0
    }

    /// 四つの組: as shown and told.
    pub fn groups(&self) -> [&str; 4] {
        let all = self.expose();
        [0, 4, 8, 12].map(|at| all.get(at..at + 4).unwrap_or_default())
    }

    /// 読み上げ: each symbol with the way it is said.
    pub fn spoken(&self) -> impl Iterator<Item = (char, &'static str)> + '_ {
        self.expose().chars().map(|symbol| (symbol, reading(symbol)))
    }

    /// 検査文字: one more symbol for a password that a person copies by hand. A single wrong symbol, and nearly every pair
    /// of neighbours swapped, changes it (Luhn mod 28, ISO/IEC 7812-1 annex B carried to 28 symbols).
    ///
    /// It tells 4.8 bits of the password: it belongs only where the password itself may be seen.
    pub fn check(&self) -> char {
        let sum: usize = self.as_bytes().iter().rev().enumerate().map(|(i, s)| luhn_share(index(*s), i % 2 == 0)).sum();
        char::from(alphabet::SYMBOLS[(28 - sum % 28) % 28])
    }

    /// Whether two are the same, in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[パスワード]")
    }
}

/// A symbol's place in the alphabet.
fn index(symbol: u8) -> usize {
    alphabet::SYMBOLS.iter().position(|s| *s == symbol).unwrap_or_default()
}

/// What one symbol adds to the check: every second one doubled, its two base-28 digits added.
fn luhn_share(index: usize, doubled: bool) -> usize {
    let weighted = if doubled { index * 2 } else { index };
    weighted / 28 + weighted % 28
}

/// 読み方 of a symbol, out of `templates/spoken.toml`.
pub fn reading(symbol: char) -> &'static str {
    static TABLE: OnceLock<BTreeMap<char, String>> = OnceLock::new();
    let table = TABLE.get_or_init(|| toml::from_str(include_str!("../../templates/spoken.toml")).unwrap_or_default());
    table.get(&symbol).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::testing::Seeded;

    fn sample() -> Password {
        Password::parse("7KM4 Q9XD H2RW T6YN").expect("a good one")
    }

    #[test]
    fn it_is_shown_in_groups_and_typed_without_spaces() {
        assert_eq!(sample().groups(), ["7KM4", "Q9XD", "H2RW", "T6YN"]);
        assert_eq!(sample().expose(), "7KM4Q9XDH2RWT6YN");
        assert!(sample().matches(&Password::parse("７ｋｍ４-q9xd-h2rw-t6yn").expect("typed")));
        assert!(Password::from_slice(b"7KM4Q9XDH2RWT6YN").is_some());
        assert!(Password::from_slice(b"7KM4Q9XDH2RWT6Yn").is_none());
        assert!(Password::from_slice(b"7KM4Q9XDH2RWT6Y").is_none());
        assert!(Password::from_slice(b"").is_none());
    }

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", sample()), "[パスワード]");
    }

    #[test]
    fn every_symbol_has_its_own_reading() {
        let mut readings: Vec<_> = alphabet::SYMBOLS.iter().map(|s| reading(char::from(*s))).collect();
        assert!(readings.iter().all(|r| !r.is_empty()));
        readings.sort_unstable();
        readings.dedup();
        assert_eq!(readings.len(), 28);
        let spoken: Vec<_> = sample().spoken().take(2).collect();
        assert_eq!(spoken, [('7', "なな"), ('K', "ケイ（キング）")]);
    }

    #[test]
    fn random_ones_differ_and_have_the_promised_strength() {
        let entropy = Seeded::new("passwords");
        let made: std::collections::BTreeSet<String> =
            (0..1000).map(|_| Password::random(&entropy).expose().to_owned()).collect();
        assert_eq!(made.len(), 1000);
        assert!((Password::BITS - 76.917).abs() < 0.001);
    }

    #[test]
    fn a_wrong_symbol_changes_the_check() {
        let right = sample().check();
        for at in 0..16 {
            for symbol in alphabet::SYMBOLS {
                let mut typed = *b"7KM4Q9XDH2RWT6YN";
                typed[at] = *symbol;
                let other = Password::from_slice(&typed).expect("symbols");
                assert_eq!(other.check() == right, other.matches(&sample()));
            }
        }
    }
}
