//! 複合ファイル: the compound file (MS-CFB, version 3) that holds both streams and what Office expects beside them.
//!
//! Source of the four DataSpaces streams: MS-OFFCRYPTO 2.1.5 to 2.1.9 and 2.3.4.1 to 2.3.4.3; strings are UNICODE-LP-P4
//! (2.1.2). All times are zero, and storages carry no class.

use cfb::{CompoundFile, Version};
use std::io::{self, Cursor, Read, Write};
use std::time::{Duration, UNIX_EPOCH};

const INFO: &str = "/EncryptionInfo";
const PACKAGE: &str = "/EncryptedPackage";
const STORAGES: [&str; 4] = [
    "/\u{6}DataSpaces",
    "/\u{6}DataSpaces/DataSpaceInfo",
    "/\u{6}DataSpaces/TransformInfo",
    "/\u{6}DataSpaces/TransformInfo/StrongEncryptionTransform",
];

/// Seconds from 1601, where a compound file's clock begins, to 1970.
const SINCE_1601: Duration = Duration::from_secs(11_644_473_600);

/// The finished file.
pub(super) fn write(info: &[u8], package: &[u8]) -> io::Result<Vec<u8>> {
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
    for storage in STORAGES {
        file.create_storage(storage)?;
    }
    for (name, bytes) in data_spaces() {
        put(&mut file, name, &bytes)?;
    }
    put(&mut file, INFO, info)?;
    put(&mut file, PACKAGE, package)?;
    let zero = UNIX_EPOCH.checked_sub(SINCE_1601).unwrap_or(UNIX_EPOCH);
    for storage in STORAGES.iter().chain(&["/"]) {
        file.set_created_time(storage, zero)?;
        file.set_modified_time(storage, zero)?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// The two streams, if the file is what [`write()`] makes of them to the last byte.
pub(super) fn read(bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut file = CompoundFile::open_strict(Cursor::new(bytes)).ok()?;
    let info = take(&mut file, INFO, bytes.len()).ok()?;
    let package = take(&mut file, PACKAGE, bytes.len()).ok()?;
    let same = write(&info, &package).ok()? == bytes;
    same.then_some((info, package))
}

fn put(file: &mut CompoundFile<Cursor<Vec<u8>>>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut stream = file.create_new_stream(name)?;
    stream.write_all(bytes)?;
    stream.flush()
}

/// A stream of at most as many bytes as the file has.
fn take(file: &mut CompoundFile<Cursor<&[u8]>>, name: &str, most: usize) -> io::Result<Vec<u8>> {
    let stream = file.open_stream(name)?;
    let mut bytes = Vec::new();
    stream.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The four streams that say «EncryptedPackage went through one transform, and that is encryption».
fn data_spaces() -> [(&'static str, Vec<u8>); 4] {
    const ONE: [u8; 12] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];
    let version = [text("Microsoft.Container.DataSpaces"), ONE.to_vec()].concat();
    // 2.1.6.1: length (with itself), one component, a stream; its name; the data space.
    let entry = [number(1), number(0), text("EncryptedPackage"), text("StrongEncryptionDataSpace")].concat();
    let map = [number(8), number(1), number(entry.len() + 4), entry].concat();
    let space = [number(8), number(1), text("StrongEncryptionTransform")].concat();
    // 2.1.8: length up to the name, type 1, class; then name and versions; 2.1.9: no name, block size 0, mode 0, 4.
    let class = text("{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}");
    let head = [number(class.len() + 8), number(1), class, text("Microsoft.Container.EncryptionTransform")].concat();
    let transform = [head, ONE.to_vec(), number(0), number(0), number(0), number(4)].concat();
    [
        ("/\u{6}DataSpaces/Version", version),
        ("/\u{6}DataSpaces/DataSpaceMap", map),
        ("/\u{6}DataSpaces/DataSpaceInfo/StrongEncryptionDataSpace", space),
        ("/\u{6}DataSpaces/TransformInfo/StrongEncryptionTransform/\u{6}Primary", transform),
    ]
}

/// u32, little-endian.
fn number(n: usize) -> Vec<u8> {
    (n as u32).to_le_bytes().to_vec()
}

/// UNICODE-LP-P4: length in bytes, UTF-16LE, filled up with zeroes to four bytes.
fn text(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut out = number(units.len());
    out.extend_from_slice(&units);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::testing::hex;

    /// The same bytes as msoffcrypto-tool 6.1.0, and through it Office, writes.
    #[test]
    fn data_spaces_are_what_office_writes() {
        let vector: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/word.json")).expect("json");
        let want = &vector["data_spaces"];
        for (name, bytes) in data_spaces() {
            let key = name.rsplit('/').next().expect("a name").trim_start_matches('\u{6}');
            assert_eq!(bytes, hex(want[key].as_str().expect("hex")), "{key}");
        }
    }

    #[test]
    fn all_times_are_zero() {
        let bytes = write(b"info", &[0; 5000]).expect("written");
        let file = CompoundFile::open_strict(Cursor::new(&bytes)).expect("read");
        let zero = UNIX_EPOCH.checked_sub(SINCE_1601).expect("1601");
        assert!(file.walk().all(|entry| entry.created() == zero && entry.modified() == zero));
        assert_eq!(file.walk().count(), 11);
    }
}
