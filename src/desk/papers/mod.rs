//! 部内の書類: what the office prints for itself, out of the ledger alone. No case file is read, nothing about a person is known here.
//!
//! None of them leaves the building, so none is paired with a destination: no 照合番号, no gate, no row in the ledger.

mod day_report;
mod incident;
mod password_sheet;
mod seal_record;

pub use day_report::{ASK_AFTER_DAYS, DayEnd, asked_after, asked_at, day_report, tag};
pub use incident::incident;
pub use password_sheet::password_sheet;
pub use seal_record::seal_record;

use super::bureau::{Bureau, Seams};
use crate::base::date::{Time, from_epoch_ms, parse_moment};
use crate::base::fault::FileName;
use crate::base::seams::Kind;
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Event, Number, ParcelRow, Row, State};
use crate::letter::compose::{Did, Package, SealFacts, Step};
use crate::letter::{LetterKind, Values};
use crate::notice::MunicipalityCode;
use serde_json::Value;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const DAY_MS: i64 = 86_400_000;

/// 発送物について知っていること: one parcel, as the ledger and the office's settings tell it.
struct Known {
    number: String,
    document_number: String,
    municipality: String,
    section: String,
    row: ParcelRow,
    history: Vec<(Row, Event)>,
}

impl Known {
    /// A parcel that was made; FK-6067 for a number that is none.
    fn read(number: &Number, bureau: &Bureau, books: &mut Books) -> Result<Self, Fault> {
        let row = books.expect_parcel(number)?;
        if row.state != State::Packed {
            return Err(super::noting::not_packed(&row));
        }
        let (key, section) = row.promise.as_ref().map_or(("", ""), |p| (p.municipality.as_str(), p.section.as_str()));
        Ok(Self {
            number: number.to_string(),
            document_number: bureau.document_number(number, None),
            municipality: municipality(bureau, key, section),
            section: section.to_owned(),
            history: books.history(number)?.into_iter().filter_map(|row| row.event().map(|event| (row, event))).collect(),
            row,
        })
    }

    fn package<'a>(&'a self, seams: &'a Seams) -> Package<'a> {
        Package {
            number: &self.number,
            document_number: &self.document_number,
            municipality: &self.municipality,
            section: &self.section,
            made_at: seams.now(),
            made_by: &seams.who,
        }
    }

    /// 封緘の記録; `None` for what is not sealed.
    fn seal(&self) -> Option<SealFacts> {
        self.row.promise.as_ref()?.seal.as_ref().map(facts)
    }

    /// 経過, oldest first. A day whose hour nobody wrote down ends no later than the row that tells of it.
    fn steps(&self) -> Vec<Step<'_>> {
        let steps = self.history.iter().filter_map(|(row, event)| {
            let did = match event {
                Event::Packed(_) => Did::Packed,
                Event::Sent(_) => Did::Sent,
                Event::Told(told) => Did::Told(told.confirmed),
                Event::Confirmed(_) => Did::Received,
                Event::Opened => Did::Opened,
                Event::Retired(retired) => Did::Replaced(retired.by.to_string()),
                _ => return None,
            };
            let note = event.stated();
            let at = note.and_then(|note| note.at).unwrap_or(row.at);
            let by = note.and_then(|note| note.by.as_deref()).unwrap_or(&row.who);
            let step = Step { at: from_epoch_ms(at), did, by };
            let day_alone = step.at.time() == Time::midnight();
            Some((if day_alone { row.at.min(at + DAY_MS) } else { at }, step))
        });
        let mut steps: Vec<_> = steps.collect();
        steps.sort_by_key(|(order, _)| *order);
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

/// 市町村等名: as partners.csv has it, else as the list of municipalities does.
pub fn municipality(bureau: &Bureau, key: &str, section: &str) -> String {
    if let Some(partner) = bureau.partners.row(key, section) {
        return partner.name.clone();
    }
    let code = MunicipalityCode::parse(key);
    code.and_then(|code| bureau.municipalities.name(&code)).unwrap_or(key).to_owned()
}

/// 封緘の記録 out of a row: what a later version adds is passed over, what an earlier one lacks is empty.
fn facts(seal: &Value) -> SealFacts {
    let text = |key: &str| seal.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |key: &str| seal.get(key).and_then(Value::as_u64).unwrap_or_default();
    SealFacts {
        format: text("format"),
        cipher: text("encryption"),
        derivation: text("key_derivation"),
        iterations: number("iterations"),
        authentication: text("authentication"),
        bits: u32::try_from(number("password_bits")).unwrap_or_default(),
        told_by: text("password_told_by"),
        at: parse_moment(&text("sealed_at")).ok(),
        program: text("program"),
        file: text("file"),
        size: number("size"),
        sha256: text("sha256"),
    }
}

/// FK-6148 when its folder is not there, FK-6069 when something stands where a paper is to go: told before anybody is asked for a passphrase.
pub fn free(out: &Path, seams: &Seams) -> Result<(), Fault> {
    let path = crate::world::resolve(out).map_err(Fault::disk)?;
    if let Some(folder) = path.parent().filter(|folder| !matches!(seams.store.kind(folder), Ok(Some(Kind::Folder)))) {
        return Err(no_folder(folder));
    }
    match seams.store.kind(&path).map_err(Fault::disk)? {
        None => Ok(()),
        Some(_) => Err(exists(out)),
    }
}

/// A folder that is to be filled, made where there is none: FK-6148 when the one above it is not there.
pub fn folder(path: &Path, store: &dyn Store) -> Result<(), Fault> {
    store.make_dir(path).map_err(|error| match (error.kind(), path.parent()) {
        (std::io::ErrorKind::NotFound, Some(above)) => no_folder(above),
        _ => Fault::disk(error),
    })
}

fn no_folder(folder: &Path) -> Fault {
    let folder = FileName::named(&folder.display().to_string(), 1);
    Fault::new(code::NO_FOLDER).with("folder", Arg::plain(folder.as_str()))
}

/// Stamps a paper and puts it where it was asked for. Never replaces: FK-6069.
///
/// The unfinished file stands beside it under a name that people see: what a power cut leaves may hold a password.
fn lay(kind: LetterKind, values: &Values, out: &Path, bureau: &Bureau, seams: &Seams) -> Result<PathBuf, Fault> {
    let paper = Zeroizing::new(bureau.press.plate(kind)?.stamp(values)?);
    put(&paper, out, seams)
}

/// Puts finished bytes where they were asked for.
pub(super) fn put(bytes: &[u8], out: &Path, seams: &Seams) -> Result<PathBuf, Fault> {
    let store = &*seams.store;
    let out = crate::world::resolve(out).map_err(Fault::disk)?;
    let unfinished = out.with_added_extension("part");
    let refused = |there: &Path, error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(there),
        _ => Fault::disk(error),
    };
    store.create(&unfinished, bytes).map_err(|error| refused(&unfinished, error))?;
    if let Err(error) = store.rename_new(&unfinished, &out) {
        let _ = store.remove_file(&unfinished);
        return Err(refused(&out, error));
    }
    out.parent().map_or(Ok(()), |folder| store.sync_dir(folder)).map_err(Fault::disk)?;
    Ok(out)
}

/// Something lies there already: FK-6069.
pub fn exists(out: &Path) -> Fault {
    Fault::new(code::PAPER_EXISTS).with("file", Arg::plain(crate::base::fault::FileName::new(out, 1).as_str()))
}
