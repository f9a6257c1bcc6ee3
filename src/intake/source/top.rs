//! JSONファイルの外側: an array of cases, or an object that holds one. The cases stay as they are written.

use crate::base::date::{DateTime, parse_moment};
use crate::base::fault::FileName;
use crate::base::{Arg, At, Code, Fault, code};
use crate::intake::fields::field;
use crate::intake::node::Node;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The top of a JSON file: an array of cases, or an object that holds one.
pub(super) enum Top<'a> {
    List(Vec<&'a RawValue>),
    Object(Vec<(String, &'a RawValue)>),
    Other,
}

impl<'a> Top<'a> {
    /// The cases, and the file's own 記録確認日時.
    pub fn open(self, name: &FileName) -> Result<(Vec<&'a RawValue>, Option<DateTime>), Fault> {
        let here = |code: Code| Fault::new(code).within(name, At::Byte(0));
        let entries = match self {
            Self::List(cases) => return Ok((cases, None)),
            Self::Other => return Err(here(code::WRONG_TYPE).with("want", Arg::ours("{\"cases\": [ ]}"))),
            Self::Object(entries) => entries,
        };
        let (mut cases, mut records_at) = (None, None);
        for (key, raw) in entries {
            let seen = match key.as_str() {
                "cases" => cases.replace(raw).is_some(),
                "records_at" => records_at.replace(raw).is_some(),
                _ => return Err(here(code::UNKNOWN_KEY).with("nearest", Arg::named(["cases", "records_at"]))),
            };
            if seen {
                return Err(here(code::DUPLICATE_KEY));
            }
        }
        let cases = cases.ok_or_else(|| here(code::NO_CASES))?;
        let cases: Vec<&RawValue> = serde_json::from_str(cases.get()).map_err(|_| here(code::WRONG_TYPE))?;
        let records_at = records_at.map(|raw| moment(raw).ok_or_else(|| here(code::DATE_FORM).at(field("records_at"))));
        Ok((cases, records_at.transpose()?.flatten()))
    }
}

/// A moment, or null.
fn moment(raw: &RawValue) -> Option<Option<DateTime>> {
    match serde_json::from_str::<Node>(raw.get()).ok()? {
        Node::Null => Some(None),
        Node::Text(text) => parse_moment(&text).ok().map(Some),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Top<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cases")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut cases = Vec::new();
        while let Some(case) = seq.next_element()? {
            cases.push(case);
        }
        Ok(Top::List(cases))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Top::Object(entries))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }
}
