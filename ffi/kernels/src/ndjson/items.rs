//! The items of a JSON array whose text the scanner has checked.

use crate::block::Kind;

/// An item; places are those in the array's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    Null,
    /// A number, a literal, or the inside of a string without escapes.
    Plain(Kind, usize, usize),
    /// The inside of a string with escapes.
    Escaped(usize, usize),
    /// An array or an object.
    Nested,
}

/// Goes through the items of an array.
pub struct Items<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Items<'a> {
    /// The items of an array, of which `text` is all.
    pub fn of(text: &'a [u8]) -> Items<'a> {
        Items { text, at: 1 }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(b']')
    }

    fn string(&mut self, start: usize) -> Item {
        let rest = &self.text[start..];
        let Some(end) = memchr::memchr2(b'"', b'\\', rest) else {
            self.at = self.text.len();
            return Item::Nested;
        };
        if rest[end] == b'"' {
            self.at = start + end + 1;
            return Item::Plain(Kind::String, start, start + end);
        }
        let mut at = start + end;
        while self.byte(at) != b'"' && at < self.text.len() {
            at += if self.byte(at) == b'\\' { 2 } else { 1 };
        }
        self.at = at + 1;
        Item::Escaped(start, at)
    }

    /// Passes an array or an object.
    fn nested(&mut self) -> Item {
        let mut depth = 0;
        let mut at = self.at;
        while at < self.text.len() {
            match self.text[at] {
                b'"' => {
                    self.string(at + 1);
                    at = self.at;
                    continue;
                }
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
        self.at = at;
        Item::Nested
    }
}

impl Iterator for Items<'_> {
    type Item = Item;

    #[inline]
    fn next(&mut self) -> Option<Item> {
        let mut at = self.at;
        while matches!(self.byte(at), b' ' | b'\t' | b'\r' | b'\n' | b',') {
            at += 1;
        }
        self.at = at;
        let kind = match self.byte(at) {
            b']' => return None,
            b'"' => return Some(self.string(at + 1)),
            b'[' | b'{' => return Some(self.nested()),
            b'n' => Kind::Null,
            b't' | b'f' => Kind::Literal,
            _ => Kind::Number,
        };
        let mut end = at + 1;
        while !matches!(self.byte(end), b' ' | b'\t' | b'\r' | b'\n' | b',' | b']') {
            end += 1;
        }
        self.at = end;
        Some(if kind == Kind::Null { Item::Null } else { Item::Plain(kind, at, end) })
    }
}

/// Whether a number is beyond 64 bits, or beyond f64 if it is no integer.
pub fn is_large(number: &[u8]) -> bool {
    // Fewer characters than these never are, unless an exponent is among them.
    let is_integer = !number.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    if is_integer && number.len() < 19 {
        return false;
    }
    let text = std::str::from_utf8(number).unwrap_or("");
    if is_integer {
        return text.parse::<i64>().is_err();
    }
    text.parse::<f64>().is_ok_and(f64::is_infinite)
}
