//! How a number or a time was written, so that value and shape give its text back exactly.
//! The profiler keeps eight bytes and a shape instead of a text.

use super::time::MICROS_PER_DAY;
use super::{Class, EXACT_MAX, es_f64};

/// The text cannot be rebuilt from a value and a shape.
pub const NO_SHAPE: u16 = 0xFFFF;
/// The shape of a date.
pub const SHAPE_DATE: u16 = 0xFFFE;
/// The shape of a float written as ECMAScript's shortest text with a dot.
pub const SHAPE_SHORTEST: u16 = 30;
/// More digits than this after the dot have no shape.
const DECIMALS_MAX: usize = 22;
/// Up to this many significant digits a decimal survives the way through an f64.
const SIGNIFICANT_MAX: usize = 15;

/// The shape of a text of this class, or [`NO_SHAPE`].
///
/// Integers have shape 0 whatever their size; floats the number of their decimals or
/// [`SHAPE_SHORTEST`], `-0` has 0; timestamps separator, fraction and zone as bits 0, 1 to 3 and
/// 4 upwards. A time beyond ±2^53 microseconds has none.
#[inline]
pub fn shape(text: &[u8], class: &Class) -> u16 {
    match *class {
        Class::Int(_) => 0,
        Class::Float(value) => float_shape(text, value),
        Class::Date(days) if is_exact(i64::from(days) * MICROS_PER_DAY) => SHAPE_DATE,
        Class::Timestamp { micros, .. } if is_exact(micros) => timestamp_shape(text),
        _ => NO_SHAPE,
    }
}

#[inline(always)]
fn is_exact(micros: i64) -> bool {
    micros.unsigned_abs() <= EXACT_MAX as u64
}

#[inline]
fn float_shape(text: &[u8], value: f64) -> u16 {
    let digits = if text[0] == b'-' { &text[1..] } else { text };
    let Some(dot) = digits.iter().position(|byte| !byte.is_ascii_digit()) else {
        // A float of digits alone is `-0`.
        return 0;
    };
    let decimals = &digits[dot + 1..];
    let plain = dot > 0 && digits[dot] == b'.' && !decimals.is_empty();
    if !plain || !decimals.iter().all(u8::is_ascii_digit) {
        return NO_SHAPE;
    }
    let zeros = if digits[0] == b'0' {
        1 + decimals.iter().take_while(|&&digit| digit == b'0').count()
    } else {
        0
    };
    let significant = dot + decimals.len() - zeros;
    if decimals.len() <= DECIMALS_MAX && significant <= SIGNIFICANT_MAX {
        return decimals.len() as u16;
    }
    // No f64 needs more than 17 digits, so a longer text is never the shortest.
    if significant > 17 {
        return NO_SHAPE;
    }
    let mut shortest = String::new();
    es_f64(&mut shortest, value);
    if shortest.as_bytes() == text { SHAPE_SHORTEST } else { NO_SHAPE }
}

#[inline]
fn timestamp_shape(text: &[u8]) -> u16 {
    let length = text.len();
    let (zone, zone_length) = match (text[length - 1], text[length - 6]) {
        (b'Z', _) => (1, 1),
        (_, sign @ (b'+' | b'-')) => {
            let digit = |back: usize| u16::from(text[length - back] - b'0');
            let minutes = (digit(5) * 10 + digit(4)) * 60 + digit(2) * 10 + digit(1);
            if sign == b'-' && minutes == 0 {
                return NO_SHAPE;
            }
            (if sign == b'+' { 1442 + minutes } else { 1442 - minutes }, 6)
        }
        _ => (0, 0),
    };
    let fraction = match length - zone_length {
        16 => 0,
        19 => 1,
        body => (body - 19) as u16,
    };
    u16::from(text[10] == b' ') | fraction << 1 | zone << 4
}

#[cfg(test)]
mod tests {
    use super::super::classify;
    use super::*;

    fn shape_of(text: &str) -> u16 {
        shape(text.as_bytes(), &classify(text.as_bytes()))
    }

    #[test]
    fn shape_counts_the_decimals_of_plain_floats() {
        for (text, expected) in [
            ("1", 0),
            ("9223372036854775807", 0),
            ("-0", 0),
            ("0.5", 1),
            ("-0.00", 2),
            ("12.340", 3),
            ("0.0000000000000000000001", 22),
            ("123456789012.345", 3),
            ("0.1234567890123456", SHAPE_SHORTEST),
            ("0.30000000000000004", SHAPE_SHORTEST),
            ("0.00000000000000000000001", NO_SHAPE),
            ("1.0000000000000000", NO_SHAPE),
            ("5.", NO_SHAPE),
            (".5", NO_SHAPE),
            ("1e5", NO_SHAPE),
            ("1.5e5", NO_SHAPE),
            ("nan", NO_SHAPE),
            ("-inf", NO_SHAPE),
            ("text", NO_SHAPE),
            ("true", NO_SHAPE),
        ] {
            assert_eq!(shape_of(text), expected, "{text}");
        }
    }

    #[test]
    fn shape_of_a_timestamp_holds_separator_fraction_and_zone() {
        for (text, expected) in [
            ("2024-01-01", SHAPE_DATE),
            ("2024-01-01T10:00", 0),
            ("2024-01-01 10:00", 1),
            ("2024-01-01T10:00:00", 2),
            ("2024-01-01T10:00:00.1", 2 << 1),
            ("2024-01-01T10:00:00.123456", 7 << 1),
            ("2024-01-01T10:00Z", 1 << 4),
            ("2024-01-01 10:00:00.12Z", 1 | 3 << 1 | 1 << 4),
            ("2024-01-01T10:00+00:00", 1442 << 4),
            ("2024-01-01T10:00-23:59", 3 << 4),
            ("2024-01-01T10:00:00+23:59", 1 << 1 | 2881 << 4),
            ("2024-01-01T10:00-00:00", NO_SHAPE),
            ("0001-01-01", NO_SHAPE),
            ("9999-12-31T23:59", NO_SHAPE),
        ] {
            assert_eq!(shape_of(text), expected, "{text}");
        }
    }
}
