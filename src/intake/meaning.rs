//! 内容: a case without its spelling. 1980/3/2 and 昭和55年3月2日 are one day, 男 and 1 one sex: whatever is read as a value of its own
//! type is written in one way, as JSON has it. Texts that a letter prints as they stand are left as they stand.

use super::answers::yen;
use super::node::Node;
use super::words::{FLAG, REPLY_BY, REQUESTER_KIND, STATUTORY, VIA, canonical, meant as word_of};
use crate::base::{date, near};
use crate::notice::{Catalogue, ItemType, Sex};
use unicode_normalization::UnicodeNormalization;

/// The case as it is meant; what can't be read stays as written.
pub fn meant(case: &Node, catalogue: &Catalogue) -> Node {
    under("", case, catalogue)
}

fn under(path: &str, node: &Node, catalogue: &Catalogue) -> Node {
    match node {
        Node::Map(entries) if path == "candidates.answers" => {
            let answer = |(name, node): &(String, Node)| match catalogue.find(name) {
                Some(asked) => (catalogue.item(asked).name.clone(), answered(catalogue.item(asked).kind, node, catalogue, name)),
                None => (name.clone(), node.clone()),
            };
            Node::Map(entries.iter().map(answer).collect())
        }
        Node::Map(entries) => {
            let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            Node::Map(entries.iter().map(|(key, node)| (key.clone(), under(&inner(key), node, catalogue))).collect())
        }
        Node::List(nodes) => Node::List(nodes.iter().map(|node| under(path, node, catalogue)).collect()),
        Node::Text(text) => leaf(path, text, catalogue).map_or_else(|| node.clone(), Node::Text),
        // A table says 有, JSON true: both reach here as a flag or a text.
        Node::Null | Node::Bool(_) | Node::Number(_) => node.clone(),
    }
}

/// The one spelling of a text at its place; none where it stands for itself, or can't be read.
fn leaf(path: &str, text: &str, catalogue: &Catalogue) -> Option<String> {
    let plain = || near::plain(text);
    let own = |word: &'static str| word.to_owned();
    match path {
        "received.at" | "records_at" | "confirmed.at" | "released.at" => date::parse_moment(text).ok().map(|at| at.to_string()),
        "received.document_date"
        | "subject.birth"
        | "candidates.birth"
        | "candidates.acquired"
        | "candidates.lost"
        | "asked_period.from"
        | "asked_period.to" => day(text),
        "additional.acquired" | "additional.lost" => date::parse_span(text).ok().map(|span| format!("{}/{}", span.from, span.to)),
        "received.via" => canonical(VIA, &plain()).map(own),
        "reply_by" => canonical(REPLY_BY, &plain()).map(own),
        "requester.kind" => canonical(REQUESTER_KIND, &plain()).map(own),
        "subject.sex" | "candidates.sex" => Sex::parse(&plain()).map(|sex| {
            own(match sex {
                Sex::Male => "male",
                Sex::Female => "female",
                Sex::Unknown => "unknown",
            })
        }),
        "candidates.my_number_held" | "candidates.protected" => word_of(FLAG, &plain()).map(|flag| flag.to_string()),
        "items" => catalogue.find(text).map(|asked| catalogue.item(asked).name.clone()),
        "requester.code" => Some(text.nfkc().collect()),
        "candidates.member" | "confirmed.member" | "confirmed.same_person" => {
            Some(text.nfkc().collect::<String>().trim().to_owned())
        }
        _ => None,
    }
}

fn day(text: &str) -> Option<String> {
    date::parse(text).ok().map(|day| day.to_string())
}

/// One answer, by the type of its item.
fn answered(kind: ItemType, node: &Node, catalogue: &Catalogue, name: &str) -> Node {
    let text = match node {
        Node::Text(text) => text,
        Node::List(payments) if matches!(kind, ItemType::Benefit(_)) => {
            return Node::List(payments.iter().map(payment).collect());
        }
        node => return if kind == ItemType::Yen { amount(node) } else { node.clone() },
    };
    let read = match kind {
        ItemType::Date | ItemType::DateOrNone => day(text),
        ItemType::Code => catalogue.find(name).and_then(|asked| catalogue.item(asked).label(text)).map(str::to_owned),
        ItemType::Yen => return amount(node),
        ItemType::Text | ItemType::Benefit(_) => None,
    };
    read.map_or_else(|| node.clone(), Node::Text)
}

