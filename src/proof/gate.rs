//! 関門: before anything is released, the finished bytes are opened again and compared with the records, read again.
//!
//! The gate receives the file bytes, the password as it goes to the vault, and a draft that somebody computes anew from the
//! input. It shares nothing with sealing: keys are derived from the password again, the text is read from the bytes, and
//! what must stand there comes from the form's fixed words and the values computed anew. Text that is neither fails.

use super::contents::Contents;
use super::draft::{Draft, DraftDocument, DraftMail, Listed};
use super::pairing::{code_of, sha256_hex};
use super::parcel::{Bound, Parcel};
use super::scan;
use crate::base::{Arg, Fault, code};
use crate::letter::mail::MailWording;
use crate::letter::{Slot, Values};
use crate::notice::Channel;
use crate::notice::vet::Destination;
use crate::press::{Press, eml, text};
use crate::seal::archive::{self, Limits};
use crate::seal::code::PLACEHOLDER;
use crate::seal::{OfficeKeys, PackageKind, PairingCode, Password, word};
use zeroize::Zeroizing;

/// 関門を通った発送物. Only [`gate`] makes one; only one can be published.
pub struct Gated<T>(T);

impl<T> Gated<T> {
    /// What passed.
    pub fn parcel(&self) -> &T {
        &self.0
    }
}

/// Who computes a parcel's draft anew: re-reads the records from the input and judges them again.
pub trait Anew {
    /// The draft of this number.
    fn draft(&self, number: &str) -> Result<Draft, Fault>;
}

/// What the gate compares with, besides the draft.
pub struct Yardstick<'a> {
    /// The plates, for the fixed words of each form.
    pub press: &'a Press,
    /// K_pairing.
    pub keys: &'a OfficeKeys,
    /// メールの文面
    pub mail: &'a MailWording,
    /// When the mail was drafted, in seconds since the epoch; none when only its address and attachment are compared.
    pub drafted: Option<i64>,
}

/// 開けた発送物: what lies in a parcel, as the gate and a later check look at it.
pub struct View<'a> {
    /// 経路
    pub channel: Channel,
    /// 発送番号
    pub number: &'a str,
    /// Name and bytes of every file.
    pub files: Vec<(&'a str, &'a [u8])>,
    /// Its password.
    pub password: Option<&'a Password>,
    /// What the ledger keeps of its documents.
    pub bound: Vec<Bound>,
}

impl<'a> View<'a> {
    fn of(parcel: &'a Parcel) -> Self {
        Self {
            channel: parcel.channel(),
            number: parcel.number(),
            files: parcel.files().collect(),
            password: parcel.password(),
            bound: parcel.bound().to_vec(),
        }
    }

    fn file(&self, name: &str) -> Option<&'a [u8]> {
        self.files.iter().find(|(n, _)| *n == name).map(|(_, bytes)| *bytes)
    }
}

/// Opens a parcel again and lets it through, or says which document is not what its record says.
pub fn gate(parcel: Parcel, anew: &dyn Anew, yardstick: &Yardstick<'_>) -> Result<Gated<Parcel>, Fault> {
    let draft = anew.draft(parcel.number())?;
    compare(&View::of(&parcel), &draft, yardstick)?;
    Ok(Gated(parcel))
}

/// The same comparison for a parcel that was made before; it lets nothing through.
pub fn compare(view: &View<'_>, draft: &Draft, yardstick: &Yardstick<'_>) -> Result<(), Fault> {
    let inspection = Inspection { parcel: view, draft, yardstick };
    inspection.run().map_err(|fault| fault.with("number", Arg::plain(view.number)))
}

struct Inspection<'a> {
    parcel: &'a View<'a>,
    draft: &'a Draft,
    yardstick: &'a Yardstick<'a>,
}

fn wrong(why: &'static str) -> Fault {
    Fault::new(code::GATE).with("why", Arg::ours(why))
}

