//! 空の表と、誤りを示した写し: both are workbooks that others' validators take, made once, for the owner alone.

mod support;

use fukan::file::zip::{self, Limits};
use fukan::intake::table::headings;
use fukan::notice::Catalogue;
use std::path::{Path, PathBuf};
use support::batch::{SETTINGS, office, workshop};
use support::{Fukan, witness};

fn part(file: &Path, name: &str) -> String {
    let entries = zip::read(&std::fs::read(file).expect("a workbook"), &Limits::WORD).expect("a workbook");
    let entry = entries.into_iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("no {name}"));
    String::from_utf8(entry.bytes).expect("UTF-8")
}

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).expect("there").permissions()) & 0o777
}

fn check(file: &Path, office: &Path) -> Fukan {
    Fukan::new(["check", "--json", "--date", "2026-11-20"]).arg(file).arg("--office").arg(office)
}

#[test]
fn the_empty_sheet_has_every_heading_and_an_example_that_is_never_sent() {
    let work = workshop("sheet");
    let office = office(&work.join("office"), SETTINGS);
    let (sheet, small) = (work.join("sheet.xlsx"), work.join("small.xlsx"));
    Fukan::new(["schema", "--xlsx"]).arg(&sheet).run().expect_code(0);
    Fukan::new(["schema", "--xlsx"]).arg(&sheet).run().expect_code(4);
    Fukan::new(["schema", "--office"]).arg(&office).arg("--xlsx").arg(&small).run().expect_code(0);
    #[cfg(unix)]
    assert_eq!(mode(&sheet), 0o600);
    witness::assert_valid(&[sheet.clone(), small.clone()]);
    let strings = part(&sheet, "xl/sharedStrings.xml");
    let catalogue = Catalogue::parse(include_str!("../templates/items.toml")).expect("our own catalogue");
    for heading in headings(&catalogue) {
        assert!(strings.contains(&format!("<t>{}</t>", heading.ja)), "{}", heading.ja);
    }
    assert!(!part(&small, "xl/sharedStrings.xml").contains("葬祭費"), "a 健保組合 has no 葬祭費");
    let cells = part(&sheet, "xl/worksheets/sheet1.xml");
    assert!(cells.contains("dataValidation") && cells.contains("state=\"frozen\""));
    assert!(cells.contains("orientation=\"landscape\"") && part(&sheet, "xl/workbook.xml").contains("Print_Titles"));
    assert!(part(&sheet, "xl/comments1.xml").contains("「該当なし」とだけ書く"));
    // The example is refused for its id alone; and when it has one, for its requester, who is in nobody's list.
    let refused = check(&sheet, &office).run().expect_code(3);
    assert!(refused.out().contains("FK-1153") && refused.out().matches("\"level\":\"error\"").count() == 1, "{}", refused.out());
    let mended = work.join("mended.xlsx");
    let mut archive = zip::Archive::new();
    for entry in zip::read(&std::fs::read(&sheet).expect("a workbook"), &Limits::WORD).expect("a workbook") {
        let text = String::from_utf8(entry.bytes).expect("UTF-8").replace("例（この行は消してください）", "E-1");
        archive.add(&zip::Part::deflated(&entry.name, text.as_bytes()));
    }
    std::fs::write(&mended, archive.finish()).expect("a file");
    let read = check(&mended, &office).run().expect_code(3);
    assert!(read.out().contains("FK-2005") && read.out().matches("\"level\":\"error\"").count() == 1, "{}", read.out());
}

