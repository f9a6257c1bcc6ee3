//! 未発送: what stands packed and nobody recorded as sent. Of this run's cases, in other output folders, and what must not go as it is.

use super::bureau::{Bureau, Seams};
use super::drafting::Cited;
use super::gone::{Gone, lies};
use super::plan::{PlanRow, Succession};
use super::report::{Line, Todo};
use crate::base::{Arg, Fault, code};
use crate::books::{Books, Channel, Number, Outcome, ParcelRow, Reception, Recovery, State, Verdict};
use crate::notice::Why;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// 未発送.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// 前に作成したもの: parcels of cases that were done already, and what was recovered. A dead run may never have told them.
    pub earlier: Vec<Number>,
    /// ほかの担当者が作成したもの of the cases of this run.
    pub others: Vec<Others>,
    /// 見当たらないもの: not where it was made, so nothing that can be sent. Of these cases, and of this output folder.
    pub gone: Vec<Number>,
    /// FK-6158 of them.
    pub warning: Option<Fault>,
    /// 別の出力先, each once.
    pub elsewhere: Vec<Elsewhere>,
}

/// ほかの担当者が作成したもの, in one output folder of his: who made it sends it. To be told as his, or it goes out twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Others {
    /// By the name on that computer.
    pub who: String,
    /// The output folder, there.
    pub out: String,
    /// When the last of them was made, epoch milliseconds.
    pub at: i64,
    /// 発送番号.
    pub numbers: Vec<Number>,
}

/// 別の出力先 whose letters and call sheets stand in no print file: only a run with that folder prints them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its path, as the ledger has it.
    pub out: String,
    /// Envelopes.
    pub letters: usize,
    /// Call sheets.
    pub calls: usize,
}

/// What is left of earlier runs, once this one is over.
pub(super) fn look(
    lines: &mut [Line],
    recovered: &[Recovery],
    mut gone: Gone,
    bureau: &Bureau,
    books: &mut Books,
    root: &Path,
    seams: &Seams,
) -> Result<Unsent, Fault> {
    let of_cases = lines.iter().filter(|line| line.todo.is_some()).filter_map(|line| line.number.as_ref());
    let of_cases = of_cases.map(|number| number.parse().map_err(|_| Fault::new(code::OURS)));
    let mut earlier = of_cases.collect::<Result<BTreeSet<Number>, Fault>>()?;
    earlier.extend(recovered.iter().filter(|one| one.verdict == Verdict::Recovered).map(|one| one.number.clone()));
    // What this run replaced is not to be sent any more.
    let mut unsent = Unsent::default();
    let mut others: BTreeMap<(String, String), Others> = BTreeMap::new();
    for number in earlier {
        let parcel = books.expect_parcel(&number)?;
        if !is_unsent(&parcel) {
            continue;
        }
        let todo = match books.maker(&parcel, &*seams.store)? {
            Some(maker) if !maker.own => {
                add(&mut others, maker.who, &parcel);
                Some(Todo::Others)
            }
            _ if !lies(&parcel, &*seams.store)? => {
                if !gone.numbers.contains(&number) {
                    gone.numbers.push(number.clone());
                }
                Some(Todo::Gone)
            }
            _ => {
                unsent.earlier.push(number.clone());
                (!superseded(&parcel, bureau, books)?.is_empty()).then_some(Todo::Renew)
            }
        };
        let name = number.to_string();
        let lines = lines.iter_mut().filter(|line| line.todo.is_some() && line.number.as_ref() == Some(&name));
        lines.for_each(|line| line.todo = todo.or(line.todo));
    }
    let gone = gone.left(books)?;
    unsent.warning = gone.told(root, bureau, books)?;
    unsent.gone = gone.numbers;
    unsent.others = others.into_values().collect();
    unsent.elsewhere = elsewhere(books, root, seams)?;
    Ok(unsent)
}

fn add(others: &mut BTreeMap<(String, String), Others>, who: String, parcel: &ParcelRow) {
    let out = parcel.promise.as_ref().map_or(String::new(), |promise| promise.root.clone());
    let none = Others { who: who.clone(), out: out.clone(), at: 0, numbers: Vec::new() };
    let other = others.entry((who, out)).or_insert(none);
    other.at = other.at.max(parcel.packed_at);
    other.numbers.push(parcel.number.clone());
}

