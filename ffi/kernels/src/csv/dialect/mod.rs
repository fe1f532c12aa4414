//! CSV of any dialect, strict or lenient, with error rows: what the strict scanner's bit masks do
//! not do. It goes byte by byte and says the same as its TypeScript twin.
//!
//! Strict and lenient reading find the same ends of fields and rows. A fault ends strict reading;
//! where faulty rows are left out instead, a row ends where lenient reading ends it. What lenient
//! reading makes of a fault:
//!
//! - Text behind a closing quote belongs to the field, as does a quote in an unquoted field.
//! - A quote that is never closed closes at the end of the input.
//! - A bare carriage return ends a row, NUL is text, blank lines are skipped.
//! - Absent fields are null, surplus ones are dropped.
//!
//! A row has one error row at most: its first fault, or why it is left out.

mod record;
mod rules;
mod scanner;

#[cfg(test)]
pub(super) mod tests;

pub use rules::Rules;
pub use scanner::DialectScanner;
