//! ディスク: the [`Store`] that the shipped binary uses.

use super::system;
use crate::base::seams::{Entry, Input, Inputs, Kind, Store};
use std::fs::{self, Metadata};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

/// The disk. Create-new, no-follow, 0600 in 0700 folders whatever the umask; every write is synced before it is believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Inputs for Disk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Input>> {
        // Looked at before it is opened: opening a pipe would wait for a writer.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        let file = fs::File::open(path)?;
        match file.metadata()?.is_file() {
            true => Ok(Box::new(file)),
            false => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        }
    }
}

impl Store for Disk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        regular(path)?;
        let file = system::open_read(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        let mut bytes = Vec::new();
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > limit {
            true => Err(io::Error::from(io::ErrorKind::FileTooLarge)),
            false => Ok(bytes),
        }
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        checked(path)?;
        let mut file = system::create_new(path)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        drop(file);
        written.inspect_err(|_| {
            // Nothing half-made is left; if even this fails, the next start sweeps the folder.
            let _ = fs::remove_file(path);
        })
    }

    fn make_dir(&self, path: &Path) -> io::Result<()> {
        checked(path)?;
        match system::make_dir(path) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => match self.kind(path)? {
                Some(Kind::Folder) => Ok(()),
                _ => Err(e),
            },
            made => made,
        }
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        system::sync_dir(path)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        checked(from)?;
        checked(to)?;
        system::rename_new(from, to)
    }

    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        checked(from)?;
        checked(to)?;
        match self.kind(to)? {
            None | Some(Kind::File) => system::rename_over(from, to),
            Some(_) => Err(io::Error::from(io::ErrorKind::AlreadyExists)),
        }
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        checked(path)?;
        match self.kind(path)? {
            None => Ok(()),
            Some(Kind::Folder) => system::patiently(|| fs::remove_dir_all(path)),
            Some(_) => Err(io::Error::from(io::ErrorKind::NotADirectory)),
        }
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        checked(path)?;
        system::patiently(|| fs::remove_file(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        if self.kind(path)? != Some(Kind::Folder) {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let mut entries = fs::read_dir(path)?.map(|entry| named(entry?)).collect::<io::Result<Vec<_>>>()?;
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        match fs::symlink_metadata(path) {
            Ok(found) => Ok(Some(kind_of(&found))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// 実際の場所. An absolute path without symlinks, dots or `..`: what exists is resolved once, here, and never again.
/// The last parts need not exist yet.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut known = absolute.as_path();
    loop {
        match system::real(known) {
            Ok(real) => return Ok(missing.iter().rev().fold(real, |at, name| at.join(name))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => match (known.file_name(), known.parent()) {
                (Some(name), Some(parent)) => {
                    missing.push(name.to_owned());
                    known = parent;
                }
                _ => return Err(e),
            },
            Err(e) => return Err(e),
        }
    }
}

/// 書く先. The same for a folder that is written to: a link in its place is refused, for it could lead anywhere.
pub fn resolve_unlinked(path: &Path) -> io::Result<PathBuf> {
    // Without a slash at its end, which would look behind the link.
    let named: PathBuf = path.components().collect();
    match fs::symlink_metadata(&named) {
        Ok(found) if found.is_symlink() => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        _ => resolve(path),
    }
}

fn named(entry: fs::DirEntry) -> io::Result<Entry> {
    let name = entry.file_name().to_string_lossy().into_owned();
    let kind = kind_of(&fs::symlink_metadata(entry.path())?);
    Ok(Entry { path: entry.path(), name, kind })
}

fn kind_of(found: &Metadata) -> Kind {
    match found.file_type() {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Folder,
        _ => Kind::Other,
    }
}

fn regular(path: &Path) -> io::Result<()> {
    match kind_of(&fs::symlink_metadata(path)?) {
        Kind::File => Ok(()),
        _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
    }
}

/// A path that we may write at: it ends in a plain name and never climbs.
fn checked(path: &Path) -> io::Result<()> {
    let climbs = path.components().any(|part| matches!(part, Component::ParentDir));
    let plain = matches!(path.components().next_back(), Some(Component::Normal(name)) if plain(&name.to_string_lossy()));
    match plain && !climbs {
        true => Ok(()),
        false => Err(io::Error::from(io::ErrorKind::InvalidFilename)),
    }
}

/// A name that every system we write for takes as a name: no separators, stream colons, controls, trailing dot or space, devices.
pub(super) fn plain(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    !name.is_empty()
        && name.len() <= 255
        && !device
        && !name.ends_with(['.', ' '])
        && !name.chars().any(|c| c.is_control() || "\\/:*?\"<>|".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("folder")
    }

    #[test]
    fn a_file_is_made_once_and_read_within_its_limit() {
        let at = folder();
        let path = at.path().join("a.zip");
        Disk.create(&path, b"first").expect("new");
        assert_eq!(Disk.create(&path, b"second").expect_err("there").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(Disk.read(&path, 5).expect("read"), b"first");
        assert_eq!(Disk.read(&path, 4).expect_err("long").kind(), io::ErrorKind::FileTooLarge);
        assert!(Disk.read(at.path(), 5).is_err());
    }

    #[test]
    fn names_that_climb_or_mean_something_elsewhere_are_refused() {
        let at = folder();
        for name in ["..", "../x", "a/../b", "CON", "nul.txt", "COM1", "x.", "x ", "a:b", "a\u{1b}b", "a\\b"] {
            assert!(Disk.create(&at.path().join(name), b"").is_err(), "{name}");
            assert!(Disk.make_dir(&at.path().join(name)).is_err(), "{name}");
        }
        assert_eq!(Disk.list(at.path()).expect("list"), []);
    }

    #[test]
    fn a_rename_never_replaces() {
        let at = folder();
        let path = |name: &str| at.path().join(name);
        for name in ["one", "two"] {
            Disk.make_dir(&path(name)).expect("folder");
            Disk.create(&path(name).join("x"), name.as_bytes()).expect("file");
        }
        assert_eq!(Disk.rename_new(&path("one"), &path("two")).expect_err("there").kind(), io::ErrorKind::AlreadyExists);
        Disk.make_dir(&path("empty")).expect("folder");
        assert!(Disk.rename_new(&path("one"), &path("empty")).is_err(), "not even an empty folder");
        Disk.rename_new(&path("one"), &path("three")).expect("free");
        assert_eq!(Disk.read(&path("three").join("x"), 9).expect("moved"), b"one");
        Disk.sync_dir(at.path()).expect("synced");
        Disk.remove_tree(&path("three")).expect("gone");
        assert_eq!(Disk.kind(&path("three")).expect("looked"), None);
    }

    #[cfg(unix)]
    #[test]
    fn symlinks_are_never_written_through() {
        use std::os::unix::fs::symlink;
        let at = folder();
        let path = |name: &str| at.path().join(name);
        fs::write(path("victim"), b"kept").expect("file");
        fs::create_dir(path("real")).expect("folder");
        symlink(path("victim"), path("link")).expect("link");
        symlink(path("nowhere"), path("dangling")).expect("link");
        symlink(path("real"), path("folder")).expect("link");
        for name in ["link", "dangling"] {
            assert!(Disk.create(&path(name), b"x").is_err(), "{name}");
            assert!(Disk.read(&path(name), 9).is_err(), "{name}");
            assert!(Disk.make_dir(&path(name)).is_err(), "{name}");
        }
        assert!(Disk.make_dir(&path("folder")).is_err());
        assert!(Disk.create(&path("folder").join("x"), b"x").is_err());
        assert!(Disk.make_dir(&path("folder").join("x")).is_err());
        assert!(Disk.remove_tree(&path("folder")).is_err());
        assert!(Disk.list(&path("folder")).is_err());
        assert_eq!(Disk.kind(&path("link")).expect("looked"), Some(Kind::Other));
        assert_eq!(fs::read(path("victim")).expect("file"), b"kept");
        assert_eq!(fs::read_dir(path("real")).expect("folder").count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let at = folder();
        Disk.make_dir(&at.path().join("d")).expect("folder");
        Disk.create(&at.path().join("d/f"), b"x").expect("file");
        let mode = |p: &str| fs::metadata(at.path().join(p)).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode("d"), mode("d/f")), (0o700, 0o600));
    }

    #[cfg(unix)]
    #[test]
    fn what_exists_is_resolved_and_the_rest_is_kept() {
        let at = folder();
        let real = fs::canonicalize(at.path()).expect("real");
        fs::create_dir(at.path().join("real")).expect("folder");
        std::os::unix::fs::symlink(at.path().join("real"), at.path().join("link")).expect("link");
        assert_eq!(resolve(&at.path().join("link/new/out")).expect("path"), real.join("real/new/out"));
        assert_eq!(resolve(&at.path().join("new")).expect("path"), real.join("new"));
        assert_eq!(
            resolve_unlinked(&at.path().join("link/new")).expect("above it a link is the user's own"),
            real.join("real/new")
        );
        for link in ["link", "link/", "link/."] {
            assert!(resolve_unlinked(&at.path().join(link)).is_err(), "{link}");
        }
    }
}
