//! 見え方: whether what is written at a place of a part is printed, and if not, why.

use super::dangers;
use super::hidden::Hidden;
use super::story::is_on;
use crate::file::opc::attribute;
use quick_xml::events::BytesStart;

/// Where a piece of text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Printed,
    /// In a fallback: printed by old programs, not counted.
    Fallback,
    Unseen(&'static str),
}

/// The elements round a place that decide it.
pub(super) struct Sight<'a> {
    styles: &'a Hidden,
    everything_hidden: bool,
    /// Whether each open paragraph's style hides.
    paragraphs: Vec<bool>,
    /// Whether each open run is hidden.
    runs: Vec<bool>,
    properties: usize,
    run_properties: bool,
    /// Open elements of which Word may show nothing.
    strange: usize,
    fields: usize,
    simple_fields: usize,
    fallbacks: usize,
    rubies: usize,
}

impl<'a> Sight<'a> {
    pub fn new(styles: &'a Hidden) -> Self {
        Self {
            styles,
            everything_hidden: styles.everything,
            paragraphs: Vec::new(),
            runs: Vec::new(),
            properties: 0,
            run_properties: false,
            strange: 0,
            fields: 0,
            simple_fields: 0,
            fallbacks: 0,
            rubies: 0,
        }
    }

    /// Whether a `w:tab` is a tab stop here.
    pub fn in_properties(&self) -> bool {
        self.properties > 0
    }

    pub fn seen(&self) -> Seen {
        match () {
            () if self.fallbacks > 0 => Seen::Fallback,
            () if self.fields > 0 || self.simple_fields > 0 => Seen::Unseen("フィールドの中"),
            () if self.rubies > 0 => Seen::Unseen("ルビの中"),
            () if self.strange > 0 => Seen::Unseen("Wordの知らない要素の中"),
            () if self.runs.last() == Some(&true) => Seen::Unseen("隠し文字"),
            () => Seen::Printed,
        }
    }

    pub fn start(&mut self, start: &BytesStart<'_>) {
        let name = start.name();
        self.strange += usize::from(dangers::is_strange(name.as_ref()));
        match name.as_ref() {
            b"w:p" => self.paragraphs.push(false),
            b"w:pPr" => self.properties += 1,
            b"w:pStyle" if self.styles.by(start) => self.paragraphs.last_mut().into_iter().for_each(|hidden| *hidden = true),
            b"w:tblStyle" => self.everything_hidden |= self.styles.by(start),
            b"w:r" => self.runs.push(self.everything_hidden || self.paragraphs.last() == Some(&true)),
            b"w:rPr" => self.run_properties = self.properties == 0,
            b"w:vanish" if self.run_properties => self.hide(is_on(start)),
            b"w:rStyle" if self.run_properties && self.styles.by(start) => self.hide(true),
            b"w:fldChar" => match attribute(start, "w:fldCharType").as_deref() {
                Some("begin") => self.fields += 1,
                Some("end") => self.fields = self.fields.saturating_sub(1),
                _ => {}
            },
            b"w:fldSimple" => self.simple_fields += 1,
            b"mc:Fallback" => self.fallbacks += 1,
            b"w:rt" => self.rubies += 1,
            _ => {}
        }
    }

    fn hide(&mut self, on: bool) {
        self.runs.last_mut().into_iter().for_each(|hidden| *hidden = on);
    }

    pub fn end(&mut self, name: &[u8]) {
        self.strange = self.strange.saturating_sub(usize::from(dangers::is_strange(name)));
        match name {
            b"w:p" => drop(self.paragraphs.pop()),
            b"w:pPr" => self.properties = self.properties.saturating_sub(1),
            b"w:r" => drop(self.runs.pop()),
            b"w:rPr" => self.run_properties = false,
            b"w:fldSimple" => self.simple_fields = self.simple_fields.saturating_sub(1),
            b"mc:Fallback" => self.fallbacks = self.fallbacks.saturating_sub(1),
            b"w:rt" => self.rubies = self.rubies.saturating_sub(1),
            _ => {}
        }
    }
}
