//! 照会者の確認 (N6): the requester before the person. Nothing is matched before this stands.

use super::inquiry::{Channel, Inquiry};
use super::insurer::Insurer;
use super::requester::{Accepts, Municipalities, MunicipalityCode, Partner, Partners, RequesterKind};
use crate::base::date::Date;
use crate::base::{Fault, Field, SafeText, code, near};

/// 確認済みの照会. Made by [`vet`] alone: the requester stands, and how to reach them is known from the office's own list.
#[derive(Clone, Debug)]
pub struct Vetted {
    inquiry: Inquiry,
    partner: Partner,
    warnings: Vec<Fault>,
}

impl Vetted {
    /// The inquiry.
    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    /// The partner row.
    pub fn partner(&self) -> &Partner {
        &self.partner
    }

    /// What was odd about the requester, without stopping the case.
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }
}

/// 手続一覧: which procedures are listed; an unlisted one only warns (N4).
pub trait Procedures {
    /// Whether this number or name is listed.
    fn lists(&self, number: Option<&str>, name: &str) -> bool;
}

/// What the requester is checked against.
pub struct Registers<'a> {
    /// The office's own partners.
    pub partners: &'a Partners,
    /// Codes and names of municipalities.
    pub municipalities: &'a Municipalities,
    /// Listed procedures.
    pub procedures: &'a dyn Procedures,
    /// The insurer itself.
    pub insurer: &'a Insurer,
    /// Today, for the age of a partner's page.
    pub today: Date,
}

/// A partner's page looked at longer ago than this warns.
pub const STALE_AFTER_DAYS: i32 = 90;

/// Identifies the requester.
pub fn vet(inquiry: Inquiry, registers: &Registers<'_>) -> Result<Vetted, Fault> {
    let requester = &inquiry.requester;
    let mut warnings = Vec::new();
    if requester.kind == RequesterKind::Municipality {
        let listed = MunicipalityCode::parse(requester.key.as_str()).and_then(|code| registers.municipalities.name(&code));
        match listed {
            None => warnings.push(Fault::new(code::MUNICIPALITY_UNLISTED).at(CODE)),
            // One body's name and another one's code: the envelope would bear the one and go to the other.
            Some(name) if !same_body(name, requester.municipality.as_str()) => {
                return Err(Fault::new(code::MUNICIPALITY_NAME).at(MUNICIPALITY));
            }
            Some(_) => {}
        }
    }
    let Some(partner) = registers.partners.of(requester).cloned() else {
        let key = if requester.kind == RequesterKind::Other { PARTNER } else { CODE };
        return Err(Fault::new(code::NO_PARTNER).at(key));
    };
    if !same_body(&partner.name, requester.municipality.as_str()) {
        return Err(Fault::new(code::MUNICIPALITY_NAME).at(MUNICIPALITY));
    }
    let procedure = &inquiry.procedure;
    if !registers.procedures.lists(procedure.number.as_ref().map(SafeText::as_str), procedure.name.as_str()) {
        warnings.push(Fault::new(code::PROCEDURE_UNLISTED).at(Field::new("手続名", "procedure.name")));
    }
    if is_stale(&partner, registers.today) {
        warnings.push(Fault::new(code::PARTNER_STALE).at(Field::new("確認日", "partners.csv 確認日")));
    }
    if inquiry.reply_by == Channel::Paper && address_differs(&inquiry, &partner) {
        warnings.push(Fault::new(code::ADDRESS_DIFFERS).at(Field::new("自治体住所", "requester.address")));
    }
    Ok(Vetted { inquiry, partner, warnings })
}

const CODE: Field = Field::new("自治体コード", "requester.code");
const PARTNER: Field = Field::new("宛先表の鍵", "requester.partner");
const MUNICIPALITY: Field = Field::new("自治体名", "requester.municipality");

/// 札幌市, 北海道札幌市 and 札幌市保健所 are one body; 東京都北区 and 札幌市北区 are two.
fn same_body(listed: &str, written: &str) -> bool {
    let (listed, written) = (near::plain(listed), near::plain(written));
    let bare = |name: &str| {
        let mut name = name.to_owned();
        for unit in ['都', '道', '府', '県', '郡'] {
            // 京都府, 東京都, 神奈川県, 空知郡: the unit ends the name of the larger place within its first characters.
            let at = name.char_indices().skip(2).take(4).find(|(_, c)| *c == unit).map(|(at, c)| at + c.len_utf8());
            if let Some(at) = at.filter(|at| *at < name.len()) {
                name = name[at..].to_owned();
            }
        }
        name
    };
    !listed.is_empty()
        && (written.starts_with(&listed) || bare(&written).starts_with(&listed) || bare(&written).starts_with(&bare(&listed)))
}

/// 古い確認: the partner's page was looked at more than 90 days ago, or nobody wrote down when.
pub fn is_stale(partner: &Partner, today: Date) -> bool {
    partner.looked_up.is_none_or(|day| day.until(today).map_or(true, |span| span.get_days() > STALE_AFTER_DAYS))
}

