//! 未発送: what an earlier run packed and never told, or put where nobody prints it, or what must not go as it is, is told by the next
//! run: on the screen, in report.xlsx and to machines. Needs `strace` (apt-get install strace).
#![cfg(target_os = "linux")]

mod support;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::{Value, json};
use std::path::Path;
use support::Fukan;
use support::desk::{Desk, example};
use support::five::{CASES, Five, traced};

const NOTHING: &str = "することはありません";
const EARLIER: &str = "前に作成し、まだ発送を記録していないもの";

/// 次にすること of each case in report.xlsx, by 照会番号.
fn next(out: &Path) -> Vec<(String, String)> {
    let mut book: Xlsx<_> = open_workbook(out.join("report.xlsx")).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&name).expect("a sheet");
    let rows: Vec<&[Data]> = range.rows().collect();
    let column = |heading: &str| rows[0].iter().position(|cell| *cell == *heading).expect("a column");
    let (case, next) = (column("照会番号"), column("次にすること"));
    rows[1..].iter().map(|row| (row[case].to_string(), row[next].to_string())).collect()
}

/// The last line: what a machine reads of a run.
fn summary(out: &str) -> Value {
    serde_json::from_str(out.lines().last().expect("a line")).expect("json")
}

fn killed(five: &Five, call: &str, n: usize) {
    let inject = format!("inject={call}:signal=KILL:when={n}");
    let run = five.traced(&["-e".to_owned(), format!("trace={call}"), "-e".to_owned(), inject]);
    assert!(!run.status.success(), "{call} {n}: it was to be killed");
}

fn sent(five: &Five) {
    let numbers = ["R08-0001", "R08-0002", "R08-0003", "R08-0004"];
    Fukan::new(["ledger", "sent"].iter().chain(&numbers)).arg("--office").arg(five.office()).run().expect_code(0);
}

/// Each parcel's own lines, whichever run made it: mails with their passwords, the envelope, the call.
#[track_caller]
fn all_told(out: &str, told: &str) {
    for number in ["R08-0001", "R08-0002"] {
        for words in [format!("{number}.eml を開き"), format!("fukan password {number} ")] {
            assert_eq!(out.matches(&words).count(), 1, "{told}: «{words}» once in\n{out}");
        }
    }
    assert_eq!(out.matches("封筒: R08-0003 を").count(), 1, "{told}: {out}");
    assert_eq!(out.matches("R08-0004/call.docx を読み上げて").count(), 1, "{told}: {out}");
    assert!(out.contains("print.docx") && out.contains("print-電話.docx"), "{told}: {out}");
}

/// 該当なし with a candidate who is nearly the same: told with the envelope that carries it, this time and every time until it has left.
#[test]
fn a_near_miss_and_an_old_number_are_told_where_somebody_acts() {
    let desk = Desk::new();
    desk.file(&[example("E-04"), example("E-07"), example("E-22")]);
    for run in ["first", "again"] {
        let out = desk.run("pack {F} --office {O} --out {OUT}", 0).out();
        let list = &out[out.find("次にすること").expect("the list")..];
        assert!(
            list.contains("封筒: R08-0001 を 横須賀市") && list.contains("（送る前に確認: E-04 によく似た候補がいます）"),
            "{run}: {list}"
        );
        assert_eq!(list.matches("によく似た候補がいます").count(), 1, "{run}: {list}");
        assert!(list.contains("よく似た候補のいる該当なし1件: E-04。送る前に照合票を確かめてください。"), "{run}: {list}");
        assert!(list.contains("代表電話 000-000-4013（確認日が古い番号です） に掛け"), "{run}: {list}");
        let next = next(&desk.path("out"));
        let of = |id: &str| &next.iter().find(|(case, _)| case == id).expect("its row").1;
        assert!(of("E-04").contains("照合票を見て確かめてから、印刷し、"), "{run}: {next:?}");
        assert!(of("E-07").contains("印刷し、") && !of("E-07").contains("照合票"), "{run}: {next:?}");
    }
    desk.run("ledger sent R08-0001 --office {O}", 0);
    let out = desk.run("pack {F} --office {O} --out {OUT}", 0).out();
    let list = &out[out.find("次にすること").expect("the list")..];
    assert!(!list.contains("E-04"), "{list}");
}

