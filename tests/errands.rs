//! 用件: what a day brings besides replies, one command at a time: accept, delay, ask, release, reissue, correction, another channel.
//! `tests/week.rs` walks them all through one week.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::desk::{Desk, example};
use support::{Fukan, Run};

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
    assert!(!desk.due().contains("\"state\":\"open\",\"case\":\"E-07\""), "{}", desk.due());
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
    desk.run(&format!("{words} --until {{Y}}-02-30"), 2);
    desk.run(&format!("{words} --until {{Y}}-11-30T15:00"), 0);
    let report = support::report(&desk.path("out"));
    assert!(report.iter().all(|line| line.outcome == "delayed"), "{report:?}");
    let of = |channel: &str| report.iter().find(|l| l.channel.as_deref() == Some(channel)).expect("a line").number.clone();
    let (paper, phone) = (of("paper").expect("a number"), of("phone").expect("a number"));
    let told = ["回答の予定について（通知）", "15時頃までに回答する見込み", "ほかの部署への確認に時間を要するため"];
    desk.says(&format!("paper/{paper}/{paper}-1.docx"), &told);
    desk.says(&format!("phone/{phone}/call.docx"), &["15時頃までに回答する見込み", "回答の予定の連絡"]);
    // Whose inquiry it is: as the requester stated it, as every letter says it.
    desk.says(&format!("paper/{paper}/{paper}-1.docx"), &[example("E-07")["subject"]["kana"].as_str().expect("kana")]);
    desk.verify();
    assert_eq!(desk.due().matches("\"state\":\"open\"").count(), 3, "{}", desk.due());
    // The same notice again is none; another time is one.
    desk.run(&format!("{words} --until {{Y}}-11-30T15:00"), 0);
    assert!(support::report(&desk.path("out")).iter().all(|line| line.outcome == "already"));
    desk.run(&format!("{words} --until {{Y}}-12-01"), 0);
    // And then it is answered.
    desk.file(&[example("E-07"), example("E-01"), example("E-22")]);
    assert!(desk.pack("", 0).iter().all(|line| line.outcome == "answered"));
    desk.verify();
    desk.run(&format!("{words} --until {{Y}}-12-02"), 3);
    assert!(support::report(&desk.path("out")).iter().all(|line| line.code.as_deref() == Some("FK-6045")));
}

#[test]
fn a_case_that_is_not_in_the_files_is_told_and_nothing_is_made() {
    let desk = Desk::new();
    desk.file(&[example("E-07")]);
    let words = "--cases {F} --office {O} --out {OUT}";
    let run = desk.run(&format!("ask E-07 E-77 {words}"), 2);
    assert!(run.err().contains("FK-6040") && run.err().contains("E-77"), "{}", run.err());
    desk.run(&format!("delay U08-0001 {words} --until {{Y}}-01-05 --reason hours"), 2);
    desk.run("pack {F} --office {O} --out {OUT} --case E-70", 2);
    assert!(!desk.path("out").exists());
}

