//! 頁: what stands on which page and in which line, as LibreOffice lays it out. Nobody copies a number off a page that does not say whose it
//! is, and no name is torn.

mod support;

use fukan::base::date::{parse, parse_moment};
use fukan::desk::Bureau;
use fukan::letter::LetterKind;
use fukan::letter::compose::{DayLine, DayPart, DayReport, day_report};
use fukan::world::Disk;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use support::batch::{SETTINGS, fixed_seams, office, pack_by_library, workshop};
use support::forms::changed;
use support::witness::{self, Layout, Word};
use support::{Fukan, files_under};

const LONG_INSURER: &str = "全日本見本情報産業機器製造販売及び関連サービス業連合健康保険組合";
const LONG_TITLE: &str = "常務理事兼事務局長（理事長職務代理者）";
const LONG_NAME: &str = "勅使河原 𠮷右衛門之介";
const LONG_SECTION: &str = "健康福祉部保健医療局国民健康保険課後期高齢者医療・医療費適正化推進係";
const LONG_PAGE: &str = "https://www.city-014257.example.lg.jp/kurashi/kenko/hoken/daihyo-denwa/annai/index-2026-11.html";

/// The settings of an office with this name, title and person, and a face that this machine has.
fn settings(name: &str, title: &str, person: &str) -> String {
    let named = SETTINGS.replace("東西健康保険組合", name).replace("\"理事長\"", &format!("\"{title}\"\nname = \"{person}\""));
    format!("{named}[fonts]\nmincho = \"BIZ UD明朝\"\n")
}

fn plain() -> String {
    settings("見本健康保険組合", "理事長", "見本 一郎")
}

/// A person with so many periods, asked about what a sheet mostly tells.
fn person(id: &str, kana: &str, reply_by: &str, periods: usize) -> Value {
    let period = |n: usize| {
        let (acquired, lost) = (format!("{}-04-01", 1990 + 2 * n), (n + 1 < periods).then(|| format!("{}-10-01", 1991 + 2 * n)));
        json!({"member": id, "kana": kana, "birth": "1970-03-02", "sex": "1", "acquired": acquired, "lost": lost,
            "symbol": "12", "number": format!("{}", 100 + n), "my_number_held": true, "protected": false,
            "answers": {"保険者番号": "06132013", "被保険者等記号": "12", "被保険者等番号": format!("{}", 100 + n),
                "本人・家族区分": "1", "資格取得年月日": acquired, "資格喪失年月日": lost}})
    };
    json!({
        "id": id,
        "received": {"at": "2026-11-20T10:15", "via": "document", "document_no": "健第276号", "document_date": "2026-11-18"},
        "reply_by": reply_by,
        "requester": {"municipality": "当別町", "code": "013030", "section": "介護保険課", "officer": "北沢 陽平", "phone": "000-000-5555",
            "reference": format!("整-{id}")},
        "procedure": {"number": "10-2", "name": "他の法令による給付との調整"},
        "subject": {"kana": kana, "birth": "昭和45年3月2日", "sex": "男"},
        "items": ["保険者番号", "被保険者等記号", "被保険者等番号", "本人・家族区分", "資格取得年月日", "資格喪失年月日"],
        "candidates": (0..periods).map(period).collect::<Vec<_>>()
    })
}

/// The same with so many payments.
fn paid(id: &str, kana: &str, reply_by: &str, payments: usize) -> Value {
    let mut case = person(id, kana, reply_by, 1);
    let payment = |n: usize| json!({"month": format!("{}-{:02}", 2024 + n / 12, n % 12 + 1), "decided": "2026-10-15", "amount": 1_234_567 + n, "kind": "付加"});
    case["asked_period"] = json!({"from": "2024-01-01", "to": "2026-10-31"});
    case["items"] = json!(["高額療養費"]);
    case["candidates"][0]["answers"] = json!({"高額療養費": (0..payments).map(payment).collect::<Vec<_>>()});
    case
}

