//! 鍵付きハッシュ: what the ledger may know about people and contents without holding them.

use super::words::Digest;
use crate::base::date::Date;
use crate::base::{Secret, kana};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;

/// 台帳の鍵: three of the vault's five office keys, one a purpose.
#[derive(Clone, Debug)]
pub struct Keys {
    chain: Secret<32>,
    person: Secret<32>,
    file: Secret<32>,
}

impl Keys {
    /// K_chain, K_person and K_file, as the vault opened them.
    pub fn new(chain: Secret<32>, person: Secret<32>, file: Secret<32>) -> Self {
        Self { chain, person, file }
    }

    /// 対象者の仮名 = HMAC(K_person, lp(L0 kana) ‖ lp(birth) ‖ lp(sex)). `sex` is male or female.
    pub fn person(&self, kana: &str, birth: Date, sex: &str) -> Digest {
        let mut mac = start(&self.person);
        lp(&mut mac, kana::fold_same(kana).as_bytes());
        lp(&mut mac, birth.to_string().as_bytes());
        lp(&mut mac, sex.as_bytes());
        finish(mac)
    }

    /// 照会者 = code + 所属 + 担当者 after NFKC, as HMAC(K_file, …): who is one requester.
    pub fn requester(&self, code: &str, section: &str, officer: &str) -> Digest {
        let folded = [code, section, officer].map(|text| text.nfkc().filter(|c| !c.is_whitespace()).collect::<String>());
        self.keyed("fukan/requester/v1", folded.iter().map(|text| text.as_bytes()))
    }

    /// 案件 = id + received.at + requester, as HMAC(K_file, …).
    pub fn case(&self, id: &str, received_at: &str, requester: &Digest) -> Digest {
        self.keyed("fukan/case/v1", [id.as_bytes(), received_at.as_bytes(), requester.as_bytes()])
    }

    /// 照会項目: the same whatever their order.
    pub fn items<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Digest {
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        self.keyed("fukan/items/v1", names.into_iter().map(str::as_bytes))
    }

    /// 内容: the record as it was read. Keyed, because a plain hash would tell the answer to whoever tries all of them.
    pub fn fingerprint(&self, record: &[u8]) -> Digest {
        self.keyed("fukan/record/v1", [record])
    }

    /// A finished file, under its name.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Digest {
        self.keyed("fukan/file/v1", [name.as_bytes(), bytes])
    }

    fn keyed<'a>(&self, label: &str, parts: impl IntoIterator<Item = &'a [u8]>) -> Digest {
        let mut mac = start(&self.file);
        mac.update(label.as_bytes());
        parts.into_iter().for_each(|part| lp(&mut mac, part));
        finish(mac)
    }

    pub(super) fn chained(&self, label: &str, fixed: &[u8], parts: &[&[u8]]) -> Digest {
        let mut mac = start(&self.chain);
        mac.update(label.as_bytes());
        mac.update(fixed);
        parts.iter().for_each(|part| lp(&mut mac, part));
        finish(mac)
    }
}

fn start(key: &Secret<32>) -> Hmac<Sha256> {
    // HMAC takes a key of any length, so the error can't happen; a block of zeroes would still be no secret shared with anybody.
    Hmac::new_from_slice(key.expose()).unwrap_or_else(|_| Hmac::new(&Default::default()))
}

/// lp = u32 big-endian length + bytes. Nothing of ours reaches 4 GiB.
fn lp(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    mac.update(part);
}

fn finish(mac: Hmac<Sha256>) -> Digest {
    Digest::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
pub(super) fn practice() -> Keys {
    let key = |n: u8| Secret::from_slice(&[n; 32]).expect("32 bytes");
    Keys::new(key(1), key(2), key(3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn one_person_has_one_pseudonym() {
        let keys = practice();
        let born = date(1980, 3, 2);
        let one = keys.person("ヤマダ　タロウ", born, "male");
        assert_eq!(keys.person("ﾔﾏﾀﾞ ﾀﾛｳ", born, "male"), one);
        assert_ne!(keys.person("ヤマダ　タロウ", born, "female"), one);
        assert_ne!(keys.person("ヤマダ　タロウ", date(1980, 3, 3), "male"), one);
    }

    #[test]
    fn the_pseudonym_is_the_written_formula() {
        let mut mac = start(&Secret::from_slice(&[2; 32]).expect("key"));
        let kana = kana::fold_same("ヤマダ タロウ");
        for part in [kana.as_str(), "1980-03-02", "male"] {
            mac.update(&(part.len() as u32).to_be_bytes());
            mac.update(part.as_bytes());
        }
        assert_eq!(practice().person("ヤマダ タロウ", date(1980, 3, 2), "male"), finish(mac));
    }

    #[test]
    fn a_requester_is_the_same_in_both_widths_and_another_section_is_another() {
        let keys = practice();
        let one = keys.requester("011002", "感染症総合対策課", "佐藤 花子");
        assert_eq!(keys.requester("０１１００２", "感染症総合対策課", "佐藤　花子"), one);
        assert_ne!(keys.requester("011002", "国保年金課", "佐藤 花子"), one);
    }

    #[test]
    fn parts_do_not_run_together() {
        let keys = practice();
        let requester = Digest::default();
        assert_ne!(keys.case("K-1", "12026", &requester), keys.case("K-11", "2026", &requester));
        assert_eq!(keys.items(["a", "b"]), keys.items(["b", "a"]));
        assert_ne!(keys.items(["a", "b"]), keys.items(["ab"]));
    }
}
