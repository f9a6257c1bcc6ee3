//! フリガナの照合: the three levels at which kana names are compared (DESIGN section 3, notice rule N7).

use unicode_normalization::UnicodeNormalization;

/// 一致の段階. How closely two kana names agree; the smaller the closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 同一: equal but for width, script, spaces and look-alike dashes.
    Same,
    /// 表記差: equal once small kana, ヲ/オ, ヂ/ジ, ヅ/ズ and ・ are told apart no longer.
    Notation,
    /// 候補: equal once 濁点 and lengthening are dropped too. For the clerk's eyes, never for a reply.
    Candidate,
}

/// 照合用フリガナ. One name folded to all three levels at once.
#[derive(Clone, PartialEq, Eq)]
pub struct Folded {
    /// L0.
    pub same: String,
    /// L1.
    pub notation: String,
    /// L2.
    pub candidate: String,
}

impl Folded {
    /// Folds a kana name as it was written.
    pub fn new(written: &str) -> Self {
        let same = fold_same(written);
        let notation = fold_notation(&same);
        let candidate = fold_candidate(&notation);
        Self { same, notation, candidate }
    }

    /// The closest level at which two names agree; `None` when they do not.
    pub fn level(&self, other: &Self) -> Option<Level> {
        [
            (Level::Same, self.same == other.same),
            (Level::Notation, self.notation == other.notation),
            (Level::Candidate, self.candidate == other.candidate),
        ]
        .into_iter()
        .find_map(|(level, equal)| equal.then_some(level))
    }
}

impl std::fmt::Debug for Folded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[個人情報]")
    }
}

/// L0: NFKC, hiragana to katakana, spaces removed, combining marks composed, dash look-alikes to ー after kana.
pub fn fold_same(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    for c in detach_spacing_marks(written).nfkc().map(katakana) {
        match c {
            c if c.is_whitespace() || is_invisible(c) => {}
            c if is_dash(c) && ends_in_kana(&out) => out.push('ー'),
            c => out.push(c),
        }
    }
    // A mark that stood after a space composes once the space is gone.
    out.nfkc().flat_map(char::to_uppercase).nfkc().collect()
}

fn fold_notation(same: &str) -> String {
    same.chars()
        .filter(|c| *c != '・')
        .map(|c| match c {
            'ァ' => 'ア',
            'ィ' => 'イ',
            'ゥ' => 'ウ',
            'ェ' => 'エ',
            'ォ' => 'オ',
            'ッ' => 'ツ',
            'ャ' => 'ヤ',
            'ュ' => 'ユ',
            'ョ' => 'ヨ',
            'ヮ' => 'ワ',
            'ヵ' => 'カ',
            'ヶ' => 'ケ',
            'ヲ' => 'オ',
            'ヂ' => 'ジ',
            'ヅ' => 'ズ',
            'ヰ' => 'イ',
            'ヱ' => 'エ',
            c => c,
        })
        .collect()
}

fn fold_candidate(notation: &str) -> String {
    // ヴァ/ヴィ/ヴェ/ヴォ are written バ/ビ/ベ/ボ as often as not, and ヴ alone as ブ.
    let spelled = [("ヴア", "バ"), ("ヴイ", "ビ"), ("ヴエ", "ベ"), ("ヴオ", "ボ"), ("ヴ", "ブ")]
        .iter()
        .fold(notation.to_owned(), |text, (from, to)| text.replace(from, to));
    let plain = spelled.nfd().filter(|c| !matches!(c, '\u{3099}' | '\u{309A}'));
    let mut out = String::with_capacity(notation.len());
    for c in plain {
        let lengthens = out.chars().next_back().is_some_and(|before| lengthens(before, c));
        if c != 'ー' && !lengthens {
            out.push(c);
        }
    }
    out
}

/// Whether `c` only lengthens the vowel of `before`: オオ, ユウ, ケイ, …
fn lengthens(before: char, c: char) -> bool {
    match c {
        'ア' | 'イ' | 'ウ' | 'エ' | 'オ' => {}
        _ => return false,
    }
    matches!(
        (vowel(before), c),
        (Some('ア'), 'ア') | (Some('イ'), 'イ') | (Some('ウ'), 'ウ') | (Some('エ'), 'エ' | 'イ') | (Some('オ'), 'オ' | 'ウ')
    )
}

