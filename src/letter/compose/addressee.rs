//! 宛名の見分け: 御中 for a body or section, 様 for people; 親展 only for a person by name. The endings are `templates/addressees.txt`.

use std::sync::LazyLock;

/// 宛名が指すもの.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// 団体・部署: 御中.
    Office,
    /// 職: 様, and anybody in that office may open it.
    Holder,
    /// 人: 様 and 親展.
    Person,
}

/// Who is meant by these words, which stand behind a place (a municipality, a section).
pub(super) fn who(place: &str, words: &str) -> Who {
    let lists = &*LISTS;
    let bare = words.split(['（', '(']).map(str::trim).find(|part| !part.is_empty()).unwrap_or_default();
    // 「札幌市」 for a letter to 札幌市, however short.
    if place.ends_with(bare) {
        return Who::Office;
    }
    let mut words: Vec<&str> = bare.split_whitespace().collect();
    let last = words.pop().unwrap_or_default();
    let before = words.last().copied().unwrap_or(place);
    let person = if words.iter().any(|word| ends(word, &lists.heads)) { Who::Holder } else { Who::Person };
    match () {
        () if lists.surnames.contains(&last) => person,
        () if ends(last, &lists.heads) || ends(last, &lists.posts) => Who::Holder,
        () if is_short(last) && !lists.is_short_office(before, last) => person,
        () if ends(last, &lists.bodies) => Who::Office,
        () => person,
    }
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists::read(include_str!("../../../templates/addressees.txt")));

/// 語尾の一覧.
#[derive(Default)]
struct Lists {
    bodies: Vec<&'static str>,
    short_bodies: Vec<&'static str>,
    bodies_of_three: Vec<&'static str>,
    surnames: Vec<&'static str>,
    heads: Vec<&'static str>,
    posts: Vec<&'static str>,
}

impl Lists {
    /// Part of the program: a test makes sure that every list is there.
    fn read(text: &'static str) -> Self {
        let (mut lists, mut heading) = (Self::default(), "");
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if line.starts_with('［') {
                heading = line.trim_matches(['［', '］']);
                continue;
            }
            let list = match heading {
                "団体" => &mut lists.bodies,
                "短い団体" => &mut lists.short_bodies,
                "三字の団体" => &mut lists.bodies_of_three,
                "姓" => &mut lists.surnames,
                "首長" => &mut lists.heads,
                _ => &mut lists.posts,
            };
            list.extend(line.split_whitespace());
        }
        lists
    }

    /// Whether a word as short as a name is a body all the same: 保健所, 北海道 札幌市.
    fn is_short_office(&self, before: &str, last: &str) -> bool {
        let of_three = last.chars().count() == 3 && ends(last, &self.bodies_of_three);
        let in_prefecture = before.ends_with(['都', '道', '府', '県', '郡']) && last.ends_with(['市', '町', '村']);
        ends(last, &self.short_bodies) || of_three || in_prefecture
    }
}

fn ends(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.ends_with(ending))
}

