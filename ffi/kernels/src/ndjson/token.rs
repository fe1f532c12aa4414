//! Single tokens of JSON: strings, numbers, literals. Each function starts at a known byte and
//! says where the token ends or why a reader that goes byte by byte cannot go on.
//!
//! Every buffer given to these functions ends in [`PAD`] line feeds, which end every token: so no
//! loop needs a check for the end of the buffer.

use super::stop::{Cause, Step, Stop};
use crate::json::reason;

/// Line feeds behind the last record, so that wide loads stay inside the buffer.
pub(super) const PAD: usize = 32;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Eight bytes from `at`, the first one lowest.
#[inline(always)]
fn load(b: &[u8], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&b[at..at + 8]);
    u64::from_le_bytes(eight)
}

/// The next byte from `at` that ends a run of plain string text: a quote, a backslash or a
/// control character.
///
/// Eight bytes at a time: each term flags bytes by their high bit, and its lowest flag is exact
/// because borrows only run upwards.
#[inline(always)]
pub(super) fn plain_end(b: &[u8], mut at: usize) -> usize {
    loop {
        let x = load(b, at);
        let quote = x ^ (ONES * b'"' as u64);
        let slash = x ^ (ONES * b'\\' as u64);
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (x.wrapping_sub(ONES * 0x20) & !x);
        let found = found & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
}

/// The first byte from `at` that is no digit, eight bytes at a time.
#[inline(always)]
pub(super) fn digits_end(b: &[u8], mut at: usize) -> usize {
    loop {
        // A digit turns into 0..=9; adding 0x76 raises the high bit of anything above 9.
        let x = load(b, at) ^ (ONES * b'0' as u64);
        let found = (x.wrapping_add(ONES * 0x76) | x) & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
}

/// Skips white space within a line: spaces, tabs, carriage returns.
#[inline(always)]
pub(super) fn skip_blank(b: &[u8], mut at: usize) -> usize {
    while matches!(b[at], b' ' | b'\t' | b'\r') {
        at += 1;
    }
    at
}

/// The closing quote of the string whose first byte is at `at`, and whether it holds escapes.
///
/// # Errors
/// Control characters, bad escapes, no closing quote; a lone surrogate unless `replace_lone`.
#[inline(always)]
pub(super) fn string_end(b: &[u8], at: usize, replace_lone: bool) -> Step<(usize, bool)> {
    let end = plain_end(b, at);
    if b[end] == b'"' {
        return Ok((end, false));
    }
    Ok((escaped_end(b, end, replace_lone)?, true))
}

/// The rest of [`string_end`] from the first byte that is not plain.
#[inline(never)]
fn escaped_end(b: &[u8], mut at: usize, replace_lone: bool) -> Step<usize> {
    loop {
        match b[at] {
            b'"' => return Ok(at),
            b'\\' => at = escape_end(b, at, replace_lone)?,
            b'\n' => return Err(Stop::json(at, reason::STRING_END)),
            _ => return Err(Stop::json(at, reason::CONTROL)),
        }
        at = plain_end(b, at);
    }
}

/// Where the escape ends whose backslash is at `at`; a surrogate pair counts as one escape.
fn escape_end(b: &[u8], at: usize, replace_lone: bool) -> Step<usize> {
    match b[at + 1] {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => return Ok(at + 2),
        b'u' => {}
        _ => return Err(bad_escape(b, at + 1)),
    }
    let unit = match hex4(b, at + 2) {
        Ok(unit) => unit,
        Err(bad) => return Err(bad_escape(b, bad)),
    };
    match unit {
        0xD800..=0xDBFF if low_surrogate(b, at + 6).is_some() => Ok(at + 12),
        0xD800..=0xDFFF if !replace_lone => {
            Err(Box::new(Stop { at, noticed: at + 6, cause: Cause::LoneSurrogate }))
        }
        _ => Ok(at + 6),
    }
}

fn bad_escape(b: &[u8], at: usize) -> Box<Stop> {
    let why = if b[at] == b'\n' { reason::STRING_END } else { reason::ESCAPE };
    Stop::json(at, why)
}

/// The value of four hexadecimal digits, or the place of the first byte that is none.
fn hex4(b: &[u8], at: usize) -> Result<u32, usize> {
    let mut value = 0;
    for (index, &byte) in b[at..at + 4].iter().enumerate() {
        let digit = (byte as char).to_digit(16).ok_or(at + index)?;
        value = value << 4 | digit;
    }
    Ok(value)
}

/// The low surrogate written as an escape right at `at`, if there is one.
fn low_surrogate(b: &[u8], at: usize) -> Option<u32> {
    if b.get(at..at + 2)? != b"\\u" || b.len() < at + 6 {
        return None;
    }
    hex4(b, at + 2).ok().filter(|unit| (0xDC00..=0xDFFF).contains(unit))
}

/// Appends the text of a string that [`string_end`] has accepted; lone surrogates become U+FFFD.
pub(crate) fn unescape(raw: &[u8], out: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(slash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..slash]);
        let (c, length) = unescape_one(&rest[slash..]);
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        rest = &rest[slash + length..];
    }
    out.extend_from_slice(rest);
}

