//! パスワード電話連絡票: whom to call, what to say, what never to say, and boxes for what was done.

use super::package::Package;
use super::{Letterhead, code_place, dialling};
use crate::letter::{LetterKind, List, Phrase, Row, Slot, Values, lines};
use crate::notice::vet::RepresentativeNumber;

/// パスワード電話連絡票.
pub struct PasswordSheet<'a> {
    /// Of which package.
    pub package: Package<'a>,
    /// 代表電話番号; none when the partner's row is gone.
    pub dial: Option<&'a RepresentativeNumber>,
    /// Whether its page was looked at too long ago.
    pub stale: bool,
    /// 照合番号 that the listener reads back.
    pub check: &'a str,
    /// Which form that stands on, and the name of its file.
    pub check_in: (LetterKind, &'a str),
    /// The groups with the way they are said, where the sheet is to hold the password.
    pub groups: Option<[(&'a str, &'a str); 4]>,
    /// How every symbol is said: for who fills the boxes in.
    pub legend: &'a str,
}

/// Full-width letters of the line that the page has.
const PAGE_LINE: f64 = 31.0;

/// 確認したページ in one line, of an address that takes more: whose page it is.
fn site(head: &Letterhead, page: &str) -> Option<String> {
    let plain = ["https://", "http://"].into_iter().find_map(|scheme| page.strip_prefix(scheme))?;
    let (site, _) = plain.split_once('/').filter(|_| lines::width(page) > PAGE_LINE)?;
    Some(head.phrases.fill(Phrase::DialPage, &[("サイト", site)]))
}

/// The values of a sheet. Without the password its groups are boxes to be filled in by hand.
pub fn password_sheet(head: &Letterhead, sheet: &PasswordSheet<'_>) -> Values {
    let mut values = sheet.package.values(head);
    match sheet.dial {
        Some(dial) => {
            dialling(&mut values, head, dial, sheet.stale);
            values.set_some(Slot::DialSource, site(head, dial.source()));
        }
        None => {
            let dash = head.phrases.get(Phrase::Dash);
            values.set(Slot::Dial, head.phrases.get(Phrase::DialNone)).set(Slot::DialSource, dash);
            values.set(Slot::DialCheckedOn, dash).set(Slot::DialCheckedBy, "");
        }
    }
    values.set(Slot::PairingCode, sheet.check).set(Slot::CodePlace, code_place(head, sheet.check_in.0, sheet.check_in.1));
    match sheet.groups {
        Some(_) => values.set(Slot::PasswordInside, head.phrases.get(Phrase::PasswordInside)),
        None => values.set(Slot::SpokenLegend, sheet.legend),
    };
    let boxes = [("□　□　□　□", ""); 4];
    for (order, (symbols, spoken)) in sheet.groups.unwrap_or(boxes).into_iter().enumerate() {
        let row = Row::new().with(Slot::GroupOrder, (order + 1).to_string());
        values.push(List::Groups, row.with(Slot::GroupSymbols, symbols).with(Slot::GroupSpoken, spoken));
    }
    values
}