impl Inspection<'_> {
    fn run(&self) -> Result<(), Fault> {
        if self.draft.number != self.parcel.number || self.draft.channel() != self.parcel.channel {
            return Err(wrong("番号又は経路が記録と違います"));
        }
        self.parcel.files.iter().try_for_each(|(name, _)| scan::text(name))?;
        let found = match self.parcel.channel {
            Channel::Email => self.open_package()?,
            Channel::Paper | Channel::Phone => {
                if self.parcel.password.is_some() {
                    return Err(wrong("封緘しない発送物にパスワードがあります"));
                }
                let file = |(name, bytes): &(&str, &[u8])| ((*name).to_owned(), Zeroizing::new(bytes.to_vec()));
                Contents::apart(self.parcel.files.iter().map(file))
            }
        };
        let leading = self.documents(&found)?;
        match &self.draft.mail {
            Some(mail) => self.mail(mail, leading),
            None => Ok(()),
        }
    }

    fn open_package(&self) -> Result<Contents, Fault> {
        let mail = self.draft.mail.as_ref().ok_or_else(|| wrong("メールの下書きがありません"))?;
        let password = self.parcel.password.ok_or_else(|| wrong("パスワードがありません"))?;
        let package = self.parcel.file(&mail.package).ok_or_else(|| wrong("封緘したファイルがありません"))?;
        let number = self.parcel.number;
        let expected = [mail.package.clone(), format!("{number}.eml"), format!("{number}.seal.json")];
        if self.parcel.files.iter().any(|(name, _)| !expected.iter().any(|e| e == name)) {
            return Err(wrong("余分なファイルがあります"));
        }
        self.seal_record(mail, package)?;
        let unopened = |_| wrong("封緘したファイルが自身のパスワードで開きません");
        match mail.kind {
            PackageKind::Zip => {
                let opened = archive::open(package, password.as_bytes(), Limits::default()).map_err(unopened)?;
                Ok(Contents::apart(opened.into_iter().map(|entry| (entry.name, entry.bytes))))
            }
            PackageKind::Word => {
                let whole = word::open(package, password.expose(), Limits::default().bytes).map_err(unopened)?;
                Contents::merged(&whole, self.yardstick.press.familiar())
            }
        }
    }

    /// 暗号化記録: of this package and no other.
    fn seal_record(&self, mail: &DraftMail, package: &[u8]) -> Result<(), Fault> {
        let differs = || wrong("暗号化記録が封緘したファイルと違います");
        let bytes = self.parcel.file(&format!("{}.seal.json", self.parcel.number)).ok_or_else(differs)?;
        let record: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| differs())?;
        let says = |key: &str, value: &str| record.get(key).and_then(serde_json::Value::as_str) == Some(value);
        let right = says("number", self.parcel.number)
            && says("kind", mail.kind.id())
            && says("file", &mail.package)
            && says("sha256", &sha256_hex(package));
        if right { Ok(()) } else { Err(differs()) }
    }

    /// Every document against its draft. Returns the code that the mail shows.
    fn documents(&self, found: &Contents) -> Result<PairingCode, Fault> {
        if found.count() != self.draft.count() {
            return Err(wrong("文書の数が記録と違います"));
        }
        let familiar = self.yardstick.press.familiar();
        // The listing lies before what it lists.
        let first = usize::from(self.draft.summary.is_some());
        let mut listed = Vec::with_capacity(self.draft.documents.len());
        for (place, document) in self.draft.documents.iter().enumerate() {
            let read = found.text(&document.name, first + place, familiar)?.ok_or_else(|| wrong("文書がありません"))?;
            let code = self.document(document, &document.values, &read)?;
            // Only a listing prints hashes.
            let hashed = self.draft.summary.as_ref().and_then(|_| found.bytes(&document.name));
            listed.push(Listed { code, sha256: hashed.map(sha256_hex) });
        }
        let first = listed.first().map(|l| l.code).ok_or_else(|| wrong("文書がありません"))?;
        match &self.draft.summary {
            None => Ok(first),
            Some(summary) => {
                let read = found.text(&summary.document.name, 0, familiar)?.ok_or_else(|| wrong("一覧の文書がありません"))?;
                self.document(&summary.document, &summary.values(&listed), &read)
            }
        }
    }

    /// One document: no My Number, the text that the record gives and no other, and its own code.
    fn document(&self, document: &DraftDocument, values: &Values, read: &str) -> Result<PairingCode, Fault> {
        scan::values(values)?;
        let mut values = values.clone();
        values.set(Slot::PairingCode, PLACEHOLDER);
        let expected = Zeroizing::new(self.yardstick.press.plate(document.kind)?.expected_text(&values)?);
        let code = code_of(self.yardstick.keys, self.draft, document.kind, &document.number, &expected);
        let masked = Zeroizing::new(text::mask_code(read, &code.to_string()));
        if *masked != *expected {
            return Err(wrong("文書の内容が記録と違います"));
        }
        let bound = self.parcel.bound.iter().find(|b| b.name == document.name && b.number == document.number);
        match bound {
            Some(bound) if bound.code.matches(&code) && bound.kind == document.kind => Ok(code),
            _ => Err(wrong("照合番号が記録と違います")),
        }
    }

    /// The mail draft: to this requester, this text, this package and nothing else.
    fn mail(&self, draft: &DraftMail, leading: PairingCode) -> Result<(), Fault> {
        let number = self.parcel.number;
        let bytes = self.parcel.file(&format!("{number}.eml")).ok_or_else(|| wrong("メールの下書きがありません"))?;
        let package = self.parcel.file(&draft.package).unwrap_or_default();
        let read = eml::read(bytes)?;
        let Destination::Email(mailbox) = &self.draft.destination else {
            return Err(wrong("メールの宛先がありません"));
        };
        if read.to != mailbox.as_str() {
            return Err(wrong("メールの宛先が記録と違います"));
        }
        if read.file != draft.package || read.attachment != package {
            return Err(wrong("メールの添付ファイルが違います"));
        }
        let text = mail_text(self.yardstick.mail, draft, leading, package.len())?;
        if let Some(password) = self.parcel.password {
            // One that is no text was refused when it was read.
            let shows = str::from_utf8(bytes).is_ok_and(|all| all.contains(password.expose()));
            if shows {
                return Err(wrong("メールにパスワードがあります"));
            }
        }
        scan::text(&text.subject)?;
        scan::text(&text.body)?;
        let Some(date) = self.yardstick.drafted else { return Ok(()) };
        let expected =
            eml::Draft { to: mailbox.as_str(), text: &text, file: &draft.package, attachment: package, date, id: number };
        if eml::draft(&expected)? != bytes {
            return Err(wrong("メールの文面が記録と違います"));
        }
        Ok(())
    }
}

/// The mail's subject and body, as mail.txt and the draft give them.
pub fn mail_text(
    wording: &MailWording,
    draft: &DraftMail,
    leading: PairingCode,
    size: usize,
) -> Result<crate::letter::mail::MailText, Fault> {
    let mut values = draft.values.clone();
    values.set(Slot::PairingCode, leading.to_string());
    values.set(Slot::AttachmentName, draft.package.clone());
    values.set(Slot::AttachmentSize, format!("{}KB", size.div_ceil(1024)));
    let text = wording.fill(&values).map_err(|slot| Fault::new(code::UNKNOWN_SLOT).with("nearest", Arg::named([slot.name()])))?;
    Ok(crate::letter::mail::MailText { subject: format!("{}{}", draft.mark, text.subject), ..text })
}
