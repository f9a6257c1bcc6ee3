//! ロゴ: an office's own picture on the letters that leave the building. Cleaned before it is used: only what a reader needs to draw it
//! stays, so that no name, place or time of whoever made it goes out with each letter.

use super::marks;
use super::xml::{Element, Node};

/// A file beyond this makes every letter too large to mail.
pub const MAX_BYTES: u64 = 64 * 1024;
/// Beyond this a picture costs the other side memory for nothing.
const MAX_SIDE: u32 = 2_000;
/// Where it may stand, in millimetres: below a line of the page header, above the text.
const TOP_MM: f64 = 12.0;
const SIDE_MM: f64 = 25.0;
const LARGEST_MM: (f64, f64) = (60.0, 12.0);
const PAGE_MM: f64 = 210.0;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// ロゴ. Debug says nothing of its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    bytes: Vec<u8>,
    extension: &'static str,
    width: u32,
    height: u32,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[ロゴ {}×{}]", self.width, self.height)
    }
}

impl Logo {
    /// Reads a PNG or JPEG and leaves out all that does not draw; why not, in a clerk's words.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let found = if bytes.starts_with(PNG) { png(bytes) } else { jpeg(bytes) };
        let logo = found.ok_or("PNGでもJPEGでもないか、壊れています")?;
        let fits = |side: u32| (1..=MAX_SIDE).contains(&side);
        if fits(logo.width) && fits(logo.height) { Ok(logo) } else { Err("縦横は2000ピクセルまでです") }
    }

    /// Its part in the package.
    pub(super) fn part(&self) -> (String, &[u8]) {
        (format!("word/media/logo.{}", self.extension), &self.bytes)
    }

    /// Its extension and content type.
    pub(super) fn content_type(&self) -> (&'static str, &'static str) {
        (self.extension, if self.extension == "png" { "image/png" } else { "image/jpeg" })
    }

    /// The run that shows it, at the left margin or at the right one. It moves no text.
    pub(super) fn run(&self, relation: &str, at_right: bool) -> Element {
        let (most_wide, most_high) = LARGEST_MM;
        let scale = (most_wide / f64::from(self.width)).min(most_high / f64::from(self.height));
        let (width, height) = (f64::from(self.width) * scale, f64::from(self.height) * scale);
        let left = if at_right { PAGE_MM - SIDE_MM - width } else { SIDE_MM };
        let emu = |mm: f64| ((mm * 36_000.0).round() as i64).to_string();
        let (cx, cy) = (emu(width), emu(height));
        let size = [("cx", cx.as_str()), ("cy", cy.as_str())];
        let place = |axis: &str, mm: f64| Element::new(axis, &[("relativeFrom", "page")]).with([text("wp:posOffset", emu(mm))]);
        let plain = |name: &str| Element::new(name, &[]);
        let zero = |name: &str, names: [&str; 2]| Element::new(name, &names.map(|n| (n, "0")));
        let drawing = "http://schemas.openxmlformats.org/drawingml/2006";
        let (word, main, picture) =
            (format!("{drawing}/wordprocessingDrawing"), format!("{drawing}/main"), format!("{drawing}/picture"));
        let named = |name: &str| Element::new(name, &[("id", "1"), ("name", "logo")]);
        let shape = plain("pic:spPr").with([
            plain("a:xfrm").with([zero("a:off", ["x", "y"]), Element::new("a:ext", &size)]),
            Element::new("a:prstGeom", &[("prst", "rect")]).with([plain("a:avLst")]),
        ]);
        let fill = plain("pic:blipFill")
            .with([Element::new("a:blip", &[("r:embed", relation)]), plain("a:stretch").with([plain("a:fillRect")])]);
        let non_visual = plain("pic:nvPicPr").with([named("pic:cNvPr"), plain("pic:cNvPicPr")]);
        let pic = Element::new("pic:pic", &[("xmlns:pic", &picture)]).with([non_visual, fill, shape]);
        let data = Element::new("a:graphicData", &[("uri", &picture)]).with([pic]);
        let zeroes = ["distT", "distB", "distL", "distR", "simplePos", "locked"].map(|name| (name, "0"));
        let flags = [("relativeHeight", "1"), ("behindDoc", "1"), ("layoutInCell", "1"), ("allowOverlap", "1")];
        let anchor = Element::new("wp:anchor", &[&[("xmlns:wp", word.as_str())][..], &zeroes, &flags].concat()).with([
            zero("wp:simplePos", ["x", "y"]),
            place("wp:positionH", left),
            place("wp:positionV", TOP_MM),
            Element::new("wp:extent", &size),
            Element::new("wp:effectExtent", &["l", "t", "r", "b"].map(|n| (n, "0"))),
            plain("wp:wrapNone"),
            named("wp:docPr"),
            plain("wp:cNvGraphicFramePr"),
            Element::new("a:graphic", &[("xmlns:a", &main)]).with([data]),
        ]);
        plain("w:r").with([plain("w:drawing").with([anchor])])
    }
}

