//! 逆境: folders that can't be written to, several runs at once, a clock that was set back, a database that can't be read. The program
//! says what is wrong, makes nothing twice, and goes on as soon as it can.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use support::five::Five;
use support::{Fukan, repo};

/// The run with this folder mounted read-only (root writes anywhere else, whatever the modes say).
fn read_only(five: &Five, folder: &Path) -> (Option<i32>, String) {
    let pack = five.pack().command();
    let mounted = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", mounted]).arg(folder).arg(pack.get_program()).args(pack.get_args());
    let done = command.current_dir(repo()).output().expect("unshare, of util-linux");
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[test]
fn a_folder_that_can_only_be_read() {
    for name in ["office", "out", "out/paper"] {
        let five = Five::new();
        fs::create_dir_all(five.out().join("paper")).expect("a folder");
        let folder = five.root.join(name);
        let (code, told) = read_only(&five, &folder);
        assert_eq!(code, Some(4), "{name}: {told}");
        assert!(told.contains("FK-60") && told.contains("書き込みのできない場所"), "{name}: {told}");
        assert!(!told.contains("panicked"), "{told}");
        five.settled("", name);
    }
}

/// Four at once: whoever comes later is told that somebody is at work, and each case is made once.
#[test]
fn several_runs_at_once() {
    for round in 0..3 {
        let five = Five::new();
        let runs: Vec<_> = (0..4).map(|_| five.pack().command().spawn().expect("a run")).collect();
        let done: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().expect("done")).collect();
        let packed = done.iter().filter(|run| run.status.code() == Some(0)).count();
        let told = |run: &&std::process::Output| String::from_utf8_lossy(&run.stderr).contains("FK-6003");
        let busy = done.iter().filter(|run| run.status.code() == Some(4)).filter(told).count();
        assert!(packed >= 1 && packed + busy == 4, "round {round}: {packed} packed, {busy} were told");
        five.exactly_once("several at once");
        five.settled("", "several at once");
    }
}

#[test]
fn a_clock_that_stands_before_the_newest_row() {
    let five = Five::made_at("2099-01-05T10:00");
    let run = five.pack().run().expect_code(4);
    assert!(run.err().contains("FK-6006") && run.err().contains("2099"), "{}", run.err());
    let rows = five.books().anchor().expect("an anchor").seq;
    assert_eq!(rows, 1, "no number, no row");
    assert!(support::files_under(&five.root).iter().all(|path| !path.starts_with(five.out())), "nothing was made");
}

/// The way back, on the command line: what is noted meanwhile keeps its own time, and who says which clock is right stands in the ledger.
#[test]
fn a_row_of_a_time_to_come_is_told_and_put_right() {
    let five = Five::new();
    five.pack().run().expect_code(0);
    five.noted_at("2099-01-05T10:00", "R08-0001");
    let ledger = |words: &[&str], code: i32| {
        Fukan::new(["ledger"].iter().chain(words)).arg("--office").arg(five.office()).run().expect_code(code)
    };
    let noted = ledger(&["sent", "R08-0002", "R08-0003"], 0);
    assert!(noted.err().matches("FK-6146").count() == 1 && noted.err().contains("2099-01-05"), "{}", noted.err());
    let list = ledger(&["list", "--json"], 0).out();
    assert_eq!(list.matches("\"sent\":\"2099-").count(), 1, "what was noted by the right clock bears its time: {list}");
    let told = five.pack().run().expect_code(4).err();
    assert!(told.contains("FK-6006") && told.contains("fukan ledger resume --reason clock"), "{told}");
    ledger(&["resume", "--reason", "backup"], 2);
    let told = ledger(&["resume", "--reason", "clock"], 0).out();
    assert!(told.contains("2099-01-05 10:00"), "{told}");
    assert!(ledger(&["resume", "--reason", "clock"], 2).err().contains("FK-6149"));
    five.pack().run().expect_code(0);
    assert!(!ledger(&["sent", "R08-0004"], 0).err().contains("FK-6146"));
    ledger(&["verify"], 0);
}

