//! 虫: parcels as a faulty program would make them. The content is wrong, everything computed from it is right: codes, listing, mail.

use crate::damage::with_entry_in_clear;
use crate::finished::{DATE, cases, seams};
use crate::support::office::vault_and_keys;
use crate::support::seams::{FixedClock, SeededEntropy};
use crate::support::{copy_tree, repo, temp_dir};
use fukan::base::date::{parse, to_epoch_ms};
use fukan::base::{Fault, code};
use fukan::books::Keys;
use fukan::desk::drafting::{Desk, Drafting, Item, Job};
use fukan::desk::plan::{Plan, plan};
use fukan::desk::{Bureau, Seams};
use fukan::letter::Slot;
use fukan::notice::Channel;
use fukan::notice::Counts;
use fukan::press::{eml, text};
use fukan::proof::gate::{View, Yardstick, compare, mail_text};
use fukan::proof::verify::{Record, RecordedDocument, verify};
use fukan::proof::{Draft, Parcel, Sealed, gate, pair};
use fukan::seal::word::Spin;
use fukan::seal::{OfficeKeys, PackageKind, Password};
use fukan::world::Disk;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// Envelopes that are right.
pub const RIGHT: [&[&str]; 8] = [
    &["E-09"],
    &["E-01", "E-02"],
    &["E-03"],
    &["E-19", "E-20", "E-21"],
    &["E-04"],
    &["E-13", "E-18"],
    &["E-22", "E-23"],
    &["E-30"],
];

/// What was said about a parcel.
pub struct Told {
    /// The code with which the gate refused it.
    pub gate: Option<String>,
    /// Whether a later `verify`, with a ledger made of the same wrong parcel, would prove it.
    pub proved_afterwards: bool,
}

/// A program to be made faulty: an office, two readings of its cases (the second one with a digit that differs), its keys.
pub struct Shop {
    _folder: tempfile::TempDir,
    bureau: Bureau,
    seams: Seams,
    keys: Arc<OfficeKeys>,
    plan: Plan,
    misread: Plan,
    package: PackageKind,
}

/// Cases under a number.
fn job<'p>(plan: &'p Plan, package: PackageKind, cases: &[&str], sequence: i64) -> Job<'p> {
    let row = |id: &&str| plan.rows.iter().find(|row| row.id.as_deref() == Some(*id)).expect("the case");
    let items = cases.iter().map(|id| Item { row: row(id), reception: format!("U08-{}", &id[2..]), cited: None }).collect();
    Job {
        number: format!("R08-{sequence:04}").parse().expect("a number"),
        items,
        counts: Counts { replies: cases.len(), ..Counts::default() },
        place: Some(1),
        package: Some(package),
    }
}

impl Shop {
    pub fn new(package: PackageKind) -> Self {
        let folder = temp_dir();
        copy_tree(&repo().join("examples/office"), &folder.path().join("office"));
        let bureau = Bureau::read(&folder.path().join("office"), &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
        let seams = Seams { clock: Arc::new(FixedClock::at(&format!("{DATE}T09:00"))), ..seams() };
        let keys = vault_and_keys().1;
        let planned = |name: &str, cases: &Value| {
            let path: PathBuf = folder.path().join(name);
            fs::write(&path, cases.to_string()).expect("written");
            let date = parse(DATE).expect("a day");
            plan(&[path], &bureau, &Keys::from(keys.clone()), &seams, date, |_| ())
        };
        let (right, mut wrong) = (cases(), cases());
        let answer = &mut wrong["cases"][18]["candidates"][0]["answers"]["被扶養者認定年月日"];
        assert_eq!(*answer, "2010-06-01");
        *answer = "2010-06-07".into();
        let (plan, misread) = (planned("cases.json", &right), planned("misread.json", &wrong));
        Self { _folder: folder, plan, misread, bureau, seams, keys, package }
    }

    fn drafting<'s>(&'s self, plan: &'s Plan) -> Drafting<'s> {
        Drafting {
            bureau: &self.bureau,
            sources: &plan.sources,
            inputs: &*self.seams.inputs,
            letter_date: plan.letter_date,
            now: self.seams.now(),
        }
    }

    fn draft(&self, cases: &[&str], sequence: i64) -> Draft {
        self.drafting(&self.plan).draft(&job(&self.plan, self.package, cases, sequence)).expect("a draft")
    }

    fn package(&self) -> String {
        self.package.file("R08-0011")
    }

    fn drafted(&self) -> i64 {
        to_epoch_ms(self.seams.now()) / 1000
    }

    fn yardstick(&self) -> Yardstick<'_> {
        Yardstick { press: &self.bureau.press, keys: &self.keys, mail: &self.bureau.mail, drafted: Some(self.drafted()) }
    }

