//! 誤送付時の確認票: one page for who has to decide what to do about a package that went to the wrong place.

use super::Letterhead;
use super::composer::moment;
use super::package::{Did, Package, Step, channel, history};
use super::seal_record::{SealFacts, sealing};
use crate::letter::{LetterKind, List, Phrase, Row, Slot, Values};
use crate::notice::Channel;

/// 収録: documents of one kind about the same items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Which form.
    pub kind: LetterKind,
    /// How many.
    pub count: usize,
    /// 項目名, none where no item is answered; `None` where the ledger says nothing of items.
    pub items: Option<Vec<String>>,
}

/// 誤送付時の確認票.
pub struct Incident<'a> {
    /// Which package.
    pub package: Package<'a>,
    /// How it left.
    pub channel: Channel,
    /// How it was sealed; `None` for paper.
    pub seal: Option<&'a SealFacts>,
    /// What was in it.
    pub contents: &'a [Content],
    /// What was done with it.
    pub steps: &'a [Step<'a>],
}

/// The values of a page. No destination stands on it: a mailbox may be a person's.
pub fn incident(head: &Letterhead, incident: &Incident<'_>) -> Values {
    let phrases = &head.phrases;
    let mut values = incident.package.values(head);
    let by_phone = incident.channel == Channel::Phone;
    values.set(Slot::ReplyBy, channel(head, incident.channel));
    match incident.seal {
        Some(seal) => sealing(&mut values, head, seal),
        None => {
            let unsealed = if by_phone { Phrase::Spoken } else { Phrase::NotSealed };
            values.set(Slot::SealFormat, phrases.get(unsealed));
        }
    }
    let (asked, done) = match by_phone {
        true => (Phrase::AskedToForget, Phrase::NoteDestroyed),
        false => (Phrase::AskedToDelete, Phrase::Deleted),
    };
    values.set(Slot::AskedOfWrong, phrases.get(asked)).set(Slot::DoneByWrong, phrases.get(done));
    let told = incident.steps.iter().rev().find(|step| matches!(step.did, Did::Told(_)));
    let (state, advice) = match (incident.seal, told) {
        (None, _) if by_phone => (None, Phrase::AdvicePhone),
        (None, _) => (None, Phrase::AdvicePaper),
        (_, None) => (Some(phrases.get(Phrase::NotTold).to_owned()), Phrase::AdviceNotTold),
        (_, Some(step)) => (Some(phrases.fill(Phrase::Told, &[("日時", &moment(step.at)), ("者", step.by)])), Phrase::AdviceTold),
    };
    values.set_some(Slot::ToldState, state.as_deref());
    values.set(Slot::ToldAdvice, phrases.get(advice));
    for content in incident.contents {
        values.push(List::Contents, row(head, content));
    }
    history(&mut values, head, incident.steps);
    values
}

fn row(head: &Letterhead, content: &Content) -> Row {
    let phrases = &head.phrases;
    let title = match content.kind {
        LetterKind::Cover => Phrase::TitleCover,
        LetterKind::Index | LetterKind::Contents => Phrase::TitleIndex,
        LetterKind::Call => Phrase::TitleCall,
        LetterKind::AskMore => Phrase::TitleAskMore,
        LetterKind::Delay => Phrase::TitleDelay,
        _ => Phrase::TitleReply,
    };
    let items = match &content.items {
        _ if content.kind.is_listing() => phrases.get(Phrase::Dash).to_owned(),
        Some(items) if items.is_empty() => phrases.get(Phrase::Dash).to_owned(),
        Some(items) => items.join("、"),
        None => phrases.get(Phrase::NoItems).to_owned(),
    };
    Row::new()
        .with(Slot::ContentTitle, phrases.get(title))
        .with(Slot::ContentCount, phrases.fill(Phrase::ContentCount, &[("数", &content.count.to_string())]))
        .with(Slot::ContentItems, items)
}
