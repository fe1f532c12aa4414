//! The masks without intrinsics: eight bytes of a word at a time.

use super::{BLOCK_BYTES, Masks};

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

pub(super) fn find(blocks: &[[u8; BLOCK_BYTES]], delimiter: u8, out: &mut [Masks]) {
    let delimiters = LOW * u64::from(delimiter);
    for (block, masks) in blocks.iter().zip(out) {
        let mut found = Masks::default();
        for (place, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*bytes);
            let shift = 8 * place;
            found.quote |= equal(word, LOW * 0x22) << shift;
            found.delimiter |= equal(word, delimiters) << shift;
            found.line_feed |= equal(word, LOW * 0x0a) << shift;
            found.carriage_return |= equal(word, LOW * 0x0d) << shift;
            found.nul |= equal(word, 0) << shift;
        }
        *masks = found;
    }
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
