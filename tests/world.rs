//! 外界: what only a process of its own can show (umask, standard input).
#![cfg(unix)]

use fukan::base::Store;
use fukan::world::{Disk, Lock, passphrase_stdin};
use rustix::fs::Mode;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

/// Runs one test of this file again as a process of its own.
fn alone(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", test, "--nocapture"]).env("FUKAN_TEST_ALONE", "1");
    command
}

fn is_alone() -> bool {
    std::env::var_os("FUKAN_TEST_ALONE").is_some()
}

#[test]
fn nobody_else_may_read_whatever_the_umask() {
    if !is_alone() {
        assert!(alone("nobody_else_may_read_whatever_the_umask").status().expect("ran").success());
        return;
    }
    for umask in [0o000, 0o022, 0o777] {
        rustix::process::umask(Mode::from_raw_mode(0o022));
        let at = tempfile::tempdir().expect("folder");
        rustix::process::umask(Mode::from_raw_mode(umask));
        Disk.make_dir(&at.path().join("d")).expect("folder");
        Disk.create(&at.path().join("d/f"), b"x").expect("file");
        drop(Lock::take(at.path()).expect("lock"));
        let mode = |name: &str| std::fs::metadata(at.path().join(name)).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode("d"), mode("d/f"), mode(Lock::NAME)), (0o700, 0o600, 0o600), "umask {umask:o}");
    }
}

#[test]
fn a_passphrase_comes_through_a_pipe_to_its_line_break() {
    if is_alone() {
        let passphrase = passphrase_stdin().expect("a passphrase");
        println!("told={}", passphrase.expose() == "合言葉 one".as_bytes());
        return;
    }
    let mut child = alone("a_passphrase_comes_through_a_pipe_to_its_line_break")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("ran");
    let mut stdin = child.stdin.take().expect("pipe");
    for part in ["合言", "葉 one\r", "\nnever read"] {
        stdin.write_all(part.as_bytes()).expect("written");
    }
    drop(stdin);
    assert!(String::from_utf8(child.wait_with_output().expect("done").stdout).expect("text").contains("told=true"));
}
