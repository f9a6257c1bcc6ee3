//! 出来事: what the ledger records. Append-only; every state is computed from these.
//!
//! No event holds a name, a birth date, an answer or a password. People are pseudonyms, contents are keyed hashes.

mod case;
mod note;
mod office;
mod parcel;

pub use case::{Judged, Permitted, Received};
pub use note::{Closed, Note, Told};
pub use office::{Discarded, Resumed, Vault, VaultChange, YearClosed};
pub use parcel::{About, Document, FileHash, Packed, Printed, Reserved, Retired, Void, VoidReason};

use super::words::{Number, Reception};
use serde::{Deserialize, Serialize};

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
    /// 解除: a supervisor freed a protected person for this case.
    Permitted(Permitted),
    /// 金庫の変更: made, another passphrase, new keys.
    Vault(Vault),
    /// 再開: after a restored backup, numbering goes on behind this number.
    Resumed(Resumed),
    /// 年度の締め.
    Year(YearClosed),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::words::Digest;

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
}
