//! 印刷ファイル: everything of an output folder that is printed and stands in no print file yet, in one Word file for each way of posting.
//!
//! A letter stands in one print file, wherever a run is stopped: the file is complete under a temporary name that says what it is to be
//! called, then the ledger notes it, then it gets its name. [`settle`] finishes or undoes what a dead run left between the two.

use super::bureau::Seams;
use super::posting;
use crate::base::seams::Kind;
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Channel, FileHash, Number, ParcelRow, Root};
use crate::intake::Office;
use crate::press::{merge, text};
use std::path::Path;
use zeroize::Zeroizing;

/// 印刷ファイル.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// print.docx, print-2.docx …
    pub file: String,
    /// What becomes of what is in it.
    pub way: Way,
    /// The parcels in it.
    pub numbers: Vec<Number>,
    /// How many documents.
    pub documents: usize,
}

/// 出し方: what a print file's papers have in common, so that one pile goes one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Posted by this method.
    Post(String),
    /// Read out on the telephone: never posted.
    Call,
}

/// The largest document that is read back.
const LARGEST: u64 = 64 << 20;

/// Makes the print files that are due: one for each way of posting and one of call sheets, none with more than the office's number
/// of documents, a set whole in one.
pub fn print(books: &mut Books, root: &Path, piles: &[Pile], office: &Office, seams: &Seams) -> (Vec<Printed>, Vec<Fault>) {
    let (mut printed, mut broken) = (Vec::new(), Vec::new());
    let one_method = piles.iter().filter(|(way, _)| *way != Way::Call).count() == 1;
    for (way, parcels) in piles {
        let stem = way.stem(one_method);
        for batch in batches(parcels, office.print_split) {
            match file(books, root, batch, way, &stem, seams) {
                Ok(file) => printed.push(file),
                Err(fault) => broken.push(fault),
            }
        }
    }
    (printed, broken)
}

/// What stands in no print file yet, in piles. A parcel that is no longer what the ledger says is left out and told.
pub fn due(books: &mut Books, root: &Path, office: &Office, seams: &Seams) -> Result<(Vec<Pile>, Vec<Fault>), Fault> {
    let here = books.root(root, &*seams.store)?;
    let (mut due, mut broken) = (Vec::new(), Vec::new());
    for parcel in books.unprinted()?.into_iter().filter(|p| p.promise.as_ref().is_some_and(|promise| here.holds(promise))) {
        match documents(books, root, std::slice::from_ref(&parcel), &*seams.store) {
            Ok(_) => due.push(parcel),
            Err(fault) => broken.push(fault),
        }
    }
    Ok((piles(due, office), broken))
}

impl Way {
    /// What becomes of this parcel.
    pub fn of(parcel: &ParcelRow, office: &Office) -> Self {
        match &parcel.promise {
            Some(promise) if promise.channel == Channel::Paper => {
                Self::Post(promise.posting.clone().unwrap_or_else(|| office.posting.clone()))
            }
            _ => Self::Call,
        }
    }

    /// print; print-簡易書留 where it is not the only method, with what of its name every system allows; print-電話.
    fn stem(&self, one_method: bool) -> String {
        match self {
            Self::Post(_) if one_method => STEM.to_owned(),
            Self::Post(method) => {
                let plain: String = method.chars().filter(|c| c.is_alphanumeric()).take(20).collect();
                format!("{STEM}-{plain}")
            }
            Self::Call => format!("{STEM}-電話"),
        }
    }
}

/// Where the name of every print file begins.
pub const STEM: &str = "print";

/// 山: parcels that go one way, in the order of their numbers.
pub type Pile = (Way, Vec<ParcelRow>);

/// The due parcels by what becomes of them; the call sheets last.
pub fn piles(due: Vec<ParcelRow>, office: &Office) -> Vec<Pile> {
    let mut piles: Vec<Pile> = Vec::new();
    for parcel in due {
        let way = Way::of(&parcel, office);
        match piles.iter_mut().find(|(known, _)| *known == way) {
            Some((_, pile)) => pile.push(parcel),
            None => piles.push((way, vec![parcel])),
        }
    }
    piles.sort_by_key(|(way, _)| *way == Way::Call);
    piles
}

fn batches(due: &[ParcelRow], most: usize) -> Vec<&[ParcelRow]> {
    let mut batches = Vec::new();
    let (mut start, mut documents) = (0, 0);
    for (index, parcel) in due.iter().enumerate() {
        let more = parcel.promise.as_ref().map_or(0, |p| p.files.len());
        if index > start && documents + more > most {
            batches.push(&due[start..index]);
            (start, documents) = (index, 0);
        }
        documents += more;
    }
    if start < due.len() {
        batches.push(&due[start..]);
    }
    batches
}

fn file(books: &mut Books, root: &Path, batch: &[ParcelRow], way: &Way, stem: &str, seams: &Seams) -> Result<Printed, Fault> {
    let store = &*seams.store;
    let documents = documents(books, root, batch, store)?;
    let merged = Zeroizing::new(merge::merge(&documents)?);
    same_texts(&merged, &documents)?;
    let name = free_name(root, stem, books, store)?;
    let temp = temporary(root, &name);
    let made = store.create(&temp, &merged).and_then(|()| {
        // Not noted yet, so nobody would give it its name.
        store.sync_dir(root).inspect_err(|_| drop(store.remove_file(&temp)))
    });
    made.map_err(Fault::disk)?;
    let numbers: Vec<Number> = batch.iter().map(|p| p.number.clone()).collect();
    // Whether a transaction that failed at its end was committed all the same is what the next run's `settle` asks the ledger.
    books.printed(&numbers, &name)?;
    store.rename_new(&temp, &root.join(&name)).and_then(|()| store.sync_dir(root)).map_err(Fault::disk)?;
    Ok(Printed { file: name, way: way.clone(), documents: documents.len(), numbers })
}

