//! 部内の書類と記録: what a clerk writes into the ledger by hand, and the papers the office prints for itself.

mod support;

use fukan::books::{CaseFilter, Channel, ParcelFilter};
use fukan::desk::{Bureau, papers};
use fukan::press::text;
use fukan::world::{self, Disk};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use support::batch::fixed_seams;
use support::leak::{Planted, Scan};
use support::office::{pack, three};
use support::{Fukan, Run, copy_tree, repo, temp_dir, witness};

/// A practice office with the thirty examples packed.
struct Desk {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let folder = temp_dir();
        let root = fs::canonicalize(folder.path()).expect("real");
        copy_tree(&repo().join("examples/office"), &root.join("office"));
        let desk = Self { _folder: folder, root };
        let run = Fukan::new(["pack", "--quiet"]).arg(repo().join("examples/cases.json"));
        run.arg("--out").arg(desk.at("out")).arg("--office").arg(desk.at("office")).run().expect_code(1);
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// `fukan WORDS --office …`, and what it must end with.
    #[track_caller]
    fn run(&self, words: &[&str], code: i32) -> Run {
        Fukan::new(words).arg("--office").arg(self.at("office")).run().expect_code(code)
    }

    /// Reissues one of the examples.
    fn again(&self, id: &str) {
        let cases = self.at("one.json");
        let all: Value =
            serde_json::from_str(&fs::read_to_string(repo().join("examples/cases.json")).expect("cases")).expect("JSON");
        let one = all["cases"].as_array().expect("cases").iter().find(|case| case["id"] == id).expect("the case");
        fs::write(&cases, serde_json::json!({ "cases": [one] }).to_string()).expect("written");
        let again = Fukan::new(["pack", "--again", "--case", id, "--quiet"]).arg(&cases).arg("--out").arg(self.at("out"));
        again.arg("--office").arg(self.at("office")).run().expect_code(0);
    }

    fn paper(&self, words: &[&str], name: &str) -> PathBuf {
        let path = self.at(name);
        Fukan::new(words).arg("--office").arg(self.at("office")).arg("--out").arg(&path).run().expect_code(0);
        path
    }

