//! The gate alone makes a `Gated`.
use fukan::base::Fault;
use fukan::proof::gate::Yardstick;
use fukan::proof::{Anew, Gated, Parcel, gate};

pub fn pass(parcel: Parcel, anew: &dyn Anew, yardstick: &Yardstick<'_>) -> Result<Gated<Parcel>, Fault> {
    gate(parcel, anew, yardstick)
}

pub fn main() {}
