//! 一つの本文・ヘッダー・フッター: read once, with everything that is wrong in it told by the paragraph it stands in.

use super::dangers;
use super::edit::{self, Visitor};
use super::frame::Frame;
use super::hidden::Hidden;
use super::open::broken;
use super::sight::{Seen, Sight};
use crate::base::{Arg, Code, Fault, Field, code, near};
use crate::file::opc::attribute;
use crate::letter::tag::{self, BadTag, Tag};
use crate::letter::{List, Slot};
use quick_xml::events::BytesStart;
use std::collections::HashSet;
use std::ops::Range;

/// More faults than this of one part are not told: nobody reads them.
const MOST_FAULTS: usize = 50;
/// Fields that only count pages.
const PAGE_FIELDS: [&str; 4] = ["PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"];

/// What is asked of a story.
pub(super) struct Asked<'a> {
    /// The slots that this kind of letter has values for.
    pub usable: &'a [Slot],
    /// Ids of relationships that leave the package.
    pub outside: &'a HashSet<String>,
    /// The styles that hide.
    pub hidden: &'a Hidden,
    /// Where it is: 本文, ヘッダー, フッター.
    pub field: Field,
}

/// What is found in it.
#[derive(Default)]
pub(super) struct Story {
    /// The slots that it prints in every letter.
    pub printed: HashSet<Slot>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// 節.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// Whether a footer, which pages (default, first, even), and the relationship's id.
    pub references: Vec<(bool, String, String)>,
    /// 先頭ページのみ別指定.
    pub title_page: bool,
}

impl Section {
    /// The kinds of pages that it has.
    pub fn pages(&self, even_and_odd: bool) -> impl Iterator<Item = &'static str> {
        let (first, even) = (self.title_page.then_some("first"), even_and_odd.then_some("even"));
        [Some("default"), first, even].into_iter().flatten()
    }

    /// Whether it has this header or footer of its own.
    pub fn refers(&self, is_footer: bool, pages: &str) -> bool {
        self.references.iter().any(|(footer, own, _)| *footer == is_footer && own == pages)
    }
}

/// Whether a reference is to a footer, and for which pages.
pub(super) fn referred(reference: &BytesStart<'_>) -> (bool, String) {
    let is_footer = reference.name().as_ref() == b"w:footerReference";
    (is_footer, attribute(reference, "w:type").unwrap_or_else(|| "default".to_owned()))
}

/// Reads a story.
pub(super) fn read(xml: &str, asked: &Asked<'_>) -> Result<Story, Fault> {
    let mut walk = Walk::new(asked);
    edit::walk(xml, &mut walk).map_err(broken)?;
    Ok(walk.story)
}

#[derive(Default)]
struct Paragraph {
    text: String,
    marks: Vec<(usize, Seen)>,
    told: Vec<Fault>,
    drawing: bool,
    ends_section: bool,
}

#[derive(Default)]
struct Row {
    list: Option<List>,
    vanishes: bool,
    drawing: bool,
    words: String,
}

struct Walk<'a> {
    asked: &'a Asked<'a>,
    story: Story,
    sight: Sight<'a>,
    frames: Vec<Frame>,
    paragraphs: Vec<Paragraph>,
    rows: Vec<Row>,
    /// Whether a row of each open table always stays.
    tables: Vec<bool>,
    section: Option<Section>,
    in_text: bool,
    in_instruction: bool,
    instruction: String,
}

