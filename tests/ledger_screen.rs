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
    assert!(told.contains("FK-6148") && told.contains("/nonexist") && !told.contains("--out"), "{told}");
    for day in ["2099-01-01", "2026-02-30"] {
        let told = desk.run(&format!("report --office {{O}} --date {day} --out {{OUT}}.docx"), 2).err();
        assert!(told.contains("FK-6033") && told.contains("--date") && !told.contains("--at"), "{told}");
    }
    assert!(!fs::exists(desk.path("out.docx")).expect("asked"));
}

/// 日報: a case that waits for the other side is not late; a reply counts once, its reissue not; a letter of delay is told as one.
#[test]
fn the_day_report_tells_waiting_delay_and_reissue() {
    let desk = Desk::new();
    let report = |name: &str| {
        let out = desk.path(name);
        let run = desk.run(&format!("report --office {{O}} --out {} --json", out.display()), 0);
        let counts = lines(&run.out()).remove(0)["counts"].clone();
        (counts, fukan::press::text::read(&fs::read(out).expect("the report")).expect("its text"))
    };
    let mut doubtful = example("E-08");
    doubtful["received"]["at"] = json!("2026-01-05T10:00");
    desk.file(&[doubtful, example("E-07"), example("E-12")]);
    desk.pack("", 1);
    desk.run("ask E-08 --cases {F} --office {O} --out {OUT}", 0);
    desk.run("delay E-12 --cases {F} --office {O} --out {OUT} --until {Y}-01-29 --reason records", 0);
    let (counts, text) = report("first.docx");
    assert_eq!((counts["answered"].as_u64(), counts["waiting"].as_u64(), counts["late"].as_u64()), (Some(1), Some(1), Some(0)));
    let late = lines(&desk.due()).iter().filter(|line| line["late"] == true).count() as u64;
    assert_eq!(counts["late"].as_u64(), Some(late), "as ledger due says");
    assert!(text.contains("回答の予定の連絡") && text.contains("期限を過ぎたもの　0件"), "{text}");
    // Asked for more, and the other side has not answered: nothing of ours is late, and the day it was asked is told.
    let waiting = lines(&desk.due()).into_iter().find(|line| line["state"] == "waiting").expect("E-08");
    let asked = waiting["asked"].as_str().expect("a moment");
    assert_eq!((waiting["case"].as_str(), waiting["late"].as_bool()), (Some("E-08"), Some(false)));
    assert!(desk.run("ledger due --office {O}", 0).out().contains(&format!("依頼 {asked}")), "{asked}");
    // As the day report prints it, and as --anchor reads it.
    let verified = desk.run("ledger verify --office {O}", 0).out();
    let anchor =
        verified.split_once("最後の記録: ").expect("the anchor").1.split('（').next().expect("an anchor").replace('番', "");
    assert!(anchor.split(' ').skip(1).all(|group| group.len() == 4) && anchor.split(' ').count() == 5, "{anchor}");
    desk.run(&format!("ledger verify --office {{O}} --anchor {}", anchor.replace(' ', "-")), 0);
    let part = &text[text.rfind("追加情報を待つもの　1件").expect("its part")..];
    assert!(part.contains("依頼 "), "{part}");
    desk.pack("--again --case E-07", 0);
    let (counts, text) = report("second.docx");
    assert_eq!(counts["answered"].as_u64(), Some(1), "a reissue is no second reply: {text}");
    // 誤送付: the letters that answer nothing name no item.
    let delay = lines(&desk.run("ledger list --office {O} --json", 0).out());
    let number = delay.iter().find(|line| line["cases"] == json!(["E-12"])).expect("the letter of delay")["number"].clone();
    let page = desk.path("incident.docx");
    desk.run(&format!("incident {} --office {{O}} --out {}", number.as_str().expect("a number"), page.display()), 0);
    let page = fukan::press::text::read(&fs::read(page).expect("the page")).expect("its text");
    assert!(page.contains("回答の予定") && !page.contains("資格取得年月日"), "{page}");
}