/// 番号を受け取るすべての命令: small letters are read wherever a number is.
#[test]
fn every_command_reads_a_number_in_small_letters() {
    let desk = Desk::new();
    let of_file = ["E-01", "E-03", "E-07", "E-08", "E-12"];
    desk.file(&of_file.map(example));
    let lines = desk.pack("", 1);
    let number = |id: &str| lines.iter().find(|line| line.case == id).and_then(|line| line.number.clone()).expect(id);
    let (mail, paper) = (number("E-03"), number("E-07"));
    let received = |id: &str| format!("u08-000{}", of_file.iter().position(|own| *own == id).expect(id) + 1);
    let package = desk.path(&format!("{}.zip", mail.to_lowercase()));
    fs::copy(desk.path(&format!("out/email/{mail}/{mail}.zip")), &package).expect("the package");
    let at = |name: &str| desk.path(name).to_string_lossy().into_owned();
    let cases = "--cases {F} --office {O}";
    let mut walk = vec![
        format!("ledger list --after {mail} --office {{O}}"),
        format!("password {mail} --office {{O}}"),
        format!("seal-record {mail} --office {{O}} --out {}", at("seal.docx")),
        format!("incident {mail} --office {{O}} --out {}", at("incident.docx")),
        format!("release {} {cases} --by 高瀬事務長 --reason informed", received("E-12")),
        format!("delay {} {cases} --out {{OUT}} --until {{Y}}-11-30 --reason elsewhere", received("E-08")),
        format!("ask {} {cases} --out {{OUT}}", received("E-08")),
        format!("ledger sent {mail} {paper} --office {{O}}"),
        format!("ledger told {mail} --confirmed --office {{O}}"),
        format!("ledger received {mail} --office {{O}}"),
        format!("ledger updated {} --office {{O}}", received("E-07")),
        format!("pack {{F}} --again --case {} --office {{O}} --out {{OUT}}", received("E-03")),
        format!("repack {{F}} --case {} --channel paper --office {{O}} --out {{OUT}}", received("E-01")),
        format!("ledger close {} --reason withdrawn --office {{O}}", received("E-08")),
        "ledger resume --after r08-0090 --after u08-0090 --reason backup --office {O}".to_owned(),
    ];
    walk.iter_mut().for_each(|words| *words = words.replace(&mail, &mail.to_lowercase()).replace(&paper, &paper.to_lowercase()));
    for words in walk {
        desk.run(&words, 0);
    }
    desk.run(&format!("open {} --office {{O}} --out {}", package.display(), at("opened")), 0);
    let mut changed = example("E-07");
    changed["requester"]["reference"] = json!("x-1");
    desk.file(&[changed]);
    desk.run(&format!("pack {{F}} --correct {} --office {{O}} --out {{OUT}}", paper.to_lowercase()), 0);
    // A command that takes one more is one more line above.
    let args = ["cases", "ledger", "parcels"].map(|file| fs::read_to_string(format!("src/cli/args/{file}.rs")).expect("source"));
    let taken = |name: &str| args.iter().map(|text| text.matches(&format!("value_name = \"{name}\"")).count()).sum::<usize>();
    assert_eq!((taken("NUMBER"), taken("CASE"), taken("PACKAGE")), (7, 7, 1));
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
        let file = desk.path("cases.json");
        Fukan::new(["release", "E-12", "--by", who, "--reason", "informed", "--office"])
            .arg(office)
            .arg("--cases")
            .arg(file)
            .run()
            .expect_code(code)
    };
    let refused = release("山田 係員", 3);
    assert!(refused.err().contains("FK-3012") && !refused.err().contains("山田"), "{}", refused.err());
    desk.run("release E-07 --by x --reason informed --office {O} --cases {F}", 3);
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
    let lines = desk.pack("--date 2026-11-25 --again --case E-03 --case E-07", 0);
    assert_eq!((lines[0].number.as_deref(), lines[1].number.as_deref()), (Some("R08-0003"), Some("R08-0004")));
    let words =
        ["（回答・再発行）", "令和8年11月25日", "令和8年11月20日付け", "第8-0002号の1の文書を再発行する", "令和8年11月20日現在"];
    desk.says("paper/R08-0004/R08-0004-1.docx", &words);
    assert!(!desk.text("paper/R08-0004/R08-0004-1.docx").contains("令和8年11月25日現在"));
    desk.says("paper/R08-0004/cover.docx", &["回答書（再発行）", "なお、練健発第8-0002号でお送りしたものの再発行です。"]);
    let first = mail(&desk, "R08-0001");
    assert!(!first.1.contains("再発行") && first.0.starts_with("【練習】【練習電機健保】照会について"), "{first:?}");
    let again = mail(&desk, "R08-0003");
    assert!(again.1.contains("\nなお、練健発第8-0001号でお送りしたものの再発行です。"), "{}", again.1);
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