fn address_differs(inquiry: &Inquiry, partner: &Partner) -> bool {
    match (&inquiry.requester.address, &partner.address) {
        (Some(stated), Some(held)) => near::plain(stated.as_str()) != near::plain(held),
        _ => false,
    }
}

/// 宛先. Where a reply goes: only what the office's own list says, never what the caller gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// メール: a mailbox in one of the partner's domains.
    Email(Mailbox),
    /// 文書: the partner's postal address.
    Paper(PostalAddress),
    /// 電話: the representative number.
    Phone(RepresentativeNumber),
}

/// 宛先メールアドレス: in a listed domain of the partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox(String);

impl Mailbox {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 宛先住所, from partners.csv.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalAddress {
    postal_code: String,
    address: String,
}

impl PostalAddress {
    /// 郵便番号
    pub fn postal_code(&self) -> &str {
        &self.postal_code
    }

    /// 住所
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// 代表電話番号 with where it comes from (N10). Made from a partner row alone; the caller's own number can't become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepresentativeNumber {
    number: String,
    source: String,
    looked_up: Option<Date>,
    looked_up_by: String,
}

impl RepresentativeNumber {
    /// The number of a partner row.
    pub fn of(partner: &Partner) -> Option<Self> {
        partner.phone.as_ref().map(|number| Self {
            number: number.clone(),
            source: partner.source.clone(),
            looked_up: partner.looked_up,
            looked_up_by: partner.looked_up_by.clone(),
        })
    }

    /// The number to dial.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// 確認したページ
    pub fn source(&self) -> &str {
        &self.source
    }

    /// 確認日
    pub fn looked_up(&self) -> Option<Date> {
        self.looked_up
    }

    /// 確認者
    pub fn looked_up_by(&self) -> &str {
        &self.looked_up_by
    }
}

impl Destination {
    /// The destination in one line, as it goes into the 照合番号.
    pub fn line(&self) -> String {
        match self {
            Self::Email(mailbox) => mailbox.0.clone(),
            Self::Paper(to) => format!("{} {}", to.postal_code, to.address),
            Self::Phone(number) => number.number.clone(),
        }
    }
}

/// 回答の経路: the last judgement, of what would otherwise be sent.
pub fn destination(vetted: &Vetted) -> Result<Destination, Fault> {
    let (inquiry, partner) = (&vetted.inquiry, &vetted.partner);
    match inquiry.reply_by {
        Channel::Email => {
            if partner.accepts == Accepts::None {
                return Err(Fault::new(code::NO_MAIL).at(Field::new("回答方法", "reply_by")));
            }
            if RepresentativeNumber::of(partner).is_none() {
                // Nobody could be told the password.
                return Err(Fault::new(code::NO_PHONE).at(Field::new("代表電話番号", "partners.csv 代表電話番号")));
            }
            mailbox(inquiry.requester.email.as_ref(), partner).map(Destination::Email)
        }
        Channel::Paper => match (&partner.postal_code, &partner.address) {
            (Some(postal_code), Some(address)) => {
                Ok(Destination::Paper(PostalAddress { postal_code: postal_code.clone(), address: address.clone() }))
            }
            _ => Err(Fault::new(code::NO_ADDRESS).at(Field::new("住所", "partners.csv 住所"))),
        },
        Channel::Phone => RepresentativeNumber::of(partner)
            .map(Destination::Phone)
            .ok_or_else(|| Fault::new(code::NO_PHONE).at(Field::new("代表電話番号", "partners.csv 代表電話番号"))),
    }
}

fn mailbox(stated: Option<&SafeText>, partner: &Partner) -> Result<Mailbox, Fault> {
    const EMAIL: Field = Field::new("メール", "requester.email");
    let Some(stated) = stated else {
        return Err(Fault::new(code::REQUIRED).at(EMAIL));
    };
    let text = stated.as_str().trim();
    let Some((local, domain)) = text.split_once('@').filter(|(local, domain)| is_mailbox(local, domain)) else {
        return Err(Fault::new(code::MAIL_ADDRESS).at(EMAIL));
    };
    let domain = domain.to_ascii_lowercase();
    if !partner.domains.iter().any(|listed| listed.eq_ignore_ascii_case(&domain)) {
        return Err(Fault::new(code::MAIL_DOMAIN).at(EMAIL));
    }
    Ok(Mailbox(format!("{local}@{domain}")))
}

/// The part of RFC 5321 that public offices use: no quotes, no comments, ASCII.
fn is_mailbox(local: &str, domain: &str) -> bool {
    let local_ok = (1..=64).contains(&local.len())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local_ok && domain.contains('.') && domain.len() <= 253 && domain.split('.').all(label_ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_plain() {
        for (text, ok) in [
            ("kansen@example.lg.jp", true),
            ("a.b+c@x-1.example", true),
            ("a@b", false),
            ("a@b.c\r\nBcc: d@e.f", false),
            ("\"a b\"@c.d", false),
            (".a@b.c", false),
            ("a@b@c.d", false),
            ("a@-b.c", false),
            ("ａ@b.c", false),
        ] {
            let parts = text.split_once('@');
            assert_eq!(parts.is_some_and(|(local, domain)| is_mailbox(local, domain)), ok, "{text}");
        }
    }
}
