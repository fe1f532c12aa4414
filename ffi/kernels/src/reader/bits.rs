//! Bitmaps in Arrow's order, lowest bit first, written up to 64 bits at a time.

use std::collections::TryReserveError;

/// A growing bitmap. Bits behind the end are zero.
#[derive(Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    length: usize,
}

impl Bits {
    pub fn try_reserve(&mut self, bits: usize) -> Result<(), TryReserveError> {
        self.words.try_reserve(bits / 64 + 2)
    }

    /// Appends the low `count` (1 to 64) bits of `word`; its other bits are zero.
    #[inline(always)]
    pub fn push(&mut self, word: u64, count: usize) {
        let shift = self.length % 64;
        if shift == 0 {
            self.words.push(word);
        } else {
            if let Some(top) = self.words.last_mut() {
                *top |= word << shift;
            }
            if shift + count > 64 {
                self.words.push(word >> (64 - shift));
            }
        }
        self.length += count;
    }

    /// Appends another bitmap.
    pub fn append(&mut self, other: &Bits) {
        let mut left = other.length;
        for &word in &other.words {
            if left == 0 {
                return;
            }
            let count = left.min(64);
            self.push(word, count);
            left -= count;
        }
    }

    /// Appends `count` zeros.
    pub fn push_zeros(&mut self, count: usize) {
        self.length += count;
        self.words.resize(self.length.div_ceil(64), 0);
    }

    pub fn truncate(&mut self, length: usize) {
        self.length = length;
        self.words.truncate(length.div_ceil(64));
        if let (Some(top), 1..) = (self.words.last_mut(), length % 64) {
            *top &= (1 << (length % 64)) - 1;
        }
    }

    pub fn clear(&mut self) {
        self.truncate(0);
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> bool {
        self.words[index / 64] >> (index % 64) & 1 == 1
    }

    pub fn count_ones(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Ones among the first `length` bits, which is a multiple of 64.
    pub fn count_ones_before(&self, length: usize) -> usize {
        debug_assert!(length.is_multiple_of(64));
        self.words.iter().take(length / 64).map(|word| word.count_ones() as usize).sum()
    }

    /// Bytes of the bitmap.
    pub fn byte_length(&self) -> usize {
        self.length.div_ceil(8)
    }

    /// Writes [`Bits::byte_length`] bytes to the front of `out`.
    pub fn write(&self, out: &mut [u8]) {
        for (bytes, word) in out[..self.byte_length()].chunks_mut(8).zip(&self.words) {
            bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn push_joins_words_at_any_bit() {
        for first in 1..=64 {
            let mut bits = Bits::default();
            let ones = u64::MAX >> (64 - first);
            bits.push(ones, first);
            bits.push(0b101, 3);
            bits.push_zeros(70);
            bits.push(1, 1);
            let set: Vec<usize> = (0..first + 74).filter(|&at| bits.get(at)).collect();
            let mut expected: Vec<usize> = (0..=first).collect();
            expected.extend([first + 2, first + 73]);
            assert_eq!(set, expected);
            assert_eq!(bits.count_ones(), first + 3);
        }
    }

    #[test]
    fn truncate_leaves_zeros_behind_the_end() {
        let mut bits = Bits::default();
        bits.push(u64::MAX, 64);
        bits.truncate(3);
        bits.push(0, 2);
        let mut bytes = [0xFF; 2];
        bits.write(&mut bytes);
        assert_eq!(bytes, [0b111, 0xFF]);
        bits.truncate(0);
        assert_eq!((bits.byte_length(), bits.count_ones()), (0, 0));
    }
}
