//! What one document costs on its way from the case file to the disk, stage by stage.
//!
//! `cargo bench --bench pack` prints docs/performance.md's figures: microseconds a document, wall and CPU, the least of several
//! runs. It asserts nothing about time. Argon2 (one a process) is left out and told separately.
//!
//! `cargo bench --bench pack -- OFFICE CASES` makes the mailed replies of these cases once, in memory, for `benches/peers`.

use fukan::base::date::DateTime;
use fukan::base::fault::FileName;
use fukan::base::{Fault, Inputs as _};
use fukan::books::{Books, Closed, Digest, Group, Number, ParcelFiles, Reservation};
use fukan::desk::bundle::{Bundle, bundle};
use fukan::desk::drafting::{Drafting, Item, Job};
use fukan::desk::judge::{Judged, Terms, judge_for};
use fukan::desk::make::{Made, Workbench};
use fukan::desk::plan::{Plan, bench, plan};
use fukan::desk::{Bundling, Bureau, Options, Seams, pack, prove};
use fukan::intake::{Format, Node, Source};
use fukan::letter; // the samples name it from the root of their crate
use fukan::letter::compose::{self, Sheet};
use fukan::letter::{LetterKind, List, Slot, Values};
use fukan::notice::Channel;
use fukan::press::inspect::inspect;
use fukan::press::{Press, eml, pad, text};
use fukan::proof::gate::{View, Yardstick, compare, mail_text};
use fukan::proof::verify::{Record, RecordedDocument, verify};
use fukan::proof::{Draft, Paired, Sealed, pair};
use fukan::seal::vault::{self, Params, VaultRows};
use fukan::seal::{OfficeKeys, PackageKind, PairingCode, Password, archive};
use fukan::world::{Disk, SystemClock, SystemEntropy};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[path = "../src/press/samples.rs"]
mod samples;

const PASSPHRASE: &[u8] = b"kusa no to mo sumi kawaru yo zo";

fn main() {
    // What cargo hands over itself begins with a hyphen.
    let paths: Vec<PathBuf> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).map(PathBuf::from).collect();
    if let [office, cases] = paths.as_slice() {
        return making(&Batch::of(office, cases, None));
    }
    let batch = Batch::new();
    one_page(&batch);
    stages(&batch);
    whole(&batch);
    argon2();
}

// --- clocks --------------------------------------------------------------------------------------------------------------------

/// 時間: by the wall, and of the processor (all threads of the process).
#[derive(Clone, Copy, Default)]
struct Time {
    wall: Duration,
    cpu: Duration,
}

impl Time {
    fn of(act: impl FnOnce()) -> Self {
        let (cpu, start) = (cpu(), Instant::now());
        act();
        Self { wall: start.elapsed(), cpu: self::cpu().saturating_sub(cpu) }
    }

    /// Other people's load only ever adds.
    fn least(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), cpu: self.cpu.min(other.cpu) }
    }

    fn per(self, n: usize) -> Self {
        let n = u32::try_from(n.max(1)).expect("few");
        Self { wall: self.wall / n, cpu: self.cpu / n }
    }

    fn us(self) -> f64 {
        self.cpu.as_secs_f64() * 1e6
    }
}

