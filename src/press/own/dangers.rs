//! 危ないもの: what an element of a form brings along that a letter must not hold.

use crate::base::{Code, code};
use crate::press::inspect::points_out;
use quick_xml::events::BytesStart;
use std::collections::HashSet;

/// Up to two: what the element is, and what it points to. `outside` are the ids of relationships that leave the package.
pub(super) fn of(start: &BytesStart<'_>, outside: &HashSet<String>) -> [Option<Code>; 2] {
    let is = match start.name().as_ref() {
        b"w:ins" | b"w:del" | b"w:moveFrom" | b"w:moveTo" | b"w:cellIns" | b"w:cellDel" | b"w:cellMerge" => {
            Some(code::FORM_TRACKED)
        }
        name if name.starts_with(b"w:") && name.ends_with(b"Change") => Some(code::FORM_TRACKED),
        b"w:commentReference" => Some(code::FORM_COMMENT),
        b"w:footnoteReference" | b"w:endnoteReference" => Some(code::FORM_NOTE),
        b"w:object" | b"o:OLEObject" | b"w:control" | b"w:altChunk" | b"w:subDoc" | b"w:htmlDiv" | b"c:chart" | b"dgm:relIds" => {
            Some(code::FORM_OBJECT)
        }
        _ => None,
    };
    let points_outside = !outside.is_empty()
        && start.attributes().flatten().any(|attribute| {
            let is_relation = attribute.key.as_ref().starts_with(b"r:") || attribute.key.as_ref().starts_with(b"o:");
            is_relation && std::str::from_utf8(&attribute.value).is_ok_and(|id| outside.contains(id))
        });
    [is, (points_outside || points_out(start)).then_some(code::FORM_LINK)]
}
