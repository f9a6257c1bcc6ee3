//! 事務所: the office folder, read whole, and its database, unlocked.

use super::forms;
use crate::base::date::Date;
use crate::base::fault::FileName;
use crate::base::seams::Kind;
use crate::base::{Arg, At, Clock, Database, Entropy, Fault, Field, Inputs, Store, code};
use crate::books::{Books, Closed};
use crate::intake::procedures::ListedProcedures;
use crate::intake::{Office, holidays as listed, partners};
use crate::letter::compose::Letterhead;
use crate::letter::mail::MailWording;
use crate::letter::phrase::Phrases;
use crate::letter::{Texts, lines};
use crate::notice::Catalogue;
use crate::notice::catalogue::BadCatalogue;
use crate::notice::deadline::WorkDays;
use crate::notice::holidays::Holidays;
use crate::notice::requester::{Municipalities, Partners};
use crate::press::{self, FormSettings, Logo, Press, Window};
use crate::seal::OfficeKeys;
use crate::seal::vault::{self, Params};
use crate::seal::word::Spin;
use crate::world::Passphrase;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// 外界との継ぎ目, handed down from `main`.
#[derive(Clone)]
pub struct Seams {
    /// The disk.
    pub store: Arc<dyn Store>,
    /// Case files.
    pub inputs: Arc<dyn Inputs>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The user's name on this computer.
    pub who: String,
}

impl Seams {
    /// Now, in Japan.
    pub fn now(&self) -> crate::base::date::DateTime {
        crate::base::date::from_epoch_ms(self.clock.now_ms())
    }
}

/// 事務所.
pub struct Bureau {
    /// Its folder.
    pub dir: PathBuf,
    /// office.toml
    pub office: Office,
    /// partners.csv
    pub partners: Partners,
    /// 項目カタログ
    pub catalogue: Catalogue,
    /// 市区町村一覧
    pub municipalities: Municipalities,
    /// 手続一覧
    pub procedures: ListedProcedures,
    /// 執務日, for deadlines.
    pub work_days: WorkDays,
    /// 印刷所
    pub press: Press,
    /// What the office says about the built-in forms.
    settings: FormSettings,
    /// What is wrong with the office's own forms and texts: until they are mended nothing new is made.
    pub broken_forms: Vec<Fault>,
    /// 発信者
    pub head: Letterhead,
    /// メールの文面
    pub mail: MailWording,
    /// 反復回数 of encrypted Word documents
    pub spin: Spin,
    /// シート of a workbook that this run reads; none is its first visible one.
    pub sheet: Option<String>,
}

type Unlock = fn(Closed, Arc<OfficeKeys>, Arc<dyn Clock>, &str) -> Result<Books, Fault>;

const MAX_SETTINGS: u64 = 1024 * 1024;
/// Where an office keeps its own texts.
pub(super) const WORDING: &str = "wording";

impl Bureau {
    /// Where an office really lies; FK-6070 where no folder stands: the path was mistyped. Asked before anything else of it.
    pub fn stands(dir: &Path, store: &dyn Store) -> Result<PathBuf, Fault> {
        let real = crate::world::resolve(dir).unwrap_or_else(|_| dir.to_owned());
        match store.kind(&real) {
            Ok(None | Some(Kind::File)) => {
                let given = FileName::named(&dir.display().to_string(), 1);
                let fault = Fault::new(code::USAGE).with("why", Arg::ours("事務所のフォルダーがありません"));
                Err(fault.with("given", Arg::plain(given.as_str())).with("words", Arg::ours("office.toml のあるフォルダー")))
            }
            // What else keeps it from being read is told where it is read.
            _ => Ok(real),
        }
    }

