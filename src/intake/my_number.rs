//! 個人番号の検査: every value and key of one record, before anything else is made of it (N16).

use super::fields::field;
use super::node::Node;
use crate::base::my_number::{Finding, Grammar, scan};
use crate::base::{Fault, Field, code};
use crate::notice::{Catalogue, ItemType};

/// Looks through a whole record. Each offence is told with its place, never with the number.
pub fn inspect(record: &Node, catalogue: &Catalogue) -> (Vec<Fault>, Vec<Fault>) {
    let mut inspection = Inspection { catalogue, stops: Vec::new(), warnings: Vec::new() };
    inspection.look(record, &mut Vec::new(), (None, None));
    (inspection.stops, inspection.warnings)
}

/// Looks through one value as if it stood in a record under this key path, such as `candidates.birth`.
pub fn inspect_at(path: &str, value: Node, catalogue: &Catalogue) -> (Vec<Fault>, Vec<Fault>) {
    inspect(&path.rsplit('.').fold(value, |inner, key| Node::Map(vec![(key.to_owned(), inner)])), catalogue)
}

/// The parts of a payment.
const PARTS: [&str; 7] = ["month", "date", "from", "to", "decided", "amount", "kind"];

struct Inspection<'a> {
    catalogue: &'a Catalogue,
    stops: Vec<Fault>,
    warnings: Vec<Fault>,
}

/// Which candidate, and which payment of its answer, from 1.
type Numbers = (Option<usize>, Option<usize>);

impl Inspection<'_> {
    fn look<'n>(&mut self, node: &'n Node, path: &mut Vec<&'n str>, index: Numbers) {
        match node {
            Node::Text(text) | Node::Number(text) => {
                let grammar = self.grammar(path);
                self.judge(scan(text, grammar), path, index);
            }
            Node::List(items) => {
                for (position, item) in items.iter().enumerate() {
                    let own = Some(position + 1);
                    let index = match path.as_slice() {
                        ["candidates"] => (own, None),
                        ["candidates", "answers", _] => (index.0, own),
                        _ => index,
                    };
                    self.look(item, path, index);
                }
            }
            Node::Map(entries) => {
                for (key, value) in entries {
                    self.judge(scan(key, Grammar::Free), path, index);
                    path.push(key);
                    self.look(value, path, index);
                    path.pop();
                }
            }
            Node::Null | Node::Bool(_) => {}
        }
    }

    fn judge(&mut self, finding: Finding, path: &[&str], index: Numbers) {
        let (code, character) = match finding {
            Finding::Clean => return,
            Finding::Stop(at) => (code::MY_NUMBER, at),
            Finding::Unlikely(at) => (code::TWELVE_DIGITS, at),
        };
        let mut fault = Fault::new(code).at(self.place(path, index));
        fault.place.character = Some(character);
        if code == code::MY_NUMBER { self.stops.push(fault) } else { self.warnings.push(fault) }
    }

    /// Our own name for a path; a key that is none of ours is told by its parent.
    fn place(&self, path: &[&str], (index, payment): Numbers) -> Field {
        let named = if let ["candidates", "answers", item, part @ ..] = path {
            let named = match self.catalogue.find(item) {
                Some(asked) => Field::answer(&self.catalogue.item(asked).name),
                None => field("candidates.answers"),
            };
            let key = part.last().and_then(|key| PARTS.iter().find(|known| *known == key)).copied();
            match payment {
                Some(payment) => named.of_payment(payment, key.unwrap_or_default()),
                None => named,
            }
        } else {
            let known = (1..=path.len()).rev().find_map(|n| {
                let joined = path[..n].join(".");
                super::fields::FIELDS.iter().find(|(json, _)| *json == joined).map(|(json, _)| *json)
            });
            field(known.unwrap_or("cases"))
        };
        match index {
            Some(index) => named.nth(index),
            None => named,
        }
    }

    /// Fields with a grammar of their own keep it: a 記号-番号 such as 06138123-0006 is no My Number.
    fn grammar(&self, path: &[&str]) -> Grammar {
        const NUMERIC: [&str; 16] = [
            "symbol",
            "number",
            "phone",
            "postal_code",
            "birth",
            "acquired",
            "lost",
            "from",
            "to",
            "at",
            "document_date",
            "records_at",
            "code",
            "decided",
            "month",
            "date",
        ];
        let numeric = match path {
            ["candidates", "answers", item, ..] => self.catalogue.find(item).is_some_and(|asked| {
                let item = self.catalogue.item(asked);
                !matches!(item.kind, ItemType::Text | ItemType::Code)
                    || matches!(item.id.as_str(), "q.symbol" | "q.number" | "q.branch" | "q.insurer_no")
            }),
            ["procedure", _] => false,
            _ => path.last().is_some_and(|key| NUMERIC.contains(key)),
        };
        if numeric { Grammar::Numeric } else { Grammar::Free }
    }
}