/// Up to three kanji: a surname or a given name, unless something says otherwise. A variation selector is no character of its own.
fn is_short(word: &str) -> bool {
    let is_selector = |c: char| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    let is_kanji =
        |c: char| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '々' | '〆' | 'ヶ');
    let mut kanji = word.chars().filter(|c| !is_selector(*c));
    word.chars().any(|c| !is_selector(c)) && kanji.clone().all(is_kanji) && kanji.nth(3).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_there() {
        let lists = &*LISTS;
        for list in [&lists.bodies, &lists.short_bodies, &lists.bodies_of_three, &lists.surnames, &lists.heads, &lists.posts] {
            assert!(!list.is_empty() && list.iter().all(|word| !word.contains(['［', '］', '　'])));
        }
    }

    #[test]
    fn a_body_a_post_and_a_person_are_told_apart() {
        let rows = [
            // Bodies and sections.
            ("新宿区", "介護保険課", Who::Office),
            ("札幌市", "札幌市介護保険課", Who::Office),
            ("見本県", "見本県後期高齢者医療広域連合", Who::Office),
            ("見本", "見本共済年金支払基金", Who::Office),
            ("新宿区", "新宿区 高齢者支援室", Who::Office),
            ("新宿区", "支援室", Who::Office),
            ("新宿区", "新宿区 支援室", Who::Office),
            ("新宿区", "介護保険班", Who::Office),
            ("新宿区", "新宿区 介護班", Who::Office),
            ("新宿区", "新宿区福祉グループ", Who::Office),
            ("新宿区", "新宿区役所 介護保険担当", Who::Office),
            ("新宿区", "給付チーム", Who::Office),
            ("札幌市", "札幌市", Who::Office),
            ("北海道札幌市", "札幌市", Who::Office),
            ("津市", "津市", Who::Office),
            ("札幌市", "北海道 札幌市", Who::Office),
            ("港区", "東京都 港区", Who::Office),
            ("原村", "長野県 原村", Who::Office),
            ("見本県", "見本県", Who::Office),
            ("東京都", "東京都", Who::Office),
            ("新宿区", "福祉課", Who::Office),
            ("新宿区", "新宿区 福祉課", Who::Office),
            ("新宿区", "新宿区 福祉部", Who::Office),
            ("札幌市", "札幌市 保健所", Who::Office),
            ("札幌市", "札幌市役所", Who::Office),
            ("見本町", "見本町役場", Who::Office),
            ("札幌市", "中央福祉事務所", Who::Office),
            ("札幌市", "札幌市教育委員会", Who::Office),
            ("札幌市", "地域包括支援センター", Who::Office),
            ("札幌市", "保健福祉局", Who::Office),
            ("札幌市", "介護保険課（給付担当）", Who::Office),
            ("見本", "日本年金機構", Who::Office),
            ("見本", "見本国民健康保険組合", Who::Office),
            ("見本", "見本 支部", Who::Office),
            ("介護保険課", "担当", Who::Office),
            // Posts.
            ("札幌市", "札幌市長", Who::Holder),
            ("新宿区", "新宿区長", Who::Holder),
            ("新宿区", "新宿区 区長", Who::Holder),
            ("見本町", "見本町長", Who::Holder),
            ("原村", "原村長", Who::Holder),
            ("見本県", "見本県知事", Who::Holder),
            ("見本", "見本県後期高齢者医療広域連合長", Who::Holder),
            ("札幌市", "福祉事務所長", Who::Holder),
            ("札幌市", "介護保険課長", Who::Holder),
            ("札幌市", "福祉課 課長", Who::Holder),
            ("新宿区", "新宿区長 阿部", Who::Holder),
            ("新宿区", "新宿区長 長宗我部 権左衛門尉", Who::Holder),
            ("介護保険課", "御担当", Who::Holder),
            ("介護保険課", "担当者", Who::Holder),
            // People: an officer stands behind his section.
            ("介護保険課", "佐藤 花子", Who::Person),
            ("介護保険課", "佐藤花子", Who::Person),
            ("介護保険課", "阿部", Who::Person),
            ("介護保険課", "服部　半蔵", Who::Person),
            ("介護保険課", "日下部", Who::Person),
            ("介護保険課", "長曽我部", Who::Person),
            ("介護保険課", "長曽我部 𠮷之進", Who::Person),
            ("介護保険課", "木村", Who::Person),
            ("介護保険課", "古市", Who::Person),
            ("介護保険課", "大町", Who::Person),
            ("介護保険課", "田所", Who::Person),
            ("介護保険課", "氷室", Who::Person),
            ("介護保険課", "別府", Who::Person),
            ("介護保険課", "佐々木", Who::Person),
            ("介護保険課", "織田 信長", Who::Person),
            ("介護保険課", "鈴木 真道", Who::Person),
            ("介護保険課", "鈴木 美都", Who::Person),
            ("介護保険課", "葛\u{E0100}城", Who::Person),
            ("介護保険課", "さとう はなこ", Who::Person),
            ("札幌市", "介護保険課 阿部", Who::Person),
        ];
        for (place, words, is) in rows {
            assert_eq!(who(place, words), is, "{words}");
        }
    }
}