#[test]
fn what_a_killed_run_packed_is_told_by_the_next_one() {
    // At the envelope, behind the parcels, at the last print file, and at report.xlsx: all is made and nothing was said.
    for (call, n) in [("renameat2", 3), ("rename", 1), ("renameat2", 8), ("rename", 2)] {
        let (five, told) = (Five::new(), format!("{call} {n}"));
        killed(&five, call, n);
        let out = five.pack().run().expect_code(0).out();
        assert!(out.contains(EARLIER) && !out.contains(NOTHING), "{told}: {out}");
        all_told(&out, &told);
        let cells = next(&five.out());
        assert_eq!(cells.len(), CASES.len(), "{told}");
        assert!(cells.iter().all(|(_, next)| !next.is_empty()), "{told}: {cells:?}");
        let machine = summary(&five.pack().arg("--json").run().expect_code(0).out());
        assert_eq!(machine["unsent"], json!(["R08-0001", "R08-0002", "R08-0003", "R08-0004"]), "{told}");
        // Recorded as sent, nothing is left of it.
        sent(&five);
        let out = five.pack().run().expect_code(0).out();
        assert!(out.contains(NOTHING) && !out.contains(EARLIER) && !out.contains(".eml"), "{told}: {out}");
        assert!(next(&five.out()).iter().all(|(_, next)| next.is_empty()), "{told}");
    }
}

#[test]
fn what_another_file_left_is_told_when_it_is_recovered() {
    let five = Five::new();
    // At the call: the mails and the envelope stand, in one group that the ledger has not called packed.
    killed(&five, "renameat2", 4);
    let cases = five.root.join("other.json");
    std::fs::write(&cases, json!({ "cases": [example("E-19")] }).to_string()).expect("written");
    let run = Fukan::new(["pack"]).arg(cases).arg("--office").arg(five.office()).arg("--out").arg(five.out()).run();
    let out = run.expect_code(0).out();
    let (made, earlier) = out.split_once(EARLIER).expect("both");
    assert!(made.contains("豊中市") && earlier.contains("R08-0001.eml") && earlier.contains("封筒: R08-0003"), "{out}");
}

#[test]
fn papers_of_another_output_folder_are_told_with_what_prints_them() {
    let five = Five::new();
    // At the labels: the envelope and the call stand, and no print file.
    killed(&five, "renameat2", 6);
    let first = five.out().display().to_string();
    let elsewhere = |json: bool| {
        let run = Fukan::new(["pack"]).arg(five.root.join("cases.json")).arg("--office").arg(five.office());
        let run = run.arg("--out").arg(five.root.join("out2"));
        if json { run.arg("--json").run() } else { run.run() }.expect_code(0).out()
    };
    let out = elsewhere(false);
    let command = format!("--out {first}\n");
    assert!(out.contains("別の出力先") && out.contains(&command) && !out.contains(NOTHING), "{out}");
    assert!(out.contains("（封筒1通）（電話回答票1件）"), "{out}");
    assert!(out.contains(&format!("{first}/email/R08-0001/R08-0001.eml")), "a mail is where it was made: {out}");
    assert_eq!(summary(&elsewhere(true))["elsewhere"], json!([{ "out": first, "letters": 1, "calls": 1 }]));
    let due = || Fukan::new(["ledger", "due", "--json", "--office"]).arg(five.office()).run().expect_code(0).out();
    assert_eq!(due().matches("\"to_do\":[\"print\",\"send\"]").count(), 2, "{}", due());
    // The command that is named prints them, and then nothing is said of it.
    let out = five.pack().run().expect_code(0).out();
    assert!(out.contains("print.docx") && out.contains("print-電話.docx") && !out.contains("別の出力先"), "{out}");
    assert!(!elsewhere(false).contains("別の出力先") && !due().contains("\"print\""));
    assert_eq!(summary(&elsewhere(true))["elsewhere"], json!([]));
}

