//! 漏れ: searches everything a run left behind for planted secrets, in every form a careless program might write them.
//!
//! ```ignore
//! let scan = Scan::new([Planted::name("氏名", "山田　太郎"), Planted::digits("個人番号", "123456789018"), Planted::password("KA7V…")]);
//! scan.stream("stdout", &run.stdout).assert_none();
//! scan.folder(&out).assert_none();
//! ```
//!
//! A secret is searched as UTF-8, UTF-16LE, CP932, JSON and percent escapes, and base64 (three alignments, of UTF-8, UTF-16LE and CP932).
//! Places: the bytes; the same without line ends (wrapped base64); decoded base64 bodies and quoted-printable of mail; entries of
//! zip and docx files that are not encrypted (with the tags of XML taken away, so that a name split over runs is found), names and
//! comments of all entries; SQLite values that run over into overflow pages; file names.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

use super::files_under;

const DEEPEST: usize = 4;
const LARGEST_ENTRY: u64 = 64 << 20;

/// Something that must not be found, under a label that may be printed.
#[derive(Clone)]
pub struct Planted {
    label: String,
    spellings: Vec<String>,
}

impl Planted {
    /// Exactly this text.
    pub fn text(label: &str, text: &str) -> Self {
        Self { label: label.into(), spellings: vec![text.into()] }
    }

    /// A name of two parts: with a full-width space, a half-width one, and none.
    pub fn name(label: &str, name: &str) -> Self {
        let parts: Vec<_> = name.split([' ', '\u{3000}']).filter(|part| !part.is_empty()).collect();
        Self { label: label.into(), spellings: ["\u{3000}", " ", ""].map(|gap| parts.join(gap)).to_vec() }
    }

    /// A number such as a My Number: solid and in fours, half width and full width.
    pub fn digits(label: &str, digits: &str) -> Self {
        let fours: Vec<_> = digits.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        let narrow = [digits.to_owned(), fours.join("-"), fours.join(" ")];
        let wide =
            |text: &String| text.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xFF10 + d)).unwrap_or(c)).collect();
        Self { label: label.into(), spellings: narrow.iter().cloned().chain(narrow.iter().map(wide)).collect() }
    }

    /// A password: as typed, and in its groups of four.
    pub fn password(label: &str, password: &str) -> Self {
        let solid: String = password.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let fours: Vec<_> = solid.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        Self { label: label.into(), spellings: vec![solid.clone(), fours.join(" "), fours.join("-")] }
    }
}

/// One find. It names the secret by its label, never by its value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    pub label: String,
    pub place: String,
    pub form: &'static str,
}

impl fmt::Debug for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} ({})", self.label, self.place, self.form)
    }
}

/// What a search found.
#[derive(Default, Debug)]
pub struct Leaks(pub BTreeSet<Leak>);

impl Leaks {
    /// Fails, naming labels and places, if anything was found.
    #[track_caller]
    pub fn assert_none(&self) {
        assert!(self.0.is_empty(), "{} leaks: {:#?}", self.0.len(), self.0);
    }

    /// Whether this secret was found in this form.
    pub fn has(&self, label: &str, form: &str) -> bool {
        self.0.iter().any(|leak| leak.label == label && leak.form == form)
    }
}

struct Needle {
    label: usize,
    form: &'static str,
    bytes: Vec<u8>,
}

/// Planted secrets, ready to be searched for.
pub struct Scan {
    labels: Vec<String>,
    needles: Vec<Needle>,
    /// Needles by their first two bytes.
    index: Vec<Vec<usize>>,
}

impl Scan {
    /// Prepares the search. A spelling under four bytes would be found by chance and is refused.
    pub fn new(planted: impl IntoIterator<Item = Planted>) -> Self {
        let mut scan = Self { labels: Vec::new(), needles: Vec::new(), index: vec![Vec::new(); 1 << 16] };
        for secret in planted {
            scan.labels.push(secret.label);
            for spelling in &secret.spellings {
                assert!(spelling.len() >= 4, "too short to search for");
                scan.add_all_forms(spelling);
            }
        }
        scan
    }

