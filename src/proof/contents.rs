//! 中身: the documents of an opened parcel, each as the text T that it prints.

use crate::base::Fault;
use crate::press::inspect::{Familiar, inspect};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// 中身.
pub(super) enum Contents {
    /// A file or entry each, by name.
    Apart(BTreeMap<String, Zeroizing<Vec<u8>>>),
    /// A section each of one document, in its order.
    Merged(Vec<Zeroizing<String>>),
}

impl Contents {
    /// Files or entries.
    pub(super) fn apart(documents: impl IntoIterator<Item = (String, Zeroizing<Vec<u8>>)>) -> Self {
        Self::Apart(documents.into_iter().collect())
    }

    /// A merged document, or one alone: nothing active, no My Number, and the text of each section.
    pub(super) fn merged(docx: &[u8], familiar: &Familiar) -> Result<Self, Fault> {
        Ok(Self::Merged(inspect(docx, familiar)?.texts()?.into_iter().map(Zeroizing::new).collect()))
    }

    /// How many documents.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Apart(documents) => documents.len(),
            Self::Merged(sections) => sections.len(),
        }
    }

    /// T of the document of this name, in which nothing is active; of sections, of the one in this place. None when there is none.
    pub(super) fn text(&self, name: &str, place: usize, familiar: &Familiar) -> Result<Option<Zeroizing<String>>, Fault> {
        match self {
            Self::Apart(documents) => {
                let Some(docx) = documents.get(name) else { return Ok(None) };
                Ok(Some(Zeroizing::new(inspect(docx, familiar)?.text()?)))
            }
            Self::Merged(sections) => Ok(sections.get(place).cloned()),
        }
    }

    /// The document's bytes; a section has none of its own.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        match self {
            Self::Apart(documents) => documents.get(name).map(|docx| docx.as_slice()),
            Self::Merged(_) => None,
        }
    }
}