    /// Reads an office folder; every fault of it is told.
    pub fn read(dir: &Path, store: &dyn Store) -> Result<Self, Vec<Fault>> {
        let dir = &Self::stands(dir, store).map_err(|fault| vec![fault])?;
        let settings = text(dir, "office.toml", MAX_SETTINGS, store)?;
        let office = Office::parse(&settings, &FileName::named("office.toml", 1))?;
        let list = bytes(dir, "partners.csv", partners::MAX_PARTNERS, store)?;
        let partners = partners::parse(&list, &FileName::named("partners.csv", 1))?;
        let catalogue = catalogue(dir, store)?;
        let procedures = ListedProcedures::parse(include_str!("../../templates/procedures.toml"));
        let procedures = procedures.ok_or_else(|| vec![Fault::new(code::OURS)])?;
        let work_days = WorkDays::new(office.closes, office.closed_days.clone(), holidays(dir, store)?);
        let one = |fault: Fault| vec![fault];
        let (texts, mut broken_forms) = texts(dir, store)?;
        let settings = form_settings(&office, logo(&office, dir, store)?);
        let (forms, of_forms) = forms::read(dir, &settings, store);
        broken_forms.extend(of_forms);
        let press = Press::with(&settings, &texts, &forms).map_err(one)?;
        Ok(Self {
            dir: dir.to_owned(),
            head: letterhead(&office, texts.phrases),
            spin: Spin::new(office.spin_count).ok_or_else(|| vec![Fault::new(code::OURS)])?,
            municipalities: Municipalities::parse(include_str!("../../templates/municipalities.csv")),
            office,
            partners,
            catalogue,
            procedures,
            work_days,
            press,
            broken_forms,
            settings,
            mail: texts.mail,
            sheet: None,
        })
    }

    /// 様式の設定
    pub fn form_settings(&self) -> FormSettings {
        self.settings.clone()
    }

    /// 様式と文面の検査: nothing is made with one that is no good, nor with the built-in one in its stead.
    pub fn sound_forms(&self) -> Result<(), Vec<Fault>> {
        if self.broken_forms.is_empty() { Ok(()) } else { Err(self.broken_forms.clone()) }
    }

    /// The office's database, unlocked. A practice office may make its own file.
    pub fn books(&self, seams: &Seams, passphrase: &Passphrase) -> Result<Books, Fault> {
        self.unlocked(seams, passphrase, |_| Ok(()), Closed::unlock)
    }

    /// The same to look only: one that was tampered with can still be read, so that its rows can be named.
    pub fn inspect(&self, seams: &Seams, passphrase: &Passphrase) -> Result<Books, Fault> {
        self.unlocked(seams, passphrase, |_| Ok(()), Closed::inspect)
    }

    /// The same in the turn of this run: what allots numbers, promises parcels or changes keys. `waiting` tells the clerk that somebody
    /// else is at it, before it waits.
    pub fn books_in_turn(&self, seams: &Seams, passphrase: &Passphrase, waiting: impl FnOnce()) -> Result<Books, Fault> {
        let turn = |closed: &mut Closed| {
            if !closed.turn(false)? {
                waiting();
                closed.turn(true)?;
            }
            Ok(())
        };
        self.unlocked(seams, passphrase, turn, Closed::unlock)
    }

    fn unlocked(
        &self,
        seams: &Seams,
        passphrase: &Passphrase,
        turn: impl FnOnce(&mut Closed) -> Result<(), Fault>,
        unlock: Unlock,
    ) -> Result<Books, Fault> {
        let mut closed = match self.closed(seams) {
            Err(fault) if fault.code == code::NO_DATABASE && self.office.practice && self.office.database == Database::File => {
                return create(&self.dir, seams, passphrase);
            }
            opened => opened?,
        };
        turn(&mut closed)?;
        let keys = vault::open(&closed.vault()?, passphrase.expose()).map_err(|e| Fault::new(e.code()))?;
        unlock(closed, Arc::new(keys), seams.clock.clone(), &seams.who)
    }

    /// 再接続: the same books once more, for whoever lost the answer of the first.
    pub(super) fn again(&self, books: &Books, seams: &Seams) -> Result<Books, Fault> {
        self.closed(seams)?.unlock(books.keys().shared(), seams.clock.clone(), &seams.who)
    }

    /// Its database, before the keys.
    pub(super) fn closed(&self, seams: &Seams) -> Result<Closed, Fault> {
        match &self.office.database {
            Database::Server(server) => {
                crate::world::refuse_server_password()?;
                Closed::reach(&server.by_default(crate::world::server_user()), &self.dir)
            }
            Database::File => {
                crate::world::refuse_network_drive(&self.dir)?;
                Closed::open(&self.dir, &*seams.store)
            }
        }
    }

