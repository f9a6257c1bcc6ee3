//! 台帳: the commit protocol under faults, the chain under tampering, and what the database must not hold.

mod support;

use fukan::base::{Clock, code};
use fukan::books::*;
use fukan::seal::vault::{self, Params};
use fukan::world::{Disk, Lock};
use jiff::civil::date;
use sqlx::{AnyConnection, Connection};
use std::sync::Arc;
use support::office::*;
use support::seams::{FixedClock, SeededEntropy};

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

on_both! {
    three_parcels_reach_the_disk_and_the_second_run_does_nothing
    every_failing_call_of_the_disk_leaves_an_office_that_recovers
    a_fault_during_recovery_is_recovered_from_too
    recovery_says_what_it_found
    a_file_too_many_or_too_few_is_damage
    an_output_root_that_is_gone_stops_the_run_until_it_is_written_off
    only_the_promised_files_are_published
    a_case_is_known_by_its_key_and_its_content
    a_refused_case_stays_open_and_due_until_it_is_answered
    an_attempt_after_an_answer_does_not_undo_the_answer
    paper_parcels_wait_for_a_print_file
    tampering_is_named
    the_computed_tables_are_checked_against_the_rows
    an_edited_newest_row_is_found_on_opening
    another_office_and_its_keys_do_not_fit
    a_clock_that_ran_ahead_stops_nobody_for_good
    a_clock_that_was_set_back_stops_numbering_and_nothing_else
    rotation_replaces_live_passwords_and_destroys_retired_ones
}

// ---- the protocol -------------------------------------------------------------------------------------------------------

fn three_parcels_reach_the_disk_and_the_second_run_does_nothing(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    let receipts = pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    assert_eq!(receipts.iter().map(|r| r.number.to_string()).collect::<Vec<_>>(), ["R08-0001", "R08-0002", "R08-0003"]);
    assert_eq!(office.names(Channel::Email), ["R08-0001"]);
    assert!(receipts[1].folder.join("R08-0002-1.docx").is_file());
    assert_eq!(pack(&mut books, &Disk, &office.out, &three(), "b").expect("nothing to do"), []);
    let case = books.cases(&CaseFilter::default()).expect("list").remove(0);
    assert_eq!(
        (case.reception.to_string().as_str(), case.outcome, case.number),
        ("U08-0001", Some(Outcome::Answered), Some(number("R08-0001")))
    );
    let sealed = books.password(&number("R08-0001")).expect("asked").expect("there");
    assert_eq!((sealed.sealed.as_slice(), sealed.revision, sealed.retired_at), (&b"sealed:R08-0001"[..], 1, 0));
    assert_eq!(books.verify_chain(None).expect("read").breaks, []);
}

fn every_failing_call_of_the_disk_leaves_an_office_that_recovers(on: Keeper) {
    let whole = Faulty::new(usize::MAX, Failing::Once);
    let office = Office::on(on);
    pack(&mut office.books(), &whole, &office.out, &three(), "a").expect("no fault");
    let calls = whole.calls();
    assert!(calls > 25, "{calls}");
    let mut failed = 0;
    for failing in [Failing::Once, Failing::OnceAfter, Failing::FromThenOn] {
        for at in 0..calls {
            let office = Office::on(on);
            let done = pack(&mut office.books(), &Faulty::new(at, failing), &office.out, &three(), "a");
            failed += usize::from(done.is_err());
            settled(&office, &format!("{failing:?} at call {at}"));
        }
    }
    println!("{failed} of {} injected faults stopped the run; all recovered", 3 * calls);
    assert_eq!(failed, 3 * calls);
}

fn a_fault_during_recovery_is_recovered_from_too(on: Keeper) {
    for at in 0..12 {
        let office = Office::on(on);
        // Killed just before transaction B: all three final folders stand.
        interrupted(&office, 3);
        let mut books = office.books();
        let _ = books.recover(&Faulty::new(at, Failing::FromThenOn), false);
        drop(books);
        settled(&office, &format!("recovery dies at call {at}"));
    }
}

