//! Single values of a text: checked in full, and keys without their escapes.

use super::Rules;
use super::checker::{Checker, Nowhere};
use super::token::{digits_end, plain_end};
use crate::fault::Error;

/// Checks the value `from..to` in full; a fault comes with its place in `b`.
#[inline(always)]
pub fn check(b: &[u8], from: usize, to: usize, rules: Rules) -> Result<(), (usize, Error)> {
    let value = &b[from..to];
    let is_short =
        if b[from] == b'"' { is_short_string(b, from, to) } else { is_short_number(b, from, to) };
    if is_short || is_simple(value) {
        return Ok(());
    }
    check_any(value, from, rules)
}

fn check_any(value: &[u8], from: usize, rules: Rules) -> Result<(), (usize, Error)> {
    let mut checker = Checker::of_value(Rules { lines: false, ..rules });
    let checked = checker.push(value, &mut Nowhere).and_then(|()| checker.finish());
    checked.map_err(|error| {
        let at = match &error {
            Error::Fault(fault) => from + fault.byte_offset as usize,
            _ => from,
        };
        (at, error)
    })
}

/// Digits with at most one dot between them, eight bytes in all at most and without a sign: looked
/// at as one number.
#[inline(always)]
fn is_short_number(b: &[u8], from: usize, to: usize) -> bool {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let length = to - from;
    let Some(eight) = b.get(from..).and_then(|rest| rest.first_chunk::<8>()) else { return false };
    if length > 8 {
        return false;
    }
    let known = u64::MAX >> (64 - 8 * length as u32);
    let word = (u64::from_le_bytes(*eight) & known) | (ZEROS & !known);
    // Zero to nine for digits; the sum has the high bit for ten and more.
    let digits = word ^ ZEROS;
    let others = (((digits & !HIGHS) + 0x7676_7676_7676_7676) | digits) & HIGHS;
    // Where the dot is, or the end.
    let dot = if others == 0 { length } else { others.trailing_zeros() as usize / 8 };
    let is_one = others & others.wrapping_sub(1) == 0;
    let is_dot =
        others == 0 || (word >> (8 * dot) as u8 & 0xff == u64::from(b'.') && dot + 1 < length);
    // A leading zero stands alone.
    is_one && is_dot && dot > 0 && (eight[0] != b'0' || dot == 1)
}

/// A string of plain ASCII, 16 bytes in all at most, whose first byte is known to be a quote: looked
/// at as two numbers.
#[inline(always)]
fn is_short_string(b: &[u8], from: usize, to: usize) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let Some(bytes) = b.get(from..).and_then(|rest| rest.first_chunk::<16>()) else { return false };
    let length = to - from;
    if !(2..=16).contains(&length) || b[to - 1] != b'"' {
        return false;
    }
    // What is inside; blanks, which are plain, instead of the rest.
    let inside = (u128::MAX >> (8 * (17 - length as u32))) & !0xff;
    let text = (u128::from_le_bytes(*bytes) & inside) | (BLANKS & !inside);
    let flags = [text as u64, (text >> 64) as u64].map(|x| {
        let quote = x ^ (ONES * b'"' as u64);
        let slash = x ^ (ONES * b'\\' as u64);
        // As in `plain_end`: none is set where nothing is to be found.
        (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (x.wrapping_sub(ONES * 0x20) & !x)
            | x
    });
    (flags[0] | flags[1]) & (ONES * 0x80) == 0
}

const BLANKS: u128 = u128::from_le_bytes([b' '; 16]);

/// Most values need no checker: numbers without an exponent, and strings of ASCII without escapes.
#[inline(always)]
fn is_simple(value: &[u8]) -> bool {
    if value[0] == b'"' {
        return value.len() >= 2
            && plain_end(value, 1) == value.len() - 1
            && value.ends_with(b"\"");
    }
    let from = usize::from(value[0] == b'-');
    let whole = digits_end(value, from);
    if whole == from || (value[from] == b'0' && whole > from + 1) {
        return false;
    }
    if whole == value.len() {
        return true;
    }
    value[whole] == b'.' && whole + 1 < value.len() && digits_end(value, whole + 1) == value.len()
}

/// The text of a key that was checked.
pub fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        if raw[at] != b'\\' {
            out.push(raw[at]);
            at += 1;
            continue;
        }
        let letter = raw[at + 1];
        at += 2;
        if letter != b'u' {
            out.push(match letter {
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                _ => letter,
            });
            continue;
        }
        let mut code = hex(&raw[at..at + 4]);
        at += 4;
        let is_high = (0xd800..0xdc00).contains(&code);
        if is_high && raw[at..].starts_with(b"\\u") {
            let low = hex(&raw[at + 2..at + 6]);
            if (0xdc00..0xe000).contains(&low) {
                code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00));
                at += 6;
            }
        }
        let found = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(found.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out
}

fn hex(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, &byte| sum << 4 | (byte as char).to_digit(16).unwrap_or(0))
}
