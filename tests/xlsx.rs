//! Excelの表: workbooks that clerks and enemies make, each built here from a small description.

mod support;

use fukan::base::fault::FileName;
use fukan::file::zip::{self, Archive, Limits, Part};
use fukan::intake::table::letters;
use fukan::intake::{Format, Node, Record, Source};
use fukan::notice::Catalogue;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Formula, Note, Workbook, Worksheet};
use std::io::Cursor;
use std::sync::LazyLock;
use support::batch::data;
use support::tables::{Desk, told};

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::parse(include_str!("../templates/items.toml")).expect("our own catalogue"));

/// One case that is answered, by heading.
const CASE: [(&str, &str); 23] = [
    ("照会番号", "X-1"),
    ("受付日時", "2026-11-20T10:15"),
    ("受付方法", "文書"),
    ("照会文書日付", "2026-11-18"),
    ("回答方法", "文書"),
    ("自治体名", "市川三郷町"),
    ("自治体コード", "193461"),
    ("所属", "保険年金課"),
    ("担当者", "髙橋 美咲"),
    ("手続名", "他の法令による給付との調整"),
    ("フリガナ", "ヤマダ タロウ"),
    ("生年月日", "1980-03-02"),
    ("性別", "1"),
    ("記号", "1-2"),
    ("照会項目", "資格取得年月日"),
    ("候補_加入者", "0000014"),
    ("候補_フリガナ", "ヤマダ タロウ"),
    ("候補_生年月日", "1980-03-02"),
    ("候補_性別", "1"),
    ("候補_取得", "2010-04-01"),
    ("候補_個人番号収録", "有"),
    ("候補_支援措置", "無"),
    ("回答_資格取得年月日", "2010-04-01"),
];

fn column(heading: &str) -> u16 {
    CASE.iter().position(|(own, _)| *own == heading).unwrap_or_else(|| panic!("{heading}")) as u16
}

/// A workbook with the case in rows 2 to `rows` + 1, then changed.
fn book(rows: u32, change: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (index, (heading, text)) in CASE.iter().enumerate() {
        sheet.write_string(0, index as u16, *heading).expect("a heading");
        for row in 1..=rows {
            let text = if index == 0 && row > 1 { format!("X-{row}") } else { (*text).to_owned() };
            sheet.write_string(row, index as u16, text).expect("a cell");
        }
    }
    change(&mut book);
    book.save_to_buffer().expect("a workbook")
}

fn changed(change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    book(1, |book| change(book.worksheet_from_index(0).expect("the sheet")))
}

/// The same workbook with one part put through this.
fn patched(bytes: &[u8], part: &str, patch: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = Archive::new();
    let mut found = false;
    for entry in zip::read(bytes, &Limits::WORD).expect("our own workbook") {
        let is_it = entry.name == part;
        found |= is_it;
        let bytes = if is_it { patch(String::from_utf8(entry.bytes).expect("UTF-8")).into_bytes() } else { entry.bytes };
        archive.add(&Part::deflated(&entry.name, &bytes));
    }
    assert!(found, "{part}");
    archive.finish()
}

/// Text that packs badly enough not to be taken for a bomb.
fn noise(len: usize) -> String {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 33) as u8 % 16)
    };
    (0..len).map(|_| next()).collect()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn records(bytes: &[u8]) -> Result<Vec<Record>, Vec<fukan::base::Fault>> {
    let mut records = Vec::new();
    let mut source = Source::new(Cursor::new(bytes), FileName::named("cases.xlsx", 1), Format::Xlsx, &CATALOGUE);
    source.each(|_| {}, |record| records.push(record)).map(|()| records)
}

fn canonical(node: &Node) -> Vec<u8> {
    let mut bytes = Vec::new();
    node.canonical(&mut bytes);
    bytes
}

fn canonicals(bytes: &[u8]) -> Vec<Vec<u8>> {
    let records = records(bytes).unwrap_or_else(|faults| panic!("{faults:?}"));
    records.iter().map(|record| canonical(record.node.as_ref().expect("a tree"))).collect()
}

