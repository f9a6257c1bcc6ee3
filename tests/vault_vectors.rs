//! Every file of `tests/vectors/vault/` is a vault with at most one fault, and the class of error that must be told.
//! Adding a case is adding a file (`vault_faults.py` beside the folder made these).

use std::fs;
use std::path::Path;

use fukan::seal::vault::{self, HeaderRow, KeyRow, SlotRow, VaultError, VaultRows};
use serde_json::Value;

fn number(row: &Value, name: &str) -> i64 {
    row[name].as_i64().expect("a number")
}

fn bytes(row: &Value, name: &str) -> Vec<u8> {
    let text = row[name].as_str().expect("hexadecimal").as_bytes();
    text.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")).collect()
}

fn slot(row: &Value) -> SlotRow {
    let number = |name| number(row, name);
    SlotRow {
        slot: number("slot"),
        kind: number("kind"),
        m_kib: number("m_kib"),
        t: number("t"),
        p: number("p"),
        salt: bytes(row, "salt"),
        wrapped: bytes(row, "wrapped"),
    }
}

fn key(row: &Value) -> KeyRow {
    KeyRow { purpose: number(row, "purpose"), key_id: number(row, "key_id"), sealed: bytes(row, "sealed") }
}

fn rows(vector: &Value) -> VaultRows {
    let head = &vector["vault"];
    let list = |name: &str| vector[name].as_array().expect("a list").clone();
    VaultRows {
        vault: HeaderRow {
            id: bytes(head, "id"),
            version: number(head, "version"),
            generation: number(head, "generation"),
            mac: bytes(head, "mac"),
        },
        slots: list("slots").iter().map(slot).collect(),
        keys: list("keys").iter().map(key).collect(),
    }
}

fn class(opened: Result<vault::OfficeKeys, VaultError>) -> &'static str {
    match opened {
        Ok(_) => "opens",
        Err(VaultError::Passphrase) => "passphrase",
        Err(VaultError::Changed) => "changed",
        Err(VaultError::Bounds) => "bounds",
        Err(_) => "another error",
    }
}

#[test]
fn each_fault_is_told_as_what_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/vault");
    let mut judged = 0;
    for entry in fs::read_dir(folder).expect("the vectors") {
        let path = entry.expect("an entry").path();
        let vector: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        let passphrase = vector["passphrase"].as_str().expect("text");
        let told = class(vault::open(&rows(&vector), passphrase.as_bytes()));
        assert_eq!(told, vector["expect"].as_str().expect("text"), "{}", path.display());
        judged += 1;
    }
    assert!(judged >= 60, "{judged} vectors");
}
