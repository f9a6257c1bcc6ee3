//! 検索: the cases of one person, by the three items. The ledger knows nobody's name: the pseudonym is computed again and looked up.

use super::bureau::{Bureau, Seams};
use super::plan::person;
use crate::base::fault::FileName;
use crate::base::{Arg, At, Fault, code};
use crate::books::{Books, CaseFilter, CaseRow};
use crate::intake::admit::{Admission, admit_items, admit_subject};
use crate::notice::Subject;
use std::path::Path;

/// More than this is no person.
const LARGEST: u64 = 64 * 1024;

/// Reads the person out of a JSON file.
pub fn subject_in(file: &Path, bureau: &Bureau, seams: &Seams) -> Result<Subject, Vec<Fault>> {
    let name = FileName::new(file, 1);
    let within = |fault: Fault| fault.within(&name, At::Case(1));
    let unreadable = |error| vec![within(Fault::new(code::FILE_UNREADABLE).with("system", Arg::system(&error)))];
    let json = zeroize::Zeroizing::new(seams.store.read(file, LARGEST).map_err(unreadable)?);
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&json);
    admit_subject(json, &admission(bureau)).map_err(|faults| faults.into_iter().map(within).collect())
}

/// Reads the person out of three lines.
pub fn subject_of(kana: &str, birth: &str, sex: &str, bureau: &Bureau) -> Result<Subject, Vec<Fault>> {
    admit_items(kana, birth, sex, &admission(bureau))
}

fn admission(bureau: &Bureau) -> Admission<'_> {
    Admission { catalogue: &bureau.catalogue, insurer: &bureau.office.insurer, records_at: None }
}

/// Every case about this person, oldest first.
pub fn find(subject: &Subject, books: &mut Books) -> Result<Vec<CaseRow>, Fault> {
    let person = person(subject, books.keys()).ok_or_else(|| Fault::new(code::NO_PERSON))?;
    let mut found: Vec<CaseRow> = Vec::new();
    loop {
        let after = found.last().map(|case| case.reception.clone());
        let page = books.cases(&CaseFilter { person: Some(person), after, limit: 1_000, ..CaseFilter::default() })?;
        if page.is_empty() {
            return Ok(found);
        }
        found.extend(page);
    }
}
