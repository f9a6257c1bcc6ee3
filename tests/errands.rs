//! 用件: what a day brings besides replies, one command at a time: accept, delay, ask, release, reissue, correction, another channel.
//! `tests/week.rs` walks them all through one week.

mod support;

use serde_json::{Value, json};
use support::Fukan;
use support::desk::{Desk, example};

#[test]
fn an_inquiry_is_accepted_before_anybody_has_looked() {
    let desk = Desk::new();
    let mut bare = example("E-07");
    bare.as_object_mut().expect("object").remove("candidates");
    let mut refused = example("E-15");
    refused.as_object_mut().expect("object").remove("candidates");
    desk.file(&[bare, refused]);
    let first = desk.run("accept {F} --office {O} --json", 1).out();
    let lines: Vec<Value> = first.lines().map(|line| serde_json::from_str(line).expect("json")).collect();
    assert_eq!((&lines[0]["reception"], &lines[0]["outcome"]), (&json!("U08-0001"), &json!("accepted")));
    assert_eq!((&lines[1]["reception"], &lines[1]["code"]), (&json!("U08-0002"), &json!("FK-1111")));
    assert!(lines[0]["deadline"].as_str().expect("a deadline").starts_with("2026-11-20T17:15"));
    assert!(desk.due().contains("E-07"));
    assert!(!desk.path("out").exists(), "nothing is made");
    // Again: nothing is written twice.
    let rows = desk.run("ledger verify --office {O} --json", 0).out();
    let again = desk.run("accept {F} --office {O} --json", 1).out();
    assert!(again.lines().all(|line| line.contains("\"known\":true")), "{again}");
    assert_eq!(rows, desk.run("ledger verify --office {O} --json", 0).out());
    // Once somebody has looked it goes on under the same 受付番号, and accepting it after that changes nothing.
    desk.file(&[example("E-07")]);
    assert_eq!(desk.pack("", 0)[0].outcome, "answered");
    assert!(desk.due().contains("U08-0001") || !desk.due().contains("E-07\",\"state\":\"open"));
    assert!(desk.run("accept {F} --office {O} --json", 0).out().contains("\"reception\":\"U08-0001\",\"outcome\":\"already\""));
    desk.verify();
}

#[test]
fn packing_what_nobody_looked_for_is_refused() {
    let desk = Desk::new();
    let mut bare = example("E-07");
    bare["candidates"] = Value::Null;
    desk.file(&[bare]);
    desk.run("accept {F} --office {O}", 0);
    assert_eq!(desk.pack("", 3)[0].code.as_deref(), Some("FK-1130"));
}

#[test]
fn a_delay_is_told_by_letter_mail_and_telephone_and_leaves_the_case_open() {
    let desk = Desk::new();
    let mut cases = vec![example("E-07"), example("E-01"), example("E-22")];
    cases.iter_mut().for_each(|case| case["candidates"] = Value::Null);
    desk.file(&cases);
    let words = "delay E-07 E-01 e-22 --cases {F} --office {O} --out {OUT} --reason elsewhere";
    desk.run(&format!("{words} --until 2020-01-01"), 2);
    desk.run(&format!("{words} --until 2099-02-30"), 2);
    desk.run(&format!("{words} --until 2099-11-30T15:00"), 0);
    let report = support::report(&desk.path("out"));
    assert!(report.iter().all(|line| line.outcome == "delayed"), "{report:?}");
    let of = |channel: &str| report.iter().find(|l| l.channel.as_deref() == Some(channel)).expect("a line").number.clone();
    let (paper, phone) = (of("paper").expect("a number"), of("phone").expect("a number"));
    let told = ["回答の予定について（通知）", "15時頃までに回答する見込み", "ほかの部署への確認に時間を要するため"];
    desk.says(&format!("paper/{paper}/{paper}-1.docx"), &told);
    desk.says(&format!("phone/{phone}/call.docx"), &["15時頃までに回答する見込み", "回答の予定の連絡"]);
    // It says nothing of anybody.
    let letter = desk.text(&format!("paper/{paper}/{paper}-1.docx"));
    assert!(!letter.contains(example("E-07")["subject"]["kana"].as_str().expect("kana")));
    desk.verify();
    assert_eq!(desk.due().matches("\"state\":\"open\"").count(), 3, "{}", desk.due());
    // The same notice again is none; another time is one.
    desk.run(&format!("{words} --until 2099-11-30T15:00"), 0);
    assert!(support::report(&desk.path("out")).iter().all(|line| line.outcome == "already"));
    desk.run(&format!("{words} --until 2099-12-01"), 0);
    // And then it is answered.
    desk.file(&[example("E-07"), example("E-01"), example("E-22")]);
    assert!(desk.pack("", 0).iter().all(|line| line.outcome == "answered"));
    desk.verify();
    desk.run(&format!("{words} --until 2099-12-02"), 3);
    assert!(support::report(&desk.path("out")).iter().all(|line| line.code.as_deref() == Some("FK-6045")));
}

