//! 台帳の速さ: what a ledger of 100,000 rows costs to write, check and look at, on SQLite and on PostgreSQL.
//!
//! `cargo bench --bench ledger` prints docs/performance.md's table: milliseconds, the least of three. `FUKAN_ROWS=30000` for fewer.
//! PostgreSQL runs here with `fsync=off`, as for the tests: writing is told for what it is worth, reading does not depend on it.

#[path = "../tests/support/mod.rs"]
mod support;

use fukan::base::Store;
use fukan::base::seams::{Entry, Kind};
use fukan::books::*;
use jiff::civil::date;
use std::hint::black_box;
use std::io;
use std::path::Path;
use std::time::Instant;
use support::office::{Case, Keeper, Office, document, facts, received};
use support::seams::SeededEntropy;

fn main() {
    let rows = std::env::var("FUKAN_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    for keeper in [Keeper::Sqlite, Keeper::Postgres] {
        let office = Office::on(keeper);
        let mut books = office.books();
        println!("{keeper:?}");
        tell("write, a row", || fill(&mut books, &office.out, rows), rows);
        let ledger = least("verify", || books.verify_chain(None).expect("read"));
        assert!(ledger.rows >= rows && ledger.breaks.is_empty());
        println!("    {} rows", ledger.rows);
        let due = least("due", || books.due().expect("asked"));
        println!("    {} open, {} unsent", due.open.len(), due.unsent.len());
        let mut after = None;
        least("list, the first 100", || books.parcels(&ParcelFilter::default()).expect("asked"));
        let pages = least("list, every page of 100", || {
            let mut pages = 0;
            after = None;
            loop {
                let page = books.parcels(&ParcelFilter { after: after.take(), ..ParcelFilter::default() }).expect("asked");
                let Some(last) = page.last() else { break pages };
                after = Some(last.number.clone());
                pages += 1;
            }
        });
        println!("    {pages} pages");
        least("one case by its number", || books.find_case("U08-5000").expect("found"));
        least("open and check the head", || {
            let mut closed = office.closed().expect("open");
            black_box(closed.vault().expect("vault"));
        });
    }
}

fn least<T>(name: &str, mut work: impl FnMut() -> T) -> T {
    let mut best: Option<(f64, T)> = None;
    for _ in 0..3 {
        let start = Instant::now();
        let value = black_box(work());
        let took = start.elapsed().as_secs_f64() * 1e3;
        if best.as_ref().is_none_or(|(least, _)| took < *least) {
            best = Some((took, value));
        }
    }
    let (took, value) = best.expect("three rounds");
    println!("  {name:28} {took:10.2} ms");
    value
}

fn tell(name: &str, work: impl FnOnce(), per: i64) {
    let start = Instant::now();
    work();
    println!("  {name:28} {:10.3} ms", start.elapsed().as_secs_f64() * 1e3 / per as f64);
}

/// Three rows a case (received, reserved, packed), in groups of 64; a quarter of them stays open.
fn fill(books: &mut Books, out: &Path, rows: i64) {
    let keys = books.keys().clone();
    books.mark_root(out, &Nowhere, &SeededEntropy::new("mark")).expect("marked");
    let mut numbering = books.numbering(date(2026, 11, 20)).expect("numbering");
    let entropy = SeededEntropy::new("fill");
    let mut written = 0;
    while written < rows {
        let cases: Vec<Case> = (0..Group::MOST)
            .map(|n| {
                Case::new(Box::leak(format!("K-{}", written + n as i64).into_boxed_str()), Channel::Paper, Outcome::Answered)
            })
            .collect();
        let work: Vec<_> = cases
            .iter()
            .map(|case| {
                let allotted = numbering.number();
                let files = vec![("a.docx".to_owned(), case.id.as_bytes().to_vec())];
                let files = ParcelFiles { channel: case.channel, number: allotted.number.clone(), files };
                (case, facts(&keys, case), numbering.reception(), allotted, files)
            })
            .collect();
        let mut group = Group::new(out);
        for (n, (case, facts, reception, allotted, files)) in work.iter().enumerate() {
            group.received(received(&keys, case, reception));
            written += 1;
            if n % 4 == 0 {
                continue;
            }
            written += 2;
            group.parcel(Reservation {
                allotted: allotted.clone(),
                files,
                insurer: "06138123".into(),
                municipality: "011002".into(),
                section: "保険年金課".into(),
                destination: "060-8611 札幌市中央区北1条西2丁目".into(),
                posting: None,
                requester: facts.requester,
                documents: vec![document(case, facts, reception, &allotted.number)],
                password: None,
                seal: None,
                retires: Vec::new(),
                corrects: None,
                letter_date: date(2026, 11, 20),
                counts: fukan::notice::Counts::default(),
                together: None,
            });
        }
        let kept = books.reserve(group, &entropy).expect("reserved");
        let files = work.iter().enumerate().filter(|(n, _)| n % 4 != 0).map(|(_, (.., files))| files);
        let deliveries = files.zip(kept).map(|(files, kept)| publish(files, kept, &Nowhere).expect("published")).collect();
        books.record(deliveries, &Nowhere).expect("recorded");
    }
}

/// A disk that keeps nothing: the ledger alone is measured.
struct Nowhere;

impl Store for Nowhere {
    fn read(&self, _: &Path, _: u64) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn create(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn make_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename_new(&self, _: &Path, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename_over(&self, _: &Path, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove_tree(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove_file(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, _: &Path) -> io::Result<Vec<Entry>> {
        Ok(Vec::new())
    }

    fn kind(&self, _: &Path) -> io::Result<Option<Kind>> {
        Ok(None)
    }
}
