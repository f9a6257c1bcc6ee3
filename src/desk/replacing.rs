//! 差替え: which parcels a run may replace.

use super::errand::Errand;
use super::pack::Run;
use super::plan::PlanRow;
use super::standing::channel;
use crate::base::{Arg, Fault, code};
use crate::books::{Known, Number, Reception};
use crate::notice::Channel;
use std::collections::BTreeMap;

impl Run<'_> {
    /// A sealed package is replaced whole, since its password opens all of it; sent another way, any parcel is.
    pub(super) fn refuse_parts(&mut self, rows: &mut [PlanRow]) -> Result<(), Fault> {
        let errand = &self.options.errand;
        if !matches!(errand, Errand::Reissue | Errand::Repack(..)) {
            return Ok(());
        }
        let mut given: BTreeMap<Number, Vec<(usize, Reception)>> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.slice.is_some() && row.is_sent()) {
            let id = row.id.clone().unwrap_or_default();
            if let Known::SameContent { reception, number, .. } = self.books.known(&row.marks.case, &row.marks.contents(), &id)? {
                given.entry(number).or_default().push((index, reception));
            }
        }
        for (number, cases) in given {
            let sealed = channel(&self.books.expect_parcel(&number)?) == Some(Channel::Email);
            let mut missing = self.books.standing_cases(&number)?;
            missing.retain(|reception| cases.iter().all(|(_, given)| given != reception));
            if (sealed || matches!(errand, Errand::Repack(..))) && !missing.is_empty() {
                let names = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
                let fault = Fault::new(code::PARTS_MISSING).with("number", Arg::plain(&number)).with("cases", Arg::plain(names));
                cases.iter().for_each(|(index, _)| rows[*index].refuse(fault.clone()));
            }
        }
        Ok(())
    }
}
