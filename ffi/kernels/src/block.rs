//! Whole records of an input with the place of each field: what a scanner hands to a builder.

use std::collections::TryReserveError;

use crate::fault::Fault;

/// What kind of field a [`Span`] is. CSV uses `Null`, `Bare`, `Quoted`; JSON the others and `Null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// An unquoted empty CSV field, a JSON null, or a key that a record does not have.
    Null = 0,
    /// An unquoted CSV field.
    Bare = 1,
    /// A quoted CSV field, possibly empty.
    Quoted = 2,
    /// A JSON number, as written.
    Number = 3,
    /// A JSON string, unescaped.
    String = 4,
    /// `true` or `false`.
    Literal = 5,
    /// A JSON array or object, as written.
    Nested = 6,
}

const KINDS: [Kind; 8] = [
    Kind::Null,
    Kind::Bare,
    Kind::Quoted,
    Kind::Number,
    Kind::String,
    Kind::Literal,
    Kind::Nested,
    Kind::Null,
];

/// The longest field in bytes (4 bits of `Span::meta` are taken).
pub const FIELD_BYTES_MAX: usize = (1 << 28) - 1;

/// Where a field's text lies: `meta` = length << 4 | in_extra << 3 | kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: u32,
    pub meta: u32,
}

impl Span {
    /// A field of `length` bytes at `start` of `Block::bytes`.
    #[inline(always)]
    pub fn new(kind: Kind, start: usize, length: usize) -> Span {
        Span { start: start as u32, meta: (length as u32) << 4 | kind as u32 }
    }

    /// A field whose unescaped text stands at `start` of `Block::extra`.
    #[inline(always)]
    pub fn in_extra(kind: Kind, start: usize, length: usize) -> Span {
        Span { start: start as u32, meta: (length as u32) << 4 | 8 | kind as u32 }
    }

    #[inline(always)]
    pub fn kind(self) -> Kind {
        KINDS[(self.meta & 7) as usize]
    }

    #[inline(always)]
    pub fn is_in_extra(self) -> bool {
        self.meta & 8 != 0
    }

    #[inline(always)]
    pub fn len(self) -> usize {
        (self.meta >> 4) as usize
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.meta >> 4 == 0
    }
}

/// A key seen for the first time in NDJSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// The column it makes.
    pub column: usize,
    /// Its row in the block; the row behind the last one if that record is broken.
    pub row: usize,
    /// The place of its opening quote in `Block::bytes`.
    pub at: usize,
}

/// A fault that did not end the reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Rows of the block before the faulty one; it is the next of them, or it is left out.
    pub row: usize,
    pub fault: Fault,
}

/// A run of a block's bytes that stands together in the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Where it begins in `bytes`.
    index: usize,
    /// Where it begins in the input, the line it begins in and where that begins.
    offset: u64,
    line: u64,
    line_start: u64,
}

/// Whole records of an input. Column `c` of record `r` is `columns[c][r]`.
#[derive(Debug, Default)]
pub struct Block {
    /// The records' bytes.
    pub bytes: Vec<u8>,
    /// Unescaped texts of fields that held escapes.
    pub extra: Vec<u8>,
    pub rows: usize,
    pub columns: Vec<Vec<Span>>,
    /// Offset of `bytes[0]` in the input.
    pub base: u64,
    /// Physical line (from 1) that holds `bytes[0]`.
    pub base_line: u64,
    /// Offset in the input of that line's first byte.
    pub base_line_start: u64,
    /// For each unescaped text: its start in `extra` and the start of its source in `bytes`
    /// (the opening quote), in ascending order.
    pub sources: Vec<(u32, u32)>,
    /// Columns that begin in this block, in order; NDJSON only.
    pub new_keys: Vec<NewKey>,
    /// Faulty rows, in order; dialects of CSV only.
    pub errors: Vec<RowFault>,
    /// Runs of `bytes` that are not next to each other in the input; empty where all of them are.
    pub(crate) runs: Vec<Run>,
}

impl Block {
    /// The text of a field.
    #[inline(always)]
    pub fn text(&self, span: Span) -> &[u8] {
        let start = span.start as usize;
        let from = if span.is_in_extra() { &self.extra } else { &self.bytes };
        &from[start..start + span.len()]
    }

    /// The bytes from a field's first one on, to the end of those it stands in.
    #[inline(always)]
    pub fn text_on(&self, span: Span) -> &[u8] {
        let from = if span.is_in_extra() { &self.extra } else { &self.bytes };
        &from[span.start as usize..]
    }

    /// Line (from 1), column (from 1) and offset in the input of the byte at `index` of `bytes`.
    pub fn locate(&self, index: usize) -> (u64, u64, u64) {
        if let Some(run) = self.runs.partition_point(|run| run.index <= index).checked_sub(1) {
            let Run { index: from, offset, line, line_start } = self.runs[run];
            let before = &self.bytes[from..index];
            let offset = offset + (index - from) as u64;
            let line = line + memchr::memchr_iter(b'\n', before).count() as u64;
            let behind = |at| offset - (before.len() - at) as u64 + 1;
            let line_start = memchr::memrchr(b'\n', before).map_or(line_start, behind);
            return (line, offset - line_start + 1, offset);
        }
        let before = &self.bytes[..index];
        let offset = self.base + index as u64;
        let line = self.base_line + memchr::memchr_iter(b'\n', before).count() as u64;
        let line_start = match memchr::memrchr(b'\n', before) {
            Some(at) => self.base + at as u64 + 1,
            None => self.base_line_start,
        };
        (line, offset - line_start + 1, offset)
    }

