//! 文字コード: which encoding a text file is in, and its text. Strict: what can't be decoded is no text, never a replacement character.

use encoding_rs::{DecoderResult, SHIFT_JIS, UTF_16BE, UTF_16LE};
use std::io::{self, Read, Seek, SeekFrom};

/// 文字コード.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8
    Utf8,
    /// UTF-8 behind a byte order mark, as Excel saves «CSV UTF-8».
    Utf8Bom,
    /// UTF-16, little end first, behind its mark.
    Utf16Le,
    /// UTF-16, big end first, behind its mark.
    Utf16Be,
    /// Shift_JIS as Windows has it, as Excel saves «CSV» in Japan.
    Cp932,
}

/// Bytes of no encoding that we read, from this byte on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoText(pub u64);

impl Encoding {
    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 (BOM)",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Cp932 => "Shift_JIS (CP932)",
        }
    }

    /// Bytes of its byte order mark.
    pub const fn mark(self) -> u64 {
        match self {
            Self::Utf8 | Self::Cp932 => 0,
            Self::Utf8Bom => 3,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }

    /// The text; `None` when some of it is none.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        let other = match self {
            Self::Utf8 | Self::Utf8Bom => return std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Cp932 => SHIFT_JIS,
        };
        other.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
    }
}

/// Reads a whole file once, in constant memory. A byte order mark decides; else strict UTF-8 first, because UTF-8 「髙﨑」 would
/// decode as CP932 without an error; then CP932.
pub fn detect<R: Read + Seek>(reader: &mut R) -> io::Result<Result<Encoding, NoText>> {
    reader.seek(SeekFrom::Start(0))?;
    let mut start = Vec::new();
    reader.by_ref().take(3).read_to_end(&mut start)?;
    let wide = match start.as_slice() {
        [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
        _ => None,
    };
    if let Some(wide) = wide {
        // Half a character at the end; whole ones are decoded cell by cell.
        let len = reader.seek(SeekFrom::End(0))?;
        return Ok(if len.is_multiple_of(2) { Ok(wide) } else { Err(NoText(len - 1)) });
    }
    let marked = (start == [0xEF, 0xBB, 0xBF]).then_some(Encoding::Utf8Bom);
    reader.seek(SeekFrom::Start(0))?;
    let Some((bad, begun)) = not_utf8(reader)? else { return Ok(Ok(marked.unwrap_or(Encoding::Utf8))) };
    // What began as UTF-8 is damaged UTF-8: as CP932 it would be read as other characters.
    if marked.is_some() || begun {
        return Ok(Err(NoText(bad)));
    }
    reader.seek(SeekFrom::Start(0))?;
    Ok(match not_cp932(reader)? {
        None => Ok(Encoding::Cp932),
        Some(bad) => Err(NoText(bad)),
    })
}

/// Where a file stops being UTF-8, and whether its first line was UTF-8 beyond ASCII.
fn not_utf8(reader: &mut impl Read) -> io::Result<Option<(u64, bool)>> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut held, mut offset, mut first_line) = (0, 0u64, Some(false));
    let mut begun = false;
    loop {
        let read = reader.read(&mut buffer[held..])?;
        let filled = &buffer[..held + read];
        let (good, error) = match std::str::from_utf8(filled) {
            Ok(_) => (filled.len(), false),
            Err(bad) => (bad.valid_up_to(), read == 0 || bad.error_len().is_some()),
        };
        if let Some(beyond) = first_line {
            let line = filled[..good].iter().position(|b| *b == b'\n');
            let beyond = beyond || !filled[..line.unwrap_or(good)].is_ascii();
            begun = line.is_some() && beyond;
            first_line = line.is_none().then_some(beyond);
        }
        if error {
            return Ok(Some((offset + good as u64, begun)));
        }
        if read == 0 {
            return Ok(None);
        }
        held = filled.len() - good;
        buffer.copy_within(good..good + held, 0);
        offset += good as u64;
    }
}

fn not_cp932(reader: &mut impl Read) -> io::Result<Option<u64>> {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let (mut from, mut to) = (vec![0; 64 * 1024], vec![0; 256 * 1024]);
    let mut offset = 0u64;
    loop {
        let read = reader.read(&mut from)?;
        let (result, used, _) = decoder.decode_to_utf8_without_replacement(&from[..read], &mut to, read == 0);
        match result {
            DecoderResult::Malformed(..) => return Ok(Some((offset + used as u64).saturating_sub(1))),
            _ if read == 0 => return Ok(None),
            _ => offset += read as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn found(bytes: &[u8]) -> Result<Encoding, NoText> {
        detect(&mut Cursor::new(bytes)).expect("memory")
    }

    #[test]
    fn each_is_told_from_the_others() {
        let cp932 = SHIFT_JIS.encode("照会番号\n髙﨑①ｱ\n").0;
        assert_eq!(found("髙﨑".as_bytes()), Ok(Encoding::Utf8));
        assert_eq!(found("\u{FEFF}髙﨑".as_bytes()), Ok(Encoding::Utf8Bom));
        assert_eq!(found(&cp932), Ok(Encoding::Cp932));
        assert_eq!(Encoding::Cp932.decode(&cp932).as_deref(), Some("照会番号\n髙﨑①ｱ\n"));
        assert_eq!(found(b"\xFF\xFEa\0"), Ok(Encoding::Utf16Le));
        assert_eq!(found(b"\xFE\xFF\0a"), Ok(Encoding::Utf16Be));
        assert_eq!(found(b"\xFE\xFF\0"), Err(NoText(2)));
        assert_eq!(found(b"plain"), Ok(Encoding::Utf8));
        assert_eq!(found(b"\xA0\xFF"), Err(NoText(0)));
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_cp932() {
        let damaged = ["照会番号\n髙".as_bytes(), b"\x83A\n"].concat();
        assert!(SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&damaged[13..]).is_some());
        assert_eq!(found(&damaged), Err(NoText(16)));
        assert_eq!(found(b"\xEF\xBB\xBFa\xFF"), Err(NoText(4)));
        assert_eq!(found("照会番号\n髙".as_bytes().split_last().expect("bytes").1), Err(NoText(13)));
    }

    #[test]
    fn characters_on_the_edge_of_a_buffer_stand() {
        for shift in 0..4 {
            let text = format!("照会番号\n{}{}", "x".repeat(64 * 1024 - 13 - shift), "髙".repeat(40_000));
            assert_eq!(found(text.as_bytes()), Ok(Encoding::Utf8));
            let mut cut = text.into_bytes();
            cut.pop();
            assert!(found(&cut).is_err());
        }
        let cp932 = SHIFT_JIS.encode(&("x".to_owned() + &"髙".repeat(80_000))).0.into_owned();
        assert_eq!(found(&cp932), Ok(Encoding::Cp932));
    }
}
