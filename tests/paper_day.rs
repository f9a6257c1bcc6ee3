//! 郵送の日: print files by posting method, labels where the sheet has them, the posting list, and the results for people.

mod support;

use calamine::{Data, Reader, Xlsx};
use fukan::base::seams::{Entry, Kind};
use fukan::base::{LabelSheet, Store};
use fukan::desk::{Options, Seams};
use fukan::press::FormSettings;
use fukan::press::labels::{self, Label};
use fukan::press::text;
use fukan::world::Disk;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use support::batch::{fixed_seams, pack_by_binary, pack_with, workshop};
use support::witness::{self, Word, pages};
use support::{Fukan, copy_tree, files_under, repo, report};

/// The example office, where 豊中市 gets its letters by 特定記録, with these lines before its settings.
fn office(work: &Path, settings: &str) -> PathBuf {
    let office = work.join("office");
    copy_tree(&repo().join("examples/office"), &office);
    let _ = fs::remove_file(office.join("office.db"));
    let partners = fs::read_to_string(office.join("partners.csv")).expect("partners.csv");
    let line = |line: &str| {
        let method = match line {
            heading if heading.starts_with("自治体コード") => "郵送方法",
            toyonaka if toyonaka.starts_with("272035,") => "特定記録",
            _ => "",
        };
        format!("{line},{method}\n")
    };
    fs::write(office.join("partners.csv"), partners.lines().map(line).collect::<String>()).expect("partners.csv");
    let toml = fs::read_to_string(office.join("office.toml")).expect("office.toml");
    fs::write(office.join("office.toml"), format!("{settings}\n{toml}")).expect("office.toml");
    support::batch::passphrase(&office);
    let own = fs::read_to_string(repo().join("examples/office/passphrase.txt")).expect("passphrase.txt");
    fs::write(office.join("passphrase.txt"), own).expect("passphrase.txt");
    office
}

fn cases() -> PathBuf {
    repo().join("examples/cases.json")
}

/// The files beside the parcels.
fn beside(out: &Path) -> BTreeSet<String> {
    let name = |path: PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    files_under(out).into_iter().filter(|path| path.parent() == Some(out)).map(name).collect()
}

/// The rows of each sheet of a workbook.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let names = book.sheet_names();
    let rows = |name: &String| book.worksheet_range(name).expect("a sheet").rows().map(<[Data]>::to_vec).collect();
    let rows: Vec<Vec<Vec<Data>>> = names.iter().map(rows).collect();
    names.into_iter().zip(rows).collect()
}

/// Sections of a print file, each with the parcel it belongs to; cover letters list what they enclose.
fn sections(path: &Path) -> Vec<String> {
    text::sections(&fs::read(path).expect("a print file")).expect("sections")
}

#[test]
fn a_paper_day() {
    let work = workshop("paper-day");
    let (office, out) = (office(&work, ""), work.join("out"));
    let run = Fukan::new(["pack", "--date", "2026-11-20", "--quiet", "--labels-from", "4"])
        .arg(cases())
        .arg("--office")
        .arg(&office)
        .arg("--out")
        .arg(&out)
        .run()
        .expect_code(1);
    let made = [
        "labels.docx",
        "posting.xlsx",
        "print-特定記録.docx",
        "print-簡易書留.docx",
        "print-電話.docx",
        "report.jsonl",
        "report.xlsx",
    ];
    assert_eq!(beside(&out), made.map(str::to_owned).into());
    for name in ["labels.docx", "posting.xlsx", "print-特定記録.docx"] {
        assert!(run.out().contains(name), "{name} is told\n{}", run.out());
    }
    #[cfg(unix)]
    for name in made {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(out.join(name)).expect("there").permissions().mode() & 0o777, 0o600, "{name}");
    }
    printed_in_order(&out);
    labels_say_what_the_covers_say(&out);
    posting_list(&out);
    results(&out);
    verified(&work, &office, &out);
}

/// Each cover stands before what it encloses; no envelope's papers are parted, and no call sheet is among them.
fn printed_in_order(out: &Path) {
    let mut numbers: BTreeSet<String> = BTreeSet::new();
    for (name, method) in [("print-特定記録.docx", "特定記録"), ("print-簡易書留.docx", "簡易書留")] {
        let (mut left, mut before) = (0, String::new());
        for section in sections(&out.join(name)) {
            if left == 0 {
                let window = section.lines().next().unwrap_or_default();
                assert!(window.ends_with(method), "{name}: {window}");
                let count = section.split("計　").nth(1).and_then(|rest| rest.split_once('件')).expect("計").0;
                left = count.parse().expect("a number");
                let number =
                    section.split("健発第").nth(1).and_then(|rest| rest.split_once('号')).expect("文書番号").0.to_owned();
                assert!(before < number, "in the order of the numbers");
                assert!(numbers.insert(number.clone()), "{number} once");
                before = number;
            } else {
                assert!(section.contains(&before), "of the same envelope");
                left -= 1;
            }
        }
        assert_eq!(left, 0, "the last envelope is whole");
    }
    let folders = fs::read_dir(out.join("paper")).expect("paper").count();
    assert_eq!(numbers.len(), folders, "every envelope");
    assert!(sections(&out.join("print-電話.docx")).iter().all(|section| section.contains("電 話 回 答 票")));
}

