//! 見た目: as LibreOffice lays it out. Pages, the envelope's window, nothing left unfilled, with the longest names that happen.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use fukan::desk::Packed;
use serde_json::{Value, json};
use support::batch::{SETTINGS, data, fixed_seams, office, pack_by_library, passphrase, workshop};
use support::desk::example;
use support::witness::{self, Word, debian};
use support::{Fukan, copy_tree, repo};

/// 折り目, in millimetres from the top.
const FOLDS: [f64; 2] = [99.0, 198.0];

/// Another envelope's window: left, top, width, height in millimetres.
const OTHER: [u32; 4] = [25, 15, 85, 48];

/// The settings of an office with that window and a face that this machine has.
fn settings([left, top, width, height]: [u32; 4], seal: &str) -> String {
    let window = format!("[window]\nleft_mm = {left}\ntop_mm = {top}\nwidth_mm = {width}\nheight_mm = {height}\n");
    let sealed = SETTINGS.replace("[contact]", &format!("name = \"見本 一郎\"\nseal = \"{seal}\"\n[contact]"));
    format!("{sealed}{window}[fonts]\nmincho = \"BIZ UD明朝\"\n")
}

/// What a run made, the covers first.
fn made(work: &Path, office: &Path, cases: &[Value]) -> (Packed, Vec<PathBuf>) {
    let (file, out) = (work.join("cases.json"), work.join("out"));
    fs::write(&file, json!({ "cases": cases }).to_string()).expect("cases.json");
    let packed = pack_by_library(&[file], office, &out, &fixed_seams("looks"), 1);
    let mut files = packed.lines.iter().flat_map(|line| &line.files).map(|file| out.join(&file.path)).collect::<Vec<_>>();
    files.sort_by_key(|path| (!path.ends_with("cover.docx"), path.clone()));
    files.dedup();
    assert!(!files.is_empty(), "{:?}", packed.lines.iter().map(|line| &line.faults).collect::<Vec<_>>());
    (packed, files)
}

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
fn set(work: &Path, settings: &str) -> Vec<PathBuf> {
    let office = office(&work.join("office"), settings);
    let mut partners = fs::read_to_string(data("partners.csv")).expect("partners.csv");
    let line = partners.lines().find(|line| line.starts_with("014257,")).expect("the partner").to_owned();
    let mut cells: Vec<&str> = line.split(',').collect();
    // A name this long is no municipality's of the list: another body, known by a key of its own.
    cells[0] = "X-LONG";
    cells[1] = LONG_MUNICIPALITY;
    cells[10] = LONG_ADDRESS;
    partners = partners.replace(&line, &cells.join(","));
    fs::write(office.join("partners.csv"), partners).expect("partners.csv");
    let (packed, files) = made(work, &office, &[case("L-1", &["1"]), case("L-2", &[]), case("L-3", &["2", "3"])]);
    let told: Vec<_> = packed.lines.iter().map(|line| (line.outcome.word(), line.faults.clone())).collect();
    assert_eq!(told.iter().map(|(word, _)| *word).collect::<Vec<_>>(), ["answered", "not_found", "ask_more"], "{told:?}");
    files
}

#[test]
fn the_longest_names_stay_where_they_belong() {
    for (name, window) in [("looks", [20, 12, 90, 45]), ("looks-other", OTHER)] {
        let work = workshop(name);
        let files = set(&work, &settings(window, "omitted"));
        let laid = witness::layout(&files, &work.join("pdf"), false);
        for layout in &laid {
            assert_eq!(layout.pages, 1, "{}", layout.path.display());
            let text = layout.text.concat();
            assert!(!text.contains("{{") && !text.contains("｛｛") && !text.contains("□□□□"), "{text}");
            folded(layout.pdf.as_ref().expect("a PDF"), &FOLDS);
        }
        only_the_addressee_shows(laid[0].pdf.as_ref().expect("a PDF"), window.map(f64::from));
    }
}

