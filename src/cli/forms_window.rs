//! fukan forms window: the page by which an office finds where the window of its envelopes is.

use super::Exit;
use super::args::FormsWindow;
use super::screen::Screen;
use super::session::{seams, write_new};
use fukan::base::Fault;
use fukan::desk::{Bureau, papers};

/// Writes it.
pub fn run(args: &FormsWindow, screen: &mut Screen) -> Result<Exit, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    papers::free(&args.out, &seams()).map_err(one)?;
    let bureau = Bureau::read(&args.office, &*seams().store)?;
    write_new(&args.out, &bureau.window_page().map_err(one)?, "forms.window", screen)
}
