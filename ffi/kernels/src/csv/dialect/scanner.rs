//! The scanner: takes chunks, keeps the unfinished record, hands out blocks of whole ones.

mod share;

use std::mem;

use super::super::header;
use super::record::{RecordScan, Stop, Texts};
use super::rules::Rules;
use crate::block::{Block, Kind, RowFault, Span};
use crate::fault::{Code, Error, Fault};
use crate::scan::{PIECE_BYTES, Scan};

/// Bytes taken at least, so that a small `rows_max` does not make tiny pieces.
const PIECE_BYTES_MIN: usize = 4096;
/// Room for bytes is asked for in steps of this.
const RESERVE_STEP: usize = 1 << 14;
/// A record must fit the 31 bits that safely hold its offsets.
const RECORD_BYTES_MAX: usize = i32::MAX as usize;
/// Nulls handed out at once for blank lines that wait for the width.
const BLANKS_MAX: u64 = 65_536;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How the reading of a piece ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All records are read.
    Done,
    /// The block is full.
    Full,
    /// The bytes end inside a record.
    Short,
}

/// See the module's rules.
pub struct DialectScanner {
    rules: Rules,
    record: RecordScan,
    names: Vec<String>,
    /// True once the width is known.
    named: bool,
    /// Lines still to skip.
    skip: u64,
    /// Bytes that were taken but not delivered.
    tail: Vec<u8>,
    /// With fewer bytes the tail holds no whole record.
    wanted: usize,
    /// The input's first bytes were looked at for a byte order mark.
    started: bool,
    /// Place of `tail[0]` in the input.
    base: u64,
    line: u64,
    line_start: u64,
    /// Blank lines before the first record of strict input.
    blanks: u64,
    /// How many of those are nulls still to deliver.
    owed: u64,
    /// Error rows so far.
    errors: u64,
    /// The place of the block that was located last: index, line and start of the line.
    known: (usize, u64, u64),
    /// Bytes of a record, about.
    record_bytes: usize,
    failed: Option<Error>,
}

impl DialectScanner {
    /// # Errors
    /// `BadArgument` for rules that contradict each other.
    pub fn new(rules: Rules) -> Result<DialectScanner, Error> {
        rules.check()?;
        let given = rules.names.clone().filter(|_| !rules.header);
        Ok(DialectScanner {
            record: RecordScan::new(rules.clone()),
            named: given.is_some(),
            names: given.unwrap_or_default(),
            skip: rules.skip_rows,
            rules,
            tail: Vec::new(),
            wanted: 0,
            started: false,
            base: 0,
            line: 1,
            line_start: 0,
            blanks: 0,
            owed: 0,
            errors: 0,
            known: (0, 1, 0),
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
        self.known = (0, self.line, self.line_start);
        if self.owed > 0 {
            return self.deliver_blanks(rows_max, block);
        }
        let held = self.tail.len();
        let taken = self.take(input, rows_max, block)?;
        let is_end = last && taken == input.len();
        let is_marked = BOM.starts_with(&block.bytes[..block.bytes.len().min(BOM.len())]);
        let waits = !self.started && is_marked && block.bytes.len() < BOM.len();
        if !is_end && (waits || block.bytes.len() < self.wanted) {
            mem::swap(&mut self.tail, &mut block.bytes);
            *input = &input[taken..];
            return Ok(if input.is_empty() { Scan::Hungry } else { Scan::Ready });
        }
        let mut done = 0;
        if !self.started {
            self.started = true;
            done = if block.bytes.starts_with(BOM) { BOM.len() } else { 0 };
        }
        let bytes = mem::take(&mut block.bytes);
        let outcome = self.read(&bytes, &mut done, is_end, rows_max, block);
        block.bytes = bytes;
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                block.bytes.truncate(done);
                *input = &input[taken..];
                return Err(error);
            }
        };
        self.leave(input, (taken, held), block, done, outcome)
    }