/// The time that the threads of this process had a core (Linux tells it in nanoseconds); nothing elsewhere.
fn cpu() -> Duration {
    // A thread's account is written when it gives up its core: without this the figure is that of the last tick.
    std::thread::yield_now();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = |task: std::fs::DirEntry| -> Option<u64> {
        std::fs::read_to_string(task.path().join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    Duration::from_nanos(tasks.filter_map(nanos).sum())
}

/// The least of `rounds`, each of `n` acts, for one of them.
fn least(rounds: usize, n: usize, mut act: impl FnMut()) -> Time {
    let times = (0..rounds).map(|_| Time::of(|| (0..n).for_each(|_| act())).per(n));
    times.reduce(Time::least).unwrap_or_default()
}

/// One act over all of `items`, for one of them.
fn over<T>(items: &[T], mut act: impl FnMut(&T)) -> Time {
    let times = (0..ROUNDS).map(|_| Time::of(|| items.iter().for_each(&mut act)).per(items.len()));
    times.reduce(Time::least).unwrap_or_default()
}

const ROUNDS: usize = 5;

fn told(what: &str, time: Time, note: &str) {
    println!("{what:<44} {:>9.1} {:>9.1}  {note}", time.wall.as_secs_f64() * 1e6, time.us());
}

fn headed(what: &str) {
    println!("\n{what:<44} {:>9} {:>9}", "µs wall", "µs CPU");
}

// --- the office ------------------------------------------------------------------------------------------------------------------

struct Batch {
    _temporary: Option<tempfile::TempDir>,
    folder: PathBuf,
    cases: PathBuf,
    bureau: Bureau,
    seams: Seams,
    rows: VaultRows,
    keys: Arc<OfficeKeys>,
    now: DateTime,
}

impl Batch {
    fn new() -> Self {
        let temporary = tempfile::tempdir().expect("folder");
        let folder = std::fs::canonicalize(temporary.path()).expect("real");
        // 練習 on every page would be measured too.
        let settings = include_str!("../tests/data/batch-200/office.toml").replace("practice = true", "practice = false");
        std::fs::write(folder.join("office.toml"), settings.replace("passphrase_file", "# passphrase_file")).expect("written");
        std::fs::write(folder.join("partners.csv"), include_bytes!("../tests/data/batch-200/partners.csv")).expect("written");
        let cases = folder.join("cases.ndjson");
        std::fs::write(&cases, include_bytes!("../tests/data/batch-200/cases.ndjson")).expect("written");
        Self::of(&folder, &cases, Some(temporary))
    }

    /// These cases in this office, its vault's keys new ones.
    fn of(folder: &Path, cases: &Path, temporary: Option<tempfile::TempDir>) -> Self {
        let (rows, keys) = vault::create(PASSPHRASE, Params::LEAST, &SystemEntropy).expect("vault");
        let seams = Seams {
            store: Arc::new(Disk),
            inputs: Arc::new(Disk),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            who: "bench".to_owned(),
        };
        let bureau = Bureau::read(folder, &Disk).unwrap_or_else(|faults| panic!("{faults:?}"));
        let now = fukan::base::date::parse_moment("2026-11-20T16:00").expect("now");
        let (folder, cases) = (folder.to_owned(), cases.to_owned());
        Self { _temporary: temporary, folder, cases, bureau, seams, rows, keys: Arc::new(keys), now }
    }

    /// A new database, unlocked without Argon2.
    fn books(&self, name: &str) -> Books {
        let office = self.folder.join(name);
        std::fs::create_dir(&office).expect("made");
        let (keys, clock) = (self.keys.clone(), self.seams.clock.clone());
        Books::create(&office, &self.rows, keys.clone(), &Disk, &SystemEntropy, clock.clone(), "bench").expect("created");
        Closed::open(&office, &Disk).expect("opens").unlock(keys, clock, "bench").expect("unlocked")
    }

    fn plan(&self) -> Plan {
        let keys = fukan::books::Keys::from(self.keys.clone());
        plan(std::slice::from_ref(&self.cases), &self.bureau, &keys, &self.seams, self.now.date(), |_| ())
    }

    fn drafting<'a>(&'a self, plan: &'a Plan) -> Drafting<'a> {
        let inputs = &*self.seams.inputs;
        Drafting { bureau: &self.bureau, sources: &plan.sources, inputs, letter_date: plan.letter_date, now: self.now }
    }

    fn workbench<'a>(&'a self, drafting: &'a Drafting<'a>) -> Workbench<'a> {
        Workbench { drafting, keys: &self.keys, entropy: &SystemEntropy, password_channel: "代表電話", now: self.now }
    }

    fn yardstick(&self) -> Yardstick<'_> {
        let drafted = Some(fukan::base::date::to_epoch_ms(self.now) / 1000);
        Yardstick { press: &self.bureau.press, keys: &self.keys, mail: &self.bureau.mail, drafted }
    }

    fn each(&self, take: impl FnMut(fukan::intake::Record)) {
        let reader = Disk.open(&self.cases).expect("opens");
        let name = FileName::new(&self.cases, 1);
        Source::new(reader, name, Format::Ndjson, &self.bureau.catalogue).each(|_| {}, take).expect("readable");
    }

    fn judge(&self, node: &Node) -> Judged {
        judge_for(node, &bench(&self.bureau, None, self.now.date(), self.now), &Terms::default())
    }
}

