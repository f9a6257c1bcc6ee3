//! 様式の差し込み欄: which slots a form of each kind must have, and which others may stand in it.

use super::kind::LetterKind;
use super::slot::Slot;
use super::tag::{self, Tag};

/// What every letter that leaves the office knows.
const COMMON: &[Slot] = &[
    Slot::DocumentNumber,
    Slot::SentOn,
    Slot::Addressee,
    Slot::Sender,
    Slot::SenderTitle,
    Slot::SealOmitted,
    Slot::ContactSection,
    Slot::ContactPerson,
    Slot::ContactPhone,
    Slot::ContactMail,
    Slot::ContactAddress,
    Slot::PairingCode,
    Slot::Citation,
    Slot::Earlier,
    Slot::Remarks,
    Slot::Posting,
];

/// What a letter about one case knows besides.
const OF_ONE_CASE: &[Slot] = &[
    Slot::SubjectMark,
    Slot::CaseNumber,
    Slot::ReceivedAt,
    Slot::Procedure,
    Slot::Reference,
    Slot::SubjectKana,
    Slot::SubjectName,
    Slot::SubjectBirth,
    Slot::SubjectSex,
    Slot::SubjectAddress,
    Slot::AskedPeriod,
    Slot::RecordsAt,
    Slot::NoteNumber,
    Slot::NoteText,
];

/// 必須の欄: a form without one of them is refused. 照合番号 is looked for page by page, apart from these.
pub const fn required(kind: LetterKind) -> &'static [Slot] {
    use Slot::*;
    match kind {
        LetterKind::Reply => &[
            DocumentNumber,
            Addressee,
            SubjectKana,
            SubjectBirth,
            AnswerPeriod,
            AnswerText,
            AnswerItem,
            AnswerValue,
            AnswerAsOf,
            NoteText,
        ],
        LetterKind::NotFound => &[DocumentNumber, Addressee, SubjectKana, SubjectBirth, RecordsAt],
        LetterKind::AskMore => &[DocumentNumber, Addressee, SubjectKana, SubjectBirth],
        LetterKind::Delay => &[DocumentNumber, Addressee, Until, DelayReason],
        LetterKind::Cover => {
            &[DocumentNumber, PostalCode, PostalAddress, Addressee, EnclosureTitle, EnclosureNumber, EnclosureCode]
        }
        LetterKind::Index => &[DocumentNumber, Addressee, IndexFile, IndexNumber, IndexCode, IndexHash],
        LetterKind::Contents => &[DocumentNumber, Addressee, IndexNumber, IndexCode],
        LetterKind::Call => &[
            DocumentNumber,
            Municipality,
            Dial,
            DialWarning,
            StatedPhone,
            AnswerPerson,
            AnswerPeriod,
            AnswerText,
            AnswerItem,
            AnswerValue,
            AnswerAsOf,
            NoteText,
            RecordCase,
            RecordResult,
        ],
        LetterKind::PasswordSheet => &[ParcelNumber, Dial, DialWarning, PasswordInside, PairingCode, GroupSymbols, GroupSpoken],
        LetterKind::SealRecord => &[ParcelNumber, SealFormat, SealCipher, SealDerivation, SealedAt, SealHash],
        LetterKind::Incident => &[ParcelNumber, SealFormat, ToldState, ToldAdvice, ContentTitle, ContentItems],
        LetterKind::DayReport => &[ReportDay, AnchorRow, AnchorTag, DayHeading, DayText, DayNumber, DayCase, DayWhat, DayWhen],
    }
}

/// 使える欄: those of the built-in form, and what else is known when such a letter is made.
pub fn usable(kind: LetterKind) -> Vec<Slot> {
    let common = if kind.is_internal() { &[] } else { COMMON };
    let of_one_case = if kind.is_reply() { OF_ONE_CASE } else { &[] };
    let mut all = built_in(kind);
    all.extend(common.iter().chain(of_one_case));
    all.sort_unstable();
    all.dedup();
    all
}

/// The slots of the built-in form.
pub fn built_in(kind: LetterKind) -> Vec<Slot> {
    let lines = kind.wording().1.lines().filter(|line| !line.starts_with('#'));
    let tags = lines.flat_map(tag::find).filter_map(|(_, tag)| match tag {
        Ok(Tag::Slot(slot) | Tag::If(slot)) => Some(slot),
        _ => None,
    });
    tags.collect()
}

/// 空になり得る欄: not every letter has a value for it. In an office's own form it then prints nothing.
pub const fn is_optional(slot: Slot) -> bool {
    matches!(
        slot,
        Slot::SenderTitle
            | Slot::SealOmitted
            | Slot::ContactMail
            | Slot::ContactAddress
            | Slot::Earlier
            | Slot::Reference
            | Slot::AskedPeriod
            | Slot::Posting
            | Slot::Reconciliation
            | Slot::StatedPhone
            | Slot::Remarks
            | Slot::EnvelopeMarks
            | Slot::PasswordInside
            | Slot::SpokenLegend
            | Slot::DialWarning
            | Slot::SealCipher
            | Slot::SealDerivation
            | Slot::SealHash
            | Slot::PasswordStrength
            | Slot::GuessCost
            | Slot::ToldState
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_forms_have_what_is_required_and_mark_what_is_optional() {
        for kind in LetterKind::ALL {
            let (file, text) = kind.wording();
            let own = built_in(kind);
            for slot in required(kind) {
                assert!(own.contains(slot), "{file}: {}", slot.name());
            }
            for (_, tag) in text.lines().filter(|line| !line.starts_with('#')).flat_map(tag::find) {
                let Ok(Tag::If(slot)) = tag else { continue };
                assert!(is_optional(slot) || slot.list().is_some(), "{file}: {}", slot.name());
            }
        }
    }
}