#[test]
fn the_batch_has_the_fingerprints_of_its_json() {
    let workbook = std::fs::read(data("cases.xlsx")).expect("the batch");
    let mut json = Vec::new();
    let lines = std::fs::read(data("cases.ndjson")).expect("the batch");
    let mut source = Source::new(Cursor::new(lines), FileName::named("cases.ndjson", 1), Format::Ndjson, &CATALOGUE);
    source.each(|_| {}, |record| json.push(canonical(&record.node.expect("a tree")))).expect("readable");
    assert!(canonicals(&workbook) == json);
}

#[test]
fn a_row_is_read_again_and_a_changed_one_is_not() {
    let two = book(2, |_| {});
    let first = records(&two).expect("readable");
    let again = |bytes: &[u8], record: &Record| {
        Source::new(Cursor::new(bytes), FileName::named("c.xlsx", 1), Format::Xlsx, &CATALOGUE).again(&record.slice)
    };
    assert!(first.iter().all(|record| again(&two, record).is_ok()));
    // Saved anew: other bytes, the same cells. Then another second row, and another heading.
    let saved = patched(&two, SHEET, |xml| xml);
    assert!(saved != two && first.iter().all(|record| again(&saved, record).is_ok()));
    let second = book(2, |book| {
        let sheet = book.worksheet_from_index(0).expect("the sheet");
        sheet.write_string(2, column("担当者"), "鈴木 一郎").expect("a cell");
    });
    assert!(again(&second, &first[0]).is_ok() && again(&second, &first[1]).is_err());
    let heading = changed(|sheet| {
        sheet.write_string(0, column("記号"), "番号").expect("a cell");
    });
    assert!(again(&heading, &first[0]).is_err());
}

#[test]
fn excels_dates_numbers_and_readings_are_what_they_show() {
    let text = canonicals(&book(1, |_| {}));
    let dates = changed(|sheet| {
        let (day, minute) = (Look::new().set_num_format("[$-411]ge.m.d"), Look::new().set_num_format("yyyy/m/d h:mm"));
        let at = ExcelDateTime::from_ymd(2026, 11, 20).and_then(|day| day.and_hms(10, 15, 0)).expect("a moment");
        sheet.write_datetime_with_format(1, column("受付日時"), &at, &minute).expect("a cell");
        for (heading, (year, month, date)) in [
            ("生年月日", (1980, 3, 2)),
            ("候補_生年月日", (1980, 3, 2)),
            ("候補_取得", (2010, 4, 1)),
            ("回答_資格取得年月日", (2010, 4, 1)),
        ] {
            let at = ExcelDateTime::from_ymd(year, month, date).expect("a day");
            sheet.write_datetime_with_format(1, column(heading), &at, &day).expect("a cell");
        }
        // Sex may be a number; a text may be rich, or come out of a formula.
        sheet.write_number(1, column("性別"), 1).expect("a cell");
        let rich = [(&Look::new().set_bold(), "ヤマダ "), (&Look::new(), "タロウ")];
        sheet.write_rich_string(1, column("フリガナ"), &rich).expect("a cell");
        let formula = Formula::new("\"193\"&\"461\"").set_result("193461");
        sheet.write_formula(1, column("自治体コード"), formula).expect("a cell");
    });
    assert!(canonicals(&dates) == text);
    // フリガナ that Excel keeps beside a name is no part of it.
    let readings = patched(&book(1, |_| {}), "xl/sharedStrings.xml", |xml| {
        xml.replace("<t>髙橋 美咲</t>", "<t>髙橋 美咲</t><rPh sb=\"0\" eb=\"2\"><t>タカハシ</t></rPh>")
    });
    assert!(canonicals(&readings) == text);
}

