//! 年度の締め: the export of the year, then the row that closes it, then (when asked) the end of what is beyond its retention.

use super::bureau::{Bureau, Seams};
use super::papers;
use super::vault::sound;
use crate::base::fault::FileName;
use crate::base::{Arg, Fault, code};
use crate::books::{Books, Closing, Discardable, Recovery, YearSpan};
use std::path::{Path, PathBuf};

/// 締めた年度.
pub struct Closed {
    /// Where the export lies.
    pub path: PathBuf,
    /// The closing.
    pub closing: Closing,
    /// What is (or was) beyond its retention.
    pub discardable: Discardable,
}

/// The year to be closed, after everything was looked at, and what of interrupted runs was settled for it: that is told at once.
pub fn prepare(series: &str, books: &mut Books, seams: &Seams) -> Result<(YearSpan, Vec<Recovery>), Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    sound(books)?;
    let span = books.closable(series).map_err(one)?;
    let recovered = books.recover(&*seams.store, false).map_err(one)?;
    Ok((span, recovered))
}

/// Writes the export, then closes. The export of a closing that failed does not stay; that of one that may have come about does.
pub fn close(
    span: &YearSpan,
    discard: bool,
    export: &[u8],
    out: &Path,
    bureau: &Bureau,
    books: &mut Books,
    seams: &Seams,
) -> Result<Closed, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let discardable = books.discardable(span, bureau.office.retention_years).map_err(one)?;
    let path = papers::put(export, out, seams).map_err(one)?;
    let failed = match books.close_year(span, discard.then_some(&discardable)) {
        Ok(closing) => return Ok(Closed { path, closing, discardable }),
        Err(fault) => fault,
    };
    // The answer may have been lost and not the closing: it is asked for again, on a connection of its own.
    match bureau.again(books, seams).and_then(|mut again| Ok((again.closing_of(span, &discardable)?, again))) {
        Ok((Some(closing), again)) => {
            *books = again;
            Ok(Closed { path, closing, discardable })
        }
        Ok((None, _)) => {
            let _ = seams.store.remove_file(&path);
            Err(one(failed))
        }
        Err(_) => {
            let unknown = Fault::new(code::YEAR_UNKNOWN).with("year", Arg::plain(&span.series));
            Err(vec![failed, unknown.with("file", Arg::plain(FileName::new(&path, 1).as_str()))])
        }
    }
}

/// Writes an export. Never replaces.
pub fn export(bytes: &[u8], out: &Path, seams: &Seams) -> Result<PathBuf, Fault> {
    papers::put(bytes, out, seams)
}
