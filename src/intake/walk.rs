//! 検査: takes fields out of a tree one by one and collects what is wrong with them, so that all of it is told at once.

use super::fields::field;
use super::node::Node;
use super::words::{FLAG, meant};
use crate::base::date::{BadDate, Date, DateTime, Span};
use crate::base::text::Lines;
use crate::base::{Arg, Code, Fault, Field, SafeText, code, date, near};

/// The longest name, number or other one-line text.
pub const MAX_LINE: usize = 200;
/// The longest free text.
pub const MAX_FREE: usize = 2_000;

/// 誤りの控え.
#[derive(Debug, Default)]
pub struct Faults {
    /// What stops the case.
    pub faults: Vec<Fault>,
    /// What only warns.
    pub warnings: Vec<Fault>,
}

/// 一つの対象: an object whose keys are known beforehand.
pub struct Object<'n> {
    node: &'n Node,
    prefix: &'static str,
    index: Option<usize>,
}

impl<'n> Object<'n> {
    /// Opens an object: every key must be known and stand once.
    pub fn open(node: &'n Node, prefix: &'static str, index: Option<usize>, keys: &[&str], out: &mut Faults) -> Option<Self> {
        // What holds all the others is no field: the file and the case are its place.
        let here = |fault: Fault| if prefix.is_empty() { fault } else { fault.at(place(field(prefix), index)) };
        let Node::Map(entries) = node else {
            out.faults.push(here(Fault::new(code::WRONG_TYPE)).with("want", Arg::ours("{ }")));
            return None;
        };
        for (position, (key, _)) in entries.iter().enumerate() {
            if entries[..position].iter().any(|(earlier, _)| earlier == key) {
                out.faults.push(here(Fault::new(code::DUPLICATE_KEY)).with("nearest", named(keys, key)));
            }
            if !keys.contains(&key.as_str()) {
                out.faults.push(here(Fault::new(code::UNKNOWN_KEY)).with("nearest", named(keys, key)));
            }
        }
        Some(Self { node, prefix, index })
    }

    /// The field of one of its keys.
    pub fn field(&self, path: &'static str) -> Field {
        place(field(path), self.index)
    }

