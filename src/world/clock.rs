//! 時計.

use crate::base::Clock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            // Before 1970: earlier than any row of any ledger, so numbering stops by itself.
            Err(_) => 0,
        }
    }
}
