//! 照合番号: eight characters that bind a document's text to where it goes.
//!
//! ```text
//! MAC  = HMAC-SHA-256(K_pairing, "fukan/code/v1" ‖ lp(insurer number) ‖ lp(number) ‖ lp(kind) ‖ lp(channel)
//!                                ‖ lp(municipality code) ‖ lp(destination) ‖ lp(T))
//! code = (first 8 bytes of MAC, big-endian) mod 28^8, in base 28 with the symbols of the password alphabet, highest first
//! ```
//!
//! lp = u32 big-endian length ‖ UTF-8. The database keeps the whole MAC and verify compares that; the printed characters
//! (38.5 bits) are for eyes.

use crate::seal::OfficeKeys;
use crate::seal::alphabet::SYMBOLS;
use crate::seal::mac::lp;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// 照合番号の元: every field in the order of the formula. A field that does not apply is empty, never left out.
#[derive(Clone, Copy)]
pub struct CodeInput<'a> {
    /// 保険者番号.
    pub insurer: &'a str,
    /// 番号 of this document: `R08-0013-1`.
    pub number: &'a str,
    /// 文書の種類: reply, cover, index …
    pub kind: &'a str,
    /// 経路: email, paper, phone.
    pub channel: &'a str,
    /// 市区町村コード, or the partner's `X-…` key.
    pub municipality: &'a str,
    /// 送付先: mailbox, postal code and address, or representative number.
    pub destination: &'a str,
    /// 本文 (T): the text read back from the document, its own code replaced by [`PLACEHOLDER`].
    pub text: &'a str,
}

/// What stands in T in place of the document's own code.
pub use crate::base::text::CODE_MASK as PLACEHOLDER;

/// 照合番号: the whole MAC. Its `Display` is what is printed: `XXXX-XXXX`.
#[derive(Clone, Copy)]
pub struct PairingCode([u8; 32]);

impl PairingCode {
    /// The code of a document.
    pub fn new(keys: &OfficeKeys, input: &CodeInput<'_>) -> Self {
        let fields = [input.insurer, input.number, input.kind, input.channel, input.municipality, input.destination, input.text];
        let length = fields.iter().map(|field| field.len() + 4).sum();
        let mut message = Zeroizing::new(Vec::with_capacity(length));
        fields.iter().for_each(|field| lp(&mut message, field));
        Self(keys.pairing_mac(&message))
    }

    /// The MAC as the database holds it.
    pub fn from_bytes(mac: [u8; 32]) -> Self {
        Self(mac)
    }

    /// All 32 bytes, for the database.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the whole MACs agree, in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i, ..] = self.0;
        let mut rest = u64::from_be_bytes([a, b, c, d, e, g, h, i]) % 28u64.pow(8);
        let mut symbols = ['2'; 8];
        for symbol in symbols.iter_mut().rev() {
            *symbol = char::from(SYMBOLS[(rest % 28) as usize]);
            rest /= 28;
        }
        let (left, right) = symbols.split_at(4);
        write!(f, "{}-{}", left.iter().collect::<String>(), right.iter().collect::<String>())
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[照合番号 {self}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::testing::hex;

    fn cases() -> Vec<serde_json::Value> {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/code.json")).expect("json");
        vectors["cases"].as_array().expect("cases").clone()
    }

    fn input(case: &serde_json::Value) -> CodeInput<'_> {
        let field = |name: &str| case[name].as_str().expect("text");
        CodeInput {
            insurer: field("insurer"),
            number: field("number"),
            kind: field("kind"),
            channel: field("channel"),
            municipality: field("municipality"),
            destination: field("destination"),
            text: field("text"),
        }
    }

    #[test]
    fn codes_are_those_that_python_computes() {
        for case in cases() {
            let keys = OfficeKeys::with_pairing_key(&hex(case["key"].as_str().expect("hex")));
            let code = PairingCode::new(&keys, &input(&case));
            assert_eq!(code.as_bytes().to_vec(), hex(case["mac"].as_str().expect("hex")));
            assert_eq!(code.to_string(), case["code"].as_str().expect("text"));
        }
    }

    #[test]
    fn each_field_counts_and_none_runs_into_the_next() {
        let keys = OfficeKeys::with_pairing_key(&[1; 32]);
        let base =
            CodeInput { insurer: "a", number: "b", kind: "c", channel: "d", municipality: "e", destination: "f", text: "g" };
        let inputs = [
            base,
            CodeInput { insurer: "x", ..base },
            CodeInput { number: "x", ..base },
            CodeInput { kind: "x", ..base },
            CodeInput { channel: "x", ..base },
            CodeInput { municipality: "x", ..base },
            CodeInput { destination: "x", ..base },
            CodeInput { text: "x", ..base },
            CodeInput { insurer: "ab", number: "", ..base },
            CodeInput { insurer: "", number: "ab", ..base },
            CodeInput { destination: "fg", text: "", ..base },
        ];
        let codes: std::collections::BTreeSet<_> = inputs.iter().map(|i| *PairingCode::new(&keys, i).as_bytes()).collect();
        assert_eq!(codes.len(), inputs.len());
    }

    #[test]
    fn what_is_printed_comes_of_the_first_eight_bytes() {
        let with = |first: u64| {
            let mut mac = [0xFF; 32];
            mac[..8].copy_from_slice(&first.to_be_bytes());
            PairingCode::from_bytes(mac).to_string()
        };
        assert_eq!(with(0), "2222-2222");
        assert_eq!(with(1), "2222-2223");
        assert_eq!(with(28), "2222-2232");
        assert_eq!(with(28u64.pow(8) - 1), "YYYY-YYYY");
        assert_eq!(with(28u64.pow(8)), "2222-2222");
    }
}
