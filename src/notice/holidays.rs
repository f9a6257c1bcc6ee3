//! 国民の祝日 (N13): dated data, which knows its own years and guesses none.

use crate::base::date::Date;
use std::collections::{BTreeMap, BTreeSet};

/// 国民の祝日 and the days off that come with them (振替休日, 国民の休日).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    days: BTreeSet<Date>,
    years: BTreeSet<i16>,
}

/// 欠けた年: a year in the middle or at the end of the list that can't be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutYear {
    /// The year.
    pub year: i16,
    /// The days listed for it.
    pub days: usize,
}

/// Every year since 2016 has sixteen 国民の祝日; one with fewer was cut off.
const LEAST: usize = 16;
/// The notice is of 2017: nothing was received before, and older years are neither known nor need they be whole.
const FIRST: i16 = 2017;

impl Holidays {
    /// A list of whole years; every year that is not whole is told.
    pub fn new(days: BTreeSet<Date>) -> Result<Self, Vec<CutYear>> {
        let mut listed: BTreeMap<i16, usize> = BTreeMap::new();
        for day in &days {
            *listed.entry(day.year()).or_default() += 1;
        }
        let since = || listed.range(FIRST..).map(|(year, _)| *year);
        let years = since().min().zip(since().max()).into_iter().flat_map(|(first, last)| first..=last);
        let years = years.map(|year| CutYear { year, days: listed.get(&year).copied().unwrap_or(0) });
        let (whole, cut): (Vec<_>, Vec<_>) = years.partition(|year| year.days >= LEAST);
        if cut.is_empty() { Ok(Self { days, years: whole.iter().map(|year| year.year).collect() }) } else { Err(cut) }
    }

    /// Whether it knows the holidays of this day's year.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains(&day.year())
    }

    /// Whether this day is one of them.
    pub fn contains(&self, day: Date) -> bool {
        self.days.contains(&day)
    }
}
