//! 手渡し: the password of one parcel for the telephone, and opening a package of our own.

use super::bureau::{Bureau, Seams};
use super::noting::{is_sealed, not_packed, replaced};
use super::recorded::{live_password, record};
use crate::base::date::Date;
use crate::base::{Arg, Fault, Store, code};
use crate::books::{Books, Event, Number, ParcelRow, State, parcel_number};
use crate::letter::LetterKind;
use crate::notice::vet::{RepresentativeNumber, is_stale};
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
    /// Which form that is, and the name of its file.
    pub check_in: (LetterKind, String),
    /// 市町村等名 out of partners.csv.
    pub to: String,
    /// 所属
    pub section: String,
    /// 代表電話番号 out of partners.csv; none when the partner's row is gone.
    pub dial: Option<RepresentativeNumber>,
    /// Whether that page was looked at too long ago (FK-2015).
    pub stale: bool,
    /// When it was told before; 0 when it was not.
    pub told_at: i64,
}

/// What is needed to tell the password of a parcel.
pub fn password(number: &Number, bureau: &Bureau, books: &mut Books, today: Date) -> Result<Telling, Fault> {
    // Whom to call stands in the table: nobody is sent to another telephone by an edited one.
    let row = books.genuine_parcel(number)?;
    let about = |code| Fault::new(code).with("number", Arg::plain(number));
    let gone = || about(code::PASSWORD_GONE);
    if row.state != State::Packed {
        return Err(not_packed(&row));
    }
    if !is_sealed(&row) {
        return Err(about(code::UNSEALED));
    }
    if row.retired_at != 0 {
        return Err(replaced(&row, books)?);
    }
    let password = live_password(books, &row)?.ok_or_else(gone)?;
    let promise = row.promise.as_ref().ok_or_else(gone)?;
    let first = promise.documents.first().ok_or_else(gone)?;
    let check = PairingCode::from_bytes(*first.mac.as_bytes()).to_string();
    let kind = LetterKind::find(&first.kind).ok_or_else(|| Fault::new(code::OURS))?;
    let partner = bureau.partners.row(&promise.municipality, &promise.section);
    Ok(Telling {
        number: number.to_string(),
        password,
        check,
        check_in: (kind, first.name.clone()),
        to: partner.map_or(promise.municipality.as_str(), |partner| partner.name.as_str()).to_owned(),
        section: promise.section.clone(),
        dial: partner.and_then(RepresentativeNumber::of),
        stale: partner.is_some_and(|partner| is_stale(partner, today)),
        told_at: row.told_at,
    })
}

/// Opens a package of ours into a folder that must not hold those files yet. Returns what was written.
pub fn open(package: &Path, out: &Path, books: &mut Books, seams: &Seams) -> Result<Vec<PathBuf>, Fault> {
    let stem = package.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let unknown = || Fault::new(code::NO_NUMBER);
    let number = parcel_number(&stem).map_err(|_| unknown())?;
    let row: ParcelRow = books.expect_parcel(&number)?;
    let store: &dyn Store = &*seams.store;
    let bytes =
        store.read(package, 256 << 20).map_err(|error| Fault::new(code::FILE_UNREADABLE).with("system", Arg::system(&error)))?;
    let gone = || Fault::new(code::PASSWORD_GONE).with("number", Arg::plain(&number));
    let password = live_password(books, &row)?.ok_or_else(gone)?;
    let kind = record(&row).ok_or_else(gone)?.package;
    let opened = documents(kind, &number, &bytes, &password).map_err(|_| Fault::new(code::OPEN))?;
    let out = crate::world::resolve_unlinked(out).map_err(Fault::disk)?;
    super::papers::folder(&out, store)?;
    let paths: Vec<PathBuf> = opened.iter().map(|entry| out.join(&entry.name)).collect();
    for path in &paths {
        if store.kind(path).map_err(Fault::disk)?.is_some() {
            return Err(super::papers::exists(path));
        }
    }
    // Before anything lies there in clear: all of it, or none, is what that row tells of.
    books.note(&number, &Event::Opened)?;
    let mut made = 0;
    let laid = paths.iter().zip(&opened).try_for_each(|(path, entry)| {
        store.create(path, &entry.bytes)?;
        made += 1;
        Ok(())
    });
    if let Err(error) = laid.and_then(|()| store.sync_dir(&out)) {
        paths.iter().take(made).for_each(|path| drop(store.remove_file(path)));
        return Err(Fault::disk(error));
    }
    Ok(paths)
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
