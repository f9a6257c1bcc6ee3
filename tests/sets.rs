//! 一組: what goes together. A set of many replies by mail never weighs more than the partner takes, what no division helps is told, and
//! several people of one requester are one call.

mod support;

use fukan::press::text;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use support::desk::{Desk, example};
use support::{Fukan, json_lines};

/// So many people in one inquiry of 豊中市, by mail.
fn inquiry(people: usize) -> Vec<Value> {
    let names = ["カラキ", "キシモ", "クマタ", "サナミ", "タチカ", "ナリタ", "ハマノ", "マツキ", "ヤナセ", "ワカサ"];
    let person = |n: usize| {
        let mut case = example("E-17");
        let kana = format!("{} {}", names[n / 10], names[n % 10]);
        case["id"] = format!("D-{n:02}").into();
        case["requester"]["reference"] = format!("援-{n:02}").into();
        case["subject"]["kana"] = kana.clone().into();
        case["candidates"][0]["kana"] = kana.into();
        case["candidates"][0]["member"] = format!("20{n:05}").into();
        case
    };
    (0..people).map(person).collect()
}

/// What 豊中市 takes.
fn limit(desk: &Desk, size: &str) {
    let list = desk.path("office/partners.csv");
    let text = fs::read_to_string(&list).expect("the list");
    let row = text.lines().find(|line| line.starts_with("272035")).expect("the row");
    let mut cells: Vec<&str> = row.split(',').collect();
    cells[8] = size;
    fs::write(&list, text.replace(row, &cells.join(","))).expect("written");
}

/// The size of each mail, by its number, in order.
fn mails(desk: &Desk) -> BTreeMap<String, u64> {
    let folder = fs::read_dir(desk.path("out/email")).expect("mails");
    let size = |number: &str| fs::metadata(desk.path(&format!("out/email/{number}/{number}.eml"))).expect("a mail").len();
    folder
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .map(|n| (n.clone(), size(&n)))
        .collect()
}

/// The text of each document in a package.
fn opened(desk: &Desk, number: &str, extension: &str) -> BTreeMap<String, String> {
    let to = desk.path(&format!("opened-{number}"));
    fs::create_dir(&to).expect("a folder");
    let package = desk.path(&format!("out/email/{number}/{number}.{extension}"));
    Fukan::new(["open"]).arg(package).arg("--office").arg(desk.path("office")).arg("--out").arg(&to).run().expect_code(0);
    let text = |path: &std::path::Path| text::read(&fs::read(path).expect("a document")).expect("its text");
    let name = |path: &std::path::Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    support::files_under(&to).iter().map(|path| (name(path), text(path))).collect()
}

