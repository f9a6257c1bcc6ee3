//! 空の表: the sheet that a clerk fills in. Every column is text, so that nothing loses its zeros; choices and notes stand at the headings.

use super::super::words::{FLAG, REPLY_BY, REQUESTER_KIND, STATUTORY, VIA};
use super::headings::{Column, Heading, headings};
use crate::base::{Fault, code, near};
use crate::notice::{Catalogue, InsurerKind, ItemType};
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError,
};

const WORDS: &str = include_str!("../../../templates/sheet.toml");
const TEXTS: &str = include_str!("../../../templates/schema.toml");
/// Rows that are offered choices: more than one workbook may have.
const LAST_ROW: u32 = 20_000;

/// The empty sheet as a workbook: every heading, or those that this kind of insurer has.
pub fn form(catalogue: &Catalogue, kind: Option<InsurerKind>) -> Result<Vec<u8>, Fault> {
    // What can fail is a name or a size of ours.
    drawn(catalogue, kind).map_err(|_| Fault::new(code::OURS))
}

/// Whether this is the 照会番号 of the example row.
pub fn is_example(id: &str) -> bool {
    let words = Words { own: toml::from_str(WORDS).unwrap_or_default(), schema: toml::Table::new() };
    words.find("example", "id").is_some_and(|example| near::plain(example) == near::plain(id))
}

/// A workbook that says nothing of when and where it was made.
pub(super) fn blank_workbook() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    Ok(book)
}

/// How headings look.
pub(super) fn heading_look() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0x00D9_E7F5))
}

/// How cells look: text, whatever is typed.
pub(super) fn text_look() -> Format {
    Format::new().set_num_format("@").set_align(FormatAlign::Top)
}

/// On paper: A4 across, small enough that a page has a part of the form, headings and 照会番号 on every page.
pub(super) fn for_paper(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_scale(60).set_margins(0.4, 0.4, 0.5, 0.5, 0.3, 0.3);
    sheet.set_repeat_rows(0, 0)?.set_repeat_columns(0, 0)?;
    Ok(())
}

/// How wide a column with this heading is.
pub(super) fn width(heading: &str) -> f64 {
    heading.chars().count().clamp(10, 16) as f64 * 1.6
}

fn drawn(catalogue: &Catalogue, kind: Option<InsurerKind>) -> Result<Vec<u8>, XlsxError> {
    let words = Words { own: toml::from_str(WORDS).unwrap_or_default(), schema: toml::from_str(TEXTS).unwrap_or_default() };
    let ours = |heading: &Heading| match heading.column {
        Column::Answer(asked) | Column::Payment(asked, _) => {
            kind.is_none_or(|kind| catalogue.item(asked).insurers.contains(&kind))
        }
        _ => true,
    };
    let mut book = blank_workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name(words.own.get("name").and_then(toml::Value::as_str).unwrap_or("fukan"))?;
    let (head, text) = (heading_look(), text_look());
    let example = text_look().set_italic().set_font_color(Color::Gray);
    for (index, heading) in headings(catalogue).iter().filter(|heading| ours(heading)).enumerate() {
        let column = u16::try_from(index).map_err(|_| XlsxError::RowColumnLimitError)?;
        sheet.set_column_format(column, &text)?.set_column_width(column, width(&heading.ja))?;
        sheet.write_string_with_format(0, column, &heading.ja, &head)?;
        sheet.insert_note(0, column, &note(&words.note(heading, catalogue)))?;
        if let Some(shown) = words.find("example", &heading.json) {
            sheet.write_string_with_format(1, column, shown, &example)?;
        }
        offer(sheet, column, &choices(heading.column, catalogue), &words)?;
    }
    sheet.set_row_height(0, 48)?.set_freeze_panes(1, 1)?;
    for_paper(sheet)?;
    book.save_to_buffer()
}

fn note(text: &str) -> Note {
    Note::new(text).add_author_prefix(false).set_author("fukan").set_width(280).set_height(110)
}

