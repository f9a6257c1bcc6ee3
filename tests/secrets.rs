//! 守り: what the running program does to files, links, its own memory and its standard input. (What it says and writes: `leak`.)
#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::five::{Five, PASSPHRASE, traced};
use support::{Fukan, files_under, repo};

/// Every command that leaves a file, with the files it leaves: {O}, {OUT} and {W} are office, output folder and a folder for the rest.
const MAKERS: [&str; 9] = [
    "init {W}/new --passphrase-file {O}/passphrase.txt",
    "ledger export --office {O} --out {W}/ledger.csv",
    "ledger export --office {O} --out {W}/ledger.xlsx",
    "schema --xlsx {W}/sheet.xlsx",
    "password R08-0002 --office {O} --out {W}/sheet.docx --with-password",
    "report --office {O} --out {W}/report.docx",
    "incident R08-0002 --office {O} --out {W}/incident.docx",
    "seal-record R08-0002 --office {O} --out {W}/seal.docx",
    "open {OUT}/email/R08-0002/R08-0002.zip --office {O} --out {W}/opened",
];

fn filled(five: &Five, words: &str) -> Vec<String> {
    let path = |path: PathBuf| path.to_str().expect("UTF-8").to_owned();
    let (office, out, work) = (path(five.office()), path(five.out()), path(five.root.join("work")));
    words.split(' ').map(|word| word.replace("{OUT}", &out).replace("{O}", &office).replace("{W}", &work)).collect()
}

fn under_umask(umask: &str, args: &[String]) {
    let done = Command::new("sh")
        .args(["-c", &format!("umask {umask}; exec \"$@\""), "sh", env!("CARGO_BIN_EXE_fukan")])
        .args(args)
        .output()
        .expect("a run");
    assert_eq!(done.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("there").permissions().mode() & 0o7777
}

/// Files 0600 and folders 0700, whatever the umask, whichever command made them.
#[test]
fn nobody_else_may_read_what_any_command_made() {
    for umask in ["000", "022", "777"] {
        let five = Five::without_database();
        let given: BTreeSet<PathBuf> = files_under(&five.root).into_iter().collect();
        fs::create_dir(five.root.join("work")).expect("a folder");
        let cases = five.root.join("cases.json").display().to_string();
        under_umask(umask, &filled(&five, &format!("pack {cases} --office {{O}} --out {{OUT}}")));
        for maker in MAKERS {
            under_umask(umask, &filled(&five, maker));
        }
        let made: Vec<PathBuf> = files_under(&five.root).into_iter().filter(|path| !given.contains(path)).collect();
        let mut folders = BTreeSet::new();
        for path in &made {
            assert_eq!(mode(path), 0o600, "umask {umask}: {}", path.display());
            folders.extend(path.ancestors().skip(1).take_while(|folder| **folder != *five.root).map(Path::to_owned));
        }
        for folder in folders.iter().filter(|folder| !folder.ends_with("office") && !folder.ends_with("work")) {
            assert_eq!(mode(folder), 0o700, "umask {umask}: {}", folder.display());
        }
        assert!(made.len() > 22 && folders.len() > 8, "umask {umask}: {} files, {} folders", made.len(), folders.len());
    }
}

/// The ledger's journal too: a run that dies in the middle of a transaction leaves one to be looked at.
#[test]
fn the_journal_is_private() {
    let five = Five::new();
    let words = ["-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", "inject=pwrite64:signal=KILL:when=12"];
    traced(&five.pack(), &words.map(str::to_owned));
    assert_eq!(mode(&five.office().join("office.db-journal")), 0o600);
}

/// A link where we write, or where we keep the ledger, leads nowhere.
#[test]
fn no_link_is_followed() {
    let places: [(&str, bool, i32, &str); 5] = [
        ("out", true, 4, "FK-60"),
        ("out/email/R08-0001", true, 4, "FK-6155"),
        ("office/office.db", false, 4, "FK-6002"),
        ("office/office.lock", false, 4, "FK-60"),
        ("office/office.db-journal", false, 4, "FK-60"),
    ];
    for (name, folder, code, told) in places {
        let five = Five::new();
        let (trap, link) = (five.root.join("trap"), five.root.join(name));
        if folder {
            fs::create_dir(&trap).expect("a folder");
        } else if name.ends_with(".db") {
            fs::rename(&link, &trap).expect("moved");
        } else {
            fs::write(&trap, "kept").expect("written");
        }
        let before = (!folder).then(|| fs::read(&trap).expect("read"));
        fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
        symlink(&trap, &link).expect("a link");
        let run = five.pack().run();
        assert_eq!(run.code, Some(code), "{name}: {}{}", run.out(), run.err());
        assert!(run.err().contains(told), "{name}: {}", run.err());
        match before {
            None => assert_eq!(fs::read_dir(&trap).expect("read").count(), 0, "{name}"),
            Some(before) => assert!(fs::read(&trap).expect("read") == before, "{name}"),
        }
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink(), "{name} is still the link");
    }
}

