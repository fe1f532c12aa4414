//! Digests of bytes, of streams, of files and of sets of files. SHA-256 is our own
//! (`simd::sha256` compresses); BLAKE3 and BLAKE2 are the crates of their authors, SHA-512 is
//! RustCrypto's, XXH3 is `xxhash-rust`.

mod blake3_tree;
mod file;
mod hasher;
mod place;
pub mod set;
mod sha256;
mod spec;

#[cfg(test)]
mod file_test;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod vectors_test;

pub use file::hash_path;
pub use hasher::Hasher;
pub(crate) use place::read_whole;
pub use spec::{Algorithm, LENGTH_MAX, Secret, Spec};

/// A digest, as long as its spec says.
pub type Digest = Vec<u8>;

/// The usual digest of bytes in memory.
pub fn digest(algorithm: Algorithm, bytes: &[u8]) -> Digest {
    digest_with(&Spec::plain(algorithm), bytes)
}

/// The digest of bytes in memory.
pub fn digest_with(spec: &Spec, bytes: &[u8]) -> Digest {
    if spec.algorithm == Algorithm::Blake3 {
        return blake3_tree::digest(spec, bytes);
    }
    let mut hasher = Hasher::with(spec);
    hasher.update(bytes);
    hasher.finish()
}