#[test]
fn a_case_that_is_not_in_the_files_is_told_and_nothing_is_made() {
    let desk = Desk::new();
    desk.file(&[example("E-07")]);
    let words = "--cases {F} --office {O} --out {OUT}";
    let run = desk.run(&format!("ask E-07 E-77 {words}"), 2);
    assert!(run.err().contains("FK-6040") && run.err().contains("E-77"), "{}", run.err());
    desk.run(&format!("delay U08-0001 {words} --until 2099-01-05 --reason hours"), 4);
    desk.run("pack {F} --office {O} --out {OUT} --case E-70", 2);
    assert!(!desk.path("out").exists());
}

#[test]
fn a_held_case_is_asked_about_in_the_words_for_several() {
    let desk = Desk::new();
    let mut held = example("E-08");
    held["reply_by"] = json!("paper");
    let mut several = example("E-05");
    several["reply_by"] = json!("paper");
    desk.file(&[held, several]);
    desk.pack("", 1);
    desk.run("ask E-08 --cases {F} --office {O} --out {OUT}", 0);
    let after = |text: String| text.split_once("３　追加の情報").expect("the part that asks").1.to_owned();
    let plain = |text: String| after(text).replace("R08", "").chars().filter(|c| !c.is_ascii_alphanumeric()).collect::<String>();
    let (ask, ours) = (desk.text("paper/R08-0002/R08-0002-1.docx"), desk.text("paper/R08-0001/R08-0001-1.docx"));
    assert_eq!(plain(ask), plain(ours), "the letters differ only in their numbers");
    desk.verify();
    // A second time is none; what can be answered is not asked about.
    desk.run("ask E-08 --cases {F} --office {O} --out {OUT}", 0);
    assert_eq!(support::report(&desk.path("out"))[0].outcome, "already");
    desk.file(&[example("E-07")]);
    desk.run("ask E-07 --cases {F} --office {O} --out {OUT}", 3);
    assert_eq!(support::report(&desk.path("out"))[0].code.as_deref(), Some("FK-3015"));
    // What comes back is the continuation, and cites our letter.
    let mut answered = example("E-08");
    answered["reply_by"] = json!("paper");
    let known = &answered["candidates"][0];
    let (symbol, number) = (known["symbol"].clone(), known["number"].clone());
    answered["additional"] = json!({ "symbol": symbol, "number": number });
    desk.file(&[answered]);
    let line = &desk.pack("", 0)[0];
    let number = line.number.clone().expect("a number");
    desk.says(&format!("paper/{number}/{number}-1.docx"), &["第8-0002号の1でお願いした追加の情報を踏まえて"]);
}

#[test]
fn a_supervisor_releases_a_protected_case_for_one_content() {
    let desk = Desk::new();
    desk.file(&[example("E-12"), example("E-07")]);
    assert_eq!(desk.pack("", 1)[0].code.as_deref(), Some("FK-3003"));
    let release = |who: &str, code: i32| {
        let office = desk.path("office");
        Fukan::new(["release", "E-12", "--by", who, "--reason", "informed", "--office"]).arg(office).run().expect_code(code)
    };
    let refused = release("山田 係員", 3);
    assert!(refused.err().contains("FK-3012") && !refused.err().contains("山田"), "{}", refused.err());
    desk.run("release E-07 --by x --reason informed --office {O}", 2);
    release("高瀬　事務長", 0);
    // Another content is held again.
    let mut changed = example("E-12");
    changed["candidates"][0]["symbol"] = json!("9999");
    desk.file(&[changed]);
    assert_eq!(desk.pack("", 1)[0].code.as_deref(), Some("FK-3003"));
    // The content that was released is answered, and proved again with the release that the ledger holds.
    release("高瀬 事務長", 0);
    desk.pack("", 0);
    desk.verify();
}

