//! 個人番号の検知: finds what looks like a My Number in one field (notice rule N16, DESIGN section 4).
//!
//! The number itself is never handed on: a finding holds a position and nothing else.

use super::kana::{is_dash, is_invisible};
use unicode_normalization::char::decompose_compatible;

/// 欄の文法. Whether digits may stand freely in a field, or follow a grammar of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grammar {
    /// Free text: separators may stand between any two digits.
    Free,
    /// 記号, 番号, telephone, postal code, date, insurer number: only a solid or 4-4-4 run counts.
    Numeric,
}

/// 検知結果.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing of the kind.
    Clean,
    /// Twelve digits whose check digit is wrong, at this character (from 1): a warning.
    Unlikely(usize),
    /// A number with the right check digit, or digits behind the label, at this character (from 1): the case stops.
    Stop(usize),
}

#[derive(Clone, Copy)]
enum Glyph {
    Digit(u8),
    Separator,
    Other(char),
}

/// Looks through one field.
pub fn scan(text: &str, grammar: Grammar) -> Finding {
    if needs_a_closer_look(text) { look_closely(text, grammar) } else { Finding::Clean }
}

/// Most texts are names, dates and short numbers: fewer than twelve digits and no beginning of a label is all that need be known.
fn needs_a_closer_look(text: &str) -> bool {
    let (mut digits, mut may_be_labelled) = (0, false);
    for c in text.chars() {
        match c {
            '0'..='9' | '０'..='９' => digits += 1,
            '〇' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '零' | '壱' | '弐' | '参' => {
                digits += 1
            }
            '個' | 'マ' | 'ﾏ' | 'M' | 'm' | 'Ｍ' | 'ｍ' => may_be_labelled = true,
            // What these are is told by the character alone: ASCII, kana, kanji, their full and half widths.
            '\n' | ' '..='~' | '\u{3000}'..='\u{3002}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FE}' => {}
            '\u{4E00}'..='\u{9FFF}' | '！'..='～' | '｡'..='ﾟ' => {}
            // Anything else may be a digit in disguise, or two (⑫).
            _ => return true,
        }
    }
    digits >= 12 || may_be_labelled && digits >= 2
}

fn look_closely(text: &str, grammar: Grammar) -> Finding {
    let glyphs = glyphs(text);
    // Neither a number nor a label with digits behind it can be in most texts.
    if glyphs.iter().filter(|(_, glyph)| matches!(glyph, Glyph::Digit(_))).count() < 2 {
        return Finding::Clean;
    }
    if let Some(at) = labelled(&glyphs) {
        return Finding::Stop(at);
    }
    runs(&glyphs).into_iter().fold(Finding::Clean, |worst, run| match (worst, run.judge(grammar)) {
        (Finding::Stop(at), _) | (_, Finding::Stop(at)) => Finding::Stop(at),
        (Finding::Unlikely(at), _) | (Finding::Clean, Finding::Unlikely(at)) => Finding::Unlikely(at),
        (Finding::Clean, Finding::Clean) => Finding::Clean,
    })
}

/// Whether the check digit (the twelfth) is right: Σ PnQn mod 11, 番号法施行令の総務省令第5条.
pub fn check_digit_is_right(digits: &[u8; 12]) -> bool {
    let sum: u32 = (1..=11u32)
        .map(|n| {
            let weight = if n <= 6 { n + 1 } else { n - 5 };
            u32::from(digits[11 - n as usize]) * weight
        })
        .sum();
    let rest = sum % 11;
    u32::from(digits[11]) == if rest <= 1 { 0 } else { 11 - rest }
}

fn glyphs(text: &str) -> Vec<(usize, Glyph)> {
    let mut out = Vec::with_capacity(text.len());
    for (index, written) in text.chars().enumerate() {
        // Decomposed, so that ﾊﾞ, バ and ハ゛ are one and the label is seen in each.
        decompose_compatible(written, |c| {
            let selector = matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
            if !selector && !is_invisible(c) && !matches!(c, '\u{3099}' | '\u{309A}' | '゛') {
                out.push((index + 1, glyph(c)));
            }
        });
    }
    out
}

