//! ほかの文字: the texts of a workbook that are no cells.

use super::Elsewhere;
use quick_xml::events::Event;

/// The texts of comments and shapes, each whole.
pub(super) fn notes(xml: &[u8], tell: &mut dyn FnMut(Elsewhere, &str)) {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut text, mut at) = (String::new(), Elsewhere::Drawing);
    let row = |cell: &str| cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or(0);
    // What is damaged behind some point was read up to it; the cells decide whether the workbook can be read.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) if matches!(start.local_name().as_ref(), b"comment" | b"threadedComment") => {
                let cell = start.try_get_attribute("ref").ok().flatten();
                at = Elsewhere::Comment(cell.map_or(0, |cell| row(&String::from_utf8_lossy(&cell.value))));
            }
            Event::Text(part) => text.push_str(&String::from_utf8_lossy(&part)),
            Event::CData(part) => text.push_str(&String::from_utf8_lossy(&part)),
            Event::GeneralRef(entity) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    text.push(c);
                }
            }
            Event::End(end) if matches!(end.local_name().as_ref(), b"comment" | b"threadedComment" | b"p") => {
                tell(at, &std::mem::take(&mut text));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    tell(at, &text);
}