#[test]
fn a_copy_shows_the_faults_at_their_cells() {
    let work = workshop("annotate");
    let office = office(&work.join("office"), SETTINGS);
    let table = |name: &str, text: &str| -> PathBuf {
        let file = work.join(name);
        std::fs::write(&file, text).expect("a table");
        file
    };
    let bad = include_str!("cases/tables/payment-day-impossible.txt");
    let csv = table("bad.csv", bad.split_once('\n').expect("a rule").1);
    let copy = work.join("copy.xlsx");
    let annotate = |file: &Path, copy: &Path| {
        Fukan::new(["check", "--date", "2026-11-20", "--annotate"]).arg(copy).arg(file).arg("--office").arg(&office)
    };
    let run = annotate(&csv, &copy).run().expect_code(3);
    assert!(run.out().contains("個人情報"), "{}", run.out());
    #[cfg(unix)]
    assert_eq!(mode(&copy), 0o600);
    witness::assert_valid(std::slice::from_ref(&copy));
    let comments = part(&copy, "xl/comments1.xml");
    // 回答_高額療養費_支給決定日 stands in column AA, the second payment in row 3.
    assert!(
        comments.contains("ref=\"AA3\"") && comments.contains("FK-1111") && comments.contains("実在しない日付です"),
        "{comments}"
    );
    assert_eq!(comments.matches("<comment ").count(), 1);
    // Its row is found by the colour of its 照会番号; blank cells are text too, and what is typed keeps its zeros.
    let cells = part(&copy, "xl/worksheets/sheet1.xml");
    let style = |at: &str| {
        let cell = cells.split("<c ").find(|cell| cell.starts_with(&format!("r=\"{at}\""))).unwrap_or_else(|| panic!("{at}"));
        cell.split("s=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a style").to_owned()
    };
    assert!(style("A3") == style("AA3") && style("A3") != style("A2") && style("A2") == style("B2"), "{cells}");
    assert!(cells.split("<col ").skip(1).all(|column| column.split("/>").next().is_some_and(|column| column.contains("style="))));
    assert!(cells.contains("orientation=\"landscape\""), "{cells}");
    // Never over another file; and the copy can be checked again, with the same result.
    annotate(&csv, &copy).run().expect_code(4);
    let again = work.join("again.xlsx");
    annotate(&copy, &again).run().expect_code(3);
    assert!(part(&again, "xl/comments1.xml").contains("ref=\"AA3\""));

    // A My Number is not copied; an unknown heading is marked where it stands.
    let text = include_str!("cases/tables/my-number-in-note.txt").split_once('\n').expect("a rule").1;
    let (number, clean) = (table("number.csv", text), work.join("clean.xlsx"));
    annotate(&number, &clean).run().expect_code(3);
    let all = zip::read(&std::fs::read(&clean).expect("a copy"), &Limits::WORD).expect("a copy");
    assert!(all.iter().all(|entry| !String::from_utf8_lossy(&entry.bytes).contains("9018")));
    assert!(part(&clean, "xl/comments1.xml").contains("FK-1001"));
    let text = include_str!("cases/tables/heading-unknown.txt").split_once('\n').expect("a rule").1;
    let unknown = work.join("unknown.xlsx");
    annotate(&table("unknown.csv", text), &unknown).run().expect_code(3);
    assert!(part(&unknown, "xl/comments1.xml").contains("ref=\"Z1\""));
    // A file that can't be read is told once, and has no copy.
    let broken = work.join("broken.csv");
    std::fs::write(&broken, b"\xE7\x85\xA7\xE4\xBC\x9A\n\xFF\xFF\n").expect("a file");
    let run = annotate(&broken, &work.join("broken.xlsx")).run().expect_code(3);
    assert_eq!((run.out() + &run.err()).matches("文字コードを読み取れません").count(), 1, "{}{}", run.out(), run.err());
    assert!(!work.join("broken.xlsx").exists());
    // JSON is no table.
    let json = table("cases.json", include_str!("../examples/cases.json"));
    let refused = annotate(&json, &work.join("json.xlsx")).run();
    assert!(refused.err().contains("FK-1055"), "{}", refused.err());
}

