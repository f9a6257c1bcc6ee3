//! 鍵付きハッシュ: what the ledger may know about people and contents without holding them.

use super::words::Digest;
use crate::base::date::Date;
use crate::base::kana;
use crate::seal::OfficeKeys;
use crate::seal::mac::lp;
use std::fmt;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// 台帳の鍵: the office's keys, as the ledger uses them. Cheap to clone; the keys themselves are not copied.
#[derive(Clone)]
pub struct Keys(Arc<OfficeKeys>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[秘密]")
    }
}

impl From<Arc<OfficeKeys>> for Keys {
    fn from(keys: Arc<OfficeKeys>) -> Self {
        Self(keys)
    }
}

impl Keys {
    /// The office's keys.
    pub fn office(&self) -> &OfficeKeys {
        &self.0
    }

    /// The same, for books that are opened once more.
    pub fn shared(&self) -> Arc<OfficeKeys> {
        self.0.clone()
    }

    /// 対象者の仮名: the person by the three items. `sex` is male or female.
    pub fn person(&self, kana: &str, birth: Date, sex: &str) -> Digest {
        let folded = zeroize::Zeroizing::new(kana::fold_same(kana));
        Digest::new(self.0.person_mac(&folded, &birth.to_string(), sex))
    }

    /// 照会者 = code + 所属 + 担当者 after NFKC (spaces do not count): who is one requester.
    pub fn requester(&self, code: &str, section: &str, officer: &str) -> Digest {
        let folded = [code, section, officer].map(|text| text.nfkc().filter(|c| !c.is_whitespace()).collect::<String>());
        self.keyed("requester", folded.iter().map(|text| text.as_bytes()))
    }

    /// 案件 = id + received.at + requester.
    pub fn case(&self, id: &str, received_at: &str, requester: &Digest) -> Digest {
        self.keyed("case", [id.as_bytes(), received_at.as_bytes(), requester.as_bytes()])
    }

    /// 照会項目: the same whatever their order.
    pub fn items<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Digest {
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        self.keyed("items", names.into_iter().map(str::as_bytes))
    }

    /// 内容: the record as it was read. Keyed, because a plain hash would tell the answer to whoever tries all of them.
    pub fn fingerprint(&self, record: &[u8]) -> Digest {
        Digest::new(self.0.fingerprint_mac(record))
    }

    /// A finished file.
    pub fn file(&self, bytes: &[u8]) -> Digest {
        Digest::new(self.0.file_mac(bytes))
    }

    /// A row of the ledger behind this tag.
    pub(super) fn chained(&self, before: &Digest, row: &[u8]) -> Digest {
        Digest::new(self.0.chain_mac(before.as_bytes(), row))
    }

    /// Under K_file, framed so that it can't be taken for a record: a text never begins with the zero bytes of a length.
    fn keyed<'a>(&self, what: &str, parts: impl IntoIterator<Item = &'a [u8]>) -> Digest {
        let mut framed = Vec::new();
        lp(&mut framed, what);
        parts.into_iter().for_each(|part| lp(&mut framed, part));
        Digest::new(self.0.fingerprint_mac(&framed))
    }
}

#[cfg(test)]
pub(super) fn practice() -> Keys {
    Keys(Arc::new(OfficeKeys::with_pairing_key(&[1; 32])))
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

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", practice()), "[秘密]");
    }
}
