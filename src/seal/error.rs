//! 封緘の誤り: why a package could not be sealed or opened. The vault has its own, [`VaultError`](super::vault::VaultError).

use crate::base::{Code, code};
use std::fmt;

/// Why something could not be sealed. A fault of ours, never of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// No entry, or more than 65,535.
    Count,
    /// A name out of [`archive::is_name`](super::archive::is_name), or two that differ in case alone.
    Name,
    /// Beyond four gigabytes.
    Size,
    /// The compound file could not be written in memory.
    Container,
}

impl SealError {
    /// FK-9001: names, counts and sizes are ours.
    pub const CODE: Code = code::OURS;
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::CODE.as_str())
    }
}

impl std::error::Error for SealError {}

/// Why a package could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// Not a package as we make them: another format, an entry in clear, a changed header, a cut end.
    NotOurs,
    /// Larger, or dearer to open, than the reader is willing to take.
    TooLarge,
    /// A wrong password or changed bytes; which of the two is not told.
    Refused,
}

impl OpenError {
    /// FK-5001 or FK-5002.
    pub const fn code(self) -> Code {
        match self {
            Self::Refused => code::OPEN,
            Self::NotOurs | Self::TooLarge => code::NOT_SEALED,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().as_str())
    }
}

impl std::error::Error for OpenError {}
