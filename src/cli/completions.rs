//! fukan completions: what a shell needs to complete our commands, for its own start-up file.

use super::Exit;
use super::args::{Args, Completions, ShellArg};
use super::clap_ja::localize;
use super::screen::Screen;
use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory, ValueEnum as _};
use clap_complete::{Shell, generate};
use fukan::base::{Fault, code};

/// Prints it.
pub fn run(args: &Completions, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let script =
        script(args.shell, localize(Args::command(), screen.messages.lang)).ok_or_else(|| vec![Fault::new(code::OURS)])?;
    match screen.json {
        true => {
            let name = args.shell.to_possible_value().map(|shell| shell.get_name().to_owned());
            screen.value(&serde_json::json!({ "shell": name, "script": script }));
        }
        false => screen.say(script.trim_end()),
    }
    Ok(Exit::Done)
}

fn script(shell: ShellArg, command: Command) -> Option<String> {
    let shell = match shell {
        ShellArg::Bash => Shell::Bash,
        ShellArg::Zsh => Shell::Zsh,
        ShellArg::Fish => Shell::Fish,
        ShellArg::Powershell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    generate(shell, &mut bare_values(command), "fukan", &mut script);
    String::from_utf8(script).ok()
}

/// The same without the words beside each possible value: those are for programmers, the help of the option has ours.
fn bare_values(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let values = arg.get_possible_values();
        match arg.get_action().takes_values() && !values.is_empty() {
            true => arg.value_parser(PossibleValuesParser::new(values.iter().map(|value| value.get_name().to_owned()))),
            false => arg,
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, bare_values))
}
