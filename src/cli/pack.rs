//! fukan pack: the whole walk, and what to do next.

use super::Exit;
use super::args::{BundleArg, FormatArg, Pack, Sending};
use super::bar::Bar;
use super::digest::Digest;
use super::message::Level as Weight;
use super::next;
use super::results;
use super::screen::Screen;
use super::session::{Session, exit_of};
use super::table::{Table, Tone};
use fukan::base::date::{self, Date};
use fukan::base::fault::FileName;
use fukan::base::kana::Level;
use fukan::base::{Fault, code};
use fukan::books::{Recovery, Verdict, parcel_number};
use fukan::desk::noting::{is_sealed, person};
use fukan::desk::report::Line;
use fukan::desk::{Bundling, Errand, Options, Packed, pack};
use fukan::intake::table::ReadSheet;
use fukan::notice::Outcome;
use fukan::notice::find::{Card, CardRow};
use fukan::seal::PackageKind;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Runs it.
pub fn run(args: &Pack, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let correct = args.correct.as_deref().map(parcel_number).transpose().map_err(|fault| vec![fault])?;
    let together = args.together.as_deref().map(person).transpose().map_err(|fault| vec![fault])?;
    let options = Options {
        errand: match (correct, args.again) {
            (Some(number), _) => Errand::Correct(number),
            (None, true) => Errand::Reissue,
            (None, false) => Errand::Reply,
        },
        only: args.case.clone(),
        bundling: match args.bundle {
            BundleArg::Auto => Bundling::Auto,
            BundleArg::Case => Bundling::Case,
            BundleArg::Requester => Bundling::Requester,
        },
        all_or_nothing: args.all_or_nothing,
        accept_mismatch: args.accept_mismatch,
        together,
        ..Options::default()
    };
    let mut session = Session::making(&args.sending.office, screen)?;
    send(&args.files, &args.sending, options, &mut session, screen)
}

/// Walks these files with these options and tells what came of it and what to do next.
pub fn send(
    files: &[PathBuf],
    sending: &Sending,
    options: Options,
    session: &mut Session,
    screen: &mut Screen,
) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let options = Options {
        date: date(sending.date.as_deref()).map_err(one)?,
        jobs: sending.jobs.map_or_else(fukan::world::cores, usize::from),
        abandon: sending.abandon,
        labels_from: sending.labels_from.map(usize::from),
        package: sending.format.map(|format| match format {
            FormatArg::Zip => PackageKind::Zip,
            FormatArg::Word => PackageKind::Word,
        }),
        ..options
    };
    // From here on Ctrl-C ends the run between two groups; where the system does not agree it ends the process, and the next run recovers.
    let _ = fukan::world::on_interrupt(&options.stop);
    let mut bar = Bar::new(screen, sending.quiet);
    session.bureau.sheet.clone_from(&sending.sheet);
    let Session { bureau, books, seams, .. } = session;
    bar.watch(&options.stop);
    let packed = pack(files, bureau, books, &sending.out, seams, &options, &mut |progress| bar.told(progress));
    bar.close();
    let mut packed = packed?;
    if packed.begun {
        packed.faults.extend(results::write(&packed.lines, &sending.out, bureau, &screen.messages, seams).err());
        tell_encodings(&packed.encodings, screen);
        tell_sheets(&packed.sheets, screen);
        tell_cases(&packed.lines, screen);
    }
    packed.unsent.warning.iter().for_each(|fault| screen.fault(Weight::Warning, fault, None));
    if screen.json {
        summary(&packed, screen);
    } else {
        let untold = tell_rest(&packed, sending, session, screen);
        packed.faults.extend(untold);
    }
    // A server that is gone is gone for whoever asks it afterwards.
    let mut lost = false;
    packed.faults.retain(|fault| fault.code != code::SERVER_LOST || !std::mem::replace(&mut lost, true));
    // What was packed stands and was told above; what failed after it is told last, and by the exit code.
    packed.faults.iter().for_each(|fault| screen.fault(Weight::Error, fault, None));
    Ok(match (packed.begun, packed.faults.is_empty(), packed.left) {
        (false, ..) => exit_of(&packed.faults),
        (true, false, _) => Exit::Disk,
        (true, true, 0) => exit(&packed.lines),
        // Those that were not begun are neither refused nor done.
        (true, true, _) => Exit::Some,
    })
}

