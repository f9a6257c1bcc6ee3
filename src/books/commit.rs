//! 発送物の確定: how a parcel reaches the disk without ever being lost, doubled or torn.
//!
//! 1. [`Books::reserve`] (transaction A): the numbers, the sealed passwords and the keyed hash of every file are in the database.
//! 2. [`publish`]: a temporary folder beside the final one, every file synced, the folder synced; 3. renamed without replacing.
//! 4. [`Books::record`] (transaction B): the channel folder is synced once a group, then `packed`.
//!
//! Only a committed transaction A makes a [`Kept`], only a whole folder makes a [`Delivery`], only transaction B makes a [`Receipt`].

use super::event::{Document, Event, FileHash, Judged, Packed, Received, Reserved, Retired, Subject, Void, VoidReason};
use super::keys::Keys;
use super::numbers::Allotted;
use super::open::{Books, random_hex};
use super::vault::{delete_password, put_password, retire_password};
use super::words::{Channel, Digest, Number, Reception};
use super::write::Writing;
use crate::base::date::Date;
use crate::base::seams::Kind;
use crate::base::{Arg, Entropy, Fault, Store, code};
use crate::notice::Counts;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// 発送物のファイル: a complete parcel in memory.
pub struct ParcelFiles {
    /// 経路: the folder it goes under.
    pub channel: Channel,
    /// 発送番号: the folder's name.
    pub number: Number,
    /// Name and bytes of every file.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What transaction A is to promise about one parcel.
pub struct Reservation<'a> {
    /// The number, as [`Numbering`](super::Numbering) allotted it.
    pub allotted: Allotted,
    /// The very files that will be published.
    pub files: &'a ParcelFiles,
    /// 保険者番号, as in the MAC.
    pub insurer: String,
    /// 団体コード or partners key, as in the MAC.
    pub municipality: String,
    /// 所属: whose row of partners.csv was used.
    pub section: String,
    /// Mailbox, postal code + address, or representative number, as in the MAC.
    pub destination: String,
    /// 郵送方法 of what goes by post.
    pub posting: Option<String>,
    /// 照会者.
    pub requester: Digest,
    /// 文書.
    pub documents: Vec<Document>,
    /// The sealed password; `None` for what is not sealed.
    pub password: Option<Vec<u8>>,
    /// 封緘の記録.
    pub seal: Option<serde_json::Value>,
    /// 差替え: the parcels whose place this one takes.
    pub retires: Vec<Number>,
    /// A correction cites this one.
    pub corrects: Option<Number>,
    /// 発信日.
    pub letter_date: Date,
    /// 件数の内訳, as printed.
    pub counts: Counts,
    /// Who decided that people of nearly the same name go together, where some do.
    pub together: Option<String>,
}

/// 組: everything that one transaction A makes last. One to 64 parcels, and the cases around them.
pub struct Group<'a> {
    root: &'a Path,
    entries: Vec<(Subject, Event)>,
    parcels: Vec<Reservation<'a>>,
    spoiled: Vec<(Number, String)>,
}

impl<'a> Group<'a> {
    /// The most parcels of one group.
    pub const MOST: usize = 64;

    /// An empty group for this output root (absolute, as `world::resolve` gives it).
    pub fn new(root: &'a Path) -> Self {
        Self { root, entries: Vec::new(), parcels: Vec::new(), spoiled: Vec::new() }
    }

    /// A case seen for the first time. Comes before anything else about it.
    pub fn received(&mut self, received: Received) {
        self.entries.push(((&received.reception).into(), Event::Received(Box::new(received))));
    }

    /// A held case.
    pub fn held(&mut self, reception: &Reception, judged: Judged) {
        self.entries.push((reception.into(), Event::Held(judged)));
    }

    /// A refused case.
    pub fn refused(&mut self, reception: &Reception, judged: Judged) {
        self.entries.push((reception.into(), Event::Refused(judged)));
    }

    /// A parcel that passed the gate.
    pub fn parcel(&mut self, reservation: Reservation<'a>) {
        self.parcels.push(reservation);
    }

    /// A number whose parcel failed the gate.
    pub fn spoiled(&mut self, number: &Number, code: crate::base::Code) {
        self.spoiled.push((number.clone(), code.to_string()));
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.parcels.is_empty() && self.spoiled.is_empty()
    }

    /// How many parcels it holds.
    pub fn parcels(&self) -> usize {
        self.parcels.len()
    }
}

/// 確約: a committed transaction A about one parcel. Nothing else makes one.
#[derive(Debug)]
pub struct Kept {
    number: Number,
    place: Place,
    files: Vec<FileHash>,
    keys: Keys,
}

impl Kept {
    /// Whose.
    pub fn number(&self) -> &Number {
        &self.number
    }
}

/// Where the temporary name of a parcel's folder begins.
const TEMPORARY: &str = ".fukan-";

/// Where a parcel goes.
#[derive(Clone, Debug)]
pub(super) struct Place {
    channel: PathBuf,
    temp: PathBuf,
    folder: PathBuf,
}

