//! 壊した版: the program built anew from its own sources with a fault put in, to show that the tests of power cuts see it.
//!
//! The sources are copied, patched and built as a program of their own (`target/tmp/broken`): the shipped program holds no switch.
//! A patch whose place is not found exactly once stops the test, so that it follows the sources.

use super::repo;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the copy reads its fault from.
pub const SWITCH: &str = "FUKAN_BROKEN";

/// File, what stands there, what is put in its place. `crate::broken("…")` is whether that fault is switched on.
const PATCHES: [(&str, &str, &str); 12] = [
    (
        "src/lib.rs",
        "pub mod base;",
        "pub fn broken(fault: &str) -> bool {\n    std::env::var(\"FUKAN_BROKEN\").is_ok_and(|faults| faults.split(',').any(|one| one == fault))\n}\npub mod base;",
    ),
    // Nothing is synced: neither files, nor folders, nor the ledger.
    (
        "src/world/disk.rs",
        "file.write_all(bytes).and_then(|()| file.sync_all());",
        "file.write_all(bytes).and_then(|()| if crate::broken(\"files\") { Ok(()) } else { file.sync_all() });",
    ),
    (
        "src/world/disk.rs",
        "        system::sync_dir(path)\n",
        "        if crate::broken(\"folders\") { Ok(()) } else { system::sync_dir(path) }\n",
    ),
    (
        "src/books/db.rs",
        "        db.hold(\"PRAGMA journal_mode\", \"delete\")?;",
        "        if crate::broken(\"ledger\") { db.rows(\"PRAGMA synchronous=OFF\", Vec::new())?; }\n        db.hold(\"PRAGMA journal_mode\", \"delete\")?;",
    ),
    // Said before transaction B.
    (
        "src/desk/commit.rs",
        "        let receipts = self.books.record(",
        "        if crate::broken(\"said\") { for (_, allotted, _) in &good { println!(\"{}\", allotted.number); } }\n        let receipts = self.books.record(",
    ),
    // On the disk before transaction A.
    (
        "src/books/commit.rs",
        "    writing.append(&(&kept.number).into(), &Event::Reserved(Box::new(promise)))?;",
        "    if crate::broken(\"package\") { lay(parcel.files, &kept.place, &crate::world::Disk).map_err(Fault::disk)?; }\n    writing.append(&(&kept.number).into(), &Event::Reserved(Box::new(promise)))?;",
    ),
    (
        "src/books/commit.rs",
        "    match lay(files, &place, store) {",
        "    match if crate::broken(\"package\") { Ok(()) } else { lay(files, &place, store) } {",
    ),
    // A package of another name: one of the same would lie where ours lies in the target folder, and pass for it.
    ("Cargo.toml", "[package]\nname = \"fukan\"\n", "[package]\nname = \"fukan-broken\"\n"),
    ("Cargo.lock", "name = \"fukan\"\n", "name = \"fukan-broken\"\n"),
    ("Cargo.toml", "[lib]\n", "[lib]\nname = \"fukan\"\n"),
    ("Cargo.toml", "default-run = \"fukan\"", "default-run = \"fukan-broken\""),
    ("Cargo.toml", "[[bin]]\nname = \"fukan\"\n", "[workspace]\n\n[[bin]]\nname = \"fukan-broken\"\n"),
];

/// Builds it, and says where it lies.
pub fn built() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken");
    fs::create_dir_all(&folder).expect("a folder");
    for name in ["templates", "examples"] {
        if !folder.join(name).exists() {
            std::os::unix::fs::symlink(repo().join(name), folder.join(name)).expect("a link");
        }
    }
    let mut wanted = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock")];
    let sources = super::files_under(&repo().join("src"));
    wanted.extend(sources.iter().map(|path| path.strip_prefix(repo()).expect("below").to_owned()));
    // What is no source any more would lie beside what took its place.
    fs::create_dir_all(folder.join("src")).expect("a folder");
    let laid = super::files_under(&folder.join("src"));
    for gone in laid.iter().filter(|path| !wanted.iter().any(|wanted| path.ends_with(wanted))) {
        fs::remove_file(gone).expect("an old source");
    }
    for path in &wanted {
        lay(&folder.join(path), &patched(path));
    }
    // A test of its own, so that dependencies are those that `cargo test` built already.
    lay(&folder.join("tests/program.rs"), "");
    let debug = Path::new(env!("CARGO_BIN_EXE_fukan")).parent().expect("a folder");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--locked", "--offline", "--no-run", "--quiet", "--test", "program"]).current_dir(&folder);
    // What cargo told this test about itself: build scripts that look at it (ring's) would be run again, back and forth.
    let told = |name: &str| name.starts_with("CARGO_") && name != "CARGO_HOME";
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_TARGET_DIR", debug.parent().expect("a folder"));
    let done = cargo.output().expect("cargo");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    debug.join("fukan-broken")
}

fn patched(path: &Path) -> String {
    let mut text = fs::read_to_string(repo().join(path)).expect("a source");
    for (_, from, to) in PATCHES.iter().filter(|(file, ..)| Path::new(file) == path) {
        assert_eq!(text.matches(from).count(), 1, "{}: the place of a fault is there once: {from}", path.display());
        text = text.replace(from, to);
    }
    if path == Path::new("Cargo.toml") {
        // No benches: their sources are not copied.
        let (head, tail) = (text.find("[[bench]]").expect("benches"), text.find("[profile.dev]").expect("profiles"));
        text.replace_range(head..tail, "");
    }
    text
}

/// Written only when it differs, so that cargo builds what changed.
fn lay(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("written");
    }
}
