//! 自分の様式: what Word, LibreOffice and hurried people leave in a form compiles and fills right, or is refused and told; and an office
//! packs with it.

mod support;

use fukan::desk::Bureau;
use fukan::file::opc::Package;
use fukan::letter::{LetterKind, List, Row, Slot, Values, needs};
use fukan::press::{self, FormSettings, Plate, check, pad, text};
use fukan::world::Disk;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use support::forms::{awkward, changed, good, stem};
use support::{Fukan, Run, copy_tree, repo, report, temp_dir, witness};

/// The built-in forms as a clerk gets them.
fn exported(folder: &Path) -> PathBuf {
    let out = folder.join("exported");
    Fukan::new(["forms", "export"]).arg(&out).run().expect_code(0);
    out
}

fn faults(run: &Run) -> Vec<Value> {
    run.out().lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn codes(run: &Run) -> Vec<String> {
    faults(run).iter().filter_map(|line| line["code"].as_str().map(str::to_owned)).collect()
}

fn own(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).expect("a form");
    let own = press::own_form(&bytes, LetterKind::Reply, &FormSettings::default());
    own.unwrap_or_else(|faults| panic!("{}: {faults:?}", path.display())).bytes
}

/// Every good form, compiled as for an office.
static PLATES: LazyLock<Vec<(String, Plate)>> = LazyLock::new(|| {
    let compiled = |path: PathBuf| (stem(&path), Plate::compile(&own(&path)).expect("a plate"));
    awkward("good").into_iter().map(compiled).collect()
});

/// Values for everything that a reply may print.
fn values(mut say: impl FnMut(Slot) -> String, rows: usize) -> Values {
    let mut values = Values::new();
    for slot in needs::usable(LetterKind::Reply).into_iter().filter(|slot| slot.list().is_none()) {
        values.set(slot, say(slot));
    }
    for _ in 0..rows {
        values.push(List::Answers, Row::new().with(Slot::AnswerPeriod, say(Slot::AnswerPeriod)));
        let row = [Slot::AnswerItem, Slot::AnswerValue, Slot::AnswerAsOf]
            .into_iter()
            .fold(Row::new(), |row, slot| row.with(slot, say(slot)));
        values.push(List::Answers, row);
        values.push(List::Answers, Row::new().with(Slot::AnswerText, say(Slot::AnswerText)));
        values.push(List::Notes, Row::new().with(Slot::NoteNumber, "（１）").with(Slot::NoteText, say(Slot::NoteText)));
    }
    values
}

#[test]
fn every_built_in_form_is_one_that_an_office_may_use() {
    let folder = temp_dir();
    let out = exported(folder.path());
    for kind in LetterKind::ALL {
        let file = out.join(format!("{}.docx", kind.id()));
        assert_eq!(check::check(&fs::read(&file).expect("a form")), [check::Defect::LeftOverTag], "{}", kind.id());
        Fukan::new(["forms", "check"]).arg(&file).run().expect_code(0);
    }
    let twice = Fukan::new(["forms", "export"]).arg(&out).run().expect_code(4);
    assert!(twice.err().contains("FK-6069"), "{}", twice.err());
}

#[test]
fn at_least_twenty_awkward_forms_compile_and_fill_right() {
    let work = temp_dir();
    let mut samples = Vec::new();
    for form in awkward("good") {
        let out = work.path().join(format!("{}.docx", stem(&form)));
        let run =
            Fukan::new(["forms", "sample", "--kind", "reply", "--office", "examples/office"]).arg(&form).arg("--out").arg(&out);
        run.run().expect_code(0);
        samples.push(out);
    }
    assert!(samples.len() + awkward("refused").len() >= 20 && samples.len() >= 15, "{}", samples.len());
    witness::assert_valid(&samples);
    // Nobody but us fills a form in: what LibreOffice prints of it is what a clerk would see.
    for layout in witness::layout(&samples, work.path(), false) {
        let name = stem(&layout.path);
        let shown: String = layout.text.concat().split_whitespace().collect();
        for said in [
            "健発第8-13号の1",
            "佐藤花子様",
            "ヤマダタロウ",
            "資格喪失年月日",
            "現在加入中",
            "9,800円",
            "7KX4-9QMT",
            "【練習】",
            "加入期間2",
        ] {
            assert!(shown.contains(said), "{name}: {said}\n{shown}");
        }
        assert!(!shown.contains("{{") && !shown.contains("｛｛"), "{name}");
        assert_eq!(shown.matches("資格取得年月日").count(), 2, "{name}: each row once\n{shown}");
    }
}

#[test]
fn what_will_not_do_is_refused_with_its_code() {
    for form in awkward("refused") {
        let name = stem(&form);
        let run = Fukan::new(["forms", "check", "--json", "--kind", "reply"]).arg(&form).run().expect_code(2);
        assert!(codes(&run).contains(&name[..7].to_owned()), "{name}: {}", run.out());
        let others: Vec<String> = codes(&run).into_iter().filter(|code| *code != name[..7] && code != "FK-4016").collect();
        assert!(others.is_empty(), "{name}: {others:?}");
    }
}

/// A cover names the place that its envelope goes to, as a wording must.
#[test]
fn a_cover_without_its_address_is_refused() {
    let folder = temp_dir();
    let form = fs::read(exported(folder.path()).join("cover.docx")).expect("a form");
    for slot in ["宛先郵便番号", "宛先住所"] {
        let tag = format!("{{{{{slot}}}}}");
        let without = changed(&form, "word/document.xml", |xml| {
            assert!(xml.contains(&tag), "{tag}");
            xml.replace(&tag, "")
        });
        let file = folder.path().join("cover.docx");
        fs::write(&file, without).expect("written");
        let run = Fukan::new(["forms", "check"]).arg(&file).run().expect_code(2);
        assert!(run.err().contains("FK-4016") && run.err().contains(slot), "{}", run.err());
    }
}

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const HEADER_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml";

