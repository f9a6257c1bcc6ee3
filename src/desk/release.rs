//! 解除: a supervisor frees a case that is held for 支援措置, for the record as it stands in the ledger.

use super::bureau::Bureau;
use crate::base::{Arg, Fault, code, near};
use crate::books::{Books, CaseRow, Event, Outcome, Permitted};
use crate::notice::ReleaseReason;

/// Writes the release down. The case is answered when its record, unchanged, is packed again.
pub fn release(name: &str, by: &str, reason: ReleaseReason, bureau: &Bureau, books: &mut Books) -> Result<CaseRow, Fault> {
    let case = books.find_case(name)?;
    let held =
        case.outcome == Some(Outcome::Held) && [code::PROTECTED, code::RELEASED_BY].iter().any(|code| code.as_str() == case.code);
    let fingerprint = case.fingerprint.filter(|_| held);
    let fingerprint = fingerprint.ok_or_else(|| Fault::new(code::NOT_PROTECTED).with("number", Arg::plain(&case.reception)))?;
    // The name as office.toml lists it: what was typed is not written down.
    let supervisors = &bureau.office.insurer.supervisors;
    let supervisor = supervisors.iter().find(|listed| near::plain(listed) == near::plain(by));
    let supervisor = supervisor.ok_or_else(|| Fault::new(code::RELEASED_BY))?;
    let permitted = Permitted { by: supervisor.clone(), reason: reason.word().to_owned(), fingerprint };
    books.note(&case.reception, &Event::Permitted(permitted))?;
    Ok(case)
}
