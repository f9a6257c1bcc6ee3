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
    assert!(part(&sheet, "xl/comments1.xml").contains("「該当なし」とだけ書く"));
    // The example is refused for its id alone; and when it has one, for its requester, who is in nobody's list.
    let refused = check(&sheet, &office).run().expect_code(3);
    assert!(refused.out().contains("FK-1027") && refused.out().matches("\"level\":\"error\"").count() == 1, "{}", refused.out());
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
    // JSON is no table.
    let json = table("cases.json", include_str!("../examples/cases.json"));
    let refused = annotate(&json, &work.join("json.xlsx")).run();
    assert!(refused.err().contains("FK-1055"), "{}", refused.err());
}
