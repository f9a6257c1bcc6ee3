//! 事務所: office.toml, the settings of one insurer's office.

use super::node::Node;
use super::walk::{Faults, Object};
use crate::base::database::Refused;
use crate::base::date::{self, Date, Time};
use crate::base::fault::FileName;
use crate::base::{Arg, At, Database, Fault, Field, LabelSheet, code};
use crate::notice::insurer::BadInsurerNumber;
use crate::notice::{Insurer, InsurerKind, InsurerNumber};
use std::collections::BTreeSet;

/// 事務所.
#[derive(Clone, Debug)]
pub struct Office {
    /// 保険者
    pub insurer: Insurer,
    /// 保険者名
    pub name: String,
    /// 略称, in mail subjects.
    pub short_name: String,
    /// 発信者
    pub sender: Sender,
    /// 担当
    pub contact: Contact,
    /// 文書番号の型
    pub document_number: NumberPattern,
    /// 郵送方法 (簡易書留, 特定記録 …)
    pub posting: String,
    /// 印刷ファイル一つに入れる文書の数
    pub print_split: usize,
    /// 窓付き封筒の窓
    pub window: Window,
    /// ラベル用紙
    pub labels: LabelSheet,
    /// 明朝
    pub mincho: String,
    /// ふりがな over the subject's name.
    pub furigana: bool,
    /// 閉庁時刻
    pub closes: Time,
    /// 閉庁日: the office's own, besides weekends, holidays and 年末年始.
    pub closed_days: BTreeSet<Date>,
    /// 保存年数
    pub retention_years: u64,
    /// パスワードの伝達方法
    pub password_channel: String,
    /// 反復回数: the price of guessing the password of an encrypted Word document.
    pub spin_count: u32,
    /// 練習用の事務所: documents are marked 練習.
    pub practice: bool,
    /// Where the passphrase lies, in a practice office only.
    pub passphrase_file: Option<String>,
    /// The database: a file in the office, or a PostgreSQL address.
    pub database: Database,
}

/// 発信者.
#[derive(Clone, Debug)]
pub struct Sender {
    /// 職名
    pub title: String,
    /// 氏名
    pub name: Option<String>,
    /// （公印省略） instead of a square for the seal.
    pub seal_omitted: bool,
    /// ロゴ: a picture's file name in the office.
    pub logo: Option<String>,
}

/// 担当.
#[derive(Clone, Debug)]
pub struct Contact {
    /// 部署
    pub section: String,
    /// 氏名
    pub officer: String,
    /// 電話
    pub phone: String,
    /// 郵便番号
    pub postal_code: Option<String>,
    /// 所在地
    pub address: Option<String>,
}

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

/// 文書番号の型: text with `{fy}` and `{seq}` or `{seq:04}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    FiscalYear,
    Sequence(usize),
}

impl NumberPattern {
    /// Reads a pattern; `{seq}` must stand in it, and nothing else in braces.
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let close = rest[open..].find('}')? + open;
            pieces.push(Piece::Literal(rest[..open].to_owned()));
            pieces.push(match &rest[open + 1..close] {
                "fy" => Piece::FiscalYear,
                "seq" => Piece::Sequence(0),
                other => Piece::Sequence(other.strip_prefix("seq:0")?.parse().ok().filter(|w| (1..=9).contains(w))?),
            });
            rest = &rest[close + 1..];
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        let has_sequence = pieces.iter().any(|p| matches!(p, Piece::Sequence(_)));
        (has_sequence && !rest.contains('}')).then_some(Self(pieces))
    }

    /// 健発第8-0013号, with 「の1」 for a branch.
    pub fn print(&self, fiscal_year: i16, sequence: u64, branch: Option<usize>) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::FiscalYear => out.push_str(&fiscal_year.to_string()),
                Piece::Sequence(width) => out.push_str(&format!("{sequence:0width$}")),
            }
        }
        match branch {
            Some(branch) => format!("{out}の{branch}"),
            None => out,
        }
    }
}

/// The members above which one agreeing optional item is a condition of a reply.
const LARGE: u64 = 1_000_000;

impl Office {
    /// Reads office.toml; every fault is told.
    pub fn parse(text: &str, name: &FileName) -> Result<Self, Vec<Fault>> {
        whole(text, name, read)
    }

    /// `database` alone, out of settings that may still have to be filled in.
    pub fn database_of(text: &str, name: &FileName) -> Result<Database, Vec<Fault>> {
        whole(text, name, |node, out| database(&Object::open(node, "", None, OFFICE, out)?, out))
    }
}

