//! 守り: what the process does to itself before it touches a secret.

/// コアダンプを止める. A crash must not write passwords to disk, and another process of the user must not attach.
/// Returns whether the system agreed; where it has no such switch (Windows) there is nothing to do.
pub fn no_core_dumps() -> bool {
    super::system::no_core_dumps()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn core_dumps_are_off() {
        assert!(super::no_core_dumps());
        let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
