//! fukan ledger told, sent, updated, close: what a person did, into the ledger, with who and when.

use super::Exit;
use super::args::{Noted, NotedCase, OfficeArgs, Told};
use super::screen::Screen;
use super::session::Session;
use fukan::base::{Arg, Fault, code};
use fukan::books::{CaseRow, ClosedReason, Event, Number, State, Subject, Told as ToldEvent};

/// A password was told by telephone.
pub fn told(args: &Told, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let event = Event::Told(ToldEvent { confirmed: args.confirmed });
    parcels(std::slice::from_ref(&args.number), &event, &args.office, screen)
}

/// Parcels left the building: the follow-ups of N15 open now.
pub fn sent(args: &Noted, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    parcels(&args.numbers, &Event::Sent, &args.office, screen)
}

/// 副本の登録・更新 is done.
pub fn updated(args: &NotedCase, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    cases(args, &Event::Updated, screen)
}

/// Nothing more will be done.
pub fn close(args: &NotedCase, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    cases(args, &Event::Closed(ClosedReason { reason: "closed".to_owned() }), screen)
}

fn unknown(name: &str) -> Fault {
    let shown = fukan::base::fault::FileName::named(name, 1);
    Fault::new(code::NO_NUMBER).with("number", Arg::plain(shown.as_str()))
}

fn parcels(numbers: &[String], event: &Event, office: &OfficeArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let mut session = Session::writing(office, screen)?;
    // All of them are looked up before any is noted.
    let mut found: Vec<Number> = Vec::new();
    for text in numbers {
        let number: Number = text.parse().map_err(|_| vec![unknown(text)])?;
        let row = session.books.expect_parcel(&number).map_err(one)?;
        if row.state != State::Packed {
            return Err(vec![unknown(text)]);
        }
        found.push(number);
    }
    for number in &found {
        session.books.note(Subject::from(number), event).map_err(one)?;
        noted(&number.to_string(), screen);
    }
    Ok(Exit::Done)
}

fn cases(args: &NotedCase, event: &Event, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let mut session = Session::writing(&args.office, screen)?;
    let mut found: Vec<CaseRow> = Vec::new();
    for text in &args.cases {
        found.push(session.books.find_case(text).map_err(one)?);
    }
    for case in &found {
        session.books.note(Subject::from(&case.reception), event).map_err(one)?;
        noted(&case.reception.to_string(), screen);
    }
    Ok(Exit::Done)
}

fn noted(number: &str, screen: &mut Screen) {
    match screen.json {
        true => screen.value(&serde_json::json!({ "noted": number })),
        false => screen.tell("ledger.noted", &[("number", number)]),
    }
}
