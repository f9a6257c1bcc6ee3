//! 照会: what was asked, by whom, about whom (STEP 1).

use super::requester::Requester;
use crate::base::date::{self, Date, DateTime, Span};
use crate::base::{Personal, SafeText};
use std::fmt;

/// 照会番号: `[A-Za-z0-9_-]{1,64}`, unique in a file without regard to case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseId(String);

impl CaseId {
    /// Checks the grammar; an id that is or holds a My Number is none.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        // U08-0021 is how a 受付番号 looks: who names a case by it must mean one case.
        let digits = |part: &str, least: usize| part.len() >= least && part.bytes().all(|b| b.is_ascii_digit());
        let ours = text.strip_prefix(['U', 'u']).and_then(|rest| rest.split_once('-'));
        let ours = ours.is_some_and(|(year, seq)| year.len() == 2 && digits(year, 2) && digits(seq, 4));
        (fits && !ours).then(|| Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As compared: without regard to case.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 照会の方法 (N1): by telephone or in writing, nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// 電話
    Phone,
    /// 文書
    Document,
}

/// 回答の方法: the three channels of the notice (N10-N12). Fax is not one (N18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// メール
    Email,
    /// 文書
    Paper,
    /// 電話（折り返し）
    Phone,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Email, Self::Paper, Self::Phone];

    /// The word in case files, reports and folder names.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Paper => "paper",
            Self::Phone => "phone",
        }
    }

    /// メール, 文書, 電話.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "メール",
            Self::Paper => "文書",
            Self::Phone => "電話",
        }
    }
}

/// 受付.
#[derive(Clone, Debug)]
pub struct Received {
    /// 受付日時
    pub at: DateTime,
    /// 受付方法
    pub via: Via,
    /// 照会文書番号
    pub document_no: Option<SafeText>,
    /// 照会文書日付
    pub document_date: Option<Date>,
}

/// 手続 (N4).
#[derive(Clone, Debug)]
pub struct Procedure {
    /// 管理番号
    pub number: Option<SafeText>,
    /// 手続名
    pub name: SafeText,
}

/// 生年月日. A day, or 月日不詳 as the register has it.
#[derive(Clone, PartialEq, Eq)]
pub enum Birth {
    /// A day.
    Day(Date),
    /// 月日不詳: as written. Never counts as a match.
    Incomplete(SafeText),
}

impl Birth {
    /// The day, when it is known.
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(*day),
            Self::Incomplete(_) => None,
        }
    }

    /// Both calendars, or the words that were written.
    pub fn shown(&self) -> String {
        match self {
            Self::Day(day) => date::both(*day),
            Self::Incomplete(text) => text.as_str().to_owned(),
        }
    }
}

/// 性別.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
    /// 不明・未設定: never matches.
    Unknown,
}

impl Sex {
    /// Every word for it.
    pub const WORDS: &[(&str, Self)] = &[
        ("1", Self::Male),
        ("男", Self::Male),
        ("男性", Self::Male),
        ("male", Self::Male),
        ("m", Self::Male),
        ("2", Self::Female),
        ("女", Self::Female),
        ("女性", Self::Female),
        ("female", Self::Female),
        ("f", Self::Female),
        ("3", Self::Unknown),
        ("不明", Self::Unknown),
        ("未設定", Self::Unknown),
        ("不詳", Self::Unknown),
        ("unknown", Self::Unknown),
    ];

    /// 1/2/男/女/male/female; 3, 不明 and 未設定 are [`Sex::Unknown`].
    pub fn parse(text: &str) -> Option<Self> {
        let word = crate::base::near::plain(text);
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, sex)| *sex)
    }

    /// 男, 女, 不明.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
            Self::Unknown => "不明",
        }
    }
}

/// 照会対象者: the three items (N2) and the optional ones (N3), as the requester stated them.
#[derive(Clone, Debug)]
pub struct Subject {
    /// フリガナ
    pub kana: Personal<SafeText>,
    /// 生年月日
    pub birth: Personal<Birth>,
    /// 性別
    pub sex: Personal<Sex>,
    /// 氏名
    pub name: Option<Personal<SafeText>>,
    /// 住所
    pub address: Option<Personal<SafeText>>,
    /// 記号
    pub symbol: Option<Personal<SafeText>>,
    /// 番号
    pub number: Option<Personal<SafeText>>,
}

