//! 型の骨組み: a form cut at its tags, for the markup and, separately, for the text that it prints.
//!
//! Both are made by the same rules from a stream of [`Token`]s: a row (or a paragraph outside a table) that holds a list's
//! slot repeats, one that holds `{{?備考}}` vanishes when that slot is empty. Rows of one list that stand together are
//! alternatives: a data row takes the one that has most of its slots, and none that the data row lacks.

use crate::base::{Arg, Fault, code};
use crate::letter::tag::{self, BadTag, Tag};
use crate::letter::{List, Row, Slot, Values, needs};

/// What a form is read as.
pub(super) enum Token<'a> {
    ParagraphStart,
    ParagraphEnd,
    RowStart,
    RowEnd,
    /// Copied as it is.
    Raw(&'a str),
    /// Text of a run, in which tags may stand.
    Text(&'a str),
    /// Markup of a row or paragraph that repeats.
    Repeated(Hold, &'static str),
}

/// いつ: for which rows of a list a piece of markup is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Those that stay with the row below them.
    Kept,
    /// All.
    Each,
}

/// One step of printing.
#[derive(Debug)]
pub(super) enum Op {
    Literal(String),
    Slot(Slot),
    Repeated(Hold, &'static str),
    If(Vec<Slot>, Vec<Op>),
    Repeat(List, Vec<Variant>),
}

/// One template row of a list.
#[derive(Debug)]
pub(super) struct Variant {
    set: u128,
    ops: Vec<Op>,
}

/// How a value is written: with escapes into markup, or as it is.
pub(super) type Write = fn(&str, &mut String) -> Result<(), Fault>;

#[derive(Default)]
struct Frame {
    is_row: bool,
    ops: Vec<Op>,
    conditions: Vec<Slot>,
    list: Option<List>,
    set: u128,
}

/// Builds the steps.
pub(super) fn build<'a>(tokens: impl Iterator<Item = Token<'a>>) -> Result<Vec<Op>, Fault> {
    let mut open = vec![Frame::default()];
    for token in tokens {
        match token {
            Token::ParagraphStart => open.push(Frame::default()),
            Token::RowStart => open.push(Frame { is_row: true, ..Frame::default() }),
            Token::ParagraphEnd | Token::RowEnd => {
                let done = open.pop().ok_or_else(|| bad("段落の対応が取れません"))?;
                let in_row = open.iter().any(|frame| frame.is_row);
                let parent = open.last_mut().ok_or_else(|| bad("段落の対応が取れません"))?;
                parent.take(done, in_row)?;
            }
            Token::Raw(text) => last(&mut open)?.literal(text),
            Token::Text(text) => last(&mut open)?.text(text)?,
            Token::Repeated(hold, text) => last(&mut open)?.ops.push(Op::Repeated(hold, text)),
        }
    }
    let root = open.pop().filter(|_| open.is_empty()).ok_or_else(|| bad("段落の対応が取れません"))?;
    Ok(root.ops)
}

fn last(open: &mut [Frame]) -> Result<&mut Frame, Fault> {
    open.last_mut().ok_or_else(|| bad("段落の対応が取れません"))
}

fn bad(why: &'static str) -> Fault {
    Fault::new(code::FORM).with("why", Arg::ours(why))
}

impl Frame {
    fn literal(&mut self, text: &str) {
        match self.ops.last_mut() {
            Some(Op::Literal(before)) => before.push_str(text),
            _ => self.ops.push(Op::Literal(text.to_owned())),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        let tags = tag::cut(text).map_err(|fault| match fault {
            BadTag::Unclosed => bad("{{ が閉じられていません"),
            BadTag::Unknown(name) => Fault::new(code::UNKNOWN_SLOT)
                .with("name", Arg::named([&name]))
                .with("nearest", Arg::named([Slot::nearest(&name).name()])),
        })?;
        for tag in tags {
            match tag {
                Tag::Text(text) => self.literal(text),
                Tag::If(slot) => self.conditions.push(slot),
                Tag::Page | Tag::Pages => return Err(bad("{{頁}}{{総頁}}は下欄だけで使えます")),
                Tag::Slot(slot) => {
                    self.belong(slot.list())?;
                    if slot.list().is_some() {
                        self.set |= slot.bit();
                    }
                    self.ops.push(Op::Slot(slot));
                }
            }
        }
        Ok(())
    }

    fn belong(&mut self, list: Option<List>) -> Result<(), Fault> {
        match (self.list, list) {
            (Some(own), Some(other)) if own != other => Err(bad("一つの行に別の繰返しの欄が混ざっています")),
            (own, other) => {
                self.list = own.or(other);
                Ok(())
            }
        }
    }

    /// Takes in a paragraph or row that has ended. Inside a row nothing repeats or vanishes but the row itself.
    fn take(&mut self, mut done: Self, in_row: bool) -> Result<(), Fault> {
        if done.is_row && in_row && (done.list.is_some() || !done.conditions.is_empty()) {
            return Err(bad("表の中の表には繰返しの欄を置けません"));
        }
        if in_row {
            self.belong(done.list)?;
            self.set |= done.set;
            self.conditions.extend(done.conditions);
            self.append(done.ops);
            return Ok(());
        }
        if done.list.is_none() {
            done.ops.retain(|op| !matches!(op, Op::Repeated(..)));
        }
        match done.list {
            Some(list) => {
                let ops = if done.conditions.is_empty() { done.ops } else { vec![Op::If(done.conditions, done.ops)] };
                let variant = Variant { set: done.set, ops };
                match self.ops.last_mut() {
                    Some(Op::Repeat(own, variants)) if *own == list => variants.push(variant),
                    _ => self.ops.push(Op::Repeat(list, vec![variant])),
                }
            }
            None if done.conditions.is_empty() => self.append(done.ops),
            None => self.ops.push(Op::If(done.conditions, done.ops)),
        }
        Ok(())
    }

    fn append(&mut self, ops: Vec<Op>) {
        for op in ops {
            match op {
                Op::Literal(text) => self.literal(&text),
                op => self.ops.push(op),
            }
        }
    }
}

/// Prints values through the steps.
pub(super) fn print(ops: &[Op], values: &Values, row: Option<&Row>, write: Write, out: &mut String) -> Result<(), Fault> {
    for op in ops {
        match op {
            Op::Literal(text) => out.push_str(text),
            Op::Slot(slot) => write(value(*slot, values, row)?, out)?,
            Op::Repeated(hold, text) => {
                if row.is_some_and(|row| row.keeps() || *hold == Hold::Each) {
                    out.push_str(text);
                }
            }
            Op::If(conditions, inner) => {
                if conditions.iter().all(|slot| shows(*slot, values, row)) {
                    print(inner, values, row, write, out)?;
                }
            }
            Op::Repeat(list, variants) => {
                for row in values.rows(*list) {
                    print(&choose(variants, row, *list)?.ops, values, Some(row), write, out)?;
                }
            }
        }
    }
    Ok(())
}

fn value<'v>(slot: Slot, values: &'v Values, row: Option<&'v Row>) -> Result<&'v str, Fault> {
    let found = if slot.list().is_some() { row.and_then(|row| row.get(slot)) } else { values.get(slot) };
    // Built-in forms have a `{{?…}}` round each of these; an office's own need not.
    found
        .or_else(|| needs::is_optional(slot).then_some(""))
        .ok_or_else(|| Fault::new(code::FORM).with("missing", Arg::named([slot.name()])))
}

fn shows(slot: Slot, values: &Values, row: Option<&Row>) -> bool {
    match slot.list() {
        Some(_) => row.and_then(|row| row.get(slot)).is_some_and(|value| !value.trim().is_empty()),
        None => values.shows(slot),
    }
}

fn choose<'o>(variants: &'o [Variant], row: &Row, list: List) -> Result<&'o Variant, Fault> {
    let fits = variants.iter().filter(|variant| variant.set & !row.set() == 0);
    fits.max_by_key(|variant| variant.set.count_ones()).ok_or_else(|| {
        let of_list = Slot::ALL.iter().filter(|slot| slot.list() == Some(list) && row.set() & slot.bit() != 0);
        Fault::new(code::FORM).with("missing", Arg::named(of_list.map(|slot| slot.name())))
    })
}

/// The steps as one text, from which they can be told apart: each piece behind a control character that no text holds.
pub(super) fn tell(ops: &[Op], out: &mut String) {
    for op in ops {
        match op {
            Op::Literal(text) => out.extend(["\u{1}", text]),
            Op::Slot(slot) => out.extend(["\u{2}", slot.name()]),
            // No words.
            Op::Repeated(..) => {}
            Op::If(conditions, inner) => {
                conditions.iter().for_each(|slot| out.extend(["\u{3}", slot.name()]));
                tell(inner, out);
                out.push('\u{4}');
            }
            Op::Repeat(_, variants) => {
                for variant in variants {
                    out.push('\u{5}');
                    tell(&variant.ops, out);
                }
                out.push('\u{6}');
            }
        }
    }
}

/// Every slot that the steps can print.
pub(super) fn slots(ops: &[Op], found: &mut Vec<Slot>) {
    for op in ops {
        match op {
            Op::Literal(_) | Op::Repeated(..) => {}
            Op::Slot(slot) => found.push(*slot),
            Op::If(_, inner) => slots(inner, found),
            Op::Repeat(_, variants) => variants.iter().for_each(|variant| slots(&variant.ops, found)),
        }
    }
}
