//! 作業: the office of a command, its lock, its passphrase and its books.

use super::Exit;
use super::args::OfficeArgs;
use super::message::Level;
use super::screen::Screen;
use fukan::base::{Code, Database, Fault, code};
use fukan::books::Books;
use fukan::desk::{Bureau, Seams, bureau, papers};
use fukan::world::{self, Disk, Lock, Passphrase, Stream, SystemClock, SystemEntropy};
use std::path::Path;
use std::sync::Arc;

/// 作業 with an unlocked office.
pub struct Session {
    /// The office.
    pub bureau: Bureau,
    /// Its books.
    pub books: Books,
    /// The world.
    pub seams: Seams,
    _lock: Option<Lock>,
}

/// The world as it is.
pub fn seams() -> Seams {
    Seams {
        store: Arc::new(Disk),
        inputs: Arc::new(Disk),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        who: world::user_name(),
    }
}

/// What a command does with the office.
#[derive(Clone, Copy)]
enum Access {
    Make,
    Turn,
    Note,
    Look,
    Inspect,
}

impl Session {
    /// For a command that makes letters: with the office's own forms, which must be good.
    pub fn making(office: &OfficeArgs, screen: &mut Screen) -> Result<Self, Vec<Fault>> {
        Self::open(office, Access::Make, screen).map(|(session, _)| session)
    }

    /// For a command that makes something: nobody else makes anything in this office meanwhile.
    pub fn writing(office: &OfficeArgs, screen: &mut Screen) -> Result<Self, Vec<Fault>> {
        Self::with_passphrase(office, screen).map(|(session, _)| session)
    }

    /// The same for a command of the vault, which needs what opened it once more.
    pub fn with_passphrase(office: &OfficeArgs, screen: &mut Screen) -> Result<(Self, Passphrase), Vec<Fault>> {
        Self::open(office, Access::Turn, screen)
    }

    /// For a command that notes what was done: beside a run of somebody else on another computer it need not wait.
    pub fn noting(office: &OfficeArgs, screen: &mut Screen) -> Result<Self, Vec<Fault>> {
        Self::open(office, Access::Note, screen).map(|(session, _)| session)
    }

    /// For a command that only looks.
    pub fn reading(office: &OfficeArgs, screen: &mut Screen) -> Result<Self, Vec<Fault>> {
        Self::open(office, Access::Look, screen).map(|(session, _)| session)
    }

    /// For a command that looks at what may have been tampered with.
    pub fn inspecting(office: &OfficeArgs, screen: &mut Screen) -> Result<(Self, Passphrase), Vec<Fault>> {
        Self::open(office, Access::Inspect, screen)
    }

    fn open(office: &OfficeArgs, access: Access, screen: &mut Screen) -> Result<(Self, Passphrase), Vec<Fault>> {
        let seams = seams();
        let one = |fault: Fault| vec![fault];
        let dir = Bureau::stands(&office.office, &*seams.store).map_err(one)?;
        // A file has one writer; a shared database lets them in one after the other.
        let shared = matches!(bureau::database(&dir, &*seams.store), Ok(Database::Server(_)));
        let lock = match access {
            Access::Make | Access::Turn | Access::Note if !shared => Some(Lock::take(&dir).map_err(one)?),
            _ => None,
        };
        let bureau = Bureau::read(&dir, &*seams.store)?;
        // A practice office makes its database when it is first asked for, even by a command that only looks.
        let absent = || matches!(seams.store.kind(&dir.join("office.db")), Ok(None));
        let lock = match lock {
            None if !shared && bureau.office.practice && absent() => Some(Lock::take(&dir).map_err(one)?),
            held => held,
        };
        if matches!(access, Access::Make) {
            bureau.sound_forms()?;
        }
        let stated = office.passphrase_file.clone();
        let own = bureau.office.passphrase_file.as_ref().map(|name| dir.join(name));
        let passphrase = passphrase(stated.or(own).as_deref(), screen).map_err(one)?;
        warn(&passphrase, &bureau, screen);
        let books = match access {
            Access::Make | Access::Turn => {
                let waiting = screen.ui("session.waiting", &[]);
                bureau.books_in_turn(&seams, &passphrase, || screen.err(&waiting))
            }
            Access::Note | Access::Look => bureau.books(&seams, &passphrase),
            Access::Inspect => bureau.inspect(&seams, &passphrase),
        };
        let books = books.map_err(one)?;
        Ok((Self { bureau, books, seams, _lock: lock }, passphrase))
    }
}

/// Says when others could read the file of a passphrase that counts.
pub fn warn(passphrase: &Passphrase, bureau: &Bureau, screen: &mut Screen) {
    if passphrase.readable_by_others && !bureau.office.practice {
        let text = screen.ui("prompt.readable_by_others", &[]);
        screen.err(&text);
    }
}

/// A new passphrase: from its file, else asked for twice on a terminal, else the next line of standard input.
pub fn new_passphrase(file: Option<&Path>, screen: &mut Screen) -> Result<Passphrase, Fault> {
    if let Some(file) = file {
        return world::passphrase_file(file);
    }
    let first = ask("prompt.new_passphrase", screen)?;
    if world::is_terminal(Stream::In) && first.expose() != ask("prompt.repeat", screen)?.expose() {
        let text = screen.ui("prompt.differ", &[]);
        screen.err(&text);
        return Err(Fault::new(code::NO_PASSPHRASE));
    }
    Ok(first)
}

