//! 起案: pass 2. Reads the records of one parcel again from the input, judges them again and says what the parcel must hold.
//!
//! The maker and the gate each come here on their own; nothing is handed from one to the other.

use super::bureau::{Bureau, Seams};
use super::judge::{Judged, judge_for};
use super::packaging;
use super::plan::{PlanRow, SourceFile, bench};
use crate::base::date::{Date, DateTime, from_epoch_ms, parse};
use crate::base::{Fault, Inputs, code};
use crate::books::{Number, ParcelRow, Reception};
use crate::intake::{Node, Source};
use crate::letter::compose::{self, ByPost, Earlier, Enclosed, Letterhead, MailOf, Sheet, Told};
use crate::letter::{LetterKind, Phrase, Slot, Values};
use crate::notice::vet::{Destination, is_stale};
use crate::notice::{Accepts, Counts, Inquiry, Reply, Why};
use crate::proof::{Anew, Draft, DraftDocument, DraftMail, Summary};
use crate::seal::PackageKind;

/// 経緯: an earlier letter of ours that a reply cites.
#[derive(Clone, Debug)]
pub struct Cited {
    /// Why.
    pub why: Why,
    /// Its number.
    pub number: Number,
    /// Its date.
    pub date: Date,
    /// Its 文書番号.
    pub document_number: String,
}

impl Cited {
    /// The letter about this case in an earlier parcel.
    pub fn of(parcel: &ParcelRow, reception: &Reception, why: Why, bureau: &Bureau) -> Self {
        let number = parcel.number.clone();
        let own = parcel.document(reception).map(|document| document.number.as_str()).unwrap_or_default();
        let branch = own.strip_prefix(&format!("{number}-")).and_then(|branch| branch.parse().ok());
        let letter_date = parcel.promise.as_ref().and_then(|promise| parse(&promise.letter_date).ok());
        Self {
            why,
            date: letter_date.unwrap_or_else(|| from_epoch_ms(parcel.reserved_at).date()),
            document_number: bureau.document_number(&number, branch),
            number,
        }
    }
}

/// One case of a parcel.
pub struct Item<'a> {
    /// Its row of the plan.
    pub row: &'a PlanRow,
    /// 受付番号
    pub reception: String,
    /// What its letter cites.
    pub cited: Option<Cited>,
}

/// 発送物の素: which records make one parcel, under which number.
pub struct Job<'a> {
    /// 発送番号
    pub number: Number,
    /// Its cases, in the order of the envelope.
    pub items: Vec<Item<'a>>,
    /// 件数の内訳
    pub counts: Counts,
    /// 何通目 of the mails to its inquiry; none of one that was made before, whose subject is not compared.
    pub place: Option<usize>,
    /// 封緘の形式, when it is not for the partner's row to decide.
    pub package: Option<PackageKind>,
}

/// 起案の場: the office, the input files and the date on the letters.
pub struct Drafting<'a> {
    /// The office.
    pub bureau: &'a Bureau,
    /// The input files.
    pub sources: &'a [SourceFile],
    /// How they are opened.
    pub inputs: &'a dyn Inputs,
    /// 発信日
    pub letter_date: Date,
    /// Now, in Japan.
    pub now: DateTime,
}

/// A job and where it is drafted: what the gate asks for the draft anew.
pub struct Desk<'a> {
    /// Where.
    pub drafting: &'a Drafting<'a>,
    /// What.
    pub job: &'a Job<'a>,
}

impl Anew for Desk<'_> {
    fn draft(&self, number: &str) -> Result<Draft, Fault> {
        if self.job.number.to_string() != number {
            return Err(Fault::new(code::GATE));
        }
        self.drafting.draft(self.job)
    }
}

/// A record read and judged again.
struct Again {
    inquiry: Inquiry,
    reply: Reply,
    destination: Destination,
    reference: Option<crate::base::SafeText>,
    accepts: Accepts,
    /// 郵送方法, where the partner's row names one.
    posting: Option<String>,
    /// Whether the partner's page had been looked at too long ago on the letter's day.
    stale: bool,
}

impl<'a> Drafting<'a> {
    /// For letters of this date, as the world is now.
    pub fn new(bureau: &'a Bureau, sources: &'a [SourceFile], seams: &'a Seams, letter_date: Date) -> Self {
        Self { bureau, sources, inputs: &*seams.inputs, letter_date, now: seams.now() }
    }
}

