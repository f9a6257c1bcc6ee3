//! 次にすること: whom to call, what to print, which mail to send; of this run, and of earlier ones that may never have told it.

use super::args::Sending;
use super::pack::counts;
use super::parcels::pasted;
use super::screen::Screen;
use super::session::Session;
use fukan::base::{Fault, code};
use fukan::books::{Channel, Number, ParcelRow, State};
use fukan::desk::Packed;
use fukan::desk::print::Way;
use fukan::desk::unsent::{Elsewhere, named, superseded};
use fukan::notice::Outcome;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// So many of earlier runs are told one by one; of more, how many there are and where to look: an office that records nothing as sent
/// would read all of its day again at every run.
const EARLIER: usize = 20;

/// Everything that is to be done now.
pub fn tell(packed: &Packed, sending: &Sending, session: &mut Session, screen: &mut Screen) -> Result<(), Fault> {
    screen.say("");
    screen.tell("next.title", &[]);
    tell_prints(packed, &sending.out, screen);
    let made = tell_made(packed, sending, session, screen)?;
    if made + packed.printed.len() + packed.posting.len() > 0 && !packed.unsent.earlier.is_empty() {
        screen.say("");
    }
    tell_earlier(&packed.unsent.earlier, sending, session, screen)?;
    tell_elsewhere(&packed.unsent.elsewhere, sending, screen);
    let parcels = made + packed.unsent.earlier.len();
    if parcels > 0 {
        screen.tell("next.sent", &[("office", &pasted(&sending.office.office))]);
    }
    let counts = counts(&packed.lines);
    for (word, key) in [("held", "next.held"), ("refused", "next.refused"), ("ask_more", "next.ask_more")] {
        if counts[word] > 0 {
            screen.tell(key, &[("count", &counts[word].to_string())]);
        }
    }
    let papers = packed.printed.len() + packed.posting.len() + packed.unsent.elsewhere.len();
    if packed.left > 0 {
        screen.tell("next.rest", &[("left", &packed.left.to_string())]);
    } else if parcels + papers + counts["held"] + counts["refused"] == 0 {
        screen.tell("next.nothing", &[]);
    }
    Ok(())
}

fn tell_prints(packed: &Packed, out: &Path, screen: &mut Screen) {
    for printed in &packed.printed {
        let (path, count) = (out.join(&printed.file).display().to_string(), printed.documents.to_string());
        match &printed.way {
            Way::Post(posting) => screen.tell("next.print", &[("path", &path), ("posting", posting), ("count", &count)]),
            Way::Call => screen.tell("next.print_calls", &[("path", &path), ("count", &count)]),
        }
    }
    for posting in &packed.posting {
        let path = |name: &String| out.join(name).display().to_string();
        let (labels, listed) = (path(&posting.labels), posting.listed.to_string());
        let (envelopes, sheets) = (posting.envelopes.to_string(), posting.sheets.to_string());
        screen.tell("next.labels", &[("labels", &labels), ("envelopes", &envelopes), ("sheets", &sheets)]);
        let earlier = (posting.envelopes > posting.listed).then(|| (posting.envelopes - posting.listed).to_string());
        let earlier = earlier.unwrap_or_default();
        match posting.list.as_ref().map(path) {
            Some(list) => screen.tell("next.posting_list", &[("list", &list), ("count", &listed), ("earlier", &earlier)]),
            None => screen.tell("next.no_posting_list", &[("labels", &labels)]),
        }
    }
}

/// The parcels of this run, and how many they are.
fn tell_made(packed: &Packed, sending: &Sending, session: &mut Session, screen: &mut Screen) -> Result<usize, Fault> {
    let mut parcels = 0;
    let numbers = packed.lines.iter().filter(|l| l.outcome != Outcome::Already).filter_map(|l| l.number.as_ref());
    let numbers = numbers.map(|number| number.parse().map_err(|_| Fault::new(code::OURS)));
    // In the order of the numbers, as print files and labels are.
    for number in numbers.collect::<Result<BTreeSet<Number>, Fault>>()? {
        if let Some(parcel) = session.books.parcel(&number)?.filter(|p| p.state == State::Packed) {
            tell_parcel(&parcel, &sending.out, "", sending, session, screen);
            parcels += 1;
        }
    }
    Ok(parcels)
}

