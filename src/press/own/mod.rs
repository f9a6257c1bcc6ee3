//! 自分の様式: a Word file that somebody of the office changed, from its bytes to a form that compiles like the built-in ones.
//!
//! - `open`: what is no Word file, or a bomb, is refused before anything is built of it.
//! - `examine`: everything wrong with it is found together, each fault with the words of its paragraph.
//! - `scrub`: who made it and where is taken out, and each tag comes to stand in one run. Pixels, colours, fonts and customXml stay as
//!   they are; docx-rs and the normaliser never see it.

mod dangers;
mod edit;
mod ends;
mod examine;
mod frame;
mod gather;
mod hidden;
mod margins;
mod open;
mod parts;
mod pictures;
mod scrub;
mod sight;
mod story;
mod theme;

pub use open::{LARGEST, too_large};

use super::inspect::Familiar;
use super::{Plate, check, samples};
use crate::base::{Arg, Fault, code};
use crate::letter::{LetterKind, Slot, Values, ruby};

/// 自分の様式, ready to be compiled.
pub struct OwnForm {
    /// A Word file with whole tags and without a maker.
    pub bytes: Vec<u8>,
    /// What is told of it though it does.
    pub warnings: Vec<Fault>,
}

/// Examines a form and makes it ready; in a practice office each page of it says so.
pub fn read(bytes: &[u8], kind: LetterKind, practice: Option<&str>) -> Result<OwnForm, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let package = open::open(bytes).map_err(one)?;
    let examined = examine::examine(&package, kind).map_err(one)?;
    if !examined.faults.is_empty() {
        return Err(examined.faults);
    }
    let bytes = scrub::scrub(&package, &examined, kind, practice).map_err(|bad| one(super::docx_fault(bad)))?;
    sound(&bytes, kind).map_err(one)?;
    Ok(OwnForm { bytes, warnings: examined.warnings })
}

/// Documents of it, made as a trial, without readings over the name and with them.
fn sound(form: &[u8], kind: LetterKind) -> Result<(), Fault> {
    let plate = Plate::compile(form)?;
    let mut values = samples::values(kind);
    says_what_it_foretells(&plate, &values)?;
    if plate.slots().contains(&Slot::SubjectName) {
        values.set(Slot::SubjectName, ruby::over("山田 太郎", "ヤマダ タロウ"));
        let why = "ふりがなを付けられない所に氏名があります。ふつうの文字として書いてください";
        says_what_it_foretells(&plate, &values).map_err(|_| Fault::new(code::FORM_UNSOUND).with("why", Arg::ours(why)))?;
    }
    Ok(())
}

/// Valid as far as we can tell, nothing active in it, and saying what the form foretells.
fn says_what_it_foretells(plate: &Plate, values: &Values) -> Result<(), Fault> {
    let docx = plate.stamp(values)?;
    super::inspect::inspect(&docx, &Familiar::default())?;
    let foretold = super::text::read(&docx)? == plate.expected_text(values)?;
    let defects = check::check(&docx);
    match defects.first() {
        None if foretold => Ok(()),
        defect => {
            Err(Fault::new(code::FORM_UNSOUND).with("why", Arg::ours(defect.map_or("文字を読み取れない所", |d| d.words()))))
        }
    }
}
