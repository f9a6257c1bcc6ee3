//! すべてのコマンドを歩く: every command and option has its texts in both languages, and none of clap's English stands in the Japanese.
//!
//! A new command needs nothing here: texts in `[help.command]` and `[help.argument]` (and `[help.value]` for a new value name) of both
//! message files. A new Latin word of our own in a Japanese help goes into [`OUR_WORDS`].

use super::args::Args;
use super::clap_ja::localize;
use super::message::{Lang, Messages};
use super::{man, usage};
use clap::{Arg, Command, CommandFactory};
use std::collections::BTreeSet;
use std::ffi::OsString;

/// Latin words that a Japanese help may hold besides the names of commands, options and their values.
const OUR_WORDS: &[&str] = &[
    "CSV",
    "csv",
    "xlsx",
    "R08",
    "R08-0057",
    "U08-0120",
    "retention_years",
    "Excel",
    "fukan",
    "FK-6070",
    "office",
    "supervisors",
    "toml",
    "docx",
    "Word",
    "PostgreSQL",
    "json",
    "ndjson",
    "jsonl",
    "zip",
    "JSON",
    "ZIP",
    "Schema",
    "bash",
    "zsh",
    "fish",
    "PowerShell",
    "man",
    "R08-0012",
    "U08-0021",
    "h",
    "V",
];

/// The commands from the root down, each with its words.
fn walk(command: &Command) -> Vec<(Vec<String>, Command)> {
    fn add(command: &Command, path: &[String], found: &mut Vec<(Vec<String>, Command)>) {
        found.push((path.to_vec(), command.clone()));
        for sub in command.get_subcommands() {
            add(sub, &[path, &[sub.get_name().to_owned()]].concat(), found);
        }
    }
    let mut found = Vec::new();
    add(command, &[], &mut found);
    found
}

fn built(lang: Lang) -> Command {
    let mut command = localize(Args::command(), lang);
    command.build();
    command
}

/// What a command line is told.
fn told(words: &[&str], lang: Lang) -> String {
    let words: Vec<OsString> = std::iter::once("fukan").chain(words.iter().copied()).map(OsString::from).collect();
    match usage::read(&words, lang) {
        Ok(_) => panic!("{words:?} is right"),
        Err(error) => usage::text(&error, lang),
    }
}

/// The Latin words of a text: letters first, then digits and hyphens too.
fn latin(text: &str) -> BTreeSet<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let words = text.split(|c| !plain(c)).map(|word| word.trim_matches('-'));
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())).map(str::to_owned).collect()
}

/// Names and values of our own commands.
fn names() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = OUR_WORDS.iter().map(|word| (*word).to_owned()).collect();
    for (path, command) in walk(&built(Lang::Ja)) {
        names.extend(path);
        for arg in command.get_arguments() {
            names.extend(arg.get_long().map(str::to_owned));
            names.extend(arg.get_possible_values().iter().map(|value| value.get_name().to_owned()));
            names.extend(arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()));
        }
    }
    names
}

#[track_caller]
fn japanese(text: &str, names: &BTreeSet<String>, typed: &[&str]) {
    let typed: BTreeSet<String> = typed.iter().flat_map(|word| latin(word)).collect();
    let strange: Vec<String> = latin(text).into_iter().filter(|word| !names.contains(word) && !typed.contains(word)).collect();
    assert!(strange.is_empty(), "{strange:?} in\n{text}");
    assert!(text.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{text}");
}

#[test]
fn every_command_and_option_is_told_in_both_languages() {
    for lang in [Lang::Ja, Lang::En] {
        let messages = Messages::load(lang);
        let mut wanted = Vec::new();
        for (path, command) in walk(&built(lang)) {
            let key = match path.last().map(String::as_str) {
                None => "fukan".to_owned(),
                Some("help") => "help".to_owned(),
                Some(_) => path.join("."),
            };
            let about = messages.help(&format!("command.{key}"));
            if about.is_none() || command.get_about().map(ToString::to_string) != about.map(str::to_owned) {
                wanted.push(format!("command.{key}"));
            }
            for arg in command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version")) {
                let name = arg.get_id().as_str().replace('_', "-");
                let known = [format!("argument.{}.{name}", path.join(".")), format!("argument.{name}")];
                if !known.iter().any(|key| messages.help(key).is_some()) {
                    wanted.push(known.concat());
                }
            }
        }
        for (path, command) in walk(&Args::command()) {
            let values = |arg: &Arg| arg.get_value_names().map(<[_]>::to_vec).unwrap_or_default();
            for value in command.get_arguments().filter(|arg| arg.get_action().takes_values()).flat_map(values) {
                if messages.help(&format!("value.{value}")).is_none() {
                    wanted.push(format!("value.{value} ({})", path.join(" ")));
                }
            }
        }
        assert!(wanted.is_empty(), "add to [help] of {lang:?}: {wanted:#?}");
    }
}

