//! PostgreSQL of our own: one private cluster a test process, on a Unix socket in a temporary folder, and one database an office.
//!
//! It ends with the process, however that ends: a shell waits for the end of a pipe that only we hold.
#![allow(dead_code)] // a test file rarely uses all of it

use super::office::{ask, connected};
use super::support_dir;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

/// Where it is, and what keeps it.
pub struct Cluster {
    socket: PathBuf,
    port: u16,
    keeper: Mutex<Child>,
    said: Mutex<BufReader<ChildStdout>>,
}

/// The cluster of this process, started when it is first asked for.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

/// Debian keeps the server's programs in a folder of their version; elsewhere they are on the PATH.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|e| e.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    let on_path = || std::env::split_paths(&std::env::var_os("PATH")?).find(|folder| folder.join("initdb").exists());
    newest
        .or_else(on_path)
        .expect("PostgreSQL is a witness of these tests: apt-get install --no-install-recommends postgresql-15")
}

/// Makes the cluster, starts it, says so, and stops it when its standard input ends. $1 = programs, $2 = folder; $3 = the port of a
/// cluster that takes passwords over TLS from this computer, with a certificate for 0.0.0.0 of its own authority. Others have no TCP.
const KEEPER: &str = r#"
set -e
"$1/initdb" -D "$2/data" -U fukan -A trust --no-sync --encoding=UTF8 --locale=C.UTF-8 >"$2/log" 2>&1
if [ -n "$3" ]; then
  printf 'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n' >"$2/data/pg_hba.conf"
  printf 'subjectAltName=IP:0.0.0.0\nbasicConstraints=CA:FALSE\n' >"$2/server.ext"
  { openssl req -x509 -newkey rsa:2048 -nodes -keyout "$2/ca.key" -out "$2/ca.pem" -subj /CN=authority -days 2
    openssl req -newkey rsa:2048 -nodes -keyout "$2/server.key" -out "$2/server.csr" -subj /CN=server
    openssl x509 -req -in "$2/server.csr" -CA "$2/ca.pem" -CAkey "$2/ca.key" -CAcreateserial -out "$2/server.pem" -days 2 \
      -extfile "$2/server.ext"; } >>"$2/log" 2>&1
  tcp="-c listen_addresses=127.0.0.1 -c port=$3 -c ssl=on -c ssl_cert_file=$2/server.pem -c ssl_key_file=$2/server.key"
else
  tcp="-c listen_addresses="
fi
start() {
  "$1/postgres" -D "$2/data" -k "$2" -c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=16MB \
    -c autovacuum=off $tcp >>"$2/log" 2>&1 &
  server=$!
}
start "$@"
echo started
while read -r word; do
  [ "$word" = restart ] || continue
  kill -QUIT "$server"; wait "$server" || true
  start "$@"
  echo restarted
done
kill -QUIT "$server"; wait "$server" || true
rm -rf "$2"
"#;

/// The first column of a query's rows.
pub fn read(url: &str, query: &'static str) -> Vec<String> {
    let rows = connected(url, async |connection| sqlx::query(query).fetch_all(connection).await).expect("read");
    rows.iter().map(|row| sqlx::Row::get(row, 0)).collect()
}

impl Cluster {
    /// One of its own, for a test that kills it.
    pub fn start() -> Self {
        Self::with(5432, "")
    }

    /// One that speaks TLS on this port.
    pub fn with_tls(port: u16) -> Self {
        Self::with(port, &port.to_string())
    }

    fn with(port: u16, tls: &str) -> Self {
        let folder = support_dir("fukan-pg-");
        // PostgreSQL does not run as root.
        let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        let mut command = match root {
            true => {
                let given = Command::new("chown").arg("postgres").arg(&folder).status().expect("chown");
                assert!(given.success(), "the user postgres, which Debian's postgresql brings");
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--", "sh"]);
                command
            }
            false => Command::new("sh"),
        };
        command.args(["-c", KEEPER, "sh"]).arg(programs()).arg(&folder).arg(tls).current_dir("/");
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let said = Mutex::new(BufReader::new(keeper.stdout.take().expect("a pipe")));
        let cluster = Self { socket: folder, port, keeper: Mutex::new(keeper), said };
        cluster.hear("started");
        cluster.wait();
        cluster
    }

    /// Kills the server as a power cut does, and starts it again.
    pub fn restart(&self) {
        let mut keeper = self.keeper.lock().expect("a keeper");
        keeper.stdin.as_mut().expect("a pipe").write_all(b"restart\n").expect("told");
        self.hear("restarted");
        self.wait();
    }

    fn hear(&self, word: &str) {
        let mut said = String::new();
        self.said.lock().expect("a pipe").read_line(&mut said).expect("a word");
        assert_eq!(said.trim_end(), word, "{}", std::fs::read_to_string(self.socket.join("log")).unwrap_or_default());
    }

    fn wait(&self) {
        for _ in 0..300 {
            if ask(&self.url("postgres"), &[]).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the server does not answer");
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// A database, as office.toml has it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://fukan@/{database}?host={}&port={}", self.socket.display(), self.port)
    }

    /// A new and empty database; its name.
    pub fn database(&self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let name = format!("office{}", NEXT.fetch_add(1, Ordering::SeqCst));
        self.administer(&[&format!("CREATE DATABASE {name} TEMPLATE template0")]);
        name
    }

    /// What an administrator does.
    pub fn administer(&self, statements: &[&str]) {
        ask(&self.url("postgres"), statements).expect("done");
    }

    /// Ends every connection to a database.
    pub fn cut(&self, database: &str) {
        self.administer(&[&format!(
            "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity WHERE datname = '{database}'"
        )]);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Ok(keeper) = self.keeper.get_mut() {
            keeper.stdin.take();
            let _ = keeper.wait();
        }
    }
}