/// 別の出力先 of who asks: what another clerk has not printed yet, he prints.
fn elsewhere(books: &mut Books, root: &Path, seams: &Seams) -> Result<Vec<Elsewhere>, Fault> {
    let here = books.root(root, &*seams.store)?;
    let mut found: BTreeMap<String, Elsewhere> = BTreeMap::new();
    for parcel in books.unprinted()?.into_iter().filter(is_unsent) {
        let Some(promise) = parcel.promise.as_ref().filter(|promise| !here.holds(promise)) else { continue };
        if books.maker(&parcel, &*seams.store)?.is_some_and(|maker| !maker.own) {
            continue;
        }
        let none = Elsewhere { out: promise.root.clone(), letters: 0, calls: 0 };
        let other = found.entry(promise.root.clone()).or_insert(none);
        match promise.channel {
            Channel::Phone => other.calls += 1,
            Channel::Paper | Channel::Email => other.letters += 1,
        }
    }
    Ok(found.into_values().collect())
}

/// Packed, in force, and not recorded as sent.
pub(super) fn is_unsent(parcel: &ParcelRow) -> bool {
    parcel.state == State::Packed && parcel.sent_at == 0 && parcel.retired_at == 0
}

/// 作り直した回答: 文書番号 of the documents of an unsent parcel that a later one took the place of, because they were wrong or lost. They must not go.
pub fn superseded(parcel: &ParcelRow, bureau: &Bureau, books: &mut Books) -> Result<Vec<String>, Fault> {
    let mut documents = Vec::new();
    if !is_unsent(parcel) {
        return Ok(documents);
    }
    for reception in parcel.receptions() {
        let Some(document) = parcel.document(&reception) else { continue };
        // A question that was answered since, or a notice of delay, is no answer that is wrong.
        let answers = matches!(document.outcome, Some(Outcome::Answered | Outcome::NotFound));
        let stands = books.case(&reception)?.is_some_and(|case| case.number.as_ref() == Some(&parcel.number));
        let number = Cited::of(parcel, &reception, Why::Reissued, bureau).document_number;
        if answers && !stands && !documents.contains(&number) {
            documents.push(number);
        }
    }
    Ok(documents)
}

/// FK-6140 for each case of a set that was made anew by itself while the set may still go: what it was lies in there.
pub(super) fn warn(rows: &[PlanRow], lines: &mut [Line], bureau: &Bureau, books: &mut Books) -> Result<(), Fault> {
    for (row, line) in rows.iter().zip(lines).filter(|(_, line)| line.outcome.is_sent() && line.number.is_some()) {
        let Some(Succession::Corrects(old) | Succession::Replaces(old)) = &row.succession else { continue };
        let parcel = books.expect_parcel(old)?;
        let Some(reception) = books.case_by_key(&row.marks.case)?.map(|case| case.reception) else { continue };
        if is_unsent(&parcel) {
            let document = Cited::of(&parcel, &reception, Why::Reissued, bureau).document_number;
            line.warnings.push(still_inside(&parcel, document, &books.standing_cases(old)?));
        }
    }
    Ok(())
}

fn still_inside(parcel: &ParcelRow, document: String, rest: &[Reception]) -> Fault {
    let number = &parcel.number;
    let fault = Fault::new(code::STILL_INSIDE).with("number", Arg::plain(number)).with("document", Arg::plain(document));
    let fault = match parcel.promise.as_ref().map(|promise| promise.channel) {
        Some(Channel::Paper) => fault.with("paper", Arg::plain(number)),
        Some(Channel::Phone) => fault.with("phone", Arg::plain(number)),
        Some(Channel::Email) | None => fault.with("mail", Arg::plain(number)),
    };
    fault.with("cases", Arg::plain(named(rest)))
}

/// The cases of a command line. By 受付番号: whatever a 照会番号 holds, a shell takes these as they are.
pub fn named(cases: &[Reception]) -> String {
    cases.iter().map(|reception| format!("--case {reception}")).collect::<Vec<_>>().join(" ")
}
