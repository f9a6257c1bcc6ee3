//! 誤りを示した写し: the one table of a check, with what was told of it at its cells.

use super::bureau::{Bureau, Seams};
use super::plan::{Plan, PlanRow};
use crate::base::{At, Fault, code};
use crate::intake::Source;
use crate::intake::table::{Mark, Weight, annotated, column_of};
use crate::notice::Outcome;

/// The copy as a workbook; `say` puts a fault into words.
pub fn annotate(plan: &Plan, bureau: &Bureau, seams: &Seams, say: impl Fn(&Fault) -> String) -> Result<Vec<u8>, Vec<Fault>> {
    let [file] = plan.sources.as_slice() else { return Err(vec![Fault::new(code::ONE_TABLE)]) };
    let here = |fault: Fault| vec![fault.within(&file.name, At::Byte(0))];
    let reader = seams.inputs.open(&file.path).map_err(|_| here(Fault::new(code::FILE_UNREADABLE)))?;
    let source = Source::new(reader, file.name.clone(), file.format, &bureau.catalogue).on_sheet(bureau.sheet.clone());
    let rows = source.rows()?;
    let marks = plan.rows.iter().flat_map(|row| marks(row, &say)).collect();
    annotated(rows, marks, &say(&Fault::new(code::MY_NUMBER)), &bureau.catalogue).map_err(here)
}

fn marks(row: &PlanRow, say: &impl Fn(&Fault) -> String) -> Vec<Mark> {
    let own = if row.outcome == Outcome::Held { Weight::Hold } else { Weight::Error };
    let faults = row.faults.iter().map(|fault| (own, fault)).chain(row.warnings.iter().map(|fault| (Weight::Warning, fault)));
    let mark = |(weight, fault): (Weight, &Fault)| {
        let Some(At::Line(line)) = fault.place.at.filter(|at| *at != At::Line(0)) else { return None };
        // Where a My Number stands in the copy itself, it is told as it is left out; on another sheet or in a comment it is not copied.
        if fault.code == code::MY_NUMBER {
            return None;
        }
        let column = fault.args.iter().find(|(name, _)| *name == "column").and_then(|(_, arg)| column_of(arg.as_str()));
        Some(Mark { row: line, field: fault.place.field.clone(), column, code: fault.code, weight, text: say(fault) })
    };
    faults.filter_map(mark).collect()
}
