//! 出力先の印: which output folder a promise means. On an office of one computer its path is enough. Clerks who share a ledger may all
//! have a folder of the same path, each on a computer of its own: there a folder bears a mark, and only whoever sees the promised mark
//! may say what stands in it.

use super::db::Backend;
use super::event::Reserved;
use super::open::{Books, random_hex};
use crate::base::{Entropy, Fault, Store, code};
use std::path::Path;

/// The mark's file in an output folder.
pub const MARK: &str = ".fukan-root";

/// 出力先, as a ledger tells it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    path: String,
    mark: Option<String>,
}

impl Root {
    /// The one that a parcel was promised for.
    pub fn of(promise: &Reserved) -> Self {
        Self { path: promise.root.clone(), mark: promise.mark.clone() }
    }

    /// Whether the folder that was promised for is the one that stands at its path on this computer.
    pub(super) fn is_seen(promise: &Reserved, store: &dyn Store) -> bool {
        promise.mark.is_none() || mark(Path::new(&promise.root), store).ok().flatten() == promise.mark
    }

    /// Whether this parcel lies in it, or is to.
    pub fn holds(&self, promise: &Reserved) -> bool {
        promise.root == self.path && promise.mark == self.mark
    }
}

impl Books {
    /// Marks an output folder before anything is promised for it. Alone on its computer, an office needs none.
    pub fn mark_root(&mut self, root: &Path, store: &dyn Store, entropy: &dyn Entropy) -> Result<(), Fault> {
        if self.db.backend() == Backend::Postgres && mark(root, store)?.is_none() {
            let mark = [random_hex(entropy), random_hex(entropy)].concat();
            match store.create(&root.join(MARK), mark.as_bytes()).and_then(|()| store.sync_dir(root)) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                done => done.map_err(Fault::disk)?,
            }
        }
        self.root = Some(self.root(root, store)?);
        Ok(())
    }

    /// An output folder as it stands now.
    pub fn root(&self, root: &Path, store: &dyn Store) -> Result<Root, Fault> {
        let path = root.to_str().ok_or_else(|| Fault::new(code::OUT))?.to_owned();
        let mark = match self.db.backend() {
            Backend::Sqlite => None,
            Backend::Postgres => Some(mark(root, store)?.unwrap_or_default()),
        };
        Ok(Root { path, mark })
    }

    /// The mark that promises for this folder bear. A shared office promises nothing for a folder without one.
    pub(super) fn promised_mark(&self, root: &Path) -> Result<Option<String>, Fault> {
        let marked = self.root.as_ref().filter(|marked| Path::new(&marked.path) == root);
        match (self.db.backend(), marked) {
            (Backend::Sqlite, _) => Ok(None),
            (Backend::Postgres, Some(marked)) => Ok(marked.mark.clone()),
            (Backend::Postgres, None) => Err(Fault::new(code::OURS)),
        }
    }
}

/// The mark of a folder, if it bears one. What can't be one is none.
pub(super) fn mark(root: &Path, store: &dyn Store) -> Result<Option<String>, Fault> {
    let file = root.join(MARK);
    match store.kind(&file).map_err(Fault::disk)? {
        None => Ok(None),
        Some(_) => {
            let bytes = store.read(&file, 64).map_err(Fault::disk)?;
            Ok(String::from_utf8(bytes).ok().filter(|mark| mark.len() == 32))
        }
    }
}
