//! 検証: a finished package from the disk against what the ledger promised, any time later.

use super::contents::Contents;
use crate::base::{Arg, Fault, code};
use crate::letter::LetterKind;
use crate::notice::Channel;
use crate::press::inspect::Familiar;
use crate::press::{eml, text};
use crate::seal::archive::{self, Limits, Opened};
use crate::seal::{CodeInput, OfficeKeys, PackageKind, PairingCode, Password, witness, word};
use zeroize::Zeroizing;

/// 台帳の記録 of one parcel, as far as proof needs it.
pub struct Record {
    /// 発送番号
    pub number: String,
    /// 経路
    pub channel: Channel,
    /// 封緘の形式 of what goes by mail
    pub package: PackageKind,
    /// 保険者番号
    pub insurer: String,
    /// 自治体コード or partners key
    pub municipality: String,
    /// 宛先, in one line
    pub destination: String,
    /// Every document in its order, a call sheet once.
    pub documents: Vec<RecordedDocument>,
}

/// One document of the record.
pub struct RecordedDocument {
    /// Its number.
    pub number: String,
    /// File or entry name.
    pub name: String,
    /// Kind, as in the MAC.
    pub kind: String,
    /// The whole MAC.
    pub code: PairingCode,
}

/// Proves one parcel: files as they lie on the disk, password as the vault has it.
pub fn verify(
    record: &Record,
    files: &[(String, Vec<u8>)],
    password: Option<&Password>,
    keys: &OfficeKeys,
) -> Result<(), Vec<Fault>> {
    let proof = Proof { record, files, keys };
    let documents = match (record.channel, password) {
        (Channel::Email, Some(password)) => proof.package(password),
        (Channel::Email, None) => Err(wrong("パスワードがありません")),
        _ => Ok(Contents::apart(files.iter().map(|(name, bytes)| (name.clone(), Zeroizing::new(bytes.clone()))))),
    };
    let documents = documents.map_err(|fault| vec![proof.at(fault)])?;
    let mut faults = proof.documents(&documents);
    if record.channel == Channel::Email {
        faults.extend(proof.mail().err());
    }
    let faults: Vec<Fault> = faults.into_iter().map(|fault| proof.at(fault)).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn wrong(why: &'static str) -> Fault {
    Fault::new(code::VERIFY).with("why", Arg::ours(why))
}

struct Proof<'a> {
    record: &'a Record,
    files: &'a [(String, Vec<u8>)],
    keys: &'a OfficeKeys,
}

impl Proof<'_> {
    fn at(&self, fault: Fault) -> Fault {
        fault.with("number", Arg::plain(&self.record.number))
    }

    fn file(&self, name: &str) -> Result<(&str, &[u8]), Fault> {
        let found = self.files.iter().find(|(n, _)| *n == name);
        found.map(|(name, bytes)| (name.as_str(), bytes.as_slice())).ok_or_else(|| wrong("ファイルがありません"))
    }

    fn sealed(&self) -> Result<(&str, &[u8]), Fault> {
        self.file(&self.record.package.file(&self.record.number))
    }

    fn package(&self, password: &Password) -> Result<Contents, Fault> {
        let (_, bytes) = self.sealed()?;
        match self.record.package {
            PackageKind::Zip => archive_twice(bytes, password),
            // No reader by other hands: those there are accept wrong passwords (docs/formats/word.md).
            PackageKind::Word => {
                let opened = word::open(bytes, password.expose(), Limits::default().bytes);
                Contents::merged(&opened.map_err(|_| Fault::new(code::OPEN))?, &Familiar::default())
            }
        }
    }

    fn documents(&self, found: &Contents) -> Vec<Fault> {
        let mut faults = Vec::new();
        if found.count() != self.record.documents.len() {
            faults.push(wrong("文書の数が台帳と違います"));
        }
        // Any version's forms may have made it: every part is looked at.
        let (mut texts, familiar) = (Vec::new(), Familiar::default());
        for (place, document) in self.record.documents.iter().enumerate() {
            let read =
                found.text(&document.name, place, &familiar).and_then(|text| text.ok_or_else(|| wrong("文書がありません")));
            match read.and_then(|text| self.document(document, &text).map(|()| text)) {
                Ok(text) => texts.push((document, text)),
                Err(fault) => faults.push(fault),
            }
        }
        faults.extend(self.listing(&texts).err());
        faults
    }

    /// MAC of T against the ledger's.
    fn document(&self, document: &RecordedDocument, text: &str) -> Result<(), Fault> {
        let printed = document.code.to_string();
        let masked = Zeroizing::new(text::mask_code(text, &printed));
        let input = CodeInput {
            insurer: &self.record.insurer,
            number: &document.number,
            kind: &document.kind,
            channel: self.record.channel.word(),
            municipality: &self.record.municipality,
            destination: &self.record.destination,
            text: &masked,
        };
        if !PairingCode::new(self.keys, &input).matches(&document.code) || !text.contains(&printed) {
            return Err(wrong("文書の内容が照合番号と合いません"));
        }
        Ok(())
    }

    /// A cover letter or 目録 names the code of every other document.
    fn listing(&self, texts: &[(&RecordedDocument, Zeroizing<String>)]) -> Result<(), Fault> {
        let is_listing = |kind: &str| LetterKind::find(kind).is_some_and(LetterKind::is_listing);
        let Some((summary, text)) = texts.iter().find(|(d, _)| is_listing(&d.kind)) else {
            return Ok(());
        };
        let others = self.record.documents.iter().filter(|d| d.number != summary.number);
        if others.into_iter().all(|d| text.contains(&d.code.to_string())) {
            return Ok(());
        }
        Err(wrong("送付状又は目録の一覧が中身と合いません"))
    }

    /// `.eml`: to the ledger's destination, with this package and no other.
    fn mail(&self) -> Result<(), Fault> {
        let (_, message) = self.file(&format!("{}.eml", self.record.number))?;
        let (name, package) = self.sealed()?;
        let mail = eml::read(message)?;
        if mail.to != self.record.destination {
            return Err(wrong("メールの宛先が台帳と違います"));
        }
        if mail.file != name || mail.attachment != package {
            return Err(wrong("メールの添付ファイルが違います"));
        }
        Ok(())
    }
}

/// Opens an archive twice, with our own reader and with one by other hands, which must agree.
fn archive_twice(bytes: &[u8], password: &Password) -> Result<Contents, Fault> {
    let unopened = |_| Fault::new(code::OPEN);
    let ours = archive::open(bytes, password.as_bytes(), Limits::default()).map_err(unopened)?;
    let theirs = witness::open_with_zip_crate(bytes, password.as_bytes(), Limits::default()).map_err(unopened)?;
    let same = |(a, b): (&Opened, &Opened)| a.name == b.name && *a.bytes == *b.bytes;
    if ours.len() != theirs.len() || !ours.iter().zip(&theirs).all(same) {
        return Err(wrong("二つの読み方で内容が一致しません"));
    }
    Ok(Contents::apart(ours.into_iter().map(|entry| (entry.name, entry.bytes))))
}
