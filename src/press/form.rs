//! 様式: builds a Word form, tags and all, from a wording by docx-rs, mended by [`super::normalise`].

use super::docx_fault;
use super::logo::{self, Logo};
use super::marks;
use super::normalise::{frame, japanese_defaults, normalise, repeat_head_rows};
use super::parts::{FOOT_ID, HEAD_ID, LOGO_ID, Parts, package};
use super::styles::{self, TEXT_WIDTH};
use super::table;
use super::xml::Element;
use crate::base::{Arg, Fault, code};
use crate::letter::phrase::Phrases;
use crate::letter::tag::{self, Tag};
use crate::letter::{Block, Look, Paragraph, Phrase, Wording};
use docx_rs as word;
use word::BuildXML;

/// 様式の設定: what an office may say about its letters.
#[derive(Clone, Debug, PartialEq)]
pub struct FormSettings {
    /// 明朝体
    pub mincho_font: String,
    /// The window of the envelopes.
    pub window: Window,
    /// 発信者: full-width letters of its longest line.
    pub sender_ems: f64,
    /// 公印: a square to press the seal in, instead of （公印省略）.
    pub seal_square: bool,
    /// ふりがな: room over the subject's name.
    pub furigana: bool,
    /// ロゴ
    pub logo: Option<Logo>,
    /// 練習: every page says so.
    pub practice: bool,
}

/// 封筒の窓, in millimetres from the sheet's edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From the left edge.
    pub left_mm: u32,
    /// From the top edge.
    pub top_mm: u32,
    /// Its width.
    pub width_mm: u32,
    /// Its height.
    pub height_mm: u32,
}

impl Default for FormSettings {
    fn default() -> Self {
        Self {
            mincho_font: "ＭＳ 明朝".to_owned(),
            window: Window { left_mm: 20, top_mm: 12, width_mm: 90, height_mm: 45 },
            sender_ems: 0.0,
            seal_square: false,
            furigana: false,
            logo: None,
            practice: false,
        }
    }
}

/// 用紙: what stands on every page besides the wording's own lines.
#[derive(Default)]
pub(super) struct Sheet {
    /// Where the text begins, in twentieths of a point; the usual place when 0.
    pub top: u32,
    /// Frames at their own places.
    pub frames: Vec<word::Paragraph>,
    /// What is drawn behind the text.
    pub drawing: Vec<Element>,
}

/// Builds a form.
pub(super) fn build(wording: &Wording, settings: &FormSettings) -> Result<Vec<u8>, Fault> {
    build_on(&Sheet::default(), wording, settings)
}

/// Builds one on such a sheet.
pub(super) fn build_on(sheet: &Sheet, wording: &Wording, settings: &FormSettings) -> Result<Vec<u8>, Fault> {
    let body = Body::lay(wording, settings)?;
    let head = page_head(sheet, &wording.head, settings)?;
    let has_window = wording.blocks.iter().any(|b| matches!(b, Block::Paragraph(p) if p.look == Look::Window));
    let top = match (sheet.top, has_window) {
        // No line of the letter fits above the address.
        (0, true) => styles::twips(settings.window.top_mm + marks::SLIDE_MM),
        (0, false) => 964,
        (top, _) => top,
    };
    let document = mended(&body.document.build(), |root| {
        repeat_head_rows(root, &body.head_rows);
        marks::draw_seals(root);
        if let Some(picture) = &settings.logo {
            logo::draw(root, picture, LOGO_ID);
        }
        close_section(root, top);
    })?;
    let styles = mended(&styles::style_sheet(settings).build(), |root| {
        japanese_defaults(root);
        frame(root, &styles::id(Look::Boxed), &["top", "left", "bottom", "right"]);
        frame(root, &styles::id(Look::Fold), &["top"]);
    })?;
    let footer =
        wording.foot.iter().try_fold(word::Footer::new(), |f, p| Ok::<_, Fault>(f.add_paragraph(margin_paragraph(p)?)))?;
    let foot = mended(&footer.build(), |_| {})?;
    Ok(package(&Parts {
        title: &wording.title,
        document,
        styles,
        head: Some(head),
        foot,
        mincho: &settings.mincho_font,
        gothic: super::styles::GOTHIC,
        logo: settings.logo.as_ref(),
    }))
}