/// Left and top of each label, in millimetres: A4, 2 × 6.
fn place(index: usize) -> (f64, f64) {
    (18.6 + 86.4 * (index % 2) as f64, 21.6 + 42.3 * (index / 2) as f64)
}

fn labels_say_what_the_covers_say(out: &Path) {
    let labels = out.join("labels.docx");
    witness::assert_valid(std::slice::from_ref(&labels));
    assert_eq!(fukan::press::check::check(&fs::read(&labels).expect("labels")), []);
    let pdf = witness::layout(std::slice::from_ref(&labels), &out.with_file_name("pdf"), true).remove(0);
    assert_eq!(pdf.pages, 1, "nothing runs over");
    let words = words(pdf.pdf.as_ref().expect("a PDF"));
    let mut numbers: Vec<String> =
        fs::read_dir(out.join("paper")).expect("paper").map(|e| e.expect("e").file_name().to_string_lossy().into()).collect();
    numbers.sort();
    let codes: Vec<&Word> = words.iter().filter(|word| word.text.starts_with('〒')).collect();
    assert_eq!(codes.len(), numbers.len(), "one label an envelope");
    for (index, code) in codes.iter().enumerate() {
        // The fourth label is the first one that is free.
        let (left, top) = place(index + 3);
        let [x0, y0, ..] = code.place;
        assert!((x0 - left - 4.0).abs() <= 1.0, "label {index} begins at {x0} mm, its sheet has {left} mm");
        assert!((y0 - top - 3.0).abs() <= 1.0, "label {index} begins at {y0} mm, its sheet has {top} mm");
        let inside: Vec<&Word> = words
            .iter()
            .filter(|w| w.place[0] >= left && w.place[2] <= left + 86.4 && w.place[1] >= top && w.place[3] <= top + 42.3)
            .collect();
        let text: String = inside.iter().map(|word| word.text.as_str()).collect();
        let number = numbers.iter().find(|number| text.contains(*number)).expect("its number");
        let cover = text::read(&fs::read(out.join("paper").join(number).join("cover.docx")).expect("cover")).expect("T");
        // 〒, then to the right the marks of the envelope; the address goes on below.
        let (marked, below) = cover.split_once('\n').expect("lines");
        let (code, marks) = marked.split_once('\t').expect("marks");
        let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let (address, _) = text.split_once(&plain(marks)).expect("the same marks");
        assert!(plain(&format!("{code}{below}")).starts_with(address), "{address}");
    }
    let outside = words.iter().filter(|w| (0..12).all(|n| !within(w, place(n)))).count();
    assert_eq!(outside, 0, "nothing stands between the labels");
}

fn within(word: &Word, (left, top): (f64, f64)) -> bool {
    let [x0, y0, x1, y1] = word.place;
    x0 >= left && x1 <= left + 86.4 && y0 >= top && y1 <= top + 42.3
}

fn words(pdf: &Path) -> Vec<Word> {
    pages(pdf).into_iter().flatten().collect()
}

