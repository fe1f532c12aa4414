//! Newline-delimited JSON: one object per line, a column per top-level key (semantics 10).
//!
//! Every byte is checked against RFC 8259, nested values included, which are then kept as raw
//! text. What the rules leave open is decided here, in the order in which a reader that goes
//! byte by byte notices a fault:
//!
//! - A record never spans lines: a line feed inside a string ends it ("unterminated string"),
//!   elsewhere inside a record it is an "unexpected end of line". A carriage return is white
//!   space between tokens and a control character inside a string.
//! - Inside a number, literal or string the reason is the token's own, also at the end of the
//!   line: "invalid number", "invalid literal", "unterminated string". A digit after a leading
//!   zero is an "invalid number"; anything else behind a whole token is a missing comma.
//! - A high surrogate escape without a low surrogate escape right behind it is lone.
//! - A number beyond 64 bits or f64 and a lone surrogate are noticed at the byte behind them.
//! - A line holds at most [`crate::block::FIELD_BYTES_MAX`] bytes; `FIELD_TOO_LARGE` names the
//!   line's first byte.
//! - `BLANK_LINE` names the line's first byte. Nothing behind the last line feed is no line.

mod guided;
mod items;
mod keys;
mod nested;
mod options;
mod paths;
mod record;
mod scanner;
mod stop;
mod token;

#[cfg(test)]
mod tests;

pub use items::{Item, Items, is_large};
pub use options::Options;
pub use paths::Paths;
pub use scanner::NdjsonScanner;
pub(crate) use token::unescape;