fn text(name: &str, text: String) -> Element {
    let mut element = Element::new(name, &[]);
    element.children.push(Node::Text(text));
    element
}

/// A PNG or JPEG of any size with nothing but what draws it, and its content type.
pub(super) fn clean(bytes: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    let logo = if bytes.starts_with(PNG) { png(bytes) } else { jpeg(bytes) }?;
    let kind = logo.content_type().1;
    Some((logo.bytes, kind))
}

/// ISO/IEC 15948, 5.3: chunks of length, type, data and checksum. Those that draw stay.
fn png(bytes: &[u8]) -> Option<Logo> {
    let mut out = PNG.to_vec();
    let mut rest = bytes.strip_prefix(PNG)?;
    let mut size = None;
    let mut drawn = false;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let chunk = rest.get(..length.checked_add(12)?)?;
        let (kind, data) = (chunk.get(4..8)?, chunk.get(8..8 + length)?);
        let crc = u32::from_be_bytes(chunk.get(8 + length..)?.try_into().ok()?);
        if crc32fast::hash(chunk.get(4..8 + length)?) != crc || size.is_none() != (kind == b"IHDR") {
            return None;
        }
        match kind {
            b"IHDR" => {
                let side = |at: usize| Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?));
                size = Some((side(0)?, side(4)?));
            }
            b"IDAT" => drawn = true,
            _ => {}
        }
        if [&b"IHDR"[..], b"PLTE", b"tRNS", b"IDAT", b"IEND"].contains(&kind) {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            let (width, height) = size.filter(|_| drawn)?;
            return Some(Logo { bytes: out, extension: "png", width, height });
        }
        rest = rest.get(chunk.len()..)?;
    }
}

/// ITU-T T.81, annex B: markers and segments. Tables, frame and scans stay, and the colour transform that Adobe's segment tells.
fn jpeg(bytes: &[u8]) -> Option<Logo> {
    let mut out = bytes.get(..2).filter(|start| *start == [0xFF, 0xD8])?.to_vec();
    let mut at = 2;
    let mut size = None;
    let mut drawn = false;
    loop {
        let marker = *bytes.get(at + 1).filter(|_| bytes.get(at) == Some(&0xFF))?;
        if marker == 0xD9 {
            let (width, height) = size.filter(|_| drawn)?;
            out.extend_from_slice(&[0xFF, 0xD9]);
            return Some(Logo { bytes: out, extension: "jpg", width, height });
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = bytes.get(at..at + 2 + length).filter(|_| length >= 2)?;
        at += segment.len();
        let side = |at: usize| Some(u32::from(u16::from_be_bytes(segment.get(at..at + 2)?.try_into().ok()?)));
        match marker {
            // SOF0 to SOF2: what every reader draws.
            0xC0..=0xC2 if size.is_none() => size = Some((side(7)?, side(5)?)),
            0xC4 | 0xDB | 0xDD => {}
            0xEE if segment.get(4..9) == Some(b"Adobe") && length == 14 => {}
            0xDA => {
                let scan = bytes.get(at..)?;
                let end = scan.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7))?;
                out.extend_from_slice(segment);
                out.extend_from_slice(scan.get(..end)?);
                at += end;
                drawn = true;
                continue;
            }
            0xE0..=0xEF | 0xFE => continue,
            _ => return None,
        }
        out.extend_from_slice(segment);
    }
}