#[test]
fn a_set_over_the_limit_becomes_several_that_each_fit() {
    let desk = Desk::new();
    limit(&desk, "200KB");
    desk.file(&inquiry(20));
    let run = desk.run("pack {F} --office {O} --out {OUT}", 0);
    let mails = mails(&desk);
    let numbers: Vec<&str> = mails.keys().map(String::as_str).collect();
    let expected: Vec<String> = (1..=7).map(|n| format!("R08-{n:04}")).collect();
    assert_eq!(numbers, expected, "three replies and their 目録 fit in one");
    assert!(mails.values().all(|size| *size <= 200 * 1024), "{mails:?}");
    assert!(run.out().contains("R08-0001、R08-0002") && run.out().contains("分けて作りました"), "{}", run.out());
    assert!(run.out().lines().any(|line| line.starts_with("D-00 ")), "three a parcel are told one by one: {}", run.out());
    let mut named = Vec::new();
    for (place, number) in numbers.into_iter().enumerate() {
        let documents = opened(&desk, number, "zip");
        let replies = documents.len() - 1;
        let mail = support::witness::mails(&[desk.path(&format!("out/email/{number}/{number}.eml"))]).remove(0);
        assert!(
            mail.body
                .as_ref()
                .is_some_and(|body| body.contains(&format!("このメールで{replies}件、ほかのメールで{}件です。", 20 - replies))),
            "{number}"
        );
        let subject = format!(
            "【練習】【練習電機健保】照会について（練健発第8-{:04}号）{}通目（20件のうち{replies}件）",
            place + 1,
            place + 1
        );
        assert_eq!(mail.subject, subject);
        let list = &documents[&format!("{number}-list.docx")];
        assert!(list.contains(&format!("（全{replies}通）")), "{list}");
        let sum = format!("照会20件のうち、回答{replies}件（該当なしを含む）、別封で送付するもの{}件", 20 - replies);
        assert!(list.contains(&sum), "{sum}\n{list}");
        let of = (0..20).map(|n| format!("援-{n:02}")).filter(|reference| list.contains(reference.as_str()));
        let own: Vec<String> = of.collect();
        assert_eq!(own.len(), replies);
        named.extend(own);
    }
    let all: Vec<String> = (0..20).map(|n| format!("援-{n:02}")).collect();
    assert_eq!(named, all, "each once, in the order of their references");
    let lines: Vec<support::ReportLine> = json_lines(&desk.path("out/report.jsonl"));
    assert!(lines.iter().all(|line| line.outcome == "answered" && line.number.is_some()));
    desk.verify();
    let again = desk.pack("", 0);
    assert!(again.iter().all(|line| line.outcome == "already"));
}

/// The place in the subject goes on over the groups in which the parts are made, and past one that is not sent; a mail that is alone has none.
#[test]
fn the_subject_says_which_of_them_it_is() {
    let desk = Desk::new();
    limit(&desk, "100KB");
    let mut cases = inquiry(18);
    too_large(&mut cases[1]);
    cases.push(example("E-01"));
    desk.file(&cases);
    desk.pack("", 1);
    let drafts: Vec<_> = mails(&desk).keys().map(|number| desk.path(&format!("out/email/{number}/{number}.eml"))).collect();
    let subjects: Vec<String> = support::witness::mails(&drafts).into_iter().map(|mail| mail.subject).collect();
    let (alone, parts) = subjects.split_last().expect("mails");
    assert!(alone.ends_with("号）"), "{alone}");
    let places: Vec<String> = (1..=17).map(|place| format!("号）{place}通目（17件のうち1件）")).collect();
    assert!(parts.iter().zip(&places).all(|(subject, place)| subject.ends_with(place)), "{parts:#?}");
    assert_eq!(parts.len(), places.len(), "{parts:#?}");
}

#[test]
fn a_merged_word_document_is_divided_too() {
    let desk = Desk::new();
    desk.file(&inquiry(6));
    limit(&desk, "100KB");
    desk.pack("--format word", 0);
    let mails = mails(&desk);
    assert!(mails.len() > 1 && mails.values().all(|size| *size <= 100 * 1024), "{mails:?}");
    desk.verify();
}

/// A case whose reply no mail takes.
fn too_large(case: &mut Value) {
    let payment = |n: u64| json!({ "month": "2026-03", "decided": "2026-06-10", "amount": 10_000 + n * 7_919 % 90_000, "kind": (1 + n % 2).to_string() });
    case["candidates"][0]["answers"]["高額療養費"] = (0..4000).map(payment).collect::<Vec<_>>().into();
}

/// One reply that is too large by itself stays behind; the others go, and their lists say of it that it comes later.
#[test]
fn what_no_division_helps_is_refused() {
    let desk = Desk::new();
    limit(&desk, "100KB");
    let mut cases = inquiry(4);
    too_large(&mut cases[1]);
    desk.file(&cases);
    let lines = desk.pack("", 1);
    let outcomes: Vec<(&str, Option<&str>)> = lines.iter().map(|l| (l.outcome.as_str(), l.code.as_deref())).collect();
    assert_eq!(outcomes, [("answered", None), ("refused", Some("FK-2017")), ("answered", None), ("answered", None)]);
    let mails = mails(&desk);
    assert!(mails.values().all(|size| *size <= 100 * 1024), "{mails:?}");
    for number in mails.keys() {
        let documents = opened(&desk, number, "zip");
        let Some(list) = documents.get(&format!("{number}-list.docx")) else { continue };
        assert!(list.contains("照会4件のうち、") && list.contains("確認中1件（別途回答）"), "{list}");
    }
    assert!(desk.due().contains("FK-2017"), "it stays open");
    desk.verify();
}

