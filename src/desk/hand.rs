//! 手渡し: the password of one parcel for the telephone, and opening a package of our own.

use super::bureau::{Bureau, Seams};
use super::prove::{live_password, record};
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Event, Number, ParcelRow};
use crate::seal::archive::{self, Limits, Opened};
use crate::seal::{OpenError, PackageKind, PairingCode, Password, word};
use std::path::{Path, PathBuf};

/// 電話でのパスワード伝達.
pub struct Telling {
    /// 発送番号
    pub number: String,
    /// パスワード
    pub password: Password,
    /// 照合番号 that the listener reads back: of the 目録, or of the only document.
    pub check: String,
    /// 代表電話番号 out of partners.csv; none when the partner's row is gone.
    pub dial: Option<Dial>,
}

/// Whom to call.
pub struct Dial {
    /// 市町村等名
    pub name: String,
    /// 代表電話番号
    pub number: String,
    /// 確認したページ
    pub source: String,
    /// 確認日
    pub looked_up: Option<crate::base::date::Date>,
    /// 確認者
    pub looked_up_by: String,
}

/// What is needed to tell the password of a parcel.
pub fn password(number: &Number, bureau: &Bureau, books: &mut Books) -> Result<Telling, Fault> {
    let row = books.expect_parcel(number)?;
    let gone = || Fault::new(code::PASSWORD_GONE).with("number", Arg::plain(number));
    if row.retired_at != 0 {
        return Err(gone());
    }
    let password = live_password(books, &row)?.ok_or_else(gone)?;
    let promise = row.promise.as_ref().ok_or_else(gone)?;
    let check = promise.documents.first().map(|d| PairingCode::from_bytes(*d.mac.as_bytes()).to_string());
    let partner = bureau.partners.row(&promise.municipality, &promise.section);
    let dial = partner.and_then(|partner| {
        let number = crate::notice::vet::RepresentativeNumber::of(partner)?;
        Some(Dial {
            name: partner.name.clone(),
            number: number.number().to_owned(),
            source: number.source().to_owned(),
            looked_up: number.looked_up(),
            looked_up_by: number.looked_up_by().to_owned(),
        })
    });
    Ok(Telling { number: number.to_string(), password, check: check.unwrap_or_default(), dial })
}

/// Opens a package of ours into a folder that must not hold those files yet. Returns what was written.
pub fn open(package: &Path, out: &Path, books: &mut Books, seams: &Seams) -> Result<Vec<PathBuf>, Fault> {
    let stem = package.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let unknown = || Fault::new(code::NO_NUMBER);
    let number: Number = stem.parse().map_err(|_| unknown())?;
    let row: ParcelRow = books.expect_parcel(&number)?;
    let store: &dyn Store = &*seams.store;
    let bytes =
        store.read(package, 256 << 20).map_err(|error| Fault::new(code::FILE_UNREADABLE).with("system", Arg::system(&error)))?;
    let gone = || Fault::new(code::PASSWORD_GONE).with("number", Arg::plain(&number));
    let password = live_password(books, &row)?.ok_or_else(gone)?;
    let kind = record(&row).ok_or_else(gone)?.package;
    let opened = documents(kind, &number, &bytes, &password).map_err(|_| Fault::new(code::OPEN))?;
    let out = crate::world::resolve(out).map_err(Fault::disk)?;
    store.make_dir(&out).map_err(Fault::disk)?;
    let mut written = Vec::new();
    for entry in &opened {
        let path = out.join(&entry.name);
        store.create(&path, &entry.bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Fault::new(code::EXISTS).with("file", Arg::plain(&entry.name)),
            _ => Fault::disk(error),
        })?;
        written.push(path);
    }
    store.sync_dir(&out).map_err(Fault::disk)?;
    books.note(&number, &Event::Opened)?;
    Ok(written)
}

/// The documents of a package, each as the file that it becomes. A merged document stays one.
fn documents(kind: PackageKind, number: &Number, bytes: &[u8], password: &Password) -> Result<Vec<Opened>, OpenError> {
    let limits = Limits::default();
    match kind {
        PackageKind::Zip => archive::open(bytes, password.as_bytes(), limits),
        PackageKind::Word => {
            let bytes = word::open(bytes, password.expose(), limits.bytes)?;
            Ok(vec![Opened { name: kind.file(&number.to_string()), bytes }])
        }
    }
}
