//! 文字表: the 28 symbols of passwords, recovery codes and 照合番号, none of which is mistaken for another.

use crate::base::Entropy;
use crate::base::kana::is_dash;
use zeroize::Zeroizing;

/// 使う文字. No 0/O, 1/I/L, 5/S, 8/B or 2/Z pair is left: S, B, Z, O, I and L are dropped, the digits kept.
pub const SYMBOLS: &[u8; 28] = b"23456789ACDEFGHJKMNPQRTUVWXY";

/// Bits of one symbol: log2 28.
pub const BITS: f64 = 4.807_354_922_057_604;

/// The largest multiple of 28 that a byte can hold: bytes from here on are thrown away, so that no symbol is favoured.
const FAIR: u8 = 252;

/// 無作為の文字列: fills `out` with symbols, each equally likely (rejection sampling).
pub fn draw(out: &mut [u8], entropy: &dyn Entropy) {
    let mut pool = Zeroizing::new([0u8; 32]);
    let mut left = 0;
    for symbol in out {
        *symbol = loop {
            if left == 0 {
                entropy.fill(&mut *pool);
                left = pool.len();
            }
            left -= 1;
            if pool[left] < FAIR {
                break SYMBOLS[usize::from(pool[left] % 28)];
            }
        };
    }
}

/// 入力の読み取り: the symbols in what somebody typed. Spaces and hyphens are passed over, lower case and full width are
/// taken; `None` when anything else is there or when there are not exactly `N` symbols.
pub fn read<const N: usize>(typed: &str) -> Option<Zeroizing<[u8; N]>> {
    let mut symbols = Zeroizing::new([0u8; N]);
    let mut at = 0;
    for c in typed.chars().filter(|c| !c.is_whitespace() && !is_dash(*c)) {
        *symbols.get_mut(at)? = symbol(c)?;
        at += 1;
    }
    (at == N).then_some(symbols)
}

/// The symbol that a typed character stands for.
fn symbol(typed: char) -> Option<u8> {
    let narrow = match typed {
        '！'..='～' => char::from_u32(typed as u32 - 0xFEE0)?,
        c => c,
    };
    let upper = u8::try_from(narrow).ok()?.to_ascii_uppercase();
    SYMBOLS.contains(&upper).then_some(upper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::testing::Seeded;

    #[test]
    fn every_symbol_is_equally_likely() {
        const DRAWS: usize = 280_000;
        let mut drawn = vec![0u8; DRAWS];
        draw(&mut drawn, &Seeded::new("bias"));
        let expected = DRAWS as f64 / 28.0;
        let chi2: f64 = SYMBOLS
            .iter()
            .map(|s| drawn.iter().filter(|d| *d == s).count() as f64 - expected)
            .map(|off| off * off / expected)
            .sum();
        // 27 degrees of freedom: 55.5 is the 0.1 % point. Bytes taken mod 28 without rejection would give some 430.
        assert!(chi2 < 55.5, "chi² = {chi2}");
    }

    #[test]
    fn bytes_beyond_the_fair_range_are_thrown_away() {
        let mut out = [0u8; 3];
        draw(&mut out, &crate::seal::testing::Scripted::new(&[0, 252, 253, 254, 255, 27, 251]));
        // The pool is read from its end; the script is repeated to fill it.
        assert!(out.iter().all(|s| SYMBOLS.contains(s)));
        assert!(out.iter().all(|s| matches!(s, b'2' | b'Y')), "only 0, 27 and 251 may be used");
    }

    #[test]
    fn typing_is_taken_as_people_type() {
        let want = Some(*b"7KM4Q9XD");
        for typed in ["7KM4Q9XD", "7KM4 Q9XD", "7km4-q9xd", "７ＫＭ４　Ｑ９ＸＤ", " 7k m4ーq9−xd ", "7KM4\u{2010}Q9XD"]
        {
            assert_eq!(read::<8>(typed).map(|s| *s), want, "{typed}");
        }
        for typed in ["7KM4Q9X", "7KM4Q9XDD", "7KM4Q9X0", "7KM4Q9XO", "7KM4Q9XS", "7KM4Q9X山", "", "7KM4.Q9XD"] {
            assert_eq!(read::<8>(typed).map(|s| *s), None, "{typed}");
        }
    }
}
