//! 台帳: what was done to it is named, a person's cases are found, it goes into a spreadsheet, and goes on after a restored backup. All
//! through the command line.

mod support;

use fukan::base::Store;
use fukan::desk::{Bureau, Seams, hand};
use fukan::world::{Disk, SystemClock, SystemEntropy, passphrase_file};
use serde_json::Value;
use std::fs;
use std::sync::Arc;
use support::database::tamper;
use support::office::{Failing, Faulty};
use support::premises::{PASSPHRASE, Premises};
use support::{Fukan, files_under};

const VERIFY: &str = "ledger verify --office {O} --passphrase-file {p}";

/// R08-0001 by mail, R08-0002 on paper; seven rows or more.
fn office() -> Premises {
    let office = Premises::new();
    office.pack(&["E-03", "E-07"], "");
    office
}

fn breaks(office: &Premises) -> Vec<(i64, String)> {
    let verified = office.json(VERIFY, 4).remove(0);
    let what = |found: &Value| (found["row"].as_i64().expect("n"), found["what"].as_str().expect("word").to_owned());
    verified["breaks"].as_array().expect("breaks").iter().map(what).collect()
}

#[test]
fn what_was_done_to_a_row_is_named() {
    let (office, other) = (office(), office());
    let clean = fs::read(office.database()).expect("a copy");
    fs::copy(other.database(), office.path("other.db")).expect("a copy");
    let attach = format!("ATTACH '{}' AS other", office.path("other.db").display());
    let foreign = "FROM other.events WHERE seq";
    let columns = "at, who, kind, reception, number, detail, prev, tag";
    let up = ["UPDATE events SET seq = -seq WHERE seq >= 3", "UPDATE events SET seq = 1 - seq WHERE seq < 0"];
    let insert = "INSERT INTO events SELECT 3, at + 1, who, 'opened', '', 'R08-0001', '', prev, tag FROM events WHERE seq = 2";
    let foreign_in = format!("INSERT INTO events SELECT 3, {columns} {foreign} = 3");
    let foreign_all = format!("INSERT INTO events SELECT * {foreign} > 0");
    let foreign_one = format!("INSERT INTO events SELECT * {foreign} = 3");
    type Tampered<'a> = (&'a [&'a str], &'a [(i64, &'a str)]);
    let cases: [Tampered<'_>; 8] = [
        (&["UPDATE events SET who = 'nobody' WHERE seq = 3"], &[(3, "edited")]),
        (&["DELETE FROM events WHERE seq = 3"], &[(3, "removed")]),
        (&[up[0], up[1], insert], &[(3, "inserted")]),
        (
            &[
                "UPDATE events SET seq = -3 WHERE seq = 4",
                "UPDATE events SET seq = 4 WHERE seq = 3",
                "UPDATE events SET seq = 3 WHERE seq = -3",
            ],
            &[(3, "moved")],
        ),
        (&["DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)"], &[(-1, "cut")]),
        (&[&attach, "DELETE FROM events WHERE seq = 3", &foreign_one], &[(3, "other_office")]),
        (&[&attach, up[0], up[1], &foreign_in], &[(3, "inserted")]),
        (&[&attach, "DELETE FROM events", &foreign_all], &[(1, "other_office")]),
    ];
    for (statements, expected) in cases {
        fs::write(office.database(), &clean).expect("put back");
        office.run(VERIFY, 0);
        tamper(&office.database(), statements);
        let found = breaks(&office);
        for ((row, what), (at, kind)) in found.iter().zip(expected) {
            assert!(what == kind && (row == at || *at < 0), "{statements:?}: {found:?}");
        }
        assert!(!found.is_empty(), "{statements:?}");
        let told = office.run(VERIFY, 4).out();
        assert!(told.contains("台帳のつながりに誤りが"), "{told}");
    }
}

fn anchor(office: &Premises) -> String {
    let verified = office.json(VERIFY, 0).remove(0);
    format!("{} {}", verified["row"], verified["tag"].as_str().expect("a tag"))
}

#[test]
fn a_copied_anchor_shows_a_cut_tail_and_a_replaced_ledger() {
    let office = office();
    let with = |anchor: &str, code: i32| office.command(VERIFY).arg("--anchor").arg(anchor).run().expect_code(code);
    let (older, copied) = (fs::read(office.database()).expect("a copy"), anchor(&office));
    assert!(with(&copied, 0).out().contains("台帳と同じです"));
    let typed = copied.to_uppercase();
    let (row, tag) = typed.split_once(' ').expect("two words");
    with(&format!("{row}番 {} {}-{}", &tag[..4], &tag[4..8], &tag[8..]), 0);
    office.run("ledger sent R08-0001 R08-0002 --office {O} --passphrase-file {p}", 0);
    with(&copied, 0);
    let newest = anchor(&office);
    // Somebody puts yesterday's database back: in itself it is whole.
    fs::write(office.database(), &older).expect("rolled back");
    office.run(VERIFY, 0);
    assert!(with(&newest, 4).out().contains("より後の記録が切り捨てられています"));
    // And goes on with it.
    office.run("ledger sent R08-0002 R08-0001 --office {O} --passphrase-file {p}", 0);
    office.run(VERIFY, 0);
    let told = with(&newest, 4).out();
    assert!(told.contains("控えた符号と違います"), "{told}");
    for unreadable in ["", "12", "12 0123", "x 0123456789abcdef", "12 0123456789abcdeg"] {
        assert!(with(unreadable, 2).err().contains("FK-6080"), "{unreadable:?}");
    }
}

#[test]
fn a_person_is_found_by_the_three_items_and_none_of_them_is_an_argument() {
    let office = office();
    office.pack(&["E-05"], "");
    let file = |subject: &str| fs::write(office.path("subject.json"), subject).expect("written");
    let cases: Value =
        serde_json::from_slice(&fs::read(support::repo().join("examples/cases.json")).expect("read")).expect("json");
    let subject =
        cases["cases"].as_array().expect("cases").iter().find(|case| case["id"] == "E-07").expect("E-07")["subject"].clone();
    let item = |name: &str| subject[name].as_str().expect(name).to_owned();
    file(&subject.to_string());
    let find = "ledger find --office {O} --passphrase-file {p}";
    let found = office.json(&format!("{find} --subject {{subject.json}}"), 0);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["case"], &found[0]["number"], &found[0]["outcome"]),
        (&"E-07".into(), &"R08-0002".into(), &"answered".into())
    );
    // The same by three lines behind the passphrase; half-width kana are the same name.
    let lines = format!("{PASSPHRASE}\n{}\n{}\n{}\n", item("kana"), item("birth"), item("sex"));
    let run = office.command("ledger find --office {O}").stdin(lines).run().expect_code(0);
    assert!(run.out().contains("E-07") && run.out().contains("1件あります"), "{}", run.out());
    for name in ["kana", "birth"] {
        assert!(!run.out().contains(&item(name)) && !run.err().contains(&item(name)));
    }
    // Another sex is another person; what is no person is refused with its field.
    let sex = if item("sex").contains('男') || item("sex") == "1" { "女" } else { "男" };
    let run = office.command(find).stdin(format!("{}\n{}\n{sex}\n", item("kana"), item("birth"))).run().expect_code(0);
    assert!(run.out().contains("台帳にありません"), "{}", run.out());
    for (subject, code, exit) in [
        (r#"{"kana":"ヤマダ タロウ","birth":"昭和55年月日不詳","sex":"男"}"#, "FK-6081", 3),
        (r#"{"kana":"ヤマダ タロウ","birth":"1980-03-02","sex":"不明"}"#, "FK-6081", 3),
        (r#"{"kana":"ヤマダ タロウ","sex":"男"}"#, "FK-1026", 3),
        (r#"{"kana":"山田太郎","birth":"1980-03-02","sex":"男"}"#, "FK-1104", 3),
        (r#"{"kana":"ヤマダ タロウ","birth":"1980-03-02","sex":"男","number":"123456789018"}"#, "FK-1001", 3),
        (r#"{"kana":"ヤマダ"#, "FK-1020", 3),
    ] {
        file(subject);
        let run = office.command(&format!("{find} --subject {{subject.json}}")).run();
        assert!(run.err().contains(code) && run.code == Some(exit), "{subject}: {:?} {}", run.code, run.err());
        assert!(!run.err().contains("ヤマダ") && !run.err().contains("123456789018"));
    }
    office.run("ledger find --kana x --office {O}", 2);
}

#[test]
fn the_ledger_goes_into_a_spreadsheet_as_text_and_never_over_a_file() {
    let office = Premises::new();
    office.cases(&["E-03", "E-07"]);
    let formula = "=HYPERLINK(\"http://x\";\"y\")";
    let pack = office.command("pack {cases.json} --office {O} --out {OUT} --passphrase-file {p}");
    pack.env("USER", formula).run().expect_code(0);
    let export = |file: &str, more: &str, code: i32| {
        office.run(&format!("ledger export --out {{{file}}} --office {{O}} --passphrase-file {{p}} {more}"), code)
    };
    export("cases.csv", "", 0);
    let bytes = fs::read(office.path("cases.csv")).expect("read");
    assert!(bytes.starts_with(b"\xEF\xBB\xBF") && bytes.ends_with(b"\r\n"));
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(&bytes[3..]).records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0][1], &rows[0][12], &rows[1][12]), ("E-03", "R08-0001", "R08-0002"));
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(text.starts_with("\u{FEFF}\"受付番号\",\"照会番号\",\"受付日時\""), "{text}");
    // Every record, so that the chain can be computed again; what a spreadsheet would calculate is a text and comes back.
    export("records.csv", "--table records", 0);
    let bytes = fs::read(office.path("records.csv")).expect("read");
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(&bytes[3..]).records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), support::database::rows(&office.database(), "SELECT seq FROM events").len());
    assert!(rows[1..].iter().all(|row| &row[2] == format!("'{formula}").as_str()), "{:?}", rows[1]);
    assert!(rows.iter().skip(1).all(|row| fukan::file::listing::written(&row[2]) == formula));
    assert!(rows.windows(2).all(|pair| pair[0][8] == pair[1][7]), "each tag is the next row's tag before");
    export("parcels.csv", "--table parcels", 0);
    // The workbook has all three, as strings, and not one formula.
    export("all.xlsx", "", 0);
    let mut book = zip::ZipArchive::new(fs::File::open(office.path("all.xlsx")).expect("there")).expect("a workbook");
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut book.by_name(name).expect(name), &mut text).expect("text");
        text
    };
    let strings = part("xl/sharedStrings.xml");
    assert!(
        strings.contains("=HYPERLINK(") && strings.contains("R08-0002") && !strings.contains("'=HYPERLINK"),
        "as it was written"
    );
    for n in 1..=3 {
        let page = part(&format!("xl/worksheets/sheet{n}.xml"));
        assert!(!page.contains("<f>") && page.contains("t=\"s\""), "sheet {n}");
    }
    assert!(part("xl/workbook.xml").contains("発送物"));
    for (file, name) in [("cases.csv", "cases.csv"), ("all.xlsx", "all.xlsx")] {
        let refused = export(file, "", 4);
        assert!(refused.err().contains("FK-6069") && refused.err().contains(name), "{}", refused.err());
    }
    export("all.ods", "", 2);
    #[cfg(unix)]
    for file in ["cases.csv", "all.xlsx"] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(office.path(file)).expect("there").permissions().mode() & 0o777, 0o600);
    }
    // Nothing personal that the ledger does not hold.
    let cases: Value = serde_json::from_slice(&fs::read(office.path("cases.json")).expect("read")).expect("json");
    let names = cases["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .flat_map(|case| ["kana", "name"].into_iter().filter_map(|key| case["subject"][key].as_str()));
    for name in names {
        assert!(!strings.contains(name), "a name");
    }
}

