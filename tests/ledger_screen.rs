//! 台帳の画面: what the lists of the ledger say, and what is said of a number or an office that was written wrongly.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::desk::{Desk, example};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// 副本の登録・更新 has its own task, and no deadline: that was the reply's.
#[test]
fn a_follow_up_is_told_as_the_task_that_it_is() {
    let desk = Desk::new();
    let mut case = example("E-01");
    case["received"]["at"] = json!("2026-01-05T10:00");
    desk.file(&[case]);
    desk.run("accept {F} --office {O}", 0);
    let open = desk.run("ledger due --office {O}", 0).out();
    assert!(open.contains("期限超過") && open.contains("2026-01-05"), "{open}");
    desk.pack("", 0);
    desk.run("ledger sent R08-0001 --office {O}", 0);
    desk.run("ledger told R08-0001 --confirmed --office {O}", 0);
    let due = desk.run("ledger due --office {O}", 0).out();
    let row = due.lines().find(|line| line.contains("E-01")).expect("the follow-up");
    assert!(row.contains("副本の登録・更新"), "{due}");
    assert!(!due.contains("期限超過") && !due.contains("2026-01-05") && !row.contains("回答"), "{due}");
    let english = desk.run("ledger due --office {O} --lang en", 0).out();
    assert!(english.contains("shadow record") && !english.contains("late"), "{english}");
    let told = lines(&desk.due());
    assert_eq!((told[0]["state"].as_str(), told[0]["late"].as_bool()), (Some("follow_up"), Some(false)));
}

/// A 照会番号 that two cases have names neither; both 受付番号 are told, and work.
#[test]
fn a_case_id_that_was_used_twice_is_told_with_all_that_have_it() {
    let desk = Desk::new();
    let mut later = example("E-07");
    desk.file(&[later.clone()]);
    desk.pack("", 0);
    later["received"]["at"] = json!("2026-11-21T09:00");
    desk.file(&[later]);
    desk.pack("", 0);
    for command in ["ledger close E-07 --reason 取下げ", "ledger updated E-07"] {
        let told = desk.run(&format!("{command} --office {{O}}"), 2).err();
        assert!(
            told.contains("FK-6011") && told.contains("2件あります: U08-0001、U08-0002") && told.contains("受付番号"),
            "{told}"
        );
        assert!(!told.contains("台帳にありません"), "{told}");
    }
    let noted = desk.run("ledger close u08-0002 --reason 取下げ --office {O}", 0).out();
    assert!(noted.contains("U08-0002: 処理の終了を台帳に記録しました。"), "{noted}");
}

/// Small letters are read; a number of another kind is told which kind is wanted. What is noted is said, as it was called.
#[test]
fn a_number_of_the_wrong_kind_is_told_which_is_wanted() {
    let desk = Desk::new();
    desk.file(&[example("E-01"), example("E-02"), example("E-07")]);
    desk.pack("", 0);
    let wrong = [
        ("password E-01 --office {O}", "発送番号"),
        ("seal-record U08-0001 --out x.docx --office {O}", "発送番号"),
        ("ledger told E-01 --office {O}", "発送番号"),
        ("ledger list --after E-01 --office {O}", "発送番号"),
        ("pack {F} --correct E-01 --office {O} --out {OUT}", "発送番号"),
        ("ledger close R08-0001 --reason 取下げ --office {O}", "受付番号"),
    ];
    for (command, wanted) in wrong {
        let told = desk.run(command, 2).err();
        assert!(told.contains("FK-6070") && told.contains(wanted) && !told.contains("FK-6008"), "{command}: {told}");
    }
    desk.run("password r08-0001 --office {O} --json", 0);
    let sent = desk.run("ledger sent r08-0001 R08-0002 --office {O}", 0).out();
    assert_eq!(
        sent.lines().collect::<Vec<_>>(),
        ["R08-0001: 送付を台帳に記録しました。", "R08-0002: 送付を台帳に記録しました。"]
    );
    let told = desk.run("ledger told R08-0001 --confirmed --office {O}", 0).out();
    assert!(told.contains("パスワードの伝達と照合番号の復唱"), "{told}");
    let updated = desk.run("ledger updated E-07 --office {O}", 0).out();
    assert!(updated.contains("E-07（U08-0003）: 副本の登録・更新を台帳に記録しました。"), "{updated}");
}

/// Which inquiries are in which parcel.
#[test]
fn the_list_names_the_cases_of_a_parcel() {
    let desk = Desk::new();
    desk.file(&[example("E-01"), example("E-02"), example("E-07")]);
    desk.pack("", 0);
    let list = desk.run("ledger list --office {O}", 0).out();
    let row = |number: &str| list.lines().find(|line| line.contains(number)).expect("the parcel").to_owned();
    assert!(row("R08-0001").contains("E-01、E-02") && row("R08-0002").contains("E-07"), "{list}");
    let told = lines(&desk.run("ledger list --office {O} --json", 0).out());
    assert_eq!((&told[0]["cases"], &told[1]["cases"]), (&json!(["E-01", "E-02"]), &json!(["E-07"])));
    let due = lines(&desk.due());
    assert!(due.iter().any(|line| line["cases"] == json!(["E-01", "E-02"])), "{due:?}");
}

/// An --office that was mistyped is told so, the same by every command, and nothing is made there.
#[test]
fn an_office_that_is_not_there() {
    let desk = Desk::new();
    desk.file(&[example("E-07")]);
    let commands = [
        "pack {F} --out {OUT}",
        "check {F}",
        "accept {F}",
        "ledger due",
        "ledger sent R08-0001",
        "verify {OUT}",
        "password R08-0001",
        "report --out day.docx",
    ];
    for command in commands {
        let told = desk.run(&format!("{command} --office {{O}}x"), 2).err();
        let path = desk.path("officex").display().to_string();
        assert!(
            told.contains("FK-6070") && told.contains("事務所のフォルダーがありません") && told.contains(&path),
            "{command}: {told}"
        );
    }
    assert!(!desk.path("officex").exists());
    let told = desk.run("verify nothere --office {O}", 2).err();
    assert!(
        told.contains("確かめるファイル又はフォルダーがありません") && told.contains("nothere") && !told.contains("--out"),
        "{told}"
    );
    let told = desk.run("seal-record R08-0001 --out /nonexist/x.docx --office {O}", 4).err();
    assert!(told.contains("FK-6005") && told.contains("/nonexist"), "{told}");
    for day in ["2099-01-01", "2026-02-30"] {
        let told = desk.run(&format!("report --office {{O}} --date {day} --out {{OUT}}.docx"), 2).err();
        assert!(told.contains("FK-6033") && told.contains("--date") && !told.contains("--at"), "{told}");
    }
    assert!(!fs::exists(desk.path("out.docx")).expect("asked"));
}