fn glyph(c: char) -> Glyph {
    if let Some(digit) = c.to_digit(10) {
        return Glyph::Digit(digit as u8);
    }
    if c.is_ascii_alphabetic() {
        return Glyph::Other(c);
    }
    // Arabic-Indic digits are what NFKC leaves as they are.
    if let Some(digit) = [0x0660, 0x06F0, 0x0966].iter().find_map(|zero| (c as u32).checked_sub(*zero).filter(|d| *d < 10)) {
        return Glyph::Digit(digit as u8);
    }
    match c {
        '〇' | '零' | '○' | '◯' => Glyph::Digit(0),
        '一' | '壱' => Glyph::Digit(1),
        '二' | '弐' => Glyph::Digit(2),
        '三' | '参' => Glyph::Digit(3),
        '四' => Glyph::Digit(4),
        '五' => Glyph::Digit(5),
        '六' => Glyph::Digit(6),
        '七' => Glyph::Digit(7),
        '八' => Glyph::Digit(8),
        '九' => Glyph::Digit(9),
        c if c.is_whitespace() || is_dash(c) => Glyph::Separator,
        '.' | '・' | '·' | '･' | '．' | '‧' | '•' | '~' | '〜' | '˗' | '゠' | '_' => Glyph::Separator,
        c => Glyph::Other(c),
    }
}

/// One maximal run of digits with at most two separators between any two.
struct Run {
    at: usize,
    digits: Vec<u8>,
    /// Separators before each digit but the first.
    gaps: Vec<u8>,
}

impl Run {
    fn judge(&self, grammar: Grammar) -> Finding {
        if self.holds_a_grouped_number() {
            return Finding::Stop(self.at);
        }
        let Ok(digits) = <&[u8; 12]>::try_from(self.digits.as_slice()) else {
            return Finding::Clean;
        };
        if grammar == Grammar::Numeric && !self.is_solid() && !self.is_four_by_four() {
            return Finding::Clean;
        }
        if check_digit_is_right(digits) { Finding::Stop(self.at) } else { Finding::Unlikely(self.at) }
    }

    /// A neighbour does not hide it: a solid or 4-4-4 number among other separated digits (1. 1234-5678-9018). Sixteen digits
    /// in fours are another kind of number.
    fn holds_a_grouped_number(&self) -> bool {
        let mut groups: Vec<&[u8]> = Vec::new();
        let mut start = 0;
        for (index, gap) in self.gaps.iter().enumerate() {
            if *gap > 0 {
                groups.push(&self.digits[start..=index]);
                start = index + 1;
            }
        }
        groups.push(&self.digits[start..]);
        if groups.len() < 2 || groups.iter().all(|group| group.len() == 4) && groups.len() != 3 {
            return false;
        }
        let right = |digits: &[u8]| <&[u8; 12]>::try_from(digits).is_ok_and(check_digit_is_right);
        let solid = groups.iter().any(|group| right(group));
        solid || groups.windows(3).any(|three| three.iter().all(|g| g.len() == 4) && right(&three.concat()))
    }

    fn is_solid(&self) -> bool {
        self.gaps.iter().all(|gap| *gap == 0)
    }

    fn is_four_by_four(&self) -> bool {
        self.gaps.iter().enumerate().all(|(i, gap)| (*gap > 0) == matches!(i, 3 | 7))
    }
}

fn runs(glyphs: &[(usize, Glyph)]) -> Vec<Run> {
    let mut done = Vec::new();
    let mut open: Option<Run> = None;
    let mut gap = 0u8;
    for (at, glyph) in glyphs {
        match glyph {
            Glyph::Digit(digit) => {
                match &mut open {
                    Some(run) if gap <= 2 => {
                        run.gaps.push(gap);
                        run.digits.push(*digit);
                    }
                    _ => {
                        done.extend(open.take());
                        open = Some(Run { at: *at, digits: vec![*digit], gaps: Vec::new() });
                    }
                }
                gap = 0;
            }
            Glyph::Separator => gap = gap.saturating_add(1),
            Glyph::Other(_) => {
                done.extend(open.take());
                gap = 0;
            }
        }
    }
    done.extend(open);
    done
}

