//! 照会ファイルの形: `fukan schema` says what the reading does. A validator of others judges (tests/cases.rs: every example of a rule, too).

mod support;

use fukan::base::fault::FileName;
use fukan::intake::fields::FIELDS;
use fukan::intake::{Admission, Node, Office, admit};
use fukan::notice::{Catalogue, Channel, WhenType};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::sync::LazyLock;
use support::form::{Form, OF_FORM};
use support::{Fukan, copy_tree, repo, temp_dir};

struct Tables {
    catalogue: Catalogue,
    office: Office,
    form: Form,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let office = Office::parse(include_str!("../examples/office/office.toml"), &FileName::named("office.toml", 1));
    Tables {
        catalogue: Catalogue::parse(include_str!("../templates/items.toml")).expect("catalogue"),
        office: office.expect("office"),
        form: Form::built_in(),
    }
});

/// What the reading makes of a case: whether it takes it, and whether what is wrong is a matter of form.
fn read(case: &Value) -> (bool, bool) {
    let tables = &*TABLES;
    let node: Node = serde_json::from_str(&case.to_string()).expect("JSON");
    let admission = Admission { catalogue: &tables.catalogue, insurer: &tables.office.insurer, records_at: None };
    match admit(&node, &admission) {
        // The vetting asks for it, right after the reading (N11).
        Ok(admitted) if admitted.inquiry.reply_by == Channel::Email && admitted.inquiry.requester.email.is_none() => {
            (false, true)
        }
        Ok(_) => (true, false),
        Err(refused) => (false, refused.faults.iter().any(|fault| OF_FORM.contains(&fault.code))),
    }
}

/// Reading and schema say the same as far as a form can; what the reading made of it.
fn agree(case: &Value) -> Result<(bool, bool), String> {
    let (taken, of_form) = read(case);
    let found = TABLES.form.case(case);
    match (taken, of_form, found.is_empty()) {
        (true, _, false) => Err(format!("the schema refuses what is read: {found:?} in {case}")),
        (false, true, true) => Err(format!("the schema passes what is refused for its form: {case}")),
        _ => Ok((taken, of_form)),
    }
}

/// Every field filled in; the answers are added by type.
fn whole() -> Value {
    json!({
        "id": "K-1", "reply_by": "email",
        "received": {"at": "2026-11-20T10:15", "via": "document", "document_no": "札保第12号", "document_date": "令和8年11月18日"},
        "requester": {"kind": "municipality", "municipality": "札幌市", "code": "011002", "section": "介護保険課", "officer": "佐藤 花子",
            "partner": null, "addressee": "札幌市長", "reference": "12", "email": "a@example.lg.jp", "postal_code": "060-8611", "address": "札幌市中央区", "phone": "011-000-0000"},
        "procedure": {"number": "10-2", "name": "他の法令による給付との調整"},
        "subject": {"kana": "ヤマダ タロウ", "birth": "昭和55年3月2日", "sex": "男", "name": "山田 太郎", "address": "札幌市", "symbol": "12", "number": "34"},
        "additional": {"acquired": "2021-02", "lost": {"from": "2021", "to": "2022"}, "address": "札幌市", "symbol": "12", "number": "34"},
        "asked_period": {"from": "2020-01-01", "to": "2026-11-20"}, "records_at": "2026-11-20T10:15",
        "items": ["資格取得年月日"], "outside_items": ["住民税の課税額"],
        "confirmed": {"by": "三枝 次長", "at": "2026-11-20T11:00", "reason": "電話で確認", "member": "1", "same_person": ["1", "2"]},
        "released": {"by": "高瀬 事務長", "at": "2026-11-20T11:00", "reason": "承認"},
        "candidates": [{"member": "1", "kana": "ヤマダ タロウ", "birth": "1980-03-02", "sex": "1", "name": "山田 太郎", "address": "札幌市",
            "symbol": "12", "number": "34", "acquired": "2010-04-01", "lost": null, "my_number_held": true, "protected": false,
            "answers": {"資格取得年月日": "2010-04-01"}}],
    })
}

/// A payment of a benefit.
fn payment(when: WhenType) -> Value {
    let about = match when {
        WhenType::Month => json!("令和3年2月"),
        WhenType::Date => json!("2021-02-03"),
        WhenType::Period | WhenType::CalcPeriod => json!({"from": "2021-02-03", "to": "2021-03-03"}),
    };
    json!({ when.key(): about, "decided": "2021-05-01", "amount": 12345, "kind": "法定" })
}

