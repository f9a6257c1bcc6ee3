//! 番地: the places that a sheet's parts name, and the areas that are merged.

use super::super::zip::BadZip;
use super::{BadWorkbook, SheetRow};
use quick_xml::events::Event;

/// The most shared strings.
const MAX_STRINGS: usize = 1_000_000;

/// Marks the rows that merged areas touch; an area of one cell merges nothing.
pub(super) fn mark_merged(rows: &mut [SheetRow], areas: impl Iterator<Item = ((u32, u32), (u32, u32))>) {
    let mut changes = vec![0i64; rows.len() + 1];
    for (start, end) in areas.filter(|(start, end)| start != end) {
        let before = |row: u64| rows.partition_point(|own| own.number < row);
        let (from, to) = (before(u64::from(start.0) + 1), before(u64::from(end.0) + 2));
        if from < to {
            changes[from] += 1;
            changes[to] -= 1;
        }
    }
    let mut open = 0;
    for (row, change) in rows.iter_mut().zip(changes) {
        open += change;
        row.merged = open > 0;
    }
}

/// Refuses a part that names a place that no sheet can have. calamine counts letters and digits without an end, so that a long name
/// comes round to another cell (found by fuzzing), and takes the end of an area from its beginning whichever is larger; it keeps every
/// shared string. Every part is looked at: which of them are sheets, and how much of a broken one, is calamine's to say.
pub(super) fn placed(xml: &[u8]) -> Result<(), BadWorkbook> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    // As calamine reads: an end tag of another name stops nothing.
    reader.config_mut().check_end_names = false;
    let mut strings = 0;
    while let Ok(event) = reader.read_event() {
        let start = match &event {
            Event::Start(start) | Event::Empty(start) => start,
            Event::Eof => break,
            _ => continue,
        };
        match start.local_name().as_ref() {
            b"c" | b"row" | b"f" | b"mergeCell" | b"dimension" => {
                let mut attributes = start.attributes();
                let places = attributes.with_checks(false).flatten().filter(|a| matches!(a.key.as_ref(), b"r" | b"ref"));
                if !places.into_iter().all(|place| is_area(&place.value)) {
                    return Err(BadWorkbook::Damaged(BadZip::Damaged.reason()));
                }
            }
            b"si" => strings += 1,
            _ => {}
        }
        if strings > MAX_STRINGS {
            return Err(BadWorkbook::TooLarge);
        }
    }
    Ok(())
}

/// B2, or B2:C9 from the upper left to the lower right; a row alone is one too.
fn is_area(text: &[u8]) -> bool {
    let corners: Option<Vec<(u32, u32)>> = text.split(|b| *b == b':').map(corner).collect();
    corners.is_some_and(|corners| match corners[..] {
        [_] => true,
        [(left, top), (right, bottom)] => left <= right && top <= bottom,
        _ => false,
    })
}

/// At most three letters, then at most seven digits.
fn corner(text: &[u8]) -> Option<(u32, u32)> {
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (letters, digits) = text.split_at(letters);
    let fits = letters.len() <= 3 && (1..=7).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    fits.then_some(())?;
    let column = letters.iter().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (row > 0).then_some((column, row))
}
