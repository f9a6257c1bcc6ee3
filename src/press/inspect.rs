//! 検分: what a finished Word file must not hold, and the texts that are scanned for My Numbers.

use super::docx_fault;
use super::text::{Depth, Piece, walk};
use crate::base::{Arg, Fault, code};
use crate::file::opc::{BadPackage, CONTENT_TYPES, ContentTypes, Package, attribute};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Fields that only count pages. Any other may fetch, run or ask.
const HARMLESS_FIELDS: [&str; 5] = ["PAGE", "NUMPAGES", "PAGEREF", "SECTION", "SECTIONPAGES"];
/// Elements that embed or fetch something, or would make Word ask.
const ACTIVE_ELEMENTS: [&[u8]; 8] =
    [b"w:object", b"o:OLEObject", b"w:control", b"w:altChunk", b"w:subDoc", b"w:attachedTemplate", b"w:mailMerge", b"w:htmlDiv"];
/// Relationships to things that run.
const ACTIVE_RELATIONS: [&str; 7] =
    ["oleObject", "package", "control", "vbaProject", "aFChunk", "attachedTemplate", "subDocument"];

/// Refuses macros, embedded objects, external links and fields that fetch. Else every text of the file: one entry a
/// paragraph (its runs joined; cut where a text box stands in it), and one for each text of the properties. With the package as it was
/// looked through, so that nothing else is read afterwards.
pub fn inspect(docx: &[u8]) -> Result<(Package, Vec<String>), Fault> {
    let package = Package::open(docx).map_err(docx_fault)?;
    let types = package.content_types().map_err(docx_fault)?;
    let mut texts = Vec::new();
    for entry in package.parts() {
        refuse_kind(&types, &entry.name)?;
        let is_markup = entry.name.ends_with(".xml") || entry.name.ends_with(".rels");
        if !is_markup {
            continue;
        }
        let xml = package.xml(&entry.name).map_err(docx_fault)?;
        refuse_active(xml)?;
        if entry.name.ends_with(".rels") {
            refuse_relations(&package, &entry.name)?;
        } else if entry.name != CONTENT_TYPES {
            collect(xml, &mut texts).map_err(docx_fault)?;
        }
    }
    Ok((package, texts))
}

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
    let source = rels.replacen("_rels/", "", 1);
    let source = source.strip_suffix(".rels").unwrap_or(&source);
    for relation in package.relationships(source).map_err(docx_fault)? {
        if relation.external {
            return Err(active("外部へのリンク"));
        }
        if ACTIVE_RELATIONS.iter().any(|kind| kind.eq_ignore_ascii_case(&relation.kind)) {
            return Err(active("埋め込まれたオブジェクト"));
        }
    }
    Ok(())
}

/// Goes through the markup for active elements and for the instructions of fields, which may be split over runs.
fn refuse_active(xml: &str) -> Result<(), Fault> {
    let bad = |_| docx_fault(BadPackage::Xml);
    let mut reader = Reader::from_str(xml);
    let mut instruction = String::new();
    let mut in_instruction = false;
    loop {
        match reader.read_event().map_err(bad)? {
            Event::Start(start) | Event::Empty(start) => {
                if ACTIVE_ELEMENTS.contains(&start.name().as_ref()) {
                    return Err(active("埋め込まれたオブジェクト"));
                }
                in_instruction = start.name().as_ref() == b"w:instrText";
                field(&start, &mut instruction)?;
            }
            Event::End(_) => in_instruction = false,
            Event::Text(text) if in_instruction => instruction.push_str(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(_) if in_instruction => instruction.push('?'),
            Event::Eof => return refuse_field(&instruction),
            _ => {}
        }
    }
}

fn field(start: &BytesStart<'_>, instruction: &mut String) -> Result<(), Fault> {
    match start.name().as_ref() {
        b"w:fldSimple" => refuse_field(&attribute(start, "w:instr").unwrap_or_default()),
        // At every border of a field what was gathered must be one whole harmless instruction.
        b"w:fldChar" => refuse_field(&std::mem::take(instruction)),
        _ => Ok(()),
    }
}

fn refuse_field(instruction: &str) -> Result<(), Fault> {
    match instruction.split_whitespace().next() {
        None => Ok(()),
        Some(word) if HARMLESS_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(word)) => Ok(()),
        Some(_) => Err(active("ページ番号以外のフィールド")),
    }
}

pub(super) fn collect(xml: &str, texts: &mut Vec<String>) -> Result<(), BadPackage> {
    let is_story = xml.contains("<w:p>") || xml.contains("<w:p ") || xml.contains("<w:p/>");
    if !is_story {
        return collect_plain(xml, texts);
    }
    let mut open = String::new();
    let mut take = |open: &mut String| {
        if !open.trim().is_empty() {
            texts.push(std::mem::take(open));
        }
        open.clear();
    };
    walk(xml, Depth::Everything, |piece| match piece {
        Piece::ParagraphStart | Piece::ParagraphEnd | Piece::CellEnd => take(&mut open),
        piece => piece.write(&mut open),
    })
}

/// Properties and the like: each text between two tags.
fn collect_plain(xml: &str, texts: &mut Vec<String>) -> Result<(), BadPackage> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| BadPackage::Xml)? {
            Event::Text(text) => {
                // The padding is nothing but spaces, and many.
                let text = String::from_utf8_lossy(text.trim_ascii()).trim().to_owned();
                texts.extend((!text.is_empty()).then_some(text));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
