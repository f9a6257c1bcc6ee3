//! A call sheet takes the representative number of a partner row. What the caller gave is another type.
use fukan::letter::Values;
use fukan::letter::compose::{Letterhead, Sheet, Told, call};
use fukan::notice::Requester;
use fukan::notice::vet::RepresentativeNumber;

pub fn sheet(head: &Letterhead, sheet: &Sheet<'_>, dial: &RepresentativeNumber, from: &Requester, told: &[Told<'_>]) -> Option<Values> {
    let claimed = from.claimed_phone.as_ref()?;
    let _ = claimed;
    Some(call(head, sheet, dial, false, told))
}

pub fn main() {}
