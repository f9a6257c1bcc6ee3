//! 遅延の連絡 (N14): when it takes longer, say so, and until when.

use crate::base::date::DateTime;

/// 遅延の連絡.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// 回答予定: by when the reply is expected.
    pub until: DateTime,
    /// 理由
    pub reason: DelayReason,
}

/// 遅延の理由. A closed list: a free text could tell what the notice keeps back (how many were found, N9), and the ledger keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelayReason {
    /// 記録の確認
    Records,
    /// ほかの部署への確認
    Elsewhere,
    /// 照会の集中
    Volume,
    /// 閉庁時刻の後の受付
    Hours,
    /// システムの停止
    System,
}

impl DelayReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Records, Self::Elsewhere, Self::Volume, Self::Hours, Self::System];

    /// The word on the command line and in the ledger.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Elsewhere => "elsewhere",
            Self::Volume => "volume",
            Self::Hours => "hours",
            Self::System => "system",
        }
    }

    /// By its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}
