//! 金庫の仕事: passphrases come and go, keys are renewed, and what was put where it does not belong is named. All through the command line.

mod support;

use serde_json::Value;
use std::fs;
use support::database::tamper;
use support::leak::{Planted, Scan};
use support::premises::{PASSPHRASE, Premises};

const NEW: &str = "shizukasa ya iwa ni shimiiru";
const THIRD: &str = "samidare wo atsumete hayashi";

/// Whether what stands in this file opens the office.
fn opens(office: &Premises, secret: &str) -> bool {
    let run = office.command(&format!("ledger verify --office {{O}} --passphrase-file {{{secret}}}")).run();
    match run.code {
        Some(0) => true,
        Some(4) if run.err().contains("FK-5010") => false,
        _ => panic!("{}{}", run.out(), run.err()),
    }
}

fn slots(office: &Premises, secret: &str) -> Vec<(i64, String, bool)> {
    let listed = office.json(&format!("vault passphrase --list --office {{O}} --passphrase-file {{{secret}}}"), 0);
    let slot =
        |row: &Value| (row["slot"].as_i64().expect("n"), row["kind"].as_str().expect("word").to_owned(), row["opened"] == true);
    listed.iter().map(slot).collect()
}

#[test]
fn a_passphrase_is_changed_and_the_old_one_opens_nothing() {
    let office = Premises::new();
    office.pack(&["E-03"], "");
    let told = office.password("R08-0001");
    office.secret("new", NEW);
    office.secret("recovery", &office.recovery);
    office.run("vault passphrase --office {O} --passphrase-file {p} --new-passphrase-file {new}", 0);
    assert!(!opens(&office, "p") && opens(&office, "new") && opens(&office, "recovery"));
    office.secret("p", NEW);
    assert_eq!(office.password("R08-0001"), told, "the keys are the same");
    office.run("verify {OUT} --office {O} --passphrase-file {p} --cases {cases.json}", 0);
    office.run("vault check --office {O} --passphrase-file {p}", 0);
}

#[test]
fn both_may_come_by_standard_input_line_by_line() {
    let office = Premises::new();
    let lines = format!("{PASSPHRASE}\r\n{NEW}\nwhat follows is nobody's\n");
    let run = office.command("vault passphrase --office {O}").stdin(lines).run().expect_code(0);
    let scan = Scan::new([Planted::text("the old passphrase", PASSPHRASE), Planted::text("the new passphrase", NEW)]);
    scan.stream("stdout", &run.stdout).assert_none();
    scan.stream("stderr", &run.stderr).assert_none();
    scan.folder(&office.path("office")).assert_none();
    assert!(!opens(&office, "p"));
    office.secret("p", NEW);
    assert!(opens(&office, "p"));
    let none = office.command("vault passphrase --office {O}").stdin(format!("{NEW}\n")).run().expect_code(4);
    assert!(none.err().contains("FK-5011"), "{}", none.err());
    assert!(opens(&office, "p"), "nothing was changed");
}

#[test]
fn who_forgot_the_passphrase_has_the_recovery_code() {
    let office = Premises::new();
    office.secret("recovery", &office.recovery.to_lowercase());
    office.secret("new", NEW);
    office.run("vault passphrase --office {O} --passphrase-file {recovery} --new-passphrase-file {new}", 0);
    assert!(!opens(&office, "p") && opens(&office, "new") && opens(&office, "recovery"));
    assert_eq!(slots(&office, "recovery"), [(1, "passphrase".into(), false), (2, "recovery".into(), true)]);
    // It was read aloud or typed: a new one takes its place.
    let made = office.json("vault passphrase --recovery --office {O} --passphrase-file {new}", 0);
    office.secret("again", made[0]["recovery_code"].as_str().expect("a code"));
    assert!(!opens(&office, "recovery") && opens(&office, "again"));
    // Keys are not renewed by it: the other passphrases would all be lost.
    let refused = office.run("vault rotate --office {O} --passphrase-file {again}", 4);
    assert!(refused.err().contains("FK-5020"), "{}", refused.err());
}

