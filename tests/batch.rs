//! 200件の一括、端から端まで: the shared batch through the binary, and what others' programs say of everything it left.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fukan::base::Entropy;
use fukan::press;
use fukan::seal::{PackageKind, Password, word};
use serde_json::Value;
use support::batch::{SETTINGS, data, office, pack_by_binary, passphrase, workshop};
use support::seams::SeededEntropy;
use support::witness::{self, Aes};
use support::{Fukan, ReportLine, copy_tree, files_under, json_lines, repo, report, sha256};

/// One case of `expected.jsonl`.
#[derive(serde::Deserialize)]
struct Expected {
    case: String,
    kind: String,
    outcome: String,
    code: Option<String>,
}

/// A sealed package, with what `fukan password --json` tells of it, and what 7-Zip takes out of an archive, our own reader out of a
/// Word document (of which msoffcrypto-tool then tells the hash).
struct Package {
    number: String,
    kind: PackageKind,
    path: PathBuf,
    password: String,
    told: Value,
    /// Name and bytes of each document.
    documents: Vec<(String, Vec<u8>)>,
}

struct Batch {
    work: PathBuf,
    office: PathBuf,
    out: PathBuf,
    code: Option<i32>,
    lines: Vec<ReportLine>,
    expected: Vec<Expected>,
    packages: Vec<Package>,
}

/// Packed once for all tests of this file.
static BATCH: LazyLock<Batch> = LazyLock::new(|| {
    let work = workshop("batch");
    let office = office(&work.join("office"), SETTINGS);
    let out = work.join("out");
    let run = pack_by_binary(&data("cases.json"), &office, &out);
    assert!(out.join("report.jsonl").exists(), "{}", run.err());
    let lines = report(&out);
    let emails: BTreeSet<String> = lines.iter().filter(|l| sent_by(l, "email")).filter_map(|l| l.number.clone()).collect();
    let packages = two_at_a_time(&emails.into_iter().collect::<Vec<_>>(), |number| package(number, &office, &out));
    Batch { office, code: run.code, lines, expected: json_lines(&data("expected.jsonl")), packages, out, work }
});

fn sent_by(line: &ReportLine, channel: &str) -> bool {
    line.number.is_some() && line.channel.as_deref() == Some(channel)
}

fn two_at_a_time<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    fukan::desk::make::run(jobs, 2, work)
}

fn package(number: &str, office: &Path, out: &Path) -> Package {
    let [zip, word] = PackageKind::ALL.map(|kind| out.join("email").join(number).join(kind.file(number)));
    assert_ne!(zip.exists(), word.exists(), "{number}: one package");
    let (kind, path) = if zip.exists() { (PackageKind::Zip, zip) } else { (PackageKind::Word, word) };
    let run = Fukan::new(["password", number, "--json", "--office"]).arg(office).run().expect_code(0);
    let told: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let password = told["groups"].as_array().expect("groups").iter().map(|g| g.as_str().expect("text")).collect::<String>();
    let documents = match kind {
        PackageKind::Zip => entries(&path, &password),
        PackageKind::Word => {
            let bytes = fs::read(&path).expect("a package");
            let opened = word::open(&bytes, &password, 64 << 20).unwrap_or_else(|e| panic!("{number}: {e}"));
            vec![(kind.file(number), opened.to_vec())]
        }
    };
    Package { number: number.to_owned(), kind, path, password, told, documents }
}

fn entries(path: &Path, password: &str) -> Vec<(String, Vec<u8>)> {
    let names = witness::seven_zip_list(path).into_iter().map(|entry| entry["Path"].clone());
    let take = |name: String| {
        let bytes = witness::seven_zip(path, password, &name);
        (name, bytes.unwrap_or_else(|| panic!("7z does not open {}", path.display())))
    };
    names.map(take).collect()
}

impl Batch {
    fn of_kind(&self, kind: PackageKind) -> Vec<&Package> {
        self.packages.iter().filter(|package| package.kind == kind).collect()
    }
}

