//! From chunks of bytes to blocks of whole records, and from a record's fault to its position.

use crate::block::{Block, FIELD_BYTES_MAX, Span};
use crate::fault::{Code, Error, Fault};
use crate::scan::{Cut, Left, PIECE_BYTES, Place, Scan, Scanner};

use super::guided::Guide;
use super::keys::Keys;
use super::nested::Brackets;
use super::options::Options;
use super::paths::Paths;
use super::record::Records;
use super::stop::{Cause, Stop};
use super::token::PAD;

/// Spans of one block at most, 128 MiB of them: files with very many keys get shorter blocks.
const SPANS_MAX: usize = 1 << 24;

/// Characters of a number that a fault quotes at most.
const QUOTED_CHARS_MAX: usize = 40;

/// Splits newline-delimited JSON into records; see the module for its rules.
pub struct NdjsonScanner {
    options: Options,
    keys: Keys,
    brackets: Brackets,
    guide: Guide,
    /// Whether a column known beforehand takes integers beyond 64 bits that print an f64.
    floats: Vec<bool>,
    /// Whether a column known beforehand is a list, and whether all others may be.
    lists: Vec<bool>,
    finds_lists: bool,
    /// Bytes of the unfinished line; never holds a line feed.
    carry: Vec<u8>,
    /// Offset in the input of the next byte to read, and the line it stands in.
    offset: u64,
    line: u64,
    bom_is_passed: bool,
    /// A longer line is `FIELD_TOO_LARGE`, so that every field fits its span.
    line_bytes_max: usize,
}

impl NdjsonScanner {
    /// A scanner whose first columns are `names`, present in the records or not.
    pub fn new(options: Options, names: &[String]) -> NdjsonScanner {
        NdjsonScanner {
            options,
            keys: Keys::with_names(names),
            brackets: Brackets::default(),
            guide: Guide::default(),
            floats: Vec::new(),
            lists: Vec::new(),
            finds_lists: false,
            carry: Vec::new(),
            offset: 0,
            line: 1,
            bom_is_passed: false,
            line_bytes_max: FIELD_BYTES_MAX,
        }
    }

    /// Names, of those known beforehand, the columns that are declared f64: there an integer
    /// beyond 64 bits is a number if it is written as an f64 prints.
    pub fn with_floats(mut self, is_float: impl Fn(&str) -> bool) -> NdjsonScanner {
        self.floats = self.keys.names.iter().map(|name| is_float(name)).collect();
        self
    }

    /// Names, of those known beforehand, the columns that are lists; with `all` any other may be
    /// one, too. The numbers in lists have a type.
    pub fn with_lists(mut self, all: bool, is_list: impl Fn(&str) -> bool) -> NdjsonScanner {
        let lists: Vec<bool> = self.keys.names.iter().map(|name| is_list(name)).collect();
        self.finds_lists = all;
        self.lists = if lists.contains(&true) { lists } else { Vec::new() };
        self
    }

    /// Reads some columns, whose names are known beforehand, by path.
    pub fn with_paths(mut self, paths: &Paths) -> NdjsonScanner {
        self.guide = Guide::new(paths.clone(), &self.keys.names);
        self
    }

    #[cfg(test)]
    pub(super) fn with_line_limit(mut self, bytes: usize) -> NdjsonScanner {
        self.line_bytes_max = bytes;
        self
    }

    /// Drops a byte order mark; false while its bytes are still coming.
    fn pass_bom(&mut self, input: &mut &[u8], last: bool) -> bool {
        const BOM: &[u8] = b"\xEF\xBB\xBF";
        while !self.bom_is_passed && !input.is_empty() {
            let seen = self.carry.len();
            if input[0] != BOM[seen] {
                self.bom_is_passed = true;
            } else {
                self.carry.push(input[0]);
                *input = &input[1..];
                if seen + 1 == BOM.len() {
                    self.carry.clear();
                    self.offset = BOM.len() as u64;
                    self.bom_is_passed = true;
                }
            }
        }
        self.bom_is_passed || last
    }

