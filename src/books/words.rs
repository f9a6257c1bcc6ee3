//! 台帳の言葉: numbers, channels, outcomes and keyed hashes as the database writes them.

use crate::base::date::{Date, fiscal_year};
use crate::notice;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// 鍵付きハッシュ. HMAC-SHA-256; nothing can be looked up from it without the office's keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Digest([u8; 32]);

impl Digest {
    /// From 32 bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From a slice of exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}{:02x}…", self.0[0], self.0[1])
    }
}

impl FromStr for Digest {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotOurs);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotOurs)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotOurs)?;
        }
        Ok(Self(bytes))
    }
}

/// A word that our own tables never hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOurs;

impl fmt::Display for NotOurs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one of ours")
    }
}

/// 連番: a series of a fiscal year and a place in it. Four digits, more when they are needed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Serial {
    series: String,
    seq: i64,
}

impl Serial {
    fn parse(text: &str, letter: impl Fn(char) -> bool) -> Result<Self, NotOurs> {
        let (series, digits) = text.split_once('-').ok_or(NotOurs)?;
        let mut chars = series.chars();
        let year = chars.next().filter(|c| letter(*c)).map(|_| chars.as_str()).ok_or(NotOurs)?;
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let canonical = digits.len() == 4 || (digits.len() > 4 && !digits.starts_with('0'));
        if year.len() != 2 || !all_digits(year) || !canonical || digits.len() > 9 || !all_digits(digits) {
            return Err(NotOurs);
        }
        let seq = digits.parse().map_err(|_| NotOurs)?;
        (seq > 0).then(|| Self { series: series.to_owned(), seq }).ok_or(NotOurs)
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.series, self.seq)
    }
}

macro_rules! serial {
    ($(#[doc = $doc:literal])+ $name:ident, $letter:expr) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Serial);

        impl $name {
            pub(super) fn new(series: &str, seq: i64) -> Self {
                Self(Serial { series: series.to_owned(), seq })
            }

            /// The series of its fiscal year.
            pub fn series(&self) -> &str {
                &self.0.series
            }

            /// Its place in the series, from 1.
            pub fn seq(&self) -> i64 {
                self.0.seq
            }
        }

        impl FromStr for $name {
            type Err = NotOurs;

            fn from_str(text: &str) -> Result<Self, NotOurs> {
                Serial::parse(text, $letter).map(Self)
            }
        }

        written!($name);
    };
}

/// Display is the stored form; Debug and serde say the same.
macro_rules! written {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        stored!($name);
    };
}

macro_rules! stored {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

stored!(Digest);

serial! {
    /// 発送番号 of a parcel: R08-0013. The letter is the era of the fiscal year of the letter's date.
    Number, |c| "MTSHR".contains(c)
}

serial! {
    /// 受付番号 of a case: U08-0021.
    Reception, |c| c == 'U'
}

/// The series of parcels whose letter bears this date: R08.
pub(super) fn number_series(date: Date) -> Option<String> {
    fiscal_year(date).map(|year| format!("{}{:02}", year.era.letter(), year.year))
}

/// The series of cases first seen on this day: U08.
pub(super) fn reception_series(date: Date) -> Option<String> {
    fiscal_year(date).map(|year| format!("U{:02}", year.year))
}

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $word_doc:literal])+ $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[doc = $word_doc])+ $variant),+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl FromStr for $name {
            type Err = NotOurs;

            fn from_str(text: &str) -> Result<Self, NotOurs> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(NotOurs),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        stored!($name);
    };
}

words! {
    /// 回答方法: how a parcel leaves.
    Channel {
        /// 電子メール
        Email = "email",
        /// 文書
        Paper = "paper",
        /// 電話
        Phone = "phone",
    }
}

impl From<Channel> for notice::Channel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Paper => Self::Paper,
            Channel::Phone => Self::Phone,
        }
    }
}

impl From<notice::Channel> for Channel {
    fn from(channel: notice::Channel) -> Self {
        match channel {
            notice::Channel::Email => Self::Email,
            notice::Channel::Paper => Self::Paper,
            notice::Channel::Phone => Self::Phone,
        }
    }
}

words! {
    /// 結果: what became of a case.
    Outcome {
        /// 回答
        Answered = "answered",
        /// 該当なし
        NotFound = "not_found",
        /// 追加情報の依頼
        AskMore = "ask_more",
        /// 保留
        Held = "held",
        /// 受付不可
        Refused = "refused",
    }
}

words! {
    /// 発送物の状態.
    State {
        /// Promised in the database, not yet known to stand on the disk.
        Reserved = "reserved",
        /// 封緘済み: stands on the disk, whole.
        Packed = "packed",
        /// 欠番: never to be used again.
        Void = "void",
        /// 取り消し: nothing left the program; the number is free again.
        Released = "released",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_widen_and_read_back() {
        for text in ["R08-0001", "R08-9999", "R08-10000", "H30-0123"] {
            assert_eq!(text.parse::<Number>().expect(text).to_string(), text);
        }
        for text in
            ["", "R08", "R8-0001", "R08-001", "R08-00010", "R08-0000", "X08-0001", "R08-0001-1", "r08-0001", "R08-１", "U08-0001"]
        {
            assert_eq!(text.parse::<Number>(), Err(NotOurs), "{text}");
        }
        assert_eq!("U08-0021".parse::<Reception>().expect("reception").seq(), 21);
        assert!(Number::new("R08", 9999) < Number::new("R08", 10000));
    }

    #[test]
    fn the_fiscal_year_of_the_letter_names_the_series() {
        assert_eq!(number_series(date(2026, 11, 20)).as_deref(), Some("R08"));
        assert_eq!(number_series(date(2027, 3, 31)).as_deref(), Some("R08"));
        assert_eq!(number_series(date(2027, 4, 1)).as_deref(), Some("R09"));
        assert_eq!(number_series(date(2019, 4, 10)).as_deref(), Some("R01"));
        assert_eq!(reception_series(date(2026, 11, 20)).as_deref(), Some("U08"));
    }

    #[test]
    fn a_digest_is_hex() {
        let digest = Digest::new([0xAB; 32]);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!("AB".repeat(32).parse::<Digest>(), Err(NotOurs));
        assert_eq!("あ".repeat(22).parse::<Digest>(), Err(NotOurs));
    }
}
