//! 定型の部品: the few parts that are the same in every form of ours.

use super::logo::Logo;
use super::xml::{DECLARATION, escape};
use crate::file::opc::{CONTENT_TYPES, OFFICE_RELATION};
use crate::file::zip::{Archive, Part};

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
/// The namespace of Word's markup.
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// That of `r:id`.
pub(super) const RELATION_NAMESPACE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The beginning of the content types of Word's own parts.
pub(super) const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The parts of a form that differ from form to form.
pub(super) struct Parts<'a> {
    pub title: &'a str,
    pub document: String,
    pub styles: String,
    pub head: Option<String>,
    pub foot: String,
    pub mincho: &'a str,
    pub gothic: &'a str,
    /// In every form of an office, shown or not: letters are merged, and the first one's parts are those of all.
    pub logo: Option<&'a Logo>,
}

/// The relationship ids that the document's section names.
pub(super) const FOOT_ID: &str = "rId4";
/// The same for the header.
pub(super) const HEAD_ID: &str = "rId5";

/// The same for the office's picture.
pub(super) const LOGO_ID: &str = "rId7";

/// Lays a form. No author, no company, no dates, no paths: nothing tells who or what made it.
pub(super) fn package(parts: &Parts<'_>) -> Vec<u8> {
    let word = |kind: &str| format!("{WORD_TYPE}.{kind}+xml");
    let has_head = parts.head.is_some();
    let mut kinds = vec![
        ("word/document.xml", word("document.main")),
        ("word/styles.xml", word("styles")),
        ("word/settings.xml", word("settings")),
        ("word/fontTable.xml", word("fontTable")),
        ("word/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml".to_owned()),
        ("word/footer1.xml", word("footer")),
    ];
    if has_head {
        kinds.push(("word/header1.xml", word("header")));
    }
    let logo = parts.logo.map(Logo::part);
    if let (Some((name, _)), Some((_, kind))) = (&logo, parts.logo.map(Logo::content_type)) {
        kinds.push((name, kind.to_owned()));
    }
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|(name, kind)| (*name, kind.as_str())).collect();
    let mut archive = Archive::new();
    begin(&mut archive, parts.title, &kinds);
    let mut add = |name: &str, text: &str| archive.add(&Part::deflated(name, text.as_bytes()));
    add("word/document.xml", &parts.document);
    add("word/_rels/document.xml.rels", &document_relations(has_head, parts.logo));
    add("word/styles.xml", &parts.styles);
    add("word/settings.xml", &settings());
    add("word/fontTable.xml", &fonts(parts.mincho, parts.gothic));
    add("word/theme/theme1.xml", &theme(parts.mincho, parts.gothic));
    if let Some(head) = &parts.head {
        add("word/header1.xml", head);
    }
    add("word/footer1.xml", &parts.foot);
    if let Some((name, bytes)) = &logo {
        archive.add(&Part::deflated(name, bytes));
    }
    archive.add(&Part::stored(super::plate::PADDED_PART, app().into_bytes()));
    archive.finish()
}

/// The parts that every form begins with: what the others are, where the document is, and its title.
pub(super) fn begin(archive: &mut Archive, title: &str, kinds: &[(&str, &str)]) {
    let mut add = |name: &str, text: &str| archive.add(&Part::deflated(name, text.as_bytes()));
    add(CONTENT_TYPES, &content_types(kinds));
    add("_rels/.rels", &package_relations());
    add("docProps/core.xml", &core(title));
}

/// The kinds of the parts.
pub(super) fn content_types(kinds: &[(&str, &str)]) -> String {
    let mut out = format!("{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\">");
    out.push_str("<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>");
    out.push_str("<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    let properties = [
        ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ];
    // A picture's kind is told by its extension, as Word does it.
    let (markup, pictures): (Vec<_>, Vec<_>) = kinds.iter().chain(&properties).partition(|(name, _)| name.ends_with(".xml"));
    let mut told: Vec<String> = Vec::new();
    for (name, kind) in pictures {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if !told.contains(&extension) {
            let (extension, kind) = (escape(&extension), escape(kind));
            out.push_str(&format!("<Default Extension=\"{extension}\" ContentType=\"{kind}\"/>"));
        }
        told.push(extension);
    }
    for (name, kind) in markup {
        out.push_str(&format!("<Override PartName=\"/{}\" ContentType=\"{}\"/>", escape(name), escape(kind)));
    }
    out.push_str("</Types>");
    out
}

/// The whole name of a kind of relationship.
pub(super) fn relation_type(kind: &str) -> String {
    format!("{OFFICE_RELATION}{kind}")
}

/// A target as it is written in the relationships of a part: told from its folder, or else from the root.
pub(super) fn target(source: &str, part: &str) -> String {
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    match part.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) => rest.to_owned(),
        None => format!("/{part}"),
    }
}

