//! A digest of bytes that come in pieces, of any algorithm.

use sha2::Digest as _;

use super::blake3_tree::{Blake3Mode, write_output};
use super::spec::{Algorithm, Secret, Spec};
use super::{Digest, sha256};

/// A digest of bytes that come in pieces.
pub struct Hasher {
    state: State,
    length: usize,
}

/// All but the smallest are boxed: BLAKE3's stack of subtrees alone takes two kilobytes.
enum State {
    Sha256(sha256::Sha256),
    Sha512(Box<sha2::Sha512>),
    Blake3(Box<blake3::Hasher>),
    Blake2b(Box<blake2b_simd::State>),
    Blake2s(Box<blake2s_simd::State>),
    Xxh3(Box<xxhash_rust::xxh3::Xxh3>),
}

impl Hasher {
    /// Starts the usual digest of an algorithm.
    pub fn new(algorithm: Algorithm) -> Hasher {
        Hasher::with(&Spec::plain(algorithm))
    }

    /// Starts with nothing.
    pub fn with(spec: &Spec) -> Hasher {
        let state = match spec.algorithm {
            Algorithm::Sha256 => State::Sha256(sha256::Sha256::new()),
            Algorithm::Sha512 => State::Sha512(Box::default()),
            Algorithm::Blake3 => State::Blake3(Box::new(Blake3Mode::of(spec).hasher())),
            Algorithm::Blake2b => State::Blake2b(Box::new(blake2b_params(spec).to_state())),
            Algorithm::Blake2s => State::Blake2s(Box::new(blake2s_params(spec).to_state())),
            Algorithm::Xxh3 => State::Xxh3(Box::default()),
        };
        Hasher { state, length: spec.length }
    }

    /// Bytes of the digest.
    pub fn digest_length(&self) -> usize {
        self.length
    }

    /// Appends bytes to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Sha256(hasher) => hasher.update(bytes),
            State::Sha512(hasher) => hasher.update(bytes),
            State::Blake3(hasher) => drop(hasher.update(bytes)),
            State::Blake2b(hasher) => drop(hasher.update(bytes)),
            State::Blake2s(hasher) => drop(hasher.update(bytes)),
            State::Xxh3(hasher) => hasher.update(bytes),
        }
    }

    /// The digest of all bytes given.
    pub fn finish(self) -> Digest {
        match self.state {
            State::Sha256(hasher) => hasher.finish().to_vec(),
            State::Sha512(hasher) => hasher.finalize().to_vec(),
            State::Blake3(hasher) => write_output(hasher.finalize_xof(), self.length),
            State::Blake2b(hasher) => hasher.finalize().as_bytes().to_vec(),
            State::Blake2s(hasher) => hasher.finalize().as_bytes().to_vec(),
            // The canonical form of XXH3 begins with the highest byte.
            State::Xxh3(hasher) => hasher.digest().to_be_bytes().to_vec(),
        }
    }
}

/// BLAKE2b with the length and the key of a spec.
pub(super) fn blake2b_params(spec: &Spec) -> blake2b_simd::Params {
    let mut params = blake2b_simd::Params::new();
    params.hash_length(spec.length);
    if let Secret::Key(key) = &spec.secret {
        params.key(key);
    }
    params
}

fn blake2s_params(spec: &Spec) -> blake2s_simd::Params {
    let mut params = blake2s_simd::Params::new();
    params.hash_length(spec.length);
    if let Secret::Key(key) = &spec.secret {
        params.key(key);
    }
    params
}