/// 追加情報 (N9).
#[derive(Clone, Debug, Default)]
pub struct Additional {
    /// 資格取得の時期
    pub acquired: Option<Personal<Span>>,
    /// 資格喪失の時期
    pub lost: Option<Personal<Span>>,
    /// 住所
    pub address: Option<Personal<SafeText>>,
    /// 記号
    pub symbol: Option<Personal<SafeText>>,
    /// 番号
    pub number: Option<Personal<SafeText>>,
}

impl Additional {
    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.acquired.is_none() && self.lost.is_none() && self.address.is_none() && self.symbol.is_none() && self.number.is_none()
    }
}

/// 照会対象期間. `None` at an end means no limit there; 基準日 is both ends equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedPeriod {
    /// 開始
    pub from: Option<Date>,
    /// 終了
    pub to: Option<Date>,
}

impl AskedPeriod {
    /// Covered when acquired ≤ to and (lost is none or lost > from): the day of loss itself is not covered.
    pub fn covers(&self, acquired: Date, lost: Option<Date>) -> bool {
        self.to.is_none_or(|to| acquired <= to) && lost.is_none_or(|lost| self.from.is_none_or(|from| lost > from))
    }

    /// The one day asked about, when it is one.
    pub fn single_day(&self) -> Option<Date> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from == to => Some(from),
            _ => None,
        }
    }

    /// 令和3年2月1日から令和3年3月31日まで.
    pub fn shown(&self) -> String {
        match (self.from, self.to) {
            _ if self.single_day().is_some() => self.from.map(date::both).unwrap_or_default(),
            (from, to) => {
                let from = from.map(|d| format!("{}から", date::wareki(d))).unwrap_or_default();
                let to = to.map(|d| format!("{}まで", date::wareki(d))).unwrap_or_default();
                from + &to
            }
        }
    }
}

/// 照会項目: an item of the catalogue by its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked(pub usize);

/// 照会. Everything the requester sent, checked; nothing of what the insurer knows.
#[derive(Clone, Debug)]
pub struct Inquiry {
    /// 照会番号
    pub id: CaseId,
    /// 受付
    pub received: Received,
    /// 回答方法
    pub reply_by: Channel,
    /// 照会者
    pub requester: Requester,
    /// 手続
    pub procedure: Procedure,
    /// 照会対象者
    pub subject: Subject,
    /// 追加情報
    pub additional: Additional,
    /// 照会対象期間
    pub asked_period: Option<AskedPeriod>,
    /// 記録確認日時
    pub records_at: Option<DateTime>,
    /// 照会項目
    pub items: Vec<Asked>,
    /// 照会対象外項目 (N5)
    pub outside_items: Vec<SafeText>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::parse;

    #[test]
    fn the_day_of_loss_is_not_covered() {
        let day = |text: &str| parse(text).expect("a day");
        let on = |d: &str| AskedPeriod { from: Some(day(d)), to: Some(day(d)) };
        let (acquired, lost) = (day("2020-04-01"), Some(day("2021-03-31")));
        assert!(!on("2020-03-31").covers(acquired, lost));
        assert!(on("2020-04-01").covers(acquired, lost));
        assert!(on("2021-03-30").covers(acquired, lost));
        assert!(!on("2021-03-31").covers(acquired, lost));
        assert!(AskedPeriod { from: None, to: None }.covers(acquired, lost));
        assert!(on("2030-01-01").covers(acquired, None));
    }

    #[test]
    fn ids_keep_to_their_grammar() {
        for id in ["K-0001", "U-0021", "U08-21", "a", "A_b-9", &"x".repeat(64)] {
            assert!(CaseId::parse(id).is_some(), "{id}");
        }
        for id in ["", "U08-0021", "u08-12345", "../x", "a b", "Ａ1", "K.1", &"x".repeat(65), "a/b"] {
            assert!(CaseId::parse(id).is_none(), "{id}");
        }
    }
}
