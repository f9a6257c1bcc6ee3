//! 照会ファイルの形: the JSON Schema (draft 2020-12) of a case file, out of the tables that the reading uses.
//!
//! Keys and headings are those of [`super::fields`], words those of [`super::words`] and items the catalogue's. A field's type is told here a second
//! time; `tests/schema.rs` holds both together, field by field. What a form can't say (a day that exists, a check digit, an answer that
//! contradicts its row, a My Number) is left to the reading.

use super::fields::{heading, keys};
use super::walk::{MAX_FREE, MAX_LINE};
use super::words::{FLAG, REPLY_BY, REQUESTER_KIND, STATUTORY, VIA};
use crate::notice::{Catalogue, Channel, InsurerKind, Item, ItemType, RequesterKind, Sex, WhenType};
use serde_json::{Map, Value, json};

/// 説明文: what stands at each field, out of `templates/schema.toml`.
const TEXTS: &str = include_str!("../../templates/schema.toml");

/// 型: what may stand at a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A text of one line.
    Line,
    /// A text with line breaks.
    Free,
    /// 照会番号
    Id,
    /// 自治体コード
    Code,
    /// A day, or one of which only the year is known.
    Birth,
    Day,
    Moment,
    /// A day, month, year or {from, to}.
    Span,
    ReplyBy,
    Via,
    Kind,
    Sex,
    Flag,
    /// Item names, asked.
    Items,
    /// Names that are no items.
    Outside,
    /// 加入者番号
    Members,
    Candidates,
    Answers,
    /// An object with keys of its own.
    Object,
}

/// Required (`true`) and type of every field, in the order of [`super::fields::FIELDS`].
const SHAPES: &[(&str, bool, Shape)] = &[
    ("id", true, Shape::Id),
    ("received", true, Shape::Object),
    ("received.at", true, Shape::Moment),
    ("received.via", true, Shape::Via),
    ("received.document_no", false, Shape::Line),
    ("received.document_date", false, Shape::Day),
    ("reply_by", true, Shape::ReplyBy),
    ("requester", true, Shape::Object),
    ("requester.kind", false, Shape::Kind),
    ("requester.partner", false, Shape::Line),
    ("requester.municipality", true, Shape::Line),
    ("requester.code", false, Shape::Code),
    ("requester.section", true, Shape::Line),
    ("requester.officer", true, Shape::Line),
    ("requester.addressee", false, Shape::Line),
    ("requester.reference", false, Shape::Line),
    ("requester.email", false, Shape::Line),
    ("requester.postal_code", false, Shape::Line),
    ("requester.address", false, Shape::Line),
    ("requester.phone", false, Shape::Line),
    ("procedure", true, Shape::Object),
    ("procedure.number", false, Shape::Line),
    ("procedure.name", true, Shape::Line),
    ("subject", true, Shape::Object),
    ("subject.kana", true, Shape::Line),
    ("subject.birth", true, Shape::Birth),
    ("subject.sex", true, Shape::Sex),
    ("subject.name", false, Shape::Line),
    ("subject.address", false, Shape::Line),
    ("subject.symbol", false, Shape::Line),
    ("subject.number", false, Shape::Line),
    ("additional", false, Shape::Object),
    ("additional.acquired", false, Shape::Span),
    ("additional.lost", false, Shape::Span),
    ("additional.address", false, Shape::Line),
    ("additional.symbol", false, Shape::Line),
    ("additional.number", false, Shape::Line),
    ("asked_period", false, Shape::Object),
    ("asked_period.from", false, Shape::Day),
    ("asked_period.to", false, Shape::Day),
    ("records_at", false, Shape::Moment),
    ("items", false, Shape::Items),
    ("outside_items", false, Shape::Outside),
    ("confirmed", false, Shape::Object),
    ("confirmed.by", true, Shape::Line),
    ("confirmed.at", true, Shape::Moment),
    ("confirmed.reason", true, Shape::Free),
    ("confirmed.member", false, Shape::Line),
    ("confirmed.same_person", false, Shape::Members),
    ("released", false, Shape::Object),
    ("released.by", true, Shape::Line),
    ("released.at", true, Shape::Moment),
    ("released.reason", true, Shape::Free),
    ("candidates", true, Shape::Candidates),
    ("candidates.member", true, Shape::Line),
    ("candidates.kana", true, Shape::Line),
    ("candidates.birth", true, Shape::Birth),
    ("candidates.sex", true, Shape::Sex),
    ("candidates.name", false, Shape::Line),
    ("candidates.address", false, Shape::Line),
    ("candidates.symbol", false, Shape::Line),
    ("candidates.number", false, Shape::Line),
    ("candidates.acquired", true, Shape::Day),
    ("candidates.lost", false, Shape::Day),
    ("candidates.my_number_held", true, Shape::Flag),
    ("candidates.protected", true, Shape::Flag),
    ("candidates.answers", false, Shape::Answers),
];

