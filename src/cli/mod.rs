//! 画面: arguments, prompts and messages. Uses only what the library makes public.

mod accept;
mod args;
mod check;
mod clap_ja;
mod digest;
mod errand;
mod init;
mod ledger;
mod message;
mod note;
mod pack;
mod parcels;
mod screen;
mod session;
mod table;
mod vault;
mod verify;

#[cfg(test)]
mod texts;

use args::{Args, Command, LedgerCommand, VaultCommand};
use clap::{CommandFactory, FromArgMatches};
use message::{Lang, Messages};
use screen::Screen;
use std::process::ExitCode;

/// 終了コード (DESIGN section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All done.
    Done = 0,
    /// Some cases held or refused, the others done.
    Some = 1,
    /// Usage.
    Usage = 2,
    /// Every case refused; for `verify`: something is wrong.
    None = 3,
    /// Disk, vault or ledger.
    Disk = 4,
    /// Our fault.
    Ours = 70,
}

/// The program.
pub fn main() -> ExitCode {
    // A core dump would hold every password of the run; where it can't be switched off the run goes on.
    let _ = fukan::world::no_core_dumps();
    let lang = stated_lang().unwrap_or_else(fukan::world::lang);
    let command = clap_ja::localize(Args::command(), lang);
    let args = match command.try_get_matches().and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => return usage(&error, lang),
    };
    let json = args.json;
    let mut screen = Screen::new(Messages::load(lang), json);
    let exit = run(args, &mut screen);
    ExitCode::from(screen.close(exit) as u8)
}

fn usage(error: &clap::Error, lang: Lang) -> ExitCode {
    let mut screen = Screen::new(Messages::load(lang), false);
    let text = clap_ja::error_text(error, lang);
    let exit = if error.use_stderr() {
        screen.err(text.trim_end());
        Exit::Usage
    } else {
        screen.say(text.trim_end());
        Exit::Done
    };
    ExitCode::from(screen.close(exit) as u8)
}

/// `--lang` counts before everything else, so that a wrong command line is told in that language too.
fn stated_lang() -> Option<Lang> {
    let args: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let value = args.iter().enumerate().find_map(|(i, arg)| match arg.strip_prefix("--lang=") {
        Some(value) => Some(value.to_owned()),
        None if arg == "--lang" => args.get(i + 1).cloned(),
        None => None,
    });
    match value.as_deref() {
        Some("ja") => Some(Lang::Ja),
        Some("en") => Some(Lang::En),
        _ => None,
    }
}

fn run(args: Args, screen: &mut Screen) -> Exit {
    let done = match args.command {
        Command::Init(init) => init::run(&init, screen),
        Command::Check(check) => check::run(&check, screen),
        Command::Pack(pack) => pack::run(&pack, screen),
        Command::Accept(accept) => accept::run(&accept, screen),
        Command::Delay(delay) => errand::delay(&delay, screen),
        Command::Ask(ask) => errand::ask(&ask, screen),
        Command::Release(release) => errand::release(&release, screen),
        Command::Repack(repack) => errand::repack(&repack, screen),
        Command::Verify(verify) => verify::run(&verify, screen),
        Command::Open(open) => parcels::open(&open, screen),
        Command::Password(password) => parcels::password(&password, screen),
        Command::Ledger(LedgerCommand::List(list)) => ledger::list(&list, screen),
        Command::Ledger(LedgerCommand::Due(due)) => ledger::due(&due, screen),
        Command::Ledger(LedgerCommand::Verify(verify)) => ledger::verify(&verify, screen),
        Command::Ledger(LedgerCommand::Told(told)) => note::told(&told, screen),
        Command::Ledger(LedgerCommand::Sent(sent)) => note::sent(&sent, screen),
        Command::Ledger(LedgerCommand::Updated(updated)) => note::updated(&updated, screen),
        Command::Ledger(LedgerCommand::Close(close)) => note::close(&close, screen),
        Command::Vault(VaultCommand::Passphrase(passphrase)) => vault::passphrase(&passphrase, screen),
        Command::Vault(VaultCommand::Rotate(office)) => vault::rotate(&office, screen),
        Command::Vault(VaultCommand::Check(office)) => vault::check(&office, screen),
    };
    done.unwrap_or_else(|faults| {
        faults.iter().for_each(|fault| screen.fault(message::Level::Error, fault, None));
        session::exit_of(&faults)
    })
}
