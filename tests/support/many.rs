//! 大量の照会: the batch of 200 over and over, as a file of any length. New ids, numbers and people in each round; everybody is as like and
//! unlike his candidates as before, so that outcomes stay as they were.
#![allow(dead_code)] // a test file rarely uses all of it

use serde_json::Value;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/batch-200").join(name)
}

/// Kana of a round: no two rounds share any, at whatever level kana are compared.
fn family(round: usize) -> String {
    const DIGITS: [char; 10] = ['カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ'];
    format!("{round:04}").chars().filter_map(|digit| digit.to_digit(10)).map(|digit| DIGITS[digit as usize]).collect()
}

/// As JSON, a case a line.
pub fn write_cases(path: &Path, count: usize) {
    write_some(path, count, |_| true);
}

/// The same of those of the 200 that `take` likes.
pub fn write_some(path: &Path, count: usize, take: impl Fn(&Value) -> bool) {
    let batch: Value = serde_json::from_slice(&std::fs::read(data("cases.json")).expect("the batch")).expect("JSON");
    let cases: Vec<&Value> = batch["cases"].as_array().expect("cases").iter().filter(|case| take(case)).collect();
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    for n in 0..count {
        let (mut case, round) = (cases[n % cases.len()].clone(), n / cases.len());
        case["id"] = format!("M-{n:06}").into();
        rename(&mut case["subject"], round);
        case["candidates"].as_array_mut().into_iter().flatten().for_each(|candidate| rename(candidate, round));
        for (group, key) in [("received", "document_no"), ("requester", "reference")] {
            if let Some(number) = case[group][key].as_str() {
                case[group][key] = format!("{number}-{round}").into();
            }
        }
        // Other requesters in each round, so that sets do not grow with the file.
        let officer = case["requester"]["officer"].as_str().expect("an officer");
        case["requester"]["officer"] = format!("{officer} {}", family(round)).into();
        writeln!(file, "{case}").expect("a line");
    }
    file.flush().expect("written");
}

fn rename(person: &mut Value, round: usize) {
    if let Some(kana) = person["kana"].as_str() {
        person["kana"] = format!("{}{kana}", family(round)).into();
    }
}

/// The same as a table, each case on its rows.
pub fn write_table(path: &Path, count: usize) {
    let mut batch = csv::Reader::from_path(data("cases-utf8bom.csv")).expect("the batch");
    let headings = batch.headers().expect("headings").clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name).expect("a heading");
    let kana = ["フリガナ", "候補_フリガナ"].map(column);
    let numbers = ["照会文書番号", "照会元整理番号"].map(column);
    let officer = column("担当者");
    let mut cases: Vec<Vec<csv::StringRecord>> = Vec::new();
    for row in batch.records().map(|row| row.expect("a row")) {
        match cases.last_mut() {
            Some(case) if case[0][0] == row[0] => case.push(row),
            _ => cases.push(vec![row]),
        }
    }
    let mut file = csv::Writer::from_path(path).expect("a file");
    file.write_record(&headings).expect("headings");
    for n in 0..count {
        let round = n / cases.len();
        for row in &cases[n % cases.len()] {
            let cell = |(column, text): (usize, &str)| match column {
                0 => format!("M-{n:06}"),
                _ if text.is_empty() => String::new(),
                column if column == officer => format!("{text} {}", family(round)),
                column if kana.contains(&column) => format!("{}{text}", family(round)),
                column if numbers.contains(&column) => format!("{text}-{round}"),
                _ => text.to_owned(),
            };
            file.write_record(row.iter().enumerate().map(cell)).expect("a row");
        }
    }
    file.flush().expect("written");
}