impl Place {
    /// FK-6002 for one that we never promise: what is swept there is named as we name it.
    pub(super) fn of(number: &Number, promise: &Reserved) -> Result<Self, Fault> {
        let hex = |text: &str| text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let ours = promise.temp.strip_prefix(TEMPORARY).is_some_and(hex);
        let channel = Path::new(&promise.root).join(promise.channel.as_str());
        let place = Self { temp: channel.join(&promise.temp), folder: channel.join(number.to_string()), channel };
        if ours { Ok(place) } else { Err(Fault::new(code::DATABASE)) }
    }

    pub(super) fn channel(&self) -> &Path {
        &self.channel
    }

    pub(super) fn temp(&self) -> &Path {
        &self.temp
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// 配置: a whole folder under its final name, not yet in transaction B.
#[derive(Debug)]
pub struct Delivery {
    number: Number,
    place: Place,
}

/// 控え: a parcel that transaction B recorded. Only now may anybody be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// 発送番号.
    pub number: Number,
    /// Its folder.
    pub folder: PathBuf,
}

/// 出力先: makes the root and its channel folders and syncs them, so that recovery can tell an absent parcel from an absent disk.
pub fn prepare_root(root: &Path, store: &dyn Store) -> Result<(), Fault> {
    if !root.is_absolute() || root.to_str().is_none() {
        return Err(Fault::new(code::OUT));
    }
    let out = |error: std::io::Error| Fault::new(code::OUT).with("system", Arg::system(&error));
    let new = store.kind(root).map_err(out)?.is_none();
    store.make_dir(root).map_err(out)?;
    for channel in Channel::ALL {
        store.make_dir(&root.join(channel.as_str())).map_err(out)?;
    }
    store.sync_dir(root).map_err(out)?;
    // Its own name lasts once the folder above is synced, which a run that died may not have come to. One that stood before may lie
    // where we may not look.
    match root.parent().map_or(Ok(()), |parent| store.sync_dir(parent)) {
        Err(error) if !new && error.kind() == std::io::ErrorKind::PermissionDenied => Ok(()),
        done => done.map_err(out),
    }
}

impl Books {
    /// Transaction A: cases, held and refused ones, promises, spoiled numbers. All of it lasts, or none.
    pub fn reserve(&mut self, group: Group<'_>, entropy: &dyn Entropy) -> Result<Vec<Kept>, Fault> {
        if group.parcels.len() > Group::MOST {
            return Err(Fault::new(code::OURS));
        }
        self.check_clock()?;
        let keys = self.keys.clone();
        let mark = if group.parcels.is_empty() { None } else { self.promised_mark(group.root)? };
        self.write(|writing| {
            for (subject, event) in &group.entries {
                if !writing.repeats(subject, event)? {
                    writing.append(subject, event)?;
                }
            }
            for (number, code) in &group.spoiled {
                writing.append(&number.into(), &Event::Void(Void { reason: VoidReason::Gate, code: code.clone() }))?;
            }
            group.parcels.into_iter().map(|parcel| promise(writing, &keys, (group.root, mark.clone()), entropy, parcel)).collect()
        })
    }

