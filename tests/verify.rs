//! 検証: what `fukan verify` says of copies, of what lies in an output folder beside our works, and of what a later letter overtook.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::copy_tree;
use support::desk::{Desk, example};

/// Each thing that is told, with its result.
fn results(desk: &Desk, path: &str, code: i32) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    lines(desk, path, code).iter().map(|line| (text(&line["name"]), text(&line["result"]))).collect()
}

fn lines(desk: &Desk, path: &str, code: i32) -> Vec<Value> {
    let path = desk.path(path);
    let out = desk.run(&format!("verify {} --office {{O}} --json", path.display()), code).out();
    out.lines().map(|line| serde_json::from_str(line).expect("json")).collect()
}

/// The names of what is not proved.
fn not_proved(desk: &Desk, path: &str, code: i32) -> Vec<String> {
    let told = results(desk, path, code);
    told.into_iter().filter(|(_, result)| result != "proved").map(|(name, result)| format!("{name} {result}")).collect()
}

/// R08-0001 in a mail, R08-0002 on paper, in print.docx and labels.docx.
fn packed() -> Desk {
    let desk = Desk::new();
    desk.file(&[example("E-03"), example("E-07")]);
    desk.pack("", 0);
    desk
}

#[test]
fn a_copied_or_renamed_output_folder_is_proved_and_what_is_amiss_in_it_is_told() {
    let desk = packed();
    let whole = results(&desk, "out", 0);
    assert!(whole.iter().any(|(name, _)| name == "print.docx") && whole.iter().any(|(name, _)| name == "labels.docx"));
    let out = desk.path("out");
    copy_tree(&out, &desk.path("copy"));
    assert_eq!(results(&desk, "copy", 0), whole);

    // A part of a copy: what lies there is proved, and a print file whose papers are not there is not.
    fs::remove_dir_all(desk.path("copy/email/R08-0001")).expect("removed");
    assert_eq!(not_proved(&desk, "copy", 0), [""; 0], "it lies where it was promised");
    fs::rename(desk.path("copy/paper/R08-0002"), desk.path("kept")).expect("moved");
    assert_eq!(not_proved(&desk, "copy", 3), ["labels.docx wrong", "print.docx wrong"]);
    fs::rename(desk.path("kept"), desk.path("copy/paper/R08-0002")).expect("moved");

    // Renamed, and then another day with the old name's folder gone.
    fs::rename(&out, desk.path("out-1120")).expect("renamed");
    assert_eq!(results(&desk, "out-1120", 0), whole);
    assert_eq!(not_proved(&desk, "copy", 3), ["R08-0001 wrong"], "now it lies nowhere");
    let print = fs::read(desk.path("out-1120/print.docx")).expect("a print file");
    fs::remove_file(desk.path("out-1120/print.docx")).expect("removed");
    assert_eq!(not_proved(&desk, "out-1120", 3), ["print.docx wrong"]);

    // The print file and the labels of another folder are not this one's, in a copy either.
    let mut other = example("E-07");
    other["id"] = json!("E-07-2");
    other["requester"]["reference"] = json!("別の日-1");
    desk.file(&[other]);
    desk.run("pack {F} --office {O} --out {OUT}-2", 0);
    for name in ["print.docx", "labels.docx"] {
        fs::copy(desk.path("out-2").join(name), desk.path("out-1120").join(name)).expect("exchanged");
    }
    assert_eq!(not_proved(&desk, "out-1120", 3), ["labels.docx wrong", "print.docx wrong"]);
    assert_eq!(not_proved(&desk, "out-2", 0), [""; 0]);
    fs::write(desk.path("out-1120/print.docx"), print).expect("written");
    assert_eq!(not_proved(&desk, "out-1120", 3), ["labels.docx wrong"]);
}

