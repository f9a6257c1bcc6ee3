//! 照会者: who asks (N6), and the partner row that says how to reach them (N10-N12).

use crate::base::date::Date;
use crate::base::{SafeText, near};
use std::collections::BTreeMap;

/// 全国地方公共団体コード: six digits, check digit right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MunicipalityCode(String);

impl MunicipalityCode {
    /// Reads a code; `None` when it is not six digits or the check digit (weights 6,5,4,3,2) is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u32> = text.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
        let (check, body) = digits.split_last().filter(|_| digits.len() == 6)?;
        let sum: u32 = body.iter().zip([6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
        // The general rule 11 − (sum mod 11) covers sums under eleven as well.
        ((11 - sum % 11) % 10 == *check).then(|| Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 照会者の種別.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequesterKind {
    /// 市町村・都道府県, known by its code.
    Municipality,
    /// 広域連合その他の情報照会機関, known by a partners key `X-…`.
    Other,
}

/// 照会者.
#[derive(Clone, Debug)]
pub struct Requester {
    /// 種別
    pub kind: RequesterKind,
    /// 市町村等名
    pub municipality: SafeText,
    /// 自治体コード, or the key `X-…` of another 情報照会機関.
    pub key: PartnerKey,
    /// 所属
    pub section: SafeText,
    /// 担当者氏名
    pub officer: SafeText,
    /// メール
    pub email: Option<SafeText>,
    /// 郵便番号, as the caller gave it; shown, never used.
    pub postal_code: Option<SafeText>,
    /// 住所, as the caller gave it; shown, never used.
    pub address: Option<SafeText>,
    /// 相手が申告した番号. Stored, shown as «never dial»; cannot become a number to dial.
    pub claimed_phone: Option<SafeText>,
    /// 宛名 (e.g. 札幌市長)
    pub addressee: Option<SafeText>,
    /// 照会元整理番号
    pub reference: Option<SafeText>,
}

impl Requester {
    /// 同一の照会者: code + 所属 + 担当者 after NFKC. Nothing of two sections shares an envelope.
    pub fn identity(&self) -> String {
        let part = |text: &SafeText| near::plain(text.as_str());
        format!("{}\u{1F}{}\u{1F}{}", self.key.as_str(), part(&self.section), part(&self.officer))
    }
}

/// 宛先表の鍵: a municipality code, or `X-…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartnerKey(String);

impl PartnerKey {
    /// A municipality's key is its code.
    pub fn municipality(code: &MunicipalityCode) -> Self {
        Self(code.as_str().to_owned())
    }

    /// `X-` and up to 32 letters, digits or hyphens.
    pub fn other(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("X-")?;
        let fits = (1..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 受取形式: what a partner can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// A Word file with a password.
    Word,
    /// An AES zip.
    Zip,
    /// No mail.
    None,
}

/// 宛先: one row of partners.csv. The only source of a number to dial, an address to post to, a domain to mail to.
#[derive(Clone, Debug)]
pub struct Partner {
    /// 自治体コード or X-…
    pub key: PartnerKey,
    /// 所属, when the row is for one section only.
    pub section: Option<String>,
    /// 自治体名
    pub name: String,
    /// 代表電話番号
    pub phone: Option<String>,
    /// 確認したページ
    pub source: String,
    /// 確認日
    pub looked_up: Option<Date>,
    /// 確認者
    pub looked_up_by: String,
    /// メールドメイン
    pub domains: Vec<String>,
    /// 受取形式
    pub accepts: Accepts,
    /// 最大サイズ, in bytes.
    pub max_size: Option<u64>,
    /// 郵便番号
    pub postal_code: Option<String>,
    /// 住所
    pub address: Option<String>,
    /// 郵送方法, where it is not the office's usual one.
    pub posting: Option<String>,
}

/// 宛先表.
#[derive(Clone, Debug, Default)]
pub struct Partners(BTreeMap<(PartnerKey, Option<String>), Partner>);

impl Partners {
    /// Adds a row; `false` when there is one for this key and section already.
    pub fn insert(&mut self, partner: Partner) -> bool {
        let key = (partner.key.clone(), partner.section.as_deref().map(near::plain));
        self.0.insert(key, partner).is_none()
    }

    /// The row of a requester: that of its section first, else that of the municipality.
    pub fn of(&self, requester: &Requester) -> Option<&Partner> {
        let section = near::plain(requester.section.as_str());
        self.0.get(&(requester.key.clone(), Some(section))).or_else(|| self.0.get(&(requester.key.clone(), None)))
    }

    /// The row of a key and section: that of the section first, else that of the municipality.
    pub fn row(&self, key: &str, section: &str) -> Option<&Partner> {
        let section = near::plain(section);
        let rows = || self.0.values().filter(|p| p.key.as_str() == key);
        rows()
            .find(|p| p.section.as_deref().map(near::plain) == Some(section.clone()))
            .or_else(|| rows().find(|p| p.section.is_none()))
    }

    /// 最大サイズ: the least of the limits that the rows of a key name, in bytes.
    pub fn largest(&self, key: &str) -> Option<u64> {
        self.0.values().filter(|p| p.key.as_str() == key).filter_map(|p| p.max_size).min()
    }
}

/// 市区町村一覧: codes and names (templates/municipalities.csv).
#[derive(Clone, Debug, Default)]
pub struct Municipalities(BTreeMap<String, String>);

impl Municipalities {
    /// Reads `code,prefecture,municipality,kana` lines; lines without a right code are passed over.
    pub fn parse(csv: &str) -> Self {
        let rows = csv.lines().filter_map(|line| {
            let mut cells = line.split(',');
            let code = MunicipalityCode::parse(cells.next()?)?;
            let (prefecture, name) = (cells.next()?, cells.next()?);
            Some((code.0, if name.is_empty() { prefecture.to_owned() } else { name.to_owned() }))
        });
        Self(rows.collect())
    }

    /// The name that belongs to a code.
    pub fn name(&self, code: &MunicipalityCode) -> Option<&str> {
        self.0.get(code.as_str()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/vectors.json")).expect("vectors");
        for code in all["lg_code_valid"].as_array().expect("list") {
            let code = code.as_str().expect("text");
            assert!(MunicipalityCode::parse(code).is_some(), "{code}");
            let digit = code.as_bytes()[5] - b'0';
            let wrong = format!("{}{}", &code[..5], (digit + 1) % 10);
            assert!(MunicipalityCode::parse(&wrong).is_none(), "{wrong}");
        }
        assert!(MunicipalityCode::parse("01100").is_none());
        assert!(MunicipalityCode::parse("０１１００２").is_none());
    }

    #[test]
    fn the_list_holds_right_codes_only() {
        let text = include_str!("../../templates/municipalities.csv");
        let list = Municipalities::parse(text);
        assert_eq!(list.0.len(), text.lines().count() - 1);
        let sapporo = MunicipalityCode::parse("011002").expect("code");
        assert_eq!(list.name(&sapporo), Some("札幌市"));
    }
}
