//! 段落と行: what of a form is there in every letter.

use crate::letter::{Slot, needs};

/// A paragraph or row as [`tree`](crate::press) has it: what it prints, and what it vanishes without.
#[derive(Default)]
pub(super) struct Frame {
    pub is_row: bool,
    pub slots: Vec<Slot>,
    pub conditions: Vec<Slot>,
}

impl Frame {
    /// What it prints in every letter, as far as it is there: nothing that hangs on something else, nothing that only a list brings.
    pub fn always(self) -> impl Iterator<Item = Slot> {
        let repeats = self.slots.iter().any(|slot| slot.list().is_some());
        let conditions = self.conditions;
        let stays = move |slot: Slot| conditions.iter().all(|other| *other == slot || !needs::is_optional(*other));
        self.slots.into_iter().filter(move |slot| stays(*slot) && (!repeats || slot.list().is_some()))
    }
}
