//! 鍵札: one writer at a time per office.

use super::system;
use crate::base::{Arg, Fault, code};
use std::fs::{File, TryLockError};
use std::path::Path;

/// 使用中の札. Held for the whole run; the operating system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// The file's name in an office.
    pub const NAME: &'static str = "office.lock";

    /// Takes the lock of an office, or says that somebody else is at work (FK-6003).
    pub fn take(office: &Path) -> Result<Self, Fault> {
        let file =
            system::open_lock(&office.join(Self::NAME)).map_err(|e| Fault::new(code::DISK).with("system", Arg::system(&e)))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Fault::new(code::IN_USE)),
            Err(TryLockError::Error(e)) => Err(Fault::new(code::DISK).with("system", Arg::system(&e))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_and_the_third_gets_it() {
        let office = tempfile::tempdir().expect("folder");
        let first = Lock::take(office.path()).expect("free");
        assert_eq!(Lock::take(office.path()).map_err(|f| f.code).err(), Some(code::IN_USE));
        drop(first);
        Lock::take(office.path()).expect("free again");
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_is_no_lock() {
        let office = tempfile::tempdir().expect("folder");
        std::os::unix::fs::symlink(office.path().join("elsewhere"), office.path().join(Lock::NAME)).expect("link");
        assert_eq!(Lock::take(office.path()).map_err(|f| f.code).err(), Some(code::DISK));
        assert!(!office.path().join("elsewhere").exists());
    }
}