/// The built-in reply.
fn reply() -> Vec<u8> {
    press::form(LetterKind::Reply, &FormSettings::default()).expect("a form")
}

/// The built-in reply with something at the beginning of its text.
fn beginning_with(markup: &str) -> Vec<u8> {
    in_document("<w:body>", &format!("<w:body>{markup}"))
}

fn in_document(of: &str, instead: &str) -> Vec<u8> {
    replaced(&reply(), "word/document.xml", of, instead)
}

fn replaced(form: &[u8], part: &str, of: &str, instead: &str) -> Vec<u8> {
    changed(form, part, |xml| {
        assert!(xml.contains(of), "{part}: {of}");
        xml.replacen(of, instead, 1)
    })
}

/// With a part more, to which the document points.
fn with_part(form: &[u8], name: &str, content: &str, kind: &str, relation: &str) -> Vec<u8> {
    let typed = format!("<Override PartName=\"/{name}\" ContentType=\"{kind}\"/></Types>");
    let form = replaced(form, "[Content_Types].xml", "</Types>", &typed);
    let kind = format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{relation}");
    let related = format!("<Relationship Id=\"rIdMore\" Type=\"{kind}\" Target=\"/{name}\"/></Relationships>");
    let form = replaced(&form, "word/_rels/document.xml.rels", "</Relationships>", &related);
    changed(&form, name, |_| content.to_owned())
}

fn told(form: &[u8]) -> Vec<&'static str> {
    let read = press::own_form(form, LetterKind::Reply, &FormSettings::default());
    read.err().unwrap_or_default().iter().map(|fault| fault.code.as_str()).collect()
}

