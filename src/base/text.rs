//! 文字列: text that a Word file can hold, or a refusal that names the character.

use super::code::{self, Code};
use std::fmt;

/// 検査済み文字列. No control character, U+FFFD, noncharacter or bidi override, mark of a reading; a line break only where the field allows one.
///
/// Kept byte for byte (𠮷, IVS, NFD and 髙 survive). CR LF and CR become LF. Debug says nothing.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SafeText(String);

/// 欄の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: names, numbers, codes.
    One,
    /// Free text: line breaks become Word breaks.
    Many,
}

/// What stands for a document's own 照合番号 while its text is taken.
pub const CODE_MASK: &str = "□□□□-□□□□";

/// 不正な文字: which character, where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCharacter {
    /// The character.
    pub found: char,
    /// Its position, from 1.
    pub at: usize,
}

impl BadCharacter {
    /// FK-1101.
    pub const CODE: Code = code::BAD_CHARACTER;
}

impl SafeText {
    /// Checks a text.
    pub fn new(text: &str, lines: Lines) -> Result<Self, BadCharacter> {
        let unified = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
        let fault = unified.chars().enumerate().find(|(_, c)| !allowed(*c, lines));
        match fault {
            Some((index, found)) => Err(BadCharacter { found, at: index + 1 }),
            None => Ok(Self(unified)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left once spaces are taken away.
    pub fn is_blank(&self) -> bool {
        self.0.chars().all(|c| c.is_whitespace() || super::kana::is_invisible(c))
    }

    /// 外字: the first private-use character, which prints as a box on the other side.
    pub fn private_use(&self) -> Option<char> {
        self.0.chars().find(|c| matches!(*c as u32, 0xE000..=0xF8FF | 0xF0000..=0x10FFFF))
    }

    /// 表示されないおそれのある字: the first character that many faces lack, or show in another shape. Kanji beyond the first 28,000
    /// (extension A and everything of plane 2 and 3, such as 𠮷) and the selectors of a shape (IVS). What a face on another computer has
    /// can't be known from here.
    pub fn rare(&self) -> Option<char> {
        self.0.chars().find(|c| matches!(*c as u32, 0x3400..=0x4DBF | 0x20000..=0x3FFFF | 0xFE00..=0xFE0F | 0xE0100..=0xE01EF))
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[文字列]")
    }
}

fn allowed(c: char, lines: Lines) -> bool {
    let code = c as u32;
    match c {
        '\n' => lines == Lines::Many,
        c if c.is_control() => false,
        '\u{2028}' | '\u{2029}' | '\u{FFFD}' => false,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => false,
        // Marks of a reading over a word: ours to set.
        '\u{FFF9}'..='\u{FFFB}' => false,
        '\u{FDD0}'..='\u{FDEF}' => false,
        _ => code & 0xFFFE != 0xFFFE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_what_japanese_names_need() {
        for name in ["𠮷田 太郎", "葛\u{E0100}飾", "か\u{3099}", "髙﨑", "叱", "O'Neil & <b>"] {
            assert_eq!(SafeText::new(name, Lines::One).expect(name).as_str(), name);
        }
    }

    #[test]
    fn what_a_face_may_lack_is_found() {
        let rare = |text: &str| SafeText::new(text, Lines::One).expect("safe").rare();
        assert_eq!(
            [rare("𠮷田"), rare("葛\u{E0100}飾"), rare("㐂久"), rare("髙﨑 叱 塚\u{3099}")],
            [Some('𠮷'), Some('\u{E0100}'), Some('㐂'), None]
        );
    }

    #[test]
    fn what_breaks_a_word_file_is_named() {
        for c in [
            '\0',
            '\u{7}',
            '\u{1B}',
            '\t',
            '\u{85}',
            '\u{FFFD}',
            '\u{FFFE}',
            '\u{1FFFF}',
            '\u{FDD0}',
            '\u{FFF9}',
            '\u{FFFB}',
            '\u{202E}',
            '\u{2066}',
            '\n',
        ] {
            let bad = SafeText::new(&format!("山田{c}太郎"), Lines::One).expect_err("refused");
            assert_eq!((bad.found, bad.at), (c, 3));
        }
    }

    #[test]
    fn line_breaks_are_one_kind_in_free_text() {
        assert_eq!(SafeText::new("a\r\nb\rc\nd", Lines::Many).expect("free").as_str(), "a\nb\nc\nd");
    }

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", SafeText::new("山田", Lines::One)), "Ok([文字列])");
    }
}
