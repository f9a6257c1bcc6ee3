//! 発送物の要目: what every paper of the office about one package says of it. Numbers, bodies and times; nobody's name but the staff's.

use super::Letterhead;
use super::composer::moment;
use crate::base::date::DateTime;
use crate::letter::{List, Phrase, Row, Slot, Values};
use crate::notice::Channel;

/// 発送物の要目.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// 発送番号
    pub number: &'a str,
    /// 文書番号
    pub document_number: &'a str,
    /// 市町村等名
    pub municipality: &'a str,
    /// 所属
    pub section: &'a str,
    /// When the paper was made.
    pub made_at: DateTime,
    /// By whom.
    pub made_by: &'a str,
}

/// したこと with a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// 作成
    Packed,
    /// 送付
    Sent,
    /// 伝達, and whether the 照合番号 was read back rightly.
    Told(bool),
    /// 受領確認
    Received,
    /// 開封, by ourselves.
    Opened,
    /// 差替え, by this number.
    Replaced(String),
}

/// 経過の一つ.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// When.
    pub at: DateTime,
    /// What.
    pub did: Did,
    /// By whom.
    pub by: &'a str,
}

impl Package<'_> {
    pub(super) fn values(&self, head: &Letterhead) -> Values {
        let mut values = Values::new();
        values.set(Slot::ParcelNumber, self.number).set(Slot::DocumentNumber, self.document_number);
        values.set(Slot::Municipality, self.municipality).set(Slot::Section, self.section);
        values.set(Slot::MadeAt, moment(self.made_at)).set(Slot::MadeBy, self.made_by);
        values.set(Slot::Sender, head.sender.as_str());
        values.set(Slot::ContactSection, head.section.as_str()).set(Slot::ContactPerson, head.person.as_str());
        values
    }
}

/// 経過, a row a step.
pub(super) fn history(values: &mut Values, head: &Letterhead, steps: &[Step<'_>]) {
    for step in steps {
        let phrase = match &step.did {
            Did::Packed => Phrase::DidPack,
            Did::Sent => Phrase::DidSend,
            Did::Told(false) => Phrase::DidTell,
            Did::Told(true) => Phrase::DidTellConfirmed,
            Did::Received => Phrase::DidReceive,
            Did::Opened => Phrase::DidOpen,
            Did::Replaced(_) => Phrase::DidReplace,
        };
        let by = if let Did::Replaced(by) = &step.did { by.as_str() } else { "" };
        let row = Row::new()
            .with(Slot::HistoryWhen, moment(step.at))
            .with(Slot::HistoryWhat, head.phrases.fill(phrase, &[("番号", by)]))
            .with(Slot::HistoryWho, step.by);
        values.push(List::History, row);
    }
}

/// 回答方法 in words.
pub(super) fn channel(head: &Letterhead, channel: Channel) -> &str {
    head.phrases.get(match channel {
        Channel::Email => Phrase::ByEmail,
        Channel::Paper => Phrase::ByPaper,
        Channel::Phone => Phrase::ByCall,
    })
}
