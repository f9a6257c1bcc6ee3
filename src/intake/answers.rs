//! 回答の読取り: the answers of one candidate, typed as the catalogue types them, and compared with the row they stand in.

use super::admit::Admission;
use super::node::Node;
use super::walk::{Faults, MAX_LINE, Object, kept, safe_text};
use super::words::{NO_DAY, STATUTORY, meant};
use crate::base::date::{self, BadDate};
use crate::base::text::Lines;
use crate::base::{Arg, Fault, Field, Personal, SafeText, code};
use crate::notice::{Answer, Asked, AskedPeriod, Candidate, ItemType, Payment, When, WhenType, optional};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// What the answers of a candidate are read against.
pub(super) struct Answers<'a> {
    pub(super) admission: &'a Admission<'a>,
    pub(super) items: &'a [Asked],
    pub(super) asked_period: Option<AskedPeriod>,
}

impl Answers<'_> {
    pub(super) fn read(&self, of: &Object<'_>, row: usize, out: &mut Faults) -> BTreeMap<Asked, Answer> {
        let catalogue = self.admission.catalogue;
        let mut read = BTreeMap::new();
        let entries = match of.opt_node("candidates.answers") {
            None => return read,
            Some(Node::Map(entries)) => entries,
            Some(_) => {
                let fault = Fault::new(code::WRONG_TYPE).at(of.field("candidates.answers"));
                out.faults.push(fault.with("want", Arg::ours("{ }")));
                return read;
            }
        };
        for (name, node) in entries {
            let Some(asked) = catalogue.find(name) else {
                let fault = Fault::new(code::UNKNOWN_ITEM).at(of.field("candidates.answers"));
                out.faults.push(fault.with("nearest", Arg::named(catalogue.nearest(name))));
                continue;
            };
            let item = catalogue.item(asked);
            let field = Field::answer(&item.name).nth(row);
            if !self.items.contains(&asked) {
                out.faults.push(Fault::new(code::NOT_ASKED).at(field));
            } else if !item.insurers.contains(&self.admission.insurer.kind) {
                out.faults.push(Fault::new(code::NOT_OURS).at(field));
            } else if let Some(answer) = self.value(asked, node, &field, out)
                && read.insert(asked, answer).is_some()
            {
                out.faults.push(Fault::new(code::DUPLICATE_ITEM).at(field));
            }
        }
        read
    }

    fn value(&self, asked: Asked, node: &Node, field: &Field, out: &mut Faults) -> Option<Answer> {
        let item = self.admission.catalogue.item(asked);
        let mut refuse = |code, arg: Option<(&'static str, Arg)>| {
            let fault = Fault::new(code).at(field.clone());
            out.faults.push(match arg {
                Some((name, arg)) => fault.with(name, arg),
                None => fault,
            });
            None
        };
        match (item.kind, node) {
            (ItemType::DateOrNone, Node::Null) => Some(Answer::None),
            (_, Node::Null) => refuse(code::ANSWER_NULL, None),
            (ItemType::Text, Node::Text(text)) => {
                let text = safe_text(text, Lines::Many, MAX_LINE, field.clone(), out)?;
                if text.is_blank() {
                    out.faults.push(Fault::new(code::REQUIRED).at(field.clone()));
                    return None;
                }
                Some(Answer::Text(text.into()))
            }
            (ItemType::Code, Node::Text(text)) => match item.label(text) {
                Some(label) => Some(Answer::Label(label.to_owned().into())),
                None => refuse(code::UNKNOWN_ITEM_CODE, Some(("words", Arg::named(item.codes.values())))),
            },
            (ItemType::DateOrNone, Node::Text(text)) if date::parse(text) == Err(BadDate::Form) => {
                refuse(code::DATE_FORM, Some(("none", Arg::ours(NO_DAY[0]))))
            }
            (ItemType::Date | ItemType::DateOrNone, Node::Text(text)) => {
                kept(date::parse(text), field.clone(), out).map(|day| Answer::Date(day.into()))
            }
            (ItemType::Yen, node) => match yen(node) {
                Some(yen) => Some(Answer::Yen(yen.into())),
                None => refuse(code::PAYMENT_FORM, None),
            },
            (ItemType::Benefit(_), Node::List(items)) if items.is_empty() && self.asked_period.is_none() => {
                refuse(code::PERIOD_NEEDED, None)
            }
            (ItemType::Benefit(when), Node::List(items)) => {
                let payments: Option<Vec<Payment>> = items
                    .iter()
                    .enumerate()
                    .map(|(index, node)| payment(node, when, &|key| field.clone().of_payment(index + 1, key), out))
                    .collect();
                payments.map(Answer::Benefit)
            }
            _ => refuse(code::WRONG_TYPE, Some(("want", Arg::ours(wanted(item.kind))))),
        }
    }

    /// An answer may not contradict the row that it stands in.
    pub(super) fn compare(&self, row: &Candidate, number: usize, out: &mut Faults) {
        let catalogue = self.admission.catalogue;
        for (asked, answer) in &row.answers {
            let item = catalogue.item(*asked);
            let agrees = match (item.id.as_str(), answer) {
                ("q.acquired", Answer::Date(day)) => day == &row.acquired,
                ("q.lost", Answer::Date(day)) => row.lost.as_ref() == Some(day),
                ("q.lost", Answer::None) => row.lost.is_none(),
                ("q.symbol", Answer::Text(text)) => same(text, row.symbol.as_ref(), optional::same_symbol),
                ("q.number", Answer::Text(text)) => same(text, row.number.as_ref(), optional::same_number),
                ("q.insurer_no", Answer::Text(text)) => {
                    let ours = self.admission.insurer.number.as_str();
                    text.expose().as_str().trim_start_matches('0') == ours.trim_start_matches('0')
                }
                _ => true,
            };
            if !agrees {
                out.faults.push(Fault::new(code::ANSWER_CONTRADICTS).at(Field::answer(&item.name).nth(number)));
            }
        }
    }
}

