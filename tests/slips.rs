//! 書き誤り: what a slip of the hand meets, in a command, a setting or a file's name. It is told as what it is, and nothing is made of it.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::Fukan;
use support::desk::{Desk, example, next_year};

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("json")).collect()
}

/// The office holds settings and the ledger, and no replies in clear.
#[test]
fn no_output_goes_into_the_office() {
    let desk = Desk::new();
    desk.file(&[example("E-07")]);
    let before = support::files_under(&desk.path("office"));
    for out in ["{O}", "{O}/out", "{O}/../office/out/", "{O}/."] {
        let told = desk.run(&format!("pack {{F}} --office {{O}} --out {out}"), 2).err();
        assert!(told.contains("FK-6159"), "{out}: {told}");
    }
    let made = support::files_under(&desk.path("office"));
    let made: Vec<_> = made.into_iter().filter(|file| !before.contains(file)).collect();
    assert!(made.iter().all(|file| ["office.db", "office.lock"].iter().any(|name| file.ends_with(name))), "{made:?}");
    // Beside it, by however like a name.
    desk.run("pack {F} --office {O} --out {O}-out", 0);
}

/// A nightly file is named by its day and time. Twelve other digits that would do for a My Number are told as those of a name.
#[test]
fn a_file_is_named_by_its_day_and_time() {
    let desk = Desk::new();
    let file = desk.file(&[example("E-03")]);
    let told = |name: &str| {
        fs::copy(&file, desk.path(name)).expect("copied");
        let run = Fukan::new(["check"]).arg(desk.path(name)).arg("--office").arg(desk.path("office")).run();
        (run.code, run.out() + &run.err())
    };
    // Every quarter of an hour of a day: those with a right check digit too.
    for quarter in 0..96 {
        let (hour, minute) = (quarter / 4, quarter % 4 * 15);
        let name = format!("照会-20261127{hour:02}{minute:02}.json");
        assert!(!fukan::base::fault::FileName::holds_a_number(&name), "{name}");
    }
    for name in [
        "202611270030.json",
        "20261127-0030.json",
        "2026-11-27_00.30.json",
        "2026-11-27T0030-2.json",
        "nightly 20261127 0530.json",
    ] {
        let (code, told) = told(name);
        assert_eq!(code, Some(0), "{name}: {told}");
    }
    // No day, no minute, in fours, among more digits, and a number behind the moment.
    for name in [
        "123456789018.json",
        "1234-5678-9018.json",
        "202611270030-123456789018.json",
        "2026-1127-0030.json",
        "202611270030 1234-5678-9018.json",
    ] {
        let (code, told) = told(name);
        assert_eq!(code, Some(3), "{name}: {told}");
        assert!(told.contains("FK-1171") && told.contains("1番目のファイル") && !told.contains("9018"), "{name}: {told}");
        assert!(!told.contains("FK-1001") && !told.contains("マイナンバーを削除"), "{name}: {told}");
    }
}

/// 発信日 far ahead, or in a fiscal year that has not begun.
#[test]
fn a_letter_that_is_dated_ahead_is_told() {
    use fukan::base::Clock as _;
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    let now = fukan::world::SystemClock.now_ms();
    let ahead = |days: i64| fukan::base::date::from_epoch_ms(now + days * 86_400_000).date();
    let warned = |date: String| {
        let run = desk.run(&format!("check {{F}} --office {{O}} --json --date {date}"), 0);
        lines(&run.out()).iter().any(|line| line["warnings"].to_string().contains("FK-2026"))
    };
    assert!(!warned(ahead(0).to_string()));
    assert!(warned(ahead(16).to_string()) && warned(format!("{}-12-31", next_year())));
    let year = |date| fukan::base::date::fiscal_year(date);
    assert_eq!(warned(ahead(10).to_string()), year(ahead(10)) != year(ahead(0)));
    let told = desk.run(&format!("pack {{F}} --office {{O}} --out {{OUT}} --date {}-12-31", next_year()), 0).err();
    assert!(told.contains("FK-2026") && told.contains("まだ始まっていない年度の番号"), "{told}");
}

/// A key that nobody knows, beside all the others, is told where it stands and not at the first of them.
#[test]
fn an_unknown_key_at_the_top_is_not_told_of_another_field() {
    let desk = Desk::new();
    let settings = desk.path("office/office.toml");
    let text = fs::read_to_string(&settings).expect("settings");
    fs::write(&settings, format!("postings = \"簡易書留\"\n{text}")).expect("written");
    desk.file(&[example("E-03")]);
    let told = desk.run("check {F} --office {O}", 2).err();
    assert!(told.contains("FK-1024") && told.contains("「posting」") && !told.contains("照会番号"), "{told}");
    fs::write(&settings, text).expect("written");
    let mut case = example("E-03");
    case["candidate"] = json!([]);
    desk.file(&[case]);
    let run = desk.run("check {F} --office {O} --json", 3);
    let fault = &lines(&run.out())[0]["faults"][0];
    assert_eq!((&fault["code"], &fault["field"], &fault["case"]), (&json!("FK-1024"), &json!(null), &json!(1)), "{fault}");
}

