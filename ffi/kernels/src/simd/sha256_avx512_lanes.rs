//! SHA-256 of sixteen messages at once, one in each lane of AVX-512.
//!
//! Benefit: 3.1 GB/s against 1.95 GB/s of one stream of SHA instructions (Sapphire Rapids, one
//! core).

use std::arch::x86_64::*;

use super::sha256::{Block, ROUND_CONSTANTS};
use super::sha256_lanes::{LANES_MAX, LaneStates};

/// Whether this CPU can run [`compress`].
pub(super) fn supported() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")
}

/// Takes `count` blocks of each lane into its state.
///
/// # Safety
/// Soundness: the caller has seen [`supported`] return true, and every lane has `count` blocks;
/// each load is of one block or one row of the states, aligned or not.
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) unsafe fn compress(
    states: &mut LaneStates,
    lanes: &[&[Block]; LANES_MAX],
    count: usize,
) {
    let rows = &mut states.0;
    let mut state: [__m512i; 8] =
        std::array::from_fn(|i| unsafe { _mm512_loadu_si512(rows[i].as_ptr().cast()) });
    for at in 0..count {
        let mut w = unsafe { load_words(lanes, at) };
        let before = state;
        for sixteen in 0..4 {
            if sixteen > 0 {
                schedule(&mut w);
            }
            for (t, word) in w.iter().enumerate() {
                let constant = _mm512_set1_epi32(ROUND_CONSTANTS[16 * sixteen + t] as i32);
                state = round(state, _mm512_add_epi32(*word, constant));
            }
        }
        for (word, old) in state.iter_mut().zip(before) {
            *word = _mm512_add_epi32(*word, old);
        }
    }
    for (row, words) in rows.iter_mut().zip(state) {
        unsafe { _mm512_storeu_si512(row.as_mut_ptr().cast(), words) };
    }
}

/// The next sixteen words of every lane's schedule.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn schedule(w: &mut [__m512i; 16]) {
    for t in 0..16 {
        let (early, late) = (w[(t + 1) % 16], w[(t + 14) % 16]);
        let s0 = xor3(
            _mm512_ror_epi32::<7>(early),
            _mm512_ror_epi32::<18>(early),
            _mm512_srli_epi32::<3>(early),
        );
        let s1 = xor3(
            _mm512_ror_epi32::<17>(late),
            _mm512_ror_epi32::<19>(late),
            _mm512_srli_epi32::<10>(late),
        );
        let sum = _mm512_add_epi32(_mm512_add_epi32(w[t], s0), w[(t + 9) % 16]);
        w[t] = _mm512_add_epi32(sum, s1);
    }
}

/// One round; `wk` is the schedule's word plus the constant.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn round([a, b, c, d, e, f, g, h]: [__m512i; 8], wk: __m512i) -> [__m512i; 8] {
    let sum1 = xor3(_mm512_ror_epi32::<6>(e), _mm512_ror_epi32::<11>(e), _mm512_ror_epi32::<25>(e));
    // 0xCA chooses the second where the first is set, else the third; 0xE8 is the majority.
    let choice = _mm512_ternarylogic_epi32::<0xCA>(e, f, g);
    let t1 = _mm512_add_epi32(_mm512_add_epi32(h, wk), _mm512_add_epi32(sum1, choice));
    let sum0 = xor3(_mm512_ror_epi32::<2>(a), _mm512_ror_epi32::<13>(a), _mm512_ror_epi32::<22>(a));
    let majority = _mm512_ternarylogic_epi32::<0xE8>(a, b, c);
    let t2 = _mm512_add_epi32(sum0, majority);
    [_mm512_add_epi32(t1, t2), a, b, c, _mm512_add_epi32(d, t1), e, f, g]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn xor3(x: __m512i, y: __m512i, z: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0x96>(x, y, z)
}

/// The words of block `at` of every lane, word by word: vector `i` holds word `i` of each.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn load_words(lanes: &[&[Block]; LANES_MAX], at: usize) -> [__m512i; 16] {
    let swap = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f_08090a0b, 0x04050607_00010203));
    let row: [__m512i; 16] = std::array::from_fn(|lane| {
        let bytes = unsafe { _mm512_loadu_si512(lanes[lane].get_unchecked(at).as_ptr().cast()) };
        _mm512_shuffle_epi8(bytes, swap)
    });
    // Four rows at a time: vector 4q + c holds, in its quarter j, word 4j + c of rows 4q to 4q + 3.
    let mut fours = [_mm512_setzero_si512(); 16];
    for q in 0..4 {
        let [r0, r1, r2, r3] = [row[4 * q], row[4 * q + 1], row[4 * q + 2], row[4 * q + 3]];
        let (low01, high01) = (_mm512_unpacklo_epi32(r0, r1), _mm512_unpackhi_epi32(r0, r1));
        let (low23, high23) = (_mm512_unpacklo_epi32(r2, r3), _mm512_unpackhi_epi32(r2, r3));
        fours[4 * q] = _mm512_unpacklo_epi64(low01, low23);
        fours[4 * q + 1] = _mm512_unpackhi_epi64(low01, low23);
        fours[4 * q + 2] = _mm512_unpacklo_epi64(high01, high23);
        fours[4 * q + 3] = _mm512_unpackhi_epi64(high01, high23);
    }
    let mut words = [_mm512_setzero_si512(); 16];
    for c in 0..4 {
        let even01 = _mm512_shuffle_i32x4::<0x88>(fours[c], fours[4 + c]);
        let odd01 = _mm512_shuffle_i32x4::<0xDD>(fours[c], fours[4 + c]);
        let even23 = _mm512_shuffle_i32x4::<0x88>(fours[8 + c], fours[12 + c]);
        let odd23 = _mm512_shuffle_i32x4::<0xDD>(fours[8 + c], fours[12 + c]);
        words[c] = _mm512_shuffle_i32x4::<0x88>(even01, even23);
        words[4 + c] = _mm512_shuffle_i32x4::<0x88>(odd01, odd23);
        words[8 + c] = _mm512_shuffle_i32x4::<0xDD>(even01, even23);
        words[12 + c] = _mm512_shuffle_i32x4::<0xDD>(odd01, odd23);
    }
    words
}
