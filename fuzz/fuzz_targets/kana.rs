//! フリガナ: two names of any characters. Folding once is folding twice; a closer level implies the wider ones; spaces in a
//! kana name make no difference.
#![no_main]

use fukan::base::kana::{Folded, fold_same};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (a, b) = text.split_once('\n').unwrap_or((text, ""));
    let same = fold_same(a);
    assert_eq!(fold_same(&same), same, "not idempotent");
    let (one, other) = (Folded::new(a), Folded::new(b));
    if one.same == other.same {
        assert_eq!(one.notation, other.notation);
    }
    if one.notation == other.notation {
        assert_eq!(one.candidate, other.candidate);
    }
    assert_eq!(one.level(&other), other.level(&one));
    // Of what a kana name may hold; intake refuses everything else.
    if a.chars().all(|c| matches!(c, 'ぁ'..='ヿ' | 'ｦ'..='ﾟ' | '　' | ' ' | '-' | '－') || c.is_ascii_alphanumeric()) {
        let spaced: String = a.chars().flat_map(|c| [c, '　']).collect();
        assert_eq!(fold_same(&spaced), same, "a space makes a difference");
    }
    assert_eq!(format!("{one:?}"), "[個人情報]");
});
