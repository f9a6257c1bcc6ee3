//! 漏れ: names, kana, birth dates, addresses, My Numbers, the passphrase and every password are planted; every command runs; then
//! standard output, standard error, all files, temporary files and database pages are searched in all forms of `support/leak.rs`.
//!
//! What may hold them, and nothing else may:
//! - documents that are printed (`paper/`, `phone/`, `print*.docx`) and those that `fukan open` laid down hold names and answers, on
//!   purpose; never a My Number or a password;
//! - `fukan password NUMBER` shows the password of that number;
//! - `fukan init` shows the recovery code of the new vault, which is none of these;
//! - the passphrase stands in the file from which it was read.

mod support;

use fukan::seal::PackageKind;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::leak::{Leaks, Planted, Scan};
use support::{Fukan, Run, copy_tree, files_under, repo, report, temp_dir};

const MY_NUMBERS: [&str; 3] = ["123456789018", "987654321018", "112233445560"];
const ADDRESS: &str = "練習県秘密市隠町九丁目8番7号";
const BIRTH: [&str; 3] = ["1977-07-07", "昭和52年7月7日", "1977年7月7日"];

/// The example cases, with more planted into the first.
fn cases() -> Value {
    let text = fs::read_to_string(repo().join("examples/cases.json")).expect("the examples");
    let mut file: Value = serde_json::from_str(&text).expect("JSON");
    let first = &mut file["cases"][0];
    first["subject"]["birth"] = BIRTH[1].into();
    first["subject"]["address"] = ADDRESS.into();
    first["candidates"][0]["birth"] = BIRTH[0].into();
    first["candidates"][0]["address"] = ADDRESS.into();
    file
}

/// Inputs that are wrong in ways that tempt a program to repeat them.
fn broken(folder: &Path) -> Vec<PathBuf> {
    let good = cases()["cases"][0].clone();
    let case = |change: fn(&mut Value)| {
        let mut case = good.clone();
        change(&mut case);
        json!({ "cases": [case] }).to_string()
    };
    let name = || "笹本 直哉".to_owned();
    let whole = json!({ "cases": [good.clone()] }).to_string();
    let (my_number, second, third) = (MY_NUMBERS[0], MY_NUMBERS[1], MY_NUMBERS[2]);
    let files: Vec<(String, String)> = vec![
        (format!("kojin-{my_number}.json"), whole.clone()),
        ("cut.json".into(), whole[..whole.len() - 40].to_owned()),
        ("comma.json".into(), whole.replacen("\"name\":", "\"name\" 笹本 直哉:", 1)),
        ("bytes.json".into(), whole.replacen("笹本", "\u{FFFD}笹本", 1)),
        ("id.json".into(), whole.replacen("E-01", second, 1)),
        ("key.json".into(), whole.replacen("\"subject\"", &format!("\"{third}\":1,\"subject\""), 1)),
        ("unknown-key.json".into(), whole.replacen("\"subject\"", "\"笹本 直哉\":\"ササモト ナオヤ\",\"subject\"", 1)),
        ("twice.json".into(), whole.replacen("\"subject\"", "\"笹本 直哉\":1,\"笹本 直哉\":2,\"subject\"", 1)),
        ("kind.json".into(), case(|c| c["subject"] = "笹本 直哉 ササモト ナオヤ".into())),
        ("sex.json".into(), case(|c| c["subject"]["sex"] = "笹本 直哉".into())),
        ("date.json".into(), case(|c| c["subject"]["birth"] = "ササモト ナオヤ 昭和52年7月7日".into())),
        ("kana.json".into(), case(|c| c["subject"]["kana"] = "笹本 直哉".into())),
        ("item.json".into(), case(|c| c["items"] = json!(["笹本 直哉"]))),
        ("answer.json".into(), case(|c| c["candidates"][0]["answers"]["資格取得年月日"] = "ササモト ナオヤ".into())),
        ("asked.json".into(), case(|c| c["candidates"][0]["answers"]["笹本 直哉"] = "ササモト ナオヤ".into())),
        ("control.json".into(), case(|c| c["subject"]["name"] = "笹本\u{7} 直哉".into())),
        ("channel.json".into(), case(|c| c["reply_by"] = "笹本 直哉".into())),
        ("bad-id.json".into(), case(|c| c["id"] = "笹本 直哉".into())),
        ("mail.json".into(), case(|c| c["requester"]["email"] = "笹本 直哉@example.lg.jp\r\nBcc: ササモト ナオヤ".into())),
        ("member.json".into(), case(|c| c["candidates"][0]["member"] = "笹本 直哉".into())),
        ("long.json".into(), case(|c| c["subject"]["name"] = "笹本 直哉".repeat(500).into())),
        ("number.json".into(), case(|c| c["subject"]["symbol"] = "個人番号1234-5678-9018".into())),
        ("confirmed.json".into(), case(|c| c["confirmed"] = json!({ "by": "笹本 直哉", "member": "ササモト ナオヤ" }))),
        (format!("{}.txt", "note"), name()),
        ("lines.ndjson".into(), format!("{good}\n{}\n", &good.to_string()[..300])),
    ];
    files
        .into_iter()
        .map(|(name, text)| {
            let path = folder.join(name);
            fs::write(&path, text).expect("written");
            path
        })
        .collect()
}

