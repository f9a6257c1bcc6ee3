//! 文言: every text of the screen in both languages, out of `templates/messages/{ja,en}.toml`.

use fukan::base::fault::FileName;
use fukan::base::{Arg, At, Fault, Field, Place};
use fukan::notice::{Channel, Outcome};
pub use fukan::world::Lang;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const JA: &str = include_str!("../../templates/messages/ja.toml");
const EN: &str = include_str!("../../templates/messages/en.toml");

/// 重さ: as what a fault is told. The same code may warn here and hold there, so the teller says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// エラー
    Error,
    /// 保留
    Hold,
    /// 警告
    Warning,
}

impl Level {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Hold => "hold",
            Self::Warning => "warning",
        }
    }

    /// The level of a case's own faults, by what became of it.
    pub const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Held => Self::Hold,
            _ => Self::Error,
        }
    }
}

/// 誤りの文言.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// What is wrong, in one sentence.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// 文言 of one language.
#[derive(Clone, Debug)]
pub struct Messages {
    /// Which.
    pub lang: Lang,
    pub(super) codes: BTreeMap<String, Text>,
    pub(super) why: BTreeMap<String, String>,
    pub(super) ui: BTreeMap<String, String>,
    pub(super) help: BTreeMap<String, String>,
}

impl Messages {
    /// The texts of a language. They are part of the program: a test makes sure that they can be read.
    pub fn load(lang: Lang) -> Self {
        let text = match lang {
            Lang::Ja => JA,
            Lang::En => EN,
        };
        Self::parse(lang, &toml::from_str(text).unwrap_or_default())
    }

    pub(super) fn parse(lang: Lang, table: &toml::Table) -> Self {
        let flat_table = |name: &str| {
            let mut flat = BTreeMap::new();
            if let Some(toml::Value::Table(inner)) = table.get(name) {
                flatten("", inner, &mut flat);
            }
            flat
        };
        let text = |entry: &toml::Value, key: &str| entry.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let codes = table.iter().filter(|(key, _)| key.starts_with("FK-"));
        Self {
            lang,
            codes: codes.map(|(key, entry)| (key.clone(), Text { what: text(entry, "what"), fix: text(entry, "fix") })).collect(),
            why: flat_table("why"),
            ui: flat_table("ui"),
            help: flat_table("help"),
        }
    }

    /// A text of the screen by its key, filled in. An unknown key is shown as it is.
    pub fn ui(&self, key: &str, values: &[(&str, &str)]) -> String {
        let text = self.ui.get(key).map_or(key, String::as_str);
        fill(text, |name| values.iter().find(|(own, _)| *own == name).map(|(_, value)| Cow::Borrowed(*value)))
    }

    /// The help of a command or argument.
    pub fn help(&self, key: &str) -> Option<&str> {
        self.help.get(key).map(String::as_str)
    }

    /// 結果: the word for people.
    pub fn outcome(&self, outcome: Outcome) -> String {
        self.ui(&format!("outcome.{}", outcome.word()), &[])
    }

    /// 回答方法: the word for people.
    pub fn channel(&self, channel: Channel) -> String {
        let word = match channel {
            Channel::Email => "email",
            Channel::Paper => "paper",
            Channel::Phone => "phone",
        };
        self.ui(&format!("channel.{word}"), &[])
    }

    /// What is wrong, in one sentence, filled in.
    pub fn what(&self, fault: &Fault) -> String {
        self.fault_text(fault, |text| &text.what)
    }

    /// What to do, filled in.
    pub fn fix(&self, fault: &Fault) -> String {
        self.fault_text(fault, |text| &text.fix)
    }

    fn fault_text(&self, fault: &Fault, part: impl Fn(&Text) -> &String) -> String {
        let text = self.codes.get(fault.code.as_str()).map(part);
        fill(text.map_or("", String::as_str), |name| self.arg(fault, name)).trim().to_owned()
    }