/// 表のどこにあっても: beyond the last heading, as a heading, below an unknown heading, in rich text, over two lines.
#[test]
fn a_my_number_is_copied_from_no_cell() {
    let work = workshop("never-copied");
    let office = office(&work.join("office"), SETTINGS);
    let copied = |name: &str, bytes: &[u8]| {
        let (file, copy) = (work.join(name), work.join(format!("{name}.copy.xlsx")));
        std::fs::write(&file, bytes).expect("a table");
        let check = Fukan::new(["check", "--date", "2026-11-20", "--annotate"]).arg(&copy).arg(&file);
        let told = check.arg("--office").arg(&office).run().expect_code(3);
        for entry in zip::read(&std::fs::read(&copy).expect("a copy"), &Limits::WORD).expect("a copy") {
            let text = String::from_utf8(entry.bytes).expect("UTF-8");
            for number in ["9018", "９０１８", "九〇一八"] {
                assert!(!text.contains(number), "{name} {}", entry.name);
            }
        }
        (told.out() + &told.err(), part(&copy, "xl/comments1.xml"), part(&copy, "xl/sharedStrings.xml"))
    };
    let note = include_str!("cases/tables/my-number-in-note.txt").split_once('\n').expect("a rule").1;
    let (headings, row) = note.split_once('\n').expect("a heading");
    let bare = headings.trim_end_matches(",備考");
    // Beyond the last heading, whether there is a 備考 or not: told by its column, and nothing else is left out.
    let (told, comments, strings) = copied("beyond.csv", format!("{bare}\n{row}").as_bytes());
    assert!(told.contains("Z列 7文字目") && !told.contains(" 備考 "), "{told}");
    assert!(comments.contains("ref=\"Z2\"") && !comments.contains("ref=\"A2\""), "{comments}");
    assert!(strings.contains("B-1"), "column A is copied: {strings}");
    // As a heading.
    let (told, comments, _) = copied("heading.csv", format!("{bare},１２３４　５６７８　９０１８\n{row}").as_bytes());
    assert!(told.contains("FK-1001") && comments.contains("ref=\"Z1\"") && comments.contains("ref=\"Z2\""), "{comments}");
    // In a row that is not read, because a heading is misspelt; below it, and below one that is known.
    let misspelt = row.replace("髙橋 美咲", "一二三四五六七八九〇一八").replace("0000014", "06138123-0006");
    let (_, comments, strings) = copied("misspelt.csv", format!("{bare},備孝\n{misspelt}").as_bytes());
    assert!(comments.contains("FK-1001") && comments.contains("ref=\"Z2\"") && comments.contains("ref=\"H2\""), "{comments}");
    assert!(strings.contains("ヤマダ タロウ") && strings.contains("2010-04-01"), "the rest is copied: {strings}");
    // Over two lines, and one of a list.
    let lines = row
        .replace("本人の番号 1234 5678 9018", "\"本人の番号 123456\r\n789018\"")
        .replace("資格取得年月日,", "1234-5678-9018；1234,");
    let (_, comments, _) = copied("lines.csv", format!("{headings}\n{lines}").as_bytes());
    assert!(comments.contains("ref=\"Z2\"") && comments.contains("ref=\"O2\""), "{comments}");
    // Under a title: no heading is read at all.
    let (_, comments, _) = copied("title.csv", format!("照会の一覧\n{headings}\n{row}").as_bytes());
    assert!(comments.contains("ref=\"Z3\""), "{comments}");
    // In a workbook, its digits in two looks; the name of the sheet and its comments are not copied anyway.
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in headings.split(',').enumerate() {
        sheet.write_string(0, column as u16, text).expect("a cell");
    }
    for (column, text) in row.trim().split(',').enumerate() {
        sheet.write_string(1, column as u16, text).expect("a cell");
    }
    let bold = rust_xlsxwriter::Format::new().set_bold();
    sheet.write_rich_string(1, 25, &[(&bold, "1234"), (&rust_xlsxwriter::Format::new(), "56789018")]).expect("a cell");
    sheet.write_number(1, 27, 123_456_789_018.0).expect("a cell");
    let (_, comments, _) = copied("rich.xlsx", &book.save_to_buffer().expect("a workbook"));
    assert!(comments.contains("ref=\"Z2\"") && comments.contains("ref=\"AB2\""), "{comments}");
}