    /// Moves whole lines into `bytes`: those of the next piece, or the last line without an end.
    /// Returns false if there is none yet.
    fn fill(
        &mut self,
        input: &mut &[u8],
        last: bool,
        piece: usize,
        bytes: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        loop {
            let head = &input[..piece.min(input.len())];
            let is_end = last && head.len() == input.len();
            let lines = if is_end {
                head.len()
            } else {
                memchr::memrchr(b'\n', head).map_or(0, |at| at + 1)
            };
            if lines > 0 || is_end {
                bytes.try_reserve(self.carry.len() + lines + 1 + PAD)?;
                bytes.append(&mut self.carry);
                bytes.extend_from_slice(&head[..lines]);
                *input = &input[lines..];
                return Ok(!bytes.is_empty());
            }
            self.carry.try_reserve(head.len())?;
            self.carry.extend_from_slice(head);
            *input = &input[head.len()..];
            if input.is_empty() || self.carry.len() > self.line_bytes_max {
                return Ok(false);
            }
        }
    }

    /// If the line at the front of `bytes` (or of the carry) is too long, cuts it at the limit.
    fn cut_long_line(&mut self, bytes: &mut Vec<u8>) -> bool {
        if self.carry.len() > self.line_bytes_max {
            bytes.append(&mut self.carry);
        }
        let is_long = match bytes.get(..=self.line_bytes_max) {
            Some(front) => memchr::memchr(b'\n', front).is_none(),
            None => false,
        };
        if is_long {
            bytes.truncate(self.line_bytes_max);
        }
        is_long
    }

    fn fault(&self, block: &Block, at: usize, code: Code, args: Args) -> Error {
        let (line, column, byte_offset) = block.locate(at);
        Error::Fault(Fault { code, line, column, byte_offset, args })
    }

    fn stop_fault(&self, block: &Block, stop: &Stop) -> Error {
        let value = |end: usize| {
            let text = &block.bytes[stop.at..end];
            let text = &text[..text.len().min(QUOTED_CHARS_MAX)];
            vec![("value", String::from_utf8_lossy(text).into_owned())]
        };
        let (code, args) = match stop.cause {
            Cause::Json(why) => (Code::InvalidJson, vec![("reason", why.to_owned())]),
            Cause::NotAnObject(found) => (Code::NotAnObject, vec![("found", found.to_owned())]),
            Cause::IntegerTooLarge(end) => (Code::IntegerTooLarge, value(end)),
            Cause::NumberTooLarge(end) => (Code::NumberTooLarge, value(end)),
            Cause::LoneSurrogate => (Code::LoneSurrogate, vec![]),
            Cause::DepthExceeded => {
                (Code::DepthExceeded, vec![("limit", self.options.max_depth.to_string())])
            }
            Cause::DuplicateKey(ref key) => (Code::DuplicateKey, vec![("key", key.clone())]),
            Cause::BlankLine => (Code::BlankLine, vec![]),
            Cause::OutOfMemory => return Error::OutOfMemory,
        };
        self.fault(block, stop.at, code, args)
    }

    /// Reads the lines of `block.bytes` until `rows_max` records; returns where it stopped. The
    /// last line makes no row if it `is_cut`.
    fn read_lines(
        &mut self,
        rows_max: usize,
        is_cut: bool,
        block: &mut Block,
    ) -> Result<usize, Box<Stop>> {
        let end = block.bytes.len();
        block.bytes.resize(end + 1 + PAD, b'\n');
        block.columns.resize_with(self.keys.names.len(), Vec::new);
        self.guide.begin();
        let mut records = Records {
            b: &block.bytes,
            options: self.options,
            keys: &mut self.keys,
            brackets: &mut self.brackets,
            guide: &mut self.guide,
            floats: &self.floats,
            lists: &self.lists,
            finds_lists: self.finds_lists,
            columns: &mut block.columns,
            extra: &mut block.extra,
            sources: &mut block.sources,
            new_keys: &mut block.new_keys,
            rows: 0,
        };
        let mut at = 0;
        let mut outcome = Ok(());
        while at < end && records.rows < rows_max {
            let rows = records.rows;
            match records.line(at) {
                Ok(line_end) => {
                    records.rows -= usize::from(is_cut && line_end == end && records.rows > rows);
                    at = line_end + 1;
                }
                Err(stop) => {
                    outcome = Err(stop);
                    break;
                }
            }
            self.line += 1;
            if records.columns.len() * (records.rows + 1) > SPANS_MAX {
                break;
            }
        }
        block.rows = records.rows;
        for column in &mut block.columns {
            column.resize(block.rows, Span::default());
        }
        block.bytes.truncate(end);
        outcome.map(|()| at.min(end))
    }
}