#[test]
fn what_a_dead_run_was_writing_is_unfinished_and_the_next_one_tidies_it_up() {
    let desk = packed();
    // As if the run had died between the ledger's note and the name.
    fs::rename(desk.path("out/print.docx"), desk.path("out/.fukan-print.docx")).expect("renamed");
    let begun = [".fukan-labels", ".fukan-posting", ".fukan-print-2.docx", ".fukan-report.jsonl", ".fukan-report.xlsx"];
    for name in begun {
        fs::write(desk.path("out").join(name), b"half").expect("written");
    }
    let mut told: Vec<String> = begun.iter().map(|name| format!("{name} unfinished")).collect();
    told.insert(3, ".fukan-print.docx unfinished".to_owned());
    assert_eq!(not_proved(&desk, "out", 1), told);
    let said = desk.run("verify {OUT} --office {O}", 1).out();
    assert!(said.contains("途中で止まったもの6件") && said.contains("証明できない0件"), "{said}");
    desk.pack("", 0);
    assert_eq!(not_proved(&desk, "out", 0), [""; 0]);
    assert!(desk.path("out/print.docx").exists());

    // A name that no run gives is a stranger's, and so is a folder.
    fs::write(desk.path("out/.fukan-else"), b"").expect("written");
    fs::create_dir(desk.path("out/.fukan-print.docx")).expect("made");
    assert_eq!(not_proved(&desk, "out", 3), [".fukan-else wrong", ".fukan-print.docx wrong"]);
}

#[test]
fn what_office_and_windows_leave_by_themselves_is_passed_over_and_nothing_else_under_its_name() {
    let desk = packed();
    let whole = results(&desk, "out", 0);
    let folders = ["out", "out/email", "out/paper", "out/email/R08-0001", "out/paper/R08-0002"];
    for folder in folders {
        let folder = desk.path(folder);
        fs::write(folder.join("~$cover.docx"), [0; 162]).expect("written");
        for name in ["Thumbs.db", "desktop.ini", ".DS_Store"] {
            fs::write(folder.join(name), [0; 5_000]).expect("written");
        }
    }
    assert_eq!(results(&desk, "out", 0), whole);
    desk.verify();
    // One of a letter's own size is no owner file; a folder is no file.
    for folder in folders {
        let file = desk.path(folder).join("~$cover.docx");
        fs::write(&file, [0; 1_025]).expect("written");
        let told = lines(&desk, "out", 3);
        let wrong: Vec<&Value> = told.iter().filter(|line| line["result"] == "wrong").collect();
        assert!(wrong.len() == 1 && wrong[0]["faults"][0]["code"] == "FK-6022", "{folder}: {wrong:?}");
        fs::remove_file(&file).expect("removed");
        fs::create_dir(&file).expect("made");
        assert_eq!(not_proved(&desk, "out", 3).len(), 1, "{folder}");
        fs::remove_dir(&file).expect("removed");
    }
}

#[test]
fn a_file_outside_an_output_folder_is_told_alone() {
    let desk = packed();
    let package = desk.path("out/email/R08-0001/R08-0001.zip");
    for folder in ["", "inbox/", "email/"] {
        let folder = desk.path(folder);
        fs::create_dir_all(&folder).expect("a folder");
        fs::copy(&package, folder.join("got.zip")).expect("a copy");
        fs::write(folder.join("ours.xlsx"), b"somebody's own").expect("written");
        let run = desk.run(&format!("verify {} --office {{O}}", folder.join("got.zip").display()), 2);
        assert!(run.err().contains("FK-6144") && run.err().contains("got.zip"), "{}", run.err());
        assert!(run.out().is_empty() && !run.err().contains("ours.xlsx"), "{}", run.out());
    }
    assert_eq!(results(&desk, "out/email/R08-0001/R08-0001.zip", 0).len(), 1);
    assert_eq!(results(&desk, "out/print.docx", 0), results(&desk, "out", 0));
}

