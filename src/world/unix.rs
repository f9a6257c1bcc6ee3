//! What Unix does its own way.

use rustix::fs::{self, CWD, Mode, OFlags};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

const OWNER_FILE: Mode = Mode::from_raw_mode(0o600);
const OWNER_FOLDER: Mode = Mode::from_raw_mode(0o700);

/// The folder a path stands in, opened without following a symlink, and the name in it.
fn within(path: &Path) -> io::Result<(OwnedFd, &OsStr)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let flags = STEP | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok((fs::openat(CWD, parent, flags, Mode::empty())?, name))
}

/// How a folder is opened that is only stepped through: where the system can, without the right to list it.
#[cfg(target_os = "linux")]
const STEP: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const STEP: OFlags = OFlags::RDONLY;

/// A new file, 0600 whatever the umask.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    let (parent, name) = within(path)?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = fs::openat(&parent, name, flags, OWNER_FILE)?;
    fs::fchmod(&file, OWNER_FILE)?;
    Ok(File::from(file))
}

/// An existing file, to be read; a FIFO does not block.
pub(super) fn open_read(path: &Path) -> io::Result<File> {
    let (parent, name) = within(path)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match fs::openat(&parent, name, flags, Mode::empty()) {
        // A link: told as every other thing that is none of ours to read.
        Err(rustix::io::Errno::LOOP) => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        opened => Ok(File::from(opened?)),
    }
}

/// The lock file, made when it is not there.
pub(super) fn open_lock(path: &Path) -> io::Result<File> {
    let (parent, name) = within(path)?;
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = fs::openat(&parent, name, flags, OWNER_FILE)?;
    // Another clerk's file (a shared office) can't be changed by us, and needs not be.
    let _ = fs::fchmod(&file, OWNER_FILE);
    Ok(File::from(file))
}

/// A new folder, 0700 whatever the umask.
pub(super) fn make_dir(path: &Path) -> io::Result<()> {
    let (parent, name) = within(path)?;
    fs::mkdirat(&parent, name, OWNER_FOLDER)?;
    fs::chmodat(&parent, name, OWNER_FOLDER, fs::AtFlags::empty())?;
    Ok(())
}

/// Makes names in a folder survive a power cut.
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(fs::fsync(fs::openat(CWD, path, flags, Mode::empty())?)?)
}

/// Renames without replacing, in one step where the file system can.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let ((old, old_name), (new, new_name)) = (within(from)?, within(to)?);
    match fs::renameat_with(&old, old_name, &new, new_name, fs::RenameFlags::NOREPLACE) {
        Err(e) if [rustix::io::Errno::INVAL, rustix::io::Errno::NOSYS, rustix::io::Errno::NOTSUP].contains(&e) => {
            look_then_rename(from, to)
        }
        done => Ok(done?),
    }
}

/// For file systems without RENAME_NOREPLACE. The office lock keeps other runs of ours away meanwhile.
fn look_then_rename(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(to) {
        Ok(_) => Err(io::Error::from(io::ErrorKind::AlreadyExists)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => std::fs::rename(from, to),
        Err(e) => Err(e),
    }
}

/// Renames in place of what stands there.
pub(super) fn rename_over(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)
}

/// A name is held by nobody here: tried once.
pub(super) fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    attempt()
}

/// Where a path really is.
pub(super) fn real(path: &Path) -> io::Result<PathBuf> {
    std::fs::canonicalize(path)
}

/// The kind of network drive a folder lies on, if it does.
#[cfg(target_os = "linux")]
pub(super) fn network_drive(folder: &Path) -> io::Result<Option<&'static str>> {
    let magic = fs::statfs(folder)?.f_type as u32;
    Ok(match magic {
        0x6969 => Some("NFS"),
        0x517B | 0xFE53_4D42 => Some("SMB"),
        0xFF53_4D42 => Some("CIFS"),
        0x0102_1997 => Some("9p"),
        0x5346_414F => Some("AFS"),
        0x7375_7245 => Some("Coda"),
        0x0BD0_0BD0 => Some("Lustre"),
        0x00C3_6400 => Some("Ceph"),
        0x564C => Some("NCP"),
        _ => None,
    })
}

/// Elsewhere on Unix: not known, so not refused.
#[cfg(not(target_os = "linux"))]
pub(super) fn network_drive(folder: &Path) -> io::Result<Option<&'static str>> {
    std::fs::metadata(folder).map(|_| None)
}

/// No core file, and (Linux) no other process of the user may read our memory.
pub(super) fn no_core_dumps() -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limited = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_ok();
    #[cfg(target_os = "linux")]
    let limited = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).is_ok() && limited;
    limited
}

/// Reads standard input past the library's own buffer, which would keep a copy.
pub(super) fn read_stdin(into: &mut [u8]) -> io::Result<usize> {
    use std::os::fd::AsFd;
    rustix::io::retry_on_intr(|| rustix::io::read(io::stdin().as_fd(), &mut *into)).map_err(io::Error::from)
}

/// A line typed without echo: the terminal is told so, and told back whatever happens.
pub(super) fn without_echo<T>(run: impl FnOnce(&mut dyn FnMut(&mut [u8]) -> io::Result<usize>) -> T) -> io::Result<T> {
    let _silent = Silent::start()?;
    Ok(run(&mut |into| {
        // One byte at a time: what stands behind the line break is left for who reads the next line.
        let most = into.len().min(1);
        read_stdin(&mut into[..most])
    }))
}

/// A terminal whose echo is off, until this is dropped: by a panic too.
struct Silent(Termios);

impl Silent {
    fn start() -> io::Result<Self> {
        let before = tcgetattr(io::stdin()).map_err(io::Error::from)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        silent.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent).map_err(io::Error::from)?;
        Ok(Self(before))
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        // A terminal that is gone meanwhile has no echo to put back.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}

/// Whether anybody but the owner may read a file.
pub(super) fn others_may_read(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

/// The width of the terminal, as the system says.
pub(super) fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}
