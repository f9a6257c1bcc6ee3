//! 文書の作成: from a reply and the office's own particulars to the values of one document.
//!
//! The words are those of `templates/letters/phrases.txt`; here stands only which of them a case needs.

mod addressee;
mod blocks;
mod citation;
mod composer;
mod day_report;
mod incident;
mod package;
mod password_sheet;
mod seal_record;

pub use day_report::{DayLine, DayPart, DayReport, day_report};
pub use incident::{Content, Incident, incident};
pub use package::{Did, Package, Step};
pub use password_sheet::{PasswordSheet, password_sheet};
pub use seal_record::{SealFacts, seal_record};

use super::kind::LetterKind;
use super::phrase::{Phrase, Phrases};
use super::slot::Slot;
use super::values::{Row, Values};
use crate::base::SafeText;
use crate::base::date::{self, Date, Time};
use crate::notice::vet::RepresentativeNumber;
use crate::notice::{Counts, Inquiry, Reply, Requester, Via, Why};
use composer::{Composer, moment};

/// 発信者: what the office says about itself on every letter.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// 保険者名
    pub sender: String,
    /// 職名（氏名）
    pub title: String,
    /// （公印省略）
    pub seal_omitted: bool,
    /// 担当部署
    pub section: String,
    /// 担当者
    pub person: String,
    /// 担当電話
    pub phone: String,
    /// 所在地
    pub address: Option<String>,
    /// 郵送方法, unless the partner's row names another
    pub posting: String,
    /// 閉庁時刻
    pub closes: Time,
    /// ふりがな over the subject's name.
    pub furigana: bool,
    /// 文例
    pub phrases: Phrases,
}

/// 発信の要目 of one document.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// 文書番号: 健発第8-0013号の1.
    pub document_number: &'a str,
    /// 発信日
    pub sent_on: Date,
    /// 受付番号
    pub reception: &'a str,
    /// 経緯
    pub earlier: Option<Earlier<'a>>,
    /// 送り直し: of a whole parcel, what stands in the place of which earlier ones.
    pub before: &'a [(Why, String)],
}

/// 経緯: an earlier letter of ours that this one cites.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Why it is cited.
    pub why: Why,
    /// Its date.
    pub date: Date,
    /// Its 文書番号.
    pub number: &'a str,
}

/// Which form a reply takes.
pub fn kind(reply: &Reply) -> LetterKind {
    match reply {
        Reply::Answered(_) => LetterKind::Reply,
        Reply::NotFound(_) => LetterKind::NotFound,
        Reply::AskMore => LetterKind::AskMore,
        Reply::Delayed(_) => LetterKind::Delay,
    }
}

/// 回答書・該当なし・追加情報の依頼.
pub fn reply(head: &Letterhead, sheet: &Sheet<'_>, inquiry: &Inquiry, reply: &Reply) -> Values {
    let composer = Composer { head };
    let mut values = composer.common(sheet, &inquiry.requester);
    composer.inquiry(&mut values, sheet, inquiry);
    let mark = match (reply, sheet.earlier.map(|e| e.why)) {
        (Reply::AskMore, _) => Phrase::MarkRequest,
        (Reply::Delayed(_), _) => Phrase::MarkNotice,
        (_, Some(Why::Corrected)) => Phrase::MarkCorrection,
        (_, Some(Why::Reissued)) => Phrase::MarkReissue,
        _ => Phrase::MarkReply,
    };
    values.set(Slot::SubjectMark, head.phrases.get(mark));
    composer.content(&mut values, reply);
    let notes = composer.notes(reply);
    composer.push_notes(&mut values, &notes);
    values
}

/// One line of a 送付状 or 目録, without 照合番号.
#[derive(Clone, Debug)]
pub struct Enclosed<'a> {
    /// Which form.
    pub kind: LetterKind,
    /// 文書番号
    pub document_number: &'a str,
    /// File or entry name.
    pub name: &'a str,
    /// 照会元整理番号
    pub reference: Option<&'a SafeText>,
    /// Whether it stands in the place of an earlier letter, and why.
    pub why: Option<Why>,
}