#[test]
fn after_a_restored_backup_no_number_is_used_twice() {
    let office = Premises::new();
    office.pack(&["E-03"], "");
    let backup = fs::read(office.database()).expect("a backup");
    office.pack(&["E-05", "E-06"], "");
    // The disk fails; what was sent since the backup is known from paper: R08-0003, U08-0003.
    fs::write(office.database(), backup).expect("restored");
    let resume =
        |more: &str, code: i32| office.run(&format!("ledger resume {more} --office {{O}} --passphrase-file {{p}}"), code);
    for (more, code, fault) in [
        ("--after R08-0001 --reason backup", 2, "FK-6085"),
        ("--after U08-0001 --reason backup", 2, "FK-6085"),
        ("--after nonsense --reason backup", 2, "FK-6008"),
    ] {
        assert!(resume(more, code).err().contains(fault), "{more}");
    }
    resume("--after R08-0003", 2);
    resume("--after R08-0003 --reason because", 2);
    resume("--after R08-0003 --after U08-0003 --reason backup", 0);
    assert!(resume("--after R08-0003 --reason backup", 2).err().contains("FK-6085"), "once");
    office.cases(&["E-07"]);
    office.run("pack {cases.json} --office {O} --out {again} --passphrase-file {p}", 0);
    let found = office.json("ledger list --office {O} --passphrase-file {p}", 0);
    let numbers: Vec<&str> = found.iter().map(|row| row["number"].as_str().expect("a number")).collect();
    assert_eq!(numbers, ["R08-0001", "R08-0004"]);
    let cases = support::database::rows(&office.database(), "SELECT reception FROM cases ORDER BY reception");
    let receptions: Vec<String> = cases.iter().map(|row| sqlx::Row::get(row, 0)).collect();
    assert_eq!(receptions, ["U08-0001", "U08-0004"]);
    office.run(VERIFY, 0);
}

