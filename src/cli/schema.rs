//! fukan schema: the form of a case file, as JSON Schema, or as an empty sheet.

use super::Exit;
use super::args::Schema;
use super::screen::Screen;
use super::session::{seams, write_new};
use fukan::base::{Fault, code};
use fukan::desk::Bureau;
use fukan::intake::schema::schema;
use fukan::intake::table::form;
use fukan::notice::Catalogue;

/// Prints it: for people with line breaks, for machines on one line.
pub fn run(args: &Schema, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let (catalogue, kind) = match &args.office {
        Some(office) => {
            let bureau = Bureau::read(office, &*seams().store)?;
            (bureau.catalogue, Some(bureau.office.insurer.kind))
        }
        None => (Catalogue::parse(Catalogue::BUILT_IN).map_err(|_| vec![Fault::new(code::OURS)])?, None),
    };
    if let Some(file) = &args.xlsx {
        let sheet = form(&catalogue, kind).map_err(|fault| vec![fault])?;
        return write_new(file, &sheet, "schema.xlsx", screen);
    }
    let schema = schema(&catalogue, kind);
    match screen.json {
        true => screen.value(&schema),
        false => screen.say(&format!("{schema:#}")),
    }
    Ok(Exit::Done)
}
