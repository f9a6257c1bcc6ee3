//! 升目: what stands in one cell of a table, before its column says what it means.

/// 要確認: how a copy of a table begins a cell that would look mended, though nobody looked at it.
pub const TO_MEND: &str = "#要確認";

/// 升目の値. Debug says nothing.
#[derive(Clone, Default, PartialEq)]
pub enum Cell {
    /// Nothing, or nothing but spaces.
    #[default]
    Blank,
    /// A text, as written.
    Text(String),
    /// A number of a workbook: its leading zeros are gone, if it had any.
    Number(String),
    /// A date or time of a workbook, as `2026-11-20` or `2026-11-20T10:15`.
    Moment(String),
    /// TRUE or FALSE of a workbook.
    Flag(bool),
    /// #N/A and its kin, or a formula without a value.
    Broken,
}

impl Cell {
    /// A text cell. What a spreadsheet writes in place of a value that it does not have, or does not show, is none.
    pub fn of(text: String) -> Self {
        match text.trim() {
            "" => Self::Blank,
            shown if is_error(shown) => Self::Broken,
            _ => Self::Text(text),
        }
    }

    /// Nothing in it.
    pub fn is_blank(&self) -> bool {
        *self == Self::Blank
    }

    /// Whether a copy marked it to be mended, and nobody did.
    pub fn is_to_mend(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim_start().starts_with(TO_MEND))
    }

    /// What can be read of it, whatever it means.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Moment(text) => text,
            Self::Flag(true) => "TRUE",
            Self::Flag(false) => "FALSE",
            Self::Blank | Self::Broken => "",
        }
    }
}

/// #N/A and its kin, #### of a column too narrow, Err:502 of LibreOffice.
fn is_error(shown: &str) -> bool {
    const ERRORS: [&str; 15] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#BUSY!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#GETTING_DATA",
    ];
    let number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    shown.bytes().all(|b| b == b'#') || ERRORS.contains(&shown) || shown.strip_prefix("Err:").is_some_and(number)
}

impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[升目]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_value_is_none() {
        for shown in ["#N/A", " #REF! ", "########", "#", "#GETTING_DATA", "Err:502"] {
            assert!(Cell::of(shown.into()) == Cell::Broken, "{shown}");
        }
        for text in ["#1", "A#", "#N/A です", "Err:", "ERR:502x", "101号室 #2"] {
            assert!(matches!(Cell::of(text.into()), Cell::Text(_)), "{text}");
        }
    }
}