#[test]
fn a_year_that_is_not_over_is_not_closed() {
    let office = office();
    for year in ["R08", "R07", "R99", "2026", "x"] {
        let run = office.run(&format!("ledger year {year} --out {{year.xlsx}} --office {{O}} --passphrase-file {{p}}"), 2);
        assert!(run.err().contains("FK-6082"), "{year}: {}", run.err());
        assert!(!office.path("year.xlsx").exists());
    }
    office.run("ledger year R08 --out {year.csv} --office {O} --passphrase-file {p}", 2);
    let help = Fukan::new(["ledger", "--help"]).run().expect_code(0).out();
    assert!(help.contains("年度を締める"), "{help}");
}

/// A row that nobody wrote, at the lowest or the highest number there is, is named; and the release that it claims releases nobody.
#[test]
fn a_forged_release_outside_of_the_numbers_is_named_and_releases_nobody() {
    let office = Premises::new();
    office.cases(&["E-12"]);
    let pack = "pack {cases.json} --office {O} --out {OUT} --passphrase-file {p}";
    office.run(pack, 1);
    let clean = fs::read(office.database()).expect("a copy");
    let released = "'{\"by\":\"somebody\",\"reason\":\"checked\",\"fingerprint\":\"' || fingerprint || '\"}'";
    for seq in [i64::MIN, -1, 0, 900, i64::MAX] {
        fs::write(office.database(), &clean).expect("put back");
        let forged = format!(
            "INSERT INTO events SELECT {seq}, first_at, 'x', 'permitted', reception, '', {released}, x'00', x'00' FROM cases"
        );
        tamper(&office.database(), &[&forged]);
        assert!(!breaks(&office).is_empty(), "{seq}");
        let told = office.run(pack, 4).err();
        assert!(told.contains("FK-6007"), "{seq}: {told}");
        let numbers = support::database::rows(&office.database(), "SELECT number FROM parcels");
        assert!(numbers.is_empty(), "{seq}");
    }
}