/// A drop-down; what is not in it is refused at once.
fn offer(sheet: &mut Worksheet, column: u16, choices: &[String], words: &Words) -> Result<(), XlsxError> {
    if choices.is_empty() {
        return Ok(());
    }
    let told = words.own.get("choice").and_then(toml::Value::as_str).unwrap_or_default();
    let list = DataValidation::new().allow_list_strings(choices)?.set_error_message(told)?;
    sheet.add_data_validation(1, column, LAST_ROW, column, &list)?;
    Ok(())
}

/// One Japanese spelling for each meaning of a closed list.
fn choices(column: Column, catalogue: &Catalogue) -> Vec<String> {
    match column {
        Column::Field("received.via") => japanese(VIA),
        Column::Field("reply_by") => japanese(REPLY_BY),
        Column::Field("requester.kind") => japanese(REQUESTER_KIND),
        Column::Field("candidates.my_number_held" | "candidates.protected") => japanese(FLAG),
        Column::Payment(_, "kind") => japanese(STATUTORY),
        Column::Answer(asked) => catalogue.item(asked).codes.values().cloned().collect(),
        _ => Vec::new(),
    }
}

fn japanese<T: Copy + PartialEq>(words: &[(&str, T)]) -> Vec<String> {
    let mut told: Vec<(&str, T)> = Vec::new();
    for (word, meaning) in words.iter().filter(|(word, _)| !word.is_ascii()) {
        if told.iter().all(|(_, other)| other != meaning) {
            told.push((word, *meaning));
        }
    }
    told.into_iter().map(|(word, _)| word.to_owned()).collect()
}

struct Words {
    own: toml::Table,
    schema: toml::Table,
}

impl Words {
    fn find(&self, table: &str, key: &str) -> Option<&str> {
        self.own.get(table)?.get(key)?.as_str()
    }

    /// What stands at a heading: our own words for a sheet, else those of the schema.
    fn note(&self, heading: &Heading, catalogue: &Catalogue) -> String {
        let (own, table, key) = match heading.column {
            Column::Answer(asked) => {
                let key = match catalogue.item(asked).kind {
                    ItemType::Text | ItemType::Benefit(_) => "text",
                    ItemType::Code => "code",
                    ItemType::Date => "date",
                    ItemType::DateOrNone => "date_or_none",
                    ItemType::Yen => "yen",
                };
                ("items", "items", key)
            }
            Column::Payment(_, key) => ("payment", "payment", key),
            Column::Field(_) | Column::Note | Column::Bare => ("notes", "fields", heading.json.as_str()),
        };
        let schema = || self.schema.get(table)?.get(key)?.as_str();
        let text = without_rules(self.find(own, key).or_else(schema).unwrap_or_default());
        let more = self.own.get("more").and_then(toml::Value::as_str).unwrap_or_default();
        format!("{}\n{text}\n{more}", heading.ja)
    }
}

/// The schema cites rules of docs/notice.md （N7、N9）; a clerk has no use for them at a cell.
fn without_rules(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("（N") {
        out.push_str(before);
        rest = after.split_once('）').map_or("", |(_, after)| after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_has_its_note_and_closed_lists_their_choices() {
        let ours = Catalogue::parse(include_str!("../../../templates/items.toml")).expect("our own catalogue");
        let words = Words { own: toml::from_str(WORDS).expect("ours"), schema: toml::from_str(TEXTS).expect("ours") };
        let all = headings(&ours);
        for heading in &all {
            let note = words.note(heading, &ours);
            assert!(!note.contains("\n\n") && !note.contains("（N") && !note.contains("other"), "{note}");
        }
        // No note and no example speaks of a heading that is none.
        for table in ["notes", "example"] {
            for key in words.own[table].as_table().expect("a table").keys() {
                assert!(all.iter().any(|heading| heading.json == *key), "{key}");
            }
        }
        assert_eq!(choices(Column::Field("reply_by"), &ours), ["メール", "文書", "電話"]);
        assert_eq!(choices(Column::Field("candidates.protected"), &ours), ["有", "無"]);
        assert_eq!(choices(Column::Field("subject.kana"), &ours), [""; 0]);
    }
}
