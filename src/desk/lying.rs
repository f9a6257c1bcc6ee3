//! 出力先にあるもの: whose output folder a folder is, and what lies in it that is no work of anybody's.

use super::posting;
use super::print;
use super::report;
use crate::base::seams::{Entry, Kind};
use crate::base::{Fault, Store};
use crate::books::{Books, Channel, Number, ROOT_UNFINISHED, Root};
use std::path::Path;

/// Whether a folder is an output folder: it has a place for each channel, or a parcel in one of them.
pub fn is_output(root: &Path, store: &dyn Store) -> Result<bool, Fault> {
    let mut places = 0;
    for channel in Channel::ALL {
        let folder = root.join(channel.as_str());
        if store.kind(&folder).map_err(Fault::disk)? == Some(Kind::Folder) {
            places += 1;
            if !parcels(&folder, store)?.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(places == Channel::ALL.len())
}

/// 出力先 that the ledger means by this folder: that of its path, unless none of the parcels lying here is of that one. Then it was
/// copied or renamed, and is the one that most of them are of.
pub fn meant(books: &mut Books, root: &Path, store: &dyn Store) -> Result<Root, Fault> {
    let here = books.root(root, store)?;
    let mut others: Vec<(Root, usize)> = Vec::new();
    for channel in Channel::ALL {
        let folder = root.join(channel.as_str());
        if store.kind(&folder).map_err(Fault::disk)? != Some(Kind::Folder) {
            continue;
        }
        for number in parcels(&folder, store)? {
            let promise = books.parcel(&number)?.and_then(|parcel| parcel.promise);
            let Some(promise) = promise.filter(|promise| promise.channel == *channel) else { continue };
            if here.holds(&promise) {
                return Ok(here);
            }
            let root = Root::of(&promise);
            match others.iter_mut().find(|(other, _)| *other == root) {
                Some((_, parcels)) => *parcels += 1,
                None => others.push((root, 1)),
            }
        }
    }
    Ok(others.into_iter().max_by_key(|(_, parcels)| *parcels).map_or(here, |(root, _)| root))
}

fn parcels(channel: &Path, store: &dyn Store) -> Result<Vec<Number>, Fault> {
    let entries = store.list(channel).map_err(Fault::disk)?;
    Ok(entries.iter().filter(|entry| entry.kind == Kind::Folder).filter_map(|entry| entry.name.parse().ok()).collect())
}

/// 途中のもの: a file beside the parcels that a run was writing when it was ended. The next one takes it away or gives it its name.
pub fn is_begun(entry: &Entry) -> bool {
    let named = |name: &str| print::is_print_file(name) || [report::FILE, report::SHEET].contains(&name);
    let other = entry.name == ROOT_UNFINISHED || posting::TEMPORARY.contains(&entry.name.as_str());
    entry.kind == Kind::File && (other || entry.name.strip_prefix(print::TEMPORARY).is_some_and(named))
}

/// 勝手にできるもの: what Office puts beside a document while it is open, and Windows and macOS into a folder that is looked at.
pub fn is_litter(entry: &Entry, store: &dyn Store) -> bool {
    const LARGEST_OWNER_FILE: u64 = 1 << 10;
    let is_owner_file = || entry.name.starts_with("~$") && store.read(&entry.path, LARGEST_OWNER_FILE).is_ok();
    let of_system = ["Thumbs.db", "desktop.ini", ".DS_Store"].iter().any(|name| entry.name.eq_ignore_ascii_case(name));
    entry.kind == Kind::File && (of_system || is_owner_file())
}
