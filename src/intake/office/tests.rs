//! office.toml as a whole.

use super::*;
use crate::notice::InsurerKind;

const OFFICE: &str = r#"
document_number = "健発第{fy}-{seq:04}号"
supervisors = ["鈴木 次長"]
[insurer]
number = "06132013"
kind = "健保組合"
name = "東西健康保険組合"
members = 20000
[sender]
title = "理事長"
[contact]
section = "業務課"
officer = "山本"
phone = "03-0000-0000"
"#;

fn codes(text: &str) -> Vec<&'static str> {
    let read = Office::parse(text, &FileName::named("office.toml", 1));
    read.err().unwrap_or_default().iter().map(|f| f.code.as_str()).collect()
}

#[test]
fn the_least_that_must_stand() {
    let office = Office::parse(OFFICE, &FileName::named("office.toml", 1)).expect("office");
    assert_eq!(office.insurer.kind, InsurerKind::Kenpo);
    assert!(!office.insurer.require_optional_item && !office.insurer.hold_near_miss);
    assert!(office.closed_days.is_empty());
    let closed = Office::parse(&format!("closed_days = [\"2026-12-28\", 2026-05-01]\n{OFFICE}"), &FileName::named("o", 1));
    assert_eq!(closed.expect("office").closed_days.len(), 2);
    assert_eq!(office.document_number.print(8, 13, None), "健発第8-0013号");
    assert_eq!(office.document_number.print(8, 13, Some(2)), "健発第8-0013号の2");
}

#[test]
fn faults() {
    assert_eq!(codes(&OFFICE.replace("06132013", "06132014")), ["FK-1202"]);
    assert_eq!(codes(&OFFICE.replace("06132013", "01040013")), ["FK-1202"]);
    assert_eq!(codes(&OFFICE.replace("06132013", "33120015")), ["FK-1203"]);
    assert_eq!(codes(&OFFICE.replace("title =", "tilte =")), ["FK-1024", "FK-1205"]);
    assert_eq!(codes(&OFFICE.replace("{seq:04}", "{seq:xx}")), ["FK-1205"]);
    assert_eq!(codes(&OFFICE.replace("members = 20000", "members = \"多数\"")), ["FK-1205"]);
    assert_eq!(codes(&format!("passphrase_file = \"p\"\n{OFFICE}")), ["FK-1205"]);
    for bad in ["\"yes\"", "\"有\"", "1"] {
        assert_eq!(codes(&format!("{OFFICE}\n[letters]\nfurigana = {bad}\n")), ["FK-1205"], "{bad}");
    }
    assert_eq!(codes(&format!("practice = \"true\"\n{OFFICE}")), ["FK-1205"]);
    assert!(codes(&format!("{OFFICE}\n[letters]\nfurigana = true\n")).is_empty());
    assert_eq!(codes(&format!("closed_days = [\"2026-12-28\", \"12-28\", 5]\n{OFFICE}")), ["FK-1205", "FK-1205"]);
    assert_eq!(codes("[insurer"), ["FK-1201"]);
}

/// Of an office with these settings: the codes, and the fields they are about.
fn told(settings: &str) -> Vec<String> {
    let told = Office::parse(&format!("{OFFICE}\n{settings}"), &FileName::named("o", 1)).err().unwrap_or_default();
    let said = |fault: &Fault| {
        let field = fault.place.field.as_ref().map(|field| field.json.to_string());
        format!("{} {}", fault.code.as_str(), field.unwrap_or_default())
    };
    told.iter().map(said).collect()
}

#[test]
fn window_and_labels_stand_on_the_sheet() {
    assert_eq!(told("[window]\nleft_mm = 120\nwidth_mm = 90\ntop_mm = 200\nheight_mm = 97"), [""; 0]);
    assert_eq!(told("[window]\nleft_mm = 150\nwidth_mm = 90"), ["FK-1205 window.width_mm"]);
    assert_eq!(told("[window]\ntop_mm = 200\nheight_mm = 98"), ["FK-1205 window.height_mm"]);
    let labels = "[labels]\nleft_mm = 0\ntop_mm = 0\nwidth_mm = 70\nheight_mm = 42.3\ncolumns = 3\nrows = ";
    assert_eq!(told(&format!("{labels}7")), [""; 0]);
    assert_eq!(told(&format!("{labels}8")), ["FK-1205 labels"]);
}

#[test]
fn large_insurers_need_an_optional_item() {
    let large = OFFICE.replace("20000", "1000000");
    let office = Office::parse(&large, &FileName::named("office.toml", 1)).expect("office");
    assert!(office.insurer.require_optional_item);
}