    /// Where a field begins in `bytes`, its opening quote included.
    pub fn source_start(&self, span: Span) -> usize {
        if span.is_in_extra() {
            let at = self.sources.partition_point(|&(start, _)| start <= span.start);
            return self.sources[at - 1].1 as usize;
        }
        let quoted = matches!(span.kind(), Kind::Quoted | Kind::String);
        span.start as usize - usize::from(quoted)
    }

    /// The rows `from` to `to` (exclusive) with the bytes that they need, those of their whole
    /// lines where that is asked for. Error rows are not copied.
    ///
    /// # Errors
    /// No memory.
    pub fn copy_rows(
        &self,
        from: usize,
        to: usize,
        whole_lines: bool,
    ) -> Result<Block, TryReserveError> {
        let mut copy = Block { rows: to - from, ..Block::default() };
        copy.errors.try_reserve(self.errors.len())?;
        copy.runs.try_reserve(to - from)?;
        copy.columns.try_reserve(self.columns.len())?;
        for column in &self.columns {
            let mut spans = Vec::new();
            if column.len() >= to {
                spans.try_reserve(to - from)?;
                spans.extend_from_slice(&column[from..to]);
            }
            copy.columns.push(spans);
        }
        let mut known = Run {
            index: 0,
            offset: self.base,
            line: self.base_line,
            line_start: self.base_line_start,
        };
        for row in from..to {
            // A row of nulls alone has no bytes.
            let (start, end) = self.extent(row, whole_lines).unwrap_or((known.index, known.index));
            known = self.run_at(start, known);
            let index = copy.bytes.len();
            copy.runs.push(Run { index, ..known });
            copy.bytes.try_reserve(end - start)?;
            copy.bytes.extend_from_slice(&self.bytes[start..end]);
            copy.move_row(self, row - from, start - index, whole_lines)?;
        }
        Ok(copy)
    }

    /// The run that begins at `index`, which is behind a `known` place.
    fn run_at(&self, index: usize, known: Run) -> Run {
        if !self.runs.is_empty() {
            let (line, column, offset) = self.locate(index);
            return Run { index, offset, line, line_start: offset + 1 - column };
        }
        let between = &self.bytes[known.index..index];
        let offset = self.base + index as u64;
        let line = known.line + memchr::memchr_iter(b'\n', between).count() as u64;
        let behind = |at| self.base + (known.index + at) as u64 + 1;
        let line_start = memchr::memrchr(b'\n', between).map_or(known.line_start, behind);
        Run { index, offset, line, line_start }
    }

    /// The bytes of a row's fields: where they begin and end.
    fn extent(&self, row: usize, whole_lines: bool) -> Option<(usize, usize)> {
        let spans = self.columns.iter().filter_map(|column| column.get(row));
        // Of nulls, only the one of a key that is there has a place.
        let spans = spans.filter(|&&span| match whole_lines {
            true => span != Span::default(),
            false => span.kind() != Kind::Null,
        });
        let (mut start, mut end) = (usize::MAX, 0);
        for &span in spans {
            let first = self.source_start(span);
            start = start.min(first);
            end = end.max(match span.is_in_extra() {
                true => first + 1,
                false => span.start as usize + span.len(),
            });
        }
        if start == usize::MAX {
            return None;
        }
        if whole_lines {
            start = memchr::memrchr(b'\n', &self.bytes[..start]).map_or(0, |at| at + 1);
        }
        Some((start, end))
    }

    /// Moves the fields of a row by so many bytes to the front.
    fn move_row(
        &mut self,
        from: &Block,
        row: usize,
        by: usize,
        whole_lines: bool,
    ) -> Result<(), TryReserveError> {
        for column in &mut self.columns {
            let Some(span) = column.get_mut(row) else { continue };
            if *span == Span::default() || (!whole_lines && span.kind() == Kind::Null) {
                *span = Span::default();
                continue;
            }
            if !span.is_in_extra() {
                span.start -= by as u32;
                continue;
            }
            let text = from.text(*span);
            let source = (from.source_start(*span) - by) as u32;
            let start = self.extra.len();
            self.extra.try_reserve(text.len())?;
            self.extra.extend_from_slice(text);
            self.sources.try_reserve(1)?;
            self.sources.push((start as u32, source));
            span.start = start as u32;
        }
        Ok(())
    }

    /// Forgets the records, keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.extra.clear();
        self.sources.clear();
        self.new_keys.clear();
        self.errors.clear();
        self.runs.clear();
        self.rows = 0;
        for column in &mut self.columns {
            column.clear();
        }
    }
}
