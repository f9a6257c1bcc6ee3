//! 報告: one line a case. Paths are relative to the output folder; hashes are those of a sealed parcel's files: package, draft
//! and seal record. None of them is of a letter in clear.

use super::plan::PlanRow;
use crate::base::{Arg, Fault, Store, code};
use crate::notice::{Channel, Outcome};
use crate::proof::Parcel;
use crate::proof::pairing::sha256_hex;
use serde::Serialize;
use std::io;
use std::path::Path;

/// 報告の一行.
#[derive(Clone, Debug)]
pub struct Line {
    /// 照会番号, or `#n`.
    pub case: String,
    /// 発送番号
    pub number: Option<String>,
    /// 結果
    pub outcome: Outcome,
    /// 回答方法
    pub channel: Option<Channel>,
    /// 自治体コード or partners key, once the requester could be read.
    pub municipality: String,
    /// Why it was held or refused.
    pub faults: Vec<Fault>,
    /// What was odd.
    pub warnings: Vec<Fault>,
    /// 照合票 of a held case or a near miss.
    pub card: Option<crate::notice::find::Card>,
    /// Nobody matched, but somebody nearly did.
    pub near_miss: bool,
    /// What lies in the output folder.
    pub files: Vec<FileLine>,
    /// 前に作成し、まだ発送を記録していないもの: what is to be done with the parcel of a case that was done already.
    pub todo: Option<Todo>,
}

/// 残っていること.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Todo {
    /// It is to go this way.
    Send(Channel),
    /// A reply in it was made anew since: not to go as it is.
    Renew,
    /// It does not lie where it was made.
    Gone,
    /// ほかの担当者が作成したもの: who made it sends it.
    Others,
}

/// One file of a parcel.
#[derive(Clone, Debug, Serialize)]
pub struct FileLine {
    /// Relative to the output folder, with `/`.
    pub path: String,
    /// SHA-256 of sealed files. A paper file has none: its hash would tell the answer to whoever tries all of them.
    pub sha256: Option<String>,
}

#[derive(Serialize)]
struct Written<'a> {
    case: &'a str,
    number: Option<&'a str>,
    outcome: &'static str,
    channel: Option<&'static str>,
    code: Option<&'static str>,
    files: &'a [FileLine],
}

impl Line {
    /// The line of a planned case, before anything was delivered.
    pub fn of(row: &PlanRow, number: Option<&str>) -> Self {
        Self {
            case: row.label.as_str().to_owned(),
            number: number.map(str::to_owned),
            outcome: row.outcome,
            channel: row.channel,
            municipality: row.marks.municipality.clone(),
            faults: row.faults.clone(),
            warnings: row.warnings.clone(),
            card: row.card.clone(),
            near_miss: row.near_miss,
            files: Vec::new(),
            todo: None,
        }
    }

    /// Its parcel is on the disk and recorded; `position` is its place among the replies.
    pub fn delivered(&mut self, parcel: &Parcel, position: usize) {
        let number = parcel.number();
        let folder = format!("{}/{number}", parcel.channel().word());
        let own = format!("{number}-{}.docx", position + 1);
        let concerns = |name: &str| match parcel.channel() {
            Channel::Paper => name == "cover.docx" || name == own,
            Channel::Email | Channel::Phone => true,
        };
        let sealed = parcel.channel() == Channel::Email;
        self.files = parcel
            .files()
            .filter(|(name, _)| concerns(name))
            .map(|(name, bytes)| FileLine { path: format!("{folder}/{name}"), sha256: sealed.then(|| sha256_hex(bytes)) })
            .collect();
        self.number = Some(number.to_owned());
    }

    /// As one line of report.jsonl.
    pub fn json(&self) -> String {
        let written = Written {
            case: &self.case,
            number: self.number.as_deref(),
            outcome: self.outcome.word(),
            channel: self.channel.map(Channel::word),
            code: self.faults.first().map(|fault| fault.code.as_str()),
            files: &self.files,
        };
        serde_json::to_string(&written).unwrap_or_default()
    }
}

/// The report's file name.
pub const FILE: &str = "report.jsonl";

/// That of the same for people.
pub const SHEET: &str = "report.xlsx";

/// Writes report.jsonl whole, in place of that of an earlier run. FK-6120 where it can't be replaced.
pub fn write(lines: &[Line], root: &Path, store: &dyn Store) -> Result<(), Fault> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.json());
        text.push('\n');
    }
    replace(root, FILE, text.as_bytes(), store).map_err(|error| told(FILE, &error))
}

/// The same for people. FK-6120 as for the other: most often somebody has it open.
pub fn write_sheet(bytes: &[u8], root: &Path, store: &dyn Store) -> Result<(), Fault> {
    replace(root, SHEET, bytes, store).map_err(|error| told(SHEET, &error))
}

fn told(name: &'static str, error: &io::Error) -> Fault {
    Fault::new(code::REPORT).with("file", Arg::ours(name)).with("system", Arg::system(error))
}

/// A file of ours that is written whole, in place of an earlier one. Where that can't be replaced nothing is left beside it.
pub fn replace(root: &Path, name: &str, bytes: &[u8], store: &dyn Store) -> io::Result<()> {
    let temp = root.join(format!(".fukan-{name}"));
    if store.kind(&temp)?.is_some() {
        store.remove_file(&temp)?;
    }
    store.create(&temp, bytes)?;
    store.rename_over(&temp, &root.join(name)).inspect_err(|_| drop(store.remove_file(&temp)))?;
    store.sync_dir(root)
}