/// The documents that a run made, by name.
fn packed(work: &Path, office: &Path, cases: &[Value]) -> Vec<PathBuf> {
    let (file, out) = (work.join("cases.json"), work.join("out"));
    fs::write(&file, json!({ "cases": cases }).to_string()).expect("cases.json");
    let packed = pack_by_library(&[file], office, &out, &fixed_seams("pages"), 1);
    let held: Vec<_> = packed.lines.iter().filter(|line| line.files.is_empty()).map(|line| &line.faults).collect();
    assert!(held.is_empty(), "{held:?}");
    files_under(&out).into_iter().filter(|path| path.extension().is_some_and(|end| end == "docx")).collect()
}

fn named<'a>(files: &'a [PathBuf], end: &str) -> &'a PathBuf {
    files.iter().find(|path| path.ends_with(end)).unwrap_or_else(|| panic!("no {end} among {files:?}"))
}

/// The pages on which a table goes on with something else than a band: what stands there instead. `head` is its heading row.
fn headless(layout: &Layout, head: &str, is_band: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for page in &layout.text {
        let lines: Vec<String> = page.lines().map(|line| line.split_whitespace().collect()).collect();
        let under = lines.iter().filter(|line| !line.is_empty()).skip_while(|line| *line != head).nth(1);
        found.extend(under.filter(|line| !is_band(line)).cloned());
    }
    found
}

const ANSWERS: &str = "項目内容基準日";

fn is_person(line: &str) -> bool {
    line.contains("（受付番号U08-")
}

fn is_period(line: &str) -> bool {
    line.starts_with("加入期間") || line.starts_with("各加入期間に共通")
}

/// The cases of the call sheet: six people, somebody with many periods, somebody with many payments.
fn called() -> Vec<Value> {
    let kana = ["ヤマモト アキラ", "マツモト ハルカ", "イノウエ タケシ", "コバヤシ ユイ", "カトウ レン", "タナベ サキ"];
    let mut cases: Vec<Value> = kana.iter().enumerate().map(|(n, kana)| person(&format!("P-{n}"), kana, "phone", 1)).collect();
    cases.extend([person("P-7", "ナガノ ヒサシ", "phone", 12), paid("P-8", "キュウフ オオシ", "phone", 30)]);
    cases
}

/// What a clerk who cares for nothing of it makes of a built-in form: rows that may be split.
fn own_forms(office: &Path) {
    let out = office.join("exported");
    Fukan::new(["forms", "export"]).arg(&out).run().expect_code(0);
    fs::create_dir_all(office.join("forms")).expect("a folder");
    for name in ["reply.docx", "call.docx"] {
        let built = fs::read(out.join(name)).expect("a form");
        let own = changed(&built, "word/document.xml", |xml| xml.replace("<w:cantSplit/>", "").replace("<w:keepNext/>", ""));
        fs::write(office.join("forms").join(name), own).expect("a form");
    }
}

#[test]
fn every_page_of_a_table_with_bands_begins_with_a_band() {
    for own in [false, true] {
        let work = workshop(if own { "pages-own" } else { "pages-bands" });
        let office = office(&work.join("office"), &plain());
        if own {
            own_forms(&office);
        }
        let mut cases = called();
        cases.extend([person("R-1", "サトウ イチロウ", "paper", 12), person("R-2", "サトウ ジロウ", "paper", 25)]);
        let files = packed(&work, &office, &cases);
        let documents = ["call.docx", "R08-0002-1.docx", "R08-0002-2.docx"].map(|end| named(&files, end).clone());
        witness::assert_valid(&documents);
        let torn = work.join("torn.docx");
        let call = fs::read(&documents[0]).expect("the call sheet");
        let unkept = |xml: &str| xml.replace("<w:keepNext/>", "");
        fs::write(&torn, changed(&call, "word/document.xml", unkept)).expect("written");
        let laid = witness::layout(&[&documents[..], &[torn]].concat(), &work.join("pdf"), false);
        assert!(
            laid[0].pages > 4 && laid[1].pages > 1 && laid[2].pages > 2,
            "{:?}",
            laid.iter().map(|l| l.pages).collect::<Vec<_>>()
        );
        assert_eq!(headless(&laid[0], ANSWERS, is_person), Vec::<String>::new(), "own {own}");
        assert_eq!(headless(&laid[1], ANSWERS, is_period), Vec::<String>::new(), "own {own}");
        assert_eq!(headless(&laid[2], ANSWERS, is_period), Vec::<String>::new(), "own {own}");
        // The check sees what it is for.
        assert_ne!(headless(&laid[3], ANSWERS, is_person), Vec::<String>::new(), "rows that are not kept are torn apart");
        let squeezed: String = laid[0].text.concat().split_whitespace().collect();
        assert!(squeezed.contains("7ナガノヒサシ昭和45年3月2日（1970年）男（受付番号U08-0007）（続き）"), "{squeezed}");
    }
}