/// --all-or-nothing: what was done before stays done, and nothing is said to be done that is not.
#[test]
fn all_or_nothing_tells_what_is() {
    let desk = Desk::new();
    desk.file(&[example("E-03"), example("E-07")]);
    let lost = desk.run("pack {F} {F}.lost --office {O} --out {OUT} --all-or-nothing", 3);
    assert!(lost.out().contains("受付不可3件") && !lost.out().contains("処理は済んでいます"), "{}", lost.out());
    let lost = desk.run("pack {F}.lost --office {O} --out {OUT}", 3).out();
    assert!(lost.contains("受付不可1件") && !lost.contains("処理は済んでいます"), "{lost}");
    desk.pack("", 0);
    let outcomes: Vec<(String, Option<String>)> =
        desk.pack("{F}.lost --all-or-nothing", 1).into_iter().map(|line| (line.outcome, line.number)).collect();
    let number = |n: &str| Some(n.to_owned());
    let told = [("already", number("R08-0001")), ("already", number("R08-0002")), ("refused", None)];
    assert_eq!(outcomes, told.map(|(outcome, number)| (outcome.to_owned(), number)));
    assert!(desk.run("pack {F} {F}.lost --office {O} --out {OUT}", 1).out().contains("ほかの2件の処理は済んでいます"));
}

/// What is refused for its partner can't be answered by pack either: it is told so.
#[test]
fn asking_about_what_is_refused_tells_why_it_is() {
    let desk = Desk::new();
    let partners = desk.path("office/partners.csv");
    desk.file(&[example("E-03")]);
    assert!(desk.run("ask E-03 --cases {F} --office {O} --out {OUT}", 3).err().contains("FK-3015"));
    let text = fs::read_to_string(&partners).expect("partners");
    fs::write(&partners, text.replace(",zip,", ",none,").replace(",word,", ",none,")).expect("written");
    let pack = desk.run("pack {F} --office {O} --out {OUT}", 3).err();
    let ask = desk.run("ask E-03 --cases {F} --office {O} --out {OUT}", 3).err();
    assert!(pack.contains("FK-2012") && ask.contains("FK-2012") && !ask.contains("FK-3015"), "{pack}{ask}");
}

/// Mistyped numbers and settings that are missing are no alarm of the disk or the vault.
#[test]
fn a_mistyped_number_or_missing_settings_are_a_matter_of_the_command() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    desk.pack("", 0);
    for words in ["ledger sent R08-9999", "ledger told R08-9999", "password R08-0099", "seal-record R08-0099 --out {OUT}/a.docx"]
    {
        let told = desk.run(&format!("{words} --office {{O}}"), 2).err();
        assert!(told.contains("FK-6008"), "{words}: {told}");
    }
    for name in ["partners.csv", "office.toml"] {
        fs::rename(desk.path(&format!("office/{name}")), desk.path("kept")).expect("moved");
        let told = desk.run("pack {F} --office {O} --out {OUT}", 2).err();
        assert!(told.contains("FK-1010") && told.contains(name), "{told}");
        fs::rename(desk.path("kept"), desk.path(&format!("office/{name}"))).expect("moved");
    }
    // A folder whose own folder is not there.
    for words in [
        "man --out {OUT}/no/no",
        "forms export {OUT}/no/no",
        "forms wording --out {OUT}/no/no",
        "open {OUT}/email/R08-0001/R08-0001.zip --out {OUT}/no/no --office {O}",
    ] {
        let told = desk.run(words, 4).err();
        assert!(told.contains("FK-6148") && !told.contains("空き"), "{words}: {told}");
    }
}

/// A command that is told works as it stands.
#[test]
fn the_sheet_for_the_telephone_names_a_command_that_shows_the_password() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    desk.pack("", 0);
    let told = desk.run("password R08-0001 --out {OUT}/sheet.docx --office {O}", 0).out();
    let (_, command) = told.split_once("fukan password ").expect("a command");
    let command = command.split_once(" で").expect("an end").0;
    desk.run(&format!("password {command}"), 0);
}

/// A folder of days: each is proved by its name, none is said to be a stranger's.
#[test]
fn a_folder_above_output_folders_is_no_output_folder() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    fs::create_dir(desk.path("days")).expect("a folder");
    let days = desk.path("days").display().to_string();
    desk.run(&format!("pack {{F}} --office {{O}} --out {days}/1126"), 0);
    desk.run(&format!("pack {{F}} --office {{O}} --out {days}/1127 --again --case E-03"), 0);
    let told = desk.run(&format!("verify {days} --office {{O}}"), 2).err();
    assert!(told.contains("FK-6160") && told.contains("（1126、1127）") && !told.contains("FK-6022"), "{told}");
    desk.run(&format!("verify {days}/1126 {days}/1127 --office {{O}}"), 0);
}

/// A link where a file of the office is to stand is told as one, and a server that says no in Japanese.
#[cfg(unix)]
#[test]
fn what_the_system_says_is_told_in_japanese() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    let link = |name: &str| {
        fs::rename(desk.path(&format!("office/{name}")), desk.path(name)).expect("moved");
        std::os::unix::fs::symlink(desk.path(name), desk.path(&format!("office/{name}"))).expect("a link");
    };
    for name in ["passphrase.txt", "partners.csv", "office.toml"] {
        link(name);
        let run = Fukan::new(["pack"]).arg(desk.path("cases.json")).arg("--office").arg(desk.path("office"));
        let told = run.arg("--out").arg(desk.path("out")).run().err();
        assert!(told.contains("リンク") && !told.contains("os error"), "{name}: {told}");
        fs::rename(desk.path(name), desk.path(&format!("office/{name}"))).expect("back");
    }
    let settings = desk.path("office/office.toml");
    let text = fs::read_to_string(&settings).expect("settings");
    fs::write(&settings, text.replace("database = \"office.db\"", "database = \"postgres://127.0.0.1:1/fukan\""))
        .expect("written");
    let told = desk.run("pack {F} --office {O} --out {OUT}", 4).err();
    assert!(told.contains("FK-6093") && told.contains("接続を断られました") && !told.contains("os error"), "{told}");
}