impl Visitor for Walk<'_> {
    fn start(&mut self, start: &BytesStart<'_>, _: Range<usize>) {
        self.sight.start(start);
        match start.name().as_ref() {
            b"w:p" => {
                self.frames.push(Frame::default());
                self.paragraphs.push(Paragraph::default());
            }
            b"w:tr" => {
                self.frames.push(Frame { is_row: true, ..Frame::default() });
                self.rows.push(Row::default());
            }
            b"w:tbl" => self.tables.push(false),
            b"w:t" => self.in_text = true,
            b"w:tab" | b"w:ptab" | b"w:br" | b"w:cr" if !self.sight.in_properties() => self.push("\t"),
            b"w:drawing" | b"w:pict" => self.paragraphs.iter_mut().for_each(|p| p.drawing = true),
            b"w:instrText" => self.in_instruction = true,
            b"w:fldChar" => {
                self.push("\t");
                let instruction = std::mem::take(&mut self.instruction);
                self.field(&instruction);
            }
            b"w:fldSimple" => {
                self.push("\t");
                self.field(&attribute(start, "w:instr").unwrap_or_default());
            }
            b"w:sectPr" => self.section = Some(Section::default()),
            b"w:titlePg" => {
                let on = is_on(start);
                self.section.iter_mut().for_each(|section| section.title_page = on);
            }
            b"w:headerReference" | b"w:footerReference" => self.reference(start),
            _ => {}
        }
        let unusable = dangers::unusable(start);
        unusable.into_iter().for_each(|why| self.tell_fault(Fault::new(code::FORM_UNUSABLE).with("why", Arg::ours(why))));
        dangers::of(start, self.asked.outside).into_iter().flatten().for_each(|code| self.tell(code));
    }

    fn text(&mut self, text: &str) {
        if self.in_instruction {
            self.instruction.push_str(text);
        } else if self.in_text {
            self.push(text);
        }
    }

    fn end(&mut self, name: &[u8], _: Range<usize>) {
        self.sight.end(name);
        match name {
            b"w:p" => {
                self.end_paragraph();
                self.end_frame();
            }
            b"w:tr" => {
                self.end_row();
                self.end_frame();
            }
            b"w:tbl" => {
                let stays = self.tables.pop().unwrap_or(true);
                if !stays {
                    self.layout("消えることのある行だけの表です。見出しの行など、必ず残る行を一つ入れてください", "");
                }
            }
            b"w:t" => self.in_text = false,
            b"w:instrText" => self.in_instruction = false,
            b"w:sectPr" => {
                self.story.sections.extend(self.section.take());
                self.paragraphs.last_mut().into_iter().for_each(|paragraph| paragraph.ends_section = true);
            }
            _ => {}
        }
    }
}

impl<'a> Walk<'a> {
    fn new(asked: &'a Asked<'a>) -> Self {
        Self {
            asked,
            story: Story::default(),
            sight: Sight::new(asked.hidden),
            frames: Vec::new(),
            paragraphs: Vec::new(),
            rows: Vec::new(),
            tables: Vec::new(),
            section: None,
            in_text: false,
            in_instruction: false,
            instruction: String::new(),
        }
    }

    /// Something wrong at this paragraph; told with its words once they are all there.
    fn tell(&mut self, code: Code) {
        self.tell_fault(Fault::new(code));
    }

    fn tell_fault(&mut self, fault: Fault) {
        match self.paragraphs.last_mut() {
            Some(paragraph) if paragraph.told.contains(&fault) => {}
            Some(paragraph) => paragraph.told.push(fault),
            None => self.push_fault(fault, ""),
        }
    }

    fn push_fault(&mut self, fault: Fault, words: &str) {
        if self.story.faults.len() < MOST_FAULTS {
            self.story.faults.push(fault.at(self.asked.field.clone()).with("paragraph", Arg::of_form(words)));
        }
    }

    fn layout(&mut self, why: &'static str, words: &str) {
        self.push_fault(Fault::new(code::FORM_LAYOUT).with("why", Arg::ours(why)), words);
    }

