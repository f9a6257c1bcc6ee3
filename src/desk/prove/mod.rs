//! 検証: finds the parcels under a path, and proves each against the ledger.

mod beside;

use super::again::Again;
use super::bureau::{Bureau, Seams};
use super::gone;
use super::lying::{is_begun, is_litter, is_output, meant};
use super::plan::Judging;
use super::posting;
use super::print;
use super::recorded::{files, live_password, record};
use super::report;
use crate::base::seams::{Entry, Kind};
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Channel, Number, ParcelFilter, ParcelRow, ROOT_MARK, Reserved, Root, State, Walking};
use crate::notice;
use crate::proof::verify::verify;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// 検証の結果 of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 証明できた
    Proved,
    /// 証明できない: the password was destroyed; the ciphertext is the one that was made.
    NotProvable {
        /// When the password was retired, epoch ms; 0 when it was destroyed with its vault.
        since: i64,
    },
    /// 照合していない: it is what was made, but its record is not in these case files, or has moved on since.
    NotCompared,
    /// 途中: the run that was making it was ended at once; the next `pack` tidies up.
    Unfinished,
    /// 違う
    Wrong(Vec<Fault>),
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Verified {
    /// 発送番号, or the name of a file.
    pub name: String,
    /// The result.
    pub verdict: Verdict,
    /// Where a parcel lies.
    pub folder: Option<PathBuf>,
    /// 差替え済み: another parcel took its place, and it is not to be sent.
    pub replaced: bool,
    /// 一部差替え: of a parcel that nobody recorded as sent, the later ones that stand for cases in it.
    pub later: Vec<Number>,
    /// 差替え済みのものが入っている: of a print file or labels, the parcels in it that are one or the other.
    pub outdated: Vec<Number>,
}

impl Verified {
    fn of(name: impl Into<String>, verdict: Verdict) -> Self {
        Self { name: name.into(), verdict, folder: None, replaced: false, later: Vec::new(), outdated: Vec::new() }
    }
}

/// 検証の進み具合.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proving {
    /// So many rows of the ledger looked at.
    Walked(Walking),
    /// So many parcels and files looked at, of so many that lie there.
    Looked {
        /// So many.
        done: u64,
        /// Of so many.
        of: u64,
    },
    /// So many cases judged anew.
    Judged(Judging),
    /// So many proved parcels compared with their records, of so many.
    Compared {
        /// So many.
        done: u64,
        /// Of so many.
        of: u64,
    },
}

/// Proves everything under these paths: output folders, channel folders, parcel folders or single packages.
///
/// With `cases` the gate is repeated: what each parcel holds is compared with a draft computed anew from those records.
pub fn prove(
    paths: &[PathBuf],
    cases: &[PathBuf],
    bureau: &Bureau,
    books: &mut Books,
    seams: &Seams,
    told: &mut dyn FnMut(Proving),
) -> Result<Vec<Verified>, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let mut verified = Vec::new();
    // What is proved here is proved by the ledger: one that was edited proves nothing.
    let walked = books.verify_telling(None, &mut |rows| told(Proving::Walked(rows))).map_err(one)?;
    if let Some(broken) = walked.breaks.first() {
        return Err(vec![broken.fault()]);
    }
    let filter = ParcelFilter { state: Some(State::Reserved), limit: 1_000, ..ParcelFilter::default() };
    let begun = books.parcels(&filter).map_err(one)?;
    let begun: Vec<(String, Number)> = begun.into_iter().filter_map(|row| Some((row.promise?.temp, row.number))).collect();
    let resolve = |path: &PathBuf| crate::world::resolve(path);
    let resolved: Result<Vec<PathBuf>, _> = paths.iter().map(resolve).collect();
    let resolved = resolved.map_err(|e| vec![Fault::new(code::OUT).with("system", Arg::system(&e))])?;
    let store = &*seams.store;
    let of = resolved.iter().map(|path| lying(path, store)).sum();
    for path in &resolved {
        let later = BTreeMap::new();
        Prover { bureau, books, store, begun: &begun, verified: &mut verified, later, of, told }.path(path).map_err(one)?;
    }
    if !cases.is_empty() {
        Again { cases, bureau, books, seams, told }.repeat(&mut verified).map_err(one)?;
    }
    Ok(verified)
}

