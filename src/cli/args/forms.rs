//! 様式

use super::files::word_file;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand};
use fukan::letter::LetterKind;
use std::path::PathBuf;

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

/// 書類の種類, by the name of its form.
fn letter_kind() -> impl TypedValueParser<Value = LetterKind> {
    let kinds = PossibleValuesParser::new(LetterKind::ALL.map(LetterKind::id));
    kinds.map(|name| LetterKind::find(&name).unwrap_or(LetterKind::Reply))
}

/// forms window
#[derive(ClapArgs, Debug)]
pub struct FormsWindow {
    /// The office whose window it is.
    #[arg(long, value_name = "DIR")]
    pub office: PathBuf,
    /// A Word file, new.
    #[arg(long, value_name = "FILE", value_parser = word_file)]
    pub out: PathBuf,
}

/// forms wording
#[derive(ClapArgs, Debug)]
pub struct FormsWording {
    /// Where to.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}
