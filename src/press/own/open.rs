//! 開く: a file that a stranger may have made, within bounds. Nothing recursive sees a part before its depth is known.

use crate::base::{Arg, Fault, code};
use crate::file::opc::{BadPackage, Package};
use crate::file::zip::Limits;
use crate::press::names;
use quick_xml::Reader;
use quick_xml::events::Event;

/// The largest form.
pub const LARGEST: u64 = 8 << 20;
/// A form has some twenty parts; pictures may be large.
const LIMITS: Limits = Limits { entries: 1024, total: 32 << 20, ratio: 200 };
/// Elements within each other: a text box in a table in a text box needs some forty.
const DEEPEST: usize = 96;
/// Twice the attributes of one element: looking one up costs the square of their number.
const MOST_QUOTES: usize = 400;
/// How a compound file begins: .doc, or a .docx with a password.
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// Opens a form: a transitional .docx whose XML parts are well-formed, without DOCTYPE, and none too deep.
pub(super) fn open(bytes: &[u8]) -> Result<Package, Fault> {
    if bytes.len() as u64 > LARGEST {
        return Err(too_large());
    }
    if bytes.starts_with(COMPOUND) {
        return Err(refused("パスワードの付いたファイルか、古い形式（.doc）です"));
    }
    let package = Package::open_within(bytes, &LIMITS).map_err(broken)?;
    if package.parts().iter().any(|entry| !entry.name.is_ascii()) {
        return Err(refused("中の部品の名前に、半角の英数字でない文字があります"));
    }
    for entry in package.parts().iter().filter(|entry| is_markup(&entry.name)) {
        bounded(package.xml(&entry.name).map_err(broken)?)?;
    }
    let types = package.content_types().map_err(broken)?;
    for entry in package.parts() {
        let own_data = types.of(&entry.name) == Some("application/xml");
        if is_markup(&entry.name) && !has_usual_names(package.xml(&entry.name).map_err(broken)?, own_data)? {
            return Err(refused("Wordの要素に、ふつうと違う接頭辞（xmlns）が付いています"));
        }
        let leads_astray = match source_of(&entry.name) {
            Some(source) => package.relationships(&source).map_err(broken)?.iter().any(names::leads_astray),
            None => false,
        };
        if leads_astray || names::is_disguised(&types, &entry.name) {
            return Err(refused("中の部品に、種類と合わない名前が付いています"));
        }
    }
    let main = package.main_document().map_err(broken)?;
    match types.of(&main).unwrap_or_default() {
        kind if kind.contains("macroEnabled") => return Err(Fault::new(code::FORM_MACRO)),
        kind if kind.ends_with("wordprocessingml.document.main+xml") => {}
        _ => return Err(refused("文書（.docx）ではありません。テンプレート（.dotx）は、.docx で保存し直してください")),
    }
    let root = package.xml(&main).map_err(broken)?;
    if root.contains("http://purl.oclc.org/ooxml/wordprocessingml/main") {
        return Err(refused("「完全Open XML（Strict）」の形式です。「Word文書（.docx）」で保存し直してください"));
    }
    Ok(package)
}

pub(super) use names::is_markup;

/// The part whose relationships stand in this one.
pub(super) fn source_of(rels: &str) -> Option<String> {
    Some(rels.to_ascii_lowercase().strip_suffix(".rels")?.replacen("_rels/", "", 1))
}

fn has_usual_names(xml: &str, own_data: bool) -> Result<bool, Fault> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| broken(BadPackage::Xml))? {
            Event::Start(start) | Event::Empty(start) if !names::are_usual(&start, own_data) => return Ok(false),
            Event::Eof => return Ok(true),
            _ => {}
        }
    }
}

/// A form that nobody reads further.
pub fn too_large() -> Fault {
    refused("ファイルが大きすぎます。画像を小さくして8MBまでにしてください")
}

pub(super) fn refused(why: &'static str) -> Fault {
    Fault::new(code::FORM_FILE).with("why", Arg::ours(why))
}

pub(super) fn broken(bad: BadPackage) -> Fault {
    refused(bad.reason())
}

fn bounded(xml: &str) -> Result<(), Fault> {
    let bad = |_| broken(BadPackage::Xml);
    let mut reader = Reader::from_str(xml);
    let mut depth = 0usize;
    loop {
        match reader.read_event().map_err(bad)? {
            Event::Start(start) | Event::Empty(start) if quotes(&start) > MOST_QUOTES => return Err(broken(BadPackage::Xml)),
            Event::Start(_) if depth >= DEEPEST => return Err(refused("表やテキストボックスの入れ子が深すぎます")),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(_) => return Err(broken(BadPackage::Xml)),
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(broken(BadPackage::Xml)),
            _ => {}
        }
    }
}

fn quotes(tag: &[u8]) -> usize {
    tag.iter().filter(|byte| matches!(byte, b'"' | b'\'')).count()
}
