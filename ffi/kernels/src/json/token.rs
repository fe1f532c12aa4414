//! Runs of bytes inside tokens.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The next byte from `at` that is no plain ASCII text of a string, or the end: a quote, a
/// backslash, a control character, or a byte beyond ASCII.
///
/// Eight bytes at a time: each term flags bytes by their high bit, and its lowest flag is exact
/// because borrows only run upwards.
#[inline(always)]
pub fn plain_end(b: &[u8], mut at: usize) -> usize {
    while let Some(eight) = b.get(at..at + 8) {
        let x = u64::from_le_bytes(eight.try_into().unwrap_or_default());
        let quote = x ^ (ONES * b'"' as u64);
        let slash = x ^ (ONES * b'\\' as u64);
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (x.wrapping_sub(ONES * 0x20) & !x)
            | x;
        let found = found & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while at < b.len() && is_plain(b[at]) {
        at += 1;
    }
    at
}

#[inline(always)]
fn is_plain(byte: u8) -> bool {
    (0x20..0x80).contains(&byte) && byte != b'"' && byte != b'\\'
}

/// The next byte from `at` that is no digit, or the end.
#[inline(always)]
pub fn digits_end(b: &[u8], mut at: usize) -> usize {
    while at < b.len() && b[at].is_ascii_digit() {
        at += 1;
    }
    at
}

/// White space of JSON.
#[inline(always)]
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The character that begins at a byte beyond ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    /// It is whole and has so many bytes.
    Whole(usize),
    /// It is right so far, but the bytes end inside it.
    Cut,
    /// It breaks the rules of UTF-8.
    Bad,
}

/// Looks at the character at the front of `b`, by Unicode 16, table 3-7: the second byte rules
/// out overlong forms, surrogates and what is beyond U+10FFFF.
#[inline(always)]
pub fn wide(b: &[u8]) -> Wide {
    let (length, low, high) = match b[0] {
        0xc2..=0xdf => (2, 0x80, 0xbf),
        0xe0 => (3, 0xa0, 0xbf),
        0xed => (3, 0x80, 0x9f),
        0xe1..=0xef => (3, 0x80, 0xbf),
        0xf0 => (4, 0x90, 0xbf),
        0xf4 => (4, 0x80, 0x8f),
        0xf1..=0xf3 => (4, 0x80, 0xbf),
        _ => return Wide::Bad,
    };
    let follows = &b[1..b.len().min(length)];
    if let Some((&second, rest)) = follows.split_first() {
        let is_right =
            (low..=high).contains(&second) && rest.iter().all(|byte| byte & 0xc0 == 0x80);
        if !is_right {
            return Wide::Bad;
        }
    }
    if b.len() < length { Wide::Cut } else { Wide::Whole(length) }
}
