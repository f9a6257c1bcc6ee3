//! 完成文書の検査: My Numbers in what is finished (DESIGN section 4), macros and outside links.

use crate::base::my_number::{Finding, Grammar, scan};
use crate::base::{Fault, code};
use crate::file::opc::Package;
use crate::letter::{Slot, Values};
use crate::press::inspect;

/// Slots whose values keep a grammar of their own.
const NUMERIC: [Slot; 24] = [
    Slot::DocumentNumber,
    Slot::SentOn,
    Slot::PostalCode,
    Slot::SubjectBirth,
    Slot::SubjectNumber,
    Slot::AskedPeriod,
    Slot::RecordsAt,
    Slot::ContactPhone,
    Slot::PairingCode,
    Slot::MunicipalityCode,
    Slot::ReceivedAt,
    Slot::Dial,
    Slot::DialCheckedOn,
    Slot::StatedPhone,
    Slot::AttachmentName,
    Slot::AttachmentSize,
    Slot::Until,
    Slot::AnswerPerson,
    Slot::AnswerValue,
    Slot::AnswerAsOf,
    Slot::EnclosureNumber,
    Slot::IndexNumber,
    Slot::IndexHash,
    Slot::CaseNumber,
];

/// The values that go into a document, each by its slot's grammar.
pub fn values(values: &Values) -> Result<(), Fault> {
    let offends = values.texts().any(|(slot, text)| {
        let grammar = if NUMERIC.contains(&slot) { Grammar::Numeric } else { Grammar::Free };
        matches!(scan(text, grammar), Finding::Stop(_))
    });
    if offends { Err(Fault::new(code::MY_NUMBER)) } else { Ok(()) }
}

/// A finished document: nothing active in it, and no solid or 4-4-4 My Number in any paragraph. It comes back open.
pub fn document(docx: &[u8]) -> Result<Package, Fault> {
    let (package, texts) = inspect::inspect(docx)?;
    let offends = texts.iter().any(|text| matches!(scan(text, Grammar::Numeric), Finding::Stop(_)));
    if offends { Err(Fault::new(code::MY_NUMBER)) } else { Ok(package) }
}

/// A name or a mail's text, line by line.
pub fn text(text: &str) -> Result<(), Fault> {
    let offends = text.lines().any(|line| matches!(scan(line, Grammar::Numeric), Finding::Stop(_)));
    if offends { Err(Fault::new(code::MY_NUMBER)) } else { Ok(()) }
}
