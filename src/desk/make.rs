//! 作成: one parcel from draft to gate. A pure worker: it reads the input and writes nothing.

use super::drafting::{Desk, Drafting, Job};
use crate::base::date::DateTime;
use crate::base::{Arg, Entropy, Fault, code};
use crate::notice::Channel;
use crate::press::eml;
use crate::proof::gate::{Yardstick, mail_text};
use crate::proof::pairing::sha256_hex;
use crate::proof::{Anew, Draft, DraftMail, Gated, Paired, Parcel, Sealed, gate, pair};
use crate::seal::word::Spin;
use crate::seal::{OfficeKeys, PackageKind, Password};
use serde::Serialize;

/// 作業台: what every worker shares.
pub struct Workbench<'a> {
    /// Where drafts come from.
    pub drafting: &'a Drafting<'a>,
    /// The office's keys.
    pub keys: &'a OfficeKeys,
    /// Randomness; each parcel forks its own by number.
    pub entropy: &'a dyn Entropy,
    /// How passwords are told, for the record.
    pub password_channel: &'a str,
    /// Now, in Japan.
    pub now: DateTime,
}

/// 完成した発送物.
pub struct Made {
    /// What passed the gate.
    pub parcel: Gated<Parcel>,
    /// The MAC's destination and municipality, for the ledger.
    pub destination: String,
    /// 自治体コード or partners key.
    pub municipality: String,
    /// 所属
    pub section: String,
    /// 郵送方法 of what goes by post.
    pub posting: Option<String>,
    /// 封緘の記録
    pub seal: Option<serde_json::Value>,
}

/// 暗号化記録: how a package was sealed, without personal data.
#[derive(Serialize)]
struct SealRecord<'a> {
    number: &'a str,
    kind: &'static str,
    #[serde(flatten)]
    method: Method,
    password_bits: u32,
    password_told_by: &'a str,
    sealed_at: String,
    program: &'static str,
    file: &'a str,
    size: usize,
    sha256: String,
}

/// 方式 of a kind of package.
#[derive(Serialize)]
struct Method {
    format: &'static str,
    encryption: &'static str,
    key_derivation: &'static str,
    iterations: u32,
    authentication: &'static str,
}

impl Method {
    fn of(kind: PackageKind, spin: Spin) -> Self {
        match kind {
            PackageKind::Zip => Self {
                format: "WinZip AE-2 (ZIP)",
                encryption: "AES-256-CTR",
                key_derivation: "PBKDF2-HMAC-SHA-1",
                iterations: 1000,
                authentication: "HMAC-SHA-1-80",
            },
            PackageKind::Word => Self {
                format: "ECMA-376 agile (Word)",
                encryption: "AES-256-CBC",
                key_derivation: "SHA-512 (MS-OFFCRYPTO 2.3.4.11)",
                iterations: spin.count(),
                authentication: "HMAC-SHA-512",
            },
        }
    }
}

impl Workbench<'_> {
    /// Makes one parcel, or says why it can't be.
    pub fn make(&self, job: &Job<'_>) -> Result<Made, Fault> {
        let desk = Desk { drafting: self.drafting, job };
        let number = job.number.to_string();
        let draft = desk.draft(&number)?;
        let press = &self.drafting.bureau.press;
        let padded = draft.mail.as_ref().is_some_and(|mail| mail.kind == PackageKind::Zip);
        let paired = pair(press, self.keys, &draft, padded)?;
        let (parcel, seal) = match draft.channel() {
            Channel::Email => self.email(&draft, paired)?,
            Channel::Paper => (Parcel::paper(&draft, paired), None),
            Channel::Phone => (Parcel::phone(&draft, paired), None),
        };
        let yardstick = Yardstick { press, keys: self.keys, mail: &self.drafting.bureau.mail, drafted: Some(self.drafted()) };
        let parcel = gate(parcel, &desk, &yardstick)?;
        let (destination, posting) = (draft.destination.line(), draft.posting);
        Ok(Made { parcel, destination, municipality: draft.municipality, section: draft.section, posting, seal })
    }

    fn email(&self, draft: &Draft, paired: Paired) -> Result<(Parcel, Option<serde_json::Value>), Fault> {
        let entropy = self.entropy.fork(&draft.number);
        let ours = || Fault::new(code::OURS);
        let mail = draft.mail.as_ref().ok_or_else(ours)?;
        let leading = paired.leading_code().ok_or_else(ours)?;
        let (password, bureau) = (Password::random(&*entropy), self.drafting.bureau);
        let sealed = match mail.kind {
            PackageKind::Zip => Sealed::archive(paired, password, &*entropy)?,
            PackageKind::Word => Sealed::word(paired, bureau.press.floor(), password, bureau.spin, &*entropy)?,
        };
        let text = mail_text(&bureau.mail, mail, leading, sealed.package().len())?;
        let message = eml::draft(&eml::Draft {
            to: &draft.destination.line(),
            text: &text,
            file: &mail.package,
            attachment: sealed.package(),
            date: self.drafted(),
            id: &draft.number,
        })?;
        let record = self.record(draft, mail, sealed.package());
        let value = serde_json::to_value(&record).map_err(|_| ours())?;
        let mut json = serde_json::to_vec_pretty(&record).map_err(|_| ours())?;
        json.push(b'\n');
        Ok((Parcel::email(draft, sealed, &mail.package, message, json), Some(value)))
    }

    /// When the mail is drafted, in seconds since the epoch.
    fn drafted(&self) -> i64 {
        crate::base::date::to_epoch_ms(self.now) / 1000
    }

    fn record<'r>(&'r self, draft: &'r Draft, mail: &'r DraftMail, package: &[u8]) -> SealRecord<'r> {
        SealRecord {
            number: &draft.number,
            kind: mail.kind.id(),
            method: Method::of(mail.kind, self.drafting.bureau.spin),
            password_bits: Password::BITS as u32,
            password_told_by: self.password_channel,
            sealed_at: self.now.strftime("%Y-%m-%dT%H:%M:%S+09:00").to_string(),
            program: concat!("fukan ", env!("CARGO_PKG_VERSION")),
            file: &mail.package,
            size: package.len(),
            sha256: sha256_hex(package),
        }
    }
}

/// How large the mail is as it travels: headers, text, and the package in base64. Nothing that is not mailed weighs anything.
pub fn mail_size(parcel: &Parcel) -> u64 {
    parcel.files().find(|(name, _)| name.ends_with(".eml")).map_or(0, |(_, bytes)| bytes.len() as u64)
}

/// FK-2017 for a mail that is larger than the partner takes.
pub fn within_size(parcel: &Parcel, limit: Option<u64>) -> Result<(), Fault> {
    match limit {
        Some(limit) if mail_size(parcel) > limit => Err(Fault::new(code::OVER_SIZE).with("limit", Arg::count(limit / 1024))),
        _ => Ok(()),
    }
}

/// Runs `work` over `jobs` with so many threads; results in the order of the jobs, whatever the number of threads.
pub fn run<J: Sync, R: Send>(jobs: &[J], threads: usize, work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    if threads <= 1 || jobs.len() <= 1 {
        return jobs.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { return done };
            done.push((index, work(job)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(jobs.len())).map(|_| scope.spawn(take)).collect();
        workers
            .into_iter()
            .flat_map(|worker| match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