    fn lines(&self, words: &[&str]) -> Vec<Value> {
        let run = Fukan::new(words).arg("--json").arg("--office").arg(self.at("office")).run().expect_code(0);
        run.out().lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// The rows of the ledger, by kind.
    fn rows(&self) -> u64 {
        self.lines(&["ledger", "verify"])[0]["rows"].as_u64().expect("rows")
    }

    fn parcel(&self, number: &str) -> Value {
        self.lines(&["ledger", "list"]).into_iter().find(|line| line["number"] == number).expect("the parcel")
    }
}

fn read(path: &Path) -> String {
    text::read(&fs::read(path).expect("the paper")).expect("readable")
}

/// What can't have happened is refused with its code, and leaves no row; what was noted already warns, and leaves none either.
#[test]
fn notes_that_can_not_be() {
    let desk = Desk::new();
    let rows = desk.rows();
    let refused: &[(&[&str], i32, &str)] = &[
        (&["told", "R08-0003"], 3, "FK-6060"), // paper has no password
        (&["told", "R08-0013"], 3, "FK-6060"), // nor has a call
        (&["told", "R08-0099"], 4, "FK-6008"),
        (&["told", "R08-0001", "--at", "2020-01-01"], 2, "FK-6062"), // before it was made
        (&["told", "R08-0001", "--at", "2099-01-01"], 2, "FK-6062"), // not yet
        (&["sent", "R08-0001", "--at", "昨日"], 2, "FK-6062"),
        (&["sent", "R08-0001", "--by", ""], 2, "FK-6068"),
        (&["sent", "R08-0001", "--by", "123456789018"], 2, "FK-6068"),
        (&["received", "R08-0001"], 3, "FK-6064"),                     // nobody sent it
        (&["sent", "R08-0001", "R08-0099", "R08-0098"], 4, "FK-6008"), // one is wrong: none is noted
        (&["updated", "E-08"], 3, "FK-6065"),
        (&["updated", "nobody"], 4, "FK-6008"),
        (&["close", "E-08", "--reason", "その他"], 2, "FK-6066"),
        (&["close", "E-08", "--reason", "取下げ", "--at", "2020-01-01"], 2, "FK-6062"),
        (&["close", "E-08"], 2, "--reason"),
    ];
    for (words, code, told) in refused {
        let run = desk.run(&[&["ledger"], *words].concat(), *code);
        assert!(run.err().contains(told) && run.out().is_empty(), "{words:?}: {}{}", run.out(), run.err());
    }
    assert_eq!(desk.rows(), rows, "a refusal writes nothing");
    let run = desk.run(&["ledger", "sent", "R08-0001", "R08-0099", "R08-0098"], 2);
    assert_eq!(run.err().matches("FK-6008").count(), 2, "all that is wrong is told together");

    desk.run(&["ledger", "sent", "R08-0001", "R08-0001", "R08-0002"], 0);
    assert_eq!(desk.rows(), rows + 2, "a number written twice was done once");
    let sent = desk.parcel("R08-0001")["sent"].clone();
    let again = desk.run(&["ledger", "sent", "R08-0001"], 0);
    assert!(again.err().contains("FK-6063") && again.out().is_empty(), "{}", again.err());
    desk.run(&["ledger", "received", "R08-0001"], 0);
    assert!(desk.run(&["ledger", "received", "R08-0001"], 0).err().contains("FK-6063"));
    desk.run(&["ledger", "close", "E-08", "--reason", "二重受付"], 0);
    assert!(desk.run(&["ledger", "close", "E-08", "--reason", "duplicate"], 0).err().contains("FK-6063"));
    assert_eq!((desk.rows(), desk.parcel("R08-0001")["sent"].clone()), (rows + 4, sent), "the first note stands");
}

/// 誰がいつ is what the row and the lists say; reading the 照合番号 back settles that it was received.
#[test]
fn who_and_when() {
    let desk = Desk::new();
    let today = &desk.parcel("R08-0001")["packed"].as_str().expect("a time")[..10].to_owned();
    let confirmed = ["ledger", "told", "R08-0001", "--confirmed", "--by", "三枝 由紀", "--at", today];
    assert!(desk.run(&confirmed, 3).err().contains("FK-6064"), "nobody can have opened what was not sent");
    assert_eq!(desk.parcel("R08-0001")["told"], "");
    desk.run(&["ledger", "sent", "R08-0001", "--by", "大和田 聡"], 0);
    desk.run(&confirmed, 0);
    let parcel = desk.parcel("R08-0001");
    assert_eq!((parcel["told"].as_str(), parcel["received"].as_str()), (Some(today.as_str()), Some(today.as_str())));
    let record = read(&desk.paper(&["seal-record", "R08-0001"], "record.docx"));
    assert!(
        record.contains("三枝 由紀") && record.contains("大和田 聡") && record.contains("照合番号の復唱が正しかった"),
        "{record}"
    );

    // Done after the reply is sent; before that it is noted, with a warning.
    assert!(desk.run(&["ledger", "updated", "E-03"], 3).err().contains("FK-6065"));
    assert!(desk.lines(&["ledger", "due"]).iter().any(|line| line["state"] == "follow_up" && line["case"] == "E-01"));
    desk.run(&["ledger", "updated", "E-01", "--by", "三枝 由紀"], 0);
    assert!(desk.run(&["ledger", "updated", "E-01"], 0).err().contains("FK-6063"));
    assert!(desk.run(&["ledger", "updated", "E-06"], 0).err().contains("FK-6064"));
    desk.run(&["ledger", "verify"], 0);
}

/// A number that another one replaced is neither sent nor told any more, and asks for nothing.
#[test]
fn what_was_replaced_is_done_with() {
    let desk = Desk::new();
    desk.again("E-03");
    for words in [&["ledger", "told", "R08-0002"][..], &["ledger", "sent", "R08-0002"], &["password", "R08-0002"]] {
        let run = desk.run(words, 3);
        assert!(run.err().contains("FK-6061") && run.err().contains("R08-0018"), "{}", run.err());
        assert_eq!(run.err().contains("--at"), words[0] == "ledger", "{}", run.err());
    }
    assert!(!desk.lines(&["ledger", "due"]).iter().any(|line| line["number"] == "R08-0002" && line["to_do"].is_array()));
    assert!(desk.run(&["ledger", "list"], 0).out().lines().any(|line| line.contains("R08-0002") && line.contains("差替え済み")));
    let page = read(&desk.paper(&["incident", "R08-0002"], "page.docx"));
    assert!(page.contains("R08-0018に差し替えた") && page.contains("資格取得年月日"), "{page}");
}

/// What went out before it was replaced can be noted afterwards, by when that was.
#[test]
fn what_went_out_before_it_was_replaced_can_still_be_noted() {
    let desk = Desk::new();
    let clock = |parcel: &str, time: &str| desk.parcel(parcel)[time].as_str().expect("a time").to_owned();
    let packed = clock("R08-0002", "packed").replace(' ', "T");
    desk.again("E-03");
    assert!(desk.run(&["ledger", "received", "R08-0002"], 3).err().contains("FK-6064"));
    assert!(desk.run(&["ledger", "sent", "R08-0002"], 3).err().contains("--at"));
    let day = &packed[..10];
    assert!(desk.run(&["ledger", "sent", "R08-0002", "--at", "2020-01-01"], 2).err().contains("FK-6062"), "before it was made");
    desk.run(&["ledger", "sent", "R08-0002", "--at", day], 0);
    desk.run(&["ledger", "told", "R08-0002", "--at", day], 0);
    desk.run(&["ledger", "received", "R08-0002"], 0);
    assert_eq!((clock("R08-0002", "sent"), clock("R08-0002", "told")), (day.to_owned(), day.to_owned()));
    desk.run(&["ledger", "verify"], 0);
}

/// Who read the 照合番号 back has the password: telling it once more is no news. Before that, each call is one.
#[test]
fn a_password_is_told_again_until_it_was_confirmed() {
    let desk = Desk::new();
    desk.run(&["ledger", "sent", "R08-0001", "R08-0002"], 0);
    let rows = desk.rows();
    desk.run(&["ledger", "told", "R08-0001", "R08-0002"], 0);
    desk.run(&["ledger", "told", "R08-0001"], 0);
    desk.run(&["ledger", "told", "R08-0001", "--confirmed"], 0);
    assert_eq!(desk.rows(), rows + 4);
    for words in
        [&["ledger", "told", "R08-0001", "--confirmed"][..], &["ledger", "told", "R08-0001"], &["ledger", "received", "R08-0001"]]
    {
        let run = desk.run(words, 0);
        assert!(run.err().contains("FK-6063") && run.out().is_empty(), "{words:?}: {}", run.err());
    }
    // Noted as received first, as told afterwards: both are true, once.
    desk.run(&["ledger", "received", "R08-0002"], 0);
    assert!(desk.run(&["ledger", "told", "R08-0002"], 0).err().contains("FK-6063"));
    assert_eq!(desk.rows(), rows + 5);
}

#[test]
fn what_is_still_to_be_done() {
    let desk = Desk::new();
    let to_do = |more: &[&str]| -> Vec<(String, Value)> {
        let lines = desk.lines(&[&["ledger", "due"], more].concat()).into_iter();
        lines.filter(|line| line["to_do"].is_array()).map(|line| (line["number"].to_string(), line["to_do"].clone())).collect()
    };
    let of = |list: &[(String, Value)], number: &str| {
        list.iter().find(|(own, _)| own.contains(number)).map(|(_, what)| what.to_string())
    };
    let all = to_do(&[]);
    assert_eq!(of(&all, "R08-0001").as_deref(), Some("[\"send\",\"tell\"]"));
    assert_eq!(of(&all, "R08-0003").as_deref(), Some("[\"send\"]"), "paper has no password");
    desk.run(&["ledger", "sent", "R08-0001", "R08-0003"], 0);
    assert_eq!(of(&to_do(&[]), "R08-0001").as_deref(), Some("[\"tell\"]"));
    desk.run(&["ledger", "told", "R08-0001"], 0);
    assert_eq!(of(&to_do(&[]), "R08-0001"), None, "sent today: not asked after yet");
    assert_eq!(of(&to_do(&["--days", "0"]), "R08-0001").as_deref(), Some("[\"confirm\"]"));
    assert_eq!(of(&to_do(&["--days", "0"]), "R08-0003"), None, "nobody reads a number back from paper");
    desk.run(&["ledger", "received", "R08-0001"], 0);
    assert_eq!(of(&to_do(&["--days", "0"]), "R08-0001"), None);
    let shown = desk.run(&["ledger", "due"], 0).out();
    assert!(shown.contains("送付の記録、パスワードの伝達"), "{shown}");
}

/// The password stands on the screen or, when that is asked for by name, on one sheet; never both, never over another file.
#[test]
fn the_password_sheet_holds_the_password_only_when_told_to() {
    let desk = Desk::new();
    let told = &desk.lines(&["password", "R08-0002"])[0];
    let password = told["password"].as_str().expect("a password").to_owned();
    assert_eq!((told["dial"].as_str(), told["warnings"].as_array().map(Vec::len)), (Some("000-000-1420"), Some(0)));
    let scan = Scan::new([Planted::password("password", &password)]);
    let run = Fukan::new(["password", "R08-0002", "--office"]).arg(desk.at("office")).arg("--out").arg(desk.at("empty.docx"));
    let run = run.run().expect_code(0);
    scan.stream("stdout", &run.stdout).assert_none();
    scan.stream("stderr", &run.stderr).assert_none();
    scan.folder(&desk.root).assert_none();
    let empty = read(&desk.at("empty.docx"));
    let check = told["check"].as_str().expect("a check code");
    for words in [
        "000-000-1420",
        check,
        "ホームページで再確認",
        "□　□　□　□",
        "□ 伝えた　□ 復唱",
        "エー（アメリカ）",
        "照会者が申し出た番号には掛けない",
    ] {
        assert!(empty.contains(words), "{words}\n{empty}");
    }
    assert!(!empty.contains("パスワードが入っています"));

    let full = desk.paper(&["password", "R08-0002", "--with-password"], "full.docx");
    let words = read(&full);
    assert!(told["groups"].as_array().expect("groups").iter().all(|group| words.contains(group.as_str().expect("a group"))));
    assert!(words.contains("細断して捨ててください"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&full).expect("there").permissions().mode() & 0o777, 0o600);
    }
    let before = fs::read(&full).expect("read");
    let again =
        Fukan::new(["password", "R08-0002", "--with-password", "--office"]).arg(desk.at("office")).arg("--out").arg(&full);
    assert!(again.run().expect_code(4).err().contains("FK-6069"));
    assert!(fs::read(&full).expect("read") == before);
    // Nothing half-made is left beside it.
    let names: Vec<_> = fs::read_dir(&desk.root).expect("folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{names:?}");
    // What a power cut left is named, never written over.
    fs::write(desk.at("cut.docx.part"), "left").expect("written");
    let cut = Fukan::new(["password", "R08-0002", "--office"]).arg(desk.at("office")).arg("--out").arg(desk.at("cut.docx"));
    assert!(cut.run().expect_code(4).err().contains("cut.docx.part"));
    assert_eq!(fs::read_to_string(desk.at("cut.docx.part")).expect("there"), "left");