/// One office where everything was tried.
struct House {
    _folder: tempfile::TempDir,
    root: PathBuf,
    /// What each run said: its name, its streams, and the number whose password it may show.
    said: Vec<(String, Vec<u8>, Option<String>)>,
    passwords: Vec<(String, String)>,
}

impl House {
    fn new() -> Self {
        let folder = temp_dir();
        let root = fs::canonicalize(folder.path()).expect("real");
        for name in ["in", "tmp"] {
            fs::create_dir(root.join(name)).expect("a folder");
        }
        copy_tree(&repo().join("examples/office"), &root.join("office"));
        fs::write(root.join("in/cases.json"), cases().to_string()).expect("written");
        Self { _folder: folder, root, said: Vec::new(), passwords: Vec::new() }
    }

    fn at(&self, name: &str) -> String {
        self.root.join(name).to_str().expect("UTF-8").to_owned()
    }

    /// Runs a command line; `@name` stands for a path in this house.
    fn run(&mut self, line: &str, code: i32) -> Run {
        self.run_showing(line, code, None)
    }

    fn run_showing(&mut self, line: &str, code: i32, shows: Option<&str>) -> Run {
        let args: Vec<String> =
            line.split(' ').map(|arg| arg.strip_prefix('@').map_or_else(|| arg.to_owned(), |name| self.at(name))).collect();
        let run = Fukan::new(args).env("TMPDIR", self.at("tmp")).env("HOME", self.at("tmp")).run();
        let run = if code < 0 { run } else { run.expect_code(code) };
        assert!(!run.err().contains("panicked"), "{line}: {}", run.err());
        self.said.push((format!("stdout of {line}"), run.stdout.clone(), shows.map(str::to_owned)));
        self.said.push((format!("stderr of {line}"), run.stderr.clone(), None));
        run
    }

    /// Every command of the program.
    fn live(&mut self) {
        self.run("check @in/cases.json --office @office", 1);
        self.run("pack @in/cases.json --office @office --out @out", 1);
        self.run("pack @in/cases.json --office @office --out @out", 1);
        self.run("pack @in/cases.json --office @office --out @out --json --lang en", 1);
        self.run("verify @out --office @office", 0);
        self.run("verify @out --office @office --cases @in/cases.json --json", 0);
        let lines = report(&self.root.join("out"));
        let mut sealed: Vec<String> =
            lines.iter().filter(|l| l.channel.as_deref() == Some("email")).filter_map(|l| l.number.clone()).collect();
        sealed.sort();
        sealed.dedup();
        for number in &sealed {
            let run = self.run_showing(&format!("password {number} --office @office --json"), 0, Some(number));
            let told: Value = serde_json::from_slice(&run.stdout).expect("JSON");
            self.passwords.push((number.clone(), told["password"].as_str().expect("a password").to_owned()));
        }
        let first = sealed[0].clone();
        self.run_showing(&format!("password {first} --office @office"), 0, Some(&first));
        self.run_showing(&format!("password {first} --office @office --lang en"), 0, Some(&first));
        self.run("password R08-9999 --office @office", -1);
        let both = self.one_of_each_kind(&sealed);
        for package in &both {
            self.run(&format!("open @{package} --office @office --out @opened"), 0);
            self.run(&format!("open @{package} --office @office --out @opened --lang en"), 4);
        }
        for line in ["list", "due", "verify", "list --json", "due --json --lang en"] {
            self.run(&format!("ledger {line} --office @office"), -1);
        }
        for line in ["", "pack", "pack @in/cases.json", "ledger", "gift", "--help", "pack --help --lang en", "--version"] {
            self.run(line, -1);
        }
        for file in broken(&self.root.join("in")) {
            let name = format!("in/{}", file.file_name().expect("a name").to_string_lossy());
            self.run(&format!("pack @{name} --office @office --out @out --json"), -1);
            self.run(&format!("check @{name} --office @office"), -1);
        }
        let wrong = self.root.join("wrong.txt");
        fs::write(&wrong, "kore wa machigatta aikotoba").expect("written");
        self.run("pack @in/cases.json --office @office --out @out --passphrase-file @wrong.txt", 4);
        self.run("init @new --passphrase-file @office/passphrase.txt", 0);
        for package in &both {
            let damaged = self.root.join(package);
            let whole = fs::read(&damaged).expect("a package");
            fs::write(&damaged, &whole[..whole.len() / 2]).expect("damaged");
            self.run("verify @out --office @office", 3);
            self.run(&format!("open @{package} --office @office --out @opened-2"), 4);
            fs::write(&damaged, whole).expect("mended");
        }
    }

