//! ラベル用紙の設定: `[labels]` of office.toml.

use super::values::{measure, section, wrong};
use crate::base::LabelSheet;
use crate::base::label_sheet::Misfit;
use crate::intake::walk::{Faults, Object};

const KEYS: &[&str] = &["left_mm", "top_mm", "width_mm", "height_mm", "pitch_x_mm", "pitch_y_mm", "columns", "rows"];

/// The office's sheet; what is not stated is that of the usual one, and the pitch that of labels without gaps.
pub(super) fn read(top: &Object<'_>, out: &mut Faults) -> LabelSheet {
    let usual = LabelSheet::default();
    let Some(of) = section(top, "labels", KEYS, out) else { return usual };
    let mut number = |path, usual| measure(&of, path, usual, (300.0, "0から300までの数です"), out);
    let (width, height) = (number("labels.width_mm", usual.width), number("labels.height_mm", usual.height));
    let sheet = LabelSheet {
        left: number("labels.left_mm", usual.left),
        top: number("labels.top_mm", usual.top),
        width,
        height,
        pitch_x: number("labels.pitch_x_mm", width),
        pitch_y: number("labels.pitch_y_mm", height),
        columns: number("labels.columns", usual.columns as f64) as usize,
        rows: number("labels.rows", usual.rows as f64) as usize,
    };
    if let Err(misfit) = sheet.fits() {
        let why = match misfit {
            Misfit::Across => {
                "ラベルの横の寸法（left_mm、width_mm、pitch_x_mm、columns）が、A4の用紙に収まらないか、重なっています"
            }
            Misfit::Down => {
                "ラベルの縦の寸法（top_mm、height_mm、pitch_y_mm、rows）が、A4の用紙（下の端の0.5ミリメートルを除く）に収まらないか、重なっています"
            }
        };
        wrong::<()>(top.field("labels"), why, out);
    }
    sheet
}
