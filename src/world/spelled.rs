//! 綴り: a path as people write it on Windows, out of the one that the system gives.

use std::path::PathBuf;

/// What stands below a folder must fit behind it: above this the path keeps the spelling that knows no limit.
const MOST: usize = 180;

/// 読める綴り. `\\?\C:\a` is `C:\a` and `\\?\UNC\server\a` is `\\server\a`, where the short spelling means the same.
pub(super) fn plain(path: PathBuf) -> PathBuf {
    path.to_str().and_then(short).map_or(path, PathBuf::from)
}

/// その逆. An absolute path of Windows in the spelling that knows no limit.
pub(super) fn whole(path: PathBuf) -> PathBuf {
    let long = |path: &str| match path.strip_prefix(r"\\") {
        Some(rest) if rest.starts_with(['?', '.']) => None,
        Some(share) => Some(format!(r"\\?\UNC\{share}")),
        None => drive(path).then(|| format!(r"\\?\{path}")),
    };
    path.to_str().and_then(long).map_or(path, PathBuf::from)
}

fn short(path: &str) -> Option<String> {
    let rest = path.strip_prefix(r"\\?\")?;
    let (head, below) = match rest.strip_prefix(r"UNC\") {
        Some(share) => (r"\\", share),
        None => ("", rest.get(3..).filter(|_| drive(rest))?),
    };
    let same = below.is_empty() || below.trim_end_matches('\\').split('\\').all(super::disk::plain);
    let short = format!("{head}{}", rest.strip_prefix(r"UNC\").unwrap_or(rest));
    (same && short.encode_utf16().count() <= MOST).then_some(short)
}

fn drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_the_same_is_shortened() {
        for (given, expected) in [
            (r"\\?\C:\事務所\out", r"C:\事務所\out"),
            (r"\\?\C:\", r"C:\"),
            (r"\\?\UNC\server\share\out", r"\\server\share\out"),
            (r"\\?\UNC\server\share\", r"\\server\share\"),
            (r"\\?\C:\a\NUL", r"\\?\C:\a\NUL"),
            (r"\\?\C:\a.\b", r"\\?\C:\a.\b"),
            (r"\\?\C:\a/b", r"\\?\C:\a/b"),
            (r"\\?\Volume{1}\a", r"\\?\Volume{1}\a"),
            (r"C:\a", r"C:\a"),
            ("/home/a", "/home/a"),
        ] {
            assert_eq!(plain(PathBuf::from(given)), PathBuf::from(expected), "{given}");
        }
        for (given, expected) in [
            (r"C:\事務所\out", r"\\?\C:\事務所\out"),
            (r"\\server\share\out", r"\\?\UNC\server\share\out"),
            (r"\\.\NUL", r"\\.\NUL"),
            (r"\\?\C:\a", r"\\?\C:\a"),
            ("a", "a"),
        ] {
            assert_eq!(whole(PathBuf::from(given)), PathBuf::from(expected), "{given}");
        }
        let long = format!(r"\\?\C:\{}", "長".repeat(178));
        assert_eq!(plain(PathBuf::from(&long)), PathBuf::from(&long));
    }
}
