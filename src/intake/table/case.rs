//! 行から照会へ: the rows of one case become the tree that JSON gives, in its full form, so that both have one fingerprint.

use super::super::fields::field;
use super::super::my_number;
use super::super::node::Node;
use super::super::walk::Faults;
use super::cells::{self, says};
use super::headings::{Column, Columns, letters, named, of};
use super::places::Places;
use crate::base::date;
use crate::base::{Arg, At, Code, Fault, Field, code, near};
use crate::file::cell::Cell;
use crate::notice::{Asked, Catalogue, ItemType};
use std::collections::BTreeMap;

/// 行.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number, as a spreadsheet counts.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// What was wrong with its form before its cells meant anything.
    pub flaw: Option<Code>,
}

impl Row {
    fn cell(&self, index: usize) -> &Cell {
        self.cells.get(index).unwrap_or(&Cell::Blank)
    }
}

/// One case as it was read out of its rows.
pub struct Read {
    /// The tree.
    pub node: Node,
    /// What is wrong with the rows; each fault has its row.
    pub form: Faults,
    /// Which part of the tree stands in which row.
    pub places: Places,
}

/// 候補なし, as 候補_加入者 says it.
const NOBODY: [&str; 2] = ["該当なし", "none"];
/// What says who a candidate is, and since when.
const WHO: [&str; 4] = ["candidates.kana", "candidates.birth", "candidates.sex", "candidates.acquired"];
/// 支給なし, as 支給額 says it.
const NOTHING_PAID: [&str; 2] = ["支給なし", "none"];
/// Reads the rows of one case.
pub fn read(rows: &[Row], columns: &Columns, catalogue: &Catalogue) -> Read {
    let first = rows.first().map_or(0, |row| row.number);
    let mut reader = Reader {
        columns,
        catalogue,
        out: Faults::default(),
        places: Places { first, ..Places::default() },
        people: Vec::new(),
        nobody: false,
    };
    let mut node = reader.case(rows);
    for row in rows {
        reader.form(row);
        reader.candidate(row, rows.len());
    }
    let looked = reader.nobody || !reader.people.is_empty();
    let people = std::mem::take(&mut reader.people);
    if looked {
        node.push(("candidates".to_owned(), Node::List(people.into_iter().map(|person| person.node(catalogue)).collect())));
    }
    Read { node: Node::Map(node), form: reader.out, places: reader.places }
}

struct Reader<'a> {
    columns: &'a Columns,
    catalogue: &'a Catalogue,
    out: Faults,
    places: Places,
    people: Vec<Person>,
    nobody: bool,
}

/// 候補 as it grows over its rows.
struct Person {
    row: Row,
    fields: Vec<(String, Node)>,
    answers: Vec<(Asked, Node)>,
    payments: BTreeMap<Asked, Vec<Node>>,
}

impl Person {
    fn node(self, catalogue: &Catalogue) -> Node {
        let paid = self.payments.into_iter().map(|(asked, payments)| (asked, Node::List(payments)));
        let answers = self.answers.into_iter().chain(paid);
        let answers = answers.map(|(asked, node)| (catalogue.item(asked).name.clone(), node)).collect();
        let mut fields = self.fields;
        fields.push(("answers".to_owned(), Node::Map(answers)));
        Node::Map(fields)
    }
}

