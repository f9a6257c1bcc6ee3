//! 記録: what people say that they did.

use serde::{Deserialize, Serialize};

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
