//! 解除の理由: why a supervisor frees a protected person (支援措置) for one case.

/// 解除の理由. A closed list: the ledger keeps it, and a free text would be the place where names end up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseReason {
    /// 照会元が支援措置を知っている
    Informed,
    /// 本人の同意
    Consent,
    /// 照会元の支援措置担当に確認した
    Checked,
    /// 支援措置の終了
    Ended,
}

impl ReleaseReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Informed, Self::Consent, Self::Checked, Self::Ended];

    /// The word on the command line and in the ledger.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Informed => "informed",
            Self::Consent => "consent",
            Self::Checked => "checked",
            Self::Ended => "ended",
        }
    }
}
