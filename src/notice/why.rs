//! 経緯: why a letter cites an earlier one of ours.

use serde::{Deserialize, Serialize};

/// 経緯. Why an earlier letter of ours is cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// 追加情報の依頼: the inquiry goes on.
    Asked,
    /// 訂正
    Corrected,
    /// 再発行
    Reissued,
    /// 回答の予定の連絡: another time than the one told before.
    Delayed,
}
