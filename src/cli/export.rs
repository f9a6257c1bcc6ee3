//! fukan ledger export: what the ledger holds, as tables for people and spreadsheets.

use super::Exit;
use super::args::{Export, TableArg};
use super::bar::Bar;
use super::screen::Screen;
use super::session::{Session, seams};
use fukan::base::Fault;
use fukan::books::{Books, CaseFilter, CaseRow, FollowUp, ParcelFilter, ParcelRow, Row, YearSpan};
use fukan::desk::noting::shown as when;
use fukan::desk::{Bureau, papers, vault, year};
use fukan::file::listing::{self, Listing, Value};

const CASES: [&str; 15] = [
    "reception",
    "case",
    "received",
    "via",
    "municipality",
    "requester",
    "procedure",
    "first_at",
    "deadline",
    "delayed_until",
    "outcome",
    "code",
    "number",
    "update",
    "closed",
];
const PARCELS: [&str; 18] = [
    "number",
    "state",
    "channel",
    "municipality",
    "requester",
    "section",
    "destination",
    "documents",
    "receptions",
    "letter_date",
    "made_at",
    "sent_at",
    "told_at",
    "received_at",
    "retired_at",
    "print_file",
    "replaces",
    "corrects",
];
const RECORDS: [&str; 10] = ["seq", "at", "who", "event", "kind", "reception", "number", "prev", "tag", "detail"];
/// How many rows are read at a time.
const PAGE: u32 = 1_000;

/// Writes it.
pub fn run(args: &Export, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    papers::free(&args.out, &seams()).map_err(one)?;
    let mut session = Session::reading(&args.office, screen)?;
    vault::sound(&mut session.books)?;
    let mut bar = Bar::new(screen, args.quiet);
    let sheets = sheets(None, &session.bureau, &mut session.books, screen, &mut |rows| bar.read(rows)).map_err(one)?;
    bar.goes_on("table");
    let as_csv = args.out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let (rows, bytes) = match as_csv {
        true => {
            let sheet = &sheets[args.table as usize];
            (sheet.rows.len(), listing::csv(sheet))
        }
        false => (sheets.iter().map(|sheet| sheet.rows.len()).sum(), listing::xlsx(&sheets)),
    };
    bar.close();
    let path = year::export(&bytes.map_err(one)?, &args.out, &session.seams).map_err(one)?.display().to_string();
    match screen.json {
        true => screen.value(&serde_json::json!({ "path": path, "rows": rows })),
        false => screen.tell("export.done", &[("path", &path), ("rows", &rows.to_string())]),
    }
    Ok(Exit::Done)
}

/// 照会, 発送物 and 記録, in the order of [`TableArg`]; of one year alone when it is given. `told` how many rows are read.
pub fn sheets(
    year: Option<&YearSpan>,
    bureau: &Bureau,
    books: &mut Books,
    screen: &Screen,
    told: &mut dyn FnMut(u64),
) -> Result<[Listing; 3], Fault> {
    let blank = |table: TableArg, columns: &[&str]| {
        let name = match table {
            TableArg::Cases => "cases",
            TableArg::Parcels => "parcels",
            TableArg::Records => "records",
        };
        let headings = columns.iter().map(|column| screen.ui(&format!("export.column.{column}"), &[])).collect();
        Listing { name: screen.ui(&format!("export.{name}"), &[]), headings, ..Listing::default() }
    };
    let mut read = 0;
    let mut one_more = || {
        read += 1;
        told(read);
    };
    let mut cases = blank(TableArg::Cases, &CASES);
    let digits = year.map(|year| year.series.get(1..).unwrap_or_default().to_owned());
    each(
        |after: Option<&CaseRow>| {
            let after = after.map(|case| case.reception.clone());
            books.cases(&CaseFilter { after, limit: PAGE, ..CaseFilter::default() })
        },
        |case| {
            one_more();
            if digits.as_ref().is_none_or(|digits| case.reception.series().get(1..) == Some(digits)) {
                cases.rows.push(case_cells(case, bureau, screen));
            }
        },
    )?;
    let mut parcels = blank(TableArg::Parcels, &PARCELS);
    each(
        |after: Option<&ParcelRow>| {
            let after = after.map(|parcel| parcel.number.clone());
            books.parcels(&ParcelFilter { after, limit: PAGE, ..ParcelFilter::default() })
        },
        |parcel| {
            one_more();
            if year.is_none_or(|year| parcel.number.series() == year.series) {
                parcels.rows.push(parcel_cells(parcel, bureau, screen));
            }
        },
    )?;
    let mut records = blank(TableArg::Records, &RECORDS);
    each(
        |after: Option<&Row>| books.rows(after.map_or(0, |row| row.seq), PAGE),
        |row| {
            one_more();
            if year.is_none_or(|year| (year.from()..year.to()).contains(&row.at)) {
                records.rows.push(record_cells(row, screen));
            }
        },
    )?;
    Ok([cases, parcels, records])
}

