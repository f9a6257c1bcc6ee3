//! 通知の規則: the rules of the notice of 2017-10-26, pure. Alone knows STEP 1-3.
//!
//! [`Inquiry`] and [`Stated`] come from intake. [`vet()`] identifies the requester (N6), [`find()`] matches the
//! person (N7-N9), [`decide()`] says what is answered. Each step takes the value that only the step before it makes.
//!
//! ```text
//! Inquiry -vet-> Vetted -find-> Finding{Matched|NoMatch|Several|Doubtful} -decide-> Reply | Hold | Refuse
//! ```

pub mod answer;
pub mod catalogue;
pub mod counts;
pub mod deadline;
pub mod decide;
pub mod delay;
pub mod find;
pub mod holidays;
pub mod inquiry;
pub mod insurer;
pub mod member;
pub mod optional;
pub mod plausible;
pub mod release;
pub mod reply;
pub mod requester;
pub mod vet;
pub mod why;

pub use answer::{Answer, Payment, When};
pub use catalogue::{Catalogue, Item, ItemType, WhenType};
pub use counts::Counts;
pub use decide::{Decision, decide};
pub use delay::{Delay, DelayReason};
pub use find::{Doubt, Finding, Matched, NearMiss, find};
pub use inquiry::{Additional, Asked, AskedPeriod, Birth, CaseId, Channel, Inquiry, Procedure, Received, Sex, Subject, Via};
pub use insurer::{Insurer, InsurerKind, InsurerNumber};
pub use member::{Candidate, Confirmed, Released, Stated};
pub use release::ReleaseReason;
pub use reply::{Answered, AsOf, Content, Heading, Line, NotFound, Outcome, Reply, Section};
pub use requester::{Accepts, MunicipalityCode, Partner, PartnerKey, Requester, RequesterKind};
pub use vet::{Vetted, vet};
pub use why::Why;
