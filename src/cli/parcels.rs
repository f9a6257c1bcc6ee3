//! fukan password and fukan open: one parcel by its number.

use super::Exit;
use super::args::{OfficeArgs, Open, PasswordArgs};
use super::message::Level;
use super::screen::Screen;
use super::session::Session;
use fukan::base::date::wareki;
use fukan::base::{Fault, Field, code};
use fukan::books::{Number, parcel_number};
use fukan::desk::hand::{self, Telling};
use fukan::desk::{noting, papers};
use std::path::Path;
use zeroize::Zeroizing;

/// Shows a password for the telephone, or makes the sheet for it. Nowhere else is it ever shown.
pub fn password(args: &PasswordArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let number = parcel_number(&args.number).map_err(one)?;
    if let Some(out) = &args.out {
        papers::free(out, &super::session::seams()).map_err(one)?;
    }
    let mut session = Session::reading(&args.office, screen)?;
    if args.out.is_some() {
        session.bureau.sound_forms()?;
    }
    let today = session.seams.now().date();
    let telling = hand::password(&number, &session.bureau, &mut session.books, today).map_err(one)?;
    if let Some(warning) = stale(&telling).filter(|_| !screen.json) {
        screen.fault(Level::Warning, &warning, None);
    }
    match &args.out {
        Some(out) => sheet(&number, &telling, args.with_password, out, &mut session, screen).map_err(one)?,
        None if screen.json => json(&telling, screen),
        None => show(&telling, &args.office, screen),
    }
    Ok(Exit::Done)
}

/// FK-2015, when the number to dial was looked up too long ago.
fn stale(telling: &Telling) -> Option<Fault> {
    telling.stale.then(|| Fault::new(code::PARTNER_STALE).at(Field::new("確認日", "partners.csv 確認日")))
}

fn json(telling: &Telling, screen: &mut Screen) {
    let dial = telling.dial.as_ref();
    let value = serde_json::json!({
        "number": telling.number, "password": telling.password.expose(), "groups": telling.password.groups(),
        "check": telling.check, "to": telling.to, "section": telling.section, "dial": dial.map(|d| d.number()),
        "source": dial.map(|d| d.source()), "looked_up": dial.and_then(|d| d.looked_up()).map(|day| day.to_string()),
        "looked_up_by": dial.map(|d| d.looked_up_by()), "warnings": screen.warnings(stale(telling).as_slice()), "told": noting::shown(telling.told_at),
    });
    screen.value(&value);
}

fn sheet(
    number: &Number,
    telling: &Telling,
    with_password: bool,
    out: &Path,
    session: &mut Session,
    screen: &mut Screen,
) -> Result<(), Fault> {
    let Session { bureau, books, seams, .. } = session;
    let path = papers::password_sheet(number, telling, with_password, out, bureau, books, seams)?;
    let path = path.display().to_string();
    if screen.json {
        screen.value(&serde_json::json!({ "number": telling.number, "path": path, "with_password": with_password, "warnings": screen.warnings(stale(telling).as_slice()) }));
        return Ok(());
    }
    screen.tell("password.written", &[("path", &path)]);
    match with_password {
        true => screen.tell("password.inside", &[("path", &path)]),
        false => screen.tell("password.empty", &[("number", &telling.number)]),
    }
    Ok(())
}

/// A path as it can be pasted into a command line.
pub fn pasted(path: &Path) -> String {
    let path = path.display().to_string();
    match path.contains(char::is_whitespace) {
        // On Windows a backslash would take the quotation mark behind it into the path.
        true if cfg!(windows) => format!("\"{}\"", path.trim_end_matches('\\')),
        true => format!("\"{path}\""),
        false => path,
    }
}

fn show(telling: &Telling, office: &OfficeArgs, screen: &mut Screen) {
    screen.tell("password.title", &[]);
    let mut line = |key: &str, value: &str| {
        let label = screen.ui(key, &[]);
        screen.say(&format!("  {label}: {value}"));
    };
    line("password.number", &telling.number);
    line("password.to", format!("{} {}", telling.to, telling.section).trim_end());
    if let Some(dial) = &telling.dial {
        line("password.dial", dial.number());
        let checked = dial.looked_up().map(wareki).unwrap_or_default();
        line("password.source", &format!("{}（{checked} {}）", dial.source(), dial.looked_up_by()));
    }
    let groups = Zeroizing::new(telling.password.groups().join(" "));
    line("password.groups", &groups);
    telling.spoken().iter().for_each(|said| line("password.spoken", said));
    line("password.check", &telling.check);
    screen.tell("password.check_how", &[]);
    screen.tell("next.never_dial", &[]);
    for never in ["password.never_say", "password.never_send"] {
        screen.tell(never, &[]);
    }
    if telling.told_at != 0 {
        screen.tell("password.told_before", &[("at", &noting::shown(telling.told_at))]);
    }
    let office = pasted(&office.office);
    screen.tell("password.record", &[("number", &telling.number), ("office", &office)]);
    screen.tell("password.warning", &[]);
}

/// Opens a package into a folder.
pub fn open(args: &Open, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::noting(&args.office, screen)?;
    let written = hand::open(&args.package, &args.out, &mut session.books, &session.seams).map_err(|fault| vec![fault])?;
    for path in &written {
        let shown = path.display().to_string();
        match screen.json {
            true => screen.value(&serde_json::json!({ "path": shown })),
            false => screen.tell("open.done", &[("path", &shown)]),
        }
    }
    if !screen.json {
        screen.tell("open.clear", &[]);
    }
    Ok(Exit::Done)
}
