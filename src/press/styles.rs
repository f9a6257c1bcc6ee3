//! 体裁の定義: one Word style a look, so that a clerk changes a letter's look by changing styles.

use super::form::FormSettings;
use super::marks::SEAL_MM;
use crate::letter::{Look, lines};
use docx_rs::{AlignmentType, LineSpacing, LineSpacingType, RunFonts, SpecialIndentType, Style, StyleType, Styles};

/// Width of the text on the page, in twentieths of a point: A4 less 25 mm on either side.
pub(super) const TEXT_WIDTH: usize = 9_070;
/// Size of the letter's text in half points.
const SIZE: usize = 21;
/// A full-width letter of it, in twentieths of a point.
const EM: usize = SIZE * 10;

/// Size of the addressee in the window, where there is room for it.
const WINDOW_SIZE: u32 = 22;

/// The style sheet: the same for every form of an office, which is what lets letters be merged into one print file.
pub(super) fn style_sheet(settings: &FormSettings) -> Styles {
    // Normal is docx-rs's own.
    let base = Styles::new().default_fonts(settings.mincho()).default_size(SIZE);
    Look::ALL.into_iter().fold(base, |styles, look| styles.add_style(style(look, settings)))
}

/// The id of a look's style. ASCII, because LibreOffice mangles others.
pub(super) fn id(look: Look) -> String {
    format!("Fukan{look:?}")
}

/// ゴシック体, for headings.
pub(super) const GOTHIC: &str = "ＭＳ ゴシック";

fn style(look: Look, settings: &FormSettings) -> Style {
    let style = Style::new(id(look), StyleType::Paragraph).name(format!("封緘 {}", look.name())).based_on("Normal");
    let gothic = |style: Style| style.fonts(fonts(GOTHIC));
    match look {
        Look::Right => space(style, 0, 0).align(AlignmentType::Right),
        Look::Left => space(style, 0, 0),
        Look::Centre => space(style, 0, 0).align(AlignmentType::Center),
        Look::Addressee => space(style, 160, 0).indent(Some(210), None, Some(3_600), None),
        // Five lines are 25 mm high, as much as stays in the usual window however the sheet slides; more of them shrink.
        Look::Window => tight(style, lines::pitch(WINDOW_SIZE) as i32).size(WINDOW_SIZE as usize),
        Look::Sender => sender(space(style, 0, 0), settings),
        Look::Seal | Look::Logo | Look::Fold => tight(style, 20).size(2),
        Look::Subject => exact(style, 340, 220, 180).align(AlignmentType::Center).size(24),
        Look::Title => gothic(exact(style, 440, 0, 120)).align(AlignmentType::Center).size(32),
        Look::Body => space(style, 0, 0).align(AlignmentType::Both).indent(None, first_line(210), None, None),
        Look::Ki => space(style, 100, 40).align(AlignmentType::Center),
        Look::Heading => gothic(space(style, 100, 30)),
        Look::Item => space(style, 0, 0).align(AlignmentType::Both).indent(Some(420), None, None, None),
        Look::Note => tight(style, 270).align(AlignmentType::Both).size(20).indent(Some(1_020), hanging(800), None, None),
        Look::Remark => tight(style, 270).align(AlignmentType::Both).size(20).indent(Some(620), hanging(400), None, None),
        Look::Boxed => space(style, 60, 60).align(AlignmentType::Both).indent(Some(210), None, Some(210), None),
        Look::Speech => space(style, 30, 30).align(AlignmentType::Both).indent(Some(420), hanging(210), None, None),
        Look::End => space(style, 40, 0).align(AlignmentType::Right).indent(None, None, Some(210), None),
        Look::Contact => tight(style, 270).size(20).indent(Some(5_300), hanging(600), None, None),
        Look::Figures => gothic(exact(style, 560, 60, 60)).align(AlignmentType::Center).size(44),
        Look::Small => tight(style, 240).size(18),
        Look::Blank => space(style, 0, 0),
        Look::Cell => tight(style, 264).size(20),
        Look::CellHead => gothic(tight(style, 264)).size(19),
        Look::PageHead => gothic(tight(style, 240)).size(18).align(AlignmentType::Center),
        Look::PageFoot => tight(style, 240).size(18),
    }
}

/// The square for the seal stands at the right margin, 3 mm from the text.
const fn beside_seal(seal_square: bool) -> usize {
    if seal_square { twips(SEAL_MM + 3) as usize } else { 210 }
}

/// From the left margin to the sender, as a rule, and to one with a long name.
const SENDER: usize = 3_600;
const LONG_SENDER: usize = 1_600;

/// 発信者の幅: room for its lines at most, in full-width letters.
pub fn sender_room(seal_square: bool) -> f64 {
    (TEXT_WIDTH - LONG_SENDER - beside_seal(seal_square)) as f64 / EM as f64
}

/// At the right margin; lines too long for that are a block that begins at one place and ends there.
fn sender(style: Style, settings: &FormSettings) -> Style {
    let right = beside_seal(settings.seal_square);
    let needed = (settings.sender_ems * EM as f64) as usize + EM / 2;
    let left = TEXT_WIDTH.saturating_sub(right + needed);
    let (left, align) = if left < SENDER { (left.max(LONG_SENDER), AlignmentType::Left) } else { (SENDER, AlignmentType::Right) };
    style.align(align).indent(Some(left as i32), None, Some(right as i32), None)
}

/// Millimetres in twentieths of a point.
pub(super) const fn twips(mm: u32) -> u32 {
    mm * 14_400 / 254
}

/// 15.5 points a line.
fn space(style: Style, before: u32, after: u32) -> Style {
    exact(style, 310, before, after)
}

fn tight(style: Style, line: i32) -> Style {
    exact(style, line, 0, 0)
}

/// Lines are exactly so high, whatever font a machine has and whichever it falls back to for 𠮷: a letter that fits one page
/// here fits one page there.
fn exact(style: Style, line: i32, before: u32, after: u32) -> Style {
    style.line_spacing(LineSpacing::new().line(line).line_rule(LineSpacingType::Exact).before(before).after(after))
}

fn first_line(twips: i32) -> Option<SpecialIndentType> {
    Some(SpecialIndentType::FirstLine(twips))
}

fn hanging(twips: i32) -> Option<SpecialIndentType> {
    Some(SpecialIndentType::Hanging(twips))
}

impl FormSettings {
    fn mincho(&self) -> RunFonts {
        fonts(&self.mincho_font)
    }
}

fn fonts(name: &str) -> RunFonts {
    let name = super::xml::escape(name);
    RunFonts::new().ascii(&name).hi_ansi(&name).east_asia(&name).cs(name)
}
