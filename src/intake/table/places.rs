//! 場所: where in a table the parts of a case stand.

use super::super::fields::field;
use super::headings::Columns;
use crate::base::{At, Fault};
use crate::notice::Asked;
use std::collections::BTreeMap;

/// 行の対応: leads from a field of the tree back to its row and heading.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The first row of the case.
    pub(super) first: u64,
    /// The first row of each candidate.
    pub(super) candidates: Vec<u64>,
    /// The row of each payment: of which candidate, for which item, its number from 1.
    pub(super) payments: BTreeMap<(usize, Asked, usize), u64>,
}

impl Places {
    /// The same fault with its row, under the heading of its column.
    pub fn locate(&self, mut fault: Fault, columns: &Columns) -> Fault {
        let mut line = self.first;
        if let Some(place) = &mut fault.place.field {
            if let Some(row) = place.index.filter(|_| place.json.starts_with("candidates")) {
                place.index = None;
                line = self.candidates.get(row - 1).copied().unwrap_or(line);
                if let Some((number, key)) = place.part
                    && let Some((asked, named)) = columns.payment(&place.json, key)
                {
                    line = self.payments.get(&(row - 1, *asked, number)).copied().unwrap_or(line);
                    *place = named.clone();
                }
            }
            match place.json.as_ref() {
                "candidates" => *place = field("candidates.member"),
                "asked_period" => *place = field("asked_period.to"),
                _ => {}
            }
        }
        fault.place.at.get_or_insert(At::Line(line));
        fault
    }
}