/// 郵送: where an envelope goes, and how.
#[derive(Clone, Copy, Debug)]
pub struct ByPost<'a> {
    /// 郵便番号
    pub postal_code: &'a str,
    /// 住所
    pub address: &'a str,
    /// 郵送方法
    pub method: &'a str,
}

/// 送付状: the values without its rows.
pub fn cover(
    head: &Letterhead,
    sheet: &Sheet<'_>,
    inquiries: &[&Inquiry],
    to: &ByPost<'_>,
    counts: Counts,
    enclosed: usize,
) -> Values {
    let mut values = listing(head, sheet, inquiries, counts, enclosed);
    let Some(first) = inquiries.first() else { return values };
    let marks = Composer { head }.envelope_marks(&first.requester, to.method);
    values.set(Slot::PostalCode, to.postal_code.trim_start_matches('〒')).set(Slot::PostalAddress, to.address);
    values.set(Slot::Posting, to.method).set(Slot::EnvelopeMarks, marks);
    values.set(Slot::CopyCount, enclosed.to_string());
    values
}

/// 窓の宛先: the lines that a cover has in the window.
pub fn window(head: &Letterhead, requester: &Requester, to: &ByPost<'_>) -> Vec<String> {
    let composer = Composer { head };
    let code = format!("〒{}\t{}", to.postal_code.trim_start_matches('〒'), composer.envelope_marks(requester, to.method));
    let addressee = composer.addressee(requester);
    [code, to.address.to_owned()].into_iter().chain(addressee.split('\n').map(str::to_owned)).collect()
}

/// 目録: the values without its rows.
pub fn listing(head: &Letterhead, sheet: &Sheet<'_>, inquiries: &[&Inquiry], counts: Counts, enclosed: usize) -> Values {
    let composer = Composer { head };
    let Some(first) = inquiries.first() else { return Values::new() };
    let mut values = composer.common(sheet, &first.requester);
    values.set(Slot::Citation, composer.citation(inquiries));
    values.set(Slot::EnclosureCount, enclosed.to_string());
    if counts.all() > 1 {
        values.set(Slot::Reconciliation, composer.reconciliation(counts));
    }
    values
}

/// One row of a listing.
pub fn row(head: &Letterhead, kind: LetterKind, order: usize, enclosed: &Enclosed<'_>) -> Row {
    let reference = enclosed.reference.map_or(head.phrases.get(Phrase::Dash), SafeText::as_str);
    match kind {
        LetterKind::Index => Row::new()
            .with(Slot::IndexOrder, order.to_string())
            .with(Slot::IndexFile, enclosed.name)
            .with(Slot::IndexNumber, enclosed.document_number)
            .with(Slot::IndexReference, reference),
        LetterKind::Contents => Row::new()
            .with(Slot::IndexOrder, order.to_string())
            .with(Slot::IndexNumber, enclosed.document_number)
            .with(Slot::IndexReference, reference),
        _ => {
            let title = match enclosed.kind {
                LetterKind::AskMore => Phrase::TitleAskMore,
                LetterKind::Delay => Phrase::TitleDelay,
                _ => Phrase::TitleReply,
            };
            let title = head.phrases.get(title);
            let again = match enclosed.why {
                Some(Why::Corrected) => Some(Phrase::TitleCorrected),
                Some(Why::Reissued) => Some(Phrase::TitleReissued),
                Some(Why::Asked | Why::Delayed) | None => None,
            };
            let title = again.map_or_else(|| title.to_owned(), |again| head.phrases.fill(again, &[("書類", title)]));
            Row::new()
                .with(Slot::EnclosureOrder, order.to_string())
                .with(Slot::EnclosureTitle, title)
                .with(Slot::EnclosureNumber, enclosed.document_number)
                .with(Slot::EnclosureReference, reference)
                .with(Slot::EnclosureCopies, head.phrases.fill(Phrase::Copies, &[("数", "1")]))
        }
    }
}