/// Every package is an archive, whatever the partners of the batch accept: its seal is quick enough to leave the other stages visible.
/// What a Word document costs instead is in `benches/seal.rs`.
const KIND: PackageKind = PackageKind::Zip;

fn jobs<'p>(plan: &'p Plan, bundles: &[Bundle]) -> Vec<Job<'p>> {
    let job = |(index, bundle): (usize, &Bundle)| Job {
        number: format!("R08-{:04}", index + 1).parse().expect("a number"),
        items: bundle
            .rows
            .iter()
            .map(|row| Item { row: &plan.rows[*row], reception: format!("U08-{row:04}"), cited: None })
            .collect(),
        counts: bundle.counts,
        place: Some(index + 1),
        package: Some(KIND),
    };
    bundles.iter().enumerate().map(job).collect()
}

// --- for the peers -------------------------------------------------------------------------------------------------------------------

/// Draft to gate of every case, the first one too, as a peer's own run counts: seconds for all of them. Each must come to one mailed document.
fn making(batch: &Batch) {
    let plan = batch.plan();
    let bundles = bundle(&plan.rows, Bundling::Auto, false);
    let (jobs, drafting) = (jobs(&plan, &bundles), batch.drafting(&plan));
    let workbench = batch.workbench(&drafting);
    let mut documents = 0;
    let time = Time::of(|| {
        for job in &jobs {
            let made = workbench.make(job).unwrap_or_else(|fault| panic!("{fault:?}"));
            let parcel = made.parcel.parcel();
            documents += usize::from(parcel.channel() == Channel::Email && parcel.bound().len() == 1);
            black_box(made);
        }
    });
    println!("{{\"documents\":{documents},\"wall\":{},\"cpu\":{}}}", time.wall.as_secs_f64(), time.cpu.as_secs_f64());
}

// --- one page, twelve rows --------------------------------------------------------------------------------------------------------

/// The letter that every figure of stamping is about: 回答書 with twelve rows and four notes, on one page.
fn one_page(batch: &Batch) {
    let press = &batch.bureau.press;
    let plate = press.plate(LetterKind::Reply).expect("plate");
    let values = samples::values(LetterKind::Reply);
    let docx = plate.stamp(&values).expect("stamped");
    let padded = pad::pad_to_step(docx.clone(), press.floor()).expect("padded");
    let password = Password::random(&SystemEntropy);
    let entries = |bytes| [archive::Entry { name: "R08-0012.docx", bytes }];
    let sealed = archive::seal(&entries(&padded), &password, &SystemEntropy).expect("sealed");
    println!(
        "one page: {} bytes stamped, {} padded, T of {} bytes",
        docx.len(),
        padded.len(),
        text::read(&docx).expect("T").len()
    );
    headed("one-page reply, 12 rows");
    let stamp = least(9, 500, || drop(black_box(plate.stamp(black_box(&values)).expect("done"))));
    told("stamp", stamp, &format!("{:.0} letters/s/core", 1e6 / stamp.us()));
    let control = least(5, 40, || drop(black_box(by_docx_rs(&values))));
    told("  control: docx-rs build + pack()", control, &format!("stamping is {:.1} times as fast", control.us() / stamp.us()));
    let read = least(5, 200, || drop(black_box(text::read(&docx).expect("done"))));
    told("T read back", read, "");
    told("T foretold (expected_text)", least(5, 200, || drop(black_box(plate.expected_text(&values).expect("done")))), "");
    told("pad", least(5, 200, || drop(black_box(pad::pad_to_step(docx.clone(), press.floor()).expect("done")))), "");
    told("inspect and scan, padded", least(5, 200, || drop(inspect(&padded, press.familiar()).expect("clean"))), "");
    let floor = least(5, 40, || kdf(&password));
    told("  pbkdf2 crate: 4 blocks of 1,000 rounds", floor, "");
    let seal = least(5, 40, || drop(black_box(archive::seal(&entries(&padded), &password, &SystemEntropy).expect("done"))));
    told("AE-2 seal", seal, &format!("{:.2} times the crate's derivation", seal.us() / floor.us()));
    let open =
        least(5, 40, || drop(black_box(archive::open(&sealed, password.as_bytes(), archive::Limits::default()).expect("done"))));
    told("AE-2 open", open, &format!("{:.2} times the crate's derivation", open.us() / floor.us()));
    let office = least(3, 1, || drop(black_box(Press::new(&Default::default()).expect("done"))));
    told("once a process: all forms built and compiled", office, "");
}

