//! 記録: what people did with parcels and cases, into the ledger, with who and when. What can't have happened is refused;
//! what was noted before is not noted twice.

use super::closing;
use crate::base::date::{self, BadDate, from_epoch_ms, to_epoch_ms};
use crate::base::my_number::{Finding, Grammar, scan};
use crate::base::text::Lines;
use crate::base::{Arg, Fault, SafeText, code};
use crate::books::{Books, CaseRow, ClosedReason, Event, FollowUp, Note, ParcelRow, State, Subject, Told, parcel_number};

/// したこと with a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The password was told; whether the 照合番号 was read back rightly.
    Told {
        /// Read back rightly: it was received.
        confirmed: bool,
    },
    /// It left the building.
    Sent,
    /// 受領確認: the other side opened it and read the 照合番号 back.
    Received,
}

/// したこと with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseAct {
    /// 副本の登録・更新 is done.
    Updated,
    /// Nothing more will be done; an id of [`closing()`].
    Closed(String),
}

/// 記録した一件.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// 発送番号 or 受付番号.
    pub name: String,
    /// What the clerk called it.
    pub asked: String,
    /// Whether a row was written; not when the ledger said so already.
    pub written: bool,
    /// What the clerk should know.
    pub warnings: Vec<Fault>,
}

/// Who may stand in a row, in characters.
const LONGEST_NAME: usize = 64;

/// 誰がいつ, as it was stated: a name that a ledger may hold, a time that has come.
pub fn stated(by: Option<&str>, at: Option<&str>, now: i64) -> Result<Note, Fault> {
    Ok(Note { by: by.map(person).transpose()?, at: at.map(|at| moment(at, now)).transpose()? })
}

/// A name that a ledger may hold, or FK-6068.
pub fn person(by: &str) -> Result<String, Fault> {
    let name = SafeText::new(by.trim(), Lines::One).ok().filter(|name| !name.is_blank());
    let fits =
        name.filter(|name| name.as_str().chars().count() <= LONGEST_NAME && scan(name.as_str(), Grammar::Free) == Finding::Clean);
    fits.map(|name| name.as_str().to_owned()).ok_or_else(|| Fault::new(code::NOTED_BY))
}

fn moment(at: &str, now: i64) -> Result<i64, Fault> {
    let refused = |why| Fault::new(code::NOTED_AT).with("why", Arg::ours(why));
    let at = date::parse_moment(at).map_err(|bad| match bad {
        BadDate::Form | BadDate::MonthForm => refused("日付と時刻として読めません"),
        _ => refused("その日時はありません"),
    })?;
    let at = to_epoch_ms(at);
    if at > now { Err(refused("まだ来ていない日時です")) } else { Ok(at) }
}

/// Notes what was done with parcels: all of them, or, when one can't be, none.
pub fn parcels(numbers: &[String], act: Act, note: &Note, books: &mut Books) -> Result<Vec<Noted>, Vec<Fault>> {
    let (timed, odd) = timed(note, books).map_err(|fault| vec![fault])?;
    let checked = numbers.iter().map(|text| {
        let number = parcel_number(text)?;
        let row = books.genuine_parcel(&number)?;
        let (write, warnings) = check(&row, act, note, books)?;
        let event = write.then(|| match act {
            Act::Told { confirmed } => Event::Told(Told { confirmed, note: timed.clone() }),
            Act::Sent => Event::Sent(timed.clone()),
            Act::Received => Event::Confirmed(timed.clone()),
        });
        Ok((
            Subject::from(&number),
            event,
            Noted { name: number.to_string(), asked: number.to_string(), written: write, warnings },
        ))
    });
    let checked = checked.collect();
    write(checked, odd, books)
}

/// Notes what was done with cases, by 受付番号 or 照会番号: all of them, or, when one can't be, none.
pub fn cases(names: &[String], act: &CaseAct, note: &Note, books: &mut Books) -> Result<Vec<Noted>, Vec<Fault>> {
    let (timed, odd) = timed(note, books).map_err(|fault| vec![fault])?;
    let checked = names.iter().map(|text| {
        let case = books.find_case(text)?;
        let (write, warnings) = check_case(&case, act, note, books)?;
        let event = write.then(|| match act {
            CaseAct::Updated => Event::Updated(timed.clone()),
            CaseAct::Closed(reason) => Event::Closed(ClosedReason { reason: reason.clone(), note: timed.clone() }),
        });
        let (subject, name) = (Subject::from(&case.reception), case.reception.to_string());
        let asked = if case.id == text.trim() { case.id } else { name.clone() };
        Ok((subject, event, Noted { name, asked, written: write, warnings }))
    });
    let checked = checked.collect();
    write(checked, odd, books)
}

