//! 机: the walk from case file to parcels; orchestration only.

pub mod accept;
pub mod again;
pub mod annotate;
pub mod bundle;
pub mod bureau;
pub mod closing;
pub mod commit;
pub mod drafting;
pub mod errand;
pub mod find;
pub mod forms;
pub mod hand;
pub mod judge;
pub mod make;
pub mod marks;
pub mod noting;
pub mod pack;
pub mod packaging;
pub mod papers;
pub mod plan;
pub mod posting;
pub mod print;
pub mod prove;
pub mod recorded;
pub mod release;
pub mod report;
mod send;
mod standing;
pub mod vault;
pub mod year;

pub use bundle::Bundling;
pub use bureau::{Bureau, Seams};
pub use commit::publish;
pub use errand::Errand;
pub use pack::{Options, Packed, Progress, pack};
pub use plan::Judging;