fn amount(node: &Node) -> Node {
    yen(node).map_or_else(|| node.clone(), |yen| Node::Number(yen.to_string()))
}

fn payment(node: &Node) -> Node {
    let Node::Map(parts) = node else { return node.clone() };
    let part = |(key, node): &(String, Node)| {
        let read = match (key.as_str(), node) {
            ("amount", node) => amount(node),
            ("month", Node::Text(text)) => {
                let month = date::parse_month(text).ok().map(|month| format!("{:04}-{:02}", month.year, month.month));
                month.map_or_else(|| node.clone(), Node::Text)
            }
            ("kind", Node::Text(text)) => word_of(STATUTORY, text).map_or_else(|| node.clone(), Node::Bool),
            // The ends of a period.
            (_, Node::Map(_)) => payment(node),
            (_, Node::Text(text)) => day(text).map_or_else(|| node.clone(), Node::Text),
            _ => node.clone(),
        };
        (key.clone(), read)
    };
    Node::Map(parts.iter().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Vec<u8> {
        let catalogue = Catalogue::parse(include_str!("../../templates/items.toml")).expect("our own catalogue");
        let mut bytes = Vec::new();
        meant(&serde_json::from_str(json).expect("JSON"), &catalogue).canonical(&mut bytes);
        bytes
    }

    #[test]
    fn a_spelling_is_no_content_and_a_text_that_is_printed_is() {
        let same = [
            (r#"{"subject":{"birth":"1980-03-02"}}"#, r#"{"subject":{"birth":"Ｓ55/3/2"}}"#),
            (r#"{"subject":{"sex":"男"}}"#, r#"{"subject":{"sex":"1"}}"#),
            (r#"{"received":{"at":"2026-11-20T10:15"}}"#, r#"{"received":{"at":"2026/11/20 10:15:00"}}"#),
            (r#"{"reply_by":"郵送"}"#, r#"{"reply_by":"paper"}"#),
            (r#"{"items":["資格取得日"]}"#, r#"{"items":["資格取得年月日"]}"#),
            (r#"{"additional":{"acquired":"2021-02"}}"#, r#"{"additional":{"acquired":"令和3年2月"}}"#),
            (r#"{"candidates":[{"member":" ０014"}]}"#, r#"{"candidates":[{"member":"0014"}]}"#),
            (
                r#"{"candidates":[{"answers":{"資格取得日":"H22.4.1","高額療養費":[{"month":"R3.2","amount":"1,000円","kind":"法定","decided":"2021/5/1"}]}}]}"#,
                r#"{"candidates":[{"answers":{"高額療養費":[{"month":"2021-02","amount":1000,"kind":"1","decided":"2021-05-01"}],"資格取得年月日":"2010-04-01"}}]}"#,
            ),
        ];
        for (one, other) in same {
            assert!(of(one) == of(other), "{one} {other}");
        }
        let other = [
            (r#"{"subject":{"birth":"1980-03-02"}}"#, r#"{"subject":{"birth":"1980-03-03"}}"#),
            (r#"{"subject":{"kana":"ヤマダ"}}"#, r#"{"subject":{"kana":"ﾔﾏﾀﾞ"}}"#),
            (r#"{"subject":{"name":"山田"}}"#, r#"{"subject":{"name":"山田 "}}"#),
            (r#"{"subject":{"birth":"昭和65年1月1日"}}"#, r#"{"subject":{"birth":"平成2年1月1日"}}"#),
            (r#"{"candidates":[{"answers":{"続柄":"1"}}]}"#, r#"{"candidates":[{"answers":{"続柄":"１"}}]}"#),
            (r#"{"candidates":[]}"#, r#"{"candidates":null}"#),
        ];
        for (one, another) in other {
            assert!(of(one) != of(another), "{one} {another}");
        }
    }
}
