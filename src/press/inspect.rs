//! 検分: what a finished Word file must not hold: anything that runs, fetches or asks, and My Numbers (DESIGN section 4).

use super::text::{self, Piece, Story, Walk};
use super::{docx_fault, names};
use crate::base::my_number::{Finding, Grammar, scan};
use crate::base::{Arg, Fault, code};
use crate::file::opc::{BadPackage, CONTENT_TYPES, ContentTypes, Package, attribute};
use crate::file::zip::Entry;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Fields that only count pages. Any other may fetch, run or ask.
const HARMLESS_FIELDS: [&str; 5] = ["PAGE", "NUMPAGES", "PAGEREF", "SECTION", "SECTIONPAGES"];
/// Relationships to things that run.
const ACTIVE_RELATIONS: [&str; 7] =
    ["oleObject", "package", "control", "vbaProject", "aFChunk", "attachedTemplate", "subDocument"];

/// 検分した文書: nothing in it is active, and no paragraph holds a My Number.
pub struct Inspected {
    package: Package,
    /// What the parts print, by name: each is gone through once.
    stories: Vec<(String, Story)>,
}

impl Inspected {
    /// T of the document.
    pub fn text(&self) -> Result<String, Fault> {
        Ok(text::whole(&self.sections()?))
    }

    /// T of each section.
    pub fn texts(&self) -> Result<Vec<String>, Fault> {
        Ok(text::each(self.sections()?))
    }

    fn sections(&self) -> Result<Vec<text::Section>, Fault> {
        let story = |package: &Package, part: &str| match self.stories.iter().find(|(name, _)| name.eq_ignore_ascii_case(part)) {
            Some((_, story)) => Ok(story.clone()),
            None => Story::of(package, part),
        };
        text::read_sections(&self.package, story).map_err(docx_fault)
    }
}

/// 見慣れた部品: parts of the forms, looked through when the forms were made. The same bytes need no second look.
#[derive(Default)]
pub struct Familiar {
    parts: Vec<Entry>,
    types: Vec<(Vec<u8>, ContentTypes)>,
}

impl Familiar {
    /// Looks through a form, and remembers its parts.
    pub fn learn(&mut self, form: &[u8]) -> Result<(), Fault> {
        let inspected = inspect(form, self)?;
        let package = inspected.package;
        if let (None, Some(listing)) = (self.types(&package), package.part(CONTENT_TYPES)) {
            self.types.push((listing.to_vec(), package.content_types().map_err(docx_fault)?));
        }
        let new: Vec<Entry> = package.parts().iter().filter(|entry| !self.has(entry)).cloned().collect();
        self.parts.extend(new);
        Ok(())
    }

    fn has(&self, entry: &Entry) -> bool {
        self.parts.iter().any(|known| known == entry)
    }

    /// The types of the parts, where they are listed as in a form.
    fn types(&self, package: &Package) -> Option<&ContentTypes> {
        let listing = package.part(CONTENT_TYPES)?;
        self.types.iter().find(|(known, _)| known == listing).map(|(_, types)| types)
    }
}

/// Refuses macros, embedded objects, external links and fields that fetch, and a solid or 4-4-4 My Number in any paragraph (its runs
/// joined; cut where a text box stands in it) or text of the properties. Nothing is read from the bytes again afterwards.
pub fn inspect(docx: &[u8], familiar: &Familiar) -> Result<Inspected, Fault> {
    let package = Package::open(docx).map_err(docx_fault)?;
    let read_here;
    let types = match familiar.types(&package) {
        Some(types) => types,
        None => {
            read_here = package.content_types().map_err(docx_fault)?;
            &read_here
        }
    };
    let mut stories = Vec::new();
    for entry in package.parts() {
        refuse_kind(types, &entry.name)?;
        if names::is_disguised(types, &entry.name) {
            return Err(active(DISGUISED));
        }
        if !names::is_markup(&entry.name) || familiar.has(entry) {
            continue;
        }
        let xml = package.xml(&entry.name).map_err(docx_fault)?;
        refuse_names(xml, types.of(&entry.name) == Some("application/xml"))?;
        if entry.name.to_ascii_lowercase().ends_with(".rels") {
            refuse_active(xml)?;
            refuse_relations(&package, &entry.name)?;
        } else if entry.name == CONTENT_TYPES {
            refuse_active(xml)?;
        } else if is_story(xml) {
            stories.push((entry.name.clone(), look_through(xml)?));
        } else {
            look_over(xml)?;
        }
    }
    Ok(Inspected { package, stories })
}

