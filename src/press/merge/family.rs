//! 体裁の家族: documents that share their styles. The first family of a file keeps its names; each further one brings its styles under
//! names of its own, so that no letter changes its look because of the letter before it.

use super::fonts::Fonts;
use super::lists::Lists;
use super::word_type;
use crate::file::opc::{BadPackage, Package, Relationship};
use crate::press::normalise;
use crate::press::xml::{Element, Node};
use std::collections::HashMap;

/// Parts that tell a look, by their relationship.
const LOOK: [&str; 5] = ["styles", "settings", "fontTable", "theme", "numbering"];

/// A part that all documents of the file share.
pub(super) struct Shared {
    pub name: String,
    pub relation: &'static str,
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// One document, while it is bound.
pub(super) struct Letter {
    family: usize,
    /// Its lists begin again: the number of each of its lists in this file.
    lists: HashMap<String, u32>,
}

struct Family {
    /// The bytes of the parts of its look.
    look: [Option<Vec<u8>>; LOOK.len()],
    styles: Option<Element>,
    /// Its styles' ids in this file; empty for the first family.
    renamed: HashMap<String, String>,
    /// Default paragraph and table style, by its own name.
    paragraph: Option<String>,
    table: Option<String>,
    /// Which fonts its theme means, when that is not the first family's theme.
    fonts: Option<Fonts>,
    even_pages: bool,
    lists_in_styles: bool,
}

/// Every look of a file.
#[derive(Default)]
pub(super) struct Families {
    all: Vec<Family>,
    lists: Lists,
}

impl Families {
    /// Finds the family of a document, or takes in a new one.
    pub fn letter(&mut self, package: &Package, related: &[Relationship]) -> Result<Letter, BadPackage> {
        let part = |kind: &str| related.iter().find(|r| r.kind == kind && !r.external).and_then(|r| package.part(&r.target));
        let look = LOOK.map(|kind| part(kind).map(<[u8]>::to_vec));
        let family = match self.all.iter().position(|family| family.look == look) {
            Some(known) => known,
            None => {
                self.take_in(look)?;
                self.all.len() - 1
            }
        };
        Ok(Letter { family, lists: HashMap::new() })
    }

    fn take_in(&mut self, look: [Option<Vec<u8>>; LOOK.len()]) -> Result<(), BadPackage> {
        let index = self.all.len();
        let read = |place: usize| look.get(place).and_then(Option::as_ref).map(|bytes| element(bytes)).transpose();
        let [mut styles, settings, theme, numbering] = [read(0)?, read(1)?, read(3)?, read(4)?];
        let other_theme = self.all.first().is_some_and(|first| first.look[3] != look[3]);
        let default = |kind: &str| {
            let styles = styles.as_ref()?.elements().filter(|e| e.name == "w:style" && e.attribute("w:type") == Some(kind));
            let mut defaults = styles.filter(|e| matches!(e.attribute("w:default"), Some("1" | "true" | "on")));
            defaults.next()?.attribute("w:styleId").map(str::to_owned)
        };
        let (paragraph, table) = (default("paragraph"), default("table"));
        let mut renamed = HashMap::new();
        if index > 0 {
            let ids = styles.iter().flat_map(Element::elements).filter_map(|e| e.attribute("w:styleId"));
            renamed.extend(ids.map(|id| (id.to_owned(), format!("{id}_{}", index + 1))));
        }
        self.lists.take_in(index, numbering.as_ref(), &renamed);
        // A list that a style names is one for all letters of the family.
        let mut of_styles = HashMap::new();
        styles.iter_mut().for_each(|styles| {
            styles.each_mut(&mut |e| {
                if e.name == "w:numId" {
                    self.lists.restart(e, index, &mut of_styles);
                }
            });
        });
        self.all.push(Family {
            even_pages: settings.as_ref().is_some_and(tells_even_pages),
            lists_in_styles: !of_styles.is_empty(),
            fonts: other_theme.then(|| Fonts::of(theme.as_ref())),
            look,
            styles,
            renamed,
            paragraph,
            table,
        });
        Ok(())
    }

    /// Gives a part of a document the names that its family has in this file.
    pub fn dress(&mut self, root: &mut Element, letter: &mut Letter) {
        let Some(family) = self.all.get(letter.family) else { return };
        let lists = &mut self.lists;
        root.each_mut(&mut |e| {
            if e.name == "w:numId" {
                lists.restart(e, letter.family, &mut letter.lists);
            }
        });
        if letter.family == 0 {
            return;
        }
        root.each_mut(&mut |e| family.dress(e));
    }

