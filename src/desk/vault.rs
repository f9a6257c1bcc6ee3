//! 金庫の仕事: passphrases and the recovery code, new keys, and whether everything in the vault is where it belongs.

use super::bureau::{Bureau, Seams};
use crate::base::{Arg, Fault, code};
use crate::books::{Books, Channel, Number, ParcelFilter, ParcelRow, SealedPassword, State};
use crate::seal::vault::{self, Door, Params, RecoveryCode, SlotKind, VaultError, VaultRows};
use crate::world::Passphrase;
use std::collections::BTreeMap;

/// 変更: what is done to the slots.
pub enum Change<'a> {
    /// 変更: a new passphrase in place of the one that opened the vault; opened with the recovery code, in place of the only one.
    Passphrase(&'a Passphrase),
    /// 追加: one more, for another clerk.
    Add(&'a Passphrase),
    /// 再設定: a new passphrase in this slot.
    Replace(i64, &'a Passphrase),
    /// 削除.
    Remove(i64),
    /// 復旧コードの再発行: a new one; the old one opens nothing any more.
    Recovery,
}

/// 変更の結果.
pub struct Changed {
    /// A new recovery code, shown once.
    pub recovery: Option<RecoveryCode>,
    /// Why nobody can say whether it came about; old and new must both be kept then.
    pub doubts: Vec<Fault>,
}

/// 鍵の更新の結果.
pub struct Rotated {
    /// The new recovery code: the old one went with the old root.
    pub recovery: RecoveryCode,
    /// How many live passwords were sealed again.
    pub kept: usize,
    /// How many retired ones are gone for good.
    pub destroyed: u64,
    /// Slots whose passphrases have to be added again.
    pub closed: Vec<i64>,
    /// Why nobody can say whether it came about.
    pub doubts: Vec<Fault>,
}

/// 点検の結果.
pub struct Checked {
    /// The slots.
    pub doors: Vec<Door>,
    /// Of the vault's rows, as the ledger tells it too.
    pub generation: i64,
    /// Passwords that can be told.
    pub live: usize,
    /// Passwords that are told no more, and not yet destroyed.
    pub retired: usize,
    /// What is not where it belongs.
    pub faults: Vec<Fault>,
}

/// 入口の一覧. The vault's rows must be those of the ledger.
pub fn doors(opener: &Passphrase, books: &mut Books) -> Result<Vec<Door>, Vec<Fault>> {
    sound(books)?;
    vault::doors(&books.vault().map_err(one)?, opener.expose()).map_err(|error| one(told(error)))
}

/// Changes the slots; the keys stay. A new recovery code is returned, once.
pub fn change(
    change: &Change<'_>,
    opener: &Passphrase,
    bureau: &Bureau,
    books: &mut Books,
    seams: &Seams,
) -> Result<Changed, Vec<Fault>> {
    let doors = doors(opener, books)?;
    let rows = books.vault().map_err(one)?;
    let (rows, recovery) = changed(change, opener, &rows, &doors, seams).map_err(one)?;
    let doubts = books.replace_vault(&rows).map_or_else(|failed| became(&rows, failed, bureau, seams), |()| Ok(Vec::new()))?;
    Ok(Changed { recovery, doubts })
}

/// 変更の行方: an answer may have been lost and not the change. The vault is looked at on a connection of its own; doubts where it can't be.
fn became(rows: &VaultRows, failed: Fault, bureau: &Bureau, seams: &Seams) -> Result<Vec<Fault>, Vec<Fault>> {
    match bureau.closed(seams).and_then(|mut closed| closed.settled_vault()) {
        Ok(there) if there.vault == rows.vault => Ok(Vec::new()),
        Ok(_) => Err(one(failed)),
        Err(_) => Ok(vec![failed, Fault::new(code::VAULT_UNKNOWN)]),
    }
}

fn changed(
    change: &Change<'_>,
    opener: &Passphrase,
    rows: &VaultRows,
    doors: &[Door],
    seams: &Seams,
) -> Result<(VaultRows, Option<RecoveryCode>), Fault> {
    let (entropy, params) = (&*seams.entropy, Params::default());
    let opened = opener.expose();
    let replace = |slot, new: &Passphrase| match new.expose() == opened {
        true => Err(Fault::new(code::SAME_PASSPHRASE)),
        false => vault::replace_slot(rows, opened, slot, new.expose(), params, entropy).map_err(told),
    };
    let add = |kind, new: &[u8]| vault::add_slot(rows, opened, kind, new, params, entropy).map_err(told);
    let rows = match change {
        Change::Passphrase(new) => replace(own(doors)?, new)?,
        Change::Replace(slot, new) => replace(passphrase_slot(doors, *slot)?, new)?,
        Change::Add(new) if new.expose() == opened => return Err(Fault::new(code::SAME_PASSPHRASE)),
        Change::Add(new) => add(SlotKind::Passphrase, new.expose())?,
        Change::Remove(slot) => {
            removable(doors, *slot)?;
            vault::remove_slot(rows, opened, *slot).map_err(told)?
        }
        Change::Recovery => {
            let recovery = RecoveryCode::random(entropy);
            let new = recovery.expose().as_bytes();
            let rows = match doors.iter().find(|door| door.kind == SlotKind::Recovery) {
                Some(door) => vault::replace_slot(rows, opened, door.slot, new, params, entropy).map_err(told)?,
                None => add(SlotKind::Recovery, new)?,
            };
            return Ok((rows, Some(recovery)));
        }
    };
    Ok((rows, None))
}

/// The slot that a plain change is about.
fn own(doors: &[Door]) -> Result<i64, Fault> {
    let mut passphrases = doors.iter().filter(|door| door.kind == SlotKind::Passphrase);
    let opened = doors.iter().find(|door| door.opened && door.kind == SlotKind::Passphrase);
    match (opened, passphrases.next(), passphrases.next()) {
        (Some(door), ..) | (None, Some(door), None) => Ok(door.slot),
        _ => Err(Fault::new(code::NO_SLOT)),
    }
}

fn passphrase_slot(doors: &[Door], slot: i64) -> Result<i64, Fault> {
    let door = doors.iter().find(|door| door.slot == slot && door.kind == SlotKind::Passphrase);
    door.map(|door| door.slot).ok_or_else(|| no_slot(slot))
}

/// A slot that is there, unless it is the last that a passphrase opens.
fn removable(doors: &[Door], slot: i64) -> Result<(), Fault> {
    let door = doors.iter().find(|door| door.slot == slot).ok_or_else(|| no_slot(slot))?;
    let others = doors.iter().any(|other| other.slot != slot && other.kind == SlotKind::Passphrase);
    match door.kind {
        SlotKind::Passphrase if !others => Err(Fault::new(code::LAST_PASSPHRASE)),
        _ => Ok(()),
    }
}

fn no_slot(slot: i64) -> Fault {
    Fault::new(code::NO_SLOT).with("slot", Arg::plain(slot))
}

/// 鍵の更新: a new root and a new K_password, one passphrase and a new recovery code; live passwords sealed again, retired ones gone.
/// Everything is opened again with the new keys before one transaction makes it last.
pub fn rotate(opener: &Passphrase, bureau: &Bureau, books: &mut Books, seams: &Seams) -> Result<Rotated, Vec<Fault>> {
    let doors = doors(opener, books)?;
    if doors.iter().any(|door| door.opened && door.kind == SlotKind::Recovery) {
        return Err(one(Fault::new(code::BY_RECOVERY_CODE)));
    }
    // Whatever is called retired is destroyed: nobody may call it so but the ledger.
    let passwords = books.passwords().map_err(one)?;
    let misplaced = misplaced(&passwords, books).map_err(one)?;
    if !misplaced.is_empty() {
        return Err(misplaced);
    }
    let closed = doors.iter().filter(|door| !door.opened && door.kind == SlotKind::Passphrase).map(|door| door.slot).collect();
    let (entropy, params) = (&*seams.entropy, Params::default());
    let rotation = vault::rotate(&books.vault().map_err(one)?, opener.expose(), params, entropy).map_err(|e| one(told(e)))?;
    let recovery = RecoveryCode::random(entropy);
    let code = recovery.expose().as_bytes();
    let rows = vault::add_slot(&rotation.rows, opener.expose(), SlotKind::Recovery, code, params, entropy);
    let rows = rows.map_err(|e| one(told(e)))?;
    let again = vault::open(&rows, opener.expose()).map_err(|e| one(told(e)))?;
    let reseal = |old: SealedPassword| -> Result<SealedPassword, VaultError> {
        let number = old.number.to_string();
        let password = rotation.old.open_password(&number, old.revision, &old.sealed)?;
        let sealed = rotation.new.seal_password(&number, old.revision, &password, entropy);
        match again.open_password(&number, old.revision, &sealed)?.matches(&password) {
            true => Ok(SealedPassword { sealed, ..old }),
            false => Err(VaultError::Value),
        }
    };
    let live = books.live_passwords().map_err(one)?;
    let about = |number: &Number, error: VaultError| one(told(error).with("number", Arg::plain(number)));
    let resealed: Vec<SealedPassword> = live
        .into_iter()
        .map(|old| {
            let number = old.number.clone();
            reseal(old).map_err(|error| about(&number, error))
        })
        .collect::<Result<_, _>>()?;
    let (destroyed, doubts) = match books.rotate(&rows, &resealed) {
        Ok(destroyed) => (destroyed, Vec::new()),
        Err(failed) => ((passwords.len() - resealed.len()) as u64, became(&rows, failed, bureau, seams)?),
    };
    Ok(Rotated { recovery, kept: resealed.len(), destroyed, closed, doubts })
}

/// 点検: the ledger's chain, the vault's generation, every slot, and every sealed password against the ledger.
pub fn check(opener: &Passphrase, books: &mut Books) -> Result<Checked, Vec<Fault>> {
    let rows = books.vault().map_err(one)?;
    let doors = vault::doors(&rows, opener.expose()).map_err(|error| one(told(error)))?;
    let ledger = books.verify_chain(None).map_err(one)?;
    let mut faults: Vec<Fault> = ledger.breaks.iter().map(|broken| broken.fault()).collect();
    let passwords = books.passwords().map_err(one)?;
    faults.extend(misplaced(&passwords, books).map_err(one)?);
    let retired = passwords.iter().filter(|sealed| sealed.retired_at != 0).count();
    Ok(Checked { doors, generation: rows.vault.generation, live: passwords.len() - retired, retired, faults })
}

/// Every sealed password of the vault that is not where the ledger has it, and every one that is missing.
pub fn astray(books: &mut Books) -> Result<Vec<Fault>, Fault> {
    misplaced(&books.passwords()?, books)
}

fn misplaced(passwords: &[SealedPassword], books: &mut Books) -> Result<Vec<Fault>, Fault> {
    let parcels = sealed_parcels(books)?;
    let mut faults: Vec<Fault> = passwords.iter().filter_map(|sealed| misfit(sealed, passwords, &parcels, books)).collect();
    faults.extend(parcels.values().filter(|parcel| lives(parcel)).filter_map(|parcel| {
        let there = passwords.iter().any(|sealed| sealed.number == parcel.number);
        (!there).then(|| Fault::new(code::PASSWORD_MISSING).with("number", Arg::plain(&parcel.number)))
    }));
    Ok(faults)
}

/// What is wrong with one sealed password: whose it is, or that the ledger does not account for it.
fn misfit(
    sealed: &SealedPassword,
    all: &[SealedPassword],
    parcels: &BTreeMap<Number, ParcelRow>,
    books: &Books,
) -> Option<Fault> {
    let fault = |code| Fault::new(code).with("number", Arg::plain(&sealed.number));
    let keys = books.keys().office();
    let opens_as = |other: &SealedPassword| keys.open_password(&other.number.to_string(), other.revision, &sealed.sealed).is_ok();
    if !opens_as(sealed) {
        let whose = all.iter().find(|other| opens_as(other));
        return Some(match whose {
            Some(other) => fault(code::PASSWORD_MOVED).with("was", Arg::plain(&other.number)),
            None => fault(code::SEALED_VALUE),
        });
    }
    let listed = parcels.get(&sealed.number).filter(|parcel| parcel.revision == sealed.revision);
    let fits = listed.is_some_and(|parcel| lives(parcel) == (sealed.retired_at == 0));
    (!fits).then(|| fault(code::PASSWORD_UNLISTED))
}

/// 封をした発送物, those that have or had a password.
fn sealed_parcels(books: &mut Books) -> Result<BTreeMap<Number, ParcelRow>, Fault> {
    let mut parcels = BTreeMap::new();
    let mut after = None;
    loop {
        let filter = ParcelFilter { channel: Some(Channel::Email), after: after.take(), limit: 1_000, ..ParcelFilter::default() };
        let page = books.parcels(&filter)?;
        let Some(last) = page.last() else { return Ok(parcels) };
        after = Some(last.number.clone());
        parcels.extend(page.into_iter().map(|parcel| (parcel.number.clone(), parcel)));
    }
}

/// Whether its password can be told.
fn lives(parcel: &ParcelRow) -> bool {
    parcel.retired_at == 0 && matches!(parcel.state, State::Reserved | State::Packed)
}

/// 台帳の検査 before something is made of the ledger that others keep, or is changed on top of it: of an edited one nothing is.
pub fn sound(books: &mut Books) -> Result<(), Vec<Fault>> {
    let breaks = books.verify_chain(None).map_err(one)?.breaks;
    if breaks.is_empty() { Ok(()) } else { Err(breaks.into_iter().map(|broken| broken.fault()).collect()) }
}

fn told(error: VaultError) -> Fault {
    match error {
        VaultError::Slots => Fault::new(code::SLOTS_FULL),
        other => Fault::new(other.code()),
    }
}

fn one(fault: Fault) -> Vec<Fault> {
    vec![fault]
}
