//! First stage of the CSV scanner: where fields and records end, and the first byte that breaks
//! the quoting rules. It works on bit masks of 64 bytes, so that no byte costs a branch.
//!
//! Under the strict rules the number of quotes before a byte decides whether it is inside quotes:
//! a doubled quote leaves and enters again. What lenient readers would accept shows as a bit.

use std::collections::TryReserveError;

use crate::fault::Code;
use crate::simd::csv_masks::{BLOCK_BYTES, Level, Masks};

/// Blocks whose masks are found at once; they stay in the first-level cache.
const BATCH_BLOCKS: usize = 64;

/// A byte that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Odd {
    pub code: Code,
    /// Index of the byte in the scanned bytes.
    pub at: usize,
}

/// What the byte before the next one was.
#[derive(Clone, Copy, Debug)]
struct Carry {
    /// All ones inside quotes, else zero.
    inside: u64,
    /// One where a field begins at the next byte.
    field_start: u64,
    /// One after a quote that closes.
    closing: u64,
    /// One after a carriage return outside quotes.
    carriage_return: u64,
}

const RECORD_START: Carry = Carry { inside: 0, field_start: 1, closing: 0, carriage_return: 0 };

/// Ends of fields and records found so far in the bytes that the scanner holds.
pub(super) struct Tokens {
    level: Level,
    delimiter: u8,
    masks: [Masks; BATCH_BLOCKS],
    carry: Carry,
    /// Bytes before this index are done.
    pub scanned: usize,
    /// Index of the delimiter or line feed after each field; grown ahead, `ends_length` count.
    ends: Vec<u32>,
    ends_length: usize,
    /// For each record the index in `ends` of its line feed; grown ahead, `records_length` count.
    records: Vec<u32>,
    records_length: usize,
    /// Index of the second quote of each doubled quote.
    pairs: Vec<u32>,
}

impl Tokens {
    pub fn new(level: Level, delimiter: u8) -> Tokens {
        Tokens {
            level,
            delimiter,
            masks: [Masks::default(); BATCH_BLOCKS],
            carry: RECORD_START,
            scanned: 0,
            ends: Vec::new(),
            ends_length: 0,
            records: Vec::new(),
            records_length: 0,
            pairs: Vec::new(),
        }
    }

    pub fn level(&self) -> Level {
        self.level
    }

    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub fn ends(&self) -> &[u32] {
        &self.ends[..self.ends_length]
    }

    pub fn records(&self) -> &[u32] {
        &self.records[..self.records_length]
    }

    pub fn pairs(&self) -> &[u32] {
        &self.pairs
    }

    /// True if the scanned bytes end inside quotes.
    pub fn is_inside_quotes(&self) -> bool {
        self.carry.inside != 0
    }

    /// True if the last scanned byte is a carriage return outside quotes.
    pub fn is_after_carriage_return(&self) -> bool {
        self.carry.carriage_return != 0
    }

    /// Forgets everything; a record begins at `start`.
    pub fn restart(&mut self, start: usize) {
        self.carry = RECORD_START;
        self.scanned = start;
        self.ends_length = 0;
        self.records_length = 0;
        self.pairs.clear();
    }

    /// Forgets all complete records; the bytes before `start` go away.
    pub fn drop_records(&mut self, start: usize) {
        if start == 0 && self.records_length == 0 {
            return;
        }
        let first = self.records().last().map_or(0, |&at| at as usize + 1);
        self.ends.copy_within(first..self.ends_length, 0);
        self.ends_length -= first;
        for end in &mut self.ends[..self.ends_length] {
            *end -= start as u32;
        }
        let first = self.pairs.partition_point(|&at| (at as usize) < start);
        self.pairs.drain(..first);
        for pair in &mut self.pairs {
            *pair -= start as u32;
        }
        self.records_length = 0;
        self.scanned -= start;
    }

    /// Takes `end` as the end of the last field and record, as a line feed there would be.
    pub fn close_record(&mut self, end: usize) -> Result<(), TryReserveError> {
        self.reserve(1)?;
        self.ends[self.ends_length] = end as u32;
        self.records[self.records_length] = self.ends_length as u32;
        self.ends_length += 1;
        self.records_length += 1;
        self.carry = RECORD_START;
        Ok(())
    }

    /// Scans `bytes` from `scanned` on, up to the end or the first byte that breaks a rule.
    pub fn scan(&mut self, bytes: &[u8]) -> Result<Option<Odd>, TryReserveError> {
        while self.scanned < bytes.len() {
            let rest = &bytes[self.scanned..];
            let blocks = (rest.len() / BLOCK_BYTES).min(BATCH_BLOCKS);
            self.reserve(BLOCK_BYTES * blocks.max(1))?;
            let odd = if blocks == 0 {
                self.scan_part(rest)
            } else {
                self.scan_blocks(&rest[..BLOCK_BYTES * blocks])
            };
            if odd.is_some() {
                return Ok(odd);
            }
        }
        Ok(None)
    }

    /// Whole blocks, at most a batch.
    #[inline(never)]
    fn scan_blocks(&mut self, bytes: &[u8]) -> Option<Odd> {
        let count = bytes.len() / BLOCK_BYTES;
        self.level.csv_masks(bytes, self.delimiter, &mut self.masks[..count]);
        for place in 0..count {
            let masks = self.masks[place];
            let odd = self.step(&masks, BLOCK_BYTES);
            if odd.is_some() {
                return odd;
            }
        }
        None
    }

