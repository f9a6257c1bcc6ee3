//! 年度の締め: what is finished and beyond its retention goes from the front of the ledger; what is open or unsent, and all that came
//! later, stays; the chain goes on, and nobody else may cut the front.

mod support;

use fukan::base::code;
use fukan::books::*;
use fukan::desk::{Bureau, Seams};
use fukan::world::{Disk, SystemEntropy, passphrase_file};
use jiff::civil::date;
use std::sync::Arc;
use support::database::tamper;
use support::office::*;
use support::seams::FixedClock;

/// Milliseconds of so many years.
const fn years(n: i64) -> i64 {
    n * 365 * 24 * 3_600_000
}

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

/// One case a year from R08 on, packed, sent and updated.
fn office(cases: &[(&'static str, bool)]) -> Office {
    let office = Office::new();
    for (id, finished) in cases {
        let mut books = office.books();
        let packed =
            pack(&mut books, &Disk, &office.out, &[Case::new(id, Channel::Email, Outcome::Answered)], id).expect("packed");
        if *finished {
            books.note(&packed[0].number, &Event::Sent(Note::default())).expect("sent");
            books.note(&packed[0].number, &Event::Told(Told { confirmed: true, note: Note::default() })).expect("told");
            let reception = books.case(&books_case(&mut office.books(), id)).expect("asked").expect("there").reception;
            books.note(&reception, &Event::Updated(Note::default())).expect("updated");
        }
        office.clock.advance(years(1));
    }
    office
}

fn books_case(books: &mut Books, id: &str) -> Reception {
    books.find_case(id).expect("known").reception
}

/// Those before it first, as it must be.
fn close(office: &Office, year: &str, keep: u64, discard: bool) -> (Closing, Discardable) {
    let mut books = office.books();
    for before in ["R08", "R09", "R10", "R11"].into_iter().take_while(|before| *before != year) {
        match books.closable(before) {
            Ok(span) => books.close_year(&span, None).map(|_| ()).expect("closed"),
            Err(fault) => assert_eq!(fault.code, code::YEAR_CLOSED),
        }
    }
    let span = books.closable(year).expect("over");
    let discardable = books.discardable(&span, keep).expect("asked");
    let closing = books.close_year(&span, discard.then_some(&discardable)).expect("closed");
    (closing, discardable)
}

fn whole(office: &Office) -> Ledger {
    let ledger = office.books().verify_chain(None).expect("read");
    assert_eq!(ledger.breaks, []);
    ledger
}

#[test]
fn a_year_is_closed_once_and_when_it_is_over() {
    let office = office(&[("K-1", true)]);
    let mut books = office.books();
    let anchor = books.anchor().expect("an anchor");
    assert_eq!(books.closable("R09").map_err(|f| f.code), Err(code::YEAR_NOT_OVER), "it is November of R09");
    assert_eq!(books.closable("R07").map_err(|f| f.code), Err(code::YEAR_NOT_OVER), "nothing of it");
    drop(books);
    let (closing, _) = close(&office, "R08", 5, false);
    assert_eq!(closing.last, anchor, "the next year begins with the last tag");
    assert_eq!((closing.row.seq, closing.discarded), (anchor.seq + 1, 0));
    let mut books = office.books();
    assert_eq!(books.closable("R08").map_err(|f| f.code), Err(code::YEAR_CLOSED));
    assert_eq!(books.numbering(date(2027, 3, 31)).map_err(|f| f.code).err(), Some(code::DATE_IN_CLOSED_YEAR));
    assert_eq!(books.numbering(date(2027, 4, 1)).expect("R09").number().number, number("R09-0001"));
    assert_eq!(books.verify_chain(Some(anchor)).expect("read").breaks, [], "an anchor of the closed year still holds");
}

/// What is dropped stands in the export of its year: none is passed over.
#[test]
fn years_are_closed_in_their_order() {
    let office = office(&[("K-1", true), ("K-2", true)]);
    let mut books = office.books();
    let refused = books.closable("R09").expect_err("R08 is open");
    assert_eq!((refused.code, refused.args[1].1.clone()), (code::YEAR_BEFORE, fukan::base::Arg::plain("R08")));
    let span = books.closable("R08").expect("the first");
    let discardable = books.discardable(&span, 1).expect("asked");
    assert_eq!(books.closing_of(&span, &discardable), Ok(None));
    let closed = books.close_year(&span, Some(&discardable)).expect("closed");
    assert_eq!(books.closing_of(&span, &discardable), Ok(Some(closed.clone())));
    assert_eq!(books.anchor(), Ok(closed.row));
    let next = books.closable("R09").expect("now it is its turn");
    assert_eq!(books.closing_of(&next, &discardable), Ok(None));
}

#[test]
fn what_is_beyond_its_retention_goes_and_the_rest_adds_up() {
    let office = office(&[("K-1", true), ("K-2", true), ("K-3", true)]);
    let before = whole(&office);
    let kept: Vec<_> = office.books().cases(&CaseFilter::default()).expect("cases").split_off(1);
    // R10 is closed and two years are kept, R10 and R09: R08 goes.
    let (closing, discardable) = close(&office, "R10", 2, true);
    assert_eq!(discardable.kept, None);
    assert!(closing.discarded > 3 && closing.discarded == discardable.rows, "{closing:?}");
    let after = whole(&office);
    assert_eq!((after.rows, after.begins), (before.rows + 3 - closing.discarded, closing.discarded), "three years were closed");
    let mut books = office.books();
    assert_eq!(books.cases(&CaseFilter::default()).expect("cases"), kept, "the others are as they were");
    assert!(
        books.parcel(&number("R08-0001")).expect("asked").is_none()
            && books.password(&number("R08-0001")).expect("asked").is_none()
    );
    assert!(books.password(&number("R08-0002")).expect("asked").is_some());
    // Its numbers are not used again, the office goes on, and rotation and recovery still work.
    assert_eq!(books.numbering(date(2026, 11, 20)).map_err(|f| f.code).err(), Some(code::DATE_IN_CLOSED_YEAR));
    assert_eq!(books.recover(&Disk, false).expect("nothing to do"), []);
    assert_eq!(books.verify_chain(Some(before.anchor)).expect("read").breaks, []);
    drop(books);
    // A second closing drops a second piece.
    office.clock.advance(years(1));
    office.books().note(&number("R08-0002"), &Event::Opened).expect("noted");
    office.clock.advance(years(1));
    let (closing, discardable) = close(&office, "R11", 1, true);
    assert!(closing.discarded == 0 || discardable.rows == closing.discarded);
    whole(&office);
}

#[test]
fn what_is_open_or_unsent_holds_everything_behind_it() {
    let office = office(&[("K-1", true), ("K-2", false), ("K-3", true)]);
    let rows = whole(&office).rows;
    let due = office.books().due().expect("due");
    assert_eq!(due.unsent.len(), 1);
    let (closing, discardable) = close(&office, "R10", 1, true);
    assert!(discardable.kept.is_some(), "the unsent one is named");
    assert!(closing.discarded > 0 && closing.discarded < rows / 2, "only what stands before it: {closing:?}");
    whole(&office);
    let mut books = office.books();
    assert_eq!(books.due().expect("due"), due, "nothing of what is to be done is lost");
    assert_eq!(books.cases(&CaseFilter::default()).expect("cases").len(), 2);
    assert!(books.password(&number("R08-0002")).expect("asked").is_some(), "its password neither");
}

#[test]
fn a_case_that_went_on_later_stays_whole() {
    let office = office(&[("K-1", true), ("K-2", true)]);
    office.books().note(&number("R08-0001"), &Event::Opened).expect("years later");
    let (closing, discardable) = close(&office, "R09", 1, true);
    assert_eq!((closing.discarded, discardable.kept), (1, Some("R08-0001".to_owned())), "the vault's first row alone");
    assert_eq!(office.books().history(&number("R08-0001")).expect("rows").len(), 5);
    whole(&office);
}

#[test]
fn nobody_else_cuts_the_front() {
    let office = office(&[("K-1", true), ("K-2", true)]);
    close(&office, "R08", 1, false);
    let clean = std::fs::read(office.database()).expect("a copy");
    let start =
        |seq: i64, tag: &str| format!("INSERT INTO meta VALUES ('start', '{{\"to\":{seq},\"tag\":\"{tag}\",\"generation\":1}}')");
    let rows = office.books().rows(0, 10).expect("rows");
    let forged = start(3, &rows[2].tag.to_string());
    for statements in [vec!["DELETE FROM events WHERE seq <= 3"], vec!["DELETE FROM events WHERE seq <= 3", &forged]] {
        std::fs::write(office.database(), &clean).expect("put back");
        tamper(&office.database(), &statements);
        let breaks = office.inspect().verify_chain(None).expect("read").breaks;
        assert_eq!(breaks[0], Break::Removed(1), "{statements:?}");
    }
    // Nor moves it back once it was cut.
    std::fs::write(office.database(), &clean).expect("put back");
    office.clock.advance(years(1));
    office.books().note(&number("R08-0002"), &Event::Opened).expect("noted");
    close(&office, "R09", 1, true);
    assert!(whole(&office).begins > 0);
    tamper(&office.database(), &["DELETE FROM meta WHERE name = 'start'"]);
    assert!(office.inspect().verify_chain(None).expect("read").breaks.contains(&Break::Removed(1)));
}

#[test]
fn a_released_number_is_not_used_again_after_a_restored_backup() {
    let office = Office::new();
    let mut books = office.books();
    // R08-0001 is promised and never reaches the disk: it is free again.
    let cases = [Case::new("K-1", Channel::Email, Outcome::Answered)];
    let store = Faulty::new(8, Failing::FromThenOn);
    assert!(pack(&mut books, &store, &office.out, &cases, "a").is_err());
    books.recover(&Disk, false).expect("released");
    assert_eq!(books.numbering(date(2026, 11, 20)).expect("numbering").number().number, number("R08-0001"));
    let after = |text: &str| Resumed { after: Some(number(text)), after_reception: None, reason: "backup".into() };
    books.resume(after("R08-0007")).expect("ahead");
    let mut numbering = books.numbering(date(2026, 11, 20)).expect("numbering");
    assert_eq!(numbering.number().number, number("R08-0008"));
    assert_eq!(books.resume(after("R08-0007")).map_err(|f| f.code), Err(code::NOT_AHEAD));
    let mut next_year = books.numbering(date(2027, 4, 1)).expect("numbering");
    assert_eq!(next_year.number().number, number("R09-0001"), "another series is not touched");
}

/// An office whose ledger was begun two years ago, for the program, which has no other clock than the computer's.
#[test]
fn the_command_exports_closes_and_drops() {
    let folder = support::temp_dir();
    let path = |name: &str| folder.path().join(name);
    support::copy_tree(&support::repo().join("examples/office"), &path("office"));
    let _ = std::fs::remove_file(path("office/office.db"));
    let settings = std::fs::read_to_string(path("office/office.toml")).expect("settings");
    std::fs::write(path("office/office.toml"), format!("retention_years = 1\n{}", settings.replace("retention_years", "# ")))
        .expect("written");
    let clock = Arc::new(FixedClock::at("2024-11-20T10:15"));
    let seams = Seams {
        store: Arc::new(Disk),
        inputs: Arc::new(Disk),
        clock: clock.clone(),
        entropy: Arc::new(SystemEntropy),
        who: "tester".into(),
    };
    let bureau = Bureau::read(&path("office"), &Disk).expect("an office");
    let passphrase = passphrase_file(&path("office/passphrase.txt")).expect("a passphrase");
    let out = std::fs::canonicalize(folder.path()).expect("real").join("out");
    for (id, outcome) in [("K-1", Outcome::Answered), ("K-2", Outcome::AskMore)] {
        let mut books = bureau.books(&seams, &passphrase).expect("opens");
        let packed = pack(&mut books, &Disk, &out, &[Case::new(id, Channel::Paper, outcome)], id).expect("packed");
        books.note(&packed[0].number, &Event::Sent(Note::default())).expect("sent");
        let reception = books.find_case(id).expect("known").reception;
        books.note(&reception, &Event::Updated(Note::default())).expect("updated");
        clock.advance(years(1));
    }
    let run = |words: &str, code: i32| {
        let fill = |word: &str| {
            word.replace("{O}", &path("office").display().to_string()).replace("{T}", &folder.path().display().to_string())
        };
        support::Fukan::new(words.split(' ').map(fill)).run().expect_code(code)
    };
    let closed = |words: &str| -> serde_json::Value { serde_json::from_str(&run(words, 0).out()).expect("JSON") };
    // A ledger that somebody edited is not acted upon: nothing is swept, no row is added.
    let database = path("office/office.db");
    let (clean, victim) = (std::fs::read(&database).expect("a copy"), path("victim"));
    std::fs::create_dir(&victim).expect("a folder");
    let promise = format!("UPDATE parcels SET state = 'reserved', promise = json_set(promise, '$.temp', '{}')", victim.display());
    tamper(&database, &[&promise]);
    let rows = || support::database::rows(&database, "SELECT seq FROM events").len();
    let before = rows();
    assert!(run("ledger year R06 --out {T}/R06.xlsx --office {O}", 4).err().contains("FK-6007"));
    assert!(victim.exists() && rows() == before && !path("R06.xlsx").exists());
    std::fs::write(&database, clean).expect("put back");
    assert!(run("ledger year R07 --out {T}/R07.xlsx --discard --office {O}", 2).err().contains("FK-6126"));
    assert!(!path("R07.xlsx").exists());
    let first = closed("ledger year R06 --out {T}/R06.xlsx --office {O} --json");
    assert_eq!((&first["year"], &first["discarded"], &first["open"]), (&"R06".into(), &0.into(), &1.into()), "{first}");
    assert!(run("ledger year R06 --out {T}/again.xlsx --office {O}", 2).err().contains("FK-6083"));
    assert!(run("ledger year R07 --out {T}/R06.xlsx --office {O}", 4).err().contains("FK-6069"), "never over a file");
    assert!(!path("again.xlsx").exists());
    let second = closed("ledger year R07 --out {T}/R07.xlsx --discard --office {O} --json");
    assert!(second["discarded"].as_i64().expect("n") > 4, "{second}");
    let told = run("ledger verify --office {O}", 0).out();
    assert!(told.contains("年度の締めで廃棄されています"), "{told}");
    assert!(run("ledger due --office {O}", 0).out().contains("K-2"), "what is open is still there");
    run("ledger verify --office {O} --anchor 1-0123456789abcdef", 0);
    run("vault check --office {O}", 0);
    // What an office does goes on.
    run("pack examples/cases.json --office {O} --out {T}/next", 1);
    assert!(run("pack examples/cases.json --office {O} --out {T}/old --date 2026-03-31", 2).err().contains("FK-6084"));
    let mut book = zip::ZipArchive::new(std::fs::File::open(path("R06.xlsx")).expect("there")).expect("a workbook");
    let mut strings = String::new();
    std::io::Read::read_to_string(&mut book.by_name("xl/sharedStrings.xml").expect("texts"), &mut strings).expect("text");
    assert!(strings.contains("U06-0001") && !strings.contains("U07-0001"), "that year alone");
}
