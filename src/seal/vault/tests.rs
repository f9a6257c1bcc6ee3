use super::*;
use crate::base::code;
use crate::seal::Password;
use crate::seal::testing::{Seeded, hex};

const PASSPHRASE: &[u8] = b"correct horse battery";
const OTHER: &[u8] = b"another horse, stapled";

fn fresh() -> (VaultRows, OfficeKeys) {
    create(PASSPHRASE, Params::LEAST, &Seeded::new("vault")).expect("created")
}

fn password() -> Password {
    Password::parse("7KM4Q9XDH2RWT6YN").expect("a good one")
}

fn refusal(rows: &VaultRows) -> Option<VaultError> {
    open(rows, PASSPHRASE).err()
}

/// Whether two sets of keys are one, by all that they can do.
fn same(a: &OfficeKeys, b: &OfficeKeys) -> bool {
    let value = a.seal_password("n", 0, &password(), &Seeded::new("same"));
    b.open_password("n", 0, &value).is_ok() && same_but_password(a, b)
}

fn same_but_password(a: &OfficeKeys, b: &OfficeKeys) -> bool {
    let macs = |k: &OfficeKeys| {
        [
            k.pairing_mac(b"x"),
            k.chain_mac(&[0; 32], b"x"),
            k.person_mac("カナ", "1980-03-02", "male"),
            k.file_mac(b"x"),
            k.fingerprint_mac(b"x"),
        ]
    };
    macs(a) == macs(b)
}

#[test]
fn a_vault_opens_with_its_passphrase_alone() {
    let (rows, keys) = fresh();
    assert!(same(&keys, &open(&rows, PASSPHRASE).expect("opens")));
    for wrong in [&b""[..], b"correct horse batterx", b"correct horse battery ", OTHER] {
        let error = open(&rows, wrong).expect_err("refused");
        assert_eq!((error, error.code()), (VaultError::Passphrase, code::PASSPHRASE));
    }
    assert_eq!(format!("{keys:?}"), "[保険者の鍵]");
}

#[test]
fn every_use_of_a_key_has_its_own_tag() {
    let (_, keys) = fresh();
    let tags = std::collections::BTreeSet::from([
        keys.pairing_mac(b"x"),
        keys.chain_mac(&[0; 32], b"x"),
        keys.person_mac("x", "", ""),
        keys.person_mac("", "x", ""),
        keys.file_mac(b"x"),
        keys.fingerprint_mac(b"x"),
        keys.chain_mac(&[1; 32], b"x"),
    ]);
    assert_eq!(tags.len(), 7);
}

#[test]
fn a_weak_passphrase_makes_no_vault() {
    assert_eq!(create(b"short", Params::LEAST, &Seeded::new("v")).err(), Some(VaultError::Weak));
}

#[test]
fn slots_come_and_go() {
    let (rows, keys) = fresh();
    let entropy = Seeded::new("slots");
    let code = RecoveryCode::random(&entropy);
    let two = add_slot(&rows, PASSPHRASE, SlotKind::Recovery, code.expose().as_bytes(), Params::LEAST, &entropy).expect("added");
    assert_eq!(two.vault.generation, 2);
    let typed = code.groups().join(" ").to_lowercase();
    assert!(same(&keys, &open(&two, typed.as_bytes()).expect("recovers")));
    assert!(same(&keys, &open(&two, PASSPHRASE).expect("still opens")));

    // Forgotten: the recovery code sets a new passphrase in slot 1.
    let reset = replace_slot(&two, typed.as_bytes(), 1, OTHER, Params::LEAST, &entropy).expect("reset");
    assert_eq!(refusal(&reset), Some(VaultError::Passphrase));
    assert!(same(&keys, &open(&reset, OTHER).expect("opens")));

    let one = remove_slot(&reset, OTHER, 2).expect("removed");
    assert_eq!(open(&one, typed.as_bytes()).err(), Some(VaultError::Passphrase));
    assert_eq!(remove_slot(&one, OTHER, 1).err(), Some(VaultError::Slots), "the last one stays");
    assert_eq!(remove_slot(&one, OTHER, 5).err(), Some(VaultError::Slots));
    assert_eq!(replace_slot(&one, OTHER, 5, PASSPHRASE, Params::LEAST, &entropy).err(), Some(VaultError::Slots));
}