    /// Transaction B: these parcels stand on the disk. The names are synced first, once a channel.
    pub fn record(&mut self, deliveries: Vec<Delivery>, store: &dyn Store) -> Result<Vec<Receipt>, Fault> {
        let channels: BTreeSet<&Path> = deliveries.iter().map(|delivery| delivery.place.channel()).collect();
        for channel in channels {
            store.sync_dir(channel).map_err(Fault::disk)?;
        }
        self.write(|writing| deliveries.iter().try_for_each(|delivery| packed(writing, &delivery.number, false)))?;
        Ok(deliveries.into_iter().map(|delivery| Receipt { number: delivery.number, folder: delivery.place.folder }).collect())
    }
}

fn promise(
    writing: &mut Writing<'_>,
    keys: &Keys,
    (root, mark): (&Path, Option<String>),
    entropy: &dyn Entropy,
    parcel: Reservation<'_>,
) -> Result<Kept, Fault> {
    let Allotted { number, revision } = parcel.allotted;
    let root = root.to_str().filter(|_| parcel.files.number == number).ok_or_else(|| Fault::new(code::OURS))?;
    let promise = Reserved {
        revision,
        channel: parcel.files.channel,
        root: root.to_owned(),
        temp: format!("{TEMPORARY}{}", random_hex(entropy)),
        insurer: parcel.insurer,
        municipality: parcel.municipality,
        section: parcel.section,
        destination: parcel.destination,
        posting: parcel.posting,
        requester: parcel.requester,
        documents: parcel.documents,
        files: hashes(keys, parcel.files),
        seal: parcel.seal,
        retires: parcel.retires,
        corrects: parcel.corrects,
        letter_date: parcel.letter_date.to_string(),
        counts: Some(parcel.counts),
        together: parcel.together,
        mark,
    };
    let kept = Kept { place: Place::of(&number, &promise)?, files: promise.files.clone(), keys: keys.clone(), number };
    writing.append(&(&kept.number).into(), &Event::Reserved(Box::new(promise)))?;
    if let Some(sealed) = parcel.password {
        put_password(writing.db(), &kept.number, revision, sealed)?;
    }
    Ok(kept)
}

/// The row of transaction B, and with it the end of the password it replaces.
pub(super) fn packed(writing: &mut Writing<'_>, number: &Number, recovered: bool) -> Result<(), Fault> {
    writing.append(&number.into(), &Event::Packed(Packed { recovered }))?;
    let replaced = writing.promise(number).map(|promise| promise.retires.clone()).unwrap_or_default();
    let at = writing.at();
    replaced.iter().try_for_each(|old| {
        retire_password(writing.db(), old, at)?;
        writing.append(&old.into(), &Event::Retired(Retired { by: number.clone() }))
    })
}

/// The row of a parcel that never came to be: its password goes, its number is free.
pub(super) fn released(writing: &mut Writing<'_>, number: &Number) -> Result<(), Fault> {
    delete_password(writing.db(), number)?;
    writing.append(&number.into(), &Event::Released)
}

/// The row of a number that nobody may use again.
pub(super) fn void(writing: &mut Writing<'_>, number: &Number, reason: VoidReason) -> Result<(), Fault> {
    let at = writing.at();
    retire_password(writing.db(), number, at)?;
    writing.append(&number.into(), &Event::Void(Void { reason, code: String::new() }))
}

fn hashes(keys: &Keys, parcel: &ParcelFiles) -> Vec<FileHash> {
    let hash =
        |(name, bytes): &(String, Vec<u8>)| FileHash { name: name.clone(), size: bytes.len() as u64, hash: keys.file(bytes) };
    parcel.files.iter().map(hash).collect()
}

/// 発送物を置く: the temporary folder, every file synced, one rename that never replaces. Takes exactly the files that were promised.
pub fn publish(files: &ParcelFiles, kept: Kept, store: &dyn Store) -> Result<Delivery, Fault> {
    if files.number != kept.number || hashes(&kept.keys, files) != kept.files {
        return Err(Fault::new(code::OURS).with("number", Arg::plain(&kept.number)));
    }
    let Kept { number, place, .. } = kept;
    match lay(files, &place, store) {
        Ok(()) => Ok(Delivery { number, place }),
        Err(error) => {
            // What can't be taken away now is swept by recovery: the promise names the folder.
            let _ = store.remove_tree(place.temp());
            let code = if error.kind() == std::io::ErrorKind::AlreadyExists { code::OUT } else { code::DISK };
            Err(Fault::new(code).with("number", Arg::plain(&number)).with("system", Arg::system(&error)))
        }
    }
}

fn lay(files: &ParcelFiles, place: &Place, store: &dyn Store) -> std::io::Result<()> {
    if store.kind(place.temp())?.is_some() || store.kind(place.folder())?.is_some() {
        return Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists));
    }
    store.make_dir(place.temp())?;
    for (name, bytes) in &files.files {
        store.create(&place.temp().join(name), bytes)?;
    }
    store.sync_dir(place.temp())?;
    store.rename_new(place.temp(), place.folder())
}

/// Whether a folder holds exactly the promised files.
pub(super) fn whole(keys: &Keys, promise: &Reserved, folder: &Path, store: &dyn Store) -> std::io::Result<bool> {
    let entries = store.list(folder)?;
    let mut names: Vec<&str> = promise.files.iter().map(|file| file.name.as_str()).collect();
    names.sort_unstable();
    let found: Vec<&str> = entries.iter().filter(|entry| entry.kind == Kind::File).map(|entry| entry.name.as_str()).collect();
    if found.len() != entries.len() || found != names {
        return Ok(false);
    }
    for file in &promise.files {
        match store.read(&folder.join(&file.name), file.size) {
            Ok(bytes) if keys.file(&bytes) == file.hash => (),
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_promise_of_any_other_place_is_not_followed() {
        let place = |temp: &str| {
            let promise = json!({
                "revision": 1, "channel": "email", "root": "/out", "temp": temp, "insurer": "", "municipality": "", "section": "",
                "destination": "", "requester": Digest::default(), "documents": [], "files": [], "seal": null, "retires": [],
                "corrects": null, "letter_date": "",
            });
            let promise: Reserved = serde_json::from_value(promise).expect("a promise");
            Place::of(&"R08-0001".parse().expect("a number"), &promise).map_err(|fault| fault.code)
        };
        assert!(place(".fukan-0123456789abcdef").is_ok());
        let climbing = "../.fukan-0123456789abcdef";
        for temp in ["/victim/.fukan-0123456789abcdef", climbing, ".fukan-0123456789abcdeg", "R08-0001", ".fukan-", ""] {
            assert_eq!(place(temp).err(), Some(code::DATABASE), "{temp}");
        }
    }
}
