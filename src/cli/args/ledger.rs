//! 台帳

use super::OfficeArgs;
use super::files::{sheet_file, workbook_file};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// 台帳
#[derive(Subcommand, Debug)]
pub enum LedgerCommand {
    /// What is open.
    Due(DueArgs),
    /// Parcels and cases.
    List(List),
    /// Parcels were sent.
    Sent(Noted),
    /// A password was told.
    Told(Told),
    /// The other side opened them.
    Received(Noted),
    /// 副本の登録・更新 is done.
    Updated(NotedCase),
    /// Nothing more will be done about a case.
    Close(Close),
    /// The cases of one person.
    Find(Find),
    /// The chain.
    Verify(LedgerVerify),
    /// All of it, for a spreadsheet.
    Export(Export),
    /// A fiscal year ends.
    Year(Year),
    /// Numbering goes on after a restored backup.
    Resume(Resume),
    /// From office.db to a server.
    Move(Move),
}

/// ledger list
#[derive(ClapArgs, Debug)]
pub struct List {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// Behind this number.
    #[arg(long, value_name = "NUMBER")]
    pub after: Option<String>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: u32,
}

/// ledger due
#[derive(ClapArgs, Debug)]
pub struct DueArgs {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// After how many days a parcel that nobody said to have opened is shown.
    #[arg(long, value_name = "N", default_value_t = fukan::desk::papers::ASK_AFTER_DAYS)]
    pub days: u16,
}

/// ledger verify
#[derive(ClapArgs, Debug)]
pub struct LedgerVerify {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// A row's number and the beginning of its tag, as a day-end report prints them.
    #[arg(long, value_name = "ANCHOR")]
    pub anchor: Option<String>,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// ledger find
#[derive(ClapArgs, Debug)]
pub struct Find {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// The three items, as JSON.
    #[arg(long, value_name = "FILE")]
    pub subject: Option<PathBuf>,
}

/// ledger export
#[derive(ClapArgs, Debug)]
pub struct Export {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// The file to make.
    #[arg(long, value_name = "FILE", value_parser = sheet_file)]
    pub out: PathBuf,
    /// Which table, of a CSV.
    #[arg(long, value_enum, value_name = "TABLE", default_value = "cases")]
    pub table: TableArg,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// 表
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableArg {
    /// 照会
    Cases,
    /// 発送物
    Parcels,
    /// 記録
    Records,
}

/// ledger year
#[derive(ClapArgs, Debug)]
pub struct Year {
    /// R08
    #[arg(value_name = "YEAR")]
    pub year: String,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// The workbook to make.
    #[arg(long, value_name = "FILE", value_parser = workbook_file)]
    pub out: PathBuf,
    /// What is beyond its retention goes.
    #[arg(long)]
    pub discard: bool,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// ledger resume
#[derive(ClapArgs, Debug)]
pub struct Resume {
    /// The last number that was used: 発送番号 or 受付番号.
    #[arg(long, value_name = "NUMBER", required_if_eq_any([("reason", "backup"), ("reason", "disk"), ("reason", "moved")]))]
    pub after: Vec<String>,
    /// Why.
    #[arg(long, value_enum, value_name = "REASON")]
    pub reason: ResumeArg,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
}

/// ledger move
#[derive(ClapArgs, Debug)]
pub struct Move {
    /// The server's database.
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
}

/// 再開の理由
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ResumeArg {
    /// バックアップから戻した
    Backup,
    /// ディスクの故障
    Disk,
    /// 別のパソコンに移した
    Moved,
    /// 時計が進んでいた
    Clock,
}

/// ledger told
#[derive(ClapArgs, Debug)]
pub struct Told {
    /// 発送番号
    #[arg(required = true, value_name = "NUMBER")]
    pub numbers: Vec<String>,
    /// The listener read the 照合番号 back rightly.
    #[arg(long)]
    pub confirmed: bool,
    /// 誰がいつ
    #[command(flatten)]
    pub stated: Stated,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
}

/// ledger sent, ledger received
#[derive(ClapArgs, Debug)]
pub struct Noted {
    /// 発送番号
    #[arg(required = true, value_name = "NUMBER")]
    pub numbers: Vec<String>,
    /// 誰がいつ
    #[command(flatten)]
    pub stated: Stated,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
}

/// ledger updated
#[derive(ClapArgs, Debug)]
pub struct NotedCase {
    /// 照会番号 or 受付番号
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<String>,
    /// 誰がいつ
    #[command(flatten)]
    pub stated: Stated,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
}

/// ledger close
#[derive(ClapArgs, Debug)]
pub struct Close {
    /// 照会番号 or 受付番号
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<String>,
    /// 終了の理由
    #[arg(long, value_name = "REASON")]
    pub reason: String,
    /// 誰がいつ
    #[command(flatten)]
    pub stated: Stated,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
}

/// 誰がいつ
#[derive(ClapArgs, Debug)]
pub struct Stated {
    /// Who did it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// When.
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}
