//! 盤面: files and folders as a power cut sees them. What was synced stands; every other change may have reached the disk or not.

use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A file or folder by what it is, not by its name.
pub type Inode = usize;

/// The first inode is the folder that is looked at.
pub const ROOT: Inode = 0;

/// What a name leads to.
#[derive(Clone, Debug)]
pub enum Node {
    File(Vec<u8>),
    Folder(BTreeMap<String, Inode>),
}

/// A disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub nodes: Vec<Node>,
}

/// A page of the system's cache: what is written back at once.
pub const PAGE: usize = 4096;
/// What a disk writes whole or not at all.
pub const SECTOR: usize = 512;

/// One change that reaches the disk whole or not at all, in whatever order (a [`Change::Data`] may be torn besides).
#[derive(Clone, Debug)]
pub enum Change {
    /// Bytes within one page of a file, which grows as far as needed.
    Data { file: Inode, at: usize, bytes: Vec<u8> },
    /// A file cut off, or made longer by zeros.
    Size { file: Inode, size: usize },
    /// A name in a folder, new.
    Link { folder: Inode, name: String, inode: Inode },
    /// A name taken away.
    Unlink { folder: Inode, name: String },
    /// One name in place of another, in one step.
    Rename { folder: Inode, from: String, to: String, inode: Inode },
}

impl Change {
    /// The file or folder whose sync makes it last.
    pub fn of(&self) -> Inode {
        match self {
            Self::Data { file, .. } | Self::Size { file, .. } => *file,
            Self::Link { folder, .. } | Self::Unlink { folder, .. } | Self::Rename { folder, .. } => *folder,
        }
    }

    /// What a write may be torn into: its first part, its second part, room without bytes.
    pub fn torn(&self) -> Vec<Change> {
        let Self::Data { file, at, bytes } = self else { return Vec::new() };
        let middle = (at + bytes.len() / 2).next_multiple_of(SECTOR).saturating_sub(*at);
        let mut torn = vec![Self::Data { file: *file, at: *at, bytes: vec![0; bytes.len()] }];
        if 0 < middle && middle < bytes.len() {
            torn.push(Self::Data { file: *file, at: *at, bytes: bytes[..middle].to_vec() });
            torn.push(Self::Data { file: *file, at: at + middle, bytes: bytes[middle..].to_vec() });
        }
        torn
    }
}

impl Disk {
    /// A folder as it stands.
    pub fn read(root: &Path) -> Self {
        let mut disk = Self { nodes: vec![Node::Folder(BTreeMap::new())] };
        disk.fill(ROOT, root);
        disk
    }

    fn fill(&mut self, folder: Inode, path: &Path) {
        for entry in fs::read_dir(path).expect("a folder") {
            let entry = entry.expect("an entry");
            let (name, kind) = (entry.file_name().into_string().expect("UTF-8"), entry.file_type().expect("a kind"));
            let inode = self.nodes.len();
            if kind.is_dir() {
                self.nodes.push(Node::Folder(BTreeMap::new()));
                self.fill(inode, &entry.path());
            } else {
                self.nodes.push(Node::File(fs::read(entry.path()).expect("a file")));
            }
            self.folder_mut(folder).insert(name, inode);
        }
    }

    pub fn folder(&self, inode: Inode) -> &BTreeMap<String, Inode> {
        match &self.nodes[inode] {
            Node::Folder(names) => names,
            Node::File(_) => panic!("a folder"),
        }
    }

    fn folder_mut(&mut self, inode: Inode) -> &mut BTreeMap<String, Inode> {
        match &mut self.nodes[inode] {
            Node::Folder(names) => names,
            Node::File(_) => panic!("a folder"),
        }
    }

    fn file_mut(&mut self, inode: Inode) -> &mut Vec<u8> {
        match &mut self.nodes[inode] {
            Node::File(bytes) => bytes,
            Node::Folder(_) => panic!("a file"),
        }
    }

    /// What stands at a path below the root.
    pub fn find(&self, path: &str) -> Option<Inode> {
        path.split('/').filter(|name| !name.is_empty()).try_fold(ROOT, |at, name| match &self.nodes[at] {
            Node::Folder(names) => names.get(name).copied(),
            Node::File(_) => None,
        })
    }

    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Data { file, at, bytes } => {
                let content = self.file_mut(*file);
                if content.len() < at + bytes.len() {
                    content.resize(at + bytes.len(), 0);
                }
                content[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Change::Size { file, size } => self.file_mut(*file).resize(*size, 0),
            Change::Link { folder, name, inode } => {
                self.folder_mut(*folder).insert(name.clone(), *inode);
            }
            Change::Unlink { folder, name } => {
                self.folder_mut(*folder).remove(name);
            }
            Change::Rename { folder, from, to, inode } => {
                let names = self.folder_mut(*folder);
                names.remove(from);
                names.insert(to.clone(), *inode);
            }
        }
    }

    /// Everything that a name leads to, told apart.
    pub fn print(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        self.print_into(ROOT, &mut hasher);
        hasher.finalize().into()
    }

    fn print_into(&self, inode: Inode, hasher: &mut Sha256) {
        match &self.nodes[inode] {
            Node::File(bytes) => {
                hasher.update((bytes.len() as u64).to_be_bytes());
                hasher.update(bytes);
            }
            Node::Folder(names) => {
                hasher.update((names.len() as u64).to_be_bytes());
                for (name, inode) in names {
                    hasher.update((name.len() as u64).to_be_bytes());
                    hasher.update(name);
                    self.print_into(*inode, hasher);
                }
            }
        }
    }

    /// Lays it out under a folder, which is emptied first.
    pub fn lay(&self, root: &Path) {
        for entry in fs::read_dir(root).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { fs::remove_dir_all(path).expect("removed") } else { fs::remove_file(path).expect("removed") }
        }
        self.lay_node(ROOT, root);
    }

    fn lay_node(&self, folder: Inode, path: &Path) {
        for (name, inode) in self.folder(folder) {
            let path = path.join(name);
            match &self.nodes[*inode] {
                Node::File(bytes) => private(&path, bytes),
                Node::Folder(_) => {
                    fs::create_dir(&path).expect("a folder");
                    self.lay_node(*inode, &path);
                }
            }
        }
    }
}

fn private(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(bytes)).expect("written");
}
