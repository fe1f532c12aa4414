//! The CSV scanner: takes chunks, keeps the unfinished record, hands out blocks of whole ones.

use std::mem;

use super::header;
use super::rows::{self, Record};
use super::tokens::{Odd, Tokens};
use super::utf8::valid_prefix;
use crate::block::{Block, Kind, Span};
use crate::fault::{Code, Error, Fault};
use crate::scan::{PIECE_BYTES, Scan, Scanner};
use crate::simd::csv_masks::Level;

/// Bytes taken at least, so that a small `rows_max` does not make tiny pieces.
const PIECE_BYTES_MIN: usize = 4096;
/// A record must fit the 31 bits that safely hold its offsets.
const RECORD_BYTES_MAX: usize = i32::MAX as usize;
/// Nulls handed out at once for blank lines that wait for the width.
const BLANKS_MAX: u64 = 65_536;
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
    header: bool,
    field_bytes_max: usize,
    names: Vec<String>,
    /// True once the width is known.
    named: bool,
    tokens: Tokens,
    /// Bytes that were taken but not delivered: an unfinished record.
    tail: Vec<u8>,
    /// How many of them are whole, valid UTF-8.
    checked: usize,
    /// Where the record begins in `tail` (behind a byte order mark).
    start: usize,
    /// The input's first bytes were looked at for a byte order mark.
    started: bool,
    /// Place of `tail[0]` in the input.
    base: u64,
    line: u64,
    line_start: u64,
    /// Blank lines before the first record of an input without a header.
    blanks: u64,
    /// How many of those are nulls still to deliver.
    owed: u64,
    /// Bytes of a record, about.
    record_bytes: usize,
    failed: Option<Error>,
}