/// An office that records nothing as sent does not read its whole day at every run.
#[test]
fn many_are_told_by_their_number() {
    let desk = Desk::new();
    let cases: Vec<Value> = (1..=21)
        .map(|n| {
            let mut case = example("E-07");
            case["id"] = json!(format!("M-{n}"));
            case["requester"]["reference"] = json!(format!("整-{n}"));
            case
        })
        .collect();
    let words = "pack {F} --office {O} --out {OUT} --bundle case";
    desk.file(&cases);
    desk.run(words, 0);
    let out = desk.run(words, 0).out();
    assert!(out.contains(&format!("{EARLIER}が21件あります")) && out.contains("fukan ledger due"), "{out}");
    assert!(!out.contains("封筒: ") && !out.contains(NOTHING), "{out}");
    desk.file(&cases[..20]);
    assert_eq!(desk.run(words, 0).out().matches("封筒: ").count(), 20);
    // What must not go is named among however many.
    let mut set = [example("E-19"), example("E-20")];
    desk.file(&set);
    desk.pack("", 0);
    set[0]["requester"]["reference"] = json!("直し-1");
    desk.file(&[&cases[..], &set[..]].concat());
    desk.run("pack {F} --office {O} --out {OUT} --correct R08-0022", 0);
    let out = desk.run(words, 0).out();
    assert!(out.contains(&format!("{EARLIER}が23件あります")) && out.contains("R08-0022: 後で作り直した回答"), "{out}");
}

