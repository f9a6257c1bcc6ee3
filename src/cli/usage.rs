//! コマンドの書き方: reads the command line, and tells what is wrong with it: in Japanese, in clap's own English, or as JSON.

use super::args::Args;
use super::clap_ja::{HELP, HELP_OF, localize};
use super::message::{Lang, Level, Messages, fill};
use super::screen::Screen;
use super::{Exit, clap_ja};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, CommandFactory, Error, FromArgMatches};
use fukan::base::my_number::{Finding, Grammar, scan};
use fukan::base::{Arg, Fault, code};
use std::borrow::Cow;
use std::error::Error as _;
use std::ffi::OsString;

/// What the command line says of itself before it is known to be right: a wrong one is told in that language and form too.
pub fn stated(args: &[OsString]) -> (Option<Lang>, bool) {
    let args: Vec<Cow<'_, str>> = args.iter().map(|a| a.to_string_lossy()).take_while(|arg| arg != "--").collect();
    let value = args.iter().enumerate().find_map(|(i, arg)| match arg.strip_prefix("--lang=") {
        Some(value) => Some(value),
        None if arg == "--lang" => args.get(i + 1).map(|value| &**value),
        None => None,
    });
    let lang = match value {
        Some("ja") => Some(Lang::Ja),
        Some("en") => Some(Lang::En),
        _ => None,
    };
    (lang, args.iter().any(|arg| arg == "--json"))
}

/// Reads the command line.
pub fn read(args: &[OsString], lang: Lang) -> Result<Args, Error> {
    let command = localize(Args::command(), lang);
    let matches = command.clone().try_get_matches_from(args).map_err(|error| with_usage(error, command.clone(), args))?;
    match help_asked(&matches) {
        None => Args::from_arg_matches(&matches),
        Some(path) => Err(help(command, &path)),
    }
}

/// clap does not say of which command a wrong value is: how that one is written, and so where to look further.
fn with_usage(mut error: Error, mut command: Command, args: &[OsString]) -> Error {
    let says = matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation);
    if says && error.get(ContextKind::Usage).is_none() {
        command.build();
        for word in args.iter().skip(1).filter_map(|word| word.to_str()) {
            command = command.find_subcommand(word).cloned().unwrap_or(command);
        }
        error.insert(ContextKind::Usage, ContextValue::StyledStr(command.render_usage()));
    }
    error
}

/// `fukan help pack` and `fukan ledger help due`: the words of the command that is to be explained.
fn help_asked(matches: &ArgMatches) -> Option<Vec<OsString>> {
    let (name, inner) = matches.subcommand()?;
    if name == HELP {
        return Some(inner.get_many::<OsString>(HELP_OF).into_iter().flatten().cloned().collect());
    }
    let mut path = help_asked(inner)?;
    path.insert(0, name.into());
    Some(path)
}

/// The same as `--help` behind the command, or what is wrong with its name.
fn help(command: Command, path: &[OsString]) -> Error {
    let words = [OsString::from("fukan")].into_iter().chain(path.iter().cloned()).chain(["--help".into()]);
    let mut shown = command.clone();
    match command.try_get_matches_from(words) {
        Err(error) => error,
        // `--help` always ends the reading; this is the help all the same.
        Ok(_) => shown.error(ErrorKind::DisplayHelp, ""),
    }
}

/// Tells what is wrong, or the help or version that was asked for.
pub fn tell(error: &Error, screen: &mut Screen) -> Exit {
    let asked = !error.use_stderr();
    let text = text(error, screen.messages.lang);
    match (screen.json, asked) {
        (true, true) if error.kind() == ErrorKind::DisplayVersion => {
            screen.value(&serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }));
        }
        (true, true) => screen.value(&serde_json::json!({ "help": text })),
        (true, false) => screen.fault(Level::Error, &fault(error, &screen.messages), None),
        (false, true) => screen.say(text.trim_end()),
        (false, false) => screen.err(text.trim_end()),
    }
    if asked { Exit::Done } else { Exit::Usage }
}

/// What a wrong command line is told: clap's own words in English, ours in Japanese. Help and version stay as they are.
/// Ends with a line break.
pub fn text(error: &Error, lang: Lang) -> String {
    let own_words = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::DisplayVersion
    );
    let rendered = error.render().to_string();
    match lang {
        Lang::Ja if own_words => clap_ja::usage(&rendered, &Messages::load(lang)),
        // clap repeats what was typed: not when that may be a My Number.
        Lang::En if own_words || shown(&rendered) => rendered,
        _ => ours(error, &Messages::load(lang)),
    }
}

fn shown(text: &str) -> bool {
    !matches!(scan(text, Grammar::Free), Finding::Stop(_))
}