#[test]
fn a_reissue_is_marked_keeps_its_day_and_retires_the_first() {
    let desk = Desk::new();
    desk.file(&[example("E-03"), example("E-07")]);
    desk.pack("--date 2026-11-20", 0);
    let lines = desk.pack("--date 2026-11-25 --again", 0);
    assert_eq!((lines[0].number.as_deref(), lines[1].number.as_deref()), (Some("R08-0003"), Some("R08-0004")));
    let words =
        ["（回答・再発行）", "令和8年11月25日", "令和8年11月20日付け", "第8-0002号の1の文書を再発行する", "令和8年11月20日現在"];
    desk.says("paper/R08-0004/R08-0004-1.docx", &words);
    assert!(!desk.text("paper/R08-0004/R08-0004-1.docx").contains("令和8年11月25日現在"));
    desk.verify();
    let gone = desk.run("password R08-0001 --office {O}", 3);
    assert!(gone.err().contains("FK-6061") && gone.err().contains("R08-0003"), "{}", gone.err());
    desk.run("password R08-0003 --office {O} --json", 0);
    // The first ones are not waited for any more.
    assert!(!desk.due().contains("R08-0001") && desk.due().contains("R08-0003"));
    // A reissue of a reissue still is about the first day.
    desk.pack("--date 2026-11-26 --again --case E-07", 0);
    desk.says("paper/R08-0005/R08-0005-1.docx", &["第8-0004号の1の文書を再発行する", "令和8年11月20日現在"]);
    desk.verify();
}

#[test]
fn a_sealed_package_is_reissued_whole() {
    let desk = Desk::new();
    desk.file(&[example("E-01"), example("E-02")]);
    desk.pack("", 0);
    let refused = desk.pack("--again --case E-01", 3);
    assert_eq!(refused[0].code.as_deref(), Some("FK-6044"));
    desk.run("password R08-0001 --office {O} --json", 0);
    let again = desk.pack("--again", 0);
    assert!(again.iter().all(|line| line.number.as_deref() == Some("R08-0002")));
    desk.run("password R08-0001 --office {O} --json", 3);
    desk.verify();
}

#[test]
fn a_refused_mail_becomes_a_paper_set() {
    let desk = Desk::new();
    desk.file(&[example("E-01"), example("E-02"), example("E-03")]);
    desk.pack("", 0);
    let repack = "repack {F} --case E-02 --office {O} --out {OUT} --channel";
    desk.run(&format!("{repack} email"), 3);
    assert!(support::report(&desk.path("out")).iter().all(|line| line.code.as_deref() == Some("FK-6043")));
    desk.run(&format!("{repack} paper"), 0);
    let lines = support::report(&desk.path("out"));
    assert_eq!(lines.len(), 2, "the package, whole, and nothing else");
    assert!(lines.iter().all(|l| l.number.as_deref() == Some("R08-0003") && l.channel.as_deref() == Some("paper")));
    // It never reached anybody: what replaces it is the first letter, and is not marked.
    assert!(!desk.text("paper/R08-0003/R08-0003-1.docx").contains("再発行"));
    desk.run("password R08-0001 --office {O}", 3);
    desk.verify();
    // From now on it goes by paper, one letter of the set by itself too.
    assert_eq!(desk.pack("--again --case E-01", 0)[0].channel.as_deref(), Some("paper"));
    // Other content than what was answered is no repacking.
    let mut changed = example("E-03");
    changed["requester"]["reference"] = json!("x-1");
    desk.file(&[changed]);
    desk.run("repack {F} --case E-03 --office {O} --out {OUT} --channel paper", 3);
    assert_eq!(support::report(&desk.path("out"))[0].code.as_deref(), Some("FK-6042"));
    desk.run("password R08-0002 --office {O} --json", 0);
}

#[test]
fn a_package_that_was_sent_is_marked_when_it_goes_another_way() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    desk.pack("", 0);
    desk.run("ledger sent R08-0001 --office {O}", 0);
    desk.run("repack {F} --case E-03 --office {O} --out {OUT} --channel paper", 0);
    desk.says("paper/R08-0002/R08-0002-1.docx", &["（回答・再発行）"]);
}

#[test]
fn a_correction_cites_the_first_and_leaves_it_standing() {
    let desk = Desk::new();
    let right = example("E-03");
    let mut wrong = right.clone();
    wrong["reply_by"] = json!("paper");
    desk.file(&[wrong.clone(), example("E-07")]);
    desk.pack("--date 2026-11-20", 0);
    desk.run("pack {F} --office {O} --out {OUT} --correct R08-0001", 2);
    // The subject was typed wrongly: that is told.
    wrong["subject"]["birth"] = json!("1990-01-01");
    desk.file(&[wrong, example("E-07")]);
    assert_eq!(desk.pack("", 1)[0].code.as_deref(), Some("FK-6010"));
    let run = desk.run("pack {F} --office {O} --out {OUT} --correct R08-0001 --date 2026-11-25", 0);
    assert!(run.err().contains("FK-6048"), "{}", run.err());
    let lines = support::report(&desk.path("out"));
    assert_eq!((lines.len(), lines[0].number.as_deref()), (1, Some("R08-0003")));
    desk.says(
        "paper/R08-0003/R08-0003-1.docx",
        &["（訂正）", "令和8年11月20日付け", "第8-0001号の1の回答は、この文書をもって訂正"],
    );
    desk.verify();
}
