//! 状態: every disk that a power cut may leave of these steps.
//!
//! At each moment some changes are not synced. Each of them may have reached the disk or not, in any order; of a write a part. All
//! subsets would be too many, so they are taken systematically: none, all, every prefix, each one alone, each one missing, and each
//! write torn (its first half, its second half, room without bytes) behind every prefix and alone. Disks that are the same and were
//! told the same are one.

use super::calls::Step;
use super::disk::{Change, Disk, Node};
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A disk found after a power cut, and what had been said by then.
pub struct State {
    pub disk: Disk,
    pub said: String,
    /// Its place among those of its moment: nothing arrived, everything arrived, the prefixes, …
    pub nth: usize,
    /// When, and what reached the disk: for the message of a test that fails.
    pub told: String,
}

/// Walks all states in order; stops when `look` says so. How many there were, and how many of them were different disks.
pub fn each(before: &Disk, after: &Disk, steps: &[Step], look: &mut dyn FnMut(&State) -> bool) -> (usize, usize) {
    let mut walk = Walk { seen: BTreeSet::new(), states: 0, said: String::new(), look };
    // New files and folders exist, empty, and no name leads to them yet.
    let mut durable = before.clone();
    durable.nodes.extend(after.nodes[before.nodes.len()..].iter().map(|node| match node {
        Node::File(_) => Node::File(Vec::new()),
        Node::Folder(_) => Node::Folder(BTreeMap::new()),
    }));
    let mut pending: Vec<&Change> = Vec::new();
    walk.moment(&durable, &pending, 0);
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::Change(change) => pending.push(change),
            Step::Said(text) => walk.said.push_str(text),
            Step::Sync(inode) => {
                let (lasting, rest): (Vec<_>, Vec<_>) = pending.into_iter().partition(|change| change.of() == *inode);
                lasting.iter().for_each(|change| durable.apply(change));
                pending = rest;
            }
        }
        if walk.moment(&durable, &pending, at + 1) {
            break;
        }
    }
    (walk.states, walk.seen.len())
}

struct Walk<'a> {
    seen: BTreeSet<([u8; 32], usize)>,
    states: usize,
    said: String,
    look: &'a mut dyn FnMut(&State) -> bool,
}

impl Walk<'_> {
    /// All states at one moment. True: enough was seen.
    fn moment(&mut self, durable: &Disk, pending: &[&Change], at: usize) -> bool {
        let n = pending.len();
        let last = pending.last().map(|change| change.torn()).unwrap_or_default();
        let all = |but: usize| (0..n).filter(move |i| *i != but).map(|i| pending[i].clone()).collect::<Vec<_>>();
        let mut subsets: Vec<(String, Vec<Change>)> = vec![("nothing".into(), Vec::new()), ("everything".into(), all(n))];
        subsets.extend((0..n).map(|i| (format!("the first {i}"), pending[..i].iter().map(|c| (*c).clone()).collect())));
        subsets.extend((0..n).map(|i| (format!("number {i} alone"), vec![pending[i].clone()])));
        subsets.extend((0..n).map(|i| (format!("all but number {i}"), all(i))));
        for (n, torn) in last.into_iter().enumerate() {
            subsets.push((format!("the last torn ({n}), alone"), vec![torn.clone()]));
            let mut behind = all(pending.len() - 1);
            behind.push(torn);
            subsets.push((format!("the last torn ({n}), behind all others"), behind));
        }
        let told = |what: &str| format!("step {at}, of {n} changes {what}");
        subsets.into_iter().enumerate().any(|(nth, (what, subset))| self.state(durable, &subset, nth, || told(&what)))
    }

    fn state(&mut self, durable: &Disk, subset: &[Change], nth: usize, told: impl Fn() -> String) -> bool {
        self.states += 1;
        let mut disk = durable.clone();
        subset.iter().for_each(|change| disk.apply(change));
        let new = self.seen.insert((disk.print(), self.said.len()));
        new && (self.look)(&State { disk, said: self.said.clone(), nth, told: told() })
    }
}
