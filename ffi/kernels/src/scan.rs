//! What every scanner is: bytes in arbitrary chunks in, blocks of whole records out.

use crate::block::Block;
use crate::fault::Error;

/// How a call of [`Scanner::scan`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// The input is used up (its unfinished record is kept); feed more. With `last` set: the end.
    Hungry,
    /// The block is full or a piece of the input is done; take the block, then call again.
    Ready,
}

/// Splits an input into records. The result does not depend on where chunks begin and end.
pub trait Scanner: Send {
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
}

/// Bytes of a block, about: small enough for a core's second-level cache.
pub const PIECE_BYTES: usize = 1 << 18;
