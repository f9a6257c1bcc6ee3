//! 総当たり: whoever has a package but not its password, the form, and every answer that could be in it, must not learn which one is.
//!
//! The attacker is as strong as can be: he knows the whole inquiry, makes each candidate document with our own press, to the byte, and
//! compares checksums, sizes, and all that stands in clear. The control shows that he does break an archive that gives him a CRC-32.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use fukan::base::fault::FileName;
use fukan::desk::judge::{Terms, judge_for};
use fukan::desk::plan::bench;
use fukan::desk::{Bureau, Options};
use fukan::intake::{Format, Source};
use fukan::letter::Slot;
use fukan::letter::compose::{self, Sheet};
use fukan::press::pad;
use fukan::seal::word::Spin;
use fukan::seal::{PackageKind, Password, archive, word};
use fukan::world::Disk;
use serde_json::{Value, json};
use support::batch::{SETTINGS, fixed_seams, office, pack_with, workshop};
use support::seams::SeededEntropy;
use support::{files_under, sha256};

/// Every day of six years and a little.
const CANDIDATES: i32 = 2232;
const FIRST: &str = "2019-11-24";
const RIGHT: &str = "2024-03-31";

fn days() -> Vec<String> {
    let first: jiff::civil::Date = FIRST.parse().expect("a day");
    (0..CANDIDATES).map(|n| (first + jiff::Span::new().days(n)).to_string()).collect()
}

fn case(lost: &str) -> Value {
    json!({
        "id": "K-0001",
        "received": {"at": "2026-11-20T10:15", "via": "document", "document_no": "健第276号", "document_date": "2026-11-18"},
        "reply_by": "email",
        "requester": {"municipality": "上砂川町", "code": "014257", "section": "保険年金課", "officer": "髙橋 美咲",
            "email": "kenko@example.lg.jp", "postal_code": "014-0257", "address": "北海道上砂川町中央1-1", "phone": "017-000-7566"},
        "procedure": {"number": "10-2", "name": "他の法令による給付との調整"},
        "subject": {"kana": "ヤマダ タロウ", "birth": "昭和55年3月2日", "sex": "男"},
        "items": ["資格喪失年月日"],
        "candidates": [{"member": "0001234", "kana": "ヤマダ タロウ", "birth": "1980-03-02", "sex": "1", "symbol": "1234", "number": "567",
            "acquired": "2010-04-01", "lost": lost, "my_number_held": true, "protected": false, "answers": {"資格喪失年月日": lost}}]
    })
}

/// Each candidate's document, to the byte, by the library. `code` is the 照合番号 that the mail shows in clear.
fn candidate(bureau: &Bureau, lost: &str, code: &str) -> Vec<u8> {
    let now = fukan::base::date::parse_moment("2026-11-20T16:00").expect("now");
    let mut judged = Vec::new();
    let bytes = json!({"cases": [case(lost)]}).to_string();
    let mut source =
        Source::new(Cursor::new(bytes.as_bytes()), FileName::named("cases.json", 1), Format::Json, &bureau.catalogue);
    let take = |record: fukan::intake::Record| {
        judged.push(judge_for(&record.node.expect("a record"), &bench(bureau, None, now.date(), now), &Terms::default()));
    };
    source.each(|_| {}, take).expect("readable");
    let judged = judged.remove(0);
    let (ready, vetted) = (judged.ready.expect("answered"), judged.vetted.expect("vetted"));
    let number: fukan::books::Number = "R08-0001".parse().expect("a number");
    let document_number = bureau.document_number(&number, None);
    let sheet =
        Sheet { document_number: &document_number, sent_on: now.date(), reception: "U08-0001", earlier: None, before: &[] };
    let mut values = compose::reply(&bureau.head, &sheet, vetted.inquiry(), &ready.reply);
    values.set(Slot::PairingCode, code);
    bureau.press.plate(compose::kind(&ready.reply)).expect("a plate").stamp(&values).expect("a document")
}

