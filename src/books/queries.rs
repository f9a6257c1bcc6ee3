//! 照会: what can be asked of the ledger.

use super::chain::{Break, Row};
use super::db::{text, values, word};
use super::event::{Event, Permitted, Printed};
use super::open::Books;
use super::root::Root;
use super::state::{CaseRow, ParcelRow, States};
use super::tables::{case_columns, case_row, event_columns, event_row, parcel_columns, parcel_row};
use super::words::{Digest, Number, Outcome, Reception, State};
use super::written;
use crate::base::fault::FileName;
use crate::base::{Arg, Fault, Store, code};

/// How many rows are read at a time where all are wanted.
pub(super) const PAGE: i64 = 1_000;

/// 案件の絞り込み.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// Only this outcome.
    pub outcome: Option<Outcome>,
    /// Only this person.
    pub person: Option<Digest>,
    /// Only this 照会番号.
    pub id: Option<String>,
    /// Only behind this one: the last of the page before.
    pub after: Option<Reception>,
    /// At most so many; 0 = 100.
    pub limit: u32,
}

/// 発送物の絞り込み.
#[derive(Clone, Debug, Default)]
pub struct ParcelFilter {
    /// Only this state.
    pub state: Option<State>,
    /// Only this channel.
    pub channel: Option<super::words::Channel>,
    /// Only behind this one: the last of the page before.
    pub after: Option<Number>,
    /// At most so many; 0 = 100.
    pub limit: u32,
}

/// 未了一覧: what still has to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Nothing was sent yet: received, held, refused. The earliest deadline first.
    pub open: Vec<CaseRow>,
    /// The requester is to answer: 追加情報の依頼.
    pub waiting: Vec<CaseRow>,
    /// 副本の登録・更新.
    pub follow_ups: Vec<CaseRow>,
    /// Packed, not yet marked as sent.
    pub unsent: Vec<ParcelRow>,
    /// 未伝達: sealed, and the password was not told.
    pub untold: Vec<ParcelRow>,
}

/// 作成した人 of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// By the name on that computer.
    pub who: String,
    /// Whether it is who asks, where the parcel lies.
    pub own: bool,
}

impl Books {
    /// One parcel, if the number was ever allotted.
    pub fn parcel(&mut self, number: &Number) -> Result<Option<ParcelRow>, Fault> {
        let statement = concat!("SELECT ", parcel_columns!(), " FROM parcels WHERE number = $1");
        self.db.row(statement, values![number.to_string()])?.map(|row| parcel_row(&row)).transpose()
    }

    /// One case by its 受付番号.
    pub fn case(&mut self, reception: &Reception) -> Result<Option<CaseRow>, Fault> {
        let statement = concat!("SELECT ", case_columns!(), " FROM cases WHERE reception = $1");
        self.db.row(statement, values![reception.to_string()])?.map(|row| case_row(&row)).transpose()
    }

    /// One case by what a person calls it: its 受付番号, or its 照会番号 when only one case has it. Else FK-6008, or FK-6011
    /// with the 受付番号 of all that have it; FK-6070 for no name at all.
    pub fn find_case(&mut self, name: &str) -> Result<CaseRow, Fault> {
        let name = written::case_name(name)?;
        let unknown = || Fault::new(code::NO_NUMBER).with("number", Arg::plain(FileName::named(name, 1).as_str()));
        if let Some(reception) = written::reception(name) {
            return self.case(&reception)?.ok_or_else(unknown);
        }
        let mut found = self.cases(&CaseFilter { id: Some(name.to_owned()), ..CaseFilter::default() })?;
        if found.len() > 1 {
            let receptions: Vec<String> = found.iter().map(|case| case.reception.to_string()).collect();
            let fault = Fault::new(code::SAME_ID).with("count", Arg::count(receptions.len() as u64));
            return Err(fault.with("cases", Arg::plain(receptions.join("、"))));
        }
        found.pop().ok_or_else(|| written::case_wanted(name).unwrap_or_else(unknown))
    }

