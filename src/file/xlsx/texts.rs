//! ほかの文字: the texts of a workbook that are no cells, wherever its parts keep them.

use super::Elsewhere;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;

/// 部分: which part of the workbook, as far as people know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// 名前の定義 and what else the workbook says of itself.
    Book,
    /// 入力規則, ヘッダーとフッター, 数式, リンク of a sheet; in this row (from 1), when it is known.
    Sheet(u64),
    /// 文字列 that no cell shows, and readings beside those that are shown.
    Strings,
    /// グラフ
    Chart,
    /// ピボットテーブル and what it remembers.
    Pivot,
    /// ほかのブックへのリンク and what it remembers.
    Link,
    /// プロパティ
    Properties,
    /// Any other.
    Other,
}

/// What a part is, by its name; none when it holds no text of XML.
fn place(name: &str) -> Option<Elsewhere> {
    let name = name.to_ascii_lowercase();
    let is_xml = [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end));
    let within = |folders: &[&str]| folders.iter().any(|folder| name.starts_with(folder));
    let kind = match () {
        () if !is_xml => return None,
        () if within(&["xl/"]) && name.contains("comment") => return Some(Elsewhere::Comment(0)),
        () if within(&["xl/drawings/", "xl/diagrams/"]) => return Some(Elsewhere::Drawing),
        () if name == "xl/workbook.xml" => PartKind::Book,
        // Links of a sheet; the sheets themselves are known by the workbook.
        () if within(&["xl/worksheets/"]) => PartKind::Sheet(0),
        () if name.ends_with("sharedstrings.xml") => PartKind::Strings,
        () if within(&["xl/chart"]) => PartKind::Chart,
        () if within(&["xl/pivot"]) => PartKind::Pivot,
        () if within(&["xl/externallinks/"]) => PartKind::Link,
        () if within(&["docprops/"]) => PartKind::Properties,
        () => PartKind::Other,
    };
    Some(Elsewhere::Part(kind))
}

/// Hands on every text and attribute of a part that is no cell's value. `shown`: the shared strings that cells show.
pub(super) fn texts(name: &str, is_sheet: bool, xml: &[u8], shown: &HashSet<usize>, tell: &mut dyn FnMut(Elsewhere, &str)) {
    let at = if is_sheet { Some(Elsewhere::Part(PartKind::Sheet(0))) } else { place(name) };
    let Some(at) = at else { return };
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let mut texts = Texts { at, kind: at, text: String::new(), fresh: false, value: 0, string: None, shown };
    // What is damaged behind some point was read up to it; the cells decide whether the workbook can be read.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => texts.start(&start, tell),
            Event::Empty(start) => {
                texts.attributes(&start, tell);
                texts.count(&start);
            }
            Event::Text(part) => texts.push(&String::from_utf8_lossy(&part)),
            Event::CData(part) => texts.push(&String::from_utf8_lossy(&part)),
            Event::GeneralRef(entity) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    texts.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            Event::End(end) => texts.end(end.local_name().as_ref(), tell),
            Event::Eof => break,
            _ => {}
        }
    }
    texts.flush(tell);
}

struct Texts<'s> {
    /// Where the text stands, and what the part is.
    at: Elsewhere,
    kind: Elsewhere,
    text: String,
    /// Whether text came since the last element began.
    fresh: bool,
    /// How deep inside the value of a cell, which is read as a cell.
    value: usize,
    /// Which shared string.
    string: Option<usize>,
    shown: &'s HashSet<usize>,
}