    desk.run(&["password", "R08-0002", "--with-password"], 2);
    desk.run(&["password", "R08-0002", "--out", "sheet.txt"], 2);
    assert!(desk.run(&["password", "R08-0003"], 3).err().contains("FK-6060"));
    assert!(desk.run(&["password", "R08-0003", "--out", "x.docx"], 3).err().contains("FK-6060"));
    assert!(desk.run(&["password", "R08-0001", "--out", "nowhere/at/all.docx"], 4).err().contains("FK-6148"));
}

#[test]
fn a_number_looked_up_long_ago_warns_on_screen_and_sheet() {
    let desk = Desk::new();
    let partners = fs::read_to_string(desk.at("office/partners.csv")).expect("partners.csv");
    let stale = partners.replace("2026-11-10,大和田", "2026-01-05,大和田");
    assert_ne!(partners, stale);
    fs::write(desk.at("office/partners.csv"), stale).expect("written");
    let run = desk.run(&["password", "R08-0002"], 0);
    assert!(run.err().contains("FK-2015") && run.out().contains("令和8年1月5日"), "{}", run.err());
    let sheet = read(&desk.paper(&["password", "R08-0002"], "sheet.docx"));
    assert!(sheet.contains("令和8年1月5日）から90日を超えています"), "{sheet}");
}

