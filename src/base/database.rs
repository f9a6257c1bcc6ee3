//! データベースの場所: where an office keeps its ledger and vault, as office.toml says. It can't hold a password.

use core::net::{IpAddr, Ipv6Addr};

/// 保存先.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// office.db in the office's folder: SQLite, one writer at a time.
    File,
    /// PostgreSQL, shared by several clerks.
    Server(Server),
}

/// データベースサーバー.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    user: Option<String>,
    host: Host,
    port: u16,
    name: String,
    authority: Option<String>,
}

/// How the server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    /// The folder of its Unix socket.
    Socket(String),
    /// A name or address.
    Net(String),
}

/// Why `database` can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It holds a password: office.toml is copied, mailed and backed up.
    Password,
    /// It is neither office.db nor an address of the accepted form.
    Form,
}

/// The port that PostgreSQL listens on unless told otherwise.
const PORT: u16 = 5432;

impl Database {
    /// `office.db`, or `postgres://[USER@]HOST[:PORT]/NAME[?sslrootcert=FILE]`, or `postgres://[USER@]/NAME?host=/FOLDER[&port=PORT]`.
    ///
    /// A closed grammar: what libpq would read from elsewhere (`options`, `sslmode`, `passfile`) could weaken what fukan promises.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        if text == "office.db" {
            return Ok(Self::File);
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://")).ok_or(Refused::Form)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (user, rest) = rest.rsplit_once('@').map_or((None, rest), |(user, rest)| (Some(user), rest));
        if user.is_some_and(|user| user.contains(':')) {
            return Err(Refused::Password);
        }
        let (host, name) = rest.split_once('/').ok_or(Refused::Form)?;
        let (mut socket, mut port, mut authority) = (None, None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let slot = match pair.split_once('=').ok_or(Refused::Form)? {
                ("password", _) => return Err(Refused::Password),
                ("host", folder) if folder.starts_with('/') => (&mut socket, folder),
                ("port", number) => (&mut port, number),
                ("sslrootcert", file) => (&mut authority, file),
                _ => return Err(Refused::Form),
            };
            if slot.0.replace(slot.1).is_some() {
                return Err(Refused::Form);
            }
        }
        let (host, port) = match (socket, port) {
            (Some(folder), port) if host.is_empty() && authority.is_none() => (Host::Socket(folder.to_owned()), port),
            (None, None) => {
                let (host, port) = split_port(host);
                (Host::Net(net(host).ok_or(Refused::Form)?.to_owned()), port)
            }
            _ => return Err(Refused::Form),
        };
        let port = port.map_or(Ok(PORT), |port| port.parse().map_err(|_| Refused::Form))?;
        let parts = [user, Some(name), authority, socket];
        if port == 0 || parts.into_iter().flatten().any(|part| part.is_empty() || part.contains(foreign)) {
            return Err(Refused::Form);
        }
        Ok(Self::Server(Server {
            user: user.map(str::to_owned),
            host,
            port,
            name: name.to_owned(),
            authority: authority.map(str::to_owned),
        }))
    }
}

impl Server {
    /// Whether what is sent to it stays on this computer.
    pub fn is_here(&self) -> bool {
        match &self.host {
            Host::Socket(_) => true,
            Host::Net(host) => {
                let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
                address.map_or(host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
            }
        }
    }

    /// The same for a user whose name is not stated: the driver would not ask the system for it.
    pub fn by_default(&self, user: Option<String>) -> Self {
        Self { user: self.user.clone().or(user), ..self.clone() }
    }

    /// The file of the authority that signed the server's certificate, beside those the system trusts.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The address as sqlx reads it, every setting stated. `authority` is the path of [`Server::authority`].
    ///
    /// Whatever leaves this computer goes over TLS, the certificate and its name checked; there is no way to ask for less.
    pub fn url(&self, authority: Option<&str>) -> String {
        let user = self.user.as_deref().map(|user| format!("{}@", encoded(user))).unwrap_or_default();
        let (host, socket) = match &self.host {
            Host::Socket(folder) => ("localhost", format!("&host={}", encoded(folder))),
            Host::Net(host) => (host.as_str(), String::new()),
        };
        let mode = match &self.host {
            Host::Socket(_) => "disable",
            Host::Net(_) if self.is_here() => "prefer",
            Host::Net(_) => "verify-full",
        };
        let authority = authority.map(|file| format!("&sslrootcert={}", encoded(file))).unwrap_or_default();
        format!("postgres://{user}{host}:{}/{}?sslmode={mode}{socket}{authority}", self.port, encoded(&self.name))
    }
}

/// Percent-encoded, but for what is plain in every part of an address.
pub fn encoded(text: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(b);
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((before, port)) if !port.ends_with(']') => (before, Some(port)),
        _ => (host, None),
    }
}

