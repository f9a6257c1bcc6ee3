//! 既知の案件: what the ledger knows of a case before it is judged.

use super::db::values;
use super::open::Books;
use super::state::CaseRow;
use super::tables::{case_columns, case_row};
use super::words::{Digest, Number, Outcome, Reception};
use crate::base::Fault;

/// 既知かどうか. A case is known by id + received.at + requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Never seen: it gets a 受付番号.
    New,
    /// Never seen, but the same id stands in the ledger with another requester or date (FK-6011 warns): it gets a 受付番号 too.
    SameIdOther {
        /// The other case.
        reception: Reception,
    },
    /// 済み: the same content was issued. Nothing to do (`--again` reissues).
    SameContent {
        /// 受付番号.
        reception: Reception,
        /// The parcel that carries it.
        number: Number,
        /// What became of it.
        outcome: Outcome,
    },
    /// 継続: seen before, and not answered for good.
    Continues {
        /// The same 受付番号 again.
        reception: Reception,
        /// Our last letter, when there was one: the reply cites it.
        previous: Option<(Number, Outcome)>,
        /// When it was first seen.
        first_at: i64,
        /// The deadline it came with.
        deadline: i64,
    },
    /// 回答後の変更: refused (FK-6010) unless it corrects that number.
    ChangedAfterAnswer {
        /// 受付番号.
        reception: Reception,
        /// The parcel that carries the first answer.
        number: Number,
        /// What that answer was.
        outcome: Outcome,
    },
}

impl Known {
    /// The case itself, when it was seen before.
    pub fn reception(&self) -> Option<&Reception> {
        match self {
            Self::New | Self::SameIdOther { .. } => None,
            Self::SameContent { reception, .. }
            | Self::Continues { reception, .. }
            | Self::ChangedAfterAnswer { reception, .. } => Some(reception),
        }
    }
}

impl Books {
    /// What is known of a case: its key, its content in whatever form the ledger may have it, and (for the warning) its id.
    pub fn known(&mut self, case: &Digest, contents: &[Digest], id: &str) -> Result<Known, Fault> {
        if let Some(row) = self.case_by_key(case)? {
            return Ok(judge(row, contents));
        }
        let by_id =
            concat!("SELECT ", case_columns!(), " FROM cases WHERE id = $1 ORDER BY first_at DESC, reception DESC LIMIT 1");
        let other = if id.is_empty() { None } else { self.db.row(by_id, values![id])? };
        Ok(match other {
            Some(row) => Known::SameIdOther { reception: case_row(&row)?.reception },
            None => Known::New,
        })
    }

    /// One case by its key.
    pub fn case_by_key(&mut self, case: &Digest) -> Result<Option<CaseRow>, Fault> {
        let statement = concat!("SELECT ", case_columns!(), " FROM cases WHERE case_key = $1");
        self.db.row(statement, values![case.to_string()])?.map(|row| case_row(&row)).transpose()
    }

    /// 二重受付の疑い (FK-6012): other cases of the same requester about the same person and items.
    pub fn double_entries(
        &mut self,
        case: &Digest,
        requester: &Digest,
        person: &Digest,
        items: &Digest,
    ) -> Result<Vec<CaseRow>, Fault> {
        let statement = concat!(
            "SELECT ",
            case_columns!(),
            " FROM cases WHERE person = $1 AND requester = $2 AND items = $3 AND case_key <> $4 ORDER BY reception"
        );
        let values = values![person.to_string(), requester.to_string(), items.to_string(), case.to_string()];
        self.db.rows(statement, values)?.iter().map(case_row).collect()
    }
}

fn judge(case: CaseRow, contents: &[Digest]) -> Known {
    let same = case.fingerprint.is_some_and(|own| contents.contains(&own));
    match (case.outcome, case.number) {
        (Some(outcome @ (Outcome::Answered | Outcome::NotFound | Outcome::AskMore)), Some(number)) if same => {
            Known::SameContent { reception: case.reception, number, outcome }
        }
        (Some(outcome @ (Outcome::Answered | Outcome::NotFound)), Some(number)) => {
            Known::ChangedAfterAnswer { reception: case.reception, number, outcome }
        }
        // Held after a request for more still cites that request: no other letter of ours can stand before a held case.
        (Some(_), Some(number)) => {
            let previous = Some((number, Outcome::AskMore));
            Known::Continues { reception: case.reception, previous, first_at: case.first_at, deadline: case.deadline }
        }
        (_, _) => {
            Known::Continues { reception: case.reception, previous: None, first_at: case.first_at, deadline: case.deadline }
        }
    }
}
