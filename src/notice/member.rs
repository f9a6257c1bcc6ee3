//! 加入者: what the insurer found and stated about candidates, and who confirmed or released it.

use super::answer::Answer;
use super::inquiry::{Asked, Birth, Sex};
use crate::base::date::{Date, DateTime};
use crate::base::kana::Folded;
use crate::base::{Personal, SafeText};
use std::collections::BTreeMap;

/// 候補: one enrolment period of one member, as the insurer's records hold it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// 加入者: which person, by the insurer's own key.
    pub member: Personal<String>,
    /// フリガナ. Several for one person (通称, 旧氏) are several rows.
    pub kana: Personal<SafeText>,
    /// 生年月日
    pub birth: Personal<Birth>,
    /// 性別
    pub sex: Personal<Sex>,
    /// 氏名
    pub name: Option<Personal<SafeText>>,
    /// 住所. Matched against, never printed.
    pub address: Option<Personal<SafeText>>,
    /// 記号
    pub symbol: Option<Personal<SafeText>>,
    /// 番号
    pub number: Option<Personal<SafeText>>,
    /// 資格取得年月日
    pub acquired: Personal<Date>,
    /// 資格喪失年月日; none while enrolled.
    pub lost: Option<Personal<Date>>,
    /// 個人番号の収録
    pub my_number_held: bool,
    /// 支援措置
    pub protected: bool,
    /// 回答
    pub answers: BTreeMap<Asked, Answer>,
    /// 照合用フリガナ
    pub folded: Folded,
}

impl Candidate {
    /// The day of loss.
    pub fn lost_on(&self) -> Option<Date> {
        self.lost.as_ref().map(|lost| *lost.expose())
    }

    /// Whether two enrolments share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ends_before = |a: &Self, b: &Self| a.lost_on().is_some_and(|lost| lost <= *b.acquired.expose());
        !ends_before(self, other) && !ends_before(other, self)
    }
}

/// 確認: a named person settled a doubt.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// 確認者
    pub by: SafeText,
    /// 確認日時
    pub at: DateTime,
    /// 理由
    pub reason: SafeText,
    /// 対象の加入者: settles Doubtful for this member only.
    pub member: Option<Personal<String>>,
    /// 同一人: these members are one person.
    pub same_person: Vec<Personal<String>>,
}

/// 解除: a supervisor freed a protected member.
#[derive(Clone, Debug)]
pub struct Released {
    /// 解除者
    pub by: SafeText,
    /// 解除日時
    pub at: DateTime,
    /// 理由
    pub reason: SafeText,
}

/// 保険者の記録: everything the insurer states about one inquiry.
#[derive(Clone, Debug)]
pub struct Stated {
    /// 候補; empty means «looked, found nobody».
    pub candidates: Vec<Candidate>,
    /// 確認
    pub confirmed: Option<Confirmed>,
    /// 解除
    pub released: Option<Released>,
}