/// A date of the command line.
pub fn date(stated: Option<&str>) -> Result<Option<Date>, Fault> {
    stated.map(|text| date::parse(text).map_err(|_| Fault::new(code::LETTER_DATE))).transpose()
}

/// 0 all done, 1 some held or refused, 3 every case refused.
pub fn exit(lines: &[Line]) -> Exit {
    let refused = lines.iter().filter(|l| l.outcome == Outcome::Refused).count();
    let held = lines.iter().filter(|l| l.outcome == Outcome::Held).count();
    match (refused, held) {
        (0, 0) => Exit::Done,
        (refused, _) if refused == lines.len() => Exit::None,
        _ => Exit::Some,
    }
}

/// 文字コード: what each table was read as; if it is wrong, its names are.
pub fn tell_encodings(encodings: &[(FileName, &str)], screen: &mut Screen) {
    for (file, encoding) in encodings {
        if screen.json {
            screen.value(&serde_json::json!({ "file": file.as_str(), "encoding": encoding }));
        } else {
            let text = screen.ui("check.encoding", &[("file", file.as_str()), ("encoding", encoding)]);
            screen.err(&text);
        }
    }
}

/// シート: which one of a workbook was read, and what of it and beside it nobody sees or nobody read.
pub fn tell_sheets(sheets: &[(FileName, ReadSheet)], screen: &mut Screen) {
    for (file, ReadSheet { name, others, hidden }) in sheets {
        if screen.json {
            let line = serde_json::json!({ "file": file.as_str(), "sheet": name, "other_sheets": others, "hidden_rows": hidden });
            screen.value(&line);
            continue;
        }
        let (others, hidden) = (others.to_string(), hidden.to_string());
        let mut args = vec![("file", file.as_str())];
        args.extend(name.as_ref().map(|name| ("sheet", name.as_str())));
        args.extend((others != "0").then_some(("others", others.as_str())));
        args.extend((hidden != "0").then_some(("hidden", hidden.as_str())));
        let text = screen.ui("check.sheet", &args);
        screen.err(&text);
    }
}

/// Every case: a table, near misses first, then what is wrong with which. For machines a line a case.
pub fn tell_cases(lines: &[Line], screen: &mut Screen) {
    if screen.json {
        lines.iter().for_each(|line| tell_json(line, screen));
        return;
    }
    tell_table(lines, screen);
    tell_faults(lines.iter(), screen);
    tell_cards(lines, screen);
}

/// What is wrong with which, each fault once with the cases it is about.
pub fn tell_faults<'l>(lines: impl Iterator<Item = &'l Line>, screen: &mut Screen) {
    let mut digest = Digest::default();
    for line in lines {
        let id = (!line.case.starts_with('#')).then_some(line.case.as_str());
        line.faults.iter().for_each(|fault| digest.add(Weight::of(line.outcome), fault, id));
        line.warnings.iter().for_each(|fault| digest.add(Weight::Warning, fault, id));
    }
    for text in digest.render(&screen.messages) {
        screen.err(&text);
    }
}

fn tell_table(lines: &[Line], screen: &mut Screen) {
    // What is held or refused goes nowhere yet, whoever it nearly was.
    let goes = |line: &&Line| line.near_miss && !matches!(line.outcome, Outcome::Held | Outcome::Refused);
    let (near, others): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(goes);
    let headed = !near.is_empty();
    for (key, part) in [("pack.near_misses", near), ("pack.others", others)] {
        if part.is_empty() {
            continue;
        }
        if headed {
            screen.tell(key, &[]);
        }
        let drawn = table(&part, screen).render(screen.look());
        screen.say(drawn.trim_end());
        screen.say("");
    }
}