    /// 窓の調整用紙 for the office's window.
    pub fn window_page(&self) -> Result<Vec<u8>, Fault> {
        press::window_page(&form_settings(&self.office, None))
    }

    /// 文書番号 of a parcel or one of its documents: 健発第8-0013号の1.
    pub fn document_number(&self, number: &crate::books::Number, branch: Option<usize>) -> String {
        let fiscal_year = number.series().get(1..).and_then(|year| year.parse().ok()).unwrap_or(0);
        let sequence = u64::try_from(number.seq()).unwrap_or(0);
        self.office.document_number.print(fiscal_year, sequence, branch)
    }
}

/// 初期化: the database of an office with a new vault.
pub fn create(dir: &Path, seams: &Seams, passphrase: &Passphrase) -> Result<Books, Fault> {
    let (rows, keys) =
        vault::create(passphrase.expose(), Params::default(), &*seams.entropy).map_err(|e| Fault::new(e.code()))?;
    Books::create(dir, &rows, Arc::new(keys), &*seams.store, &*seams.entropy, seams.clock.clone(), &seams.who)
}

/// データベースの場所 that the settings of an office state.
pub fn database(dir: &Path, store: &dyn Store) -> Result<Database, Vec<Fault>> {
    Office::database_of(&text(dir, "office.toml", MAX_SETTINGS, store)?, &FileName::named("office.toml", 1))
}

fn bytes(dir: &Path, name: &str, limit: u64, store: &dyn Store) -> Result<Vec<u8>, Vec<Fault>> {
    store.read(&dir.join(name), limit).map_err(|error| {
        let fault = Fault::new(code::FILE_UNREADABLE).with("system", Arg::system(&error));
        vec![fault.within(&FileName::named(name, 1), At::Line(1))]
    })
}

fn text(dir: &Path, name: &str, limit: u64, store: &dyn Store) -> Result<String, Vec<Fault>> {
    let bytes = bytes(dir, name, limit, store)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(bytes);
    String::from_utf8(bytes).map_err(|_| vec![Fault::new(code::ENCODING).within(&FileName::named(name, 1), At::Line(1))])
}

/// 文面: the built-in ones, and the office's own out of its folder `wording`; with everything that is wrong with those.
pub(super) fn texts(dir: &Path, store: &dyn Store) -> Result<(Texts, Vec<Fault>), Vec<Fault>> {
    let mut texts = Texts::built_in().map_err(|fault| vec![fault])?;
    let unreadable = |error| {
        vec![
            Fault::new(code::FILE_UNREADABLE)
                .with("system", Arg::system(&error))
                .within(&FileName::named(WORDING, 1), At::Line(0)),
        ]
    };
    if !matches!(store.kind(&dir.join(WORDING)), Ok(Some(_))) {
        return Ok((texts, Vec::new()));
    }
    let mut faults = Vec::new();
    for entry in store.list(&dir.join(WORDING)).map_err(unreadable)? {
        // What a computer leaves behind by itself is nobody's text.
        let stray = entry.name.starts_with(['.', '~']) || ["Thumbs.db", "desktop.ini"].contains(&entry.name.as_str());
        if !stray {
            let name = format!("{WORDING}/{}", entry.name);
            faults.extend(match bytes(dir, &name, MAX_SETTINGS, store).map(String::from_utf8) {
                Ok(Ok(text)) => texts.replace(&entry.name, text.trim_start_matches('\u{FEFF}')),
                Ok(Err(error)) => vec![not_utf8(&name, error.as_bytes(), error.utf8_error().valid_up_to())],
                Err(unreadable) => unreadable,
            });
        }
    }
    Ok((texts, faults))
}

/// A text that the computer's own editor kept in its old encoding: the line where that shows.
fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Fault {
    let line = bytes.iter().take(valid).filter(|byte| **byte == b'\n').count() as u64 + 1;
    let why = "文字コードがUTF-8でありません。メモ帳では［名前を付けて保存］の［エンコード］で UTF-8 を選びます";
    Fault::new(code::WORDING).with("why", Arg::ours(why)).within(&FileName::named(name, 1), At::Line(line))
}

