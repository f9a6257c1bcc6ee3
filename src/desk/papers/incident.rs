//! 誤送付時の確認票 of one parcel.

use super::{Known, lay};
use crate::base::{Fault, code};
use crate::books::{Books, Document, Number, Outcome};
use crate::desk::bureau::{Bureau, Seams};
use crate::letter::LetterKind;
use crate::letter::compose::{self, Content, Incident};
use std::path::{Path, PathBuf};

/// Writes the page.
pub fn incident(number: &Number, out: &Path, bureau: &Bureau, books: &mut Books, seams: &Seams) -> Result<PathBuf, Fault> {
    let known = Known::read(number, bureau, books)?;
    let promise = known.row.promise.as_ref().ok_or_else(|| Fault::new(code::OURS))?;
    let (seal, steps) = (known.seal(), known.steps());
    let page = Incident {
        package: known.package(seams),
        channel: promise.channel.into(),
        seal: seal.as_ref(),
        contents: &contents(&promise.documents, bureau),
        steps: &steps,
    };
    lay(LetterKind::Incident, &compose::incident(&bureau.head, &page), out, bureau, seams)
}

/// Documents of one kind about the same items together, in their order: a set of two hundred still fits the page.
fn contents(documents: &[Document], bureau: &Bureau) -> Vec<Content> {
    let mut contents: Vec<Content> = Vec::new();
    let mut counted = "";
    for document in documents {
        let kind = LetterKind::ALL.into_iter().find(|kind| kind.id() == document.kind).unwrap_or(LetterKind::Reply);
        // Nobody is to learn from this page who was not found.
        let kind = if kind == LetterKind::NotFound { LetterKind::Reply } else { kind };
        // A letter of delay or an ask holds no item, though the inquiry named some.
        let answers = document.delayed_until.is_none() && document.outcome != Some(Outcome::AskMore);
        let items = match answers {
            true => (!document.items.is_empty()).then(|| names(&document.items, bureau)),
            false => Some(Vec::new()),
        };
        match contents.iter_mut().find(|content| content.kind == kind && content.items == items) {
            // A call sheet stands in the ledger once a case.
            Some(_) if document.number == counted => {}
            Some(content) => content.count += 1,
            None => contents.push(Content { kind, count: 1, items }),
        }
        counted = &document.number;
    }
    contents
}

/// 項目名 by id; an id that the catalogue no longer has stands for itself.
fn names(ids: &[String], bureau: &Bureau) -> Vec<String> {
    let name = |id: &String| bureau.catalogue.by_id(id).map_or(id.clone(), |asked| bureau.catalogue.item(asked).name.clone());
    ids.iter().map(name).collect()
}
