//! 家の決まり: the floors of the house and the edges between them (ARCHITECTURE.md). Reads every file under `src/` and fails on any other
//! edge, on the system outside `world`, and on what may not stand outside tests. The planted breaches at the end are each caught.

#[path = "house/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use source::{Source, Token, Used};

/// The floors from the ground up, each with the floors it may use. An edge goes down this list only.
const FLOORS: [(&str, &[&str]); 11] = [
    ("base", &[]),
    ("file", &["base"]),
    ("notice", &["base"]),
    ("letter", &["notice", "base"]),
    ("press", &["letter", "file", "notice", "base"]),
    ("seal", &["file", "base"]),
    ("intake", &["notice", "file", "base"]),
    ("proof", &["press", "seal", "intake", "letter", "notice", "file", "base"]),
    ("books", &["seal", "notice", "base"]),
    ("world", &["base"]),
    ("desk", &["world", "books", "proof", "intake", "seal", "press", "letter", "notice", "file", "base"]),
];

/// What a floor's own tests may use besides: the real clock, randomness and disk.
const TESTS_MAY_USE: &[&str] = &["world"];

/// The system, which only `world` touches.
const SYSTEM: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    &["std", "net"],
    &["std", "time", "SystemTime"],
    &["tokio", "fs"],
    &["tokio", "net"],
    &["tokio", "process"],
    &["rand", "rng"],
    &["rand", "rngs"],
    &["rand", "random"],
    &["rand", "fill"],
    &["rustix"],
    &["signal_hook"],
    &["getrandom"],
    &["tempfile"],
];
const SYSTEM_WORDS: &[&str] = &["SystemTime", "OsRng", "SysRng", "ThreadRng", "getrandom"];
/// What the binary itself may: its arguments and its exit code.
const CLI_MAY_USE: &[&[&str]] =
    &[&["std", "env", "args"], &["std", "env", "args_os"], &["std", "process", "ExitCode"], &["std", "process", "Termination"]];

const MAIN_LINES: usize = 30;

/// One file of the house: its path from the root of the repository and its text.
struct File {
    path: String,
    text: String,
}

/// Everything wrong with these files, a line each.
fn breaches(files: &[File]) -> Vec<String> {
    let sources: Vec<_> = files.iter().map(|file| (file, source::read(&file.text))).collect();
    let tests = test_files(&sources);
    let mut found = Vec::new();
    for (file, source) in &sources {
        let place = Place::of(&file.path);
        let all_test = tests.contains(&file.path);
        found.extend(common_breaches(file, source));
        if let Place::Tests = place {
            continue;
        }
        if file.path == "src/main.rs" && file.text.lines().count() > MAIN_LINES {
            found.push(format!("{}: longer than {MAIN_LINES} lines", file.path));
        }
        let mut tell = |line: usize, what: &str| found.push(format!("{}:{line}: {what}", file.path));
        for used in &source.paths {
            let test = all_test || used.test;
            place.edge(used, test).into_iter().for_each(|what| tell(used.line, &what));
            if !test {
                place.system(used).into_iter().for_each(|what| tell(used.line, &what));
            }
        }
        for near in source.tokens.windows(4).filter(|near| !all_test && !near[1].test) {
            place.word(near).into_iter().for_each(|what| tell(near[1].line, &what));
        }
    }
    found
}

/// Where a file stands.
enum Place {
    /// `src/lib.rs`, which only names the floors.
    Root,
    /// A floor of the library, and the file's module path from the crate's root.
    Floor { name: String, module: Vec<String> },
    /// The binary: `src/main.rs` and `src/cli/`.
    Cli { module: Vec<String> },
    /// `tests/`, `benches/`.
    Tests,
}

impl Place {
    fn of(path: &str) -> Self {
        let Some(inside) = path.strip_prefix("src/") else { return Self::Tests };
        if inside == "lib.rs" {
            return Self::Root;
        }
        let mut module: Vec<_> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if matches!(module.last().map(String::as_str), Some("mod" | "main")) {
            module.pop();
        }
        match module.first() {
            Some(name) if name != "cli" => Self::Floor { name: name.clone(), module },
            _ => Self::Cli { module },
        }
    }

