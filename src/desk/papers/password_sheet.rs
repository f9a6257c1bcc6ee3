//! パスワード電話連絡票 of one parcel.

use super::{Known, lay};
use crate::base::Fault;
use crate::books::{Books, Number};
use crate::desk::bureau::{Bureau, Seams};
use crate::desk::hand::Telling;
use crate::letter::LetterKind;
use crate::letter::compose::{self, PasswordSheet};
use crate::seal::alphabet;
use crate::seal::password::reading;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Writes the sheet. The password is on it only when `with_password`; then the file is a secret until it is destroyed.
pub fn password_sheet(
    number: &Number,
    telling: &Telling,
    with_password: bool,
    out: &Path,
    bureau: &Bureau,
    books: &mut Books,
    seams: &Seams,
) -> Result<PathBuf, Fault> {
    let known = Known::read(number, bureau, books)?;
    let spoken = telling.spoken();
    let mut said = spoken.iter().map(|group| group.as_str());
    let groups = telling.password.groups().map(|symbols| (symbols, said.next().unwrap_or_default()));
    let sheet = PasswordSheet {
        package: known.package(seams),
        dial: telling.dial.as_ref(),
        stale: telling.stale,
        check: &telling.check,
        check_in: (telling.check_in.0, &telling.check_in.1),
        groups: with_password.then_some(groups),
        legend: &legend(),
    };
    lay(LetterKind::PasswordSheet, &compose::password_sheet(&bureau.head, &sheet), out, bureau, seams)
}

/// 読み方の一覧: for who fills in the boxes by hand.
fn legend() -> String {
    let each = alphabet::SYMBOLS.iter().map(|symbol| char::from(*symbol));
    each.map(|symbol| format!("{symbol} {}", reading(symbol))).collect::<Vec<_>>().join("、")
}

impl Telling {
    /// 読み方 of each group.
    pub fn spoken(&self) -> [Zeroizing<String>; 4] {
        let said: Vec<&str> = self.password.spoken().map(|(_, said)| said).collect();
        [0, 4, 8, 12].map(|at| Zeroizing::new(said.get(at..at + 4).unwrap_or_default().join("、")))
    }
}
