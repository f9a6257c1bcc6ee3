//! EncryptionInfo: version 4.4, flags 0x40, and an XML descriptor with one password key.
//!
//! Source: MS-OFFCRYPTO 2.3.4.10. The XML is a fixed text with eight values in it; reading it is walking the same text.

use super::keys::{Integrity, Lock, Salt};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Major 4, minor 4, fAgile.
const HEAD: [u8; 8] = [4, 0, 4, 0, 0x40, 0, 0, 0];

/// What AES-256, CBC and SHA-512 look like in attributes, up to the salt.
macro_rules! parameters {
    () => {
        r#"saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue=""#
    };
}

/// The text between the values. Office wants a line break after the declaration.
const TEXT: [&str; 9] = [
    concat!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
        "\r\n",
        r#"<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption""#,
        r#" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password""#,
        r#" xmlns:c="http://schemas.microsoft.com/office/2006/keyEncryptor/certificate"><keyData "#,
        parameters!()
    ),
    r#""/><dataIntegrity encryptedHmacKey=""#,
    r#"" encryptedHmacValue=""#,
    concat!(
        r#""/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">"#,
        r#"<p:encryptedKey spinCount=""#
    ),
    concat!(r#"" "#, parameters!()),
    r#"" encryptedVerifierHashInput=""#,
    r#"" encryptedVerifierHashValue=""#,
    r#"" encryptedKeyValue=""#,
    r#""/></keyEncryptor></keyEncryptors></encryption>"#,
];

/// All that EncryptionInfo tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Info {
    pub(super) spin: u32,
    pub(super) package_salt: Salt,
    pub(super) password_salt: Salt,
    pub(super) lock: Lock,
    pub(super) integrity: Integrity,
}

impl Info {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let values = [
            STANDARD.encode(self.package_salt),
            STANDARD.encode(self.integrity.key),
            STANDARD.encode(self.integrity.value),
            self.spin.to_string(),
            STANDARD.encode(self.password_salt),
            STANDARD.encode(self.lock.verifier_input),
            STANDARD.encode(self.lock.verifier_hash),
            STANDARD.encode(self.lock.package_key),
            String::new(),
        ];
        let mut out = HEAD.to_vec();
        for (text, value) in TEXT.iter().zip(&values) {
            out.extend_from_slice(text.as_bytes());
            out.extend_from_slice(value.as_bytes());
        }
        out
    }

    /// What [`Info::to_bytes`] makes, and nothing else.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = std::str::from_utf8(bytes.strip_prefix(&HEAD)?).ok()?;
        let mut value = |n: usize| {
            let behind = rest.strip_prefix(TEXT[n])?;
            let (value, next) = behind.split_at_checked(behind.find('"')?)?;
            rest = next;
            Some(value)
        };
        let info = Self {
            package_salt: decoded(value(0)?)?,
            integrity: Integrity { key: decoded(value(1)?)?, value: decoded(value(2)?)? },
            spin: value(3)?.parse().ok()?,
            password_salt: decoded(value(4)?)?,
            lock: Lock {
                verifier_input: decoded(value(5)?)?,
                verifier_hash: decoded(value(6)?)?,
                package_key: decoded(value(7)?)?,
            },
        };
        (info.to_bytes() == bytes).then_some(info)
    }
}

fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}
