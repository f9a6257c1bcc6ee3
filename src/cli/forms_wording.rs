//! fukan forms wording: the built-in texts as files, so that an office has something to start from.

use super::Exit;
use super::args::FormsWording;
use super::screen::Screen;
use super::session::seams;
use fukan::base::Fault;
use fukan::desk::papers;
use fukan::letter::Texts;
use fukan::world;

/// Writes them; a text that stands there already is never replaced.
pub fn run(args: &FormsWording, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let store = seams().store;
    let disk = |error| vec![Fault::disk(error)];
    let out = world::resolve(&args.out).map_err(disk)?;
    papers::folder(&out, &*store).map_err(|fault| vec![fault])?;
    for (name, _) in Texts::files() {
        if store.kind(&out.join(name)).map_err(disk)?.is_some() {
            return Err(vec![fukan::desk::papers::exists(&out.join(name))]);
        }
    }
    for (name, text) in Texts::files() {
        store.create(&out.join(name), text.as_bytes()).map_err(disk)?;
        if screen.json {
            screen.value(&serde_json::json!({ "path": out.join(name).display().to_string() }));
        }
    }
    if !screen.json {
        screen.tell("forms.wording", &[("folder", &args.out.display().to_string())]);
    }
    Ok(Exit::Done)
}