/// 受取形式 of partners.csv, by code.
fn accepted() -> BTreeMap<String, String> {
    let table = fs::read_to_string(data("partners.csv")).expect("partners.csv");
    let mut lines = table.trim_start_matches('\u{FEFF}').lines().map(|line| line.split(',').collect::<Vec<_>>());
    let headings = lines.next().expect("headings");
    let [code, accepts] = ["自治体コード", "受取形式"].map(|h| headings.iter().position(|c| *c == h).expect(h));
    lines.map(|cells| (cells[code].to_owned(), cells[accepts].to_owned())).collect()
}

#[test]
fn every_partner_gets_the_form_it_accepts() {
    let batch = &*BATCH;
    let accepted = accepted();
    let cases: Value = serde_json::from_slice(&fs::read(data("cases.json")).expect("cases")).expect("JSON");
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for package in &batch.packages {
        let line = batch.lines.iter().find(|l| l.number.as_ref() == Some(&package.number)).expect("its line");
        let case = cases["cases"].as_array().expect("cases").iter().find(|c| c["id"] == line.case.as_str()).expect("its case");
        let code = case["requester"]["code"].as_str().expect("a code");
        assert_eq!(accepted[code], package.kind.id(), "{}", package.number);
        let record: Value =
            serde_json::from_slice(&fs::read(package.path.with_extension("seal.json")).expect("a record")).expect("JSON");
        assert_eq!(record["kind"], package.kind.id());
        assert_eq!(record["sha256"], sha256(&fs::read(&package.path).expect("a package")));
        *made.entry(package.kind.id()).or_default() += 1;
    }
    println!("{made:?}");
    assert!(made["zip"] > 20 && made["word"] > 20, "{made:?}");
}

#[test]
fn every_outcome_is_as_expected() {
    let batch = &*BATCH;
    assert_eq!(batch.code, Some(1), "some held or refused, the others done");
    assert_eq!(batch.lines.len(), batch.expected.len());
    for (line, want) in batch.lines.iter().zip(&batch.expected) {
        assert_eq!((&line.case, &line.outcome), (&want.case, &want.outcome), "{}", want.kind);
        assert!(want.code.is_none() || line.code == want.code, "{} {:?}", line.case, line.code);
        let sent = matches!(line.outcome.as_str(), "answered" | "not_found" | "ask_more");
        assert_eq!((line.number.is_some(), !line.files.is_empty()), (sent, sent), "{}", line.case);
    }
    for file in batch.lines.iter().flat_map(|line| &line.files) {
        let bytes = fs::read(batch.out.join(&file.path)).unwrap_or_else(|e| panic!("{}: {e}", file.path));
        assert_eq!(file.sha256.is_some(), file.path.starts_with("email/"), "{}", file.path);
        assert!(file.sha256.as_ref().is_none_or(|hash| *hash == sha256(&bytes)), "{}", file.path);
    }
    // Nothing lies there that no line names, but the print files with their labels and posting list, and the report.
    let named: BTreeSet<&str> = batch.lines.iter().flat_map(|line| &line.files).map(|file| file.path.as_str()).collect();
    let relative = |path: &PathBuf| path.strip_prefix(&batch.out).expect("under out").to_string_lossy().into_owned();
    let unnamed: Vec<String> =
        files_under(&batch.out).iter().map(relative).filter(|path| !named.contains(path.as_str())).collect();
    let beside = ["report.jsonl", "report.xlsx", "labels.docx", "posting.xlsx"];
    assert!(unnamed.iter().all(|path| beside.contains(&path.as_str()) || path.starts_with("print")), "{unnamed:?}");
}

