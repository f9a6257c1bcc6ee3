//! 判定: one record from tree to decision. The order of judgement: intake, My Number, requester, matching, channel.

use crate::base::date::{Date, DateTime};
use crate::base::{Fault, code};
use crate::intake::{Admission, Admitted, Node, admit, admit_inquiry};
use crate::notice::decide::Basis;
use crate::notice::find::{Card, Found};
use crate::notice::plausible::{dated_oddly, plausible};
use crate::notice::requester::{Municipalities, Partners};
use crate::notice::vet::{Destination, Procedures, Registers, destination};
use crate::notice::{
    CaseId, Catalogue, Channel, Decision, Delay, Finding, Inquiry, Insurer, Outcome, Released, Reply, Vetted, decide, find, vet,
};

/// 判定の前提: everything a judgement rests on besides the record.
pub struct Bench<'a> {
    /// 項目カタログ
    pub catalogue: &'a Catalogue,
    /// 保険者
    pub insurer: &'a Insurer,
    /// 宛先表
    pub partners: &'a Partners,
    /// 市区町村一覧
    pub municipalities: &'a Municipalities,
    /// 手続一覧
    pub procedures: &'a dyn Procedures,
    /// 記録確認日時 of the file.
    pub records_at: Option<DateTime>,
    /// 発信日
    pub letter_date: Date,
    /// Now, in Japan.
    pub now: DateTime,
}

/// 判定の条件: what a run or the ledger says about a case besides its record. By default nothing.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// 用向き
    pub purpose: Purpose,
    /// 回答方法 in place of the record's own.
    pub channel: Option<Channel>,
    /// 解除 that the ledger holds; the record's own counts before it.
    pub released: Option<Released>,
    /// 基準日 of a reissue: the day of the first letter, where no other is stated.
    pub as_of: Option<Date>,
}

/// 用向き: what is wanted of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Purpose {
    /// 回答
    #[default]
    Reply,
    /// 受付: only what the requester sent is read.
    Accept,
    /// 追加情報の依頼 for a case that would be held.
    Ask,
    /// 遅延の連絡: only what the requester sent is read.
    Delay(Delay),
}

/// 判定. What became of one record.
#[derive(Clone, Debug)]
pub struct Judged {
    /// 照会番号, when it may be shown.
    pub id: Option<CaseId>,
    /// 結果
    pub outcome: Outcome,
    /// 回答方法, when it could be read.
    pub channel: Option<Channel>,
    /// Why it was held or refused, the gravest first.
    pub faults: Vec<Fault>,
    /// What was odd.
    pub warnings: Vec<Fault>,
    /// 照合票, when matching was reached.
    pub card: Option<Card>,
    /// Nobody matched, but somebody nearly did.
    pub near_miss: bool,
    /// 行ずれ: every candidate is a stranger. None without a candidate.
    pub slipped: Option<bool>,
    /// What is to be sent, for answered, not_found and ask_more.
    pub ready: Option<Ready>,
    /// The vetted inquiry, once the requester stood.
    pub vetted: Option<Vetted>,
}

/// 送る回答.
#[derive(Clone, Debug)]
pub struct Ready {
    /// 回答の内容
    pub reply: Reply,
    /// 宛先
    pub destination: Destination,
}

impl Judged {
    /// Refuses it after all; a My Number stays what is told first.
    pub fn refuse(&mut self, faults: Vec<Fault>) {
        if faults.is_empty() {
            return;
        }
        self.outcome = Outcome::Refused;
        self.ready = None;
        let (first, after): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(|fault| fault.code == code::MY_NUMBER);
        let at = self.faults.iter().take_while(|fault| fault.code == code::MY_NUMBER).count();
        self.faults.splice(at..at, after);
        self.faults.splice(0..0, first);
    }

    fn refused(id: Option<CaseId>, faults: Vec<Fault>, warnings: Vec<Fault>) -> Self {
        Self {
            id,
            outcome: Outcome::Refused,
            channel: None,
            faults,
            warnings,
            card: None,
            near_miss: false,
            slipped: None,
            ready: None,
            vetted: None,
        }
    }
}

/// Judges a record that could not even be read.
pub fn unreadable(fault: Fault) -> Judged {
    Judged::refused(None, vec![fault], Vec::new())
}

/// Judges one record under these terms.
pub fn judge_for(record: &Node, bench: &Bench<'_>, terms: &Terms) -> Judged {
    match terms.purpose {
        Purpose::Reply | Purpose::Ask => judge_whole(record, bench, terms),
        Purpose::Accept => judge_inquiry(record, bench, terms, None),
        Purpose::Delay(delay) => judge_inquiry(record, bench, terms, Some(Decision::Reply(Reply::Delayed(delay)))),
    }
}

