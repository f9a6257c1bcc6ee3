//! 外界: disk, clock, randomness, lock, terminal. The only floor that touches the system.
//!
//! What differs between systems is one file each: `unix.rs` and `windows.rs`. Everything above sees the traits of `base::seams`.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the one door to the system")]

mod clock;
mod disk;
mod entropy;
mod hardening;
mod interrupt;
mod lock;
mod network;
mod passphrase;
#[cfg(any(windows, test))]
mod spelled;
mod terminal;
#[cfg(any(windows, test))]
mod typed;

#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

pub use clock::SystemClock;
pub use disk::{Disk, resolve, resolve_unlinked};
pub use entropy::SystemEntropy;
pub use hardening::no_core_dumps;
pub use interrupt::on_interrupt;
pub use lock::Lock;
pub use network::{refuse_network_drive, refuse_server_password};
pub use passphrase::{
    Passphrase, from_file as passphrase_file, from_prompt as passphrase_prompt, from_stdin as passphrase_stdin, line,
};
pub use terminal::{Lang, Stream, columns, cores, is_terminal, lang, no_color, server_user, user_name};
