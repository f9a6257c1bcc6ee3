//! 次にすること: whom to call, what to print, which mail to send; of this run, and of earlier ones that may never have told it.

use super::args::Sending;
use super::pack::counts;
use super::screen::{Screen, pasted};
use super::session::Session;
use fukan::base::{Fault, code};
use fukan::books::{Channel, Number, ParcelRow, State};
use fukan::desk::print::Way;
use fukan::desk::report::{Line, Todo};
use fukan::desk::unsent::{Elsewhere, Others, named, superseded};
use fukan::desk::{Packed, noting};
use fukan::notice::Outcome;
use fukan::notice::vet::is_stale;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// So many of earlier runs are told one by one; of more, how many there are and where to look: an office that records nothing as sent
/// would read all of its day again at every run.
const EARLIER: usize = 20;

/// Everything that is to be done now; and what could not be told, because the ledger could not be asked for it.
pub fn tell(packed: &Packed, sending: &Sending, session: &mut Session, screen: &mut Screen) -> Vec<Fault> {
    let mut faults = Vec::new();
    screen.say("");
    screen.tell("next.title", &[]);
    tell_prints(packed, &sending.out, screen);
    let near = Near::of(&packed.lines);
    let made = tell_made(packed, &near, sending, session, screen).unwrap_or_else(|fault| {
        faults.push(fault);
        0
    });
    if made + packed.printed.len() + packed.posting.len() > 0 && !packed.unsent.earlier.is_empty() {
        screen.say("");
    }
    faults.extend(tell_earlier(&packed.unsent.earlier, &near, sending, session, screen).err());
    tell_others(&packed.unsent.others, screen);
    tell_elsewhere(&packed.unsent.elsewhere, sending, screen);
    let parcels = made + packed.unsent.earlier.len();
    if parcels > 0 {
        screen.tell("next.sent", &[("office", &pasted(&sending.office.office))]);
    }
    near.tell(screen);
    let counts = counts(&packed.lines);
    let whole = packed.left == 0 && packed.faults.is_empty();
    let others = packed.lines.len() - counts["refused"];
    let others = if whole && others > 0 { others.to_string() } else { String::new() };
    for (word, key) in [("held", "next.held"), ("refused", "next.refused"), ("ask_more", "next.ask_more")] {
        if counts[word] > 0 {
            screen.tell(key, &[("count", &counts[word].to_string()), ("others", &others)]);
        }
    }
    let papers = packed.printed.len() + packed.posting.len() + packed.unsent.elsewhere.len() + packed.unsent.gone.len();
    if packed.left > 0 {
        screen.tell("next.rest", &[("left", &packed.left.to_string())]);
    } else if whole && faults.is_empty() && parcels + papers + counts["held"] + counts["refused"] == 0 {
        screen.tell("next.nothing", &[]);
    }
    faults
}

/// よく似た候補のいる該当なし of this run, by the parcel that is about to carry it: told where somebody acts, not only above.
struct Near<'a>(BTreeMap<&'a str, Vec<&'a str>>);

impl<'a> Near<'a> {
    fn of(lines: &'a [Line]) -> Self {
        let mut near: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let goes = |line: &&Line| line.near_miss && (line.outcome.is_sent() || matches!(line.todo, Some(Todo::Send(_))));
        for line in lines.iter().filter(goes) {
            near.entry(line.number.as_deref().unwrap_or_default()).or_default().push(&line.case);
        }
        Self(near)
    }

    /// The cases of one parcel, or nothing.
    fn within(&self, number: &str, screen: &Screen) -> String {
        self.0.get(number).map_or_else(String::new, |cases| few(cases, screen))
    }

    fn tell(&self, screen: &mut Screen) {
        let cases: Vec<&str> = self.0.values().flatten().copied().collect();
        if !cases.is_empty() {
            let (count, cases) = (cases.len().to_string(), few(&cases, screen));
            screen.tell("next.near_miss", &[("count", &count), ("cases", &cases)]);
        }
    }
}

/// All of them while a line holds them, else the first ones and how many more.
fn few(cases: &[&str], screen: &Screen) -> String {
    const FEW: usize = 10;
    let shown = screen.row(cases.get(..FEW).unwrap_or(cases));
    let more = cases.len().saturating_sub(FEW);
    let more = if more == 0 { String::new() } else { more.to_string() };
    screen.ui("ledger.cases", &[("cases", &shown), ("more", &more)])
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
fn tell_made(
    packed: &Packed,
    near: &Near<'_>,
    sending: &Sending,
    session: &mut Session,
    screen: &mut Screen,
) -> Result<usize, Fault> {
    let mut parcels = 0;
    let numbers = packed.lines.iter().filter(|l| l.outcome != Outcome::Already).filter_map(|l| l.number.as_ref());
    let numbers = numbers.map(|number| number.parse().map_err(|_| Fault::new(code::OURS)));
    // In the order of the numbers, as print files and labels are.
    for number in numbers.collect::<Result<BTreeSet<Number>, Fault>>()? {
        if let Some(parcel) = session.books.parcel(&number)?.filter(|p| p.state == State::Packed) {
            tell_parcel(&parcel, &sending.out, "", near, sending, session, screen);
            parcels += 1;
        }
    }
    Ok(parcels)
}

/// 前に作成し、まだ発送を記録していないもの.
fn tell_earlier(
    earlier: &[Number],
    near: &Near<'_>,
    sending: &Sending,
    session: &mut Session,
    screen: &mut Screen,
) -> Result<(), Fault> {
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
                tell_parcel(&parcel, out, &print, near, sending, session, screen);
            }
        } else {
            let (number, documents) = (number.to_string(), documents.join(&screen.ui("place.and", &[])));
            let cases = named(&session.books.standing_cases(&parcel.number)?);
            screen.tell("next.superseded", &[("number", &number), ("documents", &documents), ("cases", &cases)]);
        }
    }
    Ok(())
}