impl Reader<'_> {
    fn fault(&mut self, code: Code, row: u64, column: Column) {
        self.tell(Fault::new(code).at(of(column, self.catalogue)), row);
    }

    fn tell(&mut self, mut fault: Fault, row: u64) {
        fault.place.at = Some(At::Line(row));
        self.out.faults.push(fault);
    }

    /// What the row as a whole is wrong about, and the cells that reach no tree.
    fn form(&mut self, row: &Row) {
        if let Some(code) = row.flaw {
            self.tell(Fault::new(code), row.number);
        }
        let mut beyond = None;
        for (index, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
            let column = self.columns.meaning(index);
            if cell.is_to_mend() {
                self.tell(Fault::new(code::NOT_MENDED).at(named(column, index, self.catalogue)), row.number);
            }
            if matches!(column, Column::Bare | Column::Note) {
                beyond = beyond.or((column == Column::Bare && !cell.is_to_mend()).then_some(index));
                self.left_out(named(column, index, self.catalogue), cell, row.number);
            }
        }
        if let Some(index) = beyond {
            self.tell(Fault::new(code::ROW_LONG).with("column", Arg::plain(letters(index))), row.number);
        }
    }

    /// A cell that does not get into the tree is looked through for My Numbers like any other.
    fn left_out(&mut self, field: Field, cell: &Cell, row: u64) {
        let (stops, warnings) = my_number::inspect_at(&field.json, Node::Text(cell.text().to_owned()), self.catalogue);
        let placed = |mut fault: Fault| {
            fault.place.at = Some(At::Line(row));
            fault.at(field.clone())
        };
        self.out.faults.extend(stops.into_iter().map(placed));
        self.out.warnings.extend(warnings.into_iter().map(placed));
    }

    /// What is said of the case: its first row says it, further rows repeat it or leave it out.
    fn case(&mut self, rows: &[Row]) -> Vec<(String, Node)> {
        let Some((first, further)) = rows.split_first() else { return Vec::new() };
        let mut groups: BTreeMap<&str, Vec<(String, Node)>> =
            ["received", "requester", "procedure", "subject", "additional"].map(|group| (group, Vec::new())).into();
        let mut tree: Vec<(String, Node)> = Vec::new();
        let mut lists = vec!["items", "outside_items"];
        for (index, column) in self.columns.iter() {
            let Column::Field(path) = column else { continue };
            if path.starts_with("candidates.") {
                continue;
            }
            self.repeated(index, column, first, further);
            let Some(node) = self.value(column, first.cell(index), first.number) else { continue };
            lists.retain(|list| *list != path);
            match path.split_once('.') {
                Some((group, key)) => groups.entry(group).or_default().push((key.to_owned(), node)),
                None => tree.push((path.to_owned(), node)),
            }
        }
        tree.extend(groups.into_iter().map(|(group, entries)| (group.to_owned(), Node::Map(entries))));
        tree.extend(lists.into_iter().map(|list| (list.to_owned(), Node::List(Vec::new()))));
        tree
    }

    fn repeated(&mut self, index: usize, column: Column, first: &Row, further: &[Row]) {
        for row in further {
            let cell = row.cell(index);
            if column == Column::Field("id") && cell.is_blank() {
                self.fault(code::REQUIRED, row.number, column);
            } else {
                self.same(index, column, first, row);
            }
        }
    }

    /// A cell that repeats one above it says the same or nothing.
    fn same(&mut self, index: usize, column: Column, above: &Row, row: &Row) {
        let cell = row.cell(index);
        // A day typed as a text and one that Excel made of it are the same day.
        if cell.is_blank() || (cell.text() == above.cell(index).text() && *cell != Cell::Broken) {
            return;
        }
        let fault = Fault::new(code::ROWS_DIFFER).at(of(column, self.catalogue)).with("first", Arg::count(above.number));
        self.tell(fault, row.number);
        self.left_out(of(column, self.catalogue), cell, row.number);
    }

    fn candidate(&mut self, row: &Row, rows: usize) {
        let about = |column: Column| match column {
            Column::Field(path) => path.starts_with("candidates."),
            Column::Answer(_) | Column::Payment(..) => true,
            Column::Note | Column::Bare => false,
        };
        let filled: Vec<(usize, Column)> =
            self.columns.iter().filter(|(index, column)| about(*column) && !row.cell(*index).is_blank()).collect();
        let member = Column::Field("candidates.member");
        let key = self.columns.position(member).map_or(&Cell::Blank, |index| row.cell(index));
        if says(key, NOBODY) {
            self.nobody = true;
            let other = filled.iter().find(|(_, column)| *column != member);
            match other {
                Some((_, column)) => self.fault(code::NOBODY_AND_SOMEBODY, row.number, *column),
                None if rows > 1 => self.fault(code::NOBODY_AND_SOMEBODY, row.number, member),
                None => {}
            }
            filled.iter().for_each(|(index, column)| self.left_out(of(*column, self.catalogue), row.cell(*index), row.number));
        } else if filled.is_empty() {
            // Alone, the case has no candidates at all, and says so itself.
            if rows > 1 {
                self.fault(code::NOT_LOOKED_UP, row.number, member);
            }
        } else if let Some(known) = self.known(row) {
            self.more_payments(known, row, &filled);
        } else if filled.iter().any(|(_, column)| matches!(column, Column::Field(path) if WHO.contains(path))) {
            self.somebody(row, &filled);
        } else {
            // 「該当無し」, or what was copied down beside a blank: one fault, in place of one for each blank cell.
            self.nobody = true;
            self.fault(code::CANDIDATE_NOBODY, row.number, member);
            filled.iter().for_each(|(index, column)| self.left_out(of(*column, self.catalogue), row.cell(*index), row.number));
        }
    }

    /// The candidate of an earlier row with the same 候補_加入者 and 候補_取得.
    fn known(&self, row: &Row) -> Option<usize> {
        let at = |path| self.columns.position(Column::Field(path));
        let (member, acquired) = (at("candidates.member")?, at("candidates.acquired")?);
        let day = |cell: &Cell| date::parse(cell.text()).map(|day| day.to_string()).unwrap_or_else(|_| cell.text().to_owned());
        let key = |row: &Row| (near::plain(row.cell(member).text()), day(row.cell(acquired)));
        let own = key(row);
        if own.0.is_empty() || own.1.is_empty() {
            return None;
        }
        self.people.iter().position(|person| key(&person.row) == own)
    }

    fn somebody(&mut self, row: &Row, filled: &[(usize, Column)]) {
        let person = self.people.len();
        self.places.candidates.push(row.number);
        let (mut fields, mut answers) = (Vec::new(), Vec::new());
        for (index, column) in filled.iter().filter(|(_, column)| !matches!(column, Column::Payment(..))) {
            let Some(node) = self.value(*column, row.cell(*index), row.number) else { continue };
            match column {
                Column::Answer(asked) => answers.push((*asked, node)),
                Column::Field(path) => fields.push((path.trim_start_matches("candidates.").to_owned(), node)),
                Column::Payment(..) | Column::Note | Column::Bare => {}
            }
        }
        self.people.push(Person { row: row.clone(), fields, answers, payments: BTreeMap::new() });
        self.payments(person, row, filled);
    }

    /// A further row of a candidate adds payments and nothing else.
    fn more_payments(&mut self, person: usize, row: &Row, filled: &[(usize, Column)]) {
        let above = self.people[person].row.clone();
        let day = Column::Field("candidates.acquired");
        for (index, column) in filled.iter().filter(|(_, column)| !matches!(column, Column::Payment(..)) && *column != day) {
            self.same(*index, *column, &above, row);
        }
        if !self.payments(person, row, filled) {
            let fault = Fault::new(code::ROW_TWICE).with("first", Arg::count(above.number));
            self.tell(fault.at(field("candidates.acquired")), row.number);
        }
    }

    /// The payments of one row; whether it had any that were not there before.
    fn payments(&mut self, person: usize, row: &Row, filled: &[(usize, Column)]) -> bool {
        let mut items: BTreeMap<Asked, Vec<(usize, &'static str)>> = BTreeMap::new();
        for (index, column) in filled {
            if let Column::Payment(asked, key) = column {
                items.entry(*asked).or_default().push((*index, key));
            }
        }
        let mut fresh = false;
        for (asked, parts) in items {
            let amount = parts.iter().find(|(_, key)| *key == "amount");
            let nothing = amount.is_some_and(|(index, _)| says(row.cell(*index), NOTHING_PAID));
            let held = self.people[person].payments.get(&asked).cloned();
            let held_nothing = held.as_ref().is_some_and(Vec::is_empty);
            let contradicts = held_nothing || (nothing && (held.is_some() || parts.len() > 1));
            if contradicts {
                let fault = Fault::new(code::PAYMENT_FORM).at(of(Column::Payment(asked, "amount"), self.catalogue));
                self.tell(fault, row.number);
            }
            let payment = (!nothing).then(|| self.payment(asked, &parts, row));
            let mut held = held.unwrap_or_default();
            fresh |= contradicts || payment.as_ref().is_none_or(|payment| !held.contains(payment));
            if let Some(payment) = payment {
                held.push(payment);
                self.places.payments.insert((person, asked, held.len()), row.number);
            }
            self.people[person].payments.insert(asked, held);
        }
        fresh
    }

    fn payment(&mut self, asked: Asked, parts: &[(usize, &'static str)], row: &Row) -> Node {
        let ItemType::Benefit(when) = self.catalogue.item(asked).kind else { return Node::Null };
        let (mut payment, mut period) = (Vec::new(), Vec::new());
        for (index, key) in parts {
            let Some(node) = self.value(Column::Payment(asked, key), row.cell(*index), row.number) else { continue };
            let to = if matches!(*key, "from" | "to") { &mut period } else { &mut payment };
            to.push(((*key).to_owned(), node));
        }
        if !period.is_empty() {
            payment.push((when.key().to_owned(), Node::Map(period)));
        }
        Node::Map(payment)
    }

    /// What one cell says in its column; none when it says nothing.
    fn value(&mut self, column: Column, cell: &Cell, row: u64) -> Option<Node> {
        let (node, flaw) = cells::read(cell, column, self.catalogue);
        flaw.into_iter().for_each(|code| self.fault(code, row, column));
        node
    }
}
