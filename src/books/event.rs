//! 出来事: what the ledger records. Append-only; every state is computed from these.
//!
//! No event holds a name, a birth date, an answer or a password. People are pseudonyms, contents are keyed hashes.

use super::words::{Channel, Digest, Number, Outcome, Reception};
use crate::notice::{Counts, Why};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// 出来事. Stored as its kind and a small JSON detail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum Event {
    /// 受付: a case was seen for the first time and got its 受付番号.
    Received(Box<Received>),
    /// 保留: somebody has to look.
    Held(Judged),
    /// 受付不可.
    Refused(Judged),
    /// 採番: transaction A promised a parcel.
    Reserved(Box<Reserved>),
    /// 封緘: transaction B found it on the disk.
    Packed(Packed),
    /// 取り消し: nothing left the program, the number is free again.
    Released,
    /// 欠番.
    Void(Void),
    /// パスワードの失効: the parcel was issued again.
    Retired(Retired),
    /// 印刷: the parcel stands in a print file.
    Printed(Printed),
    /// パスワードを電話で伝えた.
    Told(Told),
    /// 発送した.
    Sent(Note),
    /// 受領確認: the other side opened it and read the 照合番号 back.
    Confirmed(Note),
    /// 副本を更新した.
    Updated(Note),
    /// 終了: nothing more will be done.
    Closed(Closed),
    /// 開封: the parcel was opened here.
    Opened,
    /// 検証.
    Verified(Verified),
    /// 解除: a supervisor freed a protected person for this case.
    Permitted(Permitted),
    /// 金庫の変更: made, another passphrase, new keys.
    Vault(Vault),
    /// 再開: after a restored backup, numbering goes on behind this number.
    Resumed(Resumed),
    /// 年度の締め.
    Year(YearClosed),
}

/// 受付. What is known of a case at first sight; a refused one may lack nearly all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// 受付番号, allotted by [`Numbering`](super::Numbering).
    pub reception: Reception,
    /// id + received.at + requester.
    pub case: Digest,
    /// 照会番号; `None` when the id itself may not be written down.
    pub id: Option<String>,
    /// 受付日時, epoch milliseconds; 0 when unknown.
    pub received_at: i64,
    /// phone | document.
    pub via: String,
    /// 照会者.
    pub requester: Option<Digest>,
    /// 団体コード or partners key.
    pub municipality: String,
    /// 手続番号.
    pub procedure: String,
    /// 対象者の仮名.
    pub person: Option<Digest>,
    /// 照会項目.
    pub items: Option<Digest>,
    /// 回答期限, epoch milliseconds.
    pub deadline: i64,
}

/// 判定 that issues nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// FK-….
    pub code: String,
    /// Row or case of the file, from 1.
    pub row: u64,
    /// The content that was judged.
    pub fingerprint: Digest,
}

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

/// 誰がいつ: who did what is noted and when, where that is not the user of this computer and the moment of the row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who, as the clerk writes the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, epoch milliseconds; midnight is a day whose hour nobody wrote down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
}

/// 伝達.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Whether the listener read the 照合番号 back rightly: that settles that it was received.
    pub confirmed: bool,
    /// Who and when.
    #[serde(flatten)]
    pub note: Note,
}

/// 終了.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// A word of our own list.
    pub reason: String,
    /// Who and when.
    #[serde(flatten)]
    pub note: Note,
}

/// 検証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// proved | not_provable | wrong.
    pub result: String,
}

/// 解除.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permitted {
    /// The supervisor's name as office.toml lists it.
    pub by: String,
    /// A word of our own list.
    #[serde(default)]
    pub reason: String,
    /// The content that was released; another one is held again.
    #[serde(default)]
    pub fingerprint: Digest,
}

/// 金庫の変更.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vault {
    /// The vault's generation from now on: an older copy of its rows shows against it.
    pub generation: i64,
    /// What was done.
    pub change: VaultChange,
}

/// What was done to the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultChange {
    /// Made, with the office.
    Created,
    /// A passphrase added, changed or removed.
    Slots,
    /// 鍵の更新: a new root, live passwords sealed again, retired ones gone.
    Rotated,
}

/// 再開.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// The last 発送番号 that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Number>,
    /// The last 受付番号 that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_reception: Option<Reception>,
    /// A word of our own list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// 年度の締め.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearClosed {
    /// The series that ends: R08.
    pub year: String,
    /// The last day that a letter of it may bear, ISO.
    pub until: String,
    /// The last row written in it.
    pub last: i64,
    /// That row's tag: the next year begins with it.
    pub tag: Digest,
    /// 廃棄: what was dropped from the front of the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discarded: Option<Discarded>,
}

