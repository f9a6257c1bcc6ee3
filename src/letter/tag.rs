//! 札: finds `{{宛先}}` in a text. The IME's ｛｛ ｝｝ count as well.

use super::slot::Slot;
use std::ops::Range;

const OPEN: [&str; 2] = ["{{", "｛｛"];
const CLOSE: [&str; 2] = ["}}", "｝｝"];

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
    while let Some((at, open)) = first_of(rest, &OPEN) {
        let (before, after) = (&rest[..at], &rest[at + open.len()..]);
        let (end, close) = first_of(after, &CLOSE).ok_or(BadTag::Unclosed)?;
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

/// 札 in a text that may be faulty: every one with its place, the faulty ones too.
pub fn find(text: &str) -> Vec<(Range<usize>, Result<Tag<'_>, BadTag>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, open)) = first_of(&text[from..], &OPEN) {
        if is_odd(&text[from..from + at]) {
            found.push((from..from + at, Err(BadTag::Unclosed)));
        }
        let start = from + at;
        let inner = start + open.len();
        let rest = &text[inner..];
        let next = first_of(rest, &OPEN).map_or(rest.len(), |(at, _)| at);
        let (end, tag) = match first_of(&rest[..next], &CLOSE) {
            Some((end, close)) => (inner + end + close.len(), named(&rest[..end])),
            None => (inner, Err(BadTag::Unclosed)),
        };
        found.push((start..end, tag));
        from = end;
    }
    if is_odd(&text[from..]) {
        found.push((from..text.len(), Err(BadTag::Unclosed)));
    }
    found
}

/// Braces that open or close nothing, or that an IME left half in either width.
fn is_odd(text: &str) -> bool {
    ["}}", "｝｝", "{｛", "｛{", "}｝", "｝}"].iter().any(|pair| text.contains(pair))
}

/// Stops at the first mark: a text of nothing but braces costs no more than its length.
fn first_of<'m>(text: &str, marks: &[&'m str]) -> Option<(usize, &'m str)> {
    let mut braces = text.match_indices(['{', '}', '｛', '｝']);
    braces.find_map(|(at, _)| marks.iter().find(|mark| text[at..].starts_with(*mark)).map(|mark| (at, *mark)))
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

    #[test]
    fn every_fault_of_a_text_is_found_with_its_place() {
        let text = "{{宛先}} {{文書番号 {{宛て先}} 済}} {｛備考｝}";
        let found: Vec<(&str, bool)> = find(text).into_iter().map(|(at, tag)| (&text[at], tag.is_ok())).collect();
        let told = [("{{宛先}}", true), ("{{", false), ("{{宛て先}}", false), (" 済}} {｛備考｝}", false)];
        assert_eq!(found, told);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[{}｛｝?宛先 a]{0,24}") {
            let whole = find(&text).iter().all(|(_, tag)| tag.is_ok());
            proptest::prop_assert!(!whole || cut(&text).is_ok());
        }
    }
}