/// 「2021/2」 typed in Excel is the first of February to it; what people see is a month.
#[test]
fn a_month_of_excel_is_a_month() {
    let month = "回答_高額療養費_診療年月";
    let with = |heading: &'static str, write: &dyn Fn(&mut Worksheet, u32, u16)| {
        canonicals(&changed(|sheet| {
            sheet.write_string(0, CASE.len() as u16, heading).expect("a heading");
            write(sheet, 1, CASE.len() as u16);
        }))
    };
    let text = |heading, text: &str| {
        with(heading, &|sheet, row, column| {
            sheet.write_string(row, column, text).expect("a cell");
        })
    };
    let dated = |heading, look: &Look| {
        with(heading, &|sheet, row, column| {
            let at = ExcelDateTime::from_ymd(2021, 2, 1).expect("a day");
            sheet.write_datetime_with_format(row, column, &at, look).expect("a cell");
        })
    };
    for heading in ["追加_取得", "追加_喪失", month] {
        for look in ["mmm-yy", "yyyy\"年\"m\"月\"", "[$-411]ggge\"年\"m\"月\";@"] {
            assert!(dated(heading, &Look::new().set_num_format(look)) == text(heading, "2021-02"), "{heading} {look}");
        }
        for number in [17, 55] {
            assert!(dated(heading, &Look::new().set_num_format_index(number)) == text(heading, "2021-02"), "{heading} {number}");
        }
        assert!(dated(heading, &Look::new().set_num_format("yyyy/m/d")) == text(heading, "2021-02-01"), "{heading}");
    }
    // 2021.10 as a number is 2021.1 to everybody.
    let desk = Desk::new("month-number");
    for heading in ["追加_取得", month] {
        let number = changed(|sheet| {
            sheet.write_string(0, CASE.len() as u16, heading).expect("a heading");
            sheet.write_number_with_format(1, CASE.len() as u16, 2021.10, &Look::new().set_num_format("0.00")).expect("a cell");
        });
        let told = told(&desk.plan("cases.xlsx", &number));
        assert!(told.contains(&format!("FK-1040 2 {heading}")), "{told:?}");
    }
    let day = changed(|sheet| {
        let look = Look::new().set_num_format("yyyy\"年\"m\"月\"");
        let at = ExcelDateTime::from_ymd(2010, 4, 1).expect("a day");
        sheet.write_datetime_with_format(1, column("候補_取得"), &at, &look).expect("a cell");
    });
    assert_eq!(told(&desk.plan("cases.xlsx", &day)), ["FK-1110 2 候補_取得"]);
}

