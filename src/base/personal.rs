//! 個人情報: a value that must not reach a log, an error or a Debug print.

use std::fmt;

/// 個人情報. Wraps a value of a case; its Debug says nothing and it has no Display.
///
/// The value is reached through [`Personal::expose`] alone, so that every use can be found by searching for that word.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself; for matching and for the letter, never for a message.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, unwrapped for good.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// The same wrapping round another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(f(self.0))
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[個人情報]")
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", Personal::new("ヤマダ タロウ")), "[個人情報]");
    }
}
