//! 郵送の支度: address labels and the posting list (差出票) of the letters that are about to be printed.
//!
//! A label bears the address that the ledger sends the parcel to, and the addressee in the window of its cover letter, which passed
//! the gate. Nothing of a member stands on either; the covers name none.

use super::bureau::{Bureau, Seams};
use super::papers::municipality;
use super::posting_list;
use super::print::{self, Pile, Way};
use crate::base::seams::Kind;
use crate::base::{Arg, Fault, LabelSheet, Store, code};
use crate::books::{Books, Channel, Number, ParcelRow, Root};
use crate::intake::Office;
use crate::letter::Phrase;
use crate::press::addressee::in_window;
use crate::press::labels::{self, Label};
use crate::press::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// 作ったもの.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// labels.docx, labels-2.docx …
    pub labels: String,
    /// posting.xlsx, posting-2.xlsx …; none where every envelope stands on an earlier list.
    pub list: Option<String>,
    /// How many envelopes.
    pub envelopes: usize,
    /// How many of them are on the list.
    pub listed: usize,
    /// 用紙の枚数
    pub sheets: usize,
}

/// 封筒: one parcel of paper.
pub(super) struct Envelope {
    pub label: Label,
    number: Number,
    pub posting: String,
    pub to: String,
    pub postal_code: String,
    pub address: String,
    /// Documents, with the cover letter.
    pub documents: usize,
}

/// The largest file of labels that is read back.
const LARGEST: u64 = 64 << 20;

/// Makes labels and list for the letters of these piles, and for those of earlier print files that have no label and are not sent:
/// what an interrupted run made is not made again, and what it or a sheet that was too small left undone is made now.
///
/// Whatever fails is told, and holds nothing else up.
pub fn prepare(
    piles: &[Pile],
    books: &mut Books,
    root: &Path,
    bureau: &Bureau,
    seams: &Seams,
    from: usize,
) -> (Vec<Posting>, Vec<Fault>) {
    let here = books.root(root, &*seams.store);
    let letters = match here.and_then(|here| unlabelled(piles, books, (root, &here), &bureau.office, &*seams.store)) {
        Ok(letters) => letters,
        Err(fault) => return (Vec::new(), vec![fault]),
    };
    let sheet = &bureau.office.labels;
    let (mut envelopes, mut broken, mut made) = (Vec::new(), Vec::new(), Vec::new());
    for (way, parcels) in &letters {
        let Way::Post(posting) = way else { continue };
        for parcel in parcels {
            let envelope = envelope(books, root, parcel, posting, bureau, &*seams.store);
            match envelope.and_then(|envelope| labels::has_room(&envelope.label, sheet).map(|()| envelope)) {
                Ok(envelope) => envelopes.push(envelope),
                Err(fault) => broken.push(fault),
            }
        }
    }
    if envelopes.is_empty() {
        return (made, broken);
    }
    let (listed, unread) = match posting_list::listed(root, &*seams.store) {
        Ok(listed) => listed,
        Err(fault) => return (made, broken.into_iter().chain([fault]).collect()),
    };
    broken.extend(unread);
    let starts = std::iter::once(from).chain(std::iter::repeat(0));
    for (envelopes, from) in envelopes.chunks(MOST).zip(starts) {
        match make(envelopes, &listed, root, bureau, seams, from) {
            Ok(posting) => made.push(posting),
            Err(fault) => broken.push(fault),
        }
    }
    (made, broken)
}

/// The letters without a label, by method: those of the piles, and those printed earlier that still lie here.
fn unlabelled(
    piles: &[Pile],
    books: &mut Books,
    (root, here): (&Path, &Root),
    office: &Office,
    store: &dyn Store,
) -> Result<Vec<Pile>, Fault> {
    let labelled = labelled(root, store)?;
    let lies_here = |parcel: &ParcelRow| {
        let folder = root.join(Channel::Paper.as_str()).join(parcel.number.to_string());
        parcel.promise.as_ref().is_some_and(|promise| here.holds(promise)) && matches!(store.kind(&folder), Ok(Some(_)))
    };
    let mut letters = books.unsent_letters()?;
    letters.retain(|parcel| !labelled.contains(&parcel.number) && lies_here(parcel));
    let due = piles.iter().filter(|(way, _)| *way != Way::Call).flat_map(|(_, parcels)| parcels);
    letters.extend(due.filter(|parcel| !labelled.contains(&parcel.number)).cloned());
    Ok(print::piles(letters, office))
}

