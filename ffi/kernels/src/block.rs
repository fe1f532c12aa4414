//! Whole records of an input with the place of each field: what a scanner hands to a builder.

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

    /// Forgets the records, keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.extra.clear();
        self.sources.clear();
        self.new_keys.clear();
        self.errors.clear();
        self.rows = 0;
        for column in &mut self.columns {
            column.clear();
        }
    }
}
