//! fukan ledger list, due, verify.

use super::Exit;
use super::args::{List, OfficeArgs};
use super::screen::Screen;
use super::session::Session;
use super::table::{Table, Tone};
use fukan::base::date::from_epoch_ms;
use fukan::base::{Fault, code};
use fukan::books::{Break, CaseRow, ParcelFilter, ParcelRow};

/// Parcels, a page at a time.
pub fn list(args: &List, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let mut session = Session::reading(&args.office, screen)?;
    let after = args.after.as_deref().map(str::parse).transpose().map_err(|_| vec![Fault::new(code::NO_NUMBER)])?;
    let filter = ParcelFilter { after, limit: args.limit, ..ParcelFilter::default() };
    let parcels = session.books.parcels(&filter).map_err(one)?;
    if screen.json {
        parcels.iter().for_each(|parcel| parcel_json(parcel, screen));
    } else if parcels.is_empty() {
        screen.tell("ledger.empty", &[]);
    } else {
        let table = parcel_table(&parcels, &session, screen);
        let drawn = table.render(screen.look());
        screen.say(drawn.trim_end());
    }
    Ok(Exit::Done)
}

/// What still has to be done.
pub fn due(args: &OfficeArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::reading(args, screen)?;
    let due = session.books.due().map_err(|fault| vec![fault])?;
    let now = session.seams.clock.now_ms();
    if screen.json {
        for (state, cases) in [("open", &due.open), ("waiting", &due.waiting), ("follow_up", &due.follow_ups)] {
            cases.iter().for_each(|case| case_json(state, case, now, screen));
        }
        due.unsent.iter().for_each(|parcel| parcel_json(parcel, screen));
        return Ok(Exit::Done);
    }
    screen.tell("ledger.due_title", &[]);
    if due.open.is_empty() && due.waiting.is_empty() && due.follow_ups.is_empty() && due.unsent.is_empty() {
        screen.tell("ledger.due_none", &[]);
        return Ok(Exit::Done);
    }
    let headings = ["case", "received", "deadline", "state", "code"].map(|c| screen.ui(&format!("column.{c}"), &[]));
    let mut table = Table::new(headings);
    for case in due.open.iter().chain(&due.waiting).chain(&due.follow_ups) {
        table.toned(case_cells(case, now, screen));
    }
    if !table.is_empty() {
        let drawn = table.render(screen.look());
        screen.say(drawn.trim_end());
    }
    if !due.unsent.is_empty() {
        screen.say("");
        let drawn = parcel_table(&due.unsent, &session, screen).render(screen.look());
        screen.say(drawn.trim_end());
    }
    Ok(Exit::Done)
}

/// The chain, row by row.
pub fn verify(args: &OfficeArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::reading(args, screen)?;
    let ledger = session.books.verify_chain(None).map_err(|fault| vec![fault])?;
    let tag: String = ledger.anchor.tag.to_string().chars().take(16).collect();
    let (rows, seq) = (ledger.rows.to_string(), ledger.anchor.seq.to_string());
    if screen.json {
        let breaks: Vec<_> = ledger.breaks.iter().map(|b| serde_json::json!({ "row": b.row(), "what": word(b) })).collect();
        screen.value(&serde_json::json!({ "rows": ledger.rows, "row": ledger.anchor.seq, "tag": tag, "breaks": breaks }));
    } else if ledger.breaks.is_empty() {
        screen.tell("ledger.intact", &[("rows", &rows)]);
        screen.tell("ledger.anchor", &[("row", &seq), ("tag", &tag)]);
    } else {
        screen.tell("ledger.broken", &[("count", &ledger.breaks.len().to_string())]);
        for broken in &ledger.breaks {
            let row = broken.row().to_string();
            let was = if let Break::Moved { was, .. } = broken { was.to_string() } else { String::new() };
            screen.tell(&format!("ledger.{}", word(broken)), &[("row", &row), ("was", &was)]);
        }
    }
    if ledger.breaks.is_empty() { Ok(Exit::Done) } else { Ok(Exit::Disk) }
}

fn word(broken: &Break) -> &'static str {
    match *broken {
        Break::Edited(_) => "edited",
        Break::Removed(_) => "removed",
        Break::Inserted(_) => "inserted",
        Break::Moved { .. } => "moved",
        Break::Cut(_) => "cut",
        Break::OtherOffice(_) => "other_office",
        Break::Replaced(_) => "replaced",
        Break::Vault => "vault",
        Break::Derived(_) => "derived",
    }
}

fn when(ms: i64) -> String {
    if ms == 0 {
        return String::new();
    }
    let at = from_epoch_ms(ms);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

fn parcel_table(parcels: &[ParcelRow], session: &Session, screen: &Screen) -> Table {
    let headings = ["number", "channel", "requester", "state", "when"].map(|c| screen.ui(&format!("column.{c}"), &[]));
    let mut table = Table::new(headings);
    for parcel in parcels {
        let promise = parcel.promise.as_ref();
        let (key, section) = promise.map_or(("", ""), |p| (p.municipality.as_str(), p.section.as_str()));
        let to = session.bureau.partners.row(key, section).map_or(key, |p| p.name.as_str());
        let channel = promise.map(|p| screen.ui(&format!("channel.{}", p.channel), &[])).unwrap_or_default();
        let at = if parcel.packed_at != 0 { parcel.packed_at } else { parcel.reserved_at };
        table.row([
            parcel.number.to_string(),
            channel,
            to.to_owned(),
            screen.ui(&format!("state.{}", parcel.state), &[]),
            when(at),
        ]);
    }
    table
}

fn case_cells(case: &CaseRow, now: i64, screen: &Screen) -> [(String, Tone); 5] {
    let late = case.deadline != 0 && case.deadline < now;
    let id = if case.id.is_empty() { case.reception.to_string() } else { case.id.clone() };
    let state = match case.outcome {
        Some(outcome) => screen.ui(&format!("outcome.{outcome}"), &[]),
        None => screen.ui("column.received", &[]),
    };
    let deadline = match late {
        true => format!("{} {}", when(case.deadline), screen.ui("ledger.late", &[])),
        false => when(case.deadline),
    };
    let tone = if late { Tone::Bad } else { Tone::Plain };
    [
        (id, Tone::Plain),
        (case.reception.to_string(), Tone::Plain),
        (deadline, tone),
        (state, Tone::Plain),
        (case.code.clone(), Tone::Plain),
    ]
}

fn parcel_json(parcel: &ParcelRow, screen: &mut Screen) {
    let promise = parcel.promise.as_ref();
    let value = serde_json::json!({
        "number": parcel.number.to_string(), "state": parcel.state.as_str(),
        "channel": promise.map(|p| p.channel.as_str()), "municipality": promise.map(|p| p.municipality.as_str()),
        "documents": promise.map(|p| p.documents.iter().map(|d| d.number.as_str()).collect::<Vec<_>>()),
        "packed": when(parcel.packed_at), "told": when(parcel.told_at), "sent": when(parcel.sent_at),
        "retired": when(parcel.retired_at), "print_file": parcel.print_file,
    });
    screen.value(&value);
}

fn case_json(state: &str, case: &CaseRow, now: i64, screen: &mut Screen) {
    let value = serde_json::json!({
        "state": state, "case": case.id, "reception": case.reception.to_string(), "deadline": when(case.deadline),
        "late": case.deadline != 0 && case.deadline < now, "outcome": case.outcome.map(|o| o.as_str()), "code": case.code,
        "row": case.row, "number": case.number.as_ref().map(ToString::to_string),
    });
    screen.value(&value);
}
