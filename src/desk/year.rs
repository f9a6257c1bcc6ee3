//! 年度の締め: the export of the year, then the row that closes it, then (when asked) the end of what is beyond its retention.

use super::bureau::{Bureau, Seams};
use super::papers;
use super::vault::sound;
use crate::base::Fault;
use crate::books::{Books, Closing, Discardable, YearSpan};
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

/// The year and what could be dropped, after everything was looked at: the chain is whole, what was interrupted is settled.
pub fn prepare(series: &str, bureau: &Bureau, books: &mut Books, seams: &Seams) -> Result<(YearSpan, Discardable), Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    sound(books)?;
    books.recover(&*seams.store, false).map_err(one)?;
    let span = books.closable(series).map_err(one)?;
    let discardable = books.discardable(&span, bureau.office.retention_years).map_err(one)?;
    Ok((span, discardable))
}

/// Writes the export, then closes. An export of a closing that failed does not stay.
pub fn close(
    span: &YearSpan,
    discardable: Discardable,
    discard: bool,
    export: &[u8],
    out: &Path,
    books: &mut Books,
    seams: &Seams,
) -> Result<Closed, Fault> {
    let path = papers::put(export, out, seams)?;
    match books.close_year(span, discard.then_some(&discardable)) {
        Ok(closing) => Ok(Closed { path, closing, discardable }),
        Err(fault) => {
            let _ = seams.store.remove_file(&path);
            Err(fault)
        }
    }
}

/// Writes an export. Never replaces.
pub fn export(bytes: &[u8], out: &Path, seams: &Seams) -> Result<PathBuf, Fault> {
    papers::put(bytes, out, seams)
}
