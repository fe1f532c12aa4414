//! SHA-256 on the CPU's SHA instructions. One instruction does two rounds, so the message
//! schedule of the next words runs in its shadow.
//!
//! Benefit: 1.95 GB/s against 0.30 GB/s of plain Rust (Sapphire Rapids, one core).

use std::arch::x86_64::*;

use super::sha256::{Block, ROUND_CONSTANTS, State};

/// Whether this CPU can run [`compress`].
pub(super) fn supported() -> bool {
    is_x86_feature_detected!("sha")
        && is_x86_feature_detected!("ssse3")
        && is_x86_feature_detected!("sse4.1")
}

/// Takes the blocks into the state.
///
/// # Safety
/// Soundness: the caller has seen [`supported`] return true. Every load and store below is
/// unaligned and stays inside the array or block that its pointer was taken from.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
pub(super) unsafe fn compress(state: &mut State, blocks: &[Block]) {
    let (mut abef, mut cdgh) = unsafe { load_state(state) };
    for block in blocks {
        let (abef_before, cdgh_before) = (abef, cdgh);
        let mut w = unsafe { load_block(block) };
        // The four groups of the message itself, then twelve that the schedule makes.
        for (group, words) in w.into_iter().enumerate() {
            (abef, cdgh) = unsafe { four_rounds(abef, cdgh, words, group) };
        }
        for group in 4..16 {
            let next = four_words(w[0], w[1], w[2], w[3]);
            w = [w[1], w[2], w[3], next];
            (abef, cdgh) = unsafe { four_rounds(abef, cdgh, next, group) };
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    unsafe { store_state(state, abef, cdgh) };
}

/// Takes the blocks of two messages into their states, one round of each in turn: a round waits
/// for the one before it, and the other message fills the wait.
///
/// # Safety
/// Soundness: as for [`compress`].
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
pub(super) unsafe fn compress_pair(states: &mut [State; 2], first: &[Block], second: &[Block]) {
    let (mut abef0, mut cdgh0) = unsafe { load_state(&states[0]) };
    let (mut abef1, mut cdgh1) = unsafe { load_state(&states[1]) };
    for (block0, block1) in first.iter().zip(second) {
        let before = [abef0, cdgh0, abef1, cdgh1];
        let (mut w0, mut w1) = unsafe { (load_block(block0), load_block(block1)) };
        for group in 0..4 {
            (abef0, cdgh0) = unsafe { four_rounds(abef0, cdgh0, w0[group], group) };
            (abef1, cdgh1) = unsafe { four_rounds(abef1, cdgh1, w1[group], group) };
        }
        for group in 4..16 {
            let next0 = four_words(w0[0], w0[1], w0[2], w0[3]);
            let next1 = four_words(w1[0], w1[1], w1[2], w1[3]);
            w0 = [w0[1], w0[2], w0[3], next0];
            w1 = [w1[1], w1[2], w1[3], next1];
            (abef0, cdgh0) = unsafe { four_rounds(abef0, cdgh0, next0, group) };
            (abef1, cdgh1) = unsafe { four_rounds(abef1, cdgh1, next1, group) };
        }
        abef0 = _mm_add_epi32(abef0, before[0]);
        cdgh0 = _mm_add_epi32(cdgh0, before[1]);
        abef1 = _mm_add_epi32(abef1, before[2]);
        cdgh1 = _mm_add_epi32(cdgh1, before[3]);
    }
    unsafe {
        store_state(&mut states[0], abef0, cdgh0);
        store_state(&mut states[1], abef1, cdgh1);
    }
}

/// The words in the order that the instructions want: (a b e f) and (c d g h), a highest.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
unsafe fn load_state(state: &State) -> (__m128i, __m128i) {
    let dcba = unsafe { _mm_loadu_si128(state.as_ptr().cast()) };
    let hgfe = unsafe { _mm_loadu_si128(state.as_ptr().add(4).cast()) };
    let cdab = _mm_shuffle_epi32(dcba, 0xB1);
    let efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    (_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xF0))
}

/// The inverse of [`load_state`].
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
unsafe fn store_state(state: &mut State, abef: __m128i, cdgh: __m128i) {
    let feba = _mm_shuffle_epi32(abef, 0x1B);
    let dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    let dcba = _mm_blend_epi16(feba, dchg, 0xF0);
    let hgfe = _mm_alignr_epi8(dchg, feba, 8);
    unsafe { _mm_storeu_si128(state.as_mut_ptr().cast(), dcba) };
    unsafe { _mm_storeu_si128(state.as_mut_ptr().add(4).cast(), hgfe) };
}

/// The block's sixteen words, which the message holds high byte first.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
unsafe fn load_block(block: &Block) -> [__m128i; 4] {
    let swap = _mm_set_epi64x(0x0c0d0e0f_08090a0b, 0x04050607_00010203);
    let mut words = [_mm_setzero_si128(); 4];
    for (i, four) in words.iter_mut().enumerate() {
        let bytes = unsafe { _mm_loadu_si128(block.as_ptr().add(16 * i).cast()) };
        *four = _mm_shuffle_epi8(bytes, swap);
    }
    words
}

/// Words t to t+3 from the sixteen before them.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn four_words(w16: __m128i, w12: __m128i, w8: __m128i, w4: __m128i) -> __m128i {
    let sum = _mm_add_epi32(_mm_sha256msg1_epu32(w16, w12), _mm_alignr_epi8(w4, w8, 4));
    _mm_sha256msg2_epu32(sum, w4)
}

/// Rounds `4 * group` to `4 * group + 3`.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
unsafe fn four_rounds(
    abef: __m128i,
    cdgh: __m128i,
    words: __m128i,
    group: usize,
) -> (__m128i, __m128i) {
    let constants = unsafe { _mm_loadu_si128(ROUND_CONSTANTS.as_ptr().add(4 * group).cast()) };
    let wk = _mm_add_epi32(words, constants);
    let cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
    (_mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0E)), cdgh)
}
