//! A number to dial comes out of partners.csv.
use fukan::notice::Partner;
use fukan::notice::vet::{Destination, RepresentativeNumber};

pub fn to(partner: &Partner, claimed: String) -> Option<Destination> {
    let _ = claimed;
    RepresentativeNumber::of(partner).map(Destination::Phone)
}

pub fn main() {}
