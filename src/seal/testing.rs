//! Entropy for tests: the same seed gives the same bytes.

use crate::base::Entropy;
use sha2::{Digest, Sha256};
use std::sync::Mutex;

/// SHA-256(seed ‖ counter), block after block.
pub(crate) struct Seeded {
    seed: Vec<u8>,
    counter: Mutex<u64>,
}

impl Seeded {
    pub(crate) fn new(seed: &str) -> Self {
        Self { seed: seed.as_bytes().to_vec(), counter: Mutex::new(0) }
    }
}

impl Entropy for Seeded {
    fn fill(&self, out: &mut [u8]) {
        let mut counter = self.counter.lock().expect("no panic while held");
        for chunk in out.chunks_mut(32) {
            *counter += 1;
            let block = Sha256::new().chain_update(&self.seed).chain_update(counter.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    fn fork(&self, label: &str) -> Box<dyn Entropy> {
        Box::new(Self::new(&format!("{}/{label}", String::from_utf8_lossy(&self.seed))))
    }
}

/// These bytes, again and again.
pub(crate) struct Scripted {
    bytes: Vec<u8>,
    at: Mutex<usize>,
}

impl Scripted {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), at: Mutex::new(0) }
    }
}

impl Entropy for Scripted {
    fn fill(&self, out: &mut [u8]) {
        let mut at = self.at.lock().expect("no panic while held");
        for byte in out {
            *byte = self.bytes[*at % self.bytes.len()];
            *at += 1;
        }
    }

    fn fork(&self, _label: &str) -> Box<dyn Entropy> {
        Box::new(Self::new(&self.bytes))
    }
}

/// Bytes out of a vector file.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ascii"), 16).expect("hex"))
        .collect()
}