    /// 解除 of a case, the newest, for the content that it was given for. Epoch milliseconds beside it.
    pub fn permit(&mut self, reception: &Reception, contents: &[Digest]) -> Result<Option<(Permitted, i64)>, Fault> {
        let statement = concat!(
            "SELECT ",
            event_columns!(),
            " FROM events WHERE reception = $1 AND kind = 'permitted' ORDER BY seq DESC LIMIT 1"
        );
        let row = self.db.row(statement, values![reception.to_string()])?.map(|row| event_row(&row)).transpose()?;
        let row = row.map(|row| self.genuine(row)).transpose()?;
        Ok(row.and_then(|row| match row.event() {
            Some(Event::Permitted(permitted)) if contents.contains(&permitted.fingerprint) => Some((permitted, row.at)),
            _ => None,
        }))
    }

    /// Cases in the order of their 受付番号, a page at a time.
    pub fn cases(&mut self, filter: &CaseFilter) -> Result<Vec<CaseRow>, Fault> {
        let statement = concat!(
            "SELECT ",
            case_columns!(),
            " FROM cases WHERE (series, seq) > ($1, $2) AND (CAST($3 AS TEXT) IS NULL OR outcome = $3) \
             AND (CAST($4 AS TEXT) IS NULL OR person = $4) AND (CAST($5 AS TEXT) IS NULL OR id = $5) ORDER BY series, seq LIMIT $6"
        );
        let (series, seq) = filter.after.as_ref().map_or(("", 0), |after| (after.series(), after.seq()));
        let outcome = filter.outcome.map(|outcome| outcome.to_string());
        let (person, id) = (filter.person.map(|person| person.to_string()), filter.id.clone());
        self.db.rows(statement, values![series, seq, outcome, person, id, page(filter.limit)])?.iter().map(case_row).collect()
    }

