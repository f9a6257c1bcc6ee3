//! 新しい事務所: its settings, where none stand, and a database with a vault of its own.

use super::bureau::Seams;
use crate::base::{Database, Fault, Store};
use crate::books::Books;
use crate::seal::vault::{self, Params, RecoveryCode, SlotKind};
use crate::world::Passphrase;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// パスフレーズの強さ: before anything is made.
pub fn check_passphrase(passphrase: &Passphrase) -> Result<(), Fault> {
    vault::check_passphrase(passphrase.expose()).map_err(|e| Fault::new(e.code()))
}

/// Lays these settings, by name, and makes a database whose vault opens with the passphrase or with the recovery code that is returned,
/// once. So the settings come first: between the database and the code nothing may fail. Of a try that failed none of them is left, for
/// the next one may state another database.
pub fn found(
    dir: &Path,
    database: &Database,
    settings: &[(&str, &str)],
    seams: &Seams,
    passphrase: &Passphrase,
) -> Result<RecoveryCode, Fault> {
    let mut laid = Vec::new();
    let made = settings.iter().try_for_each(|(name, text)| {
        laid.extend(lay(&dir.join(name), text, &*seams.store).map_err(Fault::disk)?);
        Ok(())
    });
    let made = made.and_then(|()| make(dir, database, seams, passphrase));
    if made.is_err() {
        laid.iter().for_each(|path| {
            let _ = seams.store.remove_file(path);
        });
    }
    made
}

/// One file, unless it stands there.
fn lay(path: &Path, text: &str, store: &dyn Store) -> std::io::Result<Option<PathBuf>> {
    match store.kind(path)? {
        Some(_) => Ok(None),
        None => store.create(path, text.as_bytes()).map(|()| Some(path.to_owned())),
    }
}

fn make(dir: &Path, database: &Database, seams: &Seams, passphrase: &Passphrase) -> Result<RecoveryCode, Fault> {
    let fault = |e: vault::VaultError| Fault::new(e.code());
    let entropy = &*seams.entropy;
    let (rows, keys) = vault::create(passphrase.expose(), Params::default(), entropy).map_err(fault)?;
    let recovery = RecoveryCode::random(entropy);
    let code = recovery.expose().as_bytes();
    let rows =
        vault::add_slot(&rows, passphrase.expose(), SlotKind::Recovery, code, Params::default(), entropy).map_err(fault)?;
    let (keys, clock) = (Arc::new(keys), seams.clock.clone());
    match database {
        Database::File => Books::create(dir, &rows, keys, &*seams.store, entropy, clock, &seams.who)?,
        Database::Server(server) => {
            crate::world::refuse_server_password()?;
            Books::create_on(&server.by_default(crate::world::server_user()), dir, &rows, keys, clock, &seams.who)?
        }
    };
    Ok(recovery)
}
