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

/// `None` when either side is silent, or says no more than that it does not know.
fn both(stated: Stated<'_>, held: Stated<'_>, key: fn(&str) -> String) -> Option<bool> {
    const UNKNOWN: [&str; 5] = ["", "不明", "なし", "無し", "不詳"];
    let said = |text: Stated<'_>| Some(key(text?.expose().as_str())).filter(|key| !UNKNOWN.contains(&key.as_str()));
    Some(said(stated)? == said(held)?)
}

fn symbol_key(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !is_dash(*c) && !is_invisible(*c)).flat_map(char::to_uppercase).collect()
}

fn number_key(text: &str) -> String {
    symbol_key(text).trim_start_matches('0').to_owned()
}

/// 住所 agree down to the 番地. `None` when either side is silent or names no 番地.
pub fn addresses_agree(stated: Stated<'_>, held: Stated<'_>) -> Option<bool> {
    let key = |text: Stated<'_>| Address::read(text?.expose().as_str());
    Some(key(stated)?.agrees(&key(held)?))
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

/// 住所 down to its 番地. Compared whole: what can't be understood makes two addresses differ, never agree.
#[derive(PartialEq, Eq, Debug)]
struct Address {
    prefecture: Option<String>,
    rest: String,
}

impl Address {
    /// NFKC, kanji numerals before 丁目, 番, 番地, 号 … as digits, 丁目/番地/号 as hyphens, without a building.
    /// `None` when no 番地 ends it: a municipality or town alone never counts.
    fn read(text: &str) -> Option<Self> {
        let plain: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
        let main = without_building(plain.trim());
        let main: String = main.chars().filter(|c| !c.is_whitespace()).collect();
        let (prefecture, rest) = prefecture(&main);
        let marked =
            numerals(rest).replace("丁目", &CHOME.to_string()).replace("番地の", "-").replace("番地", "-").replace('号', "-");
        let chars: Vec<char> = marked.chars().map(|c| if is_dash(c) || c == 'の' { '-' } else { c }).collect();
        let chars = numbered_blocks(&chars);
        let end = chars.iter().rposition(|c| !in_block(*c)).map_or(0, |i| i + 1);
        let (before, lot) = chars.split_at(end);
        // 12番地甲: a mark behind the number is part of the 番地, and stays in the comparison.
        let (before, lot, mark) = match before.split_last() {
            Some((mark, before)) if lot.is_empty() && "甲乙丙丁戊イロハニ".contains(*mark) => {
                let end = before.iter().rposition(|c| !in_block(*c)).map_or(0, |i| i + 1);
                (&before[..end], &before[end..], Some(*mark))
            }
            _ => (before, lot, None),
        };
        has_lot(lot).then(|| Self {
            prefecture: prefecture.map(str::to_owned),
            rest: before.iter().collect::<String>() + &lot_key(lot) + &mark.map(String::from).unwrap_or_default(),
        })
    }

    /// The same place; two different prefectures are two places (府中市), a silent one agrees with any.
    fn agrees(&self, other: &Self) -> bool {
        let differ = matches!((&self.prefecture, &other.prefecture), (Some(a), Some(b)) if a != b);
        self.rest == other.rest && !differ
    }
}

/// 番 between digits or at the end is a hyphen; in a name (三番町, 一番町) it stays.
fn numbered_blocks(chars: &[char]) -> Vec<char> {
    let after_digit = |i: usize| i > 0 && chars[i - 1].is_ascii_digit();
    let before_digit = |i: usize| chars.get(i + 1).is_none_or(|c| c.is_ascii_digit() || *c == '-');
    let one = |(i, c): (usize, &char)| if *c == '番' && after_digit(i) && before_digit(i) { '-' } else { *c };
    chars.iter().enumerate().map(one).collect()
}

fn in_block(c: char) -> bool {
    c.is_ascii_digit() || c == '-' || c == CHOME
}

/// Whether a block of numbers holds more than a 丁目: a town alone never counts.
fn has_lot(block: &[char]) -> bool {
    let text: String = block.iter().collect();
    text.split_inclusive([CHOME, '-']).any(|part| part.starts_with(|c: char| c.is_ascii_digit()) && !part.ends_with(CHOME))
}

fn lot_key(block: &[char]) -> String {
    let lot: String = block.iter().map(|c| if *c == CHOME { '-' } else { *c }).collect();
    let numbers: Vec<&str> = lot.split('-').filter(|n| !n.is_empty()).map(|n| n.trim_start_matches('0')).collect();
    numbers.join("-")
}

/// Cuts off a building or room: what follows a space behind the 番地 and begins as buildings do. Two numbers of the 番地
/// must stand already, so that no part of the address itself is taken for a building.
fn without_building(text: &str) -> &str {
    let is_room = |rest: &str| {
        let first = rest.chars().next();
        let letters = first.is_some_and(|c| matches!(c, 'ァ'..='ヺ') || c.is_ascii_alphabetic());
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        letters || digits >= 3 && matches!(rest.chars().nth(digits), None | Some('号'))
    };
    let spaces = text.char_indices().filter(|(_, c)| c.is_whitespace());
    for (at, _) in spaces {
        let (main, rest) = (text[..at].trim_end(), text[at..].trim_start());
        let counted = numerals(main);
        let numbers = counted.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).count();
        let ends_in_lot = main.ends_with(|c: char| c.is_ascii_digit() || "号地番".contains(c));
        if ends_in_lot && (numbers >= 2 || main.ends_with("番地")) && is_room(rest) {
            return main;
        }
    }
    text
}