/// What was replaced is told truly: a file that left still opens with its password; paper has none to speak of.
#[test]
fn a_replacement_says_what_becomes_of_the_password() {
    let desk = Desk::new();
    desk.file(&[example("E-01"), example("E-02"), example("E-07")]);
    desk.pack("", 0);
    let again = desk.run("pack {F} --again --case E-01 --case E-02 --case E-07 --office {O} --out {OUT}", 0).out();
    let told = |number: &str| again.lines().find(|line| line.starts_with(number)).expect("the replacement").to_owned();
    assert!(told("R08-0001").contains("前のパスワードを知っている人には開けるまま"), "{again}");
    assert!(told("R08-0002").contains("差し替えました") && !told("R08-0002").contains("パスワード"), "{again}");
    let refused = desk.run("password R08-0001 --office {O}", 3).err();
    assert!(refused.contains("R08-0003") && refused.contains("開けるまま") && !refused.contains("失効"), "{refused}");
}

/// What is to be run next can be pasted; a name that Word would not open is told what it lacks.
#[test]
fn the_password_screen_ends_with_a_command_that_can_be_run() {
    let desk = Desk::new();
    desk.file(&[example("E-01"), example("E-02")]);
    desk.pack("", 0);
    let screen = desk.run("password R08-0001 --office {O}", 0).out();
    assert!(screen.contains(&format!("told R08-0001 --confirmed --office {}", desk.path("office").display())), "{screen}");
    for lang in ["ja", "en"] {
        let told = desk.run(&format!("password R08-0001 --office {{O}} --out tel --lang {lang}"), 2).err();
        assert!(told.contains(".docx"), "{told}");
    }
}

/// A call that tells of a delay: its sentence ends as one, and its record asks for no 副本.
#[test]
fn a_call_about_a_delay_asks_for_no_shadow_record() {
    let desk = Desk::new();
    let mut case = example("E-07");
    case["reply_by"] = json!("phone");
    desk.file(&[case]);
    desk.run("delay E-07 --cases {F} --office {O} --out {OUT} --until {Y}-01-29 --reason records", 0);
    let delay = desk.text("phone/R08-0001/call.docx");
    assert!(delay.contains("改めて御連絡します。") && !delay.contains("□不要　□要"), "{delay}");
    desk.pack("", 0);
    assert!(desk.text("phone/R08-0002/call.docx").contains("□不要　□要"));
}

/// 二重受付: the same question about the same person under another 照会番号 is told, in one file (by `check` too) and against the ledger;
/// another question, another person or another requester is none.
#[test]
fn the_same_question_under_another_id_is_told() {
    let (desk, first) = (Desk::new(), example("E-07"));
    let other = |id: &str, group: &str, key: &str, value: Value| {
        let mut case = first.clone();
        (case["id"], case[group][key]) = (json!(id), value);
        case
    };
    let again = other("E-07-2", "requester", "reference", json!("別の控え"));
    let elsewhere = other("E-07-3", "requester", "officer", json!("別の係"));
    let both = [first.clone(), again.clone(), elsewhere];
    desk.file(&both);
    let doubles = |told: &str| told.lines().filter(|line| line.contains("FK-6012")).map(str::to_owned).collect::<Vec<_>>();
    let pack = || desk.run("pack {F} --office {O} --out {OUT}", 0).err();
    let checked = desk.run("check {F} --office {O}", 0).err();
    assert!(checked.contains("（E-07）") && doubles(&checked).len() == 1, "{checked}");
    let packed = pack();
    assert!(packed.contains("（E-07）") && doubles(&packed).len() == 1, "{packed}");
    let mut later = again;
    later["id"] = json!("E-07-4");
    desk.file(&[later]);
    let packed = desk.run("pack {F} --office {O} --out {OUT} --json", 0).out();
    let told =
        lines(&packed).iter().flat_map(|line| line["warnings"].as_array().cloned().unwrap_or_default()).collect::<Vec<_>>();
    let double = told.iter().filter(|warning| warning["code"] == "FK-6012").collect::<Vec<_>>();
    assert!(double.len() == 1 && double[0].to_string().contains("U08-0001"), "{packed}");
    assert!(double[0]["file"] == "cases.json" && double[0]["case"] == 1, "{packed}");
    // What is 処理済み is not told once more: neither of the ledger nor of two cases of one file.
    let again = pack();
    assert!(doubles(&again).is_empty(), "{again}");
    desk.file(&both);
    let again = pack();
    assert!(doubles(&again).is_empty(), "{again}");
}
