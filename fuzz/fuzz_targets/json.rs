//! JSON and NDJSON: any bytes as a file of cases.
#![no_main]

use fukan::intake::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    fukan_fuzz::walk(bytes, Format::Json);
    fukan_fuzz::walk(bytes, Format::Ndjson);
});
