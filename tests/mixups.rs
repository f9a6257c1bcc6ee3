//! 取り違え: twelve ways to put the right letter into the wrong envelope, each tried twice.
//!
//! - As damage to finished files by somebody without keys: `fukan verify` finds it and names the number; all but the print file's and
//!   the vault's also when the hashes of the files are left out, by the contents alone.
//! - As a fault of the program, with database, hashes and MACs made consistently wrong: the gate alone finds it, where a later
//!   `verify` could not.

#[path = "mixups/bugs.rs"]
mod bugs;
#[path = "mixups/damage.rs"]
mod damage;
#[path = "mixups/finished.rs"]
mod finished;
mod support;

use bugs::Shop;
use finished::Finished;
use fukan::seal::PackageKind;
use std::collections::BTreeSet;

/// One way to mix something up.
struct MixUp {
    /// What it is.
    name: &'static str,
    /// Done to finished files. Returns the names that `verify` must tell.
    damage: fn(&Finished) -> BTreeSet<String>,
    /// Whether the contents alone tell, without the hashes of the files.
    by_contents: bool,
    /// Done by a fault of the program.
    bug: fn(&Shop) -> bugs::Told,
    /// Whether nothing but the gate can find that: a later `verify` believes it.
    gate_alone: bool,
}

const MIX_UPS: [MixUp; 12] = [
    MixUp { name: "two packages", damage: damage::packages, by_contents: true, bug: bugs::packages, gate_alone: true },
    MixUp {
        name: "two enclosures of one cover",
        damage: damage::enclosures,
        by_contents: true,
        bug: bugs::enclosures,
        gate_alone: true,
    },
    MixUp {
        name: "two .eml attachments",
        damage: damage::attachments,
        by_contents: true,
        bug: bugs::attachments,
        gate_alone: false,
    },
    MixUp { name: "cover of A, reply of B", damage: damage::cover, by_contents: true, bug: bugs::cover, gate_alone: true },
    MixUp {
        name: "passwords of A and B",
        damage: damage::passwords,
        by_contents: false,
        bug: bugs::passwords,
        gate_alone: false,
    },
    MixUp { name: "one digit of a reply", damage: damage::digit, by_contents: true, bug: bugs::digit, gate_alone: true },
    MixUp { name: "the mail's To", damage: damage::mail_to, by_contents: true, bug: bugs::mail_to, gate_alone: true },
    MixUp {
        name: "目録 of A in the archive of B", damage: damage::index, by_contents: true, bug: bugs::index, gate_alone: true
    },
    MixUp {
        name: "call sheet of A under B",
        damage: damage::call_sheet,
        by_contents: true,
        bug: bugs::call_sheet,
        gate_alone: true,
    },
    MixUp { name: "two printed letters", damage: damage::printed, by_contents: false, bug: bugs::printed, gate_alone: true },
    MixUp {
        name: "a reply under another number",
        damage: damage::number,
        by_contents: true,
        bug: bugs::number,
        gate_alone: true,
    },
    MixUp { name: "paper to another city", damage: damage::city, by_contents: true, bug: bugs::city, gate_alone: true },
];

#[test]
fn twelve_mix_ups_of_finished_files_are_found_by_verify() {
    PackageKind::ALL.into_iter().for_each(found_by_verify);
}

fn found_by_verify(package: PackageKind) {
    let finished = Finished::new(package);
    assert_eq!(finished.verify(), (0, BTreeSet::new()), "undamaged");
    let mut found = 0;
    for mix_up in &MIX_UPS {
        finished.restore();
        let named = (mix_up.damage)(&finished);
        assert_eq!(finished.verify(), (3, named.clone()), "{}", mix_up.name);
        if mix_up.by_contents {
            let numbers: BTreeSet<String> = named.into_iter().filter(|name| name.starts_with('R')).collect();
            assert_eq!(finished.wrong_by_contents(&numbers), numbers, "{}, without the hashes of the files", mix_up.name);
        }
        found += 1;
    }
    finished.restore();
    assert_eq!(finished.verify(), (0, BTreeSet::new()), "restored");
    println!("{}: {found}/12 found by verify", package.id());
}

/// For people, too: the number and what to do stand on the screen.
#[test]
fn a_clerk_reads_which_number_is_wrong() {
    let finished = Finished::new(PackageKind::Zip);
    let named = damage::digit(&finished);
    let run = finished.run_verify([] as [&str; 0]).expect_code(3);
    let number = named.iter().find(|name| name.starts_with('R')).expect("a number");
    assert!(run.out().contains(number.as_str()) && run.err().contains(number.as_str()), "{}{}", run.out(), run.err());
    assert!(run.err().contains("FK-6021"), "{}", run.err());
}

/// What does not belong: a file, an entry, an entry in clear.
#[test]
fn what_nobody_listed_is_found() {
    for package in PackageKind::ALL {
        let finished = Finished::new(package);
        for damage in [damage::file_in_a_parcel, damage::file_in_the_root, damage::entry_in_clear, damage::entry_gone] {
            finished.restore();
            let named = damage(&finished);
            assert_eq!(finished.verify(), (3, named), "{}", package.id());
        }
    }
}

#[test]
fn twelve_mix_ups_by_the_program_are_found_by_the_gate() {
    for package in PackageKind::ALL {
        let shop = Shop::new(package);
        let mut found = 0;
        for mix_up in &MIX_UPS {
            let told = (mix_up.bug)(&shop);
            assert_eq!(told.proved_afterwards, mix_up.gate_alone, "{}: made consistently, or it proves little", mix_up.name);
            assert_eq!(told.gate.as_deref(), Some("FK-6020"), "{}", mix_up.name);
            found += 1;
        }
        println!("{}: {found}/12 found by the gate", package.id());
    }
}

/// In a package the place of a letter is told by its number, its order and the listing: all of them wrong together is found too.
#[test]
fn letters_in_each_others_place_are_found_by_the_gate() {
    for package in PackageKind::ALL {
        let shop = Shop::new(package);
        let told = bugs::places(&shop);
        assert!(told.gate.as_deref() == Some("FK-6020") && told.proved_afterwards, "{}", package.id());
        // Entries of an archive are known by their names, sections by their order.
        let told = bugs::order(&shop);
        assert!(told.gate.as_deref() == Some("FK-6020") && told.proved_afterwards, "{}", package.id());
    }
}

/// The positive twin: what is right passes, of every channel and size.
#[test]
fn what_is_right_passes_the_gate() {
    for package in PackageKind::ALL {
        let shop = Shop::new(package);
        for right in bugs::RIGHT {
            let told = shop.right(right);
            assert_eq!(told.gate, None, "{} {right:?}", package.id());
            assert!(told.proved_afterwards, "{} {right:?}", package.id());
        }
    }
}

/// A cover letter or 目録 that counts wrongly, or an envelope with one letter more, does not pass.
#[test]
fn the_listing_must_reconcile() {
    for package in PackageKind::ALL {
        let shop = Shop::new(package);
        for told in [bugs::counts(&shop), bugs::one_letter_more(&shop), bugs::one_letter_less(&shop), bugs::entry_in_clear(&shop)]
        {
            assert_eq!(told.gate.as_deref(), Some("FK-6020"), "{}", package.id());
        }
        for (cases, line) in [
            (&["E-19", "E-20", "E-21"][..], "照会3件のうち、回答3件（該当なしを含む）"),
            (&["E-01", "E-02"][..], "照会2件のうち、回答2件（該当なしを含む）"),
        ] {
            assert!(shop.listing(cases).contains(line), "{}", shop.listing(cases));
        }
    }
}
