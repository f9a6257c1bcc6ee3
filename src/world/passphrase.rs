//! パスフレーズ: read into our own buffer, wiped when dropped, never a `String`, never argv or environment.

use super::system;
use crate::base::{Arg, Fault, code};
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

/// More than this is no passphrase.
const LIMIT: usize = 4096;
/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// パスフレーズ. Bytes without the line break at the end; wiped on drop, silent in Debug.
pub struct Passphrase {
    bytes: Zeroizing<Vec<u8>>,
    /// Whether others could read the file it came from: told as a warning.
    pub readable_by_others: bool,
}

impl Passphrase {
    /// The bytes.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[秘密]")
    }
}

/// The next line of file descriptor 0, past the buffer of `std::io::stdin`. Up to the line break or the end.
pub fn from_stdin() -> Result<Passphrase, Fault> {
    read(next_byte, false).and_then(typable)
}

/// One byte at a time: what stands behind the line break is left for who reads the next line.
fn next_byte(into: &mut [u8]) -> io::Result<usize> {
    let most = into.len().min(1);
    system::read_stdin(&mut into[..most])
}

/// 一行: something personal, asked for on the terminal as it is typed or taken from the next line of standard input. Wiped like a passphrase.
pub fn line(prompt: Option<&str>) -> Result<Passphrase, Fault> {
    show(prompt.unwrap_or_default());
    read(next_byte, false)
}

fn show(prompt: &str) {
    use std::io::Write;
    let mut err = io::stderr().lock();
    let _ = err.write_all(prompt.as_bytes()).and_then(|()| err.flush());
}

/// Asked for on the terminal, without echo. The prompt goes to standard error, so that standard output stays the program's own.
pub fn from_prompt(prompt: &str) -> Result<Passphrase, Fault> {
    show(prompt);
    let read = system::without_echo(|keys| read(keys, false));
    show("\n");
    read.map_err(unreadable)?.and_then(typable)
}

/// From a file (`--passphrase-file`, or the `passphrase_file` of a practice office).
pub fn from_file(path: &Path) -> Result<Passphrase, Fault> {
    let open = || -> io::Result<_> {
        let file = system::open_read(path)?;
        let others = system::others_may_read(&file)?;
        Ok((file.metadata()?.is_file().then_some(file), others))
    };
    let odd = || {
        Fault::new(code::NO_PASSPHRASE)
            .with("system", Arg::ours("普通のファイルではありません（リンク、パイプ、フォルダーなど）"))
    };
    let (file, others) = open().map_err(|error| match std::fs::symlink_metadata(path) {
        // What a shell gives in place of a file (/dev/fd/63) is a link, and so is its folder.
        Ok(found) if !found.is_file() => odd(),
        _ if error.kind() == io::ErrorKind::NotADirectory => odd(),
        _ => unreadable(error),
    })?;
    let mut file = file.ok_or_else(odd)?;
    read(|into| io::Read::read(&mut file, into), others).and_then(typable)
}

/// What comes from a file must be what its owner types another day: text, and in the one encoding that a prompt has.
fn typable(passphrase: Passphrase) -> Result<Passphrase, Fault> {
    match passphrase.bytes.contains(&0) || std::str::from_utf8(&passphrase.bytes).is_err() {
        true => Err(Fault::new(code::PASSPHRASE_TEXT)),
        false => Ok(passphrase),
    }
}

fn read(mut more: impl FnMut(&mut [u8]) -> io::Result<usize>, readable_by_others: bool) -> Result<Passphrase, Fault> {
    // One allocation of full size: a growing Vec would leave unwiped copies behind.
    let mut bytes = Zeroizing::new(vec![0; LIMIT]);
    let mut filled = 0;
    while filled < LIMIT && !bytes[..filled].contains(&b'\n') {
        match more(&mut bytes[filled..]).map_err(unreadable)? {
            0 => break,
            n => filled += n,
        }
    }
    let end = bytes[..filled].iter().position(|b| *b == b'\n').unwrap_or(filled);
    let end = end - usize::from(bytes[..end].ends_with(b"\r"));
    // Notepad and PowerShell may mark UTF-8 so; nobody types it.
    let start = if bytes[..end].starts_with(MARK) { MARK.len() } else { 0 };
    if end == start || end == LIMIT {
        return Err(Fault::new(code::NO_PASSPHRASE));
    }
    bytes.copy_within(start..end, 0);
    zeroize::Zeroize::zeroize(&mut bytes[end - start..]);
    bytes.truncate(end - start);
    Ok(Passphrase { bytes, readable_by_others })
}

fn unreadable(error: io::Error) -> Fault {
    Fault::new(code::NO_PASSPHRASE).with("system", Arg::system(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let at = tempfile::tempdir().expect("folder");
        let path = at.path().join("passphrase");
        std::fs::write(&path, bytes).expect("file");
        (at, path)
    }

    #[test]
    fn the_first_line_without_its_end() {
        for (bytes, expected) in [
            (&b"horse battery"[..], "horse battery"),
            (b"a b \r\nnext", "a b "),
            ("合言葉\n".as_bytes(), "合言葉"),
            ("\u{feff}合言葉\r\n".as_bytes(), "合言葉"),
        ] {
            let (_at, path) = file(bytes);
            assert_eq!(from_file(&path).expect("read").expose(), expected.as_bytes());
        }
    }

    #[test]
    fn nothing_is_no_passphrase_and_neither_is_a_book() {
        for bytes in [&b""[..], b"\n", b"\r\n", b"\xEF\xBB\xBF\r\n", &[b'x'; 5000]] {
            let (_at, path) = file(bytes);
            assert_eq!(from_file(&path).map_err(|f| f.code).err(), Some(code::NO_PASSPHRASE));
        }
        assert!(from_file(Path::new("/no/such/file")).is_err());
    }

    #[test]
    fn what_nobody_could_type_is_told() {
        // Shift_JIS, as Notepad's ANSI has it; UTF-16, as PowerShell's > has it.
        for bytes in [&b"\x8D\x87\x8C\xBE\x97t\r\n"[..], b"\xFF\xFEs\0e\0c\0", b"s\0e\0"] {
            let (_at, path) = file(bytes);
            assert_eq!(from_file(&path).map_err(|f| f.code).err(), Some(code::PASSPHRASE_TEXT));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let (_at, path) = file(b"secret");
        for (mode, told) in [(0o644, true), (0o600, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("mode");
            assert_eq!(from_file(&path).expect("read").readable_by_others, told);
        }
    }

    #[test]
    fn debug_says_nothing() {
        let (_at, path) = file(b"secret");
        assert_eq!(format!("{:?}", from_file(&path).expect("read")), "[秘密]");
    }
}
