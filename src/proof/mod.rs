//! 証明: 照合番号, the gate, verify. That the right answer is in the right envelope.
//!
//! - [`draft::Draft`] says what a parcel must hold: computed from records alone, pure.
//! - [`pairing::pair`] stamps its documents and binds each by its 照合番号.
//! - `contents` is what an opened parcel says, document by document.
//! - [`parcel::Parcel`] is the finished bytes. An e-mail parcel can only be made of a [`parcel::Sealed`] package,
//!   a call sheet only with a [`RepresentativeNumber`](crate::notice::vet::RepresentativeNumber).
//! - [`gate::gate`] opens those bytes again and compares them with a draft computed anew; only it makes a [`gate::Gated`].
//! - [`verify`] does the same any time later, against the ledger.

mod contents;
pub mod draft;
pub mod gate;
pub mod pairing;
pub mod parcel;
pub mod scan;
pub mod verify;

pub use draft::{Draft, DraftDocument, DraftMail, Summary};
pub use gate::{Anew, Gated, gate};
pub use pairing::{Paired, PairedDocument, pair};
pub use parcel::{Parcel, Sealed};
