//! 確定: a group of finished parcels into the ledger, onto the disk, and into the ledger again.

use super::bundle::Bundle;
use super::bureau::Seams;
use super::judge::Purpose;
use super::make::{Made, within_size};
use super::pack::Run;
use super::plan::{Plan, Succession};
use super::report::Line;
use super::standing::Standing;
use crate::base::date::to_epoch_ms;
use crate::base::{Arg, Fault, code};
use crate::books::{About, Allotted, Document, Group, Number, ParcelFiles, Reception, Reservation};
use crate::notice::Outcome;
use crate::proof::{Gated, Parcel};
use std::collections::BTreeMap;
use zeroize::Zeroize as _;

impl Run<'_> {
    pub(super) fn commit(
        &mut self,
        plan: &mut Plan,
        bundles: &[Bundle],
        allotted: Vec<Allotted>,
        made: Vec<Result<Made, Fault>>,
    ) -> Result<(), Fault> {
        let mut good = Vec::new();
        let mut group = Group::new(self.root);
        for ((bundle, allotted), made) in bundles.iter().zip(allotted).zip(made) {
            let made = made.and_then(|made| {
                within_size(made.parcel.parcel(), self.limit(plan, bundle))?;
                Ok(made)
            });
            match made {
                Ok(made) => good.push((bundle, allotted, made)),
                Err(fault) => {
                    group.spoiled(&allotted.number, fault.code);
                    self.spoil(plan, bundle, &fault, &mut group);
                }
            }
        }
        good.iter().try_for_each(|(_, allotted, _)| self.vacant(&allotted.number))?;
        let files = Wiped(good.iter().map(|(_, a, made)| parcel_files(a, made.parcel.parcel())).collect());
        let mut retires: BTreeMap<Number, Vec<Number>> = BTreeMap::new();
        for ((bundle, allotted, made), files) in good.iter().zip(&files.0) {
            let reservation = self.reservation(plan, bundle, allotted, made, files)?;
            retires.insert(allotted.number.clone(), reservation.retires.clone());
            group.parcel(reservation);
        }
        let kept = self.books.reserve(group, &*self.seams.entropy)?;
        let mut deliveries = Vec::with_capacity(kept.len());
        let mut failed = None;
        for ((kept, files), (_, _, made)) in kept.into_iter().zip(&files.0).zip(&good) {
            match publish(&made.parcel, files, kept, self.seams) {
                Ok(delivery) => deliveries.push(delivery),
                Err(fault) => {
                    failed = Some(fault);
                    break;
                }
            }
        }
        let receipts = self.books.record(deliveries, &*self.seams.store)?;
        for receipt in receipts {
            if let Some((bundle, _, made)) = good.iter().find(|(_, a, _)| a.number == receipt.number) {
                self.account(bundle, made.parcel.parcel());
            }
            let new = receipt.number.to_string();
            self.replaced.extend(retires.remove(&receipt.number).into_iter().flatten().map(|old| (old, new.clone())));
        }
        match failed {
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }

    /// 空き番: no folder of a number that the ledger has not given away. Where one lies, a ledger was put back that is older than what left.
    fn vacant(&self, number: &Number) -> Result<(), Fault> {
        for channel in crate::books::Channel::ALL {
            let folder = self.root.join(channel.as_str()).join(number.to_string());
            if self.seams.store.kind(&folder).map_err(Fault::disk)?.is_some() {
                return Err(Fault::new(code::NUMBER_LIES_THERE).with("number", Arg::plain(number)));
            }
        }
        Ok(())
    }

    pub(super) fn limit(&self, plan: &Plan, bundle: &Bundle) -> Option<u64> {
        let key = bundle.rows.first().map(|i| plan.rows[*i].marks.municipality.as_str())?;
        self.bureau.partners.largest(key)
    }

    /// A parcel that could not be made: its cases are refused, its number void.
    fn spoil(&mut self, plan: &mut Plan, bundle: &Bundle, fault: &Fault, group: &mut Group<'_>) {
        for index in &bundle.rows {
            let row = &mut plan.rows[*index];
            row.refuse(fault.clone());
            self.lines[*index] = Line::of(row, None);
            if let (Standing::Open(reception, _), true) = (&self.standings[*index], self.options.errand.is_answer()) {
                group.refused(reception, row.judged());
            }
        }
    }

    fn reservation<'f>(
        &mut self,
        plan: &Plan,
        bundle: &Bundle,
        allotted: &Allotted,
        made: &Made,
        files: &'f ParcelFiles,
    ) -> Result<Reservation<'f>, Fault> {
        let ours = || Fault::new(code::OURS);
        let parcel = made.parcel.parcel();
        let requester = bundle.rows.first().and_then(|i| plan.rows[*i].marks.requester).ok_or_else(ours)?;
        let number = allotted.number.to_string();
        let password = parcel
            .password()
            .map(|password| self.books.keys().office().seal_password(&number, allotted.revision, password, &*self.seams.entropy));
        Ok(Reservation {
            allotted: allotted.clone(),
            files,
            insurer: self.bureau.office.insurer.number.as_str().to_owned(),
            municipality: made.municipality.clone(),
            section: made.section.clone(),
            destination: made.destination.clone(),
            posting: made.posting.clone(),
            requester,
            documents: self.documents(plan, bundle, parcel)?,
            password,
            seal: made.seal.clone(),
            retires: self.retires(plan, bundle)?,
            corrects: bundle.rows.iter().find_map(|i| match &plan.rows[*i].succession {
                Some(Succession::Corrects(number)) => Some(number.clone()),
                _ => None,
            }),
            letter_date: plan.letter_date,
            counts: bundle.counts,
            together: self.joined_by(plan, bundle)?,
        })
    }

    /// 同封を決めた人, where people of nearly the same name are in one set: now, or when the parcel was made whose place it takes.
    fn joined_by(&mut self, plan: &Plan, bundle: &Bundle) -> Result<Option<String>, Fault> {
        if !bundle.joined || self.options.together.is_some() {
            return Ok(self.options.together.clone().filter(|_| bundle.joined));
        }
        let replaced = bundle.rows.iter().find_map(|i| match &plan.rows[*i].succession {
            Some(Succession::Replaces(number)) => Some(number.clone()),
            _ => None,
        });
        let promise = replaced.map(|number| self.books.expect_parcel(&number)).transpose()?.and_then(|parcel| parcel.promise);
        Ok(promise.and_then(|promise| promise.together))
    }

    /// 差替え: earlier parcels that nothing is left of once this one stands.
    ///
    /// A parcel is replaced when each of its cases is answered by another one: by this, or by one before it. What a correction
    /// corrects stays, unless it never left; a notice of delay that never left is overtaken by any letter about its case.
    fn retires(&mut self, plan: &Plan, bundle: &Bundle) -> Result<Vec<Number>, Fault> {
        let here: Vec<Reception> = bundle
            .rows
            .iter()
            .filter_map(|i| match &self.standings[*i] {
                Standing::Open(reception, _) => Some(reception.clone()),
                _ => None,
            })
            .collect();
        let mut retires: Vec<Number> = Vec::new();
        for succession in bundle.rows.iter().filter_map(|i| plan.rows[*i].succession.as_ref()) {
            let (old, always) = match succession {
                Succession::Replaces(old) => (old, true),
                Succession::Corrects(old) => (old, false),
            };
            let unsent = self.books.expect_parcel(old)?.sent_at == 0;
            let left = self.books.standing_cases(old)?;
            if (always || unsent) && left.iter().all(|reception| here.contains(reception)) && !retires.contains(old) {
                retires.push(old.clone());
            }
        }
        let overtaken = |about: &[Reception]| about.iter().all(|reception| here.contains(reception));
        retires.extend(self.notices.iter().filter(|(_, about)| overtaken(about)).map(|(number, _)| number.clone()));
        Ok(retires)
    }

    /// What the ledger keeps of each document. A call sheet settles all its cases at once.
    fn documents(&self, plan: &Plan, bundle: &Bundle, parcel: &Parcel) -> Result<Vec<Document>, Fault> {
        let mut replies = bundle.rows.iter();
        let mut documents = Vec::new();
        for bound in parcel.bound() {
            let kept = Document {
                number: bound.number.clone(),
                name: bound.name.clone(),
                kind: bound.kind.id().to_owned(),
                mac: crate::books::Digest::new(*bound.code.as_bytes()),
                reception: None,
                outcome: None,
                fingerprint: None,
                follow_up: false,
                delayed_until: None,
                as_of: None,
                reason: None,
                cites: None,
                why: None,
                form: Some(self.books.keys().file(self.bureau.press.plate(bound.kind)?.words())),
                items: Vec::new(),
                about: None,
            };
            match bound.kind {
                kind if kind.is_listing() => documents.push(kept),
                crate::letter::LetterKind::Call => {
                    for index in replies.by_ref() {
                        documents.push(self.settles(plan, *index, kept.clone())?);
                    }
                }
                _ => {
                    let index = replies.next().ok_or_else(|| Fault::new(code::OURS))?;
                    documents.push(self.settles(plan, *index, kept)?);
                }
            }
        }
        Ok(documents)
    }

    fn settles(&self, plan: &Plan, index: usize, document: Document) -> Result<Document, Fault> {
        let row = &plan.rows[index];
        let (Standing::Open(reception, cited), true) = (&self.standings[index], row.is_sent()) else {
            return Err(Fault::new(code::OURS));
        };
        let delay = match row.terms.purpose {
            Purpose::Delay(delay) => Some(delay),
            Purpose::Reply | Purpose::Ask | Purpose::Accept => None,
        };
        Ok(Document {
            reception: Some(reception.clone()),
            outcome: settled(row.outcome),
            fingerprint: Some(row.marks.fingerprint),
            follow_up: row.my_number_held,
            delayed_until: delay.map(|delay| to_epoch_ms(delay.until)),
            reason: delay.map(|delay| delay.reason.word().to_owned()),
            as_of: row.terms.as_of.map(|day| day.to_string()),
            cites: cited.as_ref().map(|cited| cited.number.clone()),
            why: cited.as_ref().map(|cited| cited.why),
            items: row.items.iter().map(|asked| self.bureau.catalogue.item(*asked).id.clone()).collect(),
            about: Some(About {
                person: row.marks.person,
                items: row.marks.items,
                via: row.marks.via.to_owned(),
                procedure: row.marks.procedure.clone(),
            }),
            ..document
        })
    }

    fn account(&mut self, bundle: &Bundle, parcel: &Parcel) {
        for (position, index) in bundle.rows.iter().enumerate() {
            self.lines[*index].delivered(parcel, position);
        }
    }
}

