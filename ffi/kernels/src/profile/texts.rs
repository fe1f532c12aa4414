//! The distinct texts of a column, each with its count, in order of first appearance.
//!
//! Open addressing over one arena. A text costs its bytes, 8 bytes of entry and 10 to 15 of
//! slots, close to the 16 that the memory rule counts.

use std::collections::HashMap;

use crate::control::Control;
use crate::fault::Error;

use super::sort::Poll;

/// Above this many slots the table grows by half, so that it stays near its limit of memory.
const DOUBLING_SLOTS_MAX: usize = 1 << 20;
const SLOTS_MIN: usize = 64;

/// Where a text begins in the arena, and its count, both without their upper halves: those are
/// rarely needed and kept aside.
#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    count: u32,
}

/// The map.
#[derive(Default)]
pub struct Texts {
    arena: Vec<u8>,
    /// One more than there are texts: the last one's start is the end of the last text.
    entries: Vec<Entry>,
    /// Hash tag << 32 | entry number + 1; 0 is free.
    slots: Vec<u64>,
    /// Numbers of the entries at which `start` went beyond another 2^32.
    start_wraps: Vec<u32>,
    /// How often the count of an entry went beyond 2^32.
    count_wraps: HashMap<u32, u32>,
}

/// The text as two words, which together with the length are the whole text up to 16 bytes.
#[inline(always)]
fn words(text: &[u8]) -> (u64, u64) {
    let eight =
        |from: usize| text[from..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
    let four = |from: usize| {
        text[from..].first_chunk().map_or(0, |word| u64::from(u32::from_le_bytes(*word)))
    };
    match text.len() {
        0 => (0, 0),
        length @ 1..=3 => {
            let ends = u64::from(text[0]) | u64::from(text[length - 1]) << 8;
            (ends | u64::from(text[length / 2]) << 16, 0)
        }
        length @ 4..=7 => (four(0) | four(length - 4) << 32, 0),
        length => (eight(0), eight(length - 8)),
    }
}

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// A hash for this table only: quick on short texts.
#[inline(always)]
fn hash_of(text: &[u8], (first, last): (u64, u64)) -> u64 {
    const P: [u64; 3] = [0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3];
    let mut hash = fold(first ^ P[0], last ^ P[1]) ^ text.len() as u64;
    if text.len() > 16 {
        for pair in text[8..].chunks(16) {
            let (low, high) = words(pair);
            hash = fold(hash ^ low ^ P[1], high ^ P[2]);
        }
    }
    fold(hash ^ P[2], P[0])
}

impl Texts {
    /// Number of distinct texts.
    pub fn len(&self) -> usize {
        self.entries.len().saturating_sub(1)
    }

    /// What the memory rule counts: 16 and the length for each text.
    pub fn logical_bytes(&self) -> u64 {
        self.arena.len() as u64 + 16 * self.len() as u64
    }

    /// Gives back the memory that only [`Texts::add`] needs; nothing may be added any more.
    pub fn drop_slots(&mut self) {
        self.slots = Vec::new();
    }

    /// The text of an entry.
    #[inline(always)]
    pub fn text(&self, index: usize) -> &[u8] {
        &self.arena[self.start(index)..self.start(index + 1)]
    }

    #[inline(always)]
    fn start(&self, index: usize) -> usize {
        let low = self.entries[index].start as usize;
        if self.start_wraps.is_empty() { low } else { low + self.wrapped_start(index) }
    }

    #[cold]
    fn wrapped_start(&self, index: usize) -> usize {
        self.start_wraps.partition_point(|&at| at as usize <= index) << 32
    }

    /// How often the text of an entry came.
    pub fn count(&self, index: usize) -> u64 {
        let low = u64::from(self.entries[index].count);
        if self.count_wraps.is_empty() {
            return low;
        }
        low + (u64::from(*self.count_wraps.get(&(index as u32)).unwrap_or(&0)) << 32)
    }

    /// Texts and counts in order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        (0..self.len()).map(|index| (self.text(index), self.count(index)))
    }

    /// Counts a text once. True if it is new.
    ///
    /// # Errors
    /// `OutOfMemory` if the table cannot grow, `Cancelled` while it does.
    #[inline]
    pub fn add(&mut self, text: &[u8], control: &dyn Control) -> Result<bool, Error> {
        let words_of_text = words(text);
        let hash = hash_of(text, words_of_text);
        let tag = (hash >> 32) as u32;
        if !self.slots.is_empty() {
            let mut at = home(hash, self.slots.len());
            loop {
                let slot = self.slots[at];
                if slot == 0 {
                    break;
                }
                if (slot >> 32) as u32 == tag {
                    let index = (slot as u32 - 1) as usize;
                    if same(self.text(index), text, words_of_text) {
                        self.count_up(index);
                        return Ok(false);
                    }
                }
                at += 1;
                if at == self.slots.len() {
                    at = 0;
                }
            }
        }
        self.insert(text, hash, 1, control)?;
        Ok(true)
    }

    #[inline(always)]
    fn count_up(&mut self, index: usize) {
        let count = &mut self.entries[index].count;
        *count = count.wrapping_add(1);
        if *count == 0 {
            *self.count_wraps.entry(index as u32).or_default() += 1;
        }
    }

    /// Adds a text that is known to be new.
    ///
    /// # Errors
    /// As [`Texts::add`].
    pub fn add_new(&mut self, text: &[u8], count: u64, control: &dyn Control) -> Result<(), Error> {
        self.insert(text, hash_of(text, words(text)), count, control)
    }

    fn insert(
        &mut self,
        text: &[u8],
        hash: u64,
        count: u64,
        control: &dyn Control,
    ) -> Result<(), Error> {
        let index = self.len();
        // Entry numbers + 1 must fit 32 bits; that many texts are more than 64 GiB of logic.
        if index >= u32::MAX as usize - 1 {
            return Err(Error::OutOfMemory);
        }
        self.arena.try_reserve(text.len())?;
        self.entries.try_reserve(2)?;
        if (index + 1) * 5 > self.slots.len() * 4 {
            self.grow(control)?;
        }
        if self.entries.is_empty() {
            self.entries.push(Entry { start: 0, count: 0 });
        }
        self.entries[index].count = count as u32;
        if count >> 32 > 0 {
            self.count_wraps.insert(index as u32, (count >> 32) as u32);
        }
        self.arena.extend_from_slice(text);
        let end = self.arena.len();
        if end >> 32 > self.start_wraps.len() {
            self.start_wraps.push(index as u32 + 1);
        }
        self.entries.push(Entry { start: end as u32, count: 0 });
        self.occupy(hash, index);
        Ok(())
    }

    fn occupy(&mut self, hash: u64, index: usize) {
        let mut at = home(hash, self.slots.len());
        while self.slots[at] != 0 {
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
        self.slots[at] = hash >> 32 << 32 | (index as u64 + 1);
    }

    /// More slots. The old ones are given back first: the arena has all that is needed.
    fn grow(&mut self, control: &dyn Control) -> Result<(), Error> {
        let length = self.slots.len();
        let wanted = if length < DOUBLING_SLOTS_MAX { length * 2 } else { length / 2 * 3 };
        let wanted = wanted.max(SLOTS_MIN);
        self.slots = Vec::new();
        self.slots.try_reserve_exact(wanted)?;
        self.slots.resize(wanted, 0);
        let mut poll = Poll::new(control);
        for index in 0..self.len() {
            let text = self.text(index);
            let hash = hash_of(text, words(text));
            self.occupy(hash, index);
            poll.tick()?;
        }
        Ok(())
    }
}

/// The first slot of a hash: its low half as a fraction of the table.
#[inline(always)]
fn home(hash: u64, slots: usize) -> usize {
    ((u64::from(hash as u32) * slots as u64) >> 32) as usize
}

#[inline(always)]
fn same(held: &[u8], text: &[u8], words_of_text: (u64, u64)) -> bool {
    if held.len() != text.len() {
        return false;
    }
    if text.len() <= 16 { words(held) == words_of_text } else { held == text }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;
    use crate::control::Unwatched;

    #[test]
    fn add_counts_every_text_and_keeps_the_order_of_first_appearance() {
        let mut random = Random::new(5);
        let mut texts = Texts::default();
        let mut expected: Vec<(Vec<u8>, u64)> = Vec::new();
        let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
        for _ in 0..60_000 {
            let length = (random.next() % 40) as usize;
            let text: Vec<u8> = (0..length).map(|_| b"ab\0"[random.next() as usize % 3]).collect();
            let is_new = !known.contains_key(&text);
            assert_eq!(texts.add(&text, &Unwatched).unwrap(), is_new);
            let at = *known.entry(text.clone()).or_insert(expected.len());
            if is_new {
                expected.push((text, 0));
            }
            expected[at].1 += 1;
        }
        let found: Vec<(Vec<u8>, u64)> =
            texts.iter().map(|(text, count)| (text.to_vec(), count)).collect();
        assert!(found == expected);
        let logical: usize = expected.iter().map(|(text, _)| 16 + text.len()).sum();
        assert_eq!(texts.logical_bytes(), logical as u64);
    }

    #[test]
    fn add_tells_texts_of_every_length_from_their_neighbours() {
        let mut texts = Texts::default();
        for length in 0..70 {
            let mut text = vec![b'x'; length];
            assert!(texts.add(&text, &Unwatched).unwrap());
            for at in 0..length {
                text[at] = b'y';
                assert!(texts.add(&text, &Unwatched).unwrap(), "{length} {at}");
                text[at] = b'x';
            }
            assert!(!texts.add(&text, &Unwatched).unwrap());
        }
    }

    #[test]
    fn count_goes_beyond_32_bits() {
        let mut texts = Texts::default();
        texts.add_new(b"a", u64::from(u32::MAX), &Unwatched).unwrap();
        texts.add_new(b"b", 5 << 32, &Unwatched).unwrap();
        assert!(!texts.add(b"a", &Unwatched).unwrap());
        assert!(!texts.add(b"b", &Unwatched).unwrap());
        assert_eq!(
            texts.iter().map(|(_, count)| count).collect::<Vec<_>>(),
            [1 << 32, 5 << 32 | 1]
        );
    }
}
