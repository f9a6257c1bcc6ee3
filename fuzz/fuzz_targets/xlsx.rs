//! XLSX: any bytes as a workbook; and any parts, packed by our own writer so that a change reaches the XML and not the CRC.
//!
//! Such an input is the parts one behind another, each headed by a line `--- name`. Peak memory is bounded by us: no workbook of these
//! sizes may ask for more than [`MOST`].
#![no_main]

use fukan::file::zip::{Archive, Part};
use fukan::intake::Format;
use libfuzzer_sys::fuzz_target;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Above what was held before: the 64 MiB that a workbook may unpack to, twice over while it is packed again, its shared strings, and
/// three million cells with 48 MiB of text.
const MOST: usize = 320 << 20;

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything to the system's allocator and only counts.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(held, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fuzz_target!(|bytes: &[u8]| {
    let packed = parts(bytes);
    let before = HELD.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    fukan_fuzz::walk(packed.as_deref().unwrap_or(bytes), Format::Xlsx);
    let most = PEAK.load(Ordering::Relaxed) - before;
    assert!(most <= MOST, "{} MiB for {} bytes", most >> 20, bytes.len());
});

/// The workbook of these parts; `None` when the input is none.
fn parts(bytes: &[u8]) -> Option<Vec<u8>> {
    const MARK: &[u8] = b"--- ";
    let mut archive = Archive::new();
    let mut part: Option<(String, Vec<u8>)> = None;
    bytes.starts_with(MARK).then_some(())?;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        match line.strip_prefix(MARK) {
            Some(name) => {
                archive_part(&mut archive, part.take());
                part = Some((String::from_utf8_lossy(name.trim_ascii()).into_owned(), Vec::new()));
            }
            None => part.as_mut()?.1.extend_from_slice(line),
        }
    }
    archive_part(&mut archive, part);
    Some(archive.finish())
}

fn archive_part(archive: &mut Archive, part: Option<(String, Vec<u8>)>) {
    if let Some((name, bytes)) = part {
        archive.add(&Part::stored(&name, bytes));
    }
}