fn package_relations() -> String {
    relations(&[
        ("rId1", &format!("{OFFICE_RELATION}officeDocument"), "word/document.xml"),
        ("rId2", &format!("{PACKAGE}/relationships/metadata/core-properties"), "docProps/core.xml"),
        ("rId3", &format!("{OFFICE_RELATION}extended-properties"), "docProps/app.xml"),
    ])
}

fn document_relations(has_head: bool, logo: Option<&Logo>) -> String {
    let of = |kind: &str| format!("{OFFICE_RELATION}{kind}");
    let (styles, settings, fonts, theme) = (of("styles"), of("settings"), of("fontTable"), of("theme"));
    let (foot, head) = (of("footer"), of("header"));
    let mut all = vec![
        ("rId1", styles.as_str(), "styles.xml"),
        ("rId2", settings.as_str(), "settings.xml"),
        ("rId3", fonts.as_str(), "fontTable.xml"),
        ("rId6", theme.as_str(), "theme/theme1.xml"),
        (FOOT_ID, foot.as_str(), "footer1.xml"),
    ];
    if has_head {
        all.push((HEAD_ID, head.as_str(), "header1.xml"));
    }
    let (image, target) = (of("image"), logo.map(|logo| logo.part().0));
    if let Some(target) = &target {
        all.push((LOGO_ID, image.as_str(), target.trim_start_matches("word/")));
    }
    relations(&all)
}

/// A relationships part.
pub(super) fn relations(all: &[(&str, &str, &str)]) -> String {
    let mut out = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (id, kind, target) in all {
        let (id, target) = (escape(id), escape(target));
        out.push_str(&format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>"));
    }
    out.push_str("</Relationships>");
    out
}

fn core(title: &str) -> String {
    format!(
        "{DECLARATION}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:language>ja-JP</dc:language></cp:coreProperties>",
        escape(title)
    )
}

/// `docProps/app.xml`, which takes the padding.
pub(super) fn app() -> String {
    format!(
        "{DECLARATION}<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
         <Application>fukan</Application></Properties>"
    )
}

fn settings() -> String {
    let word = "http://schemas.microsoft.com/office/word";
    format!(
        "{DECLARATION}<w:settings xmlns:w=\"{MAIN}\"><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"840\"/>\
         <w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:spaceForUL/>\
         <w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:adjustLineHeightInTable/>\
         <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"{word}\" w:val=\"15\"/></w:compat>\
         <w:themeFontLang w:val=\"en-US\" w:eastAsia=\"ja-JP\"/></w:settings>"
    )
}

/// Each font with another name to fall back on, for machines that lack it.
fn fonts(mincho: &str, gothic: &str) -> String {
    let font = |name: &str, other: &str, family: &str| {
        format!(
            "<w:font w:name=\"{}\"><w:altName w:val=\"{other}\"/><w:charset w:val=\"80\"/><w:family w:val=\"{family}\"/>\
             <w:pitch w:val=\"fixed\"/></w:font>",
            escape(name)
        )
    };
    format!(
        "{DECLARATION}<w:fonts xmlns:w=\"{MAIN}\">{}{}</w:fonts>",
        font(mincho, "MS Mincho", "roman"),
        font(gothic, "MS Gothic", "modern")
    )
}

/// 配色: Word makes one for every document, and openxml-audit asks for it. Ours says nothing but black on white.
fn theme(mincho: &str, gothic: &str) -> String {
    let main = "http://schemas.openxmlformats.org/drawingml/2006/main";
    let colours: String =
        ["dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink"]
            .into_iter()
            .map(|name| {
                let value = if name.starts_with("lt") { "FFFFFF" } else { "000000" };
                format!("<a:{name}><a:srgbClr val=\"{value}\"/></a:{name}>")
            })
            .collect();
    let font = |level: &str, name: &str| {
        format!("<a:{level}><a:latin typeface=\"{0}\"/><a:ea typeface=\"{0}\"/><a:cs typeface=\"\"/></a:{level}>", escape(name))
    };
    let fill = "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>";
    let line = format!("<a:ln>{fill}</a:ln>");
    let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>";
    format!(
        "{DECLARATION}<a:theme xmlns:a=\"{main}\" name=\"fukan\"><a:themeElements>\
         <a:clrScheme name=\"fukan\">{colours}</a:clrScheme>\
         <a:fontScheme name=\"fukan\">{}{}</a:fontScheme>\
         <a:fmtScheme name=\"fukan\"><a:fillStyleLst>{}</a:fillStyleLst><a:lnStyleLst>{}</a:lnStyleLst>\
         <a:effectStyleLst>{}</a:effectStyleLst><a:bgFillStyleLst>{}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>",
        font("majorFont", gothic),
        font("minorFont", mincho),
        fill.repeat(3),
        line.repeat(3),
        effect.repeat(3),
        fill.repeat(3)
    )
}
