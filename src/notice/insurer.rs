//! 保険者: which insurers the notice speaks of, and their numbers (N17).

use std::fmt;

/// 保険者の種別. The four kinds of the notice; 市町村国保 is not one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InsurerKind {
    /// 全国健康保険協会
    Kyokai,
    /// 健康保険組合
    Kenpo,
    /// 国民健康保険組合
    KokuhoKumiai,
    /// 後期高齢者医療広域連合
    Kouki,
}

impl InsurerKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Kyokai, Self::Kenpo, Self::KokuhoKumiai, Self::Kouki];

    /// The word in office.toml and in the catalogue.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kyokai => "kyokai",
            Self::Kenpo => "kenpo",
            Self::KokuhoKumiai => "kokuho_kumiai",
            Self::Kouki => "kouki",
        }
    }

    /// 健康保険組合 and so on.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kyokai => "全国健康保険協会",
            Self::Kenpo => "健康保険組合",
            Self::KokuhoKumiai => "国民健康保険組合",
            Self::Kouki => "後期高齢者医療広域連合",
        }
    }

    /// By its word, or by its Japanese name in full or short.
    pub fn parse(text: &str) -> Option<Self> {
        let short = match text {
            "健保組合" => Some(Self::Kenpo),
            "協会けんぽ" => Some(Self::Kyokai),
            "国保組合" => Some(Self::KokuhoKumiai),
            "広域連合" => Some(Self::Kouki),
            _ => None,
        };
        short.or_else(|| Self::ALL.into_iter().find(|kind| text == kind.word() || text == kind.name()))
    }
}

/// 保険者番号: 8 digits, or 6 for 国民健康保険組合; check digit right.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct InsurerNumber(String);

/// Why an insurer number was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadInsurerNumber {
    /// Neither 6 nor 8 digits.
    Form,
    /// The check digit is wrong.
    CheckDigit,
    /// A right number of an insurer that the notice does not speak of.
    OutOfScope,
}

impl InsurerNumber {
    /// Reads a number and tells the kind of insurer it belongs to.
    pub fn parse(text: &str) -> Result<(Self, InsurerKind), BadInsurerNumber> {
        let digits: Vec<u8> = text.bytes().map(|b| b.wrapping_sub(b'0')).collect();
        if !matches!(digits.len(), 6 | 8) || digits.iter().any(|d| *d > 9) {
            return Err(BadInsurerNumber::Form);
        }
        if !check_digit_is_right(&digits) {
            return Err(BadInsurerNumber::CheckDigit);
        }
        let kind = kind_of(text).ok_or(BadInsurerNumber::OutOfScope)?;
        Ok((Self(text.to_owned()), kind))
    }

    /// As printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for InsurerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 検証番号: from the last digit but one ×2, ×1, …; digits of two-digit products added; 10 − (sum mod 10).
fn check_digit_is_right(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let sum: u8 = body
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| if i % 2 == 0 { digit * 2 } else { *digit })
        .map(|product| product / 10 + product % 10)
        .sum();
    *check == (10 - sum % 10) % 10
}

/// 法別番号, and for six digits (or eight with leading 00) the third digit 3 of a 国保組合.
fn kind_of(number: &str) -> Option<InsurerKind> {
    let six = if number.len() == 8 { number.strip_prefix("00") } else { Some(number) };
    if let Some(six) = six {
        return (six.as_bytes().get(2) == Some(&b'3')).then_some(InsurerKind::KokuhoKumiai);
    }
    match number.get(..2)? {
        "01" | "02" | "03" | "04" => Some(InsurerKind::Kyokai),
        "06" | "63" => Some(InsurerKind::Kenpo),
        "39" => Some(InsurerKind::Kouki),
        _ => None,
    }
}

/// 保険者, as far as the rules need it.
#[derive(Clone, Debug)]
pub struct Insurer {
    /// 保険者番号
    pub number: InsurerNumber,
    /// 種別
    pub kind: InsurerKind,
    /// 加入者数
    pub members: u64,
    /// One agreeing optional item is a condition of a reply (default from one million members).
    pub require_optional_item: bool,
    /// Near misses stop the case instead of being sent as 該当なし.
    pub hold_near_miss: bool,
    /// 支援措置の解除ができる者
    pub supervisors: Vec<String>,
}

impl Insurer {
    /// The chance, as 1 in n, that three items alone hit one wrong member in an inquiry about somebody who is not one.
    /// Our estimate: people of one sex and birthday share a full kana name with p = 1e-5; 55,400 such groups.
    pub fn collision_one_in(&self) -> u64 {
        const GROUPS: f64 = 55_400.0;
        const SHARE_A_NAME: f64 = 1e-5;
        let chance = self.members.max(1) as f64 / GROUPS * SHARE_A_NAME;
        (1.0 / chance).round().max(1.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_pass_the_check_digit() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/vectors.json")).expect("vectors");
        for number in all["insurer_no_valid"].as_array().expect("list") {
            let number = number.as_str().expect("text");
            assert_ne!(InsurerNumber::parse(number).map(|_| ()), Err(BadInsurerNumber::CheckDigit), "{number}");
        }
    }

    #[test]
    fn kinds_follow_the_number() {
        let kind = |n: &str| InsurerNumber::parse(n).map(|(_, kind)| kind);
        assert_eq!(kind("01040013"), Ok(InsurerKind::Kyokai));
        assert_eq!(kind("06132013"), Ok(InsurerKind::Kenpo));
        assert_eq!(kind("39131156"), Ok(InsurerKind::Kouki));
        assert_eq!(kind("133033"), Ok(InsurerKind::KokuhoKumiai));
        assert_eq!(kind("33120015"), Err(BadInsurerNumber::OutOfScope));
        assert_eq!(kind("67138057"), Err(BadInsurerNumber::OutOfScope));
        assert_eq!(kind("06132014"), Err(BadInsurerNumber::CheckDigit));
        assert_eq!(kind("0613201"), Err(BadInsurerNumber::Form));
        assert_eq!(kind("０６１３２０１３"), Err(BadInsurerNumber::Form));
    }

    #[test]
    fn the_estimate_is_that_of_the_design() {
        let insurer = |members| Insurer {
            number: InsurerNumber("01040013".into()),
            kind: InsurerKind::Kyokai,
            members,
            require_optional_item: true,
            hold_near_miss: false,
            supervisors: Vec::new(),
        };
        assert_eq!(insurer(39_600_000).collision_one_in(), 140);
        assert_eq!(insurer(20_460).collision_one_in(), 270_772);
    }
}
