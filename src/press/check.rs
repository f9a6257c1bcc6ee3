//! 構造検査: always on, over every form and every finished document. It knows what the Open XML SDK validator and
//! openxml-audit each catch and the other misses, as far as our documents can go wrong.

use super::docx_fault;
use super::normalise::schema_order;
use super::xml::{Element, Node};
use crate::base::Fault;
use crate::file::opc::{BadPackage, Package};
use std::collections::HashSet;

/// 不備.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Defect {
    /// The file can't be read as a Word file.
    Unreadable,
    /// A part that something points to is not there.
    MissingPart,
    /// A part whose content type is not what it is used as.
    ContentType,
    /// Children of a property element out of the schema's order.
    Order,
    /// A paragraph in a paragraph.
    Nested,
    /// A cell that does not end with a paragraph.
    EmptyCell,
    /// A word that is none of an attribute's.
    BadWord,
    /// A style that the style sheet does not have.
    UnknownStyle,
    /// A `{{…}}` that was not filled.
    LeftOverTag,
    /// A section without a footer.
    NoFooter,
}

impl Defect {
    /// In a clerk's words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "Wordファイルとして読めない所",
            Self::MissingPart => "参照先のない部品",
            Self::ContentType => "種類の違う部品",
            Self::Order => "順序の違う書式",
            Self::Nested => "段落の中の段落",
            Self::EmptyCell => "段落で終わらない表のセル",
            Self::BadWord => "決まりにない書式の値",
            Self::UnknownStyle => "定義のないスタイル",
            Self::LeftOverTag => "埋まらない差し込み欄",
            Self::NoFooter => "フッターのない節",
        }
    }
}

/// Attributes with a closed set of words, as far as we write them.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("w:jc", "w:val", &["left", "center", "right", "both", "distribute", "start", "end", "numTab", "thaiDistribute"]),
    ("w:br", "w:type", &["page", "column", "textWrapping"]),
    ("w:fldChar", "w:fldCharType", &["begin", "separate", "end"]),
    ("w:spacing", "w:lineRule", &["auto", "exact", "atLeast"]),
    ("w:vAlign", "w:val", &["top", "center", "both", "bottom"]),
    ("w:tblLayout", "w:type", &["fixed", "autofit"]),
    ("w:footerReference", "w:type", &["default", "first", "even"]),
    ("w:headerReference", "w:type", &["default", "first", "even"]),
    (
        "w:shd",
        "w:val",
        &["clear", "nil", "solid", "pct5", "pct10", "pct12", "pct15", "pct20", "pct25", "pct30", "pct40", "pct50"],
    ),
    ("w:trHeight", "w:hRule", &["auto", "exact", "atLeast"]),
    ("w:tab", "w:val", &["left", "center", "right", "decimal", "clear", "bar", "num", "start", "end"]),
    ("w:framePr", "w:hRule", &["auto", "exact", "atLeast"]),
    ("w:framePr", "w:wrap", &["auto", "notBeside", "around", "tight", "through", "none"]),
];

/// What each relationship of a document must point to.
const TYPES: &[(&str, &str)] = &[
    ("styles", "styles+xml"),
    ("settings", "settings+xml"),
    ("fontTable", "fontTable+xml"),
    ("header", "header+xml"),
    ("footer", "footer+xml"),
    ("theme", "theme+xml"),
    ("numbering", "numbering+xml"),
    ("footnotes", "footnotes+xml"),
    ("endnotes", "endnotes+xml"),
];

/// Every kind of defect that a document has, each once; none in a good one.
pub fn check(docx: &[u8]) -> Vec<Defect> {
    let mut found = Found::default();
    match Package::open(docx).map_err(docx_fault).and_then(|package| look(&package, &mut found)) {
        Ok(()) => {}
        Err(_) if found.all.is_empty() => found.add(Defect::Unreadable),
        Err(_) => {}
    }
    found.all
}

#[derive(Default)]
struct Found {
    all: Vec<Defect>,
    /// Whether a section before this one had a footer, which the next ones then share.
    footer: bool,
}

