//! 作文: which words a letter needs, piece by piece.

use super::super::phrase::Phrase;
use super::super::ruby;
use super::super::slot::{List, Slot};
use super::super::values::{Row, Values};
use crate::base::date::{self, Date, DateTime};
use crate::base::{Personal, SafeText};
use crate::notice::{
    Answered, AsOf, AskedPeriod, Content, Counts, DelayReason, Heading, Inquiry, Payment, Reply, Requester, Sex, When, Why,
};

use super::addressee::{Who, who};
use super::{Letterhead, Sheet, Told, blocks};

pub(super) struct Composer<'a> {
    pub(super) head: &'a Letterhead,
}

impl Composer<'_> {
    pub(super) fn phrase(&self, phrase: Phrase) -> &str {
        self.head.phrases.get(phrase)
    }

    pub(super) fn common(&self, sheet: &Sheet<'_>, requester: &Requester) -> Values {
        let head = self.head;
        let mut values = Values::new();
        values.set(Slot::DocumentNumber, sheet.document_number);
        values.set(Slot::SentOn, date::wareki(sheet.sent_on));
        values.set(Slot::CaseNumber, sheet.reception);
        values.set(Slot::Addressee, self.addressee(requester));
        values.set(Slot::Sender, head.sender.as_str()).set(Slot::SenderTitle, head.title.as_str());
        if head.seal_omitted {
            values.set(Slot::SealOmitted, self.phrase(Phrase::SealOmitted));
        }
        values.set(Slot::ContactSection, head.section.as_str()).set(Slot::ContactPerson, head.person.as_str());
        values.set(Slot::ContactPhone, head.phone.as_str());
        values.set_some(Slot::ContactAddress, head.address.as_deref());
        if let Some(earlier) = sheet.earlier {
            let why = match earlier.why {
                Why::Asked => Phrase::EarlierAsked,
                Why::Corrected => Phrase::EarlierCorrected,
                Why::Reissued => Phrase::EarlierReissued,
                Why::Delayed => Phrase::EarlierDelayed,
            };
            let day = date::wareki(earlier.date);
            values.set(Slot::Earlier, head.phrases.fill(why, &[("日付", &day), ("番号", earlier.number)]));
        }
        if !sheet.before.is_empty() {
            values.set(Slot::Earlier, self.sent_before(sheet.before));
        }
        values
    }

    /// 送り直し, a sentence a reason.
    fn sent_before(&self, before: &[(Why, String)]) -> String {
        let of = |why: Why, phrase: Phrase| {
            let numbers: Vec<String> = before.iter().filter(|(own, _)| *own == why).map(|(_, number)| number.clone()).collect();
            (!numbers.is_empty()).then(|| self.head.phrases.fill(phrase, &[("番号", &self.listed(&numbers))]))
        };
        let sentences = [of(Why::Corrected, Phrase::SentCorrected), of(Why::Reissued, Phrase::SentAgain)];
        sentences.into_iter().flatten().collect()
    }

    /// 宛先: the office-holder when one was named, else section and officer; 様 once, 御中 never beside it.
    pub(super) fn addressee(&self, requester: &Requester) -> String {
        let place = format!("{} {}", requester.municipality.as_str(), requester.section.as_str());
        let honorific = if addressed(requester) == Who::Office { Phrase::ToOffice } else { Phrase::ToPerson };
        let to = |name: &SafeText| self.head.phrases.fill(honorific, &[("名", name.as_str())]);
        match &requester.addressee {
            Some(holder) => format!("{}\n（{place}）", to(holder)),
            None => format!("{place}\n{}", to(&requester.officer)),
        }
    }

    /// 封筒の表示: 親展 is for the eyes of a person who is named, so neither an office nor a mayor has it; then how it is posted.
    pub(super) fn envelope_marks(&self, requester: &Requester, posting: &str) -> String {
        let confidential = (addressed(requester) == Who::Person).then(|| self.phrase(Phrase::Confidential));
        confidential.into_iter().chain([posting]).collect::<Vec<_>>().join("　")
    }

    pub(super) fn inquiry(&self, values: &mut Values, sheet: &Sheet<'_>, inquiry: &Inquiry) {
        let subject = &inquiry.subject;
        let dash = self.phrase(Phrase::Dash).to_owned();
        let stated = |text: &Option<Personal<SafeText>>| text.as_ref().map_or(dash.clone(), |t| t.expose().as_str().to_owned());
        values.set(Slot::Citation, self.citation(&[inquiry]));
        values.set(Slot::ReceivedAt, moment(inquiry.received.at));
        values.set(Slot::Procedure, procedure(inquiry));
        values.set_some(Slot::Reference, inquiry.requester.reference.as_ref().map(SafeText::as_str));
        values.set(Slot::SubjectKana, subject.kana.expose().as_str());
        let name = stated(&subject.name);
        let name = if self.head.furigana { ruby::over(&name, subject.kana.expose().as_str()) } else { name };
        values.set(Slot::SubjectName, name);
        values.set(Slot::SubjectBirth, subject.birth.expose().shown());
        values.set(Slot::SubjectSex, self.sex(*subject.sex.expose()));
        values.set(Slot::SubjectAddress, stated(&subject.address));
        values.set_some(Slot::AskedPeriod, inquiry.asked_period.map(|p| self.period(p)));
        let records = inquiry.records_at.map_or_else(|| date::wareki(sheet.sent_on), moment);
        values.set(Slot::RecordsAt, records);
    }

    pub(super) fn sex(&self, sex: Sex) -> String {
        match sex {
            Sex::Male => self.phrase(Phrase::Male).to_owned(),
            Sex::Female => self.phrase(Phrase::Female).to_owned(),
            Sex::Unknown => sex.name().to_owned(),
        }
    }

    pub(super) fn procedures(&self, told: &[Told<'_>]) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in told.iter().map(|one| procedure(one.inquiry)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join("、")
    }

    pub(super) fn period(&self, period: AskedPeriod) -> String {
        let phrases = &self.head.phrases;
        let day = |d: Option<Date>| d.map(date::wareki).unwrap_or_default();
        match (period.single_day(), period.from, period.to) {
            (Some(on), ..) => phrases.fill(Phrase::OnDay, &[("日", &date::wareki(on))]),
            (None, Some(_), Some(_)) => phrases.fill(Phrase::FromTo, &[("自", &day(period.from)), ("至", &day(period.to))]),
            (None, Some(_), None) => phrases.fill(Phrase::From, &[("自", &day(period.from))]),
            (None, None, _) => phrases.fill(Phrase::To, &[("至", &day(period.to))]),
        }
    }

    /// The same in a narrow column: from and to on a line each.
    fn period_in_column(&self, period: AskedPeriod) -> String {
        match (period.single_day(), period.from, period.to) {
            (None, Some(from), Some(to)) => {
                let to = format!("\n{}", date::wareki(to));
                self.head.phrases.fill(Phrase::FromTo, &[("自", &date::wareki(from)), ("至", &to)])
            }
            _ => self.period(period),
        }
    }

    pub(super) fn as_of(&self, as_of: AsOf) -> String {
        let now = |text: &str| self.head.phrases.fill(Phrase::AsOf, &[("日時", text)]);
        match as_of {
            AsOf::Period(period) => self.period_in_column(period),
            // The day is enough for the column; the note below the table tells the hour.
            AsOf::Moment(at) => now(&date::wareki(at.date())),
            AsOf::Letter(day) => now(&date::wareki(day)),
        }
    }

    pub(super) fn records(&self, records: AsOf) -> String {
        match records {
            AsOf::Moment(at) => moment(at),
            AsOf::Letter(day) => date::wareki(day),
            AsOf::Period(period) => self.period(period),
        }
    }

    pub(super) fn content(&self, values: &mut Values, reply: &Reply) {
        match reply {
            Reply::Answered(answered) => {
                values.set(Slot::RecordsAt, self.records(answered.records()));
                blocks::in_blocks(self.answer_rows(answered), &self.head.phrases).into_iter().for_each(|row| {
                    values.push(List::Answers, row);
                });
            }
            // A reissue keeps the day of the first letter.
            Reply::NotFound(not_found) => {
                values.set(Slot::RecordsAt, self.records(not_found.records()));
            }
            Reply::Delayed(delay) => {
                values.set(Slot::Until, self.until(delay.until)).set(Slot::DelayReason, self.reason(delay.reason));
            }
            Reply::AskMore => {}
        }
    }

    /// 回答予定. A day that was given without an hour ends when the office closes; nobody promised that hour.
    fn until(&self, until: DateTime) -> String {
        if until.time() == self.head.closes { date::wareki(until.date()) } else { moment(until) }
    }

    pub(super) fn reason(&self, reason: DelayReason) -> &str {
        self.phrase(match reason {
            DelayReason::Records => Phrase::DelayRecords,
            DelayReason::Elsewhere => Phrase::DelayElsewhere,
            DelayReason::Volume => Phrase::DelayVolume,
            DelayReason::Hours => Phrase::DelayHours,
            DelayReason::System => Phrase::DelaySystem,
        })
    }

    pub(super) fn answer_rows(&self, answered: &Answered) -> Vec<Row> {
        let phrases = &self.head.phrases;
        let dash = self.phrase(Phrase::Dash);
        let mut rows = Vec::new();
        if answered.not_covered() {
            rows.push(Row::new().with(Slot::AnswerText, self.phrase(Phrase::NotCovered)));
        }
        let as_of = self.as_of(answered.as_of());
        for section in answered.sections() {
            match section.heading {
                Heading::None => {}
                Heading::Period(n) => {
                    rows.push(Row::new().with(Slot::AnswerPeriod, phrases.fill(Phrase::Period, &[("番号", &n.to_string())])));
                }
                Heading::Common => rows.push(Row::new().with(Slot::AnswerPeriod, self.phrase(Phrase::Common))),
            }
            for line in &section.lines {
                let basis = if line.content == Content::NotHandled { dash } else { as_of.as_str() };
                rows.push(answer(&line.item, &self.value(&line.content), basis));
            }
        }
        rows.extend(answered.outside().iter().map(|item| answer(item.as_str(), self.phrase(Phrase::Outside), dash)));
        rows
    }

    pub(super) fn value(&self, content: &Content) -> String {
        match content {
            Content::Nothing => self.phrase(Phrase::None).to_owned(),
            Content::EnrolledNow => self.phrase(Phrase::StillMember).to_owned(),
            Content::Text(text) => text.expose().as_str().to_owned(),
            Content::Label(label) => label.expose().clone(),
            Content::Date(day) => date::both(*day.expose()),
            Content::Yen(yen) => yen_text(*yen.expose()),
            Content::Paid(payment, when) => self.payment(payment, when),
            Content::NothingPaid(_) => self.phrase(Phrase::NothingPaid).to_owned(),
            Content::NotHandled => self.phrase(Phrase::NotHandled).to_owned(),
        }
    }

    pub(super) fn payment(&self, payment: &Payment, when_name: &str) -> String {
        let phrases = &self.head.phrases;
        let when = match payment.when.expose() {
            When::Month(month) => date::month_both(*month),
            When::Date(day) => date::both(*day),
            When::Period(from, to) => phrases.fill(Phrase::FromTo, &[("自", &date::wareki(*from)), ("至", &date::wareki(*to))]),
        };
        let kind = if payment.statutory { Phrase::Statutory } else { Phrase::Additional };
        let amount = format!("{}{}", yen_text(*payment.amount.expose()), self.phrase(kind));
        let decided = phrases.fill(Phrase::Decided, &[("決定日", &date::wareki(*payment.decided.expose()))]);
        format!("{when_name}　{when}\n{}", phrases.fill(Phrase::Payment, &[("金額", &amount), ("決定", &decided)]))
    }

    pub(super) fn notes(&self, reply: &Reply) -> Vec<String> {
        let phrases = &self.head.phrases;
        let records = |at| phrases.fill(Phrase::NoteRecords, &[("日時", &self.records(at))]);
        let mut notes = match reply {
            Reply::AskMore | Reply::Delayed(_) => return Vec::new(),
            Reply::NotFound(not_found) => vec![records(not_found.records())],
            Reply::Answered(answered) => self.answer_notes(answered, records(answered.records())),
        };
        notes.push(self.phrase(Phrase::NoteMyNumber).to_owned());
        notes
    }

    pub(super) fn answer_notes(&self, answered: &Answered, records: String) -> Vec<String> {
        let mut notes = vec![records];
        let lines = || answered.sections().iter().flat_map(|section| &section.lines);
        // The day of loss is read wrongly more often than anything else in these letters.
        if lines().any(|line| line.item.contains("喪失年月日") && matches!(line.content, Content::Date(_))) {
            notes.push(self.phrase(Phrase::NoteLost).to_owned());
        }
        if lines().any(|line| line.content == Content::EnrolledNow) {
            notes.push(self.phrase(Phrase::NoteStillMember).to_owned());
        }
        notes
    }

    pub(super) fn push_notes(&self, values: &mut Values, notes: &[String]) {
        for (index, note) in notes.iter().enumerate() {
            let number = self.head.phrases.fill(Phrase::NoteNumber, &[("番号", &full_width(index + 1))]);
            values.push(List::Notes, Row::new().with(Slot::NoteNumber, number).with(Slot::NoteText, note.as_str()));
        }
    }

    pub(super) fn reconciliation(&self, counts: Counts) -> String {
        let phrases = &self.head.phrases;
        let part = |phrase, n: usize| (n > 0).then(|| phrases.fill(phrase, &[("数", &n.to_string())]));
        let parts: Vec<String> = [
            part(Phrase::CountReplies, counts.replies),
            part(Phrase::CountAsked, counts.asked),
            part(Phrase::CountElsewhere, counts.elsewhere),
            part(Phrase::CountHeld, counts.held),
        ]
        .into_iter()
        .flatten()
        .collect();
        phrases.fill(Phrase::Count, &[("計", &counts.all().to_string()), ("内訳", &parts.join("、"))])
    }

    /// One person of a call: the heading, what is read out, and a row of the record form without values.
    pub(super) fn person(&self, values: &mut Values, order: usize, told: &Told<'_>) {
        let (phrases, subject) = (&self.head.phrases, &told.inquiry.subject);
        let reference = told.inquiry.requester.reference.as_ref().map(SafeText::as_str);
        let heading = phrases.fill(
            if reference.is_some() { Phrase::PersonWithReference } else { Phrase::Person },
            &[
                ("番号", &order.to_string()),
                ("フリガナ", subject.kana.expose().as_str()),
                ("生年月日", &subject.birth.expose().shown()),
                ("性別", &self.sex(*subject.sex.expose())),
                ("整理番号", reference.unwrap_or_default()),
                ("受付番号", told.reception),
            ],
        );
        let heading = Row::new().with(Slot::AnswerPerson, heading);
        let (result, rows, items) = match told.reply {
            Reply::Answered(answered) => {
                let rows = self.answer_rows(answered);
                let items = self.told_items(&rows);
                (Phrase::ResultReply, rows, items)
            }
            Reply::NotFound(not_found) => {
                let text = phrases.fill(Phrase::CallNotFound, &[("日時", &self.records(not_found.records()))]);
                (Phrase::ResultNotFound, vec![Row::new().with(Slot::AnswerText, text)], self.box_of(Phrase::ResultNotFound))
            }
            Reply::AskMore => {
                let text = self.phrase(Phrase::CallAskMore).to_owned();
                (Phrase::ResultAskMore, vec![Row::new().with(Slot::AnswerText, text)], self.box_of(Phrase::ResultAskMore))
            }
            Reply::Delayed(delay) => {
                let until = self.until(delay.until);
                let text = phrases.fill(Phrase::CallDelay, &[("時期", &until), ("理由", self.reason(delay.reason))]);
                (Phrase::ResultDelay, vec![Row::new().with(Slot::AnswerText, text)], self.box_of(Phrase::ResultDelay))
            }
        };
        let rows = std::iter::once(heading).chain(rows).collect();
        blocks::in_blocks(rows, phrases).into_iter().for_each(|row| {
            values.push(List::Answers, row);
        });
        let dash = self.phrase(Phrase::Dash);
        let is_answer = matches!(told.reply, Reply::Answered(_) | Reply::NotFound(_));
        let follow_up = if is_answer { self.phrase(Phrase::RecordFollowUp) } else { dash };
        let record = Row::new()
            .with(Slot::RecordOrder, order.to_string())
            .with(Slot::RecordCase, told.reception)
            .with(Slot::RecordReference, reference.unwrap_or(dash))
            .with(Slot::RecordResult, self.phrase(result))
            .with(Slot::RecordItems, items)
            .with(Slot::RecordFollowUp, follow_up);
        values.push(List::Records, record);
    }

    pub(super) fn box_of(&self, phrase: Phrase) -> String {
        self.head.phrases.fill(Phrase::RecordItem, &[("項目", self.phrase(phrase))])
    }

    /// The names of the items told, each once, each with a box; no value.
    pub(super) fn told_items(&self, rows: &[Row]) -> String {
        let mut names: Vec<&str> = Vec::new();
        for name in rows.iter().filter_map(|row| row.get(Slot::AnswerItem).or_else(|| row.get(Slot::AnswerText))) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let boxes: Vec<String> = names.iter().map(|name| self.head.phrases.fill(Phrase::RecordItem, &[("項目", name)])).collect();
        boxes.join("\n")
    }
}

