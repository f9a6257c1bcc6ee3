//! 行ずれ: columns that were sorted or pasted by themselves put every candidate beside another person's inquiry.

use crate::base::{Arg, Fault, code};

/// 行ずれ: what the candidates of one file say of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Slips {
    /// Cases with candidates.
    compared: u64,
    /// Of them, those whose candidates are all strangers.
    slipped: u64,
}

impl Slips {
    const AT_LEAST: u64 = 10;

    /// Another case was matched; none when it had no candidate.
    pub(super) fn count(&mut self, slipped: Option<bool>) {
        self.compared += u64::from(slipped.is_some());
        self.slipped += u64::from(slipped == Some(true));
    }

    /// 10 cases or more, and over half of those that have candidates: a case without one has nothing that could stand in a wrong row.
    pub(super) fn fault(self) -> Option<Fault> {
        let many = self.slipped >= Self::AT_LEAST && self.slipped * 2 > self.compared;
        let fault = Fault::new(code::ROWS_SLIPPED).with("count", Arg::count(self.slipped));
        many.then(|| fault.with("all", Arg::count(self.compared)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(slipped: u64, agreeing: u64, without: u64) -> bool {
        let mut slips = Slips::default();
        (0..slipped).for_each(|_| slips.count(Some(true)));
        (0..agreeing).for_each(|_| slips.count(Some(false)));
        (0..without).for_each(|_| slips.count(None));
        slips.fault().is_some()
    }

    #[test]
    fn ten_cases_and_over_half_of_those_with_candidates() {
        assert!(!alarm(9, 0, 0) && alarm(10, 0, 0));
        assert!(alarm(11, 10, 0) && !alarm(10, 10, 0));
        assert!(alarm(10, 9, 1_000), "nobody found says nothing of rows");
        assert!(!alarm(0, 0, 1_000));
    }
}