fn posting_list(out: &Path) {
    let path = out.join("posting.xlsx");
    let sheets = sheets(&path);
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["1 簡易書留", "2 特定記録"]);
    let mut all = 0;
    for (name, rows) in &sheets {
        let (head, rest) = rows.split_first().expect("headings");
        let (total, rows) = rest.split_last().expect("a total");
        assert_eq!(
            head.iter().map(ToString::to_string).collect::<Vec<_>>().join("/"),
            "発送番号/郵送方法/宛先/郵便番号/住所/文書の数/重さ（g）/引受番号"
        );
        assert_eq!(total[2].to_string(), format!("計　{}通", rows.len()));
        all += rows.len();
        for row in rows {
            assert!(name.ends_with(&row[1].to_string()), "{row:?}");
            // 000-0420 keeps its zeros, and what is filled in by hand is empty.
            assert!(matches!(&row[3], Data::String(code) if code.starts_with("000-")), "{row:?}");
            assert!(matches!(row[5], Data::Float(n) if n >= 2.0), "{row:?}");
            assert!(row[6..].iter().all(|cell| matches!(cell, Data::Empty) || cell.to_string().is_empty()), "{row:?}");
        }
    }
    assert_eq!(all, fs::read_dir(out.join("paper")).expect("paper").count());
    // No member's name stands in it, nor an officer's.
    let cases: Value = serde_json::from_slice(&fs::read(cases()).expect("cases")).expect("JSON");
    let text = format!("{sheets:?}");
    for case in cases["cases"].as_array().expect("cases") {
        for name in [&case["subject"]["name"], &case["subject"]["kana"], &case["requester"]["officer"]] {
            assert!(name.as_str().is_none_or(|name| !text.contains(name)), "{name}");
        }
    }
    let parts = fukan::file::zip::read(&fs::read(&path).expect("read"), &fukan::file::zip::Limits::WORD).expect("a workbook");
    let part = |name: &str| String::from_utf8(parts.iter().find(|p| p.name == name).expect(name).bytes.clone()).expect("UTF-8");
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("paperSize=\"9\"") && sheet.contains("差出票（簡易書留）"), "A4, with its title");
    assert!(part("xl/workbook.xml").contains("_xlnm.Print_Titles"), "headings on every page");
}

/// The same as report.jsonl; what somebody has to look at stands on top, and texts are texts.
fn results(out: &Path) {
    let lines = report(out);
    let (_, rows) = sheets(&out.join("report.xlsx")).remove(0);
    assert_eq!(rows.len(), lines.len() + 1);
    let mut seen = BTreeSet::new();
    let ranks: Vec<usize> = rows[1..]
        .iter()
        .map(|row| {
            let Data::Float(order) = row[0] else { panic!("{row:?}") };
            let line = &lines[order as usize - 1];
            assert!(seen.insert(order as usize));
            let texts: Vec<String> = row[1..].iter().map(ToString::to_string).collect();
            assert!(row[1..].iter().all(|cell| matches!(cell, Data::String(_) | Data::Empty)), "{row:?}");
            assert_eq!(texts[0], line.case);
            assert_eq!(texts[4], line.number.clone().unwrap_or_default());
            assert_eq!(texts[6], line.code.clone().unwrap_or_default());
            assert!(!texts[1].is_empty() || line.outcome == "refused", "{row:?}");
            assert!(texts[6].is_empty() || !texts[8].is_empty(), "{row:?}");
            match line.outcome.as_str() {
                _ if texts[7].contains("よく似た") => 0,
                "held" => 1,
                "refused" => 2,
                _ => 3,
            }
        })
        .collect();
    assert!(ranks.is_sorted() && ranks.contains(&1) && ranks.contains(&3), "{ranks:?}");
}

