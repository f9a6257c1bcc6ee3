//! The scanner of `support/leak.rs` is itself tried: leaks are planted in every place and form it promises, and each must be found.

mod support;

use std::fs;
use std::io::{Cursor, Write as _};

use support::leak::{Planted, Scan};
use support::temp_dir;
use zip::write::SimpleFileOptions;

const NAME: &str = "山田　髙子";
const MY_NUMBER: &str = "123456789018";
const PASSWORD: &str = "KA7V23MNPQRTUVWX";

fn scan() -> Scan {
    Scan::new([Planted::name("name", NAME), Planted::digits("my number", MY_NUMBER), Planted::password("password", PASSWORD)])
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        let digits: String = (0..=chunk.len()).map(|n| char::from(DIGITS[(bits >> (18 - 6 * n) & 63) as usize])).collect();
        format!("{digits:=<4}")
    };
    bytes.chunks(3).map(group).collect()
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated))
            .expect("an entry");
        writer.write_all(bytes).expect("bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn innocent_bytes_hold_nothing() {
    let folder = temp_dir();
    fs::write(folder.path().join("report.jsonl"), r#"{"case":"K-0001","number":"R08-0012","outcome":"answered"}"#)
        .expect("a file");
    fs::write(
        folder.path().join("R08-0012.docx"),
        archive(&[("word/document.xml", "<w:t>山田</w:t><w:t>花子</w:t>".as_bytes())]),
    )
    .expect("a file");
    scan().folder(folder.path()).assert_none();
    scan().stream("stdout", "1234-5678-9017 山田 太郎 KA7V 23MN".as_bytes()).assert_none();
    scan().stream("empty", b"").assert_none();
}

#[test]
fn utf8_on_standard_output() {
    for text in ["対象: 山田　髙子 様", "山田 髙子", "(山田髙子)"] {
        assert!(scan().stream("stdout", text.as_bytes()).has("name", "UTF-8"), "{text}");
    }
    for text in ["123456789018", "1234-5678-9018", "1234 5678 9018", "１２３４５６７８９０１８", "１２３４-５６７８-９０１８"]
    {
        assert!(scan().stream("stdout", text.as_bytes()).has("my number", "UTF-8"), "{text}");
    }
    for text in ["KA7V23MNPQRTUVWX", "KA7V 23MN PQRT UVWX", "KA7V-23MN-PQRT-UVWX"] {
        assert!(scan().stream("stderr", text.as_bytes()).has("password", "UTF-8"), "{text}");
    }
}

#[test]
fn utf16_in_a_file() {
    let folder = temp_dir();
    let utf16: Vec<u8> = format!("x{NAME}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("memo.bin"), utf16).expect("a file");
    assert!(scan().folder(folder.path()).has("name", "UTF-16LE"));
}

#[test]
fn cp932_in_a_file() {
    let folder = temp_dir();
    let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode("氏名,山田　髙子\r\n");
    fs::write(folder.path().join("list.csv"), cp932).expect("a file");
    assert!(scan().folder(folder.path()).has("name", "CP932"));
}

#[test]
fn base64_in_every_alignment_wrapped_or_not() {
    for before in ["", "a", "ab", "abc"] {
        let encoded = base64(format!("{before}{PASSWORD}zz").as_bytes());
        assert!(scan().stream("log", encoded.as_bytes()).has("password", "base64"), "after {before:?}");
        let (a, b) = encoded.split_at(9);
        assert!(scan().stream("log", format!("{a}\r\n{b}").as_bytes()).has("password", "base64"), "wrapped, after {before:?}");
    }
    let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(NAME);
    assert!(scan().stream("log", base64(&cp932).as_bytes()).has("name", "base64 of CP932"));
}

#[test]
fn json_and_percent_escapes() {
    assert!(scan().stream("report", br#"{"n":"\u5c71\u7530\u3000\u9ad9\u5b50"}"#).has("name", "JSON escapes"));
    assert!(scan().stream("link", b"mailto:x?subject=%E5%B1%B1%E7%94%B0%E9%AB%99%E5%AD%90").has("name", "percent escapes"));
}

#[test]
fn names_of_files_and_of_archive_entries() {
    let folder = temp_dir();
    fs::write(folder.path().join("山田髙子.docx"), b"").expect("a file");
    assert!(scan().folder(folder.path()).has("name", "UTF-8"));
    assert!(scan().stream("a.zip", &archive(&[("山田 髙子.docx", b"")])).has("name", "UTF-8"));
}

#[test]
fn a_name_split_over_runs_inside_a_docx_inside_a_zip() {
    let document = "<?xml version=\"1.0\"?><w:p><w:r><w:t>山田</w:t></w:r><w:r><w:t>　&#x9AD9;子</w:t></w:r></w:p>";
    let docx = archive(&[("word/document.xml", document.as_bytes())]);
    let found = scan().stream("a.zip", &archive(&[("R08-0012.docx", &docx)]));
    assert!(found.has("name", "UTF-8"), "{found:?}");
}

#[test]
fn an_archive_attached_to_a_mail_draft() {
    let attached = base64(&archive(&[("a.txt", MY_NUMBER.as_bytes())]));
    let lines: Vec<_> = attached.as_bytes().chunks(76).map(|l| String::from_utf8_lossy(l)).collect();
    let mail = format!("MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n", lines.join("\r\n"));
    assert!(scan().stream("draft.eml", mail.as_bytes()).has("my number", "UTF-8"));
}

#[test]
fn a_mail_body_in_quoted_printable_and_a_subject_in_words() {
    let body = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E5=B1=B1=E7=94=\r\n=B0=20=E9=AB=99=E5=AD=90\r\n";
    assert!(scan().stream("draft.eml", body.as_bytes()).has("name", "UTF-8"));
    let (first, second) = ("照会 山田".as_bytes(), "髙子".as_bytes());
    let subject =
        format!("MIME-Version: 1.0\r\nSubject: =?UTF-8?B?{}?=\r\n =?UTF-8?B?{}?=\r\n\r\n", base64(first), base64(second));
    assert!(scan().stream("draft.eml", subject.as_bytes()).has("name", "UTF-8"));
}

/// A value of 9,000 bytes lies on overflow pages; wherever the secret stands in it, it is found, also across the break of two pages.
#[test]
fn sqlite_pages_and_their_overflow() {
    for at in (0..9_000).step_by(37).chain(4_000..4_120) {
        let folder = temp_dir();
        let path = folder.path().join("office.db");
        let mut value = vec![b'.'; 9_000];
        value.splice(at..at, MY_NUMBER.bytes());
        fs::write(&path, sqlite_like(&value)).expect("a file");
        assert!(scan().file(&path).has("my number", "UTF-8"), "at {at}");
    }
}

/// The same with files that SQLite itself wrote (by Python's module).
#[test]
fn a_database_that_sqlite_wrote() {
    const WRITE: &str = "import sqlite3, sys; path, at, secret = sys.argv[1:]\n\
        db = sqlite3.connect(path); db.execute('pragma page_size = 1024'); db.execute('create table t (a, b)')\n\
        db.executemany('insert into t values (?, ?)', [('x' * 700, 'y' * 90)] * 9)\n\
        db.execute('insert into t values (?, ?)', ('z', '.' * int(at) + secret + '.' * 2500)); db.commit()";
    for at in (0..2_500).step_by(101).chain((150..200).step_by(3)) {
        let folder = temp_dir();
        let path = folder.path().join("office.db");
        let args = ["-c", WRITE, path.to_str().expect("a UTF-8 path"), &at.to_string(), MY_NUMBER];
        let output = support::witness::debian("/usr/bin/python3", &args, b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(scan().file(&path).has("my number", "UTF-8"), "at {at}");
    }
}

/// A database file as SQLite lays out one long value: a part in a cell of page 2 with the number of the first overflow page behind it,
/// the rest on overflow pages, not in order.
fn sqlite_like(value: &[u8]) -> Vec<u8> {
    const SIZE: usize = 4096;
    let mut pages = vec![vec![0_u8; SIZE]; 6];
    pages[0][..16].copy_from_slice(b"SQLite format 3\0");
    pages[0][16..18].copy_from_slice(&(SIZE as u16).to_be_bytes());
    let (local, mut rest) = value.split_at(900);
    pages[1][3_000..3_900].copy_from_slice(local);
    pages[1][3_900..3_904].copy_from_slice(&5_u32.to_be_bytes());
    for (number, next) in [(5_usize, 3_u32), (3, 6), (6, 0)] {
        let (here, later) = rest.split_at(rest.len().min(SIZE - 4));
        pages[number - 1][..4].copy_from_slice(&next.to_be_bytes());
        pages[number - 1][4..4 + here.len()].copy_from_slice(here);
        rest = later;
    }
    assert!(rest.is_empty());
    pages.concat()
}
