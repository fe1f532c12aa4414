//! What a field's text means: its class, the flags and type of a column, and how values print.
//!
//! Everything here works on the text of one field; where fields begin and end is the scanners'
//! business, storing values is the builders'.

mod decimal;
mod flags;
mod format;
mod number;
mod shape;
mod sums;
mod time;

#[cfg(test)]
mod vectors_test;

#[cfg(test)]
pub use decimal::format_decimal;
pub use decimal::{SCALE_MAX, parse_decimal};
pub use flags::{Flags, Type, type_of};
pub use format::{es_f64, format_date, format_timestamp};
#[cfg(test)]
use number::{parse_f64, parse_i64};
pub use number::{parse_f64_of, parse_i32_of, parse_i64_of, parse_large_f64};
pub use shape::{NO_SHAPE, SHAPE_DATE, SHAPE_SHORTEST, shape};
pub use sums::{Sum, divided_once};
pub use time::{MICROS_PER_DAY, parse_date, parse_timestamp};

/// The largest magnitude up to which every integer is exact in an f64.
pub const EXACT_MAX: i64 = 1 << 53;

/// What the text of a field is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    Text,
    Bool(bool),
    /// An integer of 64 bits. `-0` is a float.
    Int(i64),
    /// A float; never infinite by overflow (that is text).
    Float(f64),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00, in UTC where `zoned`.
    Timestamp {
        micros: i64,
        zoned: bool,
    },
}

/// Classifies the text of a field. An empty text is `Text`: whether it is null is the kind's say.
///
/// The first byte decides which forms are possible, so that a text costs one look.
#[inline]
pub fn classify(text: &[u8]) -> Class {
    match text.first() {
        // Both dashes: `123e-45678` is a float.
        Some(b'0'..=b'9') if text.len() >= 10 && text[4] == b'-' && text[7] == b'-' => {
            time::classify(text)
        }
        Some(b'0'..=b'9' | b'.') => number::classify(text),
        Some(b'-') => number::classify_negative(text),
        Some(b't' | b'T' | b'f' | b'F') => match parse_bool(text) {
            Some(value) => Class::Bool(value),
            None => Class::Text,
        },
        Some(b'n' | b'N' | b'i' | b'I') => number::classify_word(text, 1.0),
        _ => Class::Text,
    }
}

/// `true` or `false` in any ASCII case.
#[inline]
pub fn parse_bool(text: &[u8]) -> Option<bool> {
    match text.len() {
        4 if text.eq_ignore_ascii_case(b"true") => Some(true),
        5 if text.eq_ignore_ascii_case(b"false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classify_takes_booleans_in_any_case_and_nothing_near_them() {
        for text in [&b"true"[..], b"TRUE", b"tRuE"] {
            assert_eq!(classify(text), Class::Bool(true));
        }
        assert_eq!(classify(b"False"), Class::Bool(false));
        for text in [&b"t"[..], b"truee", b" true", b"yes", b"fals", b""] {
            assert_eq!(classify(text), Class::Text);
        }
        assert_eq!(classify(b"0"), Class::Int(0));
    }
}
