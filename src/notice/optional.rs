//! 任意項目の一致: whether 記号・番号 and 住所 agree (N3). Used to settle doubt, never required to be there.

use super::inquiry::Inquiry;
use super::insurer::InsurerKind;
use super::member::Candidate;
use crate::base::kana::{is_dash, is_invisible};
use crate::base::{Personal, SafeText};
use unicode_normalization::UnicodeNormalization;

type Stated<'a> = Option<&'a Personal<SafeText>>;

/// 記号・番号 as one requester stated them, in the inquiry or in its additional information.
#[derive(Clone, Copy)]
pub struct Numbers<'a> {
    symbol: Stated<'a>,
    number: Stated<'a>,
}

/// The stated pairs of an inquiry: first those of the subject, then those added later.
pub fn stated_numbers(inquiry: &Inquiry) -> [Numbers<'_>; 2] {
    let (subject, added) = (&inquiry.subject, &inquiry.additional);
    [
        Numbers { symbol: subject.symbol.as_ref(), number: subject.number.as_ref() },
        Numbers { symbol: added.symbol.as_ref(), number: added.number.as_ref() },
    ]
}

impl Numbers<'_> {
    /// Both agree in this enrolment period; the 番号 alone is enough for 後期, which has no 記号.
    pub fn agree(self, period: &Candidate, kind: InsurerKind) -> bool {
        let number = both(self.number, period.number.as_ref(), number_key) == Some(true);
        let symbol = both(self.symbol, period.symbol.as_ref(), symbol_key);
        number && (symbol == Some(true) || kind == InsurerKind::Kouki && symbol.is_none())
    }

    /// Something stated differs from what this period holds.
    pub fn contradict(self, period: &Candidate) -> bool {
        both(self.number, period.number.as_ref(), number_key) == Some(false)
            || both(self.symbol, period.symbol.as_ref(), symbol_key) == Some(false)
    }
}

/// `None` when either side is silent.
fn both(stated: Stated<'_>, held: Stated<'_>, key: fn(&str) -> String) -> Option<bool> {
    Some(key(stated?.expose().as_str()) == key(held?.expose().as_str()))
}

fn symbol_key(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !is_dash(*c) && !is_invisible(*c)).flat_map(char::to_uppercase).collect()
}

fn number_key(text: &str) -> String {
    symbol_key(text).trim_start_matches('0').to_owned()
}

/// 住所 agree down to the 番地. `None` when either side is silent or names no 番地.
pub fn addresses_agree(stated: Stated<'_>, held: Stated<'_>) -> Option<bool> {
    let key = |text: Stated<'_>| address_key(text?.expose().as_str());
    Some(key(stated)? == key(held)?)
}

/// Whether symbols and numbers are the same when written in an answer and in its row.
pub fn same_number(a: &str, b: &str) -> bool {
    number_key(a) == number_key(b)
}

/// The same for 記号.
pub fn same_symbol(a: &str, b: &str) -> bool {
    symbol_key(a) == symbol_key(b)
}

const CHOME: char = '\u{1}';
const ROOM: char = '\u{2}';

/// An address down to its 番地: NFKC, no prefecture, kanji numerals as digits, 丁目/番地/号 as hyphens, no building.
fn address_key(text: &str) -> Option<String> {
    let plain = without_spaces(text);
    let digits = kanji_to_digits(without_prefecture(&plain));
    let marked = digits
        .replace("丁目", &CHOME.to_string())
        .replace("番地の", "-")
        .replace("番地", "-")
        .replace("番", "-")
        .replace('号', "-");
    let chars: Vec<char> = marked.chars().map(|c| if is_dash(c) || c == 'の' { '-' } else { c }).collect();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = (at..chars.len()).find(|i| !in_block(chars[*i])).unwrap_or(chars.len());
        let town = chars.get(end).is_some_and(|c| "町村区市条線日郡".contains(*c));
        if !town {
            let block = &chars[at..end];
            return has_lot(block).then(|| {
                let lot: String = block.iter().map(|c| if *c == CHOME { '-' } else { *c }).collect();
                let lot: Vec<&str> = lot.split('-').filter(|n| !n.is_empty()).map(|n| n.trim_start_matches('0')).collect();
                chars[..at].iter().collect::<String>() + &lot.join("-")
            });
        }
        at = end;
    }
    None
}

