//! The CSV scanner: takes chunks, keeps the unfinished record, hands out blocks of whole ones.

use std::mem;
use std::sync::Arc;

use super::deliver::Delivered;
use super::rows;
use super::tokens::{Odd, Tokens};
use super::utf8::valid_prefix;
use crate::block::Block;
use crate::fault::{Code, Error};
use crate::scan::{Cut, Left, PIECE_BYTES, Place, Scan, Scanner};
use crate::simd::csv_masks::Level;

/// Bytes taken at least, so that a small `rows_max` does not make tiny pieces.
const PIECE_BYTES_MIN: usize = 4096;
/// Room for bytes is asked for in steps of this.
const RESERVE_STEP: usize = 1 << 14;
/// A record must fit the 31 bits that safely hold its offsets.
const RECORD_BYTES_MAX: usize = i32::MAX as usize;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How the input is written.
#[derive(Clone, Copy, Debug)]
pub struct CsvOptions {
    /// One ASCII byte between fields; not a quote, CR, LF or NUL.
    pub delimiter: u8,
    /// The first record holds the columns' names.
    pub header: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        CsvOptions { delimiter: b',', header: true }
    }
}

/// See the module's rules.
pub struct CsvScanner {
    pub(super) header: bool,
    pub(super) field_bytes_max: usize,
    /// Shared with the forks: there can be very many.
    pub(super) names: Arc<Vec<String>>,
    /// True once the width is known.
    pub(super) named: bool,
    pub(super) tokens: Tokens,
    /// Bytes that were taken but not delivered: an unfinished record.
    tail: Vec<u8>,
    /// How many of them are whole, valid UTF-8.
    checked: usize,
    /// Where the record begins in `tail` (behind a byte order mark).
    pub(super) start: usize,
    /// The input's first bytes were looked at for a byte order mark.
    started: bool,
    /// Place of `tail[0]` in the input.
    base: u64,
    line: u64,
    line_start: u64,
    /// Blank lines before the first record of an input without a header.
    pub(super) blanks: u64,
    /// How many of those are nulls still to deliver.
    pub(super) owed: u64,
    /// Bytes of a record, about.
    record_bytes: usize,
    failed: Option<Error>,
}

impl CsvScanner {
    /// # Errors
    /// `BadArgument` for a delimiter that cannot be one.
    pub fn new(options: CsvOptions) -> Result<CsvScanner, Error> {
        CsvScanner::with(options, Level::best(), rows::LIMIT)
    }

    /// A scanner with the instructions of `level` and a limit for fields as written.
    pub(super) fn with(
        options: CsvOptions,
        level: Level,
        field_bytes_max: usize,
    ) -> Result<CsvScanner, Error> {
        let delimiter = options.delimiter;
        if !delimiter.is_ascii() || b"\"\r\n\0".contains(&delimiter) {
            return Err(Error::BadArgument(
                "delimiter must be one ASCII byte and not a quote, CR, LF or NUL",
            ));
        }
        Ok(CsvScanner {
            header: options.header,
            field_bytes_max,
            names: Arc::default(),
            named: false,
            tokens: Tokens::new(level, delimiter),
            tail: Vec::new(),
            checked: 0,
            start: 0,
            started: false,
            base: 0,
            line: 1,
            line_start: 0,
            blanks: 0,
            owed: 0,
            record_bytes: 64,
            failed: None,
        })
    }

    fn fill(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        block.base = self.base;
        block.base_line = self.line;
        block.base_line_start = self.line_start;
        if self.owed > 0 {
            return self.deliver_blanks(rows_max, block);
        }
        let held = self.tail.len();
        let taken = self.take(input, rows_max, block)?;
        let last = last && taken == input.len();
        if !self.skip_bom(&block.bytes, last) {
            mem::swap(&mut self.tail, &mut block.bytes);
            *input = &input[taken..];
            return Ok(Scan::Hungry);
        }
        let odd = self.tokenize(&block.bytes, last)?;
        let mut delivered = self.deliver(block, rows_max)?;
        if last && odd.is_none() && !self.named && self.blanks > 0 {
            self.name_blanks()?;
        }
        if let (false, None, Some(odd)) = (delivered.full, &delivered.fault, odd) {
            delivered.fault = Some(self.fault(block, odd));
        }
        if !delivered.full && delivered.fault.is_none() {
            delivered.fault = self.unfinished_too_large(block, delivered.done, None);
        }
        self.leave(input, taken, held, block, delivered)
    }

    /// Puts what is held and a piece of the input into the block; returns the piece's length.
    fn take(&mut self, input: &[u8], rows_max: usize, block: &mut Block) -> Result<usize, Error> {
        // A quarter more than needed, because what is too much is scanned twice.
        let wanted = rows_max.saturating_mul(self.record_bytes + self.record_bytes / 4);
        let taken = input.len().min(wanted.clamp(PIECE_BYTES_MIN, PIECE_BYTES));
        // Copying no more than is taken keeps the work linear for a record of any length.
        if self.tail.len() <= taken {
            // In steps, so that a block that is used again does not grow by a few bytes to twice
            // its size.
            let wanted = (self.tail.len() + taken).next_multiple_of(RESERVE_STEP);
            block.bytes.try_reserve_exact(wanted)?;
            block.bytes.extend_from_slice(&self.tail);
            self.tail.clear();
        } else {
            mem::swap(&mut self.tail, &mut block.bytes);
            block.bytes.try_reserve(taken)?;
        }
        block.bytes.extend_from_slice(&input[..taken]);
        if block.bytes.len() > RECORD_BYTES_MAX {
            return Err(Error::OutOfMemory);
        }
        Ok(taken)
    }

