//! The judges are judged first: each witness passes a good file that others' libraries made, and finds the one fault in each spoilt one.

mod support;

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use support::{sha256, temp_dir, witness};

#[derive(serde::Deserialize)]
struct Specimens {
    good: PathBuf,
    empty_cell: PathBuf,
    wrong_order: PathBuf,
    zip: PathBuf,
    spoilt_zip: PathBuf,
    plain_zip: PathBuf,
    sealed: PathBuf,
    spoilt_sealed: PathBuf,
    eml: PathBuf,
    password: String,
}

/// The specimens, in a folder that lives as long as the first value.
fn specimens() -> (tempfile::TempDir, Specimens) {
    let folder = temp_dir();
    let made = witness::ask(&witness::venv_python(), "specimens.py", &json!({"out": folder.path()}));
    (folder, made)
}

#[test]
fn validators_see_an_empty_cell_and_a_wrong_order() {
    let (_folder, s) = specimens();
    let judged = witness::validity(&[s.good, s.empty_cell, s.wrong_order]);
    assert!(judged[0].sdk.is_empty() && judged[0].audit.is_empty(), "{judged:#?}");
    assert!(judged[1].sdk.is_empty() && !judged[1].audit.is_empty(), "only openxml-audit knows: {judged:#?}");
    assert!(!judged[2].sdk.is_empty() && !judged[2].audit.is_empty(), "{judged:#?}");
}

#[test]
fn python_docx_and_libreoffice_read_the_same() {
    let (folder, s) = specimens();
    let text = witness::docx_text(std::slice::from_ref(&s.good)).remove(0);
    assert_eq!(text.paragraphs, ["回答書", "資格喪失年月日　平成29年3月31日　𠮷田", "太字"]);
    assert_eq!(text.tables[0][0][0], "項目");
    let layout = witness::layout(&[s.good], &folder.path().join("pdf"), true).remove(0);
    assert_eq!((layout.pages, layout.png.len()), (1, 1));
    let squeezed: String = layout.text[0].split_whitespace().collect();
    assert!(squeezed.contains("平成29年3月31日𠮷田"), "{squeezed}");
    assert!(!layout.fonts.is_empty());
}

#[test]
fn three_unpackers_open_with_the_password_alone() {
    let (_folder, s) = specimens();
    let wrong = "AAAA23MNPQRTUVWX";
    let inside = sha256(&fs::read(&s.good).expect("the document"));
    let jobs = [(s.zip.clone(), s.password.clone(), vec![wrong.to_owned()]), (s.spoilt_zip.clone(), s.password.clone(), vec![])];
    let judged = witness::open_zip(&jobs, 20);
    assert!(judged[0].opened && judged[0].wrong_accepted.is_empty() && judged[0].tried == 21, "{judged:#?}");
    let entry = &judged[0].entries[0];
    assert_eq!((entry.crc, entry.local.crc, entry.local.method, entry.flags & 1), (0, 0, 99, 1));
    assert_eq!(entry.aes, Some(witness::Aes { version: 2, strength: 3, method: 0 }));
    assert_eq!(entry.sha256.as_ref(), Some(&inside));
    assert!(!judged[1].opened, "a changed byte is noticed");

    let names = |bytes: Option<Vec<u8>>| bytes.map(|b| sha256(&b));
    assert_eq!(names(witness::seven_zip(&s.zip, &s.password, &entry.name)), Some(inside.clone()));
    assert_eq!(names(witness::seven_zip(&s.zip, wrong, &entry.name)), None);
    assert_eq!(names(witness::seven_zip(&s.spoilt_zip, &s.password, &entry.name)), None);
    assert_eq!(names(witness::bsdtar(&s.zip, &s.password, &entry.name)), Some(inside));
    assert_eq!(names(witness::bsdtar(&s.zip, wrong, &entry.name)), None);
    let listed = witness::seven_zip_list(&s.zip);
    assert_eq!((listed.len(), listed[0]["Method"].as_str(), listed[0]["CRC"].as_str()), (1, "AES-256 Store", ""));
}

#[test]
fn the_sieve_for_wrong_passwords_agrees_with_pyzipper() {
    let (_folder, s) = specimens();
    let wrong: Vec<_> = (0..500).map(|n| format!("AAAA23MNPQRTU{n:03}")).collect();
    assert_eq!(witness::wrong_passwords_refused(&s.zip, &s.password, wrong.iter().map(String::as_str)), 500);
    let plain = witness::open_zip(&[(s.plain_zip, "x".to_owned(), vec!["y".to_owned()])], 0);
    assert_eq!(plain[0].wrong_accepted, ["y"], "an archive that is not encrypted opens with anything");
}

#[test]
fn word_encryption_is_judged_by_two() {
    let (_folder, s) = specimens();
    let wrong = "AAAA23MNPQRTUVWX".to_owned();
    let judged = witness::office_crypto(&[
        (s.sealed.clone(), s.password.clone(), vec![wrong.clone()]),
        (s.spoilt_sealed, s.password.clone(), vec![]),
        (s.good.clone(), s.password.clone(), vec![]),
    ]);
    assert!(judged[0].password_ok && judged[0].integrity_ok && judged[0].wrong_accepted.is_empty(), "{judged:#?}");
    assert_eq!(judged[0].sha256, Some(sha256(&fs::read(&s.good).expect("the document"))));
    assert!(judged[1].password_ok && !judged[1].integrity_ok, "{judged:#?}");
    assert!(!judged[2].encrypted && !judged[2].password_ok, "{judged:#?}");

    let opened = witness::office_open(&[(s.sealed.clone(), Some(s.password)), (s.sealed, Some(wrong)), (s.good, None)]);
    assert_eq!(opened.iter().map(|o| o.opened).collect::<Vec<_>>(), [true, false, true], "{opened:#?}");
    assert_eq!(opened[0].text, opened[2].text);
}

#[test]
fn a_mail_draft_is_read_back() {
    let (_folder, s) = specimens();
    let mail = witness::mails(&[s.eml]).remove(0);
    assert_eq!((mail.to.as_slice(), mail.count("to"), mail.bare_newlines), (&["kansen@example.lg.jp".to_owned()][..], 1, 0));
    assert_eq!(mail.subject, "照会への回答について（R08-0012）");
    assert_eq!(mail.attachments[0].sha256, sha256(&fs::read(&s.zip).expect("the archive")));
    assert!(mail.defects.is_empty(), "{:?}", mail.defects);
}