/// Transaction A, then `published` of the three parcels on the disk, then nothing more.
fn interrupted(office: &Office, published: usize) {
    let mut books = office.books();
    prepare_root(&office.out, &Disk).expect("root");
    books.mark_root(&office.out, &Disk, &SeededEntropy::new("mark")).expect("marked");
    let keys = books.keys().clone();
    let mut numbering = books.numbering(date(2026, 11, 20)).expect("numbering");
    let cases = three();
    let work: Vec<_> = cases
        .iter()
        .map(|case| {
            let allotted = numbering.number();
            let files = ParcelFiles {
                channel: case.channel,
                number: allotted.number.clone(),
                files: vec![("a.docx".into(), case.record.clone().into_bytes())],
            };
            (case, facts(&keys, case), numbering.reception(), allotted, files)
        })
        .collect();
    let mut group = Group::new(&office.out);
    for (case, facts, reception, allotted, files) in &work {
        group.received(received(&keys, case, reception));
        group.parcel(Reservation {
            allotted: allotted.clone(),
            files,
            insurer: String::new(),
            municipality: String::new(),
            section: "保険年金課".to_owned(),
            destination: String::new(),
            posting: None,
            requester: facts.requester,
            documents: vec![document(case, facts, reception, &allotted.number)],
            password: (case.channel == Channel::Email).then(|| b"PLANTED-BLOB".to_vec()),
            seal: None,
            retires: Vec::new(),
            corrects: None,
            letter_date: fukan::base::date::parse("2026-11-20").expect("a day"),
            counts: fukan::notice::Counts::default(),
            together: None,
        });
    }
    let kept = books.reserve(group, &SeededEntropy::new("i")).expect("reserved");
    for ((.., files), kept) in work.iter().zip(kept).take(published) {
        publish(files, kept, &Disk).expect("published");
    }
}

fn recovery_says_what_it_found(on: Keeper) {
    let office = Office::on(on);
    interrupted(&office, 2);
    std::fs::write(office.out.join("paper/R08-0002/a.docx"), b"something else").expect("damage");
    let mut books = office.books();
    let found = books.recover(&Disk, false).expect("recovered");
    let verdicts: Vec<_> = found.iter().map(|r| (r.number.to_string(), r.verdict)).collect();
    let expected = [("R08-0001", Verdict::Recovered), ("R08-0002", Verdict::Damaged), ("R08-0003", Verdict::Released)];
    assert_eq!(verdicts, expected.map(|(n, v)| (n.to_owned(), v)));
    assert_eq!(std::fs::read(office.out.join("paper/R08-0002/a.docx")).expect("left alone"), b"something else");
    assert_eq!(books.parcel(&number("R08-0002")).expect("asked").expect("there").state, State::Void);
    let history: Vec<_> = books.history(&number("R08-0001")).expect("rows").iter().map(|r| r.kind.clone()).collect();
    assert_eq!(history, ["reserved", "packed"]);
    // The released number is free again, the void one never.
    let mut numbering = books.numbering(date(2026, 11, 20)).expect("numbering");
    assert_eq!(numbering.number(), Allotted { number: number("R08-0003"), revision: 2 });
    assert_eq!(numbering.number(), Allotted { number: number("R08-0004"), revision: 1 });
    assert_eq!(books.numbering(date(2027, 4, 1)).expect("numbering").number().number, number("R09-0001"));
}

fn a_file_too_many_or_too_few_is_damage(on: Keeper) {
    for damage in [
        |p: &std::path::Path| std::fs::write(p.join("more.txt"), b"x").expect("file"),
        |p: &std::path::Path| std::fs::remove_file(p.join("a.docx")).expect("gone"),
    ] {
        let office = Office::on(on);
        interrupted(&office, 1);
        damage(&office.out.join("email/R08-0001"));
        assert_eq!(office.books().recover(&Disk, false).expect("recovered")[0].verdict, Verdict::Damaged);
    }
}

fn an_output_root_that_is_gone_stops_the_run_until_it_is_written_off(on: Keeper) {
    let office = Office::on(on);
    interrupted(&office, 3);
    // An unmounted disk: the mount point is there and empty.
    std::fs::rename(&office.out, office.folder.join("away")).expect("moved");
    std::fs::create_dir(&office.out).expect("mount point");
    let mut books = office.books();
    match on {
        Keeper::Sqlite => assert_eq!(books.recover(&Disk, false).map_err(|f| f.code).err(), Some(code::ROOT_GONE)),
        // It may be somebody else's folder: what was begun in it waits, and so do its cases.
        Keeper::Postgres => {
            assert_eq!(books.recover(&Disk, false), Ok(vec![]));
            assert_eq!(books.elsewhere().expect("asked").len(), 3);
        }
    }
    assert!(books.recover(&Disk, true).expect("written off").iter().all(|r| r.verdict == Verdict::Abandoned));
    assert_eq!(books.numbering(date(2026, 11, 20)).expect("numbering").number().number, number("R08-0004"));
}

