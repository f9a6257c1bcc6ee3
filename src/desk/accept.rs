//! 受付: inquiries get their 受付番号 and their deadline before anybody has looked (N13). Nothing is made, nothing is sent.

use super::bureau::{Bureau, Seams, letter_date};
use super::errand::Errand;
use super::pack::{Options, Run};
use super::plan::{Ground, Judging, plan_for};
use super::report::Line;
use super::standing::Standing;
use crate::base::Fault;
use crate::books::{Books, CaseRow};
use std::path::{Path, PathBuf};

/// 受付の結果 of one inquiry.
pub struct Accepted {
    /// What became of it.
    pub line: Line,
    /// Where it stands in the ledger; none for a file that could not be read.
    pub case: Option<CaseRow>,
    /// Whether the ledger had it before, as it is.
    pub known: bool,
}

/// Receives every inquiry of these files.
pub fn accept(
    files: &[PathBuf],
    bureau: &Bureau,
    books: &mut Books,
    seams: &Seams,
    told: &mut dyn FnMut(Judging),
) -> Result<Vec<Accepted>, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    if let Some(broken) = books.verify_chain(None).map_err(one)?.breaks.first() {
        return Err(vec![broken.fault()]);
    }
    let options = Options { errand: Errand::Accept, ..Options::default() };
    let scope = options.errand.scope(&options.only, books).map_err(one)?;
    let today = letter_date(None, seams);
    let keys = books.keys().clone();
    let ground = Ground { bureau, keys: &keys };
    let mut plan = plan_for(files, &ground, &scope, seams, today, &options.stop, told).map_err(one)?;
    let newest = books.anchor().map_err(one)?.seq;
    // Nothing is laid down anywhere: there is no output folder.
    let mut run = Run::new(bureau, books, seams, &options, Path::new(""), today).map_err(one)?;
    run.receive(&mut plan).map_err(one)?;
    let Run { standings, books, .. } = run;
    let mut accepted = Vec::with_capacity(plan.rows.len());
    for (row, standing) in plan.rows.iter().zip(&standings) {
        let case = match standing {
            Standing::Open(reception, _) => books.case(reception).map_err(one)?,
            Standing::Already(_) | Standing::NoCase => books.case_by_key(&row.marks.case).map_err(one)?,
        };
        let known = case.as_ref().is_some_and(|case| case.last_seq <= newest);
        accepted.push(Accepted { line: Line::of(row, standing.number()), case, known });
    }
    Ok(accepted)
}
