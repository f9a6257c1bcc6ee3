//! Only what a committed row of the ledger promises is published.
use fukan::base::Fault;
use fukan::books::{Allotted, Delivery, Kept, ParcelFiles};
use fukan::desk::Seams;
use fukan::desk::publish;
use fukan::proof::{Gated, Parcel};

pub fn out(gated: &Gated<Parcel>, files: &ParcelFiles, kept: Kept, allotted: Allotted, seams: &Seams) -> Result<Delivery, Fault> {
    let _ = allotted;
    publish(gated, files, kept, seams)
}

pub fn main() {}
