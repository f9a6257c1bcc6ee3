//! 文面の見本: what the letters say in every situation, word by word. One file a variant in `tests/golden/variants`; `FUKAN_BLESS=1` writes
//! them anew, and whoever changes words looks at each.
//!
//! Real input through the whole walk: cases of the examples on paper and by telephone, in a practice office, with a fixed clock.

mod support;

use fukan::base::date::parse_moment;
use fukan::desk::{Errand, Options};
use fukan::notice::{Delay, DelayReason};
use fukan::press::text;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::batch::{fixed_seams, pack_with, passphrase, workshop};
use support::{copy_tree, repo, witness};

/// The office, and where its letters go.
struct Walk {
    work: PathBuf,
    names: BTreeSet<String>,
    /// The last document of each variant.
    documents: Vec<PathBuf>,
}

impl Walk {
    fn new() -> Self {
        let work = workshop("golden");
        copy_tree(&repo().join("examples/office"), &work.join("office"));
        passphrase(&work.join("office"));
        Self { work, names: BTreeSet::new(), documents: Vec::new() }
    }

    /// Packs these cases for this errand; the texts of the documents that it made must be those of the variant's file.
    #[track_caller]
    fn says(&mut self, name: &str, errand: Errand, cases: &[Value]) {
        let file = self.work.join(format!("{name}.json"));
        fs::write(&file, json!({ "cases": cases }).to_string()).expect("written");
        let only = match errand {
            Errand::Reply => Vec::new(),
            _ => cases.iter().map(|case| case["id"].as_str().expect("an id").to_owned()).collect(),
        };
        let (office, out) = (self.work.join("office"), self.work.join("out"));
        let options = Options { errand, only, jobs: 1, ..Options::default() };
        let packed = pack_with(&[file], &office, &out, &fixed_seams(&format!("golden {}", self.documents.len() + 1)), &options);
        let mut files: Vec<String> = packed.lines.iter().flat_map(|line| &line.files).map(|file| file.path.clone()).collect();
        files.sort_by_key(|path| (!path.ends_with("cover.docx"), path.clone()));
        files.dedup();
        assert!(!files.is_empty(), "{name}: {:?}", packed.lines.iter().map(|line| &line.faults).collect::<Vec<_>>());
        let texts = files.iter().map(|path| format!("=== {path}\n{}", read(&out.join(path))));
        golden(name, &texts.collect::<String>());
        self.names.insert(name.to_owned());
        self.documents.extend(files.last().map(|path| out.join(path)));
    }
}

fn read(document: &Path) -> String {
    text::read(&fs::read(document).expect("a document")).expect("its text")
}

fn folder() -> PathBuf {
    repo().join("tests/golden/variants")
}

#[track_caller]
fn golden(name: &str, said: &str) {
    let path = folder().join(format!("{name}.txt"));
    if std::env::var_os("FUKAN_BLESS").is_some_and(|v| v == "1") {
        fs::write(&path, said).expect("written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == said, "{name} says something else than tests/golden/variants; FUKAN_BLESS=1 writes it anew:\n{said}");
}

/// A case of the examples with another id and other fields, on paper.
fn case(id: &str, like: &str, more: Value) -> Value {
    let all: Value =
        serde_json::from_str(&fs::read_to_string(repo().join("examples/cases.json")).expect("the examples")).expect("JSON");
    let mut case = all["cases"].as_array().expect("cases").iter().find(|c| c["id"] == like).expect("the case").clone();
    merge(&mut case, json!({"id": id, "reply_by": "paper"}));
    merge(&mut case, more);
    case
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            more.into_iter().for_each(|(key, value)| merge(into.entry(key).or_insert(Value::Null), value));
        }
        (into, more) => *into = more,
    }
}

fn delay(until: &str) -> Errand {
    Errand::Delay(Delay { until: parse_moment(until).expect("a moment"), reason: DelayReason::Elsewhere })
}