/// The command that a text names: what stands behind «--again» of the cases to make anew.
fn cases_again(text: &str) -> String {
    let (_, rest) = text.split_once("--again ").expect("a command");
    rest.split_whitespace()
        .take_while(|word| word.starts_with("--case") || word.starts_with("U08-"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_correction_out_of_an_unsent_envelope_tells_what_still_lies_in_it() {
    let desk = Desk::new();
    let mut cases = [example("E-19"), example("E-20"), example("E-21")];
    desk.file(&cases);
    desk.pack("", 0);
    assert!(!desk.due().contains("superseded"));
    cases[0]["requester"]["reference"] = json!("直し-1");
    desk.file(&cases);
    let run = desk.run("pack {F} --office {O} --out {OUT} --correct R08-0001", 0);
    let told = run.err();
    assert!(told.contains("FK-6140") && told.contains("（練健発第8-0001号の1）") && told.contains("抜き"), "{told}");
    assert!(!told.contains("R08-0001 は送らないでください"), "that is said of mails: {told}");
    // Nobody is told to send it as it is.
    assert!(
        !run.out().contains("封筒: R08-0001") && run.out().contains("R08-0001: 後で作り直した回答（練健発第8-0001号の1）"),
        "{}",
        run.out()
    );
    let cells = next(&desk.path("out"));
    assert!(cells[1].1.contains("そのまま送らない") && cells[2].1.contains("そのまま送らない"), "{cells:?}");
    assert!(desk.due().contains("\"to_do\":[\"superseded\",\"send\"]"), "{}", desk.due());
    assert!(desk.run("ledger due --office {O}", 0).out().contains("作り直した回答を含む"));
    // The command that it names makes the rest anew, without the letter that is wrong.
    let cases_named = cases_again(&told);
    assert_eq!(cases_named, "--case U08-0002 --case U08-0003");
    let lines = desk.pack(&format!("--again {cases_named}"), 0);
    assert_eq!(lines.iter().map(|line| line.case.as_str()).collect::<Vec<_>>(), ["E-20", "E-21"]);
    assert!(!desk.due().contains("R08-0001") && !desk.due().contains("superseded"), "{}", desk.due());
    assert!(!desk.run("pack {F} --office {O} --out {OUT}", 0).out().contains("R08-0001"));
    desk.verify();
}

#[test]
fn a_correction_out_of_an_unsent_mail_says_not_to_send_it() {
    let desk = Desk::new();
    let (first, mut second) = (example("E-01"), example("E-02"));
    desk.file(&[first.clone(), second.clone()]);
    desk.pack("", 0);
    second["requester"]["reference"] = json!("直し-1");
    desk.file(&[first, second]);
    let run = desk.run("pack {F} --office {O} --out {OUT} --correct R08-0001", 0);
    assert!(run.err().contains("FK-6140") && run.err().contains("R08-0001 は送らないでください"), "{}", run.err());
    assert!(!run.err().contains("封筒") && !run.out().contains("R08-0001.eml"), "{}{}", run.err(), run.out());
    desk.pack(&format!("--again {}", cases_again(&run.err())), 0);
    assert!(!desk.due().contains("R08-0001"), "{}", desk.due());
}

#[test]
fn a_correction_of_what_was_sent_takes_nothing_out() {
    let desk = Desk::new();
    let mut cases = [example("E-19"), example("E-20")];
    desk.file(&cases);
    desk.pack("", 0);
    desk.run("ledger sent R08-0001 --office {O}", 0);
    cases[0]["requester"]["reference"] = json!("直し-1");
    desk.file(&cases);
    let run = desk.run("pack {F} --office {O} --out {OUT} --correct R08-0001 --json", 0);
    assert!(!run.out().contains("FK-6140") && !desk.due().contains("superseded"), "{}", run.out());
    assert_eq!(summary(&run.out())["unsent"], json!([]));
}

/// The same command again can't correct twice; it says which one tells what is to be done with the correction that was made.
#[test]
fn a_correction_that_was_killed_is_told_by_a_plain_run() {
    for (cases, code) in [(&["E-19"][..], "FK-6131"), (&["E-19", "E-20"], "FK-6041")] {
        let desk = Desk::new();
        let mut cases: Vec<Value> = cases.iter().map(|id| example(id)).collect();
        desk.file(&cases);
        desk.pack("", 0);
        cases[0]["requester"]["reference"] = json!("直し-1");
        let file = desk.file(&cases);
        let correct = Fukan::new(["pack", "--correct", "R08-0001"]).arg(file).arg("--office").arg(desk.path("office"));
        let correct = correct.arg("--out").arg(desk.path("out"));
        let inject = ["-e", "trace=rename", "-e", "inject=rename:signal=KILL:when=1"].map(str::to_owned);
        assert!(!traced(&correct, &inject).status.success(), "it was to be killed");
        let again = correct.run().expect_code(2);
        assert!(again.err().contains(code) && again.err().contains("--correct を付けずに"), "{}", again.err());
        let out = desk.run("pack {F} --office {O} --out {OUT}", 0).out();
        assert!(out.contains("print-2.docx") && out.contains("封筒: R08-0002"), "{out}");
        assert_eq!(out.contains("R08-0001: 後で作り直した回答"), cases.len() == 2, "{out}");
        assert!(!out.contains("封筒: R08-0001"), "{out}");
    }
}

/// A notice of delay that was made and never told is told again with the same command.
#[test]
fn a_delay_that_nobody_sent_is_told_again() {
    let desk = Desk::new();
    desk.file(&[example("E-03")]);
    let words = "delay E-03 --cases {F} --office {O} --out {OUT} --until {Y}-01-31 --reason volume";
    desk.run(words, 0);
    let out = desk.run(words, 0).out();
    assert!(out.contains(EARLIER) && out.contains("R08-0001.eml"), "{out}");
    desk.run("ledger sent R08-0001 --office {O}", 0);
    assert!(desk.run(words, 0).out().contains(NOTHING));
}

/// A command that a text names, with the case file in its place, in words.
fn command(text: &str, file: &Path) -> Vec<String> {
    let (_, rest) = text.split_once("作成したときの照会ファイルで fukan ").expect("a command");
    let line = rest.split_once(" を実行すると").expect("an end").0;
    line.split(' ').map(|word| word.replace("照会ファイル", &file.display().to_string())).collect()
}

/// An output folder that was emptied, deleted or not mounted stops the run before anything lands under its path.
#[test]
fn an_output_folder_that_is_not_the_one_it_was_stops_the_run() {
    let (five, out) = (Five::new(), |five: &Five| five.out());
    five.pack().run().expect_code(0);
    let away = five.root.join("away");
    for there in ["no folder", "an empty folder", "empty places"] {
        std::fs::rename(out(&five), &away).expect("away");
        if there != "no folder" {
            std::fs::create_dir(out(&five)).expect("a mount point");
        }
        if there == "empty places" {
            ["email", "paper", "phone"].iter().for_each(|name| std::fs::create_dir(five.out().join(name)).expect("a place"));
        }
        let before = support::files_under(&five.root);
        let told = five.pack().run().expect_code(4).err();
        assert!(told.contains("FK-6157") && told.contains("（4件）") && told.contains("--abandon"), "{there}: {told}");
        assert_eq!(support::files_under(&five.root), before, "{there}: nothing is made");
        let _ = std::fs::remove_dir_all(five.out());
        std::fs::rename(&away, out(&five)).expect("back");
        let again = five.pack().run().expect_code(0);
        assert!(!again.err().contains("FK-615") && again.out().contains("R08-0001.eml"), "{there}: {}", again.err());
    }
    // Lost for good: it goes on, names nothing to send that is not there, and its command makes all of it anew.
    std::fs::remove_dir_all(out(&five)).expect("lost");
    let run = five.pack().arg("--abandon").run().expect_code(0);
    let told = run.err();
    assert!(told.contains("FK-6158") && told.contains("（R08-0001）") && told.contains("（ほかを合わせて4件）"), "{told}");
    for nothing in [".eml", "封筒: ", "call.docx", NOTHING] {
        assert!(!run.out().contains(nothing), "«{nothing}» in {}", run.out());
    }
    assert!(next(&five.out()).iter().all(|(_, next)| next.contains("作成した場所にない")), "{:?}", next(&five.out()));
    let machine = summary(&five.pack().arg("--abandon").arg("--json").run().expect_code(0).out());
    assert_eq!((&machine["unsent"], &machine["gone"]), (&json!([]), &json!(["R08-0001", "R08-0002", "R08-0003", "R08-0004"])));
    let anew = Fukan::new(command(&told, &five.root.join("cases.json"))).run().expect_code(0).out();
    assert!(anew.contains("R08-0005.eml"), "{anew}");
    five.verify().expect_code(0);
    let after = five.pack().run().expect_code(0);
    assert!(!after.err().contains("FK-615") && after.out().contains("R08-0005.eml"), "{}{}", after.out(), after.err());
}

/// One parcel that was taken away stops nothing: it is told, with what makes it anew, and not as something to send.
#[test]
fn a_parcel_that_does_not_lie_where_it_was_made_is_not_named_to_be_sent() {
    let five = Five::new();
    five.pack().run().expect_code(0);
    std::fs::remove_dir_all(five.out().join("email/R08-0001")).expect("lost");
    let run = five.pack().run().expect_code(0);
    assert!(run.err().contains("FK-6158") && run.err().contains("（R08-0001）"), "{}", run.err());
    assert!(!run.out().contains("R08-0001.eml") && run.out().contains("R08-0002.eml"), "{}", run.out());
    let proved = five.verify().expect_code(3).err();
    assert!(proved.contains("FK-6158") && !proved.contains("FK-6021"), "{proved}");
    let cases = five.root.join("cases.json");
    assert_eq!(command(&proved, &cases), command(&run.err(), &cases));
    // Sent and taken away since: recorded, it is not missed; not recorded, its command makes it anew and nothing else.
    let other = Five::new();
    other.pack().run().expect_code(0);
    std::fs::remove_dir_all(other.out().join("paper/R08-0003")).expect("taken");
    let told = other.pack().run().expect_code(0).err();
    let (_, sent) = told.split_once("fukan ledger sent ").expect("a command");
    let sent = sent.split_once(" で").expect("an end").0.split(' ');
    Fukan::new(["ledger", "sent"].into_iter().chain(sent)).run().expect_code(0);
    assert!(!other.pack().run().expect_code(0).err().contains("FK-6158"));
    let anew = Fukan::new(command(&proved, &cases)).run().expect_code(0).out();
    assert!(anew.contains("R08-0005.eml") && !anew.contains("R08-0006"), "{anew}");
    five.verify().expect_code(0);
    assert!(!five.pack().run().expect_code(0).err().contains("FK-6158"));
}

/// The same for what lies in the output folder of another day.
#[test]
fn what_is_gone_from_another_output_folder_is_told_too() {
    let desk = Desk::new();
    desk.file(&[example("E-03"), example("E-07")]);
    desk.pack("", 0);
    std::fs::remove_dir_all(desk.path("out")).expect("lost");
    let run = desk.run("pack {F} --office {O} --out {OUT}-2", 0);
    assert!(
        run.err().contains("FK-6158") && !run.out().contains(".eml") && !run.out().contains("封筒: "),
        "{}{}",
        run.err(),
        run.out()
    );
    let anew = Fukan::new(command(&run.err(), &desk.path("cases.json"))).run().expect_code(0).out();
    assert!(anew.contains("out-2/email/R08-0003/R08-0003.eml"), "{anew}");
}
