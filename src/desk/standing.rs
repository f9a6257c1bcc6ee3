//! 立場: where a case stands in the ledger, and what this run may do about it.

use super::drafting::{Cited, Drafting};
use super::errand::Errand;
use super::pack::Run;
use super::plan::{Ground, Plan, PlanRow, Succession};
use crate::base::date::{Date, from_epoch_ms, parse, wareki};
use crate::base::text::Lines;
use crate::base::{Arg, At, Fault, SafeText, code};
use crate::books::{self, Books, Digest, Group, Judged, Known, Number, ParcelRow, Received, Reception};
use crate::notice::{Channel, Outcome, Released, Why};

/// 立場.
pub(super) enum Standing {
    /// 受付番号, and what its letter cites.
    Open(Reception, Option<Cited>),
    /// 回答済み, with the parcel that carries it where there is one.
    Already(Option<String>),
    /// Nothing of it is recorded: a file that could not be read, or a case that this errand has no business with.
    NoCase,
}

impl Standing {
    pub(super) fn number(&self) -> Option<&str> {
        match self {
            Self::Open(..) | Self::NoCase => None,
            Self::Already(number) => number.as_deref(),
        }
    }
}

/// Cases of one transaction of receipts.
const RECEIPTS: usize = 256;

impl Run<'_> {
    /// 受付: every case gets its 受付番号 at first sight; held and refused ones leave their row.
    pub(super) fn receive(&mut self, plan: &mut Plan) -> Result<(), Fault> {
        self.refuse_parts(&mut plan.rows)?;
        self.refuse_all(&mut plan.rows);
        let root = self.root;
        let drafting = Drafting::new(self.bureau, &plan.sources, self.seams, plan.letter_date);
        for rows in plan.rows.chunks_mut(RECEIPTS) {
            let mut group = Group::new(root);
            // One moment for all that is asked of the ledger: else each question takes its locks and looks for somebody else's rows.
            self.books.start_reading()?;
            let stood = rows.iter_mut().map(|row| self.stand(row, &drafting, &mut group)).collect::<Result<Vec<_>, _>>();
            self.books.end_reading();
            self.standings.extend(stood?);
            if !group.is_empty() {
                self.books.reserve(group, &*self.seams.entropy)?;
            }
        }
        // What the ledger refuses stops the others as well.
        self.refuse_all(&mut plan.rows);
        Ok(())
    }

    /// --all-or-nothing: one refusal refuses all.
    fn refuse_all(&self, rows: &mut [PlanRow]) {
        if self.options.all_or_nothing && rows.iter().any(|row| row.outcome == Outcome::Refused) {
            rows.iter_mut().filter(|row| row.is_sent()).for_each(|row| row.refuse(Fault::new(code::ALL_OR_NOTHING)));
        }
    }

    fn stand(&mut self, row: &mut PlanRow, drafting: &Drafting<'_>, group: &mut Group<'_>) -> Result<Standing, Fault> {
        if row.slice.is_none() {
            // A file that could not be read is no case: nothing of it stays open in the ledger.
            return Ok(Standing::NoCase);
        }
        // The same case twice in one run: the second was refused for its id, and the first stands in the ledger for both.
        if let Some(reception) = self.received.get(&row.marks.case) {
            if row.outcome != Outcome::Refused {
                row.refuse(Fault::new(code::DUPLICATE_ID));
            }
            return Ok(Standing::Open(reception.clone(), None));
        }
        let id = row.id.clone().unwrap_or_default();
        let known = self.books.known(&row.marks.case, &row.marks.contents(), &id)?;
        // Its parcel may stand, whole, where only another computer can look.
        let elsewhere = known.reception().and_then(|reception| self.elsewhere.get(reception));
        if let (Some(number), true) = (elsewhere, self.options.errand != Errand::Accept) {
            row.refuse(Fault::new(code::ELSEWHERE).with("number", Arg::plain(number)));
            return Ok(Standing::NoCase);
        }
        let standing = match known {
            Known::SameContent { reception, number, outcome } => {
                self.stand_answered(row, drafting, reception, number, outcome)?
            }
            Known::ChangedAfterAnswer { reception, number, .. } => self.stand_changed(row, reception, number)?,
            Known::Continues { reception, previous, .. } => {
                match self.stand_continued(row, drafting, reception, previous.map(|(number, _)| number))? {
                    Some(standing) => standing,
                    None => return Ok(Standing::NoCase),
                }
            }
            Known::New => self.stand_new(row, group),
            Known::SameIdOther { .. } => {
                row.warn(Fault::new(code::SAME_ID), &drafting.source(row)?.name);
                self.stand_new(row, group)
            }
        };
        if !matches!(standing, Standing::Already(_)) {
            self.warn_of_double_entry(row, drafting)?;
        }
        self.warn_of_earlier(row, &standing, drafting)?;
        self.keep(row, &standing, group);
        Ok(standing)
    }

    /// Its 受付番号 counts for the rest of the run; held and refused ones leave their row.
    fn keep(&mut self, row: &PlanRow, standing: &Standing, group: &mut Group<'_>) {
        let Standing::Open(reception, _) = standing else { return };
        self.received.insert(row.marks.case, reception.clone());
        match row.outcome {
            Outcome::Held => group.held(reception, row.judged()),
            Outcome::Refused => group.refused(reception, row.judged()),
            _ => {}
        }
    }

    /// Never seen.
    fn stand_new(&mut self, row: &PlanRow, group: &mut Group<'_>) -> Standing {
        let reception = self.numbering.reception();
        group.received(row.received(reception.clone()));
        Standing::Open(reception, None)
    }

    /// 継続: seen before and not answered for good, perhaps with a letter of ours. None when what stands of the case stays as it was judged.
    fn stand_continued(
        &mut self,
        row: &mut PlanRow,
        drafting: &Drafting<'_>,
        reception: Reception,
        previous: Option<Number>,
    ) -> Result<Option<Standing>, Fault> {
        if self.is_closed(&reception)? {
            row.faults.clear();
            row.refuse(Fault::new(code::CASE_CLOSED).with("number", Arg::plain(&reception)));
            return Ok(Some(Standing::NoCase));
        }
        if row.code() == Some(code::NOT_LOOKED_UP) && row.faults.len() == 1 {
            // Received, and nobody has looked yet: that is told, and stays as it is.
            return Ok(Some(Standing::NoCase));
        }
        self.judge_continued(row, drafting, &reception, previous.is_some())?;
        if row.outcome == Outcome::Refused && !self.options.errand.is_answer() {
            // The notice can't be made.
            return Ok(None);
        }
        Ok(Some(match (&self.options.errand, previous) {
            (Errand::Correct(number), _) => {
                row.refuse(Fault::new(code::NOTHING_TO_CORRECT).with("number", Arg::plain(number)));
                Standing::NoCase
            }
            (Errand::Repack(number, _), _) => {
                row.refuse(Fault::new(code::CHANGED_SINCE).with("number", Arg::plain(number)));
                Standing::NoCase
            }
            (Errand::Delay(delay), _) if self.is_told(&reception, delay.until)? => {
                row.already();
                // The notice that told it, while nobody recorded it as sent.
                let told = self.notices.iter().rev().find(|(_, about)| about.contains(&reception));
                Standing::Already(told.map(|(number, _)| number.to_string()))
            }
            (Errand::Delay(_), _) => {
                let told = self.books.told_delay(&reception)?;
                Standing::Open(reception.clone(), told.map(|parcel| self.cited(&parcel, &reception, Why::Delayed)))
            }
            (Errand::Reply | Errand::Reissue, Some(number)) => {
                let parcel = self.books.expect_parcel(&number)?;
                let cited = self.cited(&parcel, &reception, Why::Asked);
                Standing::Open(reception, Some(cited))
            }
            _ => Standing::Open(reception, None),
        }))
    }

    /// The same content was issued before.
    fn stand_answered(
        &mut self,
        row: &mut PlanRow,
        drafting: &Drafting<'_>,
        reception: Reception,
        number: Number,
        outcome: books::Outcome,
    ) -> Result<Standing, Fault> {
        let parcel = self.books.expect_parcel(&number)?;
        let sent_before = parcel.sent_at != 0;
        let replaces = match &self.options.errand {
            Errand::Ask if outcome == books::Outcome::AskMore => false,
            Errand::Ask | Errand::Delay(_) => {
                row.faults.clear();
                row.refuse(Fault::new(code::NOTHING_OPEN).with("number", Arg::plain(&number)));
                return Ok(Standing::NoCase);
            }
            // What was done stays done, whatever another case of the run was refused for.
            _ if row.outcome == Outcome::Refused && row.code() != Some(code::ALL_OR_NOTHING) => return Ok(Standing::NoCase),
            Errand::Reply | Errand::Correct(_) | Errand::Accept => false,
            Errand::Reissue => true,
            Errand::Repack(_, to) if channel(&parcel) == Some(*to) => {
                row.refuse(Fault::new(code::SAME_CHANNEL).with("number", Arg::plain(&number)));
                return Ok(Standing::NoCase);
            }
            Errand::Repack(..) => true,
        };
        if !replaces {
            row.already();
            return Ok(Standing::Already(Some(number.to_string())));
        }
        // It goes as it went last, and is about the day that the first letter was about.
        row.terms.as_of = first_day(&parcel, &reception);
        row.terms.channel = row.terms.channel.or(channel(&parcel));
        row.terms.released = released(self.books, &reception, &row.marks.contents())?;
        self.judge_again(row, drafting)?;
        if !row.is_sent() {
            // What was answered before would be held today: that is for people to settle, and the first letter stands.
            return Ok(Standing::NoCase);
        }
        row.succession = Some(Succession::Replaces(number));
        // A mail that was refused on the way never reached anybody: what replaces it is the first letter.
        let marked = self.options.errand == Errand::Reissue || sent_before;
        let cited = marked.then(|| self.cited(&parcel, &reception, Why::Reissued));
        Ok(Standing::Open(reception, cited))
    }

    /// Another content than the one that was answered.
    fn stand_changed(&mut self, row: &mut PlanRow, reception: Reception, number: Number) -> Result<Standing, Fault> {
        match &self.options.errand {
            Errand::Correct(of) if *of == number => {
                let parcel = self.books.expect_parcel(&number)?;
                if self.is_other_person(&reception, row)? {
                    row.warnings.push(Fault::new(code::CORRECTS_PERSON).with("number", Arg::plain(&number)));
                }
                row.succession = Some(Succession::Corrects(number));
                let cited = self.cited(&parcel, &reception, Why::Corrected);
                return Ok(Standing::Open(reception, Some(cited)));
            }
            Errand::Accept => {
                // Before the records were looked at the inquiry read otherwise; it is the same case.
                row.already();
                return Ok(Standing::Already(Some(number.to_string())));
            }
            Errand::Repack(..) => row.refuse(Fault::new(code::CHANGED_SINCE).with("number", Arg::plain(&number))),
            Errand::Ask | Errand::Delay(_) => {
                row.refuse(Fault::new(code::NOTHING_OPEN).with("number", Arg::plain(&number)));
            }
            Errand::Reply | Errand::Reissue | Errand::Correct(_) => {
                row.refuse(Fault::new(code::ALREADY_ANSWERED).with("number", Arg::plain(&number)));
            }
        }
        Ok(Standing::Open(reception, None))
    }

    /// A release in the ledger counts for a case that goes on, and it must still be about the person we asked about.
    fn judge_continued(
        &mut self,
        row: &mut PlanRow,
        drafting: &Drafting<'_>,
        reception: &Reception,
        asked_before: bool,
    ) -> Result<(), Fault> {
        if row.outcome == Outcome::Held && row.code() == Some(code::PROTECTED) {
            row.terms.released = released(self.books, reception, &row.marks.contents())?;
            if row.terms.released.is_some() {
                self.judge_again(row, drafting)?;
            }
        }
        if asked_before && self.is_other_person(reception, row)? {
            row.refuse(Fault::new(code::OTHER_PERSON));
        }
        Ok(())
    }

    /// Under the terms that the ledger gave it.
    fn judge_again(&self, row: &mut PlanRow, drafting: &Drafting<'_>) -> Result<(), Fault> {
        let (node, judged) = drafting.judged(row)?;
        row.take(judged, &node, drafting.source(row)?, &Ground { bureau: self.bureau, keys: self.books.keys() });
        Ok(())
    }

    fn is_closed(&mut self, reception: &Reception) -> Result<bool, Fault> {
        Ok(self.books.case(reception)?.is_some_and(|case| case.closed))
    }

    /// Whether this delay was told already.
    fn is_told(&mut self, reception: &Reception, until: crate::base::date::DateTime) -> Result<bool, Fault> {
        let until = crate::base::date::to_epoch_ms(until);
        Ok(self.books.case(reception)?.is_some_and(|case| case.delayed_until == until))
    }

    fn cited(&self, parcel: &ParcelRow, reception: &Reception, why: Why) -> Cited {
        Cited::of(parcel, reception, why, self.bureau)
    }

    /// Whether a case that goes on is now about somebody else.
    fn is_other_person(&mut self, reception: &Reception, row: &PlanRow) -> Result<bool, Fault> {
        let before = self.books.case(reception)?.and_then(|case| case.person);
        Ok(matches!((before, row.marks.person), (Some(before), Some(now)) if before != now))
    }

    /// 二重受付の疑い against the ledger.
    fn warn_of_double_entry(&mut self, row: &mut PlanRow, drafting: &Drafting<'_>) -> Result<(), Fault> {
        let Some((requester, person, items)) = row.marks.question() else { return Ok(()) };
        let told = row.warnings.iter().any(|warning| warning.code == code::DOUBLE_ENTRY);
        if let (Some(first), false) = (self.books.double_entries(&row.marks.case, &requester, &person, &items)?.first(), told) {
            let fault = Fault::new(code::DOUBLE_ENTRY).with("number", Arg::plain(&first.reception));
            row.warn(fault, &drafting.source(row)?.name);
        }
        Ok(())
    }
}