/// 上欄, if only an empty one: in a merged file a letter without it would show that of the letter before. Frames go first: they are
/// anchored in the paragraph that follows them, so that one must follow.
fn page_head(sheet: &Sheet, own: &[Paragraph], settings: &FormSettings) -> Result<String, Fault> {
    let (folds, own): (Vec<&Paragraph>, Vec<&Paragraph>) = own.iter().partition(|p| p.look == Look::Fold);
    let mut lines: Vec<Paragraph> = own.into_iter().cloned().collect();
    if settings.practice {
        lines.insert(0, Paragraph { look: Look::PageHead, text: practice_mark()? });
    }
    if lines.is_empty() {
        lines.push(Paragraph { look: Look::PageHead, text: String::new() });
    }
    let frames = folds.into_iter().flat_map(|p| marks::folds(&p.text)).chain(sheet.frames.iter().cloned());
    let mut header = frames.fold(word::Header::new(), word::Header::add_paragraph);
    for line in &lines {
        header = header.add_paragraph(margin_paragraph(line)?);
    }
    let drawn = |root: &mut Element| {
        let last = root.elements_mut().last();
        last.into_iter().for_each(|last| sheet.drawing.iter().for_each(|drawn| last.push(drawn.clone())));
    };
    mended(&header.build(), drawn)
}

pub(super) fn practice_mark() -> Result<String, Fault> {
    let (file, text) = Phrases::BUILT_IN;
    let phrases = Phrases::read(text).map_err(|bad| bad.fault(file))?;
    Ok(phrases.get(Phrase::Practice).to_owned())
}

/// Reads a part that docx-rs built, mends it and writes it again.
pub(super) fn mended(part: &[u8], patch: impl FnOnce(&mut Element)) -> Result<String, Fault> {
    let text = std::str::from_utf8(part).map_err(|_| Fault::new(code::OURS))?;
    let mut root = Element::read(text).map_err(docx_fault)?;
    patch(&mut root);
    normalise(&mut root);
    trim_namespaces(&mut root);
    Ok(root.to_part())
}

/// docx-rs declares a dozen namespaces that we never use; each would be stamped with each letter.
fn trim_namespaces(root: &mut Element) {
    root.attributes.retain(|(name, _)| matches!(name.as_str(), "xmlns:w" | "xmlns:r"));
}

/// 節: A4, margins, header and footer. Written here because docx-rs puts the references where none may stand.
fn close_section(root: &mut Element, top: u32) {
    let Some(body) = root.child_mut("w:body") else { return };
    body.remove(&["w:sectPr"]);
    let mut section = Element::new("w:sectPr", &[]);
    let mut add = |name: &str, attributes: &[(&str, &str)]| section.push(Element::new(name, attributes));
    add("w:headerReference", &[("w:type", "default"), ("r:id", HEAD_ID)]);
    add("w:footerReference", &[("w:type", "default"), ("r:id", FOOT_ID)]);
    add("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")]);
    add(
        "w:pgMar",
        &[
            ("w:top", &top.to_string()),
            ("w:right", "1418"),
            ("w:bottom", "964"),
            ("w:left", "1418"),
            ("w:header", "397"),
            ("w:footer", "567"),
            ("w:gutter", "0"),
        ],
    );
    body.push(section);
}

struct Body {
    document: word::Document,
    /// Table and row of each heading row.
    head_rows: Vec<(usize, usize)>,
}

impl Body {
    fn lay(wording: &Wording, settings: &FormSettings) -> Result<Self, Fault> {
        let mut body = Self { document: word::Document::new(), head_rows: Vec::new() };
        let mut tables = 0;
        let mut break_before = false;
        let mut after_table = false;
        for (index, block) in wording.blocks.iter().enumerate() {
            match block {
                Block::PageBreak => break_before = true,
                Block::Paragraph(p) if p.look == Look::Seal && !settings.seal_square => {}
                Block::Paragraph(p) if p.look == Look::Logo && settings.logo.is_none() => {}
                Block::Paragraph(p) => {
                    let keep = keeps_next(p.look, wording.blocks.get(index + 1));
                    let laid = paragraph(p)?.keep_next(keep).page_break_before(std::mem::take(&mut break_before));
                    let laid = if after_table { laid.line_spacing(below_table(p.look)) } else { laid };
                    let laid = if p.look == Look::Window { marks::in_window(laid, &settings.window) } else { laid };
                    body.document = body.document.add_paragraph(laid);
                }
                Block::Table(table) => {
                    if after_table {
                        body.document = body.document.add_paragraph(spacer());
                    }
                    let rows = table.rows.iter().enumerate().filter(|(_, row)| row.head);
                    body.head_rows.extend(rows.map(|(r, _)| (tables, r)));
                    tables += 1;
                    body.document = body.document.add_table(table::lay(table, settings.furigana)?);
                }
            }
            after_table = matches!(block, Block::Table(_));
        }
        if after_table {
            body.document = body.document.add_paragraph(spacer());
        }
        Ok(body)
    }
}