/// An index that rotted says «never seen» of a case that was answered: it is told, and nothing is sent on its word.
#[test]
fn a_rotten_index_answers_nothing_twice() {
    let office = Premises::new();
    office.pack(&["E-03"], "");
    let clean = fs::read(office.database()).expect("a copy");
    let keys = support::database::rows(&office.database(), "SELECT case_key FROM cases");
    let key: String = sqlx::Row::get(&keys[0], 0);
    let found: Vec<usize> = (0..clean.len() - key.len()).filter(|at| clean[*at..].starts_with(key.as_bytes())).collect();
    // In the row of the event, in the case's own and in the index.
    assert!(found.len() >= 3, "{found:?}");
    for at in found {
        let mut rotten = clean.clone();
        rotten[at] ^= 1;
        fs::write(office.database(), &rotten).expect("rotten");
        office.run(VERIFY, 4);
        office.run("pack {cases.json} --office {O} --out {OUT} --passphrase-file {p}", 4);
    }
}

/// What the tables do not show: a head that was set back, and a trigger that acts when a row is written.
#[test]
fn a_head_set_back_and_a_foreign_trigger_are_told() {
    let office = office();
    let clean = fs::read(office.database()).expect("a copy");
    tamper(
        &office.database(),
        &["UPDATE meta SET value = (SELECT '3 ' || lower(hex(tag)) FROM events WHERE seq = 3) WHERE name = 'head'"],
    );
    assert_eq!(breaks(&office).iter().map(|(_, what)| what.as_str()).collect::<Vec<_>>(), ["derived"]);
    fs::write(office.database(), &clean).expect("put back");
    tamper(&office.database(), &["CREATE TRIGGER gone AFTER INSERT ON events BEGIN DELETE FROM passwords; END"]);
    assert!(office.run(VERIFY, 4).err().contains("FK-6002"));
    office.run("pack {cases.json} --office {O} --out {OUT} --passphrase-file {p}", 4);
}

