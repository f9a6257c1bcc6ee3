//! 現在の状態: what the events add up to. One pure fold, used when rows are written and again when they are checked.

use super::chain::Row;
use super::event::{Document, Event, Judged, Received, Reserved};
use super::words::{Digest, Number, Outcome, Reception, State};
use std::collections::BTreeMap;

/// 案件の状態.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// 受付番号.
    pub reception: Reception,
    /// id + received.at + requester.
    pub case: Digest,
    /// 照会番号; empty when it may not be written down.
    pub id: String,
    /// 受付日時, epoch milliseconds; 0 when unknown.
    pub received_at: i64,
    /// phone | document.
    pub via: String,
    /// 団体コード or partners key.
    pub municipality: String,
    /// 手続番号.
    pub procedure: String,
    /// 照会者.
    pub requester: Option<Digest>,
    /// 対象者の仮名.
    pub person: Option<Digest>,
    /// 照会項目.
    pub items: Option<Digest>,
    /// When the ledger first saw it.
    pub first_at: i64,
    /// 回答期限.
    pub deadline: i64,
    /// 遅延の連絡で伝えた時期; 0 when there was none.
    pub delayed_until: i64,
    /// The last outcome that stands; `None` while nothing does.
    pub outcome: Option<Outcome>,
    /// FK-… of a held or refused case.
    pub code: String,
    /// Row of the file of a held or refused case.
    pub row: i64,
    /// The content behind that outcome.
    pub fingerprint: Option<Digest>,
    /// The last parcel that carries a reply to it.
    pub number: Option<Number>,
    /// 副本の更新.
    pub follow_up: FollowUp,
    /// 終了.
    pub closed: bool,
    /// The last event that touched it.
    pub last_seq: i64,
}

/// 副本の更新: where the follow-up of a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FollowUp {
    /// Nothing to do (yet).
    None,
    /// To be done.
    Open,
    /// Done.
    Done,
}

impl FollowUp {
    pub(super) const fn as_i64(self) -> i64 {
        self as i64
    }

    pub(super) const fn from_i64(n: i64) -> Option<Self> {
        match n {
            0 => Some(Self::None),
            1 => Some(Self::Open),
            2 => Some(Self::Done),
            _ => None,
        }
    }
}

/// 発送物の状態.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelRow {
    /// 発送番号.
    pub number: Number,
    /// How often it was reserved.
    pub revision: u32,
    /// 状態.
    pub state: State,
    /// When it was last reserved (or made void); epoch milliseconds.
    pub reserved_at: i64,
    /// When it was found on the disk; 0 while it was not.
    pub packed_at: i64,
    /// When the password was told; 0 while it was not.
    pub told_at: i64,
    /// When it was sent; 0 while it was not.
    pub sent_at: i64,
    /// When it was confirmed that the other side opened it; 0 while it was not.
    pub received_at: i64,
    /// When its password was retired; 0 while it was not.
    pub retired_at: i64,
    /// The print file it stands in, or empty.
    pub print_file: String,
    /// What was promised; `None` for a number whose parcel failed the gate.
    pub promise: Option<Reserved>,
    /// The last event that touched it.
    pub last_seq: i64,
}

impl CaseRow {
    /// いつまでに: the time that a notice of delay told (N14), else the deadline; 0 = never.
    pub fn due_at(&self) -> i64 {
        if self.delayed_until != 0 { self.delayed_until } else { self.deadline }
    }
}

impl ParcelRow {
    /// The cases that its documents are about, in their order.
    pub fn receptions(&self) -> Vec<Reception> {
        self.replies().map(|(reception, _)| reception.clone()).collect()
    }

    /// The document about this case.
    pub fn document(&self, reception: &Reception) -> Option<&Document> {
        self.replies().find(|(about, _)| *about == reception).map(|(_, document)| document)
    }

    /// The documents that settle a case.
    fn replies(&self) -> impl Iterator<Item = (&Reception, &Document)> {
        let documents = self.promise.iter().flat_map(|promise| &promise.documents);
        documents.filter_map(|document| document.reception.as_ref().map(|reception| (reception, document)))
    }
}