    /// What is wrong with where this path leads.
    fn edge(&self, used: &Used, test: bool) -> Option<String> {
        let written = used.segments.join("::");
        let first = used.segments[0].as_str();
        let (own, module, allowed) = match self {
            Self::Root | Self::Tests => return None,
            Self::Cli { module } => ("cli", module, &[][..]),
            Self::Floor { name, module } => {
                let Some((_, allowed)) = FLOORS.iter().find(|(floor, _)| floor == name) else {
                    return Some(format!("`{name}` is no floor of the house"));
                };
                (name.as_str(), module, *allowed)
            }
        };
        if first == "fukan" {
            return matches!(self, Self::Floor { .. }).then(|| format!("`{written}`: the library does not call itself by name"));
        }
        let target = resolve(&used.segments, module, &used.inside)?;
        match target.first().map(String::as_str) {
            None | Some("*" | "self") => Some(format!("`{written}` is the crate's root: name the floor")),
            Some(floor) if floor == own || allowed.contains(&floor) || (test && TESTS_MAY_USE.contains(&floor)) => None,
            Some(floor) => Some(format!("`{written}`: {own} does not use {floor}")),
        }
    }

    /// What is wrong with a path into the system.
    fn system(&self, used: &Used) -> Option<String> {
        let segments: Vec<_> = used.segments.iter().map(String::as_str).collect();
        let leads_into = |system: &[&str]| match segments.iter().zip(system).take_while(|(a, b)| a == b).count() {
            same if same == system.len() => true,
            same => {
                same > 0
                    && (segments[same..] == ["*"] || (used.renamed && (same == segments.len() || segments[same..] == ["self"])))
            }
        };
        let allowed = match self {
            Self::Floor { name, .. } if name == "world" => true,
            Self::Cli { .. } => CLI_MAY_USE.iter().any(|may| segments.starts_with(may)),
            _ => false,
        };
        let now = segments.ends_with(&["Zoned", "now"]) || segments.ends_with(&["Timestamp", "now"]);
        (!allowed && (now || SYSTEM.iter().any(|system| leads_into(system))))
            .then(|| format!("`{}`: only world touches the system", segments.join("::")))
    }

    /// What is wrong with the second of four neighbouring tokens. A method of our own may be called `unwrap(key)`: it takes something.
    fn word(&self, near: &[Token]) -> Option<String> {
        let [before, word, after, then] = [0, 1, 2, 3].map(|n| near[n].text.as_str());
        let takes_something = word.starts_with("unwrap") && (after, before) == ("(", ".") && then != ")";
        let panics =
            matches!(word, "unwrap" | "expect" | "unwrap_err" | "expect_err") && matches!(before, "." | "::") && !takes_something;
        let world = matches!(self, Self::Floor { name, .. } if name == "world");
        let system = !world && SYSTEM_WORDS.contains(&word);
        let own_crate = before == "extern" && word == "crate";
        match () {
            () if panics => Some(format!("`{word}` outside tests: return a Fault")),
            () if system => Some(format!("`{word}`: only world touches the system")),
            () if own_crate => Some("`extern crate`".into()),
            () => None,
        }
    }
}

/// The absolute module path a path leads to, or `None` when it leads out of the crate or to a name of its own file.
fn resolve(segments: &[String], module: &[String], inside: &[String]) -> Option<Vec<String>> {
    let mut target: Vec<String> = match segments[0].as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.iter().chain(inside).cloned().collect(),
        _ => return None,
    };
    for segment in segments {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => drop(target.pop()),
            name => target.push(name.to_owned()),
        }
    }
    Some(target)
}

/// What may stand nowhere, in tests neither.
fn common_breaches(file: &File, source: &Source) -> Vec<String> {
    let attribute = |(text, line): &(String, usize)| {
        let moved = text.starts_with("path=") && file.path.starts_with("src/") && !file.path.starts_with("src/world/"); // a system a file
        let banned = text == "ignore" || text.starts_with("ignore=") || moved;
        banned.then(|| format!("{}:{line}: `#[{text}]`", file.path))
    };
    let words = source.tokens.windows(2).filter_map(|pair| {
        let (word, next) = (pair[0].text.as_str(), pair[1].text.as_str());
        let unfinished = matches!(word, "todo" | "unimplemented") && next == "!";
        let pasted = word == "include" && next == "!" && file.path.starts_with("src/");
        (word == "unsafe" || unfinished || pasted).then(|| format!("{}:{}: `{word}`", file.path, pair[0].line))
    });
    source.attributes.iter().filter_map(attribute).chain(words).collect()
}

/// Files that are tests as a whole, because their parent says `#[cfg(test)] mod NAME;`.
fn test_files(sources: &[(&File, Source)]) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for (file, source) in sources {
        let folder =
            file.path.trim_end_matches(".rs").trim_end_matches("/mod").trim_end_matches("/lib").trim_end_matches("/main");
        for name in &source.test_modules {
            tests.insert(format!("{folder}/{name}.rs"));
            tests.insert(format!("{folder}/{name}/mod.rs"));
        }
    }
    tests
}

// --- the house as it stands ---------------------------------------------------------------------------------------------------------

fn rust_files(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut folders) = (Vec::new(), vec![root.join(folder)]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).expect("under the root").to_string_lossy().replace('\\', "/");
                found.push(File { path: name, text: fs::read_to_string(&path).expect("a readable file") });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

