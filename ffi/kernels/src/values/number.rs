//! Integers and floats from text (semantics 4 and 5), correctly rounded.

use super::{Class, EXACT_MAX, es_f64};

/// Powers of ten that are exact in an f64.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Below this another digit still fits a u64.
const ROOM: u64 = 1_000_000_000_000_000_000;
/// A one in each byte, the top bit of each byte, and `0` in each byte.
const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = LOW << 7;
const ZEROS: u64 = LOW * 0x30;
/// Times this a word stands in both halves.
const PAIR: u128 = 1 << 64 | 1;

/// Classifies a text that begins with a digit or a dot.
#[inline]
pub(super) fn classify(text: &[u8]) -> Class {
    classify_digits(text, text, false)
}

/// Classifies a text that begins with `-`.
#[inline]
pub(super) fn classify_negative(text: &[u8]) -> Class {
    let rest = &text[1..];
    match rest.first() {
        Some(b'0'..=b'9' | b'.') => classify_digits(text, rest, true),
        Some(b'n' | b'N' | b'i' | b'I') => classify_word(rest, -1.0),
        _ => Class::Text,
    }
}

/// `digits` is `text` without its sign and begins with a digit or a dot.
#[inline(always)]
fn classify_digits(text: &[u8], digits: &[u8], negative: bool) -> Class {
    let short = match digits.len() {
        0..=8 => classify_short(digits, negative),
        9..=16 => classify_medium(digits, negative),
        _ => None,
    };
    short.unwrap_or_else(|| classify_long(text, digits, negative))
}

/// Classifies `nan`, `inf` and `infinity` in any ASCII case. NaN has no sign.
pub(super) fn classify_word(text: &[u8], sign: f64) -> Class {
    match text.len() {
        3 if text.eq_ignore_ascii_case(b"nan") => Class::Float(f64::NAN),
        3 if text.eq_ignore_ascii_case(b"inf") => Class::Float(sign * f64::INFINITY),
        8 if text.eq_ignore_ascii_case(b"infinity") => Class::Float(sign * f64::INFINITY),
        _ => Class::Text,
    }
}

/// Up to eight bytes in one word: most numbers of real files, without a branch per digit. None
/// where there is more than digits and a dot.
#[inline(always)]
fn classify_short(digits: &[u8], negative: bool) -> Option<Class> {
    let length = digits.len();
    let word = load(digits);
    let Some((dot, rest)) = without_dot(word) else {
        return Some(whole(digits, digits8(word, length)?, negative));
    };
    Some(decimal(digits, digits8(rest, length - 1)?, dot, negative))
}

/// Nine to sixteen bytes in two words, like [`classify_short`].
#[inline(always)]
fn classify_medium(digits: &[u8], negative: bool) -> Option<Class> {
    let length = digits.len();
    let word = load_medium(digits);
    let Some((dot, rest)) = without_dot_medium(word) else {
        return Some(whole(digits, digits16(word, length)?, negative));
    };
    Some(decimal(digits, digits16(rest, length - 1)?, dot, negative))
}

/// The place of the first dot of a word, and the word without it; None without a dot.
#[inline(always)]
pub(super) fn without_dot(word: u64) -> Option<(usize, u64)> {
    // A zero byte in `dots` is a dot; the trick finds the lowest one exactly.
    let dots = word ^ (LOW * 0x2e);
    let found = dots.wrapping_sub(LOW) & !dots & HIGH;
    if found == 0 {
        return None;
    }
    let dot = (found.trailing_zeros() / 8) as usize;
    let below = word & ((1u64 << (8 * dot)) - 1);
    let above = (word >> (8 * dot)) >> 8 << (8 * dot);
    Some((dot, below | above))
}

/// [`without_dot`] for two words.
#[inline(always)]
pub(super) fn without_dot_medium(word: u128) -> Option<(usize, u128)> {
    let dots = word ^ (u128::from(LOW * 0x2e) * PAIR);
    let low = u128::from(LOW) * PAIR;
    let found = dots.wrapping_sub(low) & !dots & (low << 7);
    if found == 0 {
        return None;
    }
    let dot = (found.trailing_zeros() / 8) as usize;
    let below = word & ((1u128 << (8 * dot)) - 1);
    let above = (word >> (8 * dot)) >> 8 << (8 * dot);
    Some((dot, below | above))
}

/// The bytes of a text of nine to sixteen, the first one lowest.
#[inline(always)]
pub(super) fn load_medium(text: &[u8]) -> u128 {
    let tail = u128::from(load(&text[text.len() - 8..]));
    u128::from(load(&text[..8])) | tail << (8 * (text.len() - 8))
}

