//! CSV by the strict rules (semantics 19 to 22): records into spans, every byte checked.
//!
//! What the rules leave open is decided here. Faults come in the order in which a reader that
//! goes byte by byte notices them:
//!
//! - At one byte: invalid UTF-8 first (its position is the start of the ill-formed sequence),
//!   then NUL, then what quoting says. NUL is a fault inside quotes too.
//! - A bare carriage return is noticed where it stands; at the end of the input too.
//! - A quoted field ends at its closing quote, so any other byte there is `TEXT_AFTER_QUOTE`,
//!   whose position is that byte. A quote in an unquoted field is `QUOTE_IN_BARE_FIELD` itself.
//! - `FIELD_TOO_LARGE` names the field's start; the length is as written, quotes included.
//! - `RAGGED_ROW` is noticed at the record's end, `UNTERMINATED_QUOTE` at the input's.
//!
//! Blank lines before the header are skipped. Without a header the first line that is not blank
//! decides the width, and blank lines before it are nulls if that is one column.

mod deliver;
pub mod dialect;
mod header;
mod rows;
mod scanner;
mod tokens;
mod utf8;

#[cfg(test)]
mod differential_test;
#[cfg(test)]
mod fault_test;
#[cfg(test)]
mod fuzz_test;
#[cfg(test)]
mod scanner_test;
#[cfg(test)]
mod split_test;
#[cfg(test)]
mod testing;

pub use scanner::{CsvOptions, CsvScanner};
