//! 差出票: the list of envelopes that the post office gets. Each envelope stands on one: what an earlier list has is read out of it,
//! whatever people wrote into it.

use super::bureau::{Bureau, Seams};
use super::posting::{self, Envelope};
use crate::base::fault::FileName;
use crate::base::seams::Kind;
use crate::base::{At, Fault, Store, code, date};
use crate::books::Number;
use crate::file::listing::{self, Listing, Value};
use crate::file::xlsx::{self, Elsewhere};
use crate::letter::Phrase;
use std::collections::BTreeSet;
use std::path::Path;

/// The lists of these envelopes as a workbook.
pub(super) fn workbook(envelopes: &[&Envelope], bureau: &Bureau, seams: &Seams) -> Result<Vec<u8>, Fault> {
    listing::xlsx(&lists(envelopes, bureau, seams))
}

/// The parcels on the lists of this output folder, and the lists that can't be read: what stands on those may be listed twice.
pub(super) fn listed(root: &Path, store: &dyn Store) -> Result<(BTreeSet<Number>, Vec<Fault>), Fault> {
    let (mut listed, mut unread) = (BTreeSet::new(), Vec::new());
    for entry in store.list(root).map_err(Fault::disk)? {
        if entry.kind != Kind::File || !posting::is_list(&entry.name) {
            continue;
        }
        match store.read(&entry.path, xlsx::MAX_BYTES).ok().and_then(|bytes| numbers(&bytes)) {
            Some(numbers) => listed.extend(numbers),
            None => unread.push(Fault::new(code::POSTING_LIST).within(&FileName::named(&entry.name, 1), At::Line(0))),
        }
    }
    Ok((listed, unread))
}

/// The numbers in the cells of every sheet; none for what is no workbook.
fn numbers(bytes: &[u8]) -> Option<BTreeSet<Number>> {
    let mut numbers = BTreeSet::new();
    let sheet = xlsx::read(bytes, None, &mut |place, text| {
        if let Elsewhere::OtherSheet(..) = place {
            numbers.extend(text.trim().parse::<Number>());
        }
    });
    let cells = sheet.ok()?.rows.into_iter().flat_map(|row| row.cells);
    numbers.extend(cells.filter_map(|cell| cell.text().trim().parse::<Number>().ok()));
    Some(numbers)
}

/// 差出票: a sheet for each method of posting, with its total.
fn lists(envelopes: &[&Envelope], bureau: &Bureau, seams: &Seams) -> Vec<Listing> {
    let mut methods: Vec<&str> = envelopes.iter().map(|envelope| envelope.posting.as_str()).collect();
    methods.dedup();
    let phrases = &bureau.head.phrases;
    const COLUMNS: [Phrase; 8] = [
        Phrase::PostingNumber,
        Phrase::PostingMethod,
        Phrase::PostingTo,
        Phrase::PostingPostalCode,
        Phrase::PostingAddress,
        Phrase::PostingCopies,
        Phrase::PostingWeight,
        Phrase::PostingAccepted,
    ];
    let today = date::wareki(seams.now().date());
    let list = |(order, method): (usize, &&str)| {
        let rows: Vec<Vec<Value>> =
            envelopes.iter().filter(|envelope| envelope.posting == **method).map(|envelope| row(envelope)).collect();
        let total = phrases.fill(Phrase::PostingTotal, &[("数", &rows.len().to_string())]);
        let title = phrases.fill(Phrase::PostingTitle, &[("方法", method)]);
        Listing {
            name: sheet_name(order, method, methods.len()),
            headings: COLUMNS.iter().map(|column| phrases.get(*column).to_owned()).collect(),
            foot: vec![vec!["".into(), (**method).into(), total.into()]],
            print_head: Some([bureau.office.name.clone(), title, today.clone()]),
            rows,
            ..Listing::default()
        }
    };
    methods.iter().enumerate().map(list).collect()
}

fn row(envelope: &Envelope) -> Vec<Value> {
    vec![
        envelope.label.number.as_str().into(),
        envelope.posting.as_str().into(),
        envelope.to.as_str().into(),
        envelope.postal_code.as_str().into(),
        envelope.address.as_str().into(),
        (envelope.documents as i64).into(),
        "".into(),
        "".into(),
    ]
}

/// What Excel takes as a name; numbered where there are several, because two methods may differ in what it does not take.
fn sheet_name(order: usize, method: &str, several: usize) -> String {
    let name: String = method.chars().filter(|c| c.is_alphanumeric()).take(20).collect();
    if several > 1 {
        format!("{} {name}", order + 1)
    } else if name.is_empty() {
        "1".to_owned()
    } else {
        name
    }
}
