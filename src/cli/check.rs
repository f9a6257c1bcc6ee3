//! fukan check: judges every case and makes nothing.

use super::Exit;
use super::args::Check;
use super::pack::{self, date, exit, tell_cases};
use super::screen::Screen;
use super::session::{seams, tell};
use fukan::base::{Fault, code};
use fukan::desk::bureau::letter_date;
use fukan::desk::report::Line;
use fukan::desk::{Bureau, plan};
use fukan::notice::Outcome;

/// Runs it.
pub fn run(args: &Check, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let seams = seams();
    let bureau = Bureau::read(&args.office, &*seams.store)?;
    // Nothing is written down, so keys of the moment do.
    let keys = plan::passing_keys(&*seams.entropy).map_err(|fault| vec![fault])?;
    let stated = date(args.date.as_deref()).map_err(|fault| vec![fault])?;
    let mut bar = pack::Bar::new(screen, args.quiet);
    let plan = plan::plan(&args.files, &bureau, &keys, &seams, letter_date(stated, &seams), |n| bar.judged(n));
    bar.close();
    tell(&plan.mismatches, screen);
    let lines: Vec<Line> = plan.rows.iter().map(|row| Line::of(row, None)).collect();
    if !screen.json {
        screen.tell("check.title", &[]);
    }
    tell_cases(&lines, screen);
    let count = |outcome| lines.iter().filter(|l| l.outcome == outcome).count();
    if !screen.json {
        let (total, refused, held) = (lines.len().to_string(), count(Outcome::Refused), count(Outcome::Held));
        match refused + held {
            0 => screen.tell("check.ok", &[("total", &total)]),
            _ => screen.tell("check.found", &[("total", &total), ("refused", &refused.to_string()), ("held", &held.to_string())]),
        }
    }
    if plan.mismatches.iter().any(|f| f.code == code::ROWS_SLIPPED) { Ok(Exit::None) } else { Ok(exit(&lines)) }
}