    /// An archive and an encrypted Word document of the output folder.
    fn one_of_each_kind(&self, numbers: &[String]) -> [String; 2] {
        PackageKind::ALL.map(|kind| {
            let path = |number: &String| format!("out/email/{number}/{}", kind.file(number));
            numbers.iter().map(path).find(|path| self.root.join(path).exists()).expect("one of each kind")
        })
    }

    fn passwords_but(&self, shown: Option<&str>) -> Vec<Planted> {
        let others = self.passwords.iter().filter(|(number, _)| Some(number.as_str()) != shown);
        others.map(|(number, password)| Planted::password(&format!("password of {number}"), password)).collect()
    }

    /// Everything everywhere.
    fn search(&self) -> Leaks {
        let (people, secrets) = (people(), secrets());
        let all = Scan::new(people.into_iter().chain(secrets.clone()).chain(self.passwords_but(None)));
        let hidden = Scan::new(secrets.clone().into_iter().chain(self.passwords_but(None)));
        let mut leaks = Leaks::default();
        for (place, bytes, shown) in &self.said {
            let found = match shown {
                None => all.stream(place, bytes),
                Some(number) => {
                    Scan::new(crate::people().into_iter().chain(secrets.clone()).chain(self.passwords_but(Some(number))))
                        .stream(place, bytes)
                }
            };
            leaks.0.extend(found.0);
        }
        for folder in ["out", "office", "new", "tmp"] {
            let folder = self.root.join(folder);
            leaks.0.extend(all.folder_but(&folder, |path| in_clear(path) || path.ends_with("passphrase.txt")).0);
            leaks.0.extend(hidden.folder_but(&folder, |path| !in_clear(path)).0);
        }
        leaks.0.extend(hidden.folder(&self.root.join("opened")).0);
        leaks
    }
}

/// Documents that are printed.
fn in_clear(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.ends_with(".docx") && (text.contains("/out/paper/") || text.contains("/out/phone/") || text.contains("/out/print"))
}

/// Names as they stand in the cases, and what else tells who somebody is.
fn people() -> Vec<Planted> {
    let file = cases();
    let mut people = vec![Planted::text("an address", ADDRESS)];
    people.extend(BIRTH.map(|birth| Planted::text("a birth date", birth)));
    for case in file["cases"].as_array().expect("cases") {
        let who = std::iter::once(&case["subject"]).chain(case["candidates"].as_array().into_iter().flatten());
        for person in who {
            for (key, label) in [("kana", "a kana name"), ("name", "a name")] {
                people.extend(person[key].as_str().map(|name| Planted::name(&format!("{label} of {}", case["id"]), name)));
            }
        }
    }
    people
}

fn secrets() -> Vec<Planted> {
    let passphrase = fs::read_to_string(repo().join("examples/office/passphrase.txt")).expect("a passphrase");
    let mut secrets = vec![Planted::text("the passphrase", passphrase.trim_end())];
    secrets.extend(MY_NUMBERS.map(|digits| Planted::digits("a My Number", digits)));
    let file = cases();
    let refused = file["cases"][13].to_string();
    let digits: String = refused.chars().filter(char::is_ascii_digit).collect();
    let my_number = (0..digits.len().saturating_sub(11)).map(|at| &digits[at..at + 12]).find(|d| is_my_number(d));
    secrets.extend(my_number.map(|digits| Planted::digits("the My Number of E-14", digits)));
    secrets
}

