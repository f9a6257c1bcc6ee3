//! 組合せ: what goes into one envelope, archive or call (DESIGN section 6).

use super::plan::{PlanRow, Succession};
use crate::books::Digest;
use crate::notice::{Channel, Counts, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// まとめ方.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Bundling {
    /// Paper and telephone by requester; e-mail by 照会文書, else by case.
    #[default]
    Auto,
    /// Each case alone.
    Case,
    /// By requester, whatever the channel.
    Requester,
}

/// The most replies in one set.
pub const MOST: usize = 200;

/// 一組.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// 経路
    pub channel: Channel,
    /// Rows of the plan, in the order of the envelope.
    pub rows: Vec<usize>,
    /// 件数の内訳 of the inquiry it answers.
    pub counts: Counts,
    /// Split off because somebody of the same or nearly the same name is in another set.
    pub likeness: bool,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Case(usize),
    Document(Channel, Digest),
    Requester(Channel, Digest),
    Succession(Channel, Succession),
}

/// Sorts what is to be sent into sets. `together` joins people of nearly the same name.
pub fn bundle(rows: &[PlanRow], bundling: Bundling, together: bool) -> Vec<Bundle> {
    let mut order: Vec<Key> = Vec::new();
    let mut members: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let Some(key) = key(row, index, bundling) else { continue };
        if !members.contains_key(&key) {
            order.push(key.clone());
        }
        members.entry(key).or_default().push(index);
    }
    let of = |key: Key| {
        // What went together before goes together again: somebody decided it then.
        let together = together || matches!(key, Key::Succession(_, Succession::Replaces(_)));
        sets(rows, key.channel(), members.remove(&key).unwrap_or_default(), together)
    };
    order.into_iter().flat_map(of).collect()
}

/// The key of a case that was vetted; what was refused before has none and belongs to no envelope.
fn key(row: &PlanRow, index: usize, bundling: Bundling) -> Option<Key> {
    let (channel, requester) = (row.channel?, row.marks.requester?);
    if let Some(succession) = &row.succession {
        return Some(Key::Succession(channel, succession.clone()));
    }
    let by_requester = Key::Requester(channel, requester);
    Some(match (bundling, channel, row.marks.document) {
        (Bundling::Case, ..) | (Bundling::Auto, Channel::Email, None) => Key::Case(index),
        (Bundling::Auto, Channel::Email, Some(document)) => Key::Document(channel, document),
        (Bundling::Auto, Channel::Paper | Channel::Phone, _) | (Bundling::Requester, ..) => by_requester,
    })
}

impl Key {
    fn channel(&self) -> Option<Channel> {
        match self {
            Self::Case(_) => None,
            Self::Document(channel, _) | Self::Requester(channel, _) | Self::Succession(channel, _) => Some(*channel),
        }
    }
}

/// One inquiry's replies in as many sets as it takes: 200 at most, and never two people of nearly the same name in one.
fn sets(rows: &[PlanRow], channel: Option<Channel>, members: Vec<usize>, together: bool) -> Vec<Bundle> {
    let mut sent: Vec<usize> = members.iter().copied().filter(|i| rows[*i].is_sent()).collect();
    let Some(channel) = channel.or_else(|| sent.first().and_then(|i| rows[*i].channel)) else { return Vec::new() };
    sent.sort_by(|a, b| rows[*a].reference.cmp(&rows[*b].reference).then(a.cmp(b)));
    let mut sets: Vec<(Vec<usize>, BTreeSet<Digest>, bool)> = Vec::new();
    let same_place = |set: &[usize], index: usize| rows[set[0]].marks.destination == rows[index].marks.destination;
    for index in sent {
        let likeness = rows[index].marks.likeness.filter(|_| !together);
        let clashes = |names: &BTreeSet<Digest>| likeness.is_some_and(|l| names.contains(&l));
        let split = sets.iter().any(|(set, names, _)| set.len() < MOST && same_place(set, index) && clashes(names));
        match sets.iter_mut().find(|(set, names, _)| set.len() < MOST && same_place(set, index) && !clashes(names)) {
            Some((set, names, _)) => {
                set.push(index);
                names.extend(likeness);
            }
            None => sets.push((vec![index], likeness.into_iter().collect(), split)),
        }
    }
    // Of the inquiries that these replies answer, and of no other that the requester sent.
    let answered: BTreeSet<Option<Digest>> = sets.iter().flat_map(|(set, ..)| set).map(|i| rows[*i].marks.document).collect();
    let members: Vec<usize> = members.into_iter().filter(|i| answered.contains(&rows[*i].marks.document)).collect();
    let counted = counts(rows, &members);
    sets.into_iter()
        .map(|(set, _, likeness)| {
            let own = counts(rows, &set);
            let elsewhere = counted.replies + counted.asked - own.replies - own.asked;
            Bundle { channel, rows: set, counts: Counts { elsewhere, held: counted.held, ..own }, likeness }
        })
        .collect()
}

fn counts(rows: &[PlanRow], members: &[usize]) -> Counts {
    let mut counts = Counts::default();
    for index in members {
        match rows[*index].outcome {
            Outcome::Answered | Outcome::NotFound => counts.replies += 1,
            Outcome::AskMore => counts.asked += 1,
            Outcome::Delayed | Outcome::Held | Outcome::Refused => counts.held += 1,
            Outcome::Accepted | Outcome::Already => {}
        }
    }
    counts
}
