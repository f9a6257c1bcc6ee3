//! 復旧: settles what an interrupted run left, whenever the office is opened for writing. Needs no case file.
//!
//! | found under the final name | what it means | row |
//! |---|---|---|
//! | nothing | stopped after step 1 or 2: the temporary folder is swept, the password deleted | `released` |
//! | every promised file, every hash equal | stopped after step 3 | `packed (recovered)` |
//! | anything else | somebody was there, or the disk lost bytes: left alone and told | `void (damaged)` |

use super::commit::{Place, packed, released, void, whole};
use super::db::values;
use super::event::VoidReason;
use super::open::Books;
use super::root::mark;
use super::state::ParcelRow;
use super::tables::{parcel_columns, parcel_row};
use super::words::{Number, Reception};
use crate::base::seams::Kind;
use crate::base::{Arg, Fault, Store, code};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// 復旧の結果 of one parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The number is free again.
    Released,
    /// It stands on the disk, whole.
    Recovered,
    /// Something else stands there; the folder was left alone.
    Damaged,
    /// Its output root is gone, and that was accepted.
    Abandoned,
}

/// 復旧の結果.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// 発送番号.
    pub number: Number,
    /// What became of it.
    pub verdict: Verdict,
    /// Its folder, there or not.
    pub folder: PathBuf,
}

impl Books {
    /// Settles every promise that is neither packed, void nor released, once the ledger was walked. Call it in the run's turn ([`Closed::turn`](super::Closed::turn)), before
    /// anything is written: then every promise that is still open is a dead run's.
    /// An output root that can't be reached is FK-6013, unless `abandon` writes its parcels off.
    pub fn recover(&mut self, store: &dyn Store, abandon: bool) -> Result<Vec<Recovery>, Fault> {
        self.walked()?;
        let mut found = Vec::new();
        for parcel in self.promises()? {
            found.extend(self.judge(&parcel, store, abandon)?);
        }
        // What recovery calls packed must survive the next power cut as well.
        let channels: BTreeSet<_> =
            found.iter().filter(|(r, _)| r.verdict != Verdict::Abandoned).map(|(_, place)| place.channel()).collect();
        channels.into_iter().try_for_each(|channel| store.sync_dir(channel).map_err(Fault::disk))?;
        if !found.is_empty() {
            self.write(|writing| {
                found.iter().try_for_each(|(recovery, _)| match recovery.verdict {
                    Verdict::Released => released(writing, &recovery.number),
                    Verdict::Recovered => packed(writing, &recovery.number, true),
                    Verdict::Damaged => void(writing, &recovery.number, VoidReason::Damaged),
                    Verdict::Abandoned => void(writing, &recovery.number, VoidReason::Abandoned),
                })
            })?;
        }
        Ok(found.into_iter().map(|(recovery, _)| recovery).collect())
    }

    fn promises(&mut self) -> Result<Vec<ParcelRow>, Fault> {
        let statement = concat!("SELECT ", parcel_columns!(), " FROM parcels WHERE state = $1 ORDER BY series, seq");
        self.db.rows(statement, values!["reserved"])?.iter().map(parcel_row).collect()
    }

    /// 他のパソコンに残された途中の発送物: cases whose parcel may stand, whole, in a folder that can't be seen from here. Nothing else
    /// may be made of them until it is settled there (or written off). Call it after [`Books::recover`].
    pub fn elsewhere(&mut self) -> Result<BTreeMap<Reception, Number>, Fault> {
        let open = self.promises()?;
        Ok(open.iter().flat_map(|parcel| parcel.receptions().into_iter().map(|r| (r, parcel.number.clone()))).collect())
    }

    /// `None`: its folder is on another computer, which will settle it.
    fn judge(&self, parcel: &ParcelRow, store: &dyn Store, abandon: bool) -> Result<Option<(Recovery, Place)>, Fault> {
        let promise = parcel.promise.as_ref().ok_or_else(|| Fault::new(code::DATABASE))?;
        let place = Place::of(&parcel.number, promise)?;
        if promise.mark.is_some() && mark(Path::new(&promise.root), store)? != promise.mark {
            let written_off =
                Recovery { number: parcel.number.clone(), verdict: Verdict::Abandoned, folder: place.folder().to_owned() };
            return Ok(abandon.then_some((written_off, place)));
        }
        if !place.channel().is_absolute() {
            return Err(Fault::new(code::DATABASE));
        }
        let verdict = match store.kind(place.channel()).map_err(Fault::disk)? {
            Some(Kind::Folder) => {
                // Swept first: what lost its connection and not its life can't take the final name any more.
                store.remove_tree(place.temp()).map_err(Fault::disk)?;
                match store.kind(place.folder()).map_err(Fault::disk)? {
                    None => Verdict::Released,
                    Some(Kind::Folder) if whole(&self.keys, promise, place.folder(), store).map_err(Fault::disk)? => {
                        Verdict::Recovered
                    }
                    Some(_) => Verdict::Damaged,
                }
            }
            _ if abandon => Verdict::Abandoned,
            _ => {
                return Err(Fault::new(code::ROOT_GONE)
                    .with("number", Arg::plain(&parcel.number))
                    .with("root", Arg::plain(&promise.root)));
            }
        };
        Ok(Some((Recovery { number: parcel.number.clone(), verdict, folder: place.folder().to_owned() }, place)))
    }
}
