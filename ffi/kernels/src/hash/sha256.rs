//! SHA-256 (FIPS 180-4) of a message in pieces: buffers what is less than a block, pads the end.

use crate::simd::sha256::{BLOCK_BYTES, Block, Compressor, INITIAL_STATE, State};

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
        let mut digest = [0; 32];
        for (bytes, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(self.state) {
            *bytes = word.to_be_bytes();
        }
        digest
    }

    fn held(&self) -> usize {
        (self.length % BLOCK_BYTES as u64) as usize
    }
}
