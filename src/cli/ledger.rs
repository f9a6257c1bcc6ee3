//! fukan ledger list, due, verify.

use super::Exit;
use super::args::{DueArgs, LedgerVerify, List};
use super::bar::Bar;
use super::message::Level;
use super::screen::Screen;
use super::session::{Session, tell};
use super::table::{Table, Tone};
use fukan::base::{Fault, code};
use fukan::books::{
    Books, Break, CaseRow, Channel, Copied, Due, FollowUp, Number, Outcome, ParcelFilter, ParcelRow, parcel_number,
};
use fukan::desk::Bureau;
use fukan::desk::noting::shown as when;
use fukan::desk::papers::{self, asked_after, asked_at};
use fukan::desk::unsent::superseded;
use fukan::desk::vault;
use std::collections::BTreeMap;

/// Parcels, a page at a time.
pub fn list(args: &List, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let mut session = Session::reading(&args.office, screen)?;
    let after = args.after.as_deref().map(parcel_number).transpose().map_err(one)?;
    let (parcels, more) = page(after, args.limit, &mut session.books).map_err(one)?;
    if screen.json {
        for parcel in &parcels {
            let cases = names(parcel, &mut session.books).map_err(one)?;
            parcel_json(parcel, &cases, None, screen);
        }
        if let Some((after, last)) = &more {
            screen.value(&serde_json::json!({ "more": true, "after": after.to_string(), "last": last.to_string() }));
        }
    } else if parcels.is_empty() {
        screen.tell("ledger.empty", &[]);
    } else {
        let mut table = Table::new(headings(&LIST, screen));
        for parcel in &parcels {
            let cases = names(parcel, &mut session.books).map_err(one)?;
            let times = [parcel.packed_at, parcel.sent_at, parcel.told_at, parcel.received_at].map(when);
            table.row(parcel_cells(parcel, &session, screen).into_iter().chain([few(&cases, screen)]).chain(times));
        }
        let drawn = table.render(screen.look());
        screen.say(drawn.trim_end());
        if let Some((after, last)) = &more {
            screen.tell("ledger.more", &[("after", &after.to_string()), ("last", &last.to_string())]);
        }
    }
    Ok(Exit::Done)
}

/// 続き: the last number of a page, and the last of the ledger.
type More = Option<(Number, Number)>;

