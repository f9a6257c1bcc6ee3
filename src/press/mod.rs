//! 印刷: blocks -> form -> plate -> stamped .docx; merge; reading the text of a .docx back.
//!
//! - [`Press::new`] makes the built-in forms of an office ([`FormSettings`]) and compiles each into a [`Plate`].
//! - [`Plate::stamp`] makes a document from [`Values`]; [`Plate::expected_text`] tells, without the
//!   document, the text that it must print.
//! - [`text::read`] takes that text (T) from a document's bytes; it shares nothing with stamping but the format.
//! - [`inspect::inspect`] refuses what is active or points outside, and My Numbers; T comes out of the same look.
//! - [`pad`], [`merge`], [`labels`], [`eml`] and [`check`] do what their names say.

pub mod addressee;
pub mod check;
pub mod eml;
pub mod inspect;
pub mod labels;
pub mod merge;
pub mod own;
pub mod pad;
pub mod text;

mod form;
mod hold;
mod logo;
mod marks;
mod names;
mod normalise;
mod parts;
mod plate;
mod samples;
mod styles;
mod table;
mod tree;
mod window;
mod xml;

pub use form::{FormSettings, Window};
pub use logo::{Logo, MAX_BYTES as MAX_LOGO};
pub use plate::Plate;
pub use styles::sender_room;
pub use window::page as window_page;

use crate::base::{Arg, Fault, code};
use crate::file::opc::BadPackage;
use crate::letter::compose::Letterhead;
use crate::letter::{LetterKind, Slot, Texts, Values, Wording};
use inspect::Familiar;

/// 印刷所: the plates of an office.
pub struct Press {
    plates: Vec<(LetterKind, Plate)>,
    familiar: Familiar,
    floor: usize,
}

impl Press {
    /// Makes and compiles every built-in form.
    pub fn new(settings: &FormSettings) -> Result<Self, Fault> {
        Self::with(settings, &Texts::built_in()?, &[])
    }

    /// The same with an office's own texts, and its own forms, as [`own_form`] made them ready, in the place of what is built of texts.
    pub fn with(settings: &FormSettings, texts: &Texts, own: &[(LetterKind, Vec<u8>)]) -> Result<Self, Fault> {
        let (mut plates, mut familiar) = (Vec::with_capacity(LetterKind::ALL.len()), Familiar::default());
        for kind in LetterKind::ALL {
            let built;
            let form = match own.iter().find(|(of, _)| *of == kind) {
                Some((_, form)) => form,
                None => {
                    built = form::build(texts.letter(kind)?, settings)?;
                    &built
                }
            };
            familiar.learn(form)?;
            plates.push((kind, Plate::compile(form)?));
        }
        let mut weights = Vec::new();
        for (_, plate) in plates.iter().filter(|(kind, _)| kind.is_mailed()) {
            weights.push(plate.empty_weight()?);
        }
        Ok(Self { plates, familiar, floor: pad::floor(weights) })
    }

    /// The plate of a kind of letter.
    pub fn plate(&self, kind: LetterKind) -> Result<&Plate, Fault> {
        self.plates.iter().find(|(own, _)| *own == kind).map(|(_, plate)| plate).ok_or_else(|| Fault::new(code::FORM))
    }

    /// 見慣れた部品: what the forms brought and was looked through with them.
    pub fn familiar(&self) -> &Familiar {
        &self.familiar
    }

    /// 床: the size that every sealed document has at least.
    pub fn floor(&self) -> usize {
        self.floor
    }
}

/// The same of an office's own texts.
pub fn form_of(kind: LetterKind, settings: &FormSettings, texts: &Texts) -> Result<Vec<u8>, Fault> {
    form::build(texts.letter(kind)?, settings)
}

/// 様式: a built-in letter as a Word form with its tags, as a clerk gets it to change.
pub fn form(kind: LetterKind, settings: &FormSettings) -> Result<Vec<u8>, Fault> {
    let (file, text) = kind.wording();
    let wording = Wording::read(text).map_err(|bad| bad.fault(file))?;
    form::build(&wording, settings)
}

/// 自分の様式: examined, scrubbed and ready to be compiled; in a practice office its pages say so.
pub fn own_form(bytes: &[u8], kind: LetterKind, settings: &FormSettings) -> Result<own::OwnForm, Vec<Fault>> {
    let mark = settings.practice.then(form::practice_mark).transpose().map_err(|fault| vec![fault])?;
    own::read(bytes, kind, mark.as_deref())
}

/// 見本の値: those of people who do not exist. Public for docs/formats/forms.md, whose examples a test writes out of them.
#[doc(hidden)]
pub fn sample_values(kind: LetterKind) -> Values {
    samples::values(kind)
}

/// 見本: a form filled in with people who do not exist, in the name of this office.
pub fn sample(form: &[u8], kind: LetterKind, head: Option<&Letterhead>) -> Result<Vec<u8>, Fault> {
    let mut values = samples::values(kind);
    if let Some(head) = head {
        values.set(Slot::Sender, head.sender.as_str()).set(Slot::SenderTitle, head.title.as_str());
        values.set(Slot::ContactSection, head.section.as_str()).set(Slot::ContactPhone, head.phone.as_str());
        values.set(Slot::ContactPerson, head.person.as_str());
        values.set_some(Slot::ContactAddress, head.address.as_deref());
    }
    Plate::compile(form)?.stamp(&values)
}

/// A Word file that can't be read.
fn docx_fault(bad: BadPackage) -> Fault {
    Fault::new(code::DOCX).with("why", Arg::ours(bad.reason()))
}

#[cfg(test)]
mod tests;