#[test]
fn no_more_than_eight_slots() {
    let (mut rows, _) = fresh();
    let entropy = Seeded::new("eight");
    for _ in 0..7 {
        rows = add_slot(&rows, PASSPHRASE, SlotKind::Passphrase, OTHER, Params::LEAST, &entropy).expect("room");
    }
    let ninth = add_slot(&rows, PASSPHRASE, SlotKind::Passphrase, OTHER, Params::LEAST, &entropy);
    assert_eq!(ninth.err(), Some(VaultError::Slots));
}

#[test]
fn a_passphrase_is_changed_without_touching_the_keys() {
    let (rows, keys) = fresh();
    let changed = replace_slot(&rows, PASSPHRASE, 1, OTHER, Params::LEAST, &Seeded::new("change")).expect("changed");
    assert_eq!(refusal(&changed), Some(VaultError::Passphrase));
    assert!(same(&keys, &open(&changed, OTHER).expect("opens")));
    assert_eq!(changed.keys, rows.keys);
    assert_eq!(replace_slot(&rows, OTHER, 1, OTHER, Params::LEAST, &Seeded::new("c")).err(), Some(VaultError::Passphrase));
    assert_eq!(replace_slot(&rows, PASSPHRASE, 1, b"weak", Params::LEAST, &Seeded::new("c")).err(), Some(VaultError::Weak));
}

#[test]
fn rotation_keeps_what_must_verify_and_destroys_the_rest() {
    let (rows, keys) = fresh();
    let entropy = Seeded::new("rotation");
    let value = keys.seal_password("R08-0013", 0, &password(), &entropy);
    let Rotation { rows: rotated, old, new } = rotate(&rows, PASSPHRASE, Params::LEAST, &entropy).expect("rotated");
    assert!(same(&old, &keys));
    assert!(same_but_password(&new, &keys));
    assert_eq!(new.open_password("R08-0013", 0, &value).err(), Some(VaultError::Gone));
    let opened = old.open_password("R08-0013", 0, &value).expect("the old key is still at hand");
    let again = new.seal_password("R08-0013", 0, &opened, &entropy);
    assert!(new.open_password("R08-0013", 0, &again).expect("opens").matches(&password()));
    assert_eq!(old.open_password("R08-0013", 0, &again).err(), Some(VaultError::Value));
    assert!(same(&new, &open(&rotated, PASSPHRASE).expect("opens")));
    // Rows of before and after do not mix.
    let mixed = VaultRows { keys: rows.keys.clone(), ..rotated.clone() };
    assert_eq!(refusal(&mixed), Some(VaultError::Changed));
}

#[test]
fn a_sealed_password_opens_in_its_own_place_alone() {
    let (_, keys) = fresh();
    let (_, foreign) = create(PASSPHRASE, Params::LEAST, &Seeded::new("another office")).expect("created");
    let value = keys.seal_password("R08-0013", 1, &password(), &Seeded::new("value"));
    assert_eq!(value.len(), 49);
    assert!(keys.open_password("R08-0013", 1, &value).expect("opens").matches(&password()));
    for (number, revision) in [("R08-0014", 1), ("R08-0013", 0), ("R08-0013", 2), ("", 1)] {
        let error = keys.open_password(number, revision, &value).expect_err("refused");
        assert_eq!((error, error.code()), (VaultError::Value, code::SEALED_VALUE));
    }
    assert_eq!(foreign.open_password("R08-0013", 1, &value).err(), Some(VaultError::Value));
    for bit in 0..value.len() * 8 {
        let mut changed = value.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(keys.open_password("R08-0013", 1, &changed).is_err(), "bit {bit}");
        assert!(keys.open_password("R08-0013", 1, &value[..bit / 8]).is_err());
    }
}

