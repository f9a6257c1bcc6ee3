//! テーマの名前: Word gives a theme, its colours, fonts and effects the names of the files they were kept in; nobody sees them in a letter.

use super::parts::Form;
use crate::file::opc::BadPackage;
use crate::press::xml::Element;

/// What stands in their place, as in our own forms.
const NAME: &str = "fukan";
/// What has a name that Word took from a file, or that somebody gave it.
const NAMED: [&str; 5] = ["a:theme", "a:clrScheme", "a:fontScheme", "a:fmtScheme", "a:custClr"];

/// Leaves of the theme what letters look like.
pub(super) fn clean(form: &mut Form) -> Result<(), BadPackage> {
    for part in form.parts.iter_mut().filter(|part| part.kind.ends_with("theme+xml")) {
        let mut theme = Element::read(std::str::from_utf8(&part.bytes).map_err(|_| BadPackage::Xml)?)?;
        theme.each_mut(&mut |element| {
            if NAMED.contains(&element.name.as_str()) {
                element.set("name", NAME);
            }
            // [MS-ODRAWXML] 2.4.1.1, themeFamily: the name once more, and the number of the theme that it was made of.
            element.remove(&["a:extLst"]);
        });
        part.bytes = theme.to_part().into_bytes();
    }
    Ok(())
}