/// The character of an accepted escape and the escape's length.
fn unescape_one(escape: &[u8]) -> (char, usize) {
    let short = match escape[1] {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unescape_unicode(escape),
        same => same as char,
    };
    (short, 2)
}

fn unescape_unicode(escape: &[u8]) -> (char, usize) {
    let unit = hex4(escape, 2).unwrap_or(0xFFFD);
    if let (0xD800..=0xDBFF, Some(low)) = (unit, low_surrogate(escape, 6)) {
        let code = 0x10000 + ((unit - 0xD800) << 10 | (low - 0xDC00));
        return (char::from_u32(code).unwrap_or('\u{FFFD}'), 12);
    }
    (char::from_u32(unit).unwrap_or('\u{FFFD}'), 6)
}

/// A number of JSON's grammar, as far as a scanner must know it.
pub(super) struct Number {
    pub end: usize,
    pub is_integer: bool,
    /// Digits before the dot or exponent.
    pub whole_digits: usize,
    /// Digits of the exponent; 0 where it is negative or absent.
    pub exponent_digits: usize,
}

/// The number that begins at `at`.
///
/// # Errors
/// Anything outside the grammar, a digit after a leading zero included.
#[inline(always)]
pub(super) fn number(b: &[u8], at: usize) -> Step<Number> {
    let first = at + usize::from(b[at] == b'-');
    let mut end = digits_end(b, first);
    if end == first {
        return Err(Stop::json(end, reason::NUMBER));
    }
    if b[first] == b'0' && end > first + 1 {
        return Err(Stop::json(first + 1, reason::NUMBER));
    }
    let whole_digits = end - first;
    if !matches!(b[end], b'.' | b'e' | b'E') {
        return Ok(Number { end, is_integer: true, whole_digits, exponent_digits: 0 });
    }
    if b[end] == b'.' {
        let fraction = end + 1;
        end = digits_end(b, fraction);
        if end == fraction {
            return Err(Stop::json(end, reason::NUMBER));
        }
    }
    let mut exponent_digits = 0;
    if matches!(b[end], b'e' | b'E') {
        let is_negative = b[end + 1] == b'-';
        let exponent = end + 1 + usize::from(matches!(b[end + 1], b'-' | b'+'));
        end = digits_end(b, exponent);
        if end == exponent {
            return Err(Stop::json(end, reason::NUMBER));
        }
        exponent_digits = if is_negative { 0 } else { end - exponent };
    }
    Ok(Number { end, is_integer: false, whole_digits, exponent_digits })
}

/// The end of the literal `word` that must stand at `at`.
///
/// # Errors
/// The first byte that differs.
#[inline(always)]
pub(super) fn literal(b: &[u8], at: usize, word: &[u8]) -> Step<usize> {
    if b[at..].starts_with(word) {
        return Ok(at + word.len());
    }
    let same = word.iter().zip(&b[at..]).take_while(|(x, y)| x == y).count();
    Err(Stop::json(at + same, reason::LITERAL))
}
