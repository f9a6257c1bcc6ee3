//! ZIP: a plain writer whose bytes depend on nothing but its input, and a bounded reader.

mod read;
mod write;

pub use read::{BadZip, Entry, Limits, read};
pub use write::{Archive, Part};

#[cfg(test)]
mod tests;