/// Page after page, each behind the last row of the one before.
fn each<T>(mut page: impl FnMut(Option<&T>) -> Result<Vec<T>, Fault>, mut take: impl FnMut(&T)) -> Result<(), Fault> {
    let mut rows = page(None)?;
    while !rows.is_empty() {
        rows.iter().for_each(&mut take);
        rows = page(rows.last())?;
    }
    Ok(())
}

fn case_cells(case: &CaseRow, bureau: &Bureau, screen: &Screen) -> Vec<Value> {
    let mark = |set: bool| if set { screen.ui("export.yes", &[]) } else { String::new() };
    let via = if case.via.is_empty() { String::new() } else { screen.ui(&format!("export.via.{}", case.via), &[]) };
    let update = match case.follow_up {
        FollowUp::None => String::new(),
        FollowUp::Open => screen.ui("export.update_open", &[]),
        FollowUp::Done => screen.ui("export.update_done", &[]),
    };
    [
        case.reception.to_string(),
        case.id.clone(),
        when(case.received_at),
        via,
        case.municipality.clone(),
        papers::municipality(bureau, &case.municipality, ""),
        case.procedure.clone(),
        when(case.first_at),
        when(case.deadline),
        when(case.delayed_until),
        case.outcome.map(|outcome| screen.ui(&format!("outcome.{outcome}"), &[])).unwrap_or_default(),
        case.code.clone(),
        case.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        update,
        mark(case.closed),
    ]
    .map(Value::Text)
    .into()
}

fn parcel_cells(parcel: &ParcelRow, bureau: &Bureau, screen: &Screen) -> Vec<Value> {
    let promise = parcel.promise.as_ref();
    let joined = |names: Vec<String>| names.join(" ");
    let state = if parcel.retired_at != 0 { "retired" } else { parcel.state.as_str() };
    let (key, section) = promise.map_or(("", ""), |p| (p.municipality.as_str(), p.section.as_str()));
    [
        parcel.number.to_string(),
        screen.ui(&format!("state.{state}"), &[]),
        promise.map(|p| screen.ui(&format!("channel.{}", p.channel), &[])).unwrap_or_default(),
        key.to_owned(),
        if key.is_empty() { String::new() } else { papers::municipality(bureau, key, section) },
        section.to_owned(),
        promise.map(|p| p.destination.clone()).unwrap_or_default(),
        promise.map(|p| joined(p.documents.iter().map(|d| d.number.clone()).collect())).unwrap_or_default(),
        joined(parcel.receptions().iter().map(ToString::to_string).collect()),
        promise.map(|p| p.letter_date.clone()).unwrap_or_default(),
        when(parcel.packed_at),
        when(parcel.sent_at),
        when(parcel.told_at),
        when(parcel.received_at),
        when(parcel.retired_at),
        parcel.print_file.clone(),
        promise.map(|p| joined(p.retires.iter().map(ToString::to_string).collect())).unwrap_or_default(),
        promise.and_then(|p| p.corrects.as_ref()).map(ToString::to_string).unwrap_or_default(),
    ]
    .map(Value::Text)
    .into()
}

/// All of a row, so that the chain can be computed again from the export.
fn record_cells(row: &Row, screen: &Screen) -> Vec<Value> {
    vec![
        row.seq.into(),
        fukan::base::date::from_epoch_ms(row.at).to_string().into(),
        row.who.as_str().into(),
        screen.ui(&format!("export.event.{}", row.kind), &[]).into(),
        row.kind.as_str().into(),
        row.reception.as_str().into(),
        row.number.as_str().into(),
        row.prev.to_string().into(),
        row.tag.to_string().into(),
        row.detail.as_str().into(),
    ]
}
