//! 封筒の窓: whether what is sent by post has its addressee in there.

use super::bureau::Bureau;
use super::judge::Judged;
use crate::base::{Fault, Field, code};
use crate::letter::LetterKind;
use crate::letter::compose::{self, ByPost};
use crate::notice::vet::Destination;

/// FK-4045 for an addressee that the window of the cover has no room for, even in the smallest letters. It goes all the same: with the label.
pub(super) fn too_small(judged: &Judged, bureau: &Bureau) -> Option<Fault> {
    let (ready, vetted) = (judged.ready.as_ref()?, judged.vetted.as_ref()?);
    let Destination::Paper(to) = &ready.destination else { return None };
    let method = vetted.partner().posting.as_deref().unwrap_or(&bureau.head.posting);
    let by_post = ByPost { postal_code: to.postal_code(), address: to.address(), method };
    let lines = compose::window(&bureau.head, &vetted.inquiry().requester, &by_post);
    let cover = bureau.press.plate(LetterKind::Cover).ok()?;
    (!cover.has_room(&lines)).then(|| Fault::new(code::WINDOW).at(Field::new("所属", "requester.section")))
}