    /// Puts what is held and a piece of the input into the block; returns the piece's length.
    fn take(&mut self, input: &[u8], rows_max: usize, block: &mut Block) -> Result<usize, Error> {
        let rows = rows_max.saturating_mul(self.record_bytes + self.record_bytes / 4);
        // An unfinished record of any length is copied a constant number of times.
        let more = self.wanted.saturating_sub(self.tail.len());
        let most = PIECE_BYTES.max(more);
        let taken = input.len().min(rows.clamp(PIECE_BYTES_MIN.max(more), most));
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

    /// Records until the block is full or the bytes are over; `done` is where they end.
    fn read(
        &mut self,
        bytes: &[u8],
        done: &mut usize,
        is_end: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Outcome, Error> {
        prepare(block, self.names.len())?;
        while *done < bytes.len() {
            if block.rows == rows_max {
                return Ok(Outcome::Full);
            }
            if self.skip > 0 || Some(bytes[*done]) == self.rules.comment {
                let Some(next) = self.pass_line(bytes, *done, is_end) else {
                    return Ok(Outcome::Short);
                };
                self.skip = self.skip.saturating_sub(1);
                *done = next;
                continue;
            }
            let (extra, sources, rows) = (block.extra.len(), block.sources.len(), block.rows);
            let mut texts = Texts { extra: &mut block.extra, sources: &mut block.sources };
            let outcome = match self.record.read(bytes, *done, is_end, &mut texts) {
                Ok(()) => self.take_record(bytes, done, block)?,
                Err(Stop::Open) => Outcome::Short,
                Err(Stop::OutOfMemory) => return Err(Error::OutOfMemory),
                Err(Stop::Broken) => return Err(self.broken(bytes, block)),
            };
            if block.rows == rows {
                // The record made no row, so its texts are not wanted.
                block.extra.truncate(extra);
                block.sources.truncate(sources);
            }
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
        if is_end && !self.named && !self.rules.header && !self.rules.lenient && self.blanks > 0 {
            // Blank lines alone are nulls of one column.
            self.name(header::numbered(1)?, block)?;
            self.owed = self.blanks;
        }
        Ok(Outcome::Done)
    }

    /// Makes a row, an error row or names of the record just read.
    fn take_record(
        &mut self,
        bytes: &[u8],
        done: &mut usize,
        block: &mut Block,
    ) -> Result<Outcome, Error> {
        let lenient = self.rules.lenient;
        let width = self.names.len();
        let fault = self.record.fault;
        if self.record.is_blank && fault.is_none() && !(self.named && width == 1 && !lenient) {
            self.blanks += u64::from(!self.named);
            *done = self.record.next;
            return Ok(Outcome::Done);
        }
        let is_ill_formed = matches!(fault, Some((Code::InvalidUtf8, _)));
        if !self.named {
            match fault {
                None => return self.open(bytes, done, block),
                Some(_) if lenient && !is_ill_formed => return self.open(bytes, done, block),
                Some(_) if self.rules.header => return Err(self.broken(bytes, block)),
                Some(_) => {}
            }
        }
        let is_ragged = self.named && self.record.spans.len() != width;
        let fault = fault.or(is_ragged.then_some((Code::RaggedRow, *done)));
        if let Some((code, at)) = fault {
            let fault = self.fault_at(bytes, block, code, at);
            if !self.rules.recovers && !lenient {
                return Err(fault.into());
            }
            self.error(block, fault)?;
            if !lenient || is_ill_formed {
                *done = self.record.next;
                return Ok(Outcome::Done);
            }
        }
        for (index, column) in block.columns.iter_mut().enumerate() {
            let absent = Span::new(Kind::Null, 0, 0);
            column.try_reserve(1)?;
            column.push(self.record.spans.get(index).copied().unwrap_or(absent));
        }
        block.rows += 1;
        *done = self.record.next;
        Ok(Outcome::Done)
    }

    /// The first record that is not blank names the columns.
    fn open(
        &mut self,
        bytes: &[u8],
        done: &mut usize,
        block: &mut Block,
    ) -> Result<Outcome, Error> {
        if self.rules.header {
            // A name with a NUL would not survive: this is a fault in any mode.
            let nul = memchr::memchr(0, &bytes[*done..self.record.next]);
            if let (Some(nul), None) = (nul, &self.rules.names) {
                return Err(self.fault_at(bytes, block, Code::NulByte, *done + nul).into());
            }
            if let Some((code, at)) = self.record.fault {
                let fault = self.fault_at(bytes, block, code, at);
                self.error(block, fault)?;
            }
            let names = match &self.rules.names {
                Some(names) => names.clone(),
                None => self.texts(bytes, block)?,
            };
            self.name(names, block)?;
            *done = self.record.next;
            return Ok(Outcome::Done);
        }
        let width = self.record.spans.len();
        self.name(header::numbered(width)?, block)?;
        if width == 1 && !self.rules.lenient {
            self.owed = self.blanks;
        }
        // The record is read again, after the nulls if there are any.
        Ok(if self.owed > 0 { Outcome::Full } else { Outcome::Done })
    }

    fn name(&mut self, names: Vec<String>, block: &mut Block) -> Result<(), Error> {
        self.named = true;
        self.names = names;
        prepare(block, self.names.len())
    }

    /// The header's names.
    fn texts(&self, bytes: &[u8], block: &Block) -> Result<Vec<String>, Error> {
        let mut given = Vec::new();
        given.try_reserve_exact(self.record.spans.len())?;
        for span in &self.record.spans {
            let from = if span.is_in_extra() { &block.extra[..] } else { bytes };
            let text = from[span.start as usize..][..span.len()].to_vec();
            // The record was checked while it was read.
            let text =
                String::from_utf8(text).map_err(|_| Error::BadArgument("header is not UTF-8"))?;
            given.push(text);
        }
        header::unique(given)
    }

    /// Behind the line that holds `start`; none if its end is not known.
    fn pass_line(&self, bytes: &[u8], start: usize, is_end: bool) -> Option<usize> {
        let line = memchr::memchr(b'\n', &bytes[start..]).map(|at| start + at);
        if self.rules.lenient {
            let known = line.unwrap_or(bytes.len());
            if let Some(at) = memchr::memchr(b'\r', &bytes[start..known]) {
                let next = start + at + 1;
                return match bytes.get(next) {
                    None if !is_end => None,
                    Some(b'\n') => Some(next + 1),
                    _ => Some(next),
                };
            }
        }
        line.map(|at| at + 1).or(is_end.then_some(bytes.len()))
    }

    /// Adds an error row, or fails if there are too many.
    fn error(&mut self, block: &mut Block, fault: Fault) -> Result<(), Error> {
        if self.errors == self.rules.max_errors {
            return Err(fault.too_many(self.rules.max_errors).into());
        }
        self.errors += 1;
        block.errors.try_reserve(1)?;
        block.errors.push(RowFault { row: block.rows, fault });
        Ok(())
    }

    fn broken(&mut self, bytes: &[u8], block: &Block) -> Error {
        let (code, at) = self.record.fault.unwrap_or((Code::InvalidUtf8, 0));
        self.fault_at(bytes, block, code, at).into()
    }

    fn fault_at(&mut self, bytes: &[u8], block: &Block, code: Code, at: usize) -> Fault {
        let args = match code {
            Code::RaggedRow => vec![
                ("expected", self.names.len().to_string()),
                ("found", self.record.spans.len().to_string()),
            ],
            Code::FieldTooLarge => vec![("limit", self.rules.field_bytes_max.to_string())],
            _ => Vec::new(),
        };
        // Many faults of a block come in order: count from the last one.
        if at < self.known.0 {
            self.known = (0, block.base_line, block.base_line_start);
        }
        let (from, mut line, mut line_start) = self.known;
        let between = &bytes[from..at];
        line += memchr::memchr_iter(b'\n', between).count() as u64;
        if let Some(end) = memchr::memrchr(b'\n', between) {
            line_start = block.base + (from + end) as u64 + 1;
        }
        self.known = (at, line, line_start);
        let byte_offset = block.base + at as u64;
        Fault { code, line, column: byte_offset - line_start + 1, byte_offset, args }
    }

    /// Cuts the block behind its last record and keeps what follows, or gives it back.
    fn leave(
        &mut self,
        input: &mut &[u8],
        (taken, held): (usize, usize),
        block: &mut Block,
        done: usize,
        outcome: Outcome,
    ) -> Result<Scan, Error> {
        if let Some(bytes) = done.checked_div(block.rows) {
            self.record_bytes = bytes.max(1);
        }
        let is_full = outcome == Outcome::Full;
        let kept = if is_full {
            // The rest of the piece goes back to the input, to be read by the next call.
            *input = &input[taken.min(done.saturating_sub(held))..];
            held.max(done)
        } else {
            *input = &input[taken..];
            block.bytes.len()
        };
        let bytes = &block.bytes[..done];
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        if let Some(at) = memchr::memrchr(b'\n', bytes) {
            self.line_start = self.base + at as u64 + 1;
        }
        self.base += done as u64;
        self.wanted = 0;
        if done == 0 && !is_full {
            mem::swap(&mut self.tail, &mut block.bytes);
            self.wanted = if self.tail.len() < PIECE_BYTES_MIN { 0 } else { 2 * self.tail.len() };
        } else {
            self.tail.clear();
            self.tail.try_reserve(kept - done)?;
            self.tail.extend_from_slice(&block.bytes[done..kept]);
            block.bytes.truncate(done);
        }
        let is_done = input.is_empty() && self.owed == 0 && (!is_full || self.tail.is_empty());
        Ok(if is_done { Scan::Hungry } else { Scan::Ready })
    }

    /// Delivers blank lines that turned out to be nulls.
    fn deliver_blanks(&mut self, rows_max: usize, block: &mut Block) -> Result<Scan, Error> {
        let rows = self.owed.min(BLANKS_MAX).min(rows_max as u64) as usize;
        prepare(block, 1)?;
        block.columns[0].try_reserve(rows)?;
        block.columns[0].resize(rows, Span::new(Kind::Null, 0, 0));
        block.rows = rows;
        self.owed -= rows as u64;
        Ok(Scan::Ready)
    }
}

/// Gives the block `width` columns.
fn prepare(block: &mut Block, width: usize) -> Result<(), Error> {
    block.columns.truncate(width);
    block.columns.try_reserve(width - block.columns.len())?;
    block.columns.resize_with(width, Vec::new);
    Ok(())
}
