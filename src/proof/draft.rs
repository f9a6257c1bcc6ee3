//! 下書き: what a parcel must hold, as the records say. Pure: the same records give the same draft.

use crate::letter::{LetterKind, List, Row, Slot, Values};
use crate::notice::Channel;
use crate::notice::vet::Destination;
use crate::seal::{PackageKind, PairingCode};

/// 発送物の下書き.
pub struct Draft {
    /// 発送番号: R08-0013.
    pub number: String,
    /// 保険者番号
    pub insurer: String,
    /// 自治体コード or partners key.
    pub municipality: String,
    /// 所属 of the requester.
    pub section: String,
    /// 宛先
    pub destination: Destination,
    /// 郵送方法 of what goes by post, as the 送付状 prints it.
    pub posting: Option<String>,
    /// 回答書 and so on, in the order of the envelope.
    pub documents: Vec<DraftDocument>,
    /// 送付状 or 目録, when there is one.
    pub summary: Option<Summary>,
    /// メール, when it goes by mail.
    pub mail: Option<DraftMail>,
}

/// One document of a draft.
pub struct DraftDocument {
    /// Which form.
    pub kind: LetterKind,
    /// Its own number: R08-0013-1.
    pub number: String,
    /// Its file or entry name; in a merged document that of the package.
    pub name: String,
    /// What it says, but for its 照合番号.
    pub values: Values,
}

/// 送付状・目録: what lists the others.
pub struct Summary {
    /// The document itself, without its rows.
    pub document: DraftDocument,
    /// One row a document, in their order, without 照合番号 and hash.
    pub rows: Vec<Row>,
}

/// メールの下書き.
pub struct DraftMail {
    /// 封緘の形式
    pub kind: PackageKind,
    /// The package's file name.
    pub package: String,
    /// What stands in front of the subject, whatever mail.txt says: 【練習】 in a practice office.
    pub mark: String,
    /// The slots of mail.txt, but for 照合番号 and the attachment's size.
    pub values: Values,
}

impl Draft {
    /// 経路
    pub fn channel(&self) -> Channel {
        match self.destination {
            Destination::Email(_) => Channel::Email,
            Destination::Paper(_) => Channel::Paper,
            Destination::Phone(_) => Channel::Phone,
        }
    }

    /// How many documents, with the one that lists them.
    pub fn count(&self) -> usize {
        self.documents.len() + usize::from(self.summary.is_some())
    }
}

/// What a listing says of one document beyond its row: its code, and in the 目録 of an archive its hash.
pub struct Listed {
    /// 照合番号
    pub code: PairingCode,
    /// SHA-256 of the bytes as they lie in the archive, in hex; none for a section, which is no file.
    pub sha256: Option<String>,
}

impl Summary {
    /// The values of the listing with the rows of its documents.
    pub fn values(&self, listed: &[Listed]) -> Values {
        let mut values = self.document.values.clone();
        let (list, code, hash) = match self.document.kind {
            LetterKind::Index => (List::Index, Slot::IndexCode, Some(Slot::IndexHash)),
            LetterKind::Contents => (List::Index, Slot::IndexCode, None),
            _ => (List::Enclosures, Slot::EnclosureCode, None),
        };
        for (row, listed) in self.rows.iter().zip(listed) {
            let row = row.clone().with(code, listed.code.to_string());
            let row = match (hash, &listed.sha256) {
                (Some(hash), Some(sha256)) => row.with(hash, in_eights(sha256)),
                _ => row,
            };
            values.push(list, row);
        }
        values
    }
}

/// Groups of eight: easier to compare, and no twelve digits in a row that could pass for a My Number.
fn in_eights(hex: &str) -> String {
    hex.as_bytes().chunks(8).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::my_number::{Finding, Grammar, scan};

    proptest::proptest! {
        /// One 目録 of 150 documents in three would be refused otherwise.
        #[test]
        fn a_hash_is_no_my_number(hex in "[0-9]{64}|[0-9a-f]{64}") {
            proptest::prop_assert_eq!(scan(&in_eights(&hex), Grammar::Numeric), Finding::Clean);
        }
    }
}