/// A slip of the path must not pass for a proof.
#[test]
fn a_folder_with_nothing_of_ours_proves_nothing() {
    let desk = packed();
    for (folder, file) in [("nothing", None), ("litter", Some("Thumbs.db")), ("reports", Some("report.jsonl"))] {
        fs::create_dir_all(desk.path(folder)).expect("a folder");
        if let Some(file) = file {
            fs::write(desk.path(folder).join(file), b"").expect("written");
        }
        let run = desk.run(&format!("verify {} --office {{O}}", desk.path(folder).display()), 2);
        assert!(run.err().contains("FK-6145") && run.err().contains(folder) && run.out().is_empty(), "{}", run.err());
    }
    // A run that made nothing has an output folder all the same.
    for channel in ["email", "paper", "phone"] {
        fs::create_dir_all(desk.path("nothing").join(channel)).expect("a folder");
    }
    assert_eq!(results(&desk, "nothing", 0), []);
}

#[test]
fn what_was_not_compared_is_not_counted_as_not_provable() {
    let desk = packed();
    desk.file(&[example("E-03")]);
    let run = desk.run("verify {OUT} --cases {F} --office {O}", 1);
    assert!(run.out().contains("証明できない0件、照合していない1件、誤り0件"), "{}", run.out());
    let run = desk.run("verify {OUT} --office {O}", 0);
    assert!(run.out().contains("証明できない0件、誤り0件"), "{}", run.out());
    let run = desk.run("verify {OUT} --cases {F} --office {O} --lang en", 1);
    assert!(run.out().contains("0 not provable, 1 not compared, 0 wrong"), "{}", run.out());
}

#[test]
fn what_a_later_letter_overtook_is_proved_with_a_word_about_it() {
    let note = |desk: &Desk, name: &str| -> (Value, Value, Value) {
        let told = lines(desk, "out", 0);
        let line = told.iter().find(|line| line["name"] == name).expect("a line");
        assert_eq!(line["result"], "proved");
        (line["replaced"].clone(), line["later"].clone(), line["outdated"].clone())
    };
    let plain = (json!(false), json!([]), json!([]));

    // On paper, and reissued: the print file and the labels of the first still hold it.
    let desk = packed();
    desk.file(&[example("E-07")]);
    for name in ["R08-0002", "print.docx", "labels.docx"] {
        assert_eq!(note(&desk, name), plain, "{name}");
    }
    desk.pack("--again --case E-07", 0);
    assert_eq!(note(&desk, "R08-0002"), (json!(true), json!([]), json!([])));
    for name in ["print.docx", "labels.docx"] {
        assert_eq!(note(&desk, name), (json!(false), json!([]), json!(["R08-0002"])), "{name}");
    }
    for name in ["R08-0003", "print-2.docx", "labels-2.docx"] {
        assert_eq!(note(&desk, name), plain, "{name}");
    }
    let said = desk.run("verify {OUT} --office {O}", 0).out();
    assert!(said.contains("print.docx: ") && said.contains("（R08-0002）が入っています"), "{said}");
    assert!(!said.contains("print-2.docx: "), "{said}");

    // Two in one mail, one of them corrected: until it is recorded that the first one left.
    let desk = Desk::new();
    let mut cases = [example("E-01"), example("E-02")];
    desk.file(&cases);
    desk.pack("", 0);
    assert_eq!(note(&desk, "R08-0001"), plain);
    cases[0]["requester"]["reference"] = json!("訂正-1");
    desk.file(&cases);
    desk.pack("--correct R08-0001", 0);
    assert_eq!(note(&desk, "R08-0001"), (json!(false), json!(["R08-0002"]), json!([])));
    assert_eq!(note(&desk, "R08-0002"), plain);
    let said = desk.run("verify {OUT} --office {O}", 0).out();
    assert!(said.contains("正しい（一部は差替え済み") && said.contains("R08-0001: この中の照会には、後の R08-0002"), "{said}");
    desk.run("ledger sent R08-0001 --office {O}", 0);
    assert_eq!(note(&desk, "R08-0001"), plain);
}
