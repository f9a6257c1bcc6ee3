//! 日報 of one day: what the ledger's rows of that day say, and what is left now.

use super::{DAY_MS, lay, municipality};
use crate::base::date::{Date, DateTime, Time, from_epoch_ms, to_epoch_ms};
use crate::base::{Arg, Fault, code};
use crate::books::{self, Books, CaseRow, Document, Event, Number, ParcelRow, Reception, Reserved};
use crate::desk::bureau::{Bureau, Seams};
use crate::letter::LetterKind;
use crate::letter::compose::{self, DayLine, DayPart, DayReport};
use crate::notice::Outcome;
use std::path::{Path, PathBuf};

/// 日報, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayEnd {
    /// Where it is.
    pub path: PathBuf,
    /// Which day.
    pub day: Date,
    /// How many of each part.
    pub counts: Vec<(DayPart, usize)>,
    /// 錨: the newest row's number.
    pub row: i64,
    /// 錨: the beginning of its tag.
    pub tag: String,
}

/// Days after which a sealed parcel that nobody said to have opened is asked after.
pub const ASK_AFTER_DAYS: u16 = 7;

/// The moment before which a parcel must have been sent to be asked after.
pub fn asked_after(days: u16, now: i64) -> i64 {
    now - i64::from(days) * DAY_MS
}

/// 依頼した日時: when the request for more went out, or was made while nobody noted that it went.
pub fn asked_at(case: &CaseRow, books: &mut Books) -> Result<Option<i64>, Fault> {
    let Some(number) = &case.number else { return Ok(None) };
    let parcel = books.expect_parcel(number)?;
    Ok(Some(if parcel.sent_at != 0 { parcel.sent_at } else { parcel.packed_at }))
}

/// Writes the report of a day (default: today). A ledger that is broken has no anchor: its breaks are told instead.
pub fn day_report(
    day: Option<Date>,
    out: &Path,
    bureau: &Bureau,
    books: &mut Books,
    seams: &Seams,
) -> Result<DayEnd, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let today = seams.now().date();
    let day = day.unwrap_or(today);
    if day > today {
        return Err(one(Fault::new(code::LETTER_DATE).with("why", Arg::ours("まだ来ていない日付です"))));
    }
    let ledger = books.verify_chain(None).map_err(one)?;
    if !ledger.breaks.is_empty() {
        return Err(ledger.breaks.into_iter().map(books::Break::fault).collect());
    }
    let mut desk = Desk { bureau, books, now: seams.clock.now_ms() };
    let parts = DayPart::ALL.map(|part| (part, Vec::new()));
    let mut parts = Vec::from(parts);
    desk.left(&mut parts).and_then(|()| desk.done(day, &mut parts)).map_err(one)?;
    let tag = tag(&ledger.anchor.tag.to_string());
    let report = DayReport { day, made_at: seams.now(), made_by: &seams.who, parts: &parts, row: ledger.anchor.seq, tag: &tag };
    let values = compose::day_report(&bureau.head, &report);
    let path = lay(LetterKind::DayReport, &values, out, bureau, seams).map_err(one)?;
    let counts = parts.iter().map(|(part, lines)| (*part, lines.len())).collect();
    Ok(DayEnd { path, day, counts, row: ledger.anchor.seq, tag })
}

/// Sixteen digits in groups of four, as people copy them.
pub fn tag(whole: &str) -> String {
    let groups = [0, 4, 8, 12].map(|at| whole.get(at..at + 4).unwrap_or_default());
    groups.join(" ")
}

struct Desk<'a> {
    bureau: &'a Bureau,
    books: &'a mut Books,
    now: i64,
}

type Parts = Vec<(DayPart, Vec<DayLine>)>;

fn put(parts: &mut Parts, part: DayPart, line: DayLine) {
    if let Some((_, lines)) = parts.iter_mut().find(|(own, _)| *own == part) {
        lines.push(line);
    }
}

