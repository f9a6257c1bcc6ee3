//! 回答: what is said. Typed; the wording is the letter's.

use super::answer::Payment;
use super::delay::Delay;
use super::inquiry::AskedPeriod;
use crate::base::date::{Date, DateTime};
use crate::base::{Personal, SafeText};

/// 結果. One per case, as reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// 回答
    Answered,
    /// 該当なし
    NotFound,
    /// 追加情報の依頼
    AskMore,
    /// 遅延の連絡
    Delayed,
    /// 受付: nobody was looked for yet.
    Accepted,
    /// 保留
    Held,
    /// 受付不可
    Refused,
    /// 回答済み
    Already,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 8] =
        [Self::Answered, Self::NotFound, Self::AskMore, Self::Delayed, Self::Accepted, Self::Held, Self::Refused, Self::Already];

    /// Whether something is sent.
    pub const fn is_sent(self) -> bool {
        matches!(self, Self::Answered | Self::NotFound | Self::AskMore | Self::Delayed)
    }

    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::NotFound => "not_found",
            Self::AskMore => "ask_more",
            Self::Delayed => "delayed",
            Self::Accepted => "accepted",
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Already => "already",
        }
    }

    /// By its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// 回答の内容.
#[derive(Clone, Debug)]
pub enum Reply {
    /// 回答書
    Answered(Answered),
    /// 該当なし (N8): holds nothing the requester did not send.
    NotFound(NotFound),
    /// 追加情報の依頼 (N9): never tells how the candidates differ nor how many.
    AskMore,
    /// 遅延の連絡 (N14): answers nothing yet.
    Delayed(Delay),
}

/// 該当なしの回答: when the records were looked at, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct NotFound {
    pub(super) records: AsOf,
}

impl NotFound {
    /// When the records were looked at.
    pub fn records(&self) -> AsOf {
        self.records
    }
}

impl Reply {
    /// The outcome it stands for.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Answered(_) => Outcome::Answered,
            Self::NotFound(_) => Outcome::NotFound,
            Self::AskMore => Outcome::AskMore,
            Self::Delayed(_) => Outcome::Delayed,
        }
    }
}

/// 基準日: what the 基準日 column prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// 照会対象期間
    Period(AskedPeriod),
    /// 記録確認日時
    Moment(DateTime),
    /// 発信日
    Letter(Date),
}

/// 回答書の内容 for one matched member. Made by [`decide`](super::decide()) alone, out of a [`Matched`](super::Matched).
#[derive(Clone, Debug)]
pub struct Answered {
    pub(super) sections: Vec<Section>,
    pub(super) not_covered: bool,
    pub(super) as_of: AsOf,
    pub(super) records: AsOf,
    pub(super) outside: Vec<SafeText>,
    pub(super) my_number_held: bool,
}

impl Answered {
    /// 加入期間 by period, oldest first, and what is common to all.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// 照会対象期間における加入の記録なし: then there are no sections.
    pub fn not_covered(&self) -> bool {
        self.not_covered
    }

    /// 基準日, for the column of that name: the asked period, else as [`Answered::records`].
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }

    /// When the records were looked at: 記録確認日時, else the letter's date.
    pub fn records(&self) -> AsOf {
        self.records
    }

    /// 照会対象外項目 (N5).
    pub fn outside(&self) -> &[SafeText] {
        &self.outside
    }

    /// 副本更新 is due once sent (N15).
    pub fn my_number_held(&self) -> bool {
        self.my_number_held
    }
}

/// A group of lines under one heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its heading.
    pub heading: Heading,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// 見出し.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// One period: no heading.
    None,
    /// 加入期間n
    Period(usize),
    /// 各期間共通
    Common,
}

/// One line: item and content.
#[derive(Clone, Debug)]
pub struct Line {
    /// 項目
    pub item: String,
    /// 内容
    pub content: Content,
}

/// 内容.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// なし
    Nothing,
    /// 現在加入中
    EnrolledNow,
    /// 文字
    Text(Personal<SafeText>),
    /// 区分
    Label(Personal<String>),
    /// 年月日
    Date(Personal<Date>),
    /// 金額
    Yen(Personal<u64>),
    /// 支給, with what its `when` is called
    Paid(Payment, String),
    /// 支給なし, in this period
    NothingPaid(Option<AskedPeriod>),
    /// 当保険者では取り扱っていない項目です
    NotHandled,
}