impl Run<'_> {
    /// A letter that would be older than the one it cites, or whose place it takes.
    fn warn_of_earlier(&mut self, row: &mut PlanRow, standing: &Standing, drafting: &Drafting<'_>) -> Result<(), Fault> {
        let earlier = match (standing, &row.succession) {
            (Standing::Open(_, Some(cited)), _) => cited.clone(),
            (Standing::Open(reception, None), Some(Succession::Replaces(number))) => {
                let replaced = self.books.expect_parcel(number)?;
                self.cited(&replaced, reception, Why::Reissued)
            }
            _ => return Ok(()),
        };
        if !row.is_sent() || drafting.letter_date >= earlier.date {
            return Ok(());
        }
        let fault = Fault::new(code::LETTER_BEFORE_EARLIER).with("date", Arg::plain(wareki(drafting.letter_date)));
        let fault = fault.with("number", Arg::plain(&earlier.number)).with("earlier", Arg::plain(wareki(earlier.date)));
        row.warn(fault, &drafting.source(row)?.name);
        Ok(())
    }
}

impl PlanRow {
    /// Nothing is to be done about it: what its record would be judged today is told neither as a fault nor as a warning.
    fn already(&mut self) {
        self.outcome = Outcome::Already;
        self.faults.clear();
        self.warnings.clear();
        self.card = None;
    }