impl Desk<'_> {
    /// What is left now.
    fn left(&mut self, parts: &mut Parts) -> Result<(), Fault> {
        let due = self.books.due()?;
        for case in &due.open {
            let late = case.due_at() != 0 && case.due_at() < self.now;
            put(parts, if late { DayPart::Late } else { DayPart::Open }, self.case(case));
        }
        for case in &due.waiting {
            // We have done our part: what waits for the other side has no deadline of ours any more.
            let asked = asked_at(case, self.books)?;
            put(parts, DayPart::Waiting, DayLine { due: None, asked: asked.map(from_epoch_ms), ..self.case(case) });
        }
        for case in &due.follow_ups {
            // The deadline was that of the reply.
            put(parts, DayPart::FollowUps, DayLine { due: None, ..self.case(case) });
        }
        let unreceived = self.books.unreceived(asked_after(ASK_AFTER_DAYS, self.now))?;
        for (part, parcels) in
            [(DayPart::Unsent, &due.unsent), (DayPart::Untold, &due.untold), (DayPart::Unreceived, &unreceived)]
        {
            for parcel in parcels {
                let at = if parcel.sent_at != 0 { parcel.sent_at } else { parcel.packed_at };
                put(parts, part, DayLine { at: Some(from_epoch_ms(at)), ..self.parcel(parcel)? });
            }
        }
        Ok(())
    }

    /// What was written down that day.
    fn done(&mut self, day: Date, parts: &mut Parts) -> Result<(), Fault> {
        let start = to_epoch_ms(day.to_datetime(Time::midnight()));
        for row in self.books.rows_between(start, start + DAY_MS)? {
            let Some(event) = row.event() else { continue };
            let at = event.stated().and_then(|note| note.at).unwrap_or(row.at);
            let number = row.number.parse::<Number>().ok();
            match (event, number) {
                (Event::Received(received), _) => {
                    let line = DayLine {
                        case: named(&received.reception, received.id.as_deref().unwrap_or_default()),
                        municipality: municipality(self.bureau, &received.municipality, ""),
                        at: Some(from_epoch_ms(row.at)),
                        ..DayLine::default()
                    };
                    put(parts, DayPart::Received, line);
                }
                (Event::Packed(_), Some(number)) => self.answered(&number, from_epoch_ms(row.at), parts)?,
                (Event::Sent(_), Some(number)) => {
                    let parcel = self.books.expect_parcel(&number)?;
                    put(parts, DayPart::Sent, DayLine { at: Some(from_epoch_ms(at)), ..self.parcel(&parcel)? });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// One line a case that a parcel answers: what answers it again that day takes the place of the line, what does so later has none.
    fn answered(&mut self, number: &Number, at: DateTime, parts: &mut Parts) -> Result<(), Fault> {
        let parcel = self.books.expect_parcel(number)?;
        let Some(promise) = &parcel.promise else { return Ok(()) };
        let replaces = promise.corrects.is_some() || !promise.retires.is_empty();
        for document in &promise.documents {
            let (Some(reception), Some(settled)) = (&document.reception, document.outcome) else { continue };
            if settled == books::Outcome::AskMore {
                continue;
            }
            let case = self.name(reception)?;
            let line = DayLine { case, outcome: Some((outcome(settled), String::new())), at: Some(at), ..self.parcel(&parcel)? };
            let told = parts.iter_mut().filter(|(part, _)| *part == DayPart::Answered).flat_map(|(_, lines)| lines);
            match told.into_iter().find(|told| told.case == line.case) {
                Some(before) => *before = line,
                None if replaces || document.as_of.is_some() => {}
                None => put(parts, DayPart::Answered, line),
            }
        }
        Ok(())
    }

    fn case(&self, case: &CaseRow) -> DayLine {
        DayLine {
            number: case.number.as_ref().map(ToString::to_string).unwrap_or_default(),
            case: named(&case.reception, &case.id),
            outcome: case.outcome.map(|settled| (outcome(settled), case.code.clone())),
            municipality: municipality(self.bureau, &case.municipality, ""),
            due: (case.due_at() != 0).then(|| from_epoch_ms(case.due_at())),
            ..DayLine::default()
        }
    }

    /// A parcel with the cases in it: the first and the last.
    fn parcel(&mut self, parcel: &ParcelRow) -> Result<DayLine, Fault> {
        let Some(promise) = &parcel.promise else { return Ok(DayLine::default()) };
        let case = match &parcel.receptions()[..] {
            [] => String::new(),
            [only] => self.name(only)?,
            [first, .., last] => format!("{first}～{last}"),
        };
        Ok(DayLine {
            number: parcel.number.to_string(),
            case,
            outcome: notice(promise).map(|notice| (notice, String::new())),
            channel: Some(promise.channel.into()),
            municipality: municipality(self.bureau, &promise.municipality, &promise.section),
            ..DayLine::default()
        })
    }

    fn name(&mut self, reception: &Reception) -> Result<String, Fault> {
        let case = self.books.case(reception)?;
        Ok(named(reception, case.as_ref().map_or("", |case| case.id.as_str())))
    }
}

/// What a parcel is that answers nobody: 遅延の連絡 or 追加情報の依頼 alone.
fn notice(promise: &Reserved) -> Option<Outcome> {
    let of = |document: &Document| match document.outcome {
        Some(books::Outcome::AskMore) => Some(Outcome::AskMore),
        None if document.delayed_until.is_some() => Some(Outcome::Delayed),
        _ => None,
    };
    let mut all = promise.documents.iter().filter(|document| document.reception.is_some()).map(of);
    let first = all.next()??;
    all.all(|next| next == Some(first)).then_some(first)
}

/// 受付番号　照会番号
fn named(reception: &Reception, id: &str) -> String {
    if id.is_empty() { reception.to_string() } else { format!("{reception}　{id}") }
}

fn outcome(settled: books::Outcome) -> Outcome {
    match settled {
        books::Outcome::Answered => Outcome::Answered,
        books::Outcome::NotFound => Outcome::NotFound,
        books::Outcome::AskMore => Outcome::AskMore,
        books::Outcome::Held => Outcome::Held,
        books::Outcome::Refused => Outcome::Refused,
    }
}
