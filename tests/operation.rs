//! 運用: every command of docs/operation.md, as it stands there and in its order. Needs `flock` (util-linux).
#![cfg(target_os = "linux")]

mod support;

use serde_json::json;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::desk::example;
use support::five::Five;
use support::{Fukan, repo};

/// /srv/fukan of the guide.
struct Place {
    _five: Five,
    root: PathBuf,
    blocks: Vec<String>,
}

impl Place {
    fn new() -> Self {
        let five = Five::new();
        let root = five.root.clone();
        ["in", "out", "log", "backup"].iter().for_each(|name| fs::create_dir(root.join(name)).expect("a folder"));
        fs::copy(five.office().join("passphrase.txt"), root.join("passphrase.txt")).expect("copied");
        let guide = fs::read_to_string(repo().join("docs/operation.md")).expect("the guide");
        let blocks = guide.split("```sh\n").skip(1).map(|block| block.split("```").next().expect("an end"));
        let blocks = blocks.map(|block| block.replace("/srv/fukan", &root.display().to_string())).collect();
        Self { _five: five, root, blocks }
    }

    fn path(&self) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_fukan")).parent().expect("a folder").display().to_string();
        format!("{program}:{}", std::env::var("PATH").expect("a path"))
    }

    /// The n-th block: exit code, and all that it said.
    fn run(&self, n: usize) -> (Option<i32>, String) {
        let file = self.root.join("block.sh");
        fs::File::create(&file).and_then(|mut f| f.write_all(self.blocks[n].as_bytes())).expect("written");
        let out =
            Command::new("sh").arg("-e").arg(&file).env_clear().env("PATH", self.path()).env("LANG", "ja_JP.UTF-8").output();
        let out = out.expect("a shell");
        (out.status.code(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    }

    /// The nightly one, without `-e`, as cron runs it.
    fn night(&self) -> (Option<i32>, String) {
        let file = self.root.join("nightly.sh");
        fs::write(&file, &self.blocks[0]).expect("written");
        let out = Command::new("sh").arg(&file).env_clear().env("PATH", self.path()).env("LANG", "ja_JP.UTF-8").output();
        let out = out.expect("a shell");
        (out.status.code(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    }

    fn cases(&self, name: &str, ids: &[&str]) {
        let cases: Vec<_> = ids.iter().map(|id| example(id)).collect();
        fs::write(self.root.join("in").join(name), json!({ "cases": cases }).to_string()).expect("written");
    }
}

#[test]
fn a_night_says_what_is_to_be_done() {
    let place = Place::new();
    assert_eq!(place.night(), (Some(0), String::new()), "nothing came");
    place.cases("202611270030.json", &["E-03"]);
    assert_eq!(place.night(), (Some(0), String::new()));
    place.cases("202611270045.json", &["E-08"]);
    let (code, said) = place.night();
    assert!(code == Some(1) && said.contains("保留か受付不可") && !said.contains("読めない"), "{said}");
    // What of the input was lost is told, whichever way.
    let lost: [(&str, &[u8]); 4] = [
        ("cut.json", b"{\"cases\": [{\"id\": \"E"),
        ("cut.csv", "照会番号,受付日時\nA-1,\"2026".as_bytes()),
        ("a.xlsx", b"PK"),
        ("a.pdf", b"x"),
    ];
    for (name, bytes) in lost {
        fs::write(place.root.join("in").join(name), bytes).expect("written");
        let (code, said) = place.night();
        assert!(code == Some(1) && said.contains("読めない照会ファイル"), "{name}: {said}");
        fs::remove_file(place.root.join("in").join(name)).expect("removed");
        std::thread::sleep(std::time::Duration::from_millis(1100)); // a log a second
    }
    fs::rename(place.root.join("office/partners.csv"), place.root.join("kept")).expect("moved");
    let (code, said) = place.night();
    assert!(code == Some(2) && said.contains("処理できませんでした（終了コード 2）"), "{said}");
}

/// SIGTERM and SIGHUP at some step: the code that the guide names, and nothing lost behind it.
#[test]
fn a_signal_is_harmless() {
    for (signal, n) in [("TERM", 2), ("HUP", 4)] {
        let five = Five::new();
        let inject = format!("inject=renameat2:signal={signal}:when={n}");
        let stopped = five.traced(&["-e".to_owned(), "trace=renameat2".to_owned(), "-e".to_owned(), inject]);
        assert!(!stopped.status.success(), "{signal}");
        five.settled(&String::from_utf8_lossy(&stopped.stdout), signal);
    }
}

#[test]
fn every_command_of_the_guide_works() {
    let place = Place::new();
    place.cases("a.json", &["E-03", "E-07"]);
    assert_eq!(place.night().0, Some(0));
    let fine = |n: usize, said: &[&str]| {
        let (code, all) = place.run(n);
        assert_eq!(code, Some(0), "{n}: {}\n{all}", place.blocks[n]);
        said.iter().for_each(|words| assert!(all.contains(words), "{n}: «{words}» in {all}"));
    };
    fine(1, &["期限を過ぎた照会 0件", "発送を記録していないもの 2件"]);
    fine(2, &[]);
    // In use, nothing is copied.
    let lock = fukan::world::Lock::take(&place.root.join("office")).expect("free");
    assert_ne!(place.run(3).0, Some(0));
    drop(lock);
    fs::remove_dir_all(fs::read_dir(place.root.join("backup")).expect("read").next().expect("a day").expect("a day").path())
        .expect("gone");
    fine(3, &[]);
    fine(4, &["正しい"]);
    assert!(!place.root.join("drill").exists());
    fine(5, &[]);
    fine(6, &["R08-0057", "U08-0120"]);
    fine(7, &["R08-0058"]);
    assert_eq!(place.blocks.len(), 8, "each is run");
    let due = Fukan::new(["ledger", "verify", "--office"]).arg(place.root.join("office"));
    due.run().expect_code(0);
}