/// The schema of a case file; with a kind of insurer only the answers that this insurer may give.
pub fn schema(catalogue: &Catalogue, kind: Option<InsurerKind>) -> Value {
    // Our own text: a test makes sure that it can be read and that every field stands in it.
    let texts = toml::from_str(TEXTS).unwrap_or_default();
    Maker { catalogue, kind, texts }.file()
}

struct Maker<'a> {
    catalogue: &'a Catalogue,
    kind: Option<InsurerKind>,
    texts: toml::Table,
}

impl Maker<'_> {
    fn file(&self) -> Value {
        let text = |key: &str| self.text("file", key);
        let cases = json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/case" } });
        let mut listed = cases.clone();
        set(&mut listed, "description", text("cases"));
        let mut records_at = nullable(self.moment());
        set(&mut records_at, "title", heading("records_at").unwrap_or_default());
        set(&mut records_at, "description", text("records_at"));
        let mut case = self.object("");
        set(&mut case, "title", text("case"));
        let mut definitions = Map::from_iter([("case".to_owned(), case)]);
        definitions.extend(self.answerable().map(|item| (item.id.clone(), self.item(item))));
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "urn:fukan:case-file",
            "title": text("title"),
            "description": text("description"),
            "$comment": text("catalogue").replace("{version}", &self.catalogue.version),
            "type": ["object", "array"],
            "if": { "type": "array" },
            "then": cases,
            "else": {
                "properties": { "cases": listed, "records_at": records_at },
                "required": ["cases"],
                "additionalProperties": false,
            },
            "$defs": definitions,
        })
    }

    /// The object of a path with every key of it.
    fn object(&self, of: &str) -> Value {
        let path = |key: &str| if of.is_empty() { key.to_owned() } else { format!("{of}.{key}") };
        let all = keys(of);
        let properties: Map<String, Value> = all.iter().map(|key| ((*key).to_owned(), self.field(&path(key)))).collect();
        let required: Vec<&&str> = all.iter().filter(|key| entry(&path(key)).is_some_and(|(_, must, _)| *must)).collect();
        let mut object = json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        });
        for (keyword, value) in rule(of).as_object().into_iter().flatten() {
            set(&mut object, keyword, value.clone());
        }
        object
    }

    fn field(&self, path: &str) -> Value {
        let Some((_, required, shape)) = entry(path) else { return json!(false) };
        let value = self.shape(path, *shape);
        let mut value = if *required { value } else { nullable(value) };
        set(&mut value, "title", heading(path).unwrap_or_default());
        set(&mut value, "description", self.text("fields", path));
        value
    }

    fn shape(&self, path: &str, shape: Shape) -> Value {
        let list = |items: Value| json!({ "type": "array", "items": items });
        match shape {
            Shape::Line => line(),
            Shape::Free => json!({ "type": "string", "pattern": r"\S", "maxLength": MAX_FREE }),
            Shape::Id => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" }),
            Shape::Code => json!({ "type": "string", "pattern": "^[0-9０-９]{6}$" }),
            Shape::Birth => {
                let mut birth = self.day();
                set(&mut birth, "maxLength", MAX_LINE);
                birth
            }
            Shape::Day => self.day(),
            Shape::Moment => self.moment(),
            Shape::Span => {
                let mut span = self.with_examples("span");
                let ends = json!({ "from": self.with_examples("span"), "to": self.with_examples("span") });
                set(&mut span, "type", json!(["string", "object"]));
                set(&mut span, "properties", ends);
                set(&mut span, "required", json!(["from", "to"]));
                set(&mut span, "additionalProperties", false);
                span
            }
            Shape::ReplyBy => words(REPLY_BY),
            Shape::Via => words(VIA),
            Shape::Kind => words(REQUESTER_KIND),
            Shape::Sex => words(Sex::WORDS),
            Shape::Flag => {
                let mut flag = words(FLAG);
                if let Some(Value::Array(words)) = flag.get_mut("enum") {
                    words.splice(0..0, [json!(true), json!(false)]);
                }
                flag
            }
            Shape::Items => {
                let mut items = list(json!({ "enum": self.names().collect::<Vec<_>>() }));
                set(&mut items, "uniqueItems", true);
                items
            }
            Shape::Outside => {
                let mut outside = line();
                set(&mut outside, "not", json!({ "enum": self.names().collect::<Vec<_>>() }));
                list(outside)
            }
            Shape::Members => list(json!({ "type": "string", "maxLength": MAX_LINE })),
            Shape::Candidates => list(self.object(path)),
            Shape::Answers => {
                let answers: Map<String, Value> = self
                    .answerable()
                    .flat_map(|item| names(item).map(|name| (name.to_owned(), json!({ "$ref": format!("#/$defs/{}", item.id) }))))
                    .collect();
                json!({ "type": "object", "properties": answers, "additionalProperties": false })
            }
            Shape::Object => self.object(path),
        }
    }

    /// What may stand as the answer of an item.
    fn item(&self, item: &Item) -> Value {
        let (word, mut value) = match item.kind {
            ItemType::Text => ("text", json!({ "type": "string", "pattern": r"\S", "maxLength": MAX_LINE })),
            ItemType::Code => ("code", json!({ "enum": item.codes.keys().chain(item.codes.values()).collect::<Vec<_>>() })),
            ItemType::Date => ("date", self.day()),
            ItemType::DateOrNone => ("date_or_none", nullable(self.day())),
            ItemType::Yen => ("yen", yen()),
            ItemType::Benefit(when) => ("benefit", json!({ "type": "array", "items": self.payment(when, &item.when_name) })),
        };
        let codes: Vec<String> = item.codes.iter().map(|(code, label)| format!("{code}: {label}")).collect();
        set(&mut value, "title", item.name.as_str());
        set(&mut value, "description", self.text("items", word).replace("{codes}", &codes.join("、")));
        value
    }

    fn payment(&self, when: WhenType, when_name: &str) -> Value {
        let told = |mut value: Value, key: &str, title: &str| {
            set(&mut value, "title", title);
            set(&mut value, "description", self.text("payment", key));
            (key.to_owned(), value)
        };
        let titled = |value: Value, key: &str| told(value, key, self.text("payment_titles", key));
        let period = || {
            let ends = Map::from_iter([titled(self.day(), "from"), titled(self.day(), "to")]);
            json!({ "type": "object", "properties": ends, "required": ["from", "to"], "additionalProperties": false })
        };
        let about = match when {
            WhenType::Month => line(),
            WhenType::Date => self.day(),
            WhenType::Period | WhenType::CalcPeriod => period(),
        };
        let properties = Map::from_iter([
            told(about, when.key(), when_name),
            titled(self.day(), "decided"),
            titled(yen(), "amount"),
            titled(words(STATUTORY), "kind"),
        ]);
        let required: Vec<&String> = properties.keys().collect();
        json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
    }

    fn day(&self) -> Value {
        self.with_examples("day")
    }

    fn moment(&self) -> Value {
        self.with_examples("moment")
    }

    /// A date of any kind: forms are many, so that the reading judges them.
    fn with_examples(&self, kind: &str) -> Value {
        let examples = self.texts.get("examples").and_then(|examples| examples.get(kind)?.as_array());
        let examples: Vec<&str> = examples.into_iter().flatten().filter_map(toml::Value::as_str).collect();
        json!({ "type": "string", "pattern": r"\S", "examples": examples })
    }

    fn answerable(&self) -> impl Iterator<Item = &Item> {
        self.catalogue.items().iter().filter(|item| self.kind.is_none_or(|kind| item.insurers.contains(&kind)))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.catalogue.items().iter().flat_map(names)
    }

    fn text(&self, table: &str, key: &str) -> &str {
        self.texts.get(table).and_then(|table| table.get(key)?.as_str()).unwrap_or_default()
    }
}

