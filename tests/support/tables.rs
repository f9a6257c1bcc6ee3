//! 表の試験: an office that plans tables, and what it tells of them.
#![allow(dead_code)] // a test file rarely uses all of it

use super::batch::{SETTINGS, fixed_seams, office, workshop};
use fukan::base::Fault;
use fukan::base::fault::At;
use fukan::books::Keys;
use fukan::desk::annotate::annotate;
use fukan::desk::plan::{Plan, passing_keys, plan};
use fukan::desk::{Bureau, Seams};
use fukan::notice::Outcome;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A desk of its own.
pub struct Desk {
    work: PathBuf,
    /// Its office.
    pub bureau: Bureau,
    seams: Seams,
    keys: Keys,
}

impl Desk {
    /// Lays it in a folder of this name.
    pub fn new(name: &str) -> Self {
        let work = workshop(name);
        let folder = office(&work.join("office"), SETTINGS);
        let seams = fixed_seams(name);
        let keys = passing_keys(&*seams.entropy).expect("keys");
        Self { bureau: Bureau::read(&folder, &*seams.store).expect("an office"), work, seams, keys }
    }

    /// Judges one table.
    pub fn plan(&self, name: &str, bytes: &[u8]) -> Plan {
        let file = self.work.join(name);
        std::fs::write(&file, bytes).expect("a file");
        let date = fukan::base::date::parse("2026-11-20").expect("a day");
        plan(&[file], &self.bureau, &self.keys, &self.seams, date, |_| ())
    }

    /// Judges one table and makes the copy that shows what was told, each fault by its code.
    pub fn copy(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        self.try_copy(name, bytes).unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    /// The same; none of a file that can't be read at all.
    pub fn try_copy(&self, name: &str, bytes: &[u8]) -> Result<Vec<u8>, Vec<Fault>> {
        let plan = self.plan(name, bytes);
        annotate(&plan, &self.bureau, &self.seams, |fault| fault.code.to_string())
    }

    /// 直さない写し: rows of this table that were refused, and are not in its copy, though nobody mended it.
    pub fn cured(&self, name: &str, bytes: &[u8]) -> Vec<String> {
        let rows = |told: Vec<String>| -> BTreeSet<String> {
            let row = |line: &String| {
                line.split(' ').nth(1).filter(|row| row.parse::<u64>().is_ok_and(|row| row > 0)).map(str::to_owned)
            };
            told.iter().filter_map(row).collect()
        };
        let Ok(copy) = self.try_copy(name, bytes) else { return Vec::new() };
        let before = rows(told(&self.plan(name, bytes)));
        let after = rows(told(&self.plan("copy.xlsx", &copy)));
        before.difference(&after).cloned().collect()
    }
}

/// Code, row and heading of every fault of what was refused, in the order told.
pub fn told(plan: &Plan) -> Vec<String> {
    let line = |fault: &Fault| {
        let row = match fault.place.at {
            Some(At::Line(n)) => n.to_string(),
            Some(At::Byte(n)) => format!("byte{n}"),
            _ => "-".into(),
        };
        let heading = fault.place.field.as_ref().map_or("-", |field| &*field.ja).to_owned();
        assert!(fault.place.file.is_some(), "{fault:?}");
        format!("{} {row} {heading}", fault.code)
    };
    let kept = plan.rows.iter().filter(|row| row.outcome == Outcome::Refused);
    kept.flat_map(|row| row.faults.iter().map(line)).collect()
}
