//! fukan seal-record, incident, report: the office's own papers, out of the ledger.

use super::Exit;
use super::args::{DayEnd, Paper};
use super::screen::Screen;
use super::session::Session;
use fukan::base::{Arg, Fault, code, date};
use fukan::books::{Books, Number, parcel_number};
use fukan::desk::papers::{self, DayEnd as Written};
use fukan::desk::{Bureau, Seams, vault};
use std::path::{Path, PathBuf};

type Make = fn(&Number, &Path, &Bureau, &mut Books, &Seams) -> Result<PathBuf, Fault>;

/// 暗号化記録
pub fn seal_record(args: &Paper, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    paper(args, papers::seal_record, "paper.seal_record", screen)
}

/// 誤送付時の確認票
pub fn incident(args: &Paper, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    paper(args, papers::incident, "paper.incident", screen)
}

fn paper(args: &Paper, make: Make, told: &str, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let number = parcel_number(&args.number).map_err(one)?;
    papers::free(&args.out, &super::session::seams()).map_err(one)?;
    let mut session = Session::reading(&args.office, screen)?;
    session.bureau.sound_forms()?;
    vault::sound(&mut session.books)?;
    let path = make(&number, &args.out, &session.bureau, &mut session.books, &session.seams).map_err(one)?;
    let path = path.display().to_string();
    match screen.json {
        true => screen.value(&serde_json::json!({ "number": number.to_string(), "path": path })),
        false => screen.tell(told, &[("path", &path)]),
    }
    Ok(Exit::Done)
}

/// 日報
pub fn day(args: &DayEnd, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let unreadable = |_| vec![Fault::new(code::LETTER_DATE).with("why", Arg::ours("実在しない日付です"))];
    let day = args.date.as_deref().map(date::parse).transpose().map_err(unreadable)?;
    papers::free(&args.out, &super::session::seams()).map_err(|fault| vec![fault])?;
    let mut session = Session::reading(&args.office, screen)?;
    session.bureau.sound_forms()?;
    let written = papers::day_report(day, &args.out, &session.bureau, &mut session.books, &session.seams)?;
    match screen.json {
        true => json(&written, screen),
        false => show(&written, screen),
    }
    Ok(Exit::Done)
}

fn json(written: &Written, screen: &mut Screen) {
    let counts: serde_json::Map<_, _> = written.counts.iter().map(|(part, n)| (part.word().to_owned(), (*n).into())).collect();
    screen.value(&serde_json::json!({
        "path": written.path.display().to_string(), "date": written.day.to_string(), "counts": counts,
        "row": written.row, "tag": written.tag.replace(' ', ""),
    }));
}

fn show(written: &Written, screen: &mut Screen) {
    screen.tell("paper.day_report", &[("path", &written.path.display().to_string())]);
    for (part, count) in &written.counts {
        screen.tell(&format!("day.{}", part.word()), &[("count", &count.to_string())]);
    }
    screen.tell("ledger.anchor", &[("row", &written.row.to_string()), ("tag", &written.tag)]);
}