    /// An argument in this language; an empty one counts as absent.
    fn arg<'f>(&'f self, fault: &'f Fault, name: &str) -> Option<Cow<'f, str>> {
        let value = fault.args.iter().find(|(own, _)| *own == name).map(|(_, arg)| Arg::as_str(arg))?;
        if let Some(said) = self.why.get(value) {
            return Some(Cow::Borrowed(said));
        }
        let value = match self.lang {
            Lang::Ja => Cow::Borrowed(value),
            Lang::En => Cow::Owned(quoted_in_english(value)),
        };
        (!value.is_empty()).then_some(value)
    }

    /// エラー FK-1001 … with its place and what to do, as DESIGN section 8 has it. Ends without a line break.
    #[cfg(test)]
    pub fn render(&self, level: Level, fault: &Fault) -> String {
        self.render_case(level, fault, None)
    }

    /// The same for a case whose 照会番号 may be shown.
    pub fn render_case(&self, level: Level, fault: &Fault, case: Option<&str>) -> String {
        let place = self.place(&fault.place, case);
        self.message(level, fault, (!place.is_empty()).then_some(place.as_str()))
    }

    /// The same with a place already in words.
    pub(super) fn message(&self, level: Level, fault: &Fault, place: Option<&str>) -> String {
        let level = self.ui(&format!("level.{}", level.word()), &[]);
        let mut out = format!("fukan: {level} {} {}", fault.code, self.what(fault));
        if let Some(place) = place {
            let _ = write!(out, "\n  {}", self.ui("label.place", &[("place", place)]));
        }
        let fix = self.fix(fault);
        if !fix.is_empty() {
            let _ = write!(out, "\n  {}", self.ui("label.fix", &[("fix", &fix)]));
        }
        out
    }

