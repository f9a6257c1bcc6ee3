//! 項目名: our own name for every field of a case, as a key and as a table heading.

use crate::base::Field;
use crate::notice::{Item, WhenType};

/// (key path in JSON, heading in a table). Lists are named without their index.
pub const FIELDS: &[(&str, &str)] = &[
    ("id", "照会番号"),
    ("received", "受付"),
    ("received.at", "受付日時"),
    ("received.via", "受付方法"),
    ("received.document_no", "照会文書番号"),
    ("received.document_date", "照会文書日付"),
    ("reply_by", "回答方法"),
    ("requester", "照会者"),
    ("requester.kind", "照会者種別"),
    ("requester.partner", "宛先表の鍵"),
    ("requester.municipality", "自治体名"),
    ("requester.code", "自治体コード"),
    ("requester.section", "所属"),
    ("requester.officer", "担当者"),
    ("requester.addressee", "宛名"),
    ("requester.reference", "照会元整理番号"),
    ("requester.email", "メール"),
    ("requester.postal_code", "郵便番号"),
    ("requester.address", "自治体住所"),
    ("requester.phone", "電話"),
    ("procedure", "手続"),
    ("procedure.number", "手続番号"),
    ("procedure.name", "手続名"),
    ("subject", "照会対象者"),
    ("subject.kana", "フリガナ"),
    ("subject.birth", "生年月日"),
    ("subject.sex", "性別"),
    ("subject.name", "氏名"),
    ("subject.address", "住所"),
    ("subject.symbol", "記号"),
    ("subject.number", "番号"),
    ("additional", "追加情報"),
    ("additional.acquired", "追加_取得"),
    ("additional.lost", "追加_喪失"),
    ("additional.address", "追加_住所"),
    ("additional.symbol", "追加_記号"),
    ("additional.number", "追加_番号"),
    ("asked_period", "照会対象期間"),
    ("asked_period.from", "照会対象期間_開始"),
    ("asked_period.to", "照会対象期間_終了"),
    ("records_at", "記録確認日時"),
    ("items", "照会項目"),
    ("outside_items", "照会対象外項目"),
    ("confirmed", "確認"),
    ("confirmed.by", "確認_者"),
    ("confirmed.at", "確認_日時"),
    ("confirmed.reason", "確認_理由"),
    ("confirmed.member", "確認_加入者"),
    ("confirmed.same_person", "確認_同一人"),
    ("released", "解除"),
    ("released.by", "解除_者"),
    ("released.at", "解除_日時"),
    ("released.reason", "解除_理由"),
    ("candidates", "候補"),
    ("candidates.member", "候補_加入者"),
    ("candidates.kana", "候補_フリガナ"),
    ("candidates.birth", "候補_生年月日"),
    ("candidates.sex", "候補_性別"),
    ("candidates.name", "候補_氏名"),
    ("candidates.address", "候補_住所"),
    ("candidates.symbol", "候補_記号"),
    ("candidates.number", "候補_番号"),
    ("candidates.acquired", "候補_取得"),
    ("candidates.lost", "候補_喪失"),
    ("candidates.my_number_held", "候補_個人番号収録"),
    ("candidates.protected", "候補_支援措置"),
    ("candidates.answers", "回答"),
];

/// A field by its key path.
pub fn field(path: &'static str) -> Field {
    Field::new(heading(path).unwrap_or(path), path)
}

/// The keys of one object of a case, in the order of [`FIELDS`]; `""` is the case itself. What is no field here can't be read.
pub fn keys(of: &str) -> Vec<&'static str> {
    let inside = |path: &'static str| if of.is_empty() { Some(path) } else { path.strip_prefix(of)?.strip_prefix('.') };
    FIELDS.iter().filter_map(|(path, _)| inside(path)).filter(|key| !key.contains('.')).collect()
}

/// 見出し of a field.
pub fn heading(path: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(json, _)| *json == path).map(|(_, ja)| *ja)
}

/// 支給の欄: the key and the heading of each part of one payment.
pub fn payment_parts(item: &Item, when: WhenType) -> Vec<(&'static str, String)> {
    let name = &item.when_name;
    let mut parts = match when {
        WhenType::Month | WhenType::Date => vec![(when.key(), name.clone())],
        WhenType::Period | WhenType::CalcPeriod => vec![("from", format!("{name}_開始")), ("to", format!("{name}_終了"))],
    };
    parts.extend([("decided", "支給決定日"), ("amount", "支給額"), ("kind", "区分")].map(|(key, ja)| (key, ja.to_owned())));
    parts
}
