//! 画面への出力: never panics on a full disk or a closed pipe; what was done stays done, and the exit code tells.

use super::Exit;
use super::message::{Lang, Level, Messages, json_line};
use super::table::Look;
use fukan::base::Fault;
use fukan::base::date::{Date, wareki};
pub use fukan::base::fault::pasted;
use fukan::world::{Stream, is_terminal};
use serde_json::Value;
use std::io::{ErrorKind, Write};

/// 画面.
pub struct Screen {
    /// The texts.
    pub messages: Messages,
    /// Whether a machine reads.
    pub json: bool,
    failed: bool,
}

impl Screen {
    /// In a language.
    pub fn new(messages: Messages, json: bool) -> Self {
        Self { messages, json, failed: false }
    }

    /// A line for people: on standard output, which under `--json` is the machine's alone.
    pub fn say(&mut self, line: &str) {
        match self.json {
            true => self.err(line),
            false => self.out(line),
        }
    }

    fn out(&mut self, line: &str) {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n"));
        // A reader that went away took what it wanted; any other failure is told by the exit code.
        self.failed |= written.is_err_and(|e| e.kind() != ErrorKind::BrokenPipe);
    }

    /// A line on standard error.
    pub fn err(&mut self, line: &str) {
        let mut err = std::io::stderr().lock();
        let _ = err.write_all(line.as_bytes()).and_then(|()| err.write_all(b"\n"));
    }

    /// A text of the tables, filled in.
    pub fn ui(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.messages.ui(key, values)
    }

    /// A day, as people of this language write it.
    pub fn day(&self, day: Date) -> String {
        if self.messages.lang == Lang::Ja { wareki(day) } else { day.to_string() }
    }

    /// Several names in a row.
    pub fn row<S: AsRef<str>>(&self, names: &[S]) -> String {
        names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&self.ui("place.and", &[]))
    }

    /// Says a text of the tables.
    pub fn tell(&mut self, key: &str, values: &[(&str, &str)]) {
        let text = self.ui(key, values);
        self.say(&text);
    }

    /// One fault: for people on standard error, for machines as a JSON line among the others.
    pub fn fault(&mut self, level: Level, fault: &Fault, case: Option<&str>) {
        if self.json {
            let value = self.messages.json(level, fault, case);
            return self.value(&value);
        }
        let text = self.messages.render_case(level, fault, case);
        self.err(&text);
    }

    /// 警告 of what was done all the same, to stand in its JSON.
    pub fn warnings(&self, warnings: &[Fault]) -> Vec<Value> {
        warnings.iter().map(|warning| self.messages.json(Level::Warning, warning, None)).collect()
    }

    /// One JSON line.
    pub fn value(&mut self, value: &Value) {
        // Pipes on Windows change the encoding: everything beyond ASCII is escaped for them.
        let line = json_line(value, cfg!(windows) && !is_terminal(Stream::Out));
        self.out(&line);
    }

    /// How tables are drawn.
    pub fn look(&self) -> Look {
        Look::of(Stream::Out)
    }

    /// The exit code: that of the work, unless standard output failed.
    pub fn close(mut self, exit: Exit) -> Exit {
        let flushed = std::io::stdout().flush();
        self.failed |= flushed.is_err_and(|e| e.kind() != ErrorKind::BrokenPipe);
        if self.failed {
            let text = self.ui("screen.failed", &[]);
            self.err(&text);
        }
        if self.failed && matches!(exit, Exit::Done | Exit::Some) { Exit::Disk } else { exit }
    }
}
