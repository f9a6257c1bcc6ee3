//! 命令: what a clerk, a script and a broken pipe see of the program: exit codes, streams, switches, errors.

mod support;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{Fukan, ReportLine, Run, copy_tree, files_under, repo, report, sha256, temp_dir};

/// A practice office and a place to write.
struct Place {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

/// Cases of the examples.
fn example(id: &str) -> Value {
    let text = fs::read_to_string(repo().join("examples/cases.json")).expect("the examples");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    file["cases"].as_array().expect("cases").iter().find(|case| case["id"] == id).expect("the case").clone()
}

impl Place {
    fn new() -> Self {
        let folder = temp_dir();
        let root = fs::canonicalize(folder.path()).expect("real");
        copy_tree(&repo().join("examples/office"), &root.join("office"));
        Self { _folder: folder, root }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A case file.
    fn file(&self, name: &str, cases: &[Value]) -> PathBuf {
        let path = self.at(name);
        fs::write(&path, json!({ "cases": cases }).to_string()).expect("written");
        path
    }

    fn examples(&self, ids: &[&str]) -> PathBuf {
        self.file("cases.json", &ids.iter().map(|id| example(id)).collect::<Vec<_>>())
    }

    fn pack_into(&self, out: &Path, cases: &Path, more: &[&str]) -> Run {
        let run = Fukan::new(["pack"]).arg(cases).arg("--office").arg(self.at("office")).arg("--out").arg(out);
        quiet(more.iter().fold(run, |run, arg| run.arg(arg)).run())
    }

    fn pack(&self, cases: &Path, more: &[&str]) -> Run {
        self.pack_into(&self.at("out"), cases, more)
    }

    fn report(&self) -> Vec<ReportLine> {
        report(&self.at("out"))
    }

    fn numbers(&self) -> BTreeSet<String> {
        self.report().into_iter().filter_map(|line| line.number).collect()
    }

    fn verify(&self) -> Run {
        quiet(Fukan::new(["verify"]).arg(self.at("out")).arg("--office").arg(self.at("office")).run())
    }
}

/// Whatever happens, the program does not panic.
#[track_caller]
fn quiet(run: Run) -> Run {
    assert!(!run.err().contains("panicked") && run.code != Some(101) && run.code != Some(70), "{}", run.err());
    run
}

#[track_caller]
fn says(run: &Run, words: &[&str]) {
    let all = run.out() + &run.err();
    words.iter().for_each(|word| assert!(all.contains(word), "«{word}» is not said in\n{all}"));
}

fn speaks_japanese(text: &str) -> bool {
    text.chars().any(|c| ('ぁ'..='ん').contains(&c))
}

#[test]
fn exit_codes() {
    let place = Place::new();
    let good = place.file("good.json", &[example("E-09")]);
    let refused = place.file("refused.json", &[example("E-14"), example("E-15")]);
    let some = place.file("some.json", &[example("E-10"), example("E-14"), example("E-08")]);
    place.pack(&good, &[]).expect_code(0);
    says(&place.pack(&some, &[]).expect_code(1), &["FK-1001", "FK-3001"]);
    says(&place.pack(&refused, &[]).expect_code(3), &["FK-1001", "FK-1111", "E-14", "E-15"]);
    place.pack(&place.at("absent.json"), &[]).expect_code(3);
    place.verify().expect_code(0);
    for usage in [&["pack"][..], &["gift"], &[], &["pack", "a.json", "--office", "o", "--out", "x", "--jobs", "0"], &["ledger"]] {
        quiet(Fukan::new(usage).run()).expect_code(2);
    }
    place.pack(&good, &["--bundle", "none"]).expect_code(2);
    place.pack(&good, &["--date", "2026-02-30"]).expect_code(2);
    for help in [&["--help"][..], &["pack", "--help"], &["--version"]] {
        let run = quiet(Fukan::new(help).run()).expect_code(0);
        assert!(!run.stdout.is_empty() && run.stderr.is_empty());
    }
}

#[test]
fn a_wrong_passphrase_or_no_office() {
    let place = Place::new();
    let good = place.examples(&["E-09"]);
    place.pack(&good, &[]).expect_code(0);
    let wrong = place.at("wrong.txt");
    fs::write(&wrong, "kore wa machigatta aikotoba\n").expect("written");
    let wrong = wrong.to_str().expect("UTF-8");
    says(&place.pack(&good, &["--passphrase-file", wrong]).expect_code(4), &["FK-5010"]);
    says(&place.pack(&good, &["--passphrase-file", "/nowhere/at/all"]).expect_code(4), &["FK-5011"]);

    let absent = Fukan::new(["pack"]).arg(&good).args_of(&place, "nowhere").run();
    says(&quiet(absent).expect_code(2), &["FK-6070", "事務所のフォルダーがありません"]);
    assert!(!place.at("nowhere").exists());
    fs::create_dir(place.at("empty")).expect("a folder");
    let empty = Fukan::new(["pack"]).arg(&good).args_of(&place, "empty").run();
    says(&quiet(empty), &["FK-1010", "office.toml"]);

    // A real office has no database until init makes one, and takes no passphrase from its settings.
    copy_tree(&place.at("office"), &place.at("real"));
    fs::remove_file(place.at("real/office.db")).expect("removed");
    let toml = fs::read_to_string(place.at("real/office.toml")).expect("settings");
    let toml = toml.replace("practice = true", "practice = false").replace("passphrase_file =", "# passphrase_file =");
    fs::write(place.at("real/office.toml"), toml).expect("written");
    let run = Fukan::new(["pack"]).arg(&good).args_of(&place, "real").stdin("renshu-no-aikotoba-2026\n").run();
    says(&quiet(run).expect_code(4), &["FK-6001", "init"]);
    assert!(!place.at("real/office.db").exists());
}

trait ArgsOf {
    fn args_of(self, place: &Place, office: &str) -> Self;
}

impl ArgsOf for Fukan {
    fn args_of(self, place: &Place, office: &str) -> Self {
        self.arg("--office").arg(place.at(office)).arg("--out").arg(place.at("out"))
    }
}

#[test]
fn one_writer_at_a_time() {
    let place = Place::new();
    let good = place.examples(&["E-09"]);
    let lock = fukan::world::Lock::take(&place.at("office")).expect("free");
    says(&place.pack(&good, &["--lang", "en"]).expect_code(4), &["FK-6003", "Somebody else is working in this office"]);
    says(&place.pack(&good, &[]).expect_code(4), &["FK-6003"]);
    assert!(!place.at("out").exists());
    drop(lock);
    place.pack(&good, &[]).expect_code(0);
}

#[test]
fn an_output_folder_that_cannot_be_used_spends_no_number() {
    let place = Place::new();
    let good = place.examples(&["E-09"]);
    fs::write(place.at("file"), "kept").expect("written");
    for out in [place.at("file"), place.at("file/out"), place.at("a/b/c"), PathBuf::from("/proc/fukan")] {
        let run = place.pack_into(&out, &good, &[]);
        assert_eq!(run.code, Some(4), "{}: {}", out.display(), run.err());
        says(&run, &["FK-60", "対処"]);
    }
    assert_eq!(fs::read_to_string(place.at("file")).expect("there"), "kept");
    place.pack(&good, &[]).expect_code(0);
    assert_eq!(place.numbers(), BTreeSet::from(["R08-0001".to_owned()]));
}

/// Standard output that is full, closed or gone: no panic, and what was done stays done.
#[test]
fn a_screen_that_fails_loses_no_work() {
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full"));
    for (name, expected) in [("full", 4), ("both full", 4), ("closed", 0), ("gone", 0)] {
        let place = Place::new();
        let good = place.examples(&["E-09", "E-19"]);
        let mut command = Fukan::new(["pack"]).arg(&good).args_of(&place, "office").command();
        if name == "closed" {
            let (program, args) =
                (command.get_program().to_owned(), command.get_args().map(ToOwned::to_owned).collect::<Vec<_>>());
            command = Command::new("sh");
            command.args(["-c", "exec \"$@\" >&-", "sh"]).arg(program).args(args).stderr(Stdio::piped());
        }
        if name.ends_with("full") {
            command.stdout(full());
        }
        if name == "both full" {
            command.stderr(full());
        }
        let mut child = command.stdin(Stdio::null()).spawn().expect("it starts");
        if name == "gone" {
            drop(child.stdout.take());
        }
        let output = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!err.contains("panicked"), "{name}: {err}");
        assert_eq!(output.status.code(), Some(expected), "{name}: {err}");
        assert_eq!(place.report().iter().filter(|line| line.outcome == "answered").count(), 2, "{name}");
        place.verify().expect_code(0);
        place.pack(&good, &[]).expect_code(0);
        assert!(place.report().iter().all(|line| line.outcome == "already"), "{name}");
    }
}

#[test]
fn both_languages() {
    let place = Place::new();
    let cases = place.examples(&["E-09", "E-14", "E-04", "E-22"]);
    let japanese = place.pack(&cases, &[]).expect_code(1);
    assert!(speaks_japanese(&japanese.out()) && speaks_japanese(&japanese.err()));
    for run in [
        place.pack(&cases, &["--lang", "en"]).expect_code(1),
        place.pack(&cases, &["--lang=en"]).expect_code(1),
        quiet(Fukan::new(["--lang", "en", "pack"]).run()).expect_code(2),
        quiet(Fukan::new(["--lang", "en", "--help"]).run()).expect_code(0),
    ] {
        assert!(!speaks_japanese(&run.out()) && !speaks_japanese(&run.err()), "{}{}", run.out(), run.err());
    }
    let by_locale = Fukan::new(["pack"]).arg(&cases).args_of(&place, "office").env("LANG", "en_US.UTF-8").run();
    assert!(!speaks_japanese(&by_locale.out()), "{}", by_locale.out());
}

/// Colours on a terminal alone, and not there either when NO_COLOR is set.
#[test]
fn colours_only_where_they_are_wanted() {
    let place = Place::new();
    let cases = place.examples(&["E-09", "E-14"]);
    let colourless = |text: &[u8]| !text.windows(3).any(|w| w == b"\x1b[3" || w == b"\x1b[1" || w == b"\x1b[9");
    assert!(colourless(&place.pack(&cases, &[]).stdout));
    let on_terminal = |no_color: Option<&str>| {
        let line = format!(
            "{} pack {} --quiet --office {} --out {}",
            env!("CARGO_BIN_EXE_fukan"),
            cases.display(),
            place.at("office").display(),
            place.at("out").display()
        );
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).env_remove("NO_COLOR").env("TERM", "xterm").stdin(Stdio::null());
        no_color.map(|value| script.env("NO_COLOR", value));
        script.output().expect("script (util-linux)").stdout
    };
    assert!(!colourless(&on_terminal(None)), "a terminal is coloured");
    assert!(colourless(&on_terminal(Some("1"))), "NO_COLOR");
}

