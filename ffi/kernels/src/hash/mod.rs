//! Digests of bytes, of streams and of files. SHA-256 is our own (`simd::sha256` compresses);
//! BLAKE3 is the crate of its authors. File sets and other algorithms are not here.

mod blake3_tree;
mod file;
mod sha256;

#[cfg(test)]
mod file_test;
#[cfg(test)]
mod vectors_test;

pub use file::hash_file;

/// Bytes of every digest made here.
pub const DIGEST_BYTES: usize = 32;

/// A digest.
pub type Digest = [u8; DIGEST_BYTES];

/// What to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Sha256,
    Blake3,
}

impl Algorithm {
    /// Every algorithm, in the order of their numbers.
    pub const ALL: [Algorithm; 2] = [Algorithm::Sha256, Algorithm::Blake3];

    /// The algorithm of a number of the boundary.
    pub fn from_id(id: u32) -> Option<Algorithm> {
        match id {
            1 => Some(Algorithm::Sha256),
            2 => Some(Algorithm::Blake3),
            _ => None,
        }
    }

    /// The algorithm of a public name.
    pub fn from_name(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Blake3 => "blake3",
        }
    }
}

/// The digest of bytes in memory.
pub fn digest(algorithm: Algorithm, bytes: &[u8]) -> Digest {
    match algorithm {
        Algorithm::Sha256 => {
            let mut hasher = sha256::Sha256::new();
            hasher.update(bytes);
            hasher.finish()
        }
        Algorithm::Blake3 => blake3_tree::digest(bytes),
    }
}

/// A digest of bytes that come in pieces.
pub struct Hasher(State);

enum State {
    Sha256(sha256::Sha256),
    /// Boxed: its stack of subtrees makes it twenty times as large as the other.
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    /// Starts with nothing.
    pub fn new(algorithm: Algorithm) -> Hasher {
        Hasher(match algorithm {
            Algorithm::Sha256 => State::Sha256(sha256::Sha256::new()),
            Algorithm::Blake3 => State::Blake3(Box::new(blake3::Hasher::new())),
        })
    }

    /// Appends bytes to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha256(hasher) => hasher.update(bytes),
            State::Blake3(hasher) => {
                hasher.update(bytes);
            }
        }
    }

    /// The digest of all bytes given.
    pub fn finish(self) -> Digest {
        match self.0 {
            State::Sha256(hasher) => hasher.finish(),
            State::Blake3(hasher) => *hasher.finalize().as_bytes(),
        }
    }
}
