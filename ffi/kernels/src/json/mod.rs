//! JSON as bytes: a checker of RFC 8259 that takes chunks of any size, a minifier on top of it,
//! a selector that copies values out without building anything, and arrays of records as lines.

pub(crate) mod array_lines;
mod array_scanner;
mod canonical;
mod checker;
mod cursor;
pub(crate) mod path;
pub(crate) mod reason;
mod select;
mod shape;
mod stream;
mod token;
mod value;
mod walk;

#[cfg(test)]
mod canonical_test;
#[cfg(test)]
mod checker_test;
#[cfg(test)]
pub(crate) mod fuzz_test;
#[cfg(test)]
mod select_test;

pub(crate) use array_scanner::ArrayScanner;
pub use stream::JsonStream;

use crate::config::Config;
use crate::fault::Error;

/// Brackets that may be open at once, whatever is asked for: they are counted on a list.
const MAX_DEPTH_MAX: u64 = 1 << 20;

/// What RFC 8259 leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Brackets that may be open at once.
    pub max_depth: usize,
    /// A surrogate without its partner is allowed; else it is an error.
    pub lone_surrogates: bool,
    /// A document a line.
    pub lines: bool,
}

impl Rules {
    /// Reads `max_depth`, `surrogates` and `lines`.
    pub fn parse(config: &Config) -> Result<Rules, Error> {
        let max_depth = config.number("max_depth", 1024)?;
        if !(1..=MAX_DEPTH_MAX).contains(&max_depth) {
            return Err(Error::BadArgument("max_depth is out of range"));
        }
        let lone_surrogates = match config.text("surrogates", "error")? {
            "error" => false,
            "allow" => true,
            _ => return Err(Error::BadArgument("surrogates must be error or allow")),
        };
        let lines = config.number("lines", 0)? != 0;
        Ok(Rules { max_depth: max_depth as usize, lone_surrogates, lines })
    }
}
