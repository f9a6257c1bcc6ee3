//! fukan ledger year, ledger resume.

use super::Exit;
use super::args::{Resume, ResumeArg, Year};
use super::bar::Bar;
use super::export::sheets;
use super::pack::tell_recovery;
use super::screen::Screen;
use super::session::{Session, seams};
use fukan::base::{Arg, Fault, code};
use fukan::books::{Resumed, parcel_number, reception};
use fukan::desk::noting::shown;
use fukan::desk::{papers, vault, year};
use fukan::file::listing;

/// Closes a fiscal year.
pub fn close(args: &Year, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    papers::free(&args.out, &seams()).map_err(one)?;
    let mut session = Session::writing(&args.office, screen)?;
    let Session { bureau, books, seams, .. } = &mut session;
    let (span, recovered) = year::prepare(&args.year, books, seams)?;
    // Told at once: what was settled is settled, whatever comes of the closing.
    match screen.json {
        true if recovered.is_empty() => {}
        true => screen.value(&serde_json::json!({ "recovered": recovered.len() })),
        false => tell_recovery(&recovered, screen),
    }
    let mut bar = Bar::new(screen, args.quiet);
    let sheets = sheets(Some(&span), bureau, books, screen, &mut |rows| bar.read(rows)).map_err(one)?;
    bar.goes_on("table");
    let export = listing::xlsx(&sheets).map_err(one)?;
    bar.close();
    // What is to be done is never dropped. Asked for before: behind the closing nothing may fail that is told of it.
    let due = books.due().map_err(one)?;
    let untold = due.untold.iter().filter(|parcel| parcel.sent_at != 0).count();
    let open = due.open.len() + due.waiting.len() + due.follow_ups.len() + due.unsent.len() + untold;
    let closed = year::close(&span, args.discard, &export, &args.out, bureau, books, seams)?;
    let path = closed.path.display().to_string();
    let tag = papers::tag(&closed.closing.row.tag.to_string());
    if screen.json {
        screen.value(&serde_json::json!({
            "year": span.series, "path": path, "last": closed.closing.last.seq, "row": closed.closing.row.seq, "tag": tag.replace(' ', ""),
            "discarded": closed.closing.discarded, "discardable": closed.discardable.rows, "kept": closed.discardable.kept, "open": open,
        }));
        return Ok(Exit::Done);
    }
    let (last, row) = (closed.closing.last.seq.to_string(), closed.closing.row.seq.to_string());
    screen.tell("year.closed", &[("year", &span.series), ("row", &last), ("path", &path)]);
    screen.tell("ledger.anchor", &[("row", &row), ("tag", &tag)]);
    if open > 0 {
        screen.tell("year.open", &[("count", &open.to_string())]);
    }
    match (closed.closing.discarded, closed.discardable.rows) {
        (0, 0) => {}
        (0, rows) => screen.tell("year.discardable", &[("count", &rows.to_string())]),
        (rows, _) => screen.tell("year.discarded", &[("count", &rows.to_string())]),
    }
    if let Some(kept) = &closed.discardable.kept {
        screen.tell("year.kept", &[("number", kept)]);
    }
    Ok(Exit::Done)
}

/// Goes on after a restored backup.
pub fn resume(args: &Resume, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let reason = match args.reason {
        ResumeArg::Backup => "backup",
        ResumeArg::Disk => "disk",
        ResumeArg::Moved => "moved",
        ResumeArg::Clock => "clock",
    };
    let resumed: Vec<Resumed> = args.after.iter().map(|after| read(after, reason)).collect::<Result<_, _>>().map_err(one)?;
    let mut session = Session::writing(&args.office, screen)?;
    vault::sound(&mut session.books)?;
    for (resumed, after) in resumed.into_iter().zip(&args.after) {
        session.books.resume(resumed).map_err(one)?;
        match screen.json {
            true => screen.value(&serde_json::json!({ "after": after })),
            false => screen.tell("year.resumed", &[("number", after)]),
        }
    }
    if matches!(args.reason, ResumeArg::Clock) {
        let ahead = session.books.correct_clock().map_err(one)?;
        let (newest, now) = (shown(ahead.newest), shown(ahead.now));
        match screen.json {
            true => screen.value(&serde_json::json!({ "clock": now, "newest": newest })),
            false => screen.tell("year.clock", &[("now", &now), ("newest", &newest)]),
        }
    }
    Ok(Exit::Done)
}

/// A 発送番号 or a 受付番号.
fn read(text: &str, reason: &str) -> Result<Resumed, Fault> {
    let (after, after_reception) = (parcel_number(text).ok(), reception(text));
    let shown = fukan::base::fault::FileName::named(text, 1);
    match after.is_none() && after_reception.is_none() {
        true => Err(Fault::new(code::NO_NUMBER).with("number", Arg::plain(shown.as_str()))),
        false => Ok(Resumed { after, after_reception, reason: reason.to_owned() }),
    }
}
