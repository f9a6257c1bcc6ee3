//! ファイル名: a name by which Word or Excel will open what is made.

use std::path::PathBuf;

/// What is said of a name that Word would not open.
pub const WORD_FILE: &str = "the name must end in .docx";

/// A document's name.
pub fn word_file(name: &str) -> Result<PathBuf, String> {
    ending_in(name, &["docx"], WORD_FILE)
}

/// A workbook's name.
pub fn workbook_file(name: &str) -> Result<PathBuf, String> {
    ending_in(name, &["xlsx"], ".xlsx")
}

/// A table's name.
pub fn sheet_file(name: &str) -> Result<PathBuf, String> {
    ending_in(name, &["csv", "xlsx"], ".csv, .xlsx")
}

fn ending_in(name: &str, endings: &[&str], said: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let fits = path.extension().is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)));
    if fits { Ok(path) } else { Err(said.to_owned()) }
}
