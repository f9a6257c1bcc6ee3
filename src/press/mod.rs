//! 印刷: blocks -> form -> plate -> stamped .docx; merge; reading the text of a .docx back.
//!
//! - [`Press::new`] makes the built-in forms of an office ([`FormSettings`]) and compiles each into a [`Plate`].
//! - [`Plate::stamp`] makes a document from [`Values`](crate::letter::Values); [`Plate::expected_text`] tells, without the
//!   document, the text that it must print.
//! - [`text::read`] takes that text (T) from a document's bytes; it shares nothing with stamping but the format.
//! - [`inspect::inspect`] refuses what is active or points outside, and hands out texts for the scan for My Numbers.
//! - [`pad`], [`merge`], [`eml`] and [`check`] do what their names say.

pub mod check;
pub mod eml;
pub mod inspect;
pub mod merge;
pub mod pad;
pub mod text;

mod form;
mod logo;
mod marks;
mod normalise;
mod parts;
mod plate;
mod styles;
mod table;
mod tree;
mod window;
mod xml;

pub use form::{FormSettings, Window};
pub use logo::{Logo, MAX_BYTES as MAX_LOGO};
pub use plate::Plate;
pub use window::page as window_page;

use crate::base::{Arg, Fault, code};
use crate::file::opc::BadPackage;
use crate::letter::{LetterKind, Texts, Wording};

/// 印刷所: the plates of an office.
pub struct Press {
    plates: Vec<(LetterKind, Plate)>,
    floor: usize,
}

impl Press {
    /// Makes and compiles every built-in form.
    pub fn new(settings: &FormSettings) -> Result<Self, Fault> {
        Self::with(settings, &Texts::built_in()?)
    }

    /// The same with an office's own texts.
    pub fn with(settings: &FormSettings, texts: &Texts) -> Result<Self, Fault> {
        let mut plates = Vec::with_capacity(LetterKind::ALL.len());
        for kind in LetterKind::ALL {
            plates.push((kind, Plate::compile(&form::build(texts.letter(kind)?, settings)?)?));
        }
        let mut weights = Vec::new();
        for (_, plate) in plates.iter().filter(|(kind, _)| kind.is_reply()) {
            weights.push(plate.empty_weight()?);
        }
        Ok(Self { plates, floor: pad::floor(weights) })
    }

    /// The plate of a kind of letter.
    pub fn plate(&self, kind: LetterKind) -> Result<&Plate, Fault> {
        self.plates.iter().find(|(own, _)| *own == kind).map(|(_, plate)| plate).ok_or_else(|| Fault::new(code::FORM))
    }

    /// 床: the size that every sealed document has at least.
    pub fn floor(&self) -> usize {
        self.floor
    }
}

/// 様式: a built-in letter as a Word form with its tags, as a clerk gets it to change.
pub fn form(kind: LetterKind, settings: &FormSettings) -> Result<Vec<u8>, Fault> {
    let (file, text) = kind.wording();
    let wording = Wording::read(text).map_err(|bad| bad.fault(file))?;
    form::build(&wording, settings)
}

/// A Word file that can't be read.
fn docx_fault(bad: BadPackage) -> Fault {
    Fault::new(code::DOCX).with("why", Arg::ours(bad.reason()))
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
