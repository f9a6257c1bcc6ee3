//! 印刷用ファイル: many stamped documents in one, so that a day's letters are one print job.
//!
//! Each document becomes a section with headers and footers of its own; its page numbers start again, and its number of
//! pages is a PAGEREF to a bookmark at its end (NUMPAGES would count the whole file, SECTIONPAGES shows a stale value in
//! LibreOffice).

use super::docx_fault;
use super::parts::relations;
use super::xml::{Element, Node};
use crate::base::{Arg, Fault, code};
use crate::file::opc::{BadPackage, CONTENT_TYPES, OFFICE_RELATION, Package};
use crate::file::zip::{Archive, Part};

const MAIN_PART: &str = "word/document.xml";
/// Parts that merged documents share, and therefore must have in common.
const SHARED: [&str; 4] = ["word/styles.xml", "word/settings.xml", "word/fontTable.xml", "word/theme/theme1.xml"];

/// Merges documents made from forms of one office, in this order.
pub fn merge(documents: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, Fault> {
    let first = documents.first().ok_or_else(|| unmergeable("印刷する文書がありません"))?;
    let first = Package::open(first.as_ref()).map_err(docx_fault)?;
    let mut book = Book::default();
    for (index, document) in documents.iter().enumerate() {
        let package = Package::open(document.as_ref()).map_err(docx_fault)?;
        let alike = SHARED.iter().all(|part| package.part(part) == first.part(part));
        if !alike {
            return Err(unmergeable("体裁の異なる様式の文書は、一つの印刷用ファイルにできません"));
        }
        book.bind(&package, index + 1, index + 1 == documents.len())?;
    }
    book.finish(&first).map_err(docx_fault)
}

fn unmergeable(why: &'static str) -> Fault {
    Fault::new(code::FORM).with("why", Arg::ours(why))
}

#[derive(Default)]
struct Book {
    root: Option<Element>,
    /// Written out at once: the trees of a hundred documents would take tens of MiB.
    body: String,
    /// Kind, name in `word/` and bytes of each header and footer.
    margins: Vec<(String, String, String)>,
    /// How many pictures there are so far.
    drawings: usize,
}

impl Book {
    fn bind(&mut self, package: &Package, order: usize, is_last: bool) -> Result<(), Fault> {
        let mut root = Element::read(package.xml(MAIN_PART).map_err(docx_fault)?).map_err(docx_fault)?;
        let body = root.child_mut("w:body").ok_or_else(|| docx_fault(BadPackage::Xml))?;
        let mut blocks = std::mem::take(&mut body.children);
        let section = blocks.pop().and_then(|node| if let Node::Element(e) = node { Some(e) } else { None });
        let mut section = section.filter(|e| e.name == "w:sectPr").ok_or_else(|| docx_fault(BadPackage::Xml))?;
        self.take_margins(package, &mut section, order)?;
        restart_pages(&mut section);
        let Some(Node::Element(last)) = blocks.last_mut() else { return Err(docx_fault(BadPackage::Xml)) };
        if last.name != "w:p" {
            return Err(unmergeable("文書の最後が段落ではありません"));
        }
        mark_end(last, order);
        if is_last {
            blocks.push(Node::Element(section));
        } else {
            end_section(last, section);
        }
        for block in &mut blocks {
            if let Node::Element(block) = block {
                self.number_drawings(block);
            }
            block.write(&mut self.body);
        }
        self.root.get_or_insert(root);
        Ok(())
    }

    /// Pictures are numbered through the whole file.
    fn number_drawings(&mut self, block: &mut Element) {
        block.each_mut(&mut |element| {
            if element.name == "wp:docPr" {
                self.drawings += 1;
                element.set("id", &self.drawings.to_string());
            }
        });
    }

    /// Copies the section's headers and footers under names of their own.
    fn take_margins(&mut self, package: &Package, section: &mut Element, order: usize) -> Result<(), Fault> {
        let related = package.relationships(MAIN_PART).map_err(docx_fault)?;
        for reference in section.elements_mut() {
            let kind = match reference.name.as_str() {
                "w:headerReference" => "header",
                "w:footerReference" => "footer",
                _ => continue,
            };
            let id = reference.attribute("r:id").unwrap_or_default();
            let part = related.iter().find(|r| r.id == id && !r.external).ok_or_else(|| docx_fault(BadPackage::MissingPart))?;
            let xml = package.xml(&part.target).map_err(docx_fault)?;
            let xml = xml.replace(">NUMPAGES<", &format!(">PAGEREF {}<", bookmark(order)));
            let count = self.margins.len() + 1;
            reference.set("r:id", &margin_id(count));
            self.margins.push((kind.to_owned(), format!("{kind}{count}.xml"), xml));
        }
        Ok(())
    }

    fn finish(self, first: &Package) -> Result<Vec<u8>, BadPackage> {
        let mut root = self.root.ok_or(BadPackage::Xml)?;
        root.child_mut("w:body").ok_or(BadPackage::Xml)?.children = vec![Node::Text(self.body)];
        let mut archive = Archive::new();
        for entry in first.parts() {
            let name = entry.name.as_str();
            match name {
                CONTENT_TYPES => archive.add_deflated(name, content_types(first, &self.margins)?.as_bytes()),
                MAIN_PART => archive.add_deflated(name, root.to_part().as_bytes()),
                "word/_rels/document.xml.rels" => {
                    archive.add_deflated(name, document_relations(first, &self.margins)?.as_bytes())
                }
                name if is_margin(name) => {}
                super::plate::PADDED_PART => {}
                name => archive.add_deflated(name, &entry.bytes),
            }
        }
        for (_, name, xml) in &self.margins {
            archive.add_deflated(&format!("word/{name}"), xml.as_bytes());
        }
        let app = first.part(super::plate::PADDED_PART).ok_or(BadPackage::MissingPart)?;
        archive.add(&Part::stored(super::plate::PADDED_PART, app.trim_ascii_end().to_vec()));
        Ok(archive.finish())
    }
}

fn is_margin(name: &str) -> bool {
    name.starts_with("word/header") || name.starts_with("word/footer")
}

fn margin_id(count: usize) -> String {
    format!("rIdM{count}")
}

fn bookmark(order: usize) -> String {
    format!("fukan_end_{order}")
}

/// Page numbers start again in each section.
fn restart_pages(section: &mut Element) {
    section.children.retain(|node| !matches!(node, Node::Element(e) if e.name == "w:pgNumType"));
    let after = section.elements().position(|e| e.name == "w:pgMar").map_or(section.children.len(), |at| at + 1);
    section.children.insert(after, Node::Element(Element::new("w:pgNumType", &[("w:start", "1")])));
}

/// A bookmark at the end of the document's last paragraph.
fn mark_end(paragraph: &mut Element, order: usize) {
    let (id, name) = (order.to_string(), bookmark(order));
    paragraph.children.push(Node::Element(Element::new("w:bookmarkStart", &[("w:id", &id), ("w:name", &name)])));
    paragraph.children.push(Node::Element(Element::new("w:bookmarkEnd", &[("w:id", &id)])));
}

/// The section's properties go into its last paragraph: an extra one could fall on a page of its own.
fn end_section(paragraph: &mut Element, section: Element) {
    if paragraph.child("w:pPr").is_none() {
        paragraph.children.insert(0, Node::Element(Element::new("w:pPr", &[])));
    }
    if let Some(properties) = paragraph.child_mut("w:pPr") {
        properties.children.push(Node::Element(section));
    }
}

fn content_types(first: &Package, margins: &[(String, String, String)]) -> Result<String, BadPackage> {
    let mut types = Element::read(first.xml(CONTENT_TYPES)?)?;
    types.children.retain(
        |node| !matches!(node, Node::Element(e) if e.attribute("PartName").is_some_and(|n| is_margin(n.trim_start_matches('/')))),
    );
    for (kind, name, _) in margins {
        let kind = format!("application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml");
        let part = format!("/word/{name}");
        types.children.push(Node::Element(Element::new("Override", &[("PartName", &part), ("ContentType", &kind)])));
    }
    Ok(types.to_part())
}

fn document_relations(first: &Package, margins: &[(String, String, String)]) -> Result<String, BadPackage> {
    let mut all: Vec<(String, String, String)> = first
        .relationships(MAIN_PART)?
        .into_iter()
        .filter(|r| !is_margin(&r.target))
        .map(|r| {
            let target = r.target.strip_prefix("word/").unwrap_or(&r.target).to_owned();
            (r.id, format!("{OFFICE_RELATION}{}", r.kind), target)
        })
        .collect();
    for (index, (kind, name, _)) in margins.iter().enumerate() {
        all.push((margin_id(index + 1), format!("{OFFICE_RELATION}{kind}"), name.clone()));
    }
    let all: Vec<(&str, &str, &str)> = all.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    Ok(relations(&all))
}
