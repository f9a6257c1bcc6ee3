//! 照会の読取り: from the tree of one record to [`Inquiry`] and [`Stated`].

use super::admit::Admission;
use super::answers::Answers;
use super::fields::keys;
use super::node::Node;
use super::table::is_example;
use super::walk::{Faults, MAX_LINE, Object, kept, safe_text};
use super::words::{REPLY_BY, REQUESTER_KIND, VIA, meant};
use crate::base::date::{self, BadDate};
use crate::base::kana::Folded;
use crate::base::text::Lines;
use crate::base::{Arg, Fault, Personal, SafeText, code};
use crate::notice::{
    Additional, Asked, AskedPeriod, Birth, Candidate, CaseId, Confirmed, Inquiry, MunicipalityCode, PartnerKey, Procedure,
    Received, Released, Requester, RequesterKind, Sex, Stated, Subject,
};
use unicode_normalization::UnicodeNormalization;

/// Reads a record; `None` when a required part is missing. What is wrong goes into `out`.
pub fn read(record: &Node, admission: &Admission<'_>, out: &mut Faults) -> Option<(Inquiry, Stated)> {
    let case = Object::open(record, "", None, &keys(""), out)?;
    let asked = asked(&case, admission, out);
    let candidates = candidates(&case, &Answers { admission, items: &asked.items, asked_period: asked.asked_period }, out);
    let confirmed = confirmed(&case, out);
    let released = released(&case, out);
    Some((asked.inquiry?, Stated { candidates: candidates?, confirmed, released }))
}

/// Reads what the requester sent and nothing of what the insurer states: nobody may have been looked for yet.
pub fn read_inquiry(record: &Node, admission: &Admission<'_>, out: &mut Faults) -> Option<Inquiry> {
    let case = Object::open(record, "", None, &keys(""), out)?;
    asked(&case, admission, out).inquiry
}

/// 照会の側: the inquiry, and what its answers are read against even when it is not whole.
struct Questions {
    inquiry: Option<Inquiry>,
    items: Vec<Asked>,
    asked_period: Option<AskedPeriod>,
}

fn asked(case: &Object<'_>, admission: &Admission<'_>, out: &mut Faults) -> Questions {
    let id = id(case, out);
    let received = received(case, out);
    let reply_by = case.word("reply_by", code::REPLY_BY, "email・paper・phone", |word| meant(REPLY_BY, word), out);
    let requester = requester(case, out);
    let procedure = procedure(case, out);
    let subject = subject(case, out);
    let additional = additional(case, out);
    let asked_period = asked_period(case, out);
    let records_at = case.opt_moment("records_at", out).or(admission.records_at);
    let items = items(case, admission, out);
    let outside_items = outside_items(case, admission, out);
    if items.is_empty() && outside_items.is_empty() && out.faults.is_empty() {
        out.faults.push(Fault::new(code::NO_ITEMS).at(case.field("items")));
    }
    let whole = || {
        Some(Inquiry {
            id: id?,
            received: received?,
            reply_by: reply_by?,
            requester: requester?,
            procedure: procedure?,
            subject: subject?,
            additional,
            asked_period,
            records_at,
            items: items.clone(),
            outside_items,
        })
    };
    Questions { inquiry: whole(), items, asked_period }
}

fn id(case: &Object<'_>, out: &mut Faults) -> Option<CaseId> {
    let text = case.text("id", out)?;
    let id = CaseId::parse(text.as_str());
    if id.is_none() {
        let code = if is_example(text.as_str()) { code::EXAMPLE_ROW } else { code::BAD_ID };
        out.faults.push(Fault::new(code).at(case.field("id")));
    }
    id
}

fn received(case: &Object<'_>, out: &mut Faults) -> Option<Received> {
    let node = case.node("received", out)?;
    let received = Object::open(node, "received", None, &keys("received"), out)?;
    let at = received.moment("received.at", out);
    let via = received.word("received.via", code::VIA, "phone・document", |word| meant(VIA, word), out);
    let document_no = received.opt_text("received.document_no", out);
    let document_date = received.opt_date("received.document_date", out);
    Some(Received { at: at?, via: via?, document_no, document_date })
}