/// Every paper passes the validators, is one page where it must be, and says nothing about a person.
#[test]
fn papers_are_sound_fit_their_page_and_name_nobody() {
    let desk = Desk::new();
    // The longest of what happens: an old number, a long page address, a long name.
    let partners = fs::read_to_string(desk.at("office/partners.csv")).expect("partners.csv");
    let long = "https://www.city-142018.example.lg.jp/kurashi/kenko/hoken/daihyo-denwa/annai/index-2026-11.html";
    let worst = partners
        .replace("2026-11-10,大和田", "2026-01-05,大和田")
        .replace("https://www.city-142018.example.lg.jp/,", &format!("{long},"));
    fs::write(desk.at("office/partners.csv"), worst).expect("written");
    desk.run(&["ledger", "sent", "R08-0001", "R08-0002", "R08-0006"], 0);
    desk.run(&["ledger", "told", "R08-0001", "--confirmed", "--by", "三枝 由紀"], 0);
    desk.run(&["ledger", "told", "R08-0002", "--by", "勅使河原 八左衛門太郎"], 0);
    desk.run(&["ledger", "received", "R08-0002"], 0);
    let pages = [
        desk.paper(&["password", "R08-0002", "--with-password"], "full.docx"),
        desk.paper(&["password", "R08-0002"], "empty.docx"),
        desk.paper(&["seal-record", "R08-0002"], "record.docx"),
        desk.paper(&["incident", "R08-0001"], "incident.docx"),
        desk.paper(&["incident", "R08-0006"], "incident-paper.docx"),
        desk.paper(&["incident", "R08-0013"], "incident-call.docx"),
        desk.paper(&["report"], "day.docx"),
    ];
    witness::assert_valid(&pages);
    for layout in witness::layout(&pages, &desk.at("pdf"), false) {
        let name = layout.path.file_name().expect("name").to_string_lossy().into_owned();
        assert!(layout.pages == 1 || name == "day.docx", "{name}: {} pages", layout.pages);
    }
    let cases: Value =
        serde_json::from_str(&fs::read_to_string(repo().join("examples/cases.json")).expect("cases")).expect("JSON");
    // A reply does name its person: the search finds it.
    assert_eq!(named(&read(&desk.at("out/paper/R08-0006/R08-0006-1.docx")), &cases).as_deref(), Some("\"E-07\""));
    let told = desk.lines(&["password", "R08-0002"]);
    let password = told[0]["password"].as_str().expect("a password");
    for paper in &pages {
        assert_eq!(named(&read(paper), &cases), None, "{} names somebody", paper.display());
        if !paper.ends_with("full.docx") {
            Scan::new([Planted::password("password", password)]).file(paper).assert_none();
        }
    }
}

