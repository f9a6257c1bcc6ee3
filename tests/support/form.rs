//! 形の証人: a validator that others wrote, over the JSON Schema that `fukan schema` prints.

use fukan::base::{Code, code};
use fukan::notice::Catalogue;
use jsonschema::Validator;
use serde_json::Value;

/// What a schema can refuse as well: keys, types, words, names. Dates, check digits and contradictions are beyond it.
pub const OF_FORM: &[Code] = &[
    code::UNKNOWN_KEY,
    code::WRONG_TYPE,
    code::REQUIRED,
    code::BAD_ID,
    code::TOO_LONG,
    code::UNKNOWN_WORD,
    code::NOT_LOOKED_UP,
    code::UNKNOWN_ITEM,
    code::OUTSIDE_KNOWN,
    code::NO_ITEMS,
    code::ANSWER_NULL,
    code::UNKNOWN_ITEM_CODE,
    code::PAYMENT_FORM,
    code::VIA,
    code::REPLY_BY,
];

/// The schema of a whole file and of one case of it.
pub struct Form {
    file: Validator,
    case: Validator,
}

impl Form {
    /// Of a schema as printed.
    pub fn new(schema: &Value) -> Self {
        assert!(jsonschema::meta::is_valid(schema), "it is a JSON Schema");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let case = serde_json::json!({ "$schema": schema["$schema"], "$ref": "#/$defs/case", "$defs": schema["$defs"] });
        let of = |schema: &Value| jsonschema::draft202012::new(schema).expect("a schema");
        Self { file: of(schema), case: of(&case) }
    }

    /// Of the built-in catalogue.
    pub fn built_in() -> Self {
        let catalogue = Catalogue::parse(include_str!("../../templates/items.toml")).expect("catalogue");
        Self::new(&fukan::intake::schema::schema(&catalogue, None))
    }

    /// What is wrong with a file, a line each.
    pub fn file(&self, file: &Value) -> Vec<String> {
        told(&self.file, file)
    }

    /// What is wrong with a case.
    pub fn case(&self, case: &Value) -> Vec<String> {
        told(&self.case, case)
    }
}

fn told(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
