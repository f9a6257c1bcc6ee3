//! 日報: what a day brought and what is left, by numbers alone, with the ledger's anchor to be copied by hand.

use super::Letterhead;
use super::blocks;
use super::composer::moment;
use super::package::channel;
use crate::base::date::{self, Date, DateTime, Time};
use crate::letter::{List, Phrase, Row, Slot, Values};
use crate::notice::{Channel, Outcome};

/// 日報の区分, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayPart {
    /// 期限超過
    Late,
    /// 処理中
    Open,
    /// 追加情報待ち
    Waiting,
    /// 送付の記録がない
    Unsent,
    /// パスワード未伝達
    Untold,
    /// 受領未確認
    Unreceived,
    /// 副本の登録・更新
    FollowUps,
    /// 受け付けた
    Received,
    /// 回答を作った
    Answered,
    /// 送付した
    Sent,
}

impl DayPart {
    /// Every part: what is left first, what was done after it.
    pub const ALL: [Self; 10] = [
        Self::Late,
        Self::Open,
        Self::Waiting,
        Self::Unsent,
        Self::Untold,
        Self::Unreceived,
        Self::FollowUps,
        Self::Received,
        Self::Answered,
        Self::Sent,
    ];

    /// Its name for machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Unsent => "unsent",
            Self::Untold => "untold",
            Self::Unreceived => "unreceived",
            Self::FollowUps => "follow_ups",
            Self::Received => "received",
            Self::Answered => "answered",
            Self::Sent => "sent",
        }
    }

    /// Whether it tells of what was done that day; else of what is left.
    const fn is_done(self) -> bool {
        matches!(self, Self::Received | Self::Answered | Self::Sent)
    }

    const fn heading(self) -> Phrase {
        match self {
            Self::Late => Phrase::DayLate,
            Self::Open => Phrase::DayOpen,
            Self::Waiting => Phrase::DayWaiting,
            Self::Unsent => Phrase::DayUnsent,
            Self::Untold => Phrase::DayUntold,
            Self::Unreceived => Phrase::DayUnreceived,
            Self::FollowUps => Phrase::DayFollowUps,
            Self::Received => Phrase::DayReceived,
            Self::Answered => Phrase::DayAnswered,
            Self::Sent => Phrase::DaySent,
        }
    }
}

/// 明細の一行: numbers, a body's name and a state; nobody's name, no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayLine {
    /// 発送番号
    pub number: String,
    /// 受付番号 and 照会番号.
    pub case: String,
    /// What became of it, and the code when it is held or refused.
    pub outcome: Option<(Outcome, String)>,
    /// 回答方法
    pub channel: Option<Channel>,
    /// 市町村等名
    pub municipality: String,
    /// When that was.
    pub at: Option<DateTime>,
    /// By when it is due.
    pub due: Option<DateTime>,
    /// When the other side was asked for more.
    pub asked: Option<DateTime>,
}

/// 日報.
pub struct DayReport<'a> {
    /// Which day.
    pub day: Date,
    /// When it was made.
    pub made_at: DateTime,
    /// By whom.
    pub made_by: &'a str,
    /// The parts with their lines.
    pub parts: &'a [(DayPart, Vec<DayLine>)],
    /// The newest row's number.
    pub row: i64,
    /// The beginning of its tag, in groups.
    pub tag: &'a str,
}

/// The values of a report.
pub fn day_report(head: &Letterhead, report: &DayReport<'_>) -> Values {
    let mut values = Values::new();
    values.set(Slot::ReportDay, date::wareki(report.day)).set(Slot::MadeAt, moment(report.made_at));
    values.set(Slot::MadeBy, report.made_by).set(Slot::Sender, head.sender.as_str());
    values.set(Slot::ContactSection, head.section.as_str());
    values.set(Slot::AnchorRow, report.row.to_string()).set(Slot::AnchorTag, report.tag);
    let heading = |part: DayPart, lines: &[DayLine]| head.phrases.fill(part.heading(), &[("数", &lines.len().to_string())]);
    let counts = |done: bool| {
        let parts = report.parts.iter().filter(|(part, _)| part.is_done() == done);
        parts.map(|(part, lines)| heading(*part, lines)).collect::<Vec<_>>().join("、")
    };
    values.set(Slot::DayDone, counts(true)).set(Slot::DayLeft, counts(false));
    for (part, lines) in report.parts {
        let mut rows = vec![Row::new().with(Slot::DayHeading, heading(*part, lines))];
        if lines.is_empty() {
            rows.push(Row::new().with(Slot::DayText, head.phrases.get(Phrase::DayNothing)));
        }
        rows.extend(lines.iter().map(|line| row(head, line, report.day)));
        blocks::in_blocks(rows, &head.phrases).into_iter().for_each(|row| {
            values.push(List::Day, row);
        });
    }
    values
}

fn row(head: &Letterhead, line: &DayLine, day: Date) -> Row {
    let dash = head.phrases.get(Phrase::Dash);
    let or_dash = |text: &str| if text.is_empty() { dash.to_owned() } else { text.to_owned() };
    let state = line.outcome.as_ref().and_then(|(outcome, code)| state(head, *outcome, code));
    let by = line.channel.map(|by| channel(head, by).to_owned());
    let said = [state, by, Some(line.municipality.clone())].into_iter().flatten().filter(|part| !part.is_empty());
    let when = match (line.at, line.due, line.asked) {
        (Some(at), ..) => short(at, day),
        (None, Some(due), _) => head.phrases.fill(Phrase::DayDue, &[("日時", &short(due, day))]),
        (None, None, Some(asked)) => head.phrases.fill(Phrase::DayAsked, &[("日時", &short(asked, day))]),
        (None, None, None) => dash.to_owned(),
    };
    Row::new()
        .with(Slot::DayNumber, or_dash(&line.number))
        .with(Slot::DayCase, or_dash(&line.case))
        .with(Slot::DayWhat, said.collect::<Vec<_>>().join("　"))
        .with(Slot::DayWhen, when)
}

/// What stands of a case; the words of a run that settle nothing say nothing here.
fn state(head: &Letterhead, outcome: Outcome, code: &str) -> Option<String> {
    let phrase = match outcome {
        Outcome::Answered => Phrase::ResultReply,
        Outcome::NotFound => Phrase::ResultNotFound,
        Outcome::AskMore => Phrase::ResultAskMore,
        Outcome::Held => Phrase::Held,
        Outcome::Refused => Phrase::Refused,
        Outcome::Delayed => Phrase::ResultDelay,
        Outcome::Already | Outcome::Accepted => return None,
    };
    Some(head.phrases.fill(phrase, &[("コード", code)]))
}

/// 11月20日 10:15; with its year when that is another, without an hour when nobody wrote one down.
fn short(at: DateTime, day: Date) -> String {
    match (at.date().year() == day.year(), at.time() == Time::midnight()) {
        (false, _) => moment(at),
        (true, true) => format!("{}月{}日", at.month(), at.day()),
        (true, false) => format!("{}月{}日 {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute()),
    }
}
