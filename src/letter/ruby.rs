//! ふりがな: a reading over a name. In a value it stands between Unicode's own marks for it, the reading first, as Word wants it;
//! nothing that comes from outside may hold them (`SafeText`), and T has the name alone.

/// Before a reading.
pub const READING: char = '\u{FFF9}';
/// Between it and what it is over.
pub const BASE: char = '\u{FFFA}';
/// Behind both.
pub const END: char = '\u{FFFB}';

/// A word with its reading can't be broken over two lines: longer ones go without.
const LONGEST: usize = 8;

/// The name with the reading over each of its words. As it is when the words are not as many, or too long: the reading has a row of its own anyway.
pub fn over(name: &str, reading: &str) -> String {
    let blank = |c: char| matches!(c, ' ' | '　');
    let words: Vec<&str> = name.split(blank).filter(|word| !word.is_empty()).collect();
    let readings: Vec<&str> = reading.split(blank).filter(|word| !word.is_empty()).collect();
    let fits = |word: &&str, most: usize| word.chars().count() <= most;
    let short = words.iter().all(|word| fits(word, LONGEST)) && readings.iter().all(|word| fits(word, 2 * LONGEST));
    if words.len() != readings.len() || !short {
        return name.to_owned();
    }
    let mut readings = readings.into_iter();
    // What stands between the words stays as it was.
    let pieces = name.split_inclusive(blank).flat_map(|piece| {
        let word = piece.trim_end_matches(blank);
        [word, piece.strip_prefix(word).unwrap_or_default()]
    });
    let written = pieces.map(|piece| match piece.chars().all(blank) {
        true => piece.to_owned(),
        false => format!("{READING}{}{BASE}{piece}{END}", readings.next().unwrap_or_default()),
    });
    written.collect()
}

/// The next reading in a value: what stands before it, the reading, what it is over, and what follows.
pub fn next(value: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = value.split_once(READING)?;
    let (reading, rest) = rest.split_once(BASE)?;
    let (base, after) = rest.split_once(END)?;
    Some((before, reading, base, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_gets_its_reading() {
        let shown = |name: &str, reading: &str| over(name, reading).replace(READING, "[").replace(BASE, "|").replace(END, "]");
        assert_eq!(shown("山田 太郎", "ヤマダ　タロウ"), "[ヤマダ|山田] [タロウ|太郎]");
        assert_eq!(shown("𠮷川　真菜", "ﾖｼｶﾜ ﾏﾅ"), "[ﾖｼｶﾜ|𠮷川]　[ﾏﾅ|真菜]");
        for (name, reading) in
            [("山田太郎", "ヤマダ タロウ"), ("－", "ヤマダ タロウ"), ("寿限無寿限無五劫の 擦切", "ジュゲム スリキレ")]
        {
            assert_eq!(shown(name, reading), name);
        }
        assert_eq!(next(&over("ア イ", "a b")), Some(("", "a", "ア", format!(" {READING}b{BASE}イ{END}").as_str())));
    }
}
