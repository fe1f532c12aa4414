//! SHA-256 for CPUs without SHA instructions: the message schedules of two blocks are made at
//! once, one in each half of a vector, while the rounds, which depend on each other, run in the
//! scalar registers beside them (rotations and and-not without moves, from BMI1 and BMI2).
//!
//! Benefit: 0.55 GB/s against 0.30 GB/s of plain Rust (Sapphire Rapids, one core).

use std::arch::asm;
use std::arch::x86_64::*;

use super::sha256::{Block, ROUND_CONSTANTS, State};

/// Whether this CPU can run [`compress`].
pub(super) fn supported() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
}

/// The schedule's words plus the constants: four of the first block, then the same four of the
/// second, and so on.
#[repr(C, align(32))]
struct Schedule([u32; 128]);

/// One round. `$bc` holds b ^ c and gets a ^ b, the b ^ c of the next round. In assembly, because
/// the compiler's order of these instructions costs a tenth of the speed (0.50 against 0.55 GB/s).
///
/// Soundness: reads the `$at`-th word of `$words`, an array, and nothing else.
macro_rules! round {
    ($a:ident, $b:ident, $c:ident, $d:ident, $e:ident, $f:ident, $g:ident, $h:ident,
     $bc:ident, $words:ident, $at:literal) => {
        let _: &[u32; 4] = $words;
        unsafe {
            asm!(
                "add {h:e}, dword ptr [{words} + 4 * {at}]",
                "mov {t0:e}, {e:e}",
                "rorx {t1:e}, {e:e}, 25",
                "rorx {ab:e}, {e:e}, 11",
                "and {t0:e}, {f:e}",
                "xor {t1:e}, {ab:e}",
                "rorx {ab:e}, {e:e}, 6",
                "add {h:e}, {t0:e}",
                "andn {t0:e}, {e:e}, {g:e}",
                "xor {t1:e}, {ab:e}",
                "add {h:e}, {t0:e}",
                "mov {ab:e}, {a:e}",
                "rorx {t0:e}, {a:e}, 22",
                "add {h:e}, {t1:e}",
                "xor {ab:e}, {b:e}",
                "rorx {t1:e}, {a:e}, 13",
                "add {d:e}, {h:e}",
                "and {bc:e}, {ab:e}",
                "xor {t0:e}, {t1:e}",
                "rorx {t1:e}, {a:e}, 2",
                "xor {bc:e}, {b:e}",
                "xor {t0:e}, {t1:e}",
                "add {h:e}, {bc:e}",
                "add {h:e}, {t0:e}",
                a = in(reg) $a,
                b = in(reg) $b,
                d = inout(reg) $d,
                e = in(reg) $e,
                f = in(reg) $f,
                g = in(reg) $g,
                h = inout(reg) $h,
                bc = inout(reg) $bc => _,
                ab = out(reg) $bc,
                t0 = out(reg) _,
                t1 = out(reg) _,
                words = in(reg) $words.as_ptr(),
                at = const $at,
                options(pure, readonly, nostack),
            );
        }
    };
}

/// Four rounds over the working words with the schedule's words from `$at`. A macro, because a
/// function that needs CPU features cannot be told to be inlined, and a call here costs half of
/// the speed.
macro_rules! four_rounds {
    ($v:ident, $bc:ident, $schedule:ident, $at:expr) => {
        let words = four_at($schedule, $at);
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = $v;
        round!(a, b, c, d, e, f, g, h, $bc, words, 0);
        round!(h, a, b, c, d, e, f, g, $bc, words, 1);
        round!(g, h, a, b, c, d, e, f, $bc, words, 2);
        round!(f, g, h, a, b, c, d, e, $bc, words, 3);
        $v = [e, f, g, h, a, b, c, d];
    };
}

/// Takes the blocks into the state.
///
/// # Safety
/// Soundness: the caller has seen [`supported`] return true.
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub(super) unsafe fn compress(state: &mut State, blocks: &[Block]) {
    let mut schedule = Schedule([0; 128]);
    let (pairs, last) = blocks.as_chunks::<2>();
    for [first, second] in pairs {
        first_block(state, first, second, &mut schedule);
        second_block(state, &schedule);
    }
    for block in last {
        first_block(state, block, block, &mut schedule);
    }
}

/// Makes both schedules and does the first block's rounds.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn first_block(state: &mut State, first: &Block, second: &Block, schedule: &mut Schedule) {
    let mut w = load_blocks(first, second);
    let mut v = *state;
    let mut bc = v[1] ^ v[2];
    for (group, words) in w.into_iter().enumerate() {
        store(schedule, group, words);
    }
    for sixteen in 0..3 {
        let from = 4 * sixteen;
        w[0] = four_words(w[0], w[1], w[2], w[3]);
        store(schedule, from + 4, w[0]);
        four_rounds!(v, bc, schedule, 8 * from);
        w[1] = four_words(w[1], w[2], w[3], w[0]);
        store(schedule, from + 5, w[1]);
        four_rounds!(v, bc, schedule, 8 * from + 8);
        w[2] = four_words(w[2], w[3], w[0], w[1]);
        store(schedule, from + 6, w[2]);
        four_rounds!(v, bc, schedule, 8 * from + 16);
        w[3] = four_words(w[3], w[0], w[1], w[2]);
        store(schedule, from + 7, w[3]);
        four_rounds!(v, bc, schedule, 8 * from + 24);
    }
    for group in 12..16 {
        four_rounds!(v, bc, schedule, 8 * group);
    }
    add(state, v);
}

