//! Rows in the order of their keys, by a radix sort that keeps equal keys in the order of rows.

use super::{poll, zeros};
use crate::control::Control;
use crate::fault::Error;

const DIGIT_BITS: u32 = 11;
/// Fewer items are compared, with their rows.
const FEW: usize = 1500;

/// A key and its row.
pub trait Item: Copy + Default + Ord {
    /// Puts a key and a row together.
    fn new(key: u64, row: u32) -> Self;
    /// The key.
    fn key(self) -> u64;
    /// The row.
    fn row(self) -> usize;
}

/// A key below 2^32 and its row, in one word: half the memory to move.
impl Item for u64 {
    #[inline(always)]
    fn new(key: u64, row: u32) -> u64 {
        key << 32 | u64::from(row)
    }

    #[inline(always)]
    fn key(self) -> u64 {
        self >> 32
    }

    #[inline(always)]
    fn row(self) -> usize {
        (self & 0xffff_ffff) as usize
    }
}

/// Any key and its row.
impl Item for (u64, u32) {
    #[inline(always)]
    fn new(key: u64, row: u32) -> (u64, u32) {
        (key, row)
    }

    #[inline(always)]
    fn key(self) -> u64 {
        self.0
    }

    #[inline(always)]
    fn row(self) -> usize {
        self.1 as usize
    }
}

/// Sorts items by key; `end` is one more than the largest key may be.
///
/// # Errors
/// `OutOfMemory`, `Cancelled`.
pub fn sort<T: Item>(mut items: Vec<T>, end: u64, control: &dyn Control) -> Result<Vec<T>, Error> {
    if items.len() < FEW {
        items.sort_unstable();
        return Ok(items);
    }
    let bits = u64::BITS - end.saturating_sub(1).leading_zeros();
    let passes = bits.div_ceil(DIGIT_BITS).max(1);
    let width = bits.div_ceil(passes);
    let mut spare = zeros::<T>(items.len())?;
    for pass in 0..passes {
        poll(control)?;
        if scatter(&items, &mut spare, pass * width, width, control)? {
            std::mem::swap(&mut items, &mut spare);
        }
    }
    Ok(items)
}

/// Moves items to the places of one digit; false where all have the same and nothing moves.
fn scatter<T: Item>(
    from: &[T],
    to: &mut [T],
    shift: u32,
    width: u32,
    control: &dyn Control,
) -> Result<bool, Error> {
    let mask = (1_u64 << width) - 1;
    let digit = |item: T| ((item.key() >> shift) & mask) as usize;
    let mut places = [0_usize; 1 << DIGIT_BITS];
    for &item in from {
        places[digit(item)] += 1;
    }
    let mut sum = 0;
    for place in &mut places {
        if *place == from.len() {
            return Ok(false);
        }
        sum += std::mem::replace(place, sum);
    }
    for block in from.chunks(1 << 20) {
        poll(control)?;
        for &item in block {
            let place = &mut places[digit(item)];
            to[*place] = item;
            *place += 1;
        }
    }
    Ok(true)
}
