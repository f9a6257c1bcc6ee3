//! ラベル用紙の設定: `[labels]` of office.toml.

use super::node::Node;
use super::walk::{Faults, Object};
use crate::base::label_sheet::Misfit;
use crate::base::{Arg, Fault, LabelSheet, code};

const KEYS: &[&str] = &["left_mm", "top_mm", "width_mm", "height_mm", "pitch_x_mm", "pitch_y_mm", "columns", "rows"];

/// The office's sheet; what is not stated is that of the usual one, and the pitch that of labels without gaps.
pub(super) fn read(top: &Object<'_>, out: &mut Faults) -> LabelSheet {
    let usual = LabelSheet::default();
    let Some(of) = top.opt_node("labels").and_then(|node| Object::open(node, "labels", None, KEYS, out)) else { return usual };
    let mut number = |path: &'static str, usual: f64| match of.opt_node(path) {
        None => usual,
        Some(Node::Number(n)) if n.parse::<f64>().is_ok_and(|n| (0.0..=300.0).contains(&n)) => n.parse().unwrap_or(usual),
        Some(_) => {
            let why = Arg::ours("0から300までの数です");
            out.faults.push(Fault::new(code::OFFICE_VALUE).at(of.field(path)).with("why", why));
            usual
        }
    };
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
        let why = Arg::ours(match misfit {
            Misfit::Across => {
                "ラベルの横の寸法（left_mm、width_mm、pitch_x_mm、columns）が、A4の用紙に収まらないか、重なっています"
            }
            Misfit::Down => {
                "ラベルの縦の寸法（top_mm、height_mm、pitch_y_mm、rows）が、A4の用紙（下の端の0.5ミリメートルを除く）に収まらないか、重なっています"
            }
        });
        out.faults.push(Fault::new(code::OFFICE_VALUE).at(top.field("labels")).with("why", why));
    }
    sheet
}
