//! From masks to the places of operators, block after block: the body of every level.

use super::{BLOCK_BYTES, Masks, Strings};

/// Places that may be written behind the last one that counts.
pub const SLACK: usize = BLOCK_BYTES;

/// What a run of blocks holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    /// The number of places.
    pub count: usize,
    /// Behind the last block with a backslash, or 0.
    pub escapes_until: usize,
    /// The first control character inside a string or backslash outside; no operator behind it.
    pub wrong: Option<usize>,
}

/// Writes the places of operators outside of strings; stops behind what is wrong.
#[inline(always)]
pub(super) fn index(
    blocks: &[[u8; BLOCK_BYTES]],
    lines: bool,
    strings: &mut Strings,
    places: &mut [u32],
    masks: impl Fn(&[u8; BLOCK_BYTES]) -> Masks,
    prefix: impl Fn(u64) -> u64,
    flatten: impl Fn(u64, u32, &mut [u32]) -> usize,
) -> Indexed {
    let mut found = Indexed::default();
    // A copy stays in registers.
    let mut state = *strings;
    let with_lines = if lines { u64::MAX } else { 0 };
    for (number, block) in blocks.iter().enumerate() {
        let masks = masks(block);
        let from = number * BLOCK_BYTES;
        if masks.backslash != 0 || state.is_escaped() {
            found.escapes_until = from + BLOCK_BYTES;
        }
        let inside = state.inside_by(&masks, &prefix);
        let mut operators = (masks.operator | (masks.line_feed & with_lines)) & !inside;
        let wrong = (masks.control & inside) | (masks.backslash & !inside);
        if wrong != 0 {
            operators &= (wrong & wrong.wrapping_neg()).wrapping_sub(1);
            found.wrong = Some(from + wrong.trailing_zeros() as usize);
        }
        found.count += flatten(operators, from as u32, &mut places[found.count..]);
        if wrong != 0 {
            break;
        }
    }
    *strings = state;
    found
}

/// Writes the places of the bits and gives their number. Eight at once: a branch for each costs more than the writes that
/// are too many.
#[inline(always)]
pub(super) fn flatten(mut bits: u64, from: u32, places: &mut [u32]) -> usize {
    let count = bits.count_ones() as usize;
    let mut done = 0;
    while done < count {
        let Some(eight) = places[done..].first_chunk_mut::<8>() else { return done };
        for place in eight {
            // Without a bit left it is no place of the block, and of no meaning.
            *place = from + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
        done += 8;
    }
    count
}
