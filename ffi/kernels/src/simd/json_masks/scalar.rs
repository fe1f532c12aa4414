//! The masks without intrinsics: eight bytes of a word at a time.

use super::{BLOCK_BYTES, Masks};

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

pub(super) fn find(blocks: &[[u8; BLOCK_BYTES]], out: &mut [Masks]) {
    for (block, masks) in blocks.iter().zip(out) {
        *masks = masks_of(block);
    }
}

pub(super) fn masks_of(block: &[u8; BLOCK_BYTES]) -> Masks {
    let mut found = Masks::default();
    for (place, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*bytes);
        let shift = 8 * place;
        // Brackets differ from braces in this bit alone.
        let braced = word | (LOW * 0x20);
        let operator = equal(word, LOW * 0x2c)
            | equal(word, LOW * 0x3a)
            | equal(braced, LOW * 0x7b)
            | equal(braced, LOW * 0x7d);
        found.quote |= equal(word, LOW * 0x22) << shift;
        found.backslash |= equal(word, LOW * 0x5c) << shift;
        found.operator |= operator << shift;
        found.control |= equal(word & (LOW * 0xe0), 0) << shift;
        found.line_feed |= equal(word, LOW * 0x0a) << shift;
    }
    found
}

/// One bit, in the low eight, per byte of `word` that equals its byte of `wanted`.
#[inline(always)]
fn equal(word: u64, wanted: u64) -> u64 {
    let differs = word ^ wanted;
    // The sum of seven bits each cannot carry into the next byte, so this is exact.
    let zero = !(((differs & !HIGH) + !HIGH) | differs) & HIGH;
    // The product moves bit 7 of byte i to bit 56 + i.
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
