//! 文面: reads a wording file of `templates/letters/` into blocks.
//!
//! One line, one paragraph: `［右］{{発信日}}`. A table stands between ［表］ and ［表終］, its cells apart by ｜, a cell that
//! only says ＜ belonging to the one before it. `#` begins a remark. docs/formats/wording.md tells it to clerks.

use super::block::{Block, Cell, Look, Paragraph, Table, TableRow};
use super::tag::{self, BadTag, Tag};
use crate::base::fault::FileName;
use crate::base::{Arg, At, Fault, code};
use crate::letter::slot::Slot;

/// 文面: one document's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// 題名: the title in the file's properties; never about a person.
    pub title: String,
    /// From top to bottom.
    pub blocks: Vec<Block>,
    /// 上欄と折り目: on top and at the edge of every page.
    pub head: Vec<Paragraph>,
    /// 下欄: at the bottom of every page.
    pub foot: Vec<Paragraph>,
}

/// 文面の誤り: which line, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadWording {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A name that no slot has; the nearest that there is.
    UnknownSlot(String, Slot),
    /// A `{{` that nothing closes.
    UnclosedTag,
    /// No ［…］ at the beginning, or one that we do not know.
    UnknownLook,
    /// A table's row with too many or too few cells, or widths that are no numbers.
    Table,
    /// A table that nothing ends.
    UnendedTable,
    /// No 題名, or no 下欄.
    Incomplete,
    /// A mail without its subject.
    NoSubject,
    /// A mail's subject that would be empty under a condition.
    SubjectVanishes,
    /// A mail without its body.
    NoBody,
    /// Something before a mail's subject and body that is neither.
    BeforeBody,
    /// A phrase: what is wrong, and the name that it is about.
    Phrase(&'static str, String),
    /// Slots of two lists in one row, or a list's slot in a page header.
    MixedLists,
}

impl BadWording {
    /// The same as a fault that can be told.
    pub fn fault(&self, file: &str) -> Fault {
        let code = if matches!(self.why, Why::UnknownSlot(..)) { code::UNKNOWN_SLOT } else { code::WORDING };
        let fault = Fault::new(code).within(&FileName::named(file, 1), At::Line(self.line as u64));
        match &self.why {
            Why::UnknownSlot(name, nearest) => {
                fault.with("name", Arg::named([name])).with("nearest", Arg::named([nearest.name()]))
            }
            Why::Phrase(why, name) => fault.with("why", Arg::ours(why)).with("name", Arg::named([name])),
            why => fault.with("why", Arg::ours(why.words())),
        }
    }
}

impl Why {
    const fn words(&self) -> &'static str {
        match self {
            Self::UnknownSlot(..) => "差し込み欄の名前が違います",
            Self::UnclosedTag => "{{ が閉じられていません",
            Self::UnknownLook => "行の先頭に［本文］などの書式がありません",
            Self::Table => "表の列の数が合いません",
            Self::UnendedTable => "［表終］がありません",
            Self::Incomplete => "題名又は［下欄］がありません",
            Self::NoSubject => "「件名：」の行がありません",
            Self::SubjectVanishes => "件名の行に {{?名前}} は使えません（その欄が空のとき、件名がなくなるため）",
            Self::NoBody => "「本文：」の行か、その次の行からの本文がありません",
            Self::BeforeBody => "「件名：」の行と「本文：」の行のほかに、本文の前に書けるものはありません",
            Self::Phrase(why, _) => why,
            Self::MixedLists => "一つの行に別の繰返しの欄が混ざっています",
        }
    }
}

impl Wording {
    /// Reads a wording file, or says what is wrong with it first.
    pub fn read(text: &str) -> Result<Self, BadWording> {
        let (wording, bad) = Self::read_all(text);
        bad.into_iter().next().map_or(Ok(wording), Err)
    }

