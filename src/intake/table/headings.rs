//! 見出し: which column means what. Every field of a case and every item of the catalogue has its heading, and an English one.

use super::super::fields::{FIELDS, field, payment_parts};
use crate::base::my_number::{Finding, Grammar, scan};
use crate::base::{Arg, At, Fault, Field, code, near};
use crate::file::cell::Cell;
use crate::notice::{Asked, Catalogue, ItemType};
use std::collections::{BTreeMap, BTreeSet};

const NOTE: Field = Field::new("備考", "note");

/// 列の意味.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// A field of the case or of a candidate, by its key path.
    Field(&'static str),
    /// The answer to an item.
    Answer(Asked),
    /// A part of a payment that answers an item.
    Payment(Asked, &'static str),
    /// 備考: looked through, and not read.
    Note,
    /// No heading: nothing may stand below it.
    Bare,
}

/// 見出し of a column.
#[derive(Clone, Debug)]
pub struct Heading {
    /// As a table has it.
    pub ja: String,
    /// The English alias: the key path in JSON.
    pub json: String,
    /// What stands below it.
    pub column: Column,
}

/// Every heading there is, in the order of the empty sheet.
pub fn headings(catalogue: &Catalogue) -> Vec<Heading> {
    let is_leaf = |path: &str| {
        let inside = format!("{path}.");
        path != "candidates.answers" && !FIELDS.iter().any(|(other, _)| other.starts_with(&inside))
    };
    let leaves = FIELDS.iter().filter(|(path, _)| is_leaf(path));
    let mut all: Vec<Heading> = leaves
        .map(|(path, ja)| Heading { ja: (*ja).to_owned(), json: (*path).to_owned(), column: Column::Field(path) })
        .collect();
    for item in catalogue.items() {
        let Some(asked) = catalogue.by_id(&item.id) else { continue };
        let heading = |part: Option<(&'static str, String)>| {
            let (key, ja) = part.as_ref().map(|(key, ja)| (format!(".{key}"), format!("_{ja}"))).unwrap_or_default();
            Heading {
                ja: format!("回答_{}{ja}", item.name),
                json: format!("answers.{}{key}", item.id),
                column: part.map_or(Column::Answer(asked), |(key, _)| Column::Payment(asked, key)),
            }
        };
        match item.kind {
            ItemType::Benefit(when) => all.extend(payment_parts(item, when).into_iter().map(|part| heading(Some(part)))),
            _ => all.push(heading(None)),
        }
    }
    all.push(Heading { ja: NOTE.ja.into_owned(), json: NOTE.json.into_owned(), column: Column::Note });
    all
}

/// 列: the columns of one table.
#[derive(Clone, Debug)]
pub struct Columns {
    columns: Vec<Column>,
    named: BTreeMap<Column, usize>,
    /// The parts of payments, by our own name for the answer and their key.
    payments: BTreeMap<(String, &'static str), (Asked, Field)>,
}

impl Columns {
    /// Reads the heading row; every fault of it is told.
    pub fn read(cells: &[Cell], catalogue: &Catalogue, line: u64) -> Result<Self, Vec<Fault>> {
        let all = headings(catalogue);
        let known = spellings(&all, catalogue);
        let here = |mut fault: Fault| {
            fault.place.at = Some(At::Line(line));
            fault
        };
        let (mut stops, mut faults) = (Vec::new(), Vec::new());
        let (mut columns, mut named) = (Vec::new(), BTreeMap::new());
        for (index, cell) in cells.iter().enumerate() {
            let at = Arg::plain(letters(index));
            if let Finding::Stop(character) = scan(cell.text(), Grammar::Free) {
                let mut fault = Fault::new(code::MY_NUMBER).at(in_column("の見出し", "heading of ", index));
                fault.place.character = Some(character);
                stops.push(here(fault));
            }
            let column = match known.get(&folded(cell.text())) {
                Some(column) => *column,
                None if cell.is_blank() => Column::Bare,
                None => {
                    let nearest = near::nearest(cell.text(), all.iter().map(|heading| heading.ja.as_str()));
                    faults.push(here(Fault::new(code::UNKNOWN_KEY).with("column", at).with("nearest", Arg::named(nearest))));
                    continue;
                }
            };
            if column != Column::Bare && named.insert(column, index).is_some() {
                faults.push(here(Fault::new(code::DUPLICATE_KEY).at(of(column, catalogue)).with("column", at)));
            }
            columns.push(column);
        }
        if stops.is_empty() && named.is_empty() {
            return Err(vec![here(Fault::new(code::NO_HEADINGS))]);
        }
        if !named.contains_key(&Column::Field("id")) {
            faults.push(here(Fault::new(code::NO_ID_COLUMN).at(field("id"))));
        }
        stops.append(&mut faults);
        if stops.is_empty() { Ok(Self { columns, named, payments: payments(&all, catalogue) }) } else { Err(stops) }
    }

    /// The item and the heading of a part of a payment.
    pub fn payment(&self, answer: &str, key: &'static str) -> Option<&(Asked, Field)> {
        self.payments.get(&(answer.to_owned(), key))
    }

    /// What a column means; beyond the last heading nothing does.
    pub fn meaning(&self, index: usize) -> Column {
        self.columns.get(index).copied().unwrap_or(Column::Bare)
    }

    /// 照会番号 of a row, as rows are told apart by it.
    pub fn id(&self, cells: &[Cell]) -> String {
        let cell = self.position(Column::Field("id")).and_then(|index| cells.get(index));
        near::plain(cell.map(Cell::text).unwrap_or_default())
    }

    /// Where a column stands.
    pub fn position(&self, column: Column) -> Option<usize> {
        self.named.get(&column).copied()
    }

    /// How many there are, the bare ones among them.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The columns that have a heading, each with its place.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Column)> + '_ {
        self.columns.iter().copied().enumerate().filter(|(_, column)| *column != Column::Bare)
    }
}

fn payments(all: &[Heading], catalogue: &Catalogue) -> BTreeMap<(String, &'static str), (Asked, Field)> {
    let part = |heading: &Heading| match heading.column {
        Column::Payment(asked, key) => {
            let answer = Field::answer(&catalogue.item(asked).name).json.into_owned();
            Some(((answer, key), (asked, of(heading.column, catalogue))))
        }
        _ => None,
    };
    all.iter().filter_map(part).collect()
}

/// What each heading of a row means, as far as it is known: a heading that is none names nothing.
pub fn meanings(cells: &[Cell], catalogue: &Catalogue) -> Vec<Column> {
    let known = spellings(&headings(catalogue), catalogue);
    cells.iter().map(|cell| known.get(&folded(cell.text())).copied().unwrap_or(Column::Bare)).collect()
}

/// Our own name for what a column holds.
pub fn of(column: Column, catalogue: &Catalogue) -> Field {
    match column {
        Column::Field(path) => field(path),
        Column::Answer(asked) => Field::answer(&catalogue.item(asked).name),
        Column::Payment(asked, key) => {
            let item = catalogue.item(asked);
            let mut named = Field::answer(&item.name);
            if let ItemType::Benefit(when) = item.kind
                && let Some((_, part)) = payment_parts(item, when).into_iter().find(|(own, _)| *own == key)
            {
                named.ja = format!("{}_{part}", named.ja).into();
                named.json = format!("{}.{key}", named.json).into();
            }
            named
        }
        Column::Note | Column::Bare => NOTE,
    }
}

/// The same at its place: where no heading names a column, its letters do.
pub fn named(column: Column, index: usize, catalogue: &Catalogue) -> Field {
    if column == Column::Bare { in_column("", "", index) } else { of(column, catalogue) }
}

fn in_column(ja: &str, json: &str, index: usize) -> Field {
    let column = letters(index);
    Field { ja: format!("{column}列{ja}").into(), json: format!("{json}column {column}").into(), ..NOTE }
}

/// A, B, …, XFD: a column as a spreadsheet calls it.
pub fn letters(index: usize) -> String {
    let (rest, last) = (index / 26, index % 26);
    let before = if rest == 0 { String::new() } else { letters(rest - 1) };
    format!("{before}{}", char::from(b'A' + last as u8))
}

/// The column that a spreadsheet calls so.
pub fn column_of(letters: &str) -> Option<usize> {
    let digits = letters.bytes().map(|b| b.is_ascii_uppercase().then(|| usize::from(b - b'A') + 1));
    digits.collect::<Option<Vec<_>>>()?.into_iter().fold(0, |sum, digit| sum * 26 + digit).checked_sub(1)
}

/// NFKC, without spaces and case; a dot is as good as an underscore.
fn folded(heading: &str) -> String {
    near::plain(heading).replace('.', "_")
}

/// Every spelling of every heading: Japanese, English, and the catalogue's aliases and ids.
fn spellings(all: &[Heading], catalogue: &Catalogue) -> BTreeMap<String, Column> {
    let mut known = BTreeMap::new();
    for heading in all {
        let (asked, ends) = match heading.column {
            Column::Answer(asked) => (asked, BTreeSet::from([String::new()])),
            Column::Payment(asked, key) => {
                let name = &catalogue.item(asked).name;
                let ja = heading.ja.strip_prefix("回答_").and_then(|rest| rest.strip_prefix(name.as_str()));
                (asked, BTreeSet::from([ja.unwrap_or_default().to_owned(), format!("_{key}")]))
            }
            Column::Field(_) | Column::Note | Column::Bare => {
                known.insert(folded(&heading.ja), heading.column);
                known.insert(folded(&heading.json), heading.column);
                continue;
            }
        };
        let item = catalogue.item(asked);
        let names = [&item.name, &item.id].into_iter().chain(&item.aliases);
        for (name, end) in names.flat_map(|name| ends.iter().map(move |end| (name, end))) {
            for begin in ["回答_", "answers.", "candidates.answers."] {
                known.insert(folded(&format!("{begin}{name}{end}")), heading.column);
            }
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Catalogue {
        Catalogue::parse(include_str!("../../../templates/items.toml")).expect("our own catalogue")
    }

    fn read(headings: &[&str]) -> Result<Columns, Vec<Fault>> {
        let cells: Vec<Cell> = headings.iter().map(|h| Cell::of((*h).to_owned())).collect();
        Columns::read(&cells, &ours(), 1)
    }

    #[test]
    fn every_heading_is_known_by_all_its_names_and_names_one_column() {
        let ours = ours();
        let all = headings(&ours);
        let known = spellings(&all, &ours);
        for heading in &all {
            assert_eq!(known.get(&folded(&heading.ja)), Some(&heading.column), "{}", heading.ja);
            assert_eq!(known.get(&folded(&heading.json)), Some(&heading.column), "{}", heading.json);
            let named = of(heading.column, &ours);
            assert_eq!(named.ja, heading.ja);
        }
        let columns: BTreeSet<Column> = all.iter().map(|h| h.column).collect();
        assert_eq!(columns.len(), all.len());
    }

    #[test]
    fn aliases_and_widths_do_not_matter() {
        let columns = read(&[
            "ＩＤ",
            "subject_kana",
            "回答_資格取得日",
            "answers.高額療養費.month",
            "回答＿傷病手当金＿支給対象期間＿終了",
        ]);
        let columns = columns.unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(columns.meaning(1), Column::Field("subject.kana"));
        let ours = ours();
        assert_eq!(columns.meaning(2), Column::Answer(ours.by_id("q.acquired").expect("item")));
        assert_eq!(columns.meaning(3), Column::Payment(ours.find("高額療養費").expect("item"), "month"));
        assert_eq!(columns.meaning(4), Column::Payment(ours.find("傷病手当金").expect("item"), "to"));
        assert_eq!(columns.meaning(5), Column::Bare);
    }

    #[test]
    fn what_is_wrong_with_headings_is_told_at_once() {
        let codes = |headings: &[&str]| read(headings).map(|_| ()).map_err(|f| f.iter().map(|f| f.code).collect::<Vec<_>>());
        assert_eq!(codes(&["照会番号", "フリガナ", "kana of subject"]), Err(vec![code::UNKNOWN_KEY]));
        assert_eq!(codes(&["照会番号", "id", "住処"]), Err(vec![code::DUPLICATE_KEY, code::UNKNOWN_KEY]));
        assert_eq!(codes(&["フリガナ"]), Err(vec![code::NO_ID_COLUMN]));
        assert_eq!(codes(&["K-1", "山田"]), Err(vec![code::NO_HEADINGS]));
        assert_eq!(codes(&["照会番号", "123456789018"]), Err(vec![code::MY_NUMBER, code::UNKNOWN_KEY]));
        let nearest = read(&["照会番号", "候補_生年月"]).expect_err("unknown")[0].args.clone();
        assert_eq!(nearest[0].1.as_str(), "B");
        assert!(nearest[1].1.as_str().contains("「候補_生年月日」"));
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 701, 702, 16383].map(letters), ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
        assert!((0..20_000).all(|index| column_of(&letters(index)) == Some(index)));
        assert_eq!((column_of(""), column_of("a1")), (None, None));
    }
}