/// A set of states in memory: those an event touches, or (when the ledger is checked) all of them.
#[derive(Debug, Default)]
pub(super) struct States {
    pub(super) cases: BTreeMap<Reception, CaseRow>,
    pub(super) parcels: BTreeMap<Number, ParcelRow>,
    pub(super) vault_generation: i64,
}

/// An event that speaks of what was never there, or can't follow what was.
#[derive(Debug)]
pub(super) struct Impossible;

impl States {
    /// Applies one row.
    pub(super) fn apply(&mut self, row: &Row) -> Result<(), Impossible> {
        let subject = row.subject().ok_or(Impossible)?;
        match row.event().ok_or(Impossible)? {
            Event::Received(received) => self.received(row, *received),
            Event::Held(judged) => self.judged(subject.reception, row, Outcome::Held, judged),
            Event::Refused(judged) => self.judged(subject.reception, row, Outcome::Refused, judged),
            Event::Reserved(promise) => self.reserved(subject.number, row, *promise),
            Event::Packed(_) => self.packed(subject.number, row),
            Event::Released => self.parcel(subject.number, row, |p| turn(p, State::Reserved, State::Released)),
            Event::Void(_) => self.void(subject.number, row),
            Event::Retired(_) => self.parcel(subject.number, row, |p| set(&mut p.retired_at, row.at)),
            Event::Printed(printed) => self.parcel(subject.number, row, |p| set(&mut p.print_file, printed.file)),
            Event::Told(told) => self.parcel(subject.number, row, |p| {
                p.told_at = told.note.at.unwrap_or(row.at);
                if told.confirmed { received(p, p.told_at) } else { Ok(()) }
            }),
            Event::Sent(note) => self.sent(subject.number, row, note.at),
            Event::Confirmed(note) => self.parcel(subject.number, row, |p| received(p, note.at.unwrap_or(row.at))),
            Event::Updated(_) => self.case(subject.reception, row, |c| c.follow_up = FollowUp::Done),
            Event::Closed(_) => self.case(subject.reception, row, |c| c.closed = true),
            Event::Permitted(_) => self.case(subject.reception, row, |_| ()),
            Event::Opened => self.parcel(subject.number, row, |_| Ok(())),
            Event::Vault(vault) => {
                self.vault_generation = vault.generation;
                Ok(())
            }
            Event::Resumed(_) | Event::Year(_) => Ok(()),
        }
    }

    fn received(&mut self, row: &Row, received: Received) -> Result<(), Impossible> {
        if row.reception != received.reception.to_string() || self.cases.contains_key(&received.reception) {
            return Err(Impossible);
        }
        let case = CaseRow {
            reception: received.reception.clone(),
            case: received.case,
            id: received.id.unwrap_or_default(),
            received_at: received.received_at,
            via: received.via,
            municipality: received.municipality,
            procedure: received.procedure,
            requester: received.requester,
            person: received.person,
            items: received.items,
            first_at: row.at,
            deadline: received.deadline,
            delayed_until: 0,
            outcome: None,
            code: String::new(),
            row: 0,
            fingerprint: None,
            number: None,
            follow_up: FollowUp::None,
            closed: false,
            last_seq: row.seq,
        };
        self.cases.insert(received.reception, case);
        Ok(())
    }

    fn judged(&mut self, reception: Option<Reception>, row: &Row, outcome: Outcome, judged: Judged) -> Result<(), Impossible> {
        self.case(reception, row, |case| {
            // An answer that went out stands, whatever is tried with its case afterwards; the row itself tells of the attempt.
            if matches!(case.outcome, Some(Outcome::Answered | Outcome::NotFound)) {
                return;
            }
            case.outcome = Some(outcome);
            case.code = judged.code;
            case.row = i64::try_from(judged.row).unwrap_or(i64::MAX);
            case.fingerprint = Some(judged.fingerprint);
        })
    }

    fn reserved(&mut self, number: Option<Number>, row: &Row, promise: Reserved) -> Result<(), Impossible> {
        let number = number.ok_or(Impossible)?;
        let before = self.parcels.get(&number);
        let free = before.is_none_or(|parcel| parcel.state == State::Released);
        if !free || promise.revision != before.map_or(0, |parcel| parcel.revision) + 1 {
            return Err(Impossible);
        }
        self.parcels.insert(number.clone(), parcel(number, State::Reserved, row, Some(promise)));
        Ok(())
    }

