//! 金庫は開かない: somebody has the whole office folder, the output folder and the program, but not the passphrase.
//!
//! The database is read raw. Its pages hold no name, answer, password or passphrase; no passphrase that is near it opens the vault; no
//! value of the file, nor what is easily made of one, is the key of anything in it.

mod support;

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use fukan::base::Fault;
use fukan::books::Closed;
use fukan::seal::vault;
use fukan::world::Disk;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{Column as _, Connection as _, Row as _};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::leak::{Planted, Scan};
use support::{Fukan, copy_tree, repo, report, temp_dir};

struct Stolen {
    _folder: tempfile::TempDir,
    office: PathBuf,
    passwords: Vec<(String, String)>,
}

const PASSPHRASE: &str = "renshu-no-aikotoba-2026";

impl Stolen {
    fn new() -> Self {
        let folder = temp_dir();
        let (office, out) = (folder.path().join("office"), folder.path().join("out"));
        copy_tree(&repo().join("examples/office"), &office);
        assert_eq!(fs::read_to_string(office.join("passphrase.txt")).expect("a passphrase").trim_end(), PASSPHRASE);
        let pack = Fukan::new(["pack", "examples/cases.json", "--office"]).arg(&office).arg("--out").arg(&out);
        pack.run().expect_code(1);
        let numbers: BTreeSet<String> = report(&out)
            .into_iter()
            .filter(|line| line.channel.as_deref() == Some("email"))
            .filter_map(|line| line.number)
            .take(3)
            .collect();
        let password = |number: &String| {
            let told = Fukan::new(["password", number, "--json", "--office"]).arg(&office).run().expect_code(0);
            let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
            (number.clone(), told["password"].as_str().expect("a password").to_owned())
        };
        let passwords = numbers.iter().map(password).collect();
        fs::remove_file(office.join("passphrase.txt")).expect("removed");
        Self { _folder: folder, office, passwords }
    }

    fn database(&self) -> PathBuf {
        self.office.join("office.db")
    }

    fn open(&self, passphrase: &[u8]) -> Result<(), Fault> {
        let rows = Closed::open(&self.office, &Disk)?.vault()?;
        vault::open(&rows, passphrase).map(|_| ()).map_err(|e| Fault::new(e.code()))
    }
}

/// Every value of every table, as bytes.
/// A sealed password as it stands in the file: number, revision, bytes.
type SealedRow = (String, i64, Vec<u8>);

fn values(database: &Path) -> (Vec<Vec<u8>>, Vec<SealedRow>) {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let mut open = sqlx::AnyConnection::connect(&format!("sqlite:{}", database.display())).await.expect("opens");
        let mut all = Vec::new();
        for table in ["meta", "vault", "vault_slots", "vault_keys", "passwords", "events", "cases", "parcels"] {
            let statement = sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"));
            for row in sqlx::query(statement).fetch_all(&mut open).await.expect(table) {
                for column in row.columns() {
                    let at = column.ordinal();
                    let blob = row.try_get::<Vec<u8>, _>(at);
                    all.extend(blob.or_else(|_| row.try_get::<String, _>(at).map(String::into_bytes)));
                }
            }
        }
        let sealed = sqlx::query("SELECT number, revision, sealed FROM passwords ORDER BY number").fetch_all(&mut open).await;
        let sealed = sealed.expect("passwords").iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        open.close().await.expect("closed");
        (all, sealed)
    })
}

#[test]
fn its_pages_hold_nothing_in_clear() {
    let stolen = Stolen::new();
    let file: Value =
        serde_json::from_str(&fs::read_to_string(repo().join("examples/cases.json")).expect("the examples")).expect("JSON");
    let mut planted = vec![Planted::text("the passphrase", PASSPHRASE)];
    planted.extend(stolen.passwords.iter().map(|(number, password)| Planted::password(number, password)));
    for case in file["cases"].as_array().expect("cases") {
        for person in std::iter::once(&case["subject"]).chain(case["candidates"].as_array().into_iter().flatten()) {
            let names = ["kana", "name"].iter().filter_map(|key| person[*key].as_str());
            planted.extend(names.map(|name| Planted::name("a name", name)));
            let answers = person["answers"].as_object().into_iter().flatten().filter_map(|(_, answer)| answer.as_str());
            let telling = answers.filter(|answer| answer.chars().count() > 9);
            planted.extend(telling.map(|answer| Planted::text("an answer", answer)));
        }
    }
    assert!(planted.len() > 80, "{}", planted.len());
    Scan::new(planted).file(&stolen.database()).assert_none();
}

