//! 回答: the value of one item, typed as the catalogue types it.

use crate::base::date::{Date, Month};
use crate::base::{Personal, SafeText};

/// 回答の値.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// なし: stated as none, allowed for items of type `date?` only.
    None,
    /// 文字
    Text(Personal<SafeText>),
    /// 区分: the label of a code.
    Label(Personal<String>),
    /// 年月日
    Date(Personal<Date>),
    /// 金額, whole yen.
    Yen(Personal<u64>),
    /// 給付: payments; empty means 支給なし for the asked period.
    Benefit(Vec<Payment>),
}

/// 支給: one payment of a benefit.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// 診療年月, 支給対象期間, 出産年月日 …
    pub when: Personal<When>,
    /// 支給決定年月日
    pub decided: Personal<Date>,
    /// 支給額
    pub amount: Personal<u64>,
    /// 法定・付加の別
    pub statutory: bool,
}

/// What a payment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// 診療年月
    Month(Month),
    /// 支給対象期間, 計算期間
    Period(Date, Date),
    /// 出産・死亡・移送の年月日
    Date(Date),
}