/// A package that is reissued in parts is replaced by all of them: its password goes with the last.
#[test]
fn parts_take_the_place_of_the_whole() {
    let desk = Desk::new();
    desk.file(&inquiry(5));
    desk.pack("", 0);
    assert_eq!(mails(&desk).len(), 1);
    limit(&desk, "100KB");
    let cases: String = (0..5).map(|n| format!(" --case D-{n:02}")).collect();
    let run = desk.run(&format!("pack {{F}} --office {{O}} --out {{OUT}} --again{cases}"), 0);
    assert_eq!(mails(&desk).len(), 6, "one letter a mail");
    assert!(run.out().contains("R08-0001 は R08-0006 に差し替えました"), "{}", run.out());
    desk.run("ledger verify --office {O}", 0);
    let retired = desk.run("password R08-0001 --office {O}", 3);
    assert!(retired.err().contains("FK-6061"), "{}", retired.err());
    desk.run("password R08-0003 --office {O}", 0);
}

/// A mail of several names the first few of the requester's own references, and how many more there are.
#[test]
fn the_mail_names_the_references() {
    for (people, said) in [(1, "援-00"), (3, "援-00、援-01、援-02"), (5, "援-00、援-01、援-02 ほか2件")] {
        let desk = Desk::new();
        desk.file(&inquiry(people));
        desk.pack("", 0);
        let mail = support::witness::mails(&[desk.path("out/email/R08-0001/R08-0001.eml")]).remove(0);
        let body = mail.body.expect("a text");
        assert!(body.lines().any(|line| line.trim_end() == format!("　貴整理番号　　{said}")), "{body}");
    }
}

/// Where the code stands that a mail names: the list of a set, else the document. The sheet and the terminal say the same.
#[test]
fn the_mail_and_the_sheet_say_where_the_code_is() {
    let list = "目録（R08-0001-list.docx）の下欄";
    let rows = [
        (1, "", "文書の下欄", "document", "文書の下欄"),
        (2, "", list, "index", "目録（R08-0001-list.docx）を開いて、下欄"),
        (1, " --format word", "文書の下欄", "document", "文書の下欄"),
        (2, " --format word", "１頁目（目録）の下欄", "contents", "1頁目（目録）の下欄"),
    ];
    for (people, format, place, kind, told) in rows {
        let desk = Desk::new();
        desk.file(&inquiry(people));
        desk.pack(format, 0);
        let mail = support::witness::mails(&[desk.path("out/email/R08-0001/R08-0001.eml")]).remove(0);
        let body = mail.body.expect("a text");
        assert!(body.contains(&format!("開封後、{place}にある照合番号が")), "{body}");
        assert!(body.contains("日付け豊援第704号で照会のあった件について、文書をお送りします。"), "{body}");
        let shown: Value = serde_json::from_str(&desk.run("password R08-0001 --office {O} --json", 0).out()).expect("json");
        let (code, file) = (shown["check"].as_str().expect("a code"), shown["check_file"].as_str().expect("a file"));
        assert_eq!(shown["check_in"], kind);
        assert!(body.contains(&format!("　照合番号　　　{code}")), "{body}");
        // And there it is.
        let extension = if format.is_empty() { "zip" } else { "docx" };
        let documents = opened(&desk, "R08-0001", extension);
        assert!(documents[file].contains(&format!("照合番号　{code}")), "{file}");
        assert!(desk.run("password R08-0001 --office {O}", 0).out().contains(told), "{told}");
        desk.run("password R08-0001 --office {O} --out {OUT}/sheet.docx", 0);
        desk.says("sheet.docx", &[&format!("「ファイルを開いて、{place}の照合番号を読み上げてください。」")]);
        fs::remove_file(desk.path("out/sheet.docx")).expect("removed");
        desk.verify();
    }
}