    /// Less than a block, at the end of a chunk.
    #[cold]
    fn scan_part(&mut self, bytes: &[u8]) -> Option<Odd> {
        let mut block = [b' '; BLOCK_BYTES];
        block[..bytes.len()].copy_from_slice(bytes);
        let mut masks = [Masks::default()];
        self.level.csv_masks(&block, self.delimiter, &mut masks);
        let [masks] = masks;
        let valid = u64::MAX >> (BLOCK_BYTES - bytes.len());
        // The delimiter may be the filling itself; the other masks look for no blank.
        let valid_only = Masks { delimiter: masks.delimiter & valid, ..masks };
        self.step(&valid_only, bytes.len())
    }

    /// The next `length` bytes, described by `masks`.
    #[inline(always)]
    fn step(&mut self, masks: &Masks, length: usize) -> Option<Odd> {
        let carry = self.carry;
        let inside = prefix_xor(masks.quote) ^ carry.inside;
        let opening = masks.quote & inside;
        let closing = masks.quote & !inside;
        let line_feeds = masks.line_feed & !inside;
        let separators = (masks.delimiter | masks.line_feed) & !inside;
        let returns = masks.carriage_return & !inside;

        let after_closing = closing << 1 | carry.closing;
        let after_separator = separators << 1 | carry.field_start;
        let after_return = returns << 1 | carry.carriage_return;
        let structural = masks.quote | masks.delimiter | masks.line_feed | masks.carriage_return;
        let odd_opening = opening & !(after_separator | after_closing);
        let odd_text = after_closing & !structural;
        let odd_return = after_return & !masks.line_feed;
        let valid = u64::MAX >> (BLOCK_BYTES - length);
        let odd = (odd_opening | odd_text | odd_return | masks.nul) & valid;
        let pairs = opening & after_closing;
        if odd != 0 {
            let first = odd.trailing_zeros();
            let before = (1 << first) - 1;
            self.record(separators & before, line_feeds & before, pairs & before);
            self.scanned += first as usize;
            return Some(self.odd(
                odd_return >> first & 1,
                masks.nul >> first & 1,
                odd_text >> first & 1,
            ));
        }
        self.record(separators, line_feeds, pairs);
        self.scanned += length;
        let last = length - 1;
        self.carry = Carry {
            // The shift copies the sign: all ones inside quotes.
            inside: ((inside << (63 - last)) as i64 >> 63) as u64,
            field_start: separators >> last & 1,
            closing: closing >> last & 1,
            carriage_return: returns >> last & 1,
        };
        None
    }

    /// Which rule the byte at `scanned` breaks. A bare carriage return is the byte before it; at
    /// one byte, NUL comes before what quoting says about it.
    #[cold]
    fn odd(&self, after_return: u64, nul: u64, after_closing: u64) -> Odd {
        let at = self.scanned;
        if after_return != 0 {
            return Odd { code: Code::BareCr, at: at - 1 };
        }
        let code = match (nul, after_closing) {
            (1, _) => Code::NulByte,
            (_, 1) => Code::TextAfterQuote,
            _ => Code::QuoteInBareField,
        };
        Odd { code, at }
    }

    /// Notes the places of a block's bits.
    #[inline(always)]
    fn record(&mut self, separators: u64, line_feeds: u64, pairs: u64) {
        let base = self.scanned as u32;
        let ends_length = self.ends_length;
        let count = separators.count_ones() as usize;
        let slots = &mut self.ends[ends_length..ends_length + BLOCK_BYTES];
        // Eight at a time whether there are so many or not: the branch is easy to foresee.
        let mut bits = separators;
        for slots in slots.chunks_exact_mut(8) {
            for slot in slots {
                *slot = base + bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
            if bits == 0 {
                break;
            }
        }
        let slots = &mut self.records[self.records_length..self.records_length + BLOCK_BYTES];
        let mut bits = line_feeds;
        for slots in slots.chunks_exact_mut(2) {
            for slot in slots {
                let below = bits.wrapping_sub(1) & !bits;
                *slot = ends_length as u32 + (separators & below).count_ones();
                bits &= bits.wrapping_sub(1);
            }
            if bits == 0 {
                break;
            }
        }
        self.ends_length += count;
        self.records_length += line_feeds.count_ones() as usize;
        let mut bits = pairs;
        while bits != 0 {
            self.pairs.push(base + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }

    /// Makes room for `count` more ends and records, and for the eight written at once.
    fn reserve(&mut self, count: usize) -> Result<(), TryReserveError> {
        grow(&mut self.ends, self.ends_length + count + BLOCK_BYTES)?;
        grow(&mut self.records, self.records_length + count + BLOCK_BYTES)?;
        self.pairs.try_reserve(count)
    }
}

fn grow(list: &mut Vec<u32>, length: usize) -> Result<(), TryReserveError> {
    if list.len() < length {
        list.try_reserve(length - list.len())?;
        // All of what the allocator gave, so that growth stays amortised.
        list.resize(list.capacity(), 0);
    }
    Ok(())
}

/// Bit i is the parity of bits 0 to i.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
