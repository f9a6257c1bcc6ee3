//! 暗号化記録: how a package was sealed and who was told its password when, without personal data.

use super::Letterhead;
use super::composer::moment;
use super::package::{Package, Step, history};
use crate::base::date::DateTime;
use crate::letter::{Phrase, Slot, Values};

/// 封緘の記録, as the ledger holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealFacts {
    /// 形式
    pub format: String,
    /// 暗号方式
    pub cipher: String,
    /// 鍵の導出
    pub derivation: String,
    /// Its rounds.
    pub iterations: u64,
    /// What shows a change.
    pub authentication: String,
    /// パスワードの強度
    pub bits: u32,
    /// How the password is told.
    pub told_by: String,
    /// When it was sealed.
    pub at: Option<DateTime>,
    /// 作成プログラム
    pub program: String,
    /// The sealed file.
    pub file: String,
    /// Its size.
    pub size: u64,
    /// Of the ciphertext.
    pub sha256: String,
}

/// The values of a record.
pub fn seal_record(head: &Letterhead, package: &Package<'_>, seal: &SealFacts, steps: &[Step<'_>]) -> Values {
    let mut values = package.values(head);
    sealing(&mut values, head, seal);
    history(&mut values, head, steps);
    values
}

/// The slots that say how something was sealed.
pub(super) fn sealing(values: &mut Values, head: &Letterhead, seal: &SealFacts) {
    let phrases = &head.phrases;
    let dash = phrases.get(Phrase::Dash);
    let or_dash = |text: &str| if text.is_empty() { dash.to_owned() } else { text.to_owned() };
    values.set(Slot::SealFormat, or_dash(&seal.format)).set(Slot::SealCipher, or_dash(&seal.cipher));
    let rounds = grouped(seal.iterations);
    values
        .set(Slot::SealDerivation, phrases.fill(Phrase::Derivation, &[("方式", &or_dash(&seal.derivation)), ("回数", &rounds)]));
    values.set(Slot::SealAuthentication, or_dash(&seal.authentication));
    values.set(Slot::PasswordChannel, or_dash(&seal.told_by));
    values.set(Slot::SealedAt, seal.at.map_or(dash.to_owned(), moment)).set(Slot::SealProgram, or_dash(&seal.program));
    let size = grouped(seal.size);
    values.set(Slot::SealedFile, phrases.fill(Phrase::SealedFile, &[("名", &or_dash(&seal.file)), ("大きさ", &size)]));
    // Two lines of 32 are compared more easily than one of 64, and fit the column.
    let (first, second) = seal.sha256.split_at_checked(32).unwrap_or((&seal.sha256, ""));
    values.set(Slot::SealHash, or_dash([first, second].join("\n").trim_end()));
    let (strength, cost) = match seal.bits {
        // Not known is not weak.
        0 => (dash.to_owned(), dash.to_owned()),
        bits => (
            phrases.fill(Phrase::Strength, &[("ビット", &bits.to_string())]),
            phrases.fill(Phrase::GuessCost, &[("年", &years(bits))]),
        ),
    };
    values.set(Slot::PasswordStrength, strength).set(Slot::GuessCost, cost);
}

/// 32,942.
fn grouped(n: u64) -> String {
    super::composer::yen_text(n).trim_end_matches('円').to_owned()
}

/// Years until half of all passwords are tried, at a thousand million a second; two digits, rounded down.
fn years(bits: u32) -> String {
    const A_SECOND: f64 = 1e9;
    const SECONDS: f64 = 31_557_600.0;
    let years = 2f64.powf(f64::from(bits) - 1.0) / A_SECOND / SECONDS;
    let step = 10f64.powf((years.log10().floor() - 1.0).max(0.0));
    let years = (years / step).floor() * step;
    let unit = [(1e12, "兆"), (1e8, "億"), (1e4, "万")].into_iter().find(|(unit, _)| years >= *unit);
    let (unit, word) = unit.unwrap_or((1.0, ""));
    format!("{}{word}", (years / unit).floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_guess_costs() {
        // 2^75 guesses at 10^9 a second are 1.197 million years.
        assert_eq!(years(76), "110万");
        assert_eq!((years(50).as_str(), years(60).as_str(), years(100).as_str()), ("0", "18", "20兆"));
        assert_eq!(grouped(32_942), "32,942");
    }
}
