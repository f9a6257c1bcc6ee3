//! 事務所の出来事: its vault, its numbering, its fiscal years.

use crate::books::words::{Digest, Number, Reception};
use serde::{Deserialize, Serialize};

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

/// 再開: behind a number, or, with neither, by another clock than the rows before.
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