#[test]
fn a_second_run_says_already() {
    let place = Place::new();
    let cases = place.examples(&["E-09", "E-19", "E-30"]);
    place.pack(&cases, &[]).expect_code(0);
    let (first, before) = (place.report(), files_under(&place.at("out")));
    let again = place.pack(&cases, &[]).expect_code(0);
    says(&again, &["R08-0001"]);
    for (first, again) in first.iter().zip(place.report()) {
        assert_eq!((first.case.as_str(), again.outcome.as_str()), (again.case.as_str(), "already"));
        assert_eq!(first.number, again.number);
        assert!(!again.files.is_empty());
    }
    assert_eq!(before, files_under(&place.at("out")), "nothing new, nothing gone");
    place.verify().expect_code(0);
}

#[test]
fn all_or_nothing() {
    let place = Place::new();
    let cases = place.examples(&["E-09", "E-19", "E-14"]);
    let run = place.pack(&cases, &["--all-or-nothing"]).expect_code(3);
    says(&run, &["FK-6030", "FK-1001"]);
    assert!(place.report().iter().all(|line| line.outcome == "refused" && line.number.is_none()));
    assert_eq!(files_under(&place.at("out")), ["out/report.jsonl", "out/report.xlsx"].map(|name| place.at(name)));
    place.pack(&cases, &[]).expect_code(1);
    let outcomes: Vec<String> = place.report().into_iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, ["answered", "answered", "refused"]);
    place.verify().expect_code(0);
}

