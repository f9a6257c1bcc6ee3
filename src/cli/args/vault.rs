//! 保管庫

use super::OfficeArgs;
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// 保管庫
#[derive(Subcommand, Debug)]
pub enum VaultCommand {
    /// Passphrases and the recovery code.
    Passphrase(PassphraseArgs),
    /// New keys.
    Rotate(OfficeArgs),
    /// Is everything where it belongs?
    Check(OfficeArgs),
}

/// vault passphrase
#[derive(ClapArgs, Debug)]
pub struct PassphraseArgs {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// A file with the new passphrase.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["remove", "recovery", "list"])]
    pub new_passphrase_file: Option<PathBuf>,
    /// Another one beside it.
    #[arg(long, group = "act")]
    pub add: bool,
    /// A new one in this slot.
    #[arg(long, value_name = "SLOT", group = "act")]
    pub replace: Option<i64>,
    /// Takes this slot away.
    #[arg(long, value_name = "SLOT", group = "act")]
    pub remove: Option<i64>,
    /// A new recovery code.
    #[arg(long, group = "act")]
    pub recovery: bool,
    /// Only shows them.
    #[arg(long, group = "act")]
    pub list: bool,
}
