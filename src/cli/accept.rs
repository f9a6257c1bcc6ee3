//! fukan accept: a 受付番号 and a deadline for every inquiry, before anybody has looked.

use super::Exit;
use super::args::Accept;
use super::bar::Bar;
use super::message::Level;
use super::pack::{exit, tell_faults};
use super::screen::Screen;
use super::session::Session;
use super::table::{Table, Tone};
use fukan::base::Fault;
use fukan::base::date::from_epoch_ms;
use fukan::desk::accept::{Accepted, accept};
use fukan::desk::report::Line;
use fukan::notice::Outcome;

/// Runs it.
pub fn run(args: &Accept, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::writing(&args.office, screen)?;
    let mut bar = Bar::new(screen, args.quiet);
    session.bureau.sheet.clone_from(&args.sheet);
    let Session { bureau, books, seams, .. } = &mut session;
    let accepted = accept(&args.files, bureau, books, seams, &mut |n| bar.judged(n));
    bar.close();
    let accepted = accepted?;
    if screen.json {
        accepted.iter().for_each(|one| tell_json(one, screen));
    } else {
        tell(&accepted, screen);
    }
    let lines: Vec<Line> = accepted.into_iter().map(|one| one.line).collect();
    Ok(exit(&lines))
}

fn tell(accepted: &[Accepted], screen: &mut Screen) {
    let headings = ["case", "reception", "channel", "state", "deadline", "code"].map(|c| screen.ui(&format!("column.{c}"), &[]));
    let mut table = Table::new(headings);
    for one in accepted {
        let line = &one.line;
        let (state, tone) = match line.outcome {
            Outcome::Refused => (screen.messages.outcome(line.outcome), Tone::Bad),
            _ if one.known => (screen.ui("accept.known", &[]), Tone::Look),
            _ => (screen.messages.outcome(line.outcome), Tone::Good),
        };
        let case = one.case.as_ref();
        table.toned([
            (line.case.clone(), Tone::Plain),
            (case.map(|case| case.reception.to_string()).unwrap_or_default(), Tone::Plain),
            (line.channel.map(|c| screen.messages.channel(c)).unwrap_or_default(), Tone::Plain),
            (state, tone),
            (case.filter(|case| case.deadline != 0).map(|case| moment(case.deadline)).unwrap_or_default(), Tone::Plain),
            (line.faults.first().map(|f| f.code.to_string()).unwrap_or_default(), Tone::Plain),
        ]);
    }
    let drawn = table.render(screen.look());
    screen.say(drawn.trim_end());
    screen.say("");
    tell_faults(accepted.iter().map(|one| &one.line), screen);
    let count = |outcome| accepted.iter().filter(|one| one.line.outcome == outcome).count().to_string();
    let known = accepted.iter().filter(|one| one.known).count().to_string();
    let values = [("total", accepted.len().to_string()), ("refused", count(Outcome::Refused)), ("known", known)];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    screen.tell("accept.total", &values);
}

fn moment(ms: i64) -> String {
    let at = from_epoch_ms(ms);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

fn tell_json(one: &Accepted, screen: &mut Screen) {
    let line = &one.line;
    let id = (!line.case.starts_with('#')).then_some(line.case.as_str());
    let level = Level::of(line.outcome);
    let faults: Vec<_> = line.faults.iter().map(|f| screen.messages.json(level, f, id)).collect();
    let warnings: Vec<_> = line.warnings.iter().map(|f| screen.messages.json(Level::Warning, f, id)).collect();
    let case = one.case.as_ref();
    let value = serde_json::json!({
        "case": line.case,
        "reception": case.map(|case| case.reception.to_string()),
        "outcome": line.outcome.word(),
        "channel": line.channel.map(fukan::notice::Channel::word),
        "deadline": case.filter(|case| case.deadline != 0).map(|case| from_epoch_ms(case.deadline).to_string()),
        "known": one.known,
        "code": line.faults.first().map(|fault| fault.code.as_str()),
        "faults": faults,
        "warnings": warnings,
    });
    screen.value(&value);
}
