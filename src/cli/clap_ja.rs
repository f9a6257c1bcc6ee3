//! 日本語のヘルプとコマンドの誤り. clap has no translations: its template, its argument texts and its error kinds are set from the tables.

use super::message::{Lang, Messages, fill};
use clap::builder::{PossibleValue, Resettable};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};
use fukan::base::my_number::{Finding, Grammar, scan};
use std::borrow::Cow;

/// Gives a command, its subcommands and their arguments the help of a language.
pub fn localize(command: Command, lang: Lang) -> Command {
    localized(command, &Messages::load(lang), "")
}

fn localized(command: Command, messages: &Messages, path: &str) -> Command {
    let key = if path.is_empty() { "fukan" } else { path };
    let own = path.to_owned();
    let mut command = match messages.help(&format!("command.{key}")) {
        Some(about) => command.about(about.to_owned()).long_about(Resettable::Reset),
        None => command,
    };
    if messages.lang == Lang::Ja {
        command = japanese(command, messages, path);
    }
    command = command.mut_args(|arg| argument(arg, messages, &own));
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        command = command.mut_subcommand(name, |sub| localized(sub, messages, &path));
    }
    command
}

fn japanese(command: Command, messages: &Messages, path: &str) -> Command {
    let word = |name: &str| messages.help(&format!("word.{name}")).unwrap_or_default().to_owned();
    let has_commands = command.has_subcommands();
    let has_arguments = command.get_positionals().next().is_some();
    let mut template = format!("{{about-with-newline}}\n{} {{usage}}\n", word("usage"));
    for (there, heading, tag) in [
        (has_commands, "commands", "{subcommands}"),
        (has_arguments, "arguments", "{positionals}"),
        (true, "options", "{options}"),
    ] {
        if there {
            template.push_str(&format!("\n{}:\n{tag}\n", word(heading)));
        }
    }
    let mut command = command
        .help_template(template)
        .disable_help_flag(true)
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).help(word("help")));
    if has_commands {
        // «help» as a command can't be translated; -h does the same.
        command = command.disable_help_subcommand(true);
    }
    if path.is_empty() && command.get_version().is_some() {
        command = command
            .disable_version_flag(true)
            .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version).help(word("version")));
    }
    command
}

fn argument(arg: Arg, messages: &Messages, path: &str) -> Arg {
    let name = arg.get_id().as_str().replace('_', "-");
    let specific = messages.help(&format!("argument.{path}.{name}"));
    let Some(help) = specific.or_else(|| messages.help(&format!("argument.{name}"))) else { return arg };
    let mut help = help.to_owned();
    if messages.lang == Lang::Ja {
        help.push_str(&extras(&arg, &help, messages));
    }
    let hidden = messages.lang == Lang::Ja && arg.get_action().takes_values();
    let arg = arg.help(help).long_help(Resettable::Reset);
    if hidden { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
}

/// 選択肢, unless the help tells them all, and 省略時, which clap would print in English.
fn extras(arg: &Arg, help: &str, messages: &Messages) -> String {
    let word = |name: &str| messages.help(&format!("word.{name}")).unwrap_or_default();
    let values: Vec<String> = match arg.get_action().takes_values() {
        true => arg
            .get_possible_values()
            .iter()
            .filter(|v| !v.is_hide_set())
            .map(PossibleValue::get_name)
            .map(str::to_owned)
            .collect(),
        false => Vec::new(),
    };
    let defaults: Vec<Cow<'_, str>> = arg.get_default_values().iter().map(|v| v.to_string_lossy()).collect();
    let mut extras = String::new();
    if !values.iter().all(|value| help.contains(value.as_str())) {
        extras.push_str(&format!("［{}: {}］", word("possible"), values.join("、")));
    }
    if !defaults.is_empty() && arg.get_action().takes_values() {
        extras.push_str(&format!("［{}: {}］", word("default"), defaults.join("、")));
    }
    extras
}

/// What a wrong command line is told: clap's own words in English, ours in Japanese. Help and version stay as they are.
/// Ends with a line break.
pub fn error_text(error: &Error, lang: Lang) -> String {
    let own_words = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::DisplayVersion
    );
    let rendered = error.render().to_string();
    match lang {
        Lang::Ja if own_words => japanese_usage(&rendered, &Messages::load(lang)),
        // clap repeats what was typed: not when that may be a My Number.
        Lang::En if own_words || shown(&rendered) => rendered,
        _ => our_error(error, &Messages::load(lang)),
    }
}

fn shown(text: &str) -> bool {
    !matches!(scan(text, Grammar::Free), Finding::Stop(_))
}

/// The words that clap puts into every usage line.
fn japanese_usage(text: &str, messages: &Messages) -> String {
    let word = |name: &str| messages.help(&format!("word.{name}")).unwrap_or_default();
    text.replace("[OPTIONS]", &format!("[{}]", word("options")))
        .replace("<COMMAND>", &format!("<{}>", word("commands")))
        .replace("[COMMAND]", &format!("[{}]", word("commands")))
}