/// verify knows them all, proves labels and print files, and tells a changed label; a filled-in posting list is nobody's fault.
fn verified(work: &Path, office: &Path, out: &Path) {
    let verify = |out: &Path, code: i32| -> Vec<Value> {
        let run = Fukan::new(["verify", "--json"]).arg(out).arg("--office").arg(office).run().expect_code(code);
        run.out().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let proved = verify(out, 0);
    for name in ["labels.docx", "print-特定記録.docx", "print-簡易書留.docx", "print-電話.docx"] {
        assert!(proved.iter().any(|line| line["name"] == name && line["result"] == "proved"), "{name}");
    }
    // Run again: nothing new is due, so nothing new lies there.
    let before = beside(out);
    pack_by_binary(&cases(), office, out);
    assert_eq!(beside(out), before);
    fs::write(out.join("posting.xlsx"), b"with weights").expect("written");
    let labels = fs::read(out.join("labels.docx")).expect("labels");
    let other = work.join("labels.docx");
    fs::write(&other, &labels).expect("a copy");
    fs::write(out.join("labels.docx"), changed(&labels, "豊中市", "別中市")).expect("written");
    let wrong: Vec<Value> = verify(out, 3).into_iter().filter(|line| line["result"] == "wrong").collect();
    assert_eq!(wrong.iter().map(|line| line["name"].as_str().expect("a name")).collect::<Vec<_>>(), ["labels.docx"]);
}

/// What is read of a label need not be what is printed: the same words hidden, or one byte behind the file.
#[test]
fn labels_that_read_alike_and_print_otherwise_are_told() {
    let work = workshop("paper-alike");
    let (office, out) = (office(&work, ""), work.join("out"));
    let file = out.join("labels.docx");
    let pack = Fukan::new(["pack", "--date", "2026-11-20", "--labels-from", "3"]).arg(cases());
    pack.arg("--office").arg(&office).arg("--out").arg(&out).run().expect_code(1);
    let verify = |code: i32| Fukan::new(["verify"]).arg(&out).arg("--office").arg(&office).run().expect_code(code);
    verify(0);
    let whole = fs::read(&file).expect("labels");
    let hidden = changed(&whole, "<w:rPr>", "<w:rPr><w:vanish/>");
    let longer = [&whole[..], b" "].concat();
    for edited in [hidden, longer] {
        assert!(edited != whole);
        fs::write(&file, edited).expect("written");
        assert!(verify(3).err().contains("FK-6156"));
    }
}

/// Each label in turn, all of them, and what the office may do with its labels without being told anything.
#[test]
fn an_emptied_label_is_told_until_it_is_made_again_or_its_letter_is_sent() {
    let work = workshop("paper-emptied");
    let (office, out) = (office(&work, ""), work.join("out"));
    pack_by_binary(&cases(), &office, &out).expect_code(1);
    let wrong = |code: i32| -> Vec<(String, Vec<String>)> {
        let run = Fukan::new(["verify", "--json"]).arg(&out).arg("--office").arg(&office).run().expect_code(code);
        let lines = run.out().lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")).collect::<Vec<_>>();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let faults = |line: &Value| {
            line["faults"]
                .as_array()
                .expect("faults")
                .iter()
                .map(|f| format!("{} {}", text(&f["code"]), text(&f["what"])))
                .collect()
        };
        lines.iter().filter(|line| line["result"] == "wrong").map(|line| (text(&line["name"]), faults(line))).collect()
    };
    let file = out.join("labels.docx");
    let whole = fs::read(&file).expect("labels");
    let numbers: Vec<String> = labels_of(&file).into_iter().filter_map(|mut label| label.pop()).collect();
    assert!(numbers.len() > 2, "{numbers:?}");
    for number in &numbers {
        fs::write(&file, emptied(&whole, |label| label.contains(number.as_str()))).expect("written");
        assert_eq!(labels_of(&file).len(), numbers.len() - 1, "the others stand as they stood");
        let told = wrong(3);
        let [(name, faults)] = &told[..] else { panic!("{told:?}") };
        assert!(name == "labels.docx" && faults.len() == 2, "{told:?}");
        assert!(faults[0].starts_with("FK-6124 ") && faults[0].contains(number.as_str()), "{told:?}");
        assert!(faults[1].starts_with("FK-6156 "), "{told:?}");
    }
    // Without any text: each is told, and the file is none of labels.
    fs::write(&file, emptied(&whole, |_| true)).expect("written");
    let told = wrong(3);
    assert!(told.len() == 1 && told[0].1.len() == numbers.len() + 1, "{told:?}");
    // What is missing is made by the next run, once.
    let [first, second, ..] = &numbers[..] else { panic!("{numbers:?}") };
    fs::write(&file, emptied(&whole, |label| label.contains(first.as_str()))).expect("written");
    pack_by_binary(&cases(), &office, &out);
    let again = labels_of(&out.join("labels-2.docx"));
    assert!(again.len() == 1 && again[0].last() == Some(first), "{again:?}");
    // None is missing any more. The file that somebody worked in is still not the one that was made.
    let changed = |told: &[(String, Vec<String>)]| matches!(told, [(name, faults)] if name == "labels.docx" && faults.len() == 1 && faults[0].starts_with("FK-6156 "));
    assert!(changed(&wrong(3)));
    // One that is recorded as sent needs no label any more; an office that keeps no file of labels uses none.
    fs::write(&file, emptied(&whole, |label| [first, second].iter().any(|n| label.contains(n.as_str())))).expect("written");
    assert!(!changed(&wrong(3)));
    Fukan::new(["ledger", "sent", second.as_str(), "--office"]).arg(&office).run().expect_code(0);
    assert!(changed(&wrong(3)));
    for name in ["labels.docx", "labels-2.docx"] {
        fs::remove_file(out.join(name)).expect("removed");
    }
    assert_eq!(wrong(0), []);
}

/// The numbers on a posting list, sheet after sheet.
fn listed(list: &Path) -> Vec<String> {
    let rows = sheets(list).into_iter().flat_map(|(_, rows)| rows.into_iter().skip(1));
    rows.map(|row| row[0].to_string()).filter(|number| !number.is_empty()).collect()
}

