//! 照会: what is done with case files.

use super::OfficeArgs;
use super::files::workbook_file;
use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

/// pack
#[derive(ClapArgs, Debug)]
pub struct Pack {
    /// Case files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How and where.
    #[command(flatten)]
    pub sending: Sending,
    /// Only these cases.
    #[arg(long, value_name = "CASE")]
    pub case: Vec<String>,
    /// What was answered is issued again.
    #[arg(long, conflicts_with = "correct", requires = "case")]
    pub again: bool,
    /// What this number answered is corrected.
    #[arg(long, value_name = "NUMBER")]
    pub correct: Option<String>,
    /// What goes together.
    #[arg(long, value_enum, value_name = "HOW", default_value = "auto")]
    pub bundle: BundleArg,
    /// Who decided that people of nearly the same name go together.
    #[arg(long, value_name = "NAME")]
    pub together: Option<String>,
    /// Nothing when one is refused.
    #[arg(long)]
    pub all_or_nothing: bool,
    /// Candidates that fit nobody are right so.
    #[arg(long)]
    pub accept_mismatch: bool,
}

/// まとめ方
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BundleArg {
    /// As the channel asks for.
    Auto,
    /// Each case alone.
    Case,
    /// By requester.
    Requester,
}

/// 送る: what every command has that leaves something to be sent.
#[derive(ClapArgs, Debug)]
pub struct Sending {
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// The output folder.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The letters' date.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Threads.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: Option<u16>,
    /// Kind of package.
    #[arg(long, value_enum, value_name = "KIND")]
    pub format: Option<FormatArg>,
    /// The first label of a sheet that is partly used up.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub labels_from: Option<u16>,
    /// Earlier output folders are gone for good.
    #[arg(long)]
    pub abandon: bool,
    /// Which sheet of a workbook.
    #[arg(long, value_name = "SHEET")]
    pub sheet: Option<String>,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// 封緘の形式
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// AES-256 zip
    Zip,
    /// Encrypted Word document
    Word,
}

/// check
#[derive(ClapArgs, Debug)]
pub struct Check {
    /// Case files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The office's folder.
    #[arg(long, value_name = "DIR")]
    pub office: PathBuf,
    /// The letters' date.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// A copy that shows the faults.
    #[arg(long, value_name = "FILE", value_parser = workbook_file)]
    pub annotate: Option<PathBuf>,
    /// Which sheet of a workbook.
    #[arg(long, value_name = "SHEET")]
    pub sheet: Option<String>,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// accept
#[derive(ClapArgs, Debug)]
pub struct Accept {
    /// Case files, with or without candidates.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
    /// Which sheet of a workbook.
    #[arg(long, value_name = "SHEET")]
    pub sheet: Option<String>,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// delay
#[derive(ClapArgs, Debug)]
pub struct Delay {
    /// 照会番号 or 受付番号
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<String>,
    /// The case files that hold them.
    #[arg(long = "cases", required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// By when the reply is expected.
    #[arg(long, value_name = "TIME")]
    pub until: String,
    /// Why.
    #[arg(long, value_enum, value_name = "REASON")]
    pub reason: DelayArg,
    /// How and where.
    #[command(flatten)]
    pub sending: Sending,
}

/// 遅延の理由
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DelayArg {
    /// 記録の確認
    Records,
    /// ほかの部署への確認
    Elsewhere,
    /// 照会の集中
    Volume,
    /// 閉庁時刻の後の受付
    Hours,
    /// システムの停止
    System,
}

/// ask
#[derive(ClapArgs, Debug)]
pub struct Ask {
    /// 照会番号 or 受付番号
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<String>,
    /// The case files that hold them.
    #[arg(long = "cases", required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How and where.
    #[command(flatten)]
    pub sending: Sending,
}

/// release
#[derive(ClapArgs, Debug)]
pub struct Release {
    /// 照会番号 or 受付番号
    #[arg(value_name = "CASE")]
    pub case: String,
    /// The case files that hold it.
    #[arg(long = "cases", required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The supervisor.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why.
    #[arg(long, value_enum, value_name = "REASON")]
    pub reason: ReleaseArg,
    /// The office.
    #[command(flatten)]
    pub office: OfficeArgs,
}

/// 解除の理由
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ReleaseArg {
    /// 照会元が支援措置を知っている
    Informed,
    /// 本人の同意
    Consent,
    /// 支援措置の担当に確認した
    Checked,
    /// 支援措置の終了
    Ended,
}

/// repack
#[derive(ClapArgs, Debug)]
pub struct Repack {
    /// The case files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A case of the package.
    #[arg(long, value_name = "CASE")]
    pub case: String,
    /// The other way.
    #[arg(long, value_enum, value_name = "CHANNEL")]
    pub channel: ChannelArg,
    /// How and where.
    #[command(flatten)]
    pub sending: Sending,
}

/// 回答方法
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ChannelArg {
    /// 電子メール
    Email,
    /// 文書
    Paper,
    /// 電話
    Phone,
}
