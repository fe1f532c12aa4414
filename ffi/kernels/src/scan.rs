//! What every scanner is: bytes in arbitrary chunks in, blocks of whole records out.

use crate::block::Block;
use crate::fault::Error;
use crate::json::array_lines::ArrayLines;

/// How a call of [`Scanner::scan`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// The input is used up (its unfinished record is kept); feed more. With `last` set: the end.
    Hungry,
    /// The block is full or a piece of the input is done; take the block, then call again.
    Ready,
}

/// Where a record begins in its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub offset: u64,
    /// Its physical line, from 1.
    pub line: u64,
    /// Offset of that line's first byte.
    pub line_start: u64,
}

/// What a scanner leaves to its forks.
pub struct Left {
    /// The front of a record whose end has not come.
    pub bytes: Vec<u8>,
    /// Where it begins.
    pub place: Place,
    /// What makes lines of the input behind `bytes`, where it is none of lines.
    pub lines: Option<ArrayLines>,
}

impl Left {
    /// Bytes of a format that needs nothing made of it.
    pub fn of(bytes: Vec<u8>, place: Place) -> Left {
        Left { bytes, place, lines: None }
    }
}

/// What ends a record, which is where an input may be cut for several scanners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Every line feed.
    LineFeed,
    /// A line feed with an even number of these quotes between it and the record's beginning.
    OutsideQuotes(u8),
    /// A line feed that looks like one outside quotes. Whether it ends a record is known only when
    /// what stands before it is read.
    Likely {
        quote: u8,
        /// The byte that takes the meaning of the next one.
        escape: Option<u8>,
        delimiter: u8,
    },
}

impl Cut {
    /// Whether a record ends there for sure, as long as the input has no fault.
    pub fn is_sure(self) -> bool {
        !matches!(self, Cut::Likely { .. })
    }
}

/// Splits an input into records. The result does not depend on where chunks begin and end.
pub trait Scanner: Send + Sync {
    /// Names of the columns so far: all of them after a CSV header, growing in NDJSON.
    fn names(&self) -> &[String];

    /// Fills `block` (cleared first) with at most `rows_max` whole records and moves `input` past
    /// the bytes it took. `last` says that nothing follows `input`. Large inputs are taken in
    /// pieces of about [`PIECE_BYTES`]. Every column of the block has `block.rows` spans.
    ///
    /// # Errors
    /// A fault in scanning order; `block` then holds the complete records before it.
    fn scan(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error>;

    /// How the input may be cut for forks; `None` if only one scanner can read it, or not yet.
    fn cut(&self) -> Option<Cut> {
        None
    }

    /// Gives up what was taken but not delivered, the front of a record, and where it begins.
    fn hand_over(&mut self) -> Left {
        Left::of(Vec::new(), Place { offset: 0, line: 1, line_start: 0 })
    }

    /// What was taken but not delivered, the front of a record, and where it begins.
    fn held(&self) -> (&[u8], Place) {
        (&[], Place { offset: 0, line: 1, line_start: 0 })
    }

    /// Error rows so far; a fork begins with those of its origin.
    fn errors(&self) -> u64 {
        0
    }

    /// Counts error rows that stand before this scanner's; false if they make too many.
    fn add_errors(&mut self, more: u64) -> bool {
        more == 0
    }

    /// A scanner that goes on where a record begins. It knows the columns that this one knows.
    fn fork(&self, place: Place) -> Option<Box<dyn Scanner>> {
        let _ = place;
        None
    }
}

/// Bytes of a block, about: small enough for a core's second-level cache.
pub const PIECE_BYTES: usize = 1 << 18;
