//! What the targets share: one file of cases walked as `fukan check` walks it, and what must hold whatever it said.

use fukan::base::date::parse_moment;
use fukan::base::fault::FileName;
use fukan::base::{Fault, my_number};
use fukan::desk::judge::{Bench, Judged, Terms, judge_for, unreadable};
use fukan::intake::procedures::ListedProcedures;
use fukan::intake::{Format, Office, Record, Source, partners};
use fukan::notice::requester::{Municipalities, Partners};
use fukan::notice::{Catalogue, Outcome};
use std::io::Cursor;
use std::sync::LazyLock;

/// Planted in the corpus: a name and a telephone number that stand nowhere in the program.
const PLANTED: [&str; 2] = ["ヌマクラ", "7391-8264"];

struct Desk {
    office: Office,
    partners: Partners,
    catalogue: Catalogue,
    municipalities: Municipalities,
    procedures: ListedProcedures,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let name = |name: &str| FileName::named(name, 1);
    Desk {
        office: Office::parse(include_str!("../../examples/office/office.toml"), &name("office.toml")).expect("office"),
        partners: partners::parse(include_bytes!("../../examples/office/partners.csv"), &name("partners.csv")).expect("partners"),
        catalogue: Catalogue::parse(include_str!("../../templates/items.toml")).expect("catalogue"),
        municipalities: Municipalities::parse(include_str!("../../templates/municipalities.csv")),
        procedures: ListedProcedures::parse(include_str!("../../templates/procedures.toml")).expect("procedures"),
    }
});

/// Walks one file as `fukan check` does.
///
/// Whatever it says: a stopped case has a reason and only a stopped one has, each record read again is the same record, a second
/// reading finds the same faults, and no fault repeats what was planted or a My Number.
pub fn walk(bytes: &[u8], format: Format) {
    let (records, broken) = read(bytes, format);
    let (again, broken_again) = read(bytes, format);
    assert_eq!(broken, broken_again);
    assert_eq!(records.len(), again.len());
    let mut source = source(bytes, format);
    let mut told = Vec::new();
    for (record, second) in records.iter().zip(&again) {
        assert_eq!(record.node, second.node);
        assert_eq!(record.form.faults, second.form.faults);
        match (&record.node, source.again(&record.slice)) {
            (Ok(node), Ok(read)) => assert!(*node == read, "a record is another one when it is read again"),
            // A table tells what is wrong with its rows first.
            (Ok(_), Err(fault)) => assert!(record.form.faults.iter().any(|f| f.code == fault.code), "{fault:?}"),
            (Err(fault), Ok(_)) => panic!("read after all: {fault:?}"),
            (Err(_), Err(_)) => {}
        }
        let one = judged(record);
        let stopped = matches!(one.outcome, Outcome::Refused | Outcome::Held);
        assert_eq!(stopped, !one.faults.is_empty());
        assert_eq!(stopped, one.ready.is_none());
        told.extend(one.faults.iter().chain(&one.warnings).map(|fault| record.slice.locate(fault.clone())));
    }
    told.extend(broken);
    silent(&told);
}

fn source(bytes: &[u8], format: Format) -> Source<'static, Cursor<&[u8]>> {
    Source::new(Cursor::new(bytes), FileName::named("cases", 1), format, &DESK.catalogue)
}

fn read(bytes: &[u8], format: Format) -> (Vec<Record>, Vec<Fault>) {
    let mut records = Vec::new();
    let whole = source(bytes, format).each(|_| {}, |record| records.push(record));
    (records, whole.err().unwrap_or_default())
}

fn judged(record: &Record) -> Judged {
    let desk = &*DESK;
    let now = parse_moment("2026-11-22T09:00").expect("now");
    let bench = Bench {
        catalogue: &desk.catalogue,
        insurer: &desk.office.insurer,
        partners: &desk.partners,
        municipalities: &desk.municipalities,
        procedures: &desk.procedures,
        records_at: None,
        letter_date: now.date(),
        now,
    };
    let mut one =
        record.node.as_ref().map_or_else(|fault| unreadable(fault.clone()), |node| judge_for(node, &bench, &Terms::default()));
    one.refuse(record.form.faults.clone());
    one
}

/// Nothing planted, and no twelve digits with the right check digit, stands in a fault.
fn silent(faults: &[Fault]) {
    let told = format!("{faults:?}");
    for planted in PLANTED {
        assert!(!told.contains(planted), "a value in a fault: {told}");
    }
    for run in told.split(|c: char| !c.is_ascii_digit()) {
        for window in run.as_bytes().windows(12) {
            let digits: [u8; 12] = std::array::from_fn(|n| window[n] - b'0');
            assert!(!my_number::check_digit_is_right(&digits), "a My Number in a fault: {told}");
        }
    }
}