/// Ten cases whose candidates are somebody else's: rows have slipped, unless somebody says that they have not.
#[test]
fn rows_that_slipped_stop_the_run() {
    let place = Place::new();
    // In another's row half of all people have the same 性別; here all of them.
    let mut slipped = (0..10).map(|n| with_candidate(n, Some("ベツノ ヒト"), Some("1950-01-02"))).collect::<Vec<_>>();
    let cases = place.file("slipped.json", &slipped);
    let run = place.pack(&cases, &[]).expect_code(3);
    says(&run, &["FK-1133", "候補のある10件のうち10件", "--accept-mismatch"]);
    assert!(!place.at("out").exists() || files_under(&place.at("out")).is_empty(), "nothing is written");
    let checked = Fukan::new(["check"]).arg(&cases).arg("--office").arg(place.at("office")).run().expect_code(3);
    says(&checked, &["FK-1133", "行のずれを確かめるまで、何も作成されません"]);
    assert!(!checked.out().contains("問題はありません"), "{}", checked.out());
    // Cases in which nobody was found say nothing of it, and do not hide it.
    slipped.extend((10..25).map(|n| {
        let mut case = with_candidate(n, None, None);
        case["candidates"] = serde_json::json!([]);
        case
    }));
    says(&place.pack(&place.file("among.json", &slipped), &[]).expect_code(3), &["FK-1133", "候補のある10件のうち10件"]);
    place.pack(&cases, &["--accept-mismatch"]).expect_code(0);
    assert!(place.report().iter().all(|line| line.outcome == "not_found"));
}

