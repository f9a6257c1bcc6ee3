//! What the integration tests share. Each test file says `mod support;` and uses what it needs.
//!
//! - [`Fukan`] runs the binary in a clean environment; [`report`] reads its `report.jsonl`.
//! - [`witness`] asks the programs that others wrote (installed by `scripts/witnesses`).
//! - [`leak`] searches everything a run left behind for planted secrets.
#![allow(dead_code)] // a test file rarely uses all of it

pub mod batch;
#[cfg(target_os = "linux")]
pub mod broken;
#[cfg(target_os = "linux")]
pub mod crash;
pub mod database;
pub mod desk;
pub mod five;
pub mod form;
pub mod forms;
pub mod judging;
pub mod leak;
pub mod many;
pub mod office;
#[cfg(unix)]
pub mod postgres;
pub mod premises;
pub mod seams;
pub mod tables;
pub mod witness;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest as _, Sha256};

/// The root of the repository.
pub fn repo() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder that goes away with the value.
pub fn temp_dir() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("fukan-test-").tempdir().expect("a temporary folder")
}

/// A folder that somebody else takes away; short enough a path for a Unix socket.
pub fn support_dir(prefix: &str) -> PathBuf {
    tempfile::Builder::new().prefix(prefix).tempdir_in("/tmp").expect("a temporary folder").keep()
}

/// One run of the binary, to be described and then [`Fukan::run`].
pub struct Fukan {
    args: Vec<OsString>,
    envs: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
    folder: Option<PathBuf>,
    program: PathBuf,
}

impl Fukan {
    /// `fukan ARGS`, with an environment that holds only PATH and LANG, and an empty standard input.
    pub fn new<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Self {
        let args = args.into_iter().map(|a| a.as_ref().to_owned()).collect();
        Self { args, envs: Vec::new(), stdin: Vec::new(), folder: None, program: env!("CARGO_BIN_EXE_fukan").into() }
    }

    /// One argument more.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// One environment variable more.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.envs.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Another build of the program.
    pub fn program(mut self, program: &Path) -> Self {
        self.program = program.to_owned();
        self
    }

    /// What stands on standard input.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// The working folder (default: the repository).
    pub fn current_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The command, for a test that wants to start it in its own way (strace, limits).
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().env("LANG", "ja_JP.UTF-8");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(self.envs.iter().cloned());
        command.current_dir(self.folder.as_deref().unwrap_or(repo()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub fn run(&self) -> Run {
        let mut child = self.command().spawn().expect("the fukan binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let bytes = self.stdin.clone();
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&bytes))); // a program that does not read is no fault
        let output = child.wait_with_output().expect("the fukan binary ends");
        feeder.join().expect("the feeder ends");
        Run { args: self.args.clone(), code: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }
}

/// What a run of the binary left on its two streams.
pub struct Run {
    args: Vec<OsString>,
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Run {
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Fails, showing both streams, unless it ended with this code.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "fukan {:?}\n--- stdout\n{}\n--- stderr\n{}", self.args, self.out(), self.err());
        self
    }
}

/// One line of `report.jsonl`. Keys a test does not know are in `more`.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct ReportLine {
    pub case: String,
    pub number: Option<String>,
    pub outcome: String,
    pub channel: Option<String>,
    pub code: Option<String>,
    #[serde(default)]
    pub files: Vec<ReportFile>,
    #[serde(flatten)]
    pub more: serde_json::Map<String, serde_json::Value>,
}

/// One file of a report line; the path is relative to the output folder.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct ReportFile {
    pub path: String,
    /// Of sealed files alone: a paper file's hash would tell the answer to whoever tries all of them.
    pub sha256: Option<String>,
}

/// `report.jsonl` of an output folder, in its order.
#[track_caller]
pub fn report(out: &Path) -> Vec<ReportLine> {
    json_lines(&out.join("report.jsonl"))
}

/// A file of JSON lines.
#[track_caller]
pub fn json_lines<T: serde::de::DeserializeOwned>(path: &Path) -> Vec<T> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let lines = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
    lines.map(|(n, line)| serde_json::from_str(line).unwrap_or_else(|e| panic!("{}:{}: {e}", path.display(), n + 1))).collect()
}

/// Every regular file under a folder, sorted; symlinks are not followed.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let entry = entry.expect("a folder entry");
            match entry.file_type().expect("a file type") {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Relative path → SHA-256 of every file under a folder: two runs are alike when these are.
pub fn fingerprint(folder: &Path) -> BTreeMap<String, String> {
    let relative = |path: &Path| path.strip_prefix(folder).expect("under the folder").to_string_lossy().into_owned();
    files_under(folder).into_iter().map(|path| (relative(&path), sha256(&fs::read(&path).expect("a readable file")))).collect()
}

/// Lower-case hexadecimal SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Copies a folder with all its regular files, for a test that will spoil the copy.
pub fn copy_tree(from: &Path, to: &Path) {
    for path in files_under(from) {
        let target = to.join(path.strip_prefix(from).expect("under the folder"));
        fs::create_dir_all(target.parent().expect("a parent")).expect("a folder");
        fs::copy(&path, &target).expect("a copy");
    }
}
