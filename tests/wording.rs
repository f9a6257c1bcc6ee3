//! 自分の文面: the texts that an office keeps in its folder `wording`, from `fukan forms wording` to a proved parcel.

mod support;

use serde_json::Value;
use std::fs;
use support::desk::{Desk, example};
use support::{Fukan, witness};

/// An office with the built-in texts beside it, and two cases on paper.
fn desk() -> Desk {
    let desk = Desk::new();
    let texts = desk.path("texts");
    Fukan::new(["forms", "wording", "--out"]).arg(&texts).run().expect_code(0);
    // Nothing is written over: the second time the names are taken.
    Fukan::new(["forms", "wording", "--out"]).arg(&texts).run().expect_code(4);
    fs::create_dir(desk.path("office/wording")).expect("a folder");
    desk.file(&[example("E-07"), example("E-04")]);
    desk
}

/// Puts a changed text into the office.
fn put(desk: &Desk, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(desk.path("texts").join(name)).expect("the text");
    assert!(text.contains(from), "{from}");
    fs::write(desk.path("office/wording").join(name), text.replace(from, to)).expect("written");
}

#[test]
fn an_offices_own_words_are_printed_and_proved() {
    let desk = desk();
    put(
        &desk,
        "reply.txt",
        "［件名］医療保険の加入情報等について",
        "［小］受付番号　{{受付番号}}\n［件名］資格情報の照会について",
    );
    fs::write(
        desk.path("office/wording/phrases.txt"),
        "\u{FEFF}# 当組合の言い方\n値・現在加入中＝資格継続中\n公印省略＝（公印は省略します）\n",
    )
    .expect("written");
    fs::write(desk.path("office/wording/.DS_Store"), [0xFF]).expect("written");
    let lines = desk.pack("", 0);
    let files: Vec<_> = lines.iter().flat_map(|line| &line.files).map(|file| desk.path("out").join(&file.path)).collect();
    desk.says(
        "paper/R08-0001/R08-0001-1.docx",
        &["資格情報の照会について（回答）", "受付番号　U08-0001", "（公印は省略します）"],
    );
    desk.says("paper/R08-0002/R08-0002-1.docx", &["医療保険の加入情報等について（回答）", "（公印は省略します）"]);
    witness::assert_valid(&files);
    desk.verify();
}

/// A fault in a text stops what makes letters before anything is made, with file, line and code, and nothing else.
#[test]
fn a_faulty_text_is_told_with_its_file_and_line() {
    let desk = desk();
    let faults = [
        ("reply.txt", "［件名］", "［件名］{{宛て先}}", "FK-4002", Some(14)),
        ("reply.txt", "［件名］", "［題］", "FK-4001", Some(14)),
        ("reply.txt", "{{対象者生年月日}}", "", "FK-4040", None),
        ("cover.txt", "{{照合番号}}", "", "FK-4040", None),
        ("reply.txt", "{{手続名}}", "{{代表番号}}", "FK-4042", Some(19)),
        ("phrases.txt", "＝{金額}　{決定}", "＝{金額}", "FK-4001", None),
        ("mail.txt", "{{添付ファイル名}}", "", "FK-4040", None),
    ];
    for (name, from, to, code, line) in faults {
        put(&desk, name, from, to);
        for words in ["pack {F} --office {O} --out {OUT} --json", "forms export {OUT} --office {O} --json"] {
            let told = desk.run(words, 2).out();
            let fault: Value = serde_json::from_str(told.lines().next().expect("a fault")).expect("JSON");
            assert_eq!(
                (fault["code"].as_str(), fault["file"].as_str()),
                (Some(code), Some(format!("wording/{name}").as_str())),
                "{told}"
            );
            assert!(line.is_none() || fault["line"].as_u64() == line, "{told}");
        }
        fs::remove_file(desk.path("office/wording").join(name)).expect("removed");
    }
    fs::write(desk.path("office/wording/repley.txt"), "").expect("written");
    let told = desk.run("pack {F} --office {O} --out {OUT}", 2).err();
    assert!(told.contains("FK-4041") && told.contains("reply.txt"), "{told}");
    assert!(!desk.path("out").exists());
    fs::write(desk.path("office/wording/cover.txt"), b"\x91\xE8\x96\xBC").expect("written");
    put(&desk, "mail.txt", "件名：", "# ");
    put(&desk, "phrases.txt", "{受付日}に電話で", "電話で");
    let told = desk.run("pack {F} --office {O} --out {OUT}", 2).err();
    for words in ["FK-4041", "wording/cover.txt", "UTF-8", "「件名：」の行がありません", "{受付日}", "fukan forms wording"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("Excel"), "{told}");
}

/// Who has a mail to send and its password to tell can do so, whatever is being written at the texts.
#[test]
fn a_faulty_text_stops_nothing_that_makes_no_letter() {
    let desk = desk();
    desk.file(&[example("E-01"), example("E-07")]);
    fs::write(desk.path("office/wording/phrases.txt"), "封筒・親展＝親 展\n").expect("written");
    desk.pack("", 0);
    put(&desk, "reply.txt", "［件名］", "［件名］{{宛て先}}");
    fs::write(desk.path("office/wording/phrases.txt"), "封筒・親展＝親 展\n値・謎＝謎\n").expect("written");
    for words in [
        "check {F} --office {O}",
        "schema --office {O}",
        "ledger sent R08-0001 --office {O}",
        "ledger due --office {O}",
        "password R08-0001 --office {O}",
        "verify {OUT} --office {O}",
    ] {
        desk.run(words, 0);
    }
    for words in
        ["verify {OUT} --office {O} --cases {F}", "report --office {O} --out {OUT}/day.docx", "pack {F} --office {O} --out {OUT}"]
    {
        let told = desk.run(words, 2).err();
        assert!(told.contains("wording/reply.txt") && told.contains("wording/phrases.txt"), "{told}");
    }
}

/// A wrong setting is told as one, in office.toml and about its logo.
#[test]
fn a_wrong_setting_is_told_as_one() {
    let desk = desk();
    let path = desk.path("office/office.toml");
    let settings = fs::read_to_string(&path).expect("settings");
    for (from, to, words) in [
        ("furigana = false", "furigana = \"yes\"", ["FK-1205", "true 又は false"]),
        ("[sender]", "[sender]\nlogo = \"none.png\"", ["FK-4044", "ファイルがありません"]),
        ("[sender]", "[sender]\nroko = \"none.png\"", ["FK-1024", "office.toml"]),
    ] {
        assert!(settings.contains(from), "{from}");
        fs::write(&path, settings.replacen(from, to, 1)).expect("written");
        let told = desk.run("check {F} --office {O}", 2).err();
        assert!(words.iter().all(|word| told.contains(word)) && !told.contains("none.png 1行"), "{told}");
    }
}
