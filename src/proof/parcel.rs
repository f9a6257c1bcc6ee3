//! 発送物: finished bytes. What they must be is in their types: an unsealed document can't become an e-mail.

use super::draft::Draft;
use super::pairing::{Paired, PairedDocument};
use crate::base::{Entropy, Fault};
use crate::letter::LetterKind;
use crate::notice::Channel;
use crate::press::{merge, pad};
use crate::seal::archive::{self, Entry};
use crate::seal::word::{self, Spin};
use crate::seal::{PairingCode, Password, SealError};
use zeroize::Zeroizing;

/// 封緘した一式: a package that opens with its password alone. Made by sealing, by nothing else.
pub struct Sealed {
    package: Vec<u8>,
    password: Password,
    bound: Vec<Bound>,
}

impl Sealed {
    /// AES-256 in the WinZip AE-2 format.
    pub fn archive(paired: Paired, password: Password, entropy: &dyn Entropy) -> Result<Self, Fault> {
        let documents = paired.into_documents();
        let entries: Vec<Entry<'_>> = documents.iter().map(|d| Entry { name: &d.name, bytes: &d.bytes }).collect();
        let package = archive::seal(&entries, &password, entropy).map_err(|_| Fault::new(SealError::CODE))?;
        Ok(Self { package, password, bound: documents.iter().map(Bound::of).collect() })
    }

    /// An encrypted Word document: of several, the listing first, one merged document with a section each.
    ///
    /// The agile format has the exact length in clear. So the whole is padded to a step whose floor grows with the number of
    /// documents: what they say does not move it over that step.
    pub fn word(paired: Paired, floor: usize, password: Password, spin: Spin, entropy: &dyn Entropy) -> Result<Self, Fault> {
        let documents = paired.into_documents();
        let bytes: Vec<&[u8]> = documents.iter().map(|d| d.bytes.as_slice()).collect();
        let whole = match bytes.as_slice() {
            [one] => one.to_vec(),
            several => merge::merge(several)?,
        };
        let whole = Zeroizing::new(pad::pad_to_step(whole, pad::merged_floor(floor, documents.len()))?);
        let package = word::seal(&whole, &password, spin, entropy).map_err(|_| Fault::new(SealError::CODE))?;
        Ok(Self { package, password, bound: documents.iter().map(Bound::of).collect() })
    }

    /// The package's bytes, as they are attached.
    pub fn package(&self) -> &[u8] {
        &self.package
    }
}

/// What the ledger keeps of one document.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Its number.
    pub number: String,
    /// Its file or entry name.
    pub name: String,
    /// Which form.
    pub kind: LetterKind,
    /// Its 照合番号, whole.
    pub code: PairingCode,
}

impl Bound {
    fn of(document: &PairedDocument) -> Self {
        Self { number: document.number.clone(), name: document.name.clone(), kind: document.kind, code: document.code }
    }
}

/// 発送物.
pub struct Parcel {
    channel: Channel,
    number: String,
    files: Vec<(String, Zeroizing<Vec<u8>>)>,
    password: Option<Password>,
    bound: Vec<Bound>,
}

impl Parcel {
    /// メール: the package, the mail draft that carries it, and the record of how it was sealed.
    pub fn email(draft: &Draft, sealed: Sealed, package: &str, mail: Vec<u8>, record: Vec<u8>) -> Self {
        let number = draft.number.clone();
        let files = vec![
            (package.to_owned(), Zeroizing::new(sealed.package)),
            (format!("{number}.eml"), Zeroizing::new(mail)),
            (format!("{number}.seal.json"), Zeroizing::new(record)),
        ];
        Self { channel: Channel::Email, number, files, password: Some(sealed.password), bound: sealed.bound }
    }

    /// 文書: the cover letter and what lies under it.
    pub fn paper(draft: &Draft, paired: Paired) -> Self {
        Self::plain(Channel::Paper, draft, paired)
    }

    /// 電話: the call sheet.
    pub fn phone(draft: &Draft, paired: Paired) -> Self {
        Self::plain(Channel::Phone, draft, paired)
    }

    fn plain(channel: Channel, draft: &Draft, paired: Paired) -> Self {
        let documents = paired.into_documents();
        let bound = documents.iter().map(Bound::of).collect();
        let files = documents.into_iter().map(|d| (d.name, d.bytes)).collect();
        Self { channel, number: draft.number.clone(), files, password: None, bound }
    }

    /// 経路
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// 発送番号
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Name and bytes of every file.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// One file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files().find(|(n, _)| *n == name).map(|(_, bytes)| bytes)
    }

    /// Its password, as it goes to the vault.
    pub fn password(&self) -> Option<&Password> {
        self.password.as_ref()
    }

    /// What the ledger keeps of its documents.
    pub fn bound(&self) -> &[Bound] {
        &self.bound
    }
}