impl Drafting<'_> {
    /// What a parcel must hold.
    pub fn draft(&self, job: &Job<'_>) -> Result<Draft, Fault> {
        let cases: Vec<Again> = job.items.iter().map(|item| self.again(item.row)).collect::<Result<_, _>>()?;
        let first = cases.first().ok_or_else(|| Fault::new(code::OURS))?;
        let identity = first.inquiry.requester.identity();
        let one_requester =
            cases.iter().all(|c| c.inquiry.requester.identity() == identity && c.destination == first.destination);
        if !one_requester {
            // Nothing of two requesters shares an envelope; if it gets this far it is our fault.
            return Err(Fault::new(code::GATE));
        }
        let writer = Writer { drafting: self, job, cases: &cases, head: &self.bureau.head };
        Ok(match &first.destination {
            Destination::Email(_) => writer.email(),
            Destination::Paper(to) => writer.paper(to.postal_code(), to.address()),
            Destination::Phone(dial) => writer.phone(dial),
        })
    }

    /// Reads a row's record again, as it was when the row was made, and judges it under the row's terms.
    pub fn judged(&self, row: &PlanRow) -> Result<(Node, Judged), Fault> {
        let changed = || row.faults.first().cloned().unwrap_or_else(|| Fault::new(code::RECORD_CHANGED));
        let source = self.sources.get(row.source).ok_or_else(changed)?;
        let slice = row.slice.as_ref().ok_or_else(changed)?;
        let unreadable = |_| Fault::new(code::RECORD_CHANGED).within(&source.name, slice.at);
        let reader = self.inputs.open(&source.path).map_err(unreadable)?;
        let node = Source::new(reader, source.name.clone(), source.format, &self.bureau.catalogue).again(slice)?;
        let judged = judge_for(&node, &bench(self.bureau, source.records_at, self.letter_date, self.now), &row.terms);
        Ok((node, judged))
    }

    /// The file of a row.
    pub fn source(&self, row: &PlanRow) -> Result<&SourceFile, Fault> {
        self.sources.get(row.source).ok_or_else(|| Fault::new(code::OURS))
    }

    fn again(&self, row: &PlanRow) -> Result<Again, Fault> {
        match self.judged(row)?.1 {
            Judged { outcome, ready: Some(ready), vetted: Some(vetted), .. } if outcome == row.outcome => Ok(Again {
                reference: vetted.inquiry().requester.reference.clone(),
                accepts: vetted.partner().accepts,
                posting: vetted.partner().posting.clone(),
                stale: is_stale(vetted.partner(), self.letter_date),
                inquiry: vetted.inquiry().clone(),
                reply: ready.reply,
                destination: ready.destination,
            }),
            _ => {
                let fault = Fault::new(code::RECORD_CHANGED);
                let place = self.sources.get(row.source).zip(row.slice.as_ref());
                Err(place.map_or(fault.clone(), |(source, slice)| fault.within(&source.name, slice.at)))
            }
        }
    }
}

struct Writer<'a> {
    drafting: &'a Drafting<'a>,
    job: &'a Job<'a>,
    cases: &'a [Again],
    head: &'a Letterhead,
}