    /// 場所: file, record, field and character in words; empty when nothing is known.
    pub fn place(&self, place: &Place, case: Option<&str>) -> String {
        let file = place.file.as_ref().map(|file| self.file(file));
        let field = place.field.as_ref().map(|field| self.field(field, place.file.as_ref()));
        let character = place.character.map(|n| self.ui("place.character", &[("n", &n.to_string())]));
        let parts = [file, self.at(place, case), field, character];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn file(&self, file: &FileName) -> String {
        match file.as_str().strip_prefix("file ").filter(|n| n.bytes().all(|b| b.is_ascii_digit())) {
            Some(n) => self.ui("place.file", &[("n", n)]),
            None => file.as_str().to_owned(),
        }
    }

    fn at(&self, place: &Place, case: Option<&str>) -> Option<String> {
        let (key, n) = match place.at {
            Some(At::Case(n)) => ("place.case", n),
            Some(At::Line(n)) => ("place.line", n),
            Some(At::Byte(n)) => ("place.byte", n),
            None => return case.map(|id| self.ui("place.only_id", &[("id", id)])),
        };
        // Zero stands for the whole file.
        if n == 0 {
            return case.map(|id| self.ui("place.only_id", &[("id", id)]));
        }
        let number = n.to_string();
        let id = case.map(|id| self.ui("place.id", &[("id", id)])).unwrap_or_default();
        Some(self.ui(key, &[("n", &number)]) + &id)
    }

    /// Japanese: the heading, and the path when the file is JSON. English: the path, and the heading when the file is a table.
    fn field(&self, field: &Field, file: Option<&FileName>) -> String {
        let json = file.is_none_or(|file| is_json(file.as_str()));
        let table = file.is_some_and(|file| !is_json(file.as_str()));
        let index = field.index.map(|n| n.to_string());
        let n = ("n", index.as_deref().unwrap_or_default());
        let (heading, path) = (field.ja.as_ref(), field.json.as_ref());
        let (first, second) = match self.lang {
            Lang::Ja => (heading, path),
            Lang::En => (path, heading),
        };
        let more = heading != path
            && match self.lang {
                Lang::Ja => json,
                Lang::En => table,
            };
        self.ui("place.field", &[("field", first), n, ("other", if more { second } else { "" })])
    }

    /// One JSON object a fault: code, level, file, line|case|byte, field, index, character, what, fix; `id` when it may be shown.
    pub fn json(&self, level: Level, fault: &Fault, case: Option<&str>) -> Value {
        let mut out = Map::new();
        out.insert("code".into(), fault.code.as_str().into());
        out.insert("level".into(), level.word().into());
        let place = &fault.place;
        if let Some(file) = &place.file {
            out.insert("file".into(), file.as_str().into());
        }
        match place.at {
            Some(At::Case(n)) => drop(out.insert("case".into(), n.into())),
            Some(At::Line(n)) => drop(out.insert("line".into(), n.into())),
            Some(At::Byte(n)) => drop(out.insert("byte".into(), n.into())),
            None => {}
        }
        if let Some(id) = case {
            out.insert("id".into(), id.into());
        }
        if let Some(field) = &place.field {
            out.insert("field".into(), field.json.as_ref().into());
            field.index.map(|n| out.insert("index".into(), n.into()));
        }
        place.character.map(|n| out.insert("character".into(), n.into()));
        out.insert("what".into(), self.what(fault).into());
        out.insert("fix".into(), self.fix(fault).into());
        Value::Object(out)
    }
}

/// One line of JSON; with `ascii` everything beyond ASCII is escaped, for pipes that change the encoding (PowerShell 5).
pub fn json_line(value: &Value, ascii: bool) -> String {
    let text = value.to_string();
    if !ascii {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

fn is_json(file: &str) -> bool {
    let extension = file.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("json" | "ndjson" | "jsonl"))
}

/// 「a」「b」 becomes "a", "b"; a・b becomes a, b.
fn quoted_in_english(value: &str) -> String {
    match value.strip_prefix('「').and_then(|rest| rest.strip_suffix('」')) {
        Some(names) => names.split("」「").map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "),
        None => value.replace('・', ", "),
    }
}

/// Fills `{name}`s; a clause in 〔…〕 vanishes unless each of its names has a value that is not empty.
pub(super) fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('〔') {
        out.push_str(&fill_names(before, &value).0);
        let (clause, after) = inside.split_once('〕').unwrap_or((inside, ""));
        if let (clause, true) = fill_names(clause, &value) {
            out.push_str(&clause);
        }
        rest = after;
    }
    out.push_str(&fill_names(rest, &value).0);
    out
}

/// The text filled in, and whether every name had a value.
fn fill_names<'v>(text: &str, value: &impl Fn(&str) -> Option<Cow<'v, str>>) -> (String, bool) {
    let (mut out, mut complete) = (String::new(), true);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        match name(rest) {
            Some(name) => {
                let found = value(name).filter(|v| !v.is_empty());
                complete &= found.is_some();
                out.push_str(found.as_deref().unwrap_or_default());
                rest = &rest[name.len() + 2..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    (out, complete)
}

/// The name in `{name}` at the beginning of a text. Anything else in braces is text.
pub(super) fn name(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).then_some(name)
}

fn flatten(prefix: &str, table: &toml::Table, out: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::String(text) => drop(out.insert(key, text.clone())),
            toml::Value::Table(inner) => flatten(&key, inner, out),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fukan::base::code;

    fn placed(file: &str, at: At, field: Field) -> Fault {
        Fault::new(code::MY_NUMBER).at(field).within(&FileName::named(file, 1), at)
    }

    #[test]
    fn the_form_of_an_error() {
        let fault = placed("cases.csv", At::Line(14), Field::new("備考", "note"));
        let text = Messages::load(Lang::Ja).render(Level::Error, &fault);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "fukan: エラー FK-1001 マイナンバーと思われる12桁の数字があります");
        assert_eq!(lines[1], "  場所: cases.csv 14行 備考");
        assert!(lines[2].starts_with("  対処: マイナンバーを削除して"));
        let text = Messages::load(Lang::En).render(Level::Warning, &fault);
        assert!(text.starts_with("fukan: warning FK-1001 There are twelve digits"), "{text}");
        assert!(text.contains("\n  where: cases.csv line 14 note (備考)\n  to do: "), "{text}");
    }

    #[test]
    fn places_of_json_name_the_path() {
        let mut fault = placed("cases.json", At::Case(3), Field::new("候補_生年月日", "candidates.birth").nth(2));
        fault.place.character = Some(8);
        let ja = Messages::load(Lang::Ja).place(&fault.place, Some("K-0003"));
        assert_eq!(ja, "cases.json 3件目（照会番号 K-0003） 候補_生年月日（candidates.birth） 2番目 8文字目");
        let en = Messages::load(Lang::En).place(&fault.place, Some("K-0003"));
        assert_eq!(en, "cases.json case 3 (K-0003) candidates.birth no. 2 character 8");
        let nowhere = Fault::new(code::OURS).place;
        assert_eq!(Messages::load(Lang::Ja).place(&nowhere, None), "");
        assert_eq!(Messages::load(Lang::Ja).place(&nowhere, Some("K-1")), "照会番号 K-1");
        let hidden = placed("1234 5678 9018.csv", At::Byte(0), Field::new("a", "a"));
        assert_eq!(Messages::load(Lang::Ja).place(&hidden.place, None), "1番目のファイル a");
    }

    #[test]
    fn clauses_vanish_without_their_words() {
        let words = [("a", "x"), ("empty", "")];
        let fill = |text: &str| fill(text, |name| words.iter().find(|w| w.0 == name).map(|w| Cow::Borrowed(w.1)));
        assert_eq!(fill("1〔 {a}〕〔 {b}〕〔{empty}?〕2"), "1 x2");
        assert_eq!(fill("{{宛先}} { } {a}{b} {"), "{{宛先}} { } x {");
        assert_eq!(fill("〔plain〕〔{a}"), "plainx");
    }

    #[test]
    fn arguments_speak_the_language() {
        let fault = Fault::new(code::UNKNOWN_ITEM).with("nearest", Arg::named(["資格取得年月日", "資格喪失年月日"]));
        assert!(Messages::load(Lang::Ja).fix(&fault).contains("近い名前は「資格取得年月日」「資格喪失年月日」です。"));
        assert!(Messages::load(Lang::En).fix(&fault).contains("Similar names: \"資格取得年月日\", \"資格喪失年月日\"."));
        let fault = Fault::new(code::IMPLAUSIBLE).with("why", Arg::ours("受付日時が未来です"));
        assert!(Messages::load(Lang::En).what(&fault).ends_with("(received in the future)"));
        let fault = Fault::new(code::UNKNOWN_ITEM).with("nearest", Arg::named([] as [&str; 0]));
        assert!(!Messages::load(Lang::Ja).fix(&fault).contains("近い"));
        let fault = Fault::new(code::REPLY_BY).with("words", Arg::ours("email・paper・phone"));
        assert!(Messages::load(Lang::En).fix(&fault).starts_with("reply_by is email"));
    }

    #[test]
    fn json_is_one_object_and_can_be_ascii() {
        let fault = placed("cases.ndjson", At::Line(2), Field::new("候補_住所", "candidates.address").nth(1));
        let value = Messages::load(Lang::Ja).json(Level::Hold, &fault, Some("K-2"));
        let line = json_line(&value, true);
        assert!(line.is_ascii() && line.starts_with(r#"{"code":"FK-1001","level":"hold","file":"cases.ndjson","line":2,"id":"K-2","field":"candidates.address","index":1,"what":""#), "{line}");
        assert_eq!(serde_json::from_str::<Value>(&line).ok(), Some(value));
        assert_eq!(json_line(&Value::from("𠮷"), true), r#""\ud842\udfb7""#);
    }
}