/// A list as people leave it: rows above, columns moved, a row on a sheet of its own, weights and numbers of the post office.
fn by_hand(list: &Path, numbers: &[String]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let (alone, rest) = numbers.split_first().expect("numbers");
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "本日分").expect("a cell").write(1, 3, "発送番号").expect("a cell");
    for (row, number) in (2..).zip(rest) {
        sheet.write(row, 0, 52.5).expect("a cell").write(row, 3, format!("　{number} ")).expect("a cell");
        sheet.write(row, 4, "123-45-67890-1").expect("a cell");
    }
    book.add_worksheet().write(0, 1, alone.as_str()).expect("a cell");
    book.save(list).expect("saved");
}

/// Whatever becomes of the labels, the post office gets each envelope on one list, and the clerk is told which list is new.
#[test]
fn no_envelope_stands_on_two_posting_lists() {
    let work = workshop("paper-lists");
    let (office, out) = (office(&work, ""), work.join("out"));
    let all: Value = serde_json::from_slice(&fs::read(cases()).expect("cases")).expect("JSON");
    let all = all["cases"].as_array().expect("cases").clone();
    let paper: Vec<&Value> = all.iter().filter(|case| case["reply_by"] == "paper").collect();
    // Half of the day in the morning, all of it later.
    let half = work.join("morning.json");
    let morning: Vec<&Value> = paper[..paper.len() / 2].to_vec();
    fs::write(&half, serde_json::json!({ "cases": morning }).to_string()).expect("written");
    let screen = |file: &Path| {
        let run =
            Fukan::new(["pack", "--date", "2026-11-20"]).arg(file).arg("--office").arg(&office).arg("--out").arg(&out).run();
        run.out()
    };
    let lists = || beside(&out).into_iter().filter(|name| name.starts_with("posting")).collect::<Vec<_>>();
    let told = screen(&half);
    assert!(told.contains("posting.xlsx です（封筒") && !told.contains("前の差出票"), "{told}");
    let first = listed(&out.join("posting.xlsx"));
    assert!(!first.is_empty(), "the morning's envelopes");
    // An emptied label comes again on a sheet of its own; its envelope is on the list, into which weights were written by then.
    let file = out.join("labels.docx");
    let whole = fs::read(&file).expect("labels");
    fs::write(&file, emptied(&whole, |label| label.contains(first[0].as_str()))).expect("written");
    by_hand(&out.join("posting.xlsx"), &first);
    let told = screen(&half);
    assert_eq!(labels_of(&out.join("labels-2.docx")).len(), 1);
    assert_eq!(lists(), ["posting.xlsx"]);
    assert!(told.contains("差出票: 新しいものはありません") && told.contains("labels-2.docx の封筒は"), "{told}");
    // All labels are thrown away, and the afternoon's letters come: labels for all of them, a list of the new ones.
    for name in ["labels.docx", "labels-2.docx"] {
        fs::remove_file(out.join(name)).expect("removed");
    }
    let told = screen(&cases());
    assert_eq!(lists(), ["posting-2.xlsx", "posting.xlsx"]);
    let second = listed(&out.join("posting-2.xlsx"));
    let both: BTreeSet<&String> = first.iter().chain(&second).collect();
    let folders = fs::read_dir(out.join("paper")).expect("paper").count();
    assert!(!second.is_empty() && both.len() == first.len() + second.len() && both.len() == folders, "{first:?} {second:?}");
    assert_eq!(labels_of(&out.join("labels-2.docx")).len(), folders, "each has a label");
    let said = format!("posting-2.xlsx です（封筒{}通）。ほかの{}通は、前の差出票に載っています。", second.len(), first.len());
    assert!(told.contains(&said), "{said}\n{told}");
    // A list that can't be read is told, because what stands on it is listed again.
    fs::remove_file(out.join("labels-2.docx")).expect("removed");
    fs::write(out.join("posting-2.xlsx"), b"no workbook").expect("written");
    let run =
        Fukan::new(["pack", "--json", "--date", "2026-11-20"]).arg(cases()).arg("--office").arg(&office).arg("--out").arg(&out);
    let run = run.run().expect_code(4);
    assert!(run.out().contains("FK-6150") && run.out().contains("posting-2.xlsx"), "{}", run.out());
    assert!(run.out().contains("\"posting\":[\"posting-3.xlsx\"]"), "{}", run.out());
    assert_eq!(listed(&out.join("posting-3.xlsx")), second);
    let run = Fukan::new(["verify"]).arg(&out).arg("--office").arg(&office).run();
    run.expect_code(0);
}