/// Garbage, a piece of a database, an empty file, a folder: told as what can't be read, left alone, never taken for a new ledger.
#[test]
fn a_database_that_can_not_be_read_is_no_empty_one() {
    let whole = {
        let five = Five::new();
        five.pack().run().expect_code(0);
        fs::read(five.office().join("office.db")).expect("read")
    };
    let garbage: Vec<u8> = (0..8192_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let mut torn = whole.clone();
    torn[whole.len() / 2..].fill(0);
    for (what, bytes) in [
        ("empty", &[][..]),
        ("garbage", &garbage),
        ("its first page", &whole[..4096]),
        ("a half", &whole[..whole.len() / 2]),
        ("torn", &torn),
    ] {
        let five = Five::new();
        let database = five.office().join("office.db");
        fs::write(&database, bytes).expect("written");
        let run = five.pack().run().expect_code(4);
        assert!(run.err().contains("FK-60") && !run.err().contains("panicked"), "{what}: {}", run.err());
        assert!(fs::read(&database).expect("there") == bytes, "{what}: it is left alone");
        assert!(!five.out().join("email").exists(), "{what}: nothing was made");
    }
    let five = Five::new();
    let database = five.office().join("office.db");
    fs::remove_file(&database).and_then(|()| fs::create_dir(&database)).expect("a folder");
    assert!(five.pack().run().expect_code(4).err().contains("FK-6002"));
    assert!(!five.out().join("email").exists());
}

/// What a dead run left of a print file under its temporary name: the ledger says whether it is one.
#[test]
fn an_unnamed_print_file_gets_its_name_or_goes() {
    let five = Five::new();
    five.pack().run().expect_code(0);
    let (print, unnamed) = (five.out().join("print.docx"), five.out().join(".fukan-print.docx"));
    let bytes = fs::read(&print).expect("the print file");
    // Noted, not named.
    fs::rename(&print, &unnamed).expect("moved");
    let run = five.pack().run().expect_code(0);
    assert!(run.out().contains("print.docx"), "the clerk is told to print it: {}", run.out());
    assert!(fs::read(&print).expect("there") == bytes && !unnamed.exists());
    // Both names, where a rename is a link and a removal.
    fs::copy(&print, &unnamed).expect("copied");
    // Made, not noted.
    fs::copy(&print, five.out().join(".fukan-print-2.docx")).expect("copied");
    five.settled("", "unnamed print files");
    // Something else under the name: told, and neither is lost.
    fs::rename(&print, &unnamed).and_then(|()| fs::write(&print, "something else")).expect("changed");
    assert!(five.pack().run().expect_code(4).err().contains("FK-60"));
    assert!(unnamed.exists() && fs::read(&print).expect("there") == b"something else");
}

/// A link or a folder where a file of ours is to stand is told or passed by: never followed, never replaced, and nothing half-made is
/// left beside it.
#[test]
fn something_else_in_the_place_of_a_file() {
    use std::os::unix::fs::symlink;
    for name in ["report.xlsx", "report.jsonl", "print.docx", "labels.docx", "posting.xlsx"] {
        let is_report = name.starts_with("report");
        let whats = if is_report { &["a link", "a link to nothing", "a folder"][..] } else { &["a link to nothing"] };
        for what in whats.iter().copied() {
            let (five, told) = (Five::new(), format!("{what} as {name}"));
            let (place, elsewhere) = (five.out().join(name), five.root.join("elsewhere"));
            fs::create_dir(five.out()).expect("a folder");
            match what {
                "a folder" => fs::create_dir(&place).expect("a folder"),
                "a link" => fs::write(&elsewhere, "kept").and_then(|()| symlink(&elsewhere, &place)).expect("a link"),
                _ => symlink(&elsewhere, &place).expect("a link"),
            }
            let run = five.pack().run();
            assert_eq!(run.code, Some(if is_report { 4 } else { 0 }), "{told}: {}", run.err());
            assert!(!is_report || run.err().contains("FK-6120") && run.err().contains(name), "{told}: {}", run.err());
            let left: Vec<_> =
                fs::read_dir(five.out()).expect("there").map(|entry| entry.expect("an entry").file_name()).collect();
            assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".fukan-")), "{told}: {left:?}");
            let stands = fs::symlink_metadata(&place).expect("it stands").file_type();
            assert!(if what == "a folder" { stands.is_dir() } else { stands.is_symlink() }, "{told}: replaced");
            match what {
                "a folder" => fs::remove_dir(&place).expect("empty"),
                "a link" => assert_eq!(fs::read_to_string(&elsewhere).expect("there"), "kept", "{told}"),
                _ => assert!(!elsewhere.exists(), "{told}: followed"),
            }
            let _ = fs::remove_file(&place);
            five.settled("", &told);
        }
    }
}
