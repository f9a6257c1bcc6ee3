//! 事務所: office.toml, the settings of one insurer's office. What needs more than a line is read in a file of its own.

mod file;
mod insurer;
mod labels;
mod number;
#[cfg(test)]
mod tests;
mod values;
mod window;

pub use number::NumberPattern;
pub use window::Window;

use super::node::Node;
use super::walk::{Faults, Object};
use crate::base::database::Refused;
use crate::base::date::{self, Date, Time};
use crate::base::fault::FileName;
use crate::base::{Database, Fault, LabelSheet, code};
use crate::notice::Insurer;
use std::collections::BTreeSet;
use values::{either, flag, need, number, opt, section, wrong};

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

impl Office {
    /// Reads office.toml; every fault is told.
    pub fn parse(text: &str, name: &FileName) -> Result<Self, Vec<Fault>> {
        file::read(text, name, read)
    }

    /// `database` alone, out of settings that may still have to be filled in.
    pub fn database_of(text: &str, name: &FileName) -> Result<Database, Vec<Fault>> {
        file::read(text, name, |node, out| database(&Object::open(node, "", None, OFFICE, out)?, out))
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
    let insurer = insurer::read(&top, out);
    let sender = sender(&top, out);
    let contact = contact(&top, out);
    let document_number = document_number(&top, out);
    let passphrase_file = opt(&top, "passphrase_file", out);
    if passphrase_file.is_some() && !practice {
        wrong::<()>(top.field("passphrase_file"), "練習用の事務所だけで使えます", out);
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
        window: window::read(&top, out),
        labels: labels::read(&top, out),
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

fn sender(top: &Object<'_>, out: &mut Faults) -> Option<Sender> {
    let node = top.node("sender", out)?;
    let of = Object::open(node, "sender", None, &["title", "name", "seal", "logo"], out)?;
    let seal_omitted = match of.opt_node("sender.seal") {
        None => true,
        Some(_) => either(&of, "sender.seal", ("omitted", "square"), "omitted・square", out)?,
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

/// What Office writes, up to what our reader takes (`seal::word::Spin`).
fn spin_count(top: &Object<'_>, out: &mut Faults) -> u32 {
    number(top, "spin_count", 100_000, 1_000_000, out).and_then(|n| n.try_into().ok()).unwrap_or(100_000)
}

fn document_number(top: &Object<'_>, out: &mut Faults) -> Option<NumberPattern> {
    let text = need(top, "document_number", out)?;
    NumberPattern::parse(&text).or_else(|| wrong(top.field("document_number"), "{fy} と {seq:04} だけが使えます", out))
}

fn mincho(top: &Object<'_>, out: &mut Faults) -> String {
    let font = section(top, "fonts", &["mincho"], out).and_then(|of| opt(&of, "fonts.mincho", out));
    font.unwrap_or_else(|| "ＭＳ 明朝".to_owned())
}

fn furigana(top: &Object<'_>, out: &mut Faults) -> bool {
    section(top, "letters", &["furigana"], out).and_then(|of| flag(&of, "letters.furigana", out)).unwrap_or(false)
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