/// 回答の予定の連絡: whose inquiry it is about; a second one says which first one it takes the place of, once that has left.
#[test]
fn a_second_delay_mentions_the_first() {
    let desk = Desk::new();
    let mut case = example("E-07");
    case["candidates"] = Value::Null;
    desk.file(&[case]);
    let delay = |until: &str| {
        let words =
            format!("delay E-07 --cases {{F}} --office {{O}} --out {{OUT}} --reason elsewhere --until {{Y}}-{until} --json");
        desk.run(&words, 0)
    };
    delay("01-05");
    let first = "paper/R08-0001/R08-0001-1.docx";
    desk.says(first, &["下記５の理由により", "照会対象者", example("E-07")["subject"]["kana"].as_str().expect("a name")]);
    assert!(!desk.text(first).contains("改める"));
    // One that never left is replaced, and cited by nobody.
    delay("01-06");
    assert!(!desk.text("paper/R08-0002/R08-0002-1.docx").contains("改める"));
    desk.run("ledger sent R08-0002 --office {O}", 0);
    delay("01-07");
    let said = "付け練健発第8-0002号の1でお知らせした回答の予定を改めるものです。";
    desk.says("paper/R08-0003/R08-0003-1.docx", &[said]);
    desk.verify();
}

/// 照合票: where the inquiry says 不明, no candidate's sex differs from it.
#[test]
fn an_unknown_sex_does_not_differ() {
    let desk = Desk::new();
    let mut case = example("E-08");
    case["subject"]["sex"] = json!("不明");
    desk.file(&[case]);
    let told = desk.run("check {F} --office {O}", 1);
    let told = format!("{}{}", told.out(), told.err());
    assert!(told.contains("性別 照会で不明") && !told.contains("性別 不一致"), "{told}");
}

/// Subject and body of a mail draft.
fn mail(desk: &Desk, number: &str) -> (String, String) {
    let mail = support::witness::mails(&[desk.path(&format!("out/email/{number}/{number}.eml"))]).remove(0);
    (mail.subject, mail.body.expect("a text"))
}

/// Codes of the warnings about each case.
fn warned(run: &support::Run) -> Vec<(String, Vec<String>)> {
    let lines = run.out().lines().map(|line| serde_json::from_str::<Value>(line).expect("json")).collect::<Vec<_>>();
    let codes = |line: &Value| {
        line["warnings"].as_array().into_iter().flatten().map(|w| w["code"].as_str().expect("a code").to_owned()).collect()
    };
    let of = |line: &Value| Some((line["case"].as_str()?.to_owned(), codes(line)));
    lines.iter().filter_map(of).collect()
}