impl Texts<'_> {
    fn start(&mut self, start: &BytesStart<'_>, tell: &mut dyn FnMut(Elsewhere, &str)) {
        self.attributes(start, tell);
        self.count(start);
        self.fresh = false;
        let row = |key: &str| {
            let cell = start.try_get_attribute(key).ok().flatten();
            cell.map_or(0, |cell| row_of(&String::from_utf8_lossy(&cell.value)))
        };
        match (self.kind, start.local_name().as_ref()) {
            (Elsewhere::Comment(_), b"comment" | b"threadedComment") => self.at = Elsewhere::Comment(row("ref")),
            (Elsewhere::Part(PartKind::Sheet(_)), b"c") => self.at = Elsewhere::Part(PartKind::Sheet(row("r"))),
            (Elsewhere::Part(PartKind::Sheet(_)), b"v" | b"is") => self.value += 1,
            _ => {}
        }
        // A reading is no part of what it stands beside.
        if start.local_name().as_ref() == b"rPh" {
            self.text.clear();
        }
    }

    fn count(&mut self, start: &BytesStart<'_>) {
        if self.kind == Elsewhere::Part(PartKind::Strings) && start.local_name().as_ref() == b"si" {
            self.string = Some(self.string.map_or(0, |n| n + 1));
        }
    }

    fn end(&mut self, name: &[u8], tell: &mut dyn FnMut(Elsewhere, &str)) {
        match (self.kind, name) {
            (_, b"t") => {}
            // A used string was read as the cell that shows it.
            (Elsewhere::Part(PartKind::Strings), b"si") if self.string.is_some_and(|n| self.shown.contains(&n)) => {
                self.text.clear()
            }
            (Elsewhere::Part(PartKind::Sheet(_)), b"v" | b"is") => {
                self.value = self.value.saturating_sub(1);
                self.text.clear();
            }
            (_, b"rPh" | b"p" | b"si" | b"comment" | b"threadedComment") => self.flush(tell),
            (Elsewhere::Part(PartKind::Sheet(_)), b"c") => self.at = self.kind,
            _ if self.fresh => self.flush(tell),
            _ => {}
        }
        self.fresh = false;
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.fresh = true;
    }

    fn flush(&mut self, tell: &mut dyn FnMut(Elsewhere, &str)) {
        if !self.text.trim().is_empty() {
            tell(self.at, &plain(&self.text));
        }
        self.text.clear();
    }

    fn attributes(&self, start: &BytesStart<'_>, tell: &mut dyn FnMut(Elsewhere, &str)) {
        // Those of cells and rows are places and styles; the names of sheets are looked at as such.
        if matches!(start.local_name().as_ref(), b"c" | b"row" | b"col" | b"sheet") {
            return;
        }
        for attribute in start.attributes().with_checks(false).flatten() {
            if attribute.value.iter().filter(|b| b.is_ascii_digit() || !b.is_ascii()).count() >= 12 {
                let raw = String::from_utf8_lossy(&attribute.value);
                let value = quick_xml::escape::unescape(&raw).unwrap_or_else(|_| raw.clone());
                tell(self.at, &plain(&value));
            }
        }
    }
}

/// What is left of a text without what a workbook writes and nobody typed: identifiers, fractions, and formats of zeros.
fn plain(text: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let fraction =
        text.trim().trim_start_matches('-').split_once('.').is_some_and(|(whole, part)| {
            digits(whole) && part.split_once(['E', 'e']).map_or(digits(part), |(part, _)| digits(part))
        });
    if fraction || text.chars().all(|c| !c.is_numeric() || c == '0') && text.bytes().any(|b| b == b'0') {
        return String::new();
    }
    let is_identifier = |part: &&str| part.len() == 36 && [8, 13, 18, 23].iter().all(|at| part.as_bytes()[*at] == b'-');
    let parts: Vec<&str> = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-')).filter(is_identifier).collect();
    parts.into_iter().fold(text.to_owned(), |text, part| text.replace(part, ""))
}

fn row_of(cell: &str) -> u64 {
    cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or(0)
}

/// Adds the shared strings that the cells of a sheet show, and tells which of its rows are hidden.
pub(super) fn of_sheet(xml: &[u8], shown: &mut HashSet<usize>) -> HashSet<u64> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let (mut hidden, mut shared, mut index) = (HashSet::new(), false, String::new());
    let attribute = |start: &BytesStart<'_>, key: &str| {
        let found = start.try_get_attribute(key).ok().flatten();
        found.map(|found| String::from_utf8_lossy(&found.value).into_owned()).unwrap_or_default()
    };
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) if start.local_name().as_ref() == b"c" => shared = attribute(&start, "t") == "s",
            Event::Start(start) if start.local_name().as_ref() == b"v" => index.clear(),
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == b"row" => {
                if matches!(attribute(&start, "hidden").as_str(), "1" | "true") {
                    hidden.insert(row_of(&attribute(&start, "r")));
                }
            }
            Event::Text(text) if shared => index.push_str(&String::from_utf8_lossy(&text)),
            Event::End(end) if end.local_name().as_ref() == b"v" && shared => shown.extend(index.trim().parse::<usize>()),
            Event::Eof => break,
            _ => {}
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_typed_is_no_text() {
        for own in
            ["{00000000-0001-0000-0000-000000000000}", "0.123456789018", "1.23456789018E-4", "000000000000", "0000-0000-0000"]
        {
            assert_eq!(plain(own).chars().filter(char::is_ascii_digit).count(), 0, "{own}");
        }
        assert_eq!(plain("S::a@example.lg.jp::0b1c2d3e-0000-1111-2222-123456789018"), "S::a@example.lg.jp::");
        assert_eq!(plain("番号 1234-5678-9018"), "番号 1234-5678-9018");
        assert_eq!(plain("123456789018"), "123456789018");
    }
}
