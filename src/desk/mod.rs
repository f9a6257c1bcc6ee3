//! 机: the walk from case file to parcels; orchestration only.

pub mod judge;