    /// As the ledger keeps a case that issues nothing.
    pub(super) fn judged(&self) -> Judged {
        Judged {
            code: self.code().map(|c| c.to_string()).unwrap_or_default(),
            row: self.slice.as_ref().map_or(0, |slice| match slice.at {
                At::Case(n) | At::Line(n) | At::Byte(n) => n,
            }),
            fingerprint: self.marks.fingerprint,
        }
    }

    fn received(&self, reception: Reception) -> Received {
        let marks = &self.marks;
        Received {
            reception,
            case: marks.case,
            id: self.id.clone(),
            received_at: marks.received_at,
            via: marks.via.to_owned(),
            requester: marks.requester,
            municipality: marks.municipality.clone(),
            procedure: marks.procedure.clone(),
            person: marks.person,
            items: marks.items,
            deadline: marks.deadline,
        }
    }
}

/// 解除 that the ledger holds for this content.
pub(super) fn released(books: &mut Books, reception: &Reception, contents: &[Digest]) -> Result<Option<Released>, Fault> {
    let safe = |text: &str| SafeText::new(text, Lines::One).map_err(|_| Fault::new(code::DATABASE));
    books
        .permit(reception, contents)?
        .map(|(permitted, at)| Ok(Released { by: safe(&permitted.by)?, at: from_epoch_ms(at), reason: safe(&permitted.reason)? }))
        .transpose()
}

/// How a parcel went.
pub(super) fn channel(parcel: &ParcelRow) -> Option<Channel> {
    parcel.promise.as_ref().map(|promise| promise.channel.into())
}

/// The day that the first letter about a case bears, however often it was issued since.
fn first_day(parcel: &ParcelRow, reception: &Reception) -> Option<Date> {
    let document = parcel.document(reception)?;
    let day = document.as_of.as_deref().or(parcel.promise.as_ref().map(|p| p.letter_date.as_str()))?;
    parse(day).ok()
}
