//! fukan ledger move: the ledger of an office goes from its file to a server.

use super::Exit;
use super::args::Move;
use super::screen::Screen;
use super::session::Session;
use fukan::base::database::Refused;
use fukan::base::{Database, Fault, code};
use fukan::desk::{papers, vault};
use fukan::world;

/// What the file is called from then on: nobody goes on with it by mistake.
const KEPT: &str = "office.moved.db";

/// Copies it, and puts the file aside.
pub fn run(args: &Move, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let server = match Database::parse(&args.to) {
        Ok(Database::Server(server)) => server,
        Err(Refused::Password) => return Err(one(Fault::new(code::SERVER_PASSWORD))),
        Ok(Database::File) | Err(Refused::Form) => return Err(one(Fault::new(code::DATABASE_FORM))),
    };
    world::refuse_server_password().map_err(one)?;
    let mut session = Session::writing(&args.office, screen)?;
    if session.bureau.office.database != Database::File {
        return Err(one(Fault::new(code::NOT_A_FILE)));
    }
    let dir = world::resolve(&args.office.office).map_err(|error| one(Fault::disk(error)))?;
    papers::free(&dir.join(KEPT), &session.seams).map_err(one)?;
    let store = session.seams.store.clone();
    // A promise that is still open means a folder of this computer.
    session.books.recover(&*store, false).map_err(one)?;
    vault::sound(&mut session.books)?;
    let anchor = session.books.copy_to(&server, &dir).map_err(one)?;
    // Closed before it gets its other name; the office's lock is held until the end.
    drop(session.books);
    let aside = store.rename_new(&dir.join("office.db"), &dir.join(KEPT)).and_then(|()| store.sync_dir(&dir));
    aside.map_err(|error| one(Fault::disk(error)))?;
    let (rows, tag) = (anchor.seq.to_string(), papers::tag(&anchor.tag.to_string()));
    if screen.json {
        screen.value(&serde_json::json!({ "database": args.to, "row": anchor.seq, "tag": tag.replace(' ', ""), "kept": KEPT }));
        return Ok(Exit::Done);
    }
    screen.tell("move.done", &[("database", &args.to), ("kept", KEPT)]);
    screen.tell("ledger.anchor", &[("row", &rows), ("tag", &tag)]);
    Ok(Exit::Done)
}