    /// As `desk::make` makes one, of whatever the draft says; `carried` goes by mail instead of the package.
    fn parcel(&self, draft: &Draft, carried: Option<&[u8]>) -> Parcel {
        let padded = draft.channel() == Channel::Email && self.package == PackageKind::Zip;
        let paired = pair(&self.bureau.press, &self.keys, draft, padded).expect("paired");
        match draft.channel() {
            Channel::Paper => return Parcel::paper(draft, paired),
            Channel::Phone => return Parcel::phone(draft, paired),
            Channel::Email => {}
        }
        let entropy = SeededEntropy::new(&draft.number);
        let leading = paired.leading_code().expect("a code");
        let password = Password::random(&entropy);
        let sealed = match self.package {
            PackageKind::Zip => Sealed::archive(paired, password, &entropy),
            PackageKind::Word => Sealed::word(paired, self.bureau.press.floor(), password, Spin::DEFAULT, &entropy),
        };
        let sealed = sealed.expect("sealed");
        let mail = draft.mail.as_ref().expect("a mail");
        let attachment = carried.unwrap_or(sealed.package());
        let text = mail_text(&self.bureau.mail, mail, leading, attachment.len()).expect("a text");
        let message = eml::draft(&eml::Draft {
            to: &draft.destination.line(),
            text: &text,
            file: &mail.package,
            attachment,
            date: self.drafted(),
            id: &draft.number,
        });
        // The faulty program's own record agrees with its own package.
        let sha256 = fukan::proof::pairing::sha256_hex(sealed.package());
        let record =
            serde_json::json!({ "number": draft.number, "kind": self.package.id(), "file": mail.package, "sha256": sha256 });
        Parcel::email(draft, sealed, &mail.package, message.expect("a mail"), record.to_string().into_bytes())
    }

    /// Whether `verify` would prove this parcel against a ledger that a program with the same fault wrote.
    fn proved(&self, draft: &Draft, parcel: &Parcel, password: Option<&Password>) -> bool {
        let documents = parcel.bound().iter().map(|bound| RecordedDocument {
            number: bound.number.clone(),
            name: bound.name.clone(),
            kind: bound.kind.id().to_owned(),
            code: bound.code,
        });
        let record = Record {
            number: parcel.number().to_owned(),
            channel: parcel.channel(),
            package: self.package,
            insurer: draft.insurer.clone(),
            municipality: draft.municipality.clone(),
            destination: draft.destination.line(),
            documents: documents.collect(),
        };
        let files: Vec<_> = parcel.files().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
        verify(&record, &files, password, &self.keys).is_ok()
    }

    /// Makes the parcel of a wrong draft and brings it before the gate, which computes the right one anew.
    fn judge(&self, wrong: &Draft, carried: Option<&[u8]>, right: &[&str]) -> Told {
        let parcel = self.parcel(wrong, carried);
        let proved_afterwards = self.proved(wrong, &parcel, parcel.password());
        let (drafting, job) = (self.drafting(&self.plan), job(&self.plan, self.package, right, SEQUENCE));
        let gated = gate(parcel, &Desk { drafting: &drafting, job: &job }, &self.yardstick());
        Told { gate: gated.err().map(|fault| fault.code.to_string()), proved_afterwards }
    }