    /// Reads a wording file as far as it can be read, with everything that is wrong with it.
    pub fn read_all(text: &str) -> (Self, Vec<BadWording>) {
        let mut wording = Self { title: String::new(), blocks: Vec::new(), head: Vec::new(), foot: Vec::new() };
        let mut open: Option<Table> = None;
        let mut bad = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end().trim_start_matches('\u{FEFF}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Err(why) = wording.take(line, &mut open) {
                // What follows a table that nothing ends is no row of it.
                open = open.filter(|_| why != Why::UnendedTable);
                bad.push(BadWording { line: index + 1, why });
            }
        }
        let last = text.lines().count();
        if open.is_some() {
            bad.push(BadWording { line: last, why: Why::UnendedTable });
        } else if bad.is_empty() && (wording.title.is_empty() || wording.foot.is_empty()) {
            bad.push(BadWording { line: last, why: Why::Incomplete });
        }
        (wording, bad)
    }

    fn take(&mut self, line: &str, open: &mut Option<Table>) -> Result<(), Why> {
        if let Some(title) = line.strip_prefix("題名").filter(|_| open.is_none()) {
            self.title = title.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：')).to_owned();
            return Ok(());
        }
        let (word, text) = directive(line).ok_or(Why::UnknownLook)?;
        check_tags(text)?;
        let mut words = word.split_whitespace();
        match (words.next().unwrap_or_default(), &mut *open) {
            ("表", None) => *open = Some(table(words)?),
            ("表終", Some(_)) => self.blocks.extend(open.take().map(Block::Table)),
            (name, Some(table)) => table.rows.push(row(name, words, text, table.widths.len())?),
            ("改頁", None) => self.blocks.push(Block::PageBreak),
            (name, None) => self.paragraph(name, text)?,
        }
        Ok(())
    }

    fn paragraph(&mut self, name: &str, text: &str) -> Result<(), Why> {
        let look = Look::ALL.into_iter().find(|look| look.is_written() && look.name() == name).ok_or(Why::UnknownLook)?;
        let text = match look {
            Look::Ki | Look::End if text.is_empty() => name,
            _ => text,
        };
        let paragraph = Paragraph { look, text: text.to_owned() };
        match look {
            Look::PageHead | Look::Fold => self.head.push(paragraph),
            Look::PageFoot => self.foot.push(paragraph),
            _ => self.blocks.push(Block::Paragraph(paragraph)),
        }
        Ok(())
    }
}

/// ［右］text: the word and the text. Either width of bracket.
fn directive(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix(['［', '['])?;
    let (word, text) = rest.split_once(['］', ']'])?;
    Some((word, text))
}

/// A text is an office's own: what no page has room for is refused, and no sum of it overflows.
const MOST_WIDE: u32 = 1_000;
const MOST_COLUMNS: usize = 30;
/// 用紙の高さ, in millimetres.
const MOST_HIGH: u32 = 297;

fn table<'a>(words: impl Iterator<Item = &'a str>) -> Result<Table, Why> {
    let mut table = Table { widths: Vec::new(), head_columns: 0, centred: Vec::new(), rows: Vec::new() };
    for word in words {
        if let Some(count) = word.strip_prefix("見出し列") {
            table.head_columns = number(count).ok_or(Why::Table)? as usize;
        } else if let Some(columns) = word.strip_prefix("中央列") {
            let columns = columns.split('・').map(|n| number(n).map(|n| n as usize));
            table.centred = columns.collect::<Option<_>>().ok_or(Why::Table)?;
        } else {
            table.widths.push(number(word).filter(|n| (1..=MOST_WIDE).contains(n)).ok_or(Why::Table)?);
        }
    }
    if table.widths.is_empty() || table.widths.len() > MOST_COLUMNS { Err(Why::Table) } else { Ok(table) }
}

fn row<'a>(name: &str, words: impl Iterator<Item = &'a str>, text: &str, columns: usize) -> Result<TableRow, Why> {
    let (head, divider) = match name {
        "行" => (false, false),
        "見出し行" => (true, false),
        "区切り行" => (false, true),
        "表" | "改頁" => return Err(Why::UnendedTable),
        name if Look::ALL.into_iter().any(|look| look.is_written() && look.name() == name) => return Err(Why::UnendedTable),
        _ => return Err(Why::UnknownLook),
    };
    let height = words.into_iter().find_map(|word| number(word.strip_prefix("高さ")?)).map(|mm| mm.min(MOST_HIGH));
    let mut cells: Vec<Cell> = Vec::with_capacity(columns);
    for written in text.split('｜') {
        match (written, cells.last_mut()) {
            ("＜", Some(before)) => before.span += 1,
            (text, _) => cells.push(Cell { span: 1, text: text.to_owned() }),
        }
    }
    let spanned: usize = cells.iter().map(|cell| cell.span).sum();
    if spanned != columns {
        return Err(Why::Table);
    }
    Ok(TableRow { head, divider, height, cells })
}