impl Writer<'_> {
    fn document_number(&self, branch: Option<usize>) -> String {
        self.drafting.bureau.document_number(&self.job.number, branch)
    }

    fn sheet<'s>(&'s self, index: usize, document_number: &'s str) -> Sheet<'s> {
        let item = &self.job.items[index];
        let cited = item.cited.as_ref();
        Sheet {
            document_number,
            sent_on: self.drafting.letter_date,
            reception: &item.reception,
            earlier: cited.map(|c| Earlier { why: c.why, date: c.date, number: &c.document_number }),
            before: &[],
        }
    }

    /// 送り直し: each earlier parcel that letters of this one correct or issue again, by its 文書番号.
    fn before(&self) -> Vec<(Why, String)> {
        let mut before = Vec::new();
        let is_again = |cited: &&Cited| matches!(cited.why, Why::Corrected | Why::Reissued);
        for cited in self.job.items.iter().filter_map(|item| item.cited.as_ref()).filter(is_again) {
            let one = (cited.why, self.drafting.bureau.document_number(&cited.number, None));
            if !before.contains(&one) {
                before.push(one);
            }
        }
        before
    }

    /// The replies of a set. Alone in an archive a reply bears the parcel's own number, in a set its branch of it.
    fn replies(&self, branched: bool) -> Vec<DraftDocument> {
        let number = &self.job.number;
        let document = |(index, case): (usize, &Again)| {
            let branch = branched.then_some(index + 1);
            let own = branch.map_or_else(|| number.to_string(), |branch| format!("{number}-{branch}"));
            let document_number = self.document_number(branch);
            DraftDocument {
                kind: compose::kind(&case.reply),
                name: format!("{own}.docx"),
                number: own,
                values: compose::reply(self.head, &self.sheet(index, &document_number), &case.inquiry, &case.reply),
            }
        };
        self.cases.iter().enumerate().map(document).collect()
    }

    /// 郵送方法: the partner's own, else the office's.
    fn posting(&self) -> &str {
        self.cases[0].posting.as_deref().unwrap_or(&self.head.posting)
    }

    fn finish(&self, documents: Vec<DraftDocument>, summary: Option<Summary>, mail: Option<DraftMail>) -> Draft {
        let first = &self.cases[0];
        let by_post = matches!(first.destination, Destination::Paper(_));
        Draft {
            posting: by_post.then(|| self.posting().to_owned()),
            number: self.job.number.to_string(),
            insurer: self.drafting.bureau.office.insurer.number.as_str().to_owned(),
            municipality: first.inquiry.requester.key.as_str().to_owned(),
            section: first.inquiry.requester.section.as_str().to_owned(),
            destination: first.destination.clone(),
            documents,
            summary,
            mail,
        }
    }

    fn inquiries(&self) -> Vec<&Inquiry> {
        self.cases.iter().map(|case| &case.inquiry).collect()
    }

    fn email(&self) -> Draft {
        let several = self.cases.len() > 1;
        let kind = packaging::kind(self.job.package, self.cases[0].accepts);
        let package = kind.file(&self.job.number.to_string());
        let mut documents = self.replies(several);
        let (document_number, before) = (self.document_number(None), self.before());
        let sheet = Sheet { earlier: None, before: &before, ..self.sheet(0, &document_number) };
        let listing = if kind == PackageKind::Word { LetterKind::Contents } else { LetterKind::Index };
        let mut summary = several.then(|| {
            let values = compose::listing(self.head, &sheet, &self.inquiries(), self.job.counts, documents.len());
            self.summary(listing, "list", values, &documents)
        });
        if kind == PackageKind::Word {
            // Sections of one document: they lie where the package lies.
            let all = documents.iter_mut().chain(summary.as_mut().map(|summary| &mut summary.document));
            all.for_each(|document| document.name.clone_from(&package));
        }
        let of = MailOf { counts: self.job.counts, place: self.job.place };
        let mut values = compose::mail(self.head, &sheet, &self.inquiries(), of, &self.drafting.bureau.office.short_name);
        values.set(Slot::Opening, self.head.phrases.get(packaging::opening(kind)));
        let first = summary.as_ref().map_or(&documents[0], |summary| &summary.document);
        values.set(Slot::CodePlace, compose::code_place(self.head, first.kind, &first.name));
        let practice = self.drafting.bureau.office.practice.then_some(Phrase::PracticeMail);
        let mark = practice.map(|mark| self.head.phrases.get(mark).to_owned()).unwrap_or_default();
        self.finish(documents, summary, Some(DraftMail { kind, package, mark, values }))
    }

    fn paper(&self, postal_code: &str, address: &str) -> Draft {
        let mut documents = self.replies(true);
        for document in &mut documents {
            document.values.set(Slot::Posting, self.posting());
        }
        let (document_number, before) = (self.document_number(None), self.before());
        let sheet = Sheet { earlier: None, before: &before, ..self.sheet(0, &document_number) };
        let by_post = ByPost { postal_code, address, method: self.posting() };
        let values = compose::cover(self.head, &sheet, &self.inquiries(), &by_post, self.job.counts, documents.len());
        let summary = self.summary(LetterKind::Cover, "cover", values, &documents);
        self.finish(documents, Some(summary), None)
    }

    fn phone(&self, dial: &crate::notice::vet::RepresentativeNumber) -> Draft {
        let told: Vec<Told<'_>> = self
            .cases
            .iter()
            .zip(&self.job.items)
            .map(|(case, item)| Told { inquiry: &case.inquiry, reply: &case.reply, reception: &item.reception })
            .collect();
        let document_number = self.document_number(None);
        let sheet = Sheet { earlier: None, ..self.sheet(0, &document_number) };
        let document = DraftDocument {
            kind: LetterKind::Call,
            number: self.job.number.to_string(),
            name: "call.docx".to_owned(),
            values: compose::call(self.head, &sheet, dial, self.cases[0].stale, &told),
        };
        self.finish(vec![document], None, None)
    }

    fn summary(&self, kind: LetterKind, name: &str, values: Values, documents: &[DraftDocument]) -> Summary {
        let rows = documents.iter().zip(self.cases).enumerate().map(|(index, (document, case))| {
            let document_number = self.document_number(Some(index + 1));
            let enclosed = Enclosed {
                kind: document.kind,
                document_number: &document_number,
                name: &document.name,
                reference: case.reference.as_ref(),
                why: self.job.items[index].cited.as_ref().map(|cited| cited.why),
            };
            compose::row(self.head, kind, index + 1, &enclosed)
        });
        let number = &self.job.number;
        let file = if kind == LetterKind::Cover { "cover.docx".to_owned() } else { format!("{number}-{name}.docx") };
        Summary { rows: rows.collect(), document: DraftDocument { kind, number: format!("{number}-{name}"), name: file, values } }
    }
}
