//! Only a folder that stands is recorded as packed.
use fukan::base::{Fault, Store};
use fukan::books::{Books, Delivery, Kept, Receipt};

pub fn note(books: &mut Books, kept: Kept, delivery: Delivery, store: &dyn Store) -> Result<Vec<Receipt>, Fault> {
    let _ = delivery;
    books.record(vec![kept], store)
}

pub fn main() {}
