//! 升目: what stands in one cell of a table, before its column says what it means.

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
    /// A cell of a text file.
    pub fn of(text: String) -> Self {
        if text.trim().is_empty() { Self::Blank } else { Self::Text(text) }
    }

    /// Nothing in it.
    pub fn is_blank(&self) -> bool {
        *self == Self::Blank
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

impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[升目]")
    }
}