/// What follows a table does not stick to it.
fn below_table(look: Look) -> word::LineSpacing {
    word::LineSpacing::new().before(if look == Look::Heading { 140 } else { 60 })
}

/// Word wants a paragraph after a table, and joins two tables without one.
fn spacer() -> word::Paragraph {
    word::Paragraph::new().style(&styles::id(Look::Small))
}

/// A heading does not stay behind on a page, 以上 does not go ahead alone, contacts stay together.
fn keeps_next(look: Look, next: Option<&Block>) -> bool {
    let next = match next {
        Some(Block::Paragraph(p)) => Some(p.look),
        _ => None,
    };
    match look {
        Look::Heading | Look::Ki | Look::Subject => true,
        Look::End => next.is_some(),
        Look::Contact => next == Some(Look::Contact),
        Look::Note => matches!(next, Some(Look::End | Look::Note)),
        _ => next == Some(Look::End),
    }
}

/// A paragraph in its look.
pub(super) fn paragraph(p: &Paragraph) -> Result<word::Paragraph, Fault> {
    let text = if p.look == Look::Window { p.text.replace('→', "\t") } else { p.text.clone() };
    Ok(runs(&text)?.into_iter().fold(word::Paragraph::new().style(&styles::id(p.look)), word::Paragraph::add_run))
}

/// A paragraph of a header or footer: `→` goes to the middle, then to the right margin.
fn margin_paragraph(p: &Paragraph) -> Result<word::Paragraph, Fault> {
    let tab = |val, pos| word::Tab::new().val(val).pos(pos);
    let mut laid = word::Paragraph::new()
        .style(&styles::id(p.look))
        .add_tab(tab(word::TabValueType::Center, TEXT_WIDTH / 2))
        .add_tab(tab(word::TabValueType::Right, TEXT_WIDTH));
    for piece in cut(&p.text)? {
        laid = match piece {
            Tag::Page => laid.add_page_num(word::PageNum::new()),
            Tag::Pages => laid.add_num_pages(word::NumPages::new()),
            piece => laid.add_run(run(&written(piece), '→')),
        };
    }
    Ok(laid)
}

/// A run whose text moves on to the next tab stop at each mark.
fn run(text: &str, mark: char) -> word::Run {
    text.split(mark).enumerate().fold(word::Run::new(), |run, (index, part)| {
        let run = if index > 0 { run.add_tab() } else { run };
        if part.is_empty() { run } else { run.add_text(part) }
    })
}

/// A text at its tags; those of a wording that was read are all known.
pub(super) fn cut(text: &str) -> Result<Vec<Tag<'_>>, Fault> {
    tag::cut(text).map_err(|_| Fault::new(code::WORDING).with("why", Arg::ours("差し込み欄の名前が違います")))
}

/// A tag as the form shows it.
fn written(tag: Tag<'_>) -> String {
    match tag {
        Tag::Text(text) => text.to_owned(),
        Tag::Slot(slot) => format!("{{{{{}}}}}", slot.name()),
        Tag::If(slot) => format!("{{{{?{}}}}}", slot.name()),
        Tag::Page => "{{頁}}".to_owned(),
        Tag::Pages => "{{総頁}}".to_owned(),
    }
}

/// The runs of a text: `~~` strikes out, `**` makes bold.
fn runs(text: &str) -> Result<Vec<word::Run>, Fault> {
    let mut out = Vec::new();
    let (mut strike, mut bold) = (false, false);
    let mut rest = text;
    while !rest.is_empty() {
        let next = ["~~", "**"].into_iter().filter_map(|mark| Some((rest.find(mark)?, mark))).min();
        let (before, after) = match next {
            Some((at, mark)) => (rest.get(..at), rest.get(at + mark.len()..)),
            None => (Some(rest), None),
        };
        let tags: String = cut(before.unwrap_or_default())?.into_iter().map(written).collect();
        if !tags.is_empty() {
            let run = run(&tags, '\t');
            let run = if strike { run.dstrike() } else { run };
            out.push(if bold { run.bold() } else { run });
        }
        match next {
            Some((_, "~~")) => strike = !strike,
            Some(_) => bold = !bold,
            None => {}
        }
        rest = after.unwrap_or_default();
    }
    Ok(out)
}