#[test]
fn every_help_is_japanese() {
    let names = names();
    let mut seen = 0;
    for (path, _) in walk(&built(Lang::Ja)) {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let long = told(&[&words[..], &["--help"]].concat(), Lang::Ja);
        japanese(&long, &names, &[]);
        assert!(long.contains("使い方: fukan"), "{long}");
        assert_eq!(told(&[&words[..], &["-h"]].concat(), Lang::Ja), long);
        if words.last() != Some(&"help") {
            // «fukan help …» says the same, wherever help stands.
            for at in 0..=words.len() {
                let group = at == 0 || at < words.len();
                if group {
                    assert_eq!(told(&[&words[..at], &["help"], &words[at..]].concat(), Lang::Ja), long, "{words:?} {at}");
                }
            }
        }
        let english = told(&[&words[..], &["--help"]].concat(), Lang::En);
        assert!(english.is_ascii() && english.contains("Usage: fukan"), "{english}");
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
    // What it is to catch: clap's own words.
    let plain = Args::command().try_get_matches_from(["fukan", "pack", "--help"]).expect_err("help").to_string();
    let found: Vec<String> = latin(&plain).into_iter().filter(|word| !names.contains(word)).collect();
    for word in ["Usage", "Options", "Arguments", "default", "DIR"] {
        assert!(found.iter().any(|own| own == word), "{word}");
    }
}

/// Wrong command lines of one command: each option misspelt, doubled, without and with a wrong value, and more.
fn wrong_lines(path: &[String], command: &Command) -> Vec<Vec<String>> {
    let line = |more: &[&str]| path.iter().cloned().chain(more.iter().map(|word| (*word).to_owned())).collect::<Vec<_>>();
    let mut lines = vec![line(&["--mysterious"]), line(&["-Q"])];
    if command.get_positionals().next().is_none() {
        lines.push(line(&["ﾅｿﾞ"]));
    }
    if command.get_arguments().any(Arg::is_required_set) || command.has_subcommands() {
        lines.push(line(&[]));
    }
    for sub in command.get_subcommands() {
        lines.push(line(&[&sub.get_name()[1..]]));
    }
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long() else {
            if !arg.get_possible_values().is_empty() {
                lines.push(line(&["ﾅｿﾞ"]));
            }
            continue;
        };
        let flag = format!("--{long}");
        lines.push(line(&[&flag[..flag.len() - 1]]));
        if matches!(long, "help" | "version") {
            continue;
        }
        if arg.get_action().takes_values() {
            lines.push(line(&[&flag]));
            lines.push(line(&[&format!("{flag}=a"), &format!("{flag}=b")]));
            if !arg.get_possible_values().is_empty() || arg.get_id() == "jobs" || arg.get_id() == "limit" {
                lines.push(line(&[&flag, "ﾅｿﾞ"]));
                lines.push(line(&[&flag, "99999999999"]));
            }
        } else {
            lines.push(line(&[&flag, &flag]));
            lines.push(line(&[&format!("{flag}=yes")]));
        }
    }
    lines
}

#[test]
fn every_error_is_japanese() {
    let names = names();
    let mut kinds = BTreeSet::new();
    let mut seen = 0;
    for (path, command) in walk(&built(Lang::Ja)).into_iter().filter(|(path, _)| path.last().is_none_or(|name| name != "help")) {
        for line in wrong_lines(&path, &command) {
            let words: Vec<OsString> =
                std::iter::once("fukan").chain(line.iter().map(String::as_str)).map(OsString::from).collect();
            // An option that may stand twice, and --limit with a number, are right.
            let Err(error) = usage::read(&words, Lang::Ja) else { continue };
            let text = usage::text(&error, Lang::Ja);
            let typed: Vec<&str> = line.iter().map(String::as_str).collect();
            kinds.insert(format!("{:?}", error.kind()));
            japanese(&text, &names, &typed);
            if error.kind() != clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                assert!(text.starts_with("fukan: エラー FK-6070 ") && text.contains("--help"), "{text}");
                assert!(!text.contains("コマンドの書き方を確かめてください"), "no words of its own: {:?}", error.kind());
            }
            seen += 1;
        }
    }
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let wanted = [
        "ArgumentConflict",
        "DisplayHelpOnMissingArgumentOrSubcommand",
        "InvalidSubcommand",
        "InvalidValue",
        "MissingRequiredArgument",
        "TooManyValues",
        "UnknownArgument",
        "ValueValidation",
    ];
    assert!(wanted.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    assert!(seen > 150, "{seen}");
}

/// Every kind of error that clap knows has words of its own in both languages, whether a command of ours can make it today or not.
#[test]
fn every_kind_of_error_has_its_words() {
    use clap::error::ErrorKind as Kind;
    let kinds = [
        Kind::InvalidValue,
        Kind::UnknownArgument,
        Kind::InvalidSubcommand,
        Kind::NoEquals,
        Kind::ValueValidation,
        Kind::TooManyValues,
        Kind::TooFewValues,
        Kind::WrongNumberOfValues,
        Kind::ArgumentConflict,
        Kind::MissingRequiredArgument,
        Kind::MissingSubcommand,
        Kind::InvalidUtf8,
    ];
    for lang in [Lang::Ja, Lang::En] {
        let other = Messages::load(lang).help("error.Other").expect("a text").to_owned();
        for kind in kinds {
            let error = clap::Error::new(kind).with_cmd(&built(lang));
            let text = usage::text(&error, Lang::Ja);
            assert!(!text.contains(&other), "{kind:?}: {text}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    for lang in [Lang::Ja, Lang::En] {
        let messages = Messages::load(lang);
        let pages = man::pages(&messages).expect("pages");
        let commands =
            walk(&built(lang)).into_iter().map(|(path, _)| path).filter(|path| path.last().is_none_or(|name| name != "help"));
        let files: Vec<String> =
            commands.map(|path| std::iter::once("fukan".to_owned()).chain(path).collect::<Vec<_>>().join("-") + ".1").collect();
        assert_eq!(pages.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), files);
        for (name, page) in &pages {
            let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
            assert!(headings.len() >= 4, "{name}: {headings:?}");
            match lang {
                Lang::Ja => assert!(headings.iter().all(|heading| !heading.is_ascii()), "{name}: {headings:?}"),
                Lang::En => assert!(page.is_ascii(), "{name}"),
            }
        }
    }
}