/// The case whose person a text names, if it names one.
fn named(words: &str, cases: &Value) -> Option<String> {
    let told = |case: &&Value| {
        let (subject, email) = (&case["subject"], &case["requester"]["email"]);
        let values = [&subject["kana"], &subject["name"], &subject["birth"], &subject["address"], email];
        values.iter().filter_map(|value| value.as_str()).any(|value| value.len() > 4 && words.contains(value))
    };
    cases["cases"].as_array().expect("cases").iter().find(told).map(|case| case["id"].to_string())
}

/// 誤送付: the items by name, how sealed, whether the password was told; for paper, that it was not sealed at all.
#[test]
fn the_incident_page_says_what_an_administrator_must_know() {
    let desk = Desk::new();
    let untold = read(&desk.paper(&["incident", "R08-0001"], "a.docx"));
    for words in ["AES-256-CBC", "76ビット", "平均で約110万年", "伝えた記録はない", "今後も伝えない", "消すよう頼む", "札幌市"]
    {
        assert!(untold.contains(words), "{words}\n{untold}");
    }
    desk.run(&["ledger", "told", "R08-0001", "--by", "三枝 由紀"], 0);
    let told = read(&desk.paper(&["incident", "R08-0001"], "b.docx"));
    assert!(told.contains("に伝えた（三枝 由紀）") && told.contains("内容を見られたものとして扱う"), "{told}");
    let paper = read(&desk.paper(&["incident", "R08-0006"], "c.docx"));
    assert!(paper.contains("封緘なし") && !paper.contains("ビット") && !paper.contains("SHA-256"), "{paper}");
    assert!(paper.contains("開かず、写さず、消す（返す）よう頼んだ"), "{paper}");
    let call = read(&desk.paper(&["incident", "R08-0013"], "call.docx"));
    for words in ["電話で伝えたもの", "聞かれたものとして扱う", "メモを破棄するよう頼んだ", "メモを破棄したという連絡"]
    {
        assert!(call.contains(words), "{words}\n{call}");
    }
    assert!(!call.contains("印刷した文書") && !call.contains("開かず"), "{call}");
    assert!(!paper.contains("パスワード") && !call.contains("パスワード"), "{paper}{call}");
    desk.run(&["incident", "R08-0099", "--out", "d.docx"], 2);
    desk.run(&["seal-record", "R08-0006", "--out", "d.docx"], 3);
    let hash = desk.at("out/email/R08-0001/R08-0001.docx");
    let hash = support::sha256(&fs::read(hash).expect("the package"));
    let record = read(&desk.paper(&["seal-record", "R08-0001"], "r.docx"));
    assert!(record.contains(&hash[..32]) && record.contains(&hash[32..]), "{record}");
}