#[test]
fn passphrases_of_several_clerks() {
    let office = Premises::new();
    let act = |words: &str, code: i32| office.run(&format!("vault passphrase --office {{O}} --passphrase-file {words}"), code);
    office.secret("new", NEW);
    office.secret("third", THIRD);
    office.secret("recovery", &office.recovery);
    act("{p} --add --new-passphrase-file {new}", 0);
    assert!(opens(&office, "p") && opens(&office, "new"));
    assert_eq!(slots(&office, "new").iter().map(|slot| slot.0).collect::<Vec<_>>(), [1, 2, 3]);
    // Each changes the own one; with the recovery code it has to be said which.
    assert!(act("{recovery} --new-passphrase-file {third}", 4).err().contains("FK-5016"));
    assert!(act("{p} --replace 2 --new-passphrase-file {third}", 4).err().contains("FK-5016"), "the recovery code's slot");
    act("{recovery} --replace 3 --new-passphrase-file {third}", 0);
    assert!(opens(&office, "p") && !opens(&office, "new") && opens(&office, "third"));
    act("{p} --remove 3", 0);
    assert!(opens(&office, "p") && !opens(&office, "third"));
    for (words, code) in [
        ("{p} --remove 1", "FK-5017"),
        ("{p} --remove 7", "FK-5016"),
        ("{p} --new-passphrase-file {p}", "FK-5019"),
        ("{p} --add --new-passphrase-file {p}", "FK-5019"),
        ("{third} --recovery", "FK-5010"),
    ] {
        assert!(act(words, 4).err().contains(code), "{words}");
    }
    office.secret("weak", "short");
    assert!(act("{p} --new-passphrase-file {weak}", 4).err().contains("FK-5014"));
    assert!(opens(&office, "p"), "refusals change nothing");
    act("{p} --add --remove 1", 2);
}

/// R08-0001 was reissued as R08-0002 (its password is retired); R08-0003 lives.
fn reissued() -> Premises {
    let office = Premises::new();
    office.pack(&["E-03", "E-06"], "");
    office.pack(&["E-03"], "--again --case E-03");
    office
}

#[test]
fn new_keys_keep_the_live_destroy_the_retired_and_prove_the_old() {
    let office = reissued();
    office.secret("second", NEW);
    office.secret("recovery", &office.recovery);
    office.run("vault passphrase --add --office {O} --passphrase-file {p} --new-passphrase-file {second}", 0);
    let before = ["R08-0002", "R08-0003"].map(|number| office.password(number));
    let older = fs::read(office.database()).expect("a copy");
    office.run("verify {OUT} --office {O} --passphrase-file {p}", 0);
    let rotated = office.json("vault rotate --office {O} --passphrase-file {p}", 0).remove(0);
    assert_eq!((&rotated["kept"], &rotated["destroyed"], &rotated["closed"]), (&2.into(), &1.into(), &serde_json::json!([3])));
    assert_eq!(["R08-0002", "R08-0003"].map(|number| office.password(number)), before, "what lives is told as before");
    let verified = office.json("verify {OUT} --office {O} --passphrase-file {p}", 1);
    let result = |name: &str| verified.iter().find(|one| one["name"] == name).expect(name)["result"].clone();
    assert_eq!(["R08-0001", "R08-0002", "R08-0003"].map(result), ["not_provable", "proved", "proved"]);
    office.run("ledger verify --office {O} --passphrase-file {p}", 0);
    let checked = office.json("vault check --office {O} --passphrase-file {p}", 0).remove(0);
    assert_eq!((&checked["live"], &checked["retired"], &checked["faults"]), (&2.into(), &0.into(), &serde_json::json!([])));
    office.secret("code", rotated["recovery_code"].as_str().expect("a code"));
    assert!(opens(&office, "code") && !opens(&office, "recovery") && !opens(&office, "second"));
    // The office goes on: same content is known, what is new gets its number.
    office.pack(&["E-03", "E-05"], "");
    // An old copy of the retired row brings nothing back.
    fs::write(office.path("older.db"), older).expect("written");
    let attach = format!("ATTACH '{}' AS older", office.path("older.db").display());
    tamper(&office.database(), &[&attach, "INSERT INTO passwords SELECT * FROM older.passwords WHERE number = 'R08-0001'"]);
    let verified = office.json("verify {OUT}/email/R08-0001 --office {O} --passphrase-file {p}", 1);
    assert_eq!(verified[0]["result"], "not_provable");
    let found = office.json("vault check --office {O} --passphrase-file {p}", 4).remove(0);
    assert_eq!(found["faults"][0]["code"], "FK-5013", "{found}");
}

