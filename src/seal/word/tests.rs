use super::keys::{Integrity, Lock};
use super::*;
use crate::seal::testing::{Seeded, hex};

const MOST: usize = 1 << 20;

fn password() -> Password {
    Password::parse("7KM4Q9XDH2RWT6YN").expect("a good one")
}

fn sealed(document: &[u8]) -> Vec<u8> {
    seal(document, &password(), Spin::quick(), &Seeded::new("word")).expect("sealed")
}

#[test]
fn what_is_sealed_can_be_opened_whatever_its_length() {
    for length in [0, 1, 15, 16, 17, 4080, 4087, 4088, 4089, 4095, 4096, 4097, 8192, 32768, 100_000] {
        let document: Vec<u8> = (0..length).map(|n| n as u8).collect();
        let bytes = sealed(&document);
        assert_eq!(*open(&bytes, password().expose(), MOST).expect("opens"), document, "{length}");
    }
}

#[test]
fn equal_lengths_give_equal_lengths() {
    let (a, b) = (sealed(&[0; 32768]), seal(&[1; 32768], &password(), Spin::quick(), &Seeded::new("other")).expect("sealed"));
    assert_eq!(a.len(), b.len());
}

#[test]
fn wrong_passwords_are_refused() {
    let bytes = sealed(b"document");
    let entropy = Seeded::new("wrong");
    for _ in 0..300 {
        let wrong = Password::random(&entropy);
        assert_eq!(open(&bytes, wrong.expose(), MOST).err(), Some(OpenError::Refused));
    }
    for wrong in ["", "7KM4Q9XDH2RWT6Y", "7km4q9xdh2rwt6yn", "7KM4 Q9XD H2RW T6YN"] {
        assert_eq!(open(&bytes, wrong, MOST).err(), Some(OpenError::Refused));
    }
}

#[test]
fn no_changed_byte_and_no_cut_end_is_taken() {
    for document in [&b"a small document"[..], &[7; 4200]] {
        let bytes = sealed(document);
        for at in 0..bytes.len() {
            for change in [1, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                assert!(open(&changed, password().expose(), MOST).is_err(), "byte {at} ^ {change}");
            }
            assert!(open(&bytes[..at], password().expose(), MOST).is_err(), "cut at {at}");
        }
        for more in [1, 512, 4096] {
            let longer = [&bytes[..], &vec![0; more]].concat();
            assert!(open(&longer, password().expose(), MOST).is_err());
        }
    }
}

/// A package of the size that goes out: each of its bytes changed once, and cut at each of them.
#[test]
fn no_changed_byte_of_a_whole_package_is_taken() {
    let document: Vec<u8> = (0..32 << 10).map(|n: u32| (n % 251) as u8).collect();
    let bytes = &sealed(&document);
    assert_eq!(bytes.len(), 38_400);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                let mut changed = bytes.clone();
                for at in (thread..bytes.len()).step_by(threads) {
                    changed[at] ^= 1 << (at % 8);
                    assert!(open(&changed, password().expose(), MOST).is_err(), "byte {at}");
                    changed[at] = bytes[at];
                    assert!(open(&bytes[..at], password().expose(), MOST).is_err(), "cut at {at}");
                }
                assert!(open(&changed, password().expose(), MOST).is_ok(), "what is whole opens");
            });
        }
    });
}

/// Container and XML stay ours; only a value inside changes. Nothing but the MAC and the verifier can see that.
#[test]
fn every_value_is_under_the_seal() {
    let bytes = sealed(&[9; 5000]);
    let (info, package) = container::read(&bytes).expect("ours");
    let info = Info::read(&info).expect("ours");
    type Change = fn(&mut Info, &mut Vec<u8>);
    let changes: [(Change, OpenError); 13] = [
        (|i, _| i.spin += 1, OpenError::Refused),
        (|i, _| i.spin = 0, OpenError::Refused),
        (|i, _| i.spin = u32::MAX, OpenError::TooLarge),
        (|i, _| i.spin = Spin::MOST + 1, OpenError::TooLarge),
        (|i, _| i.package_salt[0] ^= 1, OpenError::Refused),
        (|i, _| i.password_salt[15] ^= 1, OpenError::Refused),
        (|i, _| i.lock.verifier_input[0] ^= 1, OpenError::Refused),
        (|i, _| i.lock.verifier_hash[63] ^= 1, OpenError::Refused),
        (|i, _| i.lock.package_key[31] ^= 1, OpenError::Refused),
        (|i, _| i.integrity.key[0] ^= 1, OpenError::Refused),
        (|i, _| i.integrity.value[0] ^= 1, OpenError::Refused),
        (|_, p| p[8 + 4096] ^= 1, OpenError::Refused),
        (|_, p| p[0] ^= 1, OpenError::Refused),
    ];
    for (n, (change, want)) in changes.into_iter().enumerate() {
        let (mut info, mut package) = (info.clone(), package.clone());
        change(&mut info, &mut package);
        let bytes = container::write(&info.to_bytes(), &package).expect("written");
        assert_eq!(open(&bytes, password().expose(), MOST).err(), Some(want), "change {n}");
    }
    for whole in [&[][..], &[0; 7], &[0xFF; 8], &[0xFF; 24], &[1, 0, 0, 0, 0, 0, 0, 0]] {
        let bytes = container::write(&info.to_bytes(), whole).expect("written");
        assert_eq!(open(&bytes, password().expose(), MOST).err(), Some(OpenError::NotOurs));
    }
}

