//! fukan check: judges every case and makes nothing.

use super::Exit;
use super::args::Check;
use super::bar::Bar;
use super::pack::{date, exit, tell_cases, tell_encodings, tell_sheets};
use super::screen::Screen;
use super::session::{seams, tell, write_new};
use fukan::base::Fault;
use fukan::desk::annotate::annotate;
use fukan::desk::bureau::letter_date;
use fukan::desk::plan::PlanRow;
use fukan::desk::report::Line;
use fukan::desk::{Bureau, papers, plan};
use fukan::notice::Outcome;

/// Runs it.
pub fn run(args: &Check, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let seams = seams();
    let mut bureau = Bureau::read(&args.office, &*seams.store)?;
    bureau.sheet.clone_from(&args.sheet);
    // Nothing is written down, so keys of the moment do.
    let keys = plan::passing_keys(&*seams.entropy).map_err(|fault| vec![fault])?;
    let stated = date(args.date.as_deref()).map_err(|fault| vec![fault])?;
    if let Some(copy) = &args.annotate {
        // Not after a hundred thousand cases.
        papers::free(copy, &seams).map_err(|fault| vec![fault])?;
    }
    let mut bar = Bar::new(screen, args.quiet);
    let mut plan = plan::plan(&args.files, &bureau, &keys, &seams, letter_date(stated, &seams), |n| bar.judged(n));
    bar.close();
    tell_encodings(&plan.encodings(), screen);
    tell_sheets(&plan.sheets(), screen);
    tell(&plan.mismatches, screen);
    let line = |row: &PlanRow| Line::of(row, None);
    let lines: Vec<Line> = match &args.annotate {
        Some(_) => plan.rows.iter().map(line).collect(),
        // Of a hundred thousand cases one of the two is enough in memory.
        None => std::mem::take(&mut plan.rows).into_iter().map(|row| line(&row)).collect(),
    };
    if !screen.json {
        screen.tell("check.title", &[]);
    }
    tell_cases(&lines, screen);
    let count = |outcome| lines.iter().filter(|l| l.outcome == outcome).count();
    let slipped = !plan.mismatches.is_empty();
    if !screen.json {
        let (total, refused, held) = (lines.len().to_string(), count(Outcome::Refused), count(Outcome::Held));
        match refused + held {
            0 if slipped => {}
            0 => screen.tell("check.ok", &[("total", &total)]),
            _ => screen.tell("check.found", &[("total", &total), ("refused", &refused.to_string()), ("held", &held.to_string())]),
        }
        if slipped {
            screen.tell("check.slipped", &[]);
        }
    }
    if let Some(copy) = &args.annotate {
        let say = |fault: &Fault| format!("{} {}\n{}", fault.code, screen.messages.what(fault), screen.messages.fix(fault));
        match annotate(&plan, &bureau, &seams, say) {
            Ok(bytes) => drop(write_new(copy, &bytes, "check.annotated", screen)?),
            // A file that can't be read has no copy; why was told with its one line.
            Err(faults) if plan.rows.iter().any(|row| row.faults == faults) => {}
            Err(faults) => return Err(faults),
        }
    }
    if slipped { Ok(Exit::None) } else { Ok(exit(&lines)) }
}
