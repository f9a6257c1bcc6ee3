//! もっともらしさ: what is odd enough to be told and never enough to change an outcome.

use super::inquiry::{Birth, Inquiry, Received};
use super::insurer::{Insurer, InsurerKind};
use super::member::Stated;
use crate::base::date::{Date, DateTime, fiscal_year, wareki};
use crate::base::{Arg, Fault, Field, code};

/// So many years ahead no loss is known.
const NEVER: i16 = 10;
const NOT_LOST: &str = "資格喪失が遠い未来の日付です。喪失していなければ、候補の喪失は空、回答は「なし」とします";

/// Warnings about dates that do not fit together.
pub fn plausible(inquiry: &Inquiry, stated: &Stated, insurer: &Insurer, now: DateTime) -> Vec<Fault> {
    let mut odd = Vec::new();
    let mut tell =
        |field: Field, why: &'static str| odd.push(Fault::new(code::IMPLAUSIBLE).at(field).with("why", Arg::ours(why)));
    if inquiry.received.at > now {
        tell(Field::new("受付日時", "received.at"), "受付日時が未来です");
    }
    let unborn = |birth: &Birth| birth.day().is_some_and(|day| day > now.date());
    if unborn(inquiry.subject.birth.expose()) {
        tell(Field::new("生年月日", "subject.birth"), "生年月日が未来の日付です");
    }
    let out_of_time = |at: DateTime| at > now || at < inquiry.received.at;
    if stated.confirmed.as_ref().is_some_and(|c| out_of_time(c.at)) {
        tell(Field::new("確認_日時", "confirmed.at"), "受付より前か、未来の日時です");
    }
    if stated.released.as_ref().is_some_and(|r| out_of_time(r.at)) {
        tell(Field::new("解除_日時", "released.at"), "受付より前か、未来の日時です");
    }
    for (index, row) in stated.candidates.iter().enumerate() {
        let acquired = *row.acquired.expose();
        let at = |ja, json| Field::new(ja, json).nth(index + 1);
        if acquired > now.date() {
            tell(at("候補_取得", "candidates.acquired"), "資格取得が未来の日付です");
        }
        if unborn(row.birth.expose()) {
            tell(at("候補_生年月日", "candidates.birth"), "生年月日が未来の日付です");
        }
        match row.lost_on().filter(|lost| *lost > now.date()) {
            // 9999-12-31 is how many a system says «not lost»; it would be printed.
            Some(lost) if lost.year() > now.year() + NEVER => tell(at("候補_喪失", "candidates.lost"), NOT_LOST),
            Some(_) => tell(at("候補_喪失", "candidates.lost"), "資格喪失が未来の日付です"),
            None => {}
        }
        let overlapped = stated
            .candidates
            .iter()
            .take(index)
            .any(|other| other.member == row.member && other.acquired != row.acquired && other.overlaps(row));
        if overlapped {
            tell(at("候補_取得", "candidates.acquired"), "同じ加入者の加入期間が重なっています");
        }
        if row.birth.expose().day().is_some_and(|birth| acquired < birth) {
            tell(at("候補_取得", "candidates.acquired"), "資格取得が生年月日より前です");
        }
        if row.lost_on().is_some_and(|lost| lost < acquired) {
            tell(at("候補_喪失", "candidates.lost"), "資格喪失が資格取得より前です");
        }
        let enrolled_at_75 = row
            .birth
            .expose()
            .day()
            .and_then(seventy_fifth_birthday)
            .is_some_and(|day| day < now.date() && row.lost_on().is_none_or(|lost| lost > day));
        if insurer.kind != InsurerKind::Kouki && enrolled_at_75 {
            tell(at("候補_喪失", "candidates.lost"), "75歳以上で加入中です");
        }
    }
    odd
}

/// So many days ahead may be meant: over the new year, or until somebody is back who seals.
const AHEAD: i64 = 14;

/// A letter of this date would be older than the inquiry that it answers, or is dated ahead: too far, or into a fiscal year that has not begun,
/// whose numbers it would take.
pub fn dated_oddly(received: &Received, letter_date: Date, now: DateTime) -> Option<Fault> {
    before_inquiry(received, letter_date, now).or_else(|| ahead(letter_date, now.date()))
}

fn ahead(letter_date: Date, today: Date) -> Option<Fault> {
    let another_year = letter_date > today && fiscal_year(letter_date) != fiscal_year(today);
    let far = letter_date.duration_since(today).as_hours() > AHEAD * 24;
    let dates = |fault: Fault| fault.with("date", Arg::plain(wareki(letter_date))).with("today", Arg::plain(wareki(today)));
    match (another_year, far) {
        (true, _) => Some(dates(Fault::new(code::LETTER_AHEAD)).with("why", Arg::ours("まだ始まっていない年度の番号が付きます"))),
        (false, true) => Some(dates(Fault::new(code::LETTER_AHEAD))),
        (false, false) => None,
    }
}

/// A case received in the future was told already.
fn before_inquiry(received: &Received, letter_date: Date, now: DateTime) -> Option<Fault> {
    let (field, why) = if received.at.date() > letter_date && received.at <= now {
        (Field::new("受付日時", "received.at"), "受付日時より前です")
    } else if received.document_date.is_some_and(|date| date > letter_date) {
        (Field::new("照会文書日付", "received.document_date"), "照会文書日付より前です")
    } else {
        return None;
    };
    let date = Arg::plain(wareki(letter_date));
    Some(Fault::new(code::LETTER_BEFORE_INQUIRY).at(field).with("date", date).with("why", Arg::ours(why)))
}

fn seventy_fifth_birthday(birth: Date) -> Option<Date> {
    birth.checked_add(jiff::Span::new().years(75)).ok()
}
