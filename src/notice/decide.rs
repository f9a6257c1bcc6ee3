//! 回答の決定: from the finding to what is said (N5, N7-N9, as-of rules).

use super::answer::Answer;
use super::catalogue::{Catalogue, ItemType};
use super::find::{Finding, Found, Matched};
use super::inquiry::{Asked, Inquiry};
use super::insurer::Insurer;
use super::member::{Candidate, Stated};
use super::reply::{Answered, AsOf, Content, Heading, Line, NotFound, Reply, Section};
use super::vet::Vetted;
use crate::base::date::Date;
use crate::base::{Fault, Field, code};
use std::collections::BTreeMap;

/// 決定.
#[derive(Clone, Debug)]
pub enum Decision {
    /// A reply is made.
    Reply(Reply),
    /// 保留: a person must look.
    Hold(Fault),
    /// 受付不可: the record must be mended.
    Refuse(Fault),
}

/// What the decision needs beyond the case.
pub struct Basis<'a> {
    /// 項目カタログ
    pub catalogue: &'a Catalogue,
    /// 保険者
    pub insurer: &'a Insurer,
    /// 発信日
    pub letter_date: Date,
}

/// Decides what is said about a finding.
pub fn decide(vetted: &Vetted, stated: &Stated, found: &Found, basis: &Basis<'_>) -> Decision {
    let inquiry = vetted.inquiry();
    match &found.finding {
        Finding::Doubtful(doubt) => Decision::Hold(doubt.fault.clone()),
        Finding::NoMatch(_) => Decision::Reply(Reply::NotFound(NotFound { records: records_as_of(inquiry, basis.letter_date) })),
        Finding::Several => Decision::Reply(Reply::AskMore),
        Finding::Matched(matched) => match answered(inquiry, stated, matched, basis) {
            Ok(answered) => Decision::Reply(Reply::Answered(answered)),
            Err(Stop::Hold(fault)) => Decision::Hold(fault),
            Err(Stop::Refuse(fault)) => Decision::Refuse(fault),
        },
    }
}

enum Stop {
    Hold(Fault),
    Refuse(Fault),
}

/// 基準日: the asked period, else when the records were looked at, else the letter's date.
fn as_of(inquiry: &Inquiry, letter_date: Date) -> AsOf {
    inquiry.asked_period.map_or_else(|| records_as_of(inquiry, letter_date), AsOf::Period)
}

fn records_as_of(inquiry: &Inquiry, letter_date: Date) -> AsOf {
    inquiry.records_at.map_or(AsOf::Letter(letter_date), AsOf::Moment)
}

/// One enrolment with the rows that tell of it.
struct Period {
    acquired: Date,
    lost: Option<Date>,
    /// Its first row, from 1, for messages.
    row: usize,
    answers: BTreeMap<Asked, Answer>,
    my_number_held: bool,
}

fn answered(inquiry: &Inquiry, stated: &Stated, matched: &Matched, basis: &Basis<'_>) -> Result<Answered, Stop> {
    let periods = periods(stated, matched)?;
    let my_number_held = periods.iter().any(|p| p.my_number_held);
    if let Some(open) = periods.split_last().and_then(|(_, older)| older.iter().find(|p| p.lost.is_none())) {
        let place = Field::new("候補_喪失", "candidates.lost").nth(open.row);
        return Err(Stop::Hold(Fault::new(code::OLDER_OPEN).at(place)));
    }
    let last = periods.len();
    let covered: Vec<(usize, &Period)> = periods
        .iter()
        .enumerate()
        .filter(|(_, p)| inquiry.asked_period.is_none_or(|asked| asked.covers(p.acquired, p.lost)))
        .collect();
    let sections = covered.iter().map(|(i, p)| (i + 1 == last, *p)).collect::<Vec<_>>();
    check_enrolled_on(inquiry, &periods, &sections, basis)?;
    Ok(Answered {
        not_covered: covered.is_empty(),
        sections: if covered.is_empty() { Vec::new() } else { Printer { inquiry, basis, periods: &sections }.sections()? },
        as_of: as_of(inquiry, basis.letter_date),
        records: records_as_of(inquiry, basis.letter_date),
        outside: inquiry.outside_items.clone(),
        my_number_held,
    })
}

/// Rows of one enrolment (same 取得) are one period: a further row only adds payments.
fn periods(stated: &Stated, matched: &Matched) -> Result<Vec<Period>, Stop> {
    let mut periods: Vec<Period> = Vec::new();
    for index in matched.rows() {
        let row = &stated.candidates[*index];
        let (acquired, lost) = (*row.acquired.expose(), row.lost_on());
        match periods.iter_mut().find(|p| p.acquired == acquired) {
            Some(period) => {
                if period.lost != lost {
                    return Err(contradicts(Field::new("候補_喪失", "candidates.lost").nth(index + 1)));
                }
                merge(period, row, index + 1)?;
            }
            None => periods.push(Period {
                acquired,
                lost,
                row: index + 1,
                answers: row.answers.clone(),
                my_number_held: row.my_number_held,
            }),
        }
    }
    Ok(periods)
}

fn merge(period: &mut Period, row: &Candidate, number: usize) -> Result<(), Stop> {
    for (asked, answer) in &row.answers {
        match (period.answers.get_mut(asked), answer) {
            (None, answer) => {
                period.answers.insert(*asked, answer.clone());
            }
            (Some(Answer::Benefit(held)), Answer::Benefit(more)) => {
                let fresh: Vec<_> = more.iter().filter(|payment| !held.contains(payment)).cloned().collect();
                held.extend(fresh);
            }
            (Some(held), answer) if held == answer => {}
            _ => return Err(contradicts(Field::new("回答", "candidates.answers").nth(number))),
        }
    }
    period.my_number_held |= row.my_number_held;
    Ok(())
}

