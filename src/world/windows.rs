//! What Windows does its own way.

use super::typed::{Stroke, Typed};
use console::{Key, Term};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf, Prefix};
use std::time::Duration;

/// FILE_FLAG_OPEN_REPARSE_POINT: a link is opened itself, never what it points to.
const NO_FOLLOW: u32 = 0x0020_0000;
/// FILE_FLAG_BACKUP_SEMANTICS: a folder can be opened.
const FOLDER: u32 = 0x0200_0000;
/// FILE_ATTRIBUTE_REPARSE_POINT: something other than the file system has a say in what is read.
const REPARSED: u32 = 0x0400;

// What Windows answers (winerror.h).
const INVALID_FUNCTION: i32 = 1;
const ACCESS_DENIED: i32 = 5;
const INVALID_HANDLE: i32 = 6;
const SHARING_VIOLATION: i32 = 32;
const NOT_SUPPORTED: i32 = 50;
const INVALID_PARAMETER: i32 = 87;
const MORE_DATA: i32 = 234;

/// The folder a path stands in must be a folder, not a link to one.
fn within(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::symlink_metadata(parent)?.is_dir() {
        true => Ok(()),
        false => Err(io::Error::from(io::ErrorKind::NotADirectory)),
    }
}

/// A new file. Who may read it is what its folder says: the user's own profile is private.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    within(path)?;
    OpenOptions::new().write(true).create_new(true).custom_flags(NO_FOLLOW).open(path)
}

/// An existing file, to be read.
pub(super) fn open_read(path: &Path) -> io::Result<File> {
    within(path)?;
    let file = OpenOptions::new().read(true).custom_flags(NO_FOLLOW).open(path)?;
    let found = file.metadata()?;
    // Not a link, and yet not the bytes themselves: a file that OneDrive has in its cloud, or that the server deduplicates. Opened plainly
    // it is brought here.
    match found.is_file() && found.file_attributes() & REPARSED != 0 {
        true => OpenOptions::new().read(true).open(path),
        false => Ok(file),
    }
}

/// The lock file, made when it is not there.
pub(super) fn open_lock(path: &Path) -> io::Result<File> {
    within(path)?;
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).custom_flags(NO_FOLLOW).open(path)
}

/// A new folder.
pub(super) fn make_dir(path: &Path) -> io::Result<()> {
    within(path)?;
    fs::create_dir(path)
}

/// Makes names in a folder survive a power cut, where the system lets us ask: not without the right to write there, and not on every file
/// system (NTFS journals names itself).
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    let folder = OpenOptions::new().read(true).write(true).custom_flags(FOLDER | NO_FOLLOW).open(path);
    match folder.and_then(|folder| folder.sync_all()) {
        Err(e)
            if matches!(
                e.raw_os_error(),
                Some(ACCESS_DENIED | INVALID_FUNCTION | INVALID_HANDLE | NOT_SUPPORTED | INVALID_PARAMETER)
            ) =>
        {
            fs::symlink_metadata(path).map(|_| ())
        }
        done => done,
    }
}

/// Renames without replacing, in one step: MoveFileEx, which on FAT and exFAT too neither replaces nor needs a hard link.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    within(from)?;
    within(to)?;
    // Whole, so that no limit of 260 characters holds.
    let (from, to) = (whole(from)?, whole(to)?);
    patiently(|| {
        let moving = tempfile::TempPath::try_from_path(&from)?;
        moving.persist_noclobber(&to).map_err(|refused| {
            // What could not be moved stays: it is no temporary file of that crate's.
            let _ = refused.path.keep();
            refused.error
        })
    })
}

/// Renames in place of what stands there. Of a file that another program has open Windows says only that access is denied: asked for
/// alone, the file says it.
pub(super) fn rename_over(from: &Path, to: &Path) -> io::Result<()> {
    patiently(|| fs::rename(from, to)).map_err(|refused| match OpenOptions::new().read(true).share_mode(0).open(to) {
        Err(e) if e.raw_os_error() == Some(SHARING_VIOLATION) => e,
        _ => refused,
    })
}

/// A path as the system itself has it (`\\?\…`), of a name that need not exist.
fn whole(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(canonical(parent)?.join(name))
}

/// Where a path really is, spelled so that no limit of 260 characters holds. Drives in memory and the like can't say it (wine can't of deep
/// folders): there the path is taken as it is written.
fn canonical(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(e) if matches!(e.raw_os_error(), Some(INVALID_FUNCTION | MORE_DATA)) => {
            fs::metadata(path)?;
            std::path::absolute(path).map(super::spelled::whole)
        }
        done => done,
    }
}

/// Tries again for two seconds: a virus scanner or the indexing of Windows holds for a moment what was just written, and a name that is held
/// can't be changed.
pub(super) fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for pause in [10, 40, 150, 300, 500, 1000] {
        match attempt() {
            Err(e) if matches!(e.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION)) => {
                std::thread::sleep(Duration::from_millis(pause));
            }
            done => return done,
        }
    }
    attempt()
}

/// Where a path really is. Without the `\\?\` that the system puts before it, which other programs and people don't read, unless only with
/// it the path means the same.
pub(super) fn real(path: &Path) -> io::Result<PathBuf> {
    Ok(super::spelled::plain(canonical(path)?))
}

/// The kind of network drive a folder lies on, if it does: the real path of a mapped drive begins with `\\server`.
pub(super) fn network_drive(folder: &Path) -> io::Result<Option<&'static str>> {
    let real = canonical(folder)?;
    Ok(match real.components().next() {
        Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)) => Some("UNC"),
        _ => None,
    })
}

/// Windows writes crash dumps only where an administrator asked for them.
pub(super) fn no_core_dumps() -> bool {
    true
}

/// Reads standard input. A passphrase that is piped in passes through the library's own buffer.
pub(super) fn read_stdin(into: &mut [u8]) -> io::Result<usize> {
    io::stdin().lock().read(into)
}

/// Access lists are the folder's business here.
pub(super) fn others_may_read(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// The width of the terminal, as the console says.
pub(super) fn columns() -> Option<usize> {
    let (_, columns) = Term::stderr().size_checked()?;
    (columns > 0).then_some(usize::from(columns))
}

/// A line typed without echo: the keys are read one by one, past the library's buffer and past the console's own line, which would show it.
pub(super) fn without_echo<T>(run: impl FnOnce(&mut dyn FnMut(&mut [u8]) -> io::Result<usize>) -> T) -> io::Result<T> {
    // The crate reads the keyboard only on behalf of a stream that a person sees.
    let seen = [Term::stderr(), Term::stdout()].into_iter().find(Term::is_term).ok_or(io::ErrorKind::Unsupported)?;
    let mut typed = Typed::default();
    while typed.takes(stroke(seen.read_key()?))? {}
    let mut rest = typed.line();
    Ok(run(&mut |into| rest.read(into)))
}

fn stroke(key: Key) -> Stroke {
    match key {
        Key::Char(c) => Stroke::Char(c),
        Key::Enter => Stroke::Char('\r'),
        Key::Backspace => Stroke::Back,
        Key::Escape => Stroke::Clear,
        Key::CtrlC => Stroke::Char('\u{3}'),
        _ => Stroke::Other,
    }
}