#[test]
fn archives_open_with_their_own_password_alone() {
    let packages = &BATCH.of_kind(PackageKind::Zip);
    let jobs: Vec<_> = packages.iter().map(|p| (p.path.clone(), p.password.clone(), Vec::new())).collect();
    for (package, judged) in packages.iter().zip(witness::open_zip(&jobs, 0)) {
        assert!(judged.opened && judged.comment.is_empty(), "pyzipper and {}: {:?}", package.number, judged.error);
        for (entry, (name, bytes)) in judged.entries.iter().zip(&package.documents) {
            assert_eq!((&entry.name, entry.sha256.as_ref()), (name, Some(&sha256(bytes))));
            assert_eq!((entry.flags, entry.version, entry.crc, entry.local.crc), (1, 51, 0, 0));
            assert_eq!((entry.local.method, entry.local.flags, &entry.local.name), (99, 1, name));
            assert_eq!(entry.aes, Some(Aes { version: 2, strength: 3, method: 0 }));
            assert_eq!(entry.aes, entry.local.aes);
            assert_eq!((entry.date_time, entry.local.date, entry.local.time), (packages_date(), 33, 0));
        }
    }
    two_at_a_time(packages, |package| {
        for (name, bytes) in &package.documents {
            let opened = witness::bsdtar(&package.path, &package.password, name);
            assert!(opened.as_ref() == Some(bytes), "bsdtar and {}", package.number);
        }
        let other = packages.iter().find(|p| p.password != package.password).expect("another");
        assert_eq!(witness::bsdtar(&package.path, &other.password, &package.documents[0].0), None);
    });

    let passwords: BTreeSet<&str> = BATCH.packages.iter().map(|p| p.password.as_str()).collect();
    assert!(passwords.len() > 50 && passwords.len() == BATCH.packages.len(), "no two packages share a password");
    let others = passwords.len() - 1;
    let entropy = SeededEntropy::new("wrong passwords");
    let random: Vec<String> = (0..1000).map(|_| Password::random(&entropy).expose().to_owned()).collect();
    let wrong: Vec<&str> = passwords.into_iter().chain(random.iter().map(String::as_str)).collect();
    let tried: usize =
        two_at_a_time(packages, |p| witness::wrong_passwords_refused(&p.path, &p.password, wrong.iter().copied())).iter().sum();
    assert_eq!(tried, packages.len() * (others + 1000));
    println!("{} archives: 7z, bsdtar, pyzipper; {tried} wrong passwords refused", packages.len());
}

#[test]
fn word_documents_open_with_their_own_password_alone() {
    let packages = BATCH.of_kind(PackageKind::Word);
    let random = Password::random(&SeededEntropy::new("wrong")).expose().to_owned();
    let wrong = |own: &Package| {
        let other = BATCH.packages.iter().find(|p| p.password != own.password).expect("another");
        vec![other.password.clone(), random.clone(), own.password.to_lowercase()]
    };
    let jobs: Vec<_> = packages.iter().map(|p| (p.path.clone(), p.password.clone(), wrong(p))).collect();
    for (package, judged) in packages.iter().zip(witness::office_crypto(&jobs)) {
        assert!(judged.encrypted && judged.password_ok && judged.integrity_ok, "{judged:#?}");
        assert!(judged.tried == 3 && judged.wrong_accepted.is_empty(), "{judged:#?}");
        assert_eq!(judged.sha256, Some(sha256(&package.documents[0].1)), "{}", package.number);
    }
    println!(
        "{n} of {n} Word documents: verify_password and verify_integrity, 3 wrong passwords refused each",
        n = packages.len()
    );

    // A sample as the city opens it; the text is that of the document in clear.
    let sample = &packages[..packages.len().min(3)];
    let clear = BATCH.work.join("in-clear");
    fs::create_dir_all(&clear).expect("a folder");
    let mut jobs = Vec::new();
    for package in sample {
        let path = clear.join(&package.documents[0].0);
        fs::write(&path, &package.documents[0].1).expect("written");
        jobs.extend([
            (package.path.clone(), Some(package.password.clone())),
            (package.path.clone(), Some(random.clone())),
            (path, None),
        ]);
    }
    for judged in witness::office_open(&jobs).chunks(3) {
        assert_eq!(judged.iter().map(|o| o.opened).collect::<Vec<_>>(), [true, false, true], "{judged:#?}");
        assert!(judged[0].text == judged[2].text && judged[0].text.as_ref().is_some_and(|text| text.contains("フリガナ")));
    }
}

/// 1980-01-01 00:00:00, the first date of the format.
fn packages_date() -> [u16; 6] {
    [1980, 1, 1, 0, 0, 0]
}

