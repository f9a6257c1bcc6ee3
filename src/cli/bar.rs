//! 進み具合: a bar on a terminal, with the rate and the time that is left; nothing elsewhere.

use super::message::Messages;
use super::screen::Screen;
use fukan::base::Stop;
use fukan::books::Walking;
use fukan::desk::prove::Proving;
use fukan::desk::{Judging, Progress};
use fukan::world::{Stream, is_terminal};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// 進み具合.
pub struct Bar {
    bar: Option<ProgressBar>,
    /// What is being done, by the key of its text.
    work: &'static str,
    messages: Messages,
    closed: Arc<AtomicBool>,
}

/// How many cases are judged between two looks at the bar.
const STEP: u64 = 32;
const SECOND: Duration = Duration::from_secs(1);
/// How often it is looked whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(20);

impl Bar {
    /// A bar, where somebody sees it.
    pub fn new(screen: &Screen, quiet: bool) -> Self {
        let shown = !quiet && !screen.json && is_terminal(Stream::Err);
        let messages = screen.messages.clone();
        let bar = shown.then(|| ProgressBar::no_length().with_style(style(&messages)));
        Self { bar, work: "", messages, closed: Arc::default() }
    }

    /// 中断: says what the first Ctrl-C does at the moment it comes, since what is at hand may take a while. Nothing where no bar is.
    pub fn watch(&self, stop: &Stop) {
        let Some(bar) = self.bar.clone() else { return };
        let (text, stop, closed) = (self.messages.ui("progress.stopping", &[]), stop.clone(), self.closed.clone());
        std::thread::spawn(move || {
            while !closed.load(Ordering::Relaxed) {
                if stop.is_asked() {
                    return bar.println(&text);
                }
                std::thread::sleep(LOOK);
            }
        });
    }

    /// So many judged.
    pub fn judged(&mut self, judging: Judging) {
        if judging.cases.is_multiple_of(STEP) {
            self.at("judging", judging.cases, judging.of);
        }
    }

    /// So many rows of the ledger walked.
    pub fn walked(&mut self, walking: Walking) {
        self.at("ledger", walking.rows, Some(walking.of));
    }

    /// How far a proof is.
    pub fn proving(&mut self, proving: Proving) {
        match proving {
            Proving::Walked(walking) => self.walked(walking),
            Proving::Looked { done, of } => self.at("verifying", done, Some(of)),
            Proving::Judged(judging) => self.judged(judging),
            Proving::Compared { done, of } => self.at("comparing", done, Some(of)),
        }
    }

    /// So much of this work is done, of so much. What takes a second here takes a minute there: with other work the rate begins anew.
    fn at(&mut self, work: &'static str, done: u64, of: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        let new = self.work != work;
        if new {
            self.work = work;
            bar.unset_length();
            bar.reset();
            bar.set_message(self.messages.ui(&format!("progress.{work}"), &[]));
        }
        if let Some(of) = of.map(|of| of.max(done)).filter(|of| bar.length() != Some(*of)) {
            bar.set_length(of);
        }
        bar.set_position(done);
        if new {
            // What begins is shown at once; after that not more often than eyes follow.
            bar.force_draw();
        }
    }

    /// So many rows of the ledger read.
    pub fn read(&mut self, rows: u64) {
        self.at("ledger", rows, None);
    }

    /// What can't be counted: that it goes on, and for how long.
    pub fn goes_on(&mut self, work: &'static str) {
        let Some(bar) = &self.bar else { return };
        self.work = work;
        bar.unset_length();
        bar.reset();
        bar.set_style(timed(&self.messages));
        bar.set_message(self.messages.ui(&format!("progress.{work}"), &[]));
        bar.force_draw();
        bar.enable_steady_tick(SECOND);
    }

    /// How far a run is.
    pub fn told(&mut self, progress: Progress) {
        match progress {
            Progress::Walked(walking) => self.walked(walking),
            Progress::Judged(judging) => self.judged(judging),
            Progress::Cases(n) => self.at("packing", 0, Some(n)),
            Progress::Planned | Progress::Made(_) => {}
            Progress::Done(n) => self.at("packing", n, None),
        }
    }

    /// Takes it away.
    pub fn close(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn style(messages: &Messages) -> ProgressStyle {
    let (of, rate, left) = (messages.clone(), messages.clone(), messages.clone());
    let style = ProgressStyle::with_template("{msg} {cases} {bar:24} {rate} {left}");
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("cases", move |state: &ProgressState, out: &mut dyn Write| {
            let all = state.len().map(|all| all.to_string()).unwrap_or_default();
            let _ = out.write_str(&of.ui("progress.cases", &[("done", &state.pos().to_string()), ("all", &all)]));
        })
        .with_key("rate", move |state: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&rate.ui("progress.rate", &[("n", &format!("{:.0}", state.per_sec()))]));
        })
        .with_key("left", move |state: &ProgressState, out: &mut dyn Write| {
            if state.len().is_some() && state.pos() > 0 {
                let _ = out.write_str(&left.ui("progress.left", &[("time", &duration(state.eta(), &left))]));
            }
        })
}

/// Of what can't be counted.
fn timed(messages: &Messages) -> ProgressStyle {
    let since = messages.clone();
    let style = ProgressStyle::with_template("{msg} {since}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.with_key("since", move |state: &ProgressState, out: &mut dyn Write| {
        let _ = out.write_str(&duration(state.elapsed(), &since));
    })
}

/// 1時間5分, 3分20秒, 40秒.
fn duration(time: Duration, messages: &Messages) -> String {
    let seconds = time.as_secs();
    let (key, large, small) = match seconds {
        0..60 => ("seconds", 0, seconds),
        60..3600 => ("minutes", seconds / 60, seconds % 60),
        _ => ("hours", seconds / 3600, seconds % 3600 / 60),
    };
    messages.ui(&format!("progress.{key}"), &[("large", &large.to_string()), ("small", &small.to_string())])
}

#[cfg(test)]
mod tests {
    use super::super::message::Lang;
    use super::*;

    #[test]
    fn the_time_that_is_left_in_words() {
        let told = |seconds, lang| duration(Duration::from_secs(seconds), &Messages::load(lang));
        for (seconds, ja, en) in
            [(0, "0秒", "0 s"), (59, "59秒", "59 s"), (200, "3分20秒", "3 min 20 s"), (3900, "1時間5分", "1 h 5 min")]
        {
            assert_eq!((told(seconds, Lang::Ja).as_str(), told(seconds, Lang::En).as_str()), (ja, en));
        }
    }
}