/// The passphrase: from a file, else asked for on a terminal, else read from standard input.
pub fn passphrase(file: Option<&Path>, screen: &mut Screen) -> Result<Passphrase, Fault> {
    match file {
        Some(file) => world::passphrase_file(file),
        None => ask("prompt.passphrase", screen),
    }
}

/// Asks on the terminal without echo, or reads a line of standard input.
pub fn ask(key: &str, screen: &mut Screen) -> Result<Passphrase, Fault> {
    if !world::is_terminal(Stream::In) {
        return world::passphrase_stdin();
    }
    let prompt = screen.ui(key, &[]);
    world::passphrase_prompt(&prompt)
}

/// What stops a command because of how it was called or how the office is set up.
const USAGE: &[Code] = &[
    code::USAGE,
    code::SAME_ID,
    code::NO_NUMBER,
    code::DATABASE_FORM,
    code::SERVER_PASSWORD,
    code::LETTER_DATE,
    code::OFFICE_FORM,
    code::FORM_FILE,
    code::FORM_KIND,
    code::FORM_TAG,
    code::FORM_BRACES,
    code::FORM_TAG_OTHER,
    code::FORM_TAG_UNSEEN,
    code::FORM_TAG_MISSING,
    code::FORM_CODE_MISSING,
    code::FORM_LAYOUT,
    code::FORM_MACRO,
    code::FORM_LINK,
    code::FORM_OBJECT,
    code::FORM_TRACKED,
    code::FORM_COMMENT,
    code::FORM_FIELD,
    code::FORM_NOTE,
    code::FORM_UNSOUND,
    code::FORM,
    code::OFFICE_VALUE,
    code::WORDING,
    code::UNKNOWN_SLOT,
    code::WORDING_LACKS,
    code::WORDING_FILE,
    code::WORDING_SLOT,
    code::LOGO,
    code::LABELS_FROM,
    code::PARTNERS_FORM,
    code::HOLIDAYS_FORM,
    code::HOLIDAYS_CUT,
    code::NO_SUCH_CASE,
    code::NOTHING_TO_CORRECT,
    code::NOTHING_MADE,
    code::MOVED_ON,
    code::NO_OUTPUT,
    code::NOTHING_OF_OURS,
    code::OUT_IN_OFFICE,
    code::OUTPUTS_BELOW,
    code::UNTIL,
    code::NOT_PROTECTED,
    code::NOTED_AT,
    code::NOTED_BY,
    code::CLOSE_REASON,
    code::ANCHOR_FORM,
    code::YEAR_NOT_OVER,
    code::YEAR_CLOSED,
    code::YEAR_BEFORE,
    code::DATE_IN_CLOSED_YEAR,
    code::NOT_AHEAD,
    code::CLOCK_RIGHT,
    code::NOT_A_FILE,
];

/// What stops a command because of what the ledger says of its number: nothing is broken.
const REFUSED: &[Code] = &[code::UNSEALED, code::REPLACED, code::NOT_SENT, code::NO_FOLLOW_UP, code::NOT_PACKED, code::NO_PERSON];

/// The exit code of a command that stopped.
pub fn exit_of(faults: &[Fault]) -> Exit {
    let of = |fault: &Fault| match (fault.code, fault.code.as_str().as_bytes().get(3)) {
        (code, _) if USAGE.contains(&code) || is_setting(fault) => Exit::Usage,
        (code, _) if REFUSED.contains(&code) => Exit::None,
        // Nothing is broken: the rest was not begun.
        (code::STOPPED, _) => Exit::Some,
        (_, Some(b'5' | b'6')) => Exit::Disk,
        (_, Some(b'9')) => Exit::Ours,
        _ => Exit::None,
    };
    faults.first().map_or(Exit::Ours, of)
}

/// Whatever is wrong with it, it is the office's settings that are.
fn is_setting(fault: &Fault) -> bool {
    let name = fault.place.file.as_ref().map(|file| file.as_str());
    let settings = ["office.toml", "partners.csv", "items.toml", "syukujitsu.csv", "wording"];
    name.and_then(|name| name.split('/').next()).is_some_and(|name| settings.contains(&name))
}

/// Tells every fault.
pub fn tell(faults: &[Fault], screen: &mut Screen) {
    faults.iter().for_each(|fault| screen.fault(Level::Error, fault, None));
}

/// Writes one file for the user, never over another, and says where it lies.
pub fn write_new(file: &Path, bytes: &[u8], said: &str, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    papers::free(file, &seams()).map_err(|fault| vec![fault])?;
    let path = world::resolve(file).map_err(|error| vec![Fault::disk(error)])?;
    seams().store.create(&path, bytes).map_err(|error| vec![Fault::disk(error)])?;
    match screen.json {
        true => screen.value(&serde_json::json!({ "path": file.display().to_string() })),
        false => screen.tell(said, &[("file", &file.display().to_string())]),
    }
    Ok(Exit::Done)
}