/// New variants go to the end: the numbers of the others stay.
#[test]
fn every_variant_says_what_its_golden_text_says() {
    let mut walk = Walk::new();
    let none = || json!({});
    let reply = Errand::Reply;
    // How it was asked.
    walk.says("asked_in_writing", reply.clone(), &[case("V-01", "E-13", none())]);
    let telephone = json!({"received": {"via": "phone", "document_no": null, "document_date": null}});
    walk.says("asked_by_telephone", reply.clone(), &[case("V-02", "E-10", telephone)]);
    walk.says(
        "asked_without_a_number",
        reply.clone(),
        &[case("V-03", "E-28", json!({"received": {"document_no": null, "document_date": null}}))],
    );
    walk.says("asked_without_a_date", reply.clone(), &[case("V-04", "E-09", json!({"received": {"document_date": null}}))]);
    // What is answered.
    walk.says("two_periods", reply.clone(), &[case("V-05", "E-07", none())]);
    walk.says("not_covered", reply.clone(), &[case("V-06", "E-18", none())]);
    walk.says("outside_item", reply.clone(), &[case("V-07", "E-16", none())]);
    walk.says("payments", reply.clone(), &[case("V-08", "E-17", none())]);
    walk.says("not_found", reply.clone(), &[case("V-09", "E-04", none())]);
    walk.says("ask_more", reply.clone(), &[case("V-10", "E-05", none())]);
    // One document about several people, and a set that mixes what can be answered with what can't.
    let of = |id: &str, like: &str| case(id, like, json!({"reply_by": "paper"}));
    walk.says("several_people", reply.clone(), &[of("V-11", "E-19"), of("V-12", "E-20"), of("V-13", "E-21")]);
    // By telephone.
    let call = |id: &str, like: &str| case(id, like, json!({"reply_by": "phone"}));
    walk.says("call_about_one", reply.clone(), &[call("V-14", "E-30")]);
    walk.says("call_about_two", reply.clone(), &[call("V-15", "E-22"), call("V-16", "E-23")]);
    walk.says("call_two_periods", reply.clone(), &[call("V-17", "E-07")]);
    // What comes after.
    walk.says("reissue", Errand::Reissue, &[case("V-05", "E-07", none())]);
    let mut right = case("V-01", "E-13", none());
    let candidate = &mut right["candidates"][0];
    candidate["acquired"] = json!("2015-10-01");
    candidate["answers"]["資格取得年月日"] = json!("2015-10-01");
    walk.says("correction", Errand::Correct("R08-0001".parse().expect("a number")), &[right]);
    let more = json!({"additional": {"acquired": "2001-04"}});
    walk.says("after_a_request", reply.clone(), &[case("V-10", "E-05", more)]);
    walk.says("delay_until_a_day", delay("2026-11-27T17:15"), &[case("V-18", "E-25", none())]);
    walk.says("delay_until_an_hour", delay("2026-11-27T15:00"), &[case("V-19", "E-26", none())]);
    walk.says("call_delay", delay("2026-11-27T17:15"), &[call("V-20", "E-06")]);
    // To whom.
    walk.says("to_an_office", reply.clone(), &[case("V-21", "E-06", json!({"requester": {"addressee": "札幌市介護保険課"}}))]);
    // Several inquiries at once.
    let number = |n: u32| json!({"received": {"document_no": format!("豊援第72{n}号")}});
    let documents = [("V-22", "E-19"), ("V-23", "E-20"), ("V-24", "E-21")].into_iter().zip(1..);
    let documents: Vec<Value> = documents.map(|((id, like), n)| case(id, like, number(n))).collect();
    walk.says("several_documents", reply.clone(), &documents);
    let on = |id: &str, like: &str, day: u32, more: Value| {
        let mut called = call(id, like);
        merge(&mut called, json!({"received": {"at": format!("2026-11-{day:02}T09:30")}}));
        merge(&mut called, more);
        called
    };
    let stranger = |kana: &str, phone: &str| json!({"subject": {"kana": kana}, "candidates": [], "requester": {"phone": phone}});
    let calls = [
        on("V-25", "E-22", 2, stranger("アオキ アイ", "000-000-4013")),
        on("V-26", "E-22", 5, stranger("イイダ イツキ", "０００（０００）４０１３")),
        on("V-27", "E-22", 9, stranger("ウエノ ウタ", "000-000-4099")),
        on("V-28", "E-22", 16, json!({})),
    ];
    walk.says("call_on_several_days", reply, &calls);

    let kept = fs::read_dir(folder()).expect("golden texts").map(|entry| entry.expect("an entry").file_name());
    let kept: BTreeSet<String> = kept.map(|name| name.to_string_lossy().trim_end_matches(".txt").to_owned()).collect();
    assert_eq!(kept, walk.names, "every golden text belongs to a variant");
    witness::assert_valid(&walk.documents);
}

/// Rules for every text: one honorific, nothing left unfilled, the number and the 照合番号 at the foot.
#[test]
fn no_variant_breaks_the_rules_of_letters() {
    let mut seen = 0;
    for entry in fs::read_dir(folder()).expect("golden texts") {
        let path = entry.expect("an entry").path();
        let all = fs::read_to_string(&path).expect("a text");
        for text in all.split("=== ").skip(1) {
            seen += 1;
            let told = path.display();
            assert!(!text.contains("{{") && !text.contains("｛｛") && !text.contains("□□□□"), "{told}");
            let lines: Vec<&str> = text.lines().collect();
            let to = lines.iter().filter(|line| line.ends_with(" 様") || line.ends_with(" 御中")).count();
            assert!(
                (text.starts_with("phone") || to == 1) && !text.contains("御中 様") && !text.contains("様 御中"),
                "{told}: {to} honorifics"
            );
            let foot = lines.last().expect("a foot");
            assert!(foot.starts_with("練健発第8-") && foot.contains("\t照合番号　") && foot.ends_with("\t／"), "{told}: {foot}");
            assert!(text.contains("【練習】"), "{told}");
        }
    }
    assert!(seen > 30, "{seen}");
}
