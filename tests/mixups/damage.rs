//! 損傷: what a hand or a bad disk does to finished files, without any key. Each returns the names that `verify` must tell.

use crate::finished::{Finished, exchange, rename_files};
use fukan::seal::PackageKind;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::ops::Range;
use std::path::Path;
use zip::write::SimpleFileOptions;

fn names<const N: usize>(names: [String; N]) -> BTreeSet<String> {
    names.into()
}

/// A damaged letter also shows in the print file that was made of it.
fn printed_too<const N: usize>(numbers: [String; N]) -> BTreeSet<String> {
    numbers.into_iter().chain(["print.docx".to_owned()]).collect()
}

/// And a damaged cover letter in the label that was made of it.
fn labelled_too<const N: usize>(numbers: [String; N]) -> BTreeSet<String> {
    printed_too(numbers).into_iter().chain(["labels.docx".to_owned()]).collect()
}

/// And a damaged call sheet in that of the call sheets.
fn printed_calls_too<const N: usize>(numbers: [String; N]) -> BTreeSet<String> {
    numbers.into_iter().chain(["print-電話.docx".to_owned()]).collect()
}

pub fn packages(done: &Finished) -> BTreeSet<String> {
    exchange(&done.package("E-09"), &done.package("E-10"));
    names([done.number("E-09"), done.number("E-10")])
}

pub fn enclosures(done: &Finished) -> BTreeSet<String> {
    exchange(&done.file("paper", "E-19", "{n}-1.docx"), &done.file("paper", "E-20", "{n}-2.docx"));
    printed_too([done.number("E-19")])
}

/// The base64 of the attachment.
fn attachment(mail: &str) -> Range<usize> {
    let head = mail.rfind("Content-Disposition: attachment").expect("an attachment");
    let start = head + mail[head..].find("\r\n\r\n").expect("a body") + 4;
    start..start + mail[start..].find("\r\n--").expect("an end")
}

pub fn attachments(done: &Finished) -> BTreeSet<String> {
    let paths = ["E-09", "E-10"].map(|case| done.file("email", case, "{n}.eml"));
    let mails = paths.each_ref().map(|path| fs::read_to_string(path).expect("a mail"));
    for (n, path) in paths.iter().enumerate() {
        let (own, other) = (&mails[n], &mails[1 - n]);
        let swapped = own.replace(&own[attachment(own)], &other[attachment(other)]);
        assert_ne!(&swapped, own);
        fs::write(path, swapped).expect("written");
    }
    names([done.number("E-09"), done.number("E-10")])
}

pub fn cover(done: &Finished) -> BTreeSet<String> {
    fs::copy(done.file("paper", "E-07", "cover.docx"), done.file("paper", "E-04", "cover.docx")).expect("copied");
    labelled_too([done.number("E-04")])
}

pub fn passwords(done: &Finished) -> BTreeSet<String> {
    let numbers = [done.number("E-09"), done.number("E-10")];
    // One after the other: a number stands once.
    for (from, to) in [(numbers[0].as_str(), "aside"), (&numbers[1], &numbers[0]), ("aside", &numbers[1])] {
        sql(&done.office.join("office.db"), &format!("UPDATE passwords SET number = '{to}' WHERE number = '{from}'"));
    }
    names(numbers)
}

/// Somebody at the database file with SQLite.
fn sql(database: &Path, statement: &str) {
    use sqlx::Connection as _;
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let mut open = sqlx::AnyConnection::connect(&format!("sqlite:{}", database.display())).await.expect("opens");
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        let done = sqlx::query(statement).execute(&mut open).await.expect("done");
        assert_eq!(done.rows_affected(), 1);
        open.close().await.expect("closed");
    });
}

/// Changes one part of a .docx and packs it again.
fn edit(docx: &Path, part: &str, change: impl Fn(&str) -> String) {
    let bytes = fs::read(docx).expect("a document");
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("an archive");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..archive.len() {
        let mut entry = archive.by_index(n).expect("a part");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("read");
        if entry.name() == part {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let changed = change(&text);
            assert_ne!(changed, text, "{} has nothing to change", docx.display());
            bytes = changed.into_bytes();
        }
        writer.start_file(entry.name(), SimpleFileOptions::default()).expect("a part");
        writer.write_all(&bytes).expect("written");
    }
    fs::write(docx, writer.finish().expect("an archive").into_inner()).expect("written");
}

const BODY: &str = "word/document.xml";

pub fn digit(done: &Finished) -> BTreeSet<String> {
    edit(&done.file("paper", "E-19", "{n}-1.docx"), BODY, |text| text.replacen("2010", "2011", 1));
    printed_too([done.number("E-19")])
}

