//! 金庫の行: sealed values as opaque bytes. What is in them is `seal`'s business; that they are committed with the ledger is ours.

use super::db::{Db, bytes, int, text, values};
use super::event::{Event, Subject};
use super::open::Books;
use super::words::Number;
use crate::base::{Fault, code};

/// 金庫の行: header, slots and keys as `seal::vault` serialises them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultRow {
    /// What sort of row: slot, key ….
    pub kind: String,
    /// Which of its sort.
    pub name: String,
    /// The bytes.
    pub body: Vec<u8>,
}

/// 封じたパスワード. AAD = vault id, number, revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPassword {
    /// Whose.
    pub number: Number,
    /// Which reservation of that number.
    pub revision: i64,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// When it was retired; 0 while it is live.
    pub retired_at: i64,
}

/// A live password, sealed again under a new key.
#[derive(Clone, Debug)]
pub struct Resealed {
    /// Whose.
    pub number: Number,
    /// Which reservation.
    pub revision: i64,
    /// The new bytes.
    pub sealed: Vec<u8>,
}

impl Books {
    /// The vault's rows.
    pub fn vault(&mut self) -> Result<Vec<VaultRow>, Fault> {
        vault_rows(&mut self.db)
    }

    /// Replaces the vault's rows (a passphrase added, changed or removed).
    pub fn replace_vault(&mut self, rows: &[VaultRow]) -> Result<(), Fault> {
        self.db.transaction(|db| put_vault(db, rows))
    }

    /// 鍵の更新: new vault rows, every live password sealed again, retired ones gone. All or nothing.
    pub fn rotate(&mut self, rows: &[VaultRow], resealed: &[Resealed]) -> Result<(), Fault> {
        self.write(|writing| {
            let live = passwords_live(writing.db())?;
            let same = live.len() == resealed.len() && live.iter().zip(resealed).all(|(old, new)| old.number == new.number && old.revision == new.revision);
            if !same {
                return Err(Fault::new(code::OURS));
            }
            put_vault(writing.db(), rows)?;
            writing.db().run("DELETE FROM passwords WHERE retired_at > $1", values![0])?;
            for password in resealed {
                let values = values![password.sealed.clone(), password.number.to_string(), password.revision];
                writing.db().run("UPDATE passwords SET sealed = $1 WHERE number = $2 AND revision = $3", values)?;
            }
            writing.append(&Subject::default(), &Event::Rotated)
        })
    }

    /// The password of a parcel: the newest revision, live or retired. `None` when it was destroyed or never was.
    pub fn password(&mut self, number: &Number) -> Result<Option<SealedPassword>, Fault> {
        let statement = "SELECT number, revision, sealed, retired_at FROM passwords WHERE number = $1 ORDER BY revision DESC LIMIT 1";
        self.db.row(statement, values![number.to_string()])?.map(|row| password_row(&row)).transpose()
    }

    /// Every live password, in the order that [`Books::rotate`] wants them back.
    pub fn live_passwords(&mut self) -> Result<Vec<SealedPassword>, Fault> {
        passwords_live(&mut self.db)
    }
}

pub(super) fn vault_rows(db: &mut Db) -> Result<Vec<VaultRow>, Fault> {
    let rows = db.rows("SELECT kind, name, body FROM vault ORDER BY kind, name", values![])?;
    rows.iter().map(|row| Ok(VaultRow { kind: text(row, 0)?, name: text(row, 1)?, body: bytes(row, 2)? })).collect()
}

pub(super) fn put_vault(db: &mut Db, rows: &[VaultRow]) -> Result<(), Fault> {
    db.run("DELETE FROM vault", values![])?;
    for row in rows {
        db.run("INSERT INTO vault (kind, name, body) VALUES ($1, $2, $3)", values![row.kind.as_str(), row.name.as_str(), row.body.clone()])?;
    }
    Ok(())
}

pub(super) fn put_password(db: &mut Db, number: &Number, revision: i64, sealed: Vec<u8>) -> Result<(), Fault> {
    let statement = "INSERT INTO passwords (number, revision, sealed, retired_at) VALUES ($1, $2, $3, $4)";
    db.run(statement, values![number.to_string(), revision, sealed, 0]).map(|_| ())
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

fn password_row(row: &sqlx::any::AnyRow) -> Result<SealedPassword, Fault> {
    Ok(SealedPassword { number: super::db::word(row, 0)?, revision: int(row, 1)?, sealed: bytes(row, 2)?, retired_at: int(row, 3)? })
}