/// 照合票 of held cases and near misses: what agreed, never a value.
fn tell_cards(lines: &[Line], screen: &mut Screen) {
    let carded: Vec<(&Line, &Card)> = lines.iter().filter_map(|line| Some((line, line.card.as_ref()?))).collect();
    let Some((_, first)) = carded.first() else { return };
    let title = screen.ui("card.title", &[]);
    screen.err(&title);
    for (line, card) in &carded {
        for row in &card.rows {
            let kana = match row.kana {
                Some(Level::Same) => "card.same",
                Some(Level::Notation) => "card.notation",
                Some(Level::Candidate) => "card.near",
                None => "card.differs",
            };
            let word = |agrees: bool| screen.ui(if agrees { "card.same" } else { "card.differs" }, &[]);
            let optional = |agrees: Option<bool>| agrees.map(word).unwrap_or_default();
            let (kana, number) = (screen.ui(kana, &[]), row.row.to_string());
            let sex = if row.sex_unknown { screen.ui("card.unknown", &[]) } else { word(row.sex) };
            let birth = word(row.birth);
            let (numbers, address) = (optional(row.numbers), optional(row.address));
            let values = [
                ("case", line.case.as_str()),
                ("row", &number),
                ("kana", &kana),
                ("birth", &birth),
                ("sex", &sex),
                ("numbers", &numbers),
                ("address", &address),
            ];
            let text = screen.ui("card.row", &values);
            screen.err(&text);
        }
    }
    let collision = screen.ui("card.collision", &[("n", &first.collision_one_in.to_string())]);
    screen.err(&collision);
}

fn table(lines: &[&Line], screen: &Screen) -> Table {
    let headings = ["case", "number", "outcome", "channel", "place", "code"].map(|c| screen.ui(&format!("column.{c}"), &[]));
    let mut table = Table::new(headings).path_column(4);
    let mut together: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        together.entry(line.number.as_deref().unwrap_or_default()).or_default().push(line);
    }
    // What nothing was made of has no number, and is looked at one by one.
    together.retain(|number, cases| !number.is_empty() && cases.len() > ALIKE);
    for line in lines {
        let many = line.number.as_deref().and_then(|number| together.get(number));
        if many.is_some_and(|cases| !std::ptr::eq(cases[0], *line)) {
            continue;
        }
        let tone = match line.outcome {
            Outcome::Answered | Outcome::NotFound | Outcome::AskMore | Outcome::Delayed | Outcome::Accepted => Tone::Good,
            Outcome::Held | Outcome::Already => Tone::Look,
            Outcome::Refused => Tone::Bad,
        };
        let place = line.files.first().map(|f| f.path.rsplit_once('/').map_or(f.path.clone(), |(folder, _)| folder.to_owned()));
        let (case, outcome) = match many {
            Some(cases) => several(cases, screen),
            None => (line.case.clone(), screen.messages.outcome(line.outcome)),
        };
        table.toned([
            (case, Tone::Plain),
            (line.number.clone().unwrap_or_default(), Tone::Plain),
            (outcome, tone),
            (line.channel.map(|c| screen.messages.channel(c)).unwrap_or_default(), Tone::Plain),
            (place.unwrap_or_default(), Tone::Plain),
            (line.faults.first().map(|f| f.code.to_string()).unwrap_or_default(), Tone::Plain),
        ]);
    }
    table
}

/// More cases than these in one parcel are one row of the table; report.xlsx has each of them.
const ALIKE: usize = 10;

/// The first case and how many more; what became of how many.
fn several(cases: &[&Line], screen: &Screen) -> (String, String) {
    let more = (cases.len() - 1).to_string();
    let named = screen.ui("ledger.cases", &[("cases", &cases[0].case), ("more", &more)]);
    let count = |outcome: &Outcome| cases.iter().filter(|line| line.outcome == *outcome).count();
    let each = Outcome::ALL.iter().filter(|outcome| count(outcome) > 0);
    let each: Vec<String> = each.map(|outcome| format!("{} {}", screen.messages.outcome(*outcome), count(outcome))).collect();
    (named, screen.row(&each))
}

fn tell_json(line: &Line, screen: &mut Screen) {
    let id = (!line.case.starts_with('#')).then_some(line.case.as_str());
    let level = Weight::of(line.outcome);
    let faults: Vec<_> = line.faults.iter().map(|f| screen.messages.json(level, f, id)).collect();
    let warnings: Vec<_> = line.warnings.iter().map(|f| screen.messages.json(Weight::Warning, f, id)).collect();
    let mut value: serde_json::Value = serde_json::from_str(&line.json()).unwrap_or_default();
    value["near_miss"] = line.near_miss.into();
    value["faults"] = faults.into();
    value["warnings"] = warnings.into();
    if let Some(card) = &line.card {
        value["card"] = card.rows.iter().map(card_json).collect::<Vec<_>>().into();
    }
    screen.value(&value);
}

