//! 項目カタログ: the closed list of items that may be answered (N5). `templates/items.toml`, or the office's own.

use super::insurer::InsurerKind;
use crate::base::near;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// 項目の型.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemType {
    /// 文字
    Text,
    /// 区分
    Code,
    /// 年月日
    Date,
    /// 年月日, or none
    DateOrNone,
    /// 金額
    Yen,
    /// 給付
    Benefit(WhenType),
}

/// What a benefit's payments are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenType {
    /// 診療年月
    Month,
    /// 支給対象期間
    Period,
    /// 計算期間
    CalcPeriod,
    /// 出産年月日 …
    Date,
}

impl WhenType {
    /// The key of a payment in a case file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Period => "period",
            Self::CalcPeriod => "calc_period",
            Self::Date => "date",
        }
    }
}

/// 項目.
#[derive(Clone, Debug)]
pub struct Item {
    /// Stable id, such as q.acquired.
    pub id: String,
    /// 項目名, as printed.
    pub name: String,
    /// 型
    pub kind: ItemType,
    /// Which kinds of insurer have it.
    pub insurers: BTreeSet<InsurerKind>,
    /// 別名
    pub aliases: Vec<String>,
    /// 区分 and their labels.
    pub codes: BTreeMap<String, String>,
    /// 診療年月 and the like: what the payments' `when` is called.
    pub when_name: String,
}

impl Item {
    /// The label of a code or of a label itself; `None` for neither.
    pub fn label(&self, written: &str) -> Option<&str> {
        // Most are written as the catalogue has them.
        let as_is = self.codes.iter().find(|(code, label)| *code == written || *label == written);
        let found = as_is.or_else(|| {
            let plain = near::plain(written);
            self.codes.iter().find(|(code, label)| near::plain(code) == plain || near::plain(label) == plain)
        });
        found.map(|(_, label)| label.as_str())
    }
}

/// 項目カタログ.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Its version, printed in records.
    pub version: String,
    items: Vec<Item>,
    names: BTreeMap<String, usize>,
}

/// Why a catalogue was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadCatalogue {
    /// Not TOML, or not of this shape; the line when it is known.
    Form(Option<usize>),
    /// A type, kind of insurer or `when` that is none of ours, in the item with this place (from 1).
    Word(usize),
    /// Two items share a name, an alias or an id.
    Twice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCatalogue {
    version: String,
    #[serde(default)]
    #[allow(dead_code)]
    valid_from: Option<String>,
    #[serde(default)]
    #[allow(dead_code)]
    official: bool,
    items: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: String,
    #[allow(dead_code)]
    group: String,
    name_ja: String,
    r#type: String,
    insurer_kinds: Vec<String>,
    #[serde(default)]
    #[allow(dead_code)]
    certainty: String,
    #[serde(default)]
    #[allow(dead_code)]
    sensitivity: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    codes: BTreeMap<String, String>,
    when: Option<String>,
    when_name: Option<String>,
    #[serde(default)]
    #[allow(dead_code)]
    official_code: String,
    #[serde(default)]
    #[allow(dead_code)]
    note: String,
}

impl Catalogue {
    /// 内蔵の項目カタログ: for an office without an items.toml of its own.
    pub const BUILT_IN: &'static str = include_str!("../../templates/items.toml");

    /// Reads a catalogue.
    pub fn parse(text: &str) -> Result<Self, BadCatalogue> {
        let raw: RawCatalogue = toml::from_str(text).map_err(|error| {
            BadCatalogue::Form(error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1)))
        })?;
        let mut items = Vec::with_capacity(raw.items.len());
        let (mut names, mut ids) = (BTreeMap::new(), BTreeSet::new());
        for (index, raw) in raw.items.into_iter().enumerate() {
            let item = item(raw).ok_or(BadCatalogue::Word(index + 1))?;
            for name in std::iter::once(&item.name).chain(&item.aliases) {
                if names.insert(near::plain(name), index).is_some_and(|other| other != index) {
                    return Err(BadCatalogue::Twice(name.clone()));
                }
            }
            if !ids.insert(item.id.clone()) {
                return Err(BadCatalogue::Twice(item.id));
            }
            items.push(item);
        }
        Ok(Self { version: raw.version, items, names })
    }

    /// Every item, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// An item by its place.
    pub fn item(&self, asked: super::Asked) -> &Item {
        &self.items[asked.0]
    }

    /// An item by name or alias.
    pub fn find(&self, name: &str) -> Option<super::Asked> {
        // Most are written as the catalogue has them.
        self.names.get(name).or_else(|| self.names.get(&near::plain(name))).copied().map(super::Asked)
    }

    /// An item by id.
    pub fn by_id(&self, id: &str) -> Option<super::Asked> {
        self.items.iter().position(|item| item.id == id).map(super::Asked)
    }

    /// The names nearest to one that is in no catalogue.
    pub fn nearest(&self, name: &str) -> Vec<&str> {
        near::nearest(name, self.items.iter().map(|item| item.name.as_str()))
    }
}

fn item(raw: RawItem) -> Option<Item> {
    let when = raw.when.as_deref().map(|when| match when {
        "month" => Some(WhenType::Month),
        "period" => Some(WhenType::Period),
        "calc_period" => Some(WhenType::CalcPeriod),
        "date" => Some(WhenType::Date),
        _ => None,
    });
    let kind = match (raw.r#type.as_str(), when) {
        ("text", None) => ItemType::Text,
        // 区分 whose codes are not known yet are printed as they are written.
        ("code", None) if raw.codes.is_empty() => ItemType::Text,
        ("code", None) => ItemType::Code,
        ("date", None) => ItemType::Date,
        ("date?", None) => ItemType::DateOrNone,
        ("yen", None) => ItemType::Yen,
        ("benefit", Some(Some(when))) => ItemType::Benefit(when),
        _ => return None,
    };
    let insurers = raw.insurer_kinds.iter().map(|word| InsurerKind::parse(word)).collect::<Option<_>>()?;
    Some(Item {
        id: raw.id,
        name: raw.name_ja,
        kind,
        insurers,
        aliases: raw.aliases,
        codes: raw.codes,
        when_name: raw.when_name.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Catalogue {
        Catalogue::parse(include_str!("../../templates/items.toml")).expect("our own catalogue")
    }

    #[test]
    fn our_own_catalogue_stands() {
        let ours = ours();
        assert_eq!(ours.items().len(), 34);
        assert_eq!(ours.find("資格取得日"), ours.by_id("q.acquired"));
        assert_eq!(ours.find("資格 取得年月日"), ours.by_id("q.acquired"));
        assert_eq!(ours.find("住民税の課税額"), None);
        assert_eq!(ours.nearest("資格取得年月").first(), Some(&"資格取得年月日"));
    }

    #[test]
    fn codes_are_taken_as_code_or_label() {
        let ours = ours();
        let burden = ours.item(ours.by_id("q.burden").expect("item"));
        assert_eq!(burden.label("10"), Some("1割"));
        assert_eq!(burden.label("１割"), Some("1割"));
        assert_eq!(burden.label("4割"), None);
    }

    #[test]
    fn names_may_not_collide() {
        let text = include_str!("../../templates/items.toml").replace("aliases = [\"枝番号\"]", "aliases = [\"記号\"]");
        assert_eq!(Catalogue::parse(&text).map(|_| ()), Err(BadCatalogue::Twice("記号".into())));
        assert!(matches!(Catalogue::parse("version = 1"), Err(BadCatalogue::Form(_))));
    }
}