fn only_the_promised_files_are_published(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    prepare_root(&office.out, &Disk).expect("root");
    books.mark_root(&office.out, &Disk, &SeededEntropy::new("mark")).expect("marked");
    let allotted = books.numbering(date(2026, 11, 20)).expect("numbering").number();
    let mut files = ParcelFiles {
        channel: Channel::Paper,
        number: allotted.number.clone(),
        files: vec![("a.docx".into(), b"right".to_vec())],
    };
    let mut group = Group::new(&office.out);
    let (none, requester) = (String::new(), Digest::default());
    group.parcel(Reservation {
        allotted,
        files: &files,
        insurer: none.clone(),
        municipality: none.clone(),
        section: "保険年金課".to_owned(),
        destination: none,
        posting: None,
        requester,
        documents: vec![],
        password: None,
        seal: None,
        retires: Vec::new(),
        corrects: None,
        letter_date: fukan::base::date::parse("2026-11-20").expect("a day"),
        counts: fukan::notice::Counts::default(),
        together: None,
    });
    let kept = books.reserve(group, &SeededEntropy::new("o")).expect("reserved").remove(0);
    files.files[0].1 = b"wrong".to_vec();
    assert_eq!(publish(&files, kept, &Disk).map_err(|f| f.code).err(), Some(code::OURS));
    assert_eq!(office.names(Channel::Paper), [] as [&str; 0]);
}

// ---- what is known of a case -------------------------------------------------------------------------------------------

fn a_case_is_known_by_its_key_and_its_content(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    let keys = books.keys().clone();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    let [answered, _, ask_more] = three().try_into().unwrap_or_else(|_| unreachable!());
    // A ledger of before keeps the content to the letter: either form of it will do.
    let own = facts(&keys, &answered);
    for contents in [[Digest::default(), own.fingerprint], [own.fingerprint, Digest::default()]] {
        let known = books.known(&own.case, &contents, answered.id).expect("asked");
        assert!(matches!(known, Known::SameContent { .. }), "{known:?}");
    }
    let mut known = |case: &Case| {
        let facts = facts(&keys, case);
        books.known(&facts.case, &[facts.fingerprint], case.id).expect("asked")
    };
    let reception = |n: &str| n.parse::<Reception>().expect("reception");
    assert_eq!(
        known(&answered),
        Known::SameContent { reception: reception("U08-0001"), number: number("R08-0001"), outcome: Outcome::Answered }
    );
    let changed = Case { record: "changed".into(), ..answered.clone() };
    assert_eq!(
        known(&changed),
        Known::ChangedAfterAnswer { reception: reception("U08-0001"), number: number("R08-0001"), outcome: Outcome::Answered }
    );
    let more = Case { record: "more".into(), ..ask_more };
    assert!(matches!(known(&more), Known::Continues { previous: Some((n, Outcome::AskMore)), .. } if n == number("R08-0003")));
    assert_eq!(known(&Case::new("K-0009", Channel::Email, Outcome::Answered)), Known::New);
    let other = keys.case("K-0001", "2026-11-21T09:00", &facts(&keys, &answered).requester);
    assert_eq!(
        books.known(&other, &[Digest::default()], "K-0001").expect("asked"),
        Known::SameIdOther { reception: reception("U08-0001") }
    );
    let facts = facts(&keys, &answered);
    let doubles = books.double_entries(&facts.case, &facts.requester, &facts.person, &facts.items).expect("asked");
    assert_eq!(doubles.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["K-0002", "K-0003"]);
}

