//! 200件の一括: an office for the shared batch in a temporary folder; packing it through the binary, or through the library with a
//! clock and randomness that are the same every time.
#![allow(dead_code)] // a test file rarely uses all of it

use super::seams::{FixedClock, SeededEntropy};
use super::{Fukan, Run, repo};
use fukan::desk::{Bureau, Options, Packed, Seams, pack};
use fukan::world::{self, Disk};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// 健保組合 06132013, 20,000 members.
pub const SETTINGS: &str = include_str!("../data/batch-200/office.toml");

/// A file of `tests/data/batch-200`.
pub fn data(name: &str) -> PathBuf {
    repo().join("tests/data/batch-200").join(name)
}

/// A folder of this test file, emptied first; what a failed run left can be looked at.
pub fn workshop(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::canonicalize(folder).expect("a real path")
}

/// The office's folder, without a database.
pub fn office(folder: &Path, settings: &str) -> PathBuf {
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("office.toml"), settings).expect("office.toml");
    fs::copy(data("partners.csv"), folder.join("partners.csv")).expect("partners.csv");
    passphrase(folder);
    folder.to_owned()
}

/// Its passphrase file, for the owner alone.
pub fn passphrase(folder: &Path) {
    let file = folder.join("passphrase.txt");
    fs::write(&file, super::office::PASSPHRASE).expect("passphrase.txt");
    #[cfg(unix)]
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("0600");
}

/// `fukan pack FILE --office … --out … --date 2026-11-20`.
pub fn pack_by_binary(file: &Path, office: &Path, out: &Path) -> Run {
    Fukan::new(["pack", "--date", "2026-11-20", "--quiet"]).arg(file).arg("--office").arg(office).arg("--out").arg(out).run()
}

/// The disk as it is; clock and randomness the same every time.
pub fn fixed_seams(seed: &str) -> Seams {
    Seams {
        store: Arc::new(Disk),
        inputs: Arc::new(Disk),
        clock: Arc::new(FixedClock::at("2026-11-20T16:00")),
        entropy: Arc::new(SeededEntropy::new(seed)),
        who: "tester".to_owned(),
    }
}

/// The same walk through the library: the database is made anew from the seed.
#[track_caller]
pub fn pack_by_library(files: &[PathBuf], office: &Path, out: &Path, seams: &Seams, jobs: usize) -> Packed {
    pack_with(files, office, out, seams, &Options { jobs, ..Options::default() })
}

/// And as these options say.
#[track_caller]
pub fn pack_with(files: &[PathBuf], office: &Path, out: &Path, seams: &Seams, options: &Options) -> Packed {
    let bureau = Bureau::read(office, &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
    let passphrase = world::passphrase_file(&office.join("passphrase.txt")).expect("a passphrase");
    let mut books = bureau.books(seams, &passphrase).expect("books");
    pack(files, &bureau, &mut books, out, seams, options, &mut |_| ()).unwrap_or_else(|faults| panic!("{faults:?}"))
}
