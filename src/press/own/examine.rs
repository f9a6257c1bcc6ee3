//! 検査: everything that is wrong with a form, together.

use super::hidden::{self, Hidden};
use super::open::{broken, is_markup, source_of};
use super::parts::{Form, is_margin, is_properties};
use super::pictures;
use super::story::{self, Asked, Section, Story, is_on};
use crate::base::{Arg, Fault, Field, code};
use crate::file::opc::{BadPackage, Package, Relationship};
use crate::letter::{LetterKind, Slot, needs};
use crate::press::inspect;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::{BTreeSet, HashMap, HashSet};

/// 本文
const BODY: Field = Field::new("本文", "body");
/// ヘッダー
const HEADER: Field = Field::new("ヘッダー", "header");
/// フッター
const FOOTER: Field = Field::new("フッター", "footer");
/// Relationships to what runs or embeds; the others that we do not keep are left out without a word.
const OBJECTS: [&str; 7] = ["oleObject", "package", "control", "aFChunk", "subDocument", "chart", "diagramData"];

/// What was found, and what making it ready needs to know.
pub(super) struct Examined {
    /// The main document.
    pub main: String,
    /// Its headers and footers.
    pub margins: Vec<Relationship>,
    /// Its sections, with the headers and footers that some page shows.
    pub sections: Vec<Section>,
    /// 奇数/偶数ページ別指定.
    pub even_and_odd: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// What is told all the same.
    pub warnings: Vec<Fault>,
}

impl Examined {
    /// The kinds of pages that any section has: the first section has to say something for each, or a print file would show there
    /// what the letter before it says.
    pub fn pages(&self) -> BTreeSet<&'static str> {
        let mut pages = BTreeSet::from(["default"]);
        pages.extend(self.sections.iter().flat_map(|section| section.pages(self.even_and_odd)));
        pages
    }

    /// The headers and footers that some page shows.
    pub fn shown(&self) -> HashSet<String> {
        self.sections.iter().flat_map(|section| &section.references).map(|(.., id)| id.clone()).collect()
    }

    /// Those that a letter of a single page shows: a section without one of its own has that of the one before.
    fn certain(&self) -> HashSet<String> {
        let (mut standing, mut certain) = (HashMap::new(), HashSet::new());
        for section in &self.sections {
            standing.extend(section.references.iter().map(|(is_footer, pages, id)| ((*is_footer, pages.as_str()), id)));
            let pages = if section.title_page { "first" } else { "default" };
            certain
                .extend([false, true].iter().filter_map(|is_footer| standing.get(&(*is_footer, pages)).map(|id| (*id).clone())));
        }
        certain
    }
}

/// Looks at all of it. `Err` when it can't even be read.
pub(super) fn examine(package: &Package, kind: LetterKind) -> Result<Examined, Fault> {
    let main = package.main_document().map_err(broken)?;
    let related = package.relationships(&main).map_err(broken)?;
    let (usable, mut faults) = (needs::usable(kind), parts(package)?);
    let styles = related.iter().find(|r| r.kind == "styles" && !r.external);
    let hidden = match styles {
        Some(styles) => package.xml(&styles.target).and_then(hidden::read).map_err(broken)?,
        None => Hidden::default(),
    };
    let read = |part: &str, field: Field| -> Result<Story, Fault> {
        let outside = package.relationships(part).map_err(broken)?.into_iter().filter(|r| r.external).map(|r| r.id);
        let asked = Asked { usable: &usable, outside: &outside.collect::<HashSet<_>>(), hidden: &hidden, field };
        story::read(package.xml(part).map_err(broken)?, &asked)
    };
    let body = read(&main, BODY)?;
    faults.extend(body.faults);
    let mut printed = body.printed;
    let mut by_id: HashMap<String, HashSet<Slot>> = HashMap::new();
    let (even_and_odd, source) = settings(package, &related)?;
    let mut sections = body.sections;
    leave_shown(&mut sections, even_and_odd);
    let margins: Vec<Relationship> = related.iter().filter(|r| is_margin(r)).cloned().collect();
    let mut examined = Examined { main, margins, sections, even_and_odd, faults: Vec::new(), warnings: Vec::new() };
    let certain = examined.certain();
    for relation in &examined.margins {
        let margin = read(&relation.target, if relation.kind == "header" { HEADER } else { FOOTER })?;
        faults.extend(margin.faults);
        printed.extend(margin.printed.iter().filter(|_| certain.contains(&relation.id)));
        by_id.insert(relation.id.clone(), margin.printed);
    }
    let form = Form::read(package, &examined.main, &examined.shown()).map_err(broken)?;
    faults.extend(pictures::faults(&form));
    examined.warnings.extend(source.then(|| Fault::new(code::FORM_SOURCE)));
    faults.extend(missing(kind, &printed));
    if !kind.is_internal() {
        faults.extend(code_missing(&examined, &by_id));
    }
    faults.extend(my_number(package)?);
    // What a part told is not told again where its paragraph does.
    let told: Vec<_> = faults.iter().filter(|fault| fault.place.field.is_some()).map(|fault| fault.code).collect();
    faults.retain(|fault| fault.place.field.is_some() || !told.contains(&fault.code));
    examined.faults = faults;
    Ok(examined)
}

