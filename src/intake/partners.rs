//! 宛先表: partners.csv, the office's own list of whom it may call, mail and post to.

use crate::base::fault::FileName;
use crate::base::{Arg, At, Fault, Field, code, date, near};
use crate::file::encoding::detect;
use crate::notice::requester::Partners;
use crate::notice::{Accepts, MunicipalityCode, Partner, PartnerKey};
use std::io::Cursor;

const HEADINGS: [&str; 13] = [
    "自治体コード",
    "自治体名",
    "代表電話番号",
    "確認したページ",
    "確認日",
    "確認者",
    "メールドメイン",
    "受取形式",
    "最大サイズ",
    "郵便番号",
    "住所",
    "所属",
    "郵送方法",
];
const REQUIRED: [&str; 3] = ["自治体コード", "自治体名", "受取形式"];

/// The largest partners.csv.
pub const MAX_PARTNERS: u64 = 16 * 1024 * 1024;

/// Reads the list. UTF-8, UTF-16 or CP932; every fault of every line is told.
pub fn parse(bytes: &[u8], name: &FileName) -> Result<Partners, Vec<Fault>> {
    let text = decode(bytes).ok_or_else(|| vec![Fault::new(code::ENCODING).within(name, At::Byte(0))])?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let form = |line: u64| Fault::new(code::PARTNERS_FORM).within(name, At::Line(line));
    let headings: Vec<String> = match reader.headers() {
        Ok(headings) => headings.iter().map(near::plain).collect(),
        Err(_) => return Err(vec![form(1)]),
    };
    let mut faults = heading_faults(&headings, &form);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut partners = Partners::default();
    for record in reader.records() {
        let Ok(record) = record else {
            faults.push(form(0));
            continue;
        };
        let line = record.position().map_or(0, |p| p.line());
        let row = Row { headings: &headings, record: &record };
        match row.partner() {
            Ok(partner) => {
                if partners.insert(partner) {
                    continue;
                }
                faults.push(form(line).at(Field::new("自治体コード", "自治体コード")).with("why", Arg::ours("同じ行があります")));
            }
            Err(fault) => faults.push(fault.within(name, At::Line(line))),
        }
    }
    if faults.is_empty() { Ok(partners) } else { Err(faults) }
}

pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let encoding = detect(&mut Cursor::new(bytes)).ok()?.ok()?;
    encoding.decode(&bytes[encoding.mark() as usize..])
}

fn heading_faults(headings: &[String], form: &impl Fn(u64) -> Fault) -> Vec<Fault> {
    let unknown = headings.iter().filter(|h| !HEADINGS.iter().any(|known| near::plain(known) == **h));
    let unknown = unknown.map(|h| form(1).with("nearest", Arg::named(near::nearest(h, HEADINGS))));
    let absent = REQUIRED.iter().filter(|known| !headings.contains(&near::plain(known)));
    let absent = absent.map(|known| form(1).at(Field::new(known, known)).with("why", Arg::ours("見出しがありません")));
    unknown.chain(absent).collect()
}

struct Row<'a> {
    headings: &'a [String],
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn cell(&self, heading: &str) -> Option<&str> {
        let column = self.headings.iter().position(|h| *h == near::plain(heading))?;
        self.record.get(column).map(str::trim).filter(|cell| !cell.is_empty())
    }

    fn need(&self, heading: &'static str) -> Result<&str, Fault> {
        self.cell(heading).ok_or_else(|| {
            Fault::new(code::PARTNERS_FORM).at(Field::new(heading, heading)).with("why", Arg::ours("記入されていません"))
        })
    }

    fn text(&self, heading: &'static str) -> Result<Option<String>, Fault> {
        use crate::base::text::{Lines, SafeText};
        let Some(cell) = self.cell(heading) else { return Ok(None) };
        SafeText::new(cell, Lines::One).map(|text| Some(text.as_str().to_owned())).map_err(|bad| {
            Fault::new(code::BAD_CHARACTER).at(Field::new(heading, heading)).with("char", Arg::code_point(bad.found))
        })
    }

    fn partner(&self) -> Result<Partner, Fault> {
        let wrong = |heading: &'static str| Fault::new(code::PARTNERS_FORM).at(Field::new(heading, heading));
        let key = self.need("自治体コード")?;
        let key = match MunicipalityCode::parse(key) {
            Some(code) => PartnerKey::municipality(&code),
            None => PartnerKey::other(key)
                .ok_or_else(|| Fault::new(code::MUNICIPALITY_CODE).at(Field::new("自治体コード", "自治体コード")))?,
        };
        let accepts = match near::plain(self.need("受取形式")?).as_str() {
            "word" => Accepts::Word,
            "zip" => Accepts::Zip,
            "none" | "なし" => Accepts::None,
            _ => return Err(wrong("受取形式")),
        };
        let looked_up = self.cell("確認日").map(date::parse).transpose();
        self.need("自治体名")?;
        Ok(Partner {
            key,
            accepts,
            looked_up: looked_up.map_err(|bad| Fault::new(bad.code()).at(Field::new("確認日", "確認日")))?,
            max_size: self.cell("最大サイズ").map(|size| bytes(size).ok_or_else(|| wrong("最大サイズ"))).transpose()?,
            domains: self.cell("メールドメイン").map(domains).unwrap_or_default(),
            section: self.text("所属")?,
            name: self.text("自治体名")?.unwrap_or_default(),
            phone: self.text("代表電話番号")?,
            source: self.text("確認したページ")?.unwrap_or_default(),
            looked_up_by: self.text("確認者")?.unwrap_or_default(),
            postal_code: self.text("郵便番号")?,
            address: self.text("住所")?,
            posting: self.text("郵送方法")?,
        })
    }
}

