//! 人が書いた番号: what people write for a number of ours, in small letters too. Of the wrong kind, it says which is wanted.

use super::words::{Number, Reception};
use crate::base::fault::FileName;
use crate::base::{Arg, Fault, code};

/// 発送番号 as a person writes it; FK-6070 for anything else, such as a 照会番号.
pub fn parcel_number(text: &str) -> Result<Number, Fault> {
    plain(text).parse().map_err(|_| other_kind(text, "発送番号（例: R08-0012）"))
}

/// 受付番号 as a person writes it.
pub fn reception(text: &str) -> Option<Reception> {
    plain(text).parse().ok()
}

/// 照会番号 or 受付番号 as a person writes it; FK-6070 for nothing. A case whose 照会番号 may not be written down has an empty one.
pub fn case_name(text: &str) -> Result<&str, Fault> {
    match text.trim() {
        "" => Err(Fault::new(code::USAGE).with("why", Arg::ours("番号が空です")).with("words", Arg::ours(CASE))),
        name => Ok(name),
    }
}

/// FK-6070 where a 発送番号 was written for a case.
pub(super) fn case_wanted(text: &str) -> Option<Fault> {
    parcel_number(text).ok().map(|_| other_kind(text, CASE))
}

const CASE: &str = "照会番号又は受付番号（例: U08-0021）";

fn plain(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

fn other_kind(text: &str, wanted: &'static str) -> Fault {
    let given = Arg::plain(FileName::named(text, 1).as_str());
    Fault::new(code::USAGE).with("why", Arg::ours("番号の種類が違います")).with("given", given).with("words", Arg::ours(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_are_read_and_other_kinds_are_told() {
        assert_eq!(parcel_number(" r08-0012 ").map(|number| number.to_string()), Ok("R08-0012".into()));
        assert_eq!(reception("u08-0021").map(|reception| reception.to_string()), Some("U08-0021".into()));
        for wrong in ["K-0002", "U08-0001", "R8-1", "", "R08-0001-1"] {
            assert_eq!(parcel_number(wrong).map_err(|fault| fault.code), Err(code::USAGE), "{wrong}");
        }
        assert!(case_wanted("r08-0001").is_some() && case_wanted("K-0001").is_none());
    }
}
