//! 見当たらないもの: what is to be sent and does not lie where it was made. A disk may not be connected, or somebody took it away.

use super::bureau::Bureau;
use super::unsent::{is_unsent, named};
use crate::base::fault::pasted;
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Number, ParcelRow};
use std::path::Path;

/// So many are named with the command that makes them anew; once that is done the next run names the next.
const NAMED: usize = 20;

/// 見当たらないもの.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// 発送番号.
    pub numbers: Vec<Number>,
    /// Nothing at all lay there, and the run was to go on (--abandon).
    whole: bool,
}

/// Of what this output folder holds and nobody recorded as sent, what does not lie there. Where all of it is gone, so is the folder that it
/// was made in: FK-6157 before anything lands in another one of its path, unless the run was told to go on.
pub(super) fn look(books: &mut Books, root: &Path, store: &dyn Store, abandon: bool) -> Result<Gone, Fault> {
    let here = books.root(root, store)?;
    let (mut gone, mut unsent, mut after) = (Gone::default(), 0, None);
    loop {
        let page = books.unsent_after(after.as_ref())?;
        let Some(last) = page.last() else { break };
        after = Some(last.number.clone());
        for parcel in page.iter().filter(|parcel| parcel.promise.as_ref().is_some_and(|promise| here.holds(promise))) {
            unsent += 1;
            if !lies(parcel, store)? {
                gone.numbers.push(parcel.number.clone());
            }
        }
    }
    gone.whole = unsent > 0 && gone.numbers.len() == unsent;
    if gone.whole && !abandon {
        let fault = Fault::new(code::OUTPUT_GONE).with("root", Arg::plain(root.display()));
        return Err(fault.with("count", Arg::count(unsent as u64)));
    }
    Ok(gone)
}

impl Gone {
    /// What this run made anew or wrote off is not missed any more.
    pub(super) fn left(self, books: &mut Books) -> Result<Self, Fault> {
        let mut left = Self { numbers: Vec::new(), ..self };
        for number in self.numbers {
            if is_unsent(&books.expect_parcel(&number)?) {
                left.numbers.push(number);
            }
        }
        Ok(left)
    }

    /// FK-6158, once for all of them.
    pub(super) fn told(&self, out: &Path, bureau: &Bureau, books: &mut Books) -> Result<Option<Fault>, Fault> {
        let Some(first) = self.numbers.first() else { return Ok(None) };
        let more = if self.whole { " --abandon" } else { "" };
        let fault = gone(&self.numbers[..self.numbers.len().min(NAMED)], out, more, bureau, books)?;
        Ok(Some(match self.numbers.len() {
            1 => fault.with("number", Arg::plain(first)),
            count => fault.with("number", Arg::plain(first)).with("count", Arg::count(count as u64)),
        }))
    }
}

/// FK-6158 of one parcel.
pub(super) fn one(parcel: &ParcelRow, bureau: &Bureau, books: &mut Books) -> Result<Fault, Fault> {
    let out = parcel.promise.as_ref().map_or("", |promise| &promise.root);
    let fault = gone(std::slice::from_ref(&parcel.number), Path::new(out), "", bureau, books)?;
    Ok(fault.with("number", Arg::plain(&parcel.number)))
}

/// With the command that makes them anew, where they answer anything.
fn gone(numbers: &[Number], out: &Path, more: &str, bureau: &Bureau, books: &mut Books) -> Result<Fault, Fault> {
    let mut cases = Vec::new();
    for number in numbers {
        cases.extend(books.standing_cases(number)?);
    }
    let office = format!("--office {}", pasted(&bureau.dir));
    let numbers = numbers.iter().map(Number::to_string).collect::<Vec<_>>().join(" ");
    let fault = Fault::new(code::PARCEL_GONE).with("sent", Arg::plain(format!("{numbers} {office}")));
    if cases.is_empty() {
        return Ok(fault);
    }
    let again = format!("{}{more} {office} --out {}", named(&cases), pasted(out));
    Ok(fault.with("again", Arg::plain(again)))
}

/// Whether it lies where it was made.
pub(super) fn lies(parcel: &ParcelRow, store: &dyn Store) -> Result<bool, Fault> {
    let Some(promise) = &parcel.promise else { return Ok(false) };
    let folder = Path::new(&promise.root).join(promise.channel.as_str()).join(parcel.number.to_string());
    Ok(store.kind(&folder).map_err(Fault::disk)?.is_some())
}