/// The ledger of yesterday, and the letters of today in the output folder: the same command again sends nothing under another number.
#[test]
fn what_a_restored_backup_forgot_is_not_made_again_unasked() {
    let office = Premises::new();
    office.pack(&["E-03"], "");
    let backup = fs::read(office.database()).expect("a backup");
    office.pack(&["E-07"], "");
    fs::write(office.database(), backup).expect("restored");
    for _ in 0..2 {
        let told = office.run("pack {cases.json} --office {O} --out {OUT} --passphrase-file {p}", 4).err();
        assert!(told.contains("FK-6155") && told.contains("R08-0002") && told.contains("ledger resume"), "{told}");
        let numbers = support::database::rows(&office.database(), "SELECT number FROM parcels");
        assert_eq!(numbers.len(), 1);
    }
    office.run("ledger resume --after R08-0002 --reason backup --office {O} --passphrase-file {p}", 0);
    office.run("pack {cases.json} --office {O} --out {OUT} --passphrase-file {p}", 0);
    assert!(office.path("out/paper/R08-0003").exists());
}

/// What the tables say is acted upon behind the walk of the rows alone: an edited promise makes nobody sweep a folder, and no genuine row is
/// added behind an edited one.
#[test]
fn an_edited_table_removes_nothing_and_is_not_written_on() {
    let office = office();
    let victim = office.path("victim");
    fs::create_dir(&victim).expect("a folder");
    fs::write(victim.join("kept"), b"kept").expect("written");
    let clean = fs::read(office.database()).expect("a copy");
    let promised = format!(
        "UPDATE parcels SET state = 'reserved', promise = json_set(promise, '$.temp', '{}') WHERE number = 'R08-0001'",
        victim.display()
    );
    let renamed = [
        "UPDATE cases SET id = 'aside' WHERE id = 'E-03'",
        "UPDATE cases SET id = 'E-03' WHERE id = 'E-07'",
        "UPDATE cases SET id = 'E-07' WHERE id = 'aside'",
    ];
    let sent = ["UPDATE parcels SET sent_at = 1 WHERE number = 'R08-0001'"];
    let commands: [(&[&str], &str); 5] = [
        (&[&promised], "pack {cases.json} --office {O} --out {OUT} --passphrase-file {p}"),
        (&renamed, "ledger close E-03 --reason withdrawn --office {O} --passphrase-file {p}"),
        (&sent, "ledger received R08-0001 --office {O} --passphrase-file {p}"),
        (&sent, "open {OUT}/email/R08-0001/R08-0001.zip --out {opened} --office {O} --passphrase-file {p}"),
        (&sent, "ledger resume --after R08-0009 --reason backup --office {O} --passphrase-file {p}"),
    ];
    let rows = || support::database::rows(&office.database(), "SELECT seq FROM events").len();
    for (statements, command) in commands {
        fs::write(office.database(), &clean).expect("put back");
        tamper(&office.database(), statements);
        let before = rows();
        let told = office.run(command, 4).err();
        assert!(told.contains("FK-6007"), "{command}: {told}");
        assert_eq!(rows(), before, "{command}: nothing was added");
        assert!(victim.join("kept").exists(), "{command}");
        assert!(!office.path("opened").exists() || files_under(&office.path("opened")).is_empty(), "in clear");
    }
}

