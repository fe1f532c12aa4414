//! What is to be computed: the algorithm, the digest's length, and a key or a context.

use crate::config::Config;
use crate::fault::Error;

/// The longest output of BLAKE3 that is given.
pub const LENGTH_MAX: usize = 1 << 20;

/// Bytes of a BLAKE3 key.
pub const BLAKE3_KEY_BYTES: usize = 32;

/// An algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Sha256,
    Blake3,
    Sha512,
    Blake2b,
    Blake2s,
    Xxh3,
}

impl Algorithm {
    /// Every algorithm, in the order of their numbers.
    pub const ALL: [Algorithm; 6] = [
        Algorithm::Sha256,
        Algorithm::Blake3,
        Algorithm::Sha512,
        Algorithm::Blake2b,
        Algorithm::Blake2s,
        Algorithm::Xxh3,
    ];

    /// The algorithm of a number of the boundary.
    pub fn from_id(id: u32) -> Option<Algorithm> {
        Algorithm::ALL.get((id as usize).checked_sub(1)?).copied()
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
            Algorithm::Sha512 => "sha512",
            Algorithm::Blake2b => "blake2b",
            Algorithm::Blake2s => "blake2s",
            Algorithm::Xxh3 => "xxh3",
        }
    }

    /// Bytes of the digest where no length is asked for.
    pub fn default_length(self) -> usize {
        match self {
            Algorithm::Sha256 | Algorithm::Blake3 | Algorithm::Blake2s => 32,
            Algorithm::Sha512 | Algorithm::Blake2b => 64,
            Algorithm::Xxh3 => 8,
        }
    }

    fn allows_length(self, length: usize) -> bool {
        match self {
            Algorithm::Blake2b => (1..=64).contains(&length),
            Algorithm::Blake2s => (1..=32).contains(&length),
            Algorithm::Blake3 => (1..=LENGTH_MAX).contains(&length),
            _ => length == self.default_length(),
        }
    }

    fn allows_key(self, bytes: usize) -> bool {
        match self {
            Algorithm::Blake2b => (1..=64).contains(&bytes),
            Algorithm::Blake2s => (1..=32).contains(&bytes),
            Algorithm::Blake3 => bytes == BLAKE3_KEY_BYTES,
            _ => false,
        }
    }
}

/// What makes a digest more than one of the message alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    None,
    Key(Vec<u8>),
    /// BLAKE3's key derivation: what the key is for.
    Context(String),
}

/// An algorithm with its parameters, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    pub(super) algorithm: Algorithm,
    pub(super) length: usize,
    pub(super) secret: Secret,
}

impl Spec {
    /// The plain digest of an algorithm in its usual length.
    pub fn plain(algorithm: Algorithm) -> Spec {
        Spec { algorithm, length: algorithm.default_length(), secret: Secret::None }
    }

    /// A digest with parameters; None where the algorithm does not take them.
    pub fn new(algorithm: Algorithm, length: usize, secret: Secret) -> Option<Spec> {
        let fits = match &secret {
            Secret::None => true,
            Secret::Key(key) => algorithm.allows_key(key.len()),
            Secret::Context(_) => algorithm == Algorithm::Blake3,
        };
        let spec = Spec { algorithm, length, secret };
        (fits && algorithm.allows_length(length)).then_some(spec)
    }

    /// Reads `algorithm` (a name), `length`, `key` and `context`.
    pub fn of_config(config: &Config) -> Result<Spec, Error> {
        let algorithm = Algorithm::from_name(config.text("algorithm", "sha256")?)
            .ok_or(Error::BadArgument("no such algorithm"))?;
        let length = config.number("length", algorithm.default_length() as u64)?;
        let secret = match (config.bytes("key"), config.bytes("context")) {
            (None, None) => Secret::None,
            (Some(key), None) => Secret::Key(key.to_vec()),
            (None, Some(_)) => Secret::Context(config.text("context", "")?.to_owned()),
            (Some(_), Some(_)) => return Err(Error::BadArgument("a key and a context")),
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        Spec::new(algorithm, length, secret)
            .ok_or(Error::BadArgument("the algorithm does not take this length, key or context"))
    }

    /// Which algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Bytes of the digest.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether it is the usual digest, without parameters.
    pub(super) fn is_plain(&self) -> bool {
        self.secret == Secret::None && self.length == self.algorithm.default_length()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spec_refuses_what_an_algorithm_does_not_take() {
        let key = |bytes: usize| Secret::Key(vec![7; bytes]);
        let context = || Secret::Context("for tests".to_owned());
        for (algorithm, length, secret, fits) in [
            (Algorithm::Sha256, 32, Secret::None, true),
            (Algorithm::Sha256, 31, Secret::None, false),
            (Algorithm::Sha256, 32, key(32), false),
            (Algorithm::Blake2b, 0, Secret::None, false),
            (Algorithm::Blake2b, 64, key(64), true),
            (Algorithm::Blake2b, 65, Secret::None, false),
            (Algorithm::Blake2b, 64, key(65), false),
            (Algorithm::Blake2b, 64, key(0), false),
            (Algorithm::Blake2s, 32, key(32), true),
            (Algorithm::Blake2s, 33, Secret::None, false),
            (Algorithm::Blake2s, 32, context(), false),
            (Algorithm::Blake3, LENGTH_MAX, context(), true),
            (Algorithm::Blake3, LENGTH_MAX + 1, Secret::None, false),
            (Algorithm::Blake3, 32, key(31), false),
            (Algorithm::Xxh3, 8, Secret::None, true),
            (Algorithm::Xxh3, 16, Secret::None, false),
            (Algorithm::Sha512, 64, Secret::None, true),
        ] {
            let spec = Spec::new(algorithm, length, secret);
            assert_eq!(spec.is_some(), fits, "{algorithm:?} {length}");
        }
    }

    #[test]
    fn algorithms_have_their_numbers_and_names() {
        for (id, name) in [(1, "sha256"), (2, "blake3"), (3, "sha512"), (6, "xxh3")] {
            let algorithm = Algorithm::from_id(id).unwrap();
            assert_eq!(algorithm.name(), name);
            assert_eq!(Algorithm::from_name(name), Some(algorithm));
        }
        assert_eq!(Algorithm::from_id(0), None);
        assert_eq!(Algorithm::from_id(7), None);
        assert_eq!(Algorithm::from_name("SHA256"), None);
    }
}
