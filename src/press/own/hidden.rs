//! 隠し文字: styles that hide what is written in them, by themselves or by the style that they are based on.

use super::story::is_on;
use crate::file::opc::{BadPackage, attribute};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{HashMap, HashSet};

/// What hides.
#[derive(Default)]
pub(super) struct Hidden {
    /// Ids of styles.
    styles: HashSet<String>,
    /// What everything has that says nothing else.
    pub everything: bool,
}

impl Hidden {
    /// Whether this `w:pStyle`, `w:rStyle` or `w:tblStyle` names a style that hides.
    pub fn by(&self, reference: &BytesStart<'_>) -> bool {
        !self.styles.is_empty() && attribute(reference, "w:val").is_some_and(|id| self.styles.contains(&id))
    }
}

#[derive(Default)]
struct Style {
    based_on: Option<String>,
    hides: Option<bool>,
    is_default: bool,
}

/// Reads the styles.
pub(super) fn read(xml: &str) -> Result<Hidden, BadPackage> {
    let mut reader = Reader::from_str(xml);
    let (mut styles, mut open, mut everything): (HashMap<String, Style>, String, bool) = Default::default();
    loop {
        match reader.read_event().map_err(|_| BadPackage::Xml)? {
            Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                b"w:style" => {
                    open = attribute(&start, "w:styleId").unwrap_or_default();
                    let is_default = matches!(attribute(&start, "w:default").as_deref(), Some("1" | "true" | "on"));
                    styles.insert(open.clone(), Style { is_default, ..Style::default() });
                }
                b"w:basedOn" => {
                    let base = attribute(&start, "w:val");
                    styles.entry(open.clone()).and_modify(|style| style.based_on = base);
                }
                b"w:vanish" => match styles.get_mut(&open) {
                    // Of several, in parts of a table, any.
                    Some(style) => style.hides = Some(style.hides.unwrap_or_default() || is_on(&start)),
                    None => everything |= is_on(&start),
                },
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    let hides = |id: &String| {
        let (mut next, mut steps) = (styles.get(id), 0);
        while let Some(style) = next.filter(|_| steps <= styles.len()) {
            if let Some(hides) = style.hides {
                return hides;
            }
            next = style.based_on.as_ref().and_then(|base| styles.get(base));
            steps += 1;
        }
        false
    };
    let hidden: HashSet<String> = styles.keys().filter(|id| hides(id)).cloned().collect();
    everything |= hidden.iter().any(|id| styles.get(id).is_some_and(|style| style.is_default));
    Ok(Hidden { styles: hidden, everything })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_based_on_what_hides_hides_too_unless_it_says_otherwise() {
        let style = |id: &str, more: &str| format!("<w:style w:styleId=\"{id}\">{more}</w:style>");
        let based = |on: &str, more: &str| format!("<w:basedOn w:val=\"{on}\"/>{more}");
        let xml = [
            style("a", "<w:rPr><w:vanish/></w:rPr>"),
            style("b", &based("a", "")),
            style("c", &based("b", "<w:rPr><w:vanish w:val=\"0\"/></w:rPr>")),
            style("d", &based("e", "")),
            style("e", &based("d", "")),
        ];
        let hidden = read(&format!("<w:styles>{}</w:styles>", xml.concat())).expect("styles");
        let mut ids: Vec<&str> = hidden.styles.iter().map(String::as_str).collect();
        ids.sort_unstable();
        assert_eq!((ids, hidden.everything), (vec!["a", "b"], false));
        let all = "<w:styles><w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>";
        assert!(read(all).expect("styles").everything);
        let default = "<w:styles><w:style w:styleId=\"a\" w:default=\"1\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";
        assert!(read(default).expect("styles").everything);
    }
}