/// An integer of up to sixteen digits.
#[inline(always)]
fn whole(digits: &[u8], value: u64, negative: bool) -> Class {
    if digits[0] == b'0' && digits.len() > 1 {
        return Class::Text;
    }
    integer(value, digits.len(), negative)
}

/// Up to fifteen digits with a dot at `dot`: both numbers are exact, so this rounds once.
#[inline(always)]
fn decimal(digits: &[u8], value: u64, dot: usize, negative: bool) -> Class {
    let length = digits.len();
    if length == 1 || (digits[0] == b'0' && dot != 1) {
        return Class::Text;
    }
    let value = value as f64 / POWERS[length - 1 - dot];
    Class::Float(if negative { -value } else { value })
}

/// The bytes of a text of at most eight, the first one lowest, zeros above.
#[inline(always)]
pub(super) fn load(text: &[u8]) -> u64 {
    let word = |at: usize| u32::from_le_bytes([text[at], text[at + 1], text[at + 2], text[at + 3]]);
    match text.len() {
        0 => 0,
        length @ 1..=3 => {
            // First, middle and last byte cover one, two and three bytes without a loop.
            let middle = length / 2;
            u64::from(text[0])
                | u64::from(text[middle]) << (8 * middle)
                | u64::from(text[length - 1]) << (8 * (length - 1))
        }
        length => u64::from(word(0)) | u64::from(word(length - 4)) << (8 * (length - 4)),
    }
}

/// The value of the `length` low bytes of `word`, all digits, or None.
#[inline(always)]
pub(super) fn digits8(word: u64, length: usize) -> Option<u64> {
    // Digits move to the top; `0` fills up below them, where it counts as a leading zero.
    let shift = (64 - 8 * length) as u32;
    let fill = ZEROS.checked_shr(64 - shift).unwrap_or(0);
    let digits = word.checked_shl(shift).unwrap_or(0) | fill;
    let values = digits ^ ZEROS;
    // A byte above 9 carries into its high nibble when 6 is added.
    if (values | values.wrapping_add(0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0 != 0 {
        return None;
    }
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    Some(low.wrapping_add(high) >> 32)
}

/// [`digits8`] for eight to sixteen bytes.
#[inline(always)]
pub(super) fn digits16(word: u128, length: usize) -> Option<u64> {
    // Digits move to the top, so that the upper word holds the last eight.
    let word = word << (128 - 8 * length);
    let last = digits8((word >> 64) as u64, 8)?;
    let first =
        digits8((word as u64).checked_shr(8 * (16 - length) as u32).unwrap_or(0), length - 8)?;
    Some(first * 100_000_000 + last)
}

/// Any number: `digits` is `text` without its sign.
fn classify_long(text: &[u8], digits: &[u8], negative: bool) -> Class {
    let mut mantissa = 0u64;
    let mut at = 0;
    // Nineteen digits fit a u64; a longer integer is beyond 64 bits anyway.
    while at < digits.len() && digits[at].is_ascii_digit() {
        if mantissa < ROOM {
            mantissa = mantissa * 10 + u64::from(digits[at] - b'0');
        }
        at += 1;
    }
    let whole = at;
    if whole > 1 && digits[0] == b'0' {
        return Class::Text;
    }
    if at == digits.len() {
        return integer(mantissa, whole, negative);
    }
    let mut exact = whole <= 18;
    let mut scale = 0i64;
    if digits[at] == b'.' {
        at += 1;
        let first = at;
        while at < digits.len() && digits[at].is_ascii_digit() {
            if mantissa < ROOM {
                mantissa = mantissa * 10 + u64::from(digits[at] - b'0');
            } else {
                exact = false;
            }
            at += 1;
        }
        scale = -((at - first) as i64);
        if whole == 0 && at == first {
            return Class::Text;
        }
    } else if whole == 0 {
        return Class::Text;
    }
    if at < digits.len() {
        let Some(exponent) = exponent(&digits[at..]) else { return Class::Text };
        scale += exponent;
    }
    float(text, mantissa, scale, exact, negative)
}

#[inline(always)]
fn integer(magnitude: u64, digits: usize, negative: bool) -> Class {
    if digits > 19 || magnitude > i64::MAX as u64 + u64::from(negative) {
        return Class::Text;
    }
    if !negative {
        return Class::Int(magnitude as i64);
    }
    if magnitude == 0 {
        return Class::Float(-0.0);
    }
    Class::Int((magnitude as i64).wrapping_neg())
}

/// The value of `e` or `E`, a sign, digits; nothing may follow.
pub(super) fn exponent(text: &[u8]) -> Option<i64> {
    if text[0] | 0x20 != b'e' {
        return None;
    }
    let sign = text.get(1).copied();
    let digits = &text[1 + usize::from(matches!(sign, Some(b'+' | b'-')))..];
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i64;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        // Far beyond every f64, and safe to add to a scale.
        value = (value * 10 + i64::from(digit - b'0')).min(1 << 40);
    }
    Some(if sign == Some(b'-') { -value } else { value })
}

/// mantissa * 10^scale: one rounding where both are exact, else the standard library.
#[inline(always)]
fn float(text: &[u8], mantissa: u64, scale: i64, exact: bool, negative: bool) -> Class {
    if exact && mantissa <= EXACT_MAX as u64 && scale.unsigned_abs() <= 22 {
        let power = POWERS[scale.unsigned_abs() as usize];
        let value = if scale < 0 { mantissa as f64 / power } else { mantissa as f64 * power };
        return Class::Float(if negative { -value } else { value });
    }
    let value = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
    match value {
        Some(value) if value.is_finite() => Class::Float(value),
        _ => Class::Text,
    }
}

/// The value of an integer, as [`super::classify`] reads it.
#[inline]
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    let class = match text.first()? {
        b'0'..=b'9' => classify(text),
        b'-' => classify_negative(text),
        _ => return None,
    };
    match class {
        Class::Int(value) => Some(value),
        _ => None,
    }
}