    fn field(&mut self, instruction: &str) {
        let Some(word) = instruction.split_whitespace().next() else { return };
        if !PAGE_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(word)) {
            self.tell_fault(Fault::new(code::FORM_FIELD).with("field", Arg::of_form(word)));
        }
    }

    fn reference(&mut self, start: &BytesStart<'_>) {
        let (is_footer, pages) = referred(start);
        let id = attribute(start, "r:id").unwrap_or_default();
        let Some(section) = &mut self.section else { return };
        let twice = section.refers(is_footer, &pages);
        section.references.push((is_footer, pages, id));
        if twice {
            self.tell_fault(Fault::new(code::FORM_UNUSABLE).with("why", Arg::ours("同じページのヘッダーかフッターが二つある節")));
        }
    }

    fn push(&mut self, text: &str) {
        let seen = self.sight.seen();
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        if paragraph.marks.last().is_none_or(|(_, before)| *before != seen) {
            paragraph.marks.push((paragraph.text.len(), seen));
        }
        paragraph.text.push_str(text);
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let words = paragraph.text.as_str();
        paragraph.told.iter().for_each(|fault| self.push_fault(fault.clone(), words));
        let (mut list, mut vanishes) = (None, false);
        for (at, found) in tag::find(words) {
            let seen = paragraph.marks.iter().rev().find(|(from, _)| *from <= at.start).map_or(Seen::Printed, |(_, seen)| *seen);
            match found {
                Err(bad) => self.bad_tag(&bad, words),
                Ok(Tag::Slot(slot)) => {
                    self.slot(slot, seen, words);
                    match (list, slot.list()) {
                        (Some(own), Some(other)) if own != other => {
                            self.layout("一つの行に別の繰返しの欄が混ざっています", words)
                        }
                        (own, other) => list = own.or(other),
                    }
                }
                Ok(Tag::If(slot)) => {
                    self.usable(slot, words);
                    self.frames.last_mut().into_iter().for_each(|frame| frame.conditions.push(slot));
                    vanishes = true;
                }
                Ok(Tag::Text(_) | Tag::Page | Tag::Pages) => {}
            }
        }
        self.place(&paragraph, list, vanishes);
    }

    /// What the paragraph's tags mean for what it stands in.
    fn place(&mut self, paragraph: &Paragraph, list: Option<List>, vanishes: bool) {
        let words = paragraph.text.as_str();
        let goes = list.is_some() || vanishes;
        if goes && paragraph.ends_section {
            self.layout("節の区切りのある段落は、繰り返すことも消すこともできません", words);
        }
        if let Some(row) = self.rows.last_mut() {
            if row.words.is_empty() {
                words.clone_into(&mut row.words);
            }
            let mixed = matches!((row.list, list), (Some(own), Some(other)) if own != other);
            row.list = row.list.or(list);
            row.vanishes |= vanishes;
            row.drawing |= paragraph.drawing;
            if mixed {
                self.layout("一つの行に別の繰返しの欄が混ざっています", words);
            }
        } else if list.is_some() && paragraph.drawing {
            self.layout("繰り返す行には、図やテキストボックスを置けません", words);
        }
    }

    /// Within a row everything belongs to the row.
    fn end_frame(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let in_row = self.frames.iter().any(|open| open.is_row);
        match (self.frames.last_mut(), in_row) {
            (Some(outer), true) => {
                outer.slots.extend(frame.slots);
                outer.conditions.extend(frame.conditions);
            }
            (Some(outer), false) => outer.slots.extend(frame.always()),
            (None, _) => self.story.printed.extend(frame.always()),
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.rows.pop() else { return };
        let goes = row.list.is_some() || row.vanishes;
        if goes && !self.rows.is_empty() {
            self.layout("表の中の表には、繰り返す行も消える行も置けません", &row.words);
        }
        if row.list.is_some() && row.drawing {
            self.layout("繰り返す行には、図やテキストボックスを置けません", &row.words);
        }
        // Only 留意事項 may be none at all.
        let repeats = row.list.is_some_and(|list| list != List::Notes) && !row.vanishes;
        self.tables.last_mut().into_iter().for_each(|stays| *stays |= !goes || repeats);
        if let Some(outer) = self.rows.last_mut() {
            outer.drawing |= row.drawing;
        }
    }

    fn bad_tag(&mut self, bad: &BadTag, words: &str) {
        match bad {
            BadTag::Unclosed => self.push_fault(Fault::new(code::FORM_BRACES), words),
            // A tab or line break within it, not a name.
            BadTag::Unknown(name) if name.contains('\t') => self.push_fault(Fault::new(code::FORM_BRACES), words),
            BadTag::Unknown(name) => {
                let known = self.asked.usable.iter().map(|slot| slot.name());
                let near = near::nearest(name, known).first().copied().unwrap_or_else(|| Slot::nearest(name).name());
                let fault = Fault::new(code::FORM_TAG).with("name", Arg::of_form(name)).with("nearest", Arg::named([near]));
                self.push_fault(fault, words);
            }
        }
    }

    fn slot(&mut self, slot: Slot, seen: Seen, words: &str) {
        self.usable(slot, words);
        match seen {
            Seen::Printed => self.frames.last_mut().into_iter().for_each(|frame| frame.slots.push(slot)),
            Seen::Fallback => {}
            Seen::Unseen(why) => {
                let fault = Fault::new(code::FORM_TAG_UNSEEN).with("name", Arg::named([slot.name()])).with("why", Arg::ours(why));
                self.push_fault(fault, words);
            }
        }
    }

    fn usable(&mut self, slot: Slot, words: &str) {
        if !self.asked.usable.contains(&slot) {
            self.push_fault(Fault::new(code::FORM_TAG_OTHER).with("name", Arg::named([slot.name()])), words);
        }
    }
}

/// Whether a switch such as `w:vanish` is on: it is unless it says otherwise.
pub(super) fn is_on(start: &BytesStart<'_>) -> bool {
    !matches!(attribute(start, "w:val").as_deref(), Some("0" | "false" | "off"))
}
