//! fukan delay, ask, repack, release: what else a day brings besides replies.

use super::Exit;
use super::args::{self, Ask, ChannelArg, Delay, DelayArg, ReleaseArg, Repack};
use super::pack::send;
use super::screen::Screen;
use super::session::Session;
use fukan::base::date::{DateTime, parse_moment};
use fukan::base::{Arg, Fault, code};
use fukan::desk::release::Release;
use fukan::desk::{Errand, Options, release as desk};
use fukan::notice::{self, DelayReason, ReleaseReason};

/// 遅延の連絡 (N14).
pub fn delay(args: &Delay, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::making(&args.sending.office, screen)?;
    let until = until(&args.until, &session).map_err(|fault| vec![fault])?;
    let reason = match args.reason {
        DelayArg::Records => DelayReason::Records,
        DelayArg::Elsewhere => DelayReason::Elsewhere,
        DelayArg::Volume => DelayReason::Volume,
        DelayArg::Hours => DelayReason::Hours,
        DelayArg::System => DelayReason::System,
    };
    let errand = Errand::Delay(notice::Delay { until, reason });
    let options = Options { errand, only: args.cases.clone(), ..Options::default() };
    send(&args.files, &args.sending, options, &mut session, screen)
}

/// A time still to come; a day alone is its closing time.
fn until(text: &str, session: &Session) -> Result<DateTime, Fault> {
    let until = parse_moment(text).map_err(|_| Fault::new(code::UNTIL))?;
    let whole_day = until.hour() == 0 && until.minute() == 0;
    let until = if whole_day { until.date().to_datetime(session.bureau.office.closes) } else { until };
    let now = session.seams.now();
    // A slip in the year would take the case off the list of what is late.
    let soon = until.date().year() <= now.date().year() + 1;
    if until > now && soon { Ok(until) } else { Err(Fault::new(code::UNTIL)) }
}

/// 追加情報の依頼 for held cases (N9).
pub fn ask(args: &Ask, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::making(&args.sending.office, screen)?;
    let options = Options { errand: Errand::Ask, only: args.cases.clone(), ..Options::default() };
    send(&args.files, &args.sending, options, &mut session, screen)
}

/// 別の方法での送り直し: the whole package that carries this case.
pub fn repack(args: &Repack, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::making(&args.sending.office, screen)?;
    let case = session.books.find_case(&args.case).map_err(|fault| vec![fault])?;
    let unsent = || vec![Fault::new(code::NOTHING_MADE).with("number", Arg::plain(&case.reception))];
    let channel = match args.channel {
        ChannelArg::Email => notice::Channel::Email,
        ChannelArg::Paper => notice::Channel::Paper,
        ChannelArg::Phone => notice::Channel::Phone,
    };
    let errand = Errand::Repack(case.number.clone().ok_or_else(unsent)?, channel);
    let options = Options { errand, ..Options::default() };
    send(&args.files, &args.sending, options, &mut session, screen)
}

/// 支援措置の解除.
pub fn release(args: &args::Release, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let mut session = Session::writing(&args.office, screen)?;
    let reason = match args.reason {
        ReleaseArg::Informed => ReleaseReason::Informed,
        ReleaseArg::Consent => ReleaseReason::Consent,
        ReleaseArg::Checked => ReleaseReason::Checked,
        ReleaseArg::Ended => ReleaseReason::Ended,
    };
    let Session { bureau, books, seams, .. } = &mut session;
    let release = Release { case: &args.case, files: &args.files, by: &args.by, reason };
    let case = desk::release(&release, bureau, books, seams)?;
    let number = case.reception.to_string();
    if screen.json {
        screen.value(&serde_json::json!({ "released": number }));
    } else {
        screen.tell("release.done", &[("number", &number)]);
    }
    Ok(Exit::Done)
}