fn entry(path: &str) -> Option<&'static (&'static str, bool, Shape)> {
    SHAPES.iter().find(|(own, ..)| *own == path)
}

/// What an object asks of several keys at once.
fn rule(of: &str) -> Value {
    let present = |key: &str| json!({ "required": [key], "properties": { key: { "not": { "type": "null" } } } });
    let several = |key: &str, n: usize| json!({ "required": [key], "properties": { key: { "type": "array", "minItems": n } } });
    match of {
        // Something is asked (N5), and a reply by mail needs an address (N11).
        "" => json!({
            "anyOf": [several("items", 1), several("outside_items", 1)],
            "if": { "properties": { "reply_by": words(&meaning(REPLY_BY, Channel::Email)) } },
            "then": { "properties": { "requester": present("email") } },
        }),
        "confirmed" => json!({ "anyOf": [present("member"), several("same_person", 2)] }),
        // A body is named by one key: two could name two (N6).
        "requester" => {
            let only = |key: &str, other: &str| {
                let mut only = present(key);
                only["properties"][other] = json!({ "type": "null" });
                only
            };
            let other = words(&meaning(REQUESTER_KIND, RequesterKind::Other));
            json!({
                "if": { "required": ["kind"], "properties": { "kind": other } },
                "then": only("partner", "code"),
                "else": only("code", "partner"),
            })
        }
        _ => json!({}),
    }
}