fn our_error(error: &Error, messages: &Messages) -> String {
    let text = |key: &str, values: &[(&str, String)]| {
        let text = messages.help(&format!("error.{key}")).unwrap_or_default();
        fill(text, |name| values.iter().find(|(own, _)| *own == name).map(|(_, value)| Cow::Owned(value.clone())))
    };
    let get = |kind: ContextKind| error.get(kind).map(plain).filter(|text| shown(text)).unwrap_or_default();
    let values = [
        ("arg", get(ContextKind::InvalidArg)),
        ("value", get(ContextKind::InvalidValue)),
        ("subcommand", get(ContextKind::InvalidSubcommand)),
        ("prior", get(ContextKind::PriorArg)),
        ("min", get(ContextKind::MinValues)),
        ("expected", get(ContextKind::ExpectedNumValues)),
        ("why", String::new()),
    ];
    let mut out = format!("fukan: {} {}\n", text("label", &[]), text(key(error), &values));
    let possible = [ContextKind::ValidValue, ContextKind::ValidSubcommand].map(get);
    for possible in possible.into_iter().filter(|values| !values.is_empty()) {
        out.push_str(&format!("  {}\n", text("possible", &[("values", possible)])));
    }
    let suggestions = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue].map(get);
    for suggestion in suggestions.into_iter().filter(|suggestion| !suggestion.is_empty()) {
        out.push_str(&format!("  {}: {}\n", text("tip", &[]), text("suggest", &[("suggestion", suggestion)])));
    }
    let usage = get(ContextKind::Usage);
    let usage = usage.trim().trim_start_matches("Usage:").trim();
    if !usage.is_empty() {
        let usage = if messages.lang == Lang::Ja { japanese_usage(usage, messages) } else { usage.to_owned() };
        out.push_str(&format!("\n{} {usage}\n", messages.help("word.usage").unwrap_or_default()));
    }
    let more = messages.help("word.more").unwrap_or_default();
    let command = command_of(usage);
    out.push_str(&fill(more, |name| (name == "command").then_some(Cow::Borrowed(command.as_str()))));
    out.push('\n');
    out
}

fn key(error: &Error) -> &'static str {
    let (arg, prior) = (error.get(ContextKind::InvalidArg), error.get(ContextKind::PriorArg));
    match error.kind() {
        ErrorKind::InvalidValue if error.get(ContextKind::InvalidValue).map(plain).is_none_or(|v| v.is_empty()) => "EmptyValue",
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
        ErrorKind::MissingSubcommand => "MissingSubcommand",
        ErrorKind::InvalidUtf8 => "InvalidUtf8",
        _ => "Other",
    }
}

/// A context value as one plain text.
fn plain(value: &ContextValue) -> String {
    let text = match value {
        ContextValue::Strings(values) => values.join("、"),
        other => other.to_string(),
    };
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
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

    fn command() -> Command {
        let pack = Command::new("pack")
            .about("own words")
            .arg(Arg::new("files").required(true).num_args(1..).value_name("FILE"))
            .arg(Arg::new("office").long("office").required(true).value_name("DIR"))
            .arg(Arg::new("jobs").long("jobs").value_parser(clap::value_parser!(u16)).value_name("N"))
            .arg(Arg::new("all_or_nothing").long("all-or-nothing").action(ArgAction::SetTrue))
            .arg(Arg::new("again").long("again").action(ArgAction::SetTrue).conflicts_with("all_or_nothing"))
            .arg(Arg::new("bundle").long("bundle").value_parser(["auto", "case", "requester"]).default_value("auto"));
        let due = Command::new("due");
        let ledger = Command::new("ledger").subcommand_required(true).subcommand(due);
        Command::new("fukan").version("1.0").subcommand_required(true).subcommand(pack).subcommand(ledger)
    }

    fn told(line: &str, lang: Lang) -> String {
        let words = std::iter::once("fukan").chain(line.split_whitespace());
        let error = localize(command(), lang).try_get_matches_from(words).expect_err("wrong");
        error_text(&error, lang)
    }

    #[test]
    fn the_command_stands() {
        localize(command(), Lang::Ja).debug_assert();
        localize(command(), Lang::En).debug_assert();
    }

    #[test]
    fn help_is_japanese() {
        let help = told("pack --help", Lang::Ja);
        assert!(help.starts_with("照会ファイルから回答を作り"), "{help}");
        for text in [
            "使い方: fukan pack",
            "対象:",
            "オプション:",
            "事務所のフォルダー",
            "（auto: 自動、",
            "［省略時: auto］",
            "[オプション]",
            "この説明を表示する",
        ] {
            assert!(help.contains(text), "{text}\n{help}");
        }
        for text in ["Usage", "Options", "OPTIONS", "Arguments", "選択肢", "Print help", "default:", "possible", "own words"] {
            assert!(!help.contains(text), "{text}\n{help}");
        }
        let help = told("--help", Lang::Ja);
        assert!(
            help.contains("コマンド:\n")
                && help.contains("台帳を見る")
                && help.contains("版を表示する")
                && !help.contains("Print"),
            "{help}"
        );
        assert!(told("ledger -h", Lang::Ja).contains("期限が近いもの"));
        assert!(told("pack --help", Lang::En).contains("Usage: fukan pack"));
    }

    #[test]
    fn errors_are_japanese() {
        let cases = [
            ("pack a.json --ofice x", "「--ofice」という指定はありません"),
            ("pack a.json --ofice x", "「--office」ではありませんか"),
            ("pack", "必要な指定がありません: "),
            ("pack a.json --office x --bundle nine", "に「nine」は指定できません"),
            ("pack a.json --office x --bundle nine", "指定できるもの: auto、case、requester"),
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
            assert!(text.starts_with("fukan: エラー ") && text.contains(expected), "{line}: {text}");
            assert!(!text.contains("error:") && !text.contains("Usage"), "{text}");
        }
        for lang in [Lang::Ja, Lang::En] {
            let text = told("pack a.json --office x --jobs 123456789018", lang);
            assert!(text.contains("--jobs") && !text.contains("123456789018"), "{text}");
        }
        assert!(told("pak", Lang::En).starts_with("error: unrecognized subcommand 'pak'"));
    }
}