/// 廃棄 of rows beyond their retention. The chain goes on from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discarded {
    /// The last row that was dropped.
    pub to: i64,
    /// Its tag.
    pub tag: Digest,
    /// The vault's generation at that row.
    pub generation: i64,
}

/// What an event is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// A case.
    pub reception: Option<Reception>,
    /// A parcel.
    pub number: Option<Number>,
}

impl From<&Reception> for Subject {
    fn from(reception: &Reception) -> Self {
        Self { reception: Some(reception.clone()), number: None }
    }
}

impl From<&Number> for Subject {
    fn from(number: &Number) -> Self {
        Self { reception: None, number: Some(number.clone()) }
    }
}

impl Event {
    /// Whether it only tells what people did.
    pub(super) const fn is_note(&self) -> bool {
        matches!(
            self,
            Self::Told(_)
                | Self::Sent(_)
                | Self::Confirmed(_)
                | Self::Updated(_)
                | Self::Closed(_)
                | Self::Opened
                | Self::Verified(_)
                | Self::Permitted(_)
                | Self::Resumed(_)
        )
    }

    /// 誰がいつ of what a person did, where it was stated.
    pub fn stated(&self) -> Option<&Note> {
        match self {
            Self::Sent(note) | Self::Confirmed(note) | Self::Updated(note) => Some(note),
            Self::Told(told) => Some(&told.note),
            Self::Closed(closed) => Some(&closed.note),
            _ => None,
        }
    }

    /// The kind and the detail as they are stored; the detail's bytes are what the chain covers.
    pub(super) fn to_stored(&self) -> Option<(String, String)> {
        let value = serde_json::to_value(self).ok()?;
        let kind = value.get("kind")?.as_str()?.to_owned();
        let detail = value.get("detail").map(ToString::to_string).filter(|detail| detail != "{}");
        Some((kind, detail.unwrap_or_default()))
    }

    /// Back from what is stored.
    pub(super) fn from_stored(kind: &str, detail: &str) -> Option<Self> {
        let read = |detail: Option<serde_json::Value>| {
            let mut value = serde_json::Map::from_iter([("kind".to_owned(), kind.into())]);
            value.extend(detail.map(|detail| ("detail".to_owned(), detail)));
            serde_json::from_value(value.into()).ok()
        };
        match detail {
            // An empty note and no detail at all are stored alike, as in a ledger of the first version.
            "" => read(None).or_else(|| read(Some(serde_json::json!({})))),
            detail => read(Some(serde_json::from_str(detail).ok()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_back_as_they_were_stored() {
        let judged = Judged { code: "FK-1001".into(), row: 14, fingerprint: Digest::default() };
        for event in [
            Event::Sent(Note::default()),
            Event::Confirmed(Note { by: Some("三枝".into()), at: Some(1) }),
            Event::Told(Told { confirmed: true, note: Note { by: None, at: Some(2) } }),
            Event::Released,
            Event::Refused(judged),
            Event::Packed(Packed { recovered: true }),
            Event::Void(Void { reason: VoidReason::Gate, code: "FK-6020".into() }),
            Event::Retired(Retired { by: Number::new("R08", 3) }),
        ] {
            let (kind, detail) = event.to_stored().expect("stored");
            assert_eq!(Event::from_stored(&kind, &detail), Some(event));
        }
        assert_eq!(Event::from_stored("burnt", ""), None);
    }

    #[test]
    fn a_ledger_of_the_first_version_says_neither_who_nor_when() {
        for (kind, detail, event) in [
            ("sent", "", Event::Sent(Note::default())),
            ("updated", "", Event::Updated(Note::default())),
            ("told", "{\"confirmed\":true}", Event::Told(Told { confirmed: true, note: Note::default() })),
            ("closed", "{\"reason\":\"closed\"}", Event::Closed(Closed { reason: "closed".into(), note: Note::default() })),
        ] {
            assert_eq!(Event::from_stored(kind, detail), Some(event.clone()), "{kind}");
            assert_eq!(event.to_stored(), Some((kind.to_owned(), detail.to_owned())));
        }
        assert_eq!(Event::from_stored("packed", ""), None);
    }

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
