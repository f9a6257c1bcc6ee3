//! テーマの書体: a file has one theme. What another family's theme means is written out.

use crate::press::xml::Element;
use std::collections::HashMap;

/// Which font each word of a theme means: minorEastAsia and so on.
pub(super) struct Fonts {
    named: HashMap<&'static str, String>,
}

/// The attributes of `w:rFonts` that speak of the theme, and those that name a font.
const ATTRIBUTES: [(&str, &str); 4] =
    [("w:asciiTheme", "w:ascii"), ("w:hAnsiTheme", "w:hAnsi"), ("w:eastAsiaTheme", "w:eastAsia"), ("w:cstheme", "w:cs")];
const WORDS: [(&str, &str, &str); 8] = [
    ("majorAscii", "a:majorFont", "a:latin"),
    ("majorHAnsi", "a:majorFont", "a:latin"),
    ("majorEastAsia", "a:majorFont", "a:ea"),
    ("majorBidi", "a:majorFont", "a:cs"),
    ("minorAscii", "a:minorFont", "a:latin"),
    ("minorHAnsi", "a:minorFont", "a:latin"),
    ("minorEastAsia", "a:minorFont", "a:ea"),
    ("minorBidi", "a:minorFont", "a:cs"),
];

impl Fonts {
    /// Those of a theme.
    pub fn of(theme: Option<&Element>) -> Self {
        let scheme = theme.and_then(|t| t.child("a:themeElements")).and_then(|t| t.child("a:fontScheme"));
        let named = WORDS.into_iter().filter_map(|(word, level, script)| {
            let level = scheme?.child(level)?;
            let of_script = level.child(script).and_then(|font| font.attribute("typeface")).filter(|name| !name.is_empty());
            let japanese = || level.elements().find(|font| font.attribute("script") == Some("Jpan"))?.attribute("typeface");
            let name = of_script.or_else(|| if script == "a:ea" { japanese() } else { None })?;
            Some((word, name.to_owned()))
        });
        Self { named: named.collect() }
    }

    /// Writes out what an element says of the theme. Colours carry their value beside the theme's name for it.
    pub fn resolve(&self, e: &mut Element) {
        if e.name == "w:rFonts" {
            for (themed, plain) in ATTRIBUTES {
                let Some(word) = e.attribute(themed) else { continue };
                if let Some(name) = self.named.get(word).cloned() {
                    e.set_raw(plain, name);
                }
            }
            e.attributes.retain(|(name, _)| !ATTRIBUTES.iter().any(|(themed, _)| name == themed));
        }
        e.attributes.retain(|(name, _)| !(name.starts_with("w:theme") && e.name != "w:themeFontLang"));
    }
}