#[test]
fn archives_tell_nothing_to_a_stranger() {
    let batch = &*BATCH;
    for package in batch.of_kind(PackageKind::Zip) {
        let listed = witness::seven_zip_list(&package.path);
        for entry in &listed {
            let method = entry["Method"].as_str();
            assert!(method.starts_with("AES-256"), "{method}");
            assert!(entry["CRC"].is_empty() && entry["Encrypted"] == "+", "{entry:?}");
            assert!(entry["Modified"].starts_with("1980-01-01 00:00:00"), "{}", entry["Modified"]);
            assert!(entry["Comment"].is_empty(), "{entry:?}");
        }
        let neutral: Vec<String> = match listed.len() {
            1 => vec![format!("{}.docx", package.number)],
            n => std::iter::once(format!("{}-list.docx", package.number))
                .chain((1..n).map(|i| format!("{}-{i}.docx", package.number)))
                .collect(),
        };
        assert_eq!(listed.iter().map(|entry| entry["Path"].clone()).collect::<Vec<_>>(), neutral);
    }
}

#[test]
fn a_size_tells_nothing_to_a_stranger() {
    let batch = &*BATCH;
    let mut sizes: BTreeMap<(&str, u64), BTreeSet<String>> = BTreeMap::new();
    for package in &batch.packages {
        assert!(package.documents.iter().all(|(_, bytes)| bytes.len().is_power_of_two() && bytes.len() >= 32 << 10));
        let mut lines = batch.lines.iter().filter(|l| l.number.as_ref() == Some(&package.number));
        if let (Some(line), None) = (lines.next(), lines.next()) {
            let size = fs::metadata(&package.path).expect("a file").len();
            sizes.entry((package.kind.id(), size)).or_default().insert(line.outcome.clone());
        }
    }
    println!("packages of one document by kind and size: {sizes:?}");
    let every_outcome = BTreeSet::from(["answered", "ask_more", "not_found"].map(str::to_owned));
    for kind in PackageKind::ALL {
        let own: Vec<_> = sizes.iter().filter(|((own, _), _)| *own == kind.id()).map(|(_, outcomes)| outcomes).collect();
        assert_eq!(own, [&every_outcome], "{}", kind.id());
    }
}

#[test]
fn mail_drafts_read_as_mail() {
    let batch = &*BATCH;
    let cases: Value = serde_json::from_slice(&fs::read(data("cases.json")).expect("cases")).expect("JSON");
    let drafts: Vec<PathBuf> = batch.packages.iter().map(|p| p.path.with_extension("eml")).collect();
    for (package, mail) in batch.packages.iter().zip(witness::mails(&drafts)) {
        let line = batch.lines.iter().find(|l| l.number.as_ref() == Some(&package.number)).expect("its line");
        let case = cases["cases"].as_array().expect("cases").iter().find(|c| c["id"] == line.case.as_str()).expect("its case");
        assert_eq!(mail.to, [case["requester"]["email"].as_str().expect("an address")], "{}", package.number);
        assert!(mail.cc.is_empty() && mail.bcc.is_empty(), "{}", package.number);
        let unsent: Vec<&str> =
            mail.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("X-Unsent")).map(|(_, v)| v.as_str()).collect();
        assert_eq!(unsent, ["1"]);
        assert!(mail.defects.is_empty() && mail.ascii && mail.bare_newlines == 0 && mail.longest_line <= 998, "{mail:?}");
        assert!(mail.subject.contains("東西健康保険組合"), "{}", mail.subject);
        let sealed = fs::read(&package.path).expect("a package");
        let [attached] = &mail.attachments[..] else { panic!("one attachment: {:?}", mail.attachments) };
        assert_eq!(attached.name, Some(package.kind.file(&package.number)));
        assert_eq!(attached.sha256, sha256(&sealed));
        let (kind, how) = match package.kind {
            PackageKind::Zip => ("application/zip", "7-Zip"),
            PackageKind::Word => ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Microsoft Word"),
        };
        assert_eq!(attached.kind, kind);
        let body = mail.body.expect("a body");
        assert!(body.contains(package.told["check"].as_str().expect("a code")) && body.contains(how), "{body}");
        let person = ["kana", "name", "birth"].map(|key| case["subject"][key].as_str().unwrap_or("なし").to_owned());
        for secret in person.iter().filter(|s| s.chars().count() > 3).chain([&package.password]) {
            assert!(!body.contains(secret.as_str()) && !mail.subject.contains(secret.as_str()), "{}", package.number);
        }
    }
}

