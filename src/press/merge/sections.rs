//! 節: where a letter begins and ends in the file, and how its pages are counted.

use super::unmergeable;
use crate::base::Fault;
use crate::file::opc::BadPackage;
use crate::press::docx_fault;
use crate::press::text::END_MARK;
use crate::press::xml::{Element, Node};

/// The sections that end within a block.
pub(super) fn sections<'e>(node: &'e mut Node, found: &mut Vec<&'e mut Element>) {
    let Node::Element(element) = node else { return };
    if element.name == "w:sectPr" {
        found.push(element);
        return;
    }
    element.children.iter_mut().for_each(|child| sections(child, found));
}

/// A letter begins on a page of its own, which is number 1; how numbers look stays.
pub(super) fn restart_pages(section: &mut Element) {
    let mut numbers = section.child("w:pgNumType").cloned().unwrap_or_else(|| Element::new("w:pgNumType", &[]));
    numbers.set("w:start", "1");
    section.remove(&["w:type", "w:pgNumType"]);
    let before = ["w:pgMar", "w:paperSrc", "w:pgBorders", "w:lnNumType"];
    let last = section.children.iter().rposition(|node| node.is_one_of(&before));
    section.children.insert(last.map_or(section.children.len(), |at| at + 1), Node::Element(numbers));
}

/// Header or footer, and for which pages.
pub(super) fn pages_of(reference: &Element) -> Option<(String, String)> {
    let is_one = reference.name.ends_with("Reference");
    is_one.then(|| (reference.name.clone(), reference.attribute("w:type").unwrap_or_default().to_owned()))
}

/// A bookmark at the end of the document's last paragraph.
pub(super) fn mark_end(paragraph: &mut Element, order: usize) {
    let (id, name) = (order.to_string(), bookmark(order));
    paragraph.push(Element::new("w:bookmarkStart", &[("w:id", &id), ("w:name", &name)]));
    paragraph.push(Element::new("w:bookmarkEnd", &[("w:id", &id)]));
}

/// The section's properties go into its last paragraph: an extra one could fall on a page of its own.
pub(super) fn end_section(paragraph: &mut Element, section: Element) -> Result<(), Fault> {
    let properties = paragraph.child_made("w:pPr").ok_or_else(|| docx_fault(BadPackage::Xml))?;
    // A paragraph can end one section only.
    if properties.child("w:sectPr").is_some() {
        return Err(unmergeable("文書の最後の段落に、節の区切りがあります"));
    }
    properties.push(section);
    Ok(())
}

/// How many pages there are is told of the letter, not of the whole file.
pub(super) fn own_pages(xml: String, order: usize) -> String {
    if !xml.contains("NUMPAGES") {
        return xml;
    }
    let xml = xml.replace(">NUMPAGES<", &format!(">PAGEREF {}<", bookmark(order)));
    xml.replace("w:instr=\"NUMPAGES\"", &format!("w:instr=\"PAGEREF {}\"", bookmark(order)))
}

fn bookmark(order: usize) -> String {
    format!("{END_MARK}{order}")
}