#[test]
fn what_was_put_where_it_does_not_belong_is_named() {
    let office = reissued();
    let clean = fs::read(office.database()).expect("a copy");
    office.run("vault check --office {O} --passphrase-file {p}", 0);
    let swap = [
        "UPDATE passwords SET sealed = (SELECT sealed FROM passwords p WHERE p.number = 'R08-0003') WHERE number = 'R08-0002'",
        "UPDATE passwords SET sealed = zeroblob(length(sealed)) WHERE number = 'R08-0003'",
    ];
    type Tampered<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);
    let cases: [Tampered<'_>; 7] = [
        (&swap[..1], &[("FK-5022", "R08-0002")]),
        (&swap[1..], &[("FK-5013", "R08-0003")]),
        (&["UPDATE passwords SET revision = 2 WHERE number = 'R08-0003'"], &[("FK-5013", "R08-0003")]),
        (&["DELETE FROM passwords WHERE number = 'R08-0002'"], &[("FK-5023", "R08-0002")]),
        (&["UPDATE passwords SET retired_at = 0 WHERE number = 'R08-0001'"], &[("FK-5024", "R08-0001")]),
        (&["UPDATE passwords SET retired_at = 5 WHERE number = 'R08-0002'"], &[("FK-5024", "R08-0002")]),
        (
            &[
                "UPDATE passwords SET number = 'x' WHERE number = 'R08-0002'",
                "UPDATE passwords SET number = 'R08-0002' WHERE number = 'R08-0003'",
                "UPDATE passwords SET number = 'R08-0003' WHERE number = 'x'",
            ],
            &[("FK-5022", "R08-0002"), ("FK-5022", "R08-0003")],
        ),
    ];
    for (statements, expected) in cases {
        fs::write(office.database(), &clean).expect("put back");
        tamper(&office.database(), statements);
        let checked = office.json("vault check --office {O} --passphrase-file {p}", 4).remove(0);
        let verified = office.json("ledger verify --office {O} --passphrase-file {p}", 4).remove(0);
        assert_eq!(verified["faults"], checked["faults"], "{statements:?}");
        let faults = checked["faults"].as_array().expect("faults");
        let codes: Vec<&str> = faults.iter().map(|fault| fault["code"].as_str().expect("a code")).collect();
        assert_eq!(codes, expected.iter().map(|(code, _)| *code).collect::<Vec<_>>(), "{statements:?}");
        for (fault, (_, number)) in faults.iter().zip(expected) {
            assert!(fault["what"].as_str().expect("text").contains(number), "{statements:?}: {fault}");
        }
    }
}

#[test]
fn an_older_vault_put_back_into_the_database_is_found_and_nothing_is_built_on_it() {
    let office = Premises::new();
    let older = office.path("older.db");
    fs::copy(office.database(), &older).expect("a copy");
    office.secret("new", NEW);
    office.run("vault passphrase --office {O} --passphrase-file {p} --new-passphrase-file {new}", 0);
    // Somebody who knows the old passphrase puts the vault's old rows back.
    let attach = format!("ATTACH '{}' AS older", older.display());
    tamper(
        &office.database(),
        &[
            &attach,
            "DELETE FROM vault",
            "INSERT INTO vault SELECT * FROM older.vault",
            "DELETE FROM vault_slots",
            "INSERT INTO vault_slots SELECT * FROM older.vault_slots",
        ],
    );
    let checked = office.json("vault check --office {O} --passphrase-file {p}", 4).remove(0);
    assert_eq!(checked["faults"][0]["code"], "FK-5021", "{checked}");
    let told = office.run("ledger verify --office {O} --passphrase-file {p}", 4).out();
    assert!(told.contains("保管庫の表が、台帳の記録と合いません"), "{told}");
    office.cases(&["E-03"]);
    for act in [
        "pack {cases.json} --out {OUT}",
        "vault passphrase --recovery",
        "vault passphrase --new-passphrase-file {new}",
        "vault rotate",
    ] {
        let refused = office.run(&format!("{act} --office {{O}} --passphrase-file {{p}}"), 4);
        assert!(refused.err().contains("FK-5021"), "{act}: {}", refused.err());
    }
}

/// What the ledger calls live is not destroyed because a cell says that it is retired; and what it calls retired is not sealed again.
#[test]
fn new_keys_are_not_made_while_a_password_is_not_what_the_ledger_says() {
    let office = reissued();
    let clean = fs::read(office.database()).expect("a copy");
    for edit in [
        "UPDATE passwords SET retired_at = 1 WHERE number = 'R08-0003'",
        "UPDATE passwords SET retired_at = 0 WHERE number = 'R08-0001'",
        "DELETE FROM passwords WHERE number = 'R08-0003'",
    ] {
        fs::write(office.database(), &clean).expect("put back");
        tamper(&office.database(), &[edit]);
        let before = fs::read(office.database()).expect("a copy");
        let told = office.run("vault rotate --office {O} --passphrase-file {p}", 4).err();
        assert!(told.contains("FK-502"), "{edit}: {told}");
        assert!(fs::read(office.database()).expect("a copy") == before, "{edit}: nothing is changed");
    }
}
