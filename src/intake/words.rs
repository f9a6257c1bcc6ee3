//! 決まった言葉: the closed lists of words in a case, in every spelling. What reads them and the schema use the same lists.

use crate::notice::{Channel, RequesterKind, Via};

/// 回答方法 (N10-N12).
pub const REPLY_BY: &[(&str, Channel)] = &[
    ("email", Channel::Email),
    ("メール", Channel::Email),
    ("電子メール", Channel::Email),
    ("paper", Channel::Paper),
    ("文書", Channel::Paper),
    ("郵送", Channel::Paper),
    ("phone", Channel::Phone),
    ("電話", Channel::Phone),
];

/// 受付方法 (N1). Fax is none (N18).
pub const VIA: &[(&str, Via)] =
    &[("phone", Via::Phone), ("電話", Via::Phone), ("document", Via::Document), ("文書", Via::Document)];

/// 照会者種別 (N6).
pub const REQUESTER_KIND: &[(&str, RequesterKind)] = &[
    ("municipality", RequesterKind::Municipality),
    ("市町村等", RequesterKind::Municipality),
    ("other", RequesterKind::Other),
    ("その他", RequesterKind::Other),
];

/// 有無, as tables say it; JSON has true and false for it.
pub const FLAG: &[(&str, bool)] =
    &[("有", true), ("true", true), ("1", true), ("○", true), ("無", false), ("false", false), ("0", false), ("×", false)];

/// No such day, as an answer of a table says it; JSON has null for it.
pub const NO_DAY: [&str; 2] = ["なし", "none"];

/// 法定・付加: whether a payment is statutory.
pub const STATUTORY: &[(&str, bool)] = &[("1", true), ("法定", true), ("2", false), ("付加", false)];

/// The first spelling of what a word means: the one that JSON writes.
pub fn canonical<T: Copy + PartialEq>(words: &[(&'static str, T)], word: &str) -> Option<&'static str> {
    let meaning = meant(words, word)?;
    words.iter().find(|(_, own)| *own == meaning).map(|(first, _)| *first)
}

/// What a word means.
pub fn meant<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}