/// What came of the complete records at hand.
struct Delivered {
    rows: usize,
    /// Bytes before this index are delivered or skipped.
    done: usize,
    /// Records may remain.
    full: bool,
    fault: Option<Fault>,
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
            names: Vec::new(),
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
            block.bytes.try_reserve(self.tail.len() + taken)?;
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
        let ends = self.tokens.ends().last();
        let records = self.tokens.records().last();
        let line_start =
            records.map_or(self.start, |&record| self.tokens.ends()[record as usize] as usize + 1);
        debug_assert!(ends.is_none_or(|&field| (field as usize) < end));
        if line_start < end {
            self.tokens.close_record(end)?;
        }
        Ok(None)
    }

    /// Where the field that has no end yet begins.
    fn open_field(&self) -> usize {
        self.tokens.ends().last().map_or(self.start, |&end| end as usize + 1)
    }

    /// The fault behind all complete records.
    #[cold]
    fn fault(&self, block: &Block, odd: Odd) -> Fault {
        if let Some(fault) = self.unfinished_too_large(block, 0, Some(odd.at)) {
            return fault;
        }
        let at = match odd.code {
            Code::UnterminatedQuote => self.open_field(),
            _ => odd.at,
        };
        fault_at(block, odd.code, at, Vec::new())
    }

    /// The fault of a field that has no end yet and is too large before `end`.
    fn unfinished_too_large(
        &self,
        block: &Block,
        done: usize,
        end: Option<usize>,
    ) -> Option<Fault> {
        let start = self.open_field().max(done);
        let bare_return = usize::from(self.tokens.is_after_carriage_return());
        let end = end.unwrap_or(self.tokens.scanned - bare_return);
        if end.saturating_sub(start) <= self.field_bytes_max {
            return None;
        }
        Some(too_large(block, start, self.field_bytes_max))
    }

    /// Turns the complete records into rows of the block, at most `rows_max`.
    fn deliver(&mut self, block: &mut Block, rows_max: usize) -> Result<Delivered, Error> {
        let mut delivered = Delivered { rows: 0, done: 0, full: false, fault: None };
        let mut next = 0;
        if !self.named {
            next = self.open(block, &mut delivered)?;
            if !self.named || delivered.fault.is_some() || delivered.full {
                return Ok(delivered);
            }
        }
        let width = self.names.len();
        let rows_about = self.tokens.ends().len() / width + 1;
        rows::prepare(block, width, rows_max.min(rows_about))?;
        let (ends, records) = (self.tokens.ends(), self.tokens.records());
        let pairs = self.tokens.pairs();
        let mut pair = 0;
        let mut first = if next == 0 { 0 } else { records[next - 1] as usize + 1 };
        let mut start = if next == 0 { self.start } else { ends[first - 1] as usize + 1 };
        for &last in &records[next..] {
            let last = last as usize;
            let end = ends[last] as usize;
            let record = Record { start, ends: &ends[first..=last] };
            let is_escaped = pairs.get(pair).is_some_and(|&at| (at as usize) < end);
            let is_special = is_escaped
                || record.ends.len() != width
                || end - start > self.field_bytes_max
                || end == block.bytes.len();
            if !is_special {
                rows::push_plain(&mut block.columns, &block.bytes, record);
                delivered.rows += 1;
            } else {
                pair += pairs[pair..].partition_point(|&at| (at as usize) < end);
                match self.deliver_special(block, record)? {
                    Special::Row => delivered.rows += 1,
                    Special::Blank => {}
                    Special::Fault(fault) => {
                        delivered.fault = Some(fault);
                        break;
                    }
                }
            }
            start = end + 1;
            first = last + 1;
            delivered.done = start.min(block.bytes.len());
            if delivered.rows == rows_max {
                delivered.full = true;
                break;
            }
        }
        Ok(delivered)
    }

    /// A record with doubled quotes, at the end of the input, too large, or of another width.
    #[cold]
    fn deliver_special(&self, block: &mut Block, record: Record) -> Result<Special, Error> {
        let (expected, found) = (self.names.len(), record.ends.len());
        if let Some(start) = record.too_large(&block.bytes, self.field_bytes_max) {
            return Ok(Special::Fault(too_large(block, start, self.field_bytes_max)));
        }
        if expected == found {
            rows::push_escaped(block, record)?;
            return Ok(Special::Row);
        }
        if record.is_blank(&block.bytes) {
            return Ok(Special::Blank);
        }
        let args = vec![("expected", expected.to_string()), ("found", found.to_string())];
        Ok(Special::Fault(fault_at(block, Code::RaggedRow, record.start, args)))
    }

    /// Names the columns by the first record that is not blank. Returns how many records are done.
    fn open(&mut self, block: &Block, delivered: &mut Delivered) -> Result<usize, Error> {
        let (ends, records) = (self.tokens.ends(), self.tokens.records());
        let mut record = Record { start: self.start, ends: &[] };
        let mut first = 0;
        for (index, &last) in records.iter().enumerate() {
            record.ends = &ends[first..=last as usize];
            let end = ends[last as usize] as usize;
            if !record.is_blank(&block.bytes) {
                if let Some(start) = record.too_large(&block.bytes, self.field_bytes_max) {
                    delivered.fault = Some(too_large(block, start, self.field_bytes_max));
                    return Ok(index);
                }
                self.named = true;
                if self.header {
                    self.names = header::names(&block.bytes, record)?;
                    delivered.done = (end + 1).min(block.bytes.len());
                    return Ok(index + 1);
                }
                self.names = header::numbered(record.ends.len())?;
                if self.names.len() == 1 && self.blanks > 0 {
                    // The nulls come first; this record is read again after them.
                    self.owed = self.blanks;
                    delivered.full = true;
                }
                return Ok(index);
            }
            self.blanks += 1;
            record.start = end + 1;
            first = last as usize + 1;
            delivered.done = record.start;
        }
        Ok(records.len())
    }

    /// An input of blank lines alone has one column of nulls, if it has no header.
    fn name_blanks(&mut self) -> Result<(), Error> {
        if !self.header {
            self.named = true;
            self.names = header::numbered(1)?;
            self.owed = self.blanks;
        }
        Ok(())
    }

    /// Delivers blank lines that turned out to be nulls.
    fn deliver_blanks(&mut self, rows_max: usize, block: &mut Block) -> Result<Scan, Error> {
        let rows = self.owed.min(BLANKS_MAX).min(rows_max as u64) as usize;
        rows::prepare(block, 1, rows)?;
        block.columns[0].resize(rows, Span::new(Kind::Null, 0, 0));
        block.rows = rows;
        self.owed -= rows as u64;
        Ok(Scan::Ready)
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
        if delivered.rows > 0 {
            self.record_bytes = (done / delivered.rows).max(1);
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

/// What became of a record off the fast path.
enum Special {
    Row,
    Blank,
    Fault(Fault),
}

fn fault_at(block: &Block, code: Code, index: usize, args: Vec<(&'static str, String)>) -> Fault {
    let (line, column, byte_offset) = block.locate(index);
    Fault { code, line, column, byte_offset, args }
}

fn too_large(block: &Block, index: usize, limit: usize) -> Fault {
    fault_at(block, Code::FieldTooLarge, index, vec![("limit", limit.to_string())])
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
        let result = self.fill(input, last, rows_max.max(1), block);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }
}