/// So many parcels (0: all of them) behind a number; where more follow, the last of these and the last of all.
fn page(after: Option<Number>, limit: u32, books: &mut Books) -> Result<(Vec<ParcelRow>, More), Fault> {
    const PAGE: u32 = 1_000;
    let limit = if limit == 0 { usize::MAX } else { limit as usize };
    let mut found: Vec<ParcelRow> = Vec::new();
    while found.len() <= limit {
        let after = found.last().map(|row| row.number.clone()).or_else(|| after.clone());
        let next = books.parcels(&ParcelFilter { after, limit: PAGE, ..ParcelFilter::default() })?;
        if next.is_empty() {
            break;
        }
        found.extend(next);
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let last = if more { books.last_number()? } else { None };
    let more = found.last().map(|row| row.number.clone()).zip(last);
    Ok((found, more))
}

/// What still has to be done.
pub fn due(args: &DueArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let mut session = Session::reading(&args.office, screen)?;
    let due = session.books.due().map_err(one)?;
    let now = session.seams.clock.now_ms();
    let unreceived = session.books.unreceived(asked_after(args.days, now)).map_err(one)?;
    let parcels = to_do(&due, &unreceived, &session.bureau, &mut session.books).map_err(one)?;
    if screen.json {
        for (state, cases) in [("open", &due.open), ("waiting", &due.waiting), ("follow_up", &due.follow_ups)] {
            for case in cases {
                let asked = if state == "waiting" { asked_at(case, &mut session.books).map_err(one)? } else { None };
                case_json(state, case, asked, now, screen);
            }
        }
        for (parcel, what) in parcels.values() {
            let cases = names(parcel, &mut session.books).map_err(one)?;
            parcel_json(parcel, &cases, Some(what), screen);
        }
        return Ok(Exit::Done);
    }
    let mut table = Table::new(headings(&["case", "received", "deadline", "state", "code"], screen));
    for case in &due.open {
        table.toned(case_cells(case, None, now, screen));
    }
    for case in &due.waiting {
        let asked = asked_at(case, &mut session.books).map_err(one)?;
        table.toned(case_cells(case, asked, now, screen));
    }
    for case in &due.follow_ups {
        table.toned(follow_up_cells(case, screen));
    }
    if table.is_empty() && parcels.is_empty() {
        screen.tell("ledger.due_none", &[]);
        return Ok(Exit::Done);
    }
    screen.tell("ledger.due_title", &[]);
    if !table.is_empty() {
        let drawn = table.render(screen.look());
        screen.say(drawn.trim_end());
    }
    if !parcels.is_empty() {
        screen.say("");
        let mut table = Table::new(headings(&TO_DO, screen));
        for (parcel, what) in parcels.values() {
            let what: Vec<String> = what.iter().map(|what| screen.ui(&format!("todo.{what}"), &[])).collect();
            let times = [when(parcel.packed_at), when(parcel.sent_at), what.join(&screen.ui("place.and", &[]))];
            table.row(parcel_cells(parcel, &session, screen).into_iter().chain(times));
        }
        let drawn = table.render(screen.look());
        screen.say(drawn.trim_end());
    }
    Ok(Exit::Done)
}

const LIST: [&str; 9] = ["number", "channel", "requester", "state", "case", "made_at", "sent_at", "told_at", "received_at"];
const TO_DO: [&str; 7] = ["number", "channel", "requester", "state", "made_at", "sent_at", "follow_up"];

/// A parcel, and the words for what is to be done.
type ToDo<'a> = BTreeMap<&'a Number, (&'a ParcelRow, Vec<&'static str>)>;

/// Each parcel once, with all that is still to be done or noted about it.
fn to_do<'a>(due: &'a Due, unreceived: &'a [ParcelRow], bureau: &Bureau, books: &mut Books) -> Result<ToDo<'a>, Fault> {
    let mut parcels = ToDo::new();
    // What must not go as it is, and what nobody can put into an envelope yet, before that it was sent.
    for row in &due.unsent {
        let printed = row.promise.as_ref().is_none_or(|p| p.channel == Channel::Email) || !row.print_file.is_empty();
        let marks = [(!superseded(row, bureau, books)?.is_empty(), "superseded"), (!printed, "print")];
        let marks = marks.into_iter().filter_map(|(holds, what)| holds.then_some(what));
        parcels.entry(&row.number).or_insert((row, Vec::new())).1.extend(marks);
    }
    for (what, rows) in [("send", &due.unsent[..]), ("tell", &due.untold), ("confirm", unreceived)] {
        for row in rows {
            parcels.entry(&row.number).or_insert((row, Vec::new())).1.push(what);
        }
    }
    Ok(parcels)
}

fn headings(columns: &[&str], screen: &Screen) -> Vec<String> {
    columns.iter().map(|column| screen.ui(&format!("column.{column}"), &[])).collect()
}

/// The chain, row by row; and whether each sealed password is where a sound ledger has it.
pub fn verify(args: &LedgerVerify, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let copied = args.anchor.as_deref().map(str::parse::<Copied>).transpose();
    let copied = copied.map_err(|_| vec![Fault::new(code::ANCHOR_FORM)])?;
    let (mut session, _) = Session::inspecting(&args.office, screen)?;
    let mut bar = Bar::new(screen, args.quiet);
    let ledger = session.books.verify_telling(copied.as_ref(), &mut |rows| bar.walked(rows));
    bar.close();
    let ledger = ledger.map_err(|fault| vec![fault])?;
    // An edited ledger says nothing of where they belong.
    let astray =
        if ledger.breaks.is_empty() { vault::astray(&mut session.books).map_err(|fault| vec![fault])? } else { Vec::new() };
    let tag: String = ledger.anchor.tag.to_string().chars().take(16).collect();
    let (rows, seq) = (ledger.rows.to_string(), ledger.anchor.seq.to_string());
    if screen.json {
        let breaks: Vec<_> = ledger.breaks.iter().map(|b| serde_json::json!({ "row": b.row(), "what": b.word() })).collect();
        let faults: Vec<_> = astray.iter().map(|fault| screen.messages.json(Level::Error, fault, None)).collect();
        screen.value(&serde_json::json!({
            "rows": ledger.rows, "begins": ledger.begins, "row": ledger.anchor.seq, "tag": tag, "breaks": breaks, "faults": faults,
        }));
    } else if ledger.breaks.is_empty() {
        screen.tell("ledger.intact", &[("rows", &rows)]);
        if ledger.begins > 0 {
            screen.tell("ledger.begins", &[("row", &ledger.begins.to_string())]);
        }
        if let Some(copied) = &copied {
            let told = if copied.seq() < ledger.begins { "ledger.anchor_gone" } else { "ledger.anchor_holds" };
            screen.tell(told, &[("row", &copied.seq().to_string())]);
        }
        screen.tell("ledger.anchor", &[("row", &seq), ("tag", &papers::tag(&tag))]);
        tell(&astray, screen);
    } else {
        screen.tell("ledger.broken", &[("count", &ledger.breaks.len().to_string())]);
        for broken in &ledger.breaks {
            let row = broken.row().to_string();
            let was = if let Break::Moved { was, .. } = broken { was.to_string() } else { String::new() };
            screen.tell(&format!("ledger.{}", broken.word()), &[("row", &row), ("was", &was)]);
        }
    }
    if ledger.breaks.is_empty() && astray.is_empty() { Ok(Exit::Done) } else { Ok(Exit::Disk) }
}

fn parcel_cells(parcel: &ParcelRow, session: &Session, screen: &Screen) -> [String; 4] {
    let promise = parcel.promise.as_ref();
    let (key, section) = promise.map_or(("", ""), |p| (p.municipality.as_str(), p.section.as_str()));
    let to = session.bureau.partners.row(key, section).map_or(key, |p| p.name.as_str());
    let channel = promise.map(|p| screen.ui(&format!("channel.{}", p.channel), &[])).unwrap_or_default();
    let state = if parcel.retired_at != 0 { "retired" } else { parcel.state.as_str() };
    [parcel.number.to_string(), channel, to.to_owned(), screen.ui(&format!("state.{state}"), &[])]
}

/// 副本の登録・更新: the reply is done, and its deadline with it.
fn follow_up_cells(case: &CaseRow, screen: &Screen) -> [(String, Tone); 5] {
    let cells = [case_name(case), case.reception.to_string(), String::new(), screen.ui("todo.update", &[]), String::new()];
    cells.map(|cell| (cell, Tone::Plain))
}

fn case_name(case: &CaseRow) -> String {
    if case.id.is_empty() { case.reception.to_string() } else { case.id.clone() }
}

/// A reply that is not due any more is never late, nor is what waits for the other side.
fn is_late(case: &CaseRow, now: i64) -> bool {
    let is_ours = case.follow_up != FollowUp::Open && case.outcome != Some(Outcome::AskMore);
    is_ours && case.due_at() != 0 && case.due_at() < now
}

fn case_cells(case: &CaseRow, asked: Option<i64>, now: i64, screen: &Screen) -> [(String, Tone); 5] {
    let (due, late) = (case.due_at(), is_late(case, now));
    let state = match case.outcome {
        Some(outcome) => screen.ui(&format!("outcome.{outcome}"), &[]),
        None => screen.ui("export.event.received", &[]),
    };
    let deadline = match (asked, late) {
        (Some(asked), _) => screen.ui("ledger.asked", &[("at", &when(asked))]),
        (None, true) => format!("{} {}", when(due), screen.ui("ledger.late", &[])),
        (None, false) => when(due),
    };
    let tone = if late { Tone::Bad } else { Tone::Plain };
    [
        (case_name(case), Tone::Plain),
        (case.reception.to_string(), Tone::Plain),
        (deadline, tone),
        (state, Tone::Plain),
        (case.code.clone(), Tone::Plain),
    ]
}

/// 照会番号 of the cases in a parcel, each once, in their order; 受付番号 where the former may not be written down.
fn names(parcel: &ParcelRow, books: &mut Books) -> Result<Vec<String>, Fault> {
    let mut receptions = parcel.receptions();
    receptions.dedup();
    let name =
        |reception| Ok(books.case(reception)?.filter(|case| !case.id.is_empty()).map_or(reception.to_string(), |case| case.id));
    receptions.iter().map(name).collect()
}

/// All of them where a cell holds them, else the first ones and how many more.
fn few(cases: &[String], screen: &Screen) -> String {
    const FEW: usize = 3;
    let shown = cases.get(..FEW).unwrap_or(cases).join(&screen.ui("place.and", &[]));
    let more = cases.len().saturating_sub(FEW);
    let more = if more == 0 { String::new() } else { more.to_string() };
    screen.ui("ledger.cases", &[("cases", &shown), ("more", &more)])
}

fn parcel_json(parcel: &ParcelRow, cases: &[String], to_do: Option<&[&str]>, screen: &mut Screen) {
    let promise = parcel.promise.as_ref();
    let mut value = serde_json::json!({
        "number": parcel.number.to_string(), "state": parcel.state.as_str(),
        "channel": promise.map(|p| p.channel.as_str()), "municipality": promise.map(|p| p.municipality.as_str()),
        "cases": cases, "documents": promise.map(|p| p.documents.iter().map(|d| d.number.as_str()).collect::<Vec<_>>()),
        "packed": when(parcel.packed_at), "told": when(parcel.told_at), "sent": when(parcel.sent_at),
        "received": when(parcel.received_at), "retired": when(parcel.retired_at), "print_file": parcel.print_file,
    });
    if let (Some(to_do), Some(object)) = (to_do, value.as_object_mut()) {
        object.insert("to_do".into(), to_do.into());
    }
    screen.value(&value);
}

fn case_json(state: &str, case: &CaseRow, asked: Option<i64>, now: i64, screen: &mut Screen) {
    let value = serde_json::json!({
        "state": state, "case": case.id, "reception": case.reception.to_string(), "deadline": when(case.deadline),
        "delayed_until": when(case.delayed_until), "asked": asked.map(when), "late": is_late(case, now), "outcome": case.outcome.map(|o| o.as_str()), "code": case.code,
        "row": case.row, "number": case.number.as_ref().map(ToString::to_string),
    });
    screen.value(&value);
}