/// 引渡し: only what passed the gate, and only with the promise of a committed row.
pub fn publish(
    gated: &Gated<Parcel>,
    files: &ParcelFiles,
    kept: crate::books::Kept,
    seams: &Seams,
) -> Result<crate::books::Delivery, Fault> {
    let parcel = gated.parcel();
    let same = parcel.number() == files.number.to_string()
        && parcel.files().count() == files.files.len()
        && parcel.files().zip(&files.files).all(|((name, bytes), (n, b))| name == n && bytes == b);
    if !same {
        return Err(Fault::new(code::OURS));
    }
    crate::books::publish(files, kept, &*seams.store)
}

/// The letters in clear as the ledger and the disk are handed them: nothing of them stays in memory behind their group.
struct Wiped(Vec<ParcelFiles>);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.iter_mut().flat_map(|parcel| &mut parcel.files).for_each(|(_, bytes)| bytes.zeroize());
    }
}

fn parcel_files(allotted: &Allotted, parcel: &Parcel) -> ParcelFiles {
    ParcelFiles {
        channel: parcel.channel().into(),
        number: allotted.number.clone(),
        files: parcel.files().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect(),
    }
}

fn settled(outcome: Outcome) -> Option<crate::books::Outcome> {
    match outcome {
        Outcome::Answered => Some(crate::books::Outcome::Answered),
        Outcome::NotFound => Some(crate::books::Outcome::NotFound),
        Outcome::AskMore => Some(crate::books::Outcome::AskMore),
        Outcome::Delayed | Outcome::Accepted | Outcome::Held | Outcome::Refused | Outcome::Already => None,
    }
}