/// The words that mean one thing.
fn meaning<T: PartialEq + Copy>(words: &[(&'static str, T)], one: T) -> Vec<(&'static str, T)> {
    words.iter().filter(|(_, meaning)| *meaning == one).copied().collect()
}

fn names(item: &Item) -> impl Iterator<Item = &str> {
    std::iter::once(item.name.as_str()).chain(item.aliases.iter().map(String::as_str))
}

fn line() -> Value {
    json!({ "type": "string", "pattern": r"\S", "maxLength": MAX_LINE })
}

/// Whole yen, as a number or as people write them.
fn yen() -> Value {
    const GAP: &str = r"[\s,，、]*";
    let pattern = format!("^{GAP}([0-9０-９]{GAP}){{1,12}}(円{GAP})?$");
    json!({ "type": ["integer", "string"], "minimum": 0, "maximum": 999_999_999_999_u64, "pattern": pattern })
}

fn words<T>(words: &[(&str, T)]) -> Value {
    json!({ "enum": words.iter().map(|(word, _)| *word).collect::<Vec<_>>() })
}

/// The same, or null: absent.
fn nullable(mut value: Value) -> Value {
    if let Some(Value::Array(words)) = value.get_mut("enum") {
        words.push(Value::Null);
    }
    if let Some(kind) = value.get_mut("type") {
        *kind = match kind.take() {
            Value::Array(mut kinds) => {
                kinds.push(json!("null"));
                Value::Array(kinds)
            }
            one => json!([one, "null"]),
        };
    }
    value
}

fn set(of: &mut Value, key: &str, value: impl Into<Value>) {
    if let Value::Object(map) = of {
        map.insert(key.to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::FIELDS;
    use super::*;

    #[test]
    fn every_field_of_the_reading_has_a_type_and_a_text() {
        let read: Vec<&str> = FIELDS.iter().map(|(path, _)| *path).collect();
        let typed: Vec<&str> = SHAPES.iter().map(|(path, ..)| *path).collect();
        assert_eq!(read, typed);
        let texts: toml::Table = toml::from_str(TEXTS).expect("our own text");
        let mut told: Vec<&str> = texts["fields"].as_table().expect("fields").keys().map(String::as_str).collect();
        told.sort_unstable();
        let mut read = read;
        read.sort_unstable();
        assert_eq!(read, told);
    }

    /// Every title and description stands, and no word of the template is left over.
    #[test]
    fn every_text_is_told() {
        fn walk(value: &Value, told: &mut usize) {
            for key in ["title", "description", "$comment"] {
                if let Some(text) = value.get(key) {
                    let text = text.as_str().unwrap_or("x"); // a property of that name
                    assert!(!text.is_empty() && !text.contains('{'), "{value}");
                    *told += 1;
                }
            }
            match value {
                Value::Object(map) => map.values().for_each(|value| walk(value, told)),
                Value::Array(values) => values.iter().for_each(|value| walk(value, told)),
                _ => {}
            }
        }
        let catalogue = Catalogue::parse(include_str!("../../templates/items.toml")).expect("our own catalogue");
        let mut told = 0;
        walk(&schema(&catalogue, None), &mut told);
        assert!(told > 2 * (FIELDS.len() + catalogue.items().len()), "{told}");
    }

    #[test]
    fn an_insurer_answers_only_what_it_has() {
        let catalogue = Catalogue::parse(include_str!("../../templates/items.toml")).expect("our own catalogue");
        for kind in InsurerKind::ALL {
            let schema = schema(&catalogue, Some(kind));
            for item in catalogue.items() {
                assert_eq!(schema["$defs"].get(&item.id).is_some(), item.insurers.contains(&kind), "{}", item.id);
            }
            let asked = schema["$defs"]["case"]["properties"]["items"]["items"]["enum"].as_array().map(Vec::len);
            assert!(asked > Some(catalogue.items().len()), "asked may be everything");
        }
    }
}
