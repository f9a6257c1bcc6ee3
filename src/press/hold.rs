//! 離さない: where a row or paragraph that repeats says that it stays whole, and on the page of the one below it.
//!
//! Found in the form's own markup, so that a clerk's form holds its rows together like a built-in one. ISO/IEC 29500-1, 17.3.1.15
//! (keepNext comes first in a paragraph's properties, but for its style) and 17.4.6 (cantSplit).

use super::tree::{Hold, Token};
use quick_xml::events::Event;

/// How far into a row or paragraph the way has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where nothing is missing any more.
    Past,
    /// Behind `<w:p>`.
    Paragraph,
    /// Behind its `<w:pPr>`.
    Properties,
    /// Behind the style named there.
    Style,
    /// Behind `<w:tr>`, and behind what it makes an exception of.
    Row,
    /// In its `<w:tblPrEx>`.
    Exceptions,
    /// In its `<w:trPr>`.
    RowProperties,
}

/// 見張り: goes along with a part's events.
pub(super) struct Holds {
    place: Place,
}

/// Properties in which nothing stands.
pub(super) fn is_nothing(event: &Event<'_>) -> bool {
    matches!(event, Event::Empty(start) if matches!(start.name().as_ref(), b"w:pPr" | b"w:trPr"))
}

const KEPT: Token<'static> = Token::Repeated(Hold::Kept, "<w:keepNext/>");
const KEPT_ALONE: Token<'static> = Token::Repeated(Hold::Kept, "<w:pPr><w:keepNext/></w:pPr>");
const WHOLE: Token<'static> = Token::Repeated(Hold::Each, "<w:cantSplit/>");
const WHOLE_ALONE: Token<'static> = Token::Repeated(Hold::Each, "<w:trPr><w:cantSplit/></w:trPr>");

impl Holds {
    pub fn new() -> Self {
        Self { place: Place::Past }
    }

    /// What belongs before the event. It is told every one, but for empty properties, which say nothing and are left out.
    pub fn before(&mut self, event: &Event<'_>) -> Option<Token<'static>> {
        let (name, is_end) = match event {
            Event::Start(start) | Event::Empty(start) => (start.name().as_ref().to_vec(), false),
            Event::End(end) => (end.name().as_ref().to_vec(), true),
            _ => return None,
        };
        let is_empty = matches!(event, Event::Empty(_));
        let (place, token) = match (self.place, name.as_slice(), is_end) {
            (_, b"w:tr", false) if !is_empty => (Place::Row, None),
            (Place::Row, b"w:tblPrEx", _) => (if is_empty { Place::Row } else { Place::Exceptions }, None),
            (Place::Exceptions, b"w:tblPrEx", true) => (Place::Row, None),
            (Place::Exceptions, ..) => (Place::Exceptions, None),
            (Place::Row, b"w:trPr", false) => (Place::RowProperties, None),
            (Place::Row, ..) => (Place::Past, Some(WHOLE_ALONE)),
            (Place::RowProperties, b"w:cantSplit", _) => (Place::Past, None),
            (Place::RowProperties, b"w:trPr", true) => (Place::Past, Some(WHOLE)),
            (Place::RowProperties, ..) => (Place::RowProperties, None),
            (_, b"w:p", false) if !is_empty => (Place::Paragraph, None),
            (Place::Paragraph, b"w:pPr", false) => (Place::Properties, None),
            (Place::Paragraph, ..) => (Place::Past, Some(KEPT_ALONE)),
            (Place::Properties, b"w:pStyle", false) if !is_empty => (Place::Properties, None),
            (Place::Properties, b"w:pStyle", _) => (Place::Style, None),
            (Place::Properties | Place::Style, b"w:keepNext", _) => (Place::Past, None),
            (Place::Properties | Place::Style, ..) => (Place::Past, Some(KEPT)),
            (Place::Past, ..) => (Place::Past, None),
        };
        self.place = place;
        token
    }
}

#[cfg(test)]
mod tests {
    use super::super::{plate, tree};
    use crate::letter::{List, Row, Slot, Values};

    /// Two rows of answers, the first of which stays with the second.
    fn printed(row: &str) -> String {
        let answer = || Row::new().with(Slot::AnswerText, "文");
        let mut values = Values::new();
        values.push(List::Answers, answer().kept()).push(List::Answers, answer());
        let ops = tree::build(plate::markup_tokens(row).expect("XML").into_iter()).expect("a tree");
        let mut out = String::new();
        let plain = |value: &str, out: &mut String| {
            out.push_str(value);
            Ok(())
        };
        tree::print(&ops, &values, None, plain, &mut out).expect("printed");
        out
    }

    #[test]
    fn a_row_says_once_that_it_stays_whole_and_with_the_next() {
        let text = "<w:r><w:t>{{明細.文}}</w:t></w:r>";
        let kept = "<w:keepNext/>";
        let whole = "<w:trPr><w:cantSplit/></w:trPr>";
        for (row, properties, before, inside) in [
            ("", whole, "", "<w:pPr>K</w:pPr>"),
            ("<w:trPr/>", whole, "", "<w:pPr/>"),
            (
                "<w:trPr><w:trHeight w:val=\"9\"/></w:trPr>",
                "<w:trPr><w:trHeight w:val=\"9\"/><w:cantSplit/></w:trPr>",
                "",
                "<w:pPr><w:jc w:val=\"left\"/></w:pPr>",
            ),
            (whole, whole, "", "<w:pPr><w:pStyle w:val=\"a\"/></w:pPr>"),
            (
                whole,
                whole,
                "<w:tblPrEx><w:tblBorders><w:top/></w:tblBorders></w:tblPrEx>",
                "<w:pPr><w:pStyle w:val=\"a\"/><w:jc w:val=\"left\"/></w:pPr>",
            ),
            (
                "",
                whole,
                "<w:tblPrEx><w:tblBorders><w:top/></w:tblBorders></w:tblPrEx>",
                "<w:pPr><w:keepNext/><w:jc w:val=\"left\"/></w:pPr>",
            ),
        ] {
            let own = inside.replace("<w:pPr>K</w:pPr>", "");
            let printed = printed(&format!("<w:tbl><w:tr>{before}{row}<w:tc><w:p>{own}{text}</w:p></w:tc></w:tr></w:tbl>"));
            let rows: Vec<&str> = printed.split("</w:tr>").collect();
            let is_kept = own.contains(kept);
            assert_eq!((rows[0].matches(kept).count(), rows[1].matches(kept).count()), (1, usize::from(is_kept)), "{printed}");
            for row in &rows[..2] {
                assert_eq!(row.matches("<w:cantSplit/>").count(), 1, "{printed}");
                assert!(row.contains(&format!("<w:tr>{before}{properties}<w:tc>")), "{printed}");
            }
            let behind = if own.contains("pStyle") { "<w:pStyle w:val=\"a\"/>" } else { "<w:pPr>" };
            assert!(rows[0].contains(&format!("{behind}{kept}")), "{printed}");
        }
    }

    #[test]
    fn what_does_not_repeat_stays_as_it_is() {
        let fixed =
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>文</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:pPr><w:jc/></w:pPr></w:p>";
        assert_eq!(printed(fixed), fixed);
    }
}
