//! ラベル用紙: where the labels of a sheet stand. Data of the office: there are many sheets on the market.

/// A4, in millimetres.
const PAGE: (f64, f64) = (210.0, 297.0);
/// Word wants a paragraph after a table, a point high; it must find room below the last row.
const BELOW: f64 = 0.5;

/// ラベル用紙. Millimetres from the sheet's corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelSheet {
    /// From the left edge to the first label.
    pub left: f64,
    /// From the top edge to the first label.
    pub top: f64,
    /// Width of a label.
    pub width: f64,
    /// Height of a label.
    pub height: f64,
    /// From the left edge of a label to that of the next one.
    pub pitch_x: f64,
    /// From the top edge of a label to that of the one below.
    pub pitch_y: f64,
    /// 列
    pub columns: usize,
    /// 段
    pub rows: usize,
}

/// Which way the labels do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// 横
    Across,
    /// 縦
    Down,
}

impl Default for LabelSheet {
    /// A4, 2 × 6 without gaps.
    fn default() -> Self {
        Self { left: 18.6, top: 21.6, width: 86.4, height: 42.3, pitch_x: 86.4, pitch_y: 42.3, columns: 2, rows: 6 }
    }
}

impl LabelSheet {
    /// 一枚のラベルの数
    pub fn count(&self) -> usize {
        self.columns * self.rows
    }

    /// Left and top edge of a label on its sheet: from left to right, then down.
    pub fn place(&self, index: usize) -> (f64, f64) {
        let on_sheet = index % self.count();
        let (column, row) = (on_sheet % self.columns, on_sheet / self.columns);
        (self.left + self.pitch_x * column as f64, self.top + self.pitch_y * row as f64)
    }

    /// Whether its labels are labels, lie beside each other and stand on an A4 sheet; else which way they do not.
    pub fn fits(&self) -> Result<(), Misfit> {
        if !(1..=10).contains(&self.columns) {
            return Err(Misfit::Across);
        }
        if !(1..=30).contains(&self.rows) {
            return Err(Misfit::Down);
        }
        let (right, bottom) = self.place(self.count() - 1);
        let is_apart = |several: usize, pitch: f64, size: f64| several == 1 || pitch >= size;
        if self.width < 20.0 || !is_apart(self.columns, self.pitch_x, self.width) || right + self.width > PAGE.0 {
            return Err(Misfit::Across);
        }
        if self.height < 10.0 || !is_apart(self.rows, self.pitch_y, self.height) || bottom + self.height > PAGE.1 - BELOW {
            return Err(Misfit::Down);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_where_the_sheet_has_them() {
        let sheet = LabelSheet::default();
        assert_eq!(sheet.fits(), Ok(()));
        let near = |(x, y): (f64, f64), (a, b): (f64, f64)| (x - a).abs() < 1e-9 && (y - b).abs() < 1e-9;
        assert!(near(sheet.place(0), (18.6, 21.6)) && near(sheet.place(3), (105.0, 63.9)) && near(sheet.place(12), (18.6, 21.6)));
    }

    #[test]
    fn what_is_no_sheet_of_labels_does_not_fit() {
        let usual = LabelSheet::default();
        for (wrong, way) in [
            (LabelSheet { left: 40.0, ..usual }, Misfit::Across),
            (LabelSheet { top: 50.0, ..usual }, Misfit::Down),
            (LabelSheet { pitch_x: 80.0, ..usual }, Misfit::Across),
            (LabelSheet { pitch_y: 42.0, ..usual }, Misfit::Down),
            (LabelSheet { columns: 0, ..usual }, Misfit::Across),
            (LabelSheet { rows: 0, ..usual }, Misfit::Down),
            (LabelSheet { rows: 7, ..usual }, Misfit::Down),
            (LabelSheet { width: 5.0, pitch_x: 5.0, ..usual }, Misfit::Across),
        ] {
            assert_eq!(wrong.fits(), Err(way), "{wrong:?}");
        }
    }
}
