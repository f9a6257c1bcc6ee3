//! 照会の出来事

use crate::books::words::{Digest, Reception};
use serde::{Deserialize, Serialize};

/// 受付. What is known of a case at first sight; a refused one may lack nearly all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// 受付番号, allotted by [`Numbering`](crate::books::Numbering).
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