/// Whom a letter to this requester addresses.
fn addressed(requester: &Requester) -> Who {
    match &requester.addressee {
        Some(holder) => who(requester.municipality.as_str(), holder.as_str()),
        None => who(requester.section.as_str(), requester.officer.as_str()),
    }
}

pub(super) fn procedure(inquiry: &Inquiry) -> String {
    let procedure = &inquiry.procedure;
    match &procedure.number {
        Some(number) => format!("{}（管理番号　{}）", procedure.name.as_str(), number.as_str()),
        None => procedure.name.as_str().to_owned(),
    }
}

pub(super) fn answer(item: &str, value: &str, as_of: &str) -> Row {
    Row::new().with(Slot::AnswerItem, item).with(Slot::AnswerValue, value).with(Slot::AnswerAsOf, as_of)
}

/// 令和8年11月20日10時15分; midnight is a day.
pub(super) fn moment(at: DateTime) -> String {
    let day = date::wareki(at.date());
    match (at.hour(), at.minute()) {
        (0, 0) => day,
        (hour, 0) => format!("{day}{hour}時"),
        (hour, minute) => format!("{day}{hour}時{minute:02}分"),
    }
}

/// 12,345円.
pub(super) fn yen_text(yen: u64) -> String {
    let digits = yen.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push('円');
    out
}

pub(super) fn full_width(n: usize) -> String {
    n.to_string().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_moments() {
        assert_eq!([0, 999, 1_000, 12_345, 1_234_567].map(yen_text).join(" "), "0円 999円 1,000円 12,345円 1,234,567円");
        let at = |text: &str| moment(date::parse_moment(text).expect("moment"));
        assert_eq!(at("2026-11-20"), "令和8年11月20日");
        assert_eq!(at("2026-11-20T10:05"), "令和8年11月20日10時05分");
        assert_eq!(full_width(12), "１２");
    }
}