/// The cells of some labels without their text, as somebody leaves them who deletes it in Word.
fn emptied(docx: &[u8], which: impl Fn(&str) -> bool) -> Vec<u8> {
    let cell = |cell: &str| {
        let Some((inside, behind)) = cell.split_once("</w:tc>").filter(|(inside, _)| which(inside)) else {
            return cell.to_owned();
        };
        let mut runs = inside.split("<w:t ");
        let kept = runs.next().unwrap_or_default().to_owned();
        let rest: String = runs.map(|run| run.split_once("</w:t>").expect("a text").1).collect();
        format!("{kept}{rest}</w:tc>{behind}")
    };
    edited(docx, |xml| xml.split("<w:tc>").map(cell).collect::<Vec<_>>().join("<w:tc>"))
}

fn changed(docx: &[u8], from: &str, to: &str) -> Vec<u8> {
    edited(docx, |text| text.replace(from, to))
}

/// A document whose parts were changed; fails when none was.
fn edited(docx: &[u8], edit: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = fukan::file::zip::Archive::new();
    let mut found = false;
    for entry in fukan::file::zip::read(docx, &fukan::file::zip::Limits::WORD).expect("a document") {
        let bytes = match String::from_utf8(entry.bytes) {
            Ok(text) => {
                let new = edit(&text);
                found |= new != text;
                new.into_bytes()
            }
            Err(other) => other.into_bytes(),
        };
        archive.add(&fukan::file::zip::Part::deflated(&entry.name, &bytes));
    }
    assert!(found);
    archive.finish()
}

#[test]
fn no_print_file_is_longer_than_the_office_says_and_no_envelope_is_torn() {
    let work = workshop("paper-split");
    let (office, out) = (office(&work, "print_split = 3"), work.join("out"));
    pack_by_binary(&cases(), &office, &out).expect_code(1);
    let prints: Vec<String> = beside(&out).into_iter().filter(|name| name.starts_with("print-")).collect();
    assert!(prints.iter().any(|name| name == "print-簡易書留-2.docx"), "{prints:?}");
    for name in prints {
        let sections = sections(&out.join(&name));
        let envelopes = sections.iter().filter(|section| section.contains("の送付について")).count();
        assert!(sections.len() <= 3 || envelopes == 1, "{name}: {} documents of {envelopes} envelopes", sections.len());
        assert!(name.contains("電話") || sections[0].contains("の送付について"), "{name} begins with a cover letter");
    }
    assert!(out.join("labels.docx").is_file() && !out.join("labels-2.docx").exists(), "one file of labels for the run");
}

#[test]
fn a_first_label_that_the_sheet_does_not_have_and_labels_that_are_too_small() {
    let work = workshop("paper-labels");
    let office = office(&work, "");
    let out = work.join("out");
    let pack = |from: &str| {
        let run = Fukan::new(["pack", "--date", "2026-11-20", "--quiet", "--labels-from", from]);
        run.arg(cases()).arg("--office").arg(&office).arg("--out").arg(&out).run()
    };
    let run = pack("13").expect_code(2);
    assert!(run.err().contains("FK-6122") && !out.exists(), "{}", run.err());
    // Too small for an address: told envelope by envelope, while every letter is printed; the labels come once the sheet is mended.
    let settings = fs::read_to_string(office.join("office.toml")).expect("office.toml");
    let small = "\n[labels]\nwidth_mm = 20\nheight_mm = 10\nleft_mm = 5\ntop_mm = 5\ncolumns = 2\nrows = 6\n";
    fs::write(office.join("office.toml"), format!("{settings}{small}")).expect("written");
    let run = pack("1").expect_code(4);
    let envelopes = fs::read_dir(out.join("paper")).expect("paper").count();
    assert_eq!(run.err().matches("FK-6121").count(), envelopes, "{}", run.err());
    let prints = ["print-簡易書留.docx", "print-特定記録.docx", "print-電話.docx"].map(str::to_owned);
    assert!(beside(&out).is_superset(&prints.clone().into()), "{:?}", beside(&out));
    assert!(!beside(&out).iter().any(|name| name.starts_with("labels")), "{:?}", beside(&out));
    fs::write(office.join("office.toml"), settings).expect("written");
    let no_more = |labels: &str| {
        let there = beside(&out);
        assert!(
            there.contains(labels) && !there.iter().any(|name| name.starts_with("print-") && !prints.contains(name)),
            "{there:?}"
        );
        assert_eq!(labels_of(&out.join(labels)).len(), envelopes);
        pack("1").expect_code(1);
        assert_eq!(beside(&out), there, "nothing twice");
    };
    pack("1").expect_code(1);
    no_more("labels.docx");
    // Labels that are gone come again, as long as the letters are not sent. A print file does not: verify tells it.
    fs::remove_file(out.join("labels.docx")).expect("removed");
    pack("1").expect_code(1);
    no_more("labels.docx");
    let verify = || Fukan::new(["verify", "--json"]).arg(&out).arg("--office").arg(&office).run();
    verify().expect_code(0);
    fs::remove_file(out.join("print-簡易書留.docx")).expect("removed");
    let run = verify().expect_code(3);
    assert!(run.out().contains("print-簡易書留.docx") && run.out().contains("FK-6123"), "{}", run.out());
}

