//! 値: what goes into the slots of one document.

use super::slot::{List, Slot};
use std::fmt;

/// 差し込む値. One value a slot, and the rows of each list. Debug says nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values {
    single: Vec<Option<String>>,
    lists: [Vec<Row>; List::ALL.len()],
}

/// 行: one row of a list. Which template row it takes is decided by the slots it has.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Row {
    cells: Vec<(Slot, String)>,
    set: u128,
    keeps: bool,
}

impl Values {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a slot its value.
    pub fn set(&mut self, slot: Slot, value: impl Into<String>) -> &mut Self {
        let index = slot as usize;
        if self.single.len() <= index {
            self.single.resize(Slot::COUNT, None);
        }
        if let Some(place) = self.single.get_mut(index) {
            *place = Some(value.into());
        }
        self
    }

    /// The same, when there is a value.
    pub fn set_some(&mut self, slot: Slot, value: Option<impl Into<String>>) -> &mut Self {
        match value {
            Some(value) => self.set(slot, value),
            None => self,
        }
    }

    /// The value of a slot.
    pub fn get(&self, slot: Slot) -> Option<&str> {
        self.single.get(slot as usize)?.as_deref()
    }

    /// Whether a slot has a value that prints something.
    pub fn shows(&self, slot: Slot) -> bool {
        self.get(slot).is_some_and(|value| !value.trim().is_empty())
    }

    /// Adds a row to a list.
    pub fn push(&mut self, list: List, row: Row) -> &mut Self {
        if let Some(rows) = self.lists.get_mut(list as usize) {
            rows.push(row);
        }
        self
    }

    /// The rows of a list.
    pub fn rows(&self, list: List) -> &[Row] {
        self.lists.get(list as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every text in it: what the scan for My Numbers has to see, with the slot whose grammar counts.
    pub fn texts(&self) -> impl Iterator<Item = (Slot, &str)> {
        let single = Slot::ALL.iter().filter_map(|slot| Some((*slot, self.get(*slot)?)));
        let rows = self.lists.iter().flatten().flat_map(|row| row.cells.iter().map(|(slot, text)| (*slot, text.as_str())));
        single.chain(rows)
    }
}

impl Row {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more cell.
    pub fn with(mut self, slot: Slot, value: impl Into<String>) -> Self {
        self.set |= slot.bit();
        self.cells.push((slot, value.into()));
        self
    }

    /// The same, on the page of the row that follows it.
    pub fn kept(self) -> Self {
        Self { keeps: true, ..self }
    }

    /// Whether it stays on the page of the row that follows it.
    pub fn keeps(&self) -> bool {
        self.keeps
    }

    /// Its cells from left to right.
    pub fn cells(&self) -> impl Iterator<Item = (Slot, &str)> {
        self.cells.iter().map(|(slot, text)| (*slot, text.as_str()))
    }

    /// The value of a cell.
    pub fn get(&self, slot: Slot) -> Option<&str> {
        self.cells.iter().find(|(s, _)| *s == slot).map(|(_, value)| value.as_str())
    }

    /// The slots it has, as bits.
    pub fn set(&self) -> u128 {
        self.set
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[差し込む値]")
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[行]")
    }
}
