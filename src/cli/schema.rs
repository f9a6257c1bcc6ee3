//! fukan schema: the form of a case file, as JSON Schema.

use super::Exit;
use super::args::Schema;
use super::screen::Screen;
use super::session::seams;
use fukan::base::{Fault, code};
use fukan::desk::Bureau;
use fukan::intake::schema::schema;
use fukan::notice::Catalogue;

/// Prints it: for people with line breaks, for machines on one line.
pub fn run(args: &Schema, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let schema = match &args.office {
        Some(office) => {
            let bureau = Bureau::read(office, &*seams().store)?;
            schema(&bureau.catalogue, Some(bureau.office.insurer.kind))
        }
        None => schema(&Catalogue::parse(Catalogue::BUILT_IN).map_err(|_| vec![Fault::new(code::OURS)])?, None),
    };
    match screen.json {
        true => screen.value(&schema),
        false => screen.say(&format!("{schema:#}")),
    }
    Ok(Exit::Done)
}
