//! 印: what the ledger knows a case by. Keyed hashes, and nothing that says who.

use super::bureau::Bureau;
use super::judge::Judged;
use super::window;
use crate::base::date::{DateTime, parse_moment, to_epoch_ms};
use crate::base::kana::Folded;
use crate::books::{Digest, Keys};
use crate::intake::{Node, meant};
use crate::notice::{Inquiry, Sex, Subject, Via};

/// 足場: what marks and rows are computed with.
pub struct Ground<'a> {
    /// The office.
    pub bureau: &'a Bureau,
    /// The ledger's keys.
    pub keys: &'a Keys,
}

/// 鍵付きの印: what identifies a case, its requester and its person without saying who.
pub struct Marks {
    /// id + received.at + requester.
    pub case: Digest,
    /// The record's content, however it is spelt.
    pub fingerprint: Digest,
    /// The same to the letter, as ledgers had it before.
    pub spelt: Digest,
    /// 照会者, once it could be read.
    pub requester: Option<Digest>,
    /// 照会文書: requester, number and date of a written inquiry.
    pub document: Option<Digest>,
    /// 宛先 and 宛名: what one envelope has one of; none while nothing is sent.
    pub destination: Option<Digest>,
    /// 対象者の仮名
    pub person: Option<Digest>,
    /// 対象者の似た名前: equal for names that are the same or nearly the same.
    pub likeness: Option<Digest>,
    /// 照会項目
    pub items: Option<Digest>,
    /// 受付日時, epoch ms; 0 when unknown.
    pub received_at: i64,
    /// 回答期限, epoch ms; 0 when unknown.
    pub deadline: i64,
    /// phone | document
    pub via: &'static str,
    /// 自治体コード or partners key
    pub municipality: String,
    /// 手続番号
    pub procedure: String,
}

/// 同じ照会: who asks about whom and what.
pub(super) type Question = (Digest, Digest, Digest);

impl Marks {
    /// What the ledger may know this content by.
    pub(super) fn contents(&self) -> [Digest; 2] {
        [self.fingerprint, self.spelt]
    }

    /// Who asks about whom and what, once the three items named one person.
    pub(super) fn question(&self) -> Option<Question> {
        Some((self.requester?, self.person?, self.items?))
    }
}

impl Ground<'_> {
    /// What the ledger would know a judged record by. A deadline in a year that nobody knows is a warning of the case, and so is an addressee
    /// too long for the envelope's window.
    ///
    /// The file's own 記録確認日時 belongs to the content of a record that states none: it is printed.
    pub(super) fn marks(
        &self,
        judged: &mut Judged,
        node: Option<&Node>,
        digest: &[u8; 32],
        records_at: Option<DateTime>,
    ) -> Marks {
        let keys = self.keys;
        let Some(node) = node else {
            let bytes = keys.fingerprint(digest);
            return Marks { case: bytes, fingerprint: bytes, spelt: bytes, ..Marks::unknown() };
        };
        let content = |kind: &[u8], tree: &Node| {
            let mut canonical = zeroize::Zeroizing::new(kind.to_vec());
            tree.canonical(&mut canonical);
            if let Some(at) = records_at.filter(|_| matches!(node.get("records_at"), None | Some(Node::Null))) {
                canonical.extend_from_slice(format!("records_at {at}").as_bytes());
            }
            keys.fingerprint(&canonical)
        };
        let spelt = content(b"", node);
        let fingerprint = content(b"meant ", &meant(node, &self.bureau.catalogue));
        // A record without an id is known by its content: two such records are two cases.
        let case = if raw_id(node).is_empty() { spelt } else { raw_case(node, keys) };
        let mut marks = Marks { case, fingerprint, spelt, ..Marks::unknown() };
        if let Some(at) = raw_received_at(node) {
            let due = self.bureau.work_days.deadline(at);
            judged.warnings.extend(due.doubt());
            marks.received_at = to_epoch_ms(at);
            marks.deadline = to_epoch_ms(due.at);
        }
        let too_small = window::too_small(judged, self.bureau);
        judged.warnings.extend(too_small);
        if let Some(vetted) = &judged.vetted {
            fill(&mut marks, vetted.inquiry(), self.bureau, keys);
            let holder = vetted.inquiry().requester.addressee.as_ref().map(|a| a.as_str()).unwrap_or_default();
            marks.destination =
                judged.ready.as_ref().map(|ready| keys.items(["destination", ready.destination.line().as_str(), holder]));
        }
        marks
    }
}

impl Marks {
    pub(super) fn unknown() -> Self {
        Self {
            case: Digest::default(),
            fingerprint: Digest::default(),
            spelt: Digest::default(),
            requester: None,
            document: None,
            destination: None,
            person: None,
            likeness: None,
            items: None,
            received_at: 0,
            deadline: 0,
            via: "",
            municipality: String::new(),
            procedure: String::new(),
        }
    }
}

/// The key of a case, taken from the tree as it stands, so that a refused record and its mended one are the same case.
fn raw_case(node: &Node, keys: &Keys) -> Digest {
    let of = |group: &str, key: &str| raw_text(node.get(group).and_then(|g| g.get(key)));
    let code = match of("requester", "code") {
        code if code.is_empty() => of("requester", "partner"),
        code => code,
    };
    let requester = keys.requester(&code, &of("requester", "section"), &of("requester", "officer"));
    let at = of("received", "at");
    let at = parse_moment(&at).map(|at| at.to_string()).unwrap_or(at);
    keys.case(&raw_id(node), &at, &requester)
}

pub(super) fn raw_id(node: &Node) -> String {
    raw_text(node.get("id")).to_ascii_lowercase()
}

fn raw_text(node: Option<&Node>) -> String {
    match node {
        Some(Node::Text(text) | Node::Number(text)) => text.clone(),
        _ => String::new(),
    }
}

/// 受付日時 of a record that may otherwise be unreadable: a refused case is due like any other.
fn raw_received_at(node: &Node) -> Option<DateTime> {
    match node.get("received").and_then(|r| r.get("at")) {
        Some(Node::Text(text)) => parse_moment(text).ok(),
        _ => None,
    }
}

fn fill(marks: &mut Marks, inquiry: &Inquiry, bureau: &Bureau, keys: &Keys) {
    let who = &inquiry.requester;
    let requester = keys.requester(who.key.as_str(), who.section.as_str(), who.officer.as_str());
    let received = &inquiry.received;
    let subject = &inquiry.subject;
    let kana = subject.kana.expose().as_str();
    marks.person = person(subject, keys);
    marks.likeness = Some(keys.fingerprint(Folded::new(kana).candidate.as_bytes()));
    marks.document = received.document_no.as_ref().map(|number| {
        let dated = received.document_date.map(|d| d.to_string()).unwrap_or_default();
        keys.case(number.as_str(), &dated, &requester)
    });
    marks.requester = Some(requester);
    marks.items = Some(keys.items(inquiry.items.iter().map(|asked| bureau.catalogue.item(*asked).id.as_str())));
    marks.via = if received.via == Via::Phone { "phone" } else { "document" };
    marks.municipality = who.key.as_str().to_owned();
    marks.procedure = inquiry.procedure.number.as_ref().map(|n| n.as_str().to_owned()).unwrap_or_default();
}

/// 対象者の仮名; none while the three items do not name one person.
pub fn person(subject: &Subject, keys: &Keys) -> Option<Digest> {
    let sex = match subject.sex.expose() {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Unknown => return None,
    };
    subject.birth.expose().day().map(|birth| keys.person(subject.kana.expose().as_str(), birth, sex))
}