/// One person of a call.
pub struct Told<'a> {
    /// The inquiry about this person.
    pub inquiry: &'a Inquiry,
    /// What is said.
    pub reply: &'a Reply,
    /// 受付番号
    pub reception: &'a str,
}

/// 電話回答票: dials the representative number alone; the caller's own number is printed struck out.
pub fn call(head: &Letterhead, sheet: &Sheet<'_>, dial: &RepresentativeNumber, stale: bool, told: &[Told<'_>]) -> Values {
    let composer = Composer { head };
    let mut values = Values::new();
    let Some(first) = told.first() else { return values };
    let requester = &first.inquiry.requester;
    values = composer.common(sheet, requester);
    let inquiries: Vec<&Inquiry> = told.iter().map(|one| one.inquiry).collect();
    values.set(Slot::Citation, composer.citation(&inquiries));
    values.set(Slot::Procedure, composer.procedures(told));
    values.set(Slot::Municipality, requester.municipality.as_str());
    values.set(Slot::MunicipalityCode, requester.key.as_str());
    values.set(Slot::Section, requester.section.as_str());
    values.set(Slot::Officer, requester.officer.as_str());
    received(&mut values, &composer, &inquiries);
    values.set(Slot::PersonCount, told.len().to_string());
    let ask = if told.len() > 1 { Phrase::AskForEach } else { Phrase::AskForOne };
    values.set(Slot::AskForPerson, head.phrases.get(ask));
    dialling(&mut values, head, dial, stale);
    values.set_some(Slot::StatedPhone, stated_phone(dial, &inquiries));
    let mut notes: Vec<String> = Vec::new();
    for (index, one) in told.iter().enumerate() {
        composer.person(&mut values, index + 1, one);
        let fresh = composer.notes(one.reply).into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>();
        notes.extend(fresh);
    }
    composer.push_notes(&mut values, &notes);
    values
}

/// 受付: when and how the inquiries came, from the first to the last of them.
fn received(values: &mut Values, composer: &Composer<'_>, inquiries: &[&Inquiry]) {
    let times = || inquiries.iter().map(|inquiry| inquiry.received.at);
    if let (Some(first), Some(last)) = (times().min(), times().max()) {
        let span = [("自", &*moment(first)), ("至", &*moment(last))];
        let span = if first == last { moment(first) } else { composer.head.phrases.fill(Phrase::FromTo, &span) };
        values.set(Slot::ReceivedAt, span);
    }
    let ways = [(Via::Document, Phrase::InWriting), (Via::Phone, Phrase::ByPhone)];
    let ways = ways.into_iter().filter(|(via, _)| inquiries.iter().any(|inquiry| inquiry.received.via == *via));
    let ways: Vec<String> = ways.map(|(_, way)| composer.phrase(way).to_owned()).collect();
    values.set(Slot::ReceivedVia, composer.listed(&ways));
}

/// 申告番号: each once, and not the representative number itself, which is dialled. Equal are those with the same digits.
fn stated_phone(dial: &RepresentativeNumber, inquiries: &[&Inquiry]) -> Option<String> {
    let mut known = vec![digits(dial.number())];
    let mut stated: Vec<&str> = Vec::new();
    for number in inquiries.iter().filter_map(|inquiry| inquiry.requester.claimed_phone.as_ref()) {
        let digits = digits(number.as_str());
        if !known.contains(&digits) {
            known.push(digits);
            stated.push(number.as_str());
        }
    }
    (!stated.is_empty()).then(|| stated.join("、"))
}

/// The digits of a telephone number, in ASCII whatever their width.
fn digits(number: &str) -> String {
    let narrow = |c: char| if ('０'..='９').contains(&c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c };
    number.chars().map(narrow).filter(char::is_ascii_digit).collect()
}

