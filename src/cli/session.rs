//! 作業: the office of a command, its lock, its passphrase and its books.

use super::Exit;
use super::args::OfficeArgs;
use super::message::Level;
use super::screen::Screen;
use fukan::base::{Code, Fault, code};
use fukan::books::Books;
use fukan::desk::{Bureau, Seams};
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

impl Session {
    /// For a command that writes: the office is locked for the whole run.
    pub fn writing(office: &OfficeArgs, screen: &mut Screen) -> Result<Self, Vec<Fault>> {
        Bureau::stands(&office.office, &Disk).map_err(|fault| vec![fault])?;
        let lock = Lock::take(&office.office).map_err(|fault| vec![fault])?;
        Self::open(office, Some(lock), screen)
    }

    /// For a command that only looks.
    pub fn reading(office: &OfficeArgs, screen: &mut Screen) -> Result<Self, Vec<Fault>> {
        Self::open(office, None, screen)
    }

    fn open(office: &OfficeArgs, lock: Option<Lock>, screen: &mut Screen) -> Result<Self, Vec<Fault>> {
        let seams = seams();
        let bureau = Bureau::read(&office.office, &*seams.store)?;
        let one = |fault: Fault| vec![fault];
        let stated = office.passphrase_file.clone();
        let own = bureau.office.passphrase_file.as_ref().map(|name| office.office.join(name));
        let passphrase = passphrase(stated.or(own).as_deref(), screen).map_err(one)?;
        if passphrase.readable_by_others && !bureau.office.practice {
            let text = screen.ui("prompt.readable_by_others", &[]);
            screen.err(&text);
        }
        let books = bureau.books(&seams, &passphrase).map_err(one)?;
        Ok(Self { bureau, books, seams, _lock: lock })
    }
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
    code::LETTER_DATE,
    code::OFFICE_FORM,
    code::OFFICE_VALUE,
    code::PARTNERS_FORM,
    code::HOLIDAYS_FORM,
    code::HOLIDAYS_CUT,
    code::NO_SUCH_CASE,
    code::NOTHING_TO_CORRECT,
    code::UNTIL,
    code::NOT_PROTECTED,
    code::NOTED_AT,
    code::NOTED_BY,
    code::CLOSE_REASON,
];

/// What stops a command because of what the ledger says of its number: nothing is broken.
const REFUSED: &[Code] = &[code::UNSEALED, code::REPLACED, code::NOT_SENT, code::NO_FOLLOW_UP, code::NOT_PACKED];

/// The exit code of a command that stopped.
pub fn exit_of(faults: &[Fault]) -> Exit {
    let of = |code: Code| match code.as_str().as_bytes().get(3) {
        _ if USAGE.contains(&code) => Exit::Usage,
        _ if REFUSED.contains(&code) => Exit::None,
        Some(b'5' | b'6') => Exit::Disk,
        Some(b'9') => Exit::Ours,
        _ => Exit::None,
    };
    faults.first().map_or(Exit::Ours, |fault| of(fault.code))
}

/// Tells every fault.
pub fn tell(faults: &[Fault], screen: &mut Screen) {
    faults.iter().for_each(|fault| screen.fault(Level::Error, fault, None));
}

/// Writes one file for the user, never over another, and says where it lies.
pub fn write_new(file: &Path, bytes: &[u8], said: &str, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let path = world::resolve(file).map_err(|error| vec![Fault::disk(error)])?;
    seams().store.create(&path, bytes).map_err(|error| vec![Fault::disk(error)])?;
    match screen.json {
        true => screen.value(&serde_json::json!({ "path": file.display().to_string() })),
        false => screen.tell(said, &[("file", &file.display().to_string())]),
    }
    Ok(Exit::Done)
}