/// A parcel of very many cases is one row on the screen; a machine and report.xlsx have each of them.
#[test]
fn many_cases_of_one_parcel_are_one_row() {
    let desk = Desk::new();
    let mut cases = inquiry(12);
    cases.push(example("E-07"));
    desk.file(&cases);
    let out = desk.run("pack {F} --office {O} --out {OUT}", 0).out();
    let rows: Vec<&str> = out.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert!(rows.len() == 2 && rows[0].starts_with("D-00、ほか11件") && rows[0].contains("回答 12"), "{rows:?}");
    assert_eq!(json_lines::<support::ReportLine>(&desk.path("out/report.jsonl")).len(), 13);
}

/// Who said that people of nearly the same name may go together stands in the ledger, with the parcel where they do and no other.
#[test]
fn who_joined_them_is_recorded() {
    let desk = Desk::new();
    let mut cases = inquiry(2);
    cases[1]["subject"]["kana"] = "ガラキ カラキ".into();
    cases[1]["candidates"][0]["kana"] = "ガラキ カラキ".into();
    cases.push(example("E-03"));
    desk.file(&cases);
    desk.run("pack {F} --office {O} --out {OUT} --together 123456789018", 2);
    assert!(!desk.path("out/email").exists(), "a name that no ledger may hold stops the run");
    desk.pack("--together 三枝次長", 0);
    desk.run("ledger export --office {O} --table records --out {OUT}/../ledger.csv", 0);
    let records = fs::read_to_string(desk.path("ledger.csv")).expect("the export");
    let named: Vec<&str> = records.lines().filter(|line| line.contains("三枝次長")).collect();
    assert!(named.len() == 1 && named[0].contains("together"), "{named:?}");
    desk.verify();
}

/// Several people of one requester are told in one call: one sheet, whose record form has a row each and no value.
#[test]
fn one_call_for_several_people() {
    let desk = Desk::new();
    desk.file(&[example("E-22"), example("E-23"), example("E-30")]);
    desk.run("pack {F} --office {O} --out {OUT}", 0);
    let call = desk.text("phone/R08-0001/call.docx");
    let (script, form) = call.split_once("電 話 回 答 記 録 票").expect("two parts");
    assert!(script.contains("2人") && script.contains("カンザキ") && script.contains("イノウエ"), "{script}");
    // Birth, told by the other side first, and 資格取得, on the same day; of the second, who is asked for more, birth alone.
    assert_eq!([script.matches("平成30年8月8日").count(), script.matches("平成30年8月19日").count()], [2, 1], "{script}");
    assert!(script.contains("次のうち分かるもの"), "{script}");
    for value in ["カンザキ", "イノウエ", "平成30年", "令和8年8月"] {
        assert!(!form.contains(value), "«{value}»\n{form}");
    }
    for row in ["1\n\tU08-0001", "2\n\tU08-0002", "□ 資格取得年月日", "□ 追加情報の依頼"] {
        assert_eq!(form.matches(row).count(), 1, "«{row}»\n{form}");
    }
    let folders = fs::read_dir(desk.path("out/phone")).expect("calls").count();
    assert_eq!(folders, 2, "another requester is another call");
    desk.verify();
}

/// So many people of 豊中市, each asked about in a document of its own, by the number and the day that are given; to be answered so.
fn asked(reply_by: &str, documents: &[(Option<&str>, Option<&str>)]) -> Vec<Value> {
    let mut cases = inquiry(documents.len());
    for (case, (number, day)) in cases.iter_mut().zip(documents) {
        case["reply_by"] = reply_by.into();
        case["received"] = json!({ "at": "2026-11-19T09:40", "via": "document", "document_no": number, "document_date": day });
    }
    cases
}