/// 掛ける番号, and where it comes from; with a warning when that was looked at too long ago.
fn dialling(values: &mut Values, head: &Letterhead, dial: &RepresentativeNumber, stale: bool) {
    let dash = head.phrases.get(Phrase::Dash);
    let or_dash = |text: &str| if text.is_empty() { dash.to_owned() } else { text.to_owned() };
    values.set(Slot::Dial, dial.number()).set(Slot::DialSource, or_dash(dial.source()));
    values.set(Slot::DialCheckedOn, dial.looked_up().map_or_else(|| dash.to_owned(), date::wareki));
    values.set(Slot::DialCheckedBy, or_dash(dial.looked_up_by()));
    if stale {
        values.set(
            Slot::DialWarning,
            match dial.looked_up() {
                Some(day) => head.phrases.fill(Phrase::DialStale, &[("日", &date::wareki(day))]),
                None => head.phrases.get(Phrase::DialUndated).to_owned(),
            },
        );
    }
}

/// 照会元整理番号 named in a mail, at most.
const REFERENCES: usize = 3;

/// 照会元整理番号 of all that a mail carries: the first few, and how many more there are.
fn references(head: &Letterhead, inquiries: &[&Inquiry]) -> Option<String> {
    let mut references: Vec<&str> = Vec::new();
    for reference in inquiries.iter().filter_map(|inquiry| inquiry.requester.reference.as_ref()) {
        if !references.contains(&reference.as_str()) {
            references.push(reference.as_str());
        }
    }
    let named = references[..references.len().min(REFERENCES)].join("、");
    match references.len().saturating_sub(REFERENCES) {
        0 => (!named.is_empty()).then_some(named),
        more => Some(head.phrases.fill(Phrase::MoreReferences, &[("番号", &named), ("数", &more.to_string())])),
    }
}

/// 照合番号の場所: where to look for the code that a mail names and its receiver reads out, by the first document of the package.
pub fn code_place(head: &Letterhead, first: LetterKind, name: &str) -> String {
    match first {
        LetterKind::Index => head.phrases.fill(Phrase::CodeInIndex, &[("名", name)]),
        LetterKind::Contents => head.phrases.get(Phrase::CodeInContents).to_owned(),
        _ => head.phrases.get(Phrase::CodeInDocument).to_owned(),
    }
}

/// 別便: what one mail brings of an inquiry's replies.
#[derive(Clone, Copy, Debug)]
pub struct MailOf {
    /// 件数の内訳
    pub counts: Counts,
    /// 何通目, from 1; none where nobody knows any more.
    pub place: Option<usize>,
}

/// メール: the slots of mail.txt, but for 照合番号 and attachment.
pub fn mail(head: &Letterhead, sheet: &Sheet<'_>, inquiries: &[&Inquiry], of: MailOf, short_name: &str) -> Values {
    let composer = Composer { head };
    let Some(first) = inquiries.first() else { return Values::new() };
    let mut values = composer.common(sheet, &first.requester);
    values.set(Slot::Sender, short_name).set(Slot::Citation, composer.citation(inquiries));
    values.set_some(Slot::Reference, references(head, inquiries));
    values.set(Slot::MailPart, "");
    if of.counts.elsewhere > 0 {
        let (here, rest) = (of.counts.replies + of.counts.asked, of.counts.elsewhere);
        let (all, here, rest) = ((here + rest).to_string(), here.to_string(), rest.to_string());
        values.set(Slot::OtherMails, head.phrases.fill(Phrase::OtherMails, &[("数", &here), ("残り", &rest)]));
        if let Some(place) = of.place.map(|place| place.to_string()) {
            let part = head.phrases.fill(Phrase::MailPart, &[("順", &place), ("計", &all), ("数", &here)]);
            values.set(Slot::MailPart, part);
        }
    }
    values.set(Slot::PasswordChannel, head.phrases.get(Phrase::PasswordByPhone));
    values
}