struct Prover<'a> {
    bureau: &'a Bureau,
    books: &'a mut Books,
    store: &'a dyn Store,
    /// 途中のもの: the temporary folders of parcels that a run had begun when it was ended.
    begun: &'a [(String, Number)],
    verified: &'a mut Vec<Verified>,
    /// What was found of each parcel ([`Verified::later`]): its files and itself ask for it.
    later: BTreeMap<Number, Vec<Number>>,
    /// So many lie there.
    of: u64,
    told: &'a mut dyn FnMut(Proving),
}

/// An output folder, and the one that the ledger means by it.
type Place<'p> = (&'p Path, &'p Root);

/// How much lies under a path, as far as names tell: what can't be listed is told by the walk.
fn lying(path: &Path, store: &dyn Store) -> u64 {
    let entries = || store.list(path).unwrap_or_default();
    let name = file_name(path);
    match store.kind(path) {
        Ok(Some(Kind::File)) => path.parent().map_or(0, |folder| lying(folder, store)),
        Ok(Some(Kind::Folder)) if name.parse::<Number>().is_ok() => 1,
        Ok(Some(Kind::Folder)) if name.parse::<Channel>().is_ok() => entries().len() as u64,
        Ok(Some(Kind::Folder)) => {
            entries().iter().map(|entry| if is_ours(&entry.name) { 0 } else { of_root(entry, store) }).sum()
        }
        _ => 0,
    }
}

fn of_root(entry: &Entry, store: &dyn Store) -> u64 {
    if entry.kind == Kind::Folder && entry.name.parse::<Channel>().is_ok() { lying(&entry.path, store) } else { 1 }
}