/// Nor one in place of a file that a command is told to make, whether it leads to something or to nothing.
#[test]
fn no_file_is_written_through_a_link() {
    let five = Five::new();
    let work = five.root.join("work");
    fs::create_dir(&work).expect("a folder");
    five.pack().run().expect_code(0);
    for maker in MAKERS {
        let args = filled(&five, maker);
        let target = args.iter().find(|arg| arg.starts_with(work.to_str().expect("UTF-8"))).expect("where to");
        for trap in [five.root.join("victim"), five.root.join("nowhere"), five.root.join("hollow")] {
            let _ = fs::create_dir(five.root.join("hollow"));
            fs::write(five.root.join("victim"), "kept").expect("written");
            symlink(&trap, target).expect("a link");
            let run = Fukan::new(&args).run();
            assert!(matches!(run.code, Some(2..=4)), "{maker}: {:?} {}", run.code, run.err());
            assert_eq!(fs::read_to_string(five.root.join("victim")).expect("there"), "kept", "{maker}");
            assert!(!five.root.join("nowhere").exists(), "{maker}");
            assert_eq!(fs::read_dir(five.root.join("hollow")).expect("there").count(), 0, "{maker}");
            fs::remove_file(target).expect("still the link");
        }
    }
}

/// Types a passphrase at the prompt of a terminal: what was seen there, whether its echo is on again, the exit code.
const TYPIST: &str = "import os, pty, sys, termios, time
child, terminal = pty.fork()
if child == 0: os.execv(sys.argv[2], sys.argv[2:])
seen, typed = b'', False
echo = lambda: bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
while True:
    try: told = os.read(terminal, 65536)
    except OSError: break
    seen += told
    if not typed and 'パスフレーズ'.encode() in seen:
        while echo(): time.sleep(0.01)
        os.write(terminal, sys.argv[1].encode() + b'\\n')
        typed = True
os.write(1, seen + (b' ECHO' if echo() else b' SILENT'))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))";

/// A passphrase is typed unseen, and the terminal shows again what is typed afterwards, right or wrong.
#[test]
fn a_typed_passphrase_is_not_seen() {
    let five = Five::new();
    let settings = five.office().join("office.toml");
    let text = fs::read_to_string(&settings).expect("read").replace("passphrase_file", "# passphrase_file");
    fs::write(&settings, text).expect("written");
    let office = five.office().display().to_string();
    let right = str::from_utf8(PASSPHRASE).expect("UTF-8");
    for (typed, code) in [(right, 0), ("correct horse battery", 4)] {
        let words = ["-c", TYPIST, typed, env!("CARGO_BIN_EXE_fukan"), "vault", "check", "--office", &office];
        let done = Command::new("/usr/bin/python3").args(words).env("LC_ALL", "ja_JP.UTF-8").output().expect("python3");
        let seen = String::from_utf8_lossy(&done.stdout);
        assert_eq!(done.status.code(), Some(code), "{seen}{}", String::from_utf8_lossy(&done.stderr));
        assert!(!seen.contains(typed) && seen.ends_with(" ECHO"), "{seen}");
    }
}

/// `fukan ledger list` of an office whose passphrase it reads from standard input, standing still for a while before one call.
struct Standing {
    strace: Child,
    log: PathBuf,
}

