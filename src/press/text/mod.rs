//! 本文 T: the text of a Word file, read back from its bytes (DESIGN section 6).
//!
//! Body, then headers and footers of each section. `w:t` verbatim, tab = TAB, break = LF, end of paragraph LF, end of cell
//! TAB; field codes and results dropped, `mc:Choice` taken and `mc:Fallback` skipped, the base of a ruby only. Nothing here
//! knows how our own documents are made.

mod pieces;

pub(super) use pieces::{END_MARK, Piece, Reference, Walk, character, walk};

use super::docx_fault;
use crate::base::Fault;
use crate::file::opc::{BadPackage, Package};

/// What stands for a document's own 照合番号 while T is taken.
pub use crate::base::text::CODE_MASK;

/// T of a document.
pub fn read(docx: &[u8]) -> Result<String, Fault> {
    Ok(whole(&read_sections(&Package::open(docx).map_err(docx_fault)?, Story::of).map_err(docx_fault)?))
}

/// T of each letter of a merged file; of a file that is none, the whole T.
pub fn sections(docx: &[u8]) -> Result<Vec<String>, Fault> {
    Ok(each(read_sections(&Package::open(docx).map_err(docx_fault)?, Story::of).map_err(docx_fault)?))
}

/// T of these sections together: the bodies, then headers and footers.
pub(super) fn whole(sections: &[Section]) -> String {
    let mut text = String::new();
    sections.iter().for_each(|section| text.push_str(&section.body));
    sections.iter().for_each(|section| text.push_str(&section.margins));
    text
}

/// T of each letter.
pub(super) fn each(sections: Vec<Section>) -> Vec<String> {
    let merged = sections.iter().any(|section| section.ends_letter);
    let mut letters = Vec::new();
    let (mut body, mut margins) = (String::new(), String::new());
    for section in sections {
        body.push_str(&section.body);
        margins.push_str(&section.margins);
        if section.ends_letter {
            letters.push(std::mem::take(&mut body) + &std::mem::take(&mut margins));
        }
    }
    if !merged || !body.is_empty() {
        letters.push(body + &margins);
    }
    letters
}

/// T with the document's own code covered, as the MAC takes it.
pub fn mask_code(text: &str, code: &str) -> String {
    if code.is_empty() { text.to_owned() } else { text.replace(code, CODE_MASK) }
}

/// 節: what one section prints.
pub(super) struct Section {
    body: String,
    /// Its headers, then its footers.
    margins: String,
    /// Whether a letter of a merged file ends with it.
    ends_letter: bool,
}

/// 記事: what one part prints: the main document in its sections, a header or footer in one piece.
#[derive(Clone, Default)]
pub(super) struct Story {
    /// Each section's text, its references, and whether a letter of a merged file ends with it.
    ended: Vec<(String, Vec<Reference>, bool)>,
    rest: String,
}

impl Story {
    /// That of one part.
    pub(super) fn of(package: &Package, part: &str) -> Result<Self, BadPackage> {
        let mut story = Self::default();
        walk(package.xml(part)?, |piece, is_printed| story.take(piece, is_printed))?;
        Ok(story)
    }

    /// The next piece.
    pub(super) fn take(&mut self, piece: Piece<'_>, is_printed: bool) {
        match piece {
            Piece::SectionEnd(references, ends_letter) => {
                self.ended.push((std::mem::take(&mut self.rest), references, ends_letter))
            }
            piece if is_printed => piece.write(&mut self.rest),
            _ => {}
        }
    }

    fn whole(&self, out: &mut String) {
        self.ended.iter().for_each(|(text, ..)| out.push_str(text));
        out.push_str(&self.rest);
    }
}

/// The sections of a document, whose stories are read here or were read before.
pub(super) fn read_sections(
    package: &Package,
    mut story: impl FnMut(&Package, &str) -> Result<Story, BadPackage>,
) -> Result<Vec<Section>, BadPackage> {
    let main = package.main_document()?;
    let Story { ended, rest } = story(package, &main)?;
    let related = package.relationships(&main)?;
    let mut sections = Vec::with_capacity(ended.len() + 1);
    let (mut shown, mut begins_letter): (Vec<(bool, String)>, bool) = (Vec::new(), false);
    for (body, references, ends_letter) in ended {
        let own = references.iter().map(|reference| (reference.is_footer, reference.pages.clone()));
        let own: Vec<(bool, String)> = own.collect();
        // What a section does not say it takes from the one before: a letter would show what belongs to another.
        if begins_letter && shown.iter().any(|pages| !own.contains(pages)) {
            return Err(BadPackage::MissingPart);
        }
        begins_letter = ends_letter;
        shown.extend(own);
        let mut margins = String::new();
        for reference in in_order(references) {
            let part = related.iter().find(|r| r.id == reference.id && !r.external).ok_or(BadPackage::MissingPart)?;
            story(package, &part.target)?.whole(&mut margins);
        }
        sections.push(Section { body, margins, ends_letter });
    }
    if !rest.is_empty() || sections.is_empty() {
        sections.push(Section { body: rest, margins: String::new(), ends_letter: false });
    }
    Ok(sections)
}

/// Headers first; one that odd and even pages share, once.
pub(super) fn in_order(mut references: Vec<Reference>) -> Vec<Reference> {
    references.sort_by_key(|reference| reference.is_footer);
    let ids: Vec<String> = references.iter().map(|reference| reference.id.clone()).collect();
    let mut at = 0..;
    references.retain(|reference| at.next().is_some_and(|at: usize| !ids[..at].contains(&reference.id)));
    references
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_code_is_covered_everywhere() {
        assert_eq!(mask_code("照合番号 AB12-CD34\nAB12-CD34\t", "AB12-CD34"), "照合番号 □□□□-□□□□\n□□□□-□□□□\t");
    }
}
