//! 表: columns aligned by display width, as narrow as the terminal, plain when there is none.

use fukan::world::{self, Stream};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a table is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The columns of the terminal; none for a file or pipe, which cuts nothing.
    pub width: Option<usize>,
    /// Whether colours may be used.
    pub colour: bool,
}

impl Look {
    /// What fits a stream of ours: NO_COLOR and the terminal's width are honoured.
    pub fn of(stream: Stream) -> Self {
        let terminal = world::is_terminal(stream);
        Self { width: terminal.then(world::columns), colour: terminal && !world::no_color() }
    }

    /// No terminal: no colours, nothing cut.
    #[cfg(test)]
    pub const PLAIN: Self = Self { width: None, colour: false };
}

/// 色 of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// Done.
    Good,
    /// To be looked at.
    Look,
    /// Wrong.
    Bad,
}

impl Tone {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Good => Some("\u{1B}[32m"),
            Self::Look => Some("\u{1B}[33m"),
            Self::Bad => Some("\u{1B}[31m"),
        }
    }

    /// A text in this tone.
    pub fn paint(self, text: &str, look: Look) -> String {
        match self.code().filter(|_| look.colour && !text.is_empty()) {
            Some(code) => format!("{code}{text}\u{1B}[0m"),
            None => text.to_owned(),
        }
    }
}

/// 表.
#[derive(Clone, Debug, Default)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<(String, Tone)>>,
    keep: Option<usize>,
}

/// Between two columns.
const GAP: &str = "  ";
/// No column is cut below this.
const LEAST: usize = 6;

impl Table {
    /// A table with these headings.
    pub fn new(headings: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { headings: headings.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The column that gives way first when the terminal is narrow keeps its end («…/R08-0012»): for paths.
    pub fn path_column(mut self, column: usize) -> Self {
        self.keep = Some(column);
        self
    }

    /// One more row, plain.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.toned(cells.into_iter().map(|cell| (cell, Tone::Plain)));
    }

    /// One more row.
    pub fn toned(&mut self, cells: impl IntoIterator<Item = (impl Into<String>, Tone)>) {
        self.rows.push(cells.into_iter().map(|(cell, tone)| (one_line(&cell.into()), tone)).collect());
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines, headings first, each with its line break.
    pub fn render(&self, look: Look) -> String {
        let widths = self.widths(look);
        let headings: Vec<(String, Tone)> = self.headings.iter().map(|h| (h.clone(), Tone::Plain)).collect();
        let ruled = widths.iter().map(|w| ("-".repeat(*w), Tone::Plain)).collect();
        let rows = [&headings, &ruled].into_iter().chain(&self.rows);
        rows.map(|row| self.line(row, &widths, look) + "\n").collect()
    }

    fn line(&self, row: &[(String, Tone)], widths: &[usize], look: Look) -> String {
        let mut out = String::new();
        let mut owed = 0;
        for (column, (cell, tone)) in row.iter().take(widths.len()).enumerate() {
            let shown = if self.keep == Some(column) { cut_front(cell, widths[column]) } else { cut_back(cell, widths[column]) };
            // Blanks are written only before something, so that no line ends in them.
            if !shown.is_empty() {
                out.push_str(&" ".repeat(owed));
                out.push_str(&tone.paint(&shown, look));
                owed = 0;
            }
            owed += widths[column] - shown.width().min(widths[column]) + GAP.len();
        }
        out
    }

    fn widths(&self, look: Look) -> Vec<usize> {
        let mut widths: Vec<usize> = self.headings.iter().map(|h| h.width()).collect();
        for row in &self.rows {
            for (width, (cell, _)) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let Some(limit) = look.width else { return widths };
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        let floors: Vec<usize> = widths.iter().map(|w| (*w).min(LEAST)).collect();
        while widths.iter().sum::<usize>() + gaps > limit {
            // The path gives way while it is the widest or still long; else the widest column does.
            let widest = (0..widths.len())
                .filter(|i| widths[*i] > floors[*i])
                .max_by_key(|i| (self.keep == Some(*i) && widths[*i] > 16, widths[*i]));
            match widest {
                Some(column) => widths[column] -= 1,
                None => break,
            }
        }
        widths
    }
}

fn one_line(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// «…» at the end of what does not fit.
fn cut_back(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(MARK.width());
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= room
    });
    kept.chain(MARK.chars()).collect()
}

/// «…» at the beginning of what does not fit.
fn cut_front(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let reversed: String = text.chars().rev().collect();
    cut_back(&reversed, width).chars().rev().collect()
}

/// One column wide everywhere; 「…」 is two in Japanese terminals.
const MARK: &str = "~";

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["照会番号", "結果", "場所"]).path_column(2);
        table.row(["K-1", "追加情報の依頼", "out/email/R08-0012/R08-0012.eml"]);
        table.toned([("K-200", Tone::Plain), ("保留", Tone::Look), ("", Tone::Plain)]);
        table
    }

    #[test]
    fn columns_stand_under_each_other() {
        let text = table().render(Look::PLAIN);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "照会番号  結果            場所");
        assert_eq!(lines[2], "K-1       追加情報の依頼  out/email/R08-0012/R08-0012.eml");
        assert_eq!(lines[3], "K-200     保留");
        assert!(!text.contains('\u{1B}'));
    }

    #[test]
    fn a_narrow_terminal_cuts_the_path_at_its_front() {
        let text = table().render(Look { width: Some(44), colour: false });
        assert!(text.lines().all(|line| line.width() <= 44), "{text}");
        assert!(text.contains("~0012/R08-0012.eml"), "{text}");
        let text = table().render(Look { width: Some(20), colour: false });
        assert!(text.lines().all(|line| line.width() <= 22), "{text}");
    }

    #[test]
    fn colours_only_where_wanted() {
        let text = table().render(Look { width: Some(80), colour: true });
        assert!(text.contains("\u{1B}[33m保留\u{1B}[0m"));
        assert_eq!(cut_back("漢字かな", 5), "漢字~");
        assert_eq!(cut_back("漢字かな", 6), "漢字~");
        assert_eq!(cut_front("漢字かな", 5), "~かな");
    }
}