#[test]
fn no_other_passphrase_opens_it() {
    let stolen = Stolen::new();
    stolen.open(PASSPHRASE.as_bytes()).expect("the right one opens: the test can fail");
    let near = [
        "",
        " ",
        "renshu-no-aikotoba-2025",
        "renshu-no-aikotoba-202",
        "renshu-no-aikotoba-2026 ",
        " renshu-no-aikotoba-2026",
        "renshu-no-aikotoba-2026\n",
        "Renshu-no-aikotoba-2026",
        "ｒenshu-no-aikotoba-2026",
        "renshu-no-aikotoba-2026\0",
        "KA7V23MNPQRTUVWX23456789",
    ];
    for wrong in near {
        let fault = stolen.open(wrong.as_bytes()).expect_err(wrong);
        assert!(matches!(fault.code.as_str(), "FK-5010" | "FK-5014"), "{wrong:?}: {}", fault.code);
    }
    // Nor does what the folder itself says: every password, every setting.
    for (number, password) in &stolen.passwords {
        assert!(stolen.open(number.as_bytes()).is_err() && stolen.open(password.as_bytes()).is_err());
    }
}

/// AES-256-GCM with every 32 bytes that stand in the database or are plainly made of them, under every plausible associated data.
#[test]
fn nothing_in_it_is_the_key_of_it() {
    let stolen = Stolen::new();
    let (values, sealed) = values(&stolen.database());
    assert!(values.len() > 500 && sealed.len() > 5, "{} values, {} sealed passwords", values.len(), sealed.len());
    let mut keys: BTreeSet<[u8; 32]> = BTreeSet::from([[0; 32], [0xFF; 32]]);
    for value in &values {
        keys.insert(Sha256::digest(value).into());
        keys.extend(value.windows(32).step_by(4).filter_map(|w| <[u8; 32]>::try_from(w).ok()).take(64));
        let hex: Vec<u8> =
            value.chunks_exact(2).map_while(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        keys.extend(<[u8; 32]>::try_from(hex.as_slice()));
    }
    let id = values.iter().find(|value| value.len() == 16).cloned().unwrap_or_default();
    let (mut tried, mut opened) = (0_u64, 0);
    for (number, revision, sealed) in sealed.iter().take(3) {
        let plain: [Vec<u8>; 4] =
            [Vec::new(), number.as_bytes().to_vec(), id.clone(), [&id[..], number.as_bytes(), &revision.to_be_bytes()].concat()];
        for key in &keys {
            let cipher = Aes256Gcm::new(key.into());
            for (aad, at) in plain.iter().flat_map(|aad| [0, 1, 4, 8].map(|at| (aad, at))) {
                let Some((nonce, text)) = sealed.get(at..).and_then(|rest| rest.split_at_checked(12)) else { continue };
                let nonce = Nonce::try_from(nonce).expect("twelve bytes");
                opened += u32::from(cipher.decrypt(&nonce, Payload { msg: text, aad }).is_ok());
                tried += 1;
            }
        }
    }
    assert_eq!(opened, 0);
    assert!(tried > 10_000, "{tried}");
    // Nor does a sealed value stand there twice, or a password stand in one as it is.
    let distinct: BTreeSet<&Vec<u8>> = sealed.iter().map(|(.., sealed)| sealed).collect();
    assert_eq!(distinct.len(), sealed.len());
    println!("{} keys, {tried} trials, none opens", keys.len());
}
