//! 画面: arguments, prompts and messages. Uses only what the library makes public.

mod accept;
mod args;
mod bar;
mod check;
mod clap_ja;
mod completions;
mod digest;
mod errand;
mod export;
mod forms;
mod forms_window;
mod forms_wording;
mod init;
mod ledger;
mod ledger_find;
mod ledger_move;
mod ledger_year;
mod man;
mod message;
mod next;
mod note;
mod pack;
mod parcels;
mod report;
mod results;
mod schema;
mod screen;
mod session;
mod table;
mod usage;
mod vault;
mod verify;

#[cfg(test)]
mod texts;
#[cfg(test)]
mod walks;

use args::{Args, Command, FormsCommand, LedgerCommand, VaultCommand};
use message::Messages;
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
    let words: Vec<_> = std::env::args_os().collect();
    let (lang, json) = usage::stated(&words);
    let lang = lang.unwrap_or_else(fukan::world::lang);
    let mut screen = Screen::new(Messages::load(lang), json);
    let exit = match usage::read(&words, lang) {
        Ok(args) => run(args, &mut screen),
        Err(error) => usage::tell(&error, &mut screen),
    };
    ExitCode::from(screen.close(exit) as u8)
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
        Command::Forms(FormsCommand::Window(window)) => forms_window::run(&window, screen),
        Command::Forms(FormsCommand::Wording(wording)) => forms_wording::run(&wording, screen),
        Command::Schema(schema) => schema::run(&schema, screen),
        Command::Forms(FormsCommand::List(list)) => forms::list(&list, screen),
        Command::Forms(FormsCommand::Export(export)) => forms::export(&export, screen),
        Command::Forms(FormsCommand::Check(check)) => forms::check(&check, screen),
        Command::Forms(FormsCommand::Sample(sample)) => forms::sample(&sample, screen),
        Command::Completions(completions) => completions::run(&completions, screen),
        Command::Man(man) => man::run(&man, screen),
        Command::SealRecord(paper) => report::seal_record(&paper, screen),
        Command::Incident(paper) => report::incident(&paper, screen),
        Command::Report(day) => report::day(&day, screen),
        Command::Ledger(LedgerCommand::List(list)) => ledger::list(&list, screen),
        Command::Ledger(LedgerCommand::Due(due)) => ledger::due(&due, screen),
        Command::Ledger(LedgerCommand::Verify(verify)) => ledger::verify(&verify, screen),
        Command::Ledger(LedgerCommand::Find(find)) => ledger_find::run(&find, screen),
        Command::Ledger(LedgerCommand::Export(export)) => export::run(&export, screen),
        Command::Ledger(LedgerCommand::Year(year)) => ledger_year::close(&year, screen),
        Command::Ledger(LedgerCommand::Resume(resume)) => ledger_year::resume(&resume, screen),
        Command::Ledger(LedgerCommand::Move(moved)) => ledger_move::run(&moved, screen),
        Command::Ledger(LedgerCommand::Told(told)) => note::told(&told, screen),
        Command::Ledger(LedgerCommand::Sent(sent)) => note::sent(&sent, screen),
        Command::Ledger(LedgerCommand::Received(received)) => note::received(&received, screen),
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
