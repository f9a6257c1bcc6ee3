//! 秘密: keys in boxed arrays that are wiped when dropped.

use std::fmt;
use zeroize::Zeroizing;

/// 秘密鍵. `N` bytes on the heap, wiped on drop, never printed, never copied by accident.
#[derive(Clone)]
pub struct Secret<const N: usize>(Box<Zeroizing<[u8; N]>>);

impl<const N: usize> Secret<N> {
    /// Zeroes, to be filled in place by [`Secret::expose_mut`].
    pub fn zeroed() -> Self {
        Self(Box::new(Zeroizing::new([0; N])))
    }

    /// Fresh random bytes.
    pub fn random(entropy: &dyn crate::base::Entropy) -> Self {
        let mut secret = Self::zeroed();
        entropy.fill(secret.expose_mut());
        secret
    }

    /// Takes `N` bytes from a slice of exactly that length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self::zeroed();
        (bytes.len() == N).then(|| secret.expose_mut().copy_from_slice(bytes))?;
        Some(secret)
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// The bytes, to be written.
    pub fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[秘密]")
    }
}