/// The most envelopes of one file: fifty sheets of the usual labels, as much as a person watches.
const MOST: usize = 600;

fn make(
    envelopes: &[Envelope],
    listed: &BTreeSet<Number>,
    root: &Path,
    bureau: &Bureau,
    seams: &Seams,
    from: usize,
) -> Result<Posting, Fault> {
    let sheet = &bureau.office.labels;
    let all: Vec<Label> = envelopes.iter().map(|envelope| envelope.label.clone()).collect();
    let made = labels::lay(&all, sheet, from, &bureau.form_settings())?;
    if labels::pieces(&made)? != all.iter().flat_map(Label::pieces).collect::<Vec<_>>() {
        return Err(Fault::new(code::LABEL).with("why", Arg::ours("ラベルの内容が送付状と違ってしまいました")));
    }
    // The post office gets each envelope on one list.
    let fresh: Vec<&Envelope> = envelopes.iter().filter(|envelope| !listed.contains(&envelope.number)).collect();
    let list = if fresh.is_empty() { None } else { Some(posting_list::workbook(&fresh, bureau, seams)?) };
    let (labels, list) = put(&made, list.as_deref(), root, &*seams.store)?;
    let sheets = (from + all.len()).div_ceil(sheet.count());
    Ok(Posting { labels, list, envelopes: all.len(), listed: fresh.len(), sheets })
}

/// FK-6122 for a first label, from 1, that the sheet does not have; else its place from 0.
pub fn first_label(stated: Option<usize>, sheet: &LabelSheet) -> Result<usize, Fault> {
    let count = sheet.count();
    match stated.unwrap_or(1) {
        first if (1..=count).contains(&first) => Ok(first - 1),
        _ => Err(Fault::new(code::LABELS_FROM).with("limit", Arg::count(count as u64))),
    }
}

fn envelope(
    books: &Books,
    root: &Path,
    parcel: &ParcelRow,
    posting: &str,
    bureau: &Bureau,
    store: &dyn Store,
) -> Result<Envelope, Fault> {
    let ours = || Fault::new(code::OURS);
    let promise = parcel.promise.as_ref().ok_or_else(ours)?;
    let cover = promise.files.iter().find(|file| file.name == COVER).ok_or_else(ours)?;
    let cover = &print::document(books, root, parcel, cover, store).map_err(|_| {
        let why = Arg::ours("送付状のファイルがないか、作られたときのものと違います");
        Fault::new(code::LABEL).with("number", Arg::plain(&parcel.number)).with("why", why)
    })?;
    let to = format!("{} {}", municipality(bureau, &promise.municipality, &promise.section), promise.section);
    let (postal_code, address) = promise.destination.split_once(' ').unwrap_or(("", &promise.destination));
    let postal_code = postal_code.trim_start_matches('〒').to_owned();
    let named = addressee(in_window(cover)?, &promise.destination);
    let confidential = bureau.head.phrases.get(Phrase::Confidential);
    let is_confidential = named.is_some() && text::read(cover)?.contains(confidential);
    let mark = if is_confidential { format!("{confidential}　{posting}") } else { posting.to_owned() };
    // The ledger knows the section, not its officer: such a letter goes to the section, and 親展 to nobody.
    let named = named.unwrap_or_else(|| vec![bureau.head.phrases.fill(Phrase::ToOffice, &[("名", &to)])]);
    let code = (!postal_code.is_empty()).then(|| format!("〒{postal_code}"));
    let lines = code.into_iter().chain([address.to_owned()]).chain(named).collect();
    let label = Label { lines, mark, number: parcel.number.to_string() };
    Ok(Envelope {
        label,
        number: parcel.number.clone(),
        posting: posting.to_owned(),
        to,
        postal_code,
        address: address.to_owned(),
        documents: promise.files.len(),
    })
}

