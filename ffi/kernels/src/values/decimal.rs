//! Exact decimals from text: a whole number of units of 10^-scale, never rounded.

use super::number::{digits8, digits16, exponent, load, load_medium};
use super::number::{without_dot, without_dot_medium};

/// The largest scale: 10^18 still fits 64 bits.
pub const SCALE_MAX: u8 = 18;

/// Powers of ten that fit a u64.
const POWERS: [u64; 20] = powers();

const fn powers() -> [u64; 20] {
    let mut table = [1; 20];
    let mut index = 1;
    while index < 20 {
        table[index] = table[index - 1] * 10;
        index += 1;
    }
    table
}

/// The units of a number as floats are written (semantics 5), but for `nan` and `inf`. None where
/// it is no number, has more digits behind the point than `scale` that are not zeros, or does not
/// fit 64 bits.
#[inline]
pub fn parse_decimal(text: &[u8], scale: u8) -> Option<i64> {
    let negative = text.first() == Some(&b'-');
    let digits = &text[usize::from(negative)..];
    let magnitude = match decimal_digits(digits) {
        Some((value, fraction)) => scaled(value, fraction, scale)?,
        None => long(digits, scale)?,
    };
    if magnitude > i64::MAX as u64 + u64::from(negative) {
        return None;
    }
    let value = magnitude as i64;
    Some(if negative { value.wrapping_neg() } else { value })
}

/// The value and the fraction's length of up to sixteen digits with at most one dot, without
/// leading zeros. None for anything else, which may be a number all the same.
#[inline(always)]
fn decimal_digits(digits: &[u8]) -> Option<(u64, usize)> {
    let length = digits.len();
    let (value, dot) = match length {
        1..=8 => {
            let word = load(digits);
            match without_dot(word) {
                None => (digits8(word, length)?, length),
                Some((dot, rest)) => (digits8(rest, length - 1)?, dot),
            }
        }
        9..=16 => {
            let word = load_medium(digits);
            match without_dot_medium(word) {
                None => (digits16(word, length)?, length),
                Some((dot, rest)) => (digits16(rest, length - 1)?, dot),
            }
        }
        _ => return None,
    };
    let has_zeros = dot > 1 && digits[0] == b'0';
    let is_dot = dot == 0 && length == 1;
    (!has_zeros && !is_dot).then_some((value, length.saturating_sub(dot + 1)))
}

/// `value` has `fraction` digits behind the point, at most sixteen in all.
#[inline(always)]
fn scaled(value: u64, fraction: usize, scale: u8) -> Option<u64> {
    let scale = usize::from(scale);
    if fraction <= scale {
        return value.checked_mul(POWERS[scale - fraction]);
    }
    let power = POWERS[fraction - scale];
    value.is_multiple_of(power).then_some(value / power)
}

/// Any number without its sign, digit by digit.
#[cold]
fn long(text: &[u8], scale: u8) -> Option<u64> {
    let digits_of = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(digits_of(text));
    let (fraction, rest) = match rest.split_first() {
        Some((b'.', behind)) => behind.split_at(digits_of(behind)),
        _ => rest.split_at(0),
    };
    let has_zeros = whole.len() > 1 && whole[0] == b'0';
    if has_zeros || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = if rest.is_empty() { 0 } else { exponent(rest)? };
    // Digits from the left up to the last one that counts as a unit; the others must be zeros.
    let kept = whole.len() as i64 + exponent + i64::from(scale);
    let mut value = 0u64;
    let mut digits = 0i64;
    for digit in whole.iter().chain(fraction).map(|byte| u64::from(byte - b'0')) {
        if digits < kept {
            value = value.checked_mul(10)?.checked_add(digit)?;
        } else if digit != 0 {
            return None;
        }
        digits += 1;
    }
    if value == 0 {
        return Some(0);
    }
    let missing = usize::try_from(kept - digits).unwrap_or(0);
    value.checked_mul(*POWERS.get(missing)?)
}

/// Prints units as a number with exactly `scale` digits behind the point.
#[cfg(test)]
pub fn format_decimal(units: i64, scale: u8) -> String {
    let (sign, scale) = (if units < 0 { "-" } else { "" }, usize::from(scale));
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_decimal_takes_what_fits_exactly() {
        for (text, scale, expected) in [
            ("1.5", 2, 150),
            ("-1.5", 2, -150),
            ("0", 2, 0),
            ("-0", 2, 0),
            ("-0.00", 0, 0),
            (".5", 1, 5),
            ("5.", 1, 50),
            ("1.500", 1, 15),
            ("1.5e3", 0, 1500),
            ("1E+2", 2, 10_000),
            ("150e-2", 1, 15),
            ("0e99999999999", 2, 0),
            ("0.000000000000000000000000000000", 2, 0),
            ("1000000000000000000000e-21", 0, 1),
            ("0.0000000000000000000001e22", 0, 1),
            ("9223372036854775807", 0, i64::MAX),
            ("-9223372036854775808", 0, i64::MIN),
            ("-9.223372036854775808", 18, i64::MIN),
            ("92233720368547758.07", 2, i64::MAX),
            ("12345678901234.5", 4, 123_456_789_012_345_000),
        ] {
            assert_eq!(parse_decimal(text.as_bytes(), scale), Some(expected), "{text} {scale}");
        }
    }

    #[test]
    fn parse_decimal_refuses_what_would_be_rounded_or_is_no_number() {
        for (text, scale) in [
            ("1.5", 0),
            ("1.001", 2),
            ("1e-3", 2),
            ("9223372036854775808", 0),
            ("-9223372036854775809", 0),
            ("92233720368547758.08", 2),
            ("10", 18),
            ("9.3", 18),
            ("1e19", 0),
            ("1e99999999999999999999", 0),
            ("1e-99999999999999999999", 18),
            ("18446744073709551616", 0),
            ("00.5", 2),
            ("01", 2),
            ("+1", 2),
            (".", 2),
            ("", 2),
            ("-", 2),
            ("-.", 2),
            ("1.2.3", 2),
            ("1e", 2),
            ("1e+", 2),
            ("e5", 2),
            ("nan", 2),
            ("inf", 2),
            ("1,5", 2),
            (" 1", 2),
            ("--1", 2),
            ("0x10", 2),
        ] {
            assert_eq!(parse_decimal(text.as_bytes(), scale), None, "{text} {scale}");
        }
    }

    #[test]
    fn both_ways_of_parsing_agree_on_every_length() {
        let mut state = 7u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let value = (state >> 8) >> (state % 56);
            let scale = (state >> 3) as u8 % (SCALE_MAX + 1);
            let places = (state >> 13) as u8 % (SCALE_MAX + 1);
            let text = format_decimal(value as i64, places);
            let found = parse_decimal(text.as_bytes(), scale);
            let plain = long(text.as_bytes(), scale).filter(|&value| value <= i64::MAX as u64);
            assert_eq!(found, plain.map(|value| value as i64), "{text} {scale}");
            let same = parse_decimal(text.as_bytes(), places);
            assert_eq!(same, Some(value as i64), "{text}");
        }
    }
}