    fn add_all_forms(&mut self, text: &str) {
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (cp932, _, unmappable) = encoding_rs::SHIFT_JIS.encode(text);
        let mut plain = vec![("UTF-8", "base64", text.as_bytes().to_vec()), ("UTF-16LE", "base64 of UTF-16LE", utf16)];
        if !unmappable && *cp932 != *text.as_bytes() {
            plain.push(("CP932", "base64 of CP932", cp932.into_owned()));
        }
        for (form, base64_form, bytes) in plain {
            for aligned in base64_alignments(&bytes) {
                let url_safe = aligned.replace('+', "-").replace('/', "_");
                if url_safe != aligned {
                    self.add(base64_form, url_safe.into_bytes());
                }
                self.add(base64_form, aligned.into_bytes());
            }
            self.add(form, bytes);
        }
        if !text.is_ascii() {
            let json = |escape: fn(u16) -> String| text.encode_utf16().map(escape).collect::<String>().into_bytes();
            self.add("JSON escapes", json(|u| if u < 0x80 { char::from(u as u8).into() } else { format!("\\u{u:04x}") }));
            self.add("JSON escapes", json(|u| if u < 0x80 { char::from(u as u8).into() } else { format!("\\u{u:04X}") }));
            let percent = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).into() } else { format!("%{b:02X}") };
            self.add("percent escapes", text.bytes().map(percent).collect::<String>().into_bytes());
        }
    }

    fn add(&mut self, form: &'static str, bytes: Vec<u8>) {
        self.index[prefix(&bytes)].push(self.needles.len());
        self.needles.push(Needle { label: self.labels.len() - 1, form, bytes });
    }

    /// Searches one stream, such as standard output.
    pub fn stream(&self, place: &str, bytes: &[u8]) -> Leaks {
        let mut leaks = Leaks::default();
        self.everything(place, bytes, 0, &mut leaks);
        leaks
    }

    /// Searches one file, and its name.
    pub fn file(&self, path: &Path) -> Leaks {
        let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut leaks = self.stream(&path.display().to_string(), &bytes);
        self.bytes(&format!("the name of {}", path.display()), path.as_os_str().as_encoded_bytes(), &mut leaks);
        leaks
    }

    /// Searches every file under a folder, and their names.
    pub fn folder(&self, folder: &Path) -> Leaks {
        self.folder_but(folder, |_| false)
    }

    /// As [`Scan::folder`], leaving out files where the secret has its right place.
    pub fn folder_but(&self, folder: &Path, leave_out: impl Fn(&Path) -> bool) -> Leaks {
        let files = files_under(folder).into_iter().filter(|path| !leave_out(path));
        Leaks(files.flat_map(|path| self.file(&path).0).collect())
    }

    fn everything(&self, place: &str, bytes: &[u8], depth: usize, leaks: &mut Leaks) {
        self.bytes(place, bytes, leaks);
        if bytes.starts_with(b"SQLite format 3\0") {
            self.overflowing(place, bytes, leaks);
            return;
        }
        if depth == DEEPEST {
            return;
        }
        if bytes.windows(4).any(|w| w == b"PK\x05\x06") {
            self.archive(place, bytes, depth, leaks);
        }
        if looks_like_mail(bytes) {
            self.mail(place, bytes, depth, leaks);
        }
        if let Some(text) = xml_text(bytes) {
            self.bytes(&format!("{place}, its text"), text.as_bytes(), leaks);
        }
    }

    /// The plain search, once as it is and once without line ends.
    fn bytes(&self, place: &str, bytes: &[u8], leaks: &mut Leaks) {
        self.needles_in(place, bytes, leaks);
        let unwrapped = unwrap_lines(bytes);
        if unwrapped.len() != bytes.len() {
            self.needles_in(place, &unwrapped, leaks);
        }
    }

    fn needles_in(&self, place: &str, bytes: &[u8], leaks: &mut Leaks) {
        for at in 0..bytes.len().saturating_sub(1) {
            for needle in self.starting_like(&bytes[at..]) {
                if bytes[at..].starts_with(&needle.bytes) {
                    self.found(needle, place, leaks);
                }
            }
        }
    }

    fn starting_like(&self, bytes: &[u8]) -> impl Iterator<Item = &Needle> {
        self.index[prefix(bytes)].iter().map(|&n| &self.needles[n])
    }

    fn found(&self, needle: &Needle, place: &str, leaks: &mut Leaks) {
        leaks.0.insert(Leak { label: self.labels[needle.label].clone(), place: place.into(), form: needle.form });
    }

    /// SQLite breaks a long value over pages: the part on one page is followed by the next page's number (in the cell), or the next
    /// page's number stands at the head of the page (overflow pages, whose content begins at byte 4).
    fn overflowing(&self, place: &str, bytes: &[u8], leaks: &mut Leaks) {
        let size = match u16::from_be_bytes([bytes[16], bytes[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let pages: Vec<&[u8]> = bytes.chunks_exact(size).collect();
        for (number, page) in pages.iter().enumerate() {
            for at in 0..page.len() - 1 {
                for needle in self.starting_like(&page[at..]) {
                    let same = page[at..].iter().zip(&needle.bytes).take_while(|(a, b)| a == b).count();
                    let (head, rest) = needle.bytes.split_at(same);
                    let split_here =
                        |at_most: usize| (1..=at_most).any(|n| continues(&pages, &page[at + n..], &needle.bytes[n..]));
                    let in_cell = !rest.is_empty() && split_here(same);
                    let at_end = at + head.len() == page.len() && continues(&pages, page, rest);
                    if in_cell || at_end {
                        self.found(needle, &format!("{place}, page {}", number + 1), leaks);
                    }
                }
            }
        }
    }

    fn archive(&self, place: &str, bytes: &[u8], depth: usize, leaks: &mut Leaks) {
        let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return };
        self.bytes(&format!("{place}, the archive's comment"), archive.comment(), leaks);
        for n in 0..archive.len() {
            let Ok(mut entry) = archive.by_index_raw(n) else { continue };
            let name = entry.name().to_owned();
            let inside = format!("{place} > {name}");
            self.bytes(&format!("{inside}, its name"), entry.name_raw(), leaks);
            self.bytes(&format!("{inside}, its comment"), entry.comment().as_bytes(), leaks);
            if entry.encrypted() {
                let mut sealed = Vec::new(); // "encrypted" may be a flag on plain bytes
                if entry.by_ref().take(LARGEST_ENTRY).read_to_end(&mut sealed).is_ok() {
                    self.bytes(&format!("{inside}, sealed"), &sealed, leaks);
                }
                continue;
            }
            drop(entry);
            let Ok(entry) = archive.by_index(n) else { continue };
            let mut plain = Vec::new();
            if entry.take(LARGEST_ENTRY).read_to_end(&mut plain).is_ok() {
                self.everything(&inside, &plain, depth + 1, leaks);
            }
        }
    }

    fn mail(&self, place: &str, bytes: &[u8], depth: usize, leaks: &mut Leaks) {
        self.bytes(&format!("{place}, quoted-printable"), &unquote(bytes), leaks);
        for (n, body) in base64_bodies(bytes).into_iter().enumerate() {
            self.everything(&format!("{place}, base64 body {}", n + 1), &body, depth + 1, leaks);
        }
    }
}

fn prefix(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

/// Whether `rest` goes on where the big-endian page number at the head of `from` points to.
fn continues(pages: &[&[u8]], from: &[u8], rest: &[u8]) -> bool {
    let Some(&[a, b, c, d]) = from.first_chunk::<4>() else { return false };
    let Some(page) = (u32::from_be_bytes([a, b, c, d]) as usize).checked_sub(1).and_then(|n| pages.get(n)) else { return false };
    let content = &page[4..];
    if rest.len() <= content.len() {
        content.starts_with(rest)
    } else {
        rest.starts_with(content) && continues(pages, page, &rest[content.len()..])
    }
}

fn looks_like_mail(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1 << 16)]).to_ascii_lowercase();
    head.contains("mime-version:") || head.contains("content-transfer-encoding:")
}