/// The labels of a file, each with its lines.
fn labels_of(path: &Path) -> Vec<Vec<String>> {
    let pieces = labels::pieces(&fs::read(path).expect("labels")).expect("pieces");
    let mut labels: Vec<Vec<String>> = Vec::new();
    for piece in pieces {
        match labels.last_mut() {
            Some(label) if !piece.starts_with('〒') => label.push(piece),
            _ => labels.push(vec![piece]),
        }
    }
    labels
}

/// A cover whose window says the address in another way, or that has no window, costs the officer's name, not the label.
#[test]
fn no_cover_of_the_offices_own_keeps_labels_and_letters_back() {
    let built_in = fs::read_to_string(repo().join("templates/letters/cover.txt")).expect("cover.txt");
    let (address, addressee) = ("［窓］{{宛先住所}}\n", "［窓］{{宛先}}\n");
    let code = "［窓］〒{{宛先郵便番号}}→**{{封筒の表示}}**\n";
    assert!([address, addressee, code].iter().all(|line| built_in.contains(line)));
    let covers = [
        ("title", built_in.replace(address, "［窓］住所　{{宛先住所}}\n")),
        ("above", built_in.replace(addressee, "").replace(code, &format!("{addressee}{code}"))),
        ("none", built_in.replace("［窓］", "［本文］")),
    ];
    for (name, cover) in covers {
        let work = workshop(&format!("paper-cover-{name}"));
        let (office, out) = (office(&work, ""), work.join("out"));
        fs::create_dir_all(office.join("wording")).expect("a folder");
        fs::write(office.join("wording/cover.txt"), cover).expect("cover.txt");
        pack_by_binary(&cases(), &office, &out).expect_code(1);
        let prints = ["print-簡易書留.docx", "print-特定記録.docx", "print-電話.docx"].map(str::to_owned);
        assert!(beside(&out).is_superset(&prints.into()), "{name}: {:?}", beside(&out));
        let labels = labels_of(&out.join("labels.docx"));
        let is_marked = |path: &PathBuf| {
            path.ends_with("cover.docx") && text::read(&fs::read(path).expect("a cover")).expect("text").contains("親展")
        };
        assert!(files_under(&out.join("paper")).iter().any(is_marked), "{name}: an officer is written to");
        assert_eq!(labels.len(), fs::read_dir(out.join("paper")).expect("paper").count(), "{name}");
        for label in labels {
            assert!(label.len() == 5 && label[2].ends_with("御中") && !label[3].contains("親展"), "{name}: {label:?}");
        }
        Fukan::new(["verify"]).arg(&out).arg("--office").arg(&office).run().expect_code(0);
    }
}

