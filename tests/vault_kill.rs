//! 途中で止まった鍵の更新: killed, or its disk failing, at any system call that changes the disk, `vault rotate` and `vault passphrase`
//! leave the office as it was or as it is to be; it opens, and no live password is lost.
//!
//! Needs `strace` (apt-get install strace). `FUKAN_KILLS=all` tries every call; otherwise the first, the middle and the last of each kind.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::process::{Command, Output, Stdio};
use support::premises::{PASSPHRASE, Premises};

const CALLS: [&str; 7] = ["pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "openat", "fchmod"];
const NEW: &str = "shizukasa ya iwa ni shimiiru";

fn strace(office: &Premises, words: &str, options: &[String]) -> Output {
    let fukan = office.command(words).command();
    let mut command = Command::new("timeout");
    command.args(["-k", "1", "120", "strace", "-f", "-qq"]).args(options).arg(fukan.get_program()).args(fukan.get_args());
    command.env_clear().envs(fukan.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    command.stdin(Stdio::null()).output().expect("strace is a witness of these tests: apt-get install strace")
}

/// The calls on the office's database, and each one's place among its kind.
fn places(office: &Premises, words: &str) -> Vec<(&'static str, usize)> {
    let log = office.path("trace");
    let trace = format!("trace={}", CALLS.join(","));
    let output = strace(office, words, &["-y".into(), "-o".into(), log.display().to_string(), "-e".into(), trace]);
    assert!(output.status.success(), "{output:?}");
    let log = fs::read_to_string(log).expect("a trace");
    let mut places = Vec::new();
    for call in CALLS {
        let lines = log.lines().filter(|line| line.split_whitespace().nth(1).is_some_and(|w| w.starts_with(&format!("{call}("))));
        let ours =
            lines.enumerate().filter(|(_, line)| line.contains("office.db") || line.contains("/office>")).map(|(n, _)| n + 1);
        let ours: Vec<usize> = ours.collect();
        let all = std::env::var("FUKAN_KILLS").is_ok_and(|value| value == "all");
        let ends = [0, ours.len() / 2, ours.len().saturating_sub(1)];
        places.extend(ours.iter().enumerate().filter(|(at, _)| all || ends.contains(at)).map(|(_, n)| (call, *n)));
    }
    places
}

/// Runs a command once for each place and each way to fail, each time from the same office, and looks at what is left.
fn every(office: &Premises, words: &str, settled: impl Fn(&str) -> bool) {
    let clean = fs::read(office.database()).expect("a copy");
    let places = places(office, words);
    let (mut tried, mut old, mut new) = (0, 0, 0);
    for injected in ["signal=KILL", "error=EIO"] {
        for (call, n) in &places {
            let _ = fs::remove_file(office.path("office/office.db-journal"));
            fs::write(office.database(), &clean).expect("put back");
            let inject = format!("inject={call}:{injected}:when={n}");
            strace(office, words, &["-o".into(), "/dev/null".into(), "-e".into(), inject.clone()]);
            tried += 1;
            if settled(&inject) { new += 1 } else { old += 1 }
        }
    }
    println!("{words}: {tried} of {tried} left a whole office, {old} as before, {new} as after");
    assert!(tried >= 16 && old > 0 && new > 0, "{tried} tried, {old} as before, {new} as after");
}

/// Whether the ledger's newest row about the vault is that of the change; everything in the vault is where it belongs.
fn generation(office: &Premises, told: &str) -> i64 {
    let checked = office.command("vault check --office {O} --passphrase-file {p} --json").run();
    assert_eq!(checked.code, Some(0), "{told}: {}{}", checked.out(), checked.err());
    let checked: serde_json::Value = serde_json::from_str(&checked.out()).expect("JSON");
    assert_eq!(checked["live"], 2, "{told}");
    checked["generation"].as_i64().expect("a number")
}

#[test]
fn new_keys_or_the_old_ones_and_every_live_password() {
    let office = Premises::new();
    office.pack(&["E-03", "E-06"], "");
    office.pack(&["E-03"], "--again --case E-03");
    let before = generation(&office, "before");
    let told = office.password("R08-0002");
    every(&office, "vault rotate --office {O} --passphrase-file {p}", |inject| {
        let renewed = generation(&office, inject) != before;
        assert_eq!(office.password("R08-0002"), told, "{inject}");
        renewed
    });
}

#[test]
fn one_passphrase_or_the_other_opens() {
    let office = Premises::new();
    office.pack(&["E-03", "E-06"], "");
    office.secret("new", NEW);
    let before = generation(&office, "before");
    office.secret("old", PASSPHRASE);
    every(&office, "vault passphrase --office {O} --passphrase-file {old} --new-passphrase-file {new}", |inject| {
        let opens = |secret: &str| {
            let run = office.command(&format!("vault passphrase --list --office {{O}} --passphrase-file {{{secret}}}")).run();
            assert!(matches!(run.code, Some(0 | 4)), "{inject}: {}", run.err());
            run.code == Some(0)
        };
        let (old, new) = (opens("old"), opens("new"));
        assert_ne!(old, new, "{inject}: exactly one of them opens");
        office.secret("p", if new { NEW } else { PASSPHRASE });
        assert_eq!(generation(&office, inject) != before, new, "{inject}");
        new
    });
}