fn kdf(password: &Password) {
    let mut keys = [0u8; 66];
    pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password.as_bytes(), &[7; 16], 1000, &mut keys);
    black_box(keys);
}

/// The same words laid by docx-rs for each letter: a paragraph for each value, the table of twelve rows, a footer, packed.
fn by_docx_rs(values: &Values) -> Vec<u8> {
    use docx_rs::{Docx, Footer, Paragraph, Run, Table, TableCell, TableRow};
    let paragraph = |text: &str| Paragraph::new().add_run(Run::new().add_text(text));
    let single = Slot::ALL.iter().filter(|slot| slot.list().is_none()).filter_map(|slot| values.get(*slot));
    let docx = single.fold(Docx::new(), |docx, text| docx.add_paragraph(paragraph(text)));
    let cells = [Slot::AnswerItem, Slot::AnswerValue, Slot::AnswerAsOf];
    let row = |row: &letter::Row| {
        let cell = |slot: Slot| TableCell::new().add_paragraph(paragraph(row.get(slot).unwrap_or_default()));
        TableRow::new(cells.map(cell).to_vec())
    };
    let docx = docx.add_table(Table::new(values.rows(List::Answers).iter().map(row).collect()));
    let notes = values.rows(List::Notes).iter().filter_map(|row| row.get(Slot::NoteText));
    let docx = notes.fold(docx, |docx, text| docx.add_paragraph(paragraph(text)));
    let footer = Footer::new().add_paragraph(paragraph(values.get(Slot::PairingCode).unwrap_or_default()));
    let mut out = std::io::Cursor::new(Vec::new());
    docx.footer(footer).build().pack(&mut out).expect("packed");
    out.into_inner()
}

// --- the batch, stage by stage -----------------------------------------------------------------------------------------------------

/// Everything between two stages of one parcel.
struct Work<'a> {
    job: &'a Job<'a>,
    draft: Draft,
    parcel: Made,
}

