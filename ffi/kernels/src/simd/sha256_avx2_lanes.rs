//! SHA-256 of eight messages at once, one in each lane of AVX2.
//!
//! Benefit: 1.2 GB/s against 0.55 GB/s of one message (Sapphire Rapids, one core).

use std::arch::x86_64::*;

use super::sha256::{Block, ROUND_CONSTANTS};
use super::sha256_lanes::{LANES_MAX, LaneStates};

/// Lanes of a vector; the states' rows have room for more.
const LANES: usize = 8;

/// Whether this CPU can run [`compress`].
pub(super) fn supported() -> bool {
    is_x86_feature_detected!("avx2")
}

/// Takes `count` blocks of each of the first eight lanes into its state.
///
/// # Safety
/// Soundness: the caller has seen [`supported`] return true, and every lane has `count` blocks;
/// each load is of half a block or half a row of the states, aligned or not.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn compress(
    states: &mut LaneStates,
    lanes: &[&[Block]; LANES_MAX],
    count: usize,
) {
    let rows = &mut states.0;
    let mut state: [__m256i; 8] =
        std::array::from_fn(|i| unsafe { _mm256_loadu_si256(rows[i].as_ptr().cast()) });
    for at in 0..count {
        let mut w = unsafe { load_words(lanes, at) };
        let before = state;
        for sixteen in 0..4 {
            if sixteen > 0 {
                schedule(&mut w);
            }
            for (t, word) in w.iter().enumerate() {
                let constant = _mm256_set1_epi32(ROUND_CONSTANTS[16 * sixteen + t] as i32);
                state = round(state, _mm256_add_epi32(*word, constant));
            }
        }
        for (word, old) in state.iter_mut().zip(before) {
            *word = _mm256_add_epi32(*word, old);
        }
    }
    for (row, words) in rows.iter_mut().zip(state) {
        unsafe { _mm256_storeu_si256(row.as_mut_ptr().cast(), words) };
    }
}

/// The next sixteen words of every lane's schedule.
#[inline]
#[target_feature(enable = "avx2")]
fn schedule(w: &mut [__m256i; 16]) {
    for t in 0..16 {
        let (early, late) = (w[(t + 1) % 16], w[(t + 14) % 16]);
        let s0 =
            xor3(rotate::<7, 25>(early), rotate::<18, 14>(early), _mm256_srli_epi32::<3>(early));
        let s1 =
            xor3(rotate::<17, 15>(late), rotate::<19, 13>(late), _mm256_srli_epi32::<10>(late));
        let sum = _mm256_add_epi32(_mm256_add_epi32(w[t], s0), w[(t + 9) % 16]);
        w[t] = _mm256_add_epi32(sum, s1);
    }
}

/// One round; `wk` is the schedule's word plus the constant.
#[inline]
#[target_feature(enable = "avx2")]
fn round([a, b, c, d, e, f, g, h]: [__m256i; 8], wk: __m256i) -> [__m256i; 8] {
    let sum1 = xor3(rotate::<6, 26>(e), rotate::<11, 21>(e), rotate::<25, 7>(e));
    let choice = _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g)));
    let t1 = _mm256_add_epi32(_mm256_add_epi32(h, wk), _mm256_add_epi32(sum1, choice));
    let sum0 = xor3(rotate::<2, 30>(a), rotate::<13, 19>(a), rotate::<22, 10>(a));
    let both = _mm256_and_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(b, c));
    let t2 = _mm256_add_epi32(sum0, _mm256_xor_si256(both, b));
    [_mm256_add_epi32(t1, t2), a, b, c, _mm256_add_epi32(d, t1), e, f, g]
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(x: __m256i, y: __m256i, z: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(x, y), z)
}

/// Rotates right by `RIGHT`; `LEFT` is the rest to 32.
#[inline]
#[target_feature(enable = "avx2")]
fn rotate<const RIGHT: i32, const LEFT: i32>(x: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_srli_epi32::<RIGHT>(x), _mm256_slli_epi32::<LEFT>(x))
}

/// The words of block `at` of every lane: vector `i` holds word `i` of each.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load_words(lanes: &[&[Block]; LANES_MAX], at: usize) -> [__m256i; 16] {
    let swap =
        _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0c0d0e0f_08090a0b, 0x04050607_00010203));
    let mut words = [_mm256_setzero_si256(); 16];
    for half in 0..2 {
        let row: [__m256i; LANES] = std::array::from_fn(|lane| unsafe {
            let block: &Block = lanes[lane].get_unchecked(at);
            let bytes = _mm256_loadu_si256(block.as_ptr().add(32 * half).cast());
            _mm256_shuffle_epi8(bytes, swap)
        });
        // Four rows at a time: vector c holds, in its half j, word 4j + c of these rows.
        let low = transpose_four(row[0], row[1], row[2], row[3]);
        let high = transpose_four(row[4], row[5], row[6], row[7]);
        for c in 0..4 {
            words[8 * half + c] = _mm256_permute2x128_si256::<0x20>(low[c], high[c]);
            words[8 * half + 4 + c] = _mm256_permute2x128_si256::<0x31>(low[c], high[c]);
        }
    }
    words
}

#[inline]
#[target_feature(enable = "avx2")]
fn transpose_four(r0: __m256i, r1: __m256i, r2: __m256i, r3: __m256i) -> [__m256i; 4] {
    let (low01, high01) = (_mm256_unpacklo_epi32(r0, r1), _mm256_unpackhi_epi32(r0, r1));
    let (low23, high23) = (_mm256_unpacklo_epi32(r2, r3), _mm256_unpackhi_epi32(r2, r3));
    [
        _mm256_unpacklo_epi64(low01, low23),
        _mm256_unpackhi_epi64(low01, low23),
        _mm256_unpacklo_epi64(high01, high23),
        _mm256_unpackhi_epi64(high01, high23),
    ]
}