/// Who was found by the date of birth alone, or by the name alone, is rightly 該当なし: no alarm, however many they are.
#[test]
fn strangers_that_a_search_finds_are_no_slip() {
    let place = Place::new();
    let found = (0..12).map(|n| match n % 2 {
        0 => with_candidate(n, Some("ベツノ ヒト"), None),
        _ => with_candidate(n, None, Some("1950-01-02")),
    });
    place.pack(&place.file("found.json", &found.collect::<Vec<_>>()), &[]).expect_code(0);
    let report = place.report();
    assert_eq!(report.len(), 12);
    assert!(report.iter().all(|line| line.outcome == "not_found"));
}

/// E-09 under its own id, with a candidate who has another フリガナ or 生年月日 and the same 性別.
fn with_candidate(n: u32, kana: Option<&str>, birth: Option<&str>) -> serde_json::Value {
    let mut case = example("E-09");
    case["id"] = format!("S-{n}").into();
    let candidate = &mut case["candidates"][0];
    kana.into_iter().for_each(|kana| candidate["kana"] = kana.into());
    birth.into_iter().for_each(|birth| candidate["birth"] = birth.into());
    case
}

#[test]
fn what_goes_together() {
    let counted = |cases: &[&str], more: &[&str]| {
        let place = Place::new();
        let file = place.examples(cases);
        place.pack(&file, more).expect_code(0);
        place.verify().expect_code(0);
        place.numbers().len()
    };
    let mail = ["E-09", "E-10", "E-17"]; // one requester, three inquiries
    let paper = ["E-19", "E-20", "E-21"]; // one requester, one inquiry
    for (cases, how, parcels) in [
        (mail, "auto", 3),
        (mail, "case", 3),
        (mail, "requester", 1),
        (paper, "auto", 1),
        (paper, "case", 3),
        (paper, "requester", 1),
    ] {
        assert_eq!(counted(&cases, &["--bundle", how]), parcels, "{cases:?} {how}");
    }
    assert_eq!(counted(&["E-01", "E-02"], &[]), 1, "one inquiry, one package");
    assert_eq!(counted(&["E-01", "E-02"], &["--bundle", "case"]), 2);
    assert_eq!(counted(&["E-09", "E-03"], &["--bundle", "requester"]), 2, "never two requesters");
}

