//! 用件: what a run is for, and which cases of the files it is about.

use super::judge::{Purpose, Terms};
use super::noting::not_packed;
use super::plan::{Only, PlanRow, Scope};
use crate::base::fault::FileName;
use crate::base::{Arg, Fault, code};
use crate::books::{Books, Digest, Number, case_name, reception};
use crate::notice::{Channel, Delay};
use std::collections::BTreeSet;

/// 用件.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Errand {
    /// 回答: what was answered before is left alone.
    #[default]
    Reply,
    /// 再発行: what was answered before is issued again, marked, and takes the place of the first.
    Reissue,
    /// 訂正 of what this parcel answered.
    Correct(Number),
    /// 別の方法での送り直し of this parcel.
    Repack(Number, Channel),
    /// 追加情報の依頼 for held cases.
    Ask,
    /// 遅延の連絡
    Delay(Delay),
    /// 受付
    Accept,
}

impl Errand {
    /// Whether what it finds is a judgement on the case, and not only on whether a notice could be made.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self, Self::Reply | Self::Reissue | Self::Correct(_) | Self::Repack(..))
    }

    fn terms(&self) -> Terms {
        let (purpose, channel) = match self {
            Self::Reply | Self::Reissue | Self::Correct(_) => (Purpose::Reply, None),
            Self::Repack(_, channel) => (Purpose::Reply, Some(*channel)),
            Self::Ask => (Purpose::Ask, None),
            Self::Delay(delay) => (Purpose::Delay(*delay), None),
            Self::Accept => (Purpose::Accept, None),
        };
        Terms { purpose, channel, ..Terms::default() }
    }

    /// What the planner looks at: the cases that were named, or those of the parcel that the errand is about.
    pub(super) fn scope(&self, named: &[String], books: &mut Books) -> Result<Scope, Fault> {
        let mut only = Only::default();
        for name in named {
            let name = case_name(name)?;
            match received_as(name, books)? {
                Some(case) => only.cases.insert(case),
                None => only.ids.insert(name.to_ascii_lowercase()),
            };
        }
        let within = match self {
            // Those that no later parcel has answered: an errand touches nothing that it was not called for.
            Self::Correct(number) | Self::Repack(number, _) => {
                let mut cases = BTreeSet::new();
                for reception in books.standing_cases(number)? {
                    cases.extend(books.case(&reception)?.map(|case| case.case));
                }
                if cases.is_empty() {
                    return Err(moved_on(number, books)?);
                }
                Some(cases)
            }
            _ => None,
        };
        let named = !only.ids.is_empty() || !only.cases.is_empty();
        Ok(Scope { terms: self.terms(), only: named.then_some(only), within })
    }
}

/// FK-6131 with the numbers that stand for its cases now; FK-6067 where nothing was ever made under it.
fn moved_on(number: &Number, books: &mut Books) -> Result<Fault, Fault> {
    let row = books.expect_parcel(number)?;
    let mut later = BTreeSet::new();
    for reception in row.receptions() {
        later.extend(books.case(&reception)?.and_then(|case| case.number));
    }
    if later.is_empty() {
        return Ok(not_packed(&row));
    }
    let later = later.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    Ok(Fault::new(code::MOVED_ON).with("number", Arg::plain(number)).with("by", Arg::plain(later)))
}

/// The case that a 受付番号 names; none for a 照会番号, which the files know.
fn received_as(name: &str, books: &mut Books) -> Result<Option<Digest>, Fault> {
    reception(name).map(|_| books.find_case(name).map(|case| case.case)).transpose()
}

/// Every case that was named must be in the files: one that is left out unseen would be a lost reply.
pub(super) fn all_found(errand: &Errand, named: &[String], rows: &[PlanRow], books: &mut Books) -> Result<(), Vec<Fault>> {
    let mut missing = Vec::new();
    for name in named {
        let case = received_as(name, books).map_err(|fault| vec![fault])?;
        let here = |row: &PlanRow| match case {
            Some(case) => row.marks.case == case,
            None => row.id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(name.trim())),
        };
        if !rows.iter().any(here) {
            missing.push(Fault::new(code::NO_SUCH_CASE).with("number", Arg::plain(FileName::named(name, 1).as_str())));
        }
    }
    if let (Errand::Correct(number) | Errand::Repack(number, _), true) = (errand, rows.is_empty() && missing.is_empty()) {
        missing.push(Fault::new(code::NO_SUCH_CASE).with("number", Arg::plain(number)));
    }
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}