/// 照会項目 stand in the ledger by their ids; the page prints their names, and says so where a ledger has none.
#[test]
fn the_items_of_a_package_are_told_by_name() {
    let folder = temp_dir();
    let root = fs::canonicalize(folder.path()).expect("real");
    copy_tree(&repo().join("examples/office"), &root.join("office"));
    let bureau = Bureau::read(&root.join("office"), &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
    let passphrase = world::passphrase_file(&root.join("office/passphrase.txt")).expect("a passphrase");
    let seams = fixed_seams("papers");
    let mut books = bureau.books(&seams, &passphrase).expect("books");
    pack(&mut books, &Disk, &root.join("out"), &three(), "a").expect("packed");
    let parcels = books.parcels(&ParcelFilter::default()).expect("parcels");
    for (channel, words) in [(Channel::Email, "資格取得年月日、資格喪失年月日"), (Channel::Paper, "項目の記録なし")]
    {
        let parcel = parcels.iter().find(|p| p.promise.as_ref().is_some_and(|p| p.channel == channel)).expect("a parcel");
        let out = root.join(format!("{channel}.docx"));
        papers::incident(&parcel.number, &out, &bureau, &mut books, &seams).expect("made");
        assert!(read(&out).contains(words), "{}", read(&out));
    }
    assert_eq!(books.cases(&CaseFilter::default()).expect("cases").len(), 3);
}

/// 日報: the counts are those of the lists, the anchor is the one that `ledger verify` tells; a broken ledger gets none.
#[test]
fn the_day_end_report() {
    let desk = Desk::new();
    desk.run(&["ledger", "sent", "R08-0001", "R08-0002"], 0);
    let path = desk.at("day.docx");
    let run = Fukan::new(["report", "--json", "--office"]).arg(desk.at("office")).arg("--out").arg(&path).run().expect_code(0);
    let told: Value = serde_json::from_str(run.out().trim()).expect("JSON");
    let due = desk.lines(&["ledger", "due"]);
    let count = |what: fn(&Value) -> bool| due.iter().filter(|line| what(line)).count() as u64;
    let counts = &told["counts"];
    assert_eq!(counts["late"].as_u64(), Some(count(|line| line["state"] != "follow_up" && line["late"] == true)));
    assert_eq!(counts["waiting"].as_u64(), Some(count(|line| line["state"] == "waiting" && line["late"] == false)));
    assert_eq!(counts["untold"].as_u64(), Some(count(|line| line["to_do"].to_string().contains("tell"))));
    assert_eq!(counts["unsent"].as_u64(), Some(count(|line| line["to_do"].to_string().contains("send"))));
    assert_eq!(counts["follow_ups"].as_u64(), Some(count(|line| line["state"] == "follow_up")));
    assert_eq!(
        (counts["received"].as_u64(), counts["answered"].as_u64(), counts["sent"].as_u64()),
        (Some(30), Some(20), Some(2)),
        "two of the parcels ask, and are no reply"
    );
    let ledger = &desk.lines(&["ledger", "verify"])[0];
    assert_eq!((&told["row"], &told["tag"]), (&ledger["row"], &ledger["tag"]));
    let words = read(&path);
    let tag = ledger["tag"].as_str().expect("a tag");
    let groups: Vec<&str> = [0, 4, 8, 12].iter().map(|at| &tag[*at..at + 4]).collect();
    assert!(words.contains(&format!("{}番　{}", ledger["row"], groups.join(" "))), "{words}");
    for line in ["U08-0001　E-01", "R08-0001", "送付したもの　2件", "期限を過ぎたもの"] {
        assert!(words.contains(line), "{line}\n{words}");
    }
    let yesterday = read(&desk.paper(&["report", "--date", "2026-01-05"], "old.docx"));
    assert!(yesterday.contains("受け付けたもの　0件") && yesterday.contains("令和8年1月5日"));
    for wrong in ["2099-01-01", "2026-02-30", "きょう"] {
        desk.run(&["report", "--out", "x.docx", "--date", wrong], 2);
    }

    let script =
        "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute(\"UPDATE events SET who='x' WHERE seq=5\"); d.commit()";
    let database = desk.at("office/office.db");
    witness::debian("python3", &["-c", script, database.to_str().expect("UTF-8")], b"");
    let run =
        Fukan::new(["report", "--office"]).arg(desk.at("office")).arg("--out").arg(desk.at("bad.docx")).run().expect_code(4);
    assert!(run.err().contains("FK-6007") && !desk.at("bad.docx").exists(), "{}", run.err());
}