type Checked = Result<(Subject, Option<Event>, Noted), Fault>;

/// The time is the row's own; where the ledger holds a row of a time to come, so that this row must bear that, it is stated. FK-6146 says so.
fn timed(note: &Note, books: &mut Books) -> Result<(Note, Option<Fault>), Fault> {
    let Some(ahead) = books.ahead()? else { return Ok((note.clone(), None)) };
    let warning = Fault::new(code::CLOCK_AHEAD).with("last", Arg::plain(shown(ahead.newest)));
    Ok((Note { at: note.at.or(Some(ahead.now)), ..note.clone() }, Some(warning)))
}

fn write(checked: Vec<Checked>, odd: Option<Fault>, books: &mut Books) -> Result<Vec<Noted>, Vec<Fault>> {
    let (mut notes, mut done, mut faults): (Vec<(Subject, Event)>, Vec<Noted>, Vec<Fault>) = Default::default();
    for one in checked {
        match one {
            // A number that stands twice on the command line was done once.
            Ok((subject, ..)) if notes.iter().any(|(noted, _)| *noted == subject) => {}
            Ok((subject, event, noted)) => {
                notes.extend(event.map(|event| (subject, event)));
                done.push(noted);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    books.note_all(&notes).map_err(|fault| vec![fault])?;
    // Once, whatever was noted.
    if let Some(written) = done.iter_mut().find(|noted| noted.written) {
        written.warnings.extend(odd);
    }
    Ok(done)
}

/// Whether a row is to be written, and what the clerk should know.
fn check(row: &ParcelRow, act: Act, note: &Note, books: &mut Books) -> Result<(bool, Vec<Fault>), Fault> {
    let about = |code| Fault::new(code).with("number", Arg::plain(&row.number));
    if row.state != State::Packed {
        return Err(not_packed(row));
    }
    let before = match act {
        // A password can be told again, but not to who has opened the file.
        Act::Told { .. } if row.received_at != 0 => row.told_at,
        Act::Told { .. } => 0,
        Act::Sent => row.sent_at,
        Act::Received => row.received_at,
    };
    if before != 0 {
        return Ok((false, vec![about(code::NOTED_ALREADY).with("at", Arg::plain(shown(before)))]));
    }
    // What was replaced can have been opened, but is not to be sent any more, nor its password to be told: a note of either
    // is one of what was done before.
    if row.retired_at != 0 && act != Act::Received && note.at.is_none_or(|at| at >= row.retired_at) {
        return Err(replaced(row, books)?.with("replaced_at", Arg::plain(shown(row.retired_at))));
    }
    if matches!(act, Act::Told { .. }) && !is_sealed(row) {
        return Err(about(code::UNSEALED));
    }
    let (since, why) = match act {
        Act::Received | Act::Told { confirmed: true } => (row.sent_at, "送った時より前の日時です"),
        _ => (row.packed_at, "作った時より前の日時です"),
    };
    follows(note, since, why).map_err(|fault| fault.with("number", Arg::plain(&row.number)))?;
    match act {
        // Who reads the number back has the file before him: first it is noted that it was sent.
        Act::Received | Act::Told { confirmed: true } if row.sent_at == 0 => {
            let before = if row.retired_at == 0 { String::new() } else { shown(row.retired_at) };
            Err(about(code::NOT_SENT).with("replaced_at", Arg::plain(before)))
        }
        _ => Ok((true, Vec::new())),
    }
}

fn check_case(case: &CaseRow, act: &CaseAct, note: &Note, books: &mut Books) -> Result<(bool, Vec<Fault>), Fault> {
    let about = |code| Fault::new(code).with("number", Arg::plain(&case.reception));
    let already = match act {
        CaseAct::Updated => case.follow_up == FollowUp::Done,
        CaseAct::Closed(_) => case.closed,
    };
    if already {
        return Ok((false, vec![about(code::NOTED_ALREADY)]));
    }
    let since = if case.received_at != 0 { case.received_at } else { case.first_at };
    follows(note, since, "受け付けた時より前の日時です").map_err(|fault| fault.with("number", Arg::plain(&case.reception)))?;
    match act {
        CaseAct::Updated if case.follow_up == FollowUp::None => match to_follow(case, books)? {
            true => Ok((true, vec![about(code::NOT_SENT)])),
            false => Err(about(code::NO_FOLLOW_UP)),
        },
        _ => Ok((true, Vec::new())),
    }
}

/// Whether the reply to a case, once it is sent, calls for an update.
fn to_follow(case: &CaseRow, books: &mut Books) -> Result<bool, Fault> {
    let Some(number) = &case.number else { return Ok(false) };
    let parcel = books.expect_parcel(number)?;
    Ok(parcel.document(&case.reception).is_some_and(|document| document.follow_up))
}

/// FK-6067: a number whose parcel was never made, or is none any more.
pub fn not_packed(row: &ParcelRow) -> Fault {
    Fault::new(code::NOT_PACKED).with("number", Arg::plain(&row.number)).with("state", Arg::ours(row.state.as_str()))
}

/// 封緘したもの: whether a parcel has a password.
pub fn is_sealed(row: &ParcelRow) -> bool {
    row.promise.as_ref().is_some_and(|promise| promise.seal.is_some())
}

/// FK-6061: a parcel that another one replaced, with the number of that one. Passwords are spoken of where there are any.
pub fn replaced(row: &ParcelRow, books: &mut Books) -> Result<Fault, Fault> {
    let by = books.history(&row.number)?.iter().rev().find_map(|row| match row.event() {
        Some(Event::Retired(retired)) => Some(retired.by),
        _ => None,
    });
    let new = by.map(|by| books.expect_parcel(&by)).transpose()?;
    let number = |row: Option<&ParcelRow>| row.map_or(String::new(), |row| row.number.to_string());
    let fault = Fault::new(code::REPLACED).with("number", Arg::plain(&row.number)).with("by", Arg::plain(number(new.as_ref())));
    let fault = fault.with("telling", Arg::plain(number(new.as_ref().filter(|new| is_sealed(new)))));
    Ok(fault.with("untold", Arg::plain(number(Some(row).filter(|row| is_sealed(row))))))
}

/// A stated time may not lie before what it follows. People write minutes; midnight is a day without its hour.
fn follows(note: &Note, since: i64, why: &'static str) -> Result<(), Fault> {
    let Some(at) = note.at else { return Ok(()) };
    const MINUTE: i64 = 60_000;
    let (day, minute) = (from_epoch_ms(at), since - since.rem_euclid(MINUTE));
    let same_day = day.time() == date::Time::midnight() && day.date() >= from_epoch_ms(since).date();
    if at >= minute || same_day { Ok(()) } else { Err(Fault::new(code::NOTED_AT).with("why", Arg::ours(why))) }
}

/// 2026-11-20 10:15; a bare day when its hour is not known.
pub fn shown(ms: i64) -> String {
    if ms == 0 {
        return String::new();
    }
    let at = from_epoch_ms(ms);
    match at.time() == date::Time::midnight() {
        true => at.date().to_string(),
        false => format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute()),
    }
}

/// 終了, by a reason as a clerk writes it.
pub fn closing(reason: &str) -> Result<CaseAct, Fault> {
    closing::find(reason).map(CaseAct::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        to_epoch_ms(date::parse_moment(text).expect("moment"))
    }

    #[test]
    fn who_and_when_are_taken_as_people_write_them() {
        let now = at("2026-11-20T16:00");
        let note = stated(Some(" 三枝 由紀 "), Some("令和8年11月20日 15:30"), now).expect("stated");
        assert_eq!(note, Note { by: Some("三枝 由紀".into()), at: Some(at("2026-11-20T15:30")) });
        assert_eq!(stated(None, None, now).expect("nothing"), Note::default());
        assert!(stated(None, Some("2026-11-20"), now).is_ok());
        for wrong in ["2026-11-20T16:01", "2026-11-21", "きのう", "2026-02-30", "25:00"] {
            assert_eq!(stated(None, Some(wrong), now).map_err(|f| f.code), Err(code::NOTED_AT), "{wrong}");
        }
        for wrong in ["", "　", "a\nb", "123456789018", &"あ".repeat(65)] {
            assert_eq!(stated(Some(wrong), None, now).map_err(|f| f.code), Err(code::NOTED_BY), "{wrong}");
        }
    }

    #[test]
    fn a_time_follows_what_it_is_about_to_the_minute_or_to_the_day() {
        let packed = at("2026-11-20T10:15:40");
        let told = |text: &str| follows(&Note { by: None, at: Some(at(text)) }, packed, "x").is_ok();
        assert!(told("2026-11-20T10:15") && told("2026-11-20T10:16") && told("2026-11-20") && told("2026-11-21"));
        assert!(!told("2026-11-20T10:14") && !told("2026-11-19") && !told("2026-11-19T23:59"));
    }
}
