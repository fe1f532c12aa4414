//! Why a record cannot be read on, in positions of the block; the scanner turns it into a fault.

use crate::json::reason;

/// What is wrong.
#[derive(Debug)]
pub(super) enum Cause {
    Json(&'static str),
    NotAnObject(&'static str),
    /// An integer beyond 64 bits that ends at this index.
    IntegerTooLarge(usize),
    /// A number beyond f64 that ends at this index.
    NumberTooLarge(usize),
    LoneSurrogate,
    DepthExceeded,
    /// The key that has a value already.
    DuplicateKey(String),
    BlankLine,
    OutOfMemory,
}

/// A fault on its way out of a record; boxed, so that the way of success stays in registers.
#[derive(Debug)]
pub(super) struct Stop {
    /// The place to report.
    pub at: usize,
    /// The byte whose reading showed the fault: an earlier fault of another kind goes first.
    pub noticed: usize,
    pub cause: Cause,
}

pub(super) type Step<T> = Result<T, Box<Stop>>;

impl Stop {
    #[cold]
    pub fn new(at: usize, cause: Cause) -> Box<Stop> {
        Box::new(Stop { at, noticed: at, cause })
    }

    #[cold]
    pub fn json(at: usize, why: &'static str) -> Box<Stop> {
        Stop::new(at, Cause::Json(why))
    }

    /// At `at` something else was expected; the end of the line has its own reason.
    #[cold]
    pub fn expected(b: &[u8], at: usize, why: &'static str) -> Box<Stop> {
        Stop::json(at, if b[at] == b'\n' { reason::LINE_END } else { why })
    }
}