/// Names by which we would not know what Word does with it.
const DISGUISED: &str = "種類と合わない名前の部品や要素";

fn active(what: &'static str) -> Fault {
    Fault::new(code::ACTIVE_CONTENT).with("what", Arg::ours(what))
}

fn refuse_kind(types: &ContentTypes, name: &str) -> Result<(), Fault> {
    let lower = name.to_ascii_lowercase();
    let kind = types.of(name).unwrap_or_default().to_ascii_lowercase();
    if lower.contains("vba") || kind.contains("macro") || kind.contains("vba") {
        return Err(active("マクロ"));
    }
    if lower.contains("/embeddings/") || lower.contains("/activex/") || lower.ends_with(".bin") || kind.contains("oleobject") {
        return Err(active("埋め込まれたオブジェクト"));
    }
    Ok(())
}

fn refuse_relations(package: &Package, rels: &str) -> Result<(), Fault> {
    let source = rels.to_ascii_lowercase().replacen("_rels/", "", 1);
    let source = source.strip_suffix(".rels").unwrap_or(&source);
    for relation in package.relationships(source).map_err(docx_fault)? {
        if relation.external {
            return Err(active("外部へのリンク"));
        }
        if names::leads_astray(&relation) {
            return Err(active(DISGUISED));
        }
        if ACTIVE_RELATIONS.iter().any(|kind| kind.eq_ignore_ascii_case(&relation.kind)) {
            return Err(active("埋め込まれたオブジェクト"));
        }
    }
    Ok(())
}

fn is_story(xml: &str) -> bool {
    xml.contains("<w:p>") || xml.contains("<w:p ") || xml.contains("<w:p/>")
}

fn is_number(text: &str) -> bool {
    matches!(scan(text, Grammar::Numeric), Finding::Stop(_))
}

fn each_event<'x>(xml: &'x str, mut see: impl FnMut(Event<'x>) -> Result<(), Fault>) -> Result<(), Fault> {
    let bad = || docx_fault(BadPackage::Xml);
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| bad())? {
            Event::Eof => return Ok(()),
            Event::DocType(_) => return Err(bad()),
            event => see(event)?,
        }
    }
}

