//! fukan ledger find: the cases of one person. The three items come by a file or standard input, never as arguments.

use super::Exit;
use super::args::Find;
use super::screen::Screen;
use super::session::Session;
use super::table::Table;
use fukan::base::{Fault, code};
use fukan::books::CaseRow;
use fukan::desk::noting::shown as when;
use fukan::desk::{find, papers};
use fukan::notice::Subject;
use fukan::world::{self, Passphrase, Stream};

/// Runs it.
pub fn run(args: &Find, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::reading(&args.office, screen)?;
    let subject = match &args.subject {
        Some(file) => find::subject_in(file, &session.bureau, &session.seams)?,
        None => asked(&session, screen)?,
    };
    let found = find::find(&subject, &mut session.books).map_err(|fault| vec![fault])?;
    if screen.json {
        found.iter().for_each(|case| screen.value(&json(case)));
        return Ok(Exit::Done);
    }
    if found.is_empty() {
        screen.tell("find.none", &[]);
        return Ok(Exit::Done);
    }
    let headings =
        ["reception", "case", "received", "requester", "outcome", "number"].map(|c| screen.ui(&format!("column.{c}"), &[]));
    let mut table = Table::new(headings);
    for case in &found {
        let outcome = case.outcome.map(|outcome| screen.ui(&format!("outcome.{outcome}"), &[])).unwrap_or_default();
        table.row([
            case.reception.to_string(),
            case.id.clone(),
            when(case.received_at),
            papers::municipality(&session.bureau, &case.municipality, ""),
            outcome,
            case.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]);
    }
    let drawn = table.render(screen.look());
    screen.say(drawn.trim_end());
    screen.tell("find.found", &[("count", &found.len().to_string())]);
    Ok(Exit::Done)
}

/// Three lines: asked for on a terminal, else read one by one.
fn asked(session: &Session, screen: &mut Screen) -> Result<Subject, Vec<Fault>> {
    let mut lines = Vec::new();
    for item in ["kana", "birth", "sex"] {
        let prompt = world::is_terminal(Stream::In).then(|| screen.ui(&format!("find.{item}"), &[]));
        // Nothing there: the item is missing, and is told as that.
        lines.push(world::line(prompt.as_deref()).ok());
    }
    let text = |n: usize| lines.get(n).and_then(Option::as_ref).map_or(Ok(""), utf8);
    find::subject_of(text(0)?, text(1)?, text(2)?, &session.bureau)
}

fn utf8(line: &Passphrase) -> Result<&str, Vec<Fault>> {
    std::str::from_utf8(line.expose()).map_err(|_| vec![Fault::new(code::ENCODING)])
}

fn json(case: &CaseRow) -> serde_json::Value {
    serde_json::json!({
        "reception": case.reception.to_string(), "case": case.id, "received": when(case.received_at),
        "municipality": case.municipality, "procedure": case.procedure, "deadline": when(case.deadline),
        "outcome": case.outcome.map(|outcome| outcome.as_str()), "code": case.code,
        "number": case.number.as_ref().map(ToString::to_string), "closed": case.closed,
    })
}
