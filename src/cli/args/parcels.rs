//! 発送物: what is done with finished packages, and the office's own papers about them.

use super::OfficeArgs;
use super::files::word_file;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// verify
#[derive(ClapArgs, Debug)]
pub struct Verify {
    /// What to prove.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// The case files, to repeat the gate.
    #[arg(long, value_name = "FILE")]
    pub cases: Vec<PathBuf>,
    /// Which sheet of a workbook.
    #[arg(long, value_name = "SHEET")]
    pub sheet: Option<String>,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// open
#[derive(ClapArgs, Debug)]
pub struct Open {
    /// The package.
    #[arg(value_name = "PACKAGE")]
    pub package: PathBuf,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// Where the documents go.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// password
#[derive(ClapArgs, Debug)]
pub struct PasswordArgs {
    /// 発送番号
    #[arg(value_name = "NUMBER")]
    pub number: String,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// A Word sheet instead of the screen.
    #[arg(long, value_name = "FILE", value_parser = word_file)]
    pub out: Option<PathBuf>,
    /// The password on the sheet.
    #[arg(long, requires = "out")]
    pub with_password: bool,
}

/// seal-record, incident
#[derive(ClapArgs, Debug)]
pub struct Paper {
    /// 発送番号
    #[arg(value_name = "NUMBER")]
    pub number: String,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// The Word file to make.
    #[arg(long, value_name = "FILE", value_parser = word_file)]
    pub out: PathBuf,
}

/// report
#[derive(ClapArgs, Debug)]
pub struct DayEnd {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// The Word file to make.
    #[arg(long, value_name = "FILE", value_parser = word_file)]
    pub out: PathBuf,
    /// Which day.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
}
