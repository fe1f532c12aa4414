//! How a text is printed: in CSV with quotes where a reader needs them, in JSON as
//! `JSON.stringify` does.

use super::room::{Full, Room};

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
    /// Bytes that need quotes around the text, and whether formulas are escaped.
    Csv {
        quoted: Box<[bool; 256]>,
        escapes: bool,
    },
    Json,
}

impl TextForm {
    /// CSV with a delimiter.
    pub fn csv(delimiter: u8, escapes: bool) -> TextForm {
        let mut quoted = Box::new([false; 256]);
        for byte in [b'"', b'\n', b'\r', delimiter] {
            quoted[usize::from(byte)] = true;
        }
        TextForm::Csv { quoted, escapes }
    }

    /// Appends a text.
    #[inline]
    pub fn print(&self, text: &[u8], room: &mut Room) -> Result<(), Full> {
        match self {
            TextForm::Csv { quoted, escapes } => print_csv(text, room, quoted, *escapes),
            TextForm::Json => print_json(text, room),
        }
    }
}

#[inline]
fn print_csv(
    text: &[u8],
    room: &mut Room,
    quoted: &[bool; 256],
    escapes: bool,
) -> Result<(), Full> {
    let is_formula = escapes && text.first().is_some_and(|byte| FORMULA_BEGINS.contains(byte));
    // A reader drops a byte order mark that begins the input.
    let is_quoted = text.is_empty()
        || text.iter().any(|&byte| quoted[usize::from(byte)])
        || text.starts_with(MARK);
    if is_quoted {
        room.byte(b'"')?;
    }
    if is_formula {
        room.byte(b'\'')?;
    }
    if !is_quoted {
        return room.put(text);
    }
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'"', rest) {
        room.put(&rest[..=at])?;
        room.byte(b'"')?;
        rest = &rest[at + 1..];
    }
    room.put(rest)?;
    room.byte(b'"')
}

#[inline]
fn print_json(text: &[u8], room: &mut Room) -> Result<(), Full> {
    room.byte(b'"')?;
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| ESCAPES[usize::from(byte)] != 0) {
        room.put(&rest[..at])?;
        let byte = rest[at];
        match ESCAPES[usize::from(byte)] {
            b'u' => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                room.put(&[b'\\', b'u', b'0', b'0', high, low])?;
            }
            letter => room.put(&[b'\\', letter])?,
        }
        rest = &rest[at + 1..];
    }
    room.put(rest)?;
    room.byte(b'"')
}
