//! What Windows does its own way.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Component, Path, Prefix};

/// FILE_FLAG_OPEN_REPARSE_POINT: a link is opened itself, never what it points to.
const NO_FOLLOW: u32 = 0x0020_0000;
/// FILE_FLAG_BACKUP_SEMANTICS: a folder can be opened.
const FOLDER: u32 = 0x0200_0000;

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
    OpenOptions::new().read(true).custom_flags(NO_FOLLOW).open(path)
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

/// Makes names in a folder survive a power cut, where the system lets us ask (NTFS journals names itself).
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    let folder = OpenOptions::new().read(true).write(true).custom_flags(FOLDER | NO_FOLLOW).open(path);
    match folder.and_then(|folder| folder.sync_all()) {
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => fs::symlink_metadata(path).map(|_| ()),
        done => done,
    }
}

/// Renames without replacing. A file goes by way of a hard link, which never replaces; a folder is looked for first
/// (the office lock keeps other runs of ours away meanwhile).
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    within(from)?;
    within(to)?;
    if fs::symlink_metadata(from)?.is_file() {
        fs::hard_link(from, to)?;
        return fs::remove_file(from);
    }
    match fs::symlink_metadata(to) {
        Ok(_) => Err(io::Error::from(io::ErrorKind::AlreadyExists)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => fs::rename(from, to),
        Err(e) => Err(e),
    }
}

/// The kind of network drive a folder lies on, if it does: the real path of a mapped drive begins with `\\server`.
pub(super) fn network_drive(folder: &Path) -> io::Result<Option<&'static str>> {
    let real = fs::canonicalize(folder)?;
    Ok(match real.components().next() {
        Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)) => Some("UNC"),
        _ => None,
    })
}

/// Windows writes crash dumps only where an administrator asked for them.
pub(super) fn no_core_dumps() -> bool {
    true
}

/// Reads standard input. The console has no unbuffered reader without `unsafe`; a piped passphrase passes through std's buffer.
pub(super) fn read_stdin(into: &mut [u8]) -> io::Result<usize> {
    io::stdin().lock().read(into)
}

/// Access lists are the folder's business here.
pub(super) fn others_may_read(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// The width of the terminal: the console does not say without `unsafe`.
pub(super) fn columns() -> Option<usize> {
    None
}

/// Echo can't be switched off through the standard library here: a passphrase file is the way on Windows until it can.
pub(super) fn without_echo<T>(run: impl FnOnce() -> T) -> io::Result<T> {
    Ok(run())
}