#[test]
fn everything_is_proved() {
    let batch = &*BATCH;
    let parcels: BTreeSet<&str> = batch.lines.iter().filter_map(|l| l.number.as_deref()).collect();
    let prints = prints(&batch.out).len();
    let verify = || Fukan::new(["verify", "--json"]).arg(&batch.out).arg("--office").arg(&batch.office);
    for (what, run) in [("verify", verify()), ("verify --cases", verify().arg("--cases").arg(data("cases.json")))] {
        let run = run.run().expect_code(0);
        let results: Vec<Value> = run.out().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let proved = results.iter().filter(|r| r["result"] == "proved").count();
        let labels = 1;
        assert_eq!(proved, parcels.len() + prints + labels, "{what}\n{}", run.out());
        println!("fukan {what}: {proved} of {} proved", results.len());
    }
    let run = Fukan::new(["ledger", "verify", "--office"]).arg(&batch.office).run().expect_code(0);
    println!("{}", run.out().trim_end());
}

fn prints(out: &Path) -> Vec<PathBuf> {
    let is_print = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("print"));
    files_under(out).into_iter().filter(|path| path.parent() == Some(out) && is_print(path)).collect()
}

/// Every document of the run by path: shape (what makes it different from others) and path. Sealed ones are laid into the workshop.
fn documents(batch: &Batch) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let opened = batch.work.join("opened");
    fs::create_dir_all(&opened).expect("a folder");
    let shape = |number: &str, order: usize| {
        let mut of_parcel: Vec<usize> =
            (0..batch.lines.len()).filter(|i| batch.lines[*i].number.as_deref() == Some(number)).collect();
        of_parcel.retain(|i| order == 0 || batch.lines[*i].files.iter().any(|f| f.path.ends_with(&format!("-{order}.docx"))));
        let kinds: BTreeSet<&str> = of_parcel.iter().map(|i| batch.expected[*i].kind.as_str()).collect();
        kinds.into_iter().collect::<Vec<_>>().join("+")
    };
    for package in &batch.packages {
        for (name, bytes) in &package.documents {
            let path = opened.join(name);
            fs::write(&path, bytes).expect("a document");
            found.push((format!("email {}", shape(&package.number, 0)), path));
        }
    }
    let sealed: BTreeSet<&Path> = batch.packages.iter().map(|package| package.path.as_path()).collect();
    let in_clear = |p: &PathBuf| p.extension().is_some_and(|e| e == "docx") && !sealed.contains(p.as_path());
    for path in files_under(&batch.out).into_iter().filter(in_clear) {
        let relative = path.strip_prefix(&batch.out).expect("under out").to_string_lossy().into_owned();
        let shape = match relative.split('/').collect::<Vec<_>>()[..] {
            [print] => print.to_owned(),
            ["paper", _, "cover.docx"] => "cover".to_owned(),
            ["paper", number, name] => {
                let order = name.trim_end_matches(".docx").rsplit('-').next().and_then(|n| n.parse().ok()).expect("a branch");
                format!("paper {}", shape(number, order))
            }
            ["phone", number, _] => format!("phone {}", shape(number, 0)),
            _ => panic!("{relative}"),
        };
        found.push((shape, path));
    }
    found
}

/// A 目録 is in no package of the batch: the examples have one, in either form.
fn index(work: &Path, kind: PackageKind) -> PathBuf {
    let work = work.join("examples").join(kind.id());
    let office = work.join("office");
    copy_tree(&repo().join("examples/office"), &office);
    let _ = fs::remove_file(office.join("office.db"));
    passphrase(&office);
    fs::copy(repo().join("examples/office/passphrase.txt"), office.join("passphrase.txt")).expect("passphrase.txt");
    let out = work.join("out");
    let pack = Fukan::new(["pack", "--quiet", "--format", kind.id()]).arg(repo().join("examples/cases.json"));
    pack.arg("--office").arg(&office).arg("--out").arg(&out).run().expect_code(1);
    let line = report(&out).into_iter().find(|line| line.case == "E-01").expect("a line");
    let package = package(&line.number.expect("sent"), &office, &out);
    let (name, bytes) = &package.documents[0];
    assert_eq!(name.ends_with("-list.docx"), kind == PackageKind::Zip, "{name}");
    assert_eq!(press::text::sections(bytes).expect("sections").len(), if kind == PackageKind::Zip { 1 } else { 3 });
    fs::write(work.join(name), bytes).expect("a document");
    work.join(name)
}