/// Forgets the headers and footers that no page shows: Word keeps those for first and even pages when their option is switched off again.
/// A section without one of its own has that of the one before.
fn leave_shown(sections: &mut [Section], even_and_odd: bool) {
    let (mut standing, mut shown) = (HashMap::new(), HashSet::new());
    for (index, section) in sections.iter().enumerate() {
        standing.extend(section.references.iter().map(|(is_footer, pages, _)| ((*is_footer, pages.clone()), index)));
        for pages in section.pages(even_and_odd) {
            for margin in [(false, pages.to_owned()), (true, pages.to_owned())] {
                shown.extend(standing.get(&margin).map(|from| (*from, margin)));
            }
        }
    }
    for (index, section) in sections.iter_mut().enumerate() {
        section.references.retain(|(is_footer, pages, _)| shown.contains(&(index, (*is_footer, pages.clone()))));
    }
}

/// Macros, comments and embedded things, by the parts that there are.
fn parts(package: &Package) -> Result<Vec<Fault>, Fault> {
    let types = package.content_types().map_err(broken)?;
    let mut found = BTreeSet::new();
    for entry in package.parts() {
        let (name, kind) = (entry.name.to_ascii_lowercase(), types.of(&entry.name).unwrap_or_default().to_ascii_lowercase());
        if name.contains("vba") || kind.contains("macro") || kind.contains("vba") {
            found.insert(code::FORM_MACRO);
        }
        if name.contains("/embeddings/") || name.contains("/activex/") || kind.contains("oleobject") {
            found.insert(code::FORM_OBJECT);
        }
        if kind.ends_with("wordprocessingml.comments+xml") && package.xml(&entry.name).map_err(broken)?.contains("<w:comment ") {
            found.insert(code::FORM_COMMENT);
        }
        if let Some(source) = source_of(&entry.name) {
            let related = package.relationships(&source).map_err(broken)?;
            if related.iter().any(|r| OBJECTS.iter().any(|kind| kind.eq_ignore_ascii_case(&r.kind))) {
                found.insert(code::FORM_OBJECT);
            }
        }
    }
    Ok(found.into_iter().map(Fault::new).collect())
}

/// Whether even pages have headers of their own, and whether there is a data source of a mail merge.
fn settings(package: &Package, related: &[Relationship]) -> Result<(bool, bool), Fault> {
    let Some(part) = related.iter().find(|r| r.kind == "settings" && !r.external) else { return Ok((false, false)) };
    let (mut even, mut source) = (false, false);
    let mut reader = Reader::from_str(package.xml(&part.target).map_err(broken)?);
    loop {
        match reader.read_event().map_err(|_| broken(BadPackage::Xml))? {
            Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                b"w:evenAndOddHeaders" => even = is_on(&start),
                b"w:mailMerge" => source = true,
                _ => {}
            },
            Event::Eof => return Ok((even, source)),
            _ => {}
        }
    }
}

fn missing(kind: LetterKind, printed: &HashSet<Slot>) -> Option<Fault> {
    let names: Vec<&str> = needs::required(kind).iter().filter(|slot| !printed.contains(slot)).map(|slot| slot.name()).collect();
    (!names.is_empty()).then(|| Fault::new(code::FORM_TAG_MISSING).with("missing", Arg::named(names)))
}

/// 照合番号 in the header or footer of every page of every section; a section without one of its own has that of the one before.
fn code_missing(examined: &Examined, by_id: &HashMap<String, HashSet<Slot>>) -> Option<Fault> {
    let mut standing: HashMap<(bool, &str), &str> = HashMap::new();
    let has = |standing: &HashMap<(bool, &str), &str>, pages: &str| {
        [false, true].iter().any(|is_footer| {
            let printed = standing.get(&(*is_footer, pages)).and_then(|id| by_id.get(*id));
            printed.is_some_and(|slots| slots.contains(&Slot::PairingCode))
        })
    };
    for (index, section) in examined.sections.iter().enumerate() {
        standing.extend(section.references.iter().map(|(is_footer, pages, id)| ((*is_footer, pages.as_str()), id.as_str())));
        if let Some(pages) = section.pages(examined.even_and_odd).find(|pages| !has(&standing, pages)) {
            let words = match pages {
                "first" => "先頭ページ",
                "even" => "偶数ページ",
                _ => "",
            };
            let fault = Fault::new(code::FORM_CODE_MISSING).with("section", Arg::count(index as u64 + 1));
            return Some(fault.with("pages", Arg::ours(words)));
        }
    }
    let none = examined.sections.is_empty();
    none.then(|| Fault::new(code::FORM_CODE_MISSING).with("section", Arg::count(1u64)))
}

/// A form holds nobody's number.
fn my_number(package: &Package) -> Result<Option<Fault>, Fault> {
    let is_kept = |name: &str| is_markup(name) && source_of(name).is_none() && !is_properties(name);
    for entry in package.parts().iter().filter(|entry| is_kept(&entry.name)) {
        if inspect::holds_number(package.xml(&entry.name).map_err(broken)?).map_err(broken)? {
            return Ok(Some(Fault::new(code::MY_NUMBER)));
        }
    }
    Ok(None)
}
