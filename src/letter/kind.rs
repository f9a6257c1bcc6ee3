//! 文書の種類. Adding one is adding a text file and a variant.

/// 文書の種類: every document that is stamped from a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LetterKind {
    /// 回答書
    Reply,
    /// 該当なし
    NotFound,
    /// 追加情報の依頼
    AskMore,
    /// 送付状
    Cover,
    /// 目録 of an archive
    Index,
    /// 目録 of a merged document
    Contents,
    /// 電話回答票 with its 電話回答記録票
    Call,
    /// 遅延の連絡
    Delay,
    /// パスワード電話連絡票
    PasswordSheet,
    /// 暗号化記録
    SealRecord,
    /// 誤送付時の確認票
    Incident,
    /// 日報
    DayReport,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Reply,
        Self::NotFound,
        Self::AskMore,
        Self::Cover,
        Self::Index,
        Self::Contents,
        Self::Call,
        Self::Delay,
        Self::PasswordSheet,
        Self::SealRecord,
        Self::Incident,
        Self::DayReport,
    ];

    /// Its name in file names, hashes and logs; stable for good.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::NotFound => "not_found",
            Self::AskMore => "ask_more",
            Self::Cover => "cover",
            Self::Index => "index",
            Self::Contents => "contents",
            Self::Call => "call",
            Self::Delay => "delay",
            Self::PasswordSheet => "password_sheet",
            Self::SealRecord => "seal_record",
            Self::Incident => "incident",
            Self::DayReport => "day_report",
        }
    }

    /// Whether it answers a case.
    pub const fn is_reply(self) -> bool {
        matches!(self, Self::Reply | Self::NotFound | Self::AskMore | Self::Delay)
    }

    /// Whether it lies in a package that is sealed: the kinds whose empty forms set the floor of the padding.
    pub const fn is_mailed(self) -> bool {
        self.is_reply() || matches!(self, Self::Index | Self::Contents)
    }

    /// 部内の書類: stays in the office, so no 照合番号 binds it to a destination.
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::PasswordSheet | Self::SealRecord | Self::Incident | Self::DayReport)
    }

    /// Whether it lists the other documents of its parcel and answers no case.
    pub const fn is_listing(self) -> bool {
        matches!(self, Self::Cover | Self::Index | Self::Contents)
    }

    /// The kind of that name.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The file of its wording, and the wording that is built in.
    pub const fn wording(self) -> (&'static str, &'static str) {
        match self {
            Self::Reply => ("reply.txt", include_str!("../../templates/letters/reply.txt")),
            Self::NotFound => ("not_found.txt", include_str!("../../templates/letters/not_found.txt")),
            Self::AskMore => ("ask_more.txt", include_str!("../../templates/letters/ask_more.txt")),
            Self::Cover => ("cover.txt", include_str!("../../templates/letters/cover.txt")),
            Self::Index => ("index.txt", include_str!("../../templates/letters/index.txt")),
            Self::Contents => ("contents.txt", include_str!("../../templates/letters/contents.txt")),
            Self::Call => ("call.txt", include_str!("../../templates/letters/call.txt")),
            Self::Delay => ("delay.txt", include_str!("../../templates/letters/delay.txt")),
            Self::PasswordSheet => ("password_sheet.txt", include_str!("../../templates/letters/password_sheet.txt")),
            Self::SealRecord => ("seal_record.txt", include_str!("../../templates/letters/seal_record.txt")),
            Self::Incident => ("incident.txt", include_str!("../../templates/letters/incident.txt")),
            Self::DayReport => ("day_report.txt", include_str!("../../templates/letters/day_report.txt")),
        }
    }
}
