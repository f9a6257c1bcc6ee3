//! What sealing costs, and how far it is from the work that can't be avoided.
//!
//! `cargo bench --bench seal` runs divan's table; the ratios that docs/performance.md cites are printed first.

use std::hint::black_box;
use std::io::{Cursor, Read as _, Write as _};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use divan::{Bencher, counter::BytesCount};
use fukan::seal::{Password, archive, vault, witness, word};
use fukan::world::SystemEntropy;
use sha2::{Digest as _, Sha512};
use zip::write::SimpleFileOptions;

const DOCUMENT: usize = 64 << 10;

fn main() {
    ratios();
    divan::main();
}

fn password() -> Password {
    Password::random(&SystemEntropy)
}

fn document() -> Vec<u8> {
    (0..DOCUMENT).map(|n| (n * 31 % 251) as u8).collect()
}

// --- the same acts for the ratios and for divan ------------------------------------------------------------------------------

fn ours_seal(document: &[u8], password: &Password) -> Vec<u8> {
    archive::seal(&[archive::Entry { name: "R08-0012.docx", bytes: document }], password, &SystemEntropy).expect("sealed")
}

fn ours_open(sealed: &[u8], password: &Password) -> usize {
    archive::open(sealed, password.as_bytes(), archive::Limits::default()).expect("opens").len()
}

/// The zip crate's own writer: AE-1 on a seekable output, with the CRC in clear.
fn crate_seal(document: &[u8], password: &Password) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let options = stored.with_aes_encryption_bytes(zip::AesMode::Aes256, password.as_bytes());
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::with_capacity(document.len() + 300)));
    writer.start_file("R08-0012.docx", options).expect("begun");
    writer.write_all(document).expect("written");
    writer.finish().expect("finished").into_inner()
}

fn crate_open(sealed: &[u8], password: &Password) -> usize {
    let mut archive = zip::ZipArchive::new(Cursor::new(sealed)).expect("an archive");
    let mut clear = Vec::with_capacity(DOCUMENT);
    archive.by_index_decrypt(0, password.as_bytes()).expect("opens").read_to_end(&mut clear).expect("read")
}

/// The four PBKDF2 blocks of AE-2, as the crate derives them.
fn pbkdf2_crate(password: &Password) {
    let mut keys = [0u8; 66];
    pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password.as_bytes(), &[7; 16], 1000, &mut keys);
    black_box(keys);
}

/// The floor of agile encryption: 100,000 rounds of SHA-512 over 68 bytes.
fn spin_floor() {
    let mut round = [7u8; 68];
    for n in 0..100_000u32 {
        round[..4].copy_from_slice(&n.to_le_bytes());
        let next = Sha512::digest(round);
        round[4..].copy_from_slice(&next);
    }
    black_box(round);
}

fn word_seal(document: &[u8], password: &Password) -> Vec<u8> {
    word::seal(document, password, word::Spin::DEFAULT, &SystemEntropy).expect("sealed")
}

fn word_open(sealed: &[u8], password: &Password) -> usize {
    word::open(sealed, password.expose(), 1 << 20).expect("opens").len()
}

// --- ratios ------------------------------------------------------------------------------------------------------------------

/// One run's time: the least of five batches of `runs`. Other people's load only ever adds.
fn least(runs: u32, mut act: impl FnMut()) -> Duration {
    let batch = |act: &mut dyn FnMut()| {
        let start = clock();
        (0..runs).for_each(|_| act());
        (clock() - start) / runs
    };
    (0..5).map(|_| batch(&mut act)).min().unwrap_or_default()
}

/// The time this thread had a core (Linux tells it), else the wall clock: on a shared machine the wall tells of the others.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn ratios() {
    let (document, password) = (document(), password());
    let (zipped, crated, sealed) =
        (ours_seal(&document, &password), crate_seal(&document, &password), word_seal(&document, &password));
    let seal = least(200, || drop(black_box(ours_seal(&document, &password))));
    let open = least(200, || _ = black_box(ours_open(&zipped, &password)));
    faster("AE-2 seal", seal, "zip crate", least(100, || drop(black_box(crate_seal(&document, &password)))));
    faster("AE-2 open", open, "zip crate", least(100, || _ = black_box(crate_open(&crated, &password))));
    faster("AE-2 seal", seal, "the keys alone by the pbkdf2 crate", least(200, || pbkdf2_crate(&password)));
    let floor = least(4, spin_floor);
    above("agile seal", least(4, || drop(black_box(word_seal(&document, &password)))), "100,000 rounds", floor);
    above("agile open", least(4, || _ = black_box(word_open(&sealed, &password))), "100,000 rounds", floor);
}

fn faster(what: &str, ours: Duration, against: &str, other: Duration) {
    println!("{what:<11} {:>8.3} ms, {against} {:.3} ms: {:.2} times as fast", ms(ours), ms(other), ms(other) / ms(ours));
}

fn above(what: &str, ours: Duration, floor: &str, least: Duration) {
    println!("{what:<11} {:>8.3} ms, {floor} {:.3} ms: {:.2} times the floor", ms(ours), ms(least), ms(ours) / ms(least));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

// --- divan -------------------------------------------------------------------------------------------------------------------

#[divan::bench]
fn ae2_seal_ours(bencher: Bencher) {
    let (document, password) = (document(), password());
    bencher.counter(BytesCount::new(DOCUMENT)).bench(|| ours_seal(&document, &password));
}

#[divan::bench]
fn ae2_seal_zip_crate(bencher: Bencher) {
    let (document, password) = (document(), password());
    bencher.counter(BytesCount::new(DOCUMENT)).bench(|| crate_seal(&document, &password));
}

#[divan::bench]
fn ae2_open_ours(bencher: Bencher) {
    let password = password();
    let sealed = ours_seal(&document(), &password);
    bencher.counter(BytesCount::new(DOCUMENT)).bench(|| ours_open(&sealed, &password));
}

#[divan::bench]
fn ae2_open_witness(bencher: Bencher) {
    let password = password();
    let sealed = ours_seal(&document(), &password);
    let open = || witness::open_with_zip_crate(&sealed, password.as_bytes(), archive::Limits::default()).map(|o| o.len());
    bencher.counter(BytesCount::new(DOCUMENT)).bench(open);
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn agile_seal(bencher: Bencher) {
    let (document, password) = (document(), password());
    bencher.bench(|| word_seal(&document, &password));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn agile_open(bencher: Bencher) {
    let password = password();
    let sealed = word_seal(&document(), &password);
    bencher.bench(|| word_open(&sealed, &password));
}

/// One a process: what opening the office costs.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn argon2_open_the_vault(bencher: Bencher) {
    let passphrase = b"a passphrase for the bench";
    let (rows, _) = vault::create(passphrase, vault::Params::default(), &SystemEntropy).expect("made");
    bencher.bench(|| vault::open(&rows, passphrase).is_ok());
}

#[divan::bench]
fn seal_a_password(bencher: Bencher) {
    let (_, keys) = vault::create(b"a passphrase for the bench", vault::Params::LEAST, &SystemEntropy).expect("made");
    let password = password();
    bencher.bench(|| keys.seal_password("R08-0012", 0, &password, &SystemEntropy));
}
