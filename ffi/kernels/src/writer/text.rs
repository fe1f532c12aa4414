//! How a text is printed: in CSV with quotes where a reader needs them, in JSON as
//! `JSON.stringify` does.

use super::room::{byte, put};

const MARK: &[u8] = "\u{feff}".as_bytes();

/// What a spreadsheet takes for a formula: these begin a text (OWASP).
const FORMULA_BEGINS: &[u8] = b"=+-@\t\r";

/// What stands behind the backslash for each byte; 0 where it prints as it is, `u` for the long
/// form.
const ESCAPES: [u8; 256] = escapes();

const fn escapes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 32 {
        table[byte] = b'u';
        byte += 1;
    }
    table[8] = b'b';
    table[9] = b't';
    table[10] = b'n';
    table[12] = b'f';
    table[13] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The form of texts.
pub enum TextForm {
    /// The delimiter, whether formulas are escaped, and whether every text is quoted.
    Csv {
        delimiter: u8,
        escapes: bool,
        quotes: bool,
    },
    Json,
}

impl TextForm {
    /// Appends a text.
    #[inline]
    pub fn print(&self, out: &mut [u8], at: usize, text: &[u8]) -> Option<usize> {
        match self {
            TextForm::Csv { escapes, quotes: true, .. } => {
                print_quoted(out, at, text, *escapes && begins_formula(text))
            }
            TextForm::Csv { delimiter, escapes, .. } => {
                print_csv(out, at, text, *delimiter, *escapes)
            }
            TextForm::Json => print_json(out, at, text),
        }
    }
}

const LOWS: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Not 0 if a byte of the word is `byte` (Mycroft 1987).
#[inline]
fn with(word: u64, byte: u8) -> u64 {
    let zeros = word ^ LOWS.wrapping_mul(u64::from(byte));
    zeros.wrapping_sub(LOWS) & !zeros & HIGHS
}

/// Not 0 if a byte of the word is below 32.
#[inline]
fn below_32(word: u64) -> u64 {
    word.wrapping_sub(LOWS * 32) & !word & HIGHS
}

/// Whether the test is not 0 for any eight bytes of the text; the last ones overlap those before.
/// A text of less than eight is filled up with a letter.
#[inline]
fn any_word(text: &[u8], test: impl Fn(u64) -> u64) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        let mut word = [b'a'; 8];
        for (to, from) in word.iter_mut().zip(text) {
            *to = *from;
        }
        return test(u64::from_le_bytes(word)) != 0;
    };
    let words = text.as_chunks::<8>().0.iter();
    test(u64::from_le_bytes(*last)) != 0
        || words.fold(0, |found, word| found | test(u64::from_le_bytes(*word))) != 0
}

#[inline]
fn begins_formula(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| FORMULA_BEGINS.contains(byte))
}

#[inline]
fn print_csv(
    out: &mut [u8],
    at: usize,
    text: &[u8],
    delimiter: u8,
    escapes: bool,
) -> Option<usize> {
    let is_formula = escapes && begins_formula(text);
    // A reader drops a byte order mark that begins the input.
    let is_quoted = text.is_empty()
        || any_word(text, |word| {
            with(word, b'"') | with(word, b'\n') | with(word, b'\r') | with(word, delimiter)
        })
        || text.starts_with(MARK)
        || (is_formula && delimiter == b'\'');
    if is_quoted {
        return print_quoted(out, at, text, is_formula);
    }
    let at = if is_formula { byte(out, at, b'\'')? } else { at };
    put(out, at, text)
}

#[inline(never)]
fn print_quoted(out: &mut [u8], at: usize, text: &[u8], is_formula: bool) -> Option<usize> {
    let mut at = byte(out, at, b'"')?;
    if is_formula {
        at = byte(out, at, b'\'')?;
    }
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        at = put(out, at, &rest[..=quote])?;
        at = byte(out, at, b'"')?;
        rest = &rest[quote + 1..];
    }
    at = put(out, at, rest)?;
    byte(out, at, b'"')
}

#[inline]
fn print_json(out: &mut [u8], at: usize, text: &[u8]) -> Option<usize> {
    let at = byte(out, at, b'"')?;
    let is_plain = !any_word(text, |word| with(word, b'"') | with(word, b'\\') | below_32(word));
    let at = if is_plain { put(out, at, text)? } else { print_escaped(out, at, text)? };
    byte(out, at, b'"')
}

#[inline(never)]
fn print_escaped(out: &mut [u8], at: usize, text: &[u8]) -> Option<usize> {
    let (mut at, mut rest) = (at, text);
    while let Some(odd) = rest.iter().position(|&byte| ESCAPES[usize::from(byte)] != 0) {
        at = put(out, at, &rest[..odd])?;
        let byte = rest[odd];
        at = match ESCAPES[usize::from(byte)] {
            b'u' => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                put(out, at, &[b'\\', b'u', b'0', b'0', high, low])?
            }
            letter => put(out, at, &[b'\\', letter])?,
        };
        rest = &rest[odd + 1..];
    }
    put(out, at, rest)
}