/// Draws it into every paragraph of its look; the word in the paragraph says where.
pub(super) fn draw(root: &mut Element, logo: &Logo, relation: &str) {
    marks::each_of(root, crate::letter::Look::Logo, &mut |paragraph| {
        let mut said = String::new();
        paragraph.children.iter().for_each(|node| node.write(&mut said));
        paragraph.children.retain(|node| node.is_one_of(&["w:pPr"]));
        paragraph.push(logo.run(relation, said.contains('右')));
    });
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let body = [&kind[..], data].concat();
        [&(data.len() as u32).to_be_bytes()[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
    }

    fn png_of(width: u32, height: u32, more: &[Vec<u8>]) -> Vec<u8> {
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
        // One stored block of deflate: rows of filter 0 and white dots.
        let rows = vec![0xFF; (width as usize + 1) * height as usize]
            .chunks(width as usize + 1)
            .flat_map(|row| [&[0][..], &row[1..]].concat())
            .collect::<Vec<u8>>();
        let length = rows.len() as u16;
        let adler = rows.iter().fold((1u32, 0u32), |(a, b), byte| {
            let a = (a + u32::from(*byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        let data =
            [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &rows, &(adler.1 << 16 | adler.0).to_be_bytes()]
                .concat();
        [PNG.to_vec(), chunk(b"IHDR", &head), more.concat(), chunk(b"IDAT", &data), chunk(b"IEND", b"")].concat()
    }

    /// A small white picture.
    pub fn sample() -> Logo {
        Logo::read(&png_of(40, 10, &[])).expect("a logo")
    }

    #[test]
    fn nothing_but_the_drawing_stays_of_a_png() {
        let bare = png_of(40, 10, &[]);
        let told =
            [chunk(b"tEXt", b"Author\0Saegusa"), chunk(b"eXIf", b"MM\0*"), chunk(b"tIME", &[0; 7]), chunk(b"pHYs", &[0; 9])];
        let logo = Logo::read(&[png_of(40, 10, &told), b"C:\\Users\\saegusa".to_vec()].concat()).expect("a logo");
        assert_eq!((logo.bytes.as_slice(), logo.width, logo.height), (bare.as_slice(), 40, 10));
    }

    #[test]
    fn nothing_but_the_drawing_stays_of_a_jpeg() {
        let segment = |marker: u8, data: &[u8]| [&[0xFF, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat();
        let frame = segment(0xC0, &[8, 0, 10, 0, 40, 1, 1, 0x11, 0]);
        let scan = [segment(0xDA, &[1, 1, 0, 0, 63, 0]), vec![1, 0xFF, 0, 2, 0xFF, 0xD0, 3]].concat();
        let bare = [&[0xFF, 0xD8][..], &segment(0xDB, &[0; 65]), &frame, &scan, &[0xFF, 0xD9]].concat();
        let told = [
            &[0xFF, 0xD8][..],
            &segment(0xE1, b"Exif\0\0Saegusa"),
            &segment(0xDB, &[0; 65]),
            &segment(0xFE, b"Saegusa"),
            &frame,
            &scan,
            &[0xFF, 0xD9],
            b"Saegusa",
        ]
        .concat();
        let logo = Logo::read(&told).expect("a logo");
        assert_eq!((logo.bytes.as_slice(), logo.width, logo.height), (bare.as_slice(), 40, 10));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        let good = png_of(40, 10, &[]);
        for cut in 0..good.len() {
            assert!(Logo::read(&good[..cut]).is_err(), "{cut}");
        }
        for at in 8..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(Logo::read(&bad).is_err(), "{at}");
        }
        assert_eq!(Logo::read(&png_of(2_001, 1, &[])).err(), Some("縦横は2000ピクセルまでです"));
        for bytes in [&b""[..], b"GIF89a", b"\xFF\xD8\xFF\xD9", b"<svg/>"] {
            assert!(Logo::read(bytes).is_err());
        }
    }
}
