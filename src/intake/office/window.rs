//! 窓の位置

use super::values::{measure, section, wrong};
use crate::intake::walk::{Faults, Object};

/// 窓の位置, in millimetres from the sheet's corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// From the left edge.
    pub left: f64,
    /// From the top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

const KEYS: &[&str] = &["left_mm", "top_mm", "width_mm", "height_mm"];

/// The office's window; what is not stated is that of the usual envelope.
pub(super) fn read(top: &Object<'_>, out: &mut Faults) -> Window {
    let usual = Window { left: 20.0, top: 12.0, width: 90.0, height: 45.0 };
    let Some(of) = section(top, "window", KEYS, out) else { return usual };
    let mut measure = |path, usual| measure(&of, path, usual, (200.0, "0から200までのミリメートルです"), out);
    let window = Window {
        left: measure("window.left_mm", usual.left),
        top: measure("window.top_mm", usual.top),
        width: measure("window.width_mm", usual.width),
        height: measure("window.height_mm", usual.height),
    };
    if window.left + window.width > 210.0 {
        wrong::<()>(of.field("window.width_mm"), "左からの位置と幅の和が、A4の幅（210ミリメートル）を超えています", out);
    }
    if window.top + window.height > 297.0 {
        wrong::<()>(of.field("window.height_mm"), "上からの位置と高さの和が、A4の高さ（297ミリメートル）を超えています", out);
    }
    window
}
