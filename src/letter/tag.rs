//! 札: finds `{{宛先}}` in a text. The IME's ｛｛ ｝｝ count as well.

use super::slot::Slot;

/// One tag in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag<'a> {
    /// Text between tags.
    Text(&'a str),
    /// `{{宛先}}`
    Slot(Slot),
    /// `{{?備考}}`: what stands with it vanishes when the slot is empty.
    If(Slot),
    /// `{{頁}}`: the number of this page.
    Page,
    /// `{{総頁}}`: how many pages there are.
    Pages,
}

/// 札の誤り.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadTag {
    /// A `{{` that nothing closes.
    Unclosed,
    /// A name that no slot has.
    Unknown(String),
}

/// Cuts a text at its tags.
pub fn cut(text: &str) -> Result<Vec<Tag<'_>>, BadTag> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((at, open)) = first_of(rest, &["{{", "｛｛"]) {
        let (before, after) = (&rest[..at], &rest[at + open.len()..]);
        let (end, close) = first_of(after, &["}}", "｝｝"]).ok_or(BadTag::Unclosed)?;
        if !before.is_empty() {
            pieces.push(Tag::Text(before));
        }
        pieces.push(named(&after[..end])?);
        rest = &after[end + close.len()..];
    }
    if !rest.is_empty() {
        pieces.push(Tag::Text(rest));
    }
    Ok(pieces)
}

fn first_of<'m>(text: &str, marks: &[&'m str]) -> Option<(usize, &'m str)> {
    marks.iter().filter_map(|mark| Some((text.find(mark)?, *mark))).min_by_key(|(at, _)| *at)
}

fn named(written: &str) -> Result<Tag<'_>, BadTag> {
    let name = written.trim().replace('．', ".");
    let find = |name: &str| Slot::find(name).ok_or_else(|| BadTag::Unknown(name.to_owned()));
    match name.as_str() {
        "頁" => Ok(Tag::Page),
        "総頁" => Ok(Tag::Pages),
        name => match name.strip_prefix(['?', '？']) {
            Some(name) => find(name.trim()).map(Tag::If),
            None => find(name).map(Tag::Slot),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_cut_out_in_either_width() {
        let pieces = cut("ア{{宛先}}イ｛｛？備考｝｝{{ 明細．項目 }}").expect("good");
        let expected =
            [Tag::Text("ア"), Tag::Slot(Slot::Addressee), Tag::Text("イ"), Tag::If(Slot::Remarks), Tag::Slot(Slot::AnswerItem)];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn faults_are_told() {
        assert_eq!(cut("A {{B v"), Err(BadTag::Unclosed));
        assert_eq!(cut("{{宛て先}}"), Err(BadTag::Unknown("宛て先".to_owned())));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[{}｛｝?宛先 a]{0,24}") {
            drop(cut(&text));
        }
    }
}
