//! 鍵の導出: Argon2id (RFC 9106, version 0x13) from the passphrase, HKDF-SHA-256 (RFC 5869) from the root.

use super::error::VaultError;
use crate::base::Secret;
use crate::seal::mac;
use argon2::{Algorithm, Argon2, Block, Version};
use hmac::Mac;
use zeroize::{Zeroize, Zeroizing};

/// 費用: how much memory (KiB), how many passes, how many lanes. Only values within bounds can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    m_kib: u32,
    t: u32,
    p: u32,
}

impl Params {
    /// Memory: 19 MiB (OWASP's floor) to 1 GiB.
    pub const M_KIB: std::ops::RangeInclusive<u32> = 19 << 10..=1 << 20;
    /// Passes.
    pub const T: std::ops::RangeInclusive<u32> = 2..=16;
    /// Lanes.
    pub const P: std::ops::RangeInclusive<u32> = 1..=16;
    /// The least that is accepted; for keys that nothing is kept under, and tests.
    pub const LEAST: Self = Self { m_kib: 19 << 10, t: 2, p: 1 };

    /// Checks the bounds; nothing is allocated before this has said yes.
    pub fn new(m_kib: u32, t: u32, p: u32) -> Result<Self, VaultError> {
        let within = Self::M_KIB.contains(&m_kib) && Self::T.contains(&t) && Self::P.contains(&p);
        if within { Ok(Self { m_kib, t, p }) } else { Err(VaultError::Bounds) }
    }

    /// Memory in KiB.
    pub const fn m_kib(self) -> u32 {
        self.m_kib
    }

    /// Passes.
    pub const fn t(self) -> u32 {
        self.t
    }

    /// Lanes.
    pub const fn p(self) -> u32 {
        self.p
    }

    /// KEK = Argon2id(passphrase, salt). The blocks are wiped: argon2 does not do it itself.
    pub(super) fn kek(self, passphrase: &[u8], salt: &[u8; 32]) -> Result<Secret<32>, VaultError> {
        let params = argon2::Params::new(self.m_kib, self.t, self.p, Some(32)).map_err(|_| VaultError::Bounds)?;
        let mut memory = Memory::new(params.block_count())?;
        let mut kek = Secret::zeroed();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(passphrase, salt, kek.expose_mut(), &mut memory.0)
            .map_err(|_| VaultError::Bounds)?;
        Ok(kek)
    }
}

impl Default for Params {
    /// 64 MiB, 3 passes, 4 lanes (RFC 9106, section 4, second recommendation).
    fn default() -> Self {
        Self { m_kib: 64 << 10, t: 3, p: 4 }
    }
}

/// Argon2's blocks, wiped when dropped; asked for in a way that may be refused.
struct Memory(Vec<Block>);

impl Memory {
    fn new(blocks: usize) -> Result<Self, VaultError> {
        let mut memory = Vec::new();
        memory.try_reserve_exact(blocks).map_err(|_| VaultError::Memory)?;
        memory.resize(blocks, Block::new());
        Ok(Self(memory))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// HKDF-SHA-256 without salt, 32 bytes: T(1) = HMAC(HMAC(0…0, root), label ‖ 1).
pub(super) fn subkey(root: &Secret<32>, label: &[u8]) -> Secret<32> {
    let extract = mac::sha256(&Secret::zeroed()).chain_update(root.expose());
    let prk = filled(extract.finalize().into_bytes().into());
    filled(mac::sha256(&prk).chain_update(label).chain_update([1]).finalize().into_bytes().into())
}

fn filled(bytes: [u8; 32]) -> Secret<32> {
    let bytes = Zeroizing::new(bytes);
    let mut secret = Secret::zeroed();
    secret.expose_mut().copy_from_slice(&*bytes);
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_bounds_are_refused_before_anything_is_allocated() {
        for (m, t, p) in
            [(64 << 20, 3, 4), (u32::MAX, 3, 4), ((1 << 20) + 1, 3, 4), (8, 3, 4), (0, 3, 4), (65536, 0, 4), (65536, 1, 4)]
        {
            assert_eq!(Params::new(m, t, p), Err(VaultError::Bounds));
        }
        for (m, t, p) in [(65536, 17, 4), (65536, u32::MAX, 4), (65536, 3, 0), (65536, 3, 17)] {
            assert_eq!(Params::new(m, t, p), Err(VaultError::Bounds));
        }
        assert_eq!(Params::new(65536, 3, 4), Ok(Params::default()));
        assert!(Params::new(1 << 20, 16, 16).is_ok());
    }

    #[test]
    fn the_subkey_is_that_of_rfc_5869() {
        let root = Secret::<32>::from_slice(&[0x0B; 32]).expect("32");
        let mut want = [0u8; 32];
        hkdf::Hkdf::<sha2::Sha256>::new(None, root.expose()).expand(b"label", &mut want).expect("32 bytes");
        assert_eq!(subkey(&root, b"label").expose(), &want);
    }
}
