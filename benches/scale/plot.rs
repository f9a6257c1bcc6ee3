//! 図: the figures of one run of the bench as an SVG. Left the processor's time of a case, stacked by stage; right the most memory.

use super::{Measured, PROMISED, STAGES};
use std::fmt::Write as _;

const COLOURS: [&str; STAGES.len()] = ["#4878a8", "#8ab4d8", "#d8893b", "#7a9a4a", "#a0a0a0"];
const NAMES: [&str; STAGES.len()] =
    ["照合 judge", "受付 receive", "作成・検査 make, gate", "確定 commit", "報告・印刷 report, print"];
/// The heights between which bars stand.
const TOP: f64 = 64.0;
const FOOT: f64 = 320.0;
const BAR: f64 = 56.0;
const STEP: f64 = 96.0;

/// The picture.
pub fn svg(measured: &[Measured]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 920 372\" font-family=\"Noto Sans CJK JP, sans-serif\" font-size=\"13\">\n\
         <rect width=\"920\" height=\"372\" fill=\"white\"/>\n",
    );
    let total = |one: &Measured| one.stages.iter().sum::<f64>();
    let most = nice(measured.iter().map(total).fold(0.0, f64::max));
    axis(&mut out, 60.0, most, "ms", "1件の処理時間（CPU、ミリ秒） ms CPU a case");
    for (n, one) in measured.iter().enumerate() {
        let x = 84.0 + STEP * n as f64;
        let mut foot = FOOT;
        for (stage, ms) in one.stages.iter().enumerate() {
            let height = ms / most * (FOOT - TOP);
            foot -= height;
            rect(&mut out, x, foot, height, COLOURS[stage]);
        }
        text(&mut out, x + BAR / 2.0, foot - 6.0, "middle", &format!("{:.2}", total(one)));
        text(&mut out, x + BAR / 2.0, FOOT + 20.0, "middle", &format!("{}件", grouped(one.cases)));
    }
    for (stage, name) in NAMES.iter().enumerate().rev() {
        let y = TOP + 22.0 * (STAGES.len() - 1 - stage) as f64;
        let _ = writeln!(out, "<rect x=\"384\" y=\"{}\" width=\"13\" height=\"13\" fill=\"{}\"/>", y - 11.0, COLOURS[stage]);
        text(&mut out, 404.0, y, "start", name);
    }
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let most = nice(megabytes(PROMISED));
    axis(&mut out, 620.0, most, "MB", "最大メモリー（MB） peak memory");
    for (n, one) in measured.iter().enumerate() {
        let (x, height) = (640.0 + 88.0 * n as f64, megabytes(one.peak) / most * (FOOT - TOP));
        rect(&mut out, x, FOOT - height, height, COLOURS[0]);
        text(&mut out, x + BAR / 2.0, FOOT - height - 6.0, "middle", &format!("{:.0}", megabytes(one.peak)));
        text(&mut out, x + BAR / 2.0, FOOT + 20.0, "middle", &format!("{}件", grouped(one.cases)));
    }
    let y = FOOT - megabytes(PROMISED) / most * (FOOT - TOP);
    let _ = writeln!(out, "<path d=\"M620 {y}H900\" stroke=\"#b03030\" stroke-dasharray=\"5 4\"/>");
    text(&mut out, 900.0, y - 6.0, "end", "上限 256 MB limit");
    out + "</svg>\n"
}

/// A title, four lines and what they stand for.
fn axis(out: &mut String, x: f64, most: f64, unit: &str, title: &str) {
    text(out, x, 28.0, "start", title);
    for n in 0..=4 {
        let (y, value) = (FOOT - (FOOT - TOP) * f64::from(n) / 4.0, most * f64::from(n) / 4.0);
        let _ = writeln!(out, "<path d=\"M{x} {y}h{}\" stroke=\"#dddddd\"/>", if unit == "ms" { 300.0 } else { 280.0 });
        let value = if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") };
        text(out, x - 8.0, y + 4.0, "end", &value);
    }
}

/// The next of a few steps of each power of ten, so that a quarter of it is a round number.
fn nice(value: f64) -> f64 {
    let power = 10f64.powf(value.max(1e-9).log10().floor());
    [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= value).unwrap_or(value)
}

/// 10,000.
fn grouped(n: usize) -> String {
    if n < 1000 { n.to_string() } else { format!("{},{:03}", n / 1000, n % 1000) }
}

fn rect(out: &mut String, x: f64, y: f64, height: f64, colour: &str) {
    let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y:.2}\" width=\"{BAR}\" height=\"{height:.2}\" fill=\"{colour}\"/>");
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let _ = writeln!(out, "<text x=\"{x}\" y=\"{y:.2}\" text-anchor=\"{anchor}\">{text}</text>");
}
