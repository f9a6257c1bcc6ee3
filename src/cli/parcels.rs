//! fukan password and fukan open: one parcel by its number.

use super::Exit;
use super::args::{Open, PasswordArgs};
use super::screen::Screen;
use super::session::Session;
use fukan::base::date::wareki;
use fukan::base::{Fault, code};
use fukan::desk::hand::{self, Telling};
use zeroize::Zeroizing;

/// Shows a password for the telephone. Nowhere else is it ever shown.
pub fn password(args: &PasswordArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let number = args.number.parse().map_err(|_| vec![Fault::new(code::NO_NUMBER)])?;
    let mut session = Session::reading(&args.office, screen)?;
    let telling = hand::password(&number, &session.bureau, &mut session.books).map_err(one)?;
    if screen.json {
        json(&telling, screen);
    } else {
        show(&telling, screen);
    }
    Ok(Exit::Done)
}

fn json(telling: &Telling, screen: &mut Screen) {
    let dial = telling.dial.as_ref().map(|d| d.number.as_str());
    let value = serde_json::json!({
        "number": telling.number, "password": telling.password.expose(), "groups": telling.password.groups(),
        "check": telling.check, "dial": dial,
    });
    screen.value(&value);
}

fn show(telling: &Telling, screen: &mut Screen) {
    screen.tell("password.title", &[]);
    let mut line = |key: &str, value: &str| {
        let label = screen.ui(key, &[]);
        screen.say(&format!("  {label}: {value}"));
    };
    line("password.number", &telling.number);
    if let Some(dial) = &telling.dial {
        line("password.to", &dial.name);
        line("password.dial", &dial.number);
        let checked = dial.looked_up.map(wareki).unwrap_or_default();
        line("column.place", &format!("{}（{checked} {}）", dial.source, dial.looked_up_by));
    }
    let groups = Zeroizing::new(telling.password.groups().join(" "));
    line("password.groups", &groups);
    let spoken: Vec<&str> = telling.password.spoken().map(|(_, said)| said).collect();
    for group in spoken.chunks(4) {
        let said = Zeroizing::new(group.join("、"));
        line("password.spoken", &said);
    }
    line("password.check", &telling.check);
    screen.tell("password.check_how", &[]);
    screen.tell("next.never_dial", &[]);
    screen.tell("password.record", &[("number", &telling.number)]);
    screen.tell("password.warning", &[]);
}

/// Opens a package into a folder.
pub fn open(args: &Open, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::writing(&args.office, screen)?;
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
