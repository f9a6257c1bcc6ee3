//! 設定の値: what a setting may hold, and how a wrong one is told.

use crate::base::{Arg, Fault, Field, code};
use crate::intake::node::Node;
use crate::intake::walk::{Faults, Object};

/// A table that may be absent.
pub(super) fn section<'n>(
    of: &Object<'n>,
    name: &'static str,
    keys: &'static [&'static str],
    out: &mut Faults,
) -> Option<Object<'n>> {
    Object::open(of.opt_node(name)?, name, None, keys, out)
}

/// A text that may be absent; an empty one is absent too.
pub(super) fn opt(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<String> {
    if matches!(of.opt_node(path), Some(Node::Text(text)) if text.trim().is_empty()) {
        return None;
    }
    of.opt_text(path, out).map(|text| text.as_str().to_owned())
}

pub(super) fn need(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<String> {
    of.text(path, out).map(|text| text.as_str().to_owned())
}

/// A yes or no of TOML's own; the words of a case file are none here.
pub(super) fn flag(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<bool> {
    match of.opt_node(path)? {
        Node::Bool(value) => Some(*value),
        _ => wrong(of.field(path), "true 又は false を、引用符を付けずに書いてください", out),
    }
}

/// Whether a setting says the first of two words and not the second.
pub(super) fn either(
    of: &Object<'_>,
    path: &'static str,
    (yes, no): (&str, &str),
    both: &'static str,
    out: &mut Faults,
) -> Option<bool> {
    of.word(path, code::OFFICE_VALUE, both, |word| (word == yes || word == no).then_some(word == yes), out)
}

pub(super) fn number(of: &Object<'_>, path: &'static str, min: u64, max: u64, out: &mut Faults) -> Option<u64> {
    match of.opt_node(path)? {
        Node::Number(digits) => digits.parse().ok().filter(|n| (min..=max).contains(n)),
        _ => None,
    }
    .or_else(|| wrong(of.field(path), "数値の範囲を確かめてください", out))
}

/// A length or a count of the sheet; the usual one where none is stated.
pub(super) fn measure(
    of: &Object<'_>,
    path: &'static str,
    usual: f64,
    (most, why): (f64, &'static str),
    out: &mut Faults,
) -> f64 {
    let Some(node) = of.opt_node(path) else { return usual };
    let stated = if let Node::Number(n) = node { n.parse().ok().filter(|n| (0.0..=most).contains(n)) } else { None };
    stated.or_else(|| wrong(of.field(path), why, out)).unwrap_or(usual)
}

pub(super) fn wrong<T>(field: Field, why: &'static str, out: &mut Faults) -> Option<T> {
    out.faults.push(Fault::new(code::OFFICE_VALUE).at(field).with("why", Arg::ours(why)));
    None
}
