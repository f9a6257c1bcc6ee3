//! fukan forms: the office's letters as Word forms.

use super::Exit;
use super::args::{FormsCheck, FormsExport, FormsList, FormsSample};
use super::message::Level;
use super::screen::Screen;
use super::session::{exit_of, seams, tell, write_new};
use super::table::Table;
use fukan::base::Fault;
use fukan::base::fault::FileName;
use fukan::desk::{Bureau, forms, papers};
use fukan::letter::LetterKind;
use fukan::press::FormSettings;
use std::path::Path;

/// Every kind of letter, and whose form it has.
pub fn list(args: &FormsList, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let store = seams().store;
    let office = args.office.as_ref().map(|dir| Bureau::stands(dir, &*store)).transpose().map_err(|fault| vec![fault])?;
    let own = office.as_ref().map_or(Ok(Vec::new()), |dir| forms::found(dir, &*store))?;
    let headings = ["letter", "file", "form"].map(|column| screen.ui(&format!("column.{column}"), &[]));
    let mut table = Table::new(headings);
    for kind in LetterKind::ALL {
        let is_own = own.iter().any(|form| form.kind == kind);
        let (name, file) = (name(kind, screen), forms::file_name(kind));
        let has_wording = office.as_ref().is_some_and(|dir| forms::has_wording(dir, kind, &*store));
        if screen.json {
            let unused = is_own && has_wording;
            let value =
                serde_json::json!({ "kind": kind.id(), "name": name, "file": file, "own": is_own, "wording_unused": unused });
            screen.value(&value);
        }
        let whose = match (is_own, has_wording) {
            (true, true) => "forms.own_only",
            (true, false) => "forms.own",
            (false, true) => "forms.own_wording",
            (false, false) => "forms.built_in",
        };
        table.row([name, file, screen.ui(whose, &[("text", &format!("wording/{}", kind.wording().0))])]);
    }
    if !screen.json {
        let drawn = table.render(screen.look());
        screen.say(drawn.trim_end());
    }
    Ok(Exit::Done)
}

/// The built-in forms, into a folder.
pub fn export(args: &FormsExport, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let store = seams().store;
    let settings = match &args.office {
        Some(dir) => Bureau::read(dir, &*store)?.form_settings(),
        None => FormSettings::default(),
    };
    let texts = forms::texts(args.office.as_deref(), &*store)?;
    let written = forms::export(&args.dir, &settings, &texts, &*store).map_err(|fault| vec![fault])?;
    for (kind, path) in &written {
        let (name, path) = (name(*kind, screen), path.display().to_string());
        match screen.json {
            true => screen.value(&serde_json::json!({ "kind": kind.id(), "name": name, "path": path })),
            false => screen.say(&format!("{path}  {name}")),
        }
    }
    if !screen.json {
        screen.tell("forms.exported", &[("count", &written.len().to_string())]);
    }
    Ok(Exit::Done)
}

/// Everything that is wrong with some forms.
pub fn check(args: &FormsCheck, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let store = seams().store;
    let mut exit = Exit::Done;
    for file in &args.files {
        match forms::check(file, args.kind, &*store) {
            Ok((kind, warnings)) => good(file, kind, &warnings, screen),
            Err(faults) => {
                tell(&faults, screen);
                exit = exit_of(&faults);
            }
        }
    }
    Ok(exit)
}

fn good(file: &Path, kind: LetterKind, warnings: &[Fault], screen: &mut Screen) {
    let (file, name) = (FileName::new(file, 1), name(kind, screen));
    if screen.json {
        let warnings = screen.warnings(warnings);
        let value = serde_json::json!({ "file": file.as_str(), "kind": kind.id(), "name": name, "warnings": warnings });
        return screen.value(&value);
    }
    warnings.iter().for_each(|warning| screen.fault(Level::Warning, warning, None));
    screen.tell("forms.good", &[("file", file.as_str()), ("name", &name)]);
}

/// A form filled in with people who do not exist.
pub fn sample(args: &FormsSample, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let seams = seams();
    papers::free(&args.out, &seams).map_err(|fault| vec![fault])?;
    let bureau = args.office.as_deref().map(|dir| Bureau::read(dir, &*seams.store)).transpose()?;
    let named = LetterKind::find(&args.form.to_string_lossy());
    let (form, kind) = match named {
        Some(kind) => (None, Some(kind)),
        None => (Some(args.form.as_path()), args.kind),
    };
    let docx = forms::sample(form, kind, bureau.as_ref(), &*seams.store)?;
    write_new(&args.out, &docx, "forms.sample", screen)
}

/// 書類の名前
fn name(kind: LetterKind, screen: &Screen) -> String {
    screen.ui(&format!("letter.{}", kind.id()), &[])
}