/// What lies in clear is in the ledger: all documents of a package are laid down and one row tells of it, or none of them lies there.
#[test]
fn a_package_is_opened_whole_or_not_at_all() {
    let office = Premises::new();
    office.pack(&["E-01", "E-02"], "--format zip");
    let package = "open {OUT}/email/R08-0001/R08-0001.zip --office {O} --passphrase-file {p} --out";
    let opened = || support::database::rows(&office.database(), "SELECT seq FROM events WHERE kind = 'opened'").len();
    office.run(&format!("{package} {{first}}"), 0);
    let names: Vec<_> =
        files_under(&office.path("first")).iter().map(|path| path.file_name().expect("a name").to_owned()).collect();
    assert_eq!((names.len(), opened()), (3, 1), "two replies behind a 目録");
    for taken in &names {
        let second = office.path("second");
        fs::create_dir(&second).expect("a folder");
        fs::write(second.join(taken), "mine").expect("written");
        let told = office.run(&format!("{package} {{second}}"), 4).err();
        assert!(told.contains("FK-6069"), "{told}");
        assert_eq!(files_under(&second), [second.join(taken)], "nothing beside it");
        assert_eq!((opened(), fs::read_to_string(second.join(taken)).expect("there")), (1, "mine".to_owned()));
        fs::remove_dir_all(second).expect("gone");
    }
    // A disk that fails: what was laid down goes again.
    let seams = |store: Arc<dyn Store>| {
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        Seams { store, inputs: Arc::new(Disk), clock, entropy, who: "tester".into() }
    };
    let bureau = Bureau::read(&office.path("office"), &Disk).expect("an office");
    let passphrase = passphrase_file(&office.path("p")).expect("a passphrase");
    let mut books = bureau.books(&seams(Arc::new(Disk)), &passphrase).expect("opens");
    let (package, third) = (office.path("out/email/R08-0001/R08-0001.zip"), office.path("third"));
    let mut failed = 0;
    while hand::open(&package, &third, &mut books, &seams(Arc::new(Faulty::new(failed, Failing::Once)))).is_err() {
        let there = if third.exists() { files_under(&third) } else { Vec::new() };
        assert!(there.is_empty(), "call {failed}: {there:?}");
        failed += 1;
    }
    assert!(failed > 6 && files_under(&third).len() == 3, "{failed}");
}