pub fn mail_to(done: &Finished) -> BTreeSet<String> {
    let paths = ["E-09", "E-03"].map(|case| done.file("email", case, "{n}.eml"));
    let mails = paths.each_ref().map(|path| fs::read_to_string(path).expect("a mail"));
    let to = mails.each_ref().map(|mail| mail.lines().find(|line| line.starts_with("To: ")).expect("To").to_owned());
    assert_ne!(to[0], to[1]);
    for (n, path) in paths.iter().enumerate() {
        fs::write(path, mails[n].replacen(&to[n], &to[1 - n], 1)).expect("written");
    }
    names([done.number("E-09"), done.number("E-03")])
}

/// The sealed bytes of the first entry.
fn first_payload(archive: &[u8]) -> Range<usize> {
    let short = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
    let length = short(18) + (short(20) << 16);
    let start = 30 + short(26) + short(28);
    start..start + length
}

/// The first segment of an encrypted Word document: whoever has no key can't aim better.
fn first_page(package: &[u8]) -> Range<usize> {
    let file = cfb::CompoundFile::open(Cursor::new(package)).expect("a compound file");
    let mut bytes = Vec::new();
    let mut file = file;
    file.open_stream("/EncryptedPackage").expect("a stream").read_to_end(&mut bytes).expect("read");
    let at = package.windows(64).position(|window| window == &bytes[8..72]).expect("where it lies");
    at..at + 4096
}

pub fn index(done: &Finished) -> BTreeSet<String> {
    let (from, to) = (done.package("E-31"), done.package("E-01"));
    let (donor, mut archive) = (fs::read(from).expect("read"), fs::read(&to).expect("read"));
    let first = match done.package {
        PackageKind::Zip => first_payload(&donor),
        PackageKind::Word => first_page(&donor),
    };
    assert_eq!(donor.len(), archive.len(), "padded to one size");
    archive[first.clone()].copy_from_slice(&donor[first]);
    fs::write(to, archive).expect("written");
    names([done.number("E-01")])
}

pub fn call_sheet(done: &Finished) -> BTreeSet<String> {
    exchange(&done.file("phone", "E-22", "call.docx"), &done.file("phone", "E-30", "call.docx"));
    printed_calls_too([done.number("E-22"), done.number("E-30")])
}

pub fn printed(done: &Finished) -> BTreeSet<String> {
    let whose = |case: &str| if case == "E-19" { "ﾖｼｶﾜ ﾏﾅ" } else { "フルタ ヨシノリ" };
    edit(&done.out.join("print.docx"), BODY, |text| {
        let [one, other] = ["E-19", "E-20"].map(whose);
        assert!(text.contains(one) && text.contains(other));
        text.replace(one, "\u{1}").replace(other, one).replace('\u{1}', other)
    });
    names(["print.docx".to_owned()])
}

pub fn number(done: &Finished) -> BTreeSet<String> {
    let numbers = ["E-07", "E-04"].map(|case| done.number(case));
    let folders = numbers.each_ref().map(|number| done.out.join("paper").join(number));
    let aside = done.out.join("paper/aside");
    fs::rename(&folders[0], &aside).expect("renamed");
    fs::rename(&folders[1], &folders[0]).expect("renamed");
    fs::rename(&aside, &folders[1]).expect("renamed");
    rename_files(&folders[0], &numbers[1], &numbers[0]);
    rename_files(&folders[1], &numbers[0], &numbers[1]);
    labelled_too(numbers)
}

pub fn city(done: &Finished) -> BTreeSet<String> {
    edit(&done.file("paper", "E-04", "cover.docx"), BODY, |text| {
        text.replace("神奈川県横須賀市見本町11番地", "北海道札幌市中央区見本一条西2丁目")
    });
    labelled_too([done.number("E-04")])
}

pub fn file_in_a_parcel(done: &Finished) -> BTreeSet<String> {
    fs::write(done.file("email", "E-09", "memo.txt"), "").expect("written");
    names([done.number("E-09")])
}

pub fn file_in_the_root(done: &Finished) -> BTreeSet<String> {
    fs::write(done.out.join("memo.txt"), "").expect("written");
    fs::write(done.out.join("email/memo-2.txt"), "").expect("written");
    names(["memo.txt".to_owned(), "memo-2.txt".to_owned()])
}

/// The archive with one more entry, in clear.
pub fn with_entry_in_clear(package: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_append(Cursor::new(package.to_vec())).expect("an archive");
    writer.start_file("R08-9999.docx", SimpleFileOptions::default()).expect("an entry");
    writer.write_all(b"in clear").expect("written");
    writer.finish().expect("an archive").into_inner()
}

pub fn entry_in_clear(done: &Finished) -> BTreeSet<String> {
    let path = done.package("E-09");
    let package = match done.package {
        PackageKind::Zip => with_entry_in_clear(&fs::read(&path).expect("read")),
        PackageKind::Word => fs::read(done.file("paper", "E-07", "{n}-1.docx")).expect("read"),
    };
    fs::write(&path, package).expect("written");
    names([done.number("E-09")])
}

pub fn entry_gone(done: &Finished) -> BTreeSet<String> {
    fs::remove_file(done.file("paper", "E-20", "{n}-2.docx")).expect("removed");
    printed_too([done.number("E-20")])
}