#[test]
fn the_xml_is_read_in_one_spelling_alone() {
    let (bytes, _) = container::read(&sealed(b"x")).expect("ours");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(Info::read(text.as_bytes()).is_some());
    for (from, to) in [
        (r#"spinCount="3""#, r#"spinCount="03""#),
        (r#"spinCount="3""#, r#"spinCount="+3""#),
        (r#"spinCount="3""#, r#"spinCount="-3""#),
        (r#"spinCount="3""#, r#"spinCount="99999999999""#),
        (r#"spinCount="3""#, r#"spinCount="""#),
        ("SHA512", "SHA1"),
        (r#"keyBits="256""#, r#"keyBits="128""#),
        ("ChainingModeCBC", "ChainingModeCFB"),
        ("</encryption>", "</encryption> "),
        ("</encryption>", ""),
        ("<keyEncryptors>", "<keyEncryptors><x/>"),
        (r#"/><dataIntegrity"#, r#" /><dataIntegrity"#),
        (r#"saltValue=""#, r#"saltValue="AA"#),
    ] {
        assert!(text.contains(from));
        assert!(Info::read(text.replacen(from, to, 1).as_bytes()).is_none(), "{from} -> {to}");
    }
}

#[test]
fn limits_are_kept() {
    let bytes = sealed(b"x");
    assert_eq!(open(&bytes, password().expose(), bytes.len() - 1).err(), Some(OpenError::TooLarge));
    assert_eq!(Spin::new(99_999), None);
    assert_eq!(Spin::new(1_000_001), None);
    assert_eq!(Spin::new(100_000), Some(Spin::DEFAULT));
}

/// What msoffcrypto-tool wrote (`tests/vectors/word.py`) opens with our keys.
#[test]
fn a_package_by_other_hands_opens() {
    let vector: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/word.json")).expect("json");
    let bytes = |name: &str| hex(vector[name].as_str().expect("hex"));
    fn array<const N: usize>(bytes: Vec<u8>) -> [u8; N] {
        bytes.try_into().expect("its length")
    }
    let lock = Lock {
        verifier_input: array(bytes("verifier_input")),
        verifier_hash: array(bytes("verifier_hash")),
        package_key: array(bytes("package_key")),
    };
    let integrity = Integrity { key: array(bytes("hmac_key")), value: array(bytes("hmac_value")) };
    let spin = u32::try_from(vector["spin"].as_u64().expect("number")).expect("u32");
    let keys = PasswordKeys::derive(vector["password"].as_str().expect("text"), &array(bytes("password_salt")), spin);
    let (key, right) = keys.unlock(&lock, array(bytes("package_salt")));
    let package = bytes("package");
    assert!(bool::from(right));
    assert!(bool::from(key.verify_integrity(&integrity, &package)));
    assert!(package::is_whole(&package));
    assert_eq!(*package::decrypt(&package, &key).expect("zero filling"), bytes("document"));
    assert_eq!(package::encrypt(&bytes("document"), &key), package);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2000)) {
        proptest::prop_assert!(open(&bytes, "x", MOST).is_err());
    }

    #[test]
    fn noise_in_the_container_is_refused_without_a_panic(at in 0usize..8000, noise in proptest::collection::vec(proptest::num::u8::ANY, 1..64)) {
        thread_local!(static SEALED: Vec<u8> = sealed(&[7; 200]));
        let before = SEALED.with(Clone::clone);
        let mut bytes = before.clone();
        let at = at % bytes.len();
        let end = (at + noise.len()).min(bytes.len());
        bytes[at..end].copy_from_slice(&noise[..end - at]);
        proptest::prop_assert!(bytes == before || open(&bytes, password().expose(), MOST).is_err());
    }
}