/// What a stranger sees of an archive: its entries' fields, and every byte that is not ciphertext.
struct Seen {
    checksums: Vec<(&'static str, u32)>,
    lengths: Vec<(&'static str, u64)>,
    clear: Vec<u8>,
}

fn look(bytes: &[u8]) -> Seen {
    let mut seen = Seen { checksums: Vec::new(), lengths: Vec::new(), clear: Vec::new() };
    let mut opened = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut at = 0;
    for n in 0..opened.len() {
        let entry = opened.by_index_raw(n).expect("an entry");
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
        seen.checksums.push(("CRC-32 of the local header", word(usize::try_from(entry.header_start()).expect("small") + 14)));
        seen.checksums.push(("CRC-32 of the central directory", entry.crc32()));
        seen.lengths.push(("size", entry.size()));
        seen.lengths.push(("compressed size less AES's 28 bytes", entry.compressed_size().saturating_sub(28)));
        let data = usize::try_from(entry.data_start().expect("a place")).expect("small");
        seen.clear.extend_from_slice(&bytes[at..data]);
        at = data + usize::try_from(entry.compressed_size()).expect("small");
    }
    seen.clear.extend_from_slice(&bytes[at..]);
    seen
}

/// Every way of telling candidates apart that tells something: which ones fit it.
fn attack(seen: &Seen, candidates: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut clues: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let windows: BTreeSet<[u8; 4]> = seen.clear.windows(4).map(|w| w.try_into().expect("4 bytes")).collect();
    let text = String::from_utf8_lossy(&seen.clear).to_lowercase();
    for (day, document) in candidates {
        let mut fits = |clue| clues.entry(clue).or_default().insert(day.clone());
        let crc = crc32fast::hash(document);
        for (name, _) in seen.checksums.iter().filter(|(_, seen)| *seen == crc) {
            fits(name);
        }
        for (name, _) in seen.lengths.iter().filter(|(_, seen)| *seen == document.len() as u64) {
            fits(name);
        }
        if windows.contains(&crc.to_le_bytes()) || windows.contains(&crc.to_be_bytes()) || text.contains(&format!("{crc:08x}")) {
            fits("CRC-32 somewhere in clear");
        }
        if text.contains(&sha256(document)) {
            fits("SHA-256 somewhere in clear");
        }
        let date: fukan::base::date::Date = day.parse().expect("a day");
        if text.contains(day) || text.contains(&fukan::base::date::wareki(date)) {
            fits("the date itself");
        }
    }
    clues.retain(|_, fits| fits.len() < candidates.len());
    clues
}

/// The package, as it would lie before the attacker: archive, mail, record and report.
fn package(work: &Path, kind: PackageKind) -> (PathBuf, Vec<u8>, Vec<u8>, String) {
    let office = office(&work.join("office"), SETTINGS);
    let cases = work.join("cases.json");
    fs::write(&cases, json!({"cases": [case(RIGHT)]}).to_string()).expect("cases.json");
    let out = work.join("out");
    let options = Options { jobs: 1, package: Some(kind), ..Options::default() };
    pack_with(&[cases], &office, &out, &fixed_seams("attack"), &options);
    let files = files_under(&out);
    let named = |end: &str| fs::read(files.iter().find(|f| f.to_string_lossy().ends_with(end)).expect(end)).expect("a file");
    let mail = support::witness::mails(&[out.join("email/R08-0001/R08-0001.eml")]).remove(0);
    let body = mail.body.expect("a body");
    let beside = [named(".seal.json"), named("report.jsonl"), mail.subject.into_bytes(), body.clone().into_bytes()].concat();
    let code = body.split("照合番号").nth(1).expect("the code").trim_start_matches([':', '：', '　', ' ', '\n', '\r']);
    let code = code.chars().take(9).collect();
    (office, named(&kind.file("R08-0001")), beside, code)
}

/// Every candidate as stamped, and as padded.
type Candidates = BTreeMap<String, Vec<u8>>;

fn candidates(office: &Path, code: &str) -> (Candidates, Candidates) {
    let bureau = Bureau::read(office, &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
    let stamped: Candidates = days().into_iter().map(|day| (day.clone(), candidate(&bureau, &day, code))).collect();
    assert_eq!(stamped.len(), CANDIDATES as usize);
    let pad = |document: &Vec<u8>| pad::pad_to_step(document.clone(), bureau.press.floor()).expect("padded");
    let padded = stamped.iter().map(|(day, document)| (day.clone(), pad(document))).collect();
    (stamped, padded)
}

/// What a stranger sees of an encrypted Word document: its length, and every byte that is not ciphertext.
fn look_at_word(bytes: &[u8]) -> Seen {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).expect("a compound file");
    let mut package = Vec::new();
    file.open_stream("/EncryptedPackage").expect("a stream").read_to_end(&mut package).expect("read");
    let length = u64::from_le_bytes(package[..8].try_into().expect("8 bytes"));
    let at = bytes.windows(64).position(|window| window == &package[8..72]).expect("where it lies");
    assert_eq!(&bytes[at..at + package.len() - 8], &package[8..], "in one piece");
    let clear = [&bytes[..at], &bytes[at + package.len() - 8..]].concat();
    Seen { checksums: Vec::new(), lengths: vec![("length in clear", length), ("size of the file", bytes.len() as u64)], clear }
}

#[test]
fn no_answer_can_be_told_from_another_in_a_word_document_either() {
    let work = workshop("attack-word");
    let (office, sealed, beside, code) = package(&work, PackageKind::Word);
    let (stamped, padded) = candidates(&office, &code);
    let password = own_password(&office);
    assert!(
        *word::open(&sealed, password.expose(), 1 << 20).expect("opens") == padded[RIGHT],
        "the attacker's copy is the document itself"
    );
    let mut seen = look_at_word(&sealed);
    seen.clear.extend(&beside);
    let clues = attack(&seen, &padded);
    println!("word: {} candidates, {} clues", padded.len(), clues.len());
    assert!(clues.is_empty(), "{clues:#?}");

    // The control: without padding the length in clear leaves a few.
    let unpadded = word::seal(&stamped[RIGHT], &password, Spin::DEFAULT, &SeededEntropy::new("unpadded")).expect("sealed");
    let clues = attack(&look_at_word(&unpadded), &stamped);
    let left = &clues["length in clear"];
    assert!(left.contains(RIGHT) && left.len() < stamped.len(), "{}", left.len());
    println!("control: without padding the length leaves {} of {}", left.len(), stamped.len());
}

#[test]
fn no_answer_can_be_told_from_another_without_the_password() {
    let work = workshop("attack");
    let (office, sealed, beside, code) = package(&work, PackageKind::Zip);
    let (stamped, padded) = candidates(&office, &code);

    // He is no straw man: the right candidate is the sealed document, byte for byte, and no two candidates are alike.
    let password = own_password(&office);
    let opened = archive::open(&sealed, password.as_bytes(), archive::Limits::default()).expect("opens");
    assert!(*opened[0].bytes == padded[RIGHT], "the attacker's copy is the document itself");
    assert_eq!(padded.values().map(|d| crc32fast::hash(d)).collect::<BTreeSet<_>>().len(), padded.len());

    let mut seen = look(&sealed);
    seen.clear.extend(&beside);
    assert_eq!(seen.checksums.iter().map(|(_, crc)| *crc).collect::<Vec<_>>(), [0, 0]);
    let clues = attack(&seen, &padded);
    println!("ours: {} candidates, {} clues", padded.len(), clues.len());
    assert!(clues.is_empty(), "{clues:#?}");

    // The controls. An AE-1 archive by the zip crate: one candidate is left.
    let clues = attack(&look(&ae1(&padded[RIGHT], password.expose())), &padded);
    let right = BTreeSet::from([RIGHT.to_owned()]);
    assert_eq!(clues.get("CRC-32 of the local header"), Some(&right), "{:?}", clues.keys());
    assert_eq!(clues.get("CRC-32 of the central directory"), Some(&right));
    // Our own archive without padding: the size leaves a few.
    let entries = [archive::Entry { name: "R08-0001.docx", bytes: &stamped[RIGHT] }];
    let unpadded = archive::seal(&entries, &password, &SeededEntropy::new("unpadded")).expect("sealed");
    let clues = attack(&look(&unpadded), &stamped);
    let left = &clues["size"];
    assert!(left.contains(RIGHT) && left.len() < stamped.len(), "{}", left.len());
    println!("controls: AE-1 leaves {} of {}; without padding the size leaves {}", right.len(), padded.len(), left.len());
}

/// The archive as the zip crate writes it to a file.
fn ae1(document: &[u8], password: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .with_aes_encryption(zip::AesMode::Aes256, password);
    writer.start_file("R08-0001.docx", options).expect("an entry");
    writer.write_all(document).expect("bytes");
    writer.finish().expect("an archive").into_inner()
}

fn own_password(office: &Path) -> Password {
    let seams = fixed_seams("look");
    let bureau = Bureau::read(office, &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
    let passphrase = fukan::world::passphrase_file(&office.join("passphrase.txt")).expect("a passphrase");
    let mut books = bureau.books(&seams, &passphrase).expect("books");
    let number = "R08-0001".parse().expect("a number");
    fukan::desk::hand::password(&number, &bureau, &mut books, seams.now().date()).expect("a password").password
}
