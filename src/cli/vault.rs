//! fukan vault passphrase, rotate, check.

use super::Exit;
use super::args::{OfficeArgs, PassphraseArgs};
use super::message::Level;
use super::screen::Screen;
use super::session::{Session, new_passphrase, tell, warn};
use super::table::{Table, Tone};
use fukan::base::Fault;
use fukan::desk::vault::{self, Change};
use fukan::seal::vault::{Door, RecoveryCode, SlotKind};
use fukan::world::Passphrase;

/// Changes what opens the vault, or shows it.
pub fn passphrase(args: &PassphraseArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let (mut session, opener) = Session::with_passphrase(&args.office, screen)?;
    let new = match args.remove.is_some() || args.recovery || args.list {
        true => None,
        false => Some(fresh(args, &session, screen)?),
    };
    let change = match (&new, args.replace, args.remove) {
        (Some(new), Some(slot), _) => Some(Change::Replace(slot, new)),
        (Some(new), None, _) if args.add => Some(Change::Add(new)),
        (Some(new), None, _) => Some(Change::Passphrase(new)),
        (None, _, Some(slot)) => Some(Change::Remove(slot)),
        (None, _, None) => args.recovery.then_some(Change::Recovery),
    };
    let Session { books, seams, bureau, .. } = &mut session;
    let Some(change) = change else {
        let doors = vault::doors(&opener, books)?;
        show(&doors, screen);
        return Ok(Exit::Done);
    };
    let changed = vault::change(&change, &opener, bureau, books, seams)?;
    let done = changed.doubts.is_empty();
    if screen.json {
        let word = done.then(|| word(&change));
        screen.value(&serde_json::json!({ "changed": word, "recovery_code": changed.recovery.as_ref().map(joined) }));
    } else {
        if done {
            screen.tell(&format!("vault.{}", word(&change)), &[]);
            if matches!(change, Change::Remove(_)) {
                screen.tell("vault.rotate_too", &[]);
            }
            if let Some(name) = bureau.office.passphrase_file.as_ref().filter(|_| !matches!(change, Change::Recovery)) {
                screen.tell("vault.practice_file", &[("file", name)]);
            }
        }
        changed.recovery.iter().for_each(|recovery| hand_over(recovery, screen));
    }
    tell(&changed.doubts, screen);
    if done { Ok(Exit::Done) } else { Ok(Exit::Disk) }
}

/// New keys.
pub fn rotate(args: &OfficeArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let (mut session, opener) = Session::with_passphrase(args, screen)?;
    let Session { books, seams, bureau, .. } = &mut session;
    let rotated = vault::rotate(&opener, bureau, books, seams)?;
    let done = rotated.doubts.is_empty();
    if screen.json {
        screen.value(&serde_json::json!({
            "kept": rotated.kept, "destroyed": rotated.destroyed, "closed": rotated.closed, "recovery_code": joined(&rotated.recovery),
        }));
    } else {
        let (kept, destroyed) = (rotated.kept.to_string(), rotated.destroyed.to_string());
        if done {
            screen.tell("vault.rotated", &[("kept", &kept), ("destroyed", &destroyed)]);
        }
        if !rotated.closed.is_empty() {
            let slots: Vec<String> = rotated.closed.iter().map(ToString::to_string).collect();
            let slots = slots.join(&screen.ui("place.and", &[]));
            screen.tell("vault.closed", &[("slots", &slots)]);
        }
        hand_over(&rotated.recovery, screen);
    }
    tell(&rotated.doubts, screen);
    if done { Ok(Exit::Done) } else { Ok(Exit::Disk) }
}

/// Is everything where it belongs?
pub fn check(args: &OfficeArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let (mut session, opener) = Session::inspecting(args, screen)?;
    let checked = vault::check(&opener, &mut session.books)?;
    if screen.json {
        let faults: Vec<_> = checked.faults.iter().map(|fault| screen.messages.json(Level::Error, fault, None)).collect();
        screen.value(&serde_json::json!({
            "generation": checked.generation, "slots": checked.doors.iter().map(door_json).collect::<Vec<_>>(),
            "live": checked.live, "retired": checked.retired, "faults": faults,
        }));
    } else {
        show(&checked.doors, screen);
        let (live, retired) = (checked.live.to_string(), checked.retired.to_string());
        screen.tell("vault.counted", &[("live", &live), ("retired", &retired), ("generation", &checked.generation.to_string())]);
        tell(&checked.faults, screen);
        if checked.faults.is_empty() {
            screen.tell("vault.sound", &[]);
        }
    }
    if checked.faults.is_empty() { Ok(Exit::Done) } else { Ok(Exit::Disk) }
}

fn fresh(args: &PassphraseArgs, session: &Session, screen: &mut Screen) -> Result<Passphrase, Vec<Fault>> {
    let new = new_passphrase(args.new_passphrase_file.as_deref(), screen).map_err(|fault| vec![fault])?;
    warn(&new, &session.bureau, screen);
    Ok(new)
}

fn word(change: &Change<'_>) -> &'static str {
    match change {
        Change::Passphrase(_) => "changed",
        Change::Add(_) => "added",
        Change::Replace(..) => "replaced",
        Change::Remove(_) => "removed",
        Change::Recovery => "recovery",
    }
}

fn kind(door: &Door) -> &'static str {
    match door.kind {
        SlotKind::Passphrase => "passphrase",
        SlotKind::Recovery => "recovery",
    }
}

fn show(doors: &[Door], screen: &mut Screen) {
    if screen.json {
        doors.iter().for_each(|door| screen.value(&door_json(door)));
        return;
    }
    let headings = ["slot", "slot_kind", "cost", "opened"].map(|column| screen.ui(&format!("column.{column}"), &[]));
    let mut table = Table::new(headings);
    for door in doors {
        let cost = format!("Argon2id {} MiB, t={}, p={}", door.params.m_kib() >> 10, door.params.t(), door.params.p());
        let opened = if door.opened { screen.ui("vault.this", &[]) } else { String::new() };
        let kind = screen.ui(&format!("vault.kind.{}", kind(door)), &[]);
        table.toned([door.slot.to_string(), kind, cost, opened].map(|cell| (cell, Tone::Plain)));
    }
    let drawn = table.render(screen.look());
    screen.say(drawn.trim_end());
}

fn door_json(door: &Door) -> serde_json::Value {
    let cost = door.params;
    serde_json::json!({
        "slot": door.slot, "kind": kind(door), "m_kib": cost.m_kib(), "t": cost.t(), "p": cost.p(), "opened": door.opened,
    })
}

/// The recovery code, shown once.
pub fn hand_over(recovery: &RecoveryCode, screen: &mut Screen) {
    screen.tell("vault.recovery_code", &[]);
    screen.say(&format!("    {}", joined(recovery)));
    screen.tell("vault.recovery_why", &[]);
}

fn joined(recovery: &RecoveryCode) -> String {
    recovery.groups().join("-")
}