/// 発信日: a letter that is older than the inquiry it answers, or than the letter it cites or replaces, is told; one of the same day is right.
#[test]
fn a_letter_is_not_older_than_what_it_follows() {
    let desk = Desk::new();
    let late = |cases: &[(&str, &[&str])]| {
        cases.iter().map(|(id, codes)| ((*id).to_owned(), codes.iter().map(|c| (*c).to_owned()).collect())).collect::<Vec<_>>()
    };
    let mut doubtful = example("E-08");
    doubtful["received"] = json!({ "at": "2026-11-22T09:00", "via": "phone" });
    desk.file(&[example("E-03"), example("E-07"), doubtful.clone()]);
    let pack = "pack {F} --office {O} --out {OUT} --json --date";
    let check = desk.run("check {F} --office {O} --json --date 2026-11-19", 1);
    assert_eq!(warned(&check), late(&[("E-03", &["FK-2020"]), ("E-07", &["FK-2020"]), ("E-08", &[])]), "no letter, no date");
    assert_eq!(warned(&desk.run(&format!("{pack} 2026-11-20"), 1)), late(&[("E-03", &[]), ("E-07", &[]), ("E-08", &[])]));
    // A notice of delay, and a request for more.
    let notice = "delay E-08 --cases {F} --until {Y}-01-05 --reason records --office {O} --out {OUT} --json --date";
    assert_eq!(warned(&desk.run(&format!("{notice} 2026-11-20"), 0)), late(&[("E-08", &["FK-2020"])]));
    let ask = desk.run("ask E-08 --cases {F} --office {O} --out {OUT} --json --date 2026-11-22", 0);
    assert_eq!(warned(&ask), late(&[("E-08", &[])]));
    // What takes the place of an earlier one, marked or not.
    let again = desk.run(&format!("{pack} 2026-11-19 --again --case E-07"), 0);
    assert_eq!(warned(&again), late(&[("E-07", &["FK-2020", "FK-2021"])]));
    let text = again.out();
    assert!(text.contains("R08-0002") && text.contains("令和8年11月20日") && text.contains("\"case\":2"), "{text}");
    let again = desk.run(&format!("{pack} 2026-11-20 --again --case E-07"), 0);
    assert_eq!(warned(&again), late(&[("E-07", &[])]));
    let repack = desk.run("repack {F} --case E-03 --channel paper --office {O} --out {OUT} --json --date 2026-11-19", 0);
    assert_eq!(warned(&repack), late(&[("E-03", &["FK-2020", "FK-2021"])]));
}

#[test]
fn a_sealed_package_is_reissued_whole() {
    let desk = Desk::new();
    desk.file(&[example("E-01"), example("E-02")]);
    desk.pack("", 0);
    let refused = desk.pack("--again --case E-01", 3);
    assert_eq!(refused[0].code.as_deref(), Some("FK-6044"));
    desk.run("password R08-0001 --office {O} --json", 0);
    let again = desk.pack("--again --case E-01 --case E-02", 0);
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
    // Received, and nothing made of it.
    desk.file(&[example("E-17")]);
    desk.run("accept {F} --office {O}", 0);
    let nothing = desk.run("repack {F} --case E-17 --channel paper --office {O} --out {OUT}", 2);
    assert!(nothing.err().contains("FK-6130"), "{}", nothing.err());
    desk.file(&[example("E-01"), example("E-02"), example("E-03")]);
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
    desk.says("paper/R08-0003/cover.docx", &["回答書（訂正）", "なお、練健発第8-0001号でお送りしたものの訂正です。"]);
    desk.verify();
    // What stands for the case now is the correction: the same command again makes no second one, and says so.
    let again = desk.run("pack {F} --office {O} --out {OUT} --correct R08-0001", 2);
    assert!(again.err().contains("FK-6131") && again.err().contains("R08-0003"), "{}", again.err());
}

#[test]
fn an_errand_touches_nothing_that_a_later_parcel_answered() {
    let desk = Desk::new();
    let (first, mut second) = (example("E-01"), example("E-02"));
    desk.file(&[first.clone(), second.clone()]);
    desk.pack("", 0);
    second["requester"]["reference"] = json!("直し-1");
    desk.file(&[first.clone(), second.clone()]);
    // E-02 alone is corrected; the mail with both never left, but still carries E-01.
    assert_eq!(desk.pack("--correct R08-0001", 0).len(), 2);
    desk.run("password R08-0001 --office {O} --json", 0);
    // Naming a case that is not of that number reaches nothing.
    desk.file(&[example("E-16"), second.clone()]);
    desk.run("pack {F} --office {O} --out {OUT} --correct R08-0001 --case E-16", 2);
    // E-01 goes by paper: it is all that is left of the mail, and E-02's correction is not touched.
    desk.file(&[first.clone(), second.clone()]);
    desk.run("repack {F} --case E-01 --channel paper --office {O} --out {OUT}", 0);
    let lines = support::report(&desk.path("out"));
    assert_eq!((lines.len(), lines[0].case.as_str(), lines[0].number.as_deref()), (1, "E-01", Some("R08-0003")));
    desk.run("password R08-0001 --office {O} --json", 3);
    desk.run("password R08-0002 --office {O} --json", 0);
    // A file without any of its cases is told.
    desk.file(&[example("E-16")]);
    desk.run("repack {F} --case E-01 --channel phone --office {O} --out {OUT}", 2);
}