/// The text of an XML file with its tags taken away and its entities resolved.
fn xml_text(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    if !start.starts_with('<') {
        return None;
    }
    let mut plain = String::new();
    let mut rest = start;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    Some(resolve_entities(&plain))
}

fn resolve_entities(text: &str) -> String {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        resolved.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let entity = rest.split_once(';').map(|(name, after)| (entity(name), after));
        if let Some((Some(c), after)) = entity {
            resolved.push(c);
            rest = after;
        } else {
            resolved.push('&');
        }
    }
    resolved + rest
}

fn entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
    }
}

/// The bytes without CR and LF, and without the soft line ends of quoted-printable.
fn unwrap_lines(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'\n') {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect())
}

fn unquote(bytes: &[u8]) -> Vec<u8> {
    let hex = |b: u8| char::from(b).to_digit(16);
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at..] {
            [b'=', b'\r', b'\n', ..] => at += 3,
            [b'=', b'\n', ..] => at += 2,
            [b'=', a, b, ..] if hex(a).is_some() && hex(b).is_some() => {
                plain.extend(hex(a).zip(hex(b)).map(|(a, b)| (a * 16 + b) as u8));
                at += 3;
            }
            _ => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    plain
}

/// Runs of whole lines that are base64, and words of encoded headers, decoded.
fn base64_bodies(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut bodies = Vec::new();
    let mut run = String::new();
    for line in text.lines().chain([""]) {
        let line = line.trim_end();
        if !line.is_empty() && line.bytes().all(is_base64) {
            run.push_str(line);
        } else if !run.is_empty() {
            bodies.push(base64_decode(&std::mem::take(&mut run)));
        }
    }
    let words: String = text.split("=?").filter_map(|word| word.split('?').nth(2)).filter(|w| w.bytes().all(is_base64)).collect();
    bodies.push(base64_decode(&words));
    bodies
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn is_base64(byte: u8) -> bool {
    BASE64.contains(&byte) || byte == b'='
}

/// Decodes leniently: padding inside (joined words) starts a new group.
fn base64_decode(text: &str) -> Vec<u8> {
    let mut plain = Vec::new();
    for piece in text.split('=').filter(|piece| !piece.is_empty()) {
        let (mut bits, mut held) = (0_u32, 0);
        for digit in piece.bytes().filter_map(|byte| BASE64.iter().position(|b| *b == byte)) {
            bits = bits << 6 | digit as u32;
            held += 6;
            if held >= 8 {
                held -= 8;
                plain.push((bits >> held) as u8);
            }
        }
    }
    plain
}

fn base64_encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        let digits = (0..=group.len()).map(|n| BASE64[(bits >> (18 - 6 * n) & 63) as usize]);
        text.extend(digits.map(char::from));
    }
    text
}

/// The part of its base64 that does not depend on what stands before and after, for each of the three ways it can be aligned.
fn base64_alignments(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let padded = [&vec![0; before][..], bytes].concat();
        let first = (before * 8).div_ceil(6);
        let after_last = padded.len() * 8 / 6;
        base64_encode(&padded)[first..after_last].to_owned()
    })
}