/// The first page of a set says once what it answers, and each letter behind it says its own: however many they are.
#[test]
fn several_documents_are_cited_in_one_breath() {
    const DAY: Option<&str> = Some("2026-11-18");
    let many: Vec<String> = (1..=30).map(|n| format!("豊援第{n}号")).collect();
    let many: Vec<_> = many.iter().map(|number| (Some(number.as_str()), DAY)).collect();
    let [one, two, three] = [Some("豊援第1号"), Some("豊援第2号"), Some("豊援第3号")];
    let sets: [(&[_], &str); 9] = [
        (&many[..1], "令和8年11月18日付け豊援第1号で照会のあった"),
        (&many[..2], "令和8年11月18日付け豊援第1号及び第2号で照会のあった"),
        (&many[..3], "令和8年11月18日付け豊援第1号、第2号及び第3号で照会のあった"),
        (&many[..4], "令和8年11月18日付け豊援第1号ほか3件の文書で照会のあった"),
        (&many, "令和8年11月18日付け豊援第1号ほか29件の文書で照会のあった"),
        (
            &[(two, DAY), (Some("介第7号"), DAY), (one, Some("2026-11-17"))],
            "令和8年11月17日付け豊援第1号、令和8年11月18日付け豊援第2号及び介第7号で照会のあった",
        ),
        (&[(one, None), (one, None), (two, DAY)], "豊援第1号及び令和8年11月18日付け豊援第2号で照会のあった"),
        (
            &[(one, DAY), (None, None), (two, DAY)],
            "令和8年11月18日付け豊援第1号及び第2号で照会のあった件及び令和8年11月19日に受け付けた文書で照会のあった",
        ),
        (
            &[(one, DAY), (None, None), (two, DAY), (three, DAY)],
            "令和8年11月18日付け豊援第1号ほか2件の文書で照会のあった件及び令和8年11月19日に受け付けた文書で照会のあった",
        ),
    ];
    for (documents, said) in sets {
        let desk = Desk::new();
        desk.file(&asked("paper", documents));
        desk.pack("", 0);
        let cover = format!("\n{said}標記の件について、下記の書類を送付しますので、御査収ください。\n");
        desk.says("paper/R08-0001/cover.docx", &[&cover]);
        for (n, (number, _)) in documents.iter().enumerate() {
            let own = number
                .map_or("受け付けた文書で照会のあった".to_owned(), |number| format!("{number}で照会のあった"));
            desk.says(&format!("paper/R08-0001/R08-0001-{}.docx", n + 1), &[&own]);
        }
        desk.verify();
    }
}

/// The list in a package says the same, and an office's own words for it are taken.
#[test]
fn an_office_cites_in_its_own_words() {
    let desk = Desk::new();
    fs::create_dir(desk.path("office/wording")).expect("a folder");
    let own = "引用・文書番号・ほか＝{文書}外{数}件により照会のあった\n引用・文書番号あり＝{日付}付{番号}により照会のあった\n並び・最後＝並びに\n";
    fs::write(desk.path("office/wording/phrases.txt"), own).expect("written");
    let numbers: Vec<String> = (1..=5).map(|n| format!("豊援第{n}号")).collect();
    let documents: Vec<_> = numbers.iter().map(|number| (Some(number.as_str()), Some("2026-11-18"))).collect();
    desk.file(&asked("email", &documents));
    desk.pack("--bundle requester", 0);
    let list = &opened(&desk, "R08-0001", "zip")["R08-0001-list.docx"];
    assert!(list.contains("令和8年11月18日付け豊援第1号外4件により照会のあった標記の件について"), "{list}");
    desk.verify();
    let desk = Desk::new();
    fs::create_dir(desk.path("office/wording")).expect("a folder");
    fs::write(desk.path("office/wording/phrases.txt"), own).expect("written");
    desk.file(&asked("paper", &documents[..2]));
    desk.pack("", 0);
    desk.says("paper/R08-0001/cover.docx", &["令和8年11月18日付豊援第1号並びに第2号により照会のあった標記の件について"]);
    desk.verify();
}

