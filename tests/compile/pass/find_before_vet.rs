//! Nobody is looked for before the requester stands.
use fukan::notice::find::Found;
use fukan::notice::{Insurer, Stated, Vetted, find};

pub fn look(inquiry: &Vetted, stated: &Stated, insurer: &Insurer) -> Found {
    find(inquiry, stated, insurer)
}

pub fn main() {}