impl Standing {
    fn before(five: &Five, call: &str) -> Self {
        let settings = five.office().join("office.toml");
        let text = fs::read_to_string(&settings).expect("settings").replace("passphrase_file =", "# passphrase_file =");
        fs::write(&settings, text).expect("written");
        let log = five.root.join("trace");
        let fukan = Fukan::new(["ledger", "list", "--office"]).arg(five.office()).command();
        let mut strace = Command::new("strace");
        strace.args(["-qq", "-o"]).arg(&log).arg("-e").arg(format!("inject={call}:delay_enter=8000000"));
        strace.arg(fukan.get_program()).args(fukan.get_args()).current_dir(repo());
        strace.env_clear().envs(fukan.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
        let mut strace = strace.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("strace");
        let mut stdin = strace.stdin.take().expect("a pipe");
        stdin.write_all(PASSPHRASE).and_then(|()| stdin.write_all(b"\n")).expect("written");
        let until = Instant::now() + Duration::from_secs(60);
        // strace writes the call down when it is entered.
        while !fs::read_to_string(&log).unwrap_or_default().contains(&format!("{call}(")) {
            assert!(Instant::now() < until, "it comes to {call}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { strace, log }
    }

    fn process(&self) -> String {
        let id = self.strace.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).expect("its children");
        children.split_whitespace().next().expect("a child").to_owned()
    }

    /// How often the passphrase stands in its memory.
    fn copies(&self) -> usize {
        use std::io::{Read as _, Seek as _, SeekFrom};
        let process = self.process();
        let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("its memory");
        let mut memory = fs::File::open(format!("/proc/{process}/mem")).expect("its memory, as root");
        let (mut copies, mut read) = (0, 0);
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (from, to) = line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
            let at = |text: &str| u64::from_str_radix(text, 16).expect("an address");
            let mut bytes = vec![0; usize::try_from(at(to) - at(from)).expect("a length")];
            if memory.seek(SeekFrom::Start(at(from))).and_then(|_| memory.read_exact(&mut bytes)).is_ok() {
                read += bytes.len();
                copies += bytes.windows(PASSPHRASE.len()).filter(|window| *window == PASSPHRASE).count();
            }
        }
        assert!(read > 1 << 20, "only {read} bytes could be looked at");
        copies
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        let process = self.process().parse().ok().and_then(rustix::process::Pid::from_raw);
        let _ = process.map(|process| rustix::process::kill_process(process, rustix::process::Signal::KILL));
        let _ = self.strace.wait();
    }
}

/// The passphrase comes through file descriptor 0 byte by byte into one buffer that is wiped: while it is needed it stands there once,
/// at the end nowhere. A core file holds nothing, for there is none.
#[test]
fn the_passphrase_stands_in_memory_once_and_then_not_at_all() {
    let five = Five::new();
    let while_needed = Standing::before(&five, "statfs");
    assert_eq!(while_needed.copies(), 1, "it was read and not used yet: the test can find it");
    let limits = fs::read_to_string(format!("/proc/{}/limits", while_needed.process())).expect("its limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    let trace = fs::read_to_string(&while_needed.log).expect("a trace");
    let place = |words: &str| trace.find(words).unwrap_or_else(|| panic!("«{words}» is not called"));
    assert!(
        place("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0") < place("office.toml"),
        "before anything of the office is read"
    );
    let reads: Vec<&str> = trace.lines().filter(|line| line.starts_with("read(0,")).collect();
    assert_eq!(reads.len(), PASSPHRASE.len() + 1, "byte by byte, and no further than its line");
    assert!(reads.iter().all(|line| line.contains(", 1) ") && line.ends_with("= 1")), "{reads:?}");
    drop(while_needed);
    let five = Five::new();
    assert_eq!(Standing::before(&five, "exit_group").copies(), 0, "at the end");
}

/// A file as Notepad saves it opens what was typed; what can't be a passphrase's file is told as what it is.
#[test]
fn a_passphrase_file_is_read_as_people_make_it() {
    let five = Five::new();
    let list = |file: &Path, code: i32| {
        let run = Fukan::new(["ledger", "list", "--office"]).arg(five.office()).arg("--passphrase-file").arg(file).run();
        run.expect_code(code).err()
    };
    let file = five.root.join("p");
    let text = String::from_utf8(PASSPHRASE.to_vec()).expect("UTF-8");
    fs::write(&file, format!("\u{FEFF}{text}\r\n")).expect("written");
    list(&file, 0);
    let wide: Vec<u8> = format!("\u{FEFF}{text}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(&file, wide).expect("written");
    let told = list(&file, 4);
    assert!(told.contains("FK-6141") && told.contains("UTF-16"), "{told}");
    let (link, pipe) = (five.root.join("link"), five.root.join("pipe"));
    symlink(&file, &link).expect("a link");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    for odd in [link.as_path(), &pipe, Path::new("/dev/fd/0")] {
        let told = list(odd, 4);
        assert!(told.contains("普通のファイルではありません（"), "{odd:?}: {told}");
    }
}
