//! A finding says that somebody matched only by a `Matched`, which `find` alone makes.
use fukan::notice::{Finding, Matched};

pub fn nobody() -> Finding {
    let _ = std::mem::size_of::<Matched>();
    Finding::NoMatch(None)
}

pub fn main() {}
