//! BLAKE3 on several threads. The message is cut into segments of one size, each a whole subtree
//! of BLAKE3's own tree; threads take segments in order and hash them apart; the tree above the
//! segments is small and folded at the end. The digest does not depend on the number of threads.

use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use blake3::hazmat::{
    ChainingValue, ContextKey, HasherExt, Mode, hash_derive_key_context, left_subtree_len,
    merge_subtrees_non_root, merge_subtrees_root_xof,
};

use super::Digest;
use super::spec::{BLAKE3_KEY_BYTES, Secret, Spec};
use crate::fault::Error;

/// Segments are powers of two, so that each is a whole subtree, and at least this many bytes.
const SEGMENT_BYTES_MIN: u64 = 128 << 10;

/// Segments grow with the message, so that there are at most this many: what is kept per segment
/// is 32 bytes.
const SEGMENTS_MAX: u64 = 1 << 14;

/// Messages in memory below this many bytes are hashed by the calling thread alone: starting
/// another one costs what it saves (measured: 1 MiB takes 0.12 ms either way).
const PARALLEL_BYTES_MIN: usize = 1 << 20;

/// Threads at most, however many cores there are.
pub(super) const THREADS_MAX: usize = 16;

/// One of BLAKE3's three modes, with what it needs.
pub(super) enum Blake3Mode {
    Hash,
    Keyed([u8; BLAKE3_KEY_BYTES]),
    Derive(ContextKey),
}

impl Blake3Mode {
    /// The mode of a spec.
    pub(super) fn of(spec: &Spec) -> Blake3Mode {
        match &spec.secret {
            Secret::None => Blake3Mode::Hash,
            Secret::Key(key) => {
                let mut bytes = [0; BLAKE3_KEY_BYTES];
                // A spec has keys of this length alone.
                bytes.copy_from_slice(key);
                Blake3Mode::Keyed(bytes)
            }
            Secret::Context(context) => Blake3Mode::Derive(hash_derive_key_context(context)),
        }
    }

    /// A hasher that has nothing yet.
    pub(super) fn hasher(&self) -> blake3::Hasher {
        match self {
            Blake3Mode::Hash => blake3::Hasher::new(),
            Blake3Mode::Keyed(key) => blake3::Hasher::new_keyed(key),
            Blake3Mode::Derive(key) => blake3::Hasher::new_from_context_key(key),
        }
    }

    fn merging(&self) -> Mode<'_> {
        match self {
            Blake3Mode::Hash => Mode::Hash,
            Blake3Mode::Keyed(key) => Mode::KeyedHash(key),
            Blake3Mode::Derive(key) => Mode::DeriveKeyMaterial(key),
        }
    }
}

/// The first `length` bytes of an output.
pub(super) fn write_output(mut output: blake3::OutputReader, length: usize) -> Digest {
    let mut bytes = vec![0; length];
    output.fill(&mut bytes);
    bytes
}

/// Where the segments' bytes come from.
pub(super) trait Source: Sync {
    /// Feeds `length` bytes from `offset` to the hasher. `scratch` is the thread's own, empty at
    /// first and kept from segment to segment.
    fn feed(
        &self,
        offset: u64,
        length: u64,
        scratch: &mut Vec<u8>,
        hasher: &mut blake3::Hasher,
    ) -> Result<(), Error>;
}

struct Memory<'a>(&'a [u8]);

impl Source for Memory<'_> {
    fn feed(
        &self,
        offset: u64,
        length: u64,
        _: &mut Vec<u8>,
        hasher: &mut blake3::Hasher,
    ) -> Result<(), Error> {
        // Both came from a usize.
        let bytes = &self.0[offset as usize..(offset + length) as usize];
        hasher.update(bytes);
        Ok(())
    }
}

/// The digest of bytes in memory, on as many threads as help.
pub(super) fn digest(spec: &Spec, bytes: &[u8]) -> Digest {
    if bytes.len() >= PARALLEL_BYTES_MIN {
        // Memory never fails; should it ever, the lines below answer all the same.
        if let Ok(digest) = digest_source(spec, &Memory(bytes), bytes.len() as u64, cores()) {
            return digest;
        }
    }
    if spec.is_plain() {
        return blake3::hash(bytes).as_bytes().to_vec();
    }
    let mut hasher = Blake3Mode::of(spec).hasher();
    hasher.update(bytes);
    write_output(hasher.finalize_xof(), spec.length)
}

/// Cores that this process may use. Asked once: Linux answers from several files.
pub(super) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

/// The digest of a source of `length` bytes.
pub(super) fn digest_source(
    spec: &Spec,
    source: &dyn Source,
    length: u64,
    threads: usize,
) -> Result<Digest, Error> {
    let segment = segment_bytes(length);
    let mode = Blake3Mode::of(spec);
    if length <= segment {
        let mut hasher = mode.hasher();
        source.feed(0, length, &mut Vec::new(), &mut hasher)?;
        return Ok(write_output(hasher.finalize_xof(), spec.length));
    }
    let count = length.div_ceil(segment);
    let crew = Crew {
        source,
        mode: &mode,
        length,
        segment,
        next: AtomicU64::new(0),
        stopped: AtomicBool::new(false),
    };
    let helpers = threads.clamp(1, THREADS_MAX).min(count as usize) - 1;
    let mut values = vec![[0; 32]; count as usize];
    thread::scope(|scope| {
        // Where the system refuses a thread, the others do its share.
        let started: Vec<_> = (0..helpers)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, || crew.work()).ok())
            .collect();
        let mut results = vec![crew.work()];
        for helper in started {
            results.push(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        for result in results {
            for (index, value) in result? {
                values[index as usize] = value;
            }
        }
        Ok::<_, Error>(())
    })?;
    let left = left_subtree_len(length);
    let (low, high) = values.split_at((left / segment) as usize);
    let low = fold(&mode, low, left, segment);
    let high = fold(&mode, high, length - left, segment);
    Ok(write_output(merge_subtrees_root_xof(&low, &high, mode.merging()), spec.length))
}