fn requester(case: &Object<'_>, out: &mut Faults) -> Option<Requester> {
    let node = case.node("requester", out)?;
    let who = Object::open(node, "requester", None, &keys("requester"), out)?;
    let kind = match who.opt_text("requester.kind", out) {
        None => Some(RequesterKind::Municipality),
        Some(text) => meant(REQUESTER_KIND, text.as_str()).or_else(|| {
            let fault = Fault::new(code::UNKNOWN_WORD).at(who.field("requester.kind"));
            out.faults.push(fault.with("words", Arg::ours("municipality・other")));
            None
        }),
    };
    let key = partner_key(&who, kind.unwrap_or(RequesterKind::Municipality), out);
    let municipality = who.text("requester.municipality", out);
    let section = who.text("requester.section", out);
    let officer = who.text("requester.officer", out);
    Some(Requester {
        kind: kind?,
        key: key?,
        email: who.opt_text("requester.email", out),
        postal_code: who.opt_text("requester.postal_code", out),
        address: who.opt_text("requester.address", out),
        claimed_phone: who.opt_text("requester.phone", out),
        addressee: who.opt_text("requester.addressee", out),
        reference: who.opt_text("requester.reference", out),
        municipality: municipality?,
        section: section?,
        officer: officer?,
    })
}

fn partner_key(who: &Object<'_>, kind: RequesterKind, out: &mut Faults) -> Option<PartnerKey> {
    let (path, parse): (_, fn(&str) -> Option<PartnerKey>) = match kind {
        RequesterKind::Municipality => {
            // Full-width digits are digits, as in dates.
            ("requester.code", |text| {
                MunicipalityCode::parse(&text.nfkc().collect::<String>()).map(|code| PartnerKey::municipality(&code))
            })
        }
        RequesterKind::Other => ("requester.partner", PartnerKey::other),
    };
    let other = if path == "requester.code" { "requester.partner" } else { "requester.code" };
    if who.opt_node(other).is_some() {
        // Two keys could name two bodies.
        out.faults.push(Fault::new(code::MUNICIPALITY_CODE).at(who.field(other)));
        return None;
    }
    let text = who.text(path, out)?;
    let key = parse(text.as_str());
    if key.is_none() {
        out.faults.push(Fault::new(code::MUNICIPALITY_CODE).at(who.field(path)));
    }
    key
}

fn procedure(case: &Object<'_>, out: &mut Faults) -> Option<Procedure> {
    let node = case.node("procedure", out)?;
    let procedure = Object::open(node, "procedure", None, &keys("procedure"), out)?;
    let number = procedure.opt_text("procedure.number", out);
    Some(Procedure { number, name: procedure.text("procedure.name", out)? })
}

/// 対象者 of a record that says nothing else.
pub fn read_subject(record: &Node, _: &Admission<'_>, out: &mut Faults) -> Option<Subject> {
    let record = Object::open(record, "", None, &["subject"], out)?;
    subject(&record, out)
}

fn subject(case: &Object<'_>, out: &mut Faults) -> Option<Subject> {
    let node = case.node("subject", out)?;
    let subject = Object::open(node, "subject", None, &keys("subject"), out)?;
    let kana = kana(&subject, "subject.kana", out);
    let birth = birth(&subject, "subject.birth", out);
    let sex = sex(&subject, "subject.sex", out);
    Some(Subject {
        name: subject.opt_text("subject.name", out).map(Personal::new),
        address: subject.opt_text("subject.address", out).map(Personal::new),
        symbol: subject.opt_text("subject.symbol", out).map(Personal::new),
        number: subject.opt_text("subject.number", out).map(Personal::new),
        kana: kana?.into(),
        birth: birth?.into(),
        sex: sex?.into(),
    })
}

/// A kana name: kana or Latin letters, no kanji and no digits (another column slipped in).
fn kana(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<SafeText> {
    let text = of.text(path, out)?;
    let folded: String = text.as_str().nfkc().collect();
    let is_letter = |c: char| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}');
    let is_mark = |c: char| {
        matches!(
            c,
            '\u{3099}' | '\u{309A}' | '゛' | '゜' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' | '・' | '\'' | '’' | '.' | ',' | '\u{300}'
                ..='\u{36F}'
        )
    };
    // A closed list: ?, 〓 and ● are what failed conversions leave, and would make two names one.
    let fits = |c: char| is_letter(c) || is_mark(c) || crate::base::kana::is_dash(c) || c.is_whitespace();
    if !folded.chars().any(is_letter) || !folded.chars().all(fits) {
        out.faults.push(Fault::new(code::KANA_FORM).at(of.field(path)));
        return None;
    }
    Some(text)
}

