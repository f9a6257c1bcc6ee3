//! ファイル: TOML as nodes, and its faults as those of settings.

use crate::base::fault::FileName;
use crate::base::{Arg, At, Fault, code};
use crate::intake::node::Node;
use crate::intake::walk::Faults;

/// Reads what is asked for; every fault is told.
pub(super) fn read<T>(text: &str, name: &FileName, read: impl FnOnce(&Node, &mut Faults) -> Option<T>) -> Result<T, Vec<Fault>> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
        vec![Fault::new(code::OFFICE_FORM).within(name, At::Line(line))]
    })?;
    let node = node(toml::Value::Table(table));
    let mut out = Faults::default();
    match read(&node, &mut out) {
        Some(read) if out.faults.is_empty() => Ok(read),
        _ => Err(out
            .faults
            .into_iter()
            .map(|fault| {
                let mut fault = unfilled(fault);
                fault.place.file = Some(name.clone());
                fault
            })
            .collect()),
    }
}

/// A setting that is missing or empty is told as a setting, not as a field of a case.
fn unfilled(fault: Fault) -> Fault {
    match fault.code {
        code::REQUIRED => {
            Fault { code: code::OFFICE_VALUE, args: vec![("why", Arg::ours("記入されていません"))], ..fault }
        }
        _ => fault,
    }
}

fn node(value: toml::Value) -> Node {
    match value {
        toml::Value::String(text) => Node::Text(text),
        toml::Value::Integer(n) => Node::Number(n.to_string()),
        toml::Value::Float(n) => Node::Number(n.to_string()),
        toml::Value::Boolean(b) => Node::Bool(b),
        toml::Value::Datetime(d) => Node::Text(d.to_string()),
        toml::Value::Array(items) => Node::List(items.into_iter().map(node).collect()),
        toml::Value::Table(table) => Node::Map(table.into_iter().map(|(key, value)| (key, node(value))).collect()),
    }
}
