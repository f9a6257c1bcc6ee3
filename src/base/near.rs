//! 近い名前: the names that a typo may have meant.

use unicode_normalization::UnicodeNormalization;

/// A name as it is compared: NFKC, no spaces, lower case.
pub fn plain(name: &str) -> String {
    if name.is_ascii() {
        return name.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    }
    name.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Up to three of `known` that look most like `written`, the likeliest first; none when nothing is near.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let written = plain(written);
    let mut scored: Vec<(f64, &str)> =
        known.into_iter().map(|name| (likeness(&written, &plain(name)), name)).filter(|(score, _)| *score > 0.34).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

fn likeness(written: &str, name: &str) -> f64 {
    if !written.is_empty() && (name.contains(written) || written.contains(name)) {
        return 0.95;
    }
    strsim::sorensen_dice(written, name).max(strsim::normalized_levenshtein(written, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_name() {
        let known = ["資格取得年月日", "資格喪失年月日", "高額療養費"];
        assert_eq!(nearest("資格取得年月", known).first(), Some(&"資格取得年月日"));
        assert!(nearest("住民税の課税額", known).is_empty());
    }
}
