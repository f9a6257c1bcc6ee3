//! 作成と確定を組ごとに: make, gate, commit, publish, record. What is in memory is one group; between two of them the run can be ended.

use super::bundle::Bundle;
use super::drafting::{Drafting, Item, Job};
use super::make::{Made, Workbench, mail_size, run};
use super::pack::{Progress, Run};
use super::plan::Plan;
use super::report::Line;
use super::standing::Standing;
use crate::base::{Fault, code};
use crate::books::Allotted;
use crate::notice::Outcome;
use std::collections::VecDeque;

/// Parcels of one group: small enough that what is in memory does not grow with the file.
const GROUP: usize = 16;
/// Documents of one group.
const GROUP_DOCUMENTS: usize = 64;

/// Parcels to come, in the order of their numbers.
type Queue = VecDeque<Bundle>;

impl Run<'_> {
    /// Group by group: everything complete in memory, then transaction A, the disk, transaction B.
    pub(super) fn send(&mut self, plan: &mut Plan, bundles: Vec<Bundle>, told: &mut dyn FnMut(Progress)) -> Result<(), Fault> {
        let cases = |bundles: &mut dyn Iterator<Item = &Bundle>| bundles.map(|bundle| bundle.rows.len()).sum::<usize>();
        let mut queue = Queue::from(bundles);
        let all = cases(&mut queue.iter());
        told(Progress::Cases(all as u64));
        while !queue.is_empty() {
            if self.options.stop.is_asked() {
                self.leave(plan, queue.iter(), &Fault::new(code::STOPPED));
                return Ok(());
            }
            let before = (self.numbering.clone(), self.mails.clone());
            let size = group(plan, queue.iter());
            let bundles = &queue.make_contiguous()[..size];
            let (allotted, made) = self.make(plan, bundles);
            told(Progress::Made((all - cases(&mut queue.iter().skip(size))) as u64));
            if self.divide(plan, &mut queue, size, &made) {
                // Nothing is durable yet: the same numbers go to the parts.
                (self.numbering, self.mails) = before;
                continue;
            }
            let bundles: Vec<Bundle> = queue.drain(..size).collect();
            if let Err(fault) = self.commit(plan, &bundles, allotted, made) {
                self.leave(plan, bundles.iter().chain(&queue), &fault);
                return Err(fault);
            }
            self.divided.extend(bundles.iter().filter(|bundle| bundle.part).filter_map(|b| self.lines[b.rows[0]].number.clone()));
            told(Progress::Done((all - cases(&mut queue.iter())) as u64));
        }
        Ok(())
    }

    fn make(&mut self, plan: &Plan, bundles: &[Bundle]) -> (Vec<Allotted>, Vec<Result<Made, Fault>>) {
        let allotted: Vec<Allotted> = bundles.iter().map(|_| self.numbering.number()).collect();
        let places: Vec<usize> = bundles.iter().map(|bundle| self.place(bundle)).collect();
        let jobs = bundles.iter().zip(&allotted).zip(places);
        let jobs: Vec<Job<'_>> = jobs.map(|((bundle, allotted), place)| self.job(plan, bundle, allotted, place)).collect();
        let drafting = Drafting::new(self.bureau, &plan.sources, self.seams, plan.letter_date);
        let bench = Workbench {
            drafting: &drafting,
            keys: self.books.keys().office(),
            entropy: &*self.seams.entropy,
            password_channel: &self.bureau.office.password_channel,
            now: drafting.now,
        };
        let made = run(&jobs, self.options.jobs.max(1), |job| bench.make(job));
        drop(jobs);
        (allotted, made)
    }

    /// 何通目 of what this run sends to its inquiry. How many there will be is not known yet: a later one may still be divided.
    fn place(&mut self, bundle: &Bundle) -> usize {
        let place = self.mails.entry(bundle.inquiry).or_default();
        *place += usize::from(!bundle.too_large);
        *place
    }

    fn job<'p>(&self, plan: &'p Plan, bundle: &Bundle, allotted: &Allotted, place: usize) -> Job<'p> {
        let item = |index: &usize| {
            let (reception, cited) = match &self.standings[*index] {
                Standing::Open(reception, cited) => (reception.to_string(), cited.clone()),
                Standing::Already(_) | Standing::NoCase => (String::new(), None),
            };
            Item { row: &plan.rows[*index], reception, cited }
        };
        Job {
            number: allotted.number.clone(),
            items: bundle.rows.iter().map(item).collect(),
            counts: bundle.counts,
            place: Some(place),
            package: self.options.package,
        }
    }

    /// 分割: of the first `size` sets, those whose mail is more than the partner takes become several; whether anything changed.
    fn divide(&self, plan: &Plan, queue: &mut Queue, size: usize, made: &[Result<Made, Fault>]) -> bool {
        let mut parts: Vec<Bundle> = Vec::with_capacity(size);
        let mut stay_behind: Vec<usize> = Vec::new();
        let mut divided = false;
        for (bundle, made) in queue.iter().zip(made) {
            let (size, limit) = (made.as_ref().map_or(0, |made| mail_size(made.parcel.parcel())), self.limit(plan, bundle));
            match limit.filter(|limit| size > *limit && !bundle.too_large) {
                Some(limit) if bundle.rows.len() > 1 => {
                    parts.extend(bundle.parts(&plan.rows, most_of(limit, size, bundle.rows.len())));
                    divided = true;
                }
                Some(_) => {
                    stay_behind.push(bundle.inquiry);
                    parts.push(Bundle { too_large: true, ..bundle.clone() });
                }
                None => parts.push(bundle.clone()),
            }
        }
        if !divided && stay_behind.is_empty() {
            return false;
        }
        queue.drain(..size);
        parts.into_iter().rev().for_each(|part| queue.push_front(part));
        // The sum on the others' lists must say of these that they do not come with this post.
        for inquiry in stay_behind {
            queue
                .iter_mut()
                .filter(|bundle| bundle.inquiry == inquiry && !bundle.too_large)
                .for_each(Bundle::one_fewer_elsewhere);
        }
        true
    }

    /// 中断: what was not made, or nobody knows of, is received and stays so; the next run settles it. Why is told with each.
    fn leave<'b>(&mut self, plan: &mut Plan, bundles: impl Iterator<Item = &'b Bundle>, why: &Fault) {
        for index in bundles.flat_map(|bundle| &bundle.rows) {
            let row = &mut plan.rows[*index];
            if row.is_sent() && self.lines[*index].number.is_none() {
                row.outcome = Outcome::Accepted;
                row.faults.insert(0, why.clone());
                self.lines[*index] = Line::of(row, None);
                self.left += 1;
            }
        }
    }
}

/// How many replies one mail takes, going by what `replies` of them and their 目録 weigh; fewer than those.
fn most_of(limit: u64, size: u64, replies: usize) -> usize {
    let each = size.div_ceil(replies as u64 + 1).max(1);
    let most = usize::try_from(limit / each).unwrap_or(usize::MAX).saturating_sub(1);
    most.clamp(1, replies.saturating_sub(1).max(1))
}

/// How many of the first sets are one group.
fn group<'b>(plan: &Plan, bundles: impl Iterator<Item = &'b Bundle>) -> usize {
    // Parts of what replaces an earlier package go one by one: it is the last of them that leaves nothing of that package standing.
    let alone = |bundle: &Bundle| bundle.part && plan.rows[bundle.rows[0]].succession.is_some();
    let (mut documents, mut size) = (0, 0);
    for bundle in bundles.take(GROUP) {
        documents += bundle.rows.len();
        if size > 0 && (documents > GROUP_DOCUMENTS || alone(bundle)) {
            break;
        }
        size += 1;
        if alone(bundle) {
            break;
        }
    }
    size
}