#[test]
fn the_house_keeps_its_rules() {
    let files: Vec<_> = ["src", "tests", "benches"].into_iter().flat_map(rust_files).collect();
    // Compile-fail proofs are breaches on purpose.
    let files: Vec<_> = files.into_iter().filter(|file| !file.path.starts_with("tests/compile")).collect();
    assert!(files.iter().filter(|file| file.path.starts_with("src/")).count() >= FLOORS.len(), "the walk finds the house");
    let found = breaches(&files);
    assert!(found.is_empty(), "{} breaches of the house's rules:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_table_goes_down_only_and_names_every_floor() {
    for (n, (floor, uses)) in FLOORS.iter().enumerate() {
        for used in *uses {
            assert!(FLOORS[..n].iter().any(|(below, _)| below == used), "{floor} uses {used}, which is not below it");
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(root.join(floor).is_dir() || root.join(format!("{floor}.rs")).is_file(), "src/{floor} is there");
    }
}

// --- planted breaches -------------------------------------------------------------------------------------------------------------------

fn judge(path: &str, text: &str) -> Vec<String> {
    breaches(&[File { path: path.into(), text: text.into() }])
}

#[track_caller]
fn caught(path: &str, text: &str, line: usize, what: &str) {
    let found = judge(path, text);
    let start = format!("{path}:{line}: ");
    assert!(
        found.iter().any(|f| f.starts_with(&start) && f.contains(what)),
        "not caught: {what} at line {line} of\n{text}\nfound {found:#?}"
    );
}

#[track_caller]
fn fine(path: &str, text: &str) {
    let found = judge(path, text);
    assert!(found.is_empty(), "{found:#?} in\n{text}");
}

#[test]
fn planted_edges_are_caught() {
    let letter = "src/letter/block.rs";
    caught(letter, "use crate::seal::Archive;", 1, "letter does not use seal");
    caught(letter, "\nfn f() { let a = crate::seal::archive::make(); }", 2, "letter does not use seal");
    caught(letter, "use crate::{base::Fault, seal};", 1, "letter does not use seal");
    caught(
        letter,
        "use crate::{\n    base::{Fault, Field},\n    {notice::Reply, books::{Ledger as L, Row}},\n};",
        3,
        "letter does not use books",
    );
    caught(letter, "use crate::press as p;", 1, "letter does not use press");
    caught(letter, "use {crate::base::Fault, crate::desk::walk};", 1, "letter does not use desk");
    caught(letter, "use super::super::seal::Archive;", 1, "letter does not use seal");
    caught("src/letter/mod.rs", "use super::seal;", 1, "letter does not use seal");
    caught(letter, "mod inner {\n    use super::super::super::seal::X;\n}", 2, "letter does not use seal");
    caught(letter, "mod a { mod b { fn f() { super::super::super::super::seal::x() } } }", 1, "letter does not use seal");
    caught(letter, "mod inner { }\nuse super::super::seal::X;", 2, "letter does not use seal");
    caught(letter, "use self::super::super::seal::X;", 1, "letter does not use seal");
    caught(letter, "fn f(x: <crate::r#seal::A as Tr>::B) {}", 1, "letter does not use seal");
    caught(letter, "macro_rules! m { () => { $crate::world::Disk } }", 1, "letter does not use world");
    caught(letter, "#[cfg(test)] mod tests { use crate::seal::X; }", 1, "letter does not use seal");
    caught(letter, "pub use crate::notice::Reply;\npub(crate) use crate::world::Disk;", 2, "letter does not use world");
    caught(letter, "fn f() -> Vec<crate::seal::X> { Vec::<crate::base::Y>::new() }", 1, "letter does not use seal");
    caught("src/base/text.rs", "use crate::notice::Item;", 1, "base does not use notice");
    caught("src/books/mod.rs", "use crate::press::Docx;", 1, "books does not use press");
    caught("src/extra/mod.rs", "use crate::base::Fault;", 1, "no floor of the house");
    caught("src/cli/mod.rs", "use crate::base::Fault;", 1, "cli does not use base");
}

#[test]
fn planted_ways_around_the_table_are_caught() {
    let letter = "src/letter/block.rs";
    for text in [
        "use crate as root;",
        "use crate::{self as root};",
        "use crate::*;",
        "use super::super as up;",
        "use super::super::{self as up};",
        "use super::super::*;",
    ] {
        caught(letter, text, 1, "crate's root");
    }
    caught(letter, "extern crate self as me;", 1, "extern crate");
    caught(letter, "use fukan::seal::X;", 1, "by name");
    caught(letter, "#[path = \"../seal/mod.rs\"] mod stolen;", 1, "path=");
    caught(letter, "include!(\"../seal/mod.rs\");", 1, "include");
}

#[test]
fn the_system_outside_world_is_caught() {
    let desk = "src/desk/walk.rs";
    caught(desk, "use std::fs;", 1, "only world");
    caught(desk, "use std::{io, fs::File};", 1, "only world");
    caught(desk, "fn f() { ::std::fs::read(p); }", 1, "only world");
    caught(desk, "use std::*;", 1, "only world");
    caught(desk, "use std as s;", 1, "only world");
    caught(desk, "use std::{self as s};", 1, "only world");
    caught(desk, "use std::time;\nfn f() { time::SystemTime::now(); }", 2, "only world");
    caught(desk, "use std::time::{Duration, SystemTime};", 1, "only world");
    caught(desk, "fn f() { std::env::var(n) }", 1, "only world");
    caught(desk, "fn f() { std::process::exit(1) }", 1, "only world");
    caught(desk, "fn f() { jiff::Zoned::now() }", 1, "only world");
    caught(desk, "use rand::rngs::OsRng;", 1, "only world");
    caught(desk, "use rustix::fs::renameat;", 1, "only world");
    caught("src/cli/mod.rs", "use std::env::vars;", 1, "only world");
    caught("src/main.rs", "fn main() { std::process::exit(1) }", 1, "only world");
    fine("src/world/disk.rs", "use std::fs; use std::time::SystemTime; fn f() { std::env::var_os(n); }");
    fine("src/main.rs", "mod cli;\nuse std::process::ExitCode;\nfn main() -> ExitCode { cli::run(std::env::args_os()) }");
    fine("src/cli/mod.rs", "mod table;\nuse crate::cli::table::Table;\nuse fukan::desk::pack;");
    fine(desk, "use std::{io, time::Duration}; const V: &str = env!(\"CARGO_PKG_VERSION\");");
}

#[test]
fn what_may_not_stand_outside_tests_is_caught() {
    let seal = "src/seal/archive.rs";
    caught(seal, "fn f() { g().unwrap(); }", 1, "`unwrap`");
    caught(seal, "fn f() {\n    g()\n        .expect(\"x\");\n}", 3, "`expect`");
    caught(seal, "fn f() { v.map(Option::unwrap) }", 1, "`unwrap`");
    caught(seal, "#[cfg(test)]\nmod tests { fn f() { a.unwrap(); } }\nfn g() { b.unwrap(); }", 3, "`unwrap`");
    caught(seal, "#[cfg(test)] use a::{b, c};\nfn g() { b.unwrap(); }", 2, "`unwrap`");
    caught(seal, "fn f() { unsafe { g() } }", 1, "`unsafe`");
    caught(seal, "fn f() { todo!() }", 1, "`todo`");
    caught("tests/x.rs", "#[test] #[ignore] fn f() {}", 1, "ignore");
    caught("tests/x.rs", "#[test] #[ignore = \"later\"] fn f() {}", 1, "ignore");
    assert_eq!(judge("src/main.rs", &"\n".repeat(31)), ["src/main.rs: longer than 30 lines"]);
}

#[test]
fn honest_code_passes() {
    fine(
        "src/press/form.rs",
        "use super::xml::Element;\nuse crate::base::{self, Fault, text::SafeText};\npub(in crate::press) fn f() {}\npub(crate) fn g() {}\npub(super) fn h() {}",
    );
    fine(
        "src/press/form.rs",
        "// use crate::seal::X; /* not */\n/* use crate::seal::Y; /* nested */ .unwrap() */\nconst A: &str = \"crate::seal \\\" .unwrap()\";\nconst B: &str = r#\"unsafe \" crate::books\"#;\nconst C: char = '\"'; fn f<'a>(x: &'a str) -> u8 { b'\\'' }\nuse crate::base::X;",
    );
    fine("src/press/form.rs", "#![forbid(unsafe_code)]\nfn f() { a.unwrap_or_default(); slot.unwrap(key); expect(x); }");
    fine(
        "src/seal/a.rs",
        "#[cfg(test)]\nmod tests {\n use super::*;\n use crate::world::Disk;\n #[test] fn t() { std::fs::read(x).unwrap(); }\n}",
    );
    fine("src/seal/a.rs", "#[cfg(test)]\n#[allow(dead_code)]\nfn helper<A, B>(a: A, b: B) { a.unwrap(); }\nfn g() {}");
    let parent = File { path: "src/seal/archive.rs".into(), text: "#[cfg(test)]\nmod tests;".into() };
    let child = File {
        path: "src/seal/archive/tests.rs".into(),
        text: "use crate::base::X;\nfn f() { std::fs::read(x).unwrap(); }".into(),
    };
    assert_eq!(breaches(&[parent, child]), [""; 0]);
}
