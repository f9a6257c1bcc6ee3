//! Packages of ours before programs that others wrote: 7-Zip, bsdtar and pyzipper for archives; msoffcrypto-tool and
//! LibreOffice for Word documents.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use fukan::base::Entropy;
use fukan::seal::{Password, archive, word};
use fukan::world::SystemEntropy;
use serde_json::json;
use support::{sha256, temp_dir, witness};

/// A document that python-docx made.
fn document(folder: &Path) -> Vec<u8> {
    let made: serde_json::Value = witness::ask(&witness::venv_python(), "specimens.py", &json!({"out": folder}));
    fs::read(made["good"].as_str().expect("a path")).expect("the document")
}

fn keep(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("written");
    path
}

fn wrong_passwords(entropy: &dyn Entropy, count: usize) -> Vec<String> {
    (0..count).map(|_| Password::random(entropy).expose().to_owned()).collect()
}

#[test]
fn archives_open_everywhere_with_their_own_password_alone() {
    let folder = temp_dir();
    let entropy = SystemEntropy;
    let password = Password::random(&entropy);
    let documents =
        [("mokuroku.docx", vec![7u8; 32768]), ("R08-0012-1.docx", document(folder.path())), ("R08-0012-2.docx", Vec::new())];
    let entries: Vec<_> = documents.iter().map(|(name, bytes)| archive::Entry { name, bytes }).collect();
    let path = keep(folder.path(), "R08-0012.zip", &archive::seal(&entries, &password, &entropy).expect("sealed"));

    let wrong = wrong_passwords(&entropy, 5);
    let judged = witness::open_zip(&[(path.clone(), password.expose().to_owned(), wrong.clone())], 5).remove(0);
    assert!(judged.opened && judged.wrong_accepted.is_empty(), "{judged:#?}");
    let random = wrong_passwords(&entropy, 1000);
    assert_eq!(witness::wrong_passwords_refused(&path, password.expose(), random.iter().map(String::as_str)), 1000);

    for (entry, (name, bytes)) in judged.entries.iter().zip(&documents) {
        assert_eq!((entry.name.as_str(), entry.sha256.as_ref()), (*name, Some(&sha256(bytes))));
        assert_eq!((entry.flags, entry.version, entry.crc), (1, 51, 0));
        assert_eq!((entry.local.flags, entry.local.version, entry.local.method, entry.local.crc), (1, 51, 99, 0));
        assert_eq!(entry.aes, Some(witness::Aes { version: 2, strength: 3, method: 0 }));
        let opened = |bytes: Option<Vec<u8>>| bytes.map(|b| sha256(&b));
        assert_eq!(opened(witness::seven_zip(&path, password.expose(), name)), Some(sha256(bytes)));
        assert_eq!(opened(witness::bsdtar(&path, password.expose(), name)), Some(sha256(bytes)));
    }
    assert_eq!(witness::seven_zip(&path, &wrong[0], "mokuroku.docx"), None);
    assert_eq!(witness::bsdtar(&path, &wrong[0], "mokuroku.docx"), None);
    let listed = witness::seven_zip_list(&path);
    assert!(listed.len() == 3 && listed.iter().all(|e| e["Method"] == "AES-256 Store" && e["CRC"].is_empty()), "{listed:#?}");
}

#[test]
fn word_documents_open_with_their_own_password_alone() {
    let folder = temp_dir();
    let entropy = SystemEntropy;
    let clear = document(folder.path());
    let plain = keep(folder.path(), "plain.docx", &clear);
    // Many segments and more than one FAT sector; still a zip to whoever looks for its end.
    let long = [&vec![0; 70_000], &clear[..]].concat();
    let spins = [word::Spin::DEFAULT, word::Spin::new(1_000_000).expect("the most an office may set")];
    for (n, (bytes, spin)) in [(&clear, spins[0]), (&clear, spins[1]), (&long, spins[0])].into_iter().enumerate() {
        let password = Password::random(&entropy);
        let path = keep(folder.path(), &format!("{n}.docx"), &word::seal(bytes, &password, spin, &entropy).expect("sealed"));
        let wrong = wrong_passwords(&entropy, 1).remove(0);
        let judged = witness::office_crypto(&[(path.clone(), password.expose().to_owned(), vec![wrong.clone()])]).remove(0);
        assert!(judged.encrypted && judged.password_ok && judged.integrity_ok && judged.wrong_accepted.is_empty(), "{judged:#?}");
        assert_eq!(judged.sha256, Some(sha256(bytes)));
        if bytes.len() == clear.len() {
            let opened = witness::office_open(&[
                (path.clone(), Some(password.expose().to_owned())),
                (path, Some(wrong)),
                (plain.clone(), None),
            ]);
            assert_eq!(opened.iter().map(|o| o.opened).collect::<Vec<_>>(), [true, false, true], "{opened:#?}");
            assert_eq!(opened[0].text, opened[2].text);
        }
    }
}
