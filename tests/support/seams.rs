//! Clock and randomness for integration tests. Nothing in the shipped binary can select them.
#![allow(dead_code)]

use fukan::base::date::{parse_moment, to_epoch_ms};
use fukan::base::{Clock, Entropy};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A clock that stands until it is told to move.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// At a Japanese wall-clock moment: 2026-11-20T10:15.
    pub fn at(moment: &str) -> Self {
        Self(AtomicI64::new(to_epoch_ms(parse_moment(moment).expect("a moment"))))
    }

    /// Moves it, back too.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// SHA-256(seed ‖ counter): the same every time.
pub struct SeededEntropy {
    seed: String,
    counter: AtomicU64,
}

impl SeededEntropy {
    /// A source named by its seed.
    pub fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), counter: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let n = self.counter.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::new().chain_update(&self.seed).chain_update(n.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    fn fork(&self, label: &str) -> Box<dyn Entropy> {
        Box::new(Self::new(&format!("{}/{label}", self.seed)))
    }
}