#[test]
fn letters_of_a_set_replaced_one_by_one_leave_nothing_to_send() {
    let desk = Desk::new();
    desk.file(&[example("E-19"), example("E-20"), example("E-21")]);
    desk.pack("", 0);
    for (case, still_due) in [("E-19", true), ("E-20", true), ("E-21", false)] {
        desk.pack(&format!("--again --case {case}"), 0);
        assert_eq!(desk.due().contains("R08-0001"), still_due, "{case}: {}", desk.due());
    }
}

#[test]
fn what_never_left_is_replaced_by_its_correction_and_a_delay_by_its_reply() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    desk.run("delay E-03 --cases {F} --office {O} --out {OUT} --until {Y}-01-31 --reason volume", 0);
    desk.pack("", 0);
    assert!(!desk.due().contains("R08-0001"), "the reply overtakes the notice: {}", desk.due());
    let mut right = example("E-03");
    right["requester"]["reference"] = json!("直し-1");
    desk.file(&[right.clone()]);
    let told = desk.run("pack {F} --office {O} --out {OUT} --correct R08-0002", 0).out();
    assert!(told.contains("R08-0002 は R08-0003 に差し替えました"), "{told}");
    assert!(!desk.due().contains("R08-0002"));
    // What has left stays what it was: the correction cites it.
    desk.run("ledger sent R08-0003 --office {O}", 0);
    right["requester"]["reference"] = json!("直し-2");
    desk.file(&[right]);
    let told = desk.run("pack {F} --office {O} --out {OUT} --correct R08-0003", 0).out();
    assert!(!told.contains("差し替えました"), "{told}");
}

#[test]
fn the_day_of_a_whole_file_belongs_to_what_its_cases_say() {
    let desk = Desk::new();
    let dated = |day: &str, cases: &[Value]| json!({ "records_at": day, "cases": cases }).to_string();
    let write = |name: &str, day: &str, cases: &[Value]| fs::write(desk.path(name), dated(day, cases)).expect("written");
    write("cases.json", "2026-11-20T09:00", &[example("E-12"), example("E-07")]);
    assert_eq!(desk.pack("", 1)[0].code.as_deref(), Some("FK-3003"));
    let (office, file) = (desk.path("office"), desk.path("cases.json"));
    let release = Fukan::new(["release", "E-12", "--by", "高瀬 事務長", "--reason", "checked", "--office"]);
    release.arg(office).arg("--cases").arg(file).run().expect_code(0);
    // Another day is another content: not what was released, and not what was answered.
    write("cases.json", "2015-01-01T09:00", &[example("E-12"), example("E-07")]);
    let lines = desk.pack("", 1);
    let codes = [lines[0].code.as_deref(), lines[1].code.as_deref()];
    assert_eq!(codes, [Some("FK-3003"), Some("FK-6010")]);
}

#[test]
fn the_person_asked_about_is_the_one_that_comes_back() {
    let desk = Desk::new();
    // Received with a misspelt name, then asked about under the right one.
    let mut misspelt = example("E-05");
    misspelt["subject"]["kana"] = json!("マチガイ タロウ");
    misspelt["candidates"] = Value::Null;
    desk.file(&[misspelt.clone()]);
    desk.run("accept {F} --office {O}", 0);
    desk.file(&[example("E-05")]);
    assert_eq!(desk.pack("", 0)[0].outcome, "ask_more");
    misspelt["candidates"] = json!([]);
    desk.file(&[misspelt]);
    assert_eq!(desk.pack("", 3)[0].code.as_deref(), Some("FK-6014"));
    let mut back = example("E-05");
    back["additional"] = json!({ "acquired": "1901" });
    desk.file(&[back]);
    assert_ne!(desk.pack("", 1)[0].code.as_deref(), Some("FK-6014"));
}