fn prefecture(text: &str) -> (Option<&str>, &str) {
    let named = ["東京都", "北海道", "大阪府", "京都府"].into_iter().find(|name| text.starts_with(name));
    let end = match named {
        Some(name) => Some(name.len()),
        // 県 stands third or fourth: 奈良県, 神奈川県.
        None => text.char_indices().take(4).skip(2).find(|(_, c)| *c == '県').map(|(at, c)| at + c.len_utf8()),
    };
    match end {
        Some(end) => (Some(&text[..end]), &text[end..]),
        None => (None, text),
    }
}

/// Kanji numerals become digits only where they count something: 二丁目, 十二番, 三条. In names (八王子, 六本木, 三番町) they stay.
fn numerals(text: &str) -> String {
    const COUNTED: [&str; 7] = ["丁目", "番地", "番", "号", "条", "線", "地割"];
    let chars: Vec<char> = text.chars().collect();
    let value = |c: char| "〇一二三四五六七八九十百".chars().position(|k| k == c).map(|v| v as u32);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let run: Vec<u32> = chars[at..].iter().map_while(|c| value(*c)).collect();
        let behind: String = chars[at + run.len()..].iter().take(3).collect();
        let counts = COUNTED.iter().any(|word| behind.starts_with(word)) && !behind.starts_with("番町");
        if run.is_empty() || !counts {
            let kept = run.len().max(1);
            out.extend(&chars[at..at + kept]);
            at += kept;
        } else {
            out.push_str(&kanji_number(&run));
            at += run.len();
        }
    }
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

    fn agree(a: &str, b: &str) -> Option<bool> {
        Some(Address::read(a)?.agrees(&Address::read(b)?))
    }

    #[test]
    fn addresses_in_many_hands() {
        let home = "札幌市中央区北一条西二丁目1番1号";
        for same in [
            "北海道札幌市中央区北1条西2-1-1",
            "札幌市中央区北１条西２丁目１－１",
            "札幌市 中央区 北一条西二丁目一番一号 メゾン札幌101",
            "札幌市中央区北1条西2丁目1番地1",
            "札幌市中央区北1条西2-1-1 101号室",
        ] {
            assert_eq!(agree(same, home), Some(true), "{same}");
        }
        for other in [
            "札幌市中央区北1条西2-1-2",
            "札幌市中央区北1条西3-1-1",
            "札幌市中央区北1条西2-1",
            "札幌市中央区北1条西2-1-1-101",
            "札幌市中央区北1 西2-1-1",
        ] {
            assert_ne!(agree(other, home), Some(true), "{other}");
        }
    }

    #[test]
    fn a_town_alone_never_counts() {
        for text in [
            "札幌市",
            "札幌市中央区",
            "北海道置戸町中央",
            "新宿区西新宿二丁目",
            "千代田区三番町",
            "",
            "八王子市",
            "一宮市",
            "三鷹市",
            "港区六本木",
            "世田谷区三軒茶屋",
            "四日市市",
            "西5号線",
            "第12地割",
        ] {
            assert_eq!(Address::read(text), None, "{text}");
        }
        assert!(Address::read("大字山田123").is_some());
        assert!(Address::read("千代田区三番町5番地").is_some());
    }

    #[test]
    fn another_lot_is_another_address() {
        for (a, b) in [
            ("港区六本木1-2-3", "港区六本木7-8-9"),
            ("滝沢市鵜飼第12地割34番地", "滝沢市鵜飼第12地割99番地"),
            ("山田町12番地甲", "山田町12番地乙"),
            ("山田町12番地甲", "山田町12番地"),
            ("西5号北12番地", "西5号北99番地"),
            ("三軒茶屋2-1", "三軒茶屋1-9"),
            ("東京都府中市宮西町2-24", "広島県府中市宮西町2-24"),
            ("一宮市本町2-5-6", "一宮市本町2-5-7"),
        ] {
            assert_ne!(agree(a, b), Some(true), "{a} / {b}");
            assert_eq!(agree(a, a), Some(true), "{a}");
        }
    }

    #[test]
    fn numbers_fold() {
        assert!(same_number("0000567", "５６７"));
        assert!(same_symbol("12-34", "１２３４"));
        assert!(!same_symbol("0123", "123"));
    }

    #[test]
    fn what_says_nothing_agrees_with_nothing() {
        let text = |t: &str| Personal::new(SafeText::new(t, crate::base::text::Lines::One).expect("text"));
        for (a, b) in [("-", "－"), ("0", "000"), ("不明", "不明"), ("なし", "なし")] {
            assert_eq!(both(Some(&text(a)), Some(&text(b)), number_key), None, "{a}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = Address::read(&text);
        }
    }
}