/// The office's own items.toml, else the built-in catalogue.
fn catalogue(dir: &Path, store: &dyn Store) -> Result<Catalogue, Vec<Fault>> {
    const NAME: &str = "items.toml";
    let own = match store.kind(&dir.join(NAME)) {
        Ok(None) => None,
        _ => Some(text(dir, NAME, MAX_SETTINGS, store)?),
    };
    Catalogue::parse(own.as_deref().unwrap_or(Catalogue::BUILT_IN)).map_err(|bad| {
        let (line, why) = match bad {
            BadCatalogue::Form(line) => (line.unwrap_or(1) as u64, "TOMLとして読めないか、必要な欄がありません"),
            BadCatalogue::Word(item) => (item as u64, "型又は保険者の種別が正しくない項目があります"),
            BadCatalogue::Twice(_) => (1, "同じ名前の項目があります"),
        };
        let fault = Fault::new(code::OFFICE_VALUE).at(Field::new("項目カタログ", NAME)).with("why", Arg::ours(why));
        vec![fault.within(&FileName::named(NAME, 1), At::Line(line))]
    })
}

/// The office's own syukujitsu.csv, else the built-in years.
fn holidays(dir: &Path, store: &dyn Store) -> Result<Holidays, Vec<Fault>> {
    const NAME: &str = "syukujitsu.csv";
    let own = match store.kind(&dir.join(NAME)) {
        Ok(None) => None,
        _ => Some(bytes(dir, NAME, MAX_SETTINGS, store)?),
    };
    listed::parse(own.as_deref().unwrap_or(listed::BUILT_IN.as_bytes()), &FileName::named(NAME, 1))
}

/// ロゴ, read and cleaned.
fn logo(office: &Office, dir: &Path, store: &dyn Store) -> Result<Option<Logo>, Vec<Fault>> {
    let Some(name) = &office.sender.logo else { return Ok(None) };
    let fault = |why: &'static str| {
        vec![Fault::new(code::LOGO).with("why", Arg::ours(why)).within(&FileName::named(name, 1), At::Byte(0))]
    };
    let bytes = match store.read(&dir.join(name), press::MAX_LOGO) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => return Err(fault("64KBまでです")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(fault("ファイルがありません")),
        Err(_) => return Err(fault("ファイルを読み込めません")),
    };
    Logo::read(&bytes).map(Some).map_err(fault)
}

fn form_settings(office: &Office, logo: Option<Logo>) -> FormSettings {
    let mm = |n: f64| n.round() as u32;
    FormSettings {
        mincho_font: office.mincho.clone(),
        window: Window {
            left_mm: mm(office.window.left),
            top_mm: mm(office.window.top),
            width_mm: mm(office.window.width),
            height_mm: mm(office.window.height),
        },
        sender_ems: office.name.lines().chain(title(office).lines()).map(lines::width).fold(0.0, f64::max),
        seal_square: !office.sender.seal_omitted,
        furigana: office.furigana,
        logo,
        practice: office.practice,
    }
}

/// 職名と氏名, on a line each where one has no room for both: nobody's name is torn.
fn title(office: &Office) -> String {
    let title = &office.sender.title;
    let Some(name) = &office.sender.name else { return title.clone() };
    let line = format!("{title}　{name}");
    if lines::width(&line) < press::sender_room(!office.sender.seal_omitted) { line } else { format!("{title}\n{name}") }
}

fn letterhead(office: &Office, phrases: Phrases) -> Letterhead {
    let address = office.contact.address.as_ref().map(|address| match &office.contact.postal_code {
        Some(code) => format!("〒{code}　{address}"),
        None => address.clone(),
    });
    Letterhead {
        sender: office.name.clone(),
        title: title(office),
        seal_omitted: office.sender.seal_omitted,
        section: office.contact.section.clone(),
        person: office.contact.officer.clone(),
        phone: office.contact.phone.clone(),
        address,
        posting: office.posting.clone(),
        closes: office.closes,
        furigana: office.furigana,
        phrases,
    }
}

/// The date on the letters: `--date`, else today.
pub fn letter_date(stated: Option<Date>, seams: &Seams) -> Date {
    stated.unwrap_or_else(|| seams.now().date())
}
