//! A utf8 column: codes into a dictionary while that can pay, else offsets and bytes.

use crate::block::{Block, Kind, Span};
use crate::fault::Error;

use super::bits::Bits;
use super::dictionary::{DISTINCT_MAX, Dictionary};

/// A column with fewer values is never dictionary-encoded (the same in both engines).
pub(super) const VALUES_MIN: usize = 16;

/// After this many rows more than half of the values being distinct ends a dictionary (the same in
/// both engines).
pub(super) const PROBE_ROWS: usize = 16_384;

/// Texts up to this length are copied as if they had it.
const COPY_BYTES: usize = 32;

/// The texts of a batch's column. A null row has no text: code 0, or an empty range.
pub(super) struct Texts {
    dictionary: Dictionary,
    codes: Vec<i32>,
    pub is_plain: bool,
    /// The rows before these are elsewhere: nothing is decided by the number of a row.
    is_piece: bool,
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    /// There is never a dictionary.
    stays_plain: bool,
    /// More distinct texts than this end the dictionary at once.
    distinct_max: usize,
}

impl Texts {
    /// `rows_max` are the rows a batch can have; 0 = any number.
    pub fn new(rows_max: usize) -> Texts {
        let half = if rows_max == 0 { DISTINCT_MAX } else { rows_max / 2 };
        Texts {
            dictionary: Dictionary::default(),
            codes: Vec::new(),
            is_plain: false,
            is_piece: false,
            stays_plain: false,
            offsets: vec![0],
            bytes: Vec::new(),
            distinct_max: half.min(DISTINCT_MAX),
        }
    }

    /// Texts without a dictionary.
    pub fn without_dictionary() -> Texts {
        Texts { is_plain: true, stays_plain: true, ..Texts::new(0) }
    }

    /// Texts of a piece that begins where these end: codes while these are codes. Whether that
    /// pays is decided when all pieces are there.
    pub fn fork(&self) -> Texts {
        Texts { is_plain: self.is_plain, is_piece: true, ..Texts::new(0) }
    }

    /// Appends one row per span; `nulls_are_empty` makes a missing text an empty one.
    pub fn append(
        &mut self,
        block: &Block,
        spans: &[Span],
        nulls_are_empty: bool,
        validity: &mut Bits,
    ) -> Result<(), Error> {
        validity.try_reserve(spans.len())?;
        let mut rest = spans;
        while !self.is_plain && !rest.is_empty() {
            let to_probe = PROBE_ROWS.checked_sub(self.codes.len()).filter(|&rows| rows > 0);
            let part = &rest[..rest.len().min(to_probe.unwrap_or(usize::MAX))];
            self.codes.try_reserve(part.len())?;
            let done = self.append_codes(block, part, nulls_are_empty, validity)?;
            rest = &rest[done..];
            if done < part.len() {
                self.make_plain(validity)?;
            } else {
                self.probe(part.len(), validity)?;
            }
        }
        self.append_plain(block, rest, nulls_are_empty, validity)
    }

    /// Ends a dictionary that does not pay where the last `added` rows reached the probe's.
    fn probe(&mut self, added: usize, validity: &Bits) -> Result<(), Error> {
        let rows = self.codes.len();
        if self.is_piece || rows < PROBE_ROWS || rows - added >= PROBE_ROWS {
            return Ok(());
        }
        let values = validity.count_ones_before(PROBE_ROWS);
        if self.dictionary.len() > values / 2 { self.make_plain(validity) } else { Ok(()) }
    }

    /// Appends rows up to the first multiple of 64 after too many distinct texts; returns how many.
    fn append_codes(
        &mut self,
        block: &Block,
        spans: &[Span],
        nulls_are_empty: bool,
        validity: &mut Bits,
    ) -> Result<usize, Error> {
        let mut done = 0;
        for chunk in spans.chunks(64) {
            let mut valid = 0u64;
            for (row, &span) in chunk.iter().enumerate() {
                let is_text = nulls_are_empty || span.kind() != Kind::Null;
                let code = if is_text {
                    self.dictionary.code(block.text_on(span), span.len())?
                } else {
                    0
                };
                valid |= u64::from(is_text) << row;
                self.codes.push(code);
            }
            validity.push(valid, chunk.len());
            done += chunk.len();
            if self.dictionary.len() > self.distinct_max {
                break;
            }
        }
        Ok(done)
    }

    fn append_plain(
        &mut self,
        block: &Block,
        spans: &[Span],
        nulls_are_empty: bool,
        validity: &mut Bits,
    ) -> Result<(), Error> {
        let added: usize = spans.iter().map(|span| span.len()).sum();
        self.reserve(spans.len(), added)?;
        for chunk in spans.chunks(64) {
            let mut valid = 0u64;
            for (row, &span) in chunk.iter().enumerate() {
                let is_text = nulls_are_empty || span.kind() != Kind::Null;
                valid |= u64::from(is_text) << row;
                self.push_bytes(block, span);
                self.offsets.push(self.bytes.len() as i32);
            }
            validity.push(valid, chunk.len());
        }
        Ok(())
    }