/// A number in either width of digit.
fn number(text: &str) -> Option<u32> {
    text.chars()
        .map(|c| c.to_digit(10).or_else(|| (c as u32).checked_sub('０' as u32).filter(|d| *d < 10)))
        .try_fold(0u32, |n, digit| n.checked_mul(10)?.checked_add(digit?))
        .filter(|_| !text.is_empty())
}

pub(super) fn check_tags(text: &str) -> Result<(), Why> {
    let tags = tag::cut(text).map_err(|bad| match bad {
        BadTag::Unclosed => Why::UnclosedTag,
        BadTag::Unknown(name) => {
            let nearest = Slot::nearest(&name);
            Why::UnknownSlot(name, nearest)
        }
    })?;
    let mut list = None;
    for tag in tags {
        if let Tag::Slot(slot) | Tag::If(slot) = tag
            && let Some(own) = slot.list()
            && *list.get_or_insert(own) != own
        {
            return Err(Why::MixedLists);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::LetterKind;

    #[test]
    fn every_built_in_wording_can_be_read() {
        for kind in LetterKind::ALL {
            let (file, text) = kind.wording();
            let wording = Wording::read(text).unwrap_or_else(|bad| panic!("{file}: {bad:?}"));
            let foot: String = wording.foot.iter().map(|p| p.text.as_str()).collect();
            let bound = foot.contains("{{照合番号}}") && foot.contains("{{文書番号}}");
            assert!(if kind.is_internal() { foot.contains("部内") } else { bound }, "{file}");
        }
    }

    #[test]
    fn an_unknown_slot_is_told_with_its_line_and_the_nearest_one() {
        let bad = Wording::read("題名 x\n# remark\n［右］{{発信目}}\n").expect_err("unknown");
        assert_eq!(bad, BadWording { line: 3, why: Why::UnknownSlot("発信目".to_owned(), Slot::SentOn) });
        let fault = bad.fault("reply.txt");
        assert_eq!(fault.code, code::UNKNOWN_SLOT);
        assert_eq!(fault.place.at, Some(At::Line(3)));
    }

    #[test]
    fn other_faults_are_told_with_their_line() {
        let cases = [
            ("題名 x\nただの文\n", 2, Why::UnknownLook),
            ("題名 x\n［斜め］文\n", 2, Why::UnknownLook),
            ("題名 x\n［本文］{{宛先\n", 2, Why::UnclosedTag),
            ("題名 x\n［表 1 2］\n［行］一つ\n", 3, Why::Table),
            ("題名 x\n［表 一］\n", 2, Why::Table),
            ("題名 x\n［表 1 4000000000］\n", 2, Why::Table),
            ("題名 x\n［表 1 2］\n", 2, Why::UnendedTable),
            ("題名 x\n［表 1 2］\n［行］a｜b\n［本文］文\n［下欄］f\n", 4, Why::UnendedTable),
            ("題名 x\n［本文］文\n", 2, Why::Incomplete),
            ("題名 x\n［本文］{{明細.項目}}{{同封.番号}}\n", 2, Why::MixedLists),
        ];
        for (text, line, why) in cases {
            assert_eq!(Wording::read(text), Err(BadWording { line, why }), "{text}");
        }
    }

    #[test]
    fn every_fault_is_told_and_none_because_of_another() {
        let (_, bad) =
            Wording::read_all("題名 x\n［斜め］文\n［表 1］\n［行］a\n［本文］{{宛先\n［本文］文\n［本文］{{謎}}\n［下欄］f\n");
        let lines: Vec<usize> = bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [2, 5, 6, 7], "{bad:?}");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "(題名 x\n)?([［][表行窓記見出し列中央高さ下欄終 0-9・]{0,12}[］]|[{}?照合番号明細.項目｜＜→#\n]){0,40}") {
            drop(Wording::read(&text));
        }
    }

    #[test]
    fn a_table_knows_its_spans() {
        let text = "題名 x\n［表 ２ 3 1 見出し列1］\n［見出し行］a｜b｜c\n［行 高さ12］d｜＜｜＜\n［表終］\n［下欄］f\n";
        let Ok(wording) = Wording::read(text) else { panic!("good") };
        let [Block::Table(table)] = wording.blocks.as_slice() else { panic!("a table") };
        assert_eq!((table.widths.as_slice(), table.head_columns), ([2, 3, 1].as_slice(), 1));
        assert_eq!((table.rows[1].cells[0].span, table.rows[1].height), (3, Some(12)));
    }
}