/// A birth date; 月日不詳 is kept as written and never counts as a match.
fn birth(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<Birth> {
    let text = of.text(path, out)?;
    match date::parse(text.as_str()) {
        Ok(day) => Some(Birth::Day(day)),
        Err(BadDate::Form | BadDate::NoSuchDay) if is_incomplete(text.as_str()) => Some(Birth::Incomplete(text)),
        Err(bad) => kept(Err(bad), of.field(path), out),
    }
}

/// 昭和20年月日不詳, 1945-00-00, 昭和20年3月 日不詳: a year that is known, and a month or day that is not.
fn is_incomplete(text: &str) -> bool {
    let plain: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    if plain.contains("不詳") || plain.contains("不明") {
        return true;
    }
    let numbers: Vec<&str> = plain.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let is_zero = |part: &&str| part.bytes().all(|b| b == b'0');
    numbers.len() == 3 && !is_zero(&numbers[0]) && numbers[1..].iter().any(is_zero)
}

fn sex(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<Sex> {
    of.word(path, code::UNKNOWN_WORD, "1・2・男・女・male・female", Sex::parse, out)
}

fn additional(case: &Object<'_>, out: &mut Faults) -> Additional {
    let Some(node) = case.opt_node("additional") else { return Additional::default() };
    let Some(added) = Object::open(node, "additional", None, &keys("additional"), out) else { return Additional::default() };
    Additional {
        acquired: added.opt_span("additional.acquired", out).map(Personal::new),
        lost: added.opt_span("additional.lost", out).map(Personal::new),
        address: added.opt_text("additional.address", out).map(Personal::new),
        symbol: added.opt_text("additional.symbol", out).map(Personal::new),
        number: added.opt_text("additional.number", out).map(Personal::new),
    }
}

fn asked_period(case: &Object<'_>, out: &mut Faults) -> Option<AskedPeriod> {
    let node = case.opt_node("asked_period")?;
    let asked = Object::open(node, "asked_period", None, &keys("asked_period"), out)?;
    let (from, to) = (asked.opt_date("asked_period.from", out), asked.opt_date("asked_period.to", out));
    match (from, to) {
        // null is no limit: without either end nothing was asked about any period.
        (None, None) => None,
        (Some(from), Some(to)) if from > to => {
            out.faults.push(Fault::new(code::PERIOD_REVERSED).at(asked.field("asked_period")));
            None
        }
        _ => Some(AskedPeriod { from, to }),
    }
}

/// The asked items: names or aliases of the catalogue; an unlisted one is refused with the nearest names (N5).
fn items(case: &Object<'_>, admission: &Admission<'_>, out: &mut Faults) -> Vec<Asked> {
    let mut items = Vec::new();
    for (index, node) in case.list("items", out).iter().enumerate() {
        let place = || case.field("items").nth(index + 1);
        let Node::Text(name) = node else {
            out.faults.push(Fault::new(code::WRONG_TYPE).at(place()).with("want", Arg::ours("\"…\"")));
            continue;
        };
        match admission.catalogue.find(name) {
            None => {
                let nearest = Arg::named(admission.catalogue.nearest(name));
                out.faults.push(Fault::new(code::UNKNOWN_ITEM).at(place()).with("nearest", nearest));
            }
            Some(asked) if items.contains(&asked) => out.faults.push(Fault::new(code::DUPLICATE_ITEM).at(place())),
            Some(asked) => items.push(asked),
        }
    }
    items
}

fn outside_items(case: &Object<'_>, admission: &Admission<'_>, out: &mut Faults) -> Vec<SafeText> {
    let mut outside = Vec::new();
    for (index, node) in case.list("outside_items", out).iter().enumerate() {
        let place = case.field("outside_items").nth(index + 1);
        let Node::Text(name) = node else {
            out.faults.push(Fault::new(code::WRONG_TYPE).at(place).with("want", Arg::ours("\"…\"")));
            continue;
        };
        if admission.catalogue.find(name).is_some() {
            out.faults.push(Fault::new(code::OUTSIDE_KNOWN).at(place));
            continue;
        }
        match safe_text(name, Lines::One, MAX_LINE, place.clone(), out) {
            Some(text) if text.is_blank() => out.faults.push(Fault::new(code::REQUIRED).at(place)),
            text => outside.extend(text),
        }
    }
    outside
}

fn confirmed(case: &Object<'_>, out: &mut Faults) -> Option<Confirmed> {
    let node = case.opt_node("confirmed")?;
    let confirmed = Object::open(node, "confirmed", None, &keys("confirmed"), out)?;
    let by = confirmed.text("confirmed.by", out);
    let at = confirmed.moment("confirmed.at", out);
    let reason = confirmed.free("confirmed.reason", out);
    let member = confirmed.opt_text("confirmed.member", out).map(member_key);
    let same_person: Vec<_> = confirmed
        .list("confirmed.same_person", out)
        .iter()
        .filter_map(|node| match node {
            Node::Text(text) => safe_text(text, Lines::One, MAX_LINE, confirmed.field("confirmed.same_person"), out),
            _ => {
                let fault = Fault::new(code::WRONG_TYPE).at(confirmed.field("confirmed.same_person"));
                out.faults.push(fault.with("want", Arg::ours("\"…\"")));
                None
            }
        })
        .map(member_key)
        .collect();
    if member.is_none() && same_person.len() < 2 {
        out.faults.push(Fault::new(code::REQUIRED).at(confirmed.field("confirmed.member")));
    }
    Some(Confirmed { by: by?, at: at?, reason: reason?, member, same_person })
}

fn released(case: &Object<'_>, out: &mut Faults) -> Option<Released> {
    let node = case.opt_node("released")?;
    let released = Object::open(node, "released", None, &keys("released"), out)?;
    let (by, at) = (released.text("released.by", out), released.moment("released.at", out));
    let reason = released.free("released.reason", out);
    Some(Released { by: by?, at: at?, reason: reason? })
}

fn member_key(text: SafeText) -> Personal<String> {
    Personal::new(text.as_str().nfkc().collect::<String>().trim().to_owned())
}

/// `[]` means «looked, found nobody»; missing or null means that nobody looked, and is refused.
fn candidates(case: &Object<'_>, answers: &Answers<'_>, out: &mut Faults) -> Option<Vec<Candidate>> {
    if case.opt_node("candidates").is_none() {
        out.faults.push(Fault::new(code::NOT_LOOKED_UP).at(case.field("candidates")));
        return None;
    }
    let nodes = case.list("candidates", out);
    let read: Vec<Option<Candidate>> =
        nodes.iter().enumerate().map(|(index, node)| candidate(node, index + 1, answers, out)).collect();
    read.into_iter().collect()
}

fn candidate(node: &Node, row: usize, answers: &Answers<'_>, out: &mut Faults) -> Option<Candidate> {
    let of = Object::open(node, "candidates", Some(row), &keys("candidates"), out)?;
    let before = out.faults.len();
    let member = of.text("candidates.member", out);
    let kana = kana(&of, "candidates.kana", out);
    let birth = birth(&of, "candidates.birth", out);
    let sex = sex(&of, "candidates.sex", out);
    let acquired = of.date("candidates.acquired", out);
    let lost = of.opt_date("candidates.lost", out);
    let my_number_held = of.flag("candidates.my_number_held", out);
    let protected = of.flag("candidates.protected", out);
    let readable = out.faults.len() == before;
    let stated = answers.read(&of, row, out);
    let kana = kana?;
    let candidate = Candidate {
        folded: Folded::new(kana.as_str()),
        member: member_key(member?),
        kana: kana.into(),
        birth: birth?.into(),
        sex: sex?.into(),
        name: of.opt_text("candidates.name", out).map(Personal::new),
        address: of.opt_text("candidates.address", out).map(Personal::new),
        symbol: of.opt_text("candidates.symbol", out).map(Personal::new),
        number: of.opt_text("candidates.number", out).map(Personal::new),
        acquired: acquired?.into(),
        lost: lost.map(Personal::new),
        my_number_held: my_number_held?,
        protected: protected?,
        answers: stated,
    };
    // A row that could not be read contradicts nothing.
    if readable {
        answers.compare(&candidate, row, out);
    }
    Some(candidate)
}