fn whole<T>(text: &str, name: &FileName, read: impl FnOnce(&Node, &mut Faults) -> Option<T>) -> Result<T, Vec<Fault>> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
        vec![Fault::new(code::OFFICE_FORM).within(name, At::Line(line))]
    })?;
    let node = node(toml::Value::Table(table));
    let mut out = Faults::default();
    match read(&node, &mut out) {
        Some(read) if out.faults.is_empty() => Ok(read),
        _ => Err(out
            .faults
            .into_iter()
            .map(|fault| {
                let mut fault = unfilled(fault);
                fault.place.file = Some(name.clone());
                fault
            })
            .collect()),
    }
}

/// A setting that is missing or empty is told as a setting, not as a field of a case.
fn unfilled(fault: Fault) -> Fault {
    match fault.code {
        code::REQUIRED => {
            Fault { code: code::OFFICE_VALUE, args: vec![("why", Arg::ours("記入されていません"))], ..fault }
        }
        _ => fault,
    }
}

fn node(value: toml::Value) -> Node {
    match value {
        toml::Value::String(text) => Node::Text(text),
        toml::Value::Integer(n) => Node::Number(n.to_string()),
        toml::Value::Float(n) => Node::Number(n.to_string()),
        toml::Value::Boolean(b) => Node::Bool(b),
        toml::Value::Datetime(d) => Node::Text(d.to_string()),
        toml::Value::Array(items) => Node::List(items.into_iter().map(node).collect()),
        toml::Value::Table(table) => Node::Map(table.into_iter().map(|(key, value)| (key, node(value))).collect()),
    }
}

const OFFICE: &[&str] = &[
    "practice",
    "passphrase_file",
    "database",
    "insurer",
    "sender",
    "contact",
    "document_number",
    "posting",
    "print_split",
    "window",
    "labels",
    "fonts",
    "letters",
    "rules",
    "closes",
    "closed_days",
    "retention_years",
    "password_channel",
    "spin_count",
    "supervisors",
];

fn read(node: &Node, out: &mut Faults) -> Option<Office> {
    let top = Object::open(node, "", None, OFFICE, out)?;
    let practice = flag(&top, "practice", out).unwrap_or(false);
    let supervisors = supervisors(&top, out);
    let insurer = insurer(&top, supervisors, out);
    let sender = sender(&top, out);
    let contact = contact(&top, out);
    let document_number = pattern(&top, out);
    let passphrase_file = opt(&top, "passphrase_file", out);
    if passphrase_file.is_some() && !practice {
        out.faults.push(
            Fault::new(code::OFFICE_VALUE)
                .at(top.field("passphrase_file"))
                .with("why", Arg::ours("練習用の事務所だけで使えます")),
        );
    }
    let database = database(&top, out);
    let (insurer, name, short_name) = insurer?;
    Some(Office {
        insurer,
        name,
        short_name,
        sender: sender?,
        contact: contact?,
        document_number: document_number?,
        posting: opt(&top, "posting", out).unwrap_or_else(|| "簡易書留".to_owned()),
        print_split: number(&top, "print_split", 1, 500, out).and_then(|n| n.try_into().ok()).unwrap_or(100),
        window: window(&top, out),
        labels: super::labels::read(&top, out),
        mincho: mincho(&top, out),
        furigana: furigana(&top, out),
        closes: closes(&top, out),
        closed_days: closed_days(&top, out),
        retention_years: number(&top, "retention_years", 1, 100, out).unwrap_or(5),
        password_channel: opt(&top, "password_channel", out).unwrap_or_else(|| "代表電話".to_owned()),
        spin_count: spin_count(&top, out),
        practice,
        passphrase_file,
        database: database?,
    })
}

fn database(top: &Object<'_>, out: &mut Faults) -> Option<Database> {
    let Some(stated) = opt(top, "database", out) else { return Some(Database::File) };
    match Database::parse(&stated) {
        Ok(database) => Some(database),
        Err(Refused::Password) => {
            out.faults.push(Fault::new(code::SERVER_PASSWORD).at(top.field("database")));
            None
        }
        Err(Refused::Form) => wrong(top.field("database"), "office.db か postgres:// で始まる場所を書いてください", out),
    }
}

