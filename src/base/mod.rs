//! 土台: text, kana, dates, secrets, error codes and the seams to the world.
//!
//! Nothing here knows the notice. Everything here is used by every floor above.

pub mod code;
pub mod database;
pub mod date;
pub mod fault;
pub mod kana;
pub mod label_sheet;
pub mod my_number;
pub mod near;
pub mod personal;
pub mod seams;
pub mod secret;
pub mod text;

pub use code::Code;
pub use database::Database;
pub use fault::{Arg, At, Fault, Field, Place};
pub use label_sheet::LabelSheet;
pub use personal::Personal;
pub use seams::{Clock, Entropy, Inputs, Stop, Store};
pub use secret::Secret;
pub use text::SafeText;
