//! ネットワークドライブ: SQLite's locks can't be trusted there.

use crate::base::{Arg, Fault, code};
use std::path::Path;

/// Refuses an office on a network drive (FK-6032): SQLite may lose or double rows there. PostgreSQL is the way to share an office.
pub fn refuse_network_drive(office: &Path) -> Result<(), Fault> {
    match super::system::network_drive(office) {
        Ok(None) => Ok(()),
        Ok(Some(kind)) => Err(Fault::new(code::NETWORK_DRIVE).with("kind", Arg::ours(kind))),
        Err(error) => Err(Fault::disk(error)),
    }
}

/// 環境変数のパスワード: every program of the user could read it there. `.pgpass` (or the file that PGPASSFILE names) is the place.
pub fn refuse_server_password() -> Result<(), Fault> {
    match std::env::var_os("PGPASSWORD") {
        None => Ok(()),
        Some(_) => Err(Fault::new(code::SERVER_PASSWORD)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_folder_is_fine_and_a_missing_one_is_told() {
        assert_eq!(refuse_network_drive(&std::env::temp_dir()), Ok(()));
        assert_eq!(refuse_network_drive(Path::new("/no/such/folder")).map_err(|f| f.code), Err(code::DISK));
    }
}