/// Does the second block's rounds.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn second_block(state: &mut State, schedule: &Schedule) {
    let mut v = *state;
    let mut bc = v[1] ^ v[2];
    for eight in 0..8 {
        four_rounds!(v, bc, schedule, 16 * eight + 4);
        four_rounds!(v, bc, schedule, 16 * eight + 12);
    }
    add(state, v);
}

/// Four words of the schedule.
#[inline(always)]
fn four_at(schedule: &Schedule, at: usize) -> &[u32; 4] {
    &schedule.0.as_chunks().0[at / 4]
}

/// Ends a block: the state is what it was plus the working words.
#[inline(always)]
fn add(state: &mut State, v: State) {
    for (word, value) in state.iter_mut().zip(v) {
        *word = in_register(word.wrapping_add(value));
    }
}

/// The value, in a general register whatever the compiler thinks. Left alone it gathers the eight
/// working words into a vector for one addition, and the way there and back costs a tenth.
#[inline(always)]
fn in_register(mut value: u32) -> u32 {
    // Soundness: no instruction, no memory, no flags.
    unsafe {
        asm!("/* {0:e} */", inout(reg) value, options(pure, nomem, nostack, preserves_flags));
    }
    value
}

/// The words of both blocks, which the message holds high byte first.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn load_blocks(first: &Block, second: &Block) -> [__m256i; 4] {
    let swap =
        _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0c0d0e0f_08090a0b, 0x04050607_00010203));
    std::array::from_fn(|i| {
        // Soundness: 16 bytes from 16 * i, for i below 4, lie in a block of 64; unaligned loads.
        let (low, high) = unsafe {
            (
                _mm_loadu_si128(first.as_ptr().add(16 * i).cast()),
                _mm_loadu_si128(second.as_ptr().add(16 * i).cast()),
            )
        };
        _mm256_shuffle_epi8(_mm256_set_m128i(high, low), swap)
    })
}

/// Puts the four words of both blocks in place, the constants added.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn store(schedule: &mut Schedule, group: usize, words: __m256i) {
    let constants: &[u32] = &ROUND_CONSTANTS[4 * group..4 * group + 4];
    let place: &mut [u32] = &mut schedule.0[8 * group..8 * group + 8];
    // Soundness: the slices above are as long as what is loaded and stored; both unaligned.
    unsafe {
        let constants = _mm256_broadcastsi128_si256(_mm_loadu_si128(constants.as_ptr().cast()));
        _mm256_storeu_si256(place.as_mut_ptr().cast(), _mm256_add_epi32(words, constants));
    }
}

/// Words t to t+3 of both blocks from the sixteen before them.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn four_words(w16: __m256i, w12: __m256i, w8: __m256i, w4: __m256i) -> __m256i {
    let w15 = _mm256_alignr_epi8(w12, w16, 4);
    let w7 = _mm256_alignr_epi8(w4, w8, 4);
    let sum = _mm256_add_epi32(_mm256_add_epi32(w16, w7), small_sigma0(w15));
    // The last two words need the first two: two steps of two words.
    let low = small_sigma1(_mm256_shuffle_epi32(w4, 0xFA));
    let sum = _mm256_add_epi32(sum, _mm256_shuffle_epi8(low, lanes(ZERO, EVEN_WORDS)));
    let high = small_sigma1(_mm256_shuffle_epi32(sum, 0x50));
    _mm256_add_epi32(sum, _mm256_shuffle_epi8(high, lanes(EVEN_WORDS, ZERO)))
}

/// A byte shuffle's half that takes words 0 and 2.
const EVEN_WORDS: i64 = 0x0b0a0908_03020100;

/// A byte shuffle's half that gives zeros.
const ZERO: i64 = -1;

/// The same 16 bytes in both halves.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn lanes(high: i64, low: i64) -> __m256i {
    _mm256_broadcastsi128_si256(_mm_set_epi64x(high, low))
}

#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn small_sigma0(x: __m256i) -> __m256i {
    let right = _mm256_xor_si256(_mm256_srli_epi32(x, 3), _mm256_srli_epi32(x, 7));
    let wrapped = _mm256_xor_si256(_mm256_slli_epi32(x, 14), _mm256_slli_epi32(x, 25));
    _mm256_xor_si256(_mm256_xor_si256(right, wrapped), _mm256_srli_epi32(x, 18))
}

/// Of words that stand twice side by side: a shift of the 64 bits rotates the word.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn small_sigma1(twice: __m256i) -> __m256i {
    let rotated = _mm256_xor_si256(_mm256_srli_epi64(twice, 17), _mm256_srli_epi64(twice, 19));
    _mm256_xor_si256(rotated, _mm256_srli_epi32(twice, 10))
}