impl Prover<'_> {
    fn push(&mut self, one: Verified) {
        self.verified.push(one);
        let done = self.verified.len() as u64;
        (self.told)(Proving::Looked { done, of: self.of.max(done) });
    }

    fn path(&mut self, path: &Path) -> Result<(), Fault> {
        let name = file_name(path);
        match self.store.kind(path).map_err(Fault::disk)? {
            Some(Kind::File) => match path.parent() {
                Some(folder) if self.is_of_ours(folder)? => self.path(folder),
                _ => Err(Fault::new(code::NO_OUTPUT).with("file", Arg::plain(shown(&name)))),
            },
            Some(Kind::Folder) if name.parse::<Number>().is_ok() => self.parcel(path, &name),
            Some(Kind::Folder) if name.parse::<Channel>().is_ok() => self.channel(path),
            Some(Kind::Folder) => {
                self.is_no_folder_above(path, &name)?;
                let before = self.verified.len();
                self.root(path)?;
                // Nothing was found wrong where nothing of ours lies: a slip of the path must not pass for a proof.
                match self.verified.len() > before || is_output(path, self.store)? {
                    true => Ok(()),
                    false => Err(Fault::new(code::NOTHING_OF_OURS).with("folder", Arg::plain(shown(&name)))),
                }
            }
            _ => {
                let why = Arg::ours("確かめるファイル又はフォルダーがありません");
                Err(Fault::new(code::USAGE).with("why", why).with("given", Arg::plain(shown(&path.display().to_string()))))
            }
        }
    }

    /// FK-6160 where output folders lie in it: nothing is wrong with them, and nobody is to move them away.
    fn is_no_folder_above(&self, path: &Path, name: &str) -> Result<(), Fault> {
        let mut below = Vec::new();
        if !is_output(path, self.store)? {
            for entry in self.store.list(path).map_err(Fault::disk)?.into_iter().filter(|entry| entry.kind == Kind::Folder) {
                if is_output(&entry.path, self.store)? {
                    below.push(shown(&entry.name));
                }
            }
        }
        match below.len() {
            0 => Ok(()),
            _ => {
                let fault = Fault::new(code::OUTPUTS_BELOW).with("folder", Arg::plain(shown(name)));
                below.truncate(5);
                Err(fault.with("folders", Arg::plain(below.join("、"))))
            }
        }
    }

    /// Whether a file in this folder can be a work of ours. A stranger's folder is not judged for the sake of one file in it.
    fn is_of_ours(&self, folder: &Path) -> Result<bool, Fault> {
        let name = file_name(folder);
        if name.parse::<Number>().is_ok() {
            return Ok(true);
        }
        let root = if name.parse::<Channel>().is_ok() { folder.parent().unwrap_or(folder) } else { folder };
        is_output(root, self.store)
    }

    fn root(&mut self, root: &Path) -> Result<(), Fault> {
        let meant = meant(self.books, root, self.store)?;
        let place = (root, &meant);
        let unlabelled = match posting::missing(self.books, place, self.bureau, self.store) {
            Err(fault) if fault.code == code::DATABASE => return Err(fault),
            // What can't be read is told where it is looked at.
            missing => missing.unwrap_or_default(),
        };
        for entry in self.store.list(root).map_err(Fault::disk)? {
            match entry.kind {
                Kind::Folder if entry.name.parse::<Channel>().is_ok() => self.channel(&entry.path)?,
                Kind::File if is_ours(&entry.name) => {}
                Kind::File if posting::is_labels(&entry.name) => self.labels(place, &entry.name, &unlabelled)?,
                Kind::File if print::is_print_file(&entry.name) => self.print_file(place, &entry.name)?,
                _ if is_begun(&entry) => self.push(Verified::of(entry.name, Verdict::Unfinished)),
                _ => self.unlisted(&entry),
            }
        }
        self.missing(place)
    }

    /// What the ledger says lies in this output folder, and does not: told unless it was sent already.
    fn missing(&mut self, (root, meant): Place<'_>) -> Result<(), Fault> {
        let here = self.books.root(root, self.store)?;
        let (mut after, mut print_files) = (None, BTreeSet::new());
        loop {
            let filter =
                ParcelFilter { state: Some(State::Packed), after: after.take(), limit: 1_000, ..ParcelFilter::default() };
            let page = self.books.parcels(&filter)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.number.clone());
            for row in page.iter().filter(|row| row.sent_at == 0) {
                let is_here = |promise: &&Reserved| here.holds(promise) || meant.holds(promise);
                let Some(promise) = row.promise.as_ref().filter(is_here) else { continue };
                let print_file = Some(&row.print_file).filter(|file| !file.is_empty() && row.retired_at == 0);
                if let Some(file) = print_file.filter(|file| print_files.insert((*file).clone())) {
                    let named = self.lies(root, promise, Path::new(file))?;
                    // One that a run had not named yet is told as unfinished.
                    if !named && self.store.kind(&print::temporary(root, file)).map_err(Fault::disk)?.is_none() {
                        let fault = Fault::new(code::PRINT_FILE).with("file", Arg::plain(file));
                        self.push(Verified::of(file, Verdict::Wrong(vec![fault])));
                    }
                }
                let number = row.number.to_string();
                // What another one took the place of may be thrown away.
                if row.retired_at == 0 && !self.lies(root, promise, &Path::new(promise.channel.as_str()).join(&number))? {
                    let fault = gone::one(row, self.bureau, self.books)?;
                    self.push(Verified::of(number, Verdict::Wrong(vec![fault])));
                }
            }
        }
    }

    /// Whether something promised lies in this folder, or, of a copy of a part, where it was promised.
    fn lies(&self, root: &Path, promise: &Reserved, path: &Path) -> Result<bool, Fault> {
        let stands = |root: &Path| Ok(self.store.kind(&root.join(path)).map_err(Fault::disk)?.is_some());
        Ok(stands(root)? || stands(Path::new(&promise.root))?)
    }

    fn channel(&mut self, folder: &Path) -> Result<(), Fault> {
        for entry in self.store.list(folder).map_err(Fault::disk)? {
            match entry.kind {
                Kind::Folder if entry.name.parse::<Number>().is_ok() => self.parcel(&entry.path, &entry.name)?,
                _ => self.unlisted(&entry),
            }
        }
        Ok(())
    }

    fn unlisted(&mut self, entry: &Entry) {
        if is_litter(entry, self.store) {
            return;
        }
        if let Some((_, number)) = self.begun.iter().find(|(temp, _)| *temp == entry.name) {
            return self.push(Verified::of(number.to_string(), Verdict::Unfinished));
        }
        let name = shown(&entry.name);
        let fault = Fault::new(code::UNLISTED).with("file", Arg::plain(&name));
        self.push(Verified::of(name, Verdict::Wrong(vec![fault])));
    }

    fn parcel(&mut self, folder: &Path, name: &str) -> Result<(), Fault> {
        let verdict = match self.judge(folder, name) {
            Ok(verdict) => verdict,
            Err(fault) if matches!(fault.code, code::DATABASE | code::DISK) => return Err(fault),
            Err(fault) => Verdict::Wrong(vec![fault]),
        };
        let row = name.parse().ok().map(|number| self.books.parcel(&number)).transpose()?.flatten();
        let replaced = row.as_ref().is_some_and(|row| row.retired_at != 0);
        let later = row.map(|row| self.later(&row)).transpose()?.unwrap_or_default();
        self.push(Verified { folder: Some(folder.to_owned()), replaced, later, ..Verified::of(name, verdict) });
        Ok(())
    }

    fn judge(&mut self, folder: &Path, name: &str) -> Result<Verdict, Fault> {
        let wrong = |why: &'static str| Fault::new(code::VERIFY).with("number", Arg::plain(name)).with("why", Arg::ours(why));
        let number: Number = name.parse().map_err(|_| wrong("番号として読めません"))?;
        let row = self.books.parcel(&number)?.ok_or_else(|| wrong("台帳にない番号です"))?;
        if row.state == State::Reserved {
            return Ok(Verdict::Unfinished);
        }
        let promise =
            row.promise.as_ref().filter(|_| row.state == State::Packed).ok_or_else(|| wrong("台帳では発送物になっていません"))?;
        let channel = folder.parent().map(file_name).unwrap_or_default();
        if channel != promise.channel.as_str() {
            return Err(wrong("別の経路のフォルダにあります"));
        }
        let files = files(folder, self.store)?;
        let listed = |name: &str| promise.files.iter().find(|f| f.name == name);
        let mut faults: Vec<Fault> = Vec::new();
        for (file, bytes) in &files {
            match listed(file) {
                None => {
                    faults.push(Fault::new(code::UNLISTED).with("number", Arg::plain(name)).with("file", Arg::plain(shown(file))))
                }
                Some(hash) if self.books.keys().file(bytes) != hash.hash => {
                    faults.push(wrong("ファイルが作られたときのものと違います"))
                }
                Some(_) => {}
            }
        }
        if promise.files.iter().any(|f| !files.iter().any(|(n, _)| *n == f.name)) {
            faults.push(wrong("ファイルが足りません"));
        }
        if !faults.is_empty() {
            return Ok(Verdict::Wrong(faults));
        }
        self.open(&row, &files)
    }

    /// The hashes are right; now the contents, as far as the password still lives.
    fn open(&mut self, row: &ParcelRow, files: &[(String, Vec<u8>)]) -> Result<Verdict, Fault> {
        let Some(record) = record(row) else { return Err(Fault::new(code::OURS)) };
        let mut password = None;
        if record.channel == notice::Channel::Email {
            password = live_password(self.books, row)?;
            if password.is_none() {
                return Ok(Verdict::NotProvable { since: row.retired_at });
            }
        }
        let keys = self.books.keys().clone();
        Ok(match verify(&record, files, password.as_ref(), keys.office()) {
            Ok(()) => Verdict::Proved,
            Err(faults) => Verdict::Wrong(faults),
        })
    }
}

/// What nobody sends and people work in: reports, and posting lists with the weights they wrote into them.
fn is_ours(name: &str) -> bool {
    [report::FILE, report::SHEET, ROOT_MARK].contains(&name) || posting::is_list(name)
}

fn shown(name: &str) -> String {
    crate::base::fault::FileName::named(name, 1).as_str().to_owned()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