/// Long addresses on sheets of the market: what is laid stands whole inside its label, sheet after sheet, down to the number.
#[test]
fn long_addresses_stand_whole_in_their_labels_or_are_told() {
    let work = workshop("paper-long");
    let usual = LabelSheet::default();
    let small = LabelSheet { left: 8.4, top: 8.8, width: 48.3, height: 25.4, pitch_x: 48.3, pitch_y: 25.4, columns: 4, rows: 11 };
    let full = LabelSheet { left: 0.0, top: 0.0, width: 70.0, height: 42.3, pitch_x: 70.0, pitch_y: 42.3, columns: 3, rows: 7 };
    let edge = LabelSheet { top: 0.4, ..full };
    let section = "健康福祉局保健所感染症総合対策課（医療費適正化・第三者行為求償担当）";
    for (name, sheet) in [("usual", usual), ("small", small), ("full", full), ("edge", edge)] {
        assert_eq!(sheet.fits(), Ok(()), "{name}");
        let label = |n: usize| {
            let section: String = section.chars().cycle().take(n % 60 + 1).collect();
            let address = format!("北海道札幌市中央区見本大通西19丁目{} 保健所", "　第12ビル34号館".repeat(n % 3));
            let lines = vec!["〒060-8611".to_owned(), address, section, "見本　花子　様".to_owned()];
            Label { lines, mark: "親展　簡易書留".to_owned(), number: format!("R08-{n:04}") }
        };
        let (fit, full): (Vec<Label>, Vec<Label>) = (0..180).map(label).partition(|l| labels::has_room(l, &sheet).is_ok());
        assert!(fit.len() > sheet.count(), "{name}: only {} of 180 fit", fit.len());
        assert!(full.iter().all(|label| labels::has_room(label, &sheet).is_err_and(|fault| fault.code.as_str() == "FK-6121")));
        let file = work.join(format!("{name}.docx"));
        fs::write(&file, labels::lay(&fit, &sheet, 0, &FormSettings::default()).expect("labels")).expect("written");
        witness::assert_valid(std::slice::from_ref(&file));
        let pdf = witness::layout(std::slice::from_ref(&file), &work.join("pdf"), true).remove(0);
        assert_eq!(pdf.pages as usize, fit.len().div_ceil(sheet.count()), "{name}");
        let pages = pages(pdf.pdf.as_ref().expect("a PDF"));
        for (index, label) in fit.iter().enumerate() {
            let (left, top) = sheet.place(index);
            let is_inside = |w: &&Word| {
                w.place[0] >= left && w.place[2] <= left + sheet.width && w.place[1] >= top && w.place[3] <= top + sheet.height
            };
            let inside = pages[index / sheet.count()].iter().filter(is_inside);
            let mut said: Vec<char> = inside.flat_map(|w| w.text.chars()).collect();
            let mut right: Vec<char> = label.pieces().concat().chars().filter(|c| !c.is_whitespace()).collect();
            said.sort_unstable();
            right.sort_unstable();
            assert_eq!(said, right, "{name}: label {index} of {:?}", label.lines);
            assert!(
                pages[index / sheet.count()].iter().filter(is_inside).any(|w| w.text.ends_with(&label.number)),
                "{name}: {index}"
            );
        }
    }
}

/// The disk, on which no file whose name begins so can be laid.
struct No(&'static str);

impl Store for No {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        Disk.read(path, limit)
    }
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        Disk.create(path, bytes)
    }
    fn make_dir(&self, path: &Path) -> io::Result<()> {
        Disk.make_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        Disk.sync_dir(path)
    }
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        let refused = to.file_name().is_some_and(|name| name.to_string_lossy().starts_with(self.0));
        if refused { Err(io::Error::from_raw_os_error(28)) } else { Disk.rename_new(from, to) }
    }
    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename_over(from, to)
    }
    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        Disk.remove_tree(path)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        Disk.remove_file(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        Disk.list(path)
    }
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        Disk.kind(path)
    }
}

#[test]
fn labels_of_an_interrupted_run_are_neither_lost_nor_made_twice() {
    let work = workshop("paper-interrupted");
    let (office, out) = (office(&work, ""), work.join("out"));
    let seams = Seams { store: Arc::new(No("print")), ..fixed_seams("paper-interrupted") };
    let options = Options { date: fukan::base::date::parse("2026-11-20").ok(), jobs: 1, ..Options::default() };
    let packed = pack_with(&[cases()], &office, &out, &seams, &options);
    assert!(!packed.faults.is_empty() && packed.printed.is_empty() && packed.posting.len() == 1);
    let labels = fs::read(out.join("labels.docx")).expect("labels");
    pack_by_binary(&cases(), &office, &out);
    let there = beside(&out);
    assert!(there.contains("print-簡易書留.docx") && there.contains("print-特定記録.docx"), "{there:?}");
    assert!(!there.iter().any(|name| name.contains("-2.")), "nothing twice: {there:?}");
    assert_eq!(fs::read(out.join("labels.docx")).expect("labels"), labels);
    let run = Fukan::new(["verify"]).arg(&out).arg("--office").arg(&office).run();
    run.expect_code(0);
}

/// What can't be named is told and does not lie about under another name, and the next run makes it.
#[test]
fn labels_that_can_not_be_laid_leave_nothing_behind() {
    let work = workshop("paper-unlaid");
    let (office, out) = (office(&work, ""), work.join("out"));
    let options = Options { date: fukan::base::date::parse("2026-11-20").ok(), jobs: 1, ..Options::default() };
    let seams = Seams { store: Arc::new(No("labels")), ..fixed_seams("paper-unlaid") };
    let packed = pack_with(&[cases()], &office, &out, &seams, &options);
    assert!(!packed.faults.is_empty() && packed.posting.is_empty() && !packed.printed.is_empty());
    let left = beside(&out);
    assert!(!left.iter().any(|name| name.starts_with('.') || name.starts_with("posting")), "{left:?}");
    pack_by_binary(&cases(), &office, &out);
    let made = beside(&out);
    assert!(["labels.docx", "posting.xlsx"].iter().all(|name| made.contains(*name)), "{made:?}");
}