/// Looks only at the elements up to the last that says what a prefix means: nearly always the first.
fn refuse_names(xml: &str, own_data: bool) -> Result<(), Fault> {
    let mut reader = Reader::from_str(xml);
    let mut last = None;
    while last.is_none_or(|last| reader.buffer_position() <= last) {
        match reader.read_event().map_err(|_| docx_fault(BadPackage::Xml))? {
            Event::Start(start) | Event::Empty(start) if !names::are_usual(&start, own_data) => return Err(active(DISGUISED)),
            Event::Start(_) if last.is_none() => {
                let rest = usize::try_from(reader.buffer_position()).ok().and_then(|from| xml.get(from..)).unwrap_or_default();
                // Looking from the front is many times as fast as from the end.
                last = Some(if rest.contains("xmlns") { xml.rfind("xmlns").unwrap_or_default() as u64 } else { 0 });
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(())
}

/// Relationships and types: no text of theirs is printed.
fn refuse_active(xml: &str) -> Result<(), Fault> {
    let mut activity = Activity::default();
    each_event(xml, |event| activity.see(&event))?;
    activity.end()
}

/// A story, once through: nothing active, no My Number, and what it prints.
fn look_through(xml: &str) -> Result<Story, Fault> {
    let (mut story, mut numbers, mut activity) = (Story::default(), Numbers::default(), Activity::default());
    let mut walk = Walk::new(|piece: Piece<'_>, is_printed| {
        numbers.take(&piece);
        story.take(piece, is_printed);
    });
    each_event(xml, |event| {
        activity.see(&event)?;
        walk.see(event).map_err(docx_fault)
    })?;
    walk.end().map_err(docx_fault)?;
    activity.end()?;
    if numbers.found { Err(Fault::new(code::MY_NUMBER)) } else { Ok(story) }
}

/// 個人番号, paragraph by paragraph, whether it is printed or not.
#[derive(Default)]
struct Numbers {
    open: String,
    found: bool,
}

impl Numbers {
    fn take(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::ParagraphStart | Piece::ParagraphEnd | Piece::CellEnd => {
                self.found |= is_number(&self.open);
                self.open.clear();
            }
            piece => piece.write(&mut self.open),
        }
    }
}

/// Whether a part of a form holds a My Number.
pub(super) fn holds_number(xml: &str) -> Result<bool, BadPackage> {
    let mut numbers = Numbers::default();
    if is_story(xml) {
        text::walk(xml, |piece, _| numbers.take(&piece))?;
        return Ok(numbers.found);
    }
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| BadPackage::Xml)? {
            Event::Text(text) if is_number(&String::from_utf8_lossy(&text)) => return Ok(true),
            Event::Start(start) | Event::Empty(start) if numbers_with_number(&start) => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// Whether the words of a paragraph's number are a My Number.
fn numbers_with_number(start: &BytesStart<'_>) -> bool {
    start.name().as_ref() == b"w:lvlText" && attribute(start, "w:val").is_some_and(|words| is_number(&words))
}

/// Properties and the like: each text between two tags.
fn look_over(xml: &str) -> Result<(), Fault> {
    let mut activity = Activity::default();
    each_event(xml, |event| {
        activity.see(&event)?;
        match event {
            // The padding is nothing but spaces, and many.
            Event::Text(text) if is_number(&String::from_utf8_lossy(text.trim_ascii())) => Err(Fault::new(code::MY_NUMBER)),
            Event::Start(start) | Event::Empty(start) if numbers_with_number(&start) => Err(Fault::new(code::MY_NUMBER)),
            _ => Ok(()),
        }
    })?;
    activity.end()
}

/// 動くもの: looks for active elements, and for the instructions of fields, which may be split over runs.
#[derive(Default)]
struct Activity {
    instruction: String,
    in_instruction: bool,
}

impl Activity {
    fn see(&mut self, event: &Event<'_>) -> Result<(), Fault> {
        match event {
            Event::Start(start) | Event::Empty(start) => {
                if is_active(start.name().as_ref()) {
                    return Err(active("埋め込まれたオブジェクト"));
                }
                if points_out(start) {
                    return Err(active("外部へのリンク"));
                }
                self.in_instruction = start.name().as_ref() == b"w:instrText";
                self.field(start)?;
            }
            Event::End(_) => self.in_instruction = false,
            Event::Text(text) if self.in_instruction => self.instruction.push_str(&String::from_utf8_lossy(text)),
            Event::GeneralRef(_) if self.in_instruction => self.instruction.push('?'),
            _ => {}
        }
        Ok(())
    }

    fn end(self) -> Result<(), Fault> {
        refuse_field(&self.instruction)
    }

    fn field(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        match start.name().as_ref() {
            b"w:fldSimple" => refuse_field(&attribute(start, "w:instr").unwrap_or_default()),
            // At every border of a field what was gathered must be one whole harmless instruction.
            b"w:fldChar" => refuse_field(&std::mem::take(&mut self.instruction)),
            _ => Ok(()),
        }
    }
}

/// Elements that embed or fetch something, or would make Word ask.
fn is_active(name: &[u8]) -> bool {
    matches!(
        name,
        b"w:object"
            | b"o:OLEObject"
            | b"w:control"
            | b"w:altChunk"
            | b"w:subDoc"
            | b"w:attachedTemplate"
            | b"w:mailMerge"
            | b"w:htmlDiv"
    )
}

/// VML has links of its own, without a relationship.
pub(super) fn points_out(start: &BytesStart<'_>) -> bool {
    (start.name().as_ref().starts_with(b"v:") || start.name().as_ref().starts_with(b"o:"))
        && start.attributes().flatten().any(|attribute| {
            matches!(attribute.key.as_ref(), b"href" | b"src" | b"o:href" | b"o:althref") && !attribute.value.is_empty()
        })
}

fn refuse_field(instruction: &str) -> Result<(), Fault> {
    match instruction.split_whitespace().next() {
        None => Ok(()),
        Some(word) if HARMLESS_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(word)) => Ok(()),
        Some(_) => Err(active("ページ番号以外のフィールド")),
    }
}