/// The check digit of 平成26年総務省令第85号第5条.
fn is_my_number(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let weight = |n: u32| if n <= 6 { n + 1 } else { n - 5 };
    let sum: u32 = (1..=11).map(|n| digits[11 - n as usize] * weight(n)).sum();
    digits[11] == if sum % 11 <= 1 { 0 } else { 11 - sum % 11 }
}

#[test]
fn no_command_lets_anything_out_and_five_planted_leaks_are_found() {
    for digits in MY_NUMBERS {
        assert!(is_my_number(digits), "a My Number to be planted");
    }
    let mut house = House::new();
    house.live();
    assert!(house.passwords.len() > 5 && house.said.len() > 100, "{} passwords", house.passwords.len());
    assert_eq!(files_under(&house.root.join("tmp")), [] as [PathBuf; 0], "no temporary file is left");
    house.search().assert_none();

    let (number, password) = house.passwords[0].clone();
    // 1. A message that repeats the value it complains about.
    house.said.push(("stderr of a careless error".into(), "不正な値: 「笹本　直哉」".as_bytes().to_vec(), None));
    // 2. A log file that Windows wrote.
    let wide: Vec<u8> = "照会 ササモト ナオヤ".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(house.root.join("tmp/fukan.log"), wide).expect("written");
    // 3. The password in the mail that carries its package.
    let mail = house.root.join("out/email").join(&number).join(format!("{number}.eml"));
    let whole = fs::read_to_string(&mail).expect("a mail");
    let hidden = base64_of(format!("パスワードは {password} です").as_bytes());
    fs::write(&mail, format!("{whole}\r\n--x\r\nContent-Transfer-Encoding: base64\r\n\r\n{hidden}\r\n")).expect("written");
    // 4. The ledger that keeps whom a case was about.
    insert(&house.root.join("office/office.db"), &format!("INSERT INTO meta (name, value) VALUES ('last', '{ADDRESS}')"));
    // 5. An unsealed document beside the sealed one.
    let document = files_under(&house.root.join("opened")).remove(0);
    fs::copy(document, mail.with_file_name("work.tmp")).expect("copied");

    let leaks = house.search();
    let planted = [
        ("a name of", "a careless error"),
        ("a kana name of", "fukan.log"),
        (&*format!("password of {number}"), ".eml"),
        ("an address", "office.db"),
        ("a kana name of", "work.tmp"),
    ];
    for (label, place) in planted {
        assert!(leaks.0.iter().any(|leak| leak.label.starts_with(label) && leak.place.contains(place)), "{label}: {leaks:?}");
    }
    let elsewhere = leaks.0.iter().filter(|leak| planted.iter().all(|(_, place)| !leak.place.contains(place)));
    assert_eq!(elsewhere.count(), 0, "{leaks:?}");
    println!("{} runs, {} passwords, nothing found; 5/5 planted leaks found", house.said.len() / 2, house.passwords.len());
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn insert(database: &Path, statement: &str) {
    use sqlx::Connection as _;
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let mut open = sqlx::AnyConnection::connect(&format!("sqlite:{}", database.display())).await.expect("opens");
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut open).await.expect("done");
        open.close().await.expect("closed");
    });
}