    /// What the documents share, for the end of the file.
    pub fn finish(&self, first: &Package) -> Result<Vec<Shared>, BadPackage> {
        let Some(own) = self.all.first() else { return Err(BadPackage::MissingPart) };
        let alone = self.all.len() == 1;
        let mut shared = Vec::new();
        for (place, relation) in LOOK.into_iter().enumerate() {
            let bytes = match relation {
                "numbering" => self.lists.part(),
                "styles" if !alone || own.lists_in_styles => Some(self.styles()?.into_bytes()),
                "settings" if !alone => own.look[place].as_deref().map(|bytes| self.settings(bytes)).transpose()?,
                "fontTable" if !alone => self.font_table()?,
                _ => own.look[place].clone(),
            };
            let Some(bytes) = bytes else { continue };
            let (name, kind) = match relation {
                "theme" => {
                    ("word/theme/theme1.xml".to_owned(), "application/vnd.openxmlformats-officedocument.theme+xml".to_owned())
                }
                _ => (format!("word/{relation}.xml"), word_type(relation)),
            };
            shared.push(Shared { name, relation, kind, bytes });
        }
        // What the settings name.
        for relation in ["footnotes", "endnotes"] {
            let related = first.relationships(&first.main_document()?)?;
            if let Some(bytes) = related.iter().find(|r| r.kind == relation).and_then(|r| first.part(&r.target)) {
                let name = format!("word/{relation}.xml");
                shared.push(Shared { name, relation, kind: word_type(relation), bytes: bytes.to_vec() });
            }
        }
        Ok(shared)
    }

    fn styles(&self) -> Result<String, BadPackage> {
        let mut families = self.all.iter();
        let mut root = families.next().and_then(|family| family.styles.clone()).ok_or(BadPackage::MissingPart)?;
        // Defaults that hold for the whole file must be everybody's; else each family says its own in its styles.
        let defaults = |root: &Element| root.child("w:docDefaults").cloned();
        let common = defaults(&root);
        let differ = self.all.iter().filter_map(|family| family.styles.as_ref()).any(|styles| defaults(styles) != common);
        if differ {
            fold_defaults(&mut root, common.as_ref());
            root.remove(&["w:docDefaults"]);
        }
        for family in families {
            let mut styles = family.styles.clone().unwrap_or_default();
            join_namespaces(&mut root, &styles).ok_or(BadPackage::Xml)?;
            let own = defaults(&styles);
            if differ {
                fold_defaults(&mut styles, own.as_ref());
            }
            styles.each_mut(&mut |e| family.dress(e));
            for mut style in styles.children {
                let Node::Element(element) = &mut style else { continue };
                if element.name != "w:style" {
                    continue;
                }
                family.rename(element);
                root.children.push(style);
            }
        }
        Ok(root.to_part())
    }

    /// The first family's settings; with headers for even pages if any family has them.
    fn settings(&self, bytes: &[u8]) -> Result<Vec<u8>, BadPackage> {
        let mut root = element(bytes)?;
        if self.even_pages() && !tells_even_pages(&root) {
            root.remove(&["w:evenAndOddHeaders"]);
            const AFTER: [&str; 3] = ["w:characterSpacingControl", "w:compat", "w:themeFontLang"];
            let at = root.children.iter().position(|node| node.is_one_of(&AFTER));
            let at = at.unwrap_or(root.children.len());
            root.children.insert(at, Node::Element(Element::new("w:evenAndOddHeaders", &[])));
        }
        Ok(root.to_part().into_bytes())
    }

    fn even_pages(&self) -> bool {
        self.all.iter().any(|family| family.even_pages)
    }

    /// Whether other letters of the file have headers of their own for even pages, and this one has not.
    pub fn lacks_even_pages(&self, letter: &Letter) -> bool {
        self.even_pages() && self.all.get(letter.family).is_some_and(|family| !family.even_pages)
    }