fn a_refused_case_stays_open_and_due_until_it_is_answered(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    let keys = books.keys().clone();
    let case = Case::new("K-0001", Channel::Email, Outcome::Answered);
    let reception = books.numbering(date(2026, 11, 20)).expect("numbering").reception();
    let mut group = Group::new(&office.out);
    group.received(Received { id: None, ..received(&keys, &case, &reception) });
    group
        .refused(&reception, Judged { code: code::MY_NUMBER.to_string(), row: 14, fingerprint: facts(&keys, &case).fingerprint });
    assert_eq!(books.reserve(group, &SeededEntropy::new("r")).expect("written").len(), 0);
    let rows = books.anchor().expect("anchor").seq;
    let mut group = Group::new(&office.out);
    group
        .refused(&reception, Judged { code: code::MY_NUMBER.to_string(), row: 20, fingerprint: facts(&keys, &case).fingerprint });
    books.reserve(group, &SeededEntropy::new("r")).expect("written");
    assert_eq!(books.anchor().expect("anchor").seq, rows, "the same refusal again adds no row");
    let due = books.due().expect("due");
    assert_eq!(due.open.iter().map(|c| (c.code.as_str(), c.row, c.id.as_str())).collect::<Vec<_>>(), [("FK-1001", 14, "")]);
    pack(&mut books, &Disk, &office.out, &[case], "a").expect("packed");
    let due = books.due().expect("due");
    assert_eq!((due.open.len(), due.unsent.len(), due.follow_ups.len()), (0, 1, 0));
    books.note(&number("R08-0001"), &Event::Sent(Note::default())).expect("sent");
    let due = books.due().expect("due");
    assert_eq!((due.unsent.len(), due.follow_ups.len()), (0, 1));
    books.note(&reception, &Event::Updated(Note::default())).expect("updated");
    assert_eq!(books.due().expect("due").untold.len(), 1);
    let told = |at| Event::Told(Told { confirmed: false, note: Note { by: Some("三枝".into()), at: Some(at) } });
    books.note(&number("R08-0001"), &told(1_795_100_000_000)).expect("told");
    assert_eq!(books.due().expect("due"), Due::default());
    let sent_at = books.expect_parcel(&number("R08-0001")).expect("there").sent_at;
    assert_eq!((books.unreceived(sent_at).expect("asked").len(), books.unreceived(sent_at + 1).expect("asked").len()), (0, 1));
    for at in [1_795_200_000_000, 1_795_300_000_000] {
        books.note(&number("R08-0001"), &Event::Confirmed(Note { by: None, at: Some(at) })).expect("received");
    }
    let row = books.expect_parcel(&number("R08-0001")).expect("there");
    assert_eq!((row.told_at, row.received_at), (1_795_100_000_000, 1_795_200_000_000), "the first confirmation stands");
    assert_eq!(books.unreceived(i64::MAX).expect("asked"), []);
    assert_eq!(books.verify_chain(None).expect("read").breaks, []);
}

/// A database of the first version has no column for what the receiver confirmed: it is made, from the rows, and verifies.
#[test]
fn a_database_of_the_first_version_is_read_and_verifies() {
    let office = Office::new();
    let mut books = office.books();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    books.note(&number("R08-0001"), &Event::Sent(Note::default())).expect("sent");
    books.note(&number("R08-0001"), &Event::Told(Told { confirmed: true, note: Note::default() })).expect("told");
    let before = books.parcels(&ParcelFilter::default()).expect("list");
    assert_ne!(before[0].received_at, 0);
    drop(books);
    office.tamper(&["ALTER TABLE parcels DROP COLUMN received_at"]);
    let mut books = office.inspect();
    assert_eq!(books.parcels(&ParcelFilter::default()).expect("list"), before);
    assert_eq!(books.verify_chain(None).expect("read").breaks, []);
    drop(books);
    office.tamper(&["UPDATE parcels SET received_at = 0 WHERE number = 'R08-0001'"]);
    assert!(!office.inspect().verify_chain(None).expect("read").breaks.is_empty(), "the fold holds the column");
}

fn an_attempt_after_an_answer_does_not_undo_the_answer(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    let keys = books.keys().clone();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    let changed = Case { record: "changed".into(), ..three().remove(0) };
    let facts = facts(&keys, &changed);
    let mut group = Group::new(&office.out);
    let reception: Reception = "U08-0001".parse().expect("reception");
    group.refused(&reception, Judged { code: code::ALREADY_ANSWERED.to_string(), row: 1, fingerprint: facts.fingerprint });
    books.reserve(group, &SeededEntropy::new("r")).expect("written");
    assert!(matches!(books.known(&facts.case, &[facts.fingerprint], "K-0001").expect("asked"), Known::ChangedAfterAnswer { .. }));
}

fn paper_parcels_wait_for_a_print_file(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    let waiting: Vec<_> = books.unprinted().expect("asked").into_iter().map(|p| p.number).collect();
    assert_eq!(waiting, [number("R08-0002"), number("R08-0003")]);
    books.printed(&waiting, "print.docx").expect("noted");
    assert_eq!(books.unprinted().expect("asked"), []);
}

// ---- the chain ---------------------------------------------------------------------------------------------------------