/// The one object that holds a field's key; `candidates.` fields stand in the first candidate.
fn holder<'c>(case: &'c mut Value, path: &str) -> &'c mut serde_json::Map<String, Value> {
    let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
    let object = match parent {
        "" => case,
        "candidates" => &mut case["candidates"][0],
        parent => &mut case[parent],
    };
    object.as_object_mut().expect("an object")
}

fn spoilers() -> Vec<Value> {
    let long = "あ".repeat(201);
    let longest = "あ".repeat(2001);
    let values = [json!(null), json!(7), json!(1.5), json!(true), json!([]), json!([7]), json!([null]), json!(["x"]), json!({})];
    let texts = ["", "　", "x", "x y", "女", "その他", "X-1", long.as_str(), longest.as_str()].map(|text| json!(text));
    let spans = [json!({"from": "2021"}), json!({"from": "2021", "to": 2022}), json!({"from": "2021", "to": "2022", "at": "x"})];
    values.into_iter().chain(texts).chain(spans).collect()
}

/// Every field: left out, emptied, of another type, with a stranger beside it.
#[test]
fn the_schema_says_of_every_field_what_the_reading_says() {
    assert_eq!((read(&whole()), TABLES.form.case(&whole())), ((true, false), Vec::new()));
    let mut refused = 0;
    for (path, _) in FIELDS {
        let key = path.rsplit('.').next().expect("a key");
        let mut spoilt: Vec<Value> = Vec::new();
        let mut with = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
            let mut case = whole();
            change(holder(&mut case, path));
            spoilt.push(case);
        };
        with(&|object| drop(object.remove(key).expect("every field stands in the whole case")));
        with(&|object| drop(object.insert(format!("{key}_"), json!("x"))));
        for value in spoilers() {
            with(&|object| drop(object.insert(key.to_owned(), value.clone())));
        }
        for case in &spoilt {
            let (_, of_form) = agree(case).unwrap_or_else(|why| panic!("{path}: {why}"));
            refused += usize::from(of_form);
        }
        // A stranger beside the field is refused by both, whatever the field.
        assert!(read(&spoilt[1]).1 && !TABLES.form.case(&spoilt[1]).is_empty(), "{path}");
    }
    assert!(refused > 10 * FIELDS.len(), "{refused}");
}

/// Every item by name and alias, with answers of every type.
#[test]
fn the_schema_says_of_every_answer_what_the_reading_says() {
    let mut values = spoilers();
    values.extend(["1", "10", "1割", "2021-02-03", "12,345円", "１２", "円", "1234567890123"].map(|text| json!(text)));
    values.push(json!(1_234_567_890_123_u64));
    values.push(json!(-1));
    for when in [WhenType::Month, WhenType::Period, WhenType::CalcPeriod, WhenType::Date] {
        let good = payment(when);
        values.extend([json!([good]), json!([good, good]), good.clone()]);
        for key in good.as_object().expect("a payment").keys() {
            for value in [None, Some(json!(null)), Some(json!(7)), Some(json!("x")), Some(json!({"from": "2021-02-03"}))] {
                let mut spoilt = good.clone();
                match value {
                    Some(value) => spoilt[key] = value,
                    None => drop(spoilt.as_object_mut().expect("a payment").remove(key)),
                }
                values.push(json!([spoilt]));
            }
        }
        let mut strange = good.clone();
        strange["note"] = json!("x");
        values.push(json!([strange]));
        if good[when.key()].is_object() {
            let mut strange = good.clone();
            strange[when.key()]["note"] = json!("x");
            values.push(json!([strange]));
        }
    }
    let (mut taken, mut types) = (0, std::collections::BTreeSet::new());
    for item in TABLES.catalogue.items().iter().filter(|item| item.insurers.contains(&TABLES.office.insurer.kind)) {
        for (n, name) in std::iter::once(&item.name).chain(&item.aliases).enumerate() {
            // An alias leads to the same answers.
            for value in values.iter().skip(if n == 0 { 0 } else { values.len() - 3 }) {
                let mut case = whole();
                case["items"] = json!([name]);
                case["candidates"][0]["answers"] = json!({ name.as_str(): value });
                let (read, _) = agree(&case).unwrap_or_else(|why| panic!("{name}: {why}"));
                taken += usize::from(read);
                types.insert(format!("{:?}", item.kind));
            }
        }
    }
    assert!(taken > 100 && types.len() >= 8, "{taken} {types:?}");
}

