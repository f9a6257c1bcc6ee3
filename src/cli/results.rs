//! report.xlsx: what became of each case, for people who filter and sort. report.jsonl says the same to machines.

use super::message::Messages;
use fukan::base::Fault;
use fukan::desk::report::{self, Line, Todo};
use fukan::desk::{Bureau, Seams, papers};
use fukan::file::listing::{self, Listing, Shade, Value};
use fukan::notice::{Channel, Outcome};
use std::path::Path;

const COLUMNS: [&str; 11] =
    ["order", "case", "municipality", "outcome", "channel", "number", "place", "code", "what", "fix", "warnings"];

/// Writes it whole, in place of that of an earlier run.
pub fn write(lines: &[Line], out: &Path, bureau: &Bureau, messages: &Messages, seams: &Seams) -> Result<(), Fault> {
    let listing = listing(lines, bureau, messages);
    let root = fukan::world::resolve(out).map_err(Fault::disk)?;
    report::write_sheet(&listing::xlsx(&[listing])?, &root, &*seams.store)
}

/// What somebody has to look at first: near misses, what is held, what was refused; then the others in the order read.
fn listing(lines: &[Line], bureau: &Bureau, messages: &Messages) -> Listing {
    let rank = |line: &Line| match (line.near_miss, line.outcome) {
        (true, _) => 0,
        (_, Outcome::Held) => 1,
        (_, Outcome::Refused) => 2,
        _ => 3,
    };
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|index| rank(&lines[*index]));
    let shade = |line: &Line| match rank(line) {
        0 | 1 => Some(Shade::Look),
        2 => Some(Shade::Bad),
        _ => None,
    };
    let shades = order.iter().enumerate().filter_map(|(row, index)| Some((row, shade(&lines[*index])?))).collect();
    Listing {
        name: messages.ui("results.name", &[]),
        headings: COLUMNS.iter().map(|column| messages.ui(&format!("results.column.{column}"), &[])).collect(),
        rows: order.iter().map(|index| row(*index, &lines[*index], bureau, messages)).collect(),
        shades,
        ..Listing::default()
    }
}

fn row(index: usize, line: &Line, bureau: &Bureau, messages: &Messages) -> Vec<Value> {
    let first = line.faults.first();
    let what = match (first, line.near_miss) {
        (Some(fault), _) => messages.what(fault),
        (None, true) => messages.ui("results.near_miss", &[]),
        (None, false) => String::new(),
    };
    let warnings: Vec<String> = line.warnings.iter().map(|fault| format!("{} {}", fault.code, messages.what(fault))).collect();
    let place = line.files.first().map_or("", |file| file.path.rsplit_once('/').map_or(file.path.as_str(), |(folder, _)| folder));
    let municipality =
        if line.municipality.is_empty() { String::new() } else { papers::municipality(bureau, &line.municipality, "") };
    vec![
        (index as i64 + 1).into(),
        line.case.as_str().into(),
        municipality.into(),
        messages.outcome(line.outcome).into(),
        line.channel.map(|channel| messages.channel(channel)).unwrap_or_default().into(),
        line.number.as_deref().unwrap_or_default().into(),
        place.into(),
        first.map(|fault| fault.code.to_string()).unwrap_or_default().into(),
        what.into(),
        first.map_or_else(|| next(line, messages), |fault| messages.fix(fault)).into(),
        warnings.join("\n").into(),
    ]
}

/// 次にすること with what was made.
fn next(line: &Line, messages: &Messages) -> String {
    let channel = match line.outcome {
        Outcome::Already => match line.todo {
            Some(Todo::Gone) => return messages.ui("results.next.gone", &[]),
            Some(Todo::Renew) => return messages.ui("results.next.superseded", &[]),
            Some(Todo::Others) => return messages.ui("results.next.others", &[]),
            Some(Todo::Send(channel)) => Some(channel),
            None => None,
        },
        Outcome::Accepted => None,
        _ => line.channel,
    };
    let key = match channel {
        Some(Channel::Email) => "results.next.email",
        Some(Channel::Paper) => "results.next.paper",
        Some(Channel::Phone) => "results.next.phone",
        None => return String::new(),
    };
    let next = messages.ui(key, &[]);
    let next = if line.near_miss { messages.ui("results.next.near_miss", &[("next", &next)]) } else { next };
    match line.outcome {
        Outcome::Already => messages.ui("results.next.earlier", &[("next", &next)]),
        _ => next,
    }
}
