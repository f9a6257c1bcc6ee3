//! A promise is used up by publishing.
use fukan::base::Fault;
use fukan::books::{Delivery, Kept, ParcelFiles};
use fukan::desk::Seams;
use fukan::desk::publish;
use fukan::proof::{Gated, Parcel};

pub fn out(gated: &Gated<Parcel>, files: &ParcelFiles, kept: [Kept; 2], seams: &Seams) -> Result<[Delivery; 2], Fault> {
    let [first, second] = kept;
    Ok([publish(gated, files, first, seams)?, publish(gated, files, second, seams)?])
}

pub fn main() {}