/// 前に作成し、まだ発送を記録していないもの.
fn tell_earlier(earlier: &[Number], sending: &Sending, session: &mut Session, screen: &mut Screen) -> Result<(), Fault> {
    if earlier.is_empty() {
        return Ok(());
    }
    let (count, office) = (earlier.len().to_string(), pasted(&sending.office.office));
    let many = earlier.len() > EARLIER;
    let title = if many { "next.earlier_many" } else { "next.earlier" };
    screen.tell(title, &[("count", &count), ("office", &office)]);
    let here = fukan::world::resolve(&sending.out).map_err(Fault::disk)?;
    for number in earlier {
        let parcel = session.books.expect_parcel(number)?;
        let Some(promise) = &parcel.promise else { continue };
        let root = PathBuf::from(&promise.root);
        let out = if root == here { &sending.out } else { &root };
        let print = match parcel.print_file.as_str() {
            "" => String::new(),
            file => out.join(file).display().to_string(),
        };
        let documents = superseded(&parcel, &session.bureau, &mut session.books)?;
        if documents.is_empty() {
            // Of many, only what must not go is told one by one.
            if !many {
                tell_parcel(&parcel, out, &print, sending, session, screen);
            }
        } else {
            let (number, documents) = (number.to_string(), documents.join(&screen.ui("place.and", &[])));
            let cases = named(&session.books.standing_cases(&parcel.number)?);
            screen.tell("next.superseded", &[("number", &number), ("documents", &documents), ("cases", &cases)]);
        }
    }
    Ok(())
}

/// 別の出力先 whose papers nobody can print from here.
fn tell_elsewhere(elsewhere: &[Elsewhere], sending: &Sending, screen: &mut Screen) {
    let office = pasted(&sending.office.office);
    let shown = |count: usize| if count == 0 { String::new() } else { count.to_string() };
    for other in elsewhere {
        let (letters, calls, out) = (shown(other.letters), shown(other.calls), pasted(Path::new(&other.out)));
        let values = [("out", out.as_str()), ("letters", &letters), ("calls", &calls), ("office", &office)];
        screen.tell("next.elsewhere", &values);
    }
}

/// The same for machines.
pub fn elsewhere_json(other: &Elsewhere) -> serde_json::Value {
    serde_json::json!({ "out": other.out, "letters": other.letters, "calls": other.calls })
}

/// One parcel that lies in this output folder, with the print file that it was put into earlier.
fn tell_parcel(parcel: &ParcelRow, out: &Path, print: &str, sending: &Sending, session: &Session, screen: &mut Screen) {
    let Some(promise) = &parcel.promise else { return };
    let partner = session.bureau.partners.row(&promise.municipality, &promise.section);
    let to = partner.map_or(promise.municipality.as_str(), |p| p.name.as_str());
    let phone = partner.and_then(|p| p.phone.as_deref()).unwrap_or("－");
    let number = parcel.number.to_string();
    let folder = out.join(promise.channel.as_str()).join(&number);
    match promise.channel {
        Channel::Email => {
            let draft = folder.join(format!("{number}.eml")).display().to_string();
            let office = pasted(&sending.office.office);
            screen.tell("next.mail", &[("path", &draft), ("to", &promise.destination)]);
            let password = screen.ui("next.password_command", &[("number", &number), ("office", &office)]);
            let told = screen.ui("next.tell_password", &[("to", to), ("phone", phone)]);
            screen.say(&format!("    {told}"));
            screen.say(&format!("    {password}"));
        }
        Channel::Paper => {
            let count = promise.documents.len().saturating_sub(1).to_string();
            let posting = promise.posting.as_deref().unwrap_or(&session.bureau.office.posting);
            let values = [("number", number.as_str()), ("to", to), ("posting", posting), ("count", &count), ("print", print)];
            screen.tell("next.letter", &values);
        }
        Channel::Phone => {
            let sheet = folder.join("call.docx").display().to_string();
            screen.tell("next.call", &[("to", to), ("phone", &promise.destination), ("path", &sheet), ("print", print)]);
        }
    }
}