impl Found {
    fn add(&mut self, defect: Defect) {
        if !self.all.contains(&defect) {
            self.all.push(defect);
        }
    }
}

fn look(package: &Package, found: &mut Found) -> Result<(), Fault> {
    let main = package.main_document().map_err(docx_fault)?;
    let read = |part: &str| package.xml(part).and_then(Element::read);
    let types = package.content_types().map_err(docx_fault)?;
    match types.of(&main) {
        Some(kind) if kind.ends_with("document.main+xml") => {}
        _ => found.add(Defect::ContentType),
    }
    let related = package.relationships(&main).map_err(docx_fault)?;
    let mut stories = vec![main];
    for relation in related.iter().filter(|r| !r.external) {
        if package.part(&relation.target).is_none() {
            found.add(Defect::MissingPart);
            continue;
        }
        let kind = types.of(&relation.target).unwrap_or_default();
        if TYPES.iter().any(|(name, end)| *name == relation.kind && !kind.ends_with(end)) {
            found.add(Defect::ContentType);
        }
        if matches!(relation.kind.as_str(), "header" | "footer") {
            stories.push(relation.target.clone());
            let pictures = package.relationships(&relation.target).map_err(docx_fault)?;
            if pictures.iter().any(|r| !r.external && package.part(&r.target).is_none()) {
                found.add(Defect::MissingPart);
            }
        }
    }
    let styles = related.iter().find(|r| r.kind == "styles").map(|r| read(&r.target)).transpose().map_err(docx_fault)?;
    let mut ids = HashSet::new();
    if let Some(styles) = &styles {
        ids.extend(styles.elements().filter_map(|e| e.attribute("w:styleId")));
        element(styles, &mut Vec::new(), &HashSet::new(), found);
    }
    for story in &stories {
        let root = read(story).map_err(|bad: BadPackage| docx_fault(bad))?;
        element(&root, &mut Vec::new(), &ids, found);
    }
    Ok(())
}

/// Looks at an element and all below it. `open` gathers the texts of the open paragraphs, so that a split tag is seen.
fn element(e: &Element, open: &mut Vec<String>, styles: &HashSet<&str>, found: &mut Found) {
    if let Some(order) = schema_order(&e.name) {
        // What Word adds beyond what we write is for it to place.
        let places: Vec<usize> = e.elements().filter_map(|c| place(order, &c.name)).collect();
        if places.windows(2).any(|pair| pair[0] > pair[1]) {
            found.add(Defect::Order);
        }
    }
    for (_, attribute, words) in WORDS.iter().filter(|(name, ..)| *name == e.name) {
        if e.attribute(attribute).is_some_and(|value| !words.contains(&value)) {
            found.add(Defect::BadWord);
        }
    }
    match e.name.as_str() {
        "w:p" => {
            if e.elements().any(|c| c.name == "w:p") {
                found.add(Defect::Nested);
            }
            open.push(String::new());
        }
        "w:tc" if e.elements().last().is_none_or(|c| c.name != "w:p") => found.add(Defect::EmptyCell),
        "w:pStyle" | "w:rStyle" | "w:tblStyle" if e.attribute("w:val").is_some_and(|id| !styles.contains(id)) => {
            found.add(Defect::UnknownStyle);
        }
        "w:sectPr" => {
            found.footer |= e.elements().any(|c| c.name == "w:footerReference");
            if !found.footer {
                found.add(Defect::NoFooter);
            }
        }
        _ => {}
    }
    for child in &e.children {
        match child {
            Node::Element(child) => element(child, open, styles, found),
            Node::Text(text) if e.name == "w:t" => open.iter_mut().last().into_iter().for_each(|line| line.push_str(text)),
            Node::Text(_) => {}
        }
    }
    if e.name == "w:p" {
        let line = open.pop().unwrap_or_default();
        if line.contains("{{") || line.contains("｛｛") {
            found.add(Defect::LeftOverTag);
        }
    }
}

fn place(order: &[&str], name: &str) -> Option<usize> {
    let name = name.strip_prefix("w:")?;
    order.iter().position(|n| *n == name)
}