/// What Word would take for something else than we do.
#[test]
fn other_names_for_words_things_are_refused() {
    let header = format!("<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:r><w:t>123456789018</w:t></w:r></w:p></w:hdr>");
    let forms = [
        ("alias", beginning_with(&format!("<x:p xmlns:x=\"{MAIN}\"><x:r><x:t>1234-5678-9018</x:t></x:r></x:p>"))),
        ("default", beginning_with(&format!("<p xmlns=\"{MAIN}\"><r><t>a</t></r></p>"))),
        ("escaped", beginning_with(&format!("<w:p xmlns:x=\"{}\"><x:ins/></w:p>", MAIN.replace('/', "&#47;")))),
        ("rebound", in_document("<w:body>", "<w:body><w:p xmlns:w=\"urn:nothing\"><w:r/></w:p>")),
        ("relations", beginning_with("<w:p xmlns:z=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"/>")),
        ("type", with_part(&reply(), "word/header9.dat", &header, HEADER_TYPE, "header")),
        ("data", with_part(&reply(), "customXml/setup.exe", "MZ", "application/octet-stream", "customXml")),
        ("relation", with_part(&reply(), "word/header9.dat", &header, "application/octet-stream", "header")),
    ];
    for (name, form) in forms {
        assert_eq!(told(&form), ["FK-4010"], "{name}");
        let seen = press::inspect::inspect(&form, &press::inspect::Familiar::default());
        assert!(seen.err().is_some_and(|fault| fault.code.as_str() == "FK-4005"), "{name}");
    }
    let upper = with_part(&reply(), "word/HEADER9.XML", &header, HEADER_TYPE, "header");
    assert!(told(&upper).contains(&"FK-1001"), "{:?}", told(&upper));
    for link in ["<v:shape href=\"http://a.example/\"/>", "<v:shape><v:imagedata src=\"http://a.example/\"/></v:shape>"] {
        let form =
            beginning_with(&format!("<w:p><w:r><w:pict xmlns:v=\"urn:schemas-microsoft-com:vml\">{link}</w:pict></w:r></w:p>"));
        assert_eq!(told(&form), ["FK-4021"], "{link}");
        assert!(press::inspect::inspect(&form, &press::inspect::Familiar::default()).is_err(), "{link}");
    }
}

/// Where Word prints nothing of a tag, or of a text what we do not read.
#[test]
fn what_hides_or_shows_what_we_do_not_read_is_refused() {
    let line = |markup: &str| beginning_with(&format!("<w:p>{markup}</w:p>"));
    let kana = "<w:r><w:t xml:space=\"preserve\">{{対象者フリガナ}}";
    let styled = |look: &str, styles: &str| {
        let form = in_document(kana, &kana.replace("<w:r>", &format!("<w:r><w:rPr>{look}</w:rPr>")));
        replaced(&form, "word/styles.xml", "</w:styles>", &format!("{styles}</w:styles>"))
    };
    let style = |id: &str, more: &str| {
        format!("<w:style w:type=\"character\" w:styleId=\"{id}\"><w:name w:val=\"{id}\"/>{more}</w:style>")
    };
    let hid = style("Hid", "<w:rPr><w:vanish/></w:rPr>") + &style("Heir", "<w:basedOn w:val=\"Hid\"/>");
    let mc = "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";
    let choice = format!(
        "<mc:AlternateContent {mc} xmlns:zz=\"urn:zz\"><mc:Choice Requires=\"zz\">{kana}</w:t></w:r></mc:Choice>\
         <mc:Fallback><w:r><w:t>別の人</w:t></w:r></mc:Fallback></mc:AlternateContent>"
    );
    let in_strange = format!("<zz:a xmlns:zz=\"urn:zz\">{kana}</w:t></w:r></zz:a>");
    let math = "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"";
    let vml = "xmlns:v=\"urn:schemas-microsoft-com:vml\"";
    let twice = "<w:footerReference w:type=\"default\"";
    let forms = [
        ("style", styled("<w:rStyle w:val=\"Hid\"/>", &hid), "FK-4015"),
        ("based on", styled("<w:rStyle w:val=\"Heir\"/>", &hid), "FK-4015"),
        ("shown", styled("<w:rStyle w:val=\"Heir\"/><w:vanish w:val=\"0\"/>", &hid), ""),
        ("choice", line(&choice), "FK-4029"),
        ("strange", line(&in_strange), "FK-4015"),
        ("math", line(&format!("<m:oMath {math}><m:r><m:t>1</m:t></m:r></m:oMath>")), "FK-4029"),
        (
            "word art",
            line(&format!("<w:r><w:pict {vml}><v:shape><v:textpath string=\"1\"/></v:shape></w:pict></w:r>")),
            "FK-4029",
        ),
        ("symbol", line("<w:r><w:sym w:font=\"Symbol\" w:char=\"F0B7\"/></w:r>"), ""),
        ("digit", line("<w:r><w:sym w:font=\"Symbol\" w:char=\"F031\"/></w:r>"), "FK-4029"),
        ("letter", line("<w:r><w:sym w:font=\"ＭＳ 明朝\" w:char=\"0031\"/></w:r>"), "FK-4029"),
        ("row", in_document("<w:trPr>", "<w:trPr><w:hidden/>"), "FK-4029"),
        ("twice", in_document(twice, &format!("{twice} r:id=\"rId9\"/>{twice}")), "FK-4029"),
    ];
    for (name, form, code) in forms {
        let told: Vec<&str> = told(&form).into_iter().filter(|told| *told != "FK-4016").collect();
        assert!(told.iter().all(|told| *told == code) && told.is_empty() == code.is_empty(), "{name}: {told:?}");
    }
    let numbering = format!(
        "<w:numbering xmlns:w=\"{MAIN}\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:lvlText w:val=\"123456789018\"/>\
         </w:lvl></w:abstractNum></w:numbering>"
    );
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml";
    let form = with_part(&reply(), "word/numbering.xml", &numbering, kind, "numbering");
    assert_eq!(told(&form), ["FK-1001"]);
    let seen = press::inspect::inspect(&form, &press::inspect::Familiar::default());
    assert!(seen.err().is_some_and(|fault| fault.code.as_str() == "FK-1001"));
}

/// A required tag in a header that a letter of one page does not show is missing.
#[test]
fn a_tag_in_a_header_that_is_not_shown_is_missing() {
    let header = format!("<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:r><w:t>{{{{対象者フリガナ}}}}</w:t></w:r></w:p></w:hdr>");
    let form = in_document("{{対象者フリガナ}}", "（省略）");
    let form = with_part(&form, "word/header9.xml", &header, HEADER_TYPE, "header");
    let with = |pages: &str, more: &str| {
        let form = replaced(
            &form,
            "word/document.xml",
            "<w:headerReference w:type=\"default\" r:id=\"rId5\"/>",
            &format!("<w:headerReference w:type=\"{pages}\" r:id=\"rIdMore\"/>"),
        );
        replaced(&form, "word/document.xml", "</w:sectPr>", &format!("{more}</w:sectPr>"))
    };
    assert_eq!(told(&with("default", "")), [""; 0]);
    assert_eq!(told(&with("first", "")), ["FK-4016"]);
    assert_eq!(told(&with("even", "")), ["FK-4016"]);
    assert!(!told(&with("first", "<w:titlePg/>")).contains(&"FK-4016"));
    assert!(told(&with("default", "<w:titlePg/>")).contains(&"FK-4016"));
}

/// A picture with nothing in it but `data`, and these chunks.
fn png(data: &[u8], more: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [&kind[..], data].concat();
        [&(data.len() as u32).to_be_bytes()[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
    };
    let head = [0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0];
    let more: Vec<u8> = more.iter().flat_map(|(kind, data)| chunk(kind, data)).collect();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), more, chunk(b"IDAT", data), chunk(b"IEND", b"")].concat()
}

#[test]
fn a_picture_tells_nothing_but_itself_and_is_one() {
    let bare = png(b"drawn", &[]);
    let told_of = png(b"drawn", &[(b"tEXt", b"Author\0secret"), (b"eXIf", b"MM\0*secret")]);
    let logo = fs::read(good("logo")).expect("a form");
    let ready = press::own_form(&with_picture(&logo, &told_of), LetterKind::Reply, &FormSettings::default());
    let ready = ready.unwrap_or_else(|faults| panic!("{faults:?}")).bytes;
    assert_eq!(Package::open(&ready).expect("a package").part("word/media/image1.png"), Some(bare.as_slice()));
    for bad in [&b"MZ program"[..], b"GIF89a", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", &told_of[..40]] {
        assert_eq!(told(&with_picture(&logo, bad)), ["FK-4029"]);
    }
    for (name, kind) in [("setup.exe", "application/octet-stream"), ("a.svg", "image/svg+xml"), ("a.png", "image/png")] {
        let other = with_part(&reply(), &format!("word/media/{name}"), "<svg/>", kind, "image");
        assert_eq!(told(&other), ["FK-4029"], "{name}");
    }
}

/// What nobody sees of a form does not leave with its letters.
#[test]
fn what_a_letter_does_not_show_stays_here() {
    let note = format!("<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:r><w:t>secret</w:t></w:r></w:p></w:hdr>");
    let custom = "application/vnd.openxmlformats-officedocument.custom-properties+xml";
    let notes = format!(
        "<w:footnotes xmlns:w=\"{MAIN}\"><w:footnote w:id=\"5\"><w:p><w:r><w:t>secret</w:t></w:r></w:p></w:footnote></w:footnotes>"
    );
    let notes_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml";
    let margin = "<w:headerReference w:type=\"default\"";
    let left = |pages: &str| {
        let form = with_part(&reply(), "word/header9.xml", &note, HEADER_TYPE, "header");
        let more = format!("<w:headerReference w:type=\"{pages}\" r:id=\"rIdMore\"/>{margin}");
        replaced(&form, "word/document.xml", margin, &more)
    };
    let control = "<w:sdt><w:sdtPr><w:alias w:val=\"secret\"/><w:tag w:val=\"secret\"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>";
    let forms = [
        with_part(&reply(), "word/header9.xml", &note, HEADER_TYPE, "header"),
        left("first"),
        left("even"),
        with_part(&reply(), "docProps/custom.xml", "<a>secret</a>", custom, "customXml"),
        with_part(&reply(), "docProps/thumbnail.jpeg", "secret", "image/jpeg", "image"),
        with_part(&reply(), "word/footnotes.xml", &notes, notes_type, "footnotes"),
        beginning_with(control),
        in_document(">記</w:t>", ">記<!-- {{対象者住所}} secret --><?secret {{対象者住所}}?></w:t>"),
    ];
    for (index, form) in forms.iter().enumerate() {
        let ready = press::own_form(form, LetterKind::Reply, &FormSettings::default());
        let ready = ready.unwrap_or_else(|faults| panic!("{index}: {faults:?}")).bytes;
        for part in Package::open(&ready).expect("a package").parts() {
            assert!(!String::from_utf8_lossy(&part.bytes).contains("secret"), "{index}: {}", part.name);
        }
    }
}

/// Word keeps the header of even pages when 奇数/偶数ページ別指定 is switched off again. Beside a form that has it on, the letter has one
/// header and one footer for each kind of page (ISO/IEC 29500-1, 17.10.5), and on even pages those of all its pages.
#[test]
fn a_letter_with_a_header_left_over_shares_a_print_file_with_one_that_has_even_pages() {
    let note = format!("<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:r><w:t>secret</w:t></w:r></w:p></w:hdr>");
    let form = with_part(&reply(), "word/header9.xml", &note, HEADER_TYPE, "header");
    let margin = "<w:headerReference w:type=\"default\"";
    let left: String =
        ["first", "even"].iter().map(|pages| format!("<w:headerReference w:type=\"{pages}\" r:id=\"rIdMore\"/>")).collect();
    let left = replaced(&form, "word/document.xml", margin, &format!("{left}{margin}"));
    let left = press::own_form(&left, LetterKind::Reply, &FormSettings::default()).unwrap_or_else(|f| panic!("{f:?}")).bytes;
    let stamped = |form: &[u8]| press::sample(form, LetterKind::Reply, None).expect("stamped");
    let (left, even) = (stamped(&left), stamped(&own(&good("sections"))));
    for (index, letters) in [[&left, &even], [&even, &left]].into_iter().enumerate() {
        let merged = press::merge::merge(&letters).expect("merged");
        let package = Package::open(&merged).expect("a package");
        let document = package.xml("word/document.xml").expect("text");
        let sections: Vec<&str> =
            document.split("<w:sectPr").skip(1).filter_map(|rest| rest.split("</w:sectPr>").next()).collect();
        assert_eq!(sections.len(), 3, "{document}");
        for section in sections {
            for (margin, pages) in ["header", "footer"].iter().flat_map(|m| ["default", "first", "even"].map(|p| (m, p))) {
                let count = section.matches(&format!("<w:{margin}Reference w:type=\"{pages}\"")).count();
                assert!(count <= 1, "{index}: {count} {margin} {pages}\n{section}");
            }
        }
        assert!(package.parts().iter().all(|part| !String::from_utf8_lossy(&part.bytes).contains("secret")), "{index}");
        let folder = temp_dir();
        let file = folder.path().join("merged.docx");
        fs::write(&file, merged).expect("written");
        witness::assert_valid(&[file]);
    }
}

/// A section without a header of its own has that of the one before: what is of no use where it stands may be shown later.
#[test]
fn a_header_that_a_later_section_shows_stays() {
    let header = format!("<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:r><w:t>{{{{照合番号}}}} 別紙</w:t></w:r></w:p></w:hdr>");
    let form = with_part(&reply(), "word/header9.xml", &header, HEADER_TYPE, "header");
    let margin = "<w:headerReference w:type=\"default\"";
    let first = "<w:headerReference w:type=\"first\" r:id=\"rIdMore\"/>";
    let form = replaced(&form, "word/document.xml", margin, &format!("{first}{margin}"));
    let with = |last: &str| {
        changed(&form, "word/document.xml", |xml| {
            let at = xml.rfind("<w:sectPr>").expect("a section");
            let section = xml[at..].split_inclusive("</w:sectPr>").next().expect("its end");
            let inner = format!("<w:p><w:pPr>{section}</w:pPr></w:p><w:p/>");
            format!("{}{inner}<w:sectPr>{last}</w:sectPr></w:body></w:document>", &xml[..at])
        })
    };
    let holds = |form: Vec<u8>| {
        let ready = press::own_form(&form, LetterKind::Reply, &FormSettings::default()).unwrap_or_else(|f| panic!("{f:?}")).bytes;
        let package = Package::open(&ready).expect("a package");
        let found = package.parts().iter().any(|part| String::from_utf8_lossy(&part.bytes).contains("別紙"));
        assert_eq!(package.xml("word/document.xml").expect("text").contains("rIdMore"), found);
        found
    };
    assert!(holds(with("<w:titlePg/>")));
    assert!(!holds(with("")));
    // The later section has one of its own, of which the first says nothing.
    let own = "<w:headerReference w:type=\"first\" r:id=\"rId5\"/><w:footerReference w:type=\"first\" r:id=\"rId4\"/>";
    assert!(!holds(with(&format!("{own}<w:titlePg/>"))));
}

/// A theme's names are those of the files that it was kept in.
#[test]
fn a_themes_names_stay_here_and_its_looks_do_not_change() {
    let theme = "word/theme/theme1.xml";
    let family = "<a:extLst><a:ext uri=\"{05A4C25C-085E-4340-85A3-A5531E510DB2}\"><thm15:themeFamily \
                  xmlns:thm15=\"http://schemas.microsoft.com/office/thememl/2012/main\" name=\"secret\" \
                  id=\"{62F939B6-93AF-4DB8-9C6B-D6C7DFDC589F}\" vid=\"{4A3C46E8-61CC-4603-A589-7422A47A8E4A}\"/></a:ext></a:extLst>";
    let colour = "<a:custClrLst><a:custClr name=\"secret\"><a:srgbClr val=\"123456\"/></a:custClr></a:custClrLst>";
    let form = changed(&reply(), theme, |xml| {
        let named = xml.replace("name=\"fukan\"", r#"name='C:\Users\secret\Desktop\"letter"'"#);
        named.replace("</a:theme>", &format!("<a:objectDefaults/><a:extraClrSchemeLst/>{colour}{family}</a:theme>"))
    });
    let ready = press::own_form(&form, LetterKind::Reply, &FormSettings::default()).unwrap_or_else(|f| panic!("{f:?}")).bytes;
    let shown = Package::open(&ready).expect("a package").xml(theme).expect("text").to_owned();
    assert!(!shown.contains("secret") && shown.contains("123456") && shown.matches("name=\"fukan\"").count() == 5, "{shown}");
    let plain = Package::open(&reply()).expect("a package").xml(theme).expect("text").to_owned();
    let same = plain.strip_suffix("</a:theme>").is_some_and(|looks| shown.starts_with(looks));
    assert!(same, "{shown}");
    let folder = temp_dir();
    let file = folder.path().join("letter.docx");
    fs::write(&file, press::sample(&ready, LetterKind::Reply, None).expect("stamped")).expect("written");
    witness::assert_valid(&[file]);
}

/// Readings over a name need a run of their own.
#[test]
fn a_name_where_no_reading_can_stand_is_refused() {
    let mc = "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";
    let text = "<w:t xml:space=\"preserve\">{{対象者氏名}}</w:t>";
    let choice = format!("<mc:AlternateContent {mc}><mc:Choice Requires=\"wps\">{text}</mc:Choice></mc:AlternateContent>");
    assert_eq!(told(&in_document(text, &choice)), ["FK-4028"]);
}

#[test]
fn a_fault_is_told_with_its_paragraph_and_all_faults_together() {
    let folder = temp_dir();
    let form = fs::read(exported(folder.path()).join("reply.docx")).expect("a form");
    let words = "<w:body><w:p><w:r><w:t>{{宛て先}} 様のお名前を、封筒の窓に見えるように書くための段落ですので、消さないでください。</w:t></w:r></w:p>\
                 <w:p><w:r><w:t>マイナンバー 1234 5678 9018 {{終わり</w:t></w:r></w:p>";
    let broken = changed(&form, "word/document.xml", |xml| xml.replacen("<w:body>", words, 1));
    let file = folder.path().join("reply.docx");
    fs::write(&file, broken).expect("written");
    let run = Fukan::new(["forms", "check"]).arg(&file).run().expect_code(2);
    for code in ["FK-4012", "FK-4013", "FK-1001"] {
        assert!(run.err().contains(code), "{code}: {}", run.err());
    }
    assert!(
        run.err().contains("「{{宛て先}} 様のお名前を、封筒の窓に見えるように書くための段落ですので、消さ…」"),
        "{}",
        run.err()
    );
    assert!(run.err().contains("近い名前は「宛先」です") && !run.err().contains("9018"), "{}", run.err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn what_a_form_foretells_is_what_its_document_says(texts in proptest::collection::vec("[ -~ぁ-んァ-ヶ一-龠、。\u{20BB7}\n{}<>&｛｝]{0,24}", 64), rows in 0usize..5) {
        let mut next = texts.iter().cycle();
        let values = values(|_| next.next().expect("a text").clone(), rows);
        for (name, plate) in PLATES.iter() {
            let docx = plate.stamp(&values).expect("stamped");
            prop_assert_eq!(text::read(&docx).expect("readable"), plate.expected_text(&values).expect("told"), "{}", name);
            prop_assert_eq!(&docx, &plate.stamp(&values).expect("stamped"), "{}", name);
            let defects = check::check(&docx);
            prop_assert!(defects.iter().all(|defect| *defect == check::Defect::LeftOverTag), "{}: {:?}", name, defects);
        }
    }
}

/// A tag takes the look of the run where it begins, and nothing else of its paragraph changes.
#[test]
fn a_split_tag_changes_nothing_but_its_own_runs() {
    let folder = temp_dir();
    let form = fs::read(exported(folder.path()).join("reply.docx")).expect("a form");
    let run = |look: &str, text: &str| format!("<w:r><w:rPr><w:{look}/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let line = [run("b", "前 {"), run("i", "{宛"), run("u", "先}"), run("strike", "} 後"), run("caps", "終")].concat();
    let with = |line: &str| {
        changed(&form, "word/document.xml", |xml| xml.replacen("<w:body>", &format!("<w:body><w:p>{line}</w:p>"), 1))
    };
    let ready = press::own_form(&with(&line), LetterKind::Reply, &FormSettings::default()).unwrap_or_else(|f| panic!("{f:?}"));
    let whole = Package::open(&ready.bytes).expect("a package");
    let gathered = [
        run("b", "前 {{宛先}}"),
        "<w:r><w:rPr><w:i/></w:rPr><w:t/></w:r><w:r><w:rPr><w:u/></w:rPr><w:t/></w:r>".to_owned(),
        run("strike", " 後"),
        run("caps", "終"),
    ];
    assert!(whole.xml("word/document.xml").expect("text").contains(&gathered.concat()));
}

#[test]
fn nothing_of_the_maker_stays_and_what_is_the_offices_does() {
    let form = fs::read(good("office_traces")).expect("a form");
    let before = Package::open(&form).expect("a package");
    let ready = own(&good("office_traces"));
    let after = Package::open(&ready).expect("a package");
    for entry in after.parts() {
        let text = String::from_utf8_lossy(&entry.bytes);
        for trace in ["secret", "00AB12CD", "glossary", "thumbnail"] {
            assert!(!text.contains(trace) && !entry.name.contains(trace), "{}: {trace}", entry.name);
        }
    }
    for part in ["customXml/item1.xml", "customXml/itemProps1.xml", "word/theme/theme1.xml"] {
        assert!(before.part(part).is_some() && before.part(part) == after.part(part), "{part}");
    }
    let (with_logo, ready) = (fs::read(good("logo")).expect("a form"), own(&good("logo")));
    let (with_logo, ready) = (Package::open(&with_logo).expect("a package"), Package::open(&ready).expect("a package"));
    let pictures: Vec<_> = with_logo.parts().iter().filter(|part| part.name.starts_with("word/media/")).collect();
    assert_eq!(pictures.len(), 2);
    assert!(pictures.iter().all(|picture| ready.part(&picture.name) == Some(&picture.bytes)));
    // A picture's path is nobody's business either.
    assert!(
        !String::from_utf8_lossy(
            Package::open(&own(&good("text_box"))).expect("a package").part("word/document.xml").expect("there")
        )
        .contains("Users")
    );
    let warned = Fukan::new(["forms", "check", "--json", "--kind", "reply"]).arg(good("mail_merge")).run().expect_code(0);
    assert_eq!(faults(&warned)[0]["warnings"][0]["code"], "FK-4027", "{}", warned.out());
}

/// Refused within 400 MiB of address space and without a stack that overflows.
#[cfg(unix)]
#[test]
fn bombs_are_refused_within_bounds() {
    let folder = temp_dir();
    let form = fs::read(exported(folder.path()).join("reply.docx")).expect("a form");
    let body =
        |markup: &str| changed(&form, "word/document.xml", |xml| xml.replacen("<w:body>", &format!("<w:body>{markup}"), 1));
    let deep = |open: &str, close: &str| body(&(open.repeat(100_000) + &close.repeat(100_000)));
    let entity = changed(&form, "word/document.xml", |xml| {
        let entities = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
        xml.replacen("<w:document", &format!("{entities}<w:document"), 1).replacen(
            "<w:body>",
            "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p>",
            1,
        )
    });
    let bombs = [
        ("tables", deep("<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>")),
        ("boxes", deep("<w:p><w:r><w:pict><w:txbxContent>", "<w:p/></w:txbxContent></w:pict></w:r></w:p>")),
        ("unclosed", body(&"<w:p>".repeat(1_000_000))),
        ("entities", entity),
        ("attributes", body(&format!("<w:p {}/>", (0..200_000).map(|n| format!("a{n}=\"\" ")).collect::<String>()))),
        ("braces", body(&format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "{{".repeat(500_000)))),
        ("gigabyte", gigabyte(&form)),
        ("cut", form[..form.len() / 2].to_vec()),
        ("nothing", Vec::new()),
        ("old", [0xD0, 0xCF, 0x11, 0xE0].repeat(100)),
    ];
    for (name, bomb) in bombs {
        let file = folder.path().join(format!("{name}.docx"));
        fs::write(&file, &bomb).expect("written");
        assert!(bomb.len() < 4 << 20, "{name}: {}", bomb.len());
        let script = "ulimit -v 409600 && exec \"$0\" forms check --json --kind reply \"$1\"";
        let started = std::time::Instant::now();
        let done =
            std::process::Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_fukan")]).arg(&file).output().expect("sh");
        assert_eq!(done.status.code(), Some(2), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let code = if name == "braces" { "FK-4013" } else { "FK-4010" };
        assert!(said.contains(code), "{name}: {said}");
        assert!(started.elapsed().as_secs() < 60, "{name}: {:?}", started.elapsed());
    }
}

/// A gibibyte of spaces in a mebibyte, behind the document.
fn gigabyte(form: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for entry in Package::open(form).expect("a package").parts() {
        archive.start_file(&entry.name, options).expect("started");
        archive.write_all(&entry.bytes).expect("written");
        if entry.name == "word/document.xml" {
            let spaces = vec![b' '; 1 << 20];
            (0..1024).for_each(|_| archive.write_all(&spaces).expect("written"));
        }
    }
    archive.finish().expect("finished").into_inner()
}

fn practice_office(folder: &Path, forms: &[(&str, PathBuf)]) -> PathBuf {
    let office = folder.join("office");
    copy_tree(&repo().join("examples/office"), &office);
    fs::create_dir(office.join("forms")).expect("a folder");
    for (kind, form) in forms {
        fs::copy(form, office.join("forms").join(format!("{kind}.docx"))).expect("copied");
    }
    office
}

fn pack(office: &Path, out: &Path) -> Run {
    let cases = repo().join("examples/cases.json");
    Fukan::new(["pack", "--date", "2026-11-24", "--quiet"]).arg(cases).arg("--office").arg(office).arg("--out").arg(out).run()
}

fn verify(office: &Path, out: &Path) -> Run {
    let cases = repo().join("examples/cases.json");
    Fukan::new(["verify", "--json"]).arg(out).arg("--office").arg(office).arg("--cases").arg(cases).run()
}

/// Letters of three looks in one print file: the built-in covers, a letter with a logo or one of Word's own making, and a 該当なし whose
/// styles somebody changed.
fn packed_with(form: &str, folder: &Path) -> (PathBuf, PathBuf) {
    let not_found = folder.join("not_found.docx");
    let built_in = fs::read(exported(folder).join("not_found.docx")).expect("a form");
    fs::write(&not_found, changed(&built_in, "word/styles.xml", |xml| xml.replace("w:val=\"21\"", "w:val=\"22\"")))
        .expect("written");
    let office = practice_office(folder, &[("reply", good(form)), ("not_found", not_found)]);
    let out = folder.join("out");
    pack(&office, &out).expect_code(1);
    verify(&office, &out).expect_code(0);
    let made = support::files_under(&out).into_iter().filter(|path| path.extension().is_some_and(|e| e == "docx"));
    let papers: Vec<PathBuf> =
        made.filter(|path| ["paper", "phone"].iter().any(|channel| path.starts_with(out.join(channel)))).collect();
    let prints = ["print.docx", "print-電話.docx"].map(|name| out.join(name));
    let single = |path: &&PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-1.docx"));
    let judged: Vec<PathBuf> = papers.iter().filter(single).take(4).chain(&prints).cloned().collect();
    witness::assert_valid(&judged);
    let all: Vec<PathBuf> = papers.iter().chain(&prints).cloned().collect();
    let layouts = witness::layout(&all, folder, false);
    let pages =
        |of: &[PathBuf]| of.iter().map(|path| layouts.iter().find(|l| l.path == *path).expect("laid out").pages).sum::<usize>();
    assert_eq!(pages(&prints), pages(&papers), "{form}: a print file breaks its pages as its letters do");
    (office, out)
}

#[test]
fn an_office_packs_with_its_form_and_says_when_its_words_have_changed_since() {
    let folder = temp_dir();
    let (office, out) = packed_with("office_letter", folder.path());
    let shown = text::read(&fs::read(out.join("print.docx")).expect("a print file")).expect("text");
    assert!(shown.contains("みどり健康保険組合") && shown.contains("当組合からのお知らせ4") && shown.contains("【練習】"));
    // Another word in the form: there is nothing to compare with any more; another look: there is.
    let form = office.join("forms/reply.docx");
    let then = fs::read(&form).expect("a form");
    fs::write(&form, changed(&then, "word/document.xml", |xml| xml.replace("当組合からのお知らせ1", "お知らせ1")))
        .expect("written");
    let run = verify(&office, &out).expect_code(1);
    let results: BTreeMap<String, usize> = faults(&run).iter().fold(BTreeMap::new(), |mut counts, line| {
        *counts.entry(line["result"].as_str().expect("a result").to_owned()).or_default() += 1;
        counts
    });
    assert!(results["not_compared"] > 0 && results["proved"] > 0 && !results.contains_key("wrong"), "{results:?}");
    fs::write(&form, changed(&then, "word/styles.xml", |xml| xml.replace("w:val=\"21\"", "w:val=\"22\""))).expect("written");
    verify(&office, &out).expect_code(0);
}

#[test]
fn letters_of_words_own_making_are_printed_with_the_others() {
    let folder = temp_dir();
    packed_with("fresh", folder.path());
}

#[test]
fn letters_of_several_sections_are_printed_with_the_others() {
    let folder = temp_dir();
    packed_with("sections", folder.path());
}

#[test]
fn a_broken_form_stops_what_makes_something_before_it_is_made() {
    let folder = temp_dir();
    let out = folder.path().join("out");
    for (name, form, code) in [
        ("reply", repo().join("tests/data/forms/refused/FK-4012-unknown.docx"), "FK-4012"),
        ("cover", repo().join("tests/data/forms/refused/FK-4020-macro.docx"), "FK-4020"),
        ("回答書", good("logo"), "FK-4011"),
    ] {
        let place = folder.path().join(name);
        fs::create_dir(&place).expect("a folder");
        let office = practice_office(&place, &[(name, form)]);
        let run = pack(&office, &out).expect_code(2);
        assert!(run.err().contains(code) && run.err().contains(&format!("{name}.docx")), "{}", run.err());
        assert!(!out.exists() && !office.join("office.db").exists(), "{name}: nothing was made");
        // A password has to be told whatever a form looks like.
        let listed = Fukan::new(["ledger", "list", "--office"]).arg(&office).run();
        assert_eq!(listed.code, Some(0), "{}", listed.err());
        let paper = place.join("day.docx");
        let day = Fukan::new(["report", "--office"]).arg(&office).arg("--out").arg(&paper).run().expect_code(2);
        assert!(day.err().contains(code) && !paper.exists(), "{}", day.err());
    }
}

/// An answer and 該当なし weigh the same, whatever logo a form has.
#[test]
fn the_floor_of_the_padding_follows_the_forms() {
    let folder = temp_dir();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    });
    let noise: Vec<u8> = noise.take(90_000).collect();
    let logo = folder.path().join("reply.docx");
    fs::write(&logo, with_picture(&fs::read(good("logo")).expect("a form"), &png(&noise, &[]))).expect("written");
    let office = practice_office(folder.path(), &[("reply", logo)]);
    let bureau = Bureau::read(&office, &Disk).expect("an office");
    assert!(bureau.broken_forms.is_empty(), "{:?}", bureau.broken_forms);
    let floor = bureau.press.floor();
    assert!(floor >= 256 << 10, "{floor}");
    let small = values(|_| "値".to_owned(), 1);
    let large = values(|_| "とても長い値".repeat(20), 12);
    let reply = bureau.press.plate(LetterKind::Reply).expect("a plate");
    let mut sizes = vec![reply.stamp(&small).expect("stamped"), reply.stamp(&large).expect("stamped")];
    sizes.push(bureau.press.plate(LetterKind::NotFound).expect("a plate").stamp(&small).expect("stamped"));
    let padded = sizes.into_iter().map(|docx| pad::pad_to_step(docx, floor).expect("padded").len());
    assert_eq!(padded.collect::<Vec<_>>(), [floor; 3]);
}

fn with_picture(form: &[u8], bytes: &[u8]) -> Vec<u8> {
    let package = Package::open(form).expect("a package");
    let mut archive = fukan::file::zip::Archive::new();
    for entry in package.parts() {
        let bytes = if entry.name == "word/media/image1.png" { bytes } else { &entry.bytes };
        archive.add(&fukan::file::zip::Part::deflated(&entry.name, bytes));
    }
    archive.finish()
}

/// Whatever a clerk puts in that is offered for a letter has a value, or prints nothing: no case fails because of it.
#[test]
fn every_field_that_is_offered_can_be_used() {
    let folder = temp_dir();
    let forms = exported(folder.path());
    let office = practice_office(folder.path(), &[]);
    for kind in LetterKind::ALL {
        let form = fs::read(forms.join(format!("{}.docx", kind.id()))).expect("a form");
        let tags = needs::usable(kind).into_iter().filter(|slot| slot.list().is_none());
        let line: String = tags.map(|slot| format!("<w:p><w:r><w:t>[{0}：{{{{{0}}}}}]</w:t></w:r></w:p>", slot.name())).collect();
        let all = changed(&form, "word/document.xml", |xml| xml.replacen("<w:body>", &format!("<w:body>{line}"), 1));
        fs::write(office.join("forms").join(format!("{}.docx", kind.id())), all).expect("written");
    }
    let out = folder.path().join("out");
    pack(&office, &out).expect_code(1);
    let lines = report(&out);
    assert!(lines.iter().all(|line| line.code.as_deref().is_none_or(|code| !code.starts_with("FK-4"))), "{lines:?}");
    verify(&office, &out).expect_code(0);
    for paper in [vec!["report"], vec!["seal-record", "R08-0001"], vec!["incident", "R08-0001"]] {
        let file = folder.path().join(format!("{}.docx", paper[0]));
        Fukan::new(&paper).arg("--office").arg(&office).arg("--out").arg(&file).run().expect_code(0);
    }
    let sheet = folder.path().join("sheet.docx");
    Fukan::new(["password", "R08-0001", "--office"]).arg(&office).arg("--out").arg(&sheet).run().expect_code(0);
}

#[test]
fn an_offices_own_forms_are_listed() {
    let folder = temp_dir();
    let office = practice_office(folder.path(), &[("reply", good("logo"))]);
    fs::write(office.join("forms/~$reply.docx"), "lock").expect("written");
    fs::write(office.join("forms/logo.png"), "picture").expect("written");
    let run = Fukan::new(["forms", "list", "--json", "--office"]).arg(&office).run().expect_code(0);
    let own: Vec<String> = faults(&run).iter().filter(|line| line["own"] == true).map(|line| line["kind"].to_string()).collect();
    assert_eq!((own, faults(&run).len()), (vec!["\"reply\"".to_owned()], LetterKind::ALL.len()));
    // Its own words are not used beside its own form, and that is said.
    fs::create_dir(office.join("wording")).expect("a folder");
    for kind in [LetterKind::Reply, LetterKind::Cover] {
        fs::write(office.join("wording").join(kind.wording().0), kind.wording().1).expect("written");
    }
    let run = Fukan::new(["forms", "list", "--office"]).arg(&office).run().expect_code(0);
    let unused: Vec<String> = run.out().lines().filter(|line| line.contains("使われません")).map(str::to_owned).collect();
    assert!(unused.len() == 1 && unused[0].contains("wording/reply.txt"), "{}", run.out());
    // A second time into the same folder: what is there, and what to do.
    let forms = folder.path().join("again");
    for words in [&["forms", "export"][..], &["forms", "wording", "--out"]] {
        let written = || Fukan::new(words).arg(&forms).run();
        written().expect_code(0);
        let told = written().err();
        assert!(told.contains("FK-6069") && told.contains("移して") && !told.contains("--out"), "{told}");
    }
}