/// Bytes per segment for a message of this length.
fn segment_bytes(length: u64) -> u64 {
    SEGMENT_BYTES_MIN.max(length.div_ceil(SEGMENTS_MAX).next_power_of_two())
}

/// The value of the subtree over `length` bytes whose segments have these values.
fn fold(mode: &Blake3Mode, values: &[ChainingValue], length: u64, segment: u64) -> ChainingValue {
    if let [value] = values {
        return *value;
    }
    let left = left_subtree_len(length);
    let (low, high) = values.split_at((left / segment) as usize);
    let low = fold(mode, low, left, segment);
    let high = fold(mode, high, length - left, segment);
    merge_subtrees_non_root(&low, &high, mode.merging())
}

/// What the threads share.
struct Crew<'a> {
    source: &'a dyn Source,
    mode: &'a Blake3Mode,
    length: u64,
    segment: u64,
    /// The first segment that no thread has taken.
    next: AtomicU64,
    /// Set by the thread that fails; the others then stop too.
    stopped: AtomicBool,
}

impl Crew<'_> {
    /// One thread's share: takes segments until none is left.
    fn work(&self) -> Result<Vec<(u64, ChainingValue)>, Error> {
        let mut done = Vec::new();
        let mut scratch = Vec::new();
        while !self.stopped.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let offset = index.saturating_mul(self.segment);
            if offset >= self.length {
                break;
            }
            let length = self.segment.min(self.length - offset);
            let mut hasher = self.mode.hasher();
            hasher.set_input_offset(offset);
            if let Err(error) = self.source.feed(offset, length, &mut scratch, &mut hasher) {
                self.stopped.store(true, Ordering::Relaxed);
                return Err(error);
            }
            done.push((index, hasher.finalize_non_root()));
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::super::spec::Algorithm;
    use super::*;

    fn plain() -> Spec {
        Spec::plain(Algorithm::Blake3)
    }

    /// The crate's own single-threaded digest is the oracle here: it never sees our segments.
    #[test]
    fn digest_source_equals_the_plain_digest_at_every_border() {
        let segment = SEGMENT_BYTES_MIN as usize;
        let bytes: Vec<u8> = (0..5 * segment + 2000).map(|i| (i % 251) as u8).collect();
        for whole in 0..=5 {
            for extra in [0, 1, 63, 64, 1023, 1024, 1025, 1999] {
                let bytes = &bytes[..whole * segment + extra];
                for threads in [1, 2, 3, 99] {
                    let source = Memory(bytes);
                    let digest = digest_source(&plain(), &source, bytes.len() as u64, threads);
                    assert_eq!(
                        digest.unwrap(),
                        *blake3::hash(bytes).as_bytes(),
                        "{} bytes, {threads} threads",
                        bytes.len(),
                    );
                }
            }
        }
    }

    #[test]
    fn digest_source_equals_the_crate_in_every_mode_and_length() {
        let bytes: Vec<u8> = (0..700_001).map(|i| (i % 251) as u8).collect();
        let key = [9; BLAKE3_KEY_BYTES];
        let mut modes = [
            (Secret::None, blake3::Hasher::new()),
            (Secret::Key(key.to_vec()), blake3::Hasher::new_keyed(&key)),
            (Secret::Context("ours".into()), blake3::Hasher::new_derive_key("ours")),
        ];
        for (secret, oracle) in &mut modes {
            oracle.update(&bytes);
            for length in [1, 32, 64, 65, 1000] {
                let spec = Spec::new(Algorithm::Blake3, length, secret.clone()).unwrap();
                let expected = write_output(oracle.finalize_xof(), length);
                let found = digest_source(&spec, &Memory(&bytes), bytes.len() as u64, 2);
                assert_eq!(found, Ok(expected), "{length} bytes");
            }
        }
    }

    #[test]
    fn segments_are_powers_of_two_and_few() {
        for length in [0, 1, 1 << 20, (1 << 31) + 1, u64::from(u32::MAX) * 1000] {
            let segment = segment_bytes(length);
            assert!(segment.is_power_of_two());
            assert!(length.div_ceil(segment) <= SEGMENTS_MAX, "{length}");
        }
    }

    #[test]
    fn a_failing_source_stops_every_thread() {
        struct Failing;
        impl Source for Failing {
            fn feed(
                &self,
                offset: u64,
                _: u64,
                _: &mut Vec<u8>,
                hasher: &mut blake3::Hasher,
            ) -> Result<(), Error> {
                hasher.update(b"x");
                if offset > 1 << 20 { Err(Error::Cancelled) } else { Ok(()) }
            }
        }
        assert_eq!(digest_source(&plain(), &Failing, 1 << 30, 4), Err(Error::Cancelled));
    }
}