/// A text that may be absent; an empty one is absent too.
fn opt(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<String> {
    if matches!(of.opt_node(path), Some(Node::Text(text)) if text.trim().is_empty()) {
        return None;
    }
    of.opt_text(path, out).map(|text| text.as_str().to_owned())
}

fn need(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<String> {
    of.text(path, out).map(|text| text.as_str().to_owned())
}

/// A yes or no of TOML's own; the words of a case file are none here.
fn flag(of: &Object<'_>, path: &'static str, out: &mut Faults) -> Option<bool> {
    match of.opt_node(path)? {
        Node::Bool(value) => Some(*value),
        _ => wrong(of.field(path), "true 又は false を、引用符を付けずに書いてください", out),
    }
}

fn number(of: &Object<'_>, path: &'static str, min: u64, max: u64, out: &mut Faults) -> Option<u64> {
    match of.opt_node(path)? {
        Node::Number(digits) => digits.parse().ok().filter(|n| (min..=max).contains(n)),
        _ => None,
    }
    .or_else(|| wrong(of.field(path), "数値の範囲を確かめてください", out))
}

/// What Office writes, up to what our reader takes (`seal::word::Spin`).
fn spin_count(top: &Object<'_>, out: &mut Faults) -> u32 {
    number(top, "spin_count", 100_000, 1_000_000, out).and_then(|n| n.try_into().ok()).unwrap_or(100_000)
}

fn wrong<T>(field: Field, why: &'static str, out: &mut Faults) -> Option<T> {
    out.faults.push(Fault::new(code::OFFICE_VALUE).at(field).with("why", Arg::ours(why)));
    None
}

fn supervisors(top: &Object<'_>, out: &mut Faults) -> Vec<String> {
    let names = top.list("supervisors", out).iter();
    names
        .filter_map(|node| match node {
            Node::Text(name) => Some(name.clone()),
            _ => wrong(top.field("supervisors"), "氏名の一覧にしてください", out),
        })
        .collect()
}

fn insurer(top: &Object<'_>, supervisors: Vec<String>, out: &mut Faults) -> Option<(Insurer, String, String)> {
    let node = top.node("insurer", out)?;
    let keys = &["number", "kind", "name", "short_name", "members"];
    let of = Object::open(node, "insurer", None, keys, out)?;
    let kind = need(&of, "insurer.kind", out);
    let kind = kind.and_then(|kind| {
        InsurerKind::parse(&kind)
            .or_else(|| wrong(of.field("insurer.kind"), "kyokai・kenpo・kokuho_kumiai・kouki のどれかです", out))
    });
    let number_text = need(&of, "insurer.number", out);
    let parsed = number_text.and_then(|text| match InsurerNumber::parse(&text) {
        Ok((number, of_number)) if kind.is_none_or(|kind| kind == of_number) => Some(number),
        Ok(_) => {
            out.faults.push(Fault::new(code::INSURER_NUMBER).at(of.field("insurer.number")));
            None
        }
        Err(bad) => {
            let code = match bad {
                BadInsurerNumber::OutOfScope => code::INSURER_OUT_OF_SCOPE,
                BadInsurerNumber::Form | BadInsurerNumber::CheckDigit => code::INSURER_NUMBER,
            };
            out.faults.push(Fault::new(code).at(of.field("insurer.number")));
            None
        }
    });
    let name = need(&of, "insurer.name", out);
    let members = match of.opt_node("insurer.members") {
        None => {
            out.faults.push(Fault::new(code::REQUIRED).at(of.field("insurer.members")));
            None
        }
        Some(_) => number(&of, "insurer.members", 1, 200_000_000, out),
    };
    let short_name = opt(&of, "insurer.short_name", out);
    let (hold_near_miss, optional) = rules(top, out);
    let (name, members) = (name?, members?);
    let insurer = Insurer {
        number: parsed?,
        kind: kind?,
        members,
        require_optional_item: optional.unwrap_or(members >= LARGE),
        hold_near_miss,
        supervisors,
    };
    let short_name = short_name.unwrap_or_else(|| name.clone());
    Some((insurer, name, short_name))
}

fn rules(top: &Object<'_>, out: &mut Faults) -> (bool, Option<bool>) {
    let Some(node) = top.opt_node("rules") else { return (false, None) };
    let Some(of) = Object::open(node, "rules", None, &["near_miss", "require_optional_item"], out) else {
        return (false, None);
    };
    let near_miss = match of.opt_node("rules.near_miss") {
        None => Some(false),
        Some(_) => of.word(
            "rules.near_miss",
            code::OFFICE_VALUE,
            "send・hold",
            |word| match word {
                "send" => Some(false),
                "hold" => Some(true),
                _ => None,
            },
            out,
        ),
    };
    let optional = flag(&of, "rules.require_optional_item", out);
    (near_miss.unwrap_or(true), optional)
}

fn sender(top: &Object<'_>, out: &mut Faults) -> Option<Sender> {
    let node = top.node("sender", out)?;
    let of = Object::open(node, "sender", None, &["title", "name", "seal", "logo"], out)?;
    let seal_omitted = match of.opt_node("sender.seal") {
        None => true,
        Some(_) => of.word(
            "sender.seal",
            code::OFFICE_VALUE,
            "omitted・square",
            |word| match word {
                "omitted" => Some(true),
                "square" => Some(false),
                _ => None,
            },
            out,
        )?,
    };
    let name = opt(&of, "sender.name", out);
    let logo = opt(&of, "sender.logo", out);
    if logo.as_ref().is_some_and(|name| name.contains(['/', '\\', ':']) || name.starts_with('.')) {
        return wrong(of.field("sender.logo"), "事務所のフォルダーに置いた画像の、ファイル名だけを書いてください", out);
    }
    Some(Sender { title: need(&of, "sender.title", out)?, name, seal_omitted, logo })
}

fn contact(top: &Object<'_>, out: &mut Faults) -> Option<Contact> {
    let node = top.node("contact", out)?;
    let of = Object::open(node, "contact", None, &["section", "officer", "phone", "postal_code", "address"], out)?;
    let (section, officer) = (need(&of, "contact.section", out), need(&of, "contact.officer", out));
    let phone = need(&of, "contact.phone", out);
    let (postal_code, address) = (opt(&of, "contact.postal_code", out), opt(&of, "contact.address", out));
    Some(Contact { section: section?, officer: officer?, phone: phone?, postal_code, address })
}

fn pattern(top: &Object<'_>, out: &mut Faults) -> Option<NumberPattern> {
    let text = need(top, "document_number", out)?;
    NumberPattern::parse(&text).or_else(|| wrong(top.field("document_number"), "{fy} と {seq:04} だけが使えます", out))
}

fn window(top: &Object<'_>, out: &mut Faults) -> Window {
    let usual = Window { left: 20.0, top: 12.0, width: 90.0, height: 45.0 };
    let Some(node) = top.opt_node("window") else { return usual };
    let Some(of) = Object::open(node, "window", None, &["left_mm", "top_mm", "width_mm", "height_mm"], out) else {
        return usual;
    };
    let mut measure = |path: &'static str, usual: f64| match of.opt_node(path) {
        None => usual,
        Some(Node::Number(n)) => n.parse().ok().filter(|mm| (0.0..=200.0).contains(mm)).unwrap_or_else(|| {
            wrong::<()>(of.field(path), "0から200までのミリメートルです", out);
            usual
        }),
        Some(_) => {
            wrong::<()>(of.field(path), "0から200までのミリメートルです", out);
            usual
        }
    };
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

fn mincho(top: &Object<'_>, out: &mut Faults) -> String {
    let font = top.opt_node("fonts").and_then(|node| {
        let of = Object::open(node, "fonts", None, &["mincho"], out)?;
        opt(&of, "fonts.mincho", out)
    });
    font.unwrap_or_else(|| "ＭＳ 明朝".to_owned())
}

fn furigana(top: &Object<'_>, out: &mut Faults) -> bool {
    let of = top.opt_node("letters").and_then(|node| Object::open(node, "letters", None, &["furigana"], out));
    of.and_then(|of| flag(&of, "letters.furigana", out)).unwrap_or(false)
}

fn closes(top: &Object<'_>, out: &mut Faults) -> Time {
    let usual = jiff::civil::time(17, 15, 0, 0);
    let Some(text) = opt(top, "closes", out) else { return usual };
    date::parse_moment(&format!("2000-01-01T{text}")).map(|m| m.time()).unwrap_or_else(|_| {
        wrong::<()>(top.field("closes"), "17:15 のように書いてください", out);
        usual
    })
}

fn closed_days(top: &Object<'_>, out: &mut Faults) -> BTreeSet<Date> {
    let days = top.list("closed_days", out).iter().enumerate();
    days.filter_map(|(index, node)| {
        let day = if let Node::Text(text) = node { date::parse(text).ok() } else { None };
        day.or_else(|| wrong(top.field("closed_days").nth(index + 1), "2026-12-28 のような日付です", out))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE: &str = r#"
document_number = "健発第{fy}-{seq:04}号"
supervisors = ["鈴木 次長"]
[insurer]
number = "06132013"
kind = "健保組合"
name = "東西健康保険組合"
members = 20000
[sender]
title = "理事長"
[contact]
section = "業務課"
officer = "山本"
phone = "03-0000-0000"
"#;

    fn codes(text: &str) -> Vec<&'static str> {
        let read = Office::parse(text, &FileName::named("office.toml", 1));
        read.err().unwrap_or_default().iter().map(|f| f.code.as_str()).collect()
    }

    #[test]
    fn the_least_that_must_stand() {
        let office = Office::parse(OFFICE, &FileName::named("office.toml", 1)).expect("office");
        assert_eq!(office.insurer.kind, InsurerKind::Kenpo);
        assert!(!office.insurer.require_optional_item && !office.insurer.hold_near_miss);
        assert!(office.closed_days.is_empty());
        let closed = Office::parse(&format!("closed_days = [\"2026-12-28\", 2026-05-01]\n{OFFICE}"), &FileName::named("o", 1));
        assert_eq!(closed.expect("office").closed_days.len(), 2);
        assert_eq!(office.document_number.print(8, 13, None), "健発第8-0013号");
        assert_eq!(office.document_number.print(8, 13, Some(2)), "健発第8-0013号の2");
    }

    #[test]
    fn faults() {
        assert_eq!(codes(&OFFICE.replace("06132013", "06132014")), ["FK-1202"]);
        assert_eq!(codes(&OFFICE.replace("06132013", "01040013")), ["FK-1202"]);
        assert_eq!(codes(&OFFICE.replace("06132013", "33120015")), ["FK-1203"]);
        assert_eq!(codes(&OFFICE.replace("title =", "tilte =")), ["FK-1024", "FK-1205"]);
        assert_eq!(codes(&OFFICE.replace("{seq:04}", "{seq:xx}")), ["FK-1205"]);
        assert_eq!(codes(&OFFICE.replace("members = 20000", "members = \"多数\"")), ["FK-1205"]);
        assert_eq!(codes(&format!("passphrase_file = \"p\"\n{OFFICE}")), ["FK-1205"]);
        for bad in ["\"yes\"", "\"有\"", "1"] {
            assert_eq!(codes(&format!("{OFFICE}\n[letters]\nfurigana = {bad}\n")), ["FK-1205"], "{bad}");
        }
        assert_eq!(codes(&format!("practice = \"true\"\n{OFFICE}")), ["FK-1205"]);
        assert!(codes(&format!("{OFFICE}\n[letters]\nfurigana = true\n")).is_empty());
        assert_eq!(codes(&format!("closed_days = [\"2026-12-28\", \"12-28\", 5]\n{OFFICE}")), ["FK-1205", "FK-1205"]);
        assert_eq!(codes("[insurer"), ["FK-1201"]);
    }

    /// Of an office with these settings: the codes, and the fields they are about.
    fn told(settings: &str) -> Vec<String> {
        let told = Office::parse(&format!("{OFFICE}\n{settings}"), &FileName::named("o", 1)).err().unwrap_or_default();
        let said = |fault: &Fault| {
            let field = fault.place.field.as_ref().map(|field| field.json.to_string());
            format!("{} {}", fault.code.as_str(), field.unwrap_or_default())
        };
        told.iter().map(said).collect()
    }

    #[test]
    fn window_and_labels_stand_on_the_sheet() {
        assert_eq!(told("[window]\nleft_mm = 120\nwidth_mm = 90\ntop_mm = 200\nheight_mm = 97"), [""; 0]);
        assert_eq!(told("[window]\nleft_mm = 150\nwidth_mm = 90"), ["FK-1205 window.width_mm"]);
        assert_eq!(told("[window]\ntop_mm = 200\nheight_mm = 98"), ["FK-1205 window.height_mm"]);
        let labels = "[labels]\nleft_mm = 0\ntop_mm = 0\nwidth_mm = 70\nheight_mm = 42.3\ncolumns = 3\nrows = ";
        assert_eq!(told(&format!("{labels}7")), [""; 0]);
        assert_eq!(told(&format!("{labels}8")), ["FK-1205 labels"]);
    }

    #[test]
    fn large_insurers_need_an_optional_item() {
        let large = OFFICE.replace("20000", "1000000");
        let office = Office::parse(&large, &FileName::named("office.toml", 1)).expect("office");
        assert!(office.insurer.require_optional_item);
    }

    #[test]
    fn patterns() {
        assert_eq!(NumberPattern::parse("{seq}").map(|p| p.print(8, 13, None)), Some("13".into()));
        for bad in ["", "健発", "{seq", "seq}", "{seq:4}", "{x}{seq}", "{seq}}"] {
            assert_eq!(NumberPattern::parse(bad), None, "{bad}");
        }
    }
}