fn tampering_is_named(on: Keeper) {
    let rows: &[(&[&'static str], Break)] = &[
        (&["UPDATE events SET at = at + 1 WHERE seq = 4"], Break::Edited(4)),
        (&["UPDATE events SET who = 'nobody' WHERE seq = 10"], Break::Edited(10)),
        (&["UPDATE events SET number = 'R08-0009' WHERE seq = 3"], Break::Edited(3)),
        (&["DELETE FROM events WHERE seq = 5"], Break::Removed(5)),
        (
            &[
                "DELETE FROM events WHERE seq = 5",
                "UPDATE events SET seq = -seq",
                "UPDATE events SET seq = CASE WHEN seq < -5 THEN -seq - 1 ELSE -seq END",
            ],
            Break::Removed(5),
        ),
        (
            &[
                "UPDATE events SET seq = -seq",
                "UPDATE events SET seq = CASE WHEN seq <= -5 THEN 1 - seq ELSE -seq END",
                "INSERT INTO events SELECT 5, at, who, kind, reception, number, detail, prev, tag FROM events WHERE seq = 4",
            ],
            Break::Moved { now: 5, was: 4 },
        ),
        (
            &[
                "UPDATE events SET seq = -seq",
                "UPDATE events SET seq = CASE WHEN seq <= -5 THEN 1 - seq ELSE -seq END",
                "INSERT INTO events SELECT 5, at, who, 'opened', '', 'R08-0001', detail, prev, tag FROM events WHERE seq = 4",
            ],
            Break::Inserted(5),
        ),
        (
            &[
                "UPDATE events SET seq = 900 WHERE seq = 4",
                "UPDATE events SET seq = 4 WHERE seq = 6",
                "UPDATE events SET seq = 6 WHERE seq = 900",
            ],
            Break::Moved { now: 4, was: 6 },
        ),
        (&["DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)"], Break::Cut(9)),
    ];
    for (statements, expected) in rows {
        let office = Office::on(on);
        pack(&mut office.books(), &Disk, &office.out, &three(), "a").expect("packed");
        office.tamper(statements);
        let mut books = office.inspect();
        assert_eq!(
            books.note(&number("R08-0001"), &Event::Sent(Note::default())).map_err(|f| f.code),
            Err(code::CHAIN),
            "looked at, not continued"
        );
        let found = books.verify_chain(None).expect("read").breaks;
        assert_eq!(found.first(), Some(expected), "{statements:?}: {found:?}");
    }
}

fn the_computed_tables_are_checked_against_the_rows(on: Keeper) {
    for statement in [
        "UPDATE cases SET outcome = 'held' WHERE reception = 'U08-0001'",
        "UPDATE cases SET deadline = deadline + 1 WHERE reception = 'U08-0002'",
        "DELETE FROM cases WHERE reception = 'U08-0002'",
        "UPDATE parcels SET state = 'void' WHERE number = 'R08-0003'",
        "UPDATE parcels SET promise = replace(promise, 'kansen', 'another') WHERE number = 'R08-0001'",
        "DELETE FROM parcels WHERE number = 'R08-0003'",
        "UPDATE vault SET generation = generation - 1",
    ] {
        let office = Office::on(on);
        pack(&mut office.books(), &Disk, &office.out, &three(), "a").expect("packed");
        office.tamper(&[statement]);
        let found = office.books().verify_chain(None).expect("read").breaks;
        assert!(matches!(found[..], [Break::Derived(_) | Break::Vault]), "{statement}: {found:?}");
    }
    // Columns that numbering goes by must agree with the number itself.
    let office = Office::on(on);
    pack(&mut office.books(), &Disk, &office.out, &three(), "a").expect("packed");
    office.tamper(&["UPDATE parcels SET seq = 0 WHERE number = 'R08-0003'"]);
    assert_eq!(office.books().verify_chain(None).map_err(|f| f.code).err(), Some(code::DATABASE));
}

#[test]
fn a_cut_tail_shows_against_the_printed_anchor_even_when_everything_else_was_rewritten() {
    let office = Office::new();
    let mut books = office.books();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    drop(books);
    let older = std::fs::read(office.database()).expect("copy");
    let mut books = office.books();
    books.note(&number("R08-0001"), &Event::Sent(Note::default())).expect("sent");
    let anchor = books.anchor().expect("anchor");
    assert_eq!(books.verify_chain(Some(anchor)).expect("read").breaks, []);
    books.note(&number("R08-0002"), &Event::Sent(Note::default())).expect("sent");
    assert_eq!(books.verify_chain(Some(anchor)).expect("read").breaks, [], "an older anchor still holds");
    drop(books);
    std::fs::write(office.database(), older).expect("rolled back");
    let mut books = office.books();
    assert_eq!(books.verify_chain(None).expect("read").breaks, [], "nothing inside can tell");
    assert_eq!(books.verify_chain(Some(anchor)).expect("read").breaks, [Break::Cut(anchor.seq - 1)]);
}

fn an_edited_newest_row_is_found_on_opening(on: Keeper) {
    let office = Office::on(on);
    pack(&mut office.books(), &Disk, &office.out, &three(), "a").expect("packed");
    office.tamper(&["UPDATE events SET detail = '{\"recovered\":true}' WHERE seq = (SELECT MAX(seq) FROM events)"]);
    assert_eq!(office.open().map_err(|f| f.code).err(), Some(code::CHAIN));
}

// ---- the database as a file --------------------------------------------------------------------------------------------

#[test]
fn missing_unreadable_and_empty_are_three_things_and_none_is_a_new_ledger() {
    let office = Office::new();
    let code_of = |office: &Office| office.open().map_err(|f| f.code).err();
    let whole = std::fs::read(office.database()).expect("database");
    for (bytes, expected) in [
        (&b""[..], code::DATABASE),
        (b"not a database at all, but long enough to be read as one", code::DATABASE),
        (&whole[..100], code::DATABASE),
        (&whole[..4096], code::DATABASE),
    ] {
        std::fs::write(office.database(), bytes).expect("written");
        assert_eq!(code_of(&office), Some(expected), "{} bytes", bytes.len());
    }
    std::fs::remove_file(office.database()).expect("gone");
    assert_eq!(code_of(&office), Some(code::NO_DATABASE));
    std::fs::create_dir(office.database()).expect("folder");
    assert_eq!(code_of(&office), Some(code::DATABASE));
}

#[test]
fn an_office_is_made_once_and_whole() {
    let office = Office::new();
    let (rows, keys) = vault_and_keys();
    let again =
        Books::create(&office.folder, &rows, keys.clone(), &Disk, &SeededEntropy::new("x"), office.clock.clone(), "tester");
    assert_eq!(again.map_err(|f| f.code).err(), Some(code::EXISTS));
    for at in 0..5 {
        let folder = tempfile::tempdir().expect("folder");
        let store = Faulty::new(at, Failing::Once);
        let made =
            Books::create(folder.path(), &rows, keys.clone(), &store, &SeededEntropy::new("x"), office.clock.clone(), "tester");
        let left: Vec<_> = std::fs::read_dir(folder.path()).expect("folder").map(|e| e.expect("entry").file_name()).collect();
        assert!(made.is_err(), "call {at}");
        assert!(left.is_empty() || left == ["office.db"], "call {at}: {left:?}");
    }
}

/// Between the database and its recovery code nothing fails that was not tried before: what fails leaves nothing, and a second try works.
#[test]
fn an_office_whose_settings_cannot_be_laid_has_no_database() {
    use fukan::desk::{Seams, founding};
    let folder = support::temp_dir();
    let settings = [("office.toml", "practice = true\n"), ("partners.csv", "\n")];
    let secret = folder.path().join("p");
    std::fs::write(&secret, "natsukusa ya tsuwamono domo\n").expect("written");
    let passphrase = fukan::world::passphrase_file(&secret).expect("a passphrase");
    let found = |dir: &std::path::Path, store: Faulty| {
        let (clock, entropy) =
            (std::sync::Arc::new(FixedClock::at("2026-11-20T16:00")), std::sync::Arc::new(SeededEntropy::new("x")));
        let seams =
            Seams { store: std::sync::Arc::new(store), inputs: std::sync::Arc::new(Disk), clock, entropy, who: "tester".into() };
        founding::found(dir, &fukan::base::Database::File, &settings, &seams, &passphrase)
    };
    let left = |dir: &std::path::Path| {
        let mut left: Vec<_> = std::fs::read_dir(dir).expect("folder").map(|e| e.expect("entry").file_name()).collect();
        left.sort();
        left
    };
    // Each file is looked for and then made.
    for at in 0..4 {
        let dir = folder.path().join(at.to_string());
        std::fs::create_dir(&dir).expect("a folder");
        assert!(found(&dir, Faulty::new(at, Failing::Once)).is_err());
        assert!(left(&dir).is_empty(), "call {at}: {:?}", left(&dir));
        assert!(found(&dir, Faulty::new(at, Failing::FromThenOn)).is_err());
        assert!(!left(&dir).contains(&"office.db".into()), "call {at}");
    }
    let dir = folder.path().join("3");
    assert!(found(&dir, Faulty::new(usize::MAX, Failing::Never)).is_ok());
    assert_eq!(left(&dir), ["office.db", "office.toml", "partners.csv"]);
}

#[cfg(unix)]
#[test]
fn the_database_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    assert_eq!(std::fs::metadata(office.database()).expect("there").permissions().mode() & 0o777, 0o600);
}

fn another_office_and_its_keys_do_not_fit(on: Keeper) {
    let office = Office::on(on);
    let (_, keys) = vault::create(PASSPHRASE, Params::LEAST, &SeededEntropy::new("another")).expect("vault");
    let opened = office.closed().expect("open").unlock(Arc::new(keys), office.clock.clone(), "tester");
    assert_eq!(opened.map_err(|f| f.code).err(), Some(code::PASSPHRASE));
}

/// A row of a time to come: on a server nobody writes it; in a file it stops numbering until somebody says which clock is right.
fn a_clock_that_ran_ahead_stops_nobody_for_good(on: Keeper) {
    const AHEAD: i64 = 400 * 24 * 3_600_000;
    let office = Office::on(on);
    // The server's own time.
    office.clock.advance(fukan::world::SystemClock.now_ms() - office.clock.now_ms());
    let mut books = office.books();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    office.clock.advance(AHEAD);
    let noted = books.note(&number("R08-0001"), &Event::Sent(Note::default()));
    if on == Keeper::Postgres {
        assert_eq!(noted.map_err(|f| f.code).err(), Some(code::SERVER_CLOCK));
        let promised = pack(&mut books, &Disk, &office.out, &[Case::new("later", Channel::Paper, Outcome::Answered)], "b");
        assert_eq!(promised.map_err(|f| f.code).err(), Some(code::SERVER_CLOCK));
        office.clock.advance(-AHEAD);
        assert_eq!(books.parcel(&number("R08-0001")).expect("asked").expect("there").sent_at, 0, "nothing was written");
        assert_eq!(books.correct_clock().map_err(|f| f.code), Err(code::CLOCK_RIGHT));
        pack(&mut books, &Disk, &office.out, &[Case::new("later", Channel::Paper, Outcome::Answered)], "b").expect("packed");
        return;
    }
    noted.expect("noted");
    office.clock.advance(-AHEAD);
    let ahead = books.ahead().expect("asked").expect("a row of a time to come");
    assert_eq!((ahead.newest - ahead.now, ahead.now), (AHEAD, office.clock.now_ms()));
    assert_eq!(books.numbering(date(2026, 11, 20)).map_err(|f| f.code).err(), Some(code::CLOCK));
    assert_eq!(books.correct_clock().expect("corrected"), ahead);
    assert_eq!(books.correct_clock().map_err(|f| f.code), Err(code::CLOCK_RIGHT));
    pack(&mut books, &Disk, &office.out, &[Case::new("later", Channel::Paper, Outcome::Answered)], "b").expect("packed");
    assert_eq!(books.verify_chain(None).expect("walked").breaks, []);
    let packed = books.parcel(&number("R08-0004")).expect("asked").expect("there").packed_at;
    assert_eq!(packed, office.clock.now_ms(), "by the right clock again");
}

fn a_clock_that_was_set_back_stops_numbering_and_nothing_else(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    office.clock.advance(-2_000);
    books.numbering(date(2026, 11, 20)).expect("time servers do this");
    office.clock.advance(-3_600_000);
    assert_eq!(books.numbering(date(2026, 11, 20)).map_err(|f| f.code).err(), Some(code::CLOCK));
    books.note(&number("R08-0001"), &Event::Sent(Note::default())).expect("what is done can be noted");
    let rows = books.rows(0, 0).expect("rows");
    assert!(rows.windows(2).all(|pair| pair[0].at <= pair[1].at), "times never run back in the ledger");
}

#[test]
fn a_second_process_is_told_that_the_office_is_in_use() {
    if let Ok(office) = std::env::var("FUKAN_TEST_OFFICE") {
        let told = Lock::take(std::path::Path::new(&office)).map_err(|f| f.code.as_str()).err();
        println!("told={}", told.unwrap_or("nothing"));
        return;
    }
    let office = Office::new();
    let second = || {
        let mut command = std::process::Command::new(std::env::current_exe().expect("this test"));
        command
            .args(["--exact", "a_second_process_is_told_that_the_office_is_in_use", "--nocapture"])
            .env("FUKAN_TEST_OFFICE", &office.folder);
        String::from_utf8(command.output().expect("ran").stdout).expect("text")
    };
    let lock = Lock::take(&office.folder).expect("free");
    assert!(second().contains("told=FK-6003"));
    drop(lock);
    assert!(second().contains("told=nothing"));
}

#[test]
fn a_writer_beside_us_is_told_as_in_use_and_nothing_is_lost() {
    let office = Office::new();
    let mut books = office.books();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let mut other = runtime.block_on(AnyConnection::connect(&format!("sqlite:{}", office.database().display()))).expect("opens");
    runtime.block_on(sqlx::query("BEGIN IMMEDIATE").execute(&mut other)).expect("held");
    assert_eq!(books.note(&number("R08-0001"), &Event::Sent(Note::default())).map_err(|f| f.code), Err(code::IN_USE));
    runtime.block_on(sqlx::query("COMMIT").execute(&mut other)).expect("free");
    books.note(&number("R08-0001"), &Event::Sent(Note::default())).expect("now");
    assert_eq!(books.verify_chain(None).expect("read").breaks, []);
}

// ---- secrets -----------------------------------------------------------------------------------------------------------

#[test]
fn the_database_holds_no_name_no_birth_date_and_no_password() {
    let office = Office::new();
    let mut books = office.books();
    let password = fukan::seal::Password::random(&SeededEntropy::new("password"));
    let mut case = Case::new("K-0001", Channel::Email, Outcome::Answered);
    case.record = r#"{"kana":"ヤマダ タロウ","name":"山田 太郎","birth":"1980-03-02","answer":"2010-04-01"}"#.into();
    pack(&mut books, &Disk, &office.out, &[case], "a").expect("packed");
    let sealed = books.keys().office().seal_password("R08-0002", 1, &password, &SeededEntropy::new("seal"));
    tamper_password(&office, &sealed);
    drop(books);
    let bytes = std::fs::read(office.database()).expect("database");
    let held = |text: &str| {
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        [text.as_bytes(), &utf16, &cp932].iter().any(|form| bytes.windows(form.len()).any(|window| window == *form))
    };
    for secret in ["ヤマダ", "タロウ", "山田", "太郎", "1980-03-02", "2010-04-01", "佐藤", "花子", "kusa no to", "資格取得年月日"]
    {
        assert!(!held(secret), "{secret} stands in the database");
    }
    assert!(!held(password.expose()), "the password stands in the database");
    assert!(held("K-0001"), "the search itself works");
}

fn tamper_password(office: &Office, sealed: &[u8]) {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let mut connection = AnyConnection::connect(&format!("sqlite:{}", office.database().display())).await.expect("opens");
        let insert = sqlx::query("INSERT INTO passwords (number, revision, sealed, retired_at) VALUES ('R08-0002', 1, $1, 0)")
            .bind(sealed.to_vec());
        insert.execute(&mut connection).await.expect("inserted");
        connection.close().await.expect("closed");
    });
}

