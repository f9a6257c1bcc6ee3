//! 印刷ファイル: everything of an output folder that is printed and stands in no print file yet, in one Word file.
//!
//! A letter stands in one print file, wherever a run is stopped: the file is complete under a temporary name that says what it is to be
//! called, then the ledger notes it, then it gets its name. [`settle`] finishes or undoes what a dead run left between the two.

use super::bureau::Seams;
use crate::base::seams::Kind;
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Number, ParcelRow, Root};
use crate::press::{merge, text};
use std::path::Path;
use zeroize::Zeroizing;

/// 印刷ファイル.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// print.docx, print-2.docx …
    pub file: String,
    /// The parcels in it.
    pub numbers: Vec<Number>,
    /// How many documents.
    pub documents: usize,
}

/// The most documents of one print file: a print job a person can still watch.
pub const MOST: usize = 100;
/// The largest document that is read back.
const LARGEST: u64 = 64 << 20;

/// Makes the print files that are due.
///
/// A parcel that is no longer what the ledger says is left out and told; the others are printed.
pub fn print(books: &mut Books, root: &Path, seams: &Seams) -> Result<(Vec<Printed>, Vec<Fault>), Fault> {
    let here = books.root(root, &*seams.store)?;
    let unprinted = books.unprinted()?;
    let (mut due, mut printed, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    for parcel in unprinted.into_iter().filter(|p| p.promise.as_ref().is_some_and(|promise| here.holds(promise))) {
        match documents(books, root, std::slice::from_ref(&parcel), &*seams.store) {
            Ok(_) => due.push(parcel),
            Err(fault) => broken.push(fault),
        }
    }
    for batch in batches(&due) {
        match file(books, root, batch, seams) {
            Ok(file) => printed.push(file),
            Err(fault) => broken.push(fault),
        }
    }
    Ok((printed, broken))
}

fn batches(due: &[ParcelRow]) -> Vec<&[ParcelRow]> {
    let mut batches = Vec::new();
    let (mut start, mut documents) = (0, 0);
    for (index, parcel) in due.iter().enumerate() {
        let more = parcel.promise.as_ref().map_or(0, |p| p.files.len());
        if index > start && documents + more > MOST {
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

fn file(books: &mut Books, root: &Path, batch: &[ParcelRow], seams: &Seams) -> Result<Printed, Fault> {
    let store = &*seams.store;
    let documents = documents(books, root, batch, store)?;
    let merged = Zeroizing::new(merge_all(&documents)?);
    same_texts(&merged, &documents)?;
    let name = free_name(root, books, store)?;
    let temp = temporary(root, &name);
    store.create(&temp, &merged).and_then(|()| store.sync_dir(root)).map_err(Fault::disk)?;
    let numbers: Vec<Number> = batch.iter().map(|p| p.number.clone()).collect();
    // Whether a transaction that failed at its end was committed all the same is what the next run's `settle` asks the ledger.
    books.printed(&numbers, &name)?;
    store.rename_new(&temp, &root.join(&name)).and_then(|()| store.sync_dir(root)).map_err(Fault::disk)?;
    Ok(Printed { file: name, documents: documents.len(), numbers })
}

/// 後始末: what a dead run left under a temporary name gets its name if the ledger knows it, and goes if it does not.
pub fn settle(books: &mut Books, root: &Path, store: &dyn Store) -> Result<Vec<Printed>, Fault> {
    if store.kind(root).map_err(Fault::disk)? != Some(Kind::Folder) {
        return Ok(Vec::new());
    }
    let here = books.root(root, store)?;
    let mut printed = Vec::new();
    for entry in store.list(root).map_err(Fault::disk)? {
        let Some(name) = entry.name.strip_prefix(TEMPORARY).filter(|name| is_print_file(name)) else { continue };
        let batch = books.printed_in(&here, name)?;
        if batch.is_empty() {
            store.remove_file(&entry.path).map_err(Fault::disk)?;
        } else {
            finish(&entry.path, &root.join(name), store)?;
            printed.push(told(name, &batch));
        }
        store.sync_dir(root).map_err(Fault::disk)?;
    }
    Ok(printed)
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

fn told(name: &str, batch: &[ParcelRow]) -> Printed {
    let documents = batch.iter().filter_map(|p| p.promise.as_ref()).map(|promise| promise.files.len()).sum();
    Printed { file: name.to_owned(), numbers: batch.iter().map(|p| p.number.clone()).collect(), documents }
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

/// One print file of these documents.
pub fn merge_all(documents: &[Zeroizing<Vec<u8>>]) -> Result<Vec<u8>, Fault> {
    merge::merge(documents)
}

/// The documents of these parcels, from the disk, each what the ledger says it is.
pub fn documents(books: &Books, root: &Path, batch: &[ParcelRow], store: &dyn Store) -> Result<Vec<Zeroizing<Vec<u8>>>, Fault> {
    let mut documents = Vec::new();
    for parcel in batch {
        let Some(promise) = &parcel.promise else { continue };
        let folder = root.join(promise.channel.as_str()).join(parcel.number.to_string());
        for file in &promise.files {
            let wrong = || {
                let fault = Fault::new(code::VERIFY).with("number", Arg::plain(&parcel.number));
                fault.with("why", Arg::ours("ファイルがないか、作られたときのものと違うため、印刷ファイルに入れていません"))
            };
            let bytes = Zeroizing::new(store.read(&folder.join(&file.name), LARGEST).map_err(|_| wrong())?);
            if books.keys().file(&bytes) != file.hash {
                return Err(wrong());
            }
            documents.push(bytes);
        }
    }
    Ok(documents)
}

/// print.docx, or the first of print-2.docx, print-3.docx … that is free.
fn free_name(root: &Path, books: &mut Books, store: &dyn Store) -> Result<String, Fault> {
    let here: Root = books.root(root, store)?;
    for n in 1u32.. {
        let name = if n == 1 { "print.docx".to_owned() } else { format!("print-{n}.docx") };
        // A name that the ledger knows stays with what was printed under it, even if that file is gone.
        if books.printed_in(&here, &name)?.is_empty() && store.kind(&root.join(&name)).map_err(Fault::disk)?.is_none() {
            return Ok(name);
        }
    }
    Err(Fault::new(code::DISK))
}

/// Whether a file is called as a print file is.
pub fn is_print_file(name: &str) -> bool {
    let stem = name.strip_prefix("print").and_then(|rest| rest.strip_suffix(".docx"));
    stem.is_some_and(|n| n.is_empty() || n.strip_prefix('-').is_some_and(|n| n.parse::<u32>().is_ok()))
}

const TEMPORARY: &str = ".fukan-";

fn temporary(root: &Path, name: &str) -> std::path::PathBuf {
    root.join(format!("{TEMPORARY}{name}"))
}
