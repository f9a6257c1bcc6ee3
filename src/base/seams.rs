//! 継ぎ目: the three places where the outside world enters. The shipped binary has one implementation of each (`world`).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// 時計. Milliseconds since 1970-01-01T00:00Z; Japan is always UTC+9.
pub trait Clock: Send + Sync {
    /// Now, in milliseconds since the epoch.
    fn now_ms(&self) -> i64;
}

/// 乱数. The operating system's randomness, forked per parcel so that the order of work does not change what comes out.
pub trait Entropy: Send + Sync {
    /// Fills `out`. Never fails: without randomness the program stops.
    fn fill(&self, out: &mut [u8]);
    /// A source of its own for one parcel, named by its number.
    fn fork(&self, label: &str) -> Box<dyn Entropy>;
}

/// 入力. Case files, read where they lie; any number of readers at once.
pub trait Inputs: Send + Sync {
    /// Opens a regular file for reading.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Input>>;
}

/// 読める入力.
pub trait Input: io::Read + io::Seek + Send {}

impl<T: io::Read + io::Seek + Send> Input for T {}

/// 中断の求め. Whoever started the run may ask for its end; a long walk looks here between two cases that it judges and two groups that it makes.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Whether somebody asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// What a signal sets.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

/// 置き場所. The disk, as far as parcels need it. Every write is create-new, no-follow, 0600 in 0700 folders, and synced.
pub trait Store: Send + Sync {
    /// Reads a whole regular file of at most `limit` bytes; a symlink is refused.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
    /// Creates `path` (it must not exist) with these bytes and syncs the file.
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Creates one folder 0700; its parent must exist. An existing real folder is fine, a symlink is not.
    fn make_dir(&self, path: &Path) -> io::Result<()>;
    /// Syncs a folder, so that names in it survive a power cut.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Renames without ever replacing what stands at `to` (`AlreadyExists`).
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Replaces `to` by `from`, for files of ours that are rewritten whole.
    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a folder with all that is in it; does not follow symlinks.
    fn remove_tree(&self, path: &Path) -> io::Result<()>;
    /// Removes one file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// The names in a folder, sorted.
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>>;
    /// What stands at `path`, without following a symlink; `None` when nothing does.
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>>;
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The whole path.
    pub path: PathBuf,
    /// The last part of it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symlink, device, socket …: never touched.
    Other,
}