type Args = Vec<(&'static str, String)>;

/// Where the first byte that is no UTF-8 stands.
fn first_bad_byte(bytes: &[u8]) -> Option<usize> {
    if simdutf8::basic::from_utf8(bytes).is_ok() {
        return None;
    }
    simdutf8::compat::from_utf8(bytes).err().map(|error| error.valid_up_to())
}

impl Scanner for NdjsonScanner {
    fn names(&self) -> &[String] {
        &self.keys.names
    }

    fn scan(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        block.clear();
        if !self.pass_bom(input, last) {
            return Ok(Scan::Hungry);
        }
        block.columns.resize_with(self.keys.names.len(), Vec::new);
        block.base = self.offset;
        block.base_line = self.line;
        block.base_line_start = if self.line == 1 { 0 } else { self.offset };
        let whole = *input;
        let carried = self.carry.len();
        // Small batches read small pieces, so that little is copied twice.
        let piece = rows_max.saturating_mul(1024).clamp(4096, PIECE_BYTES);
        let is_filled = self.fill(input, last, piece, &mut block.bytes)?;
        let is_cut = self.cut_long_line(&mut block.bytes);
        if !is_filled && !is_cut {
            return Ok(Scan::Hungry);
        }
        if block.bytes.len() > 2 * PIECE_BYTES {
            // One huge line: unescaping must not fail where no error can be returned.
            block.extra.try_reserve(block.bytes.len())?;
        }
        let bad = first_bad_byte(&block.bytes);
        if let Some(bad) = bad {
            block.bytes.truncate(bad);
        }
        let known = block.bytes.len();
        let is_broken = bad.is_some() || is_cut;
        let stopped = self.read_lines(rows_max.max(1), is_broken, block);
        // Whatever is wrong at the end of the known bytes is so only because they end there.
        match stopped {
            Err(stop) if !is_broken || stop.noticed < known => {
                return Err(self.stop_fault(block, &stop));
            }
            Ok(at) if at < known => {
                block.bytes.truncate(at);
                *input = &whole[at - carried..];
                self.offset += at as u64;
                return Ok(Scan::Ready);
            }
            _ if bad.is_some() => {
                return Err(self.fault(block, known, Code::InvalidUtf8, vec![]));
            }
            _ if is_cut => {
                let limit = vec![("limit", self.line_bytes_max.to_string())];
                return Err(self.fault(block, 0, Code::FieldTooLarge, limit));
            }
            _ => {}
        }
        self.offset += known as u64;
        Ok(if input.is_empty() { Scan::Hungry } else { Scan::Ready })
    }

    fn cut(&self) -> Option<Cut> {
        self.bom_is_passed.then_some(Cut::LineFeed)
    }

    fn hand_over(&mut self) -> Left {
        let line_start = if self.line == 1 { 0 } else { self.offset };
        let place = Place { offset: self.offset, line: self.line, line_start };
        Left::of(std::mem::take(&mut self.carry), place)
    }

    fn held(&self) -> (&[u8], Place) {
        let line_start = if self.line == 1 { 0 } else { self.offset };
        (&self.carry, Place { offset: self.offset, line: self.line, line_start })
    }

    fn fork(&self, place: Place) -> Option<Box<dyn Scanner>> {
        let mut fork =
            NdjsonScanner::new(self.options, &self.keys.names).with_paths(&self.guide.paths);
        fork.floats.clone_from(&self.floats);
        fork.lists.clone_from(&self.lists);
        fork.finds_lists = self.finds_lists;
        fork.bom_is_passed = true;
        fork.offset = place.offset;
        fork.line = place.line;
        fork.line_bytes_max = self.line_bytes_max;
        Some(Box::new(fork))
    }
}
