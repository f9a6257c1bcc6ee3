//! 失敗の訳: a database's failures in our codes. Its own words may quote values: only its number is passed on.

use super::db::Backend;
use crate::base::{Arg, Code, Fault, code};
use sqlx::Error;

/// What went wrong with a statement.
pub(super) fn told(error: Error, backend: Backend) -> Fault {
    match (backend, &error) {
        (Backend::Sqlite, Error::Io(e)) => Fault::new(code::DISK).with("system", Arg::system(e)),
        (Backend::Sqlite, Error::Database(e)) => sqlite(e.code().and_then(|c| c.parse().ok())),
        (Backend::Postgres, Error::Io(e)) => Fault::new(code::SERVER_LOST).with("system", Arg::system(e)),
        // The server's last words are a database error; silence in the middle of a message is an error of the protocol.
        (Backend::Postgres, Error::Protocol(_) | Error::WorkerCrashed | Error::Tls(_)) => Fault::new(code::SERVER_LOST),
        (Backend::Postgres, Error::Database(e)) => postgres(e.code().as_deref().unwrap_or_default(), code::SERVER_LOST),
        _ => Fault::new(code::DATABASE),
    }
}

/// A name that nobody knows: the standard library has no kind for it that can be named, and the system no number.
fn is_lookup(error: &std::io::Error) -> bool {
    error.raw_os_error().is_none() && error.kind().to_string() == "uncategorized error"
}

/// Why there is no connection. `names_file`: whether the address names an authority's file.
pub(super) fn not_connected(error: Error, backend: Backend, names_file: bool) -> Fault {
    match (backend, &error) {
        (Backend::Sqlite, _) => told(error, backend),
        // What rustls does not trust comes as data that is not right.
        (_, Error::Io(e)) if e.kind() == std::io::ErrorKind::InvalidData => Fault::new(code::SERVER_TLS),
        // No file is opened on the way to a server but that of the authority.
        (_, Error::Io(e))
            if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied) && names_file =>
        {
            Fault::new(code::SERVER_TLS).with("file", Arg::ours("sslrootcert")).with("system", Arg::system(e))
        }
        (_, Error::Io(e)) if is_lookup(e) => {
            Fault::new(code::SERVER).with("system", Arg::ours("その名前のサーバーが見つかりません"))
        }
        (_, Error::Io(e)) => Fault::new(code::SERVER).with("system", Arg::system(e)),
        (_, Error::Tls(_)) => Fault::new(code::SERVER_TLS),
        (_, Error::Database(e)) => postgres(e.code().as_deref().unwrap_or_default(), code::SERVER),
        _ => Fault::new(code::SERVER),
    }
}

/// A column that is not what we wrote.
pub(super) fn foreign(_: Error) -> Fault {
    Fault::new(code::DATABASE)
}

/// Primary result codes: sqlite.org/rescode.html.
fn sqlite(number: Option<u64>) -> Fault {
    let code = match number.map(|n| n & 0xFF) {
        Some(5 | 6) => code::IN_USE,
        Some(3 | 8 | 10 | 13 | 14) => code::DISK,
        _ => code::DATABASE,
    };
    match number {
        Some(n) => Fault::new(code).with("system", Arg::plain(format!("SQLite {n}"))),
        None => Fault::new(code),
    }
}

/// SQLSTATE: PostgreSQL's documentation, appendix A. `unreachable` is what a server that stops or starts is called here.
fn postgres(state: &str, unreachable: Code) -> Fault {
    let code = match (state.get(..2).unwrap_or_default(), state) {
        // Connection exceptions; shut down, crashed, starting; ended by an administrator or for being idle; a statement cut short;
        // too many clients.
        ("08", _) | (_, "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "53300" | "57014") => unreachable,
        ("28", _) | (_, "3D000" | "42501") => code::SERVER_RIGHTS,
        // A wait for a lock that took too long, or that nobody could win.
        ("40", _) | (_, "55P03") => code::IN_USE,
        // Disk full, out of memory, a file that can't be read or written.
        ("53" | "58", _) => code::DISK,
        // A hot standby, or a database set to be read only.
        (_, "25006" | "0A000") => code::SERVER_READ_ONLY,
        // Japanese in a database that has no room for it.
        (_, "22P05" | "22021") => code::SERVER_ENCODING,
        // A schema or a table of our name stands there already.
        (_, "42P06" | "42P07") => code::EXISTS,
        _ => code::DATABASE,
    };
    match state.len() == 5 && state.bytes().all(|b| b.is_ascii_alphanumeric()) {
        true => Fault::new(code).with("system", Arg::plain(format!("PostgreSQL {state}"))),
        false => Fault::new(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_goes_away_is_not_a_broken_database() {
        for (state, expected) in [
            ("57P01", code::SERVER_LOST),
            ("08006", code::SERVER_LOST),
            ("28P01", code::SERVER_RIGHTS),
            ("42501", code::SERVER_RIGHTS),
            ("55P03", code::IN_USE),
            ("53100", code::DISK),
            ("57014", code::SERVER_LOST),
            ("25006", code::SERVER_READ_ONLY),
            ("22P05", code::SERVER_ENCODING),
            ("XX001", code::DATABASE),
            ("42P01", code::DATABASE),
        ] {
            assert_eq!(postgres(state, code::SERVER_LOST).code, expected, "{state}");
        }
        assert_eq!(postgres("57P03", code::SERVER).code, code::SERVER);
    }

    #[test]
    fn a_name_that_nobody_knows_is_told_as_one() {
        let lookup = std::net::ToSocketAddrs::to_socket_addrs(&("no such host", 1)).expect_err("no name");
        let told = not_connected(Error::Io(lookup), Backend::Postgres, true);
        assert_eq!(told.args, [("system", Arg::ours("その名前のサーバーが見つかりません"))]);
    }

    #[test]
    fn only_a_number_is_passed_on() {
        assert!(postgres("relation \"x\"", code::SERVER).args.is_empty());
        assert_eq!(postgres("28P01", code::SERVER).args, [("system", Arg::plain("PostgreSQL 28P01"))]);
    }
}
