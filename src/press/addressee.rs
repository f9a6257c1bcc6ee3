//! 窓の宛先: what stands in the envelope's window of a letter, and letters small enough that all of it stays there.

use super::normalise::order_all;
use super::styles;
use super::xml::{Element, Node};
use super::{Plate, docx_fault};
use crate::base::Fault;
use crate::file::opc::{BadPackage, Package};
use crate::letter::{Look, lines};

/// 窓: the lines in the window of a letter; none when its form has no window. To the right of a tab stand marks of the envelope.
pub fn in_window(docx: &[u8]) -> Result<Vec<String>, Fault> {
    let package = Package::open(docx).map_err(docx_fault)?;
    let main = package.main_document().map_err(docx_fault)?;
    let root = Element::read(package.xml(&main).map_err(docx_fault)?).map_err(docx_fault)?;
    let lines = shown(&root);
    let address = lines.iter().filter_map(|line| line.split('\t').next());
    Ok(address.filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
}

/// 枠: the place that a form has for the addressee, and how large its letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Twentieths of a point.
    width: u32,
    height: u32,
    /// Half points.
    size: u32,
}

impl Field {
    /// That of a form; none where it has no window, or one without a size of its own.
    pub fn of(package: &Package, main: &str) -> Result<Option<Self>, BadPackage> {
        let xml = package.xml(main)?;
        let style = styles::id(Look::Window);
        if !xml.contains(&style) {
            return Ok(None);
        }
        let root = Element::read(xml)?;
        let frame = paragraphs(&root).find_map(|p| p.child("w:pPr")?.child("w:framePr"));
        let Some((width, height)) = frame.and_then(|frame| Some((number(frame, "w:w")?, number(frame, "w:h")?))) else {
            return Ok(None);
        };
        let runs = paragraphs(&root).flat_map(Element::elements).filter(|run| run.name == "w:r");
        let written = runs.filter_map(size_of).max();
        let size = match written {
            Some(size) => size,
            None => styled(package, main, &style)?.unwrap_or(lines::SMALLEST),
        };
        Ok(Some(Self { width, height, size }))
    }

    /// Whether these lines stay in it, however small.
    pub fn has_room(&self, lines: &[String]) -> bool {
        self.largest(lines).is_some()
    }

    /// The document with letters that its lines have room for; the smallest where there are none. As it is where its own are small enough.
    pub fn fitted(&self, document: String) -> Result<String, BadPackage> {
        let mut root = Element::read(&document)?;
        let size = self.largest(&shown(&root)).unwrap_or(lines::SMALLEST);
        if size >= self.size {
            return Ok(document);
        }
        let Some(body) = root.child_mut("w:body") else { return Ok(document) };
        body.elements_mut().filter(|p| is_window(p)).for_each(|paragraph| shrink(paragraph, size));
        Ok(root.to_part())
    }

    fn largest(&self, shown: &[String]) -> Option<u32> {
        let texts = || shown.iter().map(String::as_str);
        let fits = lines::height(texts(), self.size, self.width) <= self.height;
        if fits { Some(self.size) } else { lines::largest(texts(), self.size, (self.width, self.height)) }
    }
}

impl Plate {
    /// Whether an addressee of these lines stays in the envelope's window; a form without one has room for all.
    pub fn has_room(&self, lines: &[String]) -> bool {
        self.window().is_none_or(|field| field.has_room(lines))
    }
}

fn is_window(p: &Element) -> bool {
    let own = p.child("w:pPr").and_then(|properties| properties.child("w:pStyle"));
    p.name == "w:p" && own.and_then(|own| own.attribute("w:val")) == Some(styles::id(Look::Window).as_str())
}

fn paragraphs(root: &Element) -> impl Iterator<Item = &Element> {
    root.child("w:body").into_iter().flat_map(Element::elements).filter(|p| is_window(p))
}

fn number(element: &Element, attribute: &str) -> Option<u32> {
    element.attribute(attribute)?.parse().ok()
}

/// The size that an element's own rPr states.
fn size_of(element: &Element) -> Option<u32> {
    number(element.child("w:rPr")?.child("w:sz")?, "w:val")
}

/// The size of a style.
fn styled(package: &Package, main: &str, id: &str) -> Result<Option<u32>, BadPackage> {
    let related = package.relationships(main)?;
    let Some(styles) = related.iter().find(|r| r.kind == "styles") else { return Ok(None) };
    let root = Element::read(package.xml(&styles.target)?)?;
    Ok(root.elements().find(|style| style.attribute("w:styleId") == Some(id)).and_then(size_of))
}

/// The lines in the window with their marks.
fn shown(root: &Element) -> Vec<String> {
    let mut text = String::new();
    for paragraph in paragraphs(root) {
        said(paragraph, &mut text);
        text.push('\n');
    }
    text.split('\n').filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

fn said(element: &Element, out: &mut String) {
    for child in element.elements() {
        match child.name.as_str() {
            "w:br" => out.push('\n'),
            "w:tab" => out.push('\t'),
            "w:pPr" => {}
            "w:t" => child.children.iter().for_each(|node| {
                if let Node::Text(text) = node {
                    out.push_str(&unescaped(text));
                }
            }),
            _ => said(child, out),
        }
    }
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), Into::into)
}

/// Sets a paragraph in letters of so many half points.
fn shrink(paragraph: &mut Element, size: u32) {
    let set = |element: &mut Element, name: &str, attributes: &[(&str, &str)]| {
        element.remove(&[name]);
        element.push(Element::new(name, attributes));
    };
    if let Some(properties) = paragraph.child_made("w:pPr") {
        let line = lines::pitch(size).to_string();
        set(properties, "w:spacing", &[("w:before", "0"), ("w:after", "0"), ("w:line", &line), ("w:lineRule", "exact")]);
    }
    for run in paragraph.elements_mut().filter(|run| run.name == "w:r") {
        if let Some(properties) = run.child_made("w:rPr") {
            ["w:sz", "w:szCs"].into_iter().for_each(|name| set(properties, name, &[("w:val", &size.to_string())]));
        }
    }
    order_all(paragraph);
}
