//! 行数: how much room a text takes, before anybody lays it out.

/// Width of a half-width letter in em, with what a substituted font may take more.
const LATIN: f64 = 0.55;

/// 幅 of a text in full-width letters.
pub fn width(text: &str) -> f64 {
    text.chars().map(|c| if is_narrow(c) { 0.5 } else { 1.0 }).sum()
}

/// 行数 of a text, each of its own lines taking as many as it needs.
pub fn count(text: &str, ems: f64) -> usize {
    text.split('\n').map(|line| ((width(line) / ems).ceil() as usize).max(1)).sum()
}

/// The most lines that Word or LibreOffice makes of a text where a line has room for so many full-width letters.
pub fn wrapped(text: &str, ems: f64) -> u32 {
    let mut words: Vec<f64> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        let is_inside = c.is_ascii_graphic() && last.is_some_and(|last: char| last.is_ascii_graphic());
        match words.last_mut() {
            // Numerals and Latin letters are not parted.
            Some(word) if is_inside => *word += LATIN,
            // Half an em for the blanks that both set between Japanese and other letters.
            _ if c.is_ascii_graphic() => words.push(LATIN + 0.5),
            _ => words.push(if is_narrow(c) { 0.5 } else { 1.0 }),
        }
        last = Some(c);
    }
    if words.iter().sum::<f64>() <= ems * 0.98 {
        return 1;
    }
    // 禁則 moves a letter on to the next line.
    let room = (ems * 0.98 - 1.0).max(1.0);
    let (mut lines, mut filled) = (1, 0.0);
    for word in words {
        if filled > 0.0 && filled + word > room {
            (lines, filled) = (lines + 1, 0.0);
        }
        filled += word;
        while filled > room {
            (lines, filled) = (lines + 1, filled - room);
        }
    }
    lines
}

fn is_narrow(c: char) -> bool {
    c.is_ascii() || matches!(c, '｡'..='ﾟ')
}

/// Half points of letters, from the largest.
const SIZES: [u32; 7] = [24, 22, 20, 18, 16, 14, 12];

/// 字の大きさ: the largest, in half points and up to `most`, at which these lines fit into a field; its sides in twentieths of a point.
pub fn largest<'a>(lines: impl Iterator<Item = &'a str> + Clone, most: u32, (width, high): (u32, u32)) -> Option<u32> {
    SIZES.into_iter().filter(|size| *size <= most).find(|size| height(lines.clone(), *size, width) <= high)
}

/// 高さ of these lines at a size in half points; both in twentieths of a point.
pub fn height<'a>(lines: impl Iterator<Item = &'a str>, size: u32, width: u32) -> u32 {
    // An em of so many half points is ten times as many twentieths of a point.
    let ems = f64::from(width) / f64::from(size * 10);
    lines.map(|line| wrapped(line, ems)).sum::<u32>() * pitch(size)
}

/// From line to line, in twentieths of a point.
pub fn pitch(size: u32) -> u32 {
    size * 25 / 2
}

/// The smallest letters that anything is set in.
pub const SMALLEST: u32 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_lines_that_it_needs() {
        assert_eq!((width("山田ｱ1"), count("一二三四五\n六", 4.0), count("", 4.0)), (3.0, 3, 1));
        assert_eq!((wrapped("一二三四", 10.0), wrapped("一二三四五六七八九十", 6.0)), (1, 3));
    }

    #[test]
    fn letters_shrink_until_their_lines_fit() {
        let field = (2_000, 600);
        let size = |text: &str| largest([text].into_iter(), 22, field);
        assert_eq!((size("一二三"), size(&"一".repeat(15)), size(&"一".repeat(99))), (Some(22), Some(20), None));
    }
}