fn only_the_addressee_shows(cover: &Path, [left, top, width, height]: [f64; 4]) {
    let (right, bottom) = (left + width, top + height);
    let words = words(cover);
    let block = addressee(&words);
    let squeezed: String = block.iter().map(|word| word.text.as_str()).collect::<String>().replace(' ', "");
    for part in ["〒014-0257", "親展", "簡易書留", LONG_ADDRESS, LONG_SECTION] {
        assert!(squeezed.contains(part), "{part} is not whole in {squeezed}");
    }
    for word in &block {
        let [x0, y0, x1, y1] = word.place;
        let inside = x0 >= left && y0 >= top && x1 <= right && y1 <= bottom;
        assert!(inside, "{} stands at {:?} mm, outside the window to {right}, {bottom}", word.text, word.place);
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

/// 折り目: two ticks in the margin, at a third and two thirds of the sheet; or none.
fn folded(pdf: &Path, wanted: &[f64]) {
    let sheet = Picture::of(pdf);
    let marks = sheet.lines_across(6.0, 9.0);
    assert!(near(&marks, wanted), "{}: marks at {marks:?} mm", pdf.display());
}

fn near(found: &[f64], wanted: &[f64]) -> bool {
    found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| (a - b).abs() <= 0.5)
}

/// A mail is not folded: the same letters have no marks there.
#[test]
fn only_what_is_posted_has_fold_marks() {
    let work = workshop("looks-mail");
    copy_tree(&repo().join("examples/office"), &work.join("office"));
    passphrase(&work.join("office"));
    let cases = json!({"cases": [example("E-03")]});
    fs::write(work.join("cases.json"), cases.to_string()).expect("cases.json");
    let run = |words: &[&str]| Fukan::new(words).arg("--office").arg("office").current_dir(&work).run().expect_code(0);
    run(&["pack", "cases.json", "--quiet", "--out", "out"]);
    run(&["open", "out/email/R08-0001/R08-0001.zip", "--out", "opened"]);
    let laid = witness::layout(&[work.join("opened/R08-0001.docx")], &work.join("pdf"), false);
    folded(laid[0].pdf.as_ref().expect("a PDF"), &[]);
}

/// 公印の枠: 24 mm beside the sender at the right margin, with no word in it; nothing moves for it.
#[test]
fn the_square_for_the_seal_stands_beside_the_sender() {
    let work = workshop("looks-seal");
    let files = set(&work, &settings([20, 12, 90, 45], "square"));
    witness::assert_valid(&files);
    for layout in witness::layout(&files, &work.join("pdf"), false) {
        assert_eq!(layout.pages, 1, "{}", layout.path.display());
        let pdf = layout.pdf.as_ref().expect("a PDF");
        let words = words(pdf);
        assert!(!words.iter().any(|w| w.text.contains("公印省略")), "{}", pdf.display());
        let title = words.iter().find(|w| w.text.contains("理事長")).expect("the sender").place;
        let middle = (title[1] + title[3]) / 2.0;
        let (left, right) = (185.0 - 24.0, 185.0);
        let sheet = Picture::of(pdf);
        // Dashed: some ink in every 4 mm of both upright sides.
        for x in [left, right] {
            let dashes = (0..5).all(|n| sheet.inked(x, middle - 9.0 + 4.0 * f64::from(n), 4.0));
            assert!(dashes, "{}: no side at {x} mm round {middle} mm", pdf.display());
        }
        let inside =
            |w: &&Word| w.place[0] < right && w.place[2] > left && w.place[1] < middle + 11.0 && w.place[3] > middle - 11.0;
        assert_eq!(words.iter().filter(inside).map(|w| w.text.clone()).collect::<Vec<_>>(), Vec::<String>::new());
    }
}

/// ロゴ: at the left margin of a letter, at the right one of a cover (the window is at the left), over no word; what it carried besides dots
/// does not go out. A picture that can't be used stops everything before it begins.
#[test]
fn a_logo_stands_over_the_text() {
    let work = workshop("looks-logo");
    let with_logo = settings([20, 12, 90, 45], "square").replace("seal =", "logo = \"logo.png\"\nseal =");
    fs::create_dir_all(work.join("office")).expect("a folder");
    fs::write(work.join("office/logo.png"), include_bytes!("data/logo.png")).expect("logo.png");
    let files = set(&work, &with_logo);
    witness::assert_valid(&[&files[..], &[work.join("out/print.docx")]].concat());
    for layout in witness::layout(&files, &work.join("pdf"), false) {
        assert_eq!(layout.pages, 1, "{}", layout.path.display());
        let pdf = layout.pdf.as_ref().expect("a PDF");
        let is_cover = layout.path.ends_with("cover.docx");
        // 300 × 80 dots in 60 × 12 mm: 45 × 12 mm.
        let (left, right) = if is_cover { (140.0, 185.0) } else { (25.0, 70.0) };
        let sheet = Picture::of(pdf);
        let bars: Vec<f64> = sheet.lines_across(left + 5.0, right - 5.0).into_iter().filter(|y| *y < 30.0).collect();
        assert!(near(&bars, &[18.0]), "{bars:?}");
        let over = |w: &&Word| w.place[0] < right && w.place[2] > left && w.place[1] < 24.0 && w.place[3] > 12.0;
        assert_eq!(words(pdf).iter().filter(over).count(), 0, "{}", pdf.display());
        let bytes = fs::read(&layout.path).expect("a letter");
        assert!(
            !fukan::file::opc::Package::open(&bytes)
                .expect("a package")
                .parts()
                .iter()
                .any(|p| p.bytes.windows(7).any(|w| w == b"Saegusa"))
        );
    }
    let check = |code: i32| {
        Fukan::new(["check"]).arg(work.join("cases.json")).arg("--office").arg(work.join("office")).run().expect_code(code)
    };
    for (bytes, why) in [
        (&b"GIF89a"[..], "壊れています"),
        (&[0; 70_000], "64KB"),
        (include_bytes!("data/logo.png").split_at(90).0, "壊れています"),
    ] {
        fs::write(work.join("office/logo.png"), bytes).expect("written");
        let told = check(2).err();
        assert!(told.contains("FK-4044") && told.contains("logo.png") && told.contains(why), "{told}");
    }
    fs::remove_file(work.join("office/logo.png")).expect("removed");
    assert!(check(2).err().contains("logo.png"));
}

/// Two letters of an office with this face that prints readings; the second about somebody with a name too long for that.
fn with_readings(name: &str, face: &str) -> (PathBuf, Vec<PathBuf>) {
    let work = workshop(name);
    let settings = settings([20, 12, 90, 45], "omitted").replace("BIZ UD明朝", face);
    let office = office(&work.join("office"), &format!("{settings}[letters]\nfurigana = true\n"));
    let named = |id: &str, name: &str, kana: &str| {
        let mut case = case(id, &[]);
        case["requester"] =
            json!({"municipality": "当別町", "code": "013030", "section": "介護保険課", "officer": "北沢 陽平", "reference": id});
        case["subject"] = json!({"kana": kana, "birth": "昭和55年3月2日", "sex": "男", "name": name});
        case
    };
    let long = "本多伊達十郎左衛門 寿限無寿限無五劫の擦り切れ海砂利水魚の水行末";
    let cases = [named("N-1", "𠮷田 葛\u{E0100}子", "ヨシダ カツコ"), named("N-2", long, "ホンダ ジュゲム")];
    let (_, files) = made(&work, &office, &cases);
    (work, files)
}

/// ふりがな: over a name whose words are as many, in a row that grows for it; a long name goes without and wraps as ever.
#[test]
fn a_reading_stands_over_the_name() {
    let (work, files) = with_readings("looks-furigana", "BIZ UD明朝");
    witness::assert_valid(&files);
    let laid = witness::layout(&files[1..], &work.join("pdf"), false);
    let squeezed = |at: usize| laid[at].text.concat().split_whitespace().collect::<String>();
    assert_eq!(laid.iter().map(|layout| layout.pages).collect::<Vec<_>>(), [1, 1]);
    // Once in its own row, once over the name; 𠮷 and the selector of 葛's shape arrive.
    assert_eq!((squeezed(0).matches("ヨシダ").count(), squeezed(1).matches("ジュゲム").count()), (2, 1));
    assert!(squeezed(0).contains('𠮷') && squeezed(0).contains('葛'), "{}", squeezed(0));
    let words = words(laid[0].pdf.as_ref().expect("a PDF"));
    let (over, name) = (words.iter().rfind(|w| w.text.contains("ヨシダ")), words.iter().find(|w| w.text.contains('𠮷')));
    let (over, name) = (over.expect("the reading").place, name.expect("the name").place);
    assert!(over[1] < name[1] && over[3] <= name[3] && over[0] < name[2] && over[2] > name[0], "{over:?} over {name:?}");
}

/// In a face whose letters stand high in their line (this machine's in the place of ＭＳ 明朝), nothing but white is between line and reading.
#[test]
fn no_line_cuts_a_reading() {
    let (work, files) = with_readings("looks-furigana-high", "ＭＳ 明朝");
    let laid = witness::layout(&files[1..2], &work.join("pdf"), false).remove(0);
    let pdf = laid.pdf.as_ref().expect("a PDF");
    let words = words(pdf);
    let over = words.iter().rfind(|w| w.text.contains("ヨシダ")).expect("the reading").place;
    let sheet = Picture::of(pdf);
    let lines = sheet.lines_across(over[2] + 20.0, over[2] + 25.0);
    let above = lines.into_iter().filter(|y| *y < over[3]).fold(0.0, f64::max);
    let white = sheet.is_white(over[0], above + 0.3, over[2], above + 0.5);
    assert!(above > over[1] - 4.0 && white, "a line at {above} mm, {over:?}");
}

/// 窓の調整用紙: the rectangle is where the office says that its window is, the scales are millimetres, and it is one page.
#[test]
fn the_page_for_the_window_draws_the_offices_window() {
    let work = workshop("looks-window");
    let office = office(&work.join("office"), &settings(OTHER, "omitted"));
    let page = work.join("window.docx");
    Fukan::new(["forms", "window", "--office"]).arg(&office).arg("--out").arg(&page).run().expect_code(0);
    Fukan::new(["forms", "window", "--office"]).arg(&office).arg("--out").arg(&page).run().expect_code(4);
    witness::assert_valid(std::slice::from_ref(&page));
    let layout = witness::layout(&[page], &work.join("pdf"), false).remove(0);
    assert_eq!(layout.pages, 1);
    let text = layout.text.concat();
    for (name, mm) in ["left_mm", "top_mm", "width_mm", "height_mm"].into_iter().zip(OTHER) {
        assert!(text.lines().any(|line| line.contains(name) && line.contains(&format!(" {mm} "))), "{name} {mm}\n{text}");
    }
    let pdf = layout.pdf.as_ref().expect("a PDF");
    // The scale across crosses the margin too.
    folded(pdf, &[39.0, 99.0, 198.0]);
    let sheet = Picture::of(pdf);
    let [left, top, width, height] = OTHER.map(f64::from);
    // Between the ticks of the scale down: the two sides across. Then the two upright ones.
    let across: Vec<f64> = sheet.lines_across(left + 2.0, left + 7.0).into_iter().filter(|y| *y < 95.0).collect();
    assert!(near(&across, &[top, top + height / 2.0, top + height]), "{across:?}");
    let down = sheet.lines_down(top + 2.0, top + 7.0);
    assert!(near(&down, &[left, left + (width / 2.0).floor(), left + width]), "{down:?}");
    // A tick a millimetre, from the edge of the sheet.
    let ticks = sheet.lines_down(top + height / 2.0 + 0.3, top + height / 2.0 + 0.8);
    assert!(ticks.iter().filter(|x| **x > 115.0 && **x < 180.5).count() == 66, "{ticks:?}");
}

/// A letter of two pages: the table goes on under its heading row, 以上 is never alone, and each page says which of how many it is.
#[test]
fn long_letters_break_well() {
    let work = workshop("looks-long");
    let office = office(&work.join("office"), &settings([20, 12, 90, 45], "omitted"));
    let payment = |n: usize| json!({"month": format!("2026-{:02}", n % 9 + 1), "decided": "2026-10-10", "amount": 1000 + n, "kind": "法定"});
    let long = |n: usize| {
        let mut case = case(&format!("B-{n}"), &["1"]);
        case["requester"] = json!({"municipality": "当別町", "code": "013030", "section": "介護保険課", "officer": "北沢 陽平", "reference": format!("整-{n:02}")});
        case["subject"] = json!({"kana": "ヤマダ タロウ", "birth": "昭和55年3月2日", "sex": "男"});
        case["asked_period"] = json!({"from": "2026-01-01", "to": "2026-09-30"});
        case["items"] = json!(["高額療養費"]);
        let candidate = &mut case["candidates"][0];
        candidate["kana"] = json!("ヤマダ タロウ");
        candidate["answers"] = json!({"高額療養費": (0..n).map(payment).collect::<Vec<_>>()});
        case
    };
    // From a letter that just fits one page to one that fills most of a second: the break falls everywhere near the end.
    let cases: Vec<Value> = (10..=22).map(long).collect();
    let (_, files) = made(&work, &office, &cases);
    let replies: Vec<PathBuf> = files.into_iter().filter(|path| !path.ends_with("cover.docx")).collect();
    assert_eq!(replies.len(), cases.len());
    let mut of_two = 0;
    for layout in witness::layout(&replies, &work.join("pdf"), false) {
        let told = layout.path.display();
        let pages: Vec<String> = layout.text.iter().map(|page| page.split_whitespace().collect()).collect();
        for (index, page) in pages.iter().enumerate() {
            assert!(page.contains(&format!("{}／{}", index + 1, pages.len())), "{told}: page {}", index + 1);
            assert!(page.contains("照合番号") && page.contains("健発第8-"), "{told}");
            if page.contains("以上") {
                assert!(page.contains("この回答に当たり"), "{told}: 以上 stands alone on page {}:\n{page}", index + 1);
            }
        }
        if pages.len() == 2 {
            of_two += 1;
            let goes_on = pages[1].contains("法定");
            assert_eq!(pages[1].contains("項目内容基準日"), goes_on, "{told}:\n{}", pages[1]);
        }
        assert!(pages.len() <= 2, "{told}");
    }
    assert!((3..cases.len()).contains(&of_two), "{of_two} of {} letters have two pages", cases.len());
}

/// A page as pixels, ten a millimetre.
struct Picture {
    width: usize,
    dots: Vec<u8>,
}

impl Picture {
    fn of(pdf: &Path) -> Self {
        let pgm = debian("pdftoppm", &["-r", "254", "-gray", "-f", "1", "-l", "1", pdf.to_str().expect("UTF-8")], b"").stdout;
        let mut fields = pgm.splitn(4, |byte| byte.is_ascii_whitespace());
        assert_eq!(fields.next(), Some(&b"P5"[..]));
        let mut number =
            || std::str::from_utf8(fields.next().expect("a size")).expect("ASCII").parse::<usize>().expect("a number");
        let (width, height) = (number(), number());
        let dots = pgm[pgm.len() - width * height..].to_vec();
        Self { width, dots }
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dots.get(y * self.width + x).is_some_and(|dot| *dot < 160)
    }

    fn height(&self) -> usize {
        self.dots.len() / self.width
    }

    /// Where lines lie across the strip from x to to_x, in millimetres.
    fn lines_across(&self, x: f64, to_x: f64) -> Vec<f64> {
        let columns = dots(x)..dots(to_x);
        middles((0..self.height()).filter(|y| columns.clone().all(|x| self.is_dark(x, *y))))
    }

    /// Where lines go down through the strip from y to to_y.
    fn lines_down(&self, y: f64, to_y: f64) -> Vec<f64> {
        let rows = dots(y)..dots(to_y);
        middles((0..self.width).filter(|x| rows.clone().all(|y| self.is_dark(*x, y))))
    }

    /// Whether nothing is printed between these corners.
    fn is_white(&self, x: f64, y: f64, to_x: f64, to_y: f64) -> bool {
        (dots(y)..dots(to_y)).all(|y| (dots(x)..dots(to_x)).all(|x| !self.is_dark(x, y)))
    }

    /// Whether there is ink within half a millimetre of x, from y for so many millimetres.
    fn inked(&self, x: f64, y: f64, length: f64) -> bool {
        (dots(y)..dots(y + length)).any(|y| (dots(x - 0.5)..dots(x + 0.5)).any(|x| self.is_dark(x, y)))
    }
}

fn dots(mm: f64) -> usize {
    (mm * 10.0).round() as usize
}

/// Neighbouring pixels are one line; where its middle is, in millimetres.
fn middles(dark: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut lines: Vec<(usize, usize)> = Vec::new();
    for at in dark {
        match lines.last_mut() {
            Some((_, last)) if *last + 1 == at => *last = at,
            _ => lines.push((at, at)),
        }
    }
    lines.into_iter().map(|(first, last)| (first + last + 1) as f64 / 20.0).collect()
}

/// The words of a PDF's first page.
fn words(pdf: &Path) -> Vec<Word> {
    witness::pages(pdf).into_iter().next().unwrap_or_default()
}

/// 宛先: from the postal code to the line before the document's number.
fn addressee(words: &[Word]) -> Vec<&Word> {
    let start = words.iter().position(|w| w.text.starts_with('〒')).expect("a postal code");
    let end = words.iter().position(|w| w.text.starts_with("健発第")).expect("the document's number");
    words[start..end].iter().collect()
}
