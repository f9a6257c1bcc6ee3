//! 文書: wording (text templates with a closed set of slots) and the letter as blocks.
//!
//! `templates/letters/*.txt` hold every word that a letter prints. A file is read into [`Block`]s; each `{{宛先}}` in it
//! must be a [`Slot`], or loading fails with file and line. What a document says beyond its fixed words are [`Values`].

pub mod block;
pub mod compose;
pub mod kind;
pub mod lines;
pub mod mail;
pub mod needs;
pub mod phrase;
pub mod ruby;
pub mod slot;
pub mod tag;
pub mod texts;
pub mod values;
pub mod wording;

pub use block::{Block, Cell, Look, Paragraph, Table, TableRow};
pub use kind::LetterKind;
pub use phrase::Phrase;
pub use slot::{List, Slot};
pub use texts::Texts;
pub use values::{Row, Values};
pub use wording::{BadWording, Wording};