    /// Parcels in the order of their numbers, a page at a time.
    pub fn parcels(&mut self, filter: &ParcelFilter) -> Result<Vec<ParcelRow>, Fault> {
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE (series, seq) > ($1, $2) AND (CAST($3 AS TEXT) IS NULL OR state = $3) \
             AND (CAST($4 AS TEXT) IS NULL OR channel = $4) ORDER BY series, seq LIMIT $5"
        );
        let (series, seq) = filter.after.as_ref().map_or(("", 0), |after| (after.series(), after.seq()));
        let (state, channel) = (filter.state.map(|state| state.to_string()), filter.channel.map(|channel| channel.to_string()));
        self.db.rows(statement, values![series, seq, state, channel, page(filter.limit)])?.iter().map(parcel_row).collect()
    }

    /// 作成した人, and whether that is who asks now, at the computer where the parcel lies. `None` for what was never packed.
    pub fn maker(&mut self, parcel: &ParcelRow, store: &dyn Store) -> Result<Option<Maker>, Fault> {
        let packed = "SELECT who FROM events WHERE number = $1 AND kind = 'packed' ORDER BY seq DESC LIMIT 1";
        let row = self.db.row(packed, values![parcel.number.to_string()])?;
        let (Some(row), Some(promise)) = (row, &parcel.promise) else { return Ok(None) };
        let who = text(&row, 0)?;
        let own = who == self.who && Root::is_seen(promise, store);
        Ok(Some(Maker { who, own }))
    }

    /// 最後の番号 of all that were ever allotted.
    pub fn last_number(&mut self) -> Result<Option<Number>, Fault> {
        let last = "SELECT number FROM parcels ORDER BY series DESC, seq DESC LIMIT 1";
        self.db.row(last, values![])?.map(|row| word(&row, 0)).transpose()
    }

    /// The cases of a parcel that no later one has answered.
    pub fn standing_cases(&mut self, number: &Number) -> Result<Vec<Reception>, Fault> {
        let mut standing = Vec::new();
        for reception in self.expect_parcel(number)?.receptions() {
            if self.case(&reception)?.is_some_and(|case| case.number.as_ref() == Some(number)) {
                standing.push(reception);
            }
        }
        Ok(standing)
    }

    /// 未発送 behind this number: a page of what is packed, in force and not noted as sent, of any run.
    pub fn unsent_after(&mut self, after: Option<&Number>) -> Result<Vec<ParcelRow>, Fault> {
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND sent_at = 0 AND retired_at = 0 AND (series, seq) > ($1, $2) \
             ORDER BY series, seq LIMIT $3"
        );
        let (series, seq) = after.map_or(("", 0), |after| (after.series(), after.seq()));
        self.db.rows(statement, values![series, seq, PAGE])?.iter().map(parcel_row).collect()
    }

    /// Notices of delay that never left.
    pub fn unsent_notices(&mut self) -> Result<Vec<ParcelRow>, Fault> {
        // Only a document of a delay has a reason; the promise is our own JSON.
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND sent_at = 0 AND retired_at = 0 AND promise LIKE '%\"reason\":\"%' ORDER BY series, seq"
        );
        self.db.rows(statement, values![])?.iter().map(parcel_row).collect()
    }

    /// The last notice of delay about a case that left and still stands.
    pub fn told_delay(&mut self, reception: &Reception) -> Result<Option<ParcelRow>, Fault> {
        if self.case(reception)?.is_none_or(|case| case.delayed_until == 0) {
            return Ok(None);
        }
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND sent_at > 0 AND retired_at = 0 AND promise LIKE $1 ORDER BY packed_at"
        );
        let about = format!("%\"{reception}\"%");
        let parcels =
            self.db.rows(statement, values![about.as_str()])?.iter().map(parcel_row).collect::<Result<Vec<_>, Fault>>()?;
        let tells = |parcel: &ParcelRow| parcel.document(reception).is_some_and(|document| document.delayed_until.is_some());
        Ok(parcels.into_iter().rev().find(tells))
    }

    /// 未了一覧.
    pub fn due(&mut self) -> Result<Due, Fault> {
        let open = concat!(
            "SELECT ",
            case_columns!(),
            " FROM cases WHERE closed = 0 AND outcome IN ('', 'held', 'refused') ORDER BY deadline, reception"
        );
        let waiting = concat!(
            "SELECT ",
            case_columns!(),
            " FROM cases WHERE closed = 0 AND outcome = 'ask_more' ORDER BY deadline, reception"
        );
        let follow_ups = concat!("SELECT ", case_columns!(), " FROM cases WHERE follow_up = 1 ORDER BY first_at, reception");
        let unsent = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND sent_at = 0 AND retired_at = 0 ORDER BY series, seq"
        );
        let untold = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND channel = 'email' AND told_at = 0 AND retired_at = 0 ORDER BY series, seq"
        );
        let mut cases = |statement| self.db.rows(statement, values![])?.iter().map(case_row).collect::<Result<Vec<_>, Fault>>();
        let (open, waiting, follow_ups) = (cases(open)?, cases(waiting)?, cases(follow_ups)?);
        let mut parcels =
            |statement| self.db.rows(statement, values![])?.iter().map(parcel_row).collect::<Result<Vec<_>, Fault>>();
        Ok(Due { open, waiting, follow_ups, unsent: parcels(unsent)?, untold: parcels(untold)? })
    }

    /// 受領未確認: sealed parcels that were sent before this moment and of which nobody said that they were opened.
    pub fn unreceived(&mut self, sent_before: i64) -> Result<Vec<ParcelRow>, Fault> {
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND channel = 'email' AND sent_at > 0 AND sent_at < $1 AND received_at = 0 \
             AND retired_at = 0 ORDER BY series, seq"
        );
        self.db.rows(statement, values![sent_before])?.iter().map(parcel_row).collect()
    }

    /// The rows written from one moment up to another, oldest first: a day of the ledger.
    pub fn rows_between(&mut self, from: i64, to: i64) -> Result<Vec<Row>, Fault> {
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE at >= $1 AND at < $2 ORDER BY seq");
        self.db.rows(statement, values![from, to])?.iter().map(event_row).collect()
    }

    /// 未印刷: packed paper parcels and call sheets that stand in no print file yet, of any run.
    pub fn unprinted(&mut self) -> Result<Vec<ParcelRow>, Fault> {
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND channel IN ('paper', 'phone') AND print_file = '' AND retired_at = 0 ORDER BY series, seq"
        );
        self.db.rows(statement, values![])?.iter().map(parcel_row).collect()
    }

    /// 印刷済み・未発送: printed letters that nobody recorded as sent, of any run.
    pub fn unsent_letters(&mut self) -> Result<Vec<ParcelRow>, Fault> {
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND channel = 'paper' AND print_file <> '' AND sent_at = 0 AND retired_at = 0 \
             ORDER BY series, seq"
        );
        self.db.rows(statement, values![])?.iter().map(parcel_row).collect()
    }

    /// The parcels of an output root that stand in this print file, in its order.
    pub fn printed_in(&mut self, root: &Root, file: &str) -> Result<Vec<ParcelRow>, Fault> {
        // State and channel are named for the index: whatever was printed is one of these.
        let statement = concat!(
            "SELECT ",
            parcel_columns!(),
            " FROM parcels WHERE state = 'packed' AND channel IN ('paper', 'phone') AND print_file = $1 ORDER BY series, seq"
        );
        let rows: Vec<ParcelRow> = self.db.rows(statement, values![file])?.iter().map(parcel_row).collect::<Result<_, _>>()?;
        Ok(rows.into_iter().filter(|row| row.promise.as_ref().is_some_and(|promise| root.holds(promise))).collect())
    }

    /// 印刷済み: these parcels stand in this print file. Call it when the file is whole on the disk, under its temporary name.
    pub fn printed(&mut self, numbers: &[Number], file: &str) -> Result<(), Fault> {
        let event = Event::Printed(Printed { file: file.to_owned() });
        self.write(|writing| numbers.iter().try_for_each(|number| writing.append(&number.into(), &event)))
    }

    /// Rows behind `after`, at most `limit` (0 = 100), for export.
    pub fn rows(&mut self, after: i64, limit: u32) -> Result<Vec<Row>, Fault> {
        self.page_of_rows(after.saturating_add(1), page(limit))
    }

    /// Every row about one parcel, oldest first.
    pub fn history(&mut self, number: &Number) -> Result<Vec<Row>, Fault> {
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE number = $1 ORDER BY seq");
        self.db.rows(statement, values![number.to_string()])?.iter().map(event_row).collect()
    }

    /// From this row on: no row may stand where nobody looks, not even at the lowest number there is.
    pub(super) fn page_of_rows(&mut self, from: i64, limit: i64) -> Result<Vec<Row>, Fault> {
        let statement = concat!("SELECT ", event_columns!(), " FROM events WHERE seq >= $1 ORDER BY seq LIMIT $2");
        self.db.rows(statement, values![from, limit])?.iter().map(event_row).collect()
    }

    /// 真正な行: a row that decides something is ours by its own tag, wherever it was found.
    pub(super) fn genuine(&self, row: Row) -> Result<Row, Fault> {
        if row.fits(&self.keys, row.seq) { Ok(row) } else { Err(Break::Inserted(row.seq).fault()) }
    }

    /// 裏付けのある発送物: the parcel as its own rows add up to it, each of them ours. A table that says something else was edited (FK-6007).
    /// For what is told out of one parcel without walking the whole chain; a row that is gone altogether only the walk finds.
    pub fn genuine_parcel(&mut self, number: &Number) -> Result<ParcelRow, Fault> {
        self.at_one_moment(|books| {
            let parcel = books.expect_parcel(number)?;
            let mut states = States::default();
            for reception in parcel.receptions() {
                states.cases.extend(books.case(&reception)?.map(|case| (reception, case)));
            }
            for row in books.history(number)? {
                let row = books.genuine(row)?;
                states.apply(&row).map_err(|_| Break::Derived(row.seq).fault())?;
            }
            match states.parcels.remove(number) == Some(parcel.clone()) {
                true => Ok(parcel),
                false => Err(Break::Derived(parcel.last_seq).fault()),
            }
        })
    }

    /// The parcel, or FK-6008.
    pub fn expect_parcel(&mut self, number: &Number) -> Result<ParcelRow, Fault> {
        self.parcel(number)?.ok_or_else(|| Fault::new(code::NO_NUMBER).with("number", Arg::plain(number)))
    }
}

fn page(limit: u32) -> i64 {
    if limit == 0 { 100 } else { i64::from(limit) }
}