    /// Appends a field's bytes. Most texts are short: a copy of a fixed length is two
    /// instructions, one of any length a call, so a short text takes what follows it along and
    /// drops that again.
    #[inline(always)]
    fn push_bytes(&mut self, block: &Block, span: Span) {
        let source = if span.is_in_extra() { &block.extra } else { &block.bytes };
        let start = span.start as usize;
        let end = self.bytes.len() + span.len();
        match span.len() {
            0..=COPY_BYTES if start + COPY_BYTES <= source.len() => {
                self.bytes.extend_from_slice(&source[start..start + COPY_BYTES]);
                self.bytes.truncate(end);
            }
            length => self.bytes.extend_from_slice(&source[start..start + length]),
        }
    }

    /// Room for more plain rows, none where 32-bit offsets do not reach.
    fn reserve(&mut self, rows: usize, bytes: usize) -> Result<(), Error> {
        if self.bytes.len() + bytes > i32::MAX as usize {
            return Err(Error::OutOfMemory);
        }
        self.offsets.try_reserve(rows)?;
        self.bytes.try_reserve(bytes + COPY_BYTES)?;
        Ok(())
    }

    /// Gives the dictionary up: every row gets its own text.
    pub fn make_plain(&mut self, validity: &Bits) -> Result<(), Error> {
        let offsets = self.dictionary.offsets();
        let length = |code: i32| (offsets[code as usize + 1] - offsets[code as usize]) as usize;
        let rows = self.codes.iter().enumerate().filter(|&(row, _)| validity.get(row));
        let added: usize = rows.map(|(_, &code)| length(code)).sum();
        self.reserve(self.codes.len(), added)?;
        self.expect_plain(added);
        for (row, &code) in self.codes.iter().enumerate() {
            if validity.get(row) {
                self.bytes.extend_from_slice(self.dictionary.text(code as usize));
            }
            self.offsets.push(self.bytes.len() as i32);
        }
        self.codes.clear();
        self.is_plain = true;
        Ok(())
    }

    /// Asks for room for as many rows as the codes had, if they go on like those so far, which
    /// hold `bytes`.
    fn expect_plain(&mut self, bytes: usize) {
        let (rows, expected) = (self.codes.len(), self.codes.capacity());
        let _ = self.offsets.try_reserve(expected);
        let about = bytes as f64 / rows.max(1) as f64 * expected as f64 * 1.02;
        let _ = self.bytes.try_reserve((about as usize).min(i32::MAX as usize));
    }

    /// Appends rows without a text; `validity` knows them already.
    pub fn append_nulls(&mut self, rows: usize, validity: &Bits) -> Result<(), Error> {
        if self.is_plain {
            self.reserve(rows, 0)?;
            let end = self.bytes.len() as i32;
            self.offsets.resize(self.offsets.len() + rows, end);
        } else {
            self.codes.try_reserve(rows)?;
            self.codes.resize(self.codes.len() + rows, 0);
            self.probe(rows, validity)?;
        }
        Ok(())
    }

    /// Asks for room for `rows` rows in all; their bytes are not known.
    pub fn expect_rows(&mut self, rows: usize) {
        let _ = self.codes.try_reserve_exact(rows);
    }

    /// Decides the form at the end of a batch: a dictionary where at most half of the texts are
    /// distinct.
    pub fn finish(&mut self, validity: &Bits) -> Result<(), Error> {
        let distinct = self.dictionary.len();
        let values = validity.count_ones();
        let pays = values >= VALUES_MIN && distinct <= DISTINCT_MAX && distinct <= values / 2;
        if !self.is_plain && !pays {
            self.make_plain(validity)?;
        }
        Ok(())
    }

    /// The dictionary and its codes, if the column has one.
    pub fn dictionary(&self) -> Option<(&Dictionary, &[i32])> {
        if self.is_plain { None } else { Some((&self.dictionary, &self.codes)) }
    }

    /// Offsets and bytes of a column without a dictionary.
    pub fn plain(&self) -> (&[i32], &[u8]) {
        (&self.offsets, &self.bytes)
    }

    /// Forgets the rows from `rows` on; only where there is no dictionary.
    pub fn truncate(&mut self, rows: usize) {
        debug_assert!(self.is_plain);
        self.offsets.truncate(rows + 1);
        self.bytes.truncate(self.offsets.last().map_or(0, |&end| end as usize));
    }

    /// Forgets the rows, keeps the memory.
    pub fn clear(&mut self) {
        self.dictionary.clear();
        self.codes.clear();
        self.is_plain = self.stays_plain;
        self.offsets.truncate(1);
        self.bytes.clear();
    }
}