    /// A parcel with other files or another password than its own, which no public maker would take.
    fn compare(&self, draft: &Draft, parcel: &Parcel, files: Vec<(&str, &[u8])>, password: &Password) -> Result<(), Fault> {
        let bound = parcel.bound().to_vec();
        let view = View { channel: parcel.channel(), number: parcel.number(), files, password: Some(password), bound };
        compare(&view, draft, &self.yardstick())
    }

    /// What is right.
    pub fn right(&self, cases: &[&str]) -> Told {
        self.judge(&self.draft(cases, SEQUENCE), None, cases)
    }

    /// The text of the cover letter or 目録.
    pub fn listing(&self, cases: &[&str]) -> String {
        let paired = pair(&self.bureau.press, &self.keys, &self.draft(cases, SEQUENCE), false).expect("paired");
        text::read(&paired.documents()[0].bytes).expect("readable")
    }
}

/// The number of every parcel here.
const SEQUENCE: i64 = 11;

/// The package of another case of the same requester.
pub fn packages(shop: &Shop) -> Told {
    shop.judge(&shop.draft(&["E-10"], SEQUENCE), None, &["E-09"])
}

/// Two people in each other's place, in the cover's list, too.
pub fn enclosures(shop: &Shop) -> Told {
    shop.judge(&shop.draft(&["E-20", "E-19", "E-21"], SEQUENCE), None, &["E-19", "E-20", "E-21"])
}

/// The mail carries the other's package.
pub fn attachments(shop: &Shop) -> Told {
    let other = shop.parcel(&shop.draft(&["E-10"], SEQUENCE), None);
    let carried = other.file(&shop.package()).expect("a package");
    shop.judge(&shop.draft(&["E-09"], SEQUENCE), Some(carried), &["E-09"])
}

/// The right letter under the cover of another city, each with its right code.
pub fn cover(shop: &Shop) -> Told {
    let wrong = Draft { summary: shop.draft(&["E-04"], SEQUENCE).summary, ..shop.draft(&["E-07"], SEQUENCE) };
    shop.judge(&wrong, None, &["E-07"])
}

/// The vault is given the other's password.
pub fn passwords(shop: &Shop) -> Told {
    let draft = shop.draft(&["E-09"], SEQUENCE);
    let parcel = shop.parcel(&draft, None);
    let other = Password::random(&SeededEntropy::new("other"));
    let own = parcel.password().expect("a password");
    assert!(shop.compare(&draft, &parcel, parcel.files().collect(), own).is_ok());
    let gate = shop.compare(&draft, &parcel, parcel.files().collect(), &other).err().map(|fault| fault.code.to_string());
    Told { gate, proved_afterwards: shop.proved(&draft, &parcel, Some(&other)) }
}

/// One digit was read wrongly before everything else was made of it.
pub fn digit(shop: &Shop) -> Told {
    let misread = shop.drafting(&shop.misread).draft(&job(&shop.misread, shop.package, &["E-19"], SEQUENCE)).expect("a draft");
    shop.judge(&misread, None, &["E-19"])
}

/// To the mailbox of another requester, bound to it by its code.
pub fn mail_to(shop: &Shop) -> Told {
    let other = shop.draft(&["E-03"], SEQUENCE);
    let wrong = Draft { destination: other.destination, municipality: other.municipality, ..shop.draft(&["E-09"], SEQUENCE) };
    shop.judge(&wrong, None, &["E-09"])
}

/// The listing of another inquiry of the same requester.
pub fn index(shop: &Shop) -> Told {
    let wrong = Draft { summary: shop.draft(&["E-31", "E-32"], SEQUENCE).summary, ..shop.draft(&["E-01", "E-02"], SEQUENCE) };
    shop.judge(&wrong, None, &["E-01", "E-02"])
}