/// The list of near misses is of what is about to be sent: one that is refused for another reason stands with the others.
#[test]
fn near_misses_that_are_sent_stand_first() {
    let place = Place::new();
    let mut refused = example("E-24");
    refused["candidates"][0]["birth"] = json!("1944-04-05");
    let cases = place.file("cases.json", &[example("E-03"), refused, example("E-04")]);
    let run = place.pack(&cases, &[]).expect_code(1);
    let (near, others) = run.out().split_once("そのほかの照会").map(|(a, b)| (a.to_owned(), b.to_owned())).expect("two lists");
    assert!(near.contains("E-04") && !near.contains("E-24"), "{near}");
    let others = others.split("照会3件").next().expect("a table").to_owned();
    assert!(others.contains("E-24") && others.contains("FK-2012") && !others.contains("E-04"), "{others}");
}

/// People of nearly the same name go apart, unless a named person joins them.
#[test]
fn nearly_the_same_name() {
    for (more, parcels) in [(&[][..], 2), (&["--together", "三枝 次長"], 1)] {
        let place = Place::new();
        let mut other = example("E-19");
        other["id"] = "E-40".into();
        other["requester"]["reference"] = "援-9".into();
        other["subject"]["kana"] = "ヨジカワ マナ".into();
        other["candidates"][0]["kana"] = "ヨジカワ マナ".into();
        other["candidates"][0]["member"] = "1000999".into();
        let cases = place.file("cases.json", &[example("E-19"), other]);
        place.pack(&cases, more).expect_code(0);
        assert_eq!(place.numbers().len(), parcels, "{more:?}");
    }
}

#[test]
fn the_date_on_the_letters() {
    for (date, number) in [("2026-11-22", "R08-0001"), ("2026-03-31", "R07-0001"), ("令和8年4月1日", "R08-0001")] {
        let place = Place::new();
        place.pack(&place.examples(&["E-09"]), &["--date", date]).expect_code(0);
        assert_eq!(place.numbers(), BTreeSet::from([number.to_owned()]), "{date}");
    }
}

#[test]
fn the_report_has_one_shape() {
    let place = Place::new();
    place.pack(&repo().join("examples/cases.json"), &[]).expect_code(1);
    let text = fs::read_to_string(place.at("out/report.jsonl")).expect("a report");
    assert_eq!(text.lines().count(), 30);
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).expect("JSON");
        let keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["case", "number", "outcome", "channel", "code", "files"]);
        let sent = matches!(value["outcome"].as_str(), Some("answered" | "not_found" | "ask_more"));
        let files = value["files"].as_array().expect("files");
        assert_eq!((sent, sent, !sent), (value["number"].is_string(), !files.is_empty(), value["code"].is_string()), "{line}");
        for file in files {
            let path = file["path"].as_str().expect("a path");
            assert!(path.is_ascii() && !path.starts_with('/') && !path.contains("..") && !path.contains('\\'), "{path}");
            let bytes = fs::read(place.at("out").join(path)).expect("it lies there");
            match path.starts_with("email/") {
                true => assert_eq!(file["sha256"], sha256(&bytes).as_str()),
                false => assert!(file["sha256"].is_null(), "a hash of a clear document tells the answer"),
            }
        }
    }
    let told = place.pack(&repo().join("examples/cases.json"), &["--json"]).expect_code(1);
    let lines: Vec<Value> = told.out().lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(lines.len(), 31);
    assert_eq!(lines[30]["cases"], 30);
}

