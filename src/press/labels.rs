//! 宛名ラベル: addresses on sheets of labels as a Word file. A table without lines, a cell a label: rows of exact height stand where
//! the sheet has its labels, and break onto the next sheet by themselves, in Word as in LibreOffice.

use super::form::FormSettings;
use super::parts::{FOOT_ID, MAIN, Parts, RELATION_NAMESPACE, package};
use super::styles;
use super::text;
use super::xml::{Element, Node};
use crate::base::{Arg, Fault, LabelSheet, code};
use crate::letter::{Look, lines};
use docx_rs::BuildXML;

/// 宛名.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// 郵便番号, 住所 and addressee.
    pub lines: Vec<String>,
    /// 簡易書留, 親展
    pub mark: String,
    /// 発送番号: which envelope it belongs to.
    pub number: String,
}

impl Label {
    /// What is read of it, piece by piece.
    pub fn pieces(&self) -> Vec<String> {
        let all = self.lines.iter().chain([&self.mark, &self.number]);
        all.filter(|text| !text.is_empty()).cloned().collect()
    }
}

/// What stands on sheets of labels, piece by piece.
pub fn pieces(docx: &[u8]) -> Result<Vec<String>, Fault> {
    let text = text::read(docx)?;
    Ok(text.split(['\n', '\t']).filter(|piece| !piece.is_empty()).map(str::to_owned).collect())
}

/// Points and millimetres inside a label.
const SIDE: f64 = 4.0;
const ABOVE: f64 = 3.0;
const BELOW: f64 = 2.5;
/// Half points of the line at the foot, and its height in twentieths of a point.
const FOOT: (u32, u32) = (18, 220);
/// Half points of the address, where it fits.
const LARGEST: u32 = 24;

/// Twentieths of a point.
fn twips(mm: f64) -> u32 {
    (mm * 1440.0 / 25.4).round() as u32
}

/// The labels on their sheets, the first at this place (from 0) of a sheet that is partly used up.
pub fn lay(labels: &[Label], sheet: &LabelSheet, from: usize, settings: &FormSettings) -> Result<Vec<u8>, Fault> {
    let mut cells: Vec<Option<&Label>> = vec![None; from];
    cells.extend(labels.iter().map(Some));
    cells.resize(cells.len().next_multiple_of(sheet.columns), None);
    let mut table = element("w:tbl", &[], vec![properties(sheet), grid(sheet)]);
    for (row, cells) in cells.chunks(sheet.columns).enumerate() {
        table.children.push(laid_row(cells, row % sheet.rows, sheet)?);
    }
    let body = vec![Node::Element(table), tiny(), section(sheet)];
    let names = [("xmlns:w", MAIN), ("xmlns:r", RELATION_NAMESPACE)];
    let document = element("w:document", &names, vec![Node::Element(element("w:body", &[], body))]);
    let foot = element("w:ftr", &names, vec![tiny()]);
    let styles = styles::style_sheet(settings).build();
    Ok(package(&Parts {
        title: "宛名ラベル",
        document: document.to_part(),
        styles: super::form::mended(&styles, super::normalise::japanese_defaults)?,
        head: None,
        logo: None,
        foot: foot.to_part(),
        mincho: &settings.mincho_font,
        gothic: super::styles::GOTHIC,
    }))
}

fn element(name: &str, attributes: &[(&str, &str)], children: Vec<Node>) -> Element {
    Element { children, ..Element::new(name, attributes) }
}

fn node(name: &str, attributes: &[(&str, &str)], children: Vec<Node>) -> Node {
    Node::Element(element(name, attributes, children))
}

fn wide(name: &str, twips: u32) -> Node {
    node(name, &[("w:w", &twips.to_string()), ("w:type", "dxa")], Vec::new())
}

fn properties(sheet: &LabelSheet) -> Node {
    let whole: u32 = widths(sheet).iter().sum();
    let margins = [("w:top", twips(ABOVE)), ("w:left", twips(SIDE)), ("w:bottom", 0), ("w:right", twips(SIDE))];
    node(
        "w:tblPr",
        &[],
        vec![
            wide("w:tblW", whole),
            wide("w:tblInd", 0),
            node("w:tblLayout", &[("w:type", "fixed")], Vec::new()),
            node("w:tblCellMar", &[], margins.into_iter().map(|(side, mm)| wide(side, mm)).collect()),
        ],
    )
}

/// A column reaches to the next label, the last to its own edge.
fn widths(sheet: &LabelSheet) -> Vec<u32> {
    let edge = |column: usize| twips(sheet.left + sheet.pitch_x * column as f64);
    let last = sheet.columns - 1;
    let mut widths: Vec<u32> = (0..last).map(|column| edge(column + 1) - edge(column)).collect();
    widths.push(twips(sheet.width));
    widths
}

fn grid(sheet: &LabelSheet) -> Node {
    let column = |width: u32| node("w:gridCol", &[("w:w", &width.to_string())], Vec::new());
    node("w:tblGrid", &[], widths(sheet).into_iter().map(column).collect())
}