/// Keys anywhere in a case, for two spoilers at once.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| pointers(value, &format!("{at}/{n}"), out)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_twice_the_two_still_agree(first in any::<prop::sample::Index>(), second in any::<prop::sample::Index>(),
                                        one in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), example in 0_usize..30) {
        let file: Value = serde_json::from_str(include_str!("../examples/cases.json")).expect("examples");
        let mut case = file["cases"][example].clone();
        for (place, value) in [(first, one), (second, other)] {
            let mut places = Vec::new();
            pointers(&case, "", &mut places);
            let values = spoilers();
            if let Some(at) = case.pointer_mut(place.get(&places[..]).as_str()) {
                *at = value.get(&values[..]).clone();
            }
        }
        let judged = agree(&case);
        prop_assert!(judged.is_ok(), "{:?}", judged);
    }
}

/// Everything that is shipped as a case file and read.
#[test]
fn what_is_read_fits() {
    let json = |path: &str| -> Value { serde_json::from_str(&fs::read_to_string(repo().join(path)).expect(path)).expect(path) };
    for path in ["examples/cases.json", "tests/data/batch-200/cases.json"] {
        assert_eq!(TABLES.form.file(&json(path)), Vec::<String>::new(), "{path}");
        assert_eq!(TABLES.form.file(&json(path)["cases"]), Vec::<String>::new(), "{path}: a bare list is a file");
    }
    let lines = fs::read_to_string(repo().join("tests/data/batch-200/cases.ndjson")).expect("the batch");
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(TABLES.form.case(&case), Vec::<String>::new(), "{line}");
    }
    assert_eq!(lines.lines().count(), 200);
    for (wrong, why) in [(json!({"cases": []}), "none"), (json!([]), "none"), (json!({"case": []}), "key"), (json!("x"), "type")]
    {
        assert!(!TABLES.form.file(&wrong).is_empty(), "{why}");
    }
}

/// An office's own items take the place of the built-in ones, and its kind of insurer decides what it answers.
#[test]
fn the_schema_is_the_offices() {
    let printed = |args: &[&str]| -> Value {
        let run = Fukan::new(["schema"].iter().chain(args)).run().expect_code(0);
        assert!(run.stderr.is_empty());
        serde_json::from_str(&run.out()).expect("one JSON value")
    };
    let place = temp_dir();
    let office = place.path().join("office");
    copy_tree(&repo().join("examples/office"), &office);
    let office = office.to_str().expect("UTF-8");
    let built_in = printed(&[]);
    let ours = printed(&["--office", office]);
    let item = r#"version = "9"
[[items]]
id = "q.own"
group = "shikaku"
name_ja = "自前の項目"
type = "yen"
insurer_kinds = ["kyokai", "kenpo", "kokuho_kumiai", "kouki"]
aliases = ["じまえ"]
"#;
    fs::write(place.path().join("office/items.toml"), item).expect("written");
    let own = printed(&["--office", office]);
    let answers = |schema: &Value| schema["$defs"]["case"]["properties"]["candidates"]["items"]["properties"]["answers"].clone();
    assert!(answers(&built_in)["properties"].get("じまえ").is_none() && answers(&ours) != answers(&own));
    assert_eq!(answers(&own)["properties"].as_object().expect("answers").keys().collect::<Vec<_>>(), ["自前の項目", "じまえ"]);
    let mut case = whole();
    case["items"] = json!(["じまえ"]);
    case["candidates"][0]["answers"] = json!({"じまえ": 100});
    assert_eq!(Form::new(&own).case(&case), Vec::<String>::new());
    assert!(!Form::new(&built_in).case(&case).is_empty());
    assert!(own["$comment"].as_str().is_some_and(|version| version.ends_with(": 9")));
    // One line for machines, the same content.
    let line = Fukan::new(["schema", "--json"]).run().expect_code(0).out();
    assert_eq!((line.lines().count(), serde_json::from_str::<Value>(&line).expect("JSON")), (1, built_in));
    Fukan::new(["schema", "--office", "/nowhere"]).run().expect_code(2);
}