    fn font_table(&self) -> Result<Option<Vec<u8>>, BadPackage> {
        let mut tables = self.all.iter().filter_map(|family| family.look[2].as_deref()).map(element);
        let Some(mut root) = tables.next().transpose()? else { return Ok(None) };
        for table in tables {
            let table = table?;
            join_namespaces(&mut root, &table).ok_or(BadPackage::Xml)?;
            for font in table.elements().filter(|e| e.name == "w:font") {
                let known = root.elements().any(|own| own.attribute("w:name") == font.attribute("w:name"));
                if !known {
                    root.push(font.clone());
                }
            }
        }
        Ok(Some(root.to_part().into_bytes()))
    }
}

impl Family {
    /// One element of a part of this family.
    fn dress(&self, e: &mut Element) {
        match e.name.as_str() {
            "w:pStyle" | "w:rStyle" | "w:tblStyle" | "w:basedOn" | "w:next" | "w:link" => {
                if let Some(new) = e.attribute("w:val").and_then(|id| self.renamed.get(id)) {
                    e.set_raw("w:val", new.clone());
                }
            }
            "w:p" => self.name_default(e, "w:pPr", "w:pStyle", self.paragraph.as_deref()),
            "w:tbl" => self.name_default(e, "w:tblPr", "w:tblStyle", self.table.as_deref()),
            _ => {}
        }
        if let Some(fonts) = &self.fonts {
            fonts.resolve(e);
        }
    }

    /// What relied on the family's default style says so from now on.
    fn name_default(&self, e: &mut Element, properties: &str, style: &str, default: Option<&str>) {
        let Some(default) = default.and_then(|id| self.renamed.get(id)) else { return };
        let Some(properties) = e.child_made(properties).filter(|p| p.child(style).is_none()) else { return };
        let mut named = Element::new(style, &[]);
        named.set_raw("w:val", default.to_owned());
        properties.put_first(named);
    }

    /// A style's id and name; none of them is a default or one of Word's own any more.
    fn rename(&self, style: &mut Element) {
        let Some(new) = style.attribute("w:styleId").and_then(|id| self.renamed.get(id)).cloned() else { return };
        let suffix = new.rsplit('_').next().unwrap_or_default().to_owned();
        style.set_raw("w:styleId", new);
        style.attributes.retain(|(name, _)| name != "w:default");
        style.set("w:customStyle", "1");
        if let Some(name) = style.child_mut("w:name") {
            let own = name.attribute("w:val").unwrap_or_default().to_owned();
            name.set_raw("w:val", format!("{own} ({suffix})"));
        }
    }
}

fn tells_even_pages(settings: &Element) -> bool {
    let told = settings.child("w:evenAndOddHeaders");
    told.is_some_and(|e| !matches!(e.attribute("w:val"), Some("0" | "false" | "off")))
}

fn element(bytes: &[u8]) -> Result<Element, BadPackage> {
    Element::read(std::str::from_utf8(bytes).map_err(|_| BadPackage::Xml)?)
}

/// Every prefix of both roots. `None` when one prefix means two things.
pub(super) fn join_namespaces(own: &mut Element, other: &Element) -> Option<()> {
    for (name, value) in &other.attributes {
        match own.attributes.iter_mut().find(|(known, _)| known == name) {
            None => own.attributes.push((name.clone(), value.clone())),
            Some((_, known)) if known == value => {}
            Some((_, known)) if name == "mc:Ignorable" => {
                for prefix in value.split_whitespace() {
                    if !known.split_whitespace().any(|own| own == prefix) {
                        known.push(' ');
                        known.push_str(prefix);
                    }
                }
            }
            Some(_) if name.starts_with("xmlns") => return None,
            Some(_) => {}
        }
    }
    Some(())
}

/// Says a family's defaults in each of its styles that stands on no other.
fn fold_defaults(styles: &mut Element, defaults: Option<&Element>) {
    let of = |outer: &str, inner: &str| defaults.and_then(|d| d.child(outer)).and_then(|d| d.child(inner)).cloned();
    let (run, paragraph) = (of("w:rPrDefault", "w:rPr"), of("w:pPrDefault", "w:pPr"));
    let roots = styles.elements_mut().filter(|e| e.name == "w:style" && e.child("w:basedOn").is_none());
    for style in roots.filter(|e| e.attribute("w:type") == Some("paragraph")) {
        for (name, default) in [("w:pPr", &paragraph), ("w:rPr", &run)] {
            let Some(default) = default else { continue };
            match style.child_mut(name) {
                None => style.push(default.clone()),
                Some(own) => fill_up(own, default),
            }
        }
        normalise::order_all(style);
    }
}

/// What `own` does not say itself.
fn fill_up(own: &mut Element, default: &Element) {
    for property in default.elements() {
        match own.child_mut(&property.name) {
            None => own.push(property.clone()),
            Some(said) => {
                for (name, value) in &property.attributes {
                    if said.attribute(name).is_none() {
                        said.attributes.push((name.clone(), value.clone()));
                    }
                }
            }
        }
    }
}
