//! 封緘の形式の決定: what the partner accepts, unless somebody says otherwise.

use super::plan::Plan;
use crate::base::{At, Fault, Field, code};
use crate::letter::Phrase;
use crate::notice::{Accepts, Channel};
use crate::seal::PackageKind;

/// 形式: the stated one (`--format`, or what the ledger recorded), else what the partner accepts.
///
/// A partner that accepts no mail never comes here: its case is refused, whatever is stated.
pub fn kind(stated: Option<PackageKind>, accepts: Accepts) -> PackageKind {
    stated.unwrap_or(match accepts {
        Accepts::Word => PackageKind::Word,
        Accepts::Zip | Accepts::None => PackageKind::Zip,
    })
}

/// 開き方: what the mail says about opening it.
pub fn opening(kind: PackageKind) -> Phrase {
    match kind {
        PackageKind::Zip => Phrase::OpensZip,
        PackageKind::Word => Phrase::OpensWord,
    }
}

/// 注意: every case that goes by mail in another form than its partner asked for.
pub fn warn(plan: &mut Plan, stated: Option<PackageKind>) {
    let Some(stated) = stated else { return };
    for row in plan.rows.iter_mut().filter(|row| row.is_sent() && row.channel == Some(Channel::Email)) {
        let code = match (row.accepts, stated) {
            (Some(Accepts::Word), PackageKind::Zip) => code::WORD_AS_ZIP,
            (Some(Accepts::Zip), PackageKind::Word) => code::ZIP_AS_WORD,
            _ => continue,
        };
        let at = row.slice.as_ref().map_or(At::Byte(0), |slice| slice.at);
        let fault = Fault::new(code).at(Field::new("受取形式", "partners.csv 受取形式"));
        row.warnings.push(fault.within(&plan.sources[row.source].name, at));
    }
}
