//! fukan verify: proves finished packages. 0 proved, 1 something not provable, 3 something wrong.

use super::Exit;
use super::args::Verify;
use super::bar::Bar;
use super::message::Level;
use super::screen::Screen;
use super::session::Session;
use super::table::{Table, Tone};
use fukan::base::Fault;
use fukan::base::date::from_epoch_ms;
use fukan::books::Number;
use fukan::desk::prove::{Verdict, Verified, prove};

/// Runs it.
pub fn run(args: &Verify, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::reading(&args.office, screen)?;
    session.bureau.sheet.clone_from(&args.sheet);
    if !args.cases.is_empty() {
        session.bureau.sound_forms()?;
    }
    let Session { bureau, books, seams, .. } = &mut session;
    let mut bar = Bar::new(screen, args.quiet);
    let verified = prove(&args.paths, &args.cases, bureau, books, seams, &mut |proving| bar.proving(proving));
    bar.close();
    let verified = verified?;
    let [mut proved, mut not_provable, mut not_compared, mut unfinished, mut wrong] = [0_usize; 5];
    for one in &verified {
        *match one.verdict {
            Verdict::Proved => &mut proved,
            Verdict::NotProvable { .. } => &mut not_provable,
            Verdict::NotCompared => &mut not_compared,
            Verdict::Unfinished => &mut unfinished,
            Verdict::Wrong(_) => &mut wrong,
        } += 1;
    }
    if screen.json {
        verified.iter().for_each(|one| json(one, screen));
    } else {
        show(&verified, screen);
        // Of some kinds there are none on most days: those are not spoken of.
        let if_any = |count: usize| if count == 0 { String::new() } else { count.to_string() };
        let values = [
            ("total", verified.len().to_string()),
            ("proved", proved.to_string()),
            ("not_provable", not_provable.to_string()),
            ("not_compared", if_any(not_compared)),
            ("unfinished", if_any(unfinished)),
            ("wrong", wrong.to_string()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        screen.tell("verify.total", &values);
        if wrong > 0 {
            screen.tell("verify.stop", &[]);
        }
    }
    Ok(match (wrong, not_provable + not_compared + unfinished) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::Some,
        _ => Exit::None,
    })
}

fn show(verified: &[Verified], screen: &mut Screen) {
    let headings = ["number", "result"].map(|c| screen.ui(&format!("column.{c}"), &[]));
    let mut table = Table::new(headings);
    let mut faults = Vec::new();
    for one in verified {
        let (key, tone) = match &one.verdict {
            Verdict::Proved if one.replaced => ("verify.replaced", Tone::Look),
            Verdict::Proved if !one.later.is_empty() => ("verify.partly_replaced", Tone::Look),
            Verdict::Proved if !one.outdated.is_empty() => ("verify.holds_replaced", Tone::Look),
            Verdict::Proved => ("verify.proved", Tone::Good),
            Verdict::NotCompared => ("verify.not_compared", Tone::Look),
            Verdict::NotProvable { .. } => ("verify.not_provable", Tone::Look),
            Verdict::Unfinished => ("verify.unfinished", Tone::Look),
            Verdict::Wrong(wrong) => {
                faults.extend(wrong.iter().cloned());
                ("verify.wrong", Tone::Bad)
            }
        };
        table.toned([(one.name.clone(), Tone::Plain), (screen.ui(key, &[]), tone)]);
    }
    let drawn = table.render(screen.look());
    screen.say(drawn.trim_end());
    faults.iter().for_each(|fault| screen.fault(Level::Error, fault, None));
    for one in verified {
        if let Verdict::NotProvable { since } = one.verdict {
            let date = if since == 0 { "－".to_owned() } else { screen.day(from_epoch_ms(since).date()) };
            let text = screen.ui("verify.password_gone", &[("date", &date)]);
            screen.say(&format!("{}: {text}", one.name));
        }
        for (numbers, key) in [(&one.later, "verify.later"), (&one.outdated, "verify.outdated")] {
            if !numbers.is_empty() && one.verdict == Verdict::Proved {
                let text = screen.ui(key, &[("numbers", &screen.row(&words(numbers)))]);
                screen.say(&format!("{}: {text}", one.name));
            }
        }
    }
}

fn words(numbers: &[Number]) -> Vec<String> {
    numbers.iter().map(Number::to_string).collect()
}

fn json(one: &Verified, screen: &mut Screen) {
    let (result, faults) = match &one.verdict {
        Verdict::Proved => ("proved", Vec::new()),
        Verdict::NotCompared => ("not_compared", Vec::new()),
        Verdict::NotProvable { .. } => ("not_provable", Vec::new()),
        Verdict::Unfinished => ("unfinished", Vec::new()),
        Verdict::Wrong(faults) => ("wrong", faults.iter().map(|f| screen.messages.json(Level::Error, f, None)).collect()),
    };
    let (later, outdated) = (words(&one.later), words(&one.outdated));
    screen.value(&serde_json::json!({
        "name": one.name, "result": result, "replaced": one.replaced, "later": later, "outdated": outdated, "faults": faults,
    }));
}