/// A print file that a dead run had not named yet, and what is in it.
pub type Settled = (String, Vec<ParcelRow>);

/// 後始末: what a dead run left under a temporary name gets its name if the ledger knows it, and goes if it does not. Whatever fails, those
/// that have their names are in `settled`.
pub fn settle(books: &mut Books, root: &Path, store: &dyn Store, settled: &mut Vec<Settled>) -> Result<(), Fault> {
    if store.kind(root).map_err(Fault::disk)? != Some(Kind::Folder) {
        return Ok(());
    }
    let here = books.root(root, store)?;
    for entry in store.list(root).map_err(Fault::disk)? {
        if posting::TEMPORARY.contains(&entry.name.as_str()) {
            store.remove_file(&entry.path).map_err(Fault::disk)?;
        }
        let Some(name) = entry.name.strip_prefix(TEMPORARY).filter(|name| is_print_file(name)) else { continue };
        let batch = books.printed_in(&here, name)?;
        if batch.is_empty() {
            store.remove_file(&entry.path).map_err(Fault::disk)?;
        } else {
            finish(&entry.path, &root.join(name), store)?;
            settled.push((name.to_owned(), batch));
        }
        store.sync_dir(root).map_err(Fault::disk)?;
    }
    Ok(())
}

/// Where a rename is a link and a removal (Windows), both names may stand.
fn finish(temp: &Path, file: &Path, store: &dyn Store) -> Result<(), Fault> {
    let same = || Ok(store.read(temp, LARGEST)? == store.read(file, LARGEST)?);
    match store.rename_new(temp, file) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && same().map_err(Fault::disk)? => {
            store.remove_file(temp).map_err(Fault::disk)
        }
        done => done.map_err(Fault::disk),
    }
}

/// What such a file is to the people who print it.
pub fn told((file, batch): Settled, office: &Office) -> Option<Printed> {
    let documents = batch.iter().filter_map(|p| p.promise.as_ref()).map(|promise| promise.files.len()).sum();
    let numbers = batch.iter().map(|p| p.number.clone()).collect();
    Some(Printed { way: Way::of(batch.first()?, office), file, numbers, documents })
}

/// What is printed is what passed the gate: each section of the print file says what its document says, in the same order.
fn same_texts(merged: &[u8], documents: &[Zeroizing<Vec<u8>>]) -> Result<(), Fault> {
    let sections = text::sections(merged)?;
    let mut same = sections.len() == documents.len();
    for (section, document) in sections.iter().zip(documents) {
        same &= *section == text::read(document)?;
    }
    if same {
        Ok(())
    } else {
        Err(Fault::new(code::GATE).with("why", Arg::ours("印刷ファイルの内容が文書と違います")))
    }
}

/// The documents of these parcels, from the disk, each what the ledger says it is.
pub fn documents(books: &Books, root: &Path, batch: &[ParcelRow], store: &dyn Store) -> Result<Vec<Zeroizing<Vec<u8>>>, Fault> {
    let mut documents = Vec::new();
    for parcel in batch {
        for file in parcel.promise.iter().flat_map(|promise| &promise.files) {
            documents.push(document(books, root, parcel, file, store)?);
        }
    }
    Ok(documents)
}

/// One of them.
pub fn document(
    books: &Books,
    root: &Path,
    parcel: &ParcelRow,
    file: &FileHash,
    store: &dyn Store,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let wrong = || {
        let fault = Fault::new(code::VERIFY).with("number", Arg::plain(&parcel.number));
        fault.with("why", Arg::ours("ファイルがないか、作られたときのものと違うため、印刷ファイルに入れていません"))
    };
    let channel = parcel.promise.as_ref().map_or("", |promise| promise.channel.as_str());
    let path = root.join(channel).join(parcel.number.to_string()).join(&file.name);
    let bytes = Zeroizing::new(store.read(&path, LARGEST).map_err(|_| wrong())?);
    if books.keys().file(&bytes) == file.hash { Ok(bytes) } else { Err(wrong()) }
}

/// print.docx, or the first of print-2.docx, print-3.docx … that is free.
fn free_name(root: &Path, stem: &str, books: &mut Books, store: &dyn Store) -> Result<String, Fault> {
    let here: Root = books.root(root, store)?;
    for n in 1u32.. {
        let name = if n == 1 { format!("{stem}.docx") } else { format!("{stem}-{n}.docx") };
        // A name that the ledger knows stays with what was printed under it, even if that file is gone.
        // Whether it lies there is asked first: of a hundred files the ledger is not read a hundred times for each.
        if store.kind(&root.join(&name)).map_err(Fault::disk)?.is_none() && books.printed_in(&here, &name)?.is_empty() {
            return Ok(name);
        }
    }
    Err(Fault::new(code::DISK))
}

/// Whether a file is called as a print file is.
pub fn is_print_file(name: &str) -> bool {
    let rest = name.strip_prefix(STEM).and_then(|rest| rest.strip_suffix(".docx"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Where the temporary name of a file begins; the rest is what it is to be called.
pub const TEMPORARY: &str = ".fukan-";

/// What a print file is called until the ledger knows it.
pub fn temporary(root: &Path, name: &str) -> std::path::PathBuf {
    root.join(format!("{TEMPORARY}{name}"))
}
