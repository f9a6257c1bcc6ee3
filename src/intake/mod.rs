//! 受入: bytes -> [`node::Node`] -> [`crate::notice::Inquiry`] and [`crate::notice::Stated`]; office.toml, partners.csv, syukujitsu.csv.
//!
//! Nothing that a file says is repeated in a fault: only the code, the place and names of our own.

pub mod admit;
mod answers;
pub mod case;
pub mod fields;
pub mod holidays;
mod meaning;
pub mod my_number;
pub mod node;
pub mod office;
pub mod partners;
pub mod procedures;
pub mod schema;
pub mod source;
pub mod table;
pub mod walk;
pub mod words;

pub use admit::{Admission, Admitted, admit, admit_inquiry};
pub use meaning::meant;
pub use node::Node;
pub use office::Office;
pub use source::{Format, Record, Slice, Source};