/// An empty name is the name of no case, also where only one is there; blanks around one are nobody's.
#[test]
fn an_empty_name_is_no_case_and_blanks_around_one_are_not_part_of_it() {
    let office = Premises::new();
    office.pack(&["E-07"], "");
    let rows = || support::database::rows(&office.database(), "SELECT seq FROM events").len();
    let before = rows();
    let named = |words: &str, name: &str, code: i32| {
        let run = office.command(&words.replace('@', "--office {O} --passphrase-file {p}")).arg(name).run().expect_code(code);
        (run.out(), run.err())
    };
    for name in ["", " ", "　"] {
        for words in [
            "ledger close --reason withdrawn @",
            "ledger updated @",
            "repack {cases.json} --channel phone --out {OUT} @ --case",
            "pack {cases.json} --again --out {OUT} @ --case",
        ] {
            let told = named(words, name, 2).1;
            // Nothing at all behind an option is clap's to tell.
            assert!(told.contains("FK-6070") && (name.is_empty() || told.contains("番号が空です")), "{words} {name:?}: {told}");
        }
    }
    assert_eq!(rows(), before);
    named("pack {cases.json} --again --out {OUT} @ --case", " e-07 ", 0);
    let told = named("ledger close --reason withdrawn @", " E-07　", 0).0;
    assert!(told.contains("E-07"), "{told}");
    assert_eq!(support::database::rows(&office.database(), "SELECT id FROM cases WHERE closed = 1").len(), 1);
}

/// Whoever can write to the tables sends nobody to another telephone: what is told of a parcel is what its own rows say.
#[test]
fn no_password_and_no_number_to_dial_out_of_an_edited_row() {
    let office = office();
    let (told, password) = ("ledger told R08-0001 --office {O} --passphrase-file {p}", office.password("R08-0001"));
    let clean = fs::read(office.database()).expect("a copy");
    for edit in [
        "UPDATE parcels SET promise = replace(promise, '\"municipality\":\"', '\"municipality\":\"0')",
        "UPDATE parcels SET promise = replace(promise, '\"documents\":[', '\"documents\":[{\"number\":\"x\",\"name\":\"x\",\"kind\":\"reply\",\"mac\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"reception\":null,\"outcome\":null,\"fingerprint\":null,\"follow_up\":false,\"delayed_until\":null},')",
        "UPDATE parcels SET sent_at = 1700000000000",
        "UPDATE parcels SET retired_at = 1700000000000",
        "UPDATE events SET detail = replace(detail, '\"section\":\"', '\"section\":\"x') WHERE kind = 'reserved'",
    ] {
        tamper(&office.database(), &[edit]);
        for words in ["password R08-0001 --office {O} --passphrase-file {p}", told] {
            let run = office.run(words, 4);
            assert!(run.err().contains("FK-6007") && !run.out().contains(&password[..4]), "{edit}: {}{}", run.out(), run.err());
        }
        fs::write(office.database(), &clean).expect("put back");
    }
    office.run(told, 0);
    office.run("ledger sent R08-0001 --office {O} --passphrase-file {p}", 0);
    office.password("R08-0001");
}

/// No paper and no table out of an edited ledger, and numbering does not go on behind it.
#[test]
fn nothing_that_is_kept_is_made_of_an_edited_ledger() {
    let office = office();
    let clean = fs::read(office.database()).expect("a copy");
    for edit in [
        "UPDATE events SET at = at - 2592000000 WHERE seq = 3",
        "DELETE FROM events WHERE seq = 4",
        "UPDATE parcels SET sent_at = 1700000000000",
    ] {
        tamper(&office.database(), &[edit]);
        for words in [
            "ledger export --out {made.xlsx}",
            "incident R08-0001 --out {made.docx}",
            "seal-record R08-0001 --out {made.docx}",
            "ledger resume --after R08-0100 --reason backup",
        ] {
            let run = office.run(&format!("{words} --office {{O}} --passphrase-file {{p}}"), 4);
            assert!(run.err().contains("FK-6007"), "{edit}: {words}: {}", run.err());
            assert!(!office.path("made.xlsx").exists() && !office.path("made.docx").exists(), "{edit}: {words}");
        }
        fs::write(office.database(), &clean).expect("put back");
    }
}
