//! 200件の一括、自分の様式で: the shared batch with a letterhead, a logo, more words and turned columns.

mod support;

use fukan::press::{check, text};
use fukan::seal::{PackageKind, word};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use support::batch::{SETTINGS, data, office, pack_by_binary, workshop};
use support::forms::good;
use support::{Fukan, files_under, json_lines, report, witness};

#[test]
fn the_batch_packs_with_an_edited_form_and_is_proved() {
    let work = workshop("forms_batch");
    let office = office(&work.join("office"), SETTINGS);
    fs::create_dir(office.join("forms")).expect("a folder");
    fs::copy(good("office_letter"), office.join("forms/reply.docx")).expect("copied");
    let out = work.join("out");
    pack_by_binary(&data("cases.json"), &office, &out).expect_code(1);
    let lines = report(&out);
    let expected: BTreeMap<String, String> = json_lines::<Value>(&data("expected.jsonl"))
        .into_iter()
        .map(|line| (line["case"].as_str().expect("a case").to_owned(), line["outcome"].as_str().expect("an outcome").to_owned()))
        .collect();
    let came_out: BTreeMap<String, String> = lines.iter().map(|line| (line.case.clone(), line.outcome.clone())).collect();
    assert_eq!(came_out, expected);

    let run = Fukan::new(["verify", "--json"])
        .arg(&out)
        .arg("--office")
        .arg(&office)
        .arg("--cases")
        .arg(data("cases.json"))
        .run()
        .expect_code(0);
    let results: Vec<Value> = run.out().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(results.len() > 100 && results.iter().all(|line| line["result"] == "proved"), "{results:?}");

    let made = files_under(&out).into_iter().filter(|path| path.extension().is_some_and(|e| e == "docx"));
    let (mails, papers): (Vec<PathBuf>, Vec<PathBuf>) =
        made.partition(|path| path.components().any(|c| c.as_os_str() == "email"));
    for paper in &papers {
        assert_eq!(check::check(&fs::read(paper).expect("a document")), [], "{}", paper.display());
    }
    let sizes: BTreeSet<u64> = mails.iter().map(|path| fs::metadata(path).expect("a package").len()).collect();
    println!("{} papers, {} Word packages of sizes {sizes:?}", papers.len(), mails.len());

    // Print files, and the Word packages with the most letters in them: several looks in one document.
    let mut judged: Vec<PathBuf> = papers.iter().filter(|path| path.parent() == Some(&out)).cloned().collect();
    judged.extend(papers.iter().filter(|path| path.parent() != Some(&out)).take(2).cloned());
    let mut opened: Vec<(usize, PathBuf)> =
        mails.iter().map(|path| (0, path.clone())).map(|(_, path)| open(&path, &office, &work)).collect();
    opened.sort();
    judged.extend(opened.into_iter().rev().take(2).map(|(_, path)| path));
    witness::assert_valid(&judged);
    let layouts = witness::layout(&judged, &work, false);
    assert!(layouts.iter().all(|layout| layout.pages > 0 && !layout.text.concat().contains("{{")));
    let shown: String = layouts.iter().flat_map(|layout| &layout.text).flat_map(|text| text.split_whitespace()).collect();
    assert!(shown.contains("みどり健康保険組合") && shown.contains("当組合からのお知らせ4"));
}

/// A Word package without its seal, and how many letters are bound in it.
fn open(path: &std::path::Path, office: &std::path::Path, work: &std::path::Path) -> (usize, PathBuf) {
    let number = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let run = Fukan::new(["password", &number, "--json", "--office"]).arg(office).run().expect_code(0);
    let told: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let password: String = told["groups"].as_array().expect("groups").iter().filter_map(Value::as_str).collect();
    let bytes = word::open(&fs::read(path).expect("a package"), &password, 64 << 20).unwrap_or_else(|e| panic!("{number}: {e}"));
    let clear = work.join(PackageKind::Word.file(&number));
    fs::write(&clear, &*bytes).expect("written");
    (text::sections(&bytes).expect("sections").len(), clear)
}
