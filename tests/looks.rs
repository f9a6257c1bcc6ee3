//! 見た目: as LibreOffice lays it out. Pages, the envelope's window, nothing left unfilled, with the longest names that happen.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::batch::{SETTINGS, data, fixed_seams, office, pack_by_library, workshop};
use support::witness::{self, debian};

/// 窓, in millimetres: left, top, right, bottom.
const WINDOW: [f64; 4] = [20.0, 12.0, 110.0, 57.0];

const LONG_MUNICIPALITY: &str = "見本川上流域市町村介護保険後期高齢者支援広域連合";
const LONG_ADDRESS: &str = "鹿児島県見本郡見本川上流町大字見本字上見本東一丁目二番三号見本川上流域総合庁舎別館四階";
const LONG_SECTION: &str = "健康福祉部保健医療局国民健康保険課後期高齢者医療・医療費適正化推進係";
const LONG_OFFICER: &str = "勅使河原 八左衛門太郎";

/// One case: an answer, nobody, or two people, on paper, about somebody with the longest of names.
fn case(id: &str, candidates: &[&str]) -> Value {
    let kana = "ホンダダテジュウロウザエモン ジュゲムジュゲムゴコウノスリキレカイジャリスイギョノスイギョウマツ";
    let name = "本多伊達十郎左衛門 寿限無寿限無五劫の擦り切れ海砂利水魚の水行末";
    let candidate = |member: &&str| {
        json!({"member": member, "kana": kana, "birth": "1980-03-02", "sex": "1", "name": name, "symbol": "1234", "number": *member,
            "acquired": "2010-04-01", "lost": null, "my_number_held": true, "protected": false,
            "answers": {"資格取得年月日": "2010-04-01", "資格喪失年月日": null}})
    };
    json!({
        "id": id,
        "received": {"at": "2026-11-20T10:15", "via": "document", "document_no": "健第276号", "document_date": "2026-11-18"},
        "reply_by": "paper",
        "requester": {"kind": "other", "partner": "X-LONG", "municipality": LONG_MUNICIPALITY, "section": LONG_SECTION, "officer": LONG_OFFICER,
            "phone": "017-000-7566", "reference": format!("整-{id}")},
        "procedure": {"number": "10-2", "name": "他の法令による給付との調整"},
        "subject": {"kana": kana, "birth": "昭和55年3月2日", "sex": "男", "name": name},
        "items": ["資格取得年月日", "資格喪失年月日"],
        "candidates": candidates.iter().map(candidate).collect::<Vec<_>>()
    })
}

/// A set on paper for a partner with the longest of names: the cover letter, then the three replies.
fn set(work: &Path) -> Vec<PathBuf> {
    let office = office(&work.join("office"), SETTINGS);
    let mut partners = fs::read_to_string(data("partners.csv")).expect("partners.csv");
    let line = partners.lines().find(|line| line.starts_with("014257,")).expect("the partner").to_owned();
    let mut cells: Vec<&str> = line.split(',').collect();
    // A name this long is no municipality's of the list: another body, known by a key of its own.
    cells[0] = "X-LONG";
    cells[1] = LONG_MUNICIPALITY;
    cells[10] = LONG_ADDRESS;
    partners = partners.replace(&line, &cells.join(","));
    fs::write(office.join("partners.csv"), partners).expect("partners.csv");
    let cases = work.join("cases.json");
    let three = [case("L-1", &["1"]), case("L-2", &[]), case("L-3", &["2", "3"])];
    fs::write(&cases, json!({"cases": three}).to_string()).expect("cases.json");
    let out = work.join("out");
    let packed = pack_by_library(&[cases], &office, &out, &fixed_seams("looks"), 1);
    let told: Vec<_> = packed.lines.iter().map(|line| (line.outcome.word(), line.faults.clone())).collect();
    assert_eq!(told.iter().map(|(word, _)| *word).collect::<Vec<_>>(), ["answered", "not_found", "ask_more"], "{told:?}");
    let mut files = packed.lines.iter().flat_map(|line| &line.files).map(|file| out.join(&file.path)).collect::<Vec<_>>();
    files.sort();
    files.dedup();
    files.sort_by_key(|path| !path.ends_with("cover.docx"));
    files
}

#[test]
fn the_longest_names_stay_where_they_belong() {
    let work = workshop("looks");
    let files = set(&work);
    let laid = witness::layout(&files, &work.join("pdf"), false);
    for layout in &laid {
        assert_eq!(layout.pages, 1, "{}", layout.path.display());
        let text = layout.text.concat();
        assert!(!text.contains("{{") && !text.contains("｛｛") && !text.contains("□□□□"), "{text}");
    }
    let cover = laid[0].pdf.as_ref().expect("a PDF");
    let words = words(cover);
    let block = addressee(&words);
    let squeezed: String = block.iter().map(|word| word.text.as_str()).collect::<String>().replace(' ', "");
    for part in ["〒014-0257", LONG_ADDRESS, LONG_SECTION] {
        assert!(squeezed.contains(part), "{part} is not whole in {squeezed}");
    }
    let [left, top, right, bottom] = WINDOW;
    for word in &block {
        let [x0, y0, x1, y1] = word.place;
        let inside = x0 >= left && y0 >= top && x1 <= right && y1 <= bottom;
        assert!(inside, "{} stands at {:?} mm, outside the window {WINDOW:?}", word.text, word.place);
    }
    // No line is cut off where a frame ends: the letter goes on below all of it.
    let low = block.iter().map(|word| word.place[3]).fold(0.0, f64::max);
    let next = words.iter().find(|w| w.text.starts_with("健発第")).expect("the document's number").place[1];
    assert!(next >= low, "the letter goes on at {next} mm, the address ends at {low} mm");
    // Nothing else shows in the window.
    let shown =
        words.iter().filter(|w| w.place[0] < right && w.place[2] > left && w.place[1] < bottom && w.place[3] > top).count();
    assert_eq!(shown, block.len(), "only the addressee shows");
}

/// A word of a page and its box in millimetres: left, top, right, bottom.
struct Word {
    text: String,
    place: [f64; 4],
}

/// The words of a PDF's first page, as `pdftotext -bbox` places them.
fn words(pdf: &Path) -> Vec<Word> {
    let output = debian("pdftotext", &["-bbox", "-f", "1", "-l", "1", pdf.to_str().expect("UTF-8"), "-"], b"");
    let html = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = |line: &str| {
        let (tag, text) = line.trim().strip_prefix("<word ")?.split_once('>')?;
        let millimetres = |name: &str| {
            let value = tag.split_once(&format!("{name}=\""))?.1.split_once('"')?.0;
            Some(value.parse::<f64>().ok()? * 25.4 / 72.0)
        };
        let place = [millimetres("xMin")?, millimetres("yMin")?, millimetres("xMax")?, millimetres("yMax")?];
        Some(Word { text: text.strip_suffix("</word>")?.to_owned(), place })
    };
    html.lines().filter_map(word).collect()
}

/// 宛先: from the postal code to the line before the document's number.
fn addressee(words: &[Word]) -> Vec<&Word> {
    let start = words.iter().position(|w| w.text.starts_with('〒')).expect("a postal code");
    let end = words.iter().position(|w| w.text.starts_with("健発第")).expect("the document's number");
    words[start..end].iter().collect()
}
