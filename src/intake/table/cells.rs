//! セル: what one cell says in its column, as JSON would say it.

use super::super::node::Node;
use super::super::words::{FLAG, NO_DAY, REPLY_BY, REQUESTER_KIND, VIA, canonical, meant};
use super::headings::Column;
use crate::base::{Code, code, near};
use crate::file::cell::Cell;
use crate::notice::{Catalogue, ItemType};

/// What a cell says, if anything, and what is wrong with its form.
pub(super) fn read(cell: &Cell, column: Column, catalogue: &Catalogue) -> (Option<Node>, Option<Code>) {
    let text = match cell {
        Cell::Broken => return (None, Some(code::CELL_BROKEN)),
        Cell::Blank => return (None, None),
        cell => cell.text(),
    };
    let kind = Kind::of(column, catalogue);
    let flaw = match cell {
        Cell::Number(_) if !matches!(kind, Kind::Flag | Kind::Yen | Kind::Code | Kind::Day) => Some(code::CELL_NUMBER),
        Cell::Moment(_) if !matches!(kind, Kind::Day | Kind::DayOrNone | Kind::Month | Kind::Span) => Some(code::CELL_MOMENT),
        Cell::Flag(_) if kind != Kind::Flag => Some(code::CELL_MOMENT),
        Cell::Text(text) if is_number(column, catalogue) => respelt(text),
        _ => None,
    };
    let plain = near::plain(text);
    let node = match kind {
        Kind::Flag => meant(FLAG, &plain).map(Node::Bool),
        Kind::Yen => is_whole(text).then(|| Node::Number(text.to_owned())),
        Kind::DayOrNone => says(cell, NO_DAY).then_some(Node::Null),
        Kind::List => Some(list(text)),
        Kind::Span => span(text),
        Kind::Via => canonical(VIA, &plain).map(word),
        Kind::Channel => canonical(REPLY_BY, &plain).map(word),
        Kind::Requester => canonical(REQUESTER_KIND, &plain).map(word),
        Kind::Text | Kind::Code | Kind::Day | Kind::Month => None,
    };
    // What is none of a column's own words stays as written, and is refused where JSON's would be.
    (Some(node.unwrap_or_else(|| word(text))), flaw)
}

/// 記号, 番号 and their kin: what a spreadsheet takes for a number or a day.
fn is_number(column: Column, catalogue: &Catalogue) -> bool {
    const KEYS: [&str; 9] = ["id", "document_no", "reference", "code", "postal_code", "phone", "symbol", "number", "member"];
    const ANSWERS: [&str; 4] = ["q.symbol", "q.number", "q.branch", "q.insurer_no"];
    match column {
        Column::Field(path) => path.rsplit('.').next().is_some_and(|key| KEYS.contains(&key)),
        Column::Answer(asked) => ANSWERS.contains(&catalogue.item(asked).id.as_str()),
        _ => false,
    }
}

/// 1.23457E+11, and 1月2日 for 1-2: what a spreadsheet made of a number is all that a CSV file of it has.
fn respelt(text: &str) -> Option<Code> {
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let plain = near::plain(text);
    if let Some((shown, power)) = plain.split_once("e+") {
        return (digits(&shown.replacen('.', "", 1), 15) && digits(power, 3)).then_some(code::CELL_NUMBER);
    }
    let (month, day) = plain.strip_suffix('日')?.split_once('月')?;
    (digits(month, 2) && digits(day, 2)).then_some(code::CELL_MOMENT)
}

/// Whether a cell says one of two words, however it is written.
pub(super) fn says(cell: &Cell, words: [&str; 2]) -> bool {
    words.contains(&near::plain(cell.text()).as_str())
}

/// How the cells of a column are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Code,
    Day,
    DayOrNone,
    Month,
    Span,
    Yen,
    Flag,
    List,
    Via,
    Channel,
    Requester,
}

impl Kind {
    fn of(column: Column, catalogue: &Catalogue) -> Self {
        match column {
            Column::Field(path) => match path {
                "received.via" => Self::Via,
                "reply_by" => Self::Channel,
                "requester.kind" => Self::Requester,
                "items" | "outside_items" | "confirmed.same_person" => Self::List,
                "additional.acquired" | "additional.lost" => Self::Span,
                "candidates.my_number_held" | "candidates.protected" => Self::Flag,
                "subject.sex" | "candidates.sex" => Self::Code,
                "received.at" | "received.document_date" | "subject.birth" | "asked_period.from" | "asked_period.to" => Self::Day,
                "records_at" | "confirmed.at" | "released.at" => Self::Day,
                "candidates.birth" | "candidates.acquired" | "candidates.lost" => Self::Day,
                _ => Self::Text,
            },
            Column::Answer(asked) => match catalogue.item(asked).kind {
                ItemType::Code => Self::Code,
                ItemType::Date => Self::Day,
                ItemType::DateOrNone => Self::DayOrNone,
                ItemType::Yen => Self::Yen,
                ItemType::Text | ItemType::Benefit(_) => Self::Text,
            },
            Column::Payment(_, "amount") => Self::Yen,
            Column::Payment(_, "kind") => Self::Code,
            Column::Payment(_, "month") => Self::Month,
            Column::Payment(..) => Self::Day,
            Column::Note | Column::Bare => Self::Text,
        }
    }
}

fn word(word: &str) -> Node {
    Node::Text(word.to_owned())
}

/// Digits as JSON writes a whole number.
fn is_whole(text: &str) -> bool {
    text == "0" || (text.len() <= 15 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()))
}

/// 資格取得年月日、資格喪失年月日: several in one cell.
fn list(text: &str) -> Node {
    let parts = text.split(['、', ',', '，', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
    Node::List(parts.map(|part| Node::Text(part.to_owned())).collect())
}

/// 2021-01〜2021-03: from and to in one cell.
fn span(text: &str) -> Option<Node> {
    let (from, to) = text.split_once(['〜', '～', '~'])?;
    let end = |key: &str, text: &str| (key.to_owned(), Node::Text(text.trim().to_owned()));
    Some(Node::Map(vec![end("from", from), end("to", to)]))
}
