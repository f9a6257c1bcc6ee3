//! 暗号化記録 of one parcel.

use super::{Known, lay};
use crate::base::{Arg, Fault, code};
use crate::books::{Books, Number};
use crate::desk::bureau::{Bureau, Seams};
use crate::letter::LetterKind;
use crate::letter::compose;
use std::path::{Path, PathBuf};

/// Writes the record. What has no password has none: FK-6060.
pub fn seal_record(number: &Number, out: &Path, bureau: &Bureau, books: &mut Books, seams: &Seams) -> Result<PathBuf, Fault> {
    let known = Known::read(number, bureau, books)?;
    let seal = known.seal().ok_or_else(|| Fault::new(code::UNSEALED).with("number", Arg::plain(number)))?;
    let values = compose::seal_record(&bureau.head, &known.package(seams), &seal, &known.steps());
    lay(LetterKind::SealRecord, &values, out, bureau, seams)
}
