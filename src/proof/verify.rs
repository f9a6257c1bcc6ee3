//! 検証: finished packages, any time later.