#[test]
fn a_closed_case_is_left_alone_and_a_protected_one_is_not_asked_about() {
    let desk = Desk::new();
    desk.file(&[example("E-08"), example("E-12")]);
    desk.pack("", 1);
    desk.run("ask E-12 --cases {F} --office {O} --out {OUT}", 1);
    assert_eq!(support::report(&desk.path("out"))[0].code.as_deref(), Some("FK-3003"));
    desk.run("ledger close E-08 --reason 取下げ --office {O}", 0);
    for errand in ["pack {F} --case E-08", "ask E-08 --cases {F}", "delay E-08 --cases {F} --until {Y}-01-05 --reason hours"] {
        desk.run(&format!("{errand} --office {{O}} --out {{OUT}}"), 3);
        assert_eq!(support::report(&desk.path("out"))[0].code.as_deref(), Some("FK-6049"), "{errand}");
    }
}

#[test]
fn one_refusal_of_the_ledger_stops_all_where_that_was_asked() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    desk.pack("", 0);
    let mut changed = example("E-03");
    changed["requester"]["reference"] = json!("x-1");
    desk.file(&[changed, example("E-07")]);
    let lines = desk.pack("--all-or-nothing", 3);
    assert_eq!(lines[1].code.as_deref(), Some("FK-6030"));
    assert!(!desk.path("out/paper").join("R08-0002").exists());
}

#[test]
fn the_file_of_accepted_inquiries_is_not_a_file_of_answers() {
    let desk = Desk::new();
    let mut bare = example("E-07");
    bare["candidates"] = Value::Null;
    desk.file(&[bare]);
    desk.run("accept {F} --office {O}", 0);
    let rows = desk.run("ledger verify --office {O} --json", 0).out();
    assert_eq!(desk.pack("", 3)[0].code.as_deref(), Some("FK-1130"));
    assert_eq!(rows, desk.run("ledger verify --office {O} --json", 0).out(), "it stays received");
}

#[test]
fn a_letter_whose_case_moved_on_is_not_wrong_but_one_that_the_file_contradicts_is() {
    let desk = Desk::new();
    let mut bare = example("E-07");
    bare["candidates"] = Value::Null;
    desk.file(&[bare]);
    desk.run("delay E-07 --cases {F} --office {O} --out {OUT} --until {Y}-01-31 --reason volume", 0);
    desk.file(&[example("E-07")]);
    desk.pack("", 0);
    let results = |run: Run| -> Vec<String> {
        let lines = run.out();
        let line = |line: &str| serde_json::from_str::<Value>(line).expect("json");
        let parcels = lines.lines().map(line).filter(|v| v["name"].as_str().is_some_and(|name| name.starts_with('R')));
        parcels.map(|v| format!("{} {} {}", v["name"].as_str().unwrap(), v["result"].as_str().unwrap(), v["replaced"])).collect()
    };
    let verify = "verify {OUT} --cases {F} --office {O} --json";
    assert_eq!(results(desk.run(verify, 1)), ["R08-0001 not_compared true", "R08-0002 proved false"]);
    let mut changed = example("E-07");
    changed["requester"]["reference"] = json!("x-1");
    desk.file(&[changed]);
    assert_eq!(results(desk.run(verify, 3)), ["R08-0001 not_compared true", "R08-0002 wrong false"]);
    // An edited ledger proves nothing.
    let python = support::repo().join(".witness/venv/bin/python");
    let script = "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute('UPDATE parcels SET sent_at = 1'); d.commit()";
    let edit = std::process::Command::new(python).args(["-c", script]).arg(desk.path("office/office.db")).status();
    assert!(edit.expect("python").success());
    desk.run("verify {OUT} --office {O}", 4);
}
