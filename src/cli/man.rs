//! fukan man: the manual pages, one a command, with the texts of the help.

use super::Exit;
use super::args::{Args, Man};
use super::clap_ja::{self, HELP, localize};
use super::message::Messages;
use super::screen::Screen;
use super::session::seams;
use clap::{Command, CommandFactory};
use fukan::base::{Fault, code};
use fukan::desk::papers;
use fukan::desk::report::replace;
use fukan::world;

/// Prints the main page, or writes all of them.
pub fn run(args: &Man, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut pages = pages(&screen.messages).ok_or_else(|| vec![Fault::new(code::OURS)])?;
    let Some(out) = &args.out else {
        let (name, page) = pages.swap_remove(0);
        match screen.json {
            true => screen.value(&serde_json::json!({ "name": name, "page": page })),
            false => screen.say(page.trim_end()),
        }
        return Ok(Exit::Done);
    };
    let store = seams().store;
    let out = world::resolve(out).map_err(|e| vec![Fault::disk(e)])?;
    papers::folder(&out, &*store).map_err(|fault| vec![fault])?;
    for (name, page) in pages {
        replace(&out, &name, page.as_bytes(), &*store).map_err(|error| vec![Fault::disk(error)])?;
        let path = out.join(name).display().to_string();
        match screen.json {
            true => screen.value(&serde_json::json!({ "path": path })),
            false => screen.say(&path),
        }
    }
    Ok(Exit::Done)
}

/// Name and page of every command, the program itself first.
pub fn pages(messages: &Messages) -> Option<Vec<(String, String)>> {
    let mut command = localize(Args::command(), messages.lang);
    command.build();
    let mut pages = Vec::new();
    add(&command, messages, &mut pages)?;
    Some(pages)
}

fn add(command: &Command, messages: &Messages, pages: &mut Vec<(String, String)>) -> Option<()> {
    let heading = messages.help("man.COMMANDS").unwrap_or_default().to_owned();
    let usage = clap_ja::usage(&command.clone().render_usage().to_string(), messages);
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    let shown = command.clone().subcommand_help_heading(heading).override_usage(usage);
    let man = clap_mangen::Man::new(shown).source(concat!("fukan ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render(&mut page).ok()?;
    pages.push((man.get_filename(), in_language(&String::from_utf8(page).ok()?, messages)));
    command.get_subcommands().filter(|sub| sub.get_name() != HELP).try_for_each(|sub| add(sub, messages, pages))
}

/// The headings in the language, and lines of Japanese that may end behind a mark: roff breaks them at spaces alone, and would stretch those.
fn in_language(page: &str, messages: &Messages) -> String {
    let line = |line: &str| match line.strip_prefix(".SH ") {
        Some(heading) => format!(".SH {}\n", messages.help(&format!("man.{heading}")).unwrap_or(heading)),
        None if line.starts_with(".TH ") => format!("{line}\n.ad l\n"),
        None if line.starts_with('.') => format!("{line}\n"),
        None => breakable(line) + "\n",
    };
    page.lines().map(line).collect()
}

/// `\:` is where a word may break: behind hiragana or a mark, where a phrase ends, never before either.
fn breakable(line: &str) -> String {
    let ends = |c: &char| matches!(c, 'ぁ'..='ん' | '、' | '。' | '）' | '」');
    let mut rest = line.chars().peekable();
    let mut out = String::with_capacity(line.len());
    while let Some(c) = rest.next() {
        out.push(c);
        if ends(&c) && rest.peek().is_some_and(|next| !ends(next)) {
            out.push_str("\\:");
        }
    }
    out
}
