//! 名前: we know Word's elements by their prefixes and its parts by their names, as every program writes them. A file that calls them
//! otherwise would be one thing for us and another for Word: it is refused.

use crate::file::opc::{ContentTypes, Relationship};
use quick_xml::events::BytesStart;

const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/";
const STRICT: &str = "http://purl.oclc.org/ooxml/";
const OFFICE_2010: &str = "http://schemas.microsoft.com/office/word/2010/";

/// Prefixes, and what each is bound to: what it begins with, and the rest.
const NAMES: [(&str, &str, &str); 20] = [
    ("w", TRANSITIONAL, "wordprocessingml/2006/main"),
    ("w", STRICT, "wordprocessingml/main"),
    ("r", TRANSITIONAL, "officeDocument/2006/relationships"),
    ("r", STRICT, "officeDocument/relationships"),
    ("mc", TRANSITIONAL, "markup-compatibility/2006"),
    ("m", TRANSITIONAL, "officeDocument/2006/math"),
    ("wp", TRANSITIONAL, "drawingml/2006/wordprocessingDrawing"),
    ("a", TRANSITIONAL, "drawingml/2006/main"),
    ("pic", TRANSITIONAL, "drawingml/2006/picture"),
    ("c", TRANSITIONAL, "drawingml/2006/chart"),
    ("dgm", TRANSITIONAL, "drawingml/2006/diagram"),
    ("v", "urn:schemas-microsoft-com:", "vml"),
    ("o", "urn:schemas-microsoft-com:", "office:office"),
    ("w10", "urn:schemas-microsoft-com:", "office:word"),
    ("wps", OFFICE_2010, "wordprocessingShape"),
    ("wpg", OFFICE_2010, "wordprocessingGroup"),
    ("wpc", OFFICE_2010, "wordprocessingCanvas"),
    ("wp14", OFFICE_2010, "wordprocessingDrawing"),
    ("w14", OFFICE_2010, "wordml"),
    ("w15", "http://schemas.microsoft.com/office/word/2012/", "wordml"),
];
/// Parts that are read as markup by whoever follows a relationship to them, whatever they are called.
const MARKUP: [&str; 14] = [
    "officeDocument",
    "styles",
    "settings",
    "numbering",
    "header",
    "footer",
    "footnotes",
    "endnotes",
    "comments",
    "glossaryDocument",
    "theme",
    "fontTable",
    "customXml",
    "customXmlProps",
];

/// Whether an element gives every prefix its usual meaning, and every meaning its usual prefix. In somebody's own data (`application/xml`)
/// a prefix may mean anything; what is Word's is Word's there too.
pub(super) fn are_usual(start: &BytesStart<'_>, own_data: bool) -> bool {
    start.attributes().all(|attribute| {
        let Ok(attribute) = attribute else { return false };
        let prefix = match attribute.key.as_ref() {
            b"xmlns" => "",
            key => match key.strip_prefix(b"xmlns:") {
                Some(prefix) => std::str::from_utf8(prefix).unwrap_or_default(),
                None => return true,
            },
        };
        let Some(value) = std::str::from_utf8(&attribute.value).ok().and_then(|raw| quick_xml::escape::unescape(raw).ok()) else {
            return false;
        };
        let is = |(_, start, rest): &(&str, &str, &str)| value.strip_prefix(start).is_some_and(|end| end == *rest);
        match NAMES.iter().find(|name| is(name)) {
            Some((usual, ..)) => *usual == prefix,
            None => own_data || NAMES.iter().all(|(usual, ..)| *usual != prefix),
        }
    })
}

/// Whether a part is markup by its name.
pub(super) fn is_markup(name: &str) -> bool {
    let ends = |end: &str| name.get(name.len().wrapping_sub(end.len())..).is_some_and(|own| own.eq_ignore_ascii_case(end));
    ends(".xml") || ends(".rels") || ends(".vml")
}

/// Whether a part is markup by its type and not by its name.
pub(super) fn is_disguised(types: &ContentTypes, name: &str) -> bool {
    let is_xml = |kind: &str| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().ends_with("xml");
    // An SVG is refused as a picture, with a better reason.
    let is_xml = |kind: &str| !kind.starts_with("image/") && is_xml(kind);
    !is_markup(name) && types.of(name).is_some_and(is_xml)
}

/// Whether a relationship leads to markup that is not called so.
pub(super) fn leads_astray(relation: &Relationship) -> bool {
    !relation.external && MARKUP.contains(&relation.kind.as_str()) && !is_markup(&relation.target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(attributes: &str) -> bool {
        are_usual(&BytesStart::from_content(format!("w:p {attributes}"), 3), false)
    }

    #[test]
    fn words_names_have_their_prefixes_and_no_others() {
        const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        assert!(usual(&format!("xmlns:w=\"{MAIN}\" xmlns:x=\"urn:x\" w:rsidR=\"0\" xmlns=\"urn:y\"")));
        assert!(usual("xmlns:w=\"http://purl.oclc.org/ooxml/wordprocessingml/main\""));
        for bad in [
            format!("xmlns:x=\"{MAIN}\""),
            format!("xmlns:x=\"{}\"", MAIN.replace(':', "&#58;")),
            format!("xmlns=\"{MAIN}\""),
            "xmlns:x=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"".to_owned(),
            "xmlns:w=\"urn:nothing\"".to_owned(),
            "xmlns:wps=\"urn:nothing\"".to_owned(),
            "xmlns:x=\"urn:schemas-microsoft-com:vml\"".to_owned(),
            format!("xmlns:x=\"urn:x\" xmlns:x=\"{MAIN}\""),
        ] {
            assert!(!usual(&bad), "{bad}");
        }
        let own = |attributes: &str| are_usual(&BytesStart::from_content(format!("a {attributes}"), 1), true);
        assert!(own("xmlns:v=\"urn:mine\"") && !own(&format!("xmlns:x=\"{MAIN}\"")));
    }
}
