//! Complete records into rows of a block, and the faults that show only there.

use std::sync::Arc;

use super::header;
use super::rows::{self, Record};
use super::scanner::CsvScanner;
use super::tokens::Odd;
use crate::block::{Block, Kind, Span};
use crate::fault::{Code, Error, Fault};
use crate::scan::Scan;

/// Nulls handed out at once for blank lines that wait for the width.
const BLANKS_MAX: u64 = 65_536;

/// What came of the complete records at hand.
pub(super) struct Delivered {
    pub rows: usize,
    /// Bytes before this index are delivered or skipped.
    pub done: usize,
    /// Records may remain.
    pub full: bool,
    pub fault: Option<Fault>,
}

/// What became of a record off the fast path.
enum Special {
    Row,
    Blank,
    Fault(Fault),
}

impl CsvScanner {
    /// The fault behind all complete records.
    #[cold]
    pub(super) fn fault(&self, block: &Block, odd: Odd) -> Fault {
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
    pub(super) fn unfinished_too_large(
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
    pub(super) fn deliver(
        &mut self,
        block: &mut Block,
        rows_max: usize,
    ) -> Result<Delivered, Error> {
        let mut delivered = Delivered { rows: 0, done: 0, full: false, fault: None };
        let mut next = 0;
        if !self.named {
            next = self.open(block, &mut delivered)?;
            if !self.named || delivered.fault.is_some() || delivered.full {
                return Ok(delivered);
            }
        }
        if next == self.tokens.records().len() {
            return Ok(delivered);
        }
        let width = self.names.len();
        let rows_about = self.tokens.ends().len() / width + 1;
        rows::prepare(block, width, rows_max.min(rows_about))?;
        let (ends, records) = (self.tokens.ends(), self.tokens.records());
        let pairs = self.tokens.pairs();
        let mut pair = 0;
        let mut first = if next == 0 { 0 } else { records[next - 1] as usize + 1 };
        let mut start = if next == 0 { self.start } else { ends[first - 1] as usize + 1 };
        while next < records.len() && delivered.fault.is_none() && !delivered.full {
            let pair_at = pairs.get(pair).map_or(usize::MAX, |&at| at as usize);
            let limit = block.bytes.len().min(pair_at);
            let most =
                &records[next..records.len().min(next.saturating_add(rows_max - delivered.rows))];
            let plain = if block.bytes.len() > self.field_bytes_max {
                0
            } else {
                rows::plain_run(most, ends, first, width, limit)
            };
            let mut last = first;
            if plain > 0 {
                last += plain * width - 1;
                rows::push_plain(&mut block.columns, &block.bytes, start, &ends[first..=last]);
                delivered.rows += plain;
                next += plain;
            } else {
                last = records[next] as usize;
                let end = ends[last] as usize;
                pair += pairs[pair..].partition_point(|&at| (at as usize) < end);
                match self.deliver_special(block, Record { start, ends: &ends[first..=last] })? {
                    Special::Row => delivered.rows += 1,
                    Special::Blank => {}
                    Special::Fault(fault) => {
                        delivered.fault = Some(fault);
                        break;
                    }
                }
                next += 1;
            }
            start = ends[last] as usize + 1;
            first = last + 1;
            delivered.done = start.min(block.bytes.len());
            delivered.full = delivered.rows == rows_max;
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
                    self.names = Arc::new(header::names(&block.bytes, record)?);
                    delivered.done = (end + 1).min(block.bytes.len());
                    return Ok(index + 1);
                }
                self.names = Arc::new(header::numbered(record.ends.len())?);
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
    pub(super) fn name_blanks(&mut self) -> Result<(), Error> {
        if !self.header {
            self.named = true;
            self.names = Arc::new(header::numbered(1)?);
            self.owed = self.blanks;
        }
        Ok(())
    }

    /// Delivers blank lines that turned out to be nulls.
    pub(super) fn deliver_blanks(
        &mut self,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        let rows = self.owed.min(BLANKS_MAX).min(rows_max as u64) as usize;
        rows::prepare(block, 1, rows)?;
        block.columns[0].resize(rows, Span::new(Kind::Null, 0, 0));
        block.rows = rows;
        self.owed -= rows as u64;
        Ok(Scan::Ready)
    }
}

fn fault_at(block: &Block, code: Code, index: usize, args: Vec<(&'static str, String)>) -> Fault {
    let (line, column, byte_offset) = block.locate(index);
    Fault { code, line, column, byte_offset, args }
}

fn too_large(block: &Block, index: usize, limit: usize) -> Fault {
    fault_at(block, Code::FieldTooLarge, index, vec![("limit", limit.to_string())])
}