/// 宛名: what stands below the address in the window of a letter; none where the window is laid out otherwise, or is none.
fn addressee(window: Vec<String>, destination: &str) -> Option<Vec<String>> {
    let (address, mut above) = (plain(destination), String::new());
    let mut lines = window.into_iter();
    while above.len() < address.len() {
        above.push_str(&plain(&lines.next()?));
    }
    let named: Vec<String> = lines.collect();
    (above == address && !named.is_empty()).then_some(named)
}

const COVER: &str = "cover.docx";

/// Without what a letter may set otherwise: 〒 and blanks.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '〒').collect()
}

/// Both under one number that is free for both; labels alone under one that is free for labels. Never replaces: weights and numbers of
/// the post office may be in the list by now.
fn put(labels: &[u8], list: Option<&[u8]>, root: &Path, store: &dyn Store) -> Result<(String, Option<String>), Fault> {
    let stands = |name: &str| store.kind(&root.join(name)).map(|kind| kind.is_some()).map_err(Fault::disk);
    for n in 1u32.. {
        let (labels_name, list_name) = names(n);
        if stands(&labels_name)? || (list.is_some() && stands(&list_name)?) {
            continue;
        }
        let [of_list, of_labels] = TEMPORARY;
        let list = list.map(|list| (list, of_list, list_name.as_str()));
        let temps: Vec<_> = list.into_iter().chain([(labels, of_labels, labels_name.as_str())]).collect();
        let laid = lay(&temps, root, store).inspect_err(|_| {
            // Whichever of them is still there.
            temps.iter().for_each(|(_, temp, _)| drop(store.remove_file(&root.join(temp))));
        });
        laid.map_err(Fault::disk)?;
        let list = list.map(|(.., name)| name.to_owned());
        return Ok((labels_name, list));
    }
    Err(Fault::new(code::DISK))
}

/// Bytes, temporary name and name of each: all of them complete before the first is named.
fn lay(files: &[(&[u8], &str, &str)], root: &Path, store: &dyn Store) -> std::io::Result<()> {
    for (bytes, temp, _) in files {
        let temp = root.join(temp);
        if store.kind(&temp)?.is_some() {
            store.remove_file(&temp)?;
        }
        store.create(&temp, bytes)?;
    }
    for (index, (_, temp, name)) in files.iter().enumerate() {
        // A list that nobody was told of would keep its envelopes off the next one.
        let unname = |to: usize| files[..to].iter().for_each(|(_, _, name)| drop(store.remove_file(&root.join(name))));
        store.rename_new(&root.join(temp), &root.join(name)).inspect_err(|_| unname(index))?;
        // Labels that outlive a power cut keep their envelopes off the next list: theirs has to be on the disk before.
        store.sync_dir(root).inspect_err(|_| unname(index + 1))?;
    }
    Ok(())
}

/// What a dead run leaves: made again, with what it was for.
pub const TEMPORARY: [&str; 2] = [".fukan-posting", ".fukan-labels"];

fn names(n: u32) -> (String, String) {
    let suffix = if n == 1 { String::new() } else { format!("-{n}") };
    (format!("labels{suffix}.docx"), format!("posting{suffix}.xlsx"))
}

/// Whether it is a file of labels, by its name.
pub fn is_labels(name: &str) -> bool {
    numbered(name, "labels", ".docx")
}

/// Whether it is a posting list, by its name.
pub fn is_list(name: &str) -> bool {
    numbered(name, "posting", ".xlsx")
}

fn numbered(name: &str, stem: &str, ending: &str) -> bool {
    let rest = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(ending));
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(|n| n.parse::<u32>().is_ok()))
}

/// The parcels that have a label in this output folder.
fn labelled(root: &Path, store: &dyn Store) -> Result<BTreeSet<Number>, Fault> {
    Ok(labels_of(root, store)?.into_iter().flat_map(|(_, numbers)| numbers).collect())
}

