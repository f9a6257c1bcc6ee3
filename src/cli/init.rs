//! fukan init: a new office, with its settings to be filled in and its database.

use super::Exit;
use super::args::Init;
use super::screen::Screen;
use super::session::{new_passphrase, seams};
use super::vault::hand_over;
use fukan::base::database::Refused;
use fukan::base::{Arg, Database, Fault, Store, code};
use fukan::desk::{bureau, founding, papers};
use fukan::world::{self, Lock};
use std::path::Path;

const OFFICE: &str = include_str!("../../templates/office/office.toml");
const PARTNERS: &str = include_str!("../../templates/office/partners.csv");

/// Makes what is missing; what stands there is left alone.
pub fn run(args: &Init, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let seams = seams();
    let dir = world::resolve_unlinked(&args.dir).map_err(|e| vec![Fault::disk(e)])?;
    let passphrase = new_passphrase(args.passphrase_file.as_deref(), screen).map_err(one)?;
    founding::check_passphrase(&passphrase).map_err(one)?;
    papers::folder(&dir, &*seams.store).map_err(one)?;
    let _lock = Lock::take(&dir).map_err(one)?;
    let (database, settings) = database(args, &dir, &*seams.store)?;
    if database == Database::File {
        if seams.store.kind(&dir.join("office.db")).map_err(|e| vec![Fault::disk(e)])?.is_some() {
            return Err(vec![Fault::new(code::EXISTS).with("file", Arg::plain("office.db"))]);
        }
        world::refuse_network_drive(&dir).map_err(one)?;
    }
    let settings = [("office.toml", settings.as_str()), ("partners.csv", PARTNERS)];
    let recovery = founding::found(&dir, &database, &settings, &seams, &passphrase).map_err(one)?;
    // What the recovery code opens must outlast a power cut; where that can't be told, the code, which is shown once, is shown all the same.
    let kept = match dir.parent().map_or(Ok(()), |parent| seams.store.sync_dir(parent)) {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Ok(()), // a folder that we may write to and not look into
        kept => kept,
    };
    let kept = seams.store.sync_dir(&dir).and(kept).map_err(|e| vec![Fault::disk(e)]).map(|()| Exit::Done);
    let shown = dir.display().to_string();
    if screen.json {
        screen.value(&serde_json::json!({ "office": shown, "recovery_code": recovery.groups().join("-") }));
        return kept;
    }
    screen.tell("init.created", &[("dir", &shown)]);
    hand_over(&recovery, screen);
    screen.tell("init.next", &[]);
    screen.tell("init.try", &[]);
    kept
}

/// Where the database is to be, and the settings of a new office. Where an office.toml stands already, it says so itself.
fn database(args: &Init, dir: &Path, store: &dyn Store) -> Result<(Database, String), Vec<Fault>> {
    let stated = |text: &str| {
        Database::parse(text).map_err(|refused| match refused {
            Refused::Password => vec![Fault::new(code::SERVER_PASSWORD)],
            Refused::Form => vec![Fault::new(code::DATABASE_FORM)],
        })
    };
    let (asked, standing) = (args.database.as_deref(), dir.join("office.toml"));
    if store.kind(&standing).map_err(|e| vec![Fault::disk(e)])?.is_none() {
        let text = asked
            .filter(|text| *text != "office.db")
            .map_or_else(|| OFFICE.to_owned(), |text| format!("database = \"{text}\"\n{OFFICE}"));
        return Ok((asked.map_or(Ok(Database::File), stated)?, text));
    }
    let database = bureau::database(dir, store)?;
    match asked.map(stated).transpose()? {
        Some(asked) if asked != database => Err(vec![Fault::new(code::EXISTS).with("file", Arg::plain("office.toml"))]),
        _ => Ok((database, String::new())),
    }
}
