//! 誤り: what went wrong, where, and what may be said about it. Never a value from a case.

use super::Code;
use std::borrow::Cow;
use std::fmt;

/// 誤り. A code, a place and hints of our own making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What the message may fill in.
    pub args: Vec<(&'static str, Arg)>,
}

impl Fault {
    /// A fault with no place yet.
    pub fn new(code: Code) -> Self {
        Self { code, place: Place::default(), args: Vec::new() }
    }

    /// ディスクが断った: what the system said of the disk, FK-6004.
    pub fn disk(error: std::io::Error) -> Self {
        Self::new(super::code::DISK).with("system", Arg::system(&error))
    }

    /// The same at a field.
    pub fn at(mut self, field: Field) -> Self {
        self.place.field = Some(field);
        self
    }

    /// The same with one more thing to fill in.
    pub fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.args.push((name, arg));
        self
    }

    /// The same, placed in a file and row unless it already is.
    pub fn within(mut self, file: &FileName, at: At) -> Self {
        self.place.file.get_or_insert_with(|| file.clone());
        self.place.at.get_or_insert(at);
        self
    }
}

/// 場所.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which file, when it is about one.
    pub file: Option<FileName>,
    /// Which record of it.
    pub at: Option<At>,
    /// Which field of ours.
    pub field: Option<Field>,
    /// Which character of the field, from 1.
    pub character: Option<usize>,
}

/// 件・行.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// The n-th case of a JSON file, from 1.
    Case(u64),
    /// A line of a text file or a row of a sheet, from 1.
    Line(u64),
    /// A byte of a file.
    Byte(u64),
}

/// ファイル名. Shown as written, unless it carries a My Number: then by its place on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// The last part of a path, or «file n» when that part must not be shown.
    pub fn new(path: &std::path::Path, position: usize) -> Self {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self::named(&name, position)
    }

    /// The same for a bare name.
    pub fn named(name: &str, position: usize) -> Self {
        let shown: String = name.chars().filter(|c| !c.is_control()).collect();
        Self(if Self::holds_a_number(name) || shown.is_empty() { format!("file {position}") } else { shown })
    }

    /// Whether a My Number stands in a name.
    pub fn holds_a_number(name: &str) -> bool {
        use super::my_number::{Finding, Grammar, scan};
        matches!(scan(&without_moments(name), Grammar::Free), Finding::Stop(_))
    }

    /// What is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name without its days and times: twelve digits too, of which one in eleven would do for a My Number, and what a nightly run is named by.