/// The value for an f64 column: a float, or an integer that an f64 holds exactly.
#[inline]
pub fn parse_f64(text: &[u8]) -> Option<f64> {
    let class = match text.first()? {
        b'0'..=b'9' | b'.' => classify(text),
        b'-' => classify_negative(text),
        _ => classify_word(text, 1.0),
    };
    match class {
        Class::Float(value) => Some(value),
        Class::Int(value) if value.unsigned_abs() <= EXACT_MAX as u64 => Some(value as f64),
        _ => None,
    }
}

/// Digits of 2^53, and of the largest integer that prints without an exponent.
const LARGE_DIGITS: std::ops::RangeInclusive<usize> = 16..=21;

/// The value of an integer beyond 2^53, of any size, that is written as ECMAScript prints an f64:
/// reading it rounds nothing that was there.
#[cold]
pub fn parse_large_f64(text: &[u8]) -> Option<f64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if !LARGE_DIGITS.contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = std::str::from_utf8(text).ok()?.parse::<f64>().ok()?;
    let mut printed = String::new();
    es_f64(&mut printed, value);
    (printed.as_bytes() == text).then_some(value)
}

/// [`parse_i64`] of the first `length` bytes of `rest`. What follows them is not looked at, but
/// lets up to eight digits be loaded at once, without a branch on their number.
#[inline(always)]
pub fn parse_i64_of(rest: &[u8], length: usize) -> Option<i64> {
    let negative = rest.first() == Some(&b'-');
    let sign = usize::from(negative);
    let digits = length.wrapping_sub(sign);
    if let (Some(word), 1..=8) = (word_at(rest, sign), digits) {
        let value = digits8(word, digits)?;
        // Leading zeros make a text, `-0` is a float.
        let has_zeros = word as u8 == b'0' && digits + sign > 1;
        let value = value as i64;
        return if has_zeros { None } else { Some(if negative { -value } else { value }) };
    }
    parse_i64(&rest[..length])
}

/// [`parse_i64_of`] for an integer of 32 bits.
#[inline(always)]
pub fn parse_i32_of(rest: &[u8], length: usize) -> Option<i32> {
    i32::try_from(parse_i64_of(rest, length)?).ok()
}

/// [`parse_f64`] of the first `length` bytes of `rest`, like [`parse_i64_of`].
#[inline(always)]
pub fn parse_f64_of(rest: &[u8], length: usize) -> Option<f64> {
    let negative = rest.first() == Some(&b'-');
    let sign = usize::from(negative);
    let digits = length.wrapping_sub(sign);
    if let (Some(word), 1..=8) = (word_at(rest, sign), digits)
        && let Some(value) = short_f64(word, digits)
    {
        return Some(if negative { -value } else { value });
    }
    parse_f64(&rest[..length])
}

