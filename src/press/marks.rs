//! 用紙の印: what stands at its place on the sheet and is no text. Fold marks, the square for the seal.

use super::form::Window;
use super::styles::{self, TEXT_WIDTH};
use super::xml::Element;
use crate::letter::Look;
use docx_rs as word;

/// 折り目, in millimetres from the top: A4 in three.
const FOLDS_MM: [u32; 2] = [99, 198];
/// Printers leave some 4 mm of the edge white.
const FOLD_LEFT_MM: u32 = 5;
const FOLD_WIDTH_MM: u32 = 5;

/// 公印の枠, in millimetres: 24 mm is what most offices' seals fit in.
pub(super) const SEAL_MM: u32 = 24;

/// How far the sheet may slide in the envelope: the text keeps that far from the window's edges.
pub(super) const SLIDE_MM: u32 = 10;

/// VML: what Word itself wants no fallback beside and every reader knows; a picture would need a part.
pub(super) const VML: &str = "urn:schemas-microsoft-com:vml";

/// 折り目: frames in the page header, so that the text of the page does not move. `condition` is the tags that decide whether they are there.
pub(super) fn folds(condition: &str) -> impl Iterator<Item = word::Paragraph> + use<'_> {
    FOLDS_MM.into_iter().map(move |mm| {
        let fold = word::Paragraph::new().style(&styles::id(Look::Fold));
        let fold = if condition.is_empty() { fold } else { fold.add_run(word::Run::new().add_text(condition)) };
        fold.wrap("around")
            .h_anchor("page")
            .v_anchor("page")
            .h_rule("exact")
            .frame_x(styles::twips(FOLD_LEFT_MM) as i32)
            .frame_y(styles::twips(mm) as i32)
            .frame_width(styles::twips(FOLD_WIDTH_MM))
            .frame_height(20)
    })
}

/// 窓の枠: where the text in the window stands. Said at each paragraph, because LibreOffice ignores it in a style.
pub(super) fn in_window(paragraph: word::Paragraph, window: &Window) -> word::Paragraph {
    // A long address makes the frame higher: a line cut off would be worse than one near the edge.
    let (x, y) = (window.left_mm + SLIDE_MM, window.top_mm + SLIDE_MM);
    let (width, height) =
        (styles::twips(window.width_mm.saturating_sub(2 * SLIDE_MM)), window.height_mm.saturating_sub(2 * SLIDE_MM));
    paragraph
        .add_tab(word::Tab::new().val(word::TabValueType::Right).pos(width as usize))
        .wrap("notBeside")
        .h_anchor("page")
        .v_anchor("page")
        .h_rule("atLeast")
        .frame_x(styles::twips(x) as i32)
        .frame_y(styles::twips(y) as i32)
        .frame_width(width)
        .frame_height(styles::twips(height))
}

/// 公印の枠: draws the square into every paragraph of that look, half way up the two or three lines above it.
pub(super) fn draw_seals(root: &mut Element) {
    each_of(root, Look::Seal, &mut |paragraph| paragraph.push(square()));
}

/// Does something to every paragraph of a look.
pub(super) fn each_of(root: &mut Element, look: Look, change: &mut impl FnMut(&mut Element)) {
    let id = styles::id(look);
    root.each_mut(&mut |element| {
        let style = element.child("w:pPr").and_then(|p| p.child("w:pStyle")).and_then(|s| s.attribute("w:val"));
        if element.name == "w:p" && style == Some(&id) {
            change(element);
        }
    });
}

fn square() -> Element {
    let points = |mm: f64| mm * 72.0 / 25.4;
    let side = points(f64::from(SEAL_MM));
    let style = format!(
        "position:absolute;margin-left:{:.1}pt;margin-top:{:.1}pt;width:{side:.1}pt;height:{side:.1}pt;z-index:-1;\
         mso-position-horizontal-relative:margin;mso-position-vertical-relative:text",
        TEXT_WIDTH as f64 / 20.0 - side,
        // The square's middle is a little below that of the two lines above: what stands over them keeps clear.
        4.0 - (side + 31.0) / 2.0
    );
    let rect = Element::new(
        "v:rect",
        &[("xmlns:v", VML), ("style", &style), ("filled", "f"), ("strokecolor", "#808080"), ("strokeweight", ".5pt")],
    );
    picture(rect.with([Element::new("v:stroke", &[("dashstyle", "dash")])]))
}

/// A run with a shape, one in each: LibreOffice shows only one.
pub(super) fn picture(shape: Element) -> Element {
    Element::new("w:r", &[]).with([Element::new("w:pict", &[]).with([shape])])
}
