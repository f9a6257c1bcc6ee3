//! 解除: a supervisor frees a case that is held for 支援措置, for the record that he looked at.

use super::bureau::{Bureau, Seams, letter_date};
use super::errand::{Errand, all_found};
use super::plan::{Ground, plan_for};
use crate::base::{Arg, Fault, Stop, code, near};
use crate::books::{Books, CaseRow, Event, Outcome, Permitted};
use crate::notice::ReleaseReason;
use std::path::PathBuf;

/// 解除の申出: who frees which case, why, and where its record stands.
pub struct Release<'a> {
    /// 照会番号 or 受付番号.
    pub case: &'a str,
    /// The files that hold its record.
    pub files: &'a [PathBuf],
    /// 責任者.
    pub by: &'a str,
    /// Why.
    pub reason: ReleaseReason,
}

/// Writes the release down. The case is answered when that record, unchanged, is packed again.
pub fn release(ask: &Release<'_>, bureau: &Bureau, books: &mut Books, seams: &Seams) -> Result<CaseRow, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    if let Some(broken) = books.verify_chain(None).map_err(one)?.breaks.first() {
        return Err(vec![broken.fault()]);
    }
    // The name as office.toml lists it: what was typed is not written down.
    let supervisors = &bureau.office.insurer.supervisors;
    let supervisor = supervisors.iter().find(|listed| near::plain(listed) == near::plain(ask.by));
    let supervisor = supervisor.ok_or_else(|| vec![Fault::new(code::RELEASED_BY)])?;
    let named = [ask.case.to_owned()];
    let scope = Errand::Reply.scope(&named, books).map_err(one)?;
    let keys = books.keys().clone();
    let (ground, stop) = (Ground { bureau, keys: &keys }, Stop::default());
    let plan = plan_for(ask.files, &ground, &scope, seams, letter_date(None, seams), &stop, |_| ()).map_err(one)?;
    all_found(&Errand::Reply, &named, &plan.rows, books)?;
    let row = plan.rows.into_iter().next().ok_or_else(|| vec![Fault::new(code::OURS)])?;
    let not_held = |case: &dyn std::fmt::Display| vec![Fault::new(code::NOT_PROTECTED).with("number", Arg::plain(case))];
    let case = books.case_by_key(&row.marks.case).map_err(one)?;
    let case = case.filter(|case| !case.closed && case.outcome == Some(Outcome::Held));
    let case = case.ok_or_else(|| not_held(&row.label.as_str()))?;
    if row.outcome != crate::notice::Outcome::Held || row.code() != Some(code::PROTECTED) {
        return Err(not_held(&case.reception));
    }
    let permitted =
        Permitted { by: supervisor.clone(), reason: ask.reason.word().to_owned(), fingerprint: row.marks.fingerprint };
    books.note(&case.reception, &Event::Permitted(permitted)).map_err(one)?;
    Ok(case)
}