/// The eight bytes from `at`, the first one lowest, if there are so many.
#[inline(always)]
fn word_at(rest: &[u8], at: usize) -> Option<u64> {
    let bytes = rest.get(at..at + 8)?;
    bytes.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// The number in the `length` (1 to 8) low bytes of `word`; None where there is more than digits
/// and a dot between them.
#[inline(always)]
fn short_f64(word: u64, length: usize) -> Option<f64> {
    let unused = (64 - 8 * length) as u32;
    let dots = word ^ (LOW * 0x2e);
    // The text ends in a dot at the latest behind it.
    let found = (dots.wrapping_sub(LOW) & !dots & HIGH) << unused >> unused;
    let has_dot = found != 0;
    let dot = if has_dot { (found.trailing_zeros() / 8) as usize } else { length };
    let below = word & (1u64.unbounded_shl(8 * dot as u32)).wrapping_sub(1);
    let above = word.unbounded_shr(8 * dot as u32) >> 8;
    let digits = length - usize::from(has_dot);
    let value = digits8(below | above.unbounded_shl(8 * dot as u32), digits)?;
    let is_plain = dot > 0 && digits > 0 && (word as u8 != b'0' || dot == 1);
    is_plain.then_some(value as f64 / POWERS[digits - dot])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_i64_takes_all_64_bits_and_no_other_spelling() {
        assert_eq!(parse_i64(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(parse_i64(b"-9223372036854775808"), Some(i64::MIN));
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999"] {
            assert_eq!(parse_i64(text.as_bytes()), None, "{text}");
        }
        for text in ["", "-", "+1", "01", "-01", "00501", "1_0", " 1", "1 ", "0x1", "-0", "1.0"] {
            assert_eq!(parse_i64(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse_i32_of(b"2147483648", 10), None);
        assert_eq!(parse_i32_of(b"-2147483648", 11), Some(i32::MIN));
    }

    #[test]
    fn parse_f64_refuses_an_integer_that_would_be_rounded() {
        assert_eq!(parse_f64(b"9007199254740992"), Some(9007199254740992.0));
        assert_eq!(parse_f64(b"9007199254740993"), None);
        assert_eq!(parse_f64(b"9007199254740993.0"), Some(9007199254740992.0));
        assert_eq!(parse_f64(b"x"), None);
        assert_eq!(parse_f64(b"-Infinity"), Some(f64::NEG_INFINITY));
    }

    #[test]
    fn parse_large_f64_takes_what_ecmascript_prints() {
        // Texts: `String(value)` of ECMAScript.
        for (text, value) in [
            ("9007199254740994", 9007199254740994.0),
            ("-10000000000000000", -1e16),
            ("100000000000000000", 1e17),
            ("18446744073709552000", 18446744073709551616.0),
            ("150000000000000000000", 1.5e20),
            ("-999999999999999900000", -999999999999999868928.0),
        ] {
            assert_eq!(parse_large_f64(text.as_bytes()), Some(value), "{text}");
        }
        for text in [
            "9007199254740993",
            "18446744073709551616",
            "100000000000000001",
            "999999999999999999999",
            "1000000000000000000000",
            "0100000000000000000",
            "+100000000000000000",
            "100000000000000000.",
            "--100000000000000000",
            "",
            "-",
        ] {
            assert_eq!(parse_large_f64(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn words_and_the_general_loop_agree_on_every_text_of_numeric_bytes() {
        let alphabet = b"0159.eE-+/:x";
        let mut state = 88172645463325252u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) as usize % below
        };
        for _ in 0..300_000 {
            let mut digits = vec![b"0123456789."[next(11)]];
            for _ in 0..next(16) {
                // Mostly digits, so that many texts are numbers.
                digits.push(if next(40) > 0 { b'0' + next(10) as u8 } else { alphabet[next(12)] });
            }
            if next(3) > 0 {
                let place = next(digits.len());
                digits[place] = b'.';
            }
            let mut text = digits.clone();
            let negative = next(2) == 0;
            if negative {
                text.insert(0, b'-');
            }
            let fast = classify_digits(&text, &digits, negative);
            let general = classify_long(&text, &digits, negative);
            assert_eq!(fast, general, "{:?}", String::from_utf8_lossy(&text));
            let (whole, float) = (parse_i64(&text), parse_f64(&text));
            for behind in [&b""[..], b",12.3456", b".5", b"999999999999", b"\n-.e1\"x,7"] {
                let rest = [&text[..], behind].concat();
                let message = String::from_utf8_lossy(&rest);
                assert_eq!(parse_i64_of(&rest, text.len()), whole, "{message:?}");
                let read = parse_f64_of(&rest, text.len());
                assert_eq!(read.map(f64::to_bits), float.map(f64::to_bits), "{message:?}");
            }
        }
    }
}
