//! 台帳の控え: what the ledger promised of a parcel, what lies in its folder, and the password that opens it.

use super::lying::is_litter;
use crate::base::seams::Kind;
use crate::base::{Arg, Fault, Store};
use crate::books::{Books, ParcelRow};
use crate::proof::verify::{Record, RecordedDocument};
use crate::seal::{PackageKind, PairingCode, Password};
use std::path::Path;

/// The largest file that is read back.
pub const LARGEST: u64 = 256 << 20;

/// Every file of a folder with its bytes; what is no file counts as one without any. What Office and Windows leave by themselves is
/// nobody's.
pub fn files(folder: &Path, store: &dyn Store) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let mut files = Vec::new();
    for entry in store.list(folder).map_err(Fault::disk)?.into_iter().filter(|entry| !is_litter(entry, store)) {
        let bytes = match entry.kind {
            Kind::File => store.read(&entry.path, LARGEST).map_err(Fault::disk)?,
            Kind::Folder | Kind::Other => Vec::new(),
        };
        files.push((entry.name, bytes));
    }
    Ok(files)
}

/// What the ledger promised, for proof. A call sheet that settles several cases is one document.
pub fn record(row: &ParcelRow) -> Option<Record> {
    let promise = row.promise.as_ref()?;
    let mut documents: Vec<RecordedDocument> = Vec::new();
    for document in &promise.documents {
        if documents.iter().all(|d| d.number != document.number) {
            documents.push(RecordedDocument {
                number: document.number.clone(),
                name: document.name.clone(),
                kind: document.kind.clone(),
                code: PairingCode::from_bytes(*document.mac.as_bytes()),
            });
        }
    }
    Some(Record {
        number: row.number.to_string(),
        channel: promise.channel.into(),
        package: package_kind(promise.seal.as_ref())?,
        insurer: promise.insurer.clone(),
        municipality: promise.municipality.clone(),
        destination: promise.destination.clone(),
        documents,
    })
}

/// 封緘の形式 as recorded; a record of the first version names none, and was of an archive.
fn package_kind(seal: Option<&serde_json::Value>) -> Option<PackageKind> {
    match seal.and_then(|seal| seal.get("kind")) {
        None => Some(PackageKind::Zip),
        Some(kind) => PackageKind::find(kind.as_str()?),
    }
}

/// The password of a parcel; none when it was retired and destroyed, or never was.
pub fn live_password(books: &mut Books, row: &ParcelRow) -> Result<Option<Password>, Fault> {
    let number = row.number.to_string();
    let Some(sealed) = books.password(&row.number)? else { return Ok(None) };
    match books.keys().office().open_password(&number, sealed.revision, &sealed.sealed) {
        // Its key was destroyed by a rotation: an old copy of the row brings nothing back.
        Err(error) if error.is_gone() => Ok(None),
        opened => opened.map(Some).map_err(|e| Fault::new(e.code()).with("number", Arg::plain(&number))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_ledger_of_the_first_version_names_no_kind_of_package() {
        let kind = |seal| package_kind(Some(&seal));
        assert_eq!(kind(json!({"format": "WinZip AE-2 (ZIP)"})), Some(PackageKind::Zip));
        assert_eq!(kind(json!({"kind": "zip"})), Some(PackageKind::Zip));
        assert_eq!(kind(json!({"kind": "word"})), Some(PackageKind::Word));
        assert_eq!(kind(json!({"kind": "pdf"})), None);
        assert_eq!(kind(json!({"kind": null})), None);
        assert_eq!(package_kind(None), Some(PackageKind::Zip));
    }
}
