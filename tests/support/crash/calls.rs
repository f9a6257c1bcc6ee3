//! 読解: each call of a recording, understood. What a call does to the disk becomes a [`Step`]; a call that does nothing to it stands in
//! [`HARMLESS`] with its reason; any other stops the test, so that nothing a new version of the program does goes unmodelled.

use super::disk::{Change, Disk, Inode, Node, PAGE, ROOT};
use super::trace::Call;
use std::collections::BTreeMap;

/// What happened, as far as the disk and whoever reads the screen are concerned.
#[derive(Clone, Debug)]
pub enum Step {
    Change(Change),
    /// Everything about this file, or the names in this folder, is on the disk.
    Sync(Inode),
    /// Somebody was told.
    Said(String),
}

/// Calls without an effect on what a disk holds after a power cut.
pub const HARMLESS: &[(&str, &str)] = &[
    ("access", "looks"),
    ("newfstatat", "looks"),
    ("statx", "looks"),
    ("statfs", "looks"),
    ("readlink", "looks"),
    ("getdents64", "looks"),
    ("pread64", "reads"),
    ("ioctl", "asks the terminal"),
    ("flock", "a lock goes with its process"),
    ("fchmod", "who may read a file, not what is in it"),
    ("fchmodat", "who may read a file, not what is in it"),
    ("fchown", "whose a file is, not what is in it"),
    ("brk", "memory"),
    ("munmap", "memory"),
    ("mprotect", "memory"),
    ("mremap", "memory"),
    ("madvise", "memory"),
    ("futex", "threads"),
    ("clone3", "a thread of the same process: descriptors are shared"),
    ("set_robust_list", "threads"),
    ("rseq", "threads"),
    ("set_tid_address", "threads"),
    ("sched_getaffinity", "threads"),
    ("sched_yield", "threads"),
    ("gettid", "who it is"),
    ("getpid", "who it is"),
    ("geteuid", "who it is"),
    ("epoll_create1", "waiting"),
    ("epoll_ctl", "waiting"),
    ("epoll_wait", "waiting"),
    ("poll", "waiting"),
    ("eventfd2", "one thread wakes the other"),
    ("clock_nanosleep", "waiting"),
    ("execve", "the program's start"),
    ("arch_prctl", "the program's start"),
    ("prctl", "no core dumps; a thread's name"),
    ("prlimit64", "no core dumps"),
    ("rt_sigaction", "signals"),
    ("rt_sigprocmask", "signals"),
    ("rt_sigreturn", "signals"),
    ("restart_syscall", "signals"),
    ("sigaltstack", "signals"),
    ("getrandom", "randomness"),
    ("uname", "looks"),
    ("exit", "the end of a thread"),
    ("exit_group", "the end"),
];

/// Calls that [`Reader`] follows.
const MODELLED: [&str; 20] = [
    "openat",
    "close",
    "dup",
    "fcntl",
    "read",
    "lseek",
    "write",
    "pwrite64",
    "ftruncate",
    "fsync",
    "fdatasync",
    "mkdirat",
    "renameat2",
    "rename",
    "renameat",
    "unlink",
    "unlinkat",
    "mmap",
    "mkdir",
    "rmdir",
];

/// What a descriptor leads to.
#[derive(Clone, Copy, Debug)]
enum Open {
    Node {
        inode: Inode,
        at: usize,
    },
    Screen,
    /// A library, the clock's data, an eventfd: opened to be read, or no file at all.
    Elsewhere,
}

/// The state of a run while its recording is read.
struct Reader<'a> {
    root: &'a str,
    now: Disk,
    open: BTreeMap<i64, Open>,
    steps: Vec<Step>,
}

/// The steps of a run that began on this disk, and how often it made each call.
pub fn read(calls: &[Call], root: &str, before: &Disk) -> (Vec<Step>, BTreeMap<String, usize>, Disk) {
    let standard = [(0, Open::Elsewhere), (1, Open::Screen), (2, Open::Screen)];
    let mut reader = Reader { root, now: before.clone(), open: BTreeMap::from(standard), steps: Vec::new() };
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts.entry(call.name.clone()).or_default() += 1;
        reader.follow(call);
    }
    (reader.steps, counts, reader.now)
}

