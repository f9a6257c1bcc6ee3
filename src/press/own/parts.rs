//! 部品: the parts of a form that are kept, their kinds and what they point to, laid anew like a form of ours.

use crate::file::opc::{BadPackage, Package, Relationship, relationships_part};
use crate::file::zip::{Archive, Part};
use crate::letter::{LetterKind, Wording};
use crate::press::parts::{self, relations, target};
use crate::press::plate::PADDED_PART;
use std::collections::HashSet;

/// Where the document of every form of ours stands.
pub(super) const MAIN_PART: &str = "word/document.xml";
/// What a document may point to. Everything else is left out: thumbnails, glossaries, printers, the maker's templates.
pub(super) const KEPT: [&str; 10] =
    ["styles", "settings", "fontTable", "theme", "numbering", "header", "footer", "image", "customXml", "customXmlProps"];

/// One part.
pub(super) struct Kept {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Its content type.
    pub kind: String,
    /// Whether it is shown as a picture.
    pub is_picture: bool,
    /// What it points to.
    pub related: Vec<Relationship>,
}

/// The parts, the document first.
pub(super) struct Form {
    pub parts: Vec<Kept>,
}

impl Kept {
    /// Whether it is Word's own markup, and not a picture, the theme or somebody's data.
    pub fn is_words(&self) -> bool {
        self.kind.contains("wordprocessingml") && self.kind.ends_with("+xml")
    }
}

impl Form {
    /// What can be reached from the document, of its headers and footers those `shown`. It is called `word/document.xml` from here on.
    pub fn read(package: &Package, main: &str, shown: &HashSet<String>) -> Result<Self, BadPackage> {
        let types = package.content_types()?;
        let renamed = |name: &str| if name == main { MAIN_PART.to_owned() } else { name.to_owned() };
        let (mut parts, mut seen, mut next) = (Vec::new(), HashSet::from([main.to_owned()]), vec![main.to_owned()]);
        let mut pictures = HashSet::new();
        while let Some(name) = next.pop() {
            let mut related = package.relationships(&name)?;
            related.retain(|r| !r.external && KEPT.contains(&r.kind.as_str()) && !is_properties(&r.target));
            related.retain(|r| !is_margin(r) || shown.contains(&r.id));
            pictures.extend(related.iter().filter(|r| r.kind == "image").map(|r| r.target.clone()));
            for relation in &related {
                if seen.insert(relation.target.clone()) {
                    next.push(relation.target.clone());
                }
            }
            let bytes = package.part(&name).ok_or(BadPackage::MissingPart)?.to_vec();
            let kind = types.of(&name).ok_or(BadPackage::MissingPart)?.to_owned();
            parts.push(Kept { name: renamed(&name), bytes, kind, is_picture: false, related });
        }
        parts.iter_mut().for_each(|part| part.is_picture = pictures.contains(&part.name));
        // In the order of the names, whatever program wrote it.
        parts.sort_by(|a, b| (a.name != MAIN_PART, &a.name).cmp(&(b.name != MAIN_PART, &b.name)));
        Ok(Self { parts })
    }

    pub fn pictures(&self) -> impl Iterator<Item = &Kept> {
        self.parts.iter().filter(|part| part.is_picture)
    }

    pub fn main(&mut self) -> Result<&mut Kept, BadPackage> {
        self.parts.first_mut().ok_or(BadPackage::MissingPart)
    }

    /// Lays the form, with properties that tell nothing but the kind of letter.
    pub fn lay(&self, kind: LetterKind) -> Vec<u8> {
        let title = Wording::read(kind.wording().1).map(|wording| wording.title).unwrap_or_default();
        let kinds: Vec<(&str, &str)> = self.parts.iter().map(|part| (part.name.as_str(), part.kind.as_str())).collect();
        let mut archive = Archive::new();
        parts::begin(&mut archive, &title, &kinds);
        for part in &self.parts {
            archive.add(&Part::deflated(&part.name, &part.bytes));
            if !part.related.is_empty() {
                let all: Vec<(String, String, String)> = part.related.iter().map(|r| written(r, &part.name)).collect();
                let all: Vec<_> = all.iter().map(|(id, kind, target)| (id.as_str(), kind.as_str(), target.as_str())).collect();
                archive.add(&Part::deflated(&relationships_part(&part.name), relations(&all).as_bytes()));
            }
        }
        archive.add(&Part::stored(PADDED_PART, parts::app().into_bytes()));
        archive.finish()
    }
}

/// ヘッダーとフッター
pub(super) fn is_margin(relation: &Relationship) -> bool {
    !relation.external && matches!(relation.kind.as_str(), "header" | "footer")
}

/// Properties and thumbnails are never kept, whatever points to them.
pub(super) fn is_properties(part: &str) -> bool {
    part.to_ascii_lowercase().starts_with("docprops/")
}

fn written(relation: &Relationship, source: &str) -> (String, String, String) {
    (relation.id.clone(), parts::relation_type(&relation.kind), target(source, &relation.target))
}
