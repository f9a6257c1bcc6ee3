//! 窓の調整用紙: a page with the envelope's window, scales in millimetres through its middle, and fold marks. Who holds it behind the
//! window of an envelope reads there what to write into office.toml.

use super::form::{self, FormSettings, Sheet, Window};
use super::marks;
use super::styles::{self, twips};
use super::xml::Element;
use crate::base::Fault;
use crate::letter::{Look, Wording};
use docx_rs as word;

const WORDING: (&str, &str) = ("window.txt", include_str!("../../templates/letters/window.txt"));
/// A4, in millimetres.
const PAGE_MM: (u32, u32) = (210, 297);
/// As far as printers print.
const RIGHT_MM: u32 = 204;

/// The page for an office's window.
pub fn page(settings: &FormSettings) -> Result<Vec<u8>, Fault> {
    let window = settings.window;
    let (file, text) = WORDING;
    let values = [("{左}", window.left_mm), ("{上}", window.top_mm), ("{幅}", window.width_mm), ("{高さ}", window.height_mm)];
    let text = values.into_iter().fold(text.to_owned(), |text, (name, mm)| text.replace(name, &mm.to_string()));
    let wording = Wording::read(&text).map_err(|bad| bad.fault(file))?;
    let scales = Scales::of(&window);
    let sheet = Sheet {
        // The text begins below window, scales and the first fold.
        top: twips(scales.bottom + 6),
        frames: marks::folds("").chain(scales.numbers()).collect(),
        drawing: scales.drawing().to_vec(),
    };
    // It goes to nobody: there is nothing to practise.
    form::build_on(&sheet, &wording, &FormSettings { practice: false, ..settings.clone() })
}

/// 目盛り: one across and one down, crossing in the middle of the window, so that both are seen in it.
struct Scales<'a> {
    window: &'a Window,
    /// Where the scale across stands.
    across: u32,
    /// Where the scale down stands.
    down: u32,
    /// How far the scale down goes.
    bottom: u32,
}

impl<'a> Scales<'a> {
    fn of(window: &'a Window) -> Self {
        let across = window.top_mm + window.height_mm / 2;
        let down = (window.left_mm + window.width_mm / 2).min(RIGHT_MM);
        let bottom = (window.top_mm + window.height_mm + 5).clamp(90, 200);
        Self { window, across, down, bottom }
    }

    /// Every tenth millimetre of both.
    fn numbers(&self) -> impl Iterator<Item = word::Paragraph> {
        let number = |mm: u32, x: u32, y: u32| {
            let run = word::Run::new().add_text(mm.to_string()).size(14);
            let laid = word::Paragraph::new().style(&styles::id(Look::PageHead)).add_run(run);
            let laid = laid.wrap("around").h_anchor("page").v_anchor("page").h_rule("exact");
            laid.frame_x(twips(x) as i32).frame_y(twips(y) as i32).frame_width(twips(8)).frame_height(twips(4))
        };
        let across = (1..=RIGHT_MM / 10).map(move |n| (n * 10, (n * 10).saturating_sub(4), self.across + 3));
        let down = (1..=self.bottom / 10).map(move |n| (n * 10, self.down + 3, (n * 10).saturating_sub(2)));
        // Where the two cross, one number is enough.
        let clear =
            move |(_, x, y): &(u32, u32, u32)| *y == self.across + 3 || y.abs_diff(self.across + 3) > 4 || *x != self.down + 3;
        across.chain(down).filter(clear).map(move |(mm, x, y)| number(mm, x, y))
    }

    /// The window, the place of the address in it, and the ticks.
    fn drawing(&self) -> [Element; 3] {
        let mut ticks = String::new();
        let mut line = |x: u32, y: u32, to_x: u32, to_y: u32| ticks.push_str(&format!("m{x},{y}l{to_x},{to_y}"));
        let length = |mm: u32| {
            if mm.is_multiple_of(10) {
                30
            } else if mm.is_multiple_of(5) {
                20
            } else {
                10
            }
        };
        line(0, self.across * 10, RIGHT_MM * 10, self.across * 10);
        (0..=RIGHT_MM).for_each(|mm| line(mm * 10, self.across * 10, mm * 10, self.across * 10 + length(mm)));
        line(self.down * 10, 0, self.down * 10, self.bottom * 10);
        (0..=self.bottom).for_each(|mm| line(self.down * 10, mm * 10, self.down * 10 + length(mm), mm * 10));
        let window = self.window;
        let of = |inset: u32| {
            let (x, y) = ((window.left_mm + inset) * 10, (window.top_mm + inset) * 10);
            let (w, h) = (window.width_mm.saturating_sub(2 * inset) * 10, window.height_mm.saturating_sub(2 * inset) * 10);
            format!("m{x},{y}l{},{y},{},{},{x},{}x", x + w, x + w, y + h, y + h)
        };
        [(ticks, ".25pt", "#000000"), (of(marks::SLIDE_MM), ".5pt", "#808080"), (of(0), "1.5pt", "#000000")]
            .map(|(path, weight, colour)| shape(&format!("{path}e"), weight, colour))
    }
}

/// A path over the whole sheet, in tenths of a millimetre.
fn shape(path: &str, weight: &str, colour: &str) -> Element {
    let (width, height) = PAGE_MM;
    let style = format!(
        "position:absolute;margin-left:0;margin-top:0;width:{width}mm;height:{height}mm;z-index:-1;\
         mso-position-horizontal-relative:page;mso-position-vertical-relative:page"
    );
    let size = format!("{},{}", width * 10, height * 10);
    let line = [("filled", "f"), ("strokecolor", colour), ("strokeweight", weight)];
    marks::picture(Element::new(
        "v:shape",
        &[&[("xmlns:v", marks::VML), ("style", &style), ("coordsize", &size), ("path", path)][..], &line].concat(),
    ))
}
