//! 同じ入力からは同じ部品: whatever `--jobs` says and whichever form the file has, the same clock and randomness give the same bytes.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use support::batch::{SETTINGS, data, fixed_seams, office, pack_by_library, workshop};
use support::{fingerprint, report};

/// Packs one file of the batch into a fresh office made from the same seed.
fn tree(work: &Path, name: &str, file: &str, seed: &str, jobs: usize) -> (PathBuf, BTreeMap<String, String>) {
    let office = office(&work.join(name).join("office"), SETTINGS);
    let out = work.join(name).join("out");
    pack_by_library(&[data(file)], &office, &out, &fixed_seams(seed), jobs);
    let parts = fingerprint(&out);
    (out, parts)
}

#[test]
fn one_thread_two_threads_and_ndjson_make_the_same_bytes() {
    let work = workshop("jobs");
    let (out, one) = tree(&work, "one", "cases.json", "jobs", 1);
    assert!(one.len() > 300, "the batch fills the folder: {}", one.len());
    assert!(report(&out).len() == 200);

    let (_, two) = tree(&work, "two", "cases.json", "jobs", 2);
    assert_same("--jobs 1 and --jobs 2", &one, &two);
    let (_, lines) = tree(&work, "lines", "cases.ndjson", "jobs", 2);
    assert_same("JSON and NDJSON", &one, &lines);

    // The comparison is worth something: another seed changes every sealed part and every document (its 照合番号). Address labels and
    // the posting list bear none.
    let (_, other) = tree(&work, "other", "cases.json", "another seed", 2);
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    let kept: Vec<_> = one.iter().filter(|(name, hash)| other[*name] == **hash).map(|(name, _)| name).collect();
    assert_eq!(kept, ["labels.docx", "posting.xlsx"]);
    println!("{} files each: --jobs 1 = --jobs 2 = NDJSON, byte for byte", one.len());
}

#[track_caller]
fn assert_same(what: &str, one: &BTreeMap<String, String>, two: &BTreeMap<String, String>) {
    let names: Vec<_> = one.keys().chain(two.keys()).filter(|name| one.get(*name) != two.get(*name)).collect();
    assert!(names.is_empty(), "{what} differ: {names:?}");
}