fn contradicts(field: Field) -> Stop {
    Stop::Refuse(Fault::new(code::ANSWER_CONTRADICTS).at(field))
}

/// 基準日における加入の有無 must say what the periods say, when the 基準日 is one day.
fn check_enrolled_on(inquiry: &Inquiry, all: &[Period], covered: &[(bool, &Period)], basis: &Basis<'_>) -> Result<(), Stop> {
    let day = match as_of(inquiry, basis.letter_date) {
        AsOf::Period(asked) => asked.single_day(),
        AsOf::Moment(moment) => Some(moment.date()),
        AsOf::Letter(day) => Some(day),
    };
    let item = basis.catalogue.by_id("q.enrolled_on").filter(|item| inquiry.items.contains(item));
    let (Some(day), Some(asked)) = (day, item) else { return Ok(()) };
    let enrolled = all.iter().any(|p| p.acquired <= day && p.lost.is_none_or(|lost| lost > day));
    let item = basis.catalogue.item(asked);
    let expected = item.codes.get(if enrolled { "1" } else { "2" });
    for (_, period) in covered {
        if let (Some(Answer::Label(label)), Some(expected)) = (period.answers.get(&asked), expected)
            && label.expose() != expected
        {
            return Err(contradicts(Field::answer(&item.name).nth(period.row)));
        }
    }
    Ok(())
}

struct Printer<'a> {
    inquiry: &'a Inquiry,
    basis: &'a Basis<'a>,
    /// Covered periods, oldest first; whether each is the member's latest.
    periods: &'a [(bool, &'a Period)],
}

impl Printer<'_> {
    /// One period: its lines. Several: each period's own, then what is equal in all, once.
    fn sections(&self) -> Result<Vec<Section>, Stop> {
        let mut own: Vec<Vec<Line>> = self.periods.iter().map(|_| Vec::new()).collect();
        let mut common = Vec::new();
        for asked in &self.inquiry.items {
            let item = self.basis.catalogue.item(*asked);
            if !item.insurers.contains(&self.basis.insurer.kind) {
                common.push(Line { item: item.name.clone(), content: Content::NotHandled });
                continue;
            }
            let contents = self.contents(*asked)?;
            if let ItemType::Benefit(_) = item.kind {
                common.extend(self.payments(*asked, contents));
            } else if contents.windows(2).all(|pair| pair[0] == pair[1]) {
                let content = contents.into_iter().flatten().next().unwrap_or(Content::Nothing);
                common.push(Line { item: item.name.clone(), content });
            } else {
                for (lines, content) in own.iter_mut().zip(contents) {
                    lines.extend(content.into_iter().map(|content| Line { item: item.name.clone(), content }));
                }
            }
        }
        Ok(self.arrange(own, common))
    }

    fn arrange(&self, own: Vec<Vec<Line>>, common: Vec<Line>) -> Vec<Section> {
        if own.iter().all(Vec::is_empty) {
            return vec![Section { heading: Heading::None, lines: common }];
        }
        let periods = own.into_iter().enumerate().map(|(index, lines)| Section { heading: Heading::Period(index + 1), lines });
        let common = (!common.is_empty()).then_some(Section { heading: Heading::Common, lines: common });
        periods.chain(common).collect()
    }

    /// The contents of one item, period by period.
    fn contents(&self, asked: Asked) -> Result<Vec<Vec<Content>>, Stop> {
        let item = self.basis.catalogue.item(asked);
        self.periods
            .iter()
            .map(|(latest, period)| {
                let answer = period.answers.get(&asked).ok_or_else(|| {
                    Stop::Refuse(Fault::new(code::ANSWER_MISSING).at(Field::answer(&item.name).nth(period.row)))
                })?;
                Ok(self.content(&item.id, &item.when_name, answer, *latest))
            })
            .collect()
    }

    fn content(&self, id: &str, when_name: &str, answer: &Answer, latest: bool) -> Vec<Content> {
        match answer {
            Answer::None if id == "q.lost" && latest => vec![Content::EnrolledNow],
            Answer::None => vec![Content::Nothing],
            Answer::Text(text) => vec![Content::Text(text.clone())],
            Answer::Label(label) => vec![Content::Label(label.clone())],
            Answer::Date(date) => vec![Content::Date(date.clone())],
            Answer::Yen(yen) => vec![Content::Yen(yen.clone())],
            Answer::Benefit(payments) => {
                payments.iter().map(|payment| Content::Paid(payment.clone(), when_name.to_owned())).collect()
            }
        }
    }

    /// Payments of all periods together, each once; none at all is 支給なし.
    fn payments(&self, asked: Asked, contents: Vec<Vec<Content>>) -> Vec<Line> {
        let item = &self.basis.catalogue.item(asked).name;
        let mut paid: Vec<Content> = Vec::new();
        for content in contents.into_iter().flatten() {
            if !paid.contains(&content) {
                paid.push(content);
            }
        }
        if paid.is_empty() {
            paid.push(Content::NothingPaid(self.inquiry.asked_period));
        }
        paid.into_iter().map(|content| Line { item: item.clone(), content }).collect()
    }
}
