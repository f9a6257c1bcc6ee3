//! 引越し: an office's whole database, row for row, out of its file to a server that holds none. Rows, vault and sealed passwords stay the
//! bytes that they are: what proved a letter before proves it there.

use super::chain::Anchor;
use super::db::{Db, text, values};
use super::open::{Books, make_tables, vacant};
use super::queries::{CaseFilter, ParcelFilter};
use super::tables::{put_case, put_event, put_meta, put_parcel};
use super::vault::{put_vault, vault_rows};
use crate::base::database::Server;
use crate::base::{Fault, code};
use std::path::Path;

const PAGE: u32 = 1_000;

impl Books {
    /// Copies everything in one transaction, and walks the copy. What stands on the server already is FK-6031. `office` is the
    /// office's folder.
    pub fn copy_to(&mut self, server: &Server, office: &Path) -> Result<Anchor, Fault> {
        let mut there = vacant(server, office)?;
        there.transaction(|there| {
            make_tables(there)?;
            self.copy(there)
        })?;
        let (keys, office, clock, who) = (self.keys.clone(), self.office.clone(), self.clock.clone(), self.who.clone());
        let mut copied = Self { db: there, keys, office, clock, who, reading: true, whole: false, root: None };
        let ledger = copied.verify_chain(None)?;
        match ledger.breaks.is_empty() && ledger.anchor == self.anchor()? && copied.passwords()? == self.passwords()? {
            true => Ok(ledger.anchor),
            false => {
                copied.db.run("DROP SCHEMA fukan CASCADE", values![])?;
                Err(Fault::new(code::OURS))
            }
        }
    }

    fn copy(&mut self, there: &mut Db) -> Result<(), Fault> {
        for row in self.db.rows("SELECT name, value FROM meta", values![])? {
            put_meta(there, &text(&row, 0)?, &text(&row, 1)?)?;
        }
        put_vault(there, &vault_rows(&mut self.db)?)?;
        for kept in self.passwords()? {
            let insert = "INSERT INTO passwords (number, revision, sealed, retired_at) VALUES ($1, $2, $3, $4)";
            there.run(insert, values![kept.number.to_string(), i64::from(kept.revision), kept.sealed, kept.retired_at])?;
        }
        let mut after = 0;
        while let Some(last) = self.each(|books| books.rows(after, PAGE), |row| put_event(there, row))? {
            after = last.seq;
        }
        let mut after = None;
        while let Some(last) = self.each(
            |books| books.cases(&CaseFilter { after: after.clone(), limit: PAGE, ..CaseFilter::default() }),
            |case| put_case(there, case),
        )? {
            after = Some(last.reception);
        }
        let mut after = None;
        while let Some(last) = self.each(
            |books| books.parcels(&ParcelFilter { after: after.clone(), limit: PAGE, ..ParcelFilter::default() }),
            |parcel| put_parcel(there, parcel),
        )? {
            after = Some(last.number);
        }
        Ok(())
    }

    /// One page; its last row, behind which the next begins.
    fn each<T>(
        &mut self,
        page: impl FnOnce(&mut Self) -> Result<Vec<T>, Fault>,
        put: impl FnMut(&T) -> Result<(), Fault>,
    ) -> Result<Option<T>, Fault> {
        let mut rows = page(self)?;
        rows.iter().try_for_each(put)?;
        Ok(rows.pop())
    }
}
