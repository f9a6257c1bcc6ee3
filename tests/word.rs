//! Word 文書の封緘: packages for partners without a zip program. One document, or several merged behind their 目録.

mod support;

use fukan::desk::{Bureau, Options};
use fukan::press::text;
use fukan::seal::archive::{self, Limits};
use fukan::seal::{PackageKind, Password, word};
use fukan::world::Disk;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::batch::{fixed_seams, pack_with};
use support::{Fukan, ReportLine, Run, copy_tree, repo, report, temp_dir, witness};

/// A practice office and a place to write.
struct Place {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = temp_dir();
        let root = fs::canonicalize(folder.path()).expect("real");
        copy_tree(&repo().join("examples/office"), &root.join("office"));
        let _ = fs::remove_file(root.join("office/office.db"));
        Self { _folder: folder, root }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Cases of the examples.
    fn cases(&self, ids: &[&str]) -> PathBuf {
        let text = fs::read_to_string(repo().join("examples/cases.json")).expect("the examples");
        let all: Value = serde_json::from_str(&text).expect("JSON");
        let wanted = |case: &&Value| ids.contains(&case["id"].as_str().expect("an id"));
        let cases: Vec<&Value> = all["cases"].as_array().expect("cases").iter().filter(wanted).collect();
        let path = self.at("cases.json");
        fs::write(&path, json!({ "cases": cases }).to_string()).expect("written");
        path
    }

    fn fukan(&self, words: &[&str]) -> Run {
        Fukan::new(words).arg("--office").arg(self.at("office")).run()
    }

    fn pack(&self, ids: &[&str], more: &[&str]) -> Run {
        let run = Fukan::new(["pack", "--json", "--quiet"]).arg(self.cases(ids)).arg("--office").arg(self.at("office"));
        more.iter().fold(run.arg("--out").arg(self.at("out")), |run, arg| run.arg(arg)).run()
    }

    fn verify(&self, more: &[&str]) -> Run {
        let out = self.at("out");
        self.fukan(&[&["verify", out.to_str().expect("UTF-8")], more].concat())
    }

    fn line(&self, case: &str) -> ReportLine {
        report(&self.at("out")).into_iter().find(|line| line.case == case).expect("a line")
    }

    /// The package of a case.
    fn package(&self, case: &str) -> PathBuf {
        let line = self.line(case);
        let sealed = line.files.iter().find(|f| f.path.ends_with(".zip") || f.path.ends_with(".docx"));
        self.at("out").join(&sealed.expect("a package").path)
    }

    fn password(&self, number: &str) -> String {
        let told: Value =
            serde_json::from_slice(&self.fukan(&["password", number, "--json"]).expect_code(0).stdout).expect("JSON");
        told["password"].as_str().expect("a password").to_owned()
    }

    /// Changes a file of the office.
    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.at("office").join(file);
        let text = fs::read_to_string(&path).expect(file);
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replacen(from, to, 1)).expect("written");
    }
}

