//! 様式: the awkward Word files of `tests/data/forms`, and small changes to a Word file.
#![allow(dead_code)] // a test file rarely uses all of it

use super::repo;
use fukan::file::opc::Package;
use fukan::file::zip::{Archive, Part};
use std::fs;
use std::path::PathBuf;

/// The files of `tests/data/forms/good` or `refused`, by name.
pub fn awkward(folder: &str) -> Vec<PathBuf> {
    let folder = repo().join("tests/data/forms").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files
}

/// One of the good ones.
pub fn good(name: &str) -> PathBuf {
    repo().join("tests/data/forms/good").join(format!("{name}.docx"))
}

/// The file's own name, without `.docx`.
pub fn stem(path: &std::path::Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// A Word file with one part changed; a part that becomes empty is gone, one that was not there is added.
pub fn changed(docx: &[u8], part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let package = Package::open(docx).expect("a package");
    let mut archive = Archive::new();
    for entry in package.parts() {
        let bytes = match entry.name == part {
            true => change(std::str::from_utf8(&entry.bytes).expect("text")).into_bytes(),
            false => entry.bytes.clone(),
        };
        if !bytes.is_empty() {
            archive.add(&Part::deflated(&entry.name, &bytes));
        }
    }
    if package.part(part).is_none() {
        archive.add(&Part::deflated(part, change("").as_bytes()));
    }
    archive.finish()
}
