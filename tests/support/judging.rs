//! 判定: every record of a case file, judged as pass 1 does; nothing is made of it.
#![allow(dead_code)] // a test file rarely uses all of it

use fukan::base::date::parse_moment;
use fukan::base::fault::FileName;
use fukan::desk::Bureau;
use fukan::desk::judge::{Judged, Terms, judge_for, unreadable};
use fukan::desk::plan::bench;
use fukan::intake::{Format, Record, Source};
use fukan::world::Disk;
use std::io::Cursor;
use std::path::Path;

/// The office in this folder of the repository.
pub fn bureau(folder: impl AsRef<Path>) -> Bureau {
    Bureau::read(&super::repo().join(folder), &Disk).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Its cases at this moment, and then what is wrong with the file as a whole.
pub fn judged(bureau: &Bureau, now: &str, cases: &[u8], format: Format) -> Vec<Judged> {
    let now = parse_moment(now).expect("now");
    let bench = bench(bureau, None, now.date(), now);
    let mut judged = Vec::new();
    let mut source = Source::new(Cursor::new(cases), FileName::named("cases", 1), format, &bureau.catalogue);
    let take =
        |record: Record| judged.push(record.node.map_or_else(unreadable, |node| judge_for(&node, &bench, &Terms::default())));
    let whole = source.each(|_| {}, take);
    judged.extend(whole.err().into_iter().flatten().map(unreadable));
    judged
}
