//! 鍵の導出: PBKDF2-HMAC-SHA-1 (RFC 8018, section 5.2) straight over SHA-1's compression function.
//!
//! Each HMAC (RFC 2104, section 2) begins with the key under ipad, or under opad: one block, the same each time, compressed
//! here once. What then comes always fits into one more block, so that a round is two compressions and no buffer. And the
//! four blocks of output do not wait for one another: taken in turn, a processor with SHA instructions works at several at a time.
//! docs/performance.md has what both give; the pbkdf2 crate is the oracle of the tests.

use sha1::block_api::compress;
use sha1::{Digest, Sha1};
use std::slice;
use zeroize::{Zeroize, Zeroizing};

/// Blocks of output: AE-2 wants 66 bytes.
const LANES: usize = 4;
/// What SHA-1 gives.
const HASH: usize = 20;
/// What SHA-1 takes at a time.
const BLOCK: usize = 64;

type State = [u32; HASH / 4];
type Block = [u8; BLOCK];

/// FIPS 180-4, section 5.3.1.
const START: State = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];

/// T_1 to T_4, whatever the length of the password. A salt leaves room for the block's number and the end of the message.
pub(super) fn derive<const SALT: usize>(password: &[u8], salt: &[u8; SALT], rounds: u32) -> Zeroizing<[u8; LANES * HASH]> {
    let key = Key::new(password);
    let mut lanes = Zeroizing::new([1, 2, 3, 4].map(|number| Lane::new(&key, salt, number)));
    for _ in 0..rounds {
        hash(&mut lanes, &key.outer);
        lanes.iter_mut().for_each(Lane::add);
        hash(&mut lanes, &key.inner);
    }
    let mut derived = Zeroizing::new([0; LANES * HASH]);
    lanes.iter().zip(derived.chunks_exact_mut(HASH)).for_each(|(lane, block)| write(&lane.sum, block));
    derived
}

/// SHA-1 after K ⊕ ipad, and after K ⊕ opad.
struct Key {
    inner: Zeroizing<State>,
    outer: Zeroizing<State>,
}

impl Key {
    fn new(password: &[u8]) -> Self {
        let mut key = Zeroizing::new([0; BLOCK]);
        if password.len() <= BLOCK {
            key[..password.len()].copy_from_slice(password);
        } else {
            key[..HASH].copy_from_slice(&*Zeroizing::new(<[u8; HASH]>::from(Sha1::digest(password))));
        }
        let under = |pad: u8| {
            let (mut state, block) = (Zeroizing::new(START), Zeroizing::new([key.map(|byte| byte ^ pad)]));
            compress(&mut state, &*block);
            state
        };
        Self { inner: under(0x36), outer: under(0x5C) }
    }
}

/// One block of the output on its way: between two rounds, its inner hash is done.
#[derive(Clone, Copy, Zeroize)]
struct Lane {
    state: State,
    /// What follows the key's block: the hash before, its end laid once.
    message: Block,
    /// U_1 ⊕ U_2 ⊕ …
    sum: State,
}

impl Lane {
    /// The first message is salt ‖ INT(number).
    fn new<const SALT: usize>(key: &Key, salt: &[u8; SALT], number: u32) -> Self {
        let mut first = const { ending(SALT + 4) };
        first[..SALT].copy_from_slice(salt);
        first[SALT..SALT + 4].copy_from_slice(&number.to_be_bytes());
        let mut lane = Self { state: *key.inner, message: const { ending(HASH) }, sum: [0; _] };
        compress(&mut lane.state, &[first]);
        write(&lane.state, &mut lane.message);
        lane
    }

    fn add(&mut self) {
        self.sum.iter_mut().zip(self.state).for_each(|(sum, word)| *sum ^= word);
    }
}

/// Hashes every lane's message after the key; what comes out is its next message.
///
/// One step for all lanes, then the next: a lane's words are written well before they are read, or the processor takes the lanes for a chain.
fn hash(lanes: &mut [Lane; LANES], after: &State) {
    lanes.iter_mut().for_each(|lane| lane.state = *after);
    lanes.iter_mut().for_each(|lane| compress(&mut lane.state, slice::from_ref(&lane.message)));
    lanes.iter_mut().for_each(|lane| write(&lane.state, &mut lane.message));
}

/// A last block with room for this many bytes before its end, as FIPS 180-4, section 5.1.1 lays it; the key's block went before it.
const fn ending(bytes: usize) -> Block {
    assert!(bytes < BLOCK - 8);
    let mut block = [0; BLOCK];
    block[bytes] = 0x80;
    [block[BLOCK - 2], block[BLOCK - 1]] = (8 * (BLOCK + bytes) as u16).to_be_bytes();
    block
}

fn write(state: &State, bytes: &mut [u8]) {
    bytes.chunks_exact_mut(4).zip(state).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_be_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::testing::hex;
    use pbkdf2::pbkdf2_hmac;
    use proptest::prelude::*;

    /// RFC 6070, but for the 16,777,216 rounds; of a shorter output it gives the first bytes.
    #[test]
    fn rfc_6070() {
        let begins = |derived: Zeroizing<[u8; 80]>, vector: &str| assert!(derived.starts_with(&hex(vector)), "{vector}");
        begins(derive(b"password", b"salt", 1), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
        begins(derive(b"password", b"salt", 2), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
        begins(derive(b"password", b"salt", 4096), "4b007901b765489abead49d926f721d065a429c1");
        begins(
            derive(b"passwordPASSWORDpassword", b"saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096),
            "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
        );
        begins(derive(b"pass\0word", b"sa\0lt", 4096), "56fa6aa75548099dcc37d7f03425e0c3");
    }

    proptest! {
        #[test]
        fn the_crate_derives_the_same(password in prop::collection::vec(any::<u8>(), 0..150), salt: [u8; 16], rounds in 1..40u32) {
            let mut theirs = [0; 80];
            pbkdf2_hmac::<Sha1>(&password, &salt, rounds, &mut theirs);
            prop_assert_eq!(*derive(&password, &salt, rounds), theirs);
        }
    }
}