/// Of a hundred thousand My Numbers one reads as such a moment.
fn without_moments(name: &str) -> String {
    let (mut out, mut rest) = (String::new(), name);
    while let Some(c) = rest.chars().next() {
        match moment(rest).filter(|_| !out.ends_with(|c: char| c.is_ascii_digit())) {
            Some(behind) => (out, rest) = (out + "@", behind),
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// What stands behind a moment of 2020 to 2039 at the beginning of a text: 202611270030, 20261127-0030, 2026-11-27_00.30. In fours
/// (2026-1127-0030) it would be written as My Numbers are.
fn moment(text: &str) -> Option<&str> {
    let (mut rest, mut marked) = (text, [false; 5]);
    for (index, (digits, within)) in
        [(4, 2020..=2039), (2, 1..=12), (2, 1..=31), (2, 0..=23), (2, 0..=59)].into_iter().enumerate()
    {
        if let Some(behind) = rest.strip_prefix(['-', '_', '.', ' ', 'T']).filter(|_| index > 0) {
            (rest, marked[index]) = (behind, true);
        }
        let (group, behind) = rest.split_at_checked(digits)?;
        let value: u16 = group.parse().ok().filter(|_| group.bytes().all(|b| b.is_ascii_digit()))?;
        within.contains(&value).then_some(())?;
        rest = behind;
    }
    (marked[1] == marked[2] && !rest.starts_with(|c: char| c.is_ascii_digit())).then_some(rest)
}

/// 項目: a field by our own name for it, in both spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// 日本語の見出し, as in a table: 候補_生年月日.
    pub ja: Cow<'static, str>,
    /// The key in JSON: candidates.birth.
    pub json: Cow<'static, str>,
    /// Which of several (the third candidate), from 1.
    pub index: Option<usize>,
    /// Which payment of an answer, from 1, and which part of it: tables have a line and a column for each.
    pub part: Option<(usize, &'static str)>,
}

impl Field {
    /// A field known when the program was built.
    pub const fn new(ja: &'static str, json: &'static str) -> Self {
        Self { ja: Cow::Borrowed(ja), json: Cow::Borrowed(json), index: None, part: None }
    }

    /// The field of one answer, by the catalogue's name of its item.
    pub fn answer(item: &str) -> Self {
        let (ja, json) = (format!("回答_{item}"), format!("candidates.answers.{item}"));
        Self { ja: Cow::Owned(ja), json: Cow::Owned(json), index: None, part: None }
    }

    /// A part of the n-th payment.
    pub fn of_payment(mut self, number: usize, key: &'static str) -> Self {
        self.part = Some((number, key));
        self
    }

    /// The n-th of several.
    pub fn nth(mut self, index: usize) -> Self {
        self.index = Some(index);
        self
    }
}

/// A path as it can be pasted into a command line, of a shell on Windows too.
pub fn pasted(path: impl AsRef<std::path::Path>) -> String {
    let path = path.as_ref().display().to_string();
    let plain = |c: char| !c.is_whitespace() && (!c.is_ascii() || c.is_ascii_alphanumeric() || "/\\._-:~+=@%".contains(c));
    match path.chars().all(plain) {
        true => path,
        // A backslash would take the quotation mark behind it into the path.
        false => format!("\"{}\"", path.trim_end_matches('\\')),
    }
}

/// 補足: something that a message may print. It holds what is ours: a count, a word of our source, a name out of our tables. Where text is
/// taken ([`Arg::named`], [`Arg::plain`]), whoever calls vouches that no value of a case is in it; `tests/leak.rs` plants such values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg(String);

impl Arg {
    /// A number of things.
    pub fn count(n: impl Into<u64>) -> Self {
        Self(n.into().to_string())
    }

    /// A character by its code point: U+202E.
    pub fn code_point(c: char) -> Self {
        Self(format!("U+{:04X}", c as u32))
    }

    /// A word written in our own source.
    pub fn ours(word: &'static str) -> Self {
        Self(word.to_owned())
    }

    /// Names out of our own tables: catalogue items, field names, package numbers, code names.
    pub fn named(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self(names.into_iter().map(|n| format!("「{}」", n.as_ref())).collect())
    }

    /// One bare name out of our own tables: a package number, a version, a date of ours, a file name that was checked.
    pub fn plain(name: impl fmt::Display) -> Self {
        Self(name.to_string())
    }

    /// 様式の文字: words of an office's own Word form, which holds nobody's data: at most forty characters, and never a number that
    /// may be somebody's.
    pub fn of_form(text: &str) -> Self {
        use super::my_number::{Finding, Grammar, scan};
        const MOST: usize = 40;
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if matches!(scan(&text, Grammar::Free), Finding::Stop(_)) {
            return Self("（12桁の番号あり）".to_owned());
        }
        let mut shown: String = text.chars().filter(|c| !c.is_control()).take(MOST).collect();
        if text.chars().count() > MOST {
            shown.push('…');
        }
        Self(if shown.is_empty() { shown } else { format!("「{shown}」") })
    }

    /// What the operating system said, without a path: in Japanese where it is common, else in its own words.
    pub fn system(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let told = match error.kind() {
            ErrorKind::NotFound => Some("見つかりません"),
            ErrorKind::PermissionDenied => Some("権限がありません"),
            ErrorKind::AlreadyExists => Some("同じ名前のものが既にあります"),
            ErrorKind::StorageFull => Some("空き容量がありません"),
            ErrorKind::ReadOnlyFilesystem => Some("書き込みのできない場所です"),
            ErrorKind::NotADirectory => Some("フォルダーではありません"),
            ErrorKind::FileTooLarge => Some("大きすぎます"),
            ErrorKind::InvalidInput => Some("リンクなど、普通のファイル又はフォルダーではないものは使えません"),
            ErrorKind::IsADirectory => Some("ファイルではなくフォルダーです"),
            ErrorKind::DirectoryNotEmpty => Some("フォルダーが空ではありません"),
            ErrorKind::QuotaExceeded => Some("割り当てられた容量を使い切りました"),
            ErrorKind::InvalidFilename => Some("名前に使えない文字があるか、長すぎます"),
            ErrorKind::ResourceBusy => Some(HELD),
            ErrorKind::ConnectionRefused => Some("接続を断られました"),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
                Some("接続が切れました")
            }
            ErrorKind::TimedOut => Some("応答がありません"),
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
                Some("ネットワークにつながりません")
            }
            _ => error.raw_os_error().filter(|code| cfg!(windows) && held(*code)).map(|_| HELD),
        };
        if let Some(told) = told {
            return Self(told.to_owned());
        }
        Self(match error.raw_os_error() {
            Some(code) => format!("{} (os error {code})", error.kind()),
            None => error.kind().to_string(),
        })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const HELD: &str = "ほかのプログラムが開いています";

/// What Windows says of a file that Word or Excel has open: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION.
fn held(code: i32) -> bool {
    matches!(code, 32 | 33)
}
