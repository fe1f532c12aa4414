//! SHA-256 (FIPS 180-4) of a message in pieces: buffers what is less than a block, pads the end.

use crate::simd::sha256::{BLOCK_BYTES, Block, Compressor, INITIAL_STATE, State};
use crate::simd::sha256_lanes::{Job, Lanes};

/// Where the message's length in bits stands in the last block.
const LENGTH_AT: usize = BLOCK_BYTES - 8;

/// A digest under way.
pub(super) struct Sha256 {
    compressor: Compressor,
    state: State,
    /// The first `length % 64` bytes are the block that is not full yet.
    pending: Block,
    /// Bytes of the message so far.
    length: u64,
}

impl Sha256 {
    /// Starts with nothing, in the fastest form that this CPU runs.
    pub(super) fn new() -> Sha256 {
        Sha256::with(Compressor::best())
    }

    /// Starts with nothing, in the given form.
    pub(super) fn with(compressor: Compressor) -> Sha256 {
        Sha256 { compressor, state: INITIAL_STATE, pending: [0; BLOCK_BYTES], length: 0 }
    }

    /// Appends bytes to the message.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        let held = self.held();
        self.length += bytes.len() as u64;
        if held > 0 {
            let taken = bytes.len().min(BLOCK_BYTES - held);
            self.pending[held..held + taken].copy_from_slice(&bytes[..taken]);
            if held + taken < BLOCK_BYTES {
                return;
            }
            self.compressor.compress(&mut self.state, &[self.pending]);
            bytes = &bytes[taken..];
        }
        let (blocks, rest) = bytes.as_chunks::<BLOCK_BYTES>();
        self.compressor.compress(&mut self.state, blocks);
        self.pending[..rest.len()].copy_from_slice(rest);
    }

    /// The digest of all bytes given.
    pub(super) fn finish(mut self) -> [u8; 32] {
        let held = self.held();
        let mut tail = [[0; BLOCK_BYTES]; 2];
        tail[0][..held].copy_from_slice(&self.pending[..held]);
        tail[0][held] = 0x80;
        let last = usize::from(held >= LENGTH_AT);
        tail[last][LENGTH_AT..].copy_from_slice(&self.length.wrapping_mul(8).to_be_bytes());
        self.compressor.compress(&mut self.state, &tail[..=last]);
        digest_of(&self.state)
    }

    fn held(&self) -> usize {
        (self.length % BLOCK_BYTES as u64) as usize
    }
}

/// The digest that a state stands for after the last block.
pub(super) fn digest_of(state: &State) -> [u8; 32] {
    let mut digest = [0; 32];
    for (bytes, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    digest
}

/// Bytes of a message of this length with its padding: whole blocks.
pub(super) fn padded(length: usize) -> usize {
    (length + 9).next_multiple_of(BLOCK_BYTES)
}

/// Writes the padding of a message of `total` bytes behind its last bytes, which end at `end`,
/// counted from a block's begin; gives the end of the last block.
pub(super) fn pad(bytes: &mut [u8], end: usize, total: u64) -> usize {
    let last = padded(end);
    bytes[end] = 0x80;
    bytes[end + 1..last - 8].fill(0);
    bytes[last - 8..last].copy_from_slice(&total.wrapping_mul(8).to_be_bytes());
    last
}

/// Digests of many messages: `spans` are their begins and lengths in `bytes`. Each begins at a
/// multiple of a block and has room for its padding behind it.
pub(super) fn digest_all(
    lanes: Lanes,
    bytes: &mut [u8],
    spans: &[(usize, usize)],
) -> Vec<[u8; 32]> {
    for &(at, length) in spans {
        pad(&mut bytes[at..], length, length as u64);
    }
    let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
    let job = |&(at, length): &(usize, usize)| Job {
        state: INITIAL_STATE,
        blocks: &blocks[at / BLOCK_BYTES..][..padded(length) / BLOCK_BYTES],
    };
    let mut jobs: Vec<_> = spans.iter().map(job).collect();
    lanes.compress_all(&mut jobs);
    jobs.iter().map(|job| digest_of(&job.state)).collect()
}