/// 個人番号 or マイナンバー with at least two digits behind it, nothing but punctuation between.
fn labelled(glyphs: &[(usize, Glyph)]) -> Option<usize> {
    // Without 濁点, as the glyphs are.
    const LABELS: [&str; 3] = ["個人番号", "マイナンハー", "MYNUMBER"];
    let text: Vec<(usize, char)> = glyphs
        .iter()
        .map(|(at, glyph)| match glyph {
            Glyph::Digit(_) => (*at, '0'),
            Glyph::Separator => (*at, 'ー'),
            Glyph::Other(c) => (*at, c.to_ascii_uppercase()),
        })
        .collect();
    let starts_with = |from: usize, label: &str| {
        let mut at = from;
        let mut label = label.chars().peekable();
        while let Some(want) = label.peek() {
            match text.get(at) {
                Some((_, c)) if c == want => {
                    label.next();
                }
                // «MY NUMBER», «個人 番号»: a separator inside the label does not hide it.
                Some((_, 'ー')) if at > from => {}
                _ => return None,
            }
            at += 1;
        }
        Some(at)
    };
    (0..text.len()).find_map(|from| {
        let behind = LABELS.iter().find_map(|label| starts_with(from, label))?;
        let rest = text[behind..].iter().map(|(_, c)| *c);
        let mut digits =
            rest.skip_while(|c| matches!(c, 'ー' | ':' | '=' | '「' | '(' | '『' | '【' | '[' | 'は' | '、' | ',' | '/'));
        let counted = text[behind..].iter().map(|(_, c)| *c).skip_while(|c| *c != '0').find(|c| !matches!(c, '0' | 'ー'));
        // 個人番号（12桁）speaks of the number without being one.
        let is_count = matches!(counted, Some('桁' | 'け'));
        (!is_count && digits.next() == Some('0') && digits.find(|c| *c != 'ー') == Some('0')).then_some(text[from].0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "123456789018";

    #[test]
    fn disguises_are_seen_in_free_text() {
        for text in [
            "123456789018",
            "１２３４５６７８９０１８",
            "1234-5678-9018",
            "1234－5678－9018",
            "1234ー5678ー9018",
            "1234 5678 9018",
            "1234　5678　9018",
            "123-456-789-018",
            "1 2 3 4 5 6 7 8 9 0 1 8",
            "1234\n5678\n9018",
            "1234  5678  9018",
            "1234\u{200B}5678\u{200B}9018",
            "1234\u{AD}56789018",
            "一二三四五六七八九〇一八",
            "①②③④⑤⑥⑦⑧⑨⓪①⑧",
            "١٢٣٤٥٦٧٨٩٠١٨",
            "氏名の後に123456789018があります",
            "1234.5678.9018",
            "1234・5678・9018",
            "個人番号：1234",
            "マイナンバー 5678 9",
            "ﾏｲﾅﾝﾊﾞｰ 12",
            "個人番号は「12」",
            "1234\u{FE0F}5678\u{FE0F}9018",
            "1. 1234-5678-9018",
            "2026-11-20 1234-5678-9018",
            "1234〜5678〜9018",
            "12345678901 8",
        ] {
            assert!(matches!(scan(text, Grammar::Free), Finding::Stop(_)), "{text}");
        }
    }

    #[test]
    fn what_is_no_my_number_passes() {
        for text in [
            "7000012050002",               // 法人番号, 13 digits
            "2026-11-20",                  // a date
            "2025-01-09/2025-07-13",       // a period
            "03-1234-5678 / 06-8765-4321", // two telephone numbers
            "060-8611",
            "マイナンバーカード1枚",
            "個人番号（12桁）は不要です",
            "1234-5678-9018-1234",
            "この回答に個人番号は用いていません",
            "1234567890123456",
            "",
        ] {
            assert!(!matches!(scan(text, Grammar::Free), Finding::Stop(_)), "{text}");
        }
    }

    #[test]
    fn a_wrong_check_digit_only_warns() {
        assert_eq!(scan("123456789012", Grammar::Free), Finding::Unlikely(1));
        assert_eq!(scan("000000000000", Grammar::Free), Finding::Stop(1));
    }

    #[test]
    fn fields_with_a_grammar_trip_on_solid_and_four_by_four_alone() {
        assert!(matches!(scan(VALID, Grammar::Numeric), Finding::Stop(1)));
        assert!(matches!(scan("1234-5678-9018", Grammar::Numeric), Finding::Stop(1)));
        assert_eq!(scan("06138123-0006", Grammar::Numeric), Finding::Clean);
        assert_eq!(scan("12345678-9018", Grammar::Numeric), Finding::Clean);
        assert_eq!(scan("1234-56789018", Grammar::Numeric), Finding::Clean);
    }

    #[test]
    fn the_position_is_that_of_the_written_text() {
        assert_eq!(scan("備考です。１２３４-5678-9018", Grammar::Free), Finding::Stop(6));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,64}") {
            scan(&text, Grammar::Free);
            scan(&text, Grammar::Numeric);
        }

        #[test]
        fn what_is_not_looked_at_closely_is_clean(text in "(個人番号|マイナンバー|my number|ﾏｲﾅﾝﾊﾞｰ)?[:：は ]?[0-9０-９一二〇零⑫ａ-ｚＡ-Ｚぁ-ヶｦ-ﾟ亜-腕、。 -]{0,16}\\PC?") {
            for grammar in [Grammar::Free, Grammar::Numeric] {
                proptest::prop_assert_eq!(scan(&text, grammar), look_closely(&text, grammar));
            }
        }
    }
}
