//! まとまり: rows of a table that stay on one page with the band that says whose they are. What is longer than a page begins each further
//! block with its band again, so that nobody reads out a number of a page that names nobody.
//!
//! Counted here and not left to Word: it and LibreOffice would break a table that is too long at different places.

use crate::letter::phrase::Phrases;
use crate::letter::{Phrase, Row, Slot, lines};

/// Lines of a block, with its bands: half a page, so that a page of an office's own larger letters holds it too.
const MOST: usize = 25;

/// The rows of one person, period or part, ready for their list.
pub(super) fn in_blocks(rows: Vec<Row>, phrases: &Phrases) -> Vec<Row> {
    let (owner, groups) = grouped(rows);
    let mut blocks: Vec<Vec<Row>> = Vec::new();
    for (band, rows) in groups {
        if owner.is_none() && band.is_none() {
            // The letter itself says whose they are, on every page.
            blocks.extend(rows.into_iter().map(|row| vec![row]));
            continue;
        }
        for (index, piece) in pieces(band.as_ref(), rows, phrases).into_iter().enumerate() {
            let goes_on = owner.is_some() && (index == 0 || band.is_none());
            match blocks.last_mut().filter(|block| goes_on && height(block) + height(&piece) < MOST) {
                Some(block) => block.extend(piece),
                None => blocks.push(piece),
            }
        }
    }
    let headed = |(index, block): (usize, Vec<Row>)| {
        let owner = owner.as_ref().map(|owner| if index == 0 { owner.clone() } else { continued(owner, phrases) });
        owner.into_iter().chain(block).collect::<Vec<Row>>()
    };
    if blocks.is_empty() {
        // An owner with nothing under it.
        blocks.push(Vec::new());
    }
    blocks.into_iter().enumerate().map(headed).flat_map(kept).collect()
}

/// Every row but the last with the one below it.
fn kept(block: Vec<Row>) -> Vec<Row> {
    let last = block.len().saturating_sub(1);
    block.into_iter().enumerate().map(|(index, row)| if index < last { row.kept() } else { row }).collect()
}

/// A band and the rows under it.
type Group = (Option<Row>, Vec<Row>);

/// Who or what all of it is about, and the rows under each band in it.
fn grouped(rows: Vec<Row>) -> (Option<Row>, Vec<Group>) {
    let (mut owner, mut groups) = (None, Vec::<Group>::new());
    for row in rows {
        if row.get(Slot::AnswerPerson).or_else(|| row.get(Slot::DayHeading)).is_some() {
            owner = Some(row);
        } else if row.get(Slot::AnswerPeriod).is_some() {
            groups.push((Some(row), Vec::new()));
        } else if let Some((_, rows)) = groups.last_mut() {
            rows.push(row);
        } else {
            groups.push((None, vec![row]));
        }
    }
    (owner, groups)
}

/// The rows under a band in pieces of about the same height, each behind the band.
fn pieces(band: Option<&Row>, rows: Vec<Row>, phrases: &Phrases) -> Vec<Vec<Row>> {
    // Over them stand their band and the owner's.
    let most = MOST - 2;
    let all = height(&rows);
    let each = all.div_ceil(all.div_ceil(most).max(1));
    let mut filled = 0;
    let mut pieces = vec![Vec::from_iter(band.cloned())];
    for row in rows {
        let high = row_height(&row);
        if filled > 0 && (filled >= each || filled + high > most) {
            pieces.push(band.map(|band| continued(band, phrases)).into_iter().collect());
            filled = 0;
        }
        filled += high;
        if let Some(piece) = pieces.last_mut() {
            piece.push(row);
        }
    }
    pieces
}

/// A band again, on the page where what it is about goes on.
fn continued(band: &Row, phrases: &Phrases) -> Row {
    band.cells().fold(Row::new(), |row, (slot, text)| row.with(slot, phrases.fill(Phrase::Continued, &[("見出し", text)])))
}

fn height(rows: &[Row]) -> usize {
    rows.iter().map(row_height).sum()
}

fn row_height(row: &Row) -> usize {
    row.cells().map(|(slot, text)| lines::count(text, room(slot))).max().unwrap_or(1)
}

/// Full-width letters in a line of the built-in forms' columns.
fn room(slot: Slot) -> f64 {
    match slot {
        Slot::AnswerItem | Slot::DayNumber => 8.0,
        Slot::AnswerValue => 21.0,
        Slot::AnswerAsOf | Slot::DayCase | Slot::DayWhat | Slot::DayWhen => 11.0,
        _ => 43.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases() -> Phrases {
        Phrases::read(Phrases::BUILT_IN.1).expect("built in")
    }

    fn row(slot: Slot, text: &str) -> Row {
        Row::new().with(slot, text)
    }

    fn answers(count: usize) -> impl Iterator<Item = Row> {
        (0..count).map(|n| row(Slot::AnswerItem, "枝番").with(Slot::AnswerValue, n.to_string()))
    }

    /// Each block as the texts of its bands and how many rows it has.
    fn told(rows: Vec<Row>) -> Vec<(Vec<String>, usize)> {
        let rows = in_blocks(rows, &phrases());
        let blocks = rows.split_inclusive(|row| !row.keeps());
        let band = |row: &Row| row.get(Slot::AnswerPerson).or(row.get(Slot::AnswerPeriod)).map(str::to_owned);
        blocks.map(|block| (block.iter().filter_map(band).collect(), block.len())).collect()
    }

    #[test]
    fn a_person_stays_whole_up_to_half_a_page() {
        let person = |count| std::iter::once(row(Slot::AnswerPerson, "甲")).chain(answers(count)).collect::<Vec<_>>();
        let of = |texts: &[&str], rows: usize| (texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), rows);
        assert_eq!(told(person(3)), [of(&["甲"], 4)]);
        assert_eq!(told(person(24)), [of(&["甲"], 25)]);
        assert_eq!(told(person(25)), [of(&["甲"], 14), of(&["甲（続き）"], 13)]);
        assert_eq!(told(person(0)), [of(&["甲"], 1)]);
    }

    #[test]
    fn a_block_is_cut_between_periods_and_names_both_where_it_goes_on() {
        let period = |n: usize, count| std::iter::once(row(Slot::AnswerPeriod, &n.to_string())).chain(answers(count));
        let person = || std::iter::once(row(Slot::AnswerPerson, "甲"));
        let rows = person().chain(period(1, 10)).chain(period(2, 10)).chain(period(3, 30));
        let told_of = told(rows.collect());
        let bands: Vec<String> = told_of.iter().map(|(bands, _)| bands.join(" ")).collect();
        assert_eq!(bands, ["甲 1 2", "甲（続き） 3", "甲（続き） 3（続き）"]);
        assert!(told_of.iter().all(|(_, rows)| *rows <= MOST), "{told_of:?}");
        // A letter about one person: its periods stand for themselves, rows without one go where there is room.
        let bands: Vec<usize> = told(answers(2).chain(period(1, 2)).chain(period(2, 3)).collect()).iter().map(|b| b.1).collect();
        assert_eq!(bands, [1, 1, 3, 4]);
    }

    #[test]
    fn long_texts_count_as_the_lines_that_they_take() {
        let long = (0..12).map(|_| row(Slot::AnswerItem, "高額療養費").with(Slot::AnswerValue, "診療年月\n円\n決定"));
        let blocks = told(std::iter::once(row(Slot::AnswerPerson, "甲")).chain(long).collect());
        assert_eq!(blocks.iter().map(|(_, rows)| *rows).collect::<Vec<_>>(), [7, 7]);
    }
}
