//! もっともらしさ: what is odd enough to be told and never enough to change an outcome.

use super::inquiry::Inquiry;
use super::insurer::{Insurer, InsurerKind};
use super::member::Stated;
use crate::base::date::{Date, DateTime};
use crate::base::{Arg, Fault, Field, code};

/// Warnings about dates that do not fit together.
pub fn plausible(inquiry: &Inquiry, stated: &Stated, insurer: &Insurer, now: DateTime) -> Vec<Fault> {
    let mut odd = Vec::new();
    let mut tell =
        |field: Field, why: &'static str| odd.push(Fault::new(code::IMPLAUSIBLE).at(field).with("why", Arg::ours(why)));
    if inquiry.received.at > now {
        tell(Field::new("受付日時", "received.at"), "受付日時が未来です");
    }
    for (index, row) in stated.candidates.iter().enumerate() {
        let acquired = *row.acquired.expose();
        let at = |ja, json| Field::new(ja, json).nth(index + 1);
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

fn seventy_fifth_birthday(birth: Date) -> Option<Date> {
    birth.checked_add(jiff::Span::new().years(75)).ok()
}
