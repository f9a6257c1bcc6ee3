//! 終了の理由: why nothing more is done about a case; a closed list, kept in `templates/closing.toml`.

use crate::base::{Arg, Fault, code, near};
use serde::Deserialize;

/// 終了の理由.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What stands in the ledger.
    pub id: String,
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

/// Every reason, in the order of the list.
pub fn reasons() -> Vec<Reason> {
    #[derive(Deserialize)]
    struct List {
        reason: Vec<Reason>,
    }
    // Part of the program: a test makes sure that it can be read.
    toml::from_str(include_str!("../../templates/closing.toml")).map(|list: List| list.reason).unwrap_or_default()
}

/// The id of a reason as a clerk writes it, in either language, or FK-6066 with all that there are.
pub fn find(written: &str) -> Result<String, Fault> {
    let (all, plain) = (reasons(), near::plain(written));
    let found = all.iter().find(|reason| [&reason.id, &reason.ja, &reason.en].into_iter().any(|word| near::plain(word) == plain));
    match found {
        Some(reason) => Ok(reason.id.clone()),
        None => Err(Fault::new(code::CLOSE_REASON)
            .with("reasons", Arg::named(all.iter().map(|reason| format!("{}／{}", reason.ja, reason.id))))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_reason_is_found_by_any_of_its_words_and_by_nothing_else() {
        let all = reasons();
        assert!(all.len() >= 6);
        let words: BTreeSet<_> = all.iter().flat_map(|r| [&r.id, &r.ja, &r.en]).map(|word| near::plain(word)).collect();
        assert!(words.len() >= all.len() * 2, "no word stands for two reasons");
        for reason in &all {
            for word in [&reason.id, &reason.ja, &reason.en] {
                assert_eq!(find(word).as_ref(), Ok(&reason.id));
            }
        }
        assert_eq!(find(" 取下げ ").as_deref(), Ok("withdrawn"));
        for word in ["", "その他", "closed"] {
            assert_eq!(find(word).map_err(|fault| fault.code), Err(code::CLOSE_REASON), "{word}");
        }
    }
}
