//! 端末: what stands on the other side of our streams, and in which language it reads.

use std::io::IsTerminal;

/// A stream of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard input.
    In,
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Whether a person sits there.
pub fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::In => std::io::stdin().is_terminal(),
        Stream::Out => std::io::stdout().is_terminal(),
        Stream::Err => std::io::stderr().is_terminal(),
    }
}

/// How many half-width columns a line may have: the terminal's, else COLUMNS, else 80.
pub fn columns() -> usize {
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    super::system::columns().or_else(told).unwrap_or(80).clamp(40, 400)
}

/// How many threads are worth starting.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// NO_COLOR (no-color.org): set and not empty.
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// 言語.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// 日本語
    Ja,
    /// English
    En,
}

/// The language of the locale; Japanese when unsure, because that is who uses this.
pub fn lang() -> Lang {
    let first = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    of_locale(first.as_deref())
}

fn of_locale(locale: Option<&str>) -> Lang {
    match locale {
        Some(locale) if locale.to_ascii_lowercase().starts_with("en") => Lang::En,
        _ => Lang::Ja,
    }
}

/// The user's name on this computer, for the ledger's 「who」. Shortened, without control characters; 「-」 when there is none.
pub fn user_name() -> String {
    let name = first_of(&["USER", "LOGNAME", "USERNAME"]);
    let clean: String = name.unwrap_or_default().chars().filter(|c| !c.is_control()).take(64).collect();
    if clean.is_empty() { "-".to_owned() } else { clean }
}

/// The name to connect to a database server with, where office.toml states none: as libpq takes it.
pub fn server_user() -> Option<String> {
    first_of(&["PGUSER", "USER", "LOGNAME", "USERNAME"])
}

fn first_of(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_when_unsure() {
        for (locale, expected) in [
            (None, Lang::Ja),
            (Some("C"), Lang::Ja),
            (Some("ja_JP.UTF-8"), Lang::Ja),
            (Some("en_US.UTF-8"), Lang::En),
            (Some("de_DE"), Lang::Ja),
        ] {
            assert_eq!(of_locale(locale), expected);
        }
    }
}