fn judge_whole(record: &Node, bench: &Bench<'_>, terms: &Terms) -> Judged {
    let Admitted { mut inquiry, mut stated, mut warnings } = match admit(record, &bench.admission()) {
        Ok(admitted) => admitted,
        Err(refused) => return Judged::refused(refused.id, refused.faults, refused.warnings),
    };
    inquiry.reply_by = terms.channel.unwrap_or(inquiry.reply_by);
    stated.released = stated.released.or_else(|| terms.released.clone());
    let (id, channel) = (inquiry.id.clone(), inquiry.reply_by);
    warnings.extend(plausible(&inquiry, &stated, bench.insurer, bench.now));
    let vetted = match vet(inquiry, &bench.registers()) {
        Ok(vetted) => vetted,
        Err(fault) => return Judged { channel: Some(channel), ..Judged::refused(Some(id), vec![fault], warnings) },
    };
    warnings.extend(vetted.warnings().iter().cloned());
    let found = find(&vetted, &stated, bench.insurer);
    let letter_date = terms.as_of.unwrap_or(bench.letter_date);
    let basis = Basis { catalogue: bench.catalogue, insurer: bench.insurer, letter_date };
    let decision = match (decide(&vetted, &stated, &found, &basis), terms.purpose) {
        // 支援措置: the person is known. To ask would be untrue, and a supervisor decides.
        (Decision::Hold(fault), Purpose::Ask) if fault.code != code::PROTECTED => Decision::Reply(Reply::AskMore),
        // It would be answered, unless something else stands in its way.
        (Decision::Reply(_), Purpose::Ask) => {
            Decision::Refuse(destination(&vetted).err().unwrap_or_else(|| Fault::new(code::NOT_HELD)))
        }
        (decision, _) => decision,
    };
    let Found { finding, card, warnings: more, slipped } = found;
    warnings.extend(more);
    let (outcome, faults, ready) = settle(decision, &vetted);
    warnings.extend(ready.as_ref().and_then(|_| dated_oddly(&vetted.inquiry().received, bench.letter_date, bench.now)));
    Judged {
        id: Some(id),
        outcome,
        channel: Some(channel),
        faults,
        warnings,
        card: Some(card),
        near_miss: matches!(finding, Finding::NoMatch(Some(_))),
        slipped,
        ready,
        vetted: Some(vetted),
    }
}

/// Judges only what the requester sent; without a decision it is received and nothing more.
fn judge_inquiry(record: &Node, bench: &Bench<'_>, terms: &Terms, decision: Option<Decision>) -> Judged {
    let (mut inquiry, mut warnings): (Inquiry, Vec<Fault>) = match admit_inquiry(record, &bench.admission()) {
        Ok(admitted) => admitted,
        Err(refused) => return Judged::refused(refused.id, refused.faults, refused.warnings),
    };
    inquiry.reply_by = terms.channel.unwrap_or(inquiry.reply_by);
    let (id, channel) = (inquiry.id.clone(), inquiry.reply_by);
    let vetted = match vet(inquiry, &bench.registers()) {
        Ok(vetted) => vetted,
        Err(fault) => return Judged { channel: Some(channel), ..Judged::refused(Some(id), vec![fault], warnings) },
    };
    warnings.extend(vetted.warnings().iter().cloned());
    let (outcome, faults, ready) = decision.map_or((Outcome::Accepted, Vec::new(), None), |decision| settle(decision, &vetted));
    warnings.extend(ready.as_ref().and_then(|_| dated_oddly(&vetted.inquiry().received, bench.letter_date, bench.now)));
    Judged { outcome, channel: Some(channel), ready, vetted: Some(vetted), ..Judged::refused(Some(id), faults, warnings) }
}

impl<'a> Bench<'a> {
    fn admission(&self) -> Admission<'a> {
        Admission { catalogue: self.catalogue, insurer: self.insurer, records_at: self.records_at }
    }

    fn registers(&self) -> Registers<'a> {
        Registers {
            partners: self.partners,
            municipalities: self.municipalities,
            procedures: self.procedures,
            insurer: self.insurer,
            today: self.now.date(),
        }
    }
}

/// A partner that takes no mail refuses only what would otherwise be sent.
fn settle(decision: Decision, vetted: &Vetted) -> (Outcome, Vec<Fault>, Option<Ready>) {
    match decision {
        Decision::Hold(fault) => (Outcome::Held, vec![fault], None),
        Decision::Refuse(fault) => (Outcome::Refused, vec![fault], None),
        Decision::Reply(reply) => match destination(vetted) {
            Ok(destination) => (reply.outcome(), Vec::new(), Some(Ready { reply, destination })),
            Err(fault) => (Outcome::Refused, vec![fault], None),
        },
    }
}
