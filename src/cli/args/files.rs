//! ファイル名: a name by which Word or Excel will open what is made.

use std::path::PathBuf;

/// What stands before the endings that a name may have.
pub const FILE_ENDING: &str = "the name must end in ";

/// A document's name.
pub fn word_file(name: &str) -> Result<PathBuf, String> {
    ending_in(name, &["docx"])
}

/// A workbook's name.
pub fn workbook_file(name: &str) -> Result<PathBuf, String> {
    ending_in(name, &["xlsx"])
}

/// A table's name.
pub fn sheet_file(name: &str) -> Result<PathBuf, String> {
    ending_in(name, &["csv", "xlsx"])
}

fn ending_in(name: &str, endings: &[&str]) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let fits = path.extension().is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)));
    let dotted = || endings.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(", ");
    if fits { Ok(path) } else { Err(format!("{FILE_ENDING}{}", dotted())) }
}