fn laid_row(cells: &[Option<&Label>], row: usize, sheet: &LabelSheet) -> Result<Node, Fault> {
    let edge = |row: usize| twips(sheet.top + sheet.pitch_y * row as f64);
    let height = if row + 1 == sheet.rows { twips(sheet.height) } else { edge(row + 1) - edge(row) };
    let exact = node("w:trHeight", &[("w:val", &height.to_string()), ("w:hRule", "exact")], Vec::new());
    let mut children = vec![node("w:trPr", &[], vec![node("w:cantSplit", &[], Vec::new()), exact])];
    for (cell, width) in cells.iter().zip(widths(sheet)) {
        let mut inside = vec![node("w:tcPr", &[], vec![wide("w:tcW", width)])];
        match cell {
            Some(label) => inside.extend(laid_label(label, sheet)?),
            None => inside.push(tiny()),
        }
        children.push(node("w:tc", &[], inside));
    }
    Ok(node("w:tr", &[], children))
}

/// The address in the largest letters that fit, and at the foot the mark at the left, the number at the right.
fn laid_label(label: &Label, sheet: &LabelSheet) -> Result<Vec<Node>, Fault> {
    let Sizes { address, foot, above } = Sizes::of(label, sheet)?;
    let mut laid: Vec<Node> =
        label.lines.iter().map(|line| paragraph(&[line], address, lines::pitch(address), 0, None)).collect();
    let right = twips(sheet.width - 2.0 * SIDE);
    laid.push(paragraph(&[&label.mark, &label.number], foot, FOOT.1, above, Some(right)));
    Ok(laid)
}

/// FK-6121 for a label that has no room on this sheet.
pub fn has_room(label: &Label, sheet: &LabelSheet) -> Result<(), Fault> {
    Sizes::of(label, sheet).map(|_| ())
}

/// How a label is laid.
struct Sizes {
    /// Half points of the address and of the line at the foot.
    address: u32,
    foot: u32,
    /// Twentieths of a point between the two.
    above: u32,
}

impl Sizes {
    fn of(label: &Label, sheet: &LabelSheet) -> Result<Self, Fault> {
        let full = || {
            let fault = Fault::new(code::LABEL).with("number", Arg::plain(&label.number));
            fault.with("why", Arg::ours("宛先が長く、ラベルに収まりません"))
        };
        let width = twips(sheet.width - 2.0 * SIDE);
        let high = twips(sheet.height - ABOVE - BELOW).saturating_sub(FOOT.1);
        let texts = || label.lines.iter().map(String::as_str);
        let address = lines::largest(texts(), LARGEST, (width, high)).ok_or_else(full)?;
        let at_foot = format!("{}　{}", label.mark, label.number);
        // Of one line: two of the smallest letters are higher than one of the largest.
        let of_one_line = (width, lines::pitch(FOOT.0));
        let foot = lines::largest([at_foot.as_str()].into_iter(), FOOT.0.min(address), of_one_line).ok_or_else(full)?;
        let needed = lines::height(texts(), address, width);
        Ok(Self { address, foot, above: high - needed })
    }
}

/// A line of exact height; its texts are parted by a tab to the right edge.
fn paragraph(texts: &[&str], size: u32, line: u32, before: u32, right: Option<u32>) -> Node {
    let mut properties = vec![node("w:pStyle", &[("w:val", &styles::id(Look::Cell))], Vec::new())];
    if let Some(right) = right {
        let tab = node("w:tab", &[("w:val", "right"), ("w:pos", &right.to_string())], Vec::new());
        properties.push(node("w:tabs", &[], vec![tab]));
    }
    let (line, before) = (line.to_string(), before.to_string());
    let spacing = [("w:before", before.as_str()), ("w:after", "0"), ("w:line", &line), ("w:lineRule", "exact")];
    properties.push(node("w:spacing", &spacing, Vec::new()));
    let mut inside = vec![node("w:pPr", &[], properties)];
    let size = size.to_string();
    for (index, text) in texts.iter().enumerate() {
        let sizes = ["w:sz", "w:szCs"].map(|name| node(name, &[("w:val", &size)], Vec::new()));
        let mut run = vec![node("w:rPr", &[], sizes.into())];
        if index > 0 {
            run.push(node("w:tab", &[], Vec::new()));
        }
        run.push(node("w:t", &[("xml:space", "preserve")], vec![Node::Text(super::xml::escape(text))]));
        inside.push(node("w:r", &[], run));
    }
    node("w:p", &[], inside)
}

/// A paragraph that takes no room: Word wants one in every cell, after a table and in a footer.
fn tiny() -> Node {
    let spacing = [("w:before", "0"), ("w:after", "0"), ("w:line", "20"), ("w:lineRule", "exact")];
    node("w:p", &[], vec![node("w:pPr", &[], vec![node("w:spacing", &spacing, Vec::new())])])
}

/// Room for the rows of one sheet and the paragraph behind them, and for no further row.
fn section(sheet: &LabelSheet) -> Node {
    let (_, last) = sheet.place(sheet.count() - 1);
    let room = (297.0 - last - sheet.height - 3.0).max(0.0);
    let size = node("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")], Vec::new());
    let (top, left, bottom) = (twips(sheet.top).to_string(), twips(sheet.left).to_string(), twips(room).to_string());
    let margins = [
        ("w:top", top.as_str()),
        ("w:right", "0"),
        ("w:bottom", &bottom),
        ("w:left", &left),
        ("w:header", "0"),
        ("w:footer", "0"),
        ("w:gutter", "0"),
    ];
    // Its footer would take the room of a row that ends at the sheet's edge.
    let foot = node("w:footerReference", &[("w:type", "default"), ("r:id", FOOT_ID)], Vec::new());
    let foot = (room > 0.0).then_some(foot);
    let page = [size, node("w:pgMar", &margins, Vec::new())];
    node("w:sectPr", &[], foot.into_iter().chain(page).collect())
}
