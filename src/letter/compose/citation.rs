//! 照会の引用: which inquiries a letter answers, said so that people hear its end. Each document and each day once, the numbers in a row;
//! beyond three the first of them and how many more, or the first day and the last.

use super::super::phrase::Phrase;
use super::composer::Composer;
use crate::base::date::{self, Date};
use crate::notice::{Inquiry, Via};

/// More than these are not said one by one: each enclosed letter cites its own.
const MOST: usize = 3;

/// 引用するもの, by how they came.
#[derive(Default)]
struct Cited<'a> {
    /// 文書番号のある照会: each document once, by its day; those without a day first.
    numbered: Vec<(Option<Date>, &'a str)>,
    /// 文書番号のない照会: the day of each inquiry.
    receipts: Vec<Date>,
    /// 電話: the day of each inquiry.
    calls: Vec<Date>,
}

impl<'a> Cited<'a> {
    fn of(inquiries: &[&'a Inquiry]) -> Self {
        let mut cited = Self::default();
        for received in inquiries.iter().map(|inquiry| &inquiry.received) {
            match (received.via, &received.document_no) {
                (Via::Phone, _) => cited.calls.push(received.at.date()),
                (Via::Document, None) => cited.receipts.push(received.at.date()),
                (Via::Document, Some(number)) => {
                    let document = (received.document_date, number.as_str());
                    if !cited.numbered.contains(&document) {
                        cited.numbered.push(document);
                    }
                }
            }
        }
        cited.numbered.sort_by_key(|(dated, _)| *dated);
        cited.receipts.sort_unstable();
        cited.calls.sort_unstable();
        cited
    }

    /// How many would be said one by one.
    fn count(&self) -> usize {
        self.numbered.len() + distinct(&self.receipts).len() + distinct(&self.calls).len()
    }
}

impl Composer<'_> {
    /// 「…で照会のあった」.
    pub(super) fn citation(&self, inquiries: &[&Inquiry]) -> String {
        let cited = Cited::of(inquiries);
        let brief = cited.count() > MOST;
        let kinds = [
            self.numbered(&cited.numbered, brief),
            self.days(&cited.receipts, brief, Phrase::CitedByReceipt, Phrase::CitedReceipts),
            self.days(&cited.calls, brief, Phrase::CitedByPhone, Phrase::CitedCalls),
        ];
        let kinds: Vec<String> = kinds.into_iter().flatten().collect();
        self.row(&kinds, Phrase::CitedNext, Phrase::CitedToo)
    }

    /// A、B及びC.
    pub(super) fn listed(&self, all: &[String]) -> String {
        self.row(all, Phrase::ListNext, Phrase::ListLast)
    }

    fn row(&self, all: &[String], next: Phrase, last: Phrase) -> String {
        match all {
            [before @ .., end] if !before.is_empty() => format!("{}{}{end}", before.join(self.phrase(next)), self.phrase(last)),
            _ => all.concat(),
        }
    }

    fn numbered(&self, documents: &[(Option<Date>, &str)], brief: bool) -> Option<String> {
        let phrases = &self.head.phrases;
        let (first, more) = documents.split_first()?;
        if brief && !more.is_empty() {
            let more = more.len().to_string();
            return Some(phrases.fill(Phrase::CitedDocuments, &[("文書", &self.named(*first)), ("数", &more)]));
        }
        if more.iter().any(|(dated, _)| *dated != first.0) {
            let mut named = vec![self.named(*first)];
            for pair in documents.windows(2) {
                let [before, document] = pair else { continue };
                named.push(if before.0 == document.0 { follows(before.1, document.1).to_owned() } else { self.named(*document) });
            }
            return Some(phrases.fill(Phrase::CitedByNumberAlone, &[("番号", &self.listed(&named))]));
        }
        let pairs = documents.windows(2).filter_map(|pair| Some(follows(pair.first()?.1, pair.get(1)?.1)));
        let numbers: Vec<String> = std::iter::once(first.1).chain(pairs).map(str::to_owned).collect();
        let numbers = self.listed(&numbers);
        Some(match first.0 {
            Some(dated) => phrases.fill(Phrase::CitedByNumber, &[("日付", &date::wareki(dated)), ("番号", &numbers)]),
            None => phrases.fill(Phrase::CitedByNumberAlone, &[("番号", &numbers)]),
        })
    }

    /// 令和8年11月18日付け札保第1号.
    fn named(&self, (dated, number): (Option<Date>, &str)) -> String {
        match dated {
            Some(dated) => self.head.phrases.fill(Phrase::CitedDocument, &[("日付", &date::wareki(dated)), ("番号", number)]),
            None => number.to_owned(),
        }
    }

    fn days(&self, inquiries: &[Date], brief: bool, one: Phrase, more: Phrase) -> Option<String> {
        let phrases = &self.head.phrases;
        let days = distinct(inquiries);
        let (first, last) = (*days.first()?, *days.last()?);
        if brief && days.len() > 1 {
            let count = inquiries.len().to_string();
            let span = [("自", &*date::wareki(first)), ("至", &*after(first, last)), ("数", &*count)];
            return Some(phrases.fill(more, &span));
        }
        let rest = days.windows(2).filter_map(|pair| Some(after(*pair.first()?, *pair.get(1)?)));
        let days: Vec<String> = std::iter::once(date::wareki(first)).chain(rest).collect();
        Some(phrases.fill(one, &[("受付日", &self.listed(&days))]))
    }
}

/// Each day once, of days in their order.
fn distinct(days: &[Date]) -> Vec<Date> {
    let mut days = days.to_vec();
    days.dedup();
    days
}

/// A day without the year, or year and month, that was said just before: 16日 after 令和8年11月2日.
fn after(before: Date, day: Date) -> String {
    let (before, day) = (date::wareki(before), date::wareki(day));
    let same = |unit| {
        let ((said, _), (year, rest)) = (before.split_once(unit)?, day.split_once(unit)?);
        (said == year).then(|| rest.to_owned())
    };
    same('月').or_else(|| same('年')).unwrap_or(day)
}

/// A number without the letters that were said just before: 第2号 after 札保第1号. Only where that is all they have in common.
fn follows<'a>(before: &str, number: &'a str) -> &'a str {
    let cut = |number: &'a str| number.find('第').filter(|at| *at > 0 && number.matches('第').count() == 1);
    let Some(at) = cut(number) else { return number };
    match before.split_once('第') {
        Some((letters, rest)) if letters == &number[..at] && !rest.contains('第') => &number[at..],
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_not_said_again() {
        let day = |text: &str| date::parse(text).expect("a day");
        let said = |before, to| after(day(before), day(to));
        assert_eq!(said("2026-11-02", "2026-11-16"), "16日");
        assert_eq!(said("2026-11-02", "2026-12-16"), "12月16日");
        assert_eq!(said("2025-11-02", "2026-11-16"), "令和8年11月16日");
        assert_eq!(said("2019-04-30", "2019-05-01"), "令和元年5月1日");
        assert_eq!(follows("札保第1号", "札保第2号"), "第2号");
        for number in ["札福第2号", "第2号", "札保2", "札保第2号第1", "2号"] {
            assert_eq!(follows("札保第1号", number), number);
        }
        assert_eq!(follows("札保第1号第1", "札保第2号"), "札保第2号");
        assert_eq!(follows("第1号", "第2号"), "第2号");
    }
}