/// Each file of labels in this output folder, with the parcels that have theirs in it.
fn labels_of(root: &Path, store: &dyn Store) -> Result<Vec<(String, BTreeSet<Number>)>, Fault> {
    let mut found = Vec::new();
    for entry in store.list(root).map_err(Fault::disk)? {
        if entry.kind == Kind::File && is_labels(&entry.name) {
            let bytes = store.read(&entry.path, LARGEST).map_err(Fault::disk)?;
            // One that somebody changed past reading has no labels; it is told by `verify`.
            found.push((entry.name, labelled_in(&bytes).into_iter().collect()));
        }
    }
    Ok(found)
}

/// 消えたラベル: letters that could have a label and have none, each with the file of labels that is to blame.
///
/// A run that prints a letter makes its label first, so that a folder with labels has one for each printed letter. Which file a label
/// stood in is not recorded: it is that of others of its print file, else the last one. Where no file of labels lies, the office does
/// not use any.
pub fn missing(
    books: &mut Books,
    (root, here): (&Path, &Root),
    bureau: &Bureau,
    store: &dyn Store,
) -> Result<Vec<(String, Number)>, Fault> {
    let files = labels_of(root, store)?;
    let Some((last, _)) = files.last() else { return Ok(Vec::new()) };
    let (mut missing, mut blamed) = (Vec::new(), BTreeMap::new());
    for (way, letters) in unlabelled(&[], books, (root, here), &bureau.office, store)? {
        let Way::Post(posting) = way else { continue };
        for letter in letters {
            // What was told when it was made (FK-6121) is told no more.
            let envelope = envelope(books, root, &letter, &posting, bureau, store);
            if envelope.and_then(|envelope| labels::has_room(&envelope.label, &bureau.office.labels)).is_err() {
                continue;
            }
            if !blamed.contains_key(&letter.print_file) {
                let together = books.printed_in(here, &letter.print_file)?;
                let holds = |numbers: &BTreeSet<Number>| together.iter().any(|other| numbers.contains(&other.number));
                let file = files.iter().find(|(_, numbers)| holds(numbers)).map_or(last, |(file, _)| file);
                blamed.insert(letter.print_file.clone(), file);
            }
            missing.extend(blamed.get(&letter.print_file).map(|file| ((*file).clone(), letter.number)));
        }
    }
    Ok(missing)
}

/// Whether each label of this file says what the cover letter of its parcel says. `here` is what the ledger means by this folder.
/// FK-6156 where it does and the file is not the one that was laid: what is read of it need not be what is printed.
pub fn proved(
    bytes: &[u8],
    books: &mut Books,
    (root, here): (&Path, &Root),
    bureau: &Bureau,
    store: &dyn Store,
) -> Result<bool, Fault> {
    let pieces = labels::pieces(bytes)?;
    let mut expected: Vec<Label> = Vec::new();
    for number in numbers(&pieces) {
        let Some(parcel) = books.parcel(&number)? else { return Ok(false) };
        let is_here = parcel.promise.as_ref().is_some_and(|promise| here.holds(promise));
        let Way::Post(posting) = Way::of(&parcel, &bureau.office) else { return Ok(false) };
        if !is_here {
            return Ok(false);
        }
        expected.push(envelope(books, root, &parcel, &posting, bureau, store)?.label);
    }
    if pieces.is_empty() || pieces != expected.iter().flat_map(Label::pieces).collect::<Vec<_>>() {
        return Ok(false);
    }
    // Where on its first sheet it began is not recorded.
    let (sheet, settings) = (&bureau.office.labels, bureau.form_settings());
    let laid = |from| labels::lay(&expected, sheet, from, &settings).is_ok_and(|laid| laid == bytes);
    if (0..sheet.count()).any(laid) { Ok(true) } else { Err(Fault::new(code::LABELS_CHANGED)) }
}

/// The parcels that have a label in this file; none in one that can't be read.
pub fn labelled_in(bytes: &[u8]) -> Vec<Number> {
    numbers(&labels::pieces(bytes).unwrap_or_default()).collect()
}

fn numbers(pieces: &[String]) -> impl Iterator<Item = Number> {
    pieces.iter().filter_map(|piece| piece.parse().ok())
}
