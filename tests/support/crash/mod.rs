//! 停電: what a power cut may leave of a run. A run is recorded with strace ([`trace`]), its calls are understood one by one or the
//! recording is refused ([`calls`]), and from what was written and what was synced follow all disks that may be found afterwards
//! ([`disk`], [`states`]).

pub mod calls;
pub mod disk;
pub mod states;
pub mod trace;