fn same(answer: &Personal<SafeText>, row: Option<&Personal<SafeText>>, equal: fn(&str, &str) -> bool) -> bool {
    row.is_none_or(|row| equal(answer.expose().as_str(), row.expose().as_str()))
}

fn wanted(kind: ItemType) -> &'static str {
    match kind {
        ItemType::Benefit(_) => "[ ]",
        _ => "\"…\"",
    }
}

/// Whole yen: a number, or digits with commas and 円 as people write them.
pub(super) fn yen(node: &Node) -> Option<u64> {
    let text: String = match node {
        Node::Number(digits) => digits.clone(),
        Node::Text(text) => text.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '、')).collect(),
        _ => return None,
    };
    let digits = text.strip_suffix('円').unwrap_or(&text);
    let fits = !digits.is_empty() && digits.len() <= 12 && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok())?
}

fn payment(node: &Node, when: WhenType, field: &dyn Fn(&'static str) -> Field, out: &mut Faults) -> Option<Payment> {
    let Node::Map(entries) = node else {
        out.faults.push(Fault::new(code::WRONG_TYPE).at(field(when.key())).with("want", Arg::ours("{ }")));
        return None;
    };
    if !only(entries, &[when.key(), "decided", "amount", "kind"], &field(when.key()), out) {
        return None;
    }
    let day = |key: &'static str, node: Option<&Node>, out: &mut Faults| match node.and_then(|n| n.get(key)) {
        Some(Node::Text(text)) => kept(date::parse(text), field(key), out),
        _ => missing(key, field, out),
    };
    let when = match when {
        WhenType::Month => match node.get("month") {
            Some(Node::Text(text)) => kept(date::parse_month(text), field("month"), out).map(When::Month),
            _ => missing("month", field, out),
        },
        WhenType::Period | WhenType::CalcPeriod => {
            let period = node.get(when.key());
            if let Some(Node::Map(entries)) = period
                && !only(entries, &["from", "to"], &field("from"), out)
            {
                return None;
            }
            let (from, to) = (day("from", period, out), day("to", period, out));
            match (from, to) {
                (Some(from), Some(to)) if from > to => {
                    out.faults.push(Fault::new(code::PERIOD_REVERSED).at(field("to")));
                    None
                }
                (Some(from), Some(to)) => Some(When::Period(from, to)),
                _ => None,
            }
        }
        WhenType::Date => day("date", Some(node), out).map(When::Date),
    };
    let decided = day("decided", Some(node), out);
    let amount = node.get("amount").and_then(yen).or_else(|| missing("amount", field, out));
    let statutory = match node.get("kind") {
        Some(Node::Text(text)) => meant(STATUTORY, text),
        _ => None,
    }
    .or_else(|| missing("kind", field, out));
    Some(Payment { when: when?.into(), decided: decided?.into(), amount: amount?.into(), statutory: statutory? })
}

/// Whether every key is one of these and stands once.
fn only(entries: &[(String, Node)], keys: &[&str], field: &Field, out: &mut Faults) -> bool {
    let strange = entries.iter().any(|(key, _)| !keys.contains(&key.as_str()));
    let twice = entries.iter().enumerate().any(|(i, (key, _))| entries[..i].iter().any(|(k, _)| k == key));
    if strange || twice {
        let code = if strange { code::UNKNOWN_KEY } else { code::DUPLICATE_KEY };
        out.faults.push(Fault::new(code).at(field.clone()).with("nearest", Arg::named(keys)));
    }
    !strange && !twice
}

fn missing<T>(key: &'static str, field: &dyn Fn(&'static str) -> Field, out: &mut Faults) -> Option<T> {
    out.faults.push(Fault::new(code::PAYMENT_FORM).at(field(key)).with("key", Arg::named([key])));
    None
}
