//! 整え: makes what docx-rs builds valid, and puts in what it cannot say.
//!
//! docx-rs 0.4.22 writes children of properties in its own order (its issue #724), an `rPr` where none may stand and a
//! `w:type` on `gridCol`; it knows neither `w:lang` nor a repeated heading row. It is applied to our own forms only, never
//! to a clerk's file.

use super::xml::{Element, Node};

/// Children of each property element in the order of the schema (ISO/IEC 29500-4, transitional).
const ORDER: &[(&str, &[&str])] = &[
    (
        "w:pPr",
        &[
            "pStyle",
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "framePr",
            "widowControl",
            "numPr",
            "suppressLineNumbers",
            "pBdr",
            "shd",
            "tabs",
            "suppressAutoHyphens",
            "kinsoku",
            "wordWrap",
            "overflowPunct",
            "topLinePunct",
            "autoSpaceDE",
            "autoSpaceDN",
            "bidi",
            "adjustRightInd",
            "snapToGrid",
            "spacing",
            "ind",
            "contextualSpacing",
            "mirrorIndents",
            "suppressOverlap",
            "jc",
            "textDirection",
            "textAlignment",
            "textboxTightWrap",
            "outlineLvl",
            "divId",
            "cnfStyle",
            "rPr",
            "sectPr",
            "pPrChange",
        ],
    ),
    (
        "w:rPr",
        &[
            "rStyle",
            "rFonts",
            "b",
            "bCs",
            "i",
            "iCs",
            "caps",
            "smallCaps",
            "strike",
            "dstrike",
            "outline",
            "shadow",
            "emboss",
            "imprint",
            "noProof",
            "snapToGrid",
            "vanish",
            "webHidden",
            "color",
            "spacing",
            "w",
            "kern",
            "position",
            "sz",
            "szCs",
            "highlight",
            "u",
            "effect",
            "bdr",
            "shd",
            "fitText",
            "vertAlign",
            "rtl",
            "cs",
            "em",
            "lang",
            "eastAsianLayout",
        ],
    ),
    (
        "w:tblPr",
        &[
            "tblStyle",
            "tblpPr",
            "tblOverlap",
            "bidiVisual",
            "tblStyleRowBandSize",
            "tblStyleColBandSize",
            "tblW",
            "jc",
            "tblCellSpacing",
            "tblInd",
            "tblBorders",
            "shd",
            "tblLayout",
            "tblCellMar",
            "tblLook",
        ],
    ),
    (
        "w:tcPr",
        &["cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "vAlign"],
    ),
    (
        "w:style",
        &[
            "name",
            "aliases",
            "basedOn",
            "next",
            "link",
            "uiPriority",
            "semiHidden",
            "unhideWhenUsed",
            "qFormat",
            "locked",
            "pPr",
            "rPr",
            "tblPr",
            "trPr",
            "tcPr",
        ],
    ),
];

/// Puts a part in order.
pub(super) fn normalise(root: &mut Element) {
    root.each_mut(&mut |element| {
        element.attributes.retain(|(name, _)| !name.starts_with("w14:"));
        if element.name == "w:gridCol" {
            element.attributes.retain(|(name, _)| name != "w:type");
        }
        if matches!(element.name.as_str(), "w:style" | "w:pPrDefault")
            && let Some(properties) = element.child_mut("w:pPr")
        {
            properties.remove(&["w:rPr"]);
        }
        // Empty properties say nothing and are stamped thousands of times.
        element.children.retain(|node| !is_empty_properties(node));
        order(element);
    });
}

/// 見出し行: repeats the given rows of the given tables at the top of every page.
pub(super) fn repeat_head_rows(root: &mut Element, rows: &[(usize, usize)]) {
    let Some(body) = root.child_mut("w:body") else { return };
    for (t, table) in body.elements_mut().filter(|e| e.name == "w:tbl").enumerate() {
        for (r, row) in table.elements_mut().filter(|e| e.name == "w:tr").enumerate() {
            if rows.contains(&(t, r))
                && let Some(properties) = row.child_mut("w:trPr")
            {
                properties.push(Element::new("w:tblHeader", &[]));
            }
        }
    }
}

/// 言語: ja-JP in the defaults, and Normal as the default style.
pub(super) fn japanese_defaults(styles: &mut Element) {
    let lang = Element::new("w:lang", &[("w:val", "en-US"), ("w:eastAsia", "ja-JP"), ("w:bidi", "ar-SA")]);
    if let Some(defaults) = styles.child_mut("w:docDefaults")
        && let Some(run) = defaults.child_mut("w:rPrDefault")
        && let Some(properties) = run.child_mut("w:rPr")
    {
        properties.push(lang);
    }
    if let Some(normal) = styles.elements_mut().find(|e| e.attribute("w:styleId") == Some("Normal")) {
        normal.set("w:default", "1");
    }
    let Some(defaults) = styles.child_mut("w:docDefaults").and_then(|d| d.child_mut("w:pPrDefault")) else { return };
    // No quarter space between digits and kanji: dates and numbers read as one word.
    let spaces = ["w:autoSpaceDE", "w:autoSpaceDN"].map(|name| Element::new(name, &[("w:val", "0")]));
    defaults.children = vec![Node::Element(Element::new("w:pPr", &[]).with(spaces))];
}

/// The children of an element and of all in it, in order.
pub(super) fn order_all(element: &mut Element) {
    element.each_mut(&mut order);
}

/// 枠: lines round the paragraphs of a style, which docx-rs knows for none.
pub(super) fn frame(styles: &mut Element, id: &str, sides: &[&str]) {
    let Some(style) = styles.elements_mut().find(|e| e.attribute("w:styleId") == Some(id)) else { return };
    let Some(properties) = style.child_mut("w:pPr") else { return };
    let mut borders = Element::new("w:pBdr", &[]);
    for side in sides {
        let space = if sides.len() == 1 { "0" } else { "4" };
        let line = [("w:val", "single"), ("w:sz", "6"), ("w:space", space), ("w:color", "000000")];
        borders.push(Element::new(&format!("w:{side}"), &line));
    }
    properties.push(borders);
}

fn order(element: &mut Element) {
    if let Some((_, order)) = ORDER.iter().find(|(name, _)| *name == element.name) {
        element.children.sort_by_key(|node| match node {
            Node::Element(e) => order.iter().position(|n| e.name.strip_prefix("w:") == Some(n)).unwrap_or(usize::MAX),
            Node::Text(_) => usize::MAX,
        });
    }
}

/// The order of the schema for a property element, for the checker.
pub(super) fn schema_order(name: &str) -> Option<&'static [&'static str]> {
    ORDER.iter().find(|(n, _)| *n == name).map(|(_, order)| *order)
}

fn is_empty_properties(node: &Node) -> bool {
    node.is_one_of(&["w:rPr", "w:pPr"]) && matches!(node, Node::Element(e) if e.children.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_come_into_the_order_of_the_schema() {
        let xml =
            r#"<w:body><w:p w14:paraId="1"><w:pPr><w:rPr/><w:jc w:val="both"/><w:pStyle w:val="a"/></w:pPr></w:p></w:body>"#;
        let mut root = Element::read(xml).expect("good");
        normalise(&mut root);
        let mut out = String::new();
        root.write(&mut out);
        assert_eq!(out, r#"<w:body><w:p><w:pPr><w:pStyle w:val="a"/><w:jc w:val="both"/></w:pPr></w:p></w:body>"#);
    }
}
