//! 組合せ: what goes into one envelope, archive or call (DESIGN section 6).

use super::plan::{PlanRow, Succession};
use crate::books::Digest;
use crate::notice::{Channel, Counts, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;

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
    /// 件数の内訳 of the inquiry it answers, as far as this run has its cases.
    pub counts: Counts,
    /// Split off because somebody of the same or nearly the same name is in another set.
    pub likeness: bool,
    /// People of the same or nearly the same name are in it, because somebody said so.
    pub joined: bool,
    /// Which inquiry: the sets that it was divided into share the number.
    pub inquiry: usize,
    /// One of several packages, because all in one were more than the partner's mail takes.
    pub part: bool,
    /// Its one reply is more than that by itself.
    pub too_large: bool,
}

impl Bundle {
    /// The same replies in their order, in as few packages of so many at most as there can be, of nearly one size.
    pub fn parts(&self, rows: &[PlanRow], most: usize) -> Vec<Self> {
        let sent = self.counts.replies + self.counts.asked + self.counts.elsewhere;
        let most = self.rows.len().div_ceil(self.rows.len().div_ceil(most.max(1)).max(1));
        let part = |rows_of: &[usize]| {
            let own = counts(rows, rows_of);
            let counts = Counts { elsewhere: sent - own.replies - own.asked, held: self.counts.held, ..own };
            Self { rows: rows_of.to_vec(), counts, part: true, ..self.clone() }
        };
        self.rows.chunks(most.max(1)).map(part).collect()
    }

    /// One that was to go elsewhere does not go: it is answered another way, later.
    pub fn one_fewer_elsewhere(&mut self) {
        if self.counts.elsewhere > 0 {
            self.counts.elsewhere -= 1;
            self.counts.held += 1;
        }
    }
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
    let of = |(inquiry, key): (usize, Key)| {
        // What went together before goes together again: somebody decided it then.
        let together = together || matches!(key, Key::Succession(_, Succession::Replaces(_)));
        sets(rows, key.channel(), members.remove(&key).unwrap_or_default(), together, inquiry)
    };
    order.into_iter().enumerate().flat_map(of).collect()
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

/// 一組, being filled.
struct Set {
    rows: Vec<usize>,
    names: BTreeSet<Digest>,
    likeness: bool,
    joined: bool,
}

/// 整理番号 as people count: 2 before 10, whatever the width of its digits.
fn counted(reference: &str) -> Vec<(String, u64, String)> {
    let plain: String = reference.nfkc().collect();
    let mut parts = Vec::new();
    let mut rest = plain.as_str();
    while !rest.is_empty() {
        let (word, digits) = rest.split_at(rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len()));
        let (digits, after) = digits.split_at(digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()));
        // Beyond u64 the digits themselves decide.
        parts.push((word.to_owned(), digits.parse().unwrap_or(u64::MAX), digits.to_owned()));
        rest = after;
    }
    parts
}

/// One inquiry's replies in as many sets as it takes: 200 at most, and never two people of nearly the same name in one.
fn sets(rows: &[PlanRow], channel: Option<Channel>, members: Vec<usize>, together: bool, inquiry: usize) -> Vec<Bundle> {
    let mut sent: Vec<usize> = members.iter().copied().filter(|i| rows[*i].is_sent()).collect();
    let Some(channel) = channel.or_else(|| sent.first().and_then(|i| rows[*i].channel)) else { return Vec::new() };
    sent.sort_by_cached_key(|index| (counted(&rows[*index].reference), *index));
    let mut sets: Vec<Set> = Vec::new();
    for index in sent {
        let name = rows[index].marks.likeness;
        let has_room = |set: &Set| set.rows.len() < MOST && rows[set.rows[0]].marks.destination == rows[index].marks.destination;
        let is_like = |set: &Set| name.is_some_and(|name| set.names.contains(&name));
        let likeness = !together && sets.iter().any(|set| has_room(set) && is_like(set));
        match sets.iter_mut().find(|set| has_room(set) && (together || !is_like(set))) {
            Some(set) => {
                set.joined |= is_like(set);
                set.rows.push(index);
                set.names.extend(name);
            }
            None => sets.push(Set { rows: vec![index], names: name.into_iter().collect(), likeness, joined: false }),
        }
    }
    // Of the inquiries that these replies answer, and of no other that the requester sent.
    let answered: BTreeSet<Option<Digest>> = sets.iter().flat_map(|set| &set.rows).map(|i| rows[*i].marks.document).collect();
    let members: Vec<usize> = members.into_iter().filter(|i| answered.contains(&rows[*i].marks.document)).collect();
    let all = counts(rows, &members);
    sets.into_iter()
        .map(|Set { rows: set, likeness, joined, .. }| {
            let own = counts(rows, &set);
            let elsewhere = all.replies + all.asked - own.replies - own.asked;
            let counts = Counts { elsewhere, held: all.held, ..own };
            Bundle { channel, rows: set, counts, likeness, joined, inquiry, part: false, too_large: false }
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

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn references_stand_as_people_count() {
        let mut references = ["整-10", "整-2", "", "整-２-1", "感-100", "整-002", "1", "A"];
        references.sort_by_cached_key(|reference| counted(reference));
        assert_eq!(references, ["", "1", "A", "感-100", "整-002", "整-2", "整-２-1", "整-10"]);
    }
}