/// A workbook under another name opens in nothing: told before the work, and nothing is written.
#[test]
fn a_workbook_is_named_as_one_and_lies_in_a_folder_that_is_there() {
    let work = workshop("named");
    let office = office(&work.join("office"), SETTINGS);
    let cases = work.join("cases.csv");
    std::fs::write(&cases, "no heading").expect("a table");
    for name in ["s.csv", "s.docx", "s", "xlsx"] {
        let file = work.join(name);
        let annotate = Fukan::new(["check", "--annotate"]).arg(&file).arg(&cases).arg("--office").arg(&office);
        for run in [annotate, Fukan::new(["schema", "--xlsx"]).arg(&file)] {
            let told = run.run().expect_code(2).err();
            assert!(told.contains("FK-6070") && told.contains("名前の終わりを .xlsx にしてください"), "{told}");
        }
        assert!(!file.exists(), "{name}");
    }
    let export = Fukan::new(["ledger", "export", "--out"]).arg(work.join("all.docx")).arg("--office").arg(&office);
    let told = export.run().expect_code(2).err();
    assert!(told.contains("名前の終わりを .csv, .xlsx にしてください"), "{told}");
    let nowhere = work.join("nodir/z.xlsx");
    let annotate = Fukan::new(["check", "--annotate"]).arg(&nowhere).arg(&cases).arg("--office").arg(&office);
    for run in [annotate, Fukan::new(["schema", "--xlsx"]).arg(&nowhere)] {
        let told = run.run().expect_code(4).err();
        assert!(told.contains("FK-6148") && told.contains("nodir）") && !told.contains("--out"), "{told}");
    }
}

/// What is told of a table names the words that a table takes, and where they are missing.
#[test]
fn a_table_is_told_the_words_of_a_table() {
    let work = workshop("words");
    let office = office(&work.join("office"), SETTINGS);
    let told = |name: &str, change: [&str; 2]| {
        let text = include_str!("cases/tables/answer-missing.txt").split_once('\n').expect("a rule").1;
        let text = text.replacen("資格取得年月日,0000014", "資格取得年月日、資格喪失年月日,0000014", 1);
        assert!(text.contains(change[0]), "{name}");
        let file = work.join(name);
        std::fs::write(&file, text.replacen(change[0], change[1], 1)).expect("a table");
        Fukan::new(["check", "--date", "2026-11-20"]).arg(&file).arg("--office").arg(&office).run().expect_code(3).err()
    };
    let blank = told("blank.csv", ["有,無,,", "有,無,2010-04-01,"]);
    assert!(blank.contains("FK-1144") && blank.contains("表では「なし」"), "{blank}");
    let word = told("word.csv", ["2020-03-31,有,無,,", ",有,無,2010-04-01,加入中"]);
    assert!(word.contains("FK-1110") && word.contains("表では「なし」"), "{word}");
    let date = told("date.csv", ["1980-03-02", "いつか"]);
    assert!(date.contains("FK-1110") && !date.contains("「なし」、JSON"), "{date}");
    let person = "0000014,ヤマダ タロウ,1980-03-02,1,2010-04-01,2020-03-31,有,無,,";
    let nobody = told("nobody.csv", [person, "該当無し,,,,,,,,,"]);
    assert!(nobody.contains("FK-1152") && nobody.contains("「該当なし」とだけ書き") && !nobody.contains("FK-1026"), "{nobody}");
    // Half of the file came from another system.
    let mixed = work.join("mixed.csv");
    let row = encoding_rs::SHIFT_JIS.encode("K-2,2026-11-20T10:15,文書").0.into_owned();
    let heading = include_str!("cases/tables/answer-missing.txt").lines().nth(1).expect("a heading");
    std::fs::write(&mixed, [heading.as_bytes(), b"\r\n\r\n", &row, b"\r\n"].concat()).expect("a table");
    let told = check(&mixed, &office).run().expect_code(3).out();
    assert!(told.contains("FK-1013") && told.contains("\"line\":3"), "{told}");
}