/// What the system sees: nothing secret in arguments or environment, no clear document of a mail written anywhere, no password in any
/// write at all.
#[test]
fn the_system_sees_no_secret() {
    let house = House::new();
    let trace = house.root.join("trace");
    let (fukan, office, out, cases) =
        (env!("CARGO_BIN_EXE_fukan"), house.at("office"), house.at("out"), house.at("in/cases.json"));
    let traced = Command::new("strace")
        .args([
            "-f",
            "-v",
            "-y",
            "-s",
            "200000",
            "-e",
            "trace=execve,openat,open,creat,write,pwrite64,writev,rename,renameat2,mkdir",
        ])
        .arg("-o")
        .arg(&trace)
        .args([fukan, "pack", &cases, "--office", &office, "--out", &out])
        .output()
        .expect("strace is installed (apt-get install strace)");
    assert_eq!(traced.status.code(), Some(1), "{}", String::from_utf8_lossy(&traced.stderr));
    let trace = fs::read_to_string(&trace).expect("a trace");
    let written: Vec<&str> = trace.lines().filter(|line| line.contains("write(") || line.contains("pwrite64(")).collect();
    let clear = |line: &&str| line.contains("word/document.xml");
    // The first eight bytes of a compound file: what is called .docx beside a mail is an encrypted one.
    const COMPOUND: &str = "\\320\\317\\21\\340\\241\\261\\32\\341";
    let (mut printed, mut sealed, mut words) = (0, 0, 0);
    for line in &written {
        let mail = line.contains("/email/");
        sealed += usize::from(mail && line.contains("PK\\3\\004"));
        if mail && line.contains(".docx>") {
            assert!(line.contains(&format!(".docx>, \"{COMPOUND}")), "{line:.200}");
            words += 1;
        }
        if clear(line) {
            assert!(
                !mail && ["/paper/", "/phone/", "/.fukan-print", "/.fukan-labels"].iter().any(|place| line.contains(place)),
                "{line:.200}"
            );
            printed += 1;
        }
    }
    assert!(printed > 5 && sealed > 5 && words >= 2, "the trace shows writes: {printed} in clear, {sealed} and {words} sealed");
    let mut secrets = vec![Planted::text(
        "the passphrase",
        fs::read_to_string(house.root.join("office/passphrase.txt")).expect("a passphrase").trim_end(),
    )];
    for line in report(&house.root.join("out")).iter().filter(|line| line.channel.as_deref() == Some("email")) {
        let Some(number) = &line.number else { continue };
        let told = Fukan::new(["password", number.as_str(), "--json", "--office", &office]).run().expect_code(0);
        let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
        secrets.push(Planted::password(number, told["password"].as_str().expect("a password")));
    }
    assert!(secrets.len() > 5);
    Scan::new(secrets).stream("the trace", trace.as_bytes()).assert_none();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("there").permissions().mode() & 0o7777
}

/// Whatever the umask: files 0600, folders 0700.
#[test]
fn nobody_else_may_read_what_was_made() {
    let house = House::new();
    let line = "umask 000; exec \"$@\"";
    let made = Command::new("sh")
        .args([
            "-c",
            line,
            "sh",
            env!("CARGO_BIN_EXE_fukan"),
            "pack",
            &house.at("in/cases.json"),
            "--office",
            &house.at("office"),
            "--out",
        ])
        .arg(house.at("out"))
        .output()
        .expect("a run");
    assert_eq!(made.status.code(), Some(1), "{}", String::from_utf8_lossy(&made.stderr));
    let made = Command::new("sh")
        .args([
            "-c",
            line,
            "sh",
            env!("CARGO_BIN_EXE_fukan"),
            "init",
            &house.at("new"),
            "--passphrase-file",
            &house.at("office/passphrase.txt"),
        ])
        .output()
        .expect("a run");
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let mut folders = std::collections::BTreeSet::new();
    let mut files = vec![house.root.join("office/office.db"), house.root.join("office/office.lock")];
    for root in ["out", "new"] {
        files.extend(files_under(&house.root.join(root)));
    }
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
        folders.extend(
            file.ancestors()
                .skip(1)
                .take_while(|folder| *folder != house.root && !folder.ends_with("office"))
                .map(Path::to_owned),
        );
    }
    for folder in &folders {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    assert!(files.len() > 30 && folders.len() > 15, "{} files, {} folders", files.len(), folders.len());
}

/// A link that somebody laid where we write leads nowhere.
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::symlink;
    for name in ["email", "paper", "report.jsonl", "print.docx"] {
        let mut house = House::new();
        let (trap, out) = (house.root.join("trap"), house.root.join("out"));
        fs::create_dir(&out).expect("a folder");
        let file = name.contains('.');
        if file {
            fs::write(&trap, "kept").expect("written");
        } else {
            fs::create_dir(&trap).expect("a folder");
        }
        symlink(&trap, out.join(name)).expect("a link");
        let run = house.run("pack @in/cases.json --office @office --out @out", -1);
        if file {
            assert_eq!(fs::read_to_string(&trap).expect("there"), "kept", "{name}");
        } else {
            assert_eq!(fs::read_dir(&trap).expect("there").count(), 0, "{name}");
        }
        assert!(fs::symlink_metadata(out.join(name)).expect("there").is_symlink(), "{name} is still the link");
        match name {
            "print.docx" => assert!(run.code == Some(1) && out.join("print-2.docx").is_file(), "{}", run.err()),
            _ => assert_eq!(run.code, Some(4), "{name}: {}", run.err()),
        }
    }
}