/// Wrong input is told with code, file, place and field, and what to do; the case beside it is done.
#[test]
fn broken_input() {
    let change = |change: fn(&mut Value)| {
        let mut case = example("E-10");
        change(&mut case);
        case
    };
    let wrong = [
        ("FK-1111", "subject.birth", change(|c| c["subject"]["birth"] = "昭和65年2月30日".into())),
        ("FK-1026", "requester.officer", change(|c| c["requester"]["officer"] = "".into())),
        ("FK-1024", "subject", change(|c| c["subject"]["kna"] = "x".into())),
        ("FK-1025", "subject.kana", change(|c| c["subject"]["kana"] = 12.into())),
        ("FK-1027", "id", change(|c| c["id"] = "K 1".into())),
        ("FK-1101", "subject.name", change(|c| c["subject"]["name"] = "園田\u{202e}".into())),
        ("FK-1130", "candidates", change(|c| c["candidates"] = Value::Null)),
        ("FK-1140", "items", change(|c| c["items"] = json!(["資格喪失した日付け"]))),
        ("FK-2001", "received.via", change(|c| c["received"]["via"] = "fax".into())),
        ("FK-2003", "requester.code", change(|c| c["requester"]["code"] = "272036".into())),
        ("FK-2011", "requester.email", change(|c| c["requester"]["email"] = "a@example.com".into())),
        ("FK-1144", "candidates", change(|c| c["candidates"][0]["answers"] = json!({}))),
    ];
    let place = Place::new();
    let mut cases = vec![example("E-09")];
    cases.extend(wrong.iter().enumerate().map(|(n, (.., case))| {
        let mut case = case.clone();
        if case["id"] == "E-10" {
            case["id"] = format!("W-{n}").into();
        }
        case
    }));
    let run = place.pack(&place.file("mixed.json", &cases), &["--json"]).expect_code(1);
    let lines: Vec<Value> = run.out().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["outcome"], "answered");
    for ((code, field, _), line) in wrong.iter().zip(&lines[1..]) {
        assert_eq!((line["outcome"].as_str(), line["code"].as_str()), (Some("refused"), Some(*code)), "{line}");
        let fault = line["faults"][0].to_string();
        assert!(fault.contains("mixed.json") && fault.contains(field), "{fault}");
    }
    let run = place.pack(&place.at("mixed.json"), &[]).expect_code(1);
    says(&run, &["場所: ", "mixed.json", "対処: "]);
}

/// The same id twice: the second one is refused, the first one and all others are done, and a second run says the same.
#[test]
fn an_id_that_stands_twice() {
    let place = Place::new();
    let mut second = example("E-09");
    second["subject"]["kana"] = "ベツノ ヒト".into();
    let cases = place.file("cases.json", &[example("E-09"), second, example("E-09"), example("E-10")]);
    says(&place.pack(&cases, &[]).expect_code(1), &["FK-1028", "先に出てくるのは cases.json の1件目です。"]);
    let outcomes: Vec<String> = place.report().into_iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, ["answered", "refused", "refused", "answered"]);
    place.pack(&cases, &[]).expect_code(1);
    let outcomes: Vec<String> = place.report().into_iter().map(|line| line.outcome).collect();
    assert_eq!((outcomes[0].as_str(), outcomes[1].as_str(), outcomes[3].as_str()), ("already", "refused", "already"));
    assert_eq!(place.numbers().len(), 2);
    place.verify().expect_code(0);
}

/// The place of the first one is told: its file, and its row or its count.
#[test]
fn an_id_that_stands_in_two_files() {
    let place = Place::new();
    let (cases, lines) = (place.file("cases.json", &[example("E-10"), example("E-09")]), place.at("lines.ndjson"));
    fs::write(&lines, format!("\n{}\n", example("E-09"))).expect("written");
    let check = |first: &Path, second: &Path| {
        quiet(Fukan::new(["check"]).arg(first).arg(second).arg("--office").arg(place.at("office")).run()).expect_code(1)
    };
    says(&check(&cases, &lines), &["FK-1028", "先に出てくるのは cases.json の2件目です。"]);
    says(&check(&lines, &cases), &["FK-1028", "先に出てくるのは lines.ndjson の2行目です。"]);
}

/// A character that cannot be seen in a name is no My Number; it is not shown.
#[cfg(unix)]
#[test]
fn a_file_whose_name_holds_a_control_character() {
    let place = Place::new();
    let cases = place.file("11月\u{7}\u{1b}分.json", &[example("E-10")]);
    let check = |cases: &Path| Fukan::new(["check"]).arg(cases).arg("--office").arg(place.at("office")).run();
    quiet(check(&cases)).expect_code(0);
    let broken = place.at("12月\u{7}分.json");
    fs::write(&broken, "{").expect("written");
    let told = quiet(check(&broken)).expect_code(3);
    assert!(told.err().contains("12月分.json") && !told.err().contains("FK-1001"), "{}", told.err());
}