/// A name, an IPv4 address, or an IPv6 address in brackets.
fn net(host: &str) -> Option<&str> {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let name = || !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    address.map_or_else(name, |address| address.parse::<Ipv6Addr>().is_ok()).then_some(host)
}

/// What would end a part of an address, or can't be meant.
fn foreign(c: char) -> bool {
    c.is_control() || c.is_whitespace() || ":@?#&=%\\\"'".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> String {
        let Ok(Database::Server(server)) = Database::parse(text) else { panic!("{text}") };
        server.url(server.authority())
    }

    #[test]
    fn a_file_a_socket_this_computer_and_another_are_told_apart() {
        assert_eq!(Database::parse("office.db"), Ok(Database::File));
        assert_eq!(
            url("postgres://clerk@/fukan?host=/var/run/postgresql"),
            "postgres://clerk@localhost:5432/fukan?sslmode=disable&host=/var/run/postgresql"
        );
        assert_eq!(url("postgresql://[::1]:5433/fukan"), "postgres://[::1]:5433/fukan?sslmode=prefer");
        assert_eq!(url("postgres://127.0.0.1/fukan"), "postgres://127.0.0.1:5432/fukan?sslmode=prefer");
        assert_eq!(
            url("postgres://照会係@db.example.lg.jp/fukan?sslrootcert=ca.pem"),
            "postgres://%E7%85%A7%E4%BC%9A%E4%BF%82@db.example.lg.jp:5432/fukan?sslmode=verify-full&sslrootcert=ca.pem"
        );
    }

    #[test]
    fn a_password_is_refused_wherever_it_stands() {
        for text in ["postgres://clerk:himitsu@db/fukan", "postgres://:x@db/fukan", "postgres://db/fukan?password=himitsu"] {
            assert_eq!(Database::parse(text), Err(Refused::Password), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_read() {
        for text in [
            "",
            "fukan.db",
            "sqlite:office.db",
            "postgres://db",
            "postgres://db/",
            "postgres:///fukan",
            "postgres://db:0/fukan",
            "postgres://db:65536/fukan",
            "postgres://db/fukan?sslmode=disable",
            "postgres://db/fukan?options=-c%20fsync=off",
            "postgres://db/fukan?host=/tmp",
            "postgres://db/fukan?host=other",
            "postgres:///fukan?host=/tmp&host=/run",
            "postgres:///fukan?host=/tmp&sslrootcert=ca.pem",
            "postgres://db/fukan#x",
            "postgres://@db/fukan",
            "postgres://d b/fukan",
            "postgres://db/fu\"kan",
            "postgres://[::g]/fukan",
        ] {
            assert_eq!(Database::parse(text), Err(Refused::Form), "{text}");
        }
    }

    #[test]
    fn a_name_that_only_looks_like_this_computer_is_another() {
        for host in ["localhost.example.jp", "127.0.0.1.example.jp", "10.0.0.1", "0.0.0.0"] {
            assert!(url(&format!("postgres://{host}/fukan")).contains("verify-full"), "{host}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_never_loses_tls(text in "postgres://[a-z0-9.@:/?=&%-]{0,40}") {
            if let Ok(Database::Server(server)) = Database::parse(&text) {
                let url = server.url(server.authority());
                prop_assert!(server.is_here() || url.contains("?sslmode=verify-full"), "{}", url);
                prop_assert_eq!(url.matches("sslmode").count(), 1);
            }
        }
    }
}
