//! Digests against `tests/vectors/hash.tsv`, which `tools/vectors/hash.py` makes with Python.

use super::{Algorithm, Hasher, digest, sha256::Sha256};
use crate::simd::sha256::Compressor;

const VECTORS: &str = include_str!("../../../../tests/vectors/hash.tsv");

struct Vector {
    name: &'static str,
    message: Vec<u8>,
    sha256: &'static str,
    blake3: &'static str,
}

impl Vector {
    fn expected(&self, algorithm: Algorithm) -> &'static str {
        match algorithm {
            Algorithm::Sha256 => self.sha256,
            Algorithm::Blake3 => self.blake3,
            _ => unreachable!("the vectors are of two algorithms"),
        }
    }
}

fn vectors() -> Vec<Vector> {
    let vectors = VECTORS.lines().map(|line| {
        let [name, sha256, blake3] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not three columns: {line}");
        };
        Vector { name, message: message(name), sha256, blake3 }
    });
    vectors.collect()
}

fn message(name: &str) -> Vec<u8> {
    match name.split(':').collect::<Vec<_>>()[..] {
        ["hex", hex] => hex.as_bytes().chunks(2).map(byte).collect(),
        ["repeat", pair, count] => vec![byte(pair.as_bytes()); count.parse().unwrap()],
        ["count", length] => (0..length.parse().unwrap()).map(|i: u32| (i % 251) as u8).collect(),
        _ => panic!("unknown message {name}"),
    }
}

fn byte(pair: &[u8]) -> u8 {
    u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()
}

fn hex(digest: impl AsRef<[u8]>) -> String {
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn digest_gives_the_published_digests() {
    for vector in vectors() {
        for algorithm in [Algorithm::Sha256, Algorithm::Blake3] {
            let found = hex(digest(algorithm, &vector.message));
            assert_eq!(found, vector.expected(algorithm), "{algorithm:?} of {}", vector.name);
        }
    }
}

#[test]
fn hasher_gives_the_same_however_the_message_is_cut() {
    for vector in vectors() {
        for piece in [1, 3, 63, 64, 65, 1000, 1024, 70_000] {
            if vector.message.len() / piece > 20_000 {
                continue;
            }
            for algorithm in [Algorithm::Sha256, Algorithm::Blake3] {
                let mut hasher = Hasher::new(algorithm);
                vector.message.chunks(piece).for_each(|bytes| hasher.update(bytes));
                hasher.update(&[]);
                let found = hex(hasher.finish());
                assert_eq!(found, vector.expected(algorithm), "{} by {piece}", vector.name);
            }
        }
    }
}

#[test]
fn every_form_of_sha256_gives_the_published_digests() {
    for form in Compressor::all() {
        for vector in vectors() {
            let mut hasher = Sha256::with(form);
            hasher.update(&vector.message);
            assert_eq!(hex(hasher.finish()), vector.sha256, "{} of {}", form.name(), vector.name);
        }
    }
}
