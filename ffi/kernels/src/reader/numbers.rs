//! Numbers with a decimal comma or grouped digits, as a column of numbers sees them: written anew
//! as `1234.5`. Texts stay as they are.

use crate::block::{Block, Span};
use crate::config::Config;
use crate::fault::Error;

/// What stands for a number in another notation; no type takes it.
const NO_NUMBER: u8 = b'x';

/// How numbers are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberStyle {
    /// The byte before the fraction: a dot or a comma.
    decimal: u8,
    /// The byte between groups of three digits.
    thousands: Option<u8>,
}

impl NumberStyle {
    /// The style of a reader's config; none where numbers are written as `1234.5`.
    pub fn from_config(config: &Config) -> Result<Option<NumberStyle>, Error> {
        let decimal = match config.bytes("decimal") {
            None => return Ok(None),
            Some(&[byte @ (b'.' | b',')]) => byte,
            Some(_) => return Err(Error::BadArgument("decimal is neither a dot nor a comma")),
        };
        let thousands = match config.bytes("thousands") {
            None | Some([]) => None,
            Some(&[byte @ (b'.' | b',' | b'\'' | b'_' | b' ')]) if byte != decimal => Some(byte),
            Some(_) => return Err(Error::BadArgument("thousands is no grouping character")),
        };
        Ok(Some(NumberStyle { decimal, thousands }))
    }

    /// The fields with their numbers written anew, in a block of their own.
    pub fn view(&self, block: &Block, spans: &[Span]) -> (Block, Vec<Span>) {
        let mut out = Block::default();
        let mut written = Vec::with_capacity(spans.len());
        for &span in spans {
            let start = out.bytes.len();
            self.rewrite(block.text(span), &mut out.bytes);
            written.push(Span::new(span.kind(), start, out.bytes.len() - start));
        }
        (out, written)
    }

    /// Writes a field anew: a number as `1234.5`, a number in another notation as what is none,
    /// anything else as it is.
    fn rewrite(&self, text: &[u8], out: &mut Vec<u8>) {
        let is_other = |&byte: &u8| {
            Some(byte) == self.thousands
                || (self.decimal != b'.' && (byte == self.decimal || byte == b'.'))
        };
        if !text.iter().any(is_other) {
            out.extend_from_slice(text);
            return;
        }
        let start = out.len();
        if self.rewrite_number(text, out).is_some() {
            return;
        }
        out.truncate(start);
        if text.iter().all(|&byte| self.is_number_byte(byte)) {
            out.push(NO_NUMBER);
        } else {
            out.extend_from_slice(text);
        }
    }

    fn is_number_byte(&self, byte: u8) -> bool {
        byte.is_ascii_digit()
            || matches!(byte, b'e' | b'E' | b'.' | b'-' | b'+')
            || byte == self.decimal
            || Some(byte) == self.thousands
    }

    /// Writes a number anew; none if it is none in this notation.
    fn rewrite_number(&self, text: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let mut rest = text;
        if let Some((b'-', behind)) = rest.split_first() {
            out.push(b'-');
            rest = behind;
        }
        let (mut digits, mut groups) = (0, 0);
        while let Some((&byte, behind)) = rest.split_first() {
            if byte.is_ascii_digit() {
                digits += 1;
                out.push(byte);
            } else if Some(byte) == self.thousands {
                let is_group = if groups == 0 { (1..=3).contains(&digits) } else { digits == 3 };
                if !is_group {
                    return None;
                }
                groups += 1;
                digits = 0;
            } else {
                break;
            }
            rest = behind;
        }
        if groups > 0 && digits != 3 {
            return None;
        }
        if rest.first() == Some(&self.decimal) {
            out.push(b'.');
            rest = &rest[1..];
            let fraction = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            out.extend_from_slice(&rest[..fraction]);
            rest = &rest[fraction..];
        }
        let is_exponent = matches!(rest.first(), None | Some(b'e' | b'E'));
        let is_known = |byte: &u8| byte.is_ascii_digit() || b"eE+-".contains(byte);
        if !is_exponent || !rest.iter().all(is_known) {
            return None;
        }
        out.extend_from_slice(rest);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(decimal: u8, thousands: Option<u8>, text: &str) -> String {
        let mut out = Vec::new();
        NumberStyle { decimal, thousands }.rewrite(text.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rewrite_takes_groups_of_three_alone() {
        let german = |text| written(b',', Some(b'.'), text);
        for (text, expected) in [
            ("1.234,5", "1234.5"),
            ("-1.234.567,5e-3", "-1234567.5e-3"),
            ("1234,5", "1234.5"),
            ("1.234", "1234"),
            (",5", ".5"),
            ("1.23", "x"),
            ("1234.567", "x"),
            ("1.234.56", "x"),
            ("1,5,6", "x"),
            ("1..234", "x"),
            ("12:30:00.5", "12:30:00.5"),
            ("2024-01-01", "2024-01-01"),
            ("a,b", "a,b"),
            ("", ""),
        ] {
            assert_eq!(german(text), expected, "{text}");
        }
    }

    #[test]
    fn rewrite_leaves_the_dot_alone_where_it_is_the_decimal() {
        assert_eq!(written(b'.', Some(b','), "1,234.5"), "1234.5");
        assert_eq!(written(b'.', Some(b','), "1.5"), "1.5");
        assert_eq!(written(b'.', Some(b' '), "1 234"), "1234");
        assert_eq!(written(b',', None, "1.5"), "x");
    }
}
