//! `vet` alone makes a `Vetted`.
use fukan::base::Fault;
use fukan::notice::vet::Registers;
use fukan::notice::{Inquiry, Partner, Vetted, vet};

pub fn trust(inquiry: Inquiry, partner: Partner, registers: &Registers<'_>) -> Result<Vetted, Fault> {
    let _ = partner;
    vet(inquiry, registers)
}

pub fn main() {}
