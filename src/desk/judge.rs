//! 判定: one record from tree to decision. The order of judgement: intake, My Number, requester, matching, channel.

use crate::base::date::{Date, DateTime};
use crate::base::{Code, Fault};
use crate::intake::{Admission, Node, admit};
use crate::notice::decide::Basis;
use crate::notice::find::{Card, Found};
use crate::notice::plausible::plausible;
use crate::notice::requester::{Municipalities, Partners};
use crate::notice::vet::{Destination, Procedures, Registers, destination};
use crate::notice::{CaseId, Catalogue, Channel, Decision, Finding, Insurer, Outcome, Reply, Vetted, decide, find, vet};

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
    /// A candidate agrees in none of the three items.
    pub slipped: bool,
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
    /// The code told in the report: that of the first fault.
    pub fn code(&self) -> Option<Code> {
        self.faults.first().map(|fault| fault.code)
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
            slipped: false,
            ready: None,
            vetted: None,
        }
    }
}

/// Judges a record that could not even be read.
pub fn unreadable(fault: Fault) -> Judged {
    Judged::refused(None, vec![fault], Vec::new())
}

/// Judges one record.
pub fn judge(record: &Node, bench: &Bench<'_>) -> Judged {
    let admission = Admission { catalogue: bench.catalogue, insurer: bench.insurer, records_at: bench.records_at };
    let admitted = match admit(record, &admission) {
        Ok(admitted) => admitted,
        Err(refused) => return Judged::refused(refused.id, refused.faults, refused.warnings),
    };
    let (id, channel) = (admitted.inquiry.id.clone(), admitted.inquiry.reply_by);
    let mut warnings = admitted.warnings;
    warnings.extend(plausible(&admitted.inquiry, &admitted.stated, bench.insurer, bench.now));
    let registers = Registers {
        partners: bench.partners,
        municipalities: bench.municipalities,
        procedures: bench.procedures,
        insurer: bench.insurer,
        today: bench.now.date(),
    };
    let vetted = match vet(admitted.inquiry, &registers) {
        Ok(vetted) => vetted,
        Err(fault) => return Judged { channel: Some(channel), ..Judged::refused(Some(id), vec![fault], warnings) },
    };
    warnings.extend(vetted.warnings().iter().cloned());
    let found = find(&vetted, &admitted.stated, bench.insurer);
    let basis = Basis { catalogue: bench.catalogue, insurer: bench.insurer, letter_date: bench.letter_date };
    let decision = decide(&vetted, &admitted.stated, &found, &basis);
    let Found { finding, card, warnings: more, slipped } = found;
    warnings.extend(more);
    let (outcome, faults, ready) = settle(decision, &vetted);
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