    fn value(&self, path: &'static str) -> Option<&'n Node> {
        let key = path.strip_prefix(self.prefix).map_or(path, |rest| rest.trim_start_matches('.'));
        self.node.get(key)
    }

    /// An inner object, required.
    pub fn node(&self, path: &'static str, out: &mut Faults) -> Option<&'n Node> {
        self.value(path).or_else(|| self.missing(path, out))
    }

    /// An inner object or list that may be absent.
    pub fn opt_node(&self, path: &'static str) -> Option<&'n Node> {
        self.value(path)
    }

    fn missing<T>(&self, path: &'static str, out: &mut Faults) -> Option<T> {
        out.faults.push(Fault::new(code::REQUIRED).at(self.field(path)));
        None
    }

    /// A one-line text, required and not blank.
    pub fn text(&self, path: &'static str, out: &mut Faults) -> Option<SafeText> {
        if self.value(path).is_none() {
            return self.missing(path, out);
        }
        let text = self.checked(path, Lines::One, MAX_LINE, out)?;
        if text.is_blank() { self.missing(path, out) } else { Some(text) }
    }

    /// A one-line text that may be absent; an empty one is refused.
    pub fn opt_text(&self, path: &'static str, out: &mut Faults) -> Option<SafeText> {
        self.value(path)?;
        self.text(path, out)
    }

    /// A free text, required.
    pub fn free(&self, path: &'static str, out: &mut Faults) -> Option<SafeText> {
        if self.value(path).is_none() {
            return self.missing(path, out);
        }
        let text = self.checked(path, Lines::Many, MAX_FREE, out)?;
        if text.is_blank() { self.missing(path, out) } else { Some(text) }
    }

    fn checked(&self, path: &'static str, lines: Lines, limit: usize, out: &mut Faults) -> Option<SafeText> {
        let text = self.string(path, out)?;
        safe_text(text, lines, limit, self.field(path), out)
    }

    /// A string as written, unchecked.
    fn string(&self, path: &'static str, out: &mut Faults) -> Option<&'n str> {
        match self.value(path)? {
            Node::Text(text) => Some(text),
            _ => {
                out.faults.push(Fault::new(code::WRONG_TYPE).at(self.field(path)).with("want", Arg::ours("\"…\"")));
                None
            }
        }
    }

    /// true or false, required. Tables say 有/無.
    pub fn flag(&self, path: &'static str, out: &mut Faults) -> Option<bool> {
        match self.value(path) {
            None => self.missing(path, out),
            Some(Node::Bool(value)) => Some(*value),
            Some(Node::Text(text)) => meant(FLAG, &near::plain(text)).or_else(|| {
                out.faults.push(Fault::new(code::UNKNOWN_WORD).at(self.field(path)).with("words", Arg::ours("有・無")));
                None
            }),
            Some(_) => {
                out.faults.push(Fault::new(code::WRONG_TYPE).at(self.field(path)).with("want", Arg::ours("true / false")));
                None
            }
        }
    }

    /// A word out of a closed list, required.
    pub fn word<T>(
        &self,
        path: &'static str,
        wrong: Code,
        words: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        out: &mut Faults,
    ) -> Option<T> {
        if self.value(path).is_none() {
            return self.missing(path, out);
        }
        let text = self.string(path, out)?;
        let parsed = parse(&near::plain(text));
        if parsed.is_none() {
            out.faults.push(Fault::new(wrong).at(self.field(path)).with("words", Arg::ours(words)));
        }
        parsed
    }

    /// A day, required.
    pub fn date(&self, path: &'static str, out: &mut Faults) -> Option<Date> {
        if self.value(path).is_none() {
            return self.missing(path, out);
        }
        let text = self.string(path, out)?;
        kept(date::parse(text), self.field(path), out)
    }

    /// A day that may be absent.
    pub fn opt_date(&self, path: &'static str, out: &mut Faults) -> Option<Date> {
        self.value(path)?;
        self.date(path, out)
    }

    /// A moment, required.
    pub fn moment(&self, path: &'static str, out: &mut Faults) -> Option<DateTime> {
        if self.value(path).is_none() {
            return self.missing(path, out);
        }
        let text = self.string(path, out)?;
        kept(date::parse_moment(text), self.field(path), out)
    }

    /// A moment that may be absent.
    pub fn opt_moment(&self, path: &'static str, out: &mut Faults) -> Option<DateTime> {
        self.value(path)?;
        self.moment(path, out)
    }

    /// A day, month, year or {from, to}; may be absent.
    pub fn opt_span(&self, path: &'static str, out: &mut Faults) -> Option<Span> {
        match self.value(path)? {
            node @ Node::Map(_) => {
                Object::open(node, path, self.index, &["from", "to"], out)?;
                let end = |key: &str, out: &mut Faults| match node.get(key) {
                    Some(Node::Text(text)) => kept(date::parse_span(text), self.field(path), out),
                    _ => self.missing(path, out),
                };
                let (from, to) = (end("from", out)?, end("to", out)?);
                if from.from > to.to {
                    out.faults.push(Fault::new(code::PERIOD_REVERSED).at(self.field(path)));
                    return None;
                }
                Some(Span { from: from.from, to: to.to })
            }
            _ => {
                let text = self.string(path, out)?;
                kept(date::parse_span(text), self.field(path), out)
            }
        }
    }

    /// A list; absent is empty.
    pub fn list(&self, path: &'static str, out: &mut Faults) -> &'n [Node] {
        match self.value(path) {
            None => &[],
            Some(Node::List(items)) => items,
            Some(_) => {
                out.faults.push(Fault::new(code::WRONG_TYPE).at(self.field(path)).with("want", Arg::ours("[ ]")));
                &[]
            }
        }
    }
}

fn place(field: Field, index: Option<usize>) -> Field {
    match index {
        Some(index) => field.nth(index),
        None => field,
    }
}

/// The nearest key of ours to one that is none.
fn named(keys: &[&str], key: &str) -> Arg {
    Arg::named(near::nearest(key, keys.iter().copied()))
}

/// Checks one text.
pub fn safe_text(text: &str, lines: Lines, limit: usize, field: Field, out: &mut Faults) -> Option<SafeText> {
    if text.chars().count() > limit {
        out.faults.push(Fault::new(code::TOO_LONG).at(field).with("limit", Arg::count(limit as u64)));
        return None;
    }
    match SafeText::new(text, lines) {
        Ok(text) => {
            if let Some(c) = text.private_use() {
                out.warnings.push(Fault::new(code::PRIVATE_USE).at(field).with("char", Arg::code_point(c)));
            } else if let Some(c) = text.rare().filter(|_| is_printed(&field)) {
                out.warnings.push(Fault::new(code::RARE_CHARACTER).at(field).with("char", Arg::code_point(c)));
            }
            Some(text)
        }
        Err(bad) => {
            let mut fault = Fault::new(code::BAD_CHARACTER).at(field).with("char", Arg::code_point(bad.found));
            fault.place.character = Some(bad.at);
            if matches!(bad.found, '\n' | '\r') {
                fault = fault.with("break", Arg::code_point(bad.found));
            }
            out.faults.push(fault);
            None
        }
    }
}

/// Whether a letter shows it: what the requester stated and what is answered, not what a candidate is called.
fn is_printed(field: &Field) -> bool {
    ["requester.", "subject.", "procedure.", "received.", "candidates.answers."].iter().any(|part| field.json.starts_with(part))
}

/// Keeps a date, or the reason why it is none.
pub fn kept<T>(parsed: Result<T, BadDate>, field: Field, out: &mut Faults) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(bad) => {
            let mut fault = Fault::new(bad.code()).at(field);
            if let BadDate::WrongEra(Some(year)) = bad {
                fault = fault.with("year", Arg::plain(year));
            }
            out.faults.push(fault);
            None
        }
    }
}
