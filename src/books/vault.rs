//! 金庫の行: what `seal::vault` serialises, committed together with the ledger. What is in them is `seal`'s business.

use super::db::{Db, bytes, int, narrow, values, word};
use super::event::{Event, Subject, Vault, VaultChange};
use super::open::Books;
use super::words::Number;
use crate::base::{Fault, code};
use crate::seal::vault::{HeaderRow, KeyRow, SlotRow, VaultRows};
use sqlx::any::AnyRow;

/// 封をしたパスワード. Opens only with this number and revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPassword {
    /// Whose.
    pub number: Number,
    /// Which reservation of that number.
    pub revision: u32,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// When it was retired; 0 while it is live.
    pub retired_at: i64,
}

impl Books {
    /// The vault's rows.
    pub fn vault(&mut self) -> Result<VaultRows, Fault> {
        vault_rows(&mut self.db)
    }

    /// Replaces the vault's rows: a passphrase added, changed or removed.
    pub fn replace_vault(&mut self, rows: &VaultRows) -> Result<(), Fault> {
        self.write(|writing| {
            put_vault(writing.db(), rows)?;
            writing.append(&Subject::default(), &changed(rows, VaultChange::Slots))
        })
    }

    /// 鍵の更新: new vault rows, every live password sealed again (in the order of [`Books::live_passwords`]), retired ones gone for good.
    /// All or nothing. How many retired ones were destroyed.
    pub fn rotate(&mut self, rows: &VaultRows, resealed: &[SealedPassword]) -> Result<u64, Fault> {
        self.write(|writing| {
            let live = passwords_live(writing.db())?;
            let same = live.len() == resealed.len()
                && live.iter().zip(resealed).all(|(old, new)| old.number == new.number && old.revision == new.revision);
            if !same {
                return Err(Fault::new(code::OURS));
            }
            put_vault(writing.db(), rows)?;
            let destroyed = writing.db().run("DELETE FROM passwords WHERE retired_at > $1", values![0])?;
            for password in resealed {
                let values = values![password.sealed.clone(), password.number.to_string(), i64::from(password.revision)];
                writing.db().run("UPDATE passwords SET sealed = $1 WHERE number = $2 AND revision = $3", values)?;
            }
            writing.append(&Subject::default(), &changed(rows, VaultChange::Rotated))?;
            Ok(destroyed)
        })
    }

    /// The password of a parcel: the newest revision, live or retired. `None` when it was destroyed or never was.
    pub fn password(&mut self, number: &Number) -> Result<Option<SealedPassword>, Fault> {
        let statement =
            "SELECT number, revision, sealed, retired_at FROM passwords WHERE number = $1 ORDER BY revision DESC LIMIT 1";
        self.db.row(statement, values![number.to_string()])?.map(|row| password_row(&row)).transpose()
    }

    /// Every live password.
    pub fn live_passwords(&mut self) -> Result<Vec<SealedPassword>, Fault> {
        passwords_live(&mut self.db)
    }

    /// Every password, live or retired.
    pub fn passwords(&mut self) -> Result<Vec<SealedPassword>, Fault> {
        let statement = "SELECT number, revision, sealed, retired_at FROM passwords ORDER BY number, revision";
        self.db.rows(statement, values![])?.iter().map(password_row).collect()
    }
}

pub(super) fn changed(rows: &VaultRows, change: VaultChange) -> Event {
    Event::Vault(Vault { generation: rows.vault.generation, change })
}

pub(super) fn vault_rows(db: &mut Db) -> Result<VaultRows, Fault> {
    let header =
        db.row("SELECT id, version, generation, mac FROM vault", values![])?.ok_or_else(|| Fault::new(code::DATABASE))?;
    let slots = db.rows("SELECT slot, kind, m_kib, t, p, salt, wrapped FROM vault_slots ORDER BY slot", values![])?;
    let keys = db.rows("SELECT purpose, key_id, sealed FROM vault_keys ORDER BY purpose", values![])?;
    Ok(VaultRows {
        vault: HeaderRow {
            id: bytes(&header, 0)?,
            version: int(&header, 1)?,
            generation: int(&header, 2)?,
            mac: bytes(&header, 3)?,
        },
        slots: slots.iter().map(slot_row).collect::<Result<_, _>>()?,
        keys: keys
            .iter()
            .map(|row| Ok(KeyRow { purpose: int(row, 0)?, key_id: int(row, 1)?, sealed: bytes(row, 2)? }))
            .collect::<Result<_, Fault>>()?,
    })
}

fn slot_row(row: &AnyRow) -> Result<SlotRow, Fault> {
    Ok(SlotRow {
        slot: int(row, 0)?,
        kind: int(row, 1)?,
        m_kib: int(row, 2)?,
        t: int(row, 3)?,
        p: int(row, 4)?,
        salt: bytes(row, 5)?,
        wrapped: bytes(row, 6)?,
    })
}

pub(super) fn put_vault(db: &mut Db, rows: &VaultRows) -> Result<(), Fault> {
    for table in ["DELETE FROM vault", "DELETE FROM vault_slots", "DELETE FROM vault_keys"] {
        db.run(table, values![])?;
    }
    let header = &rows.vault;
    let statement = "INSERT INTO vault (id, version, generation, mac) VALUES ($1, $2, $3, $4)";
    db.run(statement, values![header.id.clone(), header.version, header.generation, header.mac.clone()])?;
    for slot in &rows.slots {
        let statement = "INSERT INTO vault_slots (slot, kind, m_kib, t, p, salt, wrapped) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        db.run(statement, values![slot.slot, slot.kind, slot.m_kib, slot.t, slot.p, slot.salt.clone(), slot.wrapped.clone()])?;
    }
    for key in &rows.keys {
        let statement = "INSERT INTO vault_keys (purpose, key_id, sealed) VALUES ($1, $2, $3)";
        db.run(statement, values![key.purpose, key.key_id, key.sealed.clone()])?;
    }
    Ok(())
}

pub(super) fn put_password(db: &mut Db, number: &Number, revision: u32, sealed: Vec<u8>) -> Result<(), Fault> {
    let statement = "INSERT INTO passwords (number, revision, sealed, retired_at) VALUES ($1, $2, $3, $4)";
    db.run(statement, values![number.to_string(), i64::from(revision), sealed, 0]).map(|_| ())
}

pub(super) fn retire_password(db: &mut Db, number: &Number, at: i64) -> Result<(), Fault> {
    let statement = "UPDATE passwords SET retired_at = $1 WHERE number = $2 AND retired_at = $3";
    db.run(statement, values![at, number.to_string(), 0]).map(|_| ())
}

pub(super) fn delete_password(db: &mut Db, number: &Number) -> Result<(), Fault> {
    db.run("DELETE FROM passwords WHERE number = $1", values![number.to_string()]).map(|_| ())
}

fn passwords_live(db: &mut Db) -> Result<Vec<SealedPassword>, Fault> {
    let statement = "SELECT number, revision, sealed, retired_at FROM passwords WHERE retired_at = $1 ORDER BY number, revision";
    db.rows(statement, values![0])?.iter().map(password_row).collect()
}

fn password_row(row: &AnyRow) -> Result<SealedPassword, Fault> {
    Ok(SealedPassword {
        number: word(row, 0)?,
        revision: narrow(int(row, 1)?)?,
        sealed: bytes(row, 2)?,
        retired_at: int(row, 3)?,
    })
}