fn card_json(row: &CardRow) -> serde_json::Value {
    let kana = match row.kana {
        Some(Level::Same) => "same",
        Some(Level::Notation) => "notation",
        Some(Level::Candidate) => "near",
        None => "differs",
    };
    serde_json::json!({
        "row": row.row, "kana": kana, "birth": row.birth, "sex": (!row.sex_unknown).then_some(row.sex), "numbers": row.numbers, "address": row.address,
    })
}

/// How many cases came to each outcome.
pub fn counts(lines: &[Line]) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> = Outcome::ALL.into_iter().map(|o| (o.word(), 0)).collect();
    for line in lines {
        *counts.entry(line.outcome.word()).or_default() += 1;
    }
    counts
}

fn summary(packed: &Packed, screen: &mut Screen) {
    let printed: Vec<&str> = packed.printed.iter().map(|p| p.file.as_str()).collect();
    let value = serde_json::json!({
        "summary": counts(&packed.lines), "cases": packed.lines.len(), "print": printed,
        "labels": packed.posting.iter().map(|p| p.labels.as_str()).collect::<Vec<_>>(),
        "posting": packed.posting.iter().filter_map(|p| p.list.as_deref()).collect::<Vec<_>>(),
        "date": packed.letter_date.to_string(), "recovered": packed.recovered.len(), "left": packed.left,
        "divided": packed.divided, "separated": packed.separated,
        "replaced": packed.replaced.iter().map(|(old, new)| serde_json::json!({ "old": old, "new": new })).collect::<Vec<_>>(),
        "unsent": packed.unsent.earlier.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "gone": packed.unsent.gone.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "others": packed.unsent.others.iter().map(next::others_json).collect::<Vec<_>>(),
        "elsewhere": packed.unsent.elsewhere.iter().map(next::elsewhere_json).collect::<Vec<_>>(),
    });
    screen.value(&value);
}

/// What the ledger can't be asked for any more is returned; the rest is told all the same.
fn tell_rest(packed: &Packed, sending: &Sending, session: &mut Session, screen: &mut Screen) -> Vec<Fault> {
    tell_recovery(&packed.recovered, screen);
    if !packed.begun {
        let earlier = packed.printed.len() + packed.unsent.earlier.len();
        return if earlier == 0 { Vec::new() } else { next::tell(packed, sending, session, screen) };
    }
    let counts = counts(&packed.lines);
    let rare = [Outcome::Delayed.word(), Outcome::Accepted.word()];
    let told = |(word, n): (&&'static str, &usize)| (!rare.contains(word) || *n > 0).then(|| (*word, n.to_string()));
    let mut values: Vec<(&str, String)> = counts.iter().filter_map(told).collect();
    values.push(("total", packed.lines.len().to_string()));
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    screen.tell("pack.total", &values);
    if packed.left > 0 {
        screen.tell("pack.stopped", &[("left", &packed.left.to_string())]);
    }
    let out = sending.out.display().to_string();
    screen.tell("pack.out", &[("out", &out)]);
    if session.bureau.office.practice {
        screen.tell("pack.practice", &[]);
    }
    if !packed.separated.is_empty() {
        screen.tell("pack.same_names", &[("numbers", &screen.row(&packed.separated))]);
    }
    if !packed.divided.is_empty() {
        screen.tell("pack.divided", &[("numbers", &screen.row(&packed.divided))]);
    }
    let mut faults = Vec::new();
    for (old, new) in &packed.replaced {
        let parcel = session.books.parcel(old).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let (sealed, old) = (parcel.as_ref().is_some_and(is_sealed), old.to_string());
        let untold = if sealed { old.as_str() } else { "" };
        screen.tell("pack.replaced", &[("old", &old), ("new", new), ("untold", untold)]);
    }
    faults.extend(next::tell(packed, sending, session, screen));
    faults
}

/// What an earlier run left, and what became of it.
pub fn tell_recovery(recovered: &[Recovery], screen: &mut Screen) {
    if recovered.is_empty() {
        return;
    }
    let count = |verdict: fn(&Verdict) -> bool| recovered.iter().filter(|r| verdict(&r.verdict)).count().to_string();
    let packed_again = count(|v| matches!(v, Verdict::Recovered));
    let released = count(|v| matches!(v, Verdict::Released));
    let void = count(|v| !matches!(v, Verdict::Recovered | Verdict::Released));
    screen.tell("pack.recovered", &[("packed", &packed_again), ("released", &released), ("void", &void)]);
}
