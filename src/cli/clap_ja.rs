//! 日本語のヘルプ. clap has no translations: its template, its headings, value names and argument texts are set from the tables.

use super::message::{Lang, Messages};
use clap::builder::{PossibleValue, Resettable, ValueParser};
use clap::{Arg, ArgAction, Command};
use std::borrow::Cow;

/// `fukan help …`: clap's own can't be translated, so this one stands in its place in both languages ([`super::usage`] answers it).
pub const HELP: &str = "help";
/// Its argument: the words of a command.
pub const HELP_OF: &str = "command";

/// Gives a command, its subcommands and their arguments the help of a language.
pub fn localize(command: Command, lang: Lang) -> Command {
    localized(command, &Messages::load(lang), "")
}

fn localized(command: Command, messages: &Messages, path: &str) -> Command {
    // «help» means the same wherever it stands.
    let key = match path.rsplit('.').next() {
        Some(HELP) => HELP,
        _ if path.is_empty() => "fukan",
        _ => path,
    };
    let own = path.to_owned();
    let mut command = match messages.help(&format!("command.{key}")) {
        Some(about) => command.about(about.to_owned()).long_about(Resettable::Reset),
        None => command,
    };
    if messages.lang == Lang::Ja {
        command = japanese(command, messages, path);
    }
    if command.has_subcommands() && command.find_subcommand(HELP).is_none() {
        let words = Arg::new(HELP_OF).num_args(0..).value_name("COMMAND").value_parser(ValueParser::os_string());
        command = command.disable_help_subcommand(true).subcommand(Command::new(HELP).arg(words));
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
        let name = word("command");
        command = command.subcommand_value_name(name).subcommand_help_heading(word("commands"));
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
    let help = format!("{help}{}", extras(&arg, help, messages));
    let takes_values = arg.get_action().takes_values();
    let names: Vec<String> = arg.get_value_names().into_iter().flatten().map(|name| value_name(name, messages)).collect();
    let arg = arg.help(help).long_help(Resettable::Reset);
    let arg = if names.is_empty() { arg } else { arg.value_names(names) };
    if takes_values { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
}

/// 値の名前: フォルダー for DIR.
fn value_name(name: &str, messages: &Messages) -> String {
    messages.help(&format!("value.{name}")).unwrap_or(name).to_owned()
}

/// 指定できる値, unless the help tells them all, and 既定値: clap would print them in English, with the words of our source beside them.
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
        extras.push_str(&format!(" [{}: {}]", word("possible"), values.join(", ")));
    }
    if !defaults.is_empty() && arg.get_action().takes_values() {
        extras.push_str(&format!(" [{}: {}]", word("default"), defaults.join(", ")));
    }
    extras
}

/// The one word that clap puts into every usage line.
pub fn usage(text: &str, messages: &Messages) -> String {
    text.replace("[OPTIONS]", &format!("[{}]", messages.help("word.options").unwrap_or_default()))
}

#[cfg(test)]
pub(super) mod tests {
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

    /// What is said of a wrong command line.
    pub fn told(line: &str, lang: Lang) -> String {
        let words = std::iter::once("fukan").chain(line.split_whitespace());
        let error = localize(command(), lang).try_get_matches_from(words).expect_err("wrong");
        crate::cli::usage::text(&error, lang)
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
            "使い方: fukan pack [オプション] --office <フォルダー> <ファイル>...",
            "引数:",
            "オプション:",
            "事務所のフォルダー",
            "（auto: 自動、",
            "[既定値: auto]",
            "[オプション]",
            "この説明を表示する",
        ] {
            assert!(help.contains(text), "{text}\n{help}");
        }
        for text in ["Usage", "Options", "OPTIONS", "Arguments", "選択肢", "Print help", "default:", "possible", "own words"] {
            assert!(!help.contains(text), "{text}\n{help}");
        }
        // One column, in the widths of a terminal.
        let column = |text: &str| {
            let line = help.lines().find(|line| line.contains(text)).expect("the line");
            unicode_width::UnicodeWidthStr::width(line.split(text).next().expect("what stands before"))
        };
        assert_eq!(column("事務所のフォルダー"), column("この説明を表示する"));
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
}
