//! CSV: any bytes as a table, in every encoding; and its rows lie one behind another and together are the file.
#![no_main]

use fukan::file::csv::{Form, Rows};
use fukan::file::encoding::detect;
use fukan::intake::Format;
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    fukan_fuzz::walk(bytes, Format::Csv);
    let Ok(Ok(encoding)) = detect(&mut Cursor::new(bytes)) else { return };
    for delimiter in [b',', b'\t'] {
        let mut at = encoding.mark();
        let rest = bytes.get(at as usize..).unwrap_or_default();
        for row in Rows::new(rest, Form { encoding, delimiter }, 1 << 20, at, 1) {
            let row = row.expect("memory");
            assert_eq!(row.offset, at, "a gap between two rows");
            assert!(row.end > row.offset || row.raw.is_empty());
            assert!(bytes[row.offset as usize..].starts_with(&row.raw), "not the bytes of the file");
            at = row.end;
        }
        assert_eq!(at, bytes.len() as u64, "something behind the last row");
    }
});