/// ほかの担当者が作成したもの: whom to ask, and nothing that would send it a second time.
fn tell_others(others: &[Others], screen: &mut Screen) {
    for other in others {
        let shown = other.numbers.iter().take(EARLIER).map(ToString::to_string).collect::<Vec<_>>();
        let (numbers, count) = (shown.join(&screen.ui("place.and", &[])), other.numbers.len().to_string());
        let more = other.numbers.len().saturating_sub(EARLIER);
        let more = if more == 0 { String::new() } else { more.to_string() };
        let at = noting::shown(other.at);
        let values = [("who", other.who.as_str()), ("at", &at), ("out", &other.out), ("count", &count)];
        screen.tell("next.others", &[&values[..], &[("numbers", &numbers), ("more", &more)]].concat());
    }
}

/// The same for machines.
pub fn others_json(other: &Others) -> serde_json::Value {
    let numbers: Vec<String> = other.numbers.iter().map(ToString::to_string).collect();
    serde_json::json!({ "who": other.who, "out": other.out, "made": noting::shown(other.at), "numbers": numbers })
}

/// 別の出力先 whose papers nobody can print from here.
fn tell_elsewhere(elsewhere: &[Elsewhere], sending: &Sending, screen: &mut Screen) {
    let office = pasted(&sending.office.office);
    let shown = |count: usize| if count == 0 { String::new() } else { count.to_string() };
    for other in elsewhere {
        let (letters, calls, out) = (shown(other.letters), shown(other.calls), pasted(&other.out));
        let values = [("out", out.as_str()), ("letters", &letters), ("calls", &calls), ("office", &office)];
        screen.tell("next.elsewhere", &values);
    }
}

/// The same for machines.
pub fn elsewhere_json(other: &Elsewhere) -> serde_json::Value {
    serde_json::json!({ "out": other.out, "letters": other.letters, "calls": other.calls })
}

/// One parcel that lies in this output folder, with the print file that it was put into earlier.
fn tell_parcel(
    parcel: &ParcelRow,
    out: &Path,
    print: &str,
    near: &Near<'_>,
    sending: &Sending,
    session: &Session,
    screen: &mut Screen,
) {
    let Some(promise) = &parcel.promise else { return };
    let partner = session.bureau.partners.row(&promise.municipality, &promise.section);
    let to = partner.map_or(promise.municipality.as_str(), |p| p.name.as_str());
    let phone = partner.and_then(|p| p.phone.as_deref()).unwrap_or("－");
    let stale = partner.is_some_and(|p| is_stale(p, session.seams.now().date()));
    let old = if stale { screen.ui("next.old_number", &[]) } else { String::new() };
    let number = parcel.number.to_string();
    let near = near.within(&number, screen);
    let folder = out.join(promise.channel.as_str()).join(&number);
    match promise.channel {
        Channel::Email => {
            let draft = folder.join(format!("{number}.eml")).display().to_string();
            let office = pasted(&sending.office.office);
            screen.tell("next.mail", &[("path", &draft), ("to", &promise.destination), ("near", &near)]);
            let password = screen.ui("next.password_command", &[("number", &number), ("office", &office)]);
            let told = screen.ui("next.tell_password", &[("to", to), ("phone", phone), ("old", &old)]);
            screen.say(&format!("    {told}"));
            screen.say(&format!("    {password}"));
        }
        Channel::Paper => {
            let count = promise.documents.len().saturating_sub(1).to_string();
            let posting = promise.posting.as_deref().unwrap_or(&session.bureau.office.posting);
            let values = [
                ("number", number.as_str()),
                ("to", to),
                ("posting", posting),
                ("count", &count),
                ("print", print),
                ("near", &near),
            ];
            screen.tell("next.letter", &values);
        }
        Channel::Phone => {
            let sheet = folder.join("call.docx").display().to_string();
            let values = [
                ("to", to),
                ("phone", &*promise.destination),
                ("old", &old),
                ("path", &sheet),
                ("print", print),
                ("near", &near),
            ];
            screen.tell("next.call", &values);
        }
    }
}
