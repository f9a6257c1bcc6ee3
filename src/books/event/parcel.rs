//! 発送物の出来事

use crate::books::words::{Channel, Digest, Number, Outcome, Reception};
use crate::notice::{Counts, Why};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// 採番. Everything that recovery, `verify` and `password` need, without the case file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// How often this number was reserved, from 1: binds the sealed password.
    pub revision: u32,
    /// 経路.
    pub channel: Channel,
    /// Absolute output root.
    pub root: String,
    /// The temporary folder's name.
    pub temp: String,
    /// 保険者番号, as in the MAC.
    pub insurer: String,
    /// 団体コード or partners key, as in the MAC.
    pub municipality: String,
    /// 所属: whose row of partners.csv was used.
    pub section: String,
    /// Mailbox, postal code + address, or representative number, as in the MAC.
    pub destination: String,
    /// 郵送方法 of what goes by post; `None` in a ledger of the first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posting: Option<String>,
    /// 照会者.
    pub requester: Digest,
    /// 文書.
    pub documents: Vec<Document>,
    /// Every file of the folder.
    pub files: Vec<FileHash>,
    /// 封緘の記録: algorithm, KDF and cost …; `None` for what is not sealed.
    pub seal: Option<serde_json::Value>,
    /// 差替え: the parcels that this one takes the place of; their passwords are retired.
    #[serde(deserialize_with = "one_or_many")]
    pub retires: Vec<Number>,
    /// A correction cites this one.
    pub corrects: Option<Number>,
    /// 発信日: the date on the letters, ISO.
    pub letter_date: String,
    /// 件数の内訳, as printed; `None` in a ledger of the first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// 同封を決めた人: who said that people of nearly the same name may go together; only where some do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<String>,
    /// 出力先の印, in an office that several computers share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

impl fmt::Debug for Reserved {
    /// A mailbox may be a person's: only what is ours is said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Reserved {{ {} #{}, {} documents, {} files }}",
            self.channel,
            self.revision,
            self.documents.len(),
            self.files.len()
        )
    }
}

/// A ledger of the first version names one parcel or null.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Number>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Retires {
        One(Option<Number>),
        Many(Vec<Number>),
    }
    Ok(match Retires::deserialize(deserializer)? {
        Retires::One(number) => number.into_iter().collect(),
        Retires::Many(numbers) => numbers,
    })
}

/// 文書: one press-made document of a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// 文書番号, as in the MAC: R08-0013-1.
    pub number: String,
    /// Where its bytes are: the file, or the entry of the archive.
    pub name: String,
    /// Kind, as in the MAC: reply, cover, index, call ….
    pub kind: String,
    /// The whole 照合 MAC.
    pub mac: Digest,
    /// The case it replies to; `None` for cover and 目録.
    pub reception: Option<Reception>,
    /// What becomes of that case; `None` for a notice that settles nothing.
    pub outcome: Option<Outcome>,
    /// The content it was made from.
    pub fingerprint: Option<Digest>,
    /// 個人番号を保有: the shadow record is to be updated afterwards.
    pub follow_up: bool,
    /// 遅延の連絡: the new time, epoch milliseconds.
    pub delayed_until: Option<i64>,
    /// 基準日 of a reissue: the day of the first letter, ISO.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// 遅延の理由: a word of our own list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// 経緯: an earlier letter of ours that it cites.
    pub cites: Option<Number>,
    /// Why it cites that letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// 様式の文言: keyed hash of the form's fixed words as they were; none of what was packed before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Digest>,
    /// 照会項目: what was asked for, by the catalogue's ids. Names of items, never of people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// 照会の要目 as it was when this was sent: at first sight it may have been misspelt, or unreadable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

/// 照会の要目: what the ledger knows of a case besides its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// 対象者の仮名.
    pub person: Option<Digest>,
    /// 照会項目.
    pub items: Option<Digest>,
    /// phone | document.
    pub via: String,
    /// 手続番号.
    pub procedure: String,
}

/// A file of a parcel by its keyed hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// Its name in the folder.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// HMAC(K_file, bytes).
    pub hash: Digest,
}

/// 封緘.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Found by recovery after an interruption.
    pub recovered: bool,
}

/// 欠番.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// Why.
    pub reason: VoidReason,
    /// FK-…, where there is one.
    pub code: String,
}

/// 欠番の理由.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// The parcel failed the gate; it never reached the disk.
    Gate,
    /// Recovery found something else in its folder.
    Damaged,
    /// Its output folder is gone for good (`--abandon`).
    Abandoned,
}

/// パスワードの失効.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// The parcel issued in its place.
    pub by: Number,
}

/// 印刷.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// print.docx, print-2.docx ….
    pub file: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_of_the_first_version_names_one_parcel_or_none() {
        #[derive(Deserialize)]
        struct Retires(#[serde(deserialize_with = "one_or_many")] Vec<Number>);
        let read = |json: &str| serde_json::from_str::<Retires>(json).expect(json).0;
        let number = |seq| Number::new("R08", seq);
        assert_eq!(read("null"), []);
        assert_eq!(read("\"R08-0003\""), [number(3)]);
        assert_eq!(read("[\"R08-0003\",\"R08-0004\"]"), [number(3), number(4)]);
        assert!(serde_json::from_str::<Retires>("\"x\"").is_err());
    }
}
