//! 出力先の印: which output folder a promise means. On an office of one computer its path is enough. Clerks who share a ledger may all
//! have a folder of the same path, each on a computer of its own: there a folder bears a mark, and only whoever sees the promised mark
//! may say what stands in it.

use super::db::Backend;
use super::event::Reserved;
use super::open::{Books, random_hex};
use crate::base::{Arg, Entropy, Fault, Store, code};
use std::path::Path;

/// The mark's file in an output folder.
pub const MARK: &str = ".fukan-root";

/// What it is called until it is whole.
pub const UNFINISHED: &str = ".fukan-root.part";

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
            lay(root, &[random_hex(entropy), random_hex(entropy)].concat(), store).map_err(Fault::disk)?;
        }
        self.root = Some(self.root(root, store)?);
        Ok(())
    }

    /// An output folder as it stands now.
    pub fn root(&self, root: &Path, store: &dyn Store) -> Result<Root, Fault> {
        let path = root.to_str().ok_or_else(|| Fault::new(code::OUT))?.to_owned();
        let mark = match self.db.backend() {
            Backend::Sqlite => None,
            Backend::Postgres => Some(mark(root, store)?.map_or(Ok(String::new()), whole)?),
        };
        Ok(Root { path, mark })
    }

    /// The mark that promises for this folder bear. A shared office promises nothing for a folder without one.
    pub(super) fn promised_mark(&self, root: &Path) -> Result<Option<String>, Fault> {
        let marked = self.root.as_ref().filter(|marked| Path::new(&marked.path) == root);
        match (self.db.backend(), marked) {
            (Backend::Sqlite, _) => Ok(None),
            (Backend::Postgres, Some(marked)) if marked.mark.as_deref() != Some("") => Ok(marked.mark.clone()),
            (Backend::Postgres, _) => Err(Fault::new(code::OURS)),
        }
    }
}

/// What stands in the file of a folder's mark, if there is one.
pub(super) fn mark(root: &Path, store: &dyn Store) -> Result<Option<String>, Fault> {
    let file = root.join(MARK);
    match store.kind(&file).map_err(Fault::disk)? {
        None => Ok(None),
        Some(_) => match store.read(&file, 64) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) => Err(Fault::new(code::OUT).with("system", Arg::system(&error))),
        },
    }
}

/// A mark as we lay it. Nothing is promised for a folder whose mark is damaged: nobody could tell it from another.
fn whole(mark: String) -> Result<String, Fault> {
    let ours = mark.len() == 32 && mark.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if ours {
        Ok(mark)
    } else {
        Err(Fault::new(code::OUT).with("system", Arg::ours("出力先の印 .fukan-root が壊れています")))
    }
}

/// Whole under another name, then named: no power cut leaves half of it. What somebody else has named meanwhile counts.
fn lay(root: &Path, mark: &str, store: &dyn Store) -> std::io::Result<()> {
    let unfinished = root.join(UNFINISHED);
    if store.kind(&unfinished)?.is_some() {
        store.remove_file(&unfinished)?;
    }
    store.create(&unfinished, mark.as_bytes())?;
    if let Err(error) = store.rename_new(&unfinished, &root.join(MARK)) {
        store.remove_file(&unfinished)?;
        if error.kind() != std::io::ErrorKind::AlreadyExists {
            return Err(error);
        }
    }
    store.sync_dir(root)
}
