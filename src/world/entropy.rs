//! 乱数: the operating system's, and nothing else.

use crate::base::Entropy;
use rand::{TryRng, rngs::SysRng};

/// The operating system's randomness. A fork is the same source again: there is no state to divide.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) {
        if SysRng.try_fill_bytes(out).is_err() {
            // Nothing may be sealed with bytes that are not random: stop at once, with nothing half-made announced.
            panic!("fukan: the operating system gives no randomness");
        }
    }

    fn fork(&self, _label: &str) -> Box<dyn Entropy> {
        Box::new(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let (mut a, mut b) = ([0_u8; 32], [0_u8; 32]);
        SystemEntropy.fill(&mut a);
        SystemEntropy.fork("R08-0001").fill(&mut b);
        assert_ne!(a, b);
        assert_ne!(a, [0; 32]);
    }
}
