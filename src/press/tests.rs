//! The press as a whole: every kind of letter, stamped, read back, checked.

use super::samples;
use super::*;
use crate::base::SafeText;
use crate::base::text::Lines;
use crate::file::opc::Package;
use crate::file::zip::{Archive, Part};
use crate::letter::{List, Row, Slot, Values};
use check::Defect;
use proptest::prelude::*;
use std::sync::LazyLock;

static PRESS: LazyLock<Press> = LazyLock::new(|| Press::new(&FormSettings::default()).expect("built-in forms"));

fn plate(kind: LetterKind) -> &'static Plate {
    PRESS.plate(kind).expect("every kind has a plate")
}

fn stamped(kind: LetterKind) -> Vec<u8> {
    plate(kind).stamp(&samples::values(kind)).expect("stamped")
}

#[test]
fn every_kind_prints_its_golden_text() {
    for kind in LetterKind::ALL {
        let read = text::read(&stamped(kind)).expect("readable");
        assert_eq!(read, plate(kind).expected_text(&samples::values(kind)).expect("told"), "{}", kind.id());
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{}.txt", kind.id()));
        if std::env::var_os("FUKAN_BLESS").is_some_and(|v| v == "1") {
            std::fs::write(&path, &read).expect("written");
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(read == golden, "{}:\n{read}", kind.id());
    }
}

#[test]
fn the_same_values_give_the_same_bytes() {
    let again = Press::new(&FormSettings::default()).expect("built-in forms");
    for kind in LetterKind::ALL {
        let values = samples::values(kind);
        assert!(stamped(kind) == again.plate(kind).expect("plate").stamp(&values).expect("stamped"), "{}", kind.id());
    }
}

#[test]
fn every_document_and_form_is_sound() {
    for kind in LetterKind::ALL {
        assert_eq!(check::check(&stamped(kind)), [], "{}", kind.id());
        let form = form(kind, &FormSettings::default()).expect("form");
        assert_eq!(check::check(&form), [Defect::LeftOverTag], "{}", kind.id());
        let inspected = inspect::inspect(&stamped(kind), PRESS.familiar()).expect("nothing active");
        assert_eq!(inspected.text().expect("T"), text::read(&stamped(kind)).expect("T"));
    }
}

#[test]
fn a_practice_office_says_so_on_every_page() {
    let settings = FormSettings { practice: true, ..FormSettings::default() };
    let press = Press::new(&settings).expect("built-in forms");
    for kind in LetterKind::ALL {
        let values = samples::values(kind);
        let docx = press.plate(kind).expect("plate").stamp(&values).expect("stamped");
        let read = text::read(&docx).expect("readable");
        assert!(read.contains("【練習】"), "{}", kind.id());
        assert_eq!(read, press.plate(kind).expect("plate").expected_text(&values).expect("told"));
        assert_eq!(check::check(&docx), []);
    }
}

#[test]
fn an_optional_line_vanishes_and_a_missing_value_is_told() {
    let mut values = samples::values(LetterKind::NotFound);
    values.set(Slot::Reference, "").set(Slot::ContactMail, " ");
    let read = text::read(&plate(LetterKind::NotFound).stamp(&values).expect("stamped")).expect("readable");
    assert!(!read.contains("貴整理番号") && !read.contains("電子メール"));
    let fault = plate(LetterKind::Reply).stamp(&Values::new()).expect_err("nothing to print");
    assert_eq!(fault.code, code::FORM);
}

#[test]
fn a_row_that_no_template_row_fits_is_told() {
    let mut values = samples::values(LetterKind::Reply);
    values.push(List::Answers, Row::new().with(Slot::AnswerItem, "項目"));
    assert!(plate(LetterKind::Reply).stamp(&values).is_err());
    assert!(plate(LetterKind::Reply).expected_text(&values).is_err());
}

#[test]
fn what_xml_can_not_hold_is_refused() {
    for bad in ["a\u{1}b", "a\tb", "a\u{FFFE}b", "a\rb"] {
        let mut values = samples::values(LetterKind::AskMore);
        values.set(Slot::SubjectKana, bad);
        assert_eq!(plate(LetterKind::AskMore).stamp(&values).expect_err("refused").code, code::BAD_CHARACTER);
    }
}

#[test]
fn replies_of_every_kind_are_padded_to_one_size() {
    let size = |kind| pad::pad_to_step(stamped(kind), PRESS.floor()).expect("padded").len();
    let all = LetterKind::ALL.map(size);
    assert!(all.iter().all(|n| *n == PRESS.floor()), "{all:?}");
    for kind in LetterKind::ALL {
        let padded = pad::pad_to_step(stamped(kind), PRESS.floor()).expect("padded");
        assert_eq!(text::read(&padded).expect("readable"), text::read(&stamped(kind)).expect("readable"));
        assert_eq!(check::check(&padded), []);
    }
}

/// The n-th letter of many: no two say the same, or they would weigh next to nothing together.
fn letter(kind: LetterKind, n: usize) -> Vec<u8> {
    let mut values = samples::values(kind);
    let noise = |m: usize| format!("{:x}", (n * 31 + m + 1) as u128 * 0x9E37_79B9_7F4A_7C15);
    for (m, slot) in [Slot::SubjectKana, Slot::SubjectName, Slot::Reference, Slot::PairingCode].into_iter().enumerate() {
        values.set(slot, noise(m));
    }
    for m in 4..if kind == LetterKind::Reply { 16 } else { 4 } {
        let row =
            Row::new().with(Slot::AnswerItem, "高額療養費").with(Slot::AnswerValue, noise(m)).with(Slot::AnswerAsOf, noise(m));
        values.push(List::Answers, row);
    }
    plate(kind).stamp(&values).expect("stamped")
}

/// A merged document's length stands in clear once it is encrypted: it tells how many letters there are, not what they say.
#[test]
fn merged_documents_of_as_many_letters_are_padded_to_one_size() {
    for count in [1, 2, 5, 20, 60] {
        let size = |kind| {
            let letters = std::iter::once(stamped(LetterKind::Contents)).chain((0..count).map(|n| letter(kind, n)));
            let letters: Vec<Vec<u8>> = letters.collect();
            let merged = merge::merge(&letters).expect("merged");
            pad::pad_to_step(merged, pad::merged_floor(PRESS.floor(), letters.len())).expect("padded").len()
        };
        let sizes = [LetterKind::Reply, LetterKind::NotFound, LetterKind::AskMore].map(size);
        assert_eq!(sizes, [pad::merged_floor(PRESS.floor(), count + 1); 3], "{count}");
    }
}

#[test]
fn a_print_file_keeps_each_letters_text_and_pages() {
    let documents = [LetterKind::Cover, LetterKind::Reply, LetterKind::NotFound, LetterKind::Call].map(stamped);
    let merged = merge::merge(&documents).expect("merged");
    assert_eq!(check::check(&merged), []);
    let sections = text::sections(&merged).expect("readable");
    let each: Vec<String> = documents.iter().map(|d| text::read(d).expect("readable")).collect();
    assert_eq!(sections, each);
    let package = Package::open(&merged).expect("package");
    let feet = package.parts().iter().filter(|part| part.name.starts_with("word/footer"));
    let feet: Vec<String> = feet.map(|part| String::from_utf8_lossy(&part.bytes).into_owned()).collect();
    for n in 1..=4 {
        let page = format!("PAGEREF fukan_end_{n}<");
        assert_eq!(feet.iter().filter(|foot| foot.contains(&page)).count(), 1, "{n}");
    }
    assert_eq!(merged, merge::merge(&documents).expect("merged"));
    assert!(merge::merge(&[] as &[&[u8]]).is_err());
}

/// A logo is in every letter that leaves, once in each, and a print file whose first letter does not show it has it all the same.
#[test]
fn a_logo_stands_on_what_leaves_the_building() {
    let settings = FormSettings { logo: Some(logo::tests::sample()), ..FormSettings::default() };
    let press = Press::new(&settings).expect("built-in forms");
    let stamped = |kind| press.plate(kind).expect("plate").stamp(&samples::values(kind)).expect("stamped");
    let shown =
        |docx: &[u8]| Package::open(docx).expect("package").xml("word/document.xml").expect("XML").matches("r:embed").count();
    for kind in LetterKind::ALL {
        let docx = stamped(kind);
        let leaves = !kind.is_internal() && kind != LetterKind::Call;
        assert_eq!(shown(&docx), usize::from(leaves), "{}", kind.id());
        assert_eq!(check::check(&docx), []);
        inspect::inspect(&docx, press.familiar()).expect("nothing active");
    }
    let merged = merge::merge(&[LetterKind::Call, LetterKind::Cover, LetterKind::Reply].map(stamped)).expect("merged");
    assert_eq!((shown(&merged), check::check(&merged)), (2, vec![]));
    let merged = Package::open(&merged).expect("package");
    assert_eq!(merged.parts().iter().filter(|part| part.name.starts_with("word/media/")).count(), 1);
}

/// What a section does not say it takes from the one before: in a merged file that is somebody else's letter.
#[test]
fn no_letter_of_a_merged_file_shows_the_head_of_another() {
    let documents = LetterKind::ALL.map(stamped);
    let merged = merge::merge(&documents).expect("merged");
    let package = Package::open(&merged).expect("package");
    let xml = package.xml("word/document.xml").expect("XML");
    let sections: Vec<&str> = xml.split("<w:sectPr").skip(1).collect();
    assert_eq!(sections.len(), documents.len());
    for section in &sections {
        assert!(
            section.contains("<w:headerReference w:type=\"default\"")
                && section.contains("<w:footerReference w:type=\"default\"")
        );
    }
    let reference = sections[4].split_once("<w:headerReference").expect("one").1.split_once("/>").expect("its end").0;
    let reference = format!("<w:headerReference{reference}/>");
    let mut archive = Archive::new();
    for entry in package.parts() {
        let bytes = match entry.name.as_str() {
            "word/document.xml" => xml.replace(&reference, "").into_bytes(),
            _ => entry.bytes.clone(),
        };
        archive.add(&Part::stored(&entry.name, bytes));
    }
    assert_eq!(text::sections(&merged).expect("T").len(), documents.len());
    assert_eq!(text::sections(&archive.finish()).expect_err("refused").code, code::DOCX);
}

#[test]
fn a_letter_counts_its_own_pages_in_its_text_too() {
    let counted = "<w:t>a</w:t></w:r><w:fldSimple w:instr=\"NUMPAGES\"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t>b</w:t>";
    let letter = body("<w:t xml:space=\"preserve\">令和8年11月22日</w:t>", counted);
    let merged = merge::merge(&[stamped(LetterKind::Cover), letter]).expect("merged");
    let package = Package::open(&merged).expect("package");
    assert!(package.parts().iter().all(|part| !String::from_utf8_lossy(&part.bytes).contains("NUMPAGES")));
}

/// ふりがな: shown, but no part of what the letter says; its marks anywhere else are refused.
#[test]
fn readings_stand_over_words_and_not_in_the_text() {
    use crate::letter::ruby;
    let press = Press::new(&FormSettings { furigana: true, ..FormSettings::default() }).expect("built-in forms");
    let plate = press.plate(LetterKind::Reply).expect("plate");
    let mut values = samples::values(LetterKind::Reply);
    let before = plate.expected_text(&values).expect("told");
    values.set(Slot::SubjectName, ruby::over("山田 太郎", "ヤマダ <タロウ>"));
    let docx = plate.stamp(&values).expect("stamped");
    assert_eq!(text::read(&docx).expect("readable"), before);
    assert_eq!(plate.expected_text(&values).expect("told"), before);
    assert_eq!(check::check(&docx), []);
    inspect::inspect(&docx, press.familiar()).expect("nothing active");
    let package = Package::open(&docx).expect("package");
    let xml = package.xml("word/document.xml").expect("XML");
    assert_eq!((xml.matches("<w:ruby>").count(), xml.contains("&lt;タロウ&gt;")), (2, true));
    // The scan for My Numbers sees readings too.
    values.set(Slot::SubjectName, ruby::over("山田", "123456789018"));
    let numbered = inspect::inspect(&plate.stamp(&values).expect("stamped"), press.familiar());
    assert_eq!(numbered.err().expect("refused").code, code::MY_NUMBER);
    for bad in ["山\u{FFF9}田", "\u{FFFA}", "\u{FFF9}ヤ\u{FFFA}山"] {
        values.set(Slot::SubjectName, bad);
        assert_eq!(plate.stamp(&values).expect_err("refused").code, code::BAD_CHARACTER);
    }
}

/// A document with one part changed.
fn changed(part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let package = Package::open(&stamped(LetterKind::Reply)).expect("package");
    let mut archive = Archive::new();
    for entry in package.parts() {
        let text = String::from_utf8(entry.bytes.clone()).expect("text");
        let text = if entry.name == part { change(&text) } else { text };
        if !text.is_empty() {
            archive.add(&Part::deflated(&entry.name, text.as_bytes()));
        }
    }
    archive.finish()
}

fn body(from: &'static str, to: &'static str) -> Vec<u8> {
    changed("word/document.xml", |xml| {
        assert!(xml.contains(from), "{from}");
        xml.replacen(from, to, 1)
    })
}

#[test]
fn the_nine_mutants_are_caught() {
    let whole = stamped(LetterKind::Reply);
    let mutants = [
        (
            Defect::Order,
            body("<w:pStyle w:val=\"FukanSubject\"/><w:keepNext/>", "<w:keepNext/><w:pStyle w:val=\"FukanSubject\"/>"),
        ),
        (
            Defect::Nested,
            body("<w:p><w:pPr><w:pStyle w:val=\"FukanRight\"/>", "<w:p><w:p/><w:pPr><w:pStyle w:val=\"FukanRight\"/>"),
        ),
        (
            Defect::EmptyCell,
            changed("word/document.xml", |xml| {
                xml.replacen("</w:tcPr><w:p>", "</w:tcPr><w:p/><w:tbl/><w:x>", 1).replacen("</w:p></w:tc>", "</w:x></w:tc>", 1)
            }),
        ),
        (Defect::MissingPart, changed("word/footer1.xml", |_| String::new())),
        (Defect::BadWord, body("<w:jc w:val=\"center\"/>", "<w:jc w:val=\"centre\"/>")),
        (
            Defect::ContentType,
            changed("[Content_Types].xml", |xml| xml.replace("wordprocessingml.styles+xml", "wordprocessingml.settings+xml")),
        ),
        (Defect::Unreadable, whole[..whole.len() / 2].to_vec()),
        (Defect::UnknownStyle, body("\"FukanRight\"", "\"FukanNone\"")),
        (Defect::LeftOverTag, body("令和8年11月22日", "{{発信日}}")),
    ];
    for (defect, mutant) in mutants {
        assert!(check::check(&mutant).contains(&defect), "{defect:?}: {:?}", check::check(&mutant));
    }
}

#[test]
fn what_is_active_or_points_outside_is_refused() {
    let rels = "word/_rels/document.xml.rels";
    let link = |kind: &str, mode: &str| {
        let relation = format!(
            "<Relationship Id=\"x\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"http://example.org/a\" {mode}/></Relationships>"
        );
        changed(rels, |xml| xml.replace("</Relationships>", &relation))
    };
    let bad = [
        link("attachedTemplate", "TargetMode=\"External\""),
        link("image", "TargetMode=\"External\""),
        link("oleObject", ""),
        body("</w:body>", "<w:altChunk/></w:body>"),
        body("</w:body>", "<w:p><w:fldSimple w:instr=\"INCLUDETEXT x\"/></w:p></w:body>"),
        body(
            "</w:body>",
            "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO x</w:instrText><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:body>",
        ),
        changed("[Content_Types].xml", |xml| xml.replace("document.main+xml", "document.macroEnabled.main+xml")),
    ];
    for (index, docx) in bad.iter().enumerate() {
        assert_eq!(inspect::inspect(docx, PRESS.familiar()).err().expect("refused").code, code::ACTIVE_CONTENT, "{index}");
    }
}

#[test]
fn a_number_split_over_runs_is_one_text_but_cells_are_apart() {
    let whole = "<w:t>1234</w:t></w:r><w:r><w:t>5678</w:t></w:r><w:r><w:t>9018</w:t>";
    let date = "<w:t xml:space=\"preserve\">令和8年11月22日</w:t>";
    let told = |docx: &[u8]| inspect::inspect(docx, PRESS.familiar()).err().map(|fault| fault.code);
    assert_eq!(told(&body(date, whole)), Some(code::MY_NUMBER));
    let cell = |text: &str| format!("<w:t xml:space=\"preserve\">{text}</w:t>");
    let cells =
        changed("word/document.xml", |xml| xml.replace(&cell("1234"), &cell("12345678")).replace(&cell("567"), &cell("9018")));
    let read = text::read(&cells).expect("T");
    assert!(read.contains("12345678\n\t") && read.contains("9018\n\t"), "{read}");
    assert_eq!(told(&cells), None);
}

fn words() -> impl Strategy<Value = String> {
    "[ -~ぁ-んァ-ヶ一-龠、。\u{20BB7}\u{E0100}\n{}<>&｛｝]{0,40}"
        .prop_map(|text| SafeText::new(&text, Lines::Many).expect("safe").as_str().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_safe_text_is_read_back_as_it_was(kana in words(), name in words(), rows in proptest::collection::vec((words(), words(), words()), 0..6), note in words()) {
        let mut values = samples::values(LetterKind::Reply);
        values.set(Slot::SubjectKana, kana).set(Slot::SubjectName, name).set(Slot::Reference, note);
        for (item, value, as_of) in rows {
            values.push(List::Answers, Row::new().with(Slot::AnswerItem, item).with(Slot::AnswerValue, value).with(Slot::AnswerAsOf, as_of));
        }
        let docx = plate(LetterKind::Reply).stamp(&values).expect("stamped");
        prop_assert_eq!(text::read(&docx).expect("readable"), plate(LetterKind::Reply).expected_text(&values).expect("told"));
        prop_assert!(!check::check(&docx).iter().any(|defect| *defect != Defect::LeftOverTag));
    }

    #[test]
    fn reading_what_was_tampered_with_never_panics(at in 0usize..20_000, to: u8) {
        let mut docx = stamped(LetterKind::Delay);
        let at = at % docx.len();
        docx[at] = to;
        drop(text::read(&docx));
        drop(check::check(&docx));
        drop(inspect::inspect(&docx, PRESS.familiar()));
    }
}
