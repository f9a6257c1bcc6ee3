//! 外界: disk, clock, randomness, lock. The only floor that touches the system.
