//! 引数. Their texts are in `templates/messages` (`help.*`).

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use fukan::letter::LetterKind;
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

/// 封緘の形式
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// AES-256 zip
    Zip,
    /// Encrypted Word document
    Word,
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
    #[arg(long, value_name = "FILE")]
    pub annotate: Option<PathBuf>,
    /// Which sheet of a workbook.
    #[arg(long, value_name = "SHEET")]
    pub sheet: Option<String>,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

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

/// What is said of a name that Word would not open.
pub const WORD_FILE: &str = "the name must end in .docx";

/// A name that Word will open.
fn word_file(name: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let fits = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("docx"));
    if fits { Ok(path) } else { Err(WORD_FILE.to_owned()) }
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

/// A name that Excel will open.
fn sheet_file(name: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let fits = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv") || e.eq_ignore_ascii_case("xlsx"));
    if fits { Ok(path) } else { Err(".csv, .xlsx".to_owned()) }
}

/// A workbook's name.
fn workbook_file(name: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let fits = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if fits { Ok(path) } else { Err(".xlsx".to_owned()) }
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
}

/// ledger resume
#[derive(ClapArgs, Debug)]
pub struct Resume {
    /// The last number that was used: 発送番号 or 受付番号.
    #[arg(long, value_name = "NUMBER", required = true)]
    pub after: Vec<String>,
    /// Why.
    #[arg(long, value_enum, value_name = "REASON")]
    pub reason: ResumeArg,
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

/// forms wording
#[derive(ClapArgs, Debug)]
pub struct FormsWording {
    /// Where to.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// forms window
#[derive(ClapArgs, Debug)]
pub struct FormsWindow {
    /// The office whose window it is.
    #[arg(long, value_name = "DIR")]
    pub office: PathBuf,
    /// A Word file, new.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// schema
#[derive(ClapArgs, Debug)]
pub struct Schema {
    /// The office whose items count.
    #[arg(long, value_name = "DIR")]
    pub office: Option<PathBuf>,
    /// The empty sheet, to fill in.
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}

/// 様式
#[derive(Subcommand, Debug)]
pub enum FormsCommand {
    /// Which there are, and whose.
    List(FormsList),
    /// The built-in ones, to be changed in Word.
    Export(FormsExport),
    /// Are they good?
    Check(FormsCheck),
    /// One filled in.
    Sample(FormsSample),
    /// 窓の調整用紙
    Window(FormsWindow),
    /// 文面
    Wording(FormsWording),
}

/// forms list
#[derive(ClapArgs, Debug)]
pub struct FormsList {
    /// The office whose own forms count.
    #[arg(long, value_name = "DIR")]
    pub office: Option<PathBuf>,
}

/// forms export
#[derive(ClapArgs, Debug)]
pub struct FormsExport {
    /// The folder to write into.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The office whose fonts and window count.
    #[arg(long, value_name = "DIR")]
    pub office: Option<PathBuf>,
}

/// forms check
#[derive(ClapArgs, Debug)]
pub struct FormsCheck {
    /// The forms.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Of which letter.
    #[arg(long, value_name = "KIND", value_parser = letter_kind())]
    pub kind: Option<LetterKind>,
}

/// 書類の種類, by the name of its form.
fn letter_kind() -> impl TypedValueParser<Value = LetterKind> {
    let kinds = PossibleValuesParser::new(LetterKind::ALL.map(LetterKind::id));
    kinds.map(|name| LetterKind::find(&name).unwrap_or(LetterKind::Reply))
}

/// forms sample
#[derive(ClapArgs, Debug)]
pub struct FormsSample {
    /// A form, or the name of a letter.
    #[arg(value_name = "FORM")]
    pub form: PathBuf,
    /// Of which letter.
    #[arg(long, value_name = "KIND", value_parser = letter_kind())]
    pub kind: Option<LetterKind>,
    /// The office in whose name it speaks.
    #[arg(long, value_name = "DIR")]
    pub office: Option<PathBuf>,
    /// The Word file to make.
    #[arg(long, value_name = "FILE", value_parser = word_file)]
    pub out: PathBuf,
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