/// Calls of several days are told with the days alone, and the sheet says when the first and the last of them came.
#[test]
fn a_call_about_many_opens_with_a_sentence_that_can_be_read_out() {
    let people = |days: &[u32]| -> Vec<Value> {
        let mut cases = inquiry(days.len());
        for (case, day) in cases.iter_mut().zip(days) {
            case["reply_by"] = "phone".into();
            case["received"] = json!({ "at": format!("2026-11-{day:02}T09:{day:02}"), "via": "phone" });
        }
        cases
    };
    let many: Vec<u32> = (2..=16).rev().collect();
    let sets: [(&[u32], &str, &str); 4] = [
        (&[2], "令和8年11月2日に電話で照会のあった", "令和8年11月2日9時02分"),
        (&[2, 2, 2, 2], "令和8年11月2日に電話で照会のあった", "令和8年11月2日9時02分"),
        (&[16, 2, 5], "令和8年11月2日、5日及び16日に電話で照会のあった", "令和8年11月2日9時02分から令和8年11月16日9時16分まで"),
        (&many, "令和8年11月2日から16日までに電話で15件の照会のあった", "令和8年11月2日9時02分から令和8年11月16日9時16分まで"),
    ];
    for (days, said, received) in sets {
        let desk = Desk::new();
        desk.file(&people(days));
        desk.pack("", 0);
        let sheet = desk.text("phone/R08-0001/call.docx");
        assert!(sheet.contains(&format!("「{said}件について御連絡します。")), "«{said}»\n{sheet}");
        assert_eq!(
            sheet.matches(&format!("\t{received}　電話\n")).count(),
            2,
            "«{received}», in the script and in the record\n{sheet}"
        );
        desk.verify();
    }
    // Asked in writing and by telephone.
    let desk = Desk::new();
    let mut cases = people(&[2, 3]);
    cases[1]["received"] = asked("phone", &[(Some("豊援第1号"), Some("2026-11-18"))])[0]["received"].clone();
    desk.file(&cases);
    desk.pack("", 0);
    let said = "「令和8年11月18日付け豊援第1号で照会のあった件及び令和8年11月2日に電話で照会のあった件について御連絡します。";
    desk.says("phone/R08-0001/call.docx", &[said, "令和8年11月2日9時02分から令和8年11月19日9時40分まで　文書及び電話"]);
    desk.verify();
}

/// The number that is dialled is never struck out, however the caller wrote it.
#[test]
fn the_representative_number_is_not_struck_out() {
    let said = |stated: &[&str]| {
        let desk = Desk::new();
        let mut cases = inquiry(stated.len());
        for (case, number) in cases.iter_mut().zip(stated) {
            case["reply_by"] = "phone".into();
            case["requester"]["phone"] = (*number).into();
        }
        desk.file(&cases);
        desk.pack("", 0);
        desk.verify();
        let sheet = desk.text("phone/R08-0001/call.docx");
        assert!(sheet.contains("\t000-000-2720　（豊中市の代表電話）\n"), "{sheet}");
        sheet.split_once("発信に使用しない\n\t").map(|(_, rest)| rest.split('　').next().unwrap_or_default().to_owned())
    };
    assert_eq!(said(&["000-000-2720"]), None);
    assert_eq!(said(&["０００（０００）２７２０", "0000002720"]), None);
    assert_eq!(said(&["000-999-1111", "000-000-2720"]).as_deref(), Some("000-999-1111"));
    assert_eq!(said(&["000-999-1111", "000(999)1111", "000-000-27201"]).as_deref(), Some("000-999-1111、000-000-27201"));
}