/// One fault each: what was changed, and what must be said of it.
#[test]
fn every_changed_row_is_refused() {
    let (rows, _) = fresh();
    let entropy = Seeded::new("faults");
    let rows = add_slot(&rows, PASSPHRASE, SlotKind::Passphrase, OTHER, Params::LEAST, &entropy).expect("added");
    let (other, _) = create(PASSPHRASE, Params::LEAST, &Seeded::new("another office")).expect("created");
    type Change = Box<dyn Fn(&mut VaultRows)>;
    let changed = |change: Change, want: VaultError, what: &str| {
        let mut copy = rows.clone();
        change(&mut copy);
        assert_eq!(refusal(&copy), Some(want), "{what}");
    };
    use VaultError::{Bounds, Changed, Passphrase};
    changed(Box::new(|r| r.vault.id[0] ^= 1), Passphrase, "id: the slots are of another vault");
    changed(Box::new(|r| r.vault.id.truncate(15)), Changed, "id cut");
    changed(Box::new(|r| r.vault.version = 2), Changed, "version");
    changed(Box::new(|r| r.vault.generation = 1), Changed, "generation");
    changed(Box::new(|r| r.vault.generation = 0), Changed, "no generation");
    changed(Box::new(|r| r.vault.generation = i64::MIN), Changed, "negative generation");
    changed(Box::new(|r| r.vault.mac[31] ^= 1), Changed, "mac");
    changed(Box::new(|r| r.vault.mac.clear()), Changed, "no mac");
    changed(Box::new(|r| r.slots.clear()), Changed, "no slots");
    changed(Box::new(|r| r.slots.truncate(1)), Changed, "a slot removed");
    changed(Box::new(|r| r.slots[1].slot = 1), Changed, "a slot twice");
    changed(Box::new(|r| r.slots[1].slot = 3), Changed, "a slot renumbered");
    changed(Box::new(|r| r.slots[0].slot = 0), Changed, "slot 0");
    changed(Box::new(|r| r.slots[0].slot = 9), Changed, "slot 9");
    changed(Box::new(|r| r.slots[0].slot = -1), Changed, "slot -1");
    changed(Box::new(|r| r.slots[1].kind = 2), Changed, "another kind");
    changed(Box::new(|r| r.slots[0].kind = 3), Changed, "no such kind");
    changed(Box::new(|r| r.slots[0].m_kib = 64 << 20), Bounds, "64 GiB");
    changed(Box::new(|r| r.slots[0].m_kib = -1), Bounds, "negative memory");
    changed(Box::new(|r| r.slots[0].m_kib = 8), Bounds, "8 KiB");
    changed(Box::new(|r| r.slots[0].m_kib += 8), Passphrase, "other memory");
    changed(Box::new(|r| r.slots[0].t = i64::from(u32::MAX)), Bounds, "4 billion passes");
    changed(Box::new(|r| r.slots[0].t = i64::MAX), Bounds, "more passes than u32");
    changed(Box::new(|r| r.slots[0].t = 0), Bounds, "no pass");
    changed(Box::new(|r| r.slots[0].t = 3), Passphrase, "another pass");
    changed(Box::new(|r| r.slots[0].p = 0), Bounds, "no lane");
    changed(Box::new(|r| r.slots[0].p = 17), Bounds, "17 lanes");
    changed(Box::new(|r| r.slots[0].p = 2), Passphrase, "two lanes");
    changed(Box::new(|r| r.slots[0].salt[0] ^= 1), Passphrase, "salt");
    changed(Box::new(|r| r.slots[0].salt.push(0)), Changed, "salt longer");
    changed(Box::new(|r| r.slots[0].wrapped[0] ^= 1), Passphrase, "nonce");
    changed(Box::new(|r| r.slots[0].wrapped[59] ^= 1), Passphrase, "tag");
    changed(Box::new(|r| r.slots[0].wrapped.truncate(59)), Changed, "wrapped cut");
    changed(Box::new(|r| r.slots[1].wrapped[20] ^= 1), Changed, "somebody else's slot");
    changed(
        Box::new(|r| {
            let [a, b] = &mut r.slots[..] else { unreachable!() };
            std::mem::swap(&mut a.wrapped, &mut b.wrapped)
        }),
        Passphrase,
        "wrapped roots swapped",
    );
    changed(Box::new(|r| r.keys.clear()), Changed, "no keys");
    changed(Box::new(|r| drop(r.keys.pop())), Changed, "a key removed");
    changed(Box::new(|r| r.keys.push(r.keys[0].clone())), Changed, "a key twice");
    changed(Box::new(|r| r.keys[0].purpose = 6), Changed, "no such purpose");
    changed(
        Box::new(|r| {
            r.keys[0].purpose = 2;
            r.keys[1].purpose = 1
        }),
        Changed,
        "purposes swapped",
    );
    changed(Box::new(|r| r.keys[0].key_id = 2), Changed, "key id");
    changed(Box::new(|r| r.keys[0].key_id = 0), Changed, "key id 0");
    changed(Box::new(|r| r.keys[4].sealed[30] ^= 1), Changed, "a sealed key");
    changed(Box::new(|r| r.keys[4].sealed.clear()), Changed, "a sealed key emptied");
    let foreign = other.clone();
    changed(Box::new(move |r| r.keys = foreign.keys.clone()), Changed, "another office's keys");
    let foreign = other.clone();
    changed(Box::new(move |r| r.slots = foreign.slots.clone()), Passphrase, "another office's slots");
    let foreign = other.clone();
    changed(Box::new(move |r| r.vault = foreign.vault.clone()), Passphrase, "another office's header");
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let (rows, keys) = fresh();
    let mut rows = add_slot(&rows, PASSPHRASE, SlotKind::Passphrase, OTHER, Params::LEAST, &Seeded::new("order")).expect("added");
    rows.slots.reverse();
    rows.keys.reverse();
    assert!(same(&keys, &open(&rows, PASSPHRASE).expect("opens")));
}

