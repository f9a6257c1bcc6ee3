//! 錨: what proves on paper that the ledger went as far as this row.

use crate::books::words::{Digest, NotOurs};
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// 錨: the newest row's number and tag, as the day-end report prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Row number; 0 before the first.
    pub seq: i64,
    /// Its tag.
    pub tag: Digest,
}

/// 書き写した錨: a row's number and the beginning of its tag, as a person copied it from a day-end report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    seq: i64,
    tag: String,
}

impl Copied {
    /// So many hex digits of the tag stand on the day-end report; fewer prove too little.
    const LEAST: usize = 16;

    /// The row's number.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Whether it is this row's.
    pub(in crate::books) fn fits(&self, anchor: Anchor) -> bool {
        self.seq == anchor.seq && anchor.tag.to_string().starts_with(&self.tag)
    }
}

impl From<Anchor> for Copied {
    fn from(anchor: Anchor) -> Self {
        Self { seq: anchor.seq, tag: anchor.tag.to_string() }
    }
}

impl FromStr for Copied {
    type Err = NotOurs;

    /// `1234 0123 4567 89ab cdef`, in any case and width, grouped by blanks or hyphens.
    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let plain = text.nfkc().collect::<String>().to_ascii_lowercase();
        let mut groups = plain.split(|c: char| c.is_whitespace() || c == '-').filter(|group| !group.is_empty());
        let seq = groups.next().and_then(|seq| seq.trim_end_matches('番').parse().ok()).filter(|seq| *seq > 0).ok_or(NotOurs)?;
        let tag = groups.collect::<String>();
        let long_enough = (Self::LEAST..=64).contains(&tag.len());
        match long_enough && tag.bytes().all(|b| b.is_ascii_hexdigit()) {
            true => Ok(Self { seq, tag }),
            false => Err(NotOurs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_read_as_people_copy_it() {
        let anchor = Anchor { seq: 1234, tag: Digest::new([0xAB; 32]) };
        for text in ["1234 abab abab abab abab", "1234番　ＡＢＡＢ-abab-ABABABAB", &format!("1234 {}", "ab".repeat(32))] {
            assert!(text.parse::<Copied>().expect(text).fits(anchor), "{text}");
        }
        for text in ["1235 abababababababab", "1234 abababababababac"] {
            assert!(!text.parse::<Copied>().expect(text).fits(anchor), "{text}");
        }
        for text in ["", "1234", "1234 abab", "abababababababab", "0 abababababababab", "1234 ababababababab zz"] {
            assert_eq!(text.parse::<Copied>(), Err(NotOurs), "{text}");
        }
    }
}
