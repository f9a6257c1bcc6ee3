//! 受付: one record becomes an inquiry and what the insurer states about it, or the reasons why not, all at once.

use super::case;
use super::my_number;
use super::node::Node;
use super::source::form_code;
use super::walk::Faults;
use crate::base::date::DateTime;
use crate::base::{Fault, code};
use crate::notice::{CaseId, Catalogue, Inquiry, Insurer, Stated, Subject};

/// 受付の前提: what a record is read against.
pub struct Admission<'a> {
    /// 項目カタログ
    pub catalogue: &'a Catalogue,
    /// 保険者
    pub insurer: &'a Insurer,
    /// 記録確認日時 of the whole file.
    pub records_at: Option<DateTime>,
}

/// 受け付けた照会.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// What was asked.
    pub inquiry: Inquiry,
    /// What the insurer states.
    pub stated: Stated,
    /// What was odd.
    pub warnings: Vec<Fault>,
}

/// 受け付けられない照会.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Its id, when it has one that may be shown.
    pub id: Option<CaseId>,
    /// Why, the gravest first. Never empty.
    pub faults: Vec<Fault>,
    /// What else was odd.
    pub warnings: Vec<Fault>,
}

/// Reads one record.
pub fn admit(record: &Node, admission: &Admission<'_>) -> Result<Admitted, Box<Refused>> {
    let ((inquiry, stated), warnings) = read(record, admission, case::read)?;
    Ok(Admitted { inquiry, stated, warnings })
}

/// 受付だけ: reads what the requester sent, before anybody was looked for. Returns what was odd beside it.
pub fn admit_inquiry(record: &Node, admission: &Admission<'_>) -> Result<(Inquiry, Vec<Fault>), Box<Refused>> {
    read(record, admission, case::read_inquiry)
}

/// 3情報だけ: reads the person alone out of JSON, for a search in the ledger. What else a case says of the person is passed over.
pub fn admit_subject(json: &[u8], admission: &Admission<'_>) -> Result<Subject, Vec<Fault>> {
    let node: Node = serde_json::from_slice(json).map_err(|error| vec![Fault::new(form_code(&error))])?;
    three_items(Node::Map(vec![("subject".to_owned(), node)]), admission)
}

/// The same out of three lines.
pub fn admit_items(kana: &str, birth: &str, sex: &str, admission: &Admission<'_>) -> Result<Subject, Vec<Fault>> {
    let item = |key: &str, text: &str| (key.to_owned(), Node::Text(text.trim().to_owned()));
    let subject = Node::Map(vec![item("kana", kana), item("birth", birth), item("sex", sex)]);
    three_items(Node::Map(vec![("subject".to_owned(), subject)]), admission)
}

fn three_items(record: Node, admission: &Admission<'_>) -> Result<Subject, Vec<Fault>> {
    read(&record, admission, case::read_subject).map(|(subject, _)| subject).map_err(|refused| refused.faults)
}

fn read<T>(
    record: &Node,
    admission: &Admission<'_>,
    part: impl FnOnce(&Node, &Admission<'_>, &mut Faults) -> Option<T>,
) -> Result<(T, Vec<Fault>), Box<Refused>> {
    let (stops, doubts) = my_number::inspect(record, admission.catalogue);
    let mut out = Faults { faults: Vec::new(), warnings: doubts };
    let read = part(record, admission, &mut out);
    let id = shown_id(record, &stops);
    let Faults { faults, warnings } = out;
    // A My Number is told first and whatever else is wrong with it.
    let faults: Vec<Fault> = stops.into_iter().chain(faults).collect();
    match read {
        Some(read) if faults.is_empty() => Ok((read, warnings)),
        _ if faults.is_empty() => Err(Box::new(Refused { id, faults: vec![Fault::new(code::OURS)], warnings })),
        _ => Err(Box::new(Refused { id, faults, warnings })),
    }
}

/// The id, unless it is out of grammar or itself what must not be shown.
fn shown_id(record: &Node, stops: &[Fault]) -> Option<CaseId> {
    let offends = stops.iter().any(|fault| fault.place.field.as_ref().is_some_and(|f| f.json == "id"));
    match record.get("id") {
        Some(Node::Text(text)) if !offends => CaseId::parse(text),
        _ => None,
    }
}