/// FK-6070, for machines: what is wrong in one sentence, and what may have been meant.
fn fault(error: &Error, messages: &Messages) -> Fault {
    let mut fault = Fault::new(code::USAGE).with("why", Arg::plain(sentence(error, messages)));
    for (name, values) in [("nearest", suggestions(error)), ("words", possible(error))] {
        if !values.is_empty() {
            fault = fault.with(name, Arg::plain(values.join(", ")));
        }
    }
    fault
}

/// What is wrong, in one sentence.
fn sentence(error: &Error, messages: &Messages) -> String {
    let get = |kind: ContextKind| told(error, kind).join(", ");
    let values = [
        ("arg", get(ContextKind::InvalidArg)),
        ("value", get(ContextKind::InvalidValue)),
        ("subcommand", get(ContextKind::InvalidSubcommand)),
        ("prior", get(ContextKind::PriorArg)),
        ("min", get(ContextKind::MinValues)),
        ("expected", get(ContextKind::ExpectedNumValues)),
        ("why", range(error).or_else(|| ending(error, messages)).unwrap_or_default()),
    ];
    let text = messages.help(&format!("error.{}", key(error))).unwrap_or_default();
    fill(text, |name| values.iter().find(|(own, _)| *own == name).map(|(_, value)| Cow::Borrowed(value.as_str())))
}

/// 1–64: what a number may be, when that is what clap says.
fn range(error: &Error) -> Option<String> {
    let source = error.source()?.to_string();
    let (_, range) = source.split_once(" is not in ")?;
    let (from, to) = range.split_once("..=")?;
    Some(format!("{from}–{to}"))
}

/// .docx, when a name must end in it.
fn ending(error: &Error, messages: &Messages) -> Option<String> {
    let source = error.source()?.to_string();
    let (_, endings) = source.split_once(super::args::FILE_ENDING)?;
    let text = messages.help("error.file_ending").unwrap_or_default();
    Some(fill(text, |name| (name == "endings").then_some(Cow::Borrowed(endings))))
}

fn ours(error: &Error, messages: &Messages) -> String {
    let word = |key: &str| messages.help(key).unwrap_or_default();
    let filled = |key: &str, name: &str, value: &str| fill(word(key), |own| (own == name).then_some(Cow::Borrowed(value)));
    let label = word("error.label");
    let mut out = format!("fukan: {label} {} {}\n", code::USAGE, sentence(error, messages));
    let possible = possible(error);
    if !possible.is_empty() {
        out.push_str(&format!("  {}\n", filled("error.possible", "values", &possible.join(", "))));
    }
    for suggestion in suggestions(error) {
        out.push_str(&format!("  {}: {}\n", word("error.tip"), filled("error.suggest", "suggestion", &suggestion)));
    }
    let usage = told(error, ContextKind::Usage).join("\n");
    let usage = usage.trim().trim_start_matches("Usage:").trim();
    if !usage.is_empty() {
        let usage = if messages.lang == Lang::Ja { clap_ja::usage(usage, messages) } else { usage.to_owned() };
        out.push_str(&format!("\n{} {usage}\n", word("word.usage")));
    }
    out.push_str(&filled("word.more", "command", &command_of(usage)));
    out.push('\n');
    out
}

fn possible(error: &Error) -> Vec<String> {
    [ContextKind::ValidValue, ContextKind::ValidSubcommand].into_iter().flat_map(|kind| told(error, kind)).collect()
}

fn suggestions(error: &Error) -> Vec<String> {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    // clap's are in the order of growing likeness.
    kinds.into_iter().flat_map(|kind| told(error, kind).into_iter().rev()).collect()
}

fn key(error: &Error) -> &'static str {
    let (arg, prior) = (error.get(ContextKind::InvalidArg), error.get(ContextKind::PriorArg));
    match error.kind() {
        ErrorKind::InvalidValue if told(error, ContextKind::InvalidValue).concat().is_empty() => "EmptyValue",
        ErrorKind::InvalidValue => "InvalidValue",
        ErrorKind::UnknownArgument => "UnknownArgument",
        ErrorKind::InvalidSubcommand => "InvalidSubcommand",
        ErrorKind::NoEquals => "NoEquals",
        ErrorKind::ValueValidation => "ValueValidation",
        ErrorKind::TooManyValues => "TooManyValues",
        ErrorKind::TooFewValues => "TooFewValues",
        ErrorKind::WrongNumberOfValues => "WrongNumberOfValues",
        ErrorKind::ArgumentConflict if arg.is_some() && arg == prior => "Twice",
        ErrorKind::ArgumentConflict => "ArgumentConflict",
        ErrorKind::MissingRequiredArgument => "MissingRequiredArgument",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "MissingSubcommand",
        ErrorKind::InvalidUtf8 => "InvalidUtf8",
        _ => "Other",
    }
}