#[test]
fn a_deleted_password_is_overwritten() {
    let office = Office::new();
    interrupted(&office, 0);
    let held = |office: &Office| std::fs::read(office.database()).expect("database").windows(12).any(|w| w == b"PLANTED-BLOB");
    assert!(held(&office));
    office.books().recover(&Disk, false).expect("released");
    assert!(!held(&office), "secure_delete");
    assert!(!office.folder.join("office.db-journal").exists());
}

fn rotation_replaces_live_passwords_and_destroys_retired_ones(on: Keeper) {
    let office = Office::on(on);
    let mut books = office.books();
    pack(&mut books, &Disk, &office.out, &three(), "a").expect("packed");
    let (rows, _) = vault_and_keys();
    let rotation = vault::rotate(&rows, PASSPHRASE, Params::LEAST, &SeededEntropy::new("rotation")).expect("rotated");
    let mut live = books.live_passwords().expect("live");
    assert_eq!(live.len(), 1);
    assert!(books.rotate(&rotation.rows, &[]).is_err(), "none may be forgotten");
    live[0].sealed = b"sealed anew".to_vec();
    books.rotate(&rotation.rows, &live).expect("rotated");
    assert_eq!(books.password(&number("R08-0001")).expect("asked").expect("there").sealed, b"sealed anew");
    assert_eq!(books.vault().expect("rows"), rotation.rows);
    assert_eq!(books.verify_chain(None).expect("read").breaks, [], "old rows still verify");
}
