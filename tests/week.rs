//! 一週間: inquiries come in, some are answered, some wait, one comes back, and in the end the ledger tells all of it.

mod support;

use fukan::press::text;
use serde_json::{Value, json};
use std::fs;
use support::desk::{Desk, example};

/// The rows of the ledger as a person reads them: kind and what it is about, in their order.
fn story(desk: &Desk) -> Vec<String> {
    let python = support::repo().join(".witness/venv/bin/python");
    let script = "import sqlite3,sys\nfor row in sqlite3.connect(sys.argv[1]).execute('SELECT kind, reception, number FROM events ORDER BY seq'): print(row[0], row[1] or row[2] or '-')";
    let told =
        std::process::Command::new(python).args(["-c", script]).arg(desk.path("office/office.db")).output().expect("python");
    String::from_utf8(told.stdout).expect("text").lines().map(str::to_owned).collect()
}

fn bare(id: &str) -> Value {
    let mut case = example(id);
    case["candidates"] = Value::Null;
    case
}

#[test]
fn a_week_of_an_office() {
    let desk = Desk::new();
    let (paper, doubtful, mail) = ("E-07", "E-08", "E-03");

    // 月曜: three inquiries come in; one takes longer, and that is told.
    desk.file(&[bare(paper), bare(doubtful), bare(mail)]);
    desk.run("accept {F} --office {O}", 0);
    desk.run(&format!("delay {doubtful} --cases {{F}} --office {{O}} --out {{OUT}} --until {{Y}}-01-29 --reason records"), 0);
    desk.run("ledger sent R08-0001 --by 三枝 --office {O}", 0);
    desk.run("ledger told R08-0001 --confirmed --by 三枝 --office {O}", 0);

    // 火曜: the records were looked at. Two are answered, the doubtful one is held and asked about.
    let whole = [example(paper), example(doubtful), example(mail)];
    desk.file(&whole);
    let lines = desk.pack("", 1);
    let outcomes: Vec<&str> = lines.iter().map(|line| line.outcome.as_str()).collect();
    assert_eq!(outcomes, ["answered", "held", "not_found"]);
    let number = |n: usize| lines[n].number.clone().expect("a number");
    let (paper_number, mail_number) = (number(0), number(2));
    desk.run(&format!("ask {doubtful} --cases {{F}} --office {{O}} --out {{OUT}}"), 0);
    let asked = support::report(&desk.path("out"))[0].number.clone().expect("a number");
    desk.run(&format!("ledger sent {paper_number} {mail_number} {asked} --office {{O}}"), 0);
    desk.run(&format!("ledger told {mail_number} --office {{O}}"), 0);
    desk.run(&format!("ledger told {asked} --confirmed --office {{O}}"), 0);

    // 水曜: the answer arrives, and settles who it is.
    let mut settled = example(doubtful);
    let known = settled["candidates"][0].clone();
    settled["additional"] = json!({ "symbol": known["symbol"], "number": known["number"] });
    desk.file(&[settled]);
    let answered = desk.pack("", 0)[0].number.clone().expect("a number");
    desk.run(&format!("ledger sent {answered} --office {{O}}"), 0);
    desk.run(&format!("ledger told {answered} --confirmed --office {{O}}"), 0);

    // 木曜: the mail of Tuesday came back, and goes by paper; Tuesday's letter was wrong, and is corrected.
    desk.file(&whole);
    desk.run(&format!("repack {{F}} --case {mail} --channel paper --office {{O}} --out {{OUT}}"), 0);
    let by_paper = support::report(&desk.path("out"))[0].number.clone().expect("a number");
    let mut right = whole.clone();
    right[0]["requester"]["reference"] = json!("訂正-1");
    desk.file(&right);
    desk.run(&format!("pack {{F}} --correct {paper_number} --office {{O}} --out {{OUT}}"), 0);
    let corrected = support::report(&desk.path("out"))[0].number.clone().expect("a number");
    desk.says(&format!("paper/{corrected}/{corrected}-1.docx"), &["（訂正）", "訂正-1"]);
    desk.run(&format!("ledger sent {by_paper} {corrected} --office {{O}}"), 0);

    // 金曜: what arrived is noted, the shadow records are updated, nothing is left.
    desk.run(&format!("ledger received {by_paper} {corrected} --by 三枝 --office {{O}}"), 0);
    for case in [paper, doubtful] {
        desk.run(&format!("ledger updated {case} --office {{O}}"), 0);
    }
    let due = desk.run("ledger due --office {O} --json", 0).out();
    for open in ["\"state\":\"open\"", "\"state\":\"waiting\"", "\"state\":\"follow_up\""] {
        assert!(!due.contains(open), "{open} in {due}");
    }

    // The day-end report bears the anchor, and the ledger still fits it.
    let report = desk.path("nippo.docx");
    desk.run(&format!("report --office {{O}} --out {}", report.display()), 0);
    let (anchor, report) = (desk.run("ledger verify --office {O} --json", 0).out(), text::read(&fs::read(report).expect("read")));
    let anchor: Value = serde_json::from_str(anchor.trim()).expect("json");
    let (report, tag) = (report.expect("text"), anchor["tag"].as_str().expect("a tag").to_owned());
    // Printed in groups of four.
    assert!(report.replace(' ', "").contains(&format!("{}番　{tag}", anchor["row"])), "{report}");
    for (what, count) in
        [("受け付けたもの", 3), ("送付したもの", 7), ("パスワードを伝えていないもの", 0), ("副本の登録・更新が要るもの", 0)]
    {
        assert!(report.contains(&format!("{what}　{count}件")), "{what}: {count} in {report}");
    }

    // Everything that was ever made is proved against what it was made of, or was replaced.
    desk.verify();
    let told = story(&desk);
    let happened = |what: &str| told.iter().filter(|row| row.starts_with(what)).count();
    let counts = ["received ", "held ", "reserved ", "packed ", "retired ", "sent ", "told ", "updated "].map(happened);
    assert_eq!(counts, [3, 1, 7, 7, 1, 7, 4, 2], "{told:#?}");
    assert_eq!(told.iter().filter(|row| row.as_str() == format!("retired {mail_number}")).count(), 1);
}