/// The texts of a context, unless one may be a My Number.
fn told(error: &Error, kind: ContextKind) -> Vec<String> {
    let texts = match error.get(kind) {
        None => Vec::new(),
        Some(ContextValue::Strings(values)) => values.clone(),
        Some(other) => vec![other.to_string()],
    };
    let plain = |text: String| text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>();
    texts.into_iter().map(plain).filter(|text| shown(text)).collect()
}

/// «fukan pack» out of «fukan pack [OPTIONS] …».
fn command_of(usage: &str) -> String {
    let words = usage.lines().next().unwrap_or_default().split_whitespace();
    let words: Vec<&str> = words.take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect();
    if words.is_empty() { "fukan".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::clap_ja::tests::told;

    #[test]
    fn errors_are_japanese() {
        let cases = [
            ("pack a.json --ofice x", "「--ofice」という指定はありません"),
            ("pack a.json --ofice x", "「--office」ではありませんか"),
            ("pack", "必要な指定がありません: "),
            ("pack a.json --office x --bundle nine", "に「nine」は指定できません"),
            ("pack a.json --office x --bundle nine", "指定できる値: auto, case, requester"),
            ("pack a.json --office x --jobs many", "に「many」は指定できません"),
            ("pack a.json --office", "の後に値がありません"),
            ("pack a.json --office x --again --all-or-nothing", "一緒に指定できません"),
            ("pack a.json --office x --office y", "は1回だけ指定できます"),
            ("pak", "「pak」というコマンドはありません"),
            ("pak", "「pack」ではありませんか"),
            ("ledger", "コマンドを指定してください"),
            ("", "コマンドを指定してください"),
            ("pack a.json --office x --jobs many", "くわしくは「fukan"),
        ];
        for (line, expected) in cases {
            let text = told(line, Lang::Ja);
            assert!(text.starts_with("fukan: エラー FK-6070 ") && text.contains(expected), "{line}: {text}");
            assert!(!text.contains("error:") && !text.contains("Usage"), "{text}");
        }
        for lang in [Lang::Ja, Lang::En] {
            let text = told("pack a.json --office x --jobs 123456789018", lang);
            assert!(text.contains("--jobs") && !text.contains("123456789018"), "{text}");
        }
        assert!(told("pak", Lang::En).starts_with("error: unrecognized subcommand 'pak'"));
    }

    #[test]
    fn a_wrong_value_leads_to_its_own_command() {
        let cases = [
            ("fukan --lang ja pack a --office o --out x --jobs many", "fukan pack"),
            ("fukan ledger export --office o --out x.csv --table x", "fukan ledger export"),
            ("fukan report --office o --out 1120", "fukan report"),
        ];
        for (line, command) in cases {
            let told = |lang| text(&read(&words(line), lang).expect_err("wrong"), lang);
            let ja = told(Lang::Ja);
            assert!(ja.contains(&format!("使い方: {command} [オプション]")), "{ja}");
            assert!(ja.contains(&format!("くわしくは「{command} --help」")), "{ja}");
            assert!(told(Lang::En).contains(&format!("Usage: {command} [OPTIONS]")));
        }
    }

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn what_is_stated_counts_before_all_is_read() {
        assert_eq!(stated(&words("fukan --lang en pak --json")), (Some(Lang::En), true));
        assert_eq!(stated(&words("fukan pack --lang=ja")), (Some(Lang::Ja), false));
        assert_eq!(stated(&words("fukan pack --lang fr -- --json")), (None, false));
    }

    #[test]
    fn machines_are_told_in_one_object() {
        let messages = Messages::load(Lang::Ja);
        let json = |line: &str| {
            let error = read(&words(line), Lang::Ja).expect_err("wrong");
            messages.json(Level::Error, &fault(&error, &messages), None)
        };
        let value = json("fukan pack a.json --ofice x");
        let keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "level", "what", "fix"]);
        assert_eq!((value["code"].as_str(), value["level"].as_str()), (Some("FK-6070"), Some("error")));
        assert!(value["what"].as_str().is_some_and(|what| what.contains("「--ofice」という指定はありません")), "{value}");
        assert!(value["fix"].as_str().is_some_and(|fix| fix.contains("--office")), "{value}");
        assert!(
            json("fukan pack a --bundle nine --office o --out x")["fix"]
                .as_str()
                .is_some_and(|fix| fix.contains("auto, case, requester"))
        );
        assert!(json("fukan pack a --jobs 0 --office o --out x")["what"].as_str().is_some_and(|what| what.contains("1–64")));
        // What may be a My Number is not repeated.
        assert!(!json("fukan pack a --jobs 123456789018 --office o --out x").to_string().contains("123456789018"));
    }
}
