//! 型の証明: what must not compile does not, and its twin, which differs in just the wrong thing, does.
//!
//! The twins in `compile/pass` are modules of this test: it could not be built if one of them did not compile. Only the cases in
//! `compile/fail` go through trybuild, which then checks and links nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every twin; a case that is missing here is told by [`each_case_has_a_twin_that_differs_in_just_the_wrong_thing`].
macro_rules! twins {
    ($($name:ident)+) => {
        #[allow(dead_code, unused_imports)]
        #[path = "compile/pass"]
        mod pass { $(pub mod $name;)+ }
        const TWINS: &[&str] = &[$(stringify!($name)),+];
    };
}

twins! {
    answer_by_literal
    call_with_the_callers_number
    email_with_an_unsealed_document
    find_before_vet
    gated_by_literal
    kept_by_literal
    mailbox_by_literal
    number_to_dial_by_literal
    password_in_a_message
    personal_in_a_message
    publish_twice
    publish_without_the_gate
    publish_without_the_ledger
    record_without_delivery
    reply_for_an_unmatched_person
    sealed_by_literal
    vetted_by_literal
}

fn cases(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile").join(folder);
    let names = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    names.filter_map(|name| name.to_string_lossy().strip_suffix(".rs").map(str::to_owned)).collect()
}

fn source(folder: &str, case: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/compile/{folder}/{case}.rs"));
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn each_case_has_a_twin_that_differs_in_just_the_wrong_thing() {
    let twins: BTreeSet<String> = TWINS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(cases("pass"), twins, "every twin is compiled");
    assert_eq!(cases("fail"), twins, "every case has its twin");
    for case in &twins {
        let (right, wrong) = (source("pass", case), source("fail", case));
        assert_eq!(right.lines().count(), wrong.lines().count(), "{case}");
        let differing = right.lines().zip(wrong.lines()).filter(|(right, wrong)| right != wrong).count();
        assert!((1..=2).contains(&differing), "{case}: {differing} lines differ");
    }
}

/// For the reason that is meant: the errors are those of types and of privacy, never a name that does not exist.
#[test]
fn they_fail_for_the_right_reason() {
    const MEANT: [&str; 6] = ["E0277", "E0308", "E0382", "E0423", "E0451", "E0603"];
    for case in cases("fail") {
        let told = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/compile/fail/{case}.stderr"));
        let told = fs::read_to_string(&told).unwrap_or_else(|e| panic!("{}: {e}", told.display()));
        let errors: Vec<&str> = told.lines().filter(|line| line.starts_with("error")).collect();
        let meant = |line: &&str| MEANT.iter().any(|code| line.contains(code)) || line.ends_with("due to private fields");
        assert!(!errors.is_empty() && errors.iter().all(meant), "{case}: {errors:?}");
    }
}

#[test]
fn what_must_not_compile_does_not() {
    trybuild::TestCases::new().compile_fail("tests/compile/fail/*.rs");
}
