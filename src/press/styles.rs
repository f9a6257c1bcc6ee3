//! 体裁の定義: one Word style a look, so that a clerk changes a letter's look by changing styles.

use super::form::FormSettings;
use crate::letter::Look;
use docx_rs::{
    AlignmentType, LineSpacing, LineSpacingType, RunFonts, SpecialIndentType, Style, StyleType, Styles,
};

/// Width of the text on the page, in twentieths of a point: A4 less 25 mm on either side.
pub(super) const TEXT_WIDTH: usize = 9_070;
/// Size of the letter's text in half points.
const SIZE: usize = 21;

/// The style sheet: the same for every form of an office, which is what lets letters be merged into one print file.
pub(super) fn style_sheet(settings: &FormSettings) -> Styles {
    let normal = Style::new("Normal", StyleType::Paragraph).name("Normal");
    let base = Styles::new().default_fonts(settings.mincho()).default_size(SIZE).add_style(normal);
    Look::ALL.into_iter().fold(base, |styles, look| styles.add_style(style(look, settings)))
}

/// The id of a look's style. ASCII, because LibreOffice mangles others.
pub(super) fn id(look: Look) -> String {
    format!("Fukan{look:?}")
}

fn style(look: Look, settings: &FormSettings) -> Style {
    let style = Style::new(id(look), StyleType::Paragraph).name(format!("封緘 {}", look.name())).based_on("Normal");
    let gothic = |style: Style| style.fonts(settings.gothic());
    match look {
        Look::Right => space(style, 0, 0).align(AlignmentType::Right),
        Look::Left => space(style, 0, 0),
        Look::Centre => space(style, 0, 0).align(AlignmentType::Center),
        Look::Addressee => space(style, 160, 0).indent(Some(210), None, Some(3_600), None),
        Look::Window => window(style, settings),
        Look::Sender => space(style, 0, 0).align(AlignmentType::Right).indent(Some(3_600), None, Some(210), None),
        Look::Subject => space(style, 300, 240).align(AlignmentType::Center).size(24),
        Look::Title => gothic(space(style, 0, 120)).align(AlignmentType::Center).size(32),
        Look::Body => space(style, 0, 0).align(AlignmentType::Both).indent(None, first_line(210), None, None),
        Look::Ki => space(style, 140, 60).align(AlignmentType::Center),
        Look::Heading => gothic(space(style, 110, 30)),
        Look::Item => space(style, 0, 0).align(AlignmentType::Both).indent(Some(420), None, None, None),
        Look::Note => tight(style, 270).align(AlignmentType::Both).size(20).indent(Some(1_020), hanging(800), None, None),
        Look::Boxed => space(style, 60, 60).align(AlignmentType::Both).indent(Some(210), None, Some(210), None),
        Look::Speech => space(style, 30, 30).align(AlignmentType::Both).indent(Some(420), hanging(210), None, None),
        Look::End => space(style, 40, 0).align(AlignmentType::Right).indent(None, None, Some(210), None),
        Look::Contact => tight(style, 270).size(20).indent(Some(4_700), None, None, None),
        Look::Small => tight(style, 240).size(18),
        Look::Blank => space(style, 0, 0),
        Look::Cell => tight(style, 270).size(20),
        Look::CellHead => gothic(tight(style, 270)).size(19),
        Look::PageHead => gothic(tight(style, 240)).size(18).align(AlignmentType::Center),
        Look::PageFoot => tight(style, 240).size(18),
    }
}

/// The text in the window: six lines of nine points are 25 mm high, however the sheet slides in its envelope.
fn window(style: Style, settings: &FormSettings) -> Style {
    let window = &settings.window;
    // The sheet may slide 10 mm in the envelope, so the text keeps that far from the window's edges.
    let (x, y) = (window.left_mm + 10, window.top_mm + 10);
    let (width, height) = (window.width_mm.saturating_sub(20), window.height_mm.saturating_sub(20));
    let spacing = LineSpacing::new().line(230).line_rule(LineSpacingType::Exact);
    style
        .size(18)
        .line_spacing(spacing)
        .wrap("around")
        .h_anchor("page")
        .v_anchor("page")
        .h_rule("exact")
        .frame_x(twips(x) as i32)
        .frame_y(twips(y) as i32)
        .frame_width(twips(width))
        .frame_height(twips(height))
}

/// Millimetres in twentieths of a point.
pub(super) const fn twips(mm: u32) -> u32 {
    mm * 14_400 / 254
}

/// At least 15.5 points a line, whatever the font's own idea is, and more where a character needs it.
fn space(style: Style, before: u32, after: u32) -> Style {
    style.line_spacing(LineSpacing::new().line(310).line_rule(LineSpacingType::AtLeast).before(before).after(after))
}

fn tight(style: Style, line: i32) -> Style {
    style.line_spacing(LineSpacing::new().line(line).line_rule(LineSpacingType::AtLeast).before(0).after(0))
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

    fn gothic(&self) -> RunFonts {
        fonts(&self.gothic_font)
    }
}

fn fonts(name: &str) -> RunFonts {
    let name = super::xml::escape(name);
    RunFonts::new().ascii(&name).hi_ansi(&name).east_asia(&name).cs(name)
}
