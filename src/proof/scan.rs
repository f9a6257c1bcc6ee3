//! 個人番号の検査: My Numbers in what goes into a document, and in names and mails (DESIGN section 4).

use crate::base::my_number::{Finding, Grammar, scan};
use crate::base::{Fault, code};
use crate::letter::{Slot, Values};

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

/// A name or a mail's text, line by line.
pub fn text(text: &str) -> Result<(), Fault> {
    let offends = text.lines().any(|line| matches!(scan(line, Grammar::Numeric), Finding::Stop(_)));
    if offends { Err(Fault::new(code::MY_NUMBER)) } else { Ok(()) }
}