impl Reader<'_> {
    fn follow(&mut self, call: &Call) {
        if HARMLESS.iter().any(|(name, _)| *name == call.name) {
            if ["eventfd2", "epoll_create1"].contains(&call.name.as_str()) && call.result >= 0 {
                self.open.insert(call.result, Open::Elsewhere);
            }
            return;
        }
        assert!(
            MODELLED.contains(&call.name.as_str()),
            "the run makes a call that is neither modelled nor known to be harmless: {}({})",
            call.name,
            call.args.join(", ").chars().take(300).collect::<String>()
        );
        if call.result < 0 {
            return; // what failed did nothing
        }
        match call.name.as_str() {
            "openat" => self.opened(call),
            "close" => drop(self.open.remove(&call.number(0))),
            "dup" => self.copied(call),
            "fcntl" if call.args[1].starts_with("F_DUPFD") => self.copied(call),
            "fcntl" => {} // locks and flags
            "read" => self.moved(call.number(0), call.result, false),
            "lseek" => self.moved(call.number(0), call.result, true),
            "write" => self.wrote(call),
            "pwrite64" => {
                let (file, bytes) = (self.file(call), call.bytes(1));
                self.data(file, usize::try_from(call.number(3)).expect("an offset"), &bytes[..call.result as usize]);
            }
            "ftruncate" => {
                let (file, size) = (self.file(call), usize::try_from(call.number(1)).expect("a size"));
                self.change(Change::Size { file, size });
            }
            "fsync" | "fdatasync" => {
                let inode = self.file(call);
                self.steps.push(Step::Sync(inode));
            }
            "mkdirat" => self.made(&self.at(call, 0)),
            "mkdir" => self.made(&self.path(&call.path(0))),
            "renameat2" | "renameat" => self.renamed(&self.at(call, 0), &self.at(call, 2)),
            "rename" => self.renamed(&self.path(&call.path(0)), &self.path(&call.path(1))),
            "unlinkat" => self.gone(&self.at(call, 0)),
            "unlink" | "rmdir" => self.gone(&self.path(&call.path(0))),
            "mmap" => {
                let shared = call.has(3, "MAP_SHARED") && call.has(2, "PROT_WRITE") && call.args[4] != "-1";
                assert!(!shared, "a file is changed through memory, which is not modelled: {call:?}");
            }
            other => unreachable!("{other} is modelled"),
        }
    }

    fn change(&mut self, change: Change) {
        self.now.apply(&change);
        self.steps.push(Step::Change(change));
    }

    /// Bytes, page by page: that is how they are written back.
    fn data(&mut self, file: Inode, at: usize, bytes: &[u8]) {
        let (mut at, mut rest) = (at, bytes);
        while !rest.is_empty() {
            let (page, more) = rest.split_at(rest.len().min(PAGE - at % PAGE));
            self.change(Change::Data { file, at, bytes: page.to_vec() });
            (at, rest) = (at + page.len(), more);
        }
    }

    fn opened(&mut self, call: &Call) {
        let path = self.at(call, 0);
        let Some(below) = self.below(&path) else {
            let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| call.has(2, flag));
            assert!(
                !writes || path.starts_with("/dev/"),
                "a file is opened to be written outside of office and output: {call:?}"
            );
            self.open.insert(call.result, Open::Elsewhere);
            return;
        };
        let inode = match self.now.find(&below) {
            Some(inode) => inode,
            None => {
                assert!(call.has(2, "O_CREAT"), "{path} is not there: {call:?}");
                self.born(&below, Node::File(Vec::new()))
            }
        };
        if call.has(2, "O_TRUNC") {
            self.change(Change::Size { file: inode, size: 0 });
        }
        assert!(!call.has(2, "O_APPEND"), "not modelled: {call:?}");
        self.open.insert(call.result, Open::Node { inode, at: 0 });
    }

    fn born(&mut self, below: &str, node: Node) -> Inode {
        let inode = self.now.nodes.len();
        self.now.nodes.push(node.clone());
        let (folder, name) = self.place(below);
        self.change(Change::Link { folder, name, inode });
        inode
    }

    fn made(&mut self, path: &str) {
        let below = self.below(path).unwrap_or_else(|| panic!("a folder is made outside of office and output: {path}"));
        self.born(&below, Node::Folder(BTreeMap::new()));
    }

    fn renamed(&mut self, from: &str, to: &str) {
        let below = |path: &str| self.below(path).unwrap_or_else(|| panic!("a rename outside of office and output: {path}"));
        let (from, to) = (below(from), below(to));
        let inode = self.now.find(&from).expect("there");
        let ((folder, from), (other, to)) = (self.place(&from), self.place(&to));
        assert_eq!(folder, other, "a rename from one folder into another is not modelled");
        self.change(Change::Rename { folder, from, to, inode });
    }

    fn gone(&mut self, path: &str) {
        let below = self.below(path).unwrap_or_else(|| panic!("a file is removed outside of office and output: {path}"));
        let (folder, name) = self.place(&below);
        self.change(Change::Unlink { folder, name });
    }

    fn copied(&mut self, call: &Call) {
        let open = self.open[&call.number(0)];
        assert!(matches!(open, Open::Elsewhere), "a copied descriptor of a file is not modelled: {call:?}");
        self.open.insert(call.result, open);
    }

    fn moved(&mut self, descriptor: i64, by: i64, absolute: bool) {
        if let Some(Open::Node { at, .. }) = self.open.get_mut(&descriptor) {
            let by = usize::try_from(by).expect("a position");
            *at = if absolute { by } else { *at + by };
        }
    }

    fn wrote(&mut self, call: &Call) {
        let bytes = &call.bytes(1)[..call.result as usize];
        match self.open.get(&call.number(0)) {
            Some(Open::Screen) => self.steps.push(Step::Said(String::from_utf8_lossy(bytes).into_owned())),
            Some(Open::Elsewhere) => assert_eq!(bytes.len(), 8, "only an eventfd is written to elsewhere: {call:?}"),
            Some(Open::Node { inode, at }) => {
                let (inode, at) = (*inode, *at);
                self.data(inode, at, bytes);
                self.moved(call.number(0), call.result, false);
            }
            None => panic!("a write to nothing known: {call:?}"),
        }
    }

    fn file(&self, call: &Call) -> Inode {
        match self.open.get(&call.number(0)) {
            Some(Open::Node { inode, .. }) => *inode,
            other => panic!("{} of {other:?}, not of a file of the office or the output", call.name),
        }
    }

    /// The path of a descriptor and a name.
    fn at(&self, call: &Call, at: usize) -> String {
        let path = call.path(at + 1);
        if path.starts_with('/') || call.args[at] == "AT_FDCWD" {
            return self.path(&path);
        }
        match self.open.get(&call.number(at)) {
            Some(Open::Node { inode, .. }) => format!("{}/{path}", self.name(*inode)),
            other => panic!("{path} in {other:?}"),
        }
    }

    /// Nothing of ours has a path that is not absolute.
    fn path(&self, path: &str) -> String {
        path.to_owned()
    }

    /// Where a folder stands now.
    fn name(&self, inode: Inode) -> String {
        fn search(disk: &Disk, at: Inode, path: &str, inode: Inode) -> Option<String> {
            if at == inode {
                return Some(path.to_owned());
            }
            let Node::Folder(names) = &disk.nodes[at] else { return None };
            names.iter().find_map(|(name, below)| search(disk, *below, &format!("{path}/{name}"), inode))
        }
        search(&self.now, ROOT, self.root, inode).expect("it has a name")
    }

    fn below(&self, path: &str) -> Option<String> {
        path.strip_prefix(self.root).filter(|rest| rest.is_empty() || rest.starts_with('/')).map(str::to_owned)
    }

    fn place(&self, below: &str) -> (Inode, String) {
        let (folder, name) = below.rsplit_once('/').expect("below the root");
        (self.now.find(folder).expect("its folder is there"), name.to_owned())
    }
}
