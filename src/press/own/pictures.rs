//! 画像: what a camera or a program wrote into a picture besides the picture stays here. A file that is no picture is refused.

use super::parts::{Form, Kept};
use crate::base::{Arg, Fault, code};
use crate::press::logo;

/// What is wrong with the pictures.
pub(super) fn faults(form: &Form) -> Option<Fault> {
    let bad = form.pictures().any(|part| cleaned(part).is_none());
    bad.then(|| Fault::new(code::FORM_UNUSABLE).with("why", Arg::ours("PNG、JPEG、EMF、WMFのどれでもないか、壊れた画像")))
}

/// Leaves of each what draws it.
pub(super) fn clean(form: &mut Form) {
    for part in form.parts.iter_mut().filter(|part| part.is_picture) {
        if let Some((bytes, kind)) = cleaned(part) {
            (part.bytes, part.kind) = (bytes, kind.to_owned());
        }
    }
}

/// A picture of the kind that its name says.
fn cleaned(part: &Kept) -> Option<(Vec<u8>, &'static str)> {
    let extension = part.name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())?;
    let starts = |with: &[u8]| part.bytes.starts_with(with).then(|| part.bytes.clone());
    match extension.as_str() {
        "png" | "jpg" | "jpeg" => logo::clean(&part.bytes),
        // [MS-EMF] 2.3.4.2: a header record, with its signature.
        "emf" if part.bytes.get(40..44) == Some(b" EMF") => Some((starts(&[1, 0, 0, 0])?, "image/x-emf")),
        // [MS-WMF] 2.3.2: with a place, or without.
        "wmf" => Some((starts(&[0xD7, 0xCD, 0xC6, 0x9A]).or_else(|| starts(&[1, 0, 9, 0]))?, "image/x-wmf")),
        _ => None,
    }
}
