//! An e-mail is made of a sealed package, not of the documents.
use fukan::proof::{Draft, Paired, Parcel, Sealed};

pub fn post(draft: &Draft, paired: Paired, sealed: Sealed) -> Parcel {
    let _ = sealed;
    Parcel::email(draft, paired, "R08-0001.zip", Vec::new(), Vec::new())
}

pub fn main() {}