fn stages(batch: &Batch) {
    let (plan, press) = (batch.plan(), &batch.bureau.press);
    let bundles = bundle(&plan.rows, Bundling::Auto, false);
    let jobs = jobs(&plan, &bundles);
    let drafting = batch.drafting(&plan);
    let workbench = batch.workbench(&drafting);
    let work = |job| {
        let draft = drafting.draft(job).expect("drafted");
        Work { job, draft, parcel: workbench.make(job).unwrap_or_else(|fault| panic!("{fault:?}")) }
    };
    let works: Vec<Work<'_>> = jobs.iter().map(work).collect();
    let documents: usize = works.iter().map(|w| w.draft.count()).sum();
    let mails: Vec<&Work<'_>> = works.iter().filter(|w| w.draft.channel() == Channel::Email).collect();
    let sealed: usize = mails.iter().map(|w| w.draft.count()).sum();
    println!(
        "\nbatch-200: 200 cases, {} parcels of {documents} documents; {} of them by mail, {sealed} sealed documents",
        works.len(),
        mails.len()
    );

    headed("a case");
    let mut nodes = Vec::new();
    batch.each(|record| nodes.extend(record.node));
    told("read (JSON to tree, SHA-256)", over(&[()], |()| batch.each(|r| drop(black_box(r)))).per(200), "");
    told("judge (admit, vet, find, decide)", over(&nodes, |node| drop(black_box(batch.judge(node)))), "");
    told("pass 1 whole (read, judge, keyed marks)", over(&[()], |()| drop(black_box(batch.plan()))).per(200), "");

    headed("a document");
    let ready: Vec<Judged> = nodes.iter().map(|n| batch.judge(n)).filter(|j| j.ready.is_some()).collect();
    told("compose", over(&ready, |judged| composed(batch, judged)), "");
    let per = |time: Time, of: usize, n: usize| Time { wall: time.wall * of as u32, cpu: time.cpu * of as u32 }.per(n);
    let all = |act: &mut dyn FnMut(&Work<'_>)| per(over(&works, act), works.len(), documents);
    let draft = all(&mut |w| drop(black_box(drafting.draft(w.job))));
    told("draft (read again, judge, compose)", draft, "");
    let stamped = all(&mut |w| w.draft.documents.iter().for_each(|d| stamp(press, d)));
    told("stamp", stamped, "");
    let paired = all(&mut |w| drop(black_box(pair(press, &batch.keys, &w.draft, w.draft.channel() == Channel::Email))));
    told("pair (stamp, T, MAC, stamp, pad)", paired, "");
    let made = all(&mut |w| drop(black_box(workbench.make(w.job).unwrap_or_else(|fault| panic!("{fault:?}")))));

    headed("a sealed document");
    let of_mail = |act: &mut dyn FnMut(&&Work<'_>)| per(over(&mails, act), mails.len(), sealed);
    let password = Password::random(&SystemEntropy);
    let floor = least(5, 40, || kdf(&password));
    told("  pbkdf2 crate: 4 blocks", floor, "");
    let mut pool: Vec<Paired> = Vec::new();
    let mut seal = Time { wall: Duration::MAX, cpu: Duration::MAX };
    for _ in 0..ROUNDS {
        pool.extend(mails.iter().map(|w| pair(press, &batch.keys, &w.draft, true).expect("paired")));
        let now = Time::of(|| {
            pool.drain(..).for_each(|paired| {
                drop(black_box(Sealed::archive(paired, Password::random(&SystemEntropy), &SystemEntropy).expect("sealed")));
            })
        });
        seal = seal.least(now.per(sealed));
    }
    told("AE-2 seal", seal, &format!("{:.2} times the crate's derivation", seal.us() / floor.us()));
    let mail_draft = of_mail(&mut |w| mail(batch, w));
    told("mail draft", mail_draft, "");
    // What `gate` does: the draft anew, then the finished bytes against it. Each time it must let the parcel through:
    // a refusal is quick and would pass for a fast gate.
    let gate = |w: &Work<'_>| {
        let anew = drafting.draft(w.job).expect("drafted");
        compare(&view(w), &anew, &batch.yardstick()).unwrap_or_else(|fault| panic!("{fault:?}"));
    };
    let gate_mail = of_mail(&mut |w| gate(w));
    told(
        "gate",
        gate_mail,
        &format!(
            "{:.2} times the seal, {:.2} times the crate's derivation",
            gate_mail.us() / seal.us(),
            gate_mail.us() / floor.us()
        ),
    );
    told("verify (own reader and the zip crate)", of_mail(&mut |w| proved(batch, w)), "opens twice");

    // Shares of one kind of document, each stage measured over the same parcels.
    let draft_mail = of_mail(&mut |w| drop(black_box(drafting.draft(w.job).expect("drafted"))));
    let pair_mail = of_mail(&mut |w| drop(black_box(pair(press, &batch.keys, &w.draft, true).expect("paired"))));
    let parts = [("draft", draft_mail), ("pair", pair_mail), ("seal", seal), ("mail", mail_draft), ("gate", gate_mail)];
    let sum: f64 = parts.iter().map(|(_, time)| time.us()).sum();
    let shares: Vec<String> = parts.iter().map(|(name, time)| format!("{name} {:.0} %", time.us() / sum * 100.0)).collect();
    println!("shares of {sum:.0} µs CPU: {}", shares.join(", "));

    headed("a document of any channel");
    told("gate", all(&mut |w| gate(w)), "");
    told("verify", all(&mut |w| proved(batch, w)), "");
    told("make (draft, pair, seal, mail, gate)", made, &format!("{:.0} documents/s/core", 1e6 / made.us()));
    let kept = commit(batch, &plan, &bundles, &works);
    told("commit (A, files, fsync, B)", kept.per(documents), "");
}

fn composed(batch: &Batch, judged: &Judged) {
    let (Some(ready), Some(vetted)) = (&judged.ready, &judged.vetted) else { return };
    let (sent_on, reception) = (batch.now.date(), "U08-0001");
    let sheet = Sheet { document_number: "健発第8-0013号", sent_on, reception, earlier: None, before: &[] };
    black_box(compose::reply(&batch.bureau.head, &sheet, vetted.inquiry(), &ready.reply));
}

fn stamp(press: &Press, document: &fukan::proof::DraftDocument) {
    let mut values = document.values.clone();
    values.set(Slot::PairingCode, fukan::seal::code::PLACEHOLDER);
    black_box(press.plate(document.kind).and_then(|plate| plate.stamp(&values)).expect("stamped"));
}

fn mail_of(batch: &Batch, draft: &Draft, leading: PairingCode, package: &[u8]) -> Result<Vec<u8>, Fault> {
    let mail = draft.mail.as_ref().expect("a mail");
    let text = mail_text(&batch.bureau.mail, mail, leading, package.len())?;
    let date = fukan::base::date::to_epoch_ms(batch.now) / 1000;
    let to = draft.destination.line();
    eml::draft(&eml::Draft { to: &to, text: &text, file: &mail.package, attachment: package, date, id: &draft.number })
}

fn mail(batch: &Batch, work: &Work<'_>) {
    let parcel = work.parcel.parcel.parcel();
    let package = parcel.file(&format!("{}.zip", parcel.number())).expect("a package");
    black_box(mail_of(batch, &work.draft, parcel.bound()[0].code, package).expect("written"));
}

/// A finished parcel as the gate looks at it.
fn view<'w>(work: &'w Work<'_>) -> View<'w> {
    let parcel = work.parcel.parcel.parcel();
    View {
        channel: parcel.channel(),
        number: parcel.number(),
        files: parcel.files().collect(),
        password: parcel.password(),
        bound: parcel.bound().to_vec(),
    }
}

fn proved(batch: &Batch, work: &Work<'_>) {
    let (parcel, draft) = (work.parcel.parcel.parcel(), &work.draft);
    let document = |b: &fukan::proof::parcel::Bound| RecordedDocument {
        number: b.number.clone(),
        name: b.name.clone(),
        kind: b.kind.id().to_owned(),
        code: b.code,
    };
    let record = Record {
        number: parcel.number().to_owned(),
        channel: parcel.channel(),
        package: KIND,
        insurer: draft.insurer.clone(),
        municipality: draft.municipality.clone(),
        destination: draft.destination.line(),
        documents: parcel.bound().iter().map(document).collect(),
    };
    let files: Vec<(String, Vec<u8>)> = parcel.files().map(|(n, b)| (n.to_owned(), b.to_vec())).collect();
    verify(&record, &files, parcel.password(), &batch.keys).expect("proved");
}

// --- commit ------------------------------------------------------------------------------------------------------------------------

/// Transaction A, the files, transaction B, in groups of sixteen as `pack` does.
fn commit(batch: &Batch, plan: &Plan, bundles: &[Bundle], works: &[Work<'_>]) -> Time {
    let run = |round: usize| {
        let mut books = batch.books(&format!("commit-{round}"));
        let out = batch.folder.join(format!("commit-out-{round}"));
        fukan::books::prepare_root(&out, &Disk).expect("prepared");
        let mut numbering = books.numbering(plan.letter_date).expect("numbering");
        Time::of(|| {
            for (bundles, works) in bundles.chunks(16).zip(works.chunks(16)) {
                let allotted: Vec<_> = works.iter().map(|_| numbering.number()).collect();
                let files: Vec<ParcelFiles> = works.iter().zip(&allotted).map(|(w, a)| files_of(w, &a.number)).collect();
                let mut group = Group::new(&out);
                for (((bundle, work), allotted), files) in bundles.iter().zip(works).zip(allotted).zip(&files) {
                    let number = allotted.number.to_string();
                    let parcel = work.parcel.parcel.parcel();
                    let seal = |p| batch.keys.seal_password(&number, allotted.revision, p, &SystemEntropy);
                    group.parcel(Reservation {
                        files,
                        insurer: work.draft.insurer.clone(),
                        municipality: work.draft.municipality.clone(),
                        section: work.draft.section.clone(),
                        destination: work.draft.destination.line(),
                        posting: None,
                        requester: plan.rows[bundle.rows[0]].marks.requester.unwrap_or_default(),
                        documents: parcel.bound().iter().map(document_row).collect(),
                        password: parcel.password().map(seal),
                        seal: work.parcel.seal.clone(),
                        retires: Vec::new(),
                        counts: fukan::notice::Counts::default(),
                        together: None,
                        corrects: None,
                        letter_date: plan.letter_date,
                        allotted,
                    });
                }
                let kept = books.reserve(group, &SystemEntropy).expect("reserved");
                let publish = |(kept, files)| fukan::books::publish(files, kept, &Disk).expect("published");
                let deliveries = kept.into_iter().zip(&files).map(publish).collect();
                books.record(deliveries, &Disk).expect("recorded");
            }
        })
    };
    (0..3).map(run).reduce(Time::least).unwrap_or_default()
}

fn files_of(work: &Work<'_>, number: &Number) -> ParcelFiles {
    let parcel = work.parcel.parcel.parcel();
    let channel = match parcel.channel() {
        Channel::Email => fukan::books::Channel::Email,
        Channel::Paper => fukan::books::Channel::Paper,
        Channel::Phone => fukan::books::Channel::Phone,
    };
    let files = parcel.files().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    ParcelFiles { channel, number: number.clone(), files }
}

fn document_row(bound: &fukan::proof::parcel::Bound) -> fukan::books::Document {
    fukan::books::Document {
        number: bound.number.clone(),
        name: bound.name.clone(),
        kind: bound.kind.id().to_owned(),
        mac: Digest::new(*bound.code.as_bytes()),
        reception: None,
        outcome: None,
        fingerprint: None,
        follow_up: false,
        delayed_until: None,
        as_of: None,
        reason: None,
        cites: None,
        why: None,
        items: Vec::new(),
        form: None,
        about: None,
    }
}

// --- the whole --------------------------------------------------------------------------------------------------------------------

fn whole(batch: &Batch) {
    headed("the batch end to end, a case (of 200)");
    for jobs in [1, 2] {
        let mut time = Time { wall: Duration::MAX, cpu: Duration::MAX };
        let mut proof = time;
        for round in 0..3 {
            let mut books = batch.books(&format!("pack-{jobs}-{round}"));
            let out = batch.folder.join(format!("out-{jobs}-{round}"));
            time = time.least(Time::of(|| packed(batch, &mut books, &out, jobs)));
            if jobs == 1 {
                proof = proof.least(Time::of(|| proved_from_disk(batch, &mut books, &out)));
            }
        }
        let rate = |time: Time| format!("{:.0} ms for 200", time.wall.as_secs_f64() * 1e3);
        // Workers end before their time is read: with several, the wall is what counts.
        told(&format!("pack --jobs {jobs}"), time.per(200), &rate(time));
        if jobs == 1 {
            told("verify of everything in the folder", proof.per(200), &rate(proof));
        }
    }
}

fn packed(batch: &Batch, books: &mut Books, out: &Path, jobs: usize) {
    let options = Options { date: Some(batch.now.date()), jobs, package: Some(KIND), ..Options::default() };
    let files = [batch.cases.clone()];
    let packed = pack(&files, &batch.bureau, books, out, &batch.seams, &options, &mut |_| ());
    black_box(packed.unwrap_or_else(|faults| panic!("{faults:?}")).lines.len());
}

fn proved_from_disk(batch: &Batch, books: &mut Books, out: &Path) {
    let verified = prove::prove(&[out.to_owned()], &[], &batch.bureau, books, &batch.seams, &mut |_| ()).expect("looked at");
    assert!(verified.iter().all(|v| v.verdict == prove::Verdict::Proved), "a parcel is not what it was");
}

/// Once a process, on purpose slow.
fn argon2() {
    headed("once a process");
    let (rows, _) = vault::create(PASSPHRASE, Params::default(), &SystemEntropy).expect("vault");
    told(
        "Argon2id (64 MiB, t=3, p=4): open the vault",
        least(3, 1, || drop(black_box(vault::open(&rows, PASSPHRASE).expect("opens")))),
        "",
    );
}
