//! Only what passed the gate is published.
use fukan::base::Fault;
use fukan::books::{Delivery, Kept, ParcelFiles};
use fukan::desk::Seams;
use fukan::desk::publish;
use fukan::proof::{Gated, Parcel};

pub fn out(gated: &Gated<Parcel>, files: &ParcelFiles, kept: Kept, seams: &Seams) -> Result<Delivery, Fault> {
    publish(gated.parcel(), files, kept, seams)
}

pub fn main() {}
