//! 台帳: the office database. Ledger and vault in one database (SQLite or PostgreSQL), so that a password and the row that names its package are committed together.
//!
//! What is written are events (`event`), append-only and chained by HMAC (`chain`); cases and parcels are what they add up to
//! (`state`). A parcel reaches the disk by the protocol of `commit`, and what an interrupted run left is settled by `recovery`.
//! The database knows people by pseudonym and contents by keyed hash (`keys`): no name, no answer, no password in clear.
//!
//! ```text
//! Closed::open -> vault rows -> (seal opens the keys) -> unlock -> Books
//! Books: recover -> numbering -> known -> reserve (A) -> publish -> record (B)
//! ```

mod chain;
mod commit;
mod db;
mod event;
mod inspection;
mod keys;
mod known;
mod moving;
mod numbers;
mod open;
mod queries;
mod recovery;
mod root;
mod state;
mod tables;
mod told;
mod vault;
mod words;
mod write;
mod written;
mod year;

pub use chain::{Anchor, Break, Copied, Row};
pub use commit::{Delivery, Group, Kept, ParcelFiles, Receipt, Reservation, prepare_root, publish};
pub use event::{
    About, Closed as ClosedReason, Discarded, Document, Event, FileHash, Judged, Note, Packed, Permitted, Printed, Received,
    Reserved, Resumed, Retired, Subject, Told, Vault as VaultChanged, VaultChange, Void, VoidReason, YearClosed,
};
pub use inspection::{Ledger, Walking};
pub use keys::Keys;
pub use known::Known;
pub use numbers::{Allotted, Numbering};
pub use open::{Books, Closed};
pub use queries::{CaseFilter, Due, Maker, ParcelFilter};
pub use recovery::{Recovery, Verdict};
pub use root::{MARK as ROOT_MARK, Root, UNFINISHED as ROOT_UNFINISHED};
pub use state::{CaseRow, FollowUp, ParcelRow};
pub use vault::SealedPassword;
pub use words::{Channel, Digest, NotOurs, Number, Outcome, Reception, State};
pub use write::Ahead;
pub use written::{case_name, parcel_number, reception};
pub use year::{Closing, Discardable, Span as YearSpan};
