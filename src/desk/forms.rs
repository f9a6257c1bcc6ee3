//! 自分の様式: the office's own Word forms in `forms/`, written out, looked at and tried.

use super::bureau::Bureau;
use crate::base::fault::FileName;
use crate::base::seams::Kind;
use crate::base::{Arg, At, Fault, Store, code};
use crate::letter::{LetterKind, Texts};
use crate::press::{self, FormSettings, own};
use std::path::{Path, PathBuf};

/// Where an office keeps them.
pub const FOLDER: &str = "forms";
/// How Word documents and their kin are called. Anything else in the folder is no form.
const WORD_FILES: [&str; 8] = ["docx", "docm", "dotx", "dotm", "doc", "dot", "odt", "rtf"];

/// A form of the office, as it lies there.
pub struct Found {
    /// Which letter.
    pub kind: LetterKind,
    /// Its file.
    pub path: PathBuf,
}

/// The forms of an office, by the names of the files alone.
pub fn found(dir: &Path, store: &dyn Store) -> Result<Vec<Found>, Vec<Fault>> {
    let folder = dir.join(FOLDER);
    if !matches!(store.kind(&folder), Ok(Some(Kind::Folder))) {
        return Ok(Vec::new());
    }
    let (mut found, mut faults) = (Vec::<Found>::new(), Vec::new());
    for entry in store.list(&folder).map_err(|error| vec![Fault::disk(error)])? {
        // Word's own lock file while somebody has the form open, and what file managers leave.
        let passing = entry.name.starts_with("~$") || entry.name.starts_with('.');
        let is_word = extension(&entry.name).is_some_and(|extension| WORD_FILES.contains(&extension.as_str()));
        if passing || !is_word || entry.kind == Kind::Folder {
            continue;
        }
        match kind_of(&entry.name).filter(|kind| found.iter().all(|known| known.kind != *kind)) {
            Some(kind) => found.push(Found { kind, path: entry.path }),
            None => faults.push(placed(Fault::new(code::FORM_KIND), &entry.path)),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

fn extension(name: &str) -> Option<String> {
    Path::new(name).extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}

/// 書類の種類 that a file's name tells: reply.docx.
pub fn kind_of(name: &str) -> Option<LetterKind> {
    let name = name.to_ascii_lowercase();
    LetterKind::find(name.strip_suffix(".docx")?)
}

/// Whether the office has an own text for a kind of letter: an own form of it takes no words from there.
pub fn has_wording(dir: &Path, kind: LetterKind, store: &dyn Store) -> bool {
    matches!(store.kind(&dir.join(super::bureau::WORDING).join(kind.wording().0)), Ok(Some(_)))
}

/// The name that a form of a kind goes by.
pub fn file_name(kind: LetterKind) -> String {
    format!("{}.docx", kind.id())
}

/// The forms of an office, ready to be compiled; with every fault of every one, by its file.
pub fn read(dir: &Path, settings: &FormSettings, store: &dyn Store) -> (Vec<(LetterKind, Vec<u8>)>, Vec<Fault>) {
    let found = match found(dir, store) {
        Ok(found) => found,
        Err(faults) => return (Vec::new(), faults),
    };
    let (mut ready, mut faults) = (Vec::new(), Vec::new());
    for form in found {
        match read_one(&form.path, form.kind, settings, store) {
            Ok(own) => ready.push((form.kind, own.bytes)),
            Err(own) => faults.extend(own),
        }
    }
    (ready, faults)
}

/// 検査 of one form: what is told of it though it will do, or everything that is wrong with it.
pub fn check(path: &Path, kind: Option<LetterKind>, store: &dyn Store) -> Result<(LetterKind, Vec<Fault>), Vec<Fault>> {
    let kind = kind_for(path, kind)?;
    let own = read_one(path, kind, &FormSettings::default(), store)?;
    Ok((kind, own.warnings))
}

/// The stated kind, else the one that the file's name tells.
fn kind_for(path: &Path, stated: Option<LetterKind>) -> Result<LetterKind, Vec<Fault>> {
    let named = || kind_of(&path.file_name().unwrap_or_default().to_string_lossy());
    stated.or_else(named).ok_or_else(|| vec![placed(Fault::new(code::FORM_KIND), path)])
}

fn read_one(path: &Path, kind: LetterKind, settings: &FormSettings, store: &dyn Store) -> Result<own::OwnForm, Vec<Fault>> {
    let bytes = store.read(path, own::LARGEST + 1).map_err(|error| {
        let fault = match error.kind() {
            std::io::ErrorKind::FileTooLarge => own::too_large(),
            _ => Fault::new(code::FILE_UNREADABLE).with("system", Arg::system(&error)),
        };
        vec![placed(fault, path)]
    })?;
    let place = |faults: Vec<Fault>| faults.into_iter().map(|fault| placed(fault, path)).collect::<Vec<_>>();
    let mut own = press::own_form(&bytes, kind, settings).map_err(place)?;
    own.warnings = place(own.warnings);
    Ok(own)
}

fn placed(fault: Fault, path: &Path) -> Fault {
    fault.within(&FileName::new(path, 1), At::Byte(0))
}

/// 文面 of an office, else the built-in ones. Forms are made of them: a broken one is told.
pub fn texts(dir: Option<&Path>, store: &dyn Store) -> Result<Texts, Vec<Fault>> {
    match dir {
        Some(dir) => super::bureau::texts(dir, store).and_then(|(texts, bad)| if bad.is_empty() { Ok(texts) } else { Err(bad) }),
        None => Texts::built_in().map_err(|fault| vec![fault]),
    }
}

/// 書き出し: every built-in letter as a Word form, none over a file that is there.
pub fn export(
    out: &Path,
    settings: &FormSettings,
    texts: &Texts,
    store: &dyn Store,
) -> Result<Vec<(LetterKind, PathBuf)>, Fault> {
    let folder = crate::world::resolve(out).map_err(Fault::disk)?;
    // Pages of a form say that they are practice when they are used, not before.
    let settings = FormSettings { practice: false, ..settings.clone() };
    if store.kind(&folder).map_err(Fault::disk)?.is_none() {
        super::papers::folder(&folder, store)?;
    }
    let paths = LetterKind::ALL.map(|kind| (kind, folder.join(file_name(kind))));
    for (_, path) in &paths {
        if store.kind(path).map_err(Fault::disk)?.is_some() {
            return Err(super::papers::exists(path));
        }
    }
    for (kind, path) in &paths {
        store.create(path, &press::form_of(*kind, &settings, texts)?).map_err(Fault::disk)?;
    }
    Ok(LetterKind::ALL.map(|kind| (kind, out.join(file_name(kind)))).to_vec())
}

/// 見本: a form filled in with people who do not exist, every page of it marked. Of a kind without a file: the office's own, else the
/// built-in one.
pub fn sample(
    form: Option<&Path>,
    kind: Option<LetterKind>,
    bureau: Option<&Bureau>,
    store: &dyn Store,
) -> Result<Vec<u8>, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let settings = bureau.map_or_else(FormSettings::default, Bureau::form_settings);
    let settings = FormSettings { practice: true, ..settings };
    let own = match (form, kind, bureau) {
        (None, Some(kind), Some(bureau)) => {
            found(&bureau.dir, store)?.into_iter().find(|own| own.kind == kind).map(|own| own.path)
        }
        (form, ..) => form.map(Path::to_owned),
    };
    let (kind, bytes) = match (own, kind) {
        (Some(path), kind) => {
            let kind = kind_for(&path, kind)?;
            (kind, read_one(&path, kind, &settings, store)?.bytes)
        }
        (None, Some(kind)) => {
            let texts = texts(bureau.map(|bureau| bureau.dir.as_path()), store)?;
            (kind, press::form_of(kind, &settings, &texts).map_err(one)?)
        }
        (None, None) => return Err(one(Fault::new(code::FORM_KIND))),
    };
    press::sample(&bytes, kind, bureau.map(|bureau| &bureau.head)).map_err(one)
}
