//! 打鍵: a line that nobody sees while it is typed, made of single keys where the system has no other way (Windows).

use std::io;
use zeroize::{Zeroize, Zeroizing};

/// More is no line of ours; the buffer never grows, for a growing one would leave unwiped copies behind.
const LIMIT: usize = 4096;

/// 一打.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// A character, or what Enter and Ctrl-C send.
    Char(char),
    /// The character before it goes.
    Back,
    /// Everything goes.
    Clear,
    /// Arrows and the like.
    Other,
}

/// 打った行. Wiped on drop.
pub(super) struct Typed {
    bytes: Zeroizing<Vec<u8>>,
}

impl Default for Typed {
    fn default() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(LIMIT)) }
    }
}

impl Typed {
    /// Takes a key. False when the line is ended; Ctrl-C ends everything.
    pub(super) fn takes(&mut self, stroke: Stroke) -> io::Result<bool> {
        match stroke {
            Stroke::Char('\r' | '\n') => return Ok(false),
            Stroke::Char('\u{3}') => return Err(io::Error::from(io::ErrorKind::Interrupted)),
            Stroke::Char(c) if c.is_control() => (),
            Stroke::Char(c) => self.push(c)?,
            Stroke::Back => self.keep(self.bytes.iter().rposition(|byte| byte & 0xC0 != 0x80).unwrap_or(0)),
            Stroke::Clear => self.keep(0),
            Stroke::Other => (),
        }
        Ok(true)
    }

    /// The line, in UTF-8.
    pub(super) fn line(&self) -> &[u8] {
        &self.bytes
    }

    fn push(&mut self, c: char) -> io::Result<()> {
        if self.bytes.len() + c.len_utf8() > LIMIT {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let mut utf8 = Zeroizing::new([0; 4]);
        self.bytes.extend_from_slice(c.encode_utf8(&mut *utf8).as_bytes());
        Ok(())
    }

    fn keep(&mut self, length: usize) {
        self.bytes[length..].zeroize();
        self.bytes.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(strokes: &[Stroke]) -> io::Result<(Vec<u8>, bool)> {
        let mut typed = Typed::default();
        let mut open = true;
        for stroke in strokes {
            open = typed.takes(*stroke)?;
        }
        Ok((typed.line().to_vec(), open))
    }

    #[test]
    fn what_is_typed_can_be_taken_back() {
        use Stroke::{Back, Char, Clear, Other};
        for (strokes, line, open) in [
            (&[Char('a'), Char('言'), Char('\r')][..], "a言", false),
            (&[Char('a'), Char('言'), Back, Char('\t'), Other, Char('b')], "ab", true),
            (&[Back, Char('𠮷'), Back, Back], "", true),
            (&[Char('a'), Char('b'), Clear, Char('c'), Char('\n')], "c", false),
        ] {
            assert_eq!(typed(strokes).expect("typed"), (line.as_bytes().to_vec(), open));
        }
    }

    #[test]
    fn ctrl_c_and_a_book_end_it() {
        assert_eq!(typed(&[Stroke::Char('a'), Stroke::Char('\u{3}')]).expect_err("ended").kind(), io::ErrorKind::Interrupted);
        assert!(typed(&[Stroke::Char('語'); 1366]).is_err());
        assert!(typed(&[Stroke::Char('語'); 1365]).is_ok());
    }
}
