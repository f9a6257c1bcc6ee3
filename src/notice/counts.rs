//! 件数の内訳: what became of an inquiry about many people (N12).

use serde::{Deserialize, Serialize};

/// 件数の内訳 of an inquiry, as its 送付状 or 目録 prints it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// 回答, with 該当なし.
    pub replies: usize,
    /// 追加情報の依頼
    pub asked: usize,
    /// 確認中
    pub held: usize,
    /// 別封: in another envelope of the same day.
    pub elsewhere: usize,
}

impl Counts {
    /// 照会 altogether.
    pub fn all(self) -> usize {
        self.replies + self.asked + self.held + self.elsewhere
    }
}
