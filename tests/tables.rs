//! 表: the same case in JSON and in a table is the same case; whatever is wrong with a table is told with its row and heading.

mod support;

use fukan::base::Fault;
use fukan::base::fault::FileName;
use fukan::intake::table::headings;
use fukan::intake::{Format, Node, Record, Source};
use fukan::notice::Catalogue;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use support::batch::{SETTINGS, data, fixed_seams, office, pack_by_library, workshop};
use support::files_under;
use support::tables::{Desk, told};

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::parse(include_str!("../templates/items.toml")).expect("our own catalogue"));

fn records(bytes: &[u8], format: Format) -> (Vec<Record>, Vec<Fault>) {
    let mut records = Vec::new();
    let mut source = Source::new(Cursor::new(bytes), FileName::named("cases", 1), format, &CATALOGUE);
    let whole = source.each(|_| {}, |record| records.push(record));
    (records, whole.err().unwrap_or_default())
}

fn nodes(bytes: &[u8], format: Format) -> Vec<Node> {
    let (records, faults) = records(bytes, format);
    assert_eq!(faults, []);
    records.into_iter().map(|record| record.node.expect("a tree")).collect()
}

fn canonical(node: &Node) -> Vec<u8> {
    let mut bytes = Vec::new();
    node.canonical(&mut bytes);
    bytes
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
}

#[test]
fn a_case_has_one_fingerprint_whatever_it_is_written_in() {
    let json = nodes(&std::fs::read(data("cases.ndjson")).expect("batch"), Format::Ndjson);
    let utf8 = std::fs::read_to_string(data("cases-utf8bom.csv")).expect("batch");
    let text = utf8.trim_start_matches('\u{FEFF}');
    let tables = [
        std::fs::read(data("cases-cp932.csv")).expect("batch"),
        utf8.clone().into_bytes(),
        text.as_bytes().to_vec(),
        text.replace("\r\n", "\n").into_bytes(),
        utf16(text, u16::to_le_bytes),
        utf16(text, u16::to_be_bytes),
        // «Unicode text» of Excel.
        utf16(&text.replace(',', "\t"), u16::to_le_bytes),
        // Blank rows and trailing commas change nothing.
        text.replace("\r\n", ",,,\r\n,,,\r\n\r\n").into_bytes(),
        // Excel leaves out trailing blanks.
        text.lines().map(|line| format!("{}\r\n", line.trim_end_matches(','))).collect::<String>().into_bytes(),
    ];
    for (index, bytes) in tables.iter().enumerate() {
        let table = nodes(bytes, Format::Csv);
        assert_eq!(table.len(), json.len());
        let mut source = Source::new(Cursor::new(bytes), FileName::named("cases.csv", 1), Format::Csv, &CATALOGUE);
        let (records, _) = records(bytes, Format::Csv);
        for (row, ((table, json), record)) in table.iter().zip(&json).zip(&records).enumerate() {
            assert!(canonical(table) == canonical(json), "table {index}, case {}", row + 1);
            assert!(source.again(&record.slice).as_ref().is_ok_and(|again| again == table), "table {index}, case {}", row + 1);
        }
    }
}

#[test]
fn a_row_is_read_again_as_it_was_and_a_changed_one_is_not() {
    let bytes = std::fs::read(data("cases-cp932.csv")).expect("batch");
    let (records, _) = records(&bytes, Format::Csv);
    let again = |bytes: &[u8], record: &Record| {
        Source::new(Cursor::new(bytes), FileName::named("cases.csv", 1), Format::Csv, &CATALOGUE).again(&record.slice)
    };
    for record in &records {
        assert!(again(&bytes, record).as_ref().ok() == record.node.as_ref().ok());
    }
    let changed = |at: usize| {
        let mut changed = bytes.clone();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        changed
    };
    // Inside the third case, and in the heading, which is part of every case.
    let third = changed(records[2].slice.offset as usize + 12);
    assert!(again(&third, &records[2]).is_err());
    assert!(again(&third, &records[3]).is_ok());
    assert!(records.iter().all(|record| again(&changed(3), record).is_err()));
    assert!(records.iter().all(|record| again(&bytes[..200], record).is_err()));
}

/// The same clock, randomness and cases give the same parcels to the byte, whatever the cases were written in.
#[test]
fn the_batch_makes_the_same_documents_from_every_format() {
    let work = workshop("formats");
    let packed = |name: &str| {
        let folder = office(&work.join(format!("office-{name}")), SETTINGS);
        let out = work.join(format!("out-{name}"));
        let packed = pack_by_library(&[data(name)], &folder, &out, &fixed_seams("formats"), 2);
        let said: Vec<&str> = packed.encodings.iter().map(|(_, encoding)| *encoding).collect();
        let files: Vec<(String, Vec<u8>)> = files_under(&out)
            .into_iter()
            .map(|path| {
                (path.strip_prefix(&out).expect("under out").display().to_string(), std::fs::read(&path).expect("a file"))
            })
            .collect();
        (files, said.join(""))
    };
    let (json, _) = packed("cases.json");
    assert!(json.len() > 200, "{} files", json.len());
    for (name, encoding) in [("cases.ndjson", ""), ("cases-cp932.csv", "Shift_JIS (CP932)"), ("cases-utf8bom.csv", "UTF-8 (BOM)")]
    {
        let (files, said) = packed(name);
        assert_eq!(said, encoding);
        assert_eq!(files.len(), json.len(), "{name}");
        for (file, expected) in files.iter().zip(&json) {
            assert!(file == expected, "{name}: {} is not {} of the JSON", file.0, expected.0);
        }
    }
}

