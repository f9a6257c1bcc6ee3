//! OPC: the parts of a package, their content types and relationships, as far as a Word file needs them.

use super::zip::{self, BadZip, Entry, Limits};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// The name of the part that tells the types of the others.
pub const CONTENT_TYPES: &str = "[Content_Types].xml";
/// The beginning of every relationship type of the transitional schema.
pub const OFFICE_RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

/// 拒否の理由.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPackage {
    /// The ZIP around it.
    Zip(BadZip),
    /// A part that must be there is not.
    MissingPart,
    /// A part that is no well-formed XML, or holds a DOCTYPE.
    Xml,
}

impl BadPackage {
    /// Why, in a clerk's words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Zip(bad) => bad.reason(),
            Self::MissingPart => "Wordファイルとして必要な部品がありません",
            Self::Xml => "中のXMLが壊れています",
        }
    }
}

impl From<BadZip> for BadPackage {
    fn from(bad: BadZip) -> Self {
        Self::Zip(bad)
    }
}

/// 関係: one relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// rId1 and so on.
    pub id: String,
    /// The last word of its type: footer, styles, attachedTemplate …
    pub kind: String,
    /// What it points to, as a part name without the leading slash; as written when external.
    pub target: String,
    /// Whether it leaves the package.
    pub external: bool,
}

/// パッケージ: all parts of a file, in order.
pub struct Package {
    parts: Vec<Entry>,
}

impl Package {
    /// Opens a Word file.
    pub fn open(bytes: &[u8]) -> Result<Self, BadPackage> {
        Self::open_within(bytes, &Limits::WORD)
    }

    /// The same within bounds of one's own.
    pub fn open_within(bytes: &[u8], limits: &Limits) -> Result<Self, BadPackage> {
        Ok(Self { parts: zip::read(bytes, limits)? })
    }

    /// Parts that were read already.
    pub fn of(parts: Vec<Entry>) -> Self {
        Self { parts }
    }

    /// All parts, in order, to be kept.
    pub fn into_parts(self) -> Vec<Entry> {
        self.parts
    }

    /// The bytes of a part.
    pub fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.iter().find(|p| p.name.eq_ignore_ascii_case(name)).map(|p| p.bytes.as_slice())
    }

    /// The text of a part that must be there.
    pub fn xml(&self, name: &str) -> Result<&str, BadPackage> {
        std::str::from_utf8(self.part(name).ok_or(BadPackage::MissingPart)?).map_err(|_| BadPackage::Xml)
    }

    /// All parts, in order.
    pub fn parts(&self) -> &[Entry] {
        &self.parts
    }

    /// The relationships of a part; of the package itself for "".
    pub fn relationships(&self, source: &str) -> Result<Vec<Relationship>, BadPackage> {
        let name = relationships_part(source);
        if self.part(&name).is_none() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for_each_element(self.xml(&name)?, |element| {
            if element.local_name().as_ref() == b"Relationship" {
                found.push(relationship(element, source)?);
            }
            Some(())
        })?;
        Ok(found)
    }

    /// The name of the main document part.
    pub fn main_document(&self) -> Result<String, BadPackage> {
        let all = self.relationships("")?;
        all.into_iter().find(|r| r.kind == "officeDocument" && !r.external).map(|r| r.target).ok_or(BadPackage::MissingPart)
    }

    /// What the package says that its parts are.
    pub fn content_types(&self) -> Result<ContentTypes, BadPackage> {
        let mut types = ContentTypes::default();
        for_each_element(self.xml(CONTENT_TYPES)?, |element| {
            let (list, key) = match element.local_name().as_ref() {
                b"Override" => (&mut types.own, attribute(element, "PartName")?.trim_start_matches('/').to_ascii_lowercase()),
                b"Default" => (&mut types.by_extension, attribute(element, "Extension")?.to_ascii_lowercase()),
                _ => return Some(()),
            };
            // Of two entries for one part the last counts.
            match attribute(element, "ContentType") {
                Some(kind) => drop(list.insert(key, kind)),
                None => drop(list.remove(&key)),
            }
            Some(())
        })?;
        Ok(types)
    }
}

/// 部品の種類: the content type of each part, by its own entry or by its extension; names without regard to case.
#[derive(Debug, Default)]
pub struct ContentTypes {
    own: HashMap<String, String>,
    by_extension: HashMap<String, String>,
}

impl ContentTypes {
    /// That of one part.
    pub fn of(&self, part: &str) -> Option<&str> {
        let part = part.to_ascii_lowercase();
        let extension = part.rsplit_once('.').map_or("", |(_, extension)| extension);
        self.own.get(&part).or_else(|| self.by_extension.get(extension)).map(String::as_str)
    }
}

/// Where the relationships of a part stand.
pub fn relationships_part(source: &str) -> String {
    match source.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{source}.rels"),
    }
}

/// The value of an attribute, unescaped.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok()??;
    let raw = std::str::from_utf8(&found.value).ok()?;
    Some(quick_xml::escape::unescape(raw).ok()?.into_owned())
}

fn relationship(element: &BytesStart<'_>, source: &str) -> Option<Relationship> {
    let kind = attribute(element, "Type")?;
    let target = attribute(element, "Target")?;
    let external = attribute(element, "TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("External"));
    Some(Relationship {
        id: attribute(element, "Id")?,
        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
        target: if external { target } else { resolve(source, &target) },
        external,
    })
}

/// A target is told from the folder of its source, or from the root when it begins with a slash.
fn resolve(source: &str, target: &str) -> String {
    if let Some(rooted) = target.strip_prefix('/') {
        return rooted.to_owned();
    }
    let mut path: Vec<&str> = source.split('/').collect();
    path.pop();
    for step in target.split('/') {
        match step {
            ".." => drop(path.pop()),
            "." => {}
            step => path.push(step),
        }
    }
    path.join("/")
}

fn for_each_element(xml: &str, mut visit: impl FnMut(&BytesStart<'_>) -> Option<()>) -> Result<(), BadPackage> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| BadPackage::Xml)? {
            Event::Start(element) | Event::Empty(element) => visit(&element).ok_or(BadPackage::Xml)?,
            Event::DocType(_) => return Err(BadPackage::Xml),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_from_the_folder_of_their_source() {
        assert_eq!(resolve("word/document.xml", "footer1.xml"), "word/footer1.xml");
        assert_eq!(resolve("word/document.xml", "../docProps/app.xml"), "docProps/app.xml");
        assert_eq!(resolve("", "word/document.xml"), "word/document.xml");
        assert_eq!(resolve("word/document.xml", "/a/b.xml"), "a/b.xml");
    }

    #[test]
    fn relationships_stand_beside_their_source() {
        assert_eq!(relationships_part(""), "_rels/.rels");
        assert_eq!(relationships_part("word/document.xml"), "word/_rels/document.xml.rels");
    }
}