/// The codes of the warnings of each case.
fn warnings(run: &Run) -> BTreeMap<String, Vec<String>> {
    let lines = run.out();
    let cases = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter(|line| line["case"].is_string());
    let codes = |line: &Value| {
        line["warnings"].as_array().expect("a list").iter().map(|w| w["code"].as_str().expect("a code").to_owned()).collect()
    };
    cases.map(|line| (line["case"].as_str().expect("an id").to_owned(), codes(&line))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn the_partner_decides_and_format_overrides_it_with_a_warning() {
    for (format, kinds, warned) in [
        (None, ["R08-0001.docx", "R08-0002.zip", "R08-0003.docx"], [None, None, None]),
        (Some("zip"), ["R08-0001.zip", "R08-0002.zip", "R08-0003.zip"], [Some("FK-2018"), None, Some("FK-2018")]),
        (Some("word"), ["R08-0001.docx", "R08-0002.docx", "R08-0003.docx"], [None, Some("FK-2019"), None]),
    ] {
        let place = Place::new();
        let more: Vec<&str> = format.into_iter().flat_map(|kind| ["--format", kind]).collect();
        // 札幌市保健所 (two people, word), 横須賀市 (zip), 新宿区 (word), 置戸町 (no mail).
        let ids = ["E-01", "E-02", "E-03", "E-16", "E-24"];
        let packed = place.pack(&ids, &more).expect_code(1);
        assert_eq!(["E-01", "E-03", "E-16"].map(|case| name(&place.package(case))), kinds, "{format:?}");
        assert_eq!(place.line("E-24").code.as_deref(), Some("FK-2012"), "no mail is no mail, {format:?}");
        let told = warnings(&packed);
        for (case, code) in ["E-01", "E-03", "E-16"].into_iter().zip(warned) {
            assert_eq!(told[case], code.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{case} {format:?}");
        }
        place.verify(&[]).expect_code(0);
        // What is done already is not warned about again.
        let again = warnings(&place.pack(&ids, &more).expect_code(1));
        assert!(again.values().all(Vec::is_empty), "{again:?}");
    }
    let refused = Place::new();
    refused.pack(&["E-01"], &["--format", "pdf"]).expect_code(2);
}

/// T of every document of every package, by the number of its mail parcel; 目録 left out.
fn texts(place: &Place, kind: PackageKind) -> BTreeMap<String, Vec<String>> {
    let options = Options { jobs: 2, package: Some(kind), ..Options::default() };
    pack_with(&[repo().join("examples/cases.json")], &place.at("office"), &place.at("out"), &fixed_seams("word"), &options);
    let mut all = BTreeMap::new();
    for line in report(&place.at("out")).iter().filter(|line| line.channel.as_deref() == Some("email")) {
        let Some(number) = line.number.clone() else { continue };
        let (bytes, password) = (fs::read(place.package(&line.case)).expect("a package"), place.password(&number));
        let read = match kind {
            PackageKind::Zip => {
                let entries = archive::open(&bytes, password.as_bytes(), Limits::default()).expect("opens");
                entries.iter().map(|entry| text::read(&entry.bytes).expect("readable")).collect()
            }
            PackageKind::Word => text::sections(&word::open(&bytes, &password, 64 << 20).expect("opens")).expect("readable"),
        };
        all.insert(number, if read.len() == 1 { read } else { read[1..].to_vec() });
    }
    all
}

/// The same office, clock and randomness: each letter says the same, its 照合番号 too, whichever way it is sealed.
#[test]
fn every_letter_says_what_its_zip_variant_says() {
    let (zipped, worded) = (Place::new(), Place::new());
    let (zip, word) = (texts(&zipped, PackageKind::Zip), texts(&worded, PackageKind::Word));
    assert!(zip.len() >= 10 && zip.values().any(|letters| letters.len() == 2), "{}", zip.len());
    assert!(zip == word, "the letters differ");

    // As the city sees it: the two letters of E-01 and E-02 in one document, and E-03 alone.
    let clear = |place: &Place, case: &str| {
        let number = place.line(case).number.expect("sent");
        let out = place.at("opened");
        let package = place.package(case);
        let words = ["open", package.to_str().expect("UTF-8"), "--out", out.to_str().expect("UTF-8")];
        place.fukan(&words).expect_code(0);
        (out, number)
    };
    let (folder, set) = clear(&zipped, "E-01");
    let (_, alone) = clear(&zipped, "E-03");
    let letters = [format!("{set}-1"), format!("{set}-2"), alone.clone()].map(|n| folder.join(format!("{n}.docx")));
    let mut jobs: Vec<(PathBuf, Option<String>)> = letters.into_iter().map(|path| (path, None)).collect();
    for (case, number) in [("E-01", &set), ("E-03", &alone)] {
        jobs.push((worded.package(case), Some(worded.password(number))));
    }
    let opened = witness::office_open(&jobs);
    assert!(opened.iter().all(|one| one.opened), "{opened:#?}");
    let text = |n: usize| opened[n].text.clone().expect("a text");
    assert_eq!(text(2), text(4));
    assert!(text(3).contains(&text(0)) && text(3).contains(&text(1)), "{}", text(3));
}

#[test]
fn a_set_is_one_document_with_its_list_first() {
    let place = Place::new();
    place.pack(&["E-01", "E-02"], &[]).expect_code(0);
    let (package, out) = (place.package("E-01"), place.at("opened"));
    assert_eq!(package, place.package("E-02"));
    let words = ["open", package.to_str().expect("UTF-8"), "--out", out.to_str().expect("UTF-8")];
    place.fukan(&words).expect_code(0);
    assert!(place.fukan(&words).expect_code(4).err().contains("FK-6069"), "never over what is there");
    let opened = out.join("R08-0001.docx");
    let sections = text::sections(&fs::read(&opened).expect("opened")).expect("readable");
    let codes: Vec<&str> =
        sections.iter().map(|s| s.rsplit("照合番号　").next().expect("a foot").get(..9).expect("a code")).collect();
    assert!(sections[0].contains("回答文書の目録") && sections[0].contains("照会2件のうち、回答2件（該当なしを含む）"));
    assert!(codes[1..].iter().all(|code| sections[0].contains(code)), "{codes:?}");
    assert!(!sections[0].contains("docx") && !sections[0].contains("SHA-256"), "there are no such files");

    witness::assert_valid(std::slice::from_ref(&opened));
    let laid = witness::layout(&[opened], &place.at("pdf"), false).remove(0);
    assert_eq!(laid.pages, 3);
    for (page, code) in laid.text.iter().zip(&codes) {
        let squeezed: String = page.split_whitespace().collect();
        assert!(squeezed.ends_with(&format!("照合番号{code}1／1")), "{squeezed}");
    }
}

/// What the ledger recorded counts, not what partners.csv says today.
#[test]
fn a_partner_that_changes_its_mind_changes_nothing_made_before() {
    let place = Place::new();
    place.pack(&["E-01", "E-02", "E-16"], &[]).expect_code(0);
    for partner in ["hokenjo.example.lg.jp;example.lg.jp", "example.lg.jp"] {
        place.change("partners.csv", &format!("{partner},word,"), &format!("{partner},zip,"));
    }
    let cases = place.at("cases.json");
    place.verify(&["--cases", cases.to_str().expect("UTF-8")]).expect_code(0);
}

/// What else goes by mail goes in the same form: a notice of delay, and a set issued again.
#[test]
fn notices_and_reissues_take_the_partners_form_too() {
    let place = Place::new();
    let cases = place.cases(&["E-01", "E-02"]);
    let (cases, out) = (cases.to_str().expect("UTF-8"), place.at("out"));
    let out = out.to_str().expect("UTF-8");
    let until = format!("{}-11-30T15:00", support::desk::next_year());
    let delay = ["delay", "E-01", "--cases", cases, "--out", out, "--until", &until, "--reason", "records"];
    place.fukan(&delay).expect_code(0);
    place.pack(&["E-01", "E-02"], &[]).expect_code(0);
    place.pack(&["E-01", "E-02"], &["--again", "--case", "E-01", "--case", "E-02"]).expect_code(0);
    let made = ["R08-0001", "R08-0002", "R08-0003"].map(|number| PackageKind::Word.file(number));
    for name in &made {
        let folder = place.at("out/email").join(name.trim_end_matches(".docx"));
        assert!(folder.join(name).exists(), "{name}");
    }
    assert_eq!(name(&place.package("E-01")), made[2]);
    place.verify(&["--cases", cases]).expect_code(0);
}

#[test]
fn another_package_under_this_name_is_not_opened() {
    let place = Place::new();
    place.pack(&["E-01", "E-02", "E-16"], &[]).expect_code(0);
    let (one, other) = (place.package("E-01"), place.package("E-16"));
    fs::copy(&other, &one).expect("copied");
    let words = ["open", one.to_str().expect("UTF-8"), "--out", "nowhere"];
    assert!(place.fukan(&words).expect_code(4).err().contains("FK-5001"));
    let found = place.verify(&["--json"]).expect_code(3);
    let wrong: Vec<String> = found.out().lines().filter(|line| line.contains("\"wrong\"")).map(str::to_owned).collect();
    assert!(wrong.len() == 1 && wrong[0].contains("R08-0001"), "{wrong:?}");
}

/// 反復回数: the office's, in the package, in its record, and for others' programs.
#[test]
fn the_office_sets_the_price_of_a_guess() {
    let place = Place::new();
    place.change("office.toml", "spin_count = 100000", "spin_count = 250000");
    place.pack(&["E-16"], &[]).expect_code(0);
    let package = place.package("E-16");
    let record: Value = serde_json::from_slice(&fs::read(package.with_extension("seal.json")).expect("a record")).expect("JSON");
    let told =
        ["kind", "format", "encryption", "authentication", "file"].map(|key| record[key].as_str().expect("text").to_owned());
    assert_eq!(told, ["word", "ECMA-376 agile (Word)", "AES-256-CBC", "HMAC-SHA-512", "R08-0001.docx"]);
    assert_eq!(record["iterations"], 250_000);
    assert!(String::from_utf8_lossy(&fs::read(&package).expect("a package")).contains("spinCount=\"250000\""));
    let wrong = Password::random(&support::seams::SeededEntropy::new("wrong")).expose().to_owned();
    let judged = witness::office_crypto(&[(package, place.password("R08-0001"), vec![wrong])]).remove(0);
    assert!(judged.password_ok && judged.integrity_ok && judged.wrong_accepted.is_empty(), "{judged:#?}");
    place.verify(&[]).expect_code(0);
    for (setting, count) in [("", 100_000), ("spin_count = 100000", 100_000), ("spin_count = 1000000", 1_000_000)] {
        let place = Place::new();
        place.change("office.toml", "spin_count = 100000", setting);
        let bureau = Bureau::read(&place.at("office"), &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(bureau.spin.count(), count);
    }
    for count in ["99999", "1000001", "\"多め\"", "-1"] {
        let place = Place::new();
        place.change("office.toml", "spin_count = 100000", &format!("spin_count = {count}"));
        let refused = place.pack(&["E-16"], &[]).expect_code(2);
        let told = refused.out() + &refused.err();
        assert!(told.contains("FK-1205") && told.contains("spin_count"), "{told}");
    }
}