/// A vault that Python wrote (`tests/vectors/vault.py`) opens with both its secrets, and all that hangs on it agrees.
#[test]
fn a_vault_by_other_hands_opens() {
    let vector: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/vault.json")).expect("json");
    let number = |v: &serde_json::Value, name: &str| v[name].as_i64().expect("number");
    let bytes = |v: &serde_json::Value, name: &str| hex(v[name].as_str().expect("text"));
    let list = |name: &str| vector[name].as_array().expect("list").clone();
    let header = &vector["vault"];
    let rows = VaultRows {
        vault: HeaderRow {
            id: bytes(header, "id"),
            version: number(header, "version"),
            generation: number(header, "generation"),
            mac: bytes(header, "mac"),
        },
        slots: list("slots")
            .iter()
            .map(|s| SlotRow {
                slot: number(s, "slot"),
                kind: number(s, "kind"),
                m_kib: number(s, "m_kib"),
                t: number(s, "t"),
                p: number(s, "p"),
                salt: bytes(s, "salt"),
                wrapped: bytes(s, "wrapped"),
            })
            .collect(),
        keys: list("keys")
            .iter()
            .map(|k| KeyRow { purpose: number(k, "purpose"), key_id: number(k, "key_id"), sealed: bytes(k, "sealed") })
            .collect(),
    };
    for passphrase in list("passphrases") {
        let keys = open(&rows, passphrase.as_str().expect("text").as_bytes()).expect("opens");
        let sealed = &vector["sealed_password"];
        let opened = keys.open_password("R08-0013", 2, &bytes(sealed, "value")).expect("opens");
        assert_eq!(opened.expose(), sealed["password"].as_str().expect("text"));
        let macs = &vector["macs"];
        let before: [u8; 32] = bytes(macs, "chain_before").try_into().expect("32");
        assert_eq!(keys.chain_mac(&before, b"row").to_vec(), bytes(macs, "chain"));
        assert_eq!(keys.person_mac("ヤマダタロウ", "1980-03-02", "male").to_vec(), bytes(macs, "person"));
        assert_eq!(keys.file_mac(b"bytes").to_vec(), bytes(macs, "file"));
        assert_eq!(keys.fingerprint_mac(b"bytes").to_vec(), bytes(macs, "fingerprint"));
    }
}

proptest::proptest! {
    #[test]
    fn any_value_is_refused_without_a_panic(value in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
        thread_local!(static KEYS: OfficeKeys = fresh().1);
        KEYS.with(|keys| assert!(keys.open_password("R08-0013", 0, &value).is_err()));
    }
}
