//! fukan ledger told, sent, received, updated, close: what a person did, into the ledger, with who and when.

use super::Exit;
use super::args::{Close, Noted, NotedCase, OfficeArgs, Stated, Told};
use super::message::Level;
use super::screen::Screen;
use super::session::Session;
use fukan::base::Fault;
use fukan::books::Note;
use fukan::desk::noting::{self, Act, CaseAct};

/// Passwords were told by telephone.
pub fn told(args: &Told, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let act = Act::Told { confirmed: args.confirmed };
    parcels(&args.numbers, act, &args.stated, &args.office, screen)
}

/// Parcels left the building: the follow-ups of N15 open now.
pub fn sent(args: &Noted, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    parcels(&args.numbers, Act::Sent, &args.stated, &args.office, screen)
}

/// 受領確認: the other side opened them.
pub fn received(args: &Noted, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    parcels(&args.numbers, Act::Received, &args.stated, &args.office, screen)
}

/// 副本の登録・更新 is done.
pub fn updated(args: &NotedCase, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    cases(&args.cases, &CaseAct::Updated, &args.stated, &args.office, screen)
}

/// Nothing more will be done.
pub fn close(args: &Close, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let act = noting::closing(&args.reason).map_err(|fault| vec![fault])?;
    cases(&args.cases, &act, &args.stated, &args.office, screen)
}

fn parcels(numbers: &[String], act: Act, who: &Stated, office: &OfficeArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let (mut session, note) = begin(who, office, screen)?;
    let what = match act {
        Act::Told { confirmed: false } => "told",
        Act::Told { confirmed: true } => "confirmed",
        Act::Sent => "sent",
        Act::Received => "received",
    };
    told_of(noting::parcels(numbers, act, &note, &mut session.books)?, what, screen)
}

fn cases(names: &[String], act: &CaseAct, who: &Stated, office: &OfficeArgs, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let (mut session, note) = begin(who, office, screen)?;
    let what = match act {
        CaseAct::Updated => "updated",
        CaseAct::Closed(_) => "closed",
    };
    told_of(noting::cases(names, act, &note, &mut session.books)?, what, screen)
}

/// What is wrong with the command line is told before anybody is asked for a passphrase.
fn begin(who: &Stated, office: &OfficeArgs, screen: &mut Screen) -> Result<(Session, Note), Vec<Fault>> {
    let now = super::session::seams().clock.now_ms();
    let note = noting::stated(who.by.as_deref(), who.at.as_deref(), now).map_err(|fault| vec![fault])?;
    Ok((Session::noting(office, screen)?, note))
}

fn told_of(noted: Vec<noting::Noted>, what: &str, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    for one in noted {
        if screen.json {
            let warnings = screen.warnings(&one.warnings);
            screen.value(&serde_json::json!({ "noted": one.name, "written": one.written, "warnings": warnings }));
            continue;
        }
        if one.written {
            let number = match one.asked == one.name {
                true => one.name.clone(),
                false => screen.ui("noted.case", &[("case", &one.asked), ("reception", &one.name)]),
            };
            let what = screen.ui(&format!("noted.{what}"), &[]);
            screen.tell("ledger.noted", &[("number", &number), ("what", &what)]);
        }
        one.warnings.iter().for_each(|warning| screen.fault(Level::Warning, warning, None));
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use crate::cli::message::{Lang, Messages};
    use fukan::desk::closing::reasons;

    #[test]
    fn the_help_names_every_reason_for_closing() {
        let help = |lang| Messages::load(lang).help("argument.ledger.close.reason").unwrap_or_default().to_owned();
        let (ja, en) = (help(Lang::Ja), help(Lang::En));
        for reason in reasons() {
            assert!(ja.contains(&reason.ja) && en.contains(&reason.en), "{}", reason.id);
        }
    }
}
