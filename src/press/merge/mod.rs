//! 印刷用ファイル: many stamped documents in one, so that a day's letters are one print job.
//!
//! Each document becomes sections with headers and footers of their own; its page numbers start again, and its number of pages is a
//! PAGEREF to a bookmark at its end (NUMPAGES would count the whole file, SECTIONPAGES shows a stale value in LibreOffice).
//! Documents of one look share their styles; an office's own forms bring theirs along under names of their own (`family`).

mod family;
mod fonts;
mod lists;
mod sections;

use super::docx_fault;
use super::parts::{self, content_types, relations, target};
use super::xml::{Element, Node};
use crate::base::{Arg, Fault, code};
use crate::file::opc::{BadPackage, CONTENT_TYPES, ContentTypes, Package, Relationship, relationships_part};
use crate::file::zip::{Archive, Part};
use family::{Families, Letter};
use sections::{end_section, mark_end, own_pages, pages_of, restart_pages, sections};
use std::collections::BTreeSet;

const MAIN_PART: &str = "word/document.xml";

/// Merges documents made from forms of one office, in this order.
pub fn merge(documents: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, Fault> {
    let first = documents.first().ok_or_else(|| unmergeable("印刷する文書がありません"))?;
    let first = Package::open(first.as_ref()).map_err(docx_fault)?;
    let mut book = Book::default();
    for document in documents {
        // All looks first: whether even pages are told apart holds for the whole file.
        let package = Package::open(document.as_ref()).map_err(docx_fault)?;
        let related = package.relationships(&package.main_document().map_err(docx_fault)?).map_err(docx_fault)?;
        book.families.letter(&package, &related).map_err(docx_fault)?;
    }
    for (index, document) in documents.iter().enumerate() {
        let package = Package::open(document.as_ref()).map_err(docx_fault)?;
        book.bind(&package, index + 1, index + 1 == documents.len())?;
    }
    book.finish(&first).map_err(docx_fault)
}

fn unmergeable(why: &'static str) -> Fault {
    Fault::new(code::FORM).with("why", Arg::ours(why))
}

/// A header or footer, under its new name in `word/`.
struct Margin {
    kind: &'static str,
    name: String,
    xml: String,
    related: Vec<Relationship>,
}

#[derive(Default)]
struct Book {
    root: Option<Element>,
    /// Written out at once: the trees of a hundred documents would take tens of MiB.
    body: String,
    margins: Vec<Margin>,
    /// Name, bytes and content type of each picture; the same one once.
    pictures: Vec<(String, Vec<u8>, String)>,
    families: Families,
    /// Ids of drawings, unique in the whole file.
    drawings: u32,
    /// Which headers and footers some letter has, and for which pages.
    shown: BTreeSet<(String, String)>,
}

impl Book {
    fn bind(&mut self, package: &Package, order: usize, is_last: bool) -> Result<(), Fault> {
        let main = package.main_document().map_err(docx_fault)?;
        let mut root = Element::read(package.xml(&main).map_err(docx_fault)?).map_err(docx_fault)?;
        let related = package.relationships(&main).map_err(docx_fault)?;
        let mut letter = self.families.letter(package, &related).map_err(docx_fault)?;
        self.point_to_pictures(&mut root, package, &related)?;
        self.families.dress(&mut root, &mut letter);
        let body = root.child_mut("w:body").ok_or_else(|| docx_fault(BadPackage::Xml))?;
        let mut blocks = std::mem::take(&mut body.children);
        let section = blocks.pop().and_then(|node| if let Node::Element(e) = node { Some(e) } else { None });
        let mut section = section.filter(|e| e.name == "w:sectPr").ok_or_else(|| docx_fault(BadPackage::Xml))?;
        let mut inner: Vec<&mut Element> = Vec::new();
        blocks.iter_mut().for_each(|node| sections(node, &mut inner));
        inner.push(&mut section);
        for (index, section) in inner.into_iter().enumerate() {
            self.take_margins(package, section, (order, &related), &mut letter)?;
            self.leave_nothing_open(section, &letter, index == 0);
            if index == 0 {
                restart_pages(section);
            }
            self.shown.extend(section.elements().filter_map(pages_of));
        }
        let Some(Node::Element(last)) = blocks.last_mut() else { return Err(docx_fault(BadPackage::Xml)) };
        if last.name != "w:p" {
            return Err(unmergeable("文書の最後が段落ではありません"));
        }
        mark_end(last, order);
        if is_last {
            blocks.push(Node::Element(section));
        } else {
            end_section(last, section)?;
        }
        let mut own = String::new();
        blocks.iter().for_each(|block| block.write(&mut own));
        self.body.push_str(&own_pages(own, order));
        match &mut self.root {
            None => self.root = Some(root),
            Some(own) => family::join_namespaces(own, &root).ok_or_else(|| unmergeable("様式の名前空間が合いません"))?,
        }
        Ok(())
    }

    /// Copies the section's headers and footers under names of their own.
    fn take_margins(
        &mut self,
        package: &Package,
        section: &mut Element,
        (order, related): (usize, &[Relationship]),
        letter: &mut Letter,
    ) -> Result<(), Fault> {
        // Odd and even pages may show the same one.
        let mut taken: Vec<(String, String)> = Vec::new();
        for reference in section.elements_mut() {
            let kind = match reference.name.as_str() {
                "w:headerReference" => "header",
                "w:footerReference" => "footer",
                _ => continue,
            };
            let id = reference.attribute("r:id").unwrap_or_default().to_owned();
            if let Some((_, own)) = taken.iter().find(|(known, _)| *known == id) {
                reference.set("r:id", own);
                continue;
            }
            let part = related.iter().find(|r| r.id == id && !r.external).ok_or_else(|| docx_fault(BadPackage::MissingPart))?;
            let xml = package.xml(&part.target).map_err(docx_fault)?;
            let own = package.relationships(&part.target).map_err(docx_fault)?;
            let mut root = Element::read(xml).map_err(docx_fault)?;
            let pictures = self.pictures_of(package, &own)?;
            self.families.dress(&mut root, letter);
            self.number_drawings(&mut root);
            let xml = own_pages(root.to_part(), order);
            let count = self.margins.len() + 1;
            reference.set("r:id", &margin_id(count));
            taken.push((id, margin_id(count)));
            self.margins.push(Margin { kind, name: format!("word/{kind}{count}.xml"), xml, related: pictures });
        }
        Ok(())
    }

    /// What a section does not say of first or even pages it takes from the one before, which is another letter's where a letter begins;
    /// and where only other letters tell even pages apart, this one's would be blank. They show what all pages of the section do.
    fn leave_nothing_open(&self, section: &mut Element, letter: &Letter, begins: bool) {
        let own: Vec<(String, String)> = section.elements().filter_map(pages_of).collect();
        let lacks_even = self.families.lacks_even_pages(letter);
        let all = own.iter().filter(|(_, pages)| lacks_even && pages == "default");
        let even: Vec<_> = all.map(|(name, _)| (name.clone(), "even".to_owned())).collect();
        let unsaid = self.shown.iter().filter(|shown| begins && !own.contains(shown) && !even.contains(shown));
        let unsaid: Vec<_> = unsaid.cloned().collect();
        for (name, pages) in even.into_iter().chain(unsaid) {
            let all = section.elements().find(|e| e.name == name && e.attribute("w:type") == Some("default"));
            if let Some(mut reference) = all.cloned() {
                reference.set("w:type", &pages);
                section.put_first(reference);
            }
        }
    }

    /// What a part points to, with the pictures' names in this file.
    fn pictures_of(&mut self, package: &Package, related: &[Relationship]) -> Result<Vec<Relationship>, Fault> {
        let types = package.content_types().map_err(docx_fault)?;
        let pictures = related.iter().filter(|r| r.kind == "image" && !r.external);
        pictures.map(|r| Ok(Relationship { target: self.picture(package, &types, &r.target)?, ..r.clone() })).collect()
    }

    fn picture(&mut self, package: &Package, types: &ContentTypes, name: &str) -> Result<String, Fault> {
        let bytes = package.part(name).ok_or_else(|| docx_fault(BadPackage::MissingPart))?;
        if let Some((own, ..)) = self.pictures.iter().find(|(_, known, _)| known == bytes) {
            return Ok(own.clone());
        }
        let extension = name.rsplit('.').next().unwrap_or_default();
        let own = format!("word/media/image{}.{extension}", self.pictures.len() + 1);
        self.pictures.push((own.clone(), bytes.to_vec(), types.of(name).unwrap_or_default().to_owned()));
        Ok(own)
    }

    /// Pictures of the body get the ids that they have in this file.
    fn point_to_pictures(&mut self, root: &mut Element, package: &Package, related: &[Relationship]) -> Result<(), Fault> {
        let pictures = self.pictures_of(package, related)?;
        if pictures.is_empty() && related.iter().all(|r| r.kind != "image") {
            self.number_drawings(root);
            return Ok(());
        }
        let places: Vec<(String, String)> = pictures
            .iter()
            .filter_map(|r| Some((r.id.clone(), picture_id(self.pictures.iter().position(|(name, ..)| *name == r.target)?))))
            .collect();
        root.each_mut(&mut |element| {
            for (_, value) in element.attributes.iter_mut().filter(|(name, _)| name.starts_with("r:") || name.starts_with("o:")) {
                if let Some((_, new)) = places.iter().find(|(old, _)| old == value) {
                    new.clone_into(value);
                }
            }
        });
        self.number_drawings(root);
        Ok(())
    }

    fn number_drawings(&mut self, root: &mut Element) {
        let next = &mut self.drawings;
        root.each_mut(&mut |element| {
            if matches!(element.name.as_str(), "wp:docPr" | "pic:cNvPr") {
                *next += 1;
                element.set("id", &next.to_string());
            }
        });
    }

    fn finish(self, first: &Package) -> Result<Vec<u8>, BadPackage> {
        let mut root = self.root.ok_or(BadPackage::Xml)?;
        root.child_mut("w:body").ok_or(BadPackage::Xml)?.children = vec![Node::Text(self.body)];
        let shared = self.families.finish(first)?;
        let mut kinds: Vec<(&str, String)> = vec![(MAIN_PART, word_type("document.main"))];
        kinds.extend(shared.iter().map(|part| (part.name.as_str(), part.kind.clone())));
        kinds.extend(self.margins.iter().map(|margin| (margin.name.as_str(), word_type(margin.kind))));
        kinds.extend(self.pictures.iter().map(|(name, _, kind)| (name.as_str(), kind.clone())));
        let kinds: Vec<(&str, &str)> = kinds.iter().map(|(name, kind)| (*name, kind.as_str())).collect();
        let mut archive = Archive::new();
        archive.add_deflated(CONTENT_TYPES, content_types(&kinds).as_bytes());
        for name in ["_rels/.rels", "docProps/core.xml"] {
            archive.add_deflated(name, first.part(name).ok_or(BadPackage::MissingPart)?);
        }
        archive.add_deflated(MAIN_PART, root.to_part().as_bytes());
        let mut all: Vec<(String, &str, &str)> = Vec::new();
        all.extend(
            shared.iter().enumerate().map(|(index, part)| (format!("rId{}", index + 1), part.relation, part.name.as_str())),
        );
        let margins = self.margins.iter().enumerate();
        all.extend(margins.map(|(index, margin)| (margin_id(index + 1), margin.kind, margin.name.as_str())));
        all.extend(self.pictures.iter().enumerate().map(|(index, (name, ..))| (picture_id(index), "image", name.as_str())));
        archive.add_deflated(&relationships_part(MAIN_PART), written(MAIN_PART, &all).as_bytes());
        for part in &shared {
            archive.add_deflated(&part.name, &part.bytes);
        }
        for margin in &self.margins {
            archive.add_deflated(&margin.name, margin.xml.as_bytes());
            if !margin.related.is_empty() {
                let all: Vec<_> = margin.related.iter().map(|r| (r.id.clone(), r.kind.as_str(), r.target.as_str())).collect();
                archive.add_deflated(&relationships_part(&margin.name), written(&margin.name, &all).as_bytes());
            }
        }
        for (name, bytes, _) in &self.pictures {
            archive.add_deflated(name, bytes);
        }
        let app = first.part(super::plate::PADDED_PART).ok_or(BadPackage::MissingPart)?;
        archive.add(&Part::stored(super::plate::PADDED_PART, app.trim_ascii_end().to_vec()));
        Ok(archive.finish())
    }
}

/// The relationships of a part, as they are written.
fn written(source: &str, all: &[(String, &str, &str)]) -> String {
    let all: Vec<_> = all.iter().map(|(id, kind, part)| (id, parts::relation_type(kind), target(source, part))).collect();
    let all: Vec<_> = all.iter().map(|(id, kind, part)| (id.as_str(), kind.as_str(), part.as_str())).collect();
    relations(&all)
}

fn word_type(kind: &str) -> String {
    format!("{}.{kind}+xml", parts::WORD_TYPE)
}

fn margin_id(count: usize) -> String {
    format!("rIdM{count}")
}

fn picture_id(index: usize) -> String {
    format!("rIdP{}", index + 1)
}