fn domains(cell: &str) -> Vec<String> {
    cell.split([';', '、', ' ', '|', '　']).map(|d| d.trim().to_ascii_lowercase()).filter(|d| !d.is_empty()).collect()
}

/// 10MB, 500 KB, 1048576.
fn bytes(cell: &str) -> Option<u64> {
    let plain = near::plain(cell);
    let (digits, unit) = match plain.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => plain.split_at(at),
        None => (plain.as_str(), ""),
    };
    let unit = match unit {
        "" | "b" => 1,
        "kb" | "k" => 1024,
        "mb" | "m" => 1024 * 1024,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit).filter(|size| *size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "自治体コード,自治体名,代表電話番号,確認したページ,確認日,確認者,メールドメイン,受取形式,最大サイズ,郵便番号,住所";

    fn read(text: &str) -> Result<Partners, Vec<Fault>> {
        parse(text.as_bytes(), &FileName::named("partners.csv", 1))
    }

    #[test]
    fn rows_become_partners() {
        let partners = read(&format!(
            "\u{FEFF}{HEAD}\n011002,札幌市,011-000-0000,https://x.example/,2026-11-01,山本,example.lg.jp,zip,10MB,060-8611,札幌市中央区\nX-KOUIKI,某広域連合,,,,,,none,,,\n"
        ));
        let partners = partners.unwrap_or_else(|faults| panic!("{faults:?}"));
        let name = |key: &str| partners.row(key, "").map(|partner| partner.name.as_str());
        assert_eq!((name("011002"), name("X-KOUIKI")), (Some("札幌市"), Some("某広域連合")));
    }

    #[test]
    fn faults_name_line_and_heading() {
        let codes = |text: String| -> Vec<_> {
            let faults = read(&text).expect_err("refused");
            faults.into_iter().map(|f| (f.code, f.place.at)).collect()
        };
        assert_eq!(codes(format!("{HEAD}\n011003,札幌市,,,,,,zip,,,")), [(code::MUNICIPALITY_CODE, Some(At::Line(2)))]);
        assert_eq!(
            codes(format!("{HEAD}\n011002,札幌市,,,昭和65年1月1日,,,zip,,,")),
            [(code::DATE_WRONG_ERA, Some(At::Line(2)))]
        );
        assert_eq!(codes(format!("{HEAD}\n011002,札幌市,,,,,,fax,,,")), [(code::PARTNERS_FORM, Some(At::Line(2)))]);
        assert_eq!(
            codes(HEAD.replace("受取形式", "受取の形式")),
            [(code::PARTNERS_FORM, Some(At::Line(1))), (code::PARTNERS_FORM, Some(At::Line(1)))]
        );
    }

    #[test]
    fn cp932_is_read_and_utf8_never_mistaken_for_it() {
        let text = format!("{HEAD}\n011002,札幌市,011-000-0000,,,髙﨑,,zip,,,\n");
        let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
        assert!(parse(&cp932, &FileName::named("p.csv", 1)).is_ok());
        assert!(decode("髙﨑".as_bytes()).is_some_and(|t| t == "髙﨑"));
    }
}
