//! 完成品: an output folder of the example cases, as `fukan pack` left it, to be damaged and restored.

use crate::support::{Fukan, Run, copy_tree, files_under, json_lines, repo, report, temp_dir};
use fukan::books::{Books, Number};
use fukan::desk::recorded::{files, live_password, record};
use fukan::desk::{Bureau, Seams};
use fukan::proof::verify::verify;
use fukan::seal::PackageKind;
use fukan::world::{Disk, SystemClock, SystemEntropy, passphrase_file};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The day of every letter here.
pub const DATE: &str = "2026-11-22";

/// The example cases and a second set for the same requester as E-01 and E-02, E-31 and E-32, of another written inquiry.
pub fn cases() -> Value {
    let text = fs::read_to_string(repo().join("examples/cases.json")).expect("the examples");
    let mut file: Value = serde_json::from_str(&text).expect("JSON");
    let all = file["cases"].as_array_mut().expect("cases");
    for (from, id, kana, reference) in [(0, "E-31", "ミナガワ サトル", "感-131"), (1, "E-32", "ノガミ チヅル", "感-132")]
    {
        let mut case = all[from].clone();
        case["id"] = id.into();
        case["received"]["document_no"] = "札保感第1300号".into();
        case["requester"]["reference"] = reference.into();
        case["subject"]["kana"] = kana.into();
        case["subject"]["name"] = Value::Null;
        case["candidates"][0]["kana"] = kana.into();
        case["candidates"][0]["name"] = Value::Null;
        all.push(case);
    }
    file
}

/// The world as it is.
pub fn seams() -> Seams {
    Seams {
        store: Arc::new(Disk),
        inputs: Arc::new(Disk),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        who: "tester".into(),
    }
}

/// An office, an output folder, and how both looked before anybody touched them.
pub struct Finished {
    _folder: tempfile::TempDir,
    pub office: PathBuf,
    pub out: PathBuf,
    kept: PathBuf,
    numbers: BTreeMap<String, String>,
    pub package: PackageKind,
}

impl Finished {
    pub fn new(package: PackageKind) -> Self {
        let folder = temp_dir();
        let real = fs::canonicalize(folder.path()).expect("real");
        let [office, out, kept] = ["office", "out", "kept"].map(|name| real.join(name));
        copy_tree(&repo().join("examples/office"), &office);
        fs::write(real.join("cases.json"), cases().to_string()).expect("written");
        Fukan::new(["pack", "--json", "--date", DATE, "--format", package.id(), "--office"])
            .arg(&office)
            .arg("--out")
            .arg(&out)
            .arg(real.join("cases.json"))
            .run()
            .expect_code(1);
        let numbers = report(&out).into_iter().filter_map(|line| Some((line.case, line.number?))).collect();
        copy_tree(&out, &kept.join("out"));
        copy_tree(&office, &kept.join("office"));
        Self { _folder: folder, office, out, kept, numbers, package }
    }

    /// Everything as it was.
    pub fn restore(&self) {
        for (kept, here) in [("out", &self.out), ("office", &self.office)] {
            fs::remove_dir_all(here).expect("removed");
            copy_tree(&self.kept.join(kept), here);
        }
    }

    /// The number under which a case was answered.
    pub fn number(&self, case: &str) -> String {
        self.numbers[case].clone()
    }

    /// A file of the parcel of a case; `{n}` stands for its number.
    pub fn file(&self, channel: &str, case: &str, name: &str) -> PathBuf {
        let number = self.number(case);
        self.out.join(channel).join(&number).join(name.replace("{n}", &number))
    }

    /// The sealed package of a case.
    pub fn package(&self, case: &str) -> PathBuf {
        self.file("email", case, &self.package.file("{n}"))
    }

    pub fn run_verify<S: AsRef<OsStr>>(&self, more: impl IntoIterator<Item = S>) -> Run {
        let mut run = Fukan::new(["verify", "--office"]).arg(&self.office).arg(&self.out);
        for arg in more {
            run = run.arg(arg);
        }
        run.run()
    }

    /// `fukan verify`: its exit code, and what it calls wrong.
    pub fn verify(&self) -> (i32, BTreeSet<String>) {
        let run = self.run_verify(["--json"]);
        let told = self.kept.join("told");
        fs::write(&told, &run.stdout).expect("written");
        let lines: Vec<Value> = json_lines(&told);
        let wrong = lines.iter().filter(|line| line["result"] == "wrong");
        let named = wrong.map(|line| line["name"].as_str().expect("a name").to_owned());
        (run.code.expect("an exit code"), named.collect())
    }

    fn books(&self) -> Books {
        let bureau = Bureau::read(&self.office, &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
        let passphrase = passphrase_file(&self.office.join("passphrase.txt")).expect("a passphrase");
        bureau.books(&seams(), &passphrase).expect("unlocked")
    }

    /// The same question put to the contents alone, as if the files' hashes in the ledger had been changed along.
    pub fn wrong_by_contents(&self, numbers: &BTreeSet<String>) -> BTreeSet<String> {
        let mut books = self.books();
        let mut wrong = BTreeSet::new();
        for name in numbers {
            let number: Number = name.parse().expect("a number");
            let row = books.expect_parcel(&number).expect("a row");
            let record = record(&row).expect("a record");
            let files = files(&self.out.join(record.channel.word()).join(name), &Disk).expect("files");
            let password = live_password(&mut books, &row).expect("the vault");
            if verify(&record, &files, password.as_ref(), books.keys().office()).is_err() {
                wrong.insert(name.clone());
            }
        }
        wrong
    }
}

/// Exchanges the bytes of two files.
pub fn exchange(one: &Path, other: &Path) {
    let (a, b) = (fs::read(one).expect("read"), fs::read(other).expect("read"));
    assert_ne!(a, b, "{} and {} are the same", one.display(), other.display());
    fs::write(one, b).expect("written");
    fs::write(other, a).expect("written");
}

/// Renames every file of a folder whose name holds `from`.
pub fn rename_files(folder: &Path, from: &str, to: &str) {
    for path in files_under(folder) {
        let name = path.file_name().expect("a name").to_string_lossy().replace(from, to);
        fs::rename(&path, folder.join(name)).expect("renamed");
    }
}
