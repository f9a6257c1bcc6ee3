//! An answer is made by `decide` alone, out of a match.
use fukan::notice::{Answered, Reply};

pub fn reply() -> Reply {
    let _ = std::mem::size_of::<Answered>();
    Reply::Answered(Answered { outside: Vec::new(), my_number_held: false })
}

pub fn main() {}
