//! 引数. Their texts are in `templates/messages` (`help.*`).

mod cases;
mod files;
mod forms;
mod ledger;
mod parcels;
mod vault;

pub use cases::{
    Accept, Ask, BundleArg, ChannelArg, Check, Delay, DelayArg, FormatArg, Pack, Release, ReleaseArg, Repack, Sending,
};
pub use files::FILE_ENDING;
pub use forms::{FormsCheck, FormsCommand, FormsExport, FormsList, FormsSample, FormsWindow, FormsWording};
pub use ledger::{
    Close, DueArgs, Export, Find, LedgerCommand, LedgerVerify, List, Move, Noted, NotedCase, Resume, ResumeArg, Stated, TableArg,
    Told, Year,
};
pub use parcels::{DayEnd, Open, Paper, PasswordArgs, Verify};
pub use vault::{PassphraseArgs, VaultCommand};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The command line.
#[derive(Parser, Debug)]
#[command(name = "fukan", version, subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    /// For machines.
    #[arg(long, global = true)]
    pub json: bool,
    /// The language of the screen.
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<LangArg>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// 言語
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    /// 日本語
    Ja,
    /// English
    En,
}

/// コマンド
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Makes an office.
    Init(Init),
    /// Packs replies.
    Pack(Pack),
    /// Judges cases without making anything.
    Check(Check),
    /// Receives inquiries before anybody has looked.
    Accept(Accept),
    /// Tells that it takes longer.
    Delay(Delay),
    /// Asks for more about held cases.
    Ask(Ask),
    /// Frees a protected case.
    Release(Release),
    /// Sends a refused package another way.
    Repack(Repack),
    /// Proves finished packages.
    Verify(Verify),
    /// Opens a package.
    Open(Open),
    /// Shows a password for the telephone.
    Password(PasswordArgs),
    /// The ledger.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// 暗号化記録
    SealRecord(Paper),
    /// 誤送付時の確認票
    Incident(Paper),
    /// 日報
    Report(DayEnd),
    /// The office's forms.
    #[command(subcommand)]
    Forms(FormsCommand),
    /// The vault.
    #[command(subcommand)]
    Vault(VaultCommand),
    /// The form of a case file.
    Schema(Schema),
    /// Completion of commands in a shell.
    Completions(Completions),
    /// The manual.
    Man(Man),
}

/// 事務所
#[derive(ClapArgs, Debug)]
pub struct OfficeArgs {
    /// The office's folder.
    #[arg(long, value_name = "DIR")]
    pub office: PathBuf,
    /// A file with the passphrase.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// init
#[derive(ClapArgs, Debug)]
pub struct Init {
    /// The folder to make.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The database: office.db, or a PostgreSQL address.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// A file with the passphrase.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// schema
#[derive(ClapArgs, Debug)]
pub struct Schema {
    /// The office whose items count.
    #[arg(long, value_name = "DIR")]
    pub office: Option<PathBuf>,
    /// The empty sheet, to fill in.
    #[arg(long, value_name = "FILE", value_parser = files::workbook_file)]
    pub xlsx: Option<PathBuf>,
}

/// completions
#[derive(ClapArgs, Debug)]
pub struct Completions {
    /// For which shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: ShellArg,
}

/// シェル
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShellArg {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    Powershell,
}

/// man
#[derive(ClapArgs, Debug)]
pub struct Man {
    /// Where the pages of all commands go.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
