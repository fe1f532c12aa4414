//! The distinct texts of a column, numbered in order of first appearance.

use std::hash::{BuildHasher, RandomState};

use crate::fault::Error;

/// More distinct texts than this are not worth a dictionary (the same in both engines).
pub(super) const DISTINCT_MAX: usize = 65_536;

/// Slots of a new table, few because a file can have very many columns; it doubles when it is
/// half full.
const SLOTS_MIN: usize = 32;

/// An open-addressing table over the texts' bytes.
pub(super) struct Dictionary {
    /// By code.
    heads: Vec<Head>,
    /// Ends of the texts in `bytes`, after a first zero: Arrow's offsets.
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    /// Upper half of the hash and code + 1; zero where free.
    slots: Vec<u64>,
    /// Differs from process to process, so that no file can be made to collide. Codes do not
    /// depend on it.
    seed: u64,
}

impl Default for Dictionary {
    fn default() -> Dictionary {
        Dictionary {
            heads: Vec::new(),
            offsets: vec![0],
            bytes: Vec::new(),
            slots: vec![0; SLOTS_MIN],
            seed: RandomState::new().hash_one(0),
        }
    }
}

/// The product of two words, both halves folded together.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn word(text: &[u8], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&text[at..at + 8]);
    u64::from_le_bytes(eight)
}

/// The texts' heads and lengths: what tells short texts apart without a look at their bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Head {
    /// The first sixteen bytes, zeros where the text is shorter.
    words: [u64; 2],
    length: usize,
}

impl Head {
    /// Of the first `length` bytes of `rest`. What follows them is not looked at, but lets whole
    /// words be loaded, without a branch on the length.
    #[inline(always)]
    fn of(rest: &[u8], length: usize) -> Head {
        let mut bytes = [0; 16];
        match rest.first_chunk() {
            Some(chunk) => bytes = *chunk,
            None => bytes[..rest.len()].copy_from_slice(rest),
        }
        let used = 8 * length.min(16) as u32;
        let both = u128::from_le_bytes(bytes) & !u128::MAX.unbounded_shl(used);
        Head { words: [both as u64, (both >> 64) as u64], length }
    }
}

/// A folded-multiply hash (the construction of wyhash).
#[inline(always)]
fn hash(text: &[u8], head: Head, seed: u64) -> u64 {
    const K: [u64; 2] = [0x2D35_8DCC_AA6C_78A5, 0x8BB8_4B93_962E_ACC9];
    let [a, b] = head.words;
    let state = seed ^ (head.length as u64).wrapping_mul(K[0]);
    let mut state = fold(a ^ K[0], b ^ state);
    let mut rest = text.get(16..).unwrap_or_default();
    while rest.len() > 16 {
        state = fold(word(rest, 0) ^ K[0], word(rest, 8) ^ state);
        rest = &rest[16..];
    }
    if !rest.is_empty() {
        // The last sixteen bytes: some of them a second time.
        state = fold(word(text, text.len() - 16) ^ K[0], word(text, text.len() - 8) ^ state);
    }
    fold(state ^ K[1], K[1])
}

impl Dictionary {
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn offsets(&self) -> &[i32] {
        &self.offsets
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline(always)]
    pub fn text(&self, code: usize) -> &[u8] {
        &self.bytes[self.offsets[code] as usize..self.offsets[code + 1] as usize]
    }

    /// The code of the first `length` bytes of `rest`, a text that may be new. What follows it is
    /// not looked at, but makes the way to short texts faster.
    ///
    /// # Errors
    /// No memory, or texts of more than 2 GiB.
    #[inline(always)]
    pub fn code(&mut self, rest: &[u8], length: usize) -> Result<i32, Error> {
        let head = Head::of(rest, length);
        let text = &rest[..length];
        let hash = hash(text, head, self.seed);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let entry = self.slots[slot];
            if entry == 0 {
                return self.insert(text, head, hash, slot);
            }
            if (entry ^ hash) >> 32 == 0 {
                let code = (entry as u32 - 1) as usize;
                if self.heads[code] == head && (length <= 16 || self.text(code) == text) {
                    return Ok(code as i32);
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    #[inline(never)]
    fn insert(&mut self, text: &[u8], head: Head, hash: u64, slot: usize) -> Result<i32, Error> {
        let code = self.len();
        let end = self.bytes.len() + text.len();
        let end = i32::try_from(end).map_err(|_| Error::OutOfMemory)?;
        self.bytes.try_reserve(text.len())?;
        self.bytes.extend_from_slice(text);
        self.offsets.push(end);
        self.heads.push(head);
        self.slots[slot] = hash >> 32 << 32 | (code as u64 + 1);
        if self.offsets.len() > self.slots.len() / 2 {
            self.grow();
        }
        Ok(code as i32)
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![0; mask + 1];
        for code in 0..self.len() {
            let hash = hash(self.text(code), self.heads[code], self.seed);
            let mut slot = hash as usize & mask;
            while slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            slots[slot] = hash >> 32 << 32 | (code as u64 + 1);
        }
        self.slots = slots;
    }

    /// Forgets the texts, keeps the memory.
    pub fn clear(&mut self) {
        self.offsets.truncate(1);
        self.heads.clear();
        self.bytes.clear();
        self.slots.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_numbers_texts_by_first_appearance() {
        let mut dictionary = Dictionary::default();
        let codes: Vec<i32> = ["b", "", "a", "b", "", "c"]
            .iter()
            .map(|text| dictionary.code(text.as_bytes(), text.len()).unwrap())
            .collect();
        assert_eq!(codes, [0, 1, 2, 0, 1, 3]);
        assert_eq!(dictionary.bytes(), b"bac");
        assert_eq!(dictionary.offsets(), [0, 1, 1, 2, 3]);
        dictionary.clear();
        assert_eq!(dictionary.code(b"c", 1).unwrap(), 0);
    }

    #[test]
    fn code_tells_texts_of_every_length_apart() {
        let mut dictionary = Dictionary::default();
        let mut expected = Vec::new();
        for length in 0..70usize {
            for place in 0..length.max(1) {
                let mut text = vec![b'x'; length];
                if let Some(byte) = text.get_mut(place) {
                    *byte = b'y';
                }
                expected.push(text);
            }
        }
        for round in 0..2 {
            for (code, text) in expected.iter().enumerate() {
                for behind in [&b""[..], b"y", b"yyyyyyyyyyyyyyyyyyyyy"] {
                    let rest = [&text[..], behind].concat();
                    let found = dictionary.code(&rest, text.len()).unwrap();
                    assert_eq!(found, code as i32, "round {round}");
                }
            }
        }
        assert!(dictionary.len() > 2000, "the table must have grown");
        assert_eq!(dictionary.text(5), expected[5]);
    }
}