/// 日報: a part longer than a page says on each what it is.
#[test]
fn every_page_of_a_day_report_says_which_part_goes_on() {
    let work = workshop("pages-day");
    let office = office(&work.join("office"), &plain());
    let bureau = Bureau::read(&office, &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
    let line = |n: usize| DayLine {
        number: format!("R08-{n:04}"),
        case: format!("U08-{n:04}"),
        municipality: "当別町".to_owned(),
        ..DayLine::default()
    };
    let parts: Vec<(DayPart, Vec<DayLine>)> = DayPart::ALL
        .into_iter()
        .zip([3, 0, 60, 22, 1, 0, 130, 7, 24, 9])
        .map(|(part, count)| (part, (0..count).map(line).collect()))
        .collect();
    let report = DayReport {
        day: parse("2026-11-20").expect("a day"),
        made_at: parse_moment("2026-11-20T17:30").expect("a moment"),
        made_by: "tester",
        parts: &parts,
        row: 7,
        tag: "abcd 1234",
    };
    let values = day_report(&bureau.head, &report);
    let docx = bureau.press.plate(LetterKind::DayReport).expect("a plate").stamp(&values).expect("stamped");
    let path = work.join("day.docx");
    fs::write(&path, docx).expect("written");
    let laid = witness::layout(&[path], &work.join("pdf"), false).remove(0);
    let is_part = |line: &str| line.ends_with('件') || line.ends_with("件（続き）");
    assert!(laid.pages > 5, "{}", laid.pages);
    assert_eq!(headless(&laid, "番号受付番号・照会番号内容日時", is_part), Vec::<String>::new());
}

/// A partner of this key, address and section's length; everything else as it is.
fn partner(office: &Path, key: &str, address: &str) {
    let list = office.join("partners.csv");
    let mut partners = fs::read_to_string(&list).expect("partners.csv");
    partners.push_str(&format!(
        "{key},見本広域連合,017-000-0009,{LONG_PAGE},2026-01-05,三枝 由紀,example.lg.jp,zip,10MB,014-0257,{address}\n"
    ));
    fs::write(list, partners).expect("partners.csv");
}

fn from(key: &str, section: &str, officer: &str, id: &str) -> Value {
    let mut case = person(id, "ヤマモト アキラ", "paper", 1);
    case["requester"] = json!({"kind": "other", "partner": key, "municipality": "見本広域連合", "section": section, "officer": officer,
        "phone": "017-000-7566", "reference": format!("整-{id}")});
    case
}

/// The words in the window of a cover.
fn shown(pdf: &Path) -> Vec<Word> {
    let words = witness::pages(pdf).remove(0);
    let start = words.iter().position(|word| word.text.starts_with('〒')).expect("a postal code");
    let end = words.iter().position(|word| word.text.starts_with("健発第")).expect("the document's number");
    words[start..end].to_vec()
}

#[test]
fn an_addressee_is_as_large_as_the_window_has_room_for() {
    let work = workshop("pages-window");
    let office = office(&work.join("office"), &plain());
    let long = "鹿児島県見本郡見本川上流町大字見本字上見本東一丁目二番三号見本川上流域総合庁舎別館四階見本川上流域広域連合事務局東側窓口二十三番";
    partner(&office, "X-SHORT", "北海道見本郡見本町中央1-1");
    partner(&office, "X-LONG", long);
    partner(&office, "X-TOO-LONG", &long.repeat(3));
    let cases = [
        from("X-SHORT", "介護保険課", "北沢 陽平", "W-1"),
        from("X-LONG", LONG_SECTION, LONG_NAME, "W-2"),
        from("X-TOO-LONG", LONG_SECTION, LONG_NAME, "W-3"),
    ];
    let files = packed(&work, &office, &cases);
    let covers: Vec<PathBuf> = files.iter().filter(|path| path.ends_with("cover.docx")).cloned().collect();
    assert_eq!(covers.len(), 3);
    witness::assert_valid(&covers);
    // The usual window is 90 × 45 mm at 20, 12; the sheet slides 10 mm in its envelope.
    let (left, top, right, bottom) = (30.0, 22.0, 100.0, 47.2);
    let mut pitches = Vec::new();
    for layout in &witness::layout(&covers, &work.join("pdf"), false)[..2] {
        let words = shown(layout.pdf.as_ref().expect("a PDF"));
        for word in &words {
            let [x0, y0, x1, y1] = word.place;
            assert!(x0 >= left - 0.2 && y0 >= top && x1 <= right + 0.2 && y1 <= bottom, "{} at {:?} mm", word.text, word.place);
        }
        let mut tops: Vec<f64> = words.iter().map(|word| word.place[3]).collect();
        tops.sort_by(f64::total_cmp);
        tops.dedup_by(|a, b| (*a - *b).abs() < 1.0);
        pitches.push(tops[1] - tops[0]);
    }
    // 10.5 points a letter, and a quarter between the lines, are 4.6 mm; six points are 2.6 mm.
    assert!(pitches[0] > 4.6 && (2.6..4.0).contains(&pitches[1]), "{pitches:?}");
    let check = Fukan::new(["check"]).arg(work.join("cases.json")).arg("--office").arg(&office).run();
    let told = check.err();
    assert_eq!(told.matches("FK-4045").count(), 1, "{told}");
    let about = told.split("FK-4045").nth(1).and_then(|rest| rest.lines().nth(1)).unwrap_or_default();
    assert!(about.contains("W-3") && !about.contains("W-2"), "{about}");
}

/// 一枚に収める: a long section, page, insurer and a number looked up long ago, with the password and with empty boxes.
#[test]
fn the_password_sheet_is_one_page() {
    let work = workshop("pages-password");
    let office = office(&work.join("office"), &settings(LONG_INSURER, LONG_TITLE, LONG_NAME));
    partner(&office, "X-MAIL", "北海道見本郡見本町中央1-1");
    let mut case = from("X-MAIL", LONG_SECTION, LONG_NAME, "M-1");
    case["reply_by"] = json!("email");
    case["requester"]["email"] = json!("kaigo@example.lg.jp");
    packed(&work, &office, &[case]);
    let sheet = |name: &str, more: &[&str]| {
        let path = work.join(name);
        let run = Fukan::new([&["password", "R08-0001"], more].concat()).arg("--office").arg(&office).arg("--out").arg(&path);
        run.run().expect_code(0);
        path
    };
    let sheets = [sheet("empty.docx", &[]), sheet("full.docx", &["--with-password"])];
    witness::assert_valid(&sheets);
    for layout in witness::layout(&sheets, &work.join("pdf"), false) {
        assert_eq!(layout.pages, 1, "{}", layout.path.display());
        let text: String = layout.text.concat().split_whitespace().collect();
        assert!(text.contains("www.city-014257.example.lg.jp…（全体は宛先表）") && !text.contains("daihyo-denwa"), "{text}");
        assert!(text.contains("90日を超えています"), "{text}");
    }
}

/// 発信者: at the right as ever, or a block of whole lines; the person's name in one line.
#[test]
fn a_long_sender_is_a_block_and_no_name_is_torn() {
    let sender = |name: &str, settings: &str| {
        let work = workshop(name);
        let office = office(&work.join("office"), settings);
        let files = packed(&work, &office, &[person("S-1", "ヤマモト アキラ", "paper", 1)]);
        let laid = witness::layout(&[named(&files, "R08-0001-1.docx").clone()], &work.join("pdf"), false).remove(0);
        let words = witness::pages(laid.pdf.as_ref().expect("a PDF")).remove(0);
        let end = words.iter().position(|word| word.text.contains("医療保険の加入情報等")).expect("the subject");
        let start = words.iter().position(|word| word.text == "様").expect("the addressee") + 1;
        words[start..end].to_vec()
    };
    let edges = |words: &[Word], line: &str| {
        let found =
            words.iter().find(|word| word.text.starts_with(line)).unwrap_or_else(|| panic!("no {line} in {:?}", texts(words)));
        let on_line = words.iter().filter(|word| (word.place[1] - found.place[1]).abs() < 1.0);
        on_line.fold((f64::MAX, 0.0_f64), |(left, right), word| (left.min(word.place[0]), right.max(word.place[2])))
    };
    let short = sender("pages-sender", &plain());
    let (name, person) = (edges(&short, "見本健康保険組合"), edges(&short, "理事長"));
    assert!((name.1 - person.1).abs() < 0.5 && (name.1 - 181.3).abs() < 1.0 && name.0 - person.0 > 1.0, "{name:?} {person:?}");

    let long = sender("pages-sender-long", &settings(LONG_INSURER, LONG_TITLE, LONG_NAME));
    let (name, person) = (edges(&long, LONG_INSURER), edges(&long, "常務理事兼事務局長"));
    assert!((name.0 - person.0).abs() < 0.5 && name.0 > 53.0 && name.1.max(person.1) < 182.0, "{name:?} {person:?}");
    let height = |text: &str| long.iter().find(|word| word.text.contains(text)).map(|word| word.place[3]);
    assert_eq!(height("勅使河原"), height("右衛門之介"), "{:?}", texts(&long));

    // Title and person have no room in one line: a line each.
    let title = format!("{LONG_TITLE}兼総務部長");
    let longer = sender("pages-sender-longer", &settings(LONG_INSURER, &title, LONG_NAME));
    assert_eq!(edges(&longer, "勅使河原").0, edges(&longer, "常務理事兼事務局長").0);
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

/// 給付: an amount stands in one line with its kind and the day of the decision.
#[test]
fn no_payment_is_torn() {
    let work = workshop("pages-payments");
    let office = office(&work.join("office"), &plain());
    let files = packed(&work, &office, &[paid("K-1", "キュウフ オオシ", "paper", 30)]);
    let laid = witness::layout(&[named(&files, "R08-0001-1.docx").clone()], &work.join("pdf"), false).remove(0);
    let lines = laid.text.iter().flat_map(|page| page.lines()).filter(|line| line.contains("（付加）"));
    let torn: Vec<&str> =
        lines.clone().filter(|line| !line.split_whitespace().collect::<String>().contains("令和8年10月15日決定")).collect();
    assert_eq!((lines.count(), torn), (30, Vec::new()));
}

/// 目録: whole file names, and a heading on every page of the check sums.
#[test]
fn an_index_tears_no_file_name() {
    let work = workshop("pages-index");
    let office = office(&work.join("office"), &plain());
    let cases: Vec<Value> = (1..=15)
        .map(|n| {
            let mut case = person(
                &format!("I-{n}"),
                &format!("ミホン {}", "アイウエオカキクケコサシスセソ".chars().nth(n - 1).expect("a kana")),
                "email",
                1,
            );
            case["requester"]["email"] = json!("kaigo@example.lg.jp");
            case["requester"]["code"] = json!("014257");
            case["requester"]["municipality"] = json!("上砂川町");
            case
        })
        .collect();
    packed(&work, &office, &cases);
    Fukan::new(["open"])
        .arg(work.join("out/email/R08-0001/R08-0001.zip"))
        .arg("--out")
        .arg(work.join("opened"))
        .arg("--office")
        .arg(&office)
        .run()
        .expect_code(0);
    let laid = witness::layout(&[work.join("opened/R08-0001-list.docx")], &work.join("pdf"), false).remove(0);
    assert_eq!(laid.pages, 2);
    let words: Vec<Word> = witness::pages(laid.pdf.as_ref().expect("a PDF")).concat();
    for n in 1..=15 {
        let name = format!("R08-0001-{n}.docx");
        assert_eq!(words.iter().filter(|word| word.text == name).count(), 2, "{name}");
    }
    let head =
        laid.text[1].lines().map(|line| line.split_whitespace().collect::<String>()).filter(|line| !line.is_empty()).nth(1);
    assert_eq!(head.as_deref(), Some("ファイル名SHA-256"));
}