    /// Skips a byte order mark at the input's start; false while its bytes are still to come.
    fn skip_bom(&mut self, bytes: &[u8], last: bool) -> bool {
        if self.started {
            return true;
        }
        if !last && bytes.len() < BOM.len() && BOM.starts_with(bytes) {
            return false;
        }
        self.started = true;
        if bytes.starts_with(BOM) {
            self.start = BOM.len();
            self.tokens.restart(self.start);
            self.checked = self.start;
        }
        true
    }

    /// Finds ends of fields up to the first fault of a byte or, at the input's end, of the whole.
    fn tokenize(&mut self, bytes: &[u8], last: bool) -> Result<Option<Odd>, Error> {
        let (valid, ill_formed) = valid_prefix(&bytes[self.checked..], last);
        self.checked += valid;
        let odd = self.tokens.scan(&bytes[..self.checked])?;
        if odd.is_some() || !(last || ill_formed) {
            return Ok(odd);
        }
        let end = self.checked;
        if self.tokens.is_after_carriage_return() {
            return Ok(Some(Odd { code: Code::BareCr, at: end - 1 }));
        }
        if ill_formed {
            return Ok(Some(Odd { code: Code::InvalidUtf8, at: end }));
        }
        if self.tokens.is_inside_quotes() {
            return Ok(Some(Odd { code: Code::UnterminatedQuote, at: end }));
        }
        let ends = self.tokens.ends();
        let record = self.tokens.records().last();
        let start = record.map_or(self.start, |&last| ends[last as usize] as usize + 1);
        if start < end {
            self.tokens.close_record(end)?;
        }
        Ok(None)
    }

    /// Where the field that has no end yet begins.
    pub(super) fn open_field(&self) -> usize {
        self.tokens.ends().last().map_or(self.start, |&end| end as usize + 1)
    }

    /// Cuts the block behind its last record and keeps what follows, or gives it back.
    fn leave(
        &mut self,
        input: &mut &[u8],
        taken: usize,
        held: usize,
        block: &mut Block,
        delivered: Delivered,
    ) -> Result<Scan, Error> {
        let done = delivered.done;
        block.rows = delivered.rows;
        if let Some(bytes) = done.checked_div(delivered.rows) {
            self.record_bytes = bytes.max(1);
        }
        if let Some(fault) = delivered.fault {
            block.bytes.truncate(done);
            *input = &input[taken..];
            return Err(fault.into());
        }
        let kept = if delivered.full {
            // The rest of the piece goes back to the input, to be read by the next call.
            *input = &input[taken.min(done.saturating_sub(held))..];
            held.max(done)
        } else {
            *input = &input[taken..];
            block.bytes.len()
        };
        self.advance(block, done);
        if done == 0 && !delivered.full {
            mem::swap(&mut self.tail, &mut block.bytes);
        } else {
            self.tail.clear();
            self.tail.try_reserve(kept - done)?;
            self.tail.extend_from_slice(&block.bytes[done..kept]);
            block.bytes.truncate(done);
            if done > 0 {
                self.start = 0;
            }
        }
        if delivered.full {
            self.tokens.restart(self.start);
            self.checked = self.start;
        } else {
            self.tokens.drop_records(done);
            self.checked -= done;
        }
        let is_done = input.is_empty() && self.owed == 0;
        Ok(if is_done { Scan::Hungry } else { Scan::Ready })
    }

    /// Moves the place of `tail[0]` past the first `done` bytes of the block.
    fn advance(&mut self, block: &Block, done: usize) {
        let bytes = &block.bytes[..done];
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        if let Some(at) = memchr::memrchr(b'\n', bytes) {
            self.line_start = self.base + at as u64 + 1;
        }
        self.base += done as u64;
    }
}

impl Scanner for CsvScanner {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn scan(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        block.clear();
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut result = self.fill(input, last, rows_max.max(1), block);
        // A record of many pieces makes one block: a block has a place for every column, so one for
        // each piece would cost the square of the width.
        while block.rows == 0 && !input.is_empty() && result == Ok(Scan::Ready) {
            block.bytes.clear();
            result = self.fill(input, last, rows_max.max(1), block);
        }
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn cut(&self) -> Option<Cut> {
        let is_open = self.named && self.owed == 0 && self.failed.is_none();
        is_open.then_some(Cut::OutsideQuotes(b'"'))
    }

    fn hand_over(&mut self) -> Left {
        let tail = self.tail.split_off(self.start.min(self.tail.len()));
        let offset = self.base + self.start as u64;
        Left::of(tail, Place { offset, line: self.line, line_start: self.line_start })
    }

    fn held(&self) -> (&[u8], Place) {
        let start = self.start.min(self.tail.len());
        let offset = self.base + start as u64;
        (&self.tail[start..], Place { offset, line: self.line, line_start: self.line_start })
    }

    fn fork(&self, place: Place) -> Option<Box<dyn Scanner>> {
        let options = CsvOptions { delimiter: self.tokens.delimiter(), header: self.header };
        let fork = CsvScanner::with(options, self.tokens.level(), self.field_bytes_max).ok()?;
        Some(Box::new(CsvScanner {
            names: Arc::clone(&self.names),
            named: true,
            started: true,
            base: place.offset,
            line: place.line,
            line_start: place.line_start,
            record_bytes: self.record_bytes,
            ..fork
        }))
    }
}