/// An office is read through a link to its folder, as the folder itself is.
#[cfg(unix)]
#[test]
fn an_office_behind_a_link() {
    let place = Place::new();
    let cases = place.examples(&["E-03"]);
    std::os::unix::fs::symlink(place.at("office"), place.at("link")).expect("a link");
    let office = place.at("link");
    let at = |words: &[&str]| quiet(Fukan::new(words).arg("--office").arg(&office).run());
    at(&["check", cases.to_str().expect("UTF-8")]).expect_code(0);
    at(&["forms", "list"]).expect_code(0);
    at(&["pack", cases.to_str().expect("UTF-8"), "--out", place.at("out").to_str().expect("UTF-8")]).expect_code(0);
    at(&["password", "R08-0001"]).expect_code(0);
    let lock = fukan::world::Lock::take(&place.at("office")).expect("free");
    says(&at(&["pack", cases.to_str().expect("UTF-8"), "--out", "/nowhere"]).expect_code(4), &["FK-6003"]);
    drop(lock);
    place.verify().expect_code(0);
}

/// What is told to be typed can be pasted, also where a path has a blank or a parenthesis.
#[test]
fn commands_that_are_told_can_be_pasted() {
    let place = Place::new();
    fs::rename(place.at("office"), place.at("本店 (練習)")).expect("renamed");
    let (office, cases) = (place.at("本店 (練習)"), place.examples(&["E-03", "E-10"]));
    let pack = |out: &str| {
        let run = Fukan::new(["pack"]).arg(&cases).arg("--office").arg(&office).arg("--out").arg(place.at(out));
        quiet(run.run()).expect_code(0).out()
    };
    let told = pack("1 日目") + &pack("2日目");
    let password = Fukan::new(["password", "R08-0001", "--office"]).arg(&office).run().expect_code(0).out();
    let lines = (told + &password).lines().filter_map(|line| Some(line.split_once("fukan ")?.1.to_owned())).collect::<Vec<_>>();
    let with_path: Vec<&String> = lines.iter().filter(|line| line.contains("--office") || line.contains("--out")).collect();
    assert!(with_path.len() >= 4, "{lines:?}");
    for line in with_path {
        let words = line
            .replace("照会番号", "E-03")
            .replace("発送番号", "R08-0001")
            .replace("照会ファイル", cases.to_str().expect("UTF-8"));
        // As a shell takes it apart: nothing but double quotes stands in it.
        let mut words: Vec<String> = words.split('"').enumerate().fold(Vec::new(), |mut words, (n, part)| {
            match n % 2 {
                1 => words.push(part.to_owned()),
                _ => words.extend(part.split_whitespace().map(str::to_owned)),
            }
            words
        });
        words.retain(|word| !word.starts_with('（'));
        let run = quiet(Fukan::new(&words).run());
        assert!(matches!(run.code, Some(0)), "{line}: {}", run.err());
    }
}

/// Files that are no case files at all.
#[test]
fn files_that_are_none() {
    let whole = json!({ "cases": [example("E-10")] }).to_string();
    let files: [(&str, &str, Vec<u8>); 10] = [
        ("empty.json", "FK-10", Vec::new()),
        ("none.json", "FK-1022", b"{\"cases\":[]}".to_vec()),
        ("cut.json", "FK-1020", whole.as_bytes()[..whole.len() / 2].to_vec()),
        ("deep.json", "FK-102", vec![b'['; 100_000]),
        ("bytes.json", "FK-1013", [&whole.as_bytes()[..40], b"\xff\xfe", &whole.as_bytes()[40..]].concat()),
        ("array.json", "FK-1", b"[1,2,3]".to_vec()),
        ("nobody.json", "FK-1", b"{\"cases\":[{},{},{\"id\":null}]}".to_vec()),
        ("number.json", "FK-1", b"1e999999".to_vec()),
        ("case.pdf", "FK-1012", b"%PDF-1.7".to_vec()),
        ("lines.ndjson", "FK-1020", b"{\"id\":\n\n{{{\n".to_vec()),
    ];
    for (name, code, bytes) in files {
        let place = Place::new();
        let good = place.examples(&["E-09"]);
        fs::write(place.at(name), bytes).expect("written");
        let run = Fukan::new(["pack"]).arg(place.at(name)).arg(&good).args_of(&place, "office").run();
        says(&quiet(run).expect_code(1), &[code, name]);
        assert!(
            place.report().iter().any(|line| line.case == "E-09" && line.outcome == "answered"),
            "{name}: the other file is done"
        );
    }
}