/// The sheet says another's answers, for the number of the one who is called.
pub fn call_sheet(shop: &Shop) -> Told {
    let right = shop.draft(&["E-30"], SEQUENCE);
    let other = shop.draft(&["E-22", "E-23"], SEQUENCE);
    shop.judge(&Draft { documents: other.documents, ..right }, None, &["E-30"])
}

/// The cover letter of one envelope is printed with the letter of another to the same person in charge.
pub fn printed(shop: &Shop) -> Told {
    let wrong = Draft { documents: shop.draft(&["E-18"], SEQUENCE).documents, ..shop.draft(&["E-13"], SEQUENCE) };
    shop.judge(&wrong, None, &["E-13"])
}

/// The right reply, with the next number on it.
pub fn number(shop: &Shop) -> Told {
    let wrong = Draft { documents: shop.draft(&["E-09"], SEQUENCE + 1).documents, ..shop.draft(&["E-09"], SEQUENCE) };
    shop.judge(&wrong, None, &["E-09"])
}

/// The envelope shows another city's address, and the codes are bound to it.
pub fn city(shop: &Shop) -> Told {
    let (mut wrong, other) = (shop.draft(&["E-04"], SEQUENCE), shop.draft(&["E-07"], SEQUENCE));
    let shown = &other.summary.as_ref().expect("a cover").document.values;
    let cover = wrong.summary.as_mut().expect("a cover");
    for slot in [Slot::PostalCode, Slot::PostalAddress] {
        cover.document.values.set(slot, shown.get(slot).expect("an address"));
    }
    (wrong.destination, wrong.municipality) = (other.destination, other.municipality);
    shop.judge(&wrong, None, &["E-04"])
}

/// The cover says one reply more than there are.
pub fn counts(shop: &Shop) -> Told {
    let cases = ["E-19", "E-20", "E-21"];
    let wrong = Job { counts: Counts { replies: 4, ..Counts::default() }, ..job(&shop.plan, shop.package, &cases, SEQUENCE) };
    let wrong = shop.drafting(&shop.plan).draft(&wrong).expect("a draft");
    shop.judge(&wrong, None, &cases)
}

pub fn one_letter_more(shop: &Shop) -> Told {
    shop.judge(&shop.draft(&["E-13", "E-18"], SEQUENCE), None, &["E-13"])
}

pub fn one_letter_less(shop: &Shop) -> Told {
    shop.judge(&shop.draft(&["E-13"], SEQUENCE), None, &["E-13", "E-18"])
}

/// Two people in each other's place in one package, each with the number of its place.
pub fn places(shop: &Shop) -> Told {
    shop.judge(&shop.draft(&["E-02", "E-01"], SEQUENCE), None, &["E-01", "E-02"])
}

/// Two letters in each other's place, each with its own number; the listing follows.
pub fn order(shop: &Shop) -> Told {
    let mut wrong = shop.draft(&["E-01", "E-02"], SEQUENCE);
    wrong.documents.reverse();
    wrong.summary.as_mut().expect("a listing").rows.reverse();
    shop.judge(&wrong, None, &["E-01", "E-02"])
}

/// Something in clear, in the package and in the mail: an entry more, or the document itself.
pub fn entry_in_clear(shop: &Shop) -> Told {
    let draft = shop.draft(&["E-09"], SEQUENCE);
    let parcel = shop.parcel(&draft, None);
    let package = match shop.package {
        PackageKind::Zip => with_entry_in_clear(parcel.file(&shop.package()).expect("a package")),
        PackageKind::Word => pair(&shop.bureau.press, &shop.keys, &draft, true).expect("paired").documents()[0].bytes.to_vec(),
    };
    let carrying = shop.parcel(&draft, Some(&package));
    let name = shop.package();
    let files = carrying.files().map(|(file, bytes)| (file, if file == name { package.as_slice() } else { bytes }));
    let password = carrying.password().expect("a password");
    let refused = shop.compare(&draft, &carrying, files.collect(), password).expect_err("an entry in clear");
    assert_eq!(refused.code, code::GATE);
    Told { gate: Some(refused.code.to_string()), proved_afterwards: false }
}