/// 処理済み: a table that was saved again in another spelling is the same content; what would be printed otherwise is not.
#[test]
fn another_spelling_is_no_other_content() {
    let work = workshop("spellings");
    let folder = office(&work.join("office"), SETTINGS);
    let text = include_str!("cases/tables/answer-missing.txt").split_once('\n').expect("a rule").1;
    let text = text.replacen("有,無,,", "有,無,2010-04-01,", 1);
    let packed = |name: &str, changes: &[[&str; 2]]| {
        let mut text = text.clone();
        for [from, to] in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        let file = work.join(name);
        std::fs::write(&file, text).expect("a table");
        let packed = pack_by_library(&[file], &folder, &work.join("out"), &fixed_seams("spellings"), 1);
        let [line] = packed.lines.as_slice() else { panic!("one case") };
        (line.outcome.word(), line.faults.first().map(|fault| fault.code.to_string()))
    };
    assert_eq!(packed("first.csv", &[]), ("answered", None));
    let spelt = [
        ["照会番号", "id"],
        ["昭和55年3月2日", "1980/3/2"],
        ["男", "1"],
        ["2026-11-20T10:15", "2026/11/20 10:15"],
        ["資格取得年月日,0000014", "資格取得日,００00014"],
        ["文書,市川三郷町", "郵送,市川三郷町"],
        ["1980-03-02,1", "S55.3.2,男"],
        ["2010-04-01,2020-03-31,有,無", "平成22年4月1日,2020/3/31,○,×"],
    ];
    assert_eq!(packed("spelt.csv", &spelt), ("already", None));
    let changed = ("refused", Some("FK-6010".to_owned()));
    assert_eq!(packed("printed.csv", &[["ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"]]), changed);
    assert_eq!(packed("loss.csv", &[["2020-03-31", "2020-04-01"]]), changed);
}

/// `docs/formats/case-file.md` lists every heading; `FUKAN_BLESS=1` writes the list.
#[test]
fn the_page_lists_every_heading() {
    let mut list = String::from("| 見出し | 英語の別名 |\n|---|---|\n");
    headings(&CATALOGUE).iter().for_each(|heading| list.push_str(&format!("| {} | `{}` |\n", heading.ja, heading.json)));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats/case-file.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once("<!-- headings -->\n").expect("a mark");
    let (_, after) = rest.split_once("<!-- /headings -->").expect("a mark");
    let right = format!("{before}<!-- headings -->\n{list}<!-- /headings -->{after}");
    if std::env::var_os("FUKAN_BLESS").is_some() {
        std::fs::write(&path, &right).expect("written");
    } else {
        assert!(page == right, "run FUKAN_BLESS=1 cargo test --test tables the_page");
    }
}

/// `tests/cases/tables/*.txt`: lines that begin with `# ` say what is expected, `CODE ROW HEADING rule`; `#! cp932`, `#! utf16`,
/// `#! crlf`, `#! cut` (no line end at the end) how the rest is written to disk.
fn bad_table(text: &str) -> (Vec<String>, String, Vec<u8>) {
    let (mut expected, mut rule, mut rest, mut how) = (Vec::new(), String::new(), text, Vec::new());
    while let Some(line) = rest.strip_prefix('#').and_then(|line| line.split_once('\n')) {
        rest = line.1;
        if let Some(way) = line.0.strip_prefix("! ") {
            how.push(way);
            continue;
        }
        let mut words = line.0.trim().splitn(4, ' ');
        expected.push(words.by_ref().take(3).collect::<Vec<_>>().join(" "));
        rule = words.next().unwrap_or_default().to_owned();
    }
    let mut text = rest.to_owned();
    let mut bytes = None;
    for way in how {
        match way {
            "crlf" => text = text.replace('\n', "\r\n"),
            "cut" => drop(text.pop()),
            "cp932" => bytes = Some(encoding_rs::SHIFT_JIS.encode(&text).0.into_owned()),
            "utf16" => bytes = Some(utf16(&text, u16::to_le_bytes)),
            "bom" => text.insert(0, '\u{FEFF}'),
            // \xHH stands for a byte.
            "bytes" => bytes = Some(raw(&text)),
            other => panic!("#! {other}"),
        }
    }
    (expected, rule, bytes.unwrap_or_else(|| text.into_bytes()))
}

fn raw(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("hex"));
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

#[test]
fn every_bad_table_is_refused_where_it_is_bad() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/tables");
    let desk = Desk::new("bad-tables");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).expect("folder").map(|e| e.expect("entry").path()).collect();
    files.sort();
    let (mut wrong, mut codes) = (Vec::new(), std::collections::BTreeSet::new());
    for file in &files {
        let name = file.file_name().expect("name").to_string_lossy().into_owned();
        let (expected, rule, bytes) = bad_table(&std::fs::read_to_string(file).expect("a table"));
        let told = told(&desk.plan("cases.csv", &bytes));
        let cured = desk.cured("cases.csv", &bytes);
        if !cured.is_empty() {
            wrong.push(format!("{name}: rows {cured:?} look mended in a copy that nobody mended"));
        }
        codes.extend(expected.iter().filter_map(|line| line.split(' ').next()).map(str::to_owned));
        if told != expected || rule.is_empty() {
            wrong.push(format!("{name} [{rule}]\n    told {told:?}\n    not  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    println!("{} bad tables, {} codes", files.len(), codes.len());
    assert!(files.len() >= 100, "{} bad tables", files.len());
}
