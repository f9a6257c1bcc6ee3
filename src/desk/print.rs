//! 印刷ファイル: everything of an output folder that is printed and stands in no print file yet, in one Word file.

use super::bureau::Seams;
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Number, ParcelRow};
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
    let name = lay(root, &merged, books, store)?;
    let numbers: Vec<Number> = batch.iter().map(|p| p.number.clone()).collect();
    books.printed(&numbers, &name)?;
    Ok(Printed { file: name, documents: documents.len(), numbers })
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

/// print.docx, or the first of print-2.docx, print-3.docx … that is free. Never replaces.
fn lay(root: &Path, bytes: &[u8], books: &mut Books, store: &dyn Store) -> Result<String, Fault> {
    let temp = root.join(".fukan-print");
    if store.kind(&temp).map_err(Fault::disk)?.is_some() {
        store.remove_file(&temp).map_err(Fault::disk)?;
    }
    store.create(&temp, bytes).map_err(Fault::disk)?;
    let here = books.root(root, store)?;
    for n in 1u32.. {
        let name = if n == 1 { "print.docx".to_owned() } else { format!("print-{n}.docx") };
        // A name that the ledger knows stays with what was printed under it, even if that file is gone.
        // Whether it lies there is asked first: of a hundred files the ledger is not read a hundred times for each.
        if store.kind(&root.join(&name)).map_err(Fault::disk)?.is_some() || !books.printed_in(&here, &name)?.is_empty() {
            continue;
        }
        match store.rename_new(&temp, &root.join(&name)) {
            Ok(()) => {
                store.sync_dir(root).map_err(Fault::disk)?;
                return Ok(name);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                let _ = store.remove_file(&temp);
                return Err(Fault::disk(error));
            }
        }
    }
    Err(Fault::new(code::DISK))
}