fn vowel(kana: char) -> Option<char> {
    const ROWS: [(&str, char); 5] = [
        ("アカサタナハマヤラワ", 'ア'),
        ("イキシチニヒミリ", 'イ'),
        ("ウクスツヌフムユル", 'ウ'),
        ("エケセテネヘメレ", 'エ'),
        ("オコソトノホモヨロ", 'オ'),
    ];
    ROWS.iter().find_map(|(row, vowel)| row.contains(kana).then_some(*vowel))
}

/// Half-width marks behind a full-width letter and the spacing marks ゛゜ become combining ones, so that NFKC composes them.
fn detach_spacing_marks(written: &str) -> impl Iterator<Item = char> + '_ {
    written.chars().map(|c| match c {
        '゛' | 'ﾞ' => '\u{3099}',
        '゜' | 'ﾟ' => '\u{309A}',
        c => c,
    })
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ'..='ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        c => c,
    }
}

/// Whether the last letter is kana, whatever marks it bears: a mark alone is none, and stands elsewhere once it is composed.
fn ends_in_kana(text: &str) -> bool {
    let letter = text.chars().rev().find(|c| !matches!(c, '\u{3099}' | '\u{309A}'));
    letter.is_some_and(|c| matches!(c, 'ァ'..='ヺ' | 'ー'))
}

/// Whether a character is one of the many that people type for a hyphen or a lengthening mark.
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | 'ｰ' | 'ー' | '─' | '━' | '﹣' | '⁃')
}

/// Zero-width characters and soft hyphens: there to the machine, not to the eye.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{180E}' | '\u{034F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn pairs(key: &str) -> Vec<(String, String)> {
        let all: Value = serde_json::from_str(include_str!("../../tests/data/vectors.json")).expect("vectors");
        let text = |v: &Value, i: usize| v[i].as_str().expect("text").to_owned();
        all[key].as_array().expect("a list").iter().map(|p| (text(p, 0), text(p, 1))).collect()
    }

    fn level(a: &str, b: &str) -> Option<Level> {
        Folded::new(a).level(&Folded::new(b))
    }

    #[test]
    fn vectors_stand_at_their_level() {
        for (key, want) in [
            ("kana_L0_equal", Some(Level::Same)),
            ("kana_L1_only", Some(Level::Notation)),
            ("kana_L2_only", Some(Level::Candidate)),
            ("kana_never", None),
        ] {
            for (a, b) in pairs(key) {
                assert_eq!(level(&a, &b), want, "{a} / {b}");
                assert_eq!(level(&b, &a), want, "{b} / {a}");
            }
        }
    }

    #[test]
    fn marks_in_every_form_compose() {
        for written in ["ﾔﾏﾀﾞ", "ヤマタ゛", "ヤマタ\u{3099}", "やまだ", "ヤマ　ダ", "ヤマタﾞ"] {
            assert_eq!(fold_same(written), "ヤマダ", "{written}");
        }
    }

    /// Found by fuzzing: marks of kana on a Latin letter change places when they are composed, and a dash behind them was no hyphen then.
    #[test]
    fn a_dash_behind_marks_that_no_kana_bears_stays_a_hyphen() {
        let once = fold_same("A\u{334}\u{309A}\u{304}\u{3099}-B");
        assert_eq!(fold_same(&once), once);
        assert!(once.contains('-'), "{once:?}");
        assert_eq!(fold_same("タ\u{3099}-"), "ダー");
    }

    #[test]
    fn latin_names_are_left_alone() {
        assert_eq!(fold_same("Ｓｍｉｔｈ"), "SMITH");
        assert_eq!(fold_same("SMITH-JONES"), "SMITH-JONES");
    }

    proptest::proptest! {
        #[test]
        fn folding_is_idempotent(text in "[ -~ぁ-ゟァ-ヿｦ-ﾟ一-龠　－−Ａ-ｚ]{0,24}") {
            let once = fold_same(&text);
            proptest::prop_assert_eq!(fold_same(&once), once);
        }

        #[test]
        fn a_closer_level_implies_the_wider_ones(a in "[ぁ-んァ-ヶー ・]{0,12}", b in "[ぁ-んァ-ヶー ・]{0,12}") {
            let (a, b) = (Folded::new(&a), Folded::new(&b));
            if a.same == b.same { proptest::prop_assert!(a.notation == b.notation); }
            if a.notation == b.notation { proptest::prop_assert!(a.candidate == b.candidate); }
        }
    }
}