/// No spaces, but for a mark where one stands between two numbers: 2-3-4 101 is a lot and a room, not a lot 4101.
fn without_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut spaced = false;
    for c in text.nfkc().filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        let behind_number = out.ends_with(|before: char| before.is_ascii_digit() || before == '号');
        if spaced && behind_number && c.is_ascii_digit() {
            out.push(ROOM);
        }
        spaced = false;
        out.push(c);
    }
    out
}

fn in_block(c: char) -> bool {
    c.is_ascii_digit() || c == '-' || c == CHOME
}

/// Whether a block of numbers holds more than a 丁目: a town alone never counts.
fn has_lot(block: &[char]) -> bool {
    let text: String = block.iter().collect();
    text.split_inclusive([CHOME, '-']).any(|part| part.starts_with(|c: char| c.is_ascii_digit()) && !part.ends_with(CHOME))
}

fn without_prefecture(text: &str) -> &str {
    let prefecture = ["東京都", "北海道", "大阪府", "京都府"].into_iter().find_map(|name| text.strip_prefix(name));
    prefecture.unwrap_or_else(|| {
        // 県 stands third or fourth: 奈良県, 神奈川県.
        match text.char_indices().take(4).find(|(_, c)| *c == '県') {
            Some((at, c)) if at > 0 => &text[at + c.len_utf8()..],
            _ => text,
        }
    })
}

fn kanji_to_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<u32> = Vec::new();
    let flush = |run: &mut Vec<u32>, out: &mut String| {
        if !run.is_empty() {
            out.push_str(&kanji_number(run));
            run.clear();
        }
    };
    for c in text.chars() {
        match "〇一二三四五六七八九十百".chars().position(|k| k == c) {
            Some(value) => run.push(value as u32),
            None => {
                flush(&mut run, &mut out);
                out.push(c);
            }
        }
    }
    flush(&mut run, &mut out);
    out
}

/// 十二 → 12, 二〇三 → 203, 百五 → 105.
fn kanji_number(run: &[u32]) -> String {
    if run.iter().all(|digit| *digit < 10) {
        return run.iter().map(u32::to_string).collect();
    }
    let (mut total, mut pending) = (0u32, None);
    for value in run {
        match value {
            10 | 11 => {
                let unit = if *value == 10 { 10 } else { 100 };
                total = total.saturating_add(pending.take().unwrap_or(1) * unit);
            }
            digit => pending = Some(*digit),
        }
    }
    (total + pending.unwrap_or(0)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_many_hands() {
        let key = |text: &str| address_key(text);
        let home = key("札幌市中央区北一条西二丁目1番1号");
        assert!(home.is_some());
        for same in [
            "北海道札幌市中央区北1条西2-1-1",
            "札幌市中央区北１条西２丁目１－１",
            "札幌市中央区北一条西二丁目一番一号 メゾン札幌101",
            "札幌市中央区北1条西2丁目1番地1",
            "札幌市中央区北1条西2-1-1 101",
            "札幌市 中央区 北1条 西 2丁目 1番 1号 101号室",
        ] {
            assert_eq!(key(same), home, "{same}");
        }
        for other in ["札幌市中央区北1条西2-1-2", "札幌市中央区北1条西3-1-1", "札幌市中央区北1条西2-1"]
        {
            assert_ne!(key(other), home, "{other}");
        }
    }

    #[test]
    fn a_town_alone_never_counts() {
        for text in ["札幌市", "札幌市中央区", "北海道置戸町中央", "新宿区西新宿二丁目", "千代田区三番町", ""]
        {
            assert_eq!(address_key(text), None, "{text}");
        }
        assert!(address_key("大字山田123").is_some());
        assert!(address_key("千代田区三番町5番地").is_some());
    }

    #[test]
    fn numbers_fold() {
        assert!(same_number("0000567", "５６７"));
        assert!(same_symbol("12-34", "１２３４"));
        assert!(!same_symbol("0123", "123"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = address_key(&text);
        }
    }
}