#[test]
fn every_bad_workbook_is_refused_where_it_is_bad() {
    let desk = Desk::new("bad-workbooks");
    let cell = |row: u32, heading: &'static str, text: &'static str| {
        changed(move |sheet| {
            sheet.write_string(row, column(heading), text).expect("a cell");
        })
    };
    let number = |heading: &'static str, number: f64| {
        changed(move |sheet| {
            sheet.write_number(1, column(heading), number).expect("a cell");
        })
    };
    let formula = |formula: &'static str, result: &'static str| {
        changed(move |sheet| {
            sheet.write_formula(1, column("所属"), Formula::new(formula).set_result(result)).expect("a cell");
        })
    };
    let noted = |row: u32| {
        changed(move |sheet| {
            sheet.insert_note(row, 3, &Note::new("本人の番号は 1234-5678-9018")).expect("a note");
        })
    };
    let hidden_number = book(1, |book| {
        let look = Look::new().set_num_format("yyyy/m/d");
        let sheet = book.add_worksheet().set_hidden(true);
        sheet.write_number_with_format(6, 1, 123_456_789_018.0, &look).expect("a cell");
    });
    let elsewhere = |hidden: bool| {
        book(1, move |book| {
            let sheet = book.add_worksheet().set_hidden(hidden);
            sheet.write_string(6, 1, "１２３４ ５６７８ ９０１８").expect("a cell");
        })
    };
    let day = |heading: &'static str| {
        changed(move |sheet| {
            let look = Look::new().set_num_format("m\"月\"d\"日\"");
            let at = ExcelDateTime::from_ymd(2026, 1, 2).expect("a day");
            {
                sheet.write_datetime_with_format(1, column(heading), &at, &look).expect("a cell");
            }
        })
    };
    // 19800302 typed into a column of dates: Excel shows ####, and both would have been 9999-12-31.
    let serial = |headings: &'static [&'static str], serials: [f64; 2]| {
        changed(move |sheet| {
            let look = Look::new().set_num_format("yyyy/m/d");
            for (heading, serial) in headings.iter().zip(serials) {
                sheet.write_number_with_format(1, column(heading), serial, &look).expect("a cell");
            }
        })
    };
    let long_text = patched(&book(1, |_| {}), "xl/sharedStrings.xml", |xml| xml.replace("髙橋 美咲", &noise(40_000)));
    let one_text_everywhere = |rows: u32, columns: u32| {
        let long = patched(&book(1, |_| {}), "xl/sharedStrings.xml", |xml| xml.replace("髙橋 美咲", &noise(32_000)));
        patched(&long, SHEET, |xml| {
            let row = xml.split("<row ").nth(2).expect("the case").to_owned();
            let cell = row.split("<c ").find(|cell| cell.starts_with("r=\"I2\"")).expect("the officer").to_owned();
            let cells = |row: u32| -> String {
                (0..columns).map(|c| format!("<c {}", cell.replace("I2", &format!("{}{row}", letters(c as usize))))).collect()
            };
            let rows: String = (3..3 + rows).map(|row| format!("<row r=\"{row}\">{}</row>", cells(row))).collect();
            xml.replace("</sheetData>", &format!("{}</sheetData>", rows))
        })
    };
    let far_columns = patched(&book(1, |_| {}), SHEET, |xml| {
        let rows: String = (3..=4_000).map(|n| format!("<row r=\"{n}\"><c r=\"ALA{n}\"><v>{n}</v></c></row>")).collect();
        xml.replace("</sheetData>", &format!("{rows}</sheetData>"))
    });
    let prefixed = patched(&book(1, |_| {}), "xl/sharedStrings.xml", |xml| {
        xml.replace("<sst ", "<sst xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" ")
            .replace("</sst>", &format!("{}</sst>", "<x:si/>".repeat(1_000_001)))
    });
    let far = patched(&book(1, |_| {}), SHEET, |xml| {
        xml.replace("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>")
    });
    assert!(far.len() < 16_384, "{}", far.len());
    let empty_formula = patched(&formula("A1", "4711"), SHEET, |xml| xml.replace("<v>4711</v>", ""));
    let long = patched(&book(1, |_| {}), SHEET, |xml| {
        let rows: String = (3..=20_003).map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\"><v>{n}</v></c></row>")).collect();
        xml.replace("</sheetData>", &format!("{rows}</sheetData>"))
    });
    let bomb = patched(&book(1, |_| {}), "xl/sharedStrings.xml", |xml| xml.replace("X-1", &"X".repeat(80 << 20)));
    let backwards = patched(&book(1, |_| {}), SHEET, |xml| {
        xml.replace("</sheetData>", "<row r=\"2\"><c r=\"A2\"><v>2</v></c></row></sheetData>")
    });
    let macros = {
        let mut archive = Archive::new();
        let entries = zip::read(&book(1, |_| {}), &Limits::WORD).expect("our own");
        entries.iter().for_each(|entry| archive.add(&Part::deflated(&entry.name, &entry.bytes)));
        archive.add(&Part::deflated("xl/vbaProject.bin", b"macro"));
        archive.finish()
    };
    let compound = |stream: &str| {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
        std::io::Write::write_all(&mut file.create_stream(stream).expect("a stream"), b"x").expect("memory");
        file.into_inner().into_inner()
    };
    let merged = |from: u32, to: u32, column: u16| {
        book(3, move |book| {
            let sheet = book.worksheet_from_index(0).expect("the sheet");
            sheet.merge_range(from, column, to, column + 1, "X-9", &Look::new()).expect("merged");
        })
    };
    let bare = |hidden: bool| {
        changed(move |sheet| {
            sheet.write_string(1, 40, "1234-5678-9018").expect("a cell");
            if hidden {
                sheet.set_column_hidden(40).expect("hidden");
            }
        })
    };
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("a code as a number", number("自治体コード", 14257.0), &["FK-1040 2 自治体コード", "FK-2003 2 自治体コード"]),
        ("a member key as a number", number("候補_加入者", 14.0), &["FK-1040 2 候補_加入者"]),
        ("a symbol as a number", number("記号", 12.0), &["FK-1040 2 記号"]),
        ("an id as a number", number("照会番号", 1.0), &["FK-1040 2 照会番号"]),
        ("a My Number as a number", number("記号", 123_456_789_018.0), &["FK-1001 2 記号", "FK-1040 2 記号"]),
        ("a day as a plain number", number("候補_取得", 40269.0), &["FK-1110 2 候補_取得"]),
        (
            "two days beyond the last",
            serial(&["生年月日", "候補_生年月日"], [19_800_302.0, 19_650_715.0]),
            &["FK-1110 2 生年月日", "FK-1110 2 候補_生年月日"],
        ),
        (
            "a day received beyond the last",
            serial(&["受付日時", "候補_取得"], [20_261_120.0, 3_550_302.0]),
            &["FK-1110 2 受付日時", "FK-1110 2 候補_取得"],
        ),
        ("a symbol beyond the last day", serial(&["記号"], [99_999_999.0, 0.0]), &["FK-1040 2 記号"]),
        ("a text longer than a cell takes", long_text, &["FK-1054 byte0 -"]),
        ("one text in every row", one_text_everywhere(1_700, 1), &["FK-1054 byte0 -"]),
        ("one text in every column", one_text_everywhere(20, 100), &["FK-1054 byte0 -"]),
        ("one cell far out in every row", far_columns, &["FK-1054 byte0 -"]),
        ("a million empty texts", prefixed, &["FK-1054 byte0 -"]),
        ("1-2 that became a day", day("記号"), &["FK-1041 2 記号"]),
        ("a day in a flag", day("候補_支援措置"), &["FK-1041 2 候補_支援措置", "FK-1120 2 候補_支援措置"]),
        ("an error", formula("NA()", "#N/A"), &["FK-1042 2 所属", "FK-1026 2 所属"]),
        ("a formula never calculated", empty_formula, &["FK-1042 2 所属", "FK-1026 2 所属"]),
        (
            "TRUE for a text",
            changed(|s| {
                s.write_boolean(1, column("所属"), true).expect("a cell");
            }),
            &["FK-1041 2 所属"],
        ),
        ("a wrong word", cell(1, "受付方法", "FAX"), &["FK-2001 2 受付方法"]),
        ("a My Number in a cell", cell(1, "担当者", "123456789018"), &["FK-1001 2 担当者"]),
        ("a My Number in a heading", cell(0, "担当者", "123456789018"), &["FK-1001 1 I列の見出し", "FK-1024 1 -"]),
        ("a My Number in a comment", noted(1), &["FK-1001 2 コメント"]),
        ("a My Number in a comment far below", noted(900), &["FK-1001 901 コメント"]),
        ("a My Number on another sheet", elsewhere(false), &["FK-1001 7 2枚目のシート、B列"]),
        ("a My Number on a hidden sheet", elsewhere(true), &["FK-1001 7 2枚目のシート、B列"]),
        ("a My Number in a hidden cell for days", hidden_number, &["FK-1001 7 2枚目のシート、B列"]),
        ("a My Number in a column without heading", bare(false), &["FK-1001 2 AO列", "FK-1037 2 -"]),
        ("a My Number in a hidden column", bare(true), &["FK-1001 2 AO列", "FK-1037 2 -"]),
        (
            "a My Number for a sheet's name",
            book(1, |b| {
                {
                    b.add_worksheet().set_name("123456789018").expect("a name");
                };
            }),
            &["FK-1001 0 プロパティ", "FK-1001 0 シート名"],
        ),
        ("ids merged over two rows", merged(1, 2, 0), &["FK-1043 2 -", "FK-1043 3 -"]),
        ("cells of one row merged", merged(2, 2, 5), &["FK-1043 3 -"]),
        ("headings merged", merged(0, 0, 7), &["FK-1043 1 -"]),
        ("a title above", cell(0, "照会番号", "照会一覧"), &["FK-1024 1 -", "FK-1058 1 照会番号"]),
        ("a far corner", far, &["FK-1037 1048576 -"]),
        ("20,001 rows", long, &["FK-1054 byte0 -"]),
        ("more than is unpacked", bomb, &["FK-1054 byte0 -"]),
        ("rows out of order", backwards, &["FK-1050 byte0 -"]),
        // Found by fuzzing: 26^7 letters come round to another column, and an area that ends before it begins to a huge one.
        (
            "a column that no sheet has",
            patched(&book(1, |_| {}), SHEET, |xml| xml.replace("r=\"B2\"", "r=\"MWLQKWV2\"")),
            &["FK-1050 byte0 -"],
        ),
        (
            "a row that no sheet has",
            patched(&book(1, |_| {}), SHEET, |xml| xml.replace("r=\"B2\"", "r=\"B4294967298\"")),
            &["FK-1050 byte0 -"],
        ),
        (
            "an area that ends before it begins",
            patched(&merged(2, 2, 5), SHEET, |xml| {
                let from = xml.find("mergeCell ref=\"").expect("an area") + 15;
                format!("{}F9:E3{}", &xml[..from], &xml[from + xml[from..].find('"').expect("its end")..])
            }),
            &["FK-1050 byte0 -"],
        ),
        ("macros", macros, &["FK-1052 byte0 -"]),
        ("an old workbook", compound("/Workbook"), &["FK-1052 byte0 -"]),
        ("a sealed workbook", compound("/EncryptedPackage"), &["FK-1051 byte0 -"]),
        ("no workbook", b"PK nothing".to_vec(), &["FK-1050 byte0 -"]),
        ("an empty file", Vec::new(), &["FK-1050 byte0 -"]),
        ("an empty sheet", Workbook::new().save_to_buffer().expect("a workbook"), &["FK-1022 byte0 -"]),
        ("headings alone", book(0, |_| {}), &["FK-1022 byte0 -"]),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(name, bytes, expected)| {
            let got = told(&desk.plan("cases.xlsx", bytes));
            (got != *expected).then(|| format!("{name}\n    told {got:?}\n    not  {expected:?}"))
        })
        .collect();
    // What stands outside of the sheet is not copied; everything else is refused in the copy too.
    for (name, bytes, told) in &cases {
        let outside = ["コメント", "シート"].iter().any(|place| told.iter().any(|told| told.contains(place)));
        assert!(outside || desk.cured("cases.xlsx", bytes) == [""; 0], "{name}");
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn the_sheet_that_was_named_is_read() {
    let two = book(1, |book| {
        let other = book.add_worksheet().set_name("控え").expect("a name");
        CASE.iter().enumerate().for_each(|(index, (heading, text))| {
            other.write_string(0, index as u16, *heading).expect("a heading");
            other.write_string(1, index as u16, text.replace("X-1", "Y-1")).expect("a cell");
        });
    });
    let ids = |sheet: Option<&str>| {
        let source = Source::new(Cursor::new(&two), FileName::named("c.xlsx", 1), Format::Xlsx, &CATALOGUE);
        let mut ids = Vec::new();
        let read = source.on_sheet(sheet.map(str::to_owned)).each(
            |_| {},
            |record| {
                let Some(Node::Text(id)) = record.node.expect("a tree").get("id").cloned() else { panic!("an id") };
                ids.push(id);
            },
        );
        read.map(|()| ids).map_err(|faults| faults[0].code.as_str())
    };
    assert_eq!(ids(None), Ok(vec!["X-1".to_owned()]));
    assert_eq!(ids(Some("控え")), Ok(vec!["Y-1".to_owned()]));
    assert_eq!(ids(Some("別の")), Err("FK-1053"));
    // A hidden first sheet is not taken for the table.
    let hidden = patched(&two, "xl/workbook.xml", |xml| xml.replacen("sheetId=\"1\"", "sheetId=\"1\" state=\"hidden\"", 1));
    let mut source = Source::new(Cursor::new(&hidden), FileName::named("c.xlsx", 1), Format::Xlsx, &CATALOGUE);
    let mut first = None;
    source.each(|_| {}, |record| first = record.node.ok()).expect("readable");
    assert!(first.is_some_and(|node| node.get("id") == Some(&Node::Text("Y-1".into()))));
}

#[test]
fn a_workbook_cut_anywhere_is_refused() {
    let whole = std::fs::read(data("cases.xlsx")).expect("the batch");
    for len in (0..whole.len()).step_by(512) {
        assert!(records(&whole[..len]).is_err(), "{len}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn spoilt_workbooks_are_read_or_refused(
        part in prop_oneof![Just(SHEET), Just("xl/sharedStrings.xml"), Just("xl/styles.xml"), Just("xl/workbook.xml")],
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[<>/\"=a-z0-9&;#x ]{0,6}"), 1..4),
    ) {
        let spoilt = patched(&book(1, |_| {}), part, |xml| {
            let mut bytes = xml.into_bytes();
            for (at, remove, insert) in &cuts {
                let at = at.index(bytes.len());
                let end = (at + remove).min(bytes.len());
                bytes.splice(at..end, insert.bytes());
            }
            String::from_utf8_lossy(&bytes).into_owned()
        });
        if let Ok(records) = records(&spoilt) {
            let mut source = Source::new(Cursor::new(&spoilt), FileName::named("c.xlsx", 1), Format::Xlsx, &CATALOGUE);
            for record in records.iter().filter(|record| record.form.faults.is_empty()) {
                if let Ok(node) = &record.node {
                    prop_assert!(source.again(&record.slice).is_ok_and(|again| again == *node));
                }
            }
        }
    }
}

/// 見えないところ: a My Number that a workbook keeps anywhere else stops it, and what nobody typed does not.
#[test]
fn a_my_number_is_seen_wherever_a_workbook_keeps_it() {
    const NUMBER: &str = "123456789018";
    let desk = Desk::new("elsewhere");
    let told = |bytes: &[u8]| told(&desk.plan("cases.xlsx", bytes));
    let with_part = |name: &str, xml: &str| {
        let mut archive = Archive::new();
        let entries = zip::read(&book(1, |_| {}), &Limits::WORD).expect("our own");
        entries.iter().for_each(|entry| archive.add(&Part::deflated(&entry.name, &entry.bytes)));
        archive.add(&Part::deflated(name, xml.as_bytes()));
        archive.finish()
    };
    let sheet_end =
        |xml: &str| patched(&book(1, |_| {}), SHEET, |sheet| sheet.replace("</sheetData>", &format!("</sheetData>{xml}")));
    let strings =
        |text: &str| patched(&book(1, |_| {}), "xl/sharedStrings.xml", |xml| xml.replace("</sst>", &format!("{text}</sst>")));
    let formula = patched(&book(1, |_| {}), SHEET, |xml| {
        xml.replace(
            "</row></sheetData>",
            &format!("<c r=\"Z2\" t=\"str\"><f>IF(1,\"\",\"{NUMBER}\")</f><v> </v></c></row></sheetData>"),
        )
    });
    let shown = |number: f64, look: &'static str| {
        book(1, move |book| {
            let sheet = book.add_worksheet();
            sheet.write_number_with_format(3, 2, number, &Look::new().set_num_format(look)).expect("a cell");
        })
    };
    // 012345678902 has the right check digit.
    let zero = (0..10).map(|last| format!("01234567890{last}"));
    let zero =
        zero.filter(|n| fukan::base::my_number::check_digit_is_right(&std::array::from_fn(|i| n.as_bytes()[i] - b'0'))).next();
    let zero: f64 = zero.expect("one is right").parse().expect("a number");
    for (name, bytes, place) in [
        (
            "a defined name",
            book(1, |b| b.define_name("x", &format!("=\"{NUMBER}\"")).map(|_| ()).expect("a name")),
            "0 名前の定義",
        ),
        (
            "a list",
            sheet_end(&format!(
                "<dataValidations><dataValidation sqref=\"A2\"><formula1>\"{NUMBER}\"</formula1></dataValidation></dataValidations>"
            )),
            "0 入力規則、ヘッダー又はリンク",
        ),
        (
            "a prompt",
            sheet_end(&format!("<dataValidations><dataValidation sqref=\"A2\" prompt=\"1234-5678-9018\"/></dataValidations>")),
            "0 入力規則、ヘッダー又はリンク",
        ),
        (
            "a header",
            sheet_end(&format!("<headerFooter><oddHeader>&amp;C{NUMBER}</oddHeader></headerFooter>")),
            "0 入力規則、ヘッダー又はリンク",
        ),
        ("a formula", formula, "2 数式又はふりがな"),
        (
            "a link",
            with_part(
                "xl/worksheets/_rels/sheet1.xml.rels",
                &format!("<Relationships><Relationship Id=\"r\" Type=\"t\" Target=\"x:{NUMBER}\"/></Relationships>"),
            ),
            "0 入力規則、ヘッダー又はリンク",
        ),
        (
            "a text of no cell",
            strings(&format!("<si><r><t>1234</t></r><r><rPr><b/></rPr><t>56789018</t></r></si>")),
            "0 表示されない文字列",
        ),
        ("a reading", strings(&format!("<si><t>a</t><rPh sb=\"0\" eb=\"1\"><t>{NUMBER}</t></rPh></si>")), "0 表示されない文字列"),
        (
            "a chart",
            with_part(
                "xl/charts/chart1.xml",
                &format!(
                    "<c><a:p><a:r><a:rPr/><a:t>1234 5678</a:t></a:r><a:r><a:rPr><b/></a:rPr><a:t> 9018</a:t></a:r></a:p></c>"
                ),
            ),
            "0 グラフ",
        ),
        ("a chart's cache", with_part("xl/charts/chart1.xml", &format!("<c><c:v>{NUMBER}</c:v></c>")), "0 グラフ"),
        ("SmartArt", with_part("xl/diagrams/data1.xml", &format!("<d><a:p><a:r><a:t>{NUMBER}</a:t></a:r></a:p></d>")), "0 図形"),
        (
            "a pivot cache",
            with_part("xl/pivotCache/pivotCacheRecords1.xml", &format!("<r><n v=\"{NUMBER}\"/></r>")),
            "0 ピボットテーブル",
        ),
        (
            "another workbook",
            with_part("xl/externalLinks/externalLink1.xml", &format!("<l><cell r=\"A1\"><v>{NUMBER}</v></cell></l>")),
            "0 ほかのブックへのリンク",
        ),
        ("a property", with_part("docProps/custom.xml", &format!("<p><vt:lpwstr>{NUMBER}</vt:lpwstr></p>")), "0 プロパティ"),
        ("custom XML", with_part("customXml/item1.xml", &format!("<a b=\"{NUMBER}\"/>")), "0 ブックのそのほかの部分"),
        ("zeros that the format shows", shown(zero, "000000000000"), "4 2枚目のシート、C列"),
        ("zeros in fours", shown(zero, "0000-0000-0000"), "4 2枚目のシート、C列"),
    ] {
        assert_eq!(told(&bytes), [format!("FK-1001 {place}")], "{name}");
    }
    for (name, bytes) in [
        (
            "identifiers",
            with_part(
                "xl/persons/person.xml",
                "<p id=\"{00000000-0001-0000-0000-123456789018}\" userId=\"S::a@b::00000000-0001-0000-0000-123456789018\"/>",
            ),
        ),
        ("a fraction", with_part("xl/charts/chart1.xml", "<c><c:v>0.123456789018</c:v></c>")),
        ("a format of zeros", with_part("xl/other.xml", "<numFmt formatCode=\"000000000000\"/>")),
    ] {
        assert_eq!(told(&bytes), [""; 0], "{name}");
    }
    // In a cell of the table it stops that case, and the others go on.
    let cell = book(2, |book| {
        book.worksheet_from_index(0).expect("the sheet").write_string(1, column("担当者"), NUMBER).map(|_| ()).expect("a cell");
    });
    let plan = desk.plan("cases.xlsx", &cell);
    assert_eq!((plan.rows.len(), support::tables::told(&plan)), (2, vec!["FK-1001 2 担当者".to_owned()]));
}

/// どのシートを読んだか: what was not read, and what nobody sees of what was.
#[test]
fn the_sheet_that_was_read_is_told() {
    let desk = Desk::new("read-sheet");
    let bytes = book(3, |book| {
        book.worksheet_from_index(0).expect("the sheet").set_name("照会").expect("a name").set_row_hidden(2).expect("a row");
        book.add_worksheet().set_name("別の課").expect("a name");
        book.add_worksheet().set_hidden(true);
    });
    let read = desk.plan("cases.xlsx", &bytes).sheets();
    let [(file, read)] = read.as_slice() else { panic!("one workbook") };
    assert_eq!((file.as_str(), read.name.as_deref(), read.others, read.hidden), ("cases.xlsx", Some("照会"), 1, 1));
}