#[test]
fn every_document_is_valid() {
    let batch = &*BATCH;
    let mut all = documents(batch);
    all.extend(PackageKind::ALL.map(|kind| (format!("index {}", kind.id()), index(&batch.work, kind))));
    for (shape, path) in &all {
        let defects = press::check::check(&fs::read(path).expect("a document"));
        assert!(defects.is_empty(), "{shape} {}: {defects:?}", path.display());
    }
    println!("press::check: {n} of {n} documents have no defect", n = all.len());

    // Each shape once, every Word package, and others up to sixty more; a validator takes a second a document.
    let words: BTreeSet<String> = batch.of_kind(PackageKind::Word).iter().map(|package| package.documents[0].0.clone()).collect();
    let is_word = |path: &Path| path.file_name().is_some_and(|name| words.contains(&*name.to_string_lossy()));
    let mut shapes = BTreeSet::new();
    let (mut judged, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(shape, _)| shapes.insert(shape.clone()));
    let entropy = SeededEntropy::new("sample");
    let mut rest: Vec<(bool, [u8; 8], PathBuf)> = rest
        .into_iter()
        .map(|(_, path)| {
            let mut place = [0; 8];
            entropy.fill(&mut place);
            (!is_word(&path), place, path)
        })
        .collect();
    rest.sort();
    judged.extend(rest.into_iter().take(60).map(|(.., path)| (String::new(), path)));
    let paths: Vec<PathBuf> = judged.into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths.iter().filter(|path| is_word(path)).count(), words.len(), "every Word package is judged");
    witness::assert_valid(&paths);
    println!("Open XML SDK and openxml-audit: {n} of {n} valid ({} shapes)", shapes.len(), n = paths.len());
}

#[test]
fn pages_are_counted_by_libreoffice() {
    let batch = &*BATCH;
    let all = documents(batch);
    let of = |wanted: &str| all.iter().find(|(shape, _)| shape == wanted).map(|(_, path)| path.clone()).expect(wanted);
    let one_page = ["email found", "email none", "email several", "email l2", "paper found", "cover"].map(of);
    let paths: Vec<PathBuf> = one_page.iter().cloned().chain(prints(&batch.out)).collect();
    let laid = witness::layout(&paths, &batch.work.join("pdf"), false);
    for layout in &laid[..one_page.len()] {
        assert_eq!(layout.pages, 1, "{}", layout.path.display());
    }
    for print in &laid[one_page.len()..] {
        page_numbers_restart(&print.text);
    }
}

/// Each page says n／m; after m comes 1.
fn page_numbers_restart(pages: &[String]) {
    let mut due = 1;
    let mut letters = 0;
    for (n, text) in pages.iter().enumerate() {
        let (page, last) = page_of(text).unwrap_or_else(|| panic!("page {} has no number:\n{text}", n + 1));
        assert_eq!(page, due, "page {}", n + 1);
        assert!(page <= last, "page {}: {page}/{last}", n + 1);
        letters += usize::from(page == last);
        due = if page == last { 1 } else { page + 1 };
    }
    assert_eq!(due, 1, "the last letter is whole");
    println!("{} pages, {letters} documents", pages.len());
}

/// The page number in the foot.
fn page_of(text: &str) -> Option<(u32, u32)> {
    let foot = text.lines().rev().find(|line| !line.trim().is_empty())?;
    let (before, after) = foot.rsplit_once(['/', '／'])?;
    let page = before.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next()?;
    Some((page.parse().ok()?, after.trim().parse().ok()?))
}