    fn packed(&mut self, number: Option<Number>, row: &Row) -> Result<(), Impossible> {
        self.parcel(number.clone(), row, |parcel| {
            parcel.packed_at = row.at;
            turn(parcel, State::Reserved, State::Packed)
        })?;
        let parcel = number.and_then(|number| self.parcels.get(&number)).ok_or(Impossible)?;
        for (reception, document) in parcel.replies() {
            let case = self.cases.get_mut(reception).ok_or(Impossible)?;
            case.last_seq = row.seq;
            case.delayed_until = document.delayed_until.unwrap_or(case.delayed_until);
            if let (Some(about), Some(promise)) = (&document.about, &parcel.promise) {
                (case.person, case.items) = (about.person, about.items);
                (case.via, case.procedure) = (about.via.clone(), about.procedure.clone());
                (case.requester, case.municipality) = (Some(promise.requester), promise.municipality.clone());
            }
            if document.outcome.is_some() {
                case.outcome = document.outcome;
                case.code.clear();
                case.row = 0;
                case.fingerprint = document.fingerprint;
                case.number = Some(parcel.number.clone());
            }
        }
        Ok(())
    }

    fn void(&mut self, number: Option<Number>, row: &Row) -> Result<(), Impossible> {
        let number = number.ok_or(Impossible)?;
        match self.parcels.get(&number).map(|parcel| parcel.state) {
            // Its parcel failed the gate: the number was never promised, or had been freed before.
            None => {
                self.parcels.insert(number.clone(), parcel(number, State::Void, row, None));
                Ok(())
            }
            Some(State::Reserved | State::Released) => self.parcel(Some(number), row, |p| set(&mut p.state, State::Void)),
            Some(_) => Err(Impossible),
        }
    }

    fn sent(&mut self, number: Option<Number>, row: &Row, at: Option<i64>) -> Result<(), Impossible> {
        self.parcel(number.clone(), row, |p| set(&mut p.sent_at, at.unwrap_or(row.at)))?;
        let parcel = number.and_then(|number| self.parcels.get(&number)).ok_or(Impossible)?;
        for (reception, _) in parcel.replies().filter(|(_, document)| document.follow_up) {
            let case = self.cases.get_mut(reception).ok_or(Impossible)?;
            case.last_seq = row.seq;
            case.follow_up = case.follow_up.max(FollowUp::Open);
        }
        Ok(())
    }

    fn case(&mut self, reception: Option<Reception>, row: &Row, change: impl FnOnce(&mut CaseRow)) -> Result<(), Impossible> {
        let case = reception.and_then(|reception| self.cases.get_mut(&reception)).ok_or(Impossible)?;
        change(case);
        case.last_seq = row.seq;
        Ok(())
    }

    fn parcel(
        &mut self,
        number: Option<Number>,
        row: &Row,
        change: impl FnOnce(&mut ParcelRow) -> Result<(), Impossible>,
    ) -> Result<(), Impossible> {
        let parcel = number.and_then(|number| self.parcels.get_mut(&number)).ok_or(Impossible)?;
        change(parcel)?;
        parcel.last_seq = row.seq;
        Ok(())
    }
}

/// The first confirmation stands.
fn received(parcel: &mut ParcelRow, at: i64) -> Result<(), Impossible> {
    if parcel.received_at == 0 {
        parcel.received_at = at;
    }
    Ok(())
}

fn set<T>(field: &mut T, value: T) -> Result<(), Impossible> {
    *field = value;
    Ok(())
}

fn turn(parcel: &mut ParcelRow, from: State, to: State) -> Result<(), Impossible> {
    if parcel.state != from {
        return Err(Impossible);
    }
    parcel.state = to;
    Ok(())
}

fn parcel(number: Number, state: State, row: &Row, promise: Option<Reserved>) -> ParcelRow {
    ParcelRow {
        number,
        revision: promise.as_ref().map_or(0, |promise| promise.revision),
        state,
        reserved_at: row.at,
        packed_at: 0,
        told_at: 0,
        sent_at: 0,
        received_at: 0,
        retired_at: 0,
        print_file: String::new(),
        promise,
        last_seq: row.seq,
    }
}
