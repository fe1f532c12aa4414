//! One record: an object on a line becomes one span per column.

use crate::block::{Kind, NewKey, Span};
use crate::values::parse_large_f64;

use super::guided::Guide;
use super::items::{Item, Items, is_large};
use super::keys::{Keys, NONE};
use super::nested::{Brackets, Nested};
use super::options::Options;
use super::stop::{Cause, Step, Stop};
use super::token::{literal, number, skip_blank, string_end, unescape};
use crate::json::reason;

/// Reads records of one buffer into the parts of a block.
pub(super) struct Records<'a> {
    /// Whole lines and [`super::token::PAD`] line feeds.
    pub b: &'a [u8],
    pub options: Options,
    pub keys: &'a mut Keys,
    pub brackets: &'a mut Brackets,
    /// What is read by path.
    pub guide: &'a mut Guide,
    /// Columns in which an integer beyond 64 bits that prints an f64 is a number.
    pub floats: &'a [bool],
    /// Columns known beforehand that are lists, and whether all others may be.
    pub lists: &'a [bool],
    pub finds_lists: bool,
    pub columns: &'a mut Vec<Vec<Span>>,
    pub extra: &'a mut Vec<u8>,
    pub sources: &'a mut Vec<(u32, u32)>,
    pub new_keys: &'a mut Vec<NewKey>,
    /// Records of the block so far.
    pub rows: usize,
}

impl Records<'_> {
    /// Reads the line at `at`; returns the place of its line feed. A blank line adds no row.
    ///
    /// # Errors
    /// The first fault of the line; spans of the broken row may be left behind.
    pub fn line(&mut self, at: usize) -> Step<usize> {
        let b = self.b;
        let first = skip_blank(b, at);
        if b[first] != b'{' {
            return self.no_object(at, first);
        }
        if self.options.max_depth == 0 {
            return Err(Stop::new(first, Cause::DepthExceeded));
        }
        let mut next = skip_blank(b, first + 1);
        if b[next] != b'}' {
            next = match self.guide.is_needed() {
                true => self.guided_members(next)?,
                false => self.members::<false>(next)?,
            };
        }
        let end = skip_blank(b, next + 1);
        if b[end] != b'\n' {
            return Err(Stop::json(end, reason::TRAILING));
        }
        self.rows += 1;
        Ok(end)
    }

    /// A line that does not begin with a brace: blank, another value, or no JSON.
    #[cold]
    fn no_object(&self, line: usize, first: usize) -> Step<usize> {
        let found = match self.b[first] {
            b'\n' if !self.options.blank_lines_are_errors => return Ok(first),
            b'\n' => {
                return Err(Box::new(Stop { at: line, noticed: first, cause: Cause::BlankLine }));
            }
            b'[' => "array",
            b'"' => "string",
            b'-' | b'0'..=b'9' => "number",
            b't' | b'f' => "boolean",
            b'n' => "null",
            _ => return Err(Stop::json(first, reason::VALUE)),
        };
        Err(Stop::new(first, Cause::NotAnObject(found)))
    }

    /// The members where something is read by path; apart, so that the plain way stays as it is.
    #[inline(never)]
    fn guided_members(&mut self, at: usize) -> Step<usize> {
        self.guide.begin_record();
        self.members::<true>(at)
    }

    /// The members from the first key on; returns the place of the closing brace. `GUIDED` says
    /// whether something is read by path.
    #[inline(always)]
    fn members<const GUIDED: bool>(&mut self, mut at: usize) -> Step<usize> {
        let b = self.b;
        let mut column = NONE;
        loop {
            if b[at] != b'"' {
                return Err(Stop::expected(b, at, reason::KEY));
            }
            let key = at;
            (column, at) = match self.keys.expected(b, key, column) {
                Some(found) => found,
                None => self.unexpected_key(key, column)?,
            };
            let is_repeated = match GUIDED {
                true => self.is_repeated(column) && self.options.duplicates_are_errors,
                false => {
                    self.options.duplicates_are_errors && self.columns[column].len() > self.rows
                }
            };
            if is_repeated {
                let cause = Cause::DuplicateKey(self.keys.names[column].clone());
                return Err(Box::new(Stop { at: key, noticed: at - 1, cause }));
            }
            at = skip_blank(b, at);
            if b[at] != b':' {
                return Err(Stop::expected(b, at, reason::COLON));
            }
            let begin = skip_blank(b, at + 1);
            at = if GUIDED {
                skip_blank(b, self.guided(begin, column)?)
            } else {
                let (span, end) = self.value(begin, column)?;
                self.put(column, span);
                skip_blank(b, end)
            };
            match b[at] {
                b',' => at = skip_blank(b, at + 1),
                b'}' => return Ok(at),
                _ => return Err(Stop::expected(b, at, reason::MEMBER_END)),
            }
        }
    }

    /// Looks a key up; returns its column and the byte behind the closing quote.
    #[inline(never)]
    fn unexpected_key(&mut self, at: usize, previous: usize) -> Step<(usize, usize)> {
        let replace = self.options.replace_lone_surrogates;
        let (quote, has_escapes) = string_end(self.b, at + 1, replace)?;
        let raw = &self.b[at..=quote];
        let inner = &self.b[at + 1..quote];
        let found = if has_escapes {
            let mut text = Vec::with_capacity(inner.len());
            unescape(inner, &mut text);
            self.keys.find(&text, raw, previous)
        } else {
            self.keys.find(inner, raw, previous)
        };
        let (column, is_new) = found.map_err(|_| Stop::new(at, Cause::OutOfMemory))?;
        if is_new {
            self.columns.resize_with(column + 1, Vec::new);
            self.new_keys.push(NewKey { column, row: self.rows, at });
        }
        Ok((column, quote + 1))
    }

    /// Sets the value of this row, over an earlier one of the same key.
    #[inline(always)]
    pub(super) fn put(&mut self, column: usize, span: Span) {
        let spans = &mut self.columns[column];
        if spans.len() != self.rows {
            // Rows that did not have the key, or a repeated key.
            spans.resize(self.rows, Span::default());
        }
        spans.push(span);
    }

    /// The value of a column at `at` and where it ends.
    #[inline(always)]
    pub(super) fn value(&mut self, at: usize, column: usize) -> Step<(Span, usize)> {
        let b = self.b;
        let (span, end) = match b[at] {
            b'"' => {
                let replace = self.options.replace_lone_surrogates;
                let (quote, has_escapes) = string_end(b, at + 1, replace)?;
                let span = if has_escapes {
                    self.unescaped(at, quote)
                } else {
                    Span::new(Kind::String, at + 1, quote - at - 1)
                };
                (span, quote + 1)
            }
            b'-' | b'0'..=b'9' => return self.number(at, column),
            b'{' | b'[' => {
                let end = self.nested_field(at, column)?;
                (Span::new(Kind::Nested, at, end - at), end)
            }
            b't' => (Span::new(Kind::Literal, at, 4), literal(b, at, b"true")?),
            b'f' => (Span::new(Kind::Literal, at, 5), literal(b, at, b"false")?),
            // A null has a place, a key that the record does not have has none.
            b'n' => (Span::new(Kind::Null, at, 0), literal(b, at, b"null")?),
            _ => return Err(Stop::expected(b, at, reason::VALUE)),
        };
        Ok((span, end))
    }

    #[inline(never)]
    fn unescaped(&mut self, open: usize, close: usize) -> Span {
        let start = self.extra.len();
        unescape(&self.b[open + 1..close], self.extra);
        self.sources.push((start as u32, open as u32));
        Span::in_extra(Kind::String, start, self.extra.len() - start)
    }

    /// An array or object that is a field; the numbers of lists are checked.
    #[inline(never)]
    fn nested_field(&mut self, at: usize, column: usize) -> Step<usize> {
        let end = self.nested(at)?;
        if self.b[at] == b'[' && (self.finds_lists || !self.lists.is_empty()) {
            self.check_items(at, end, column)?;
        }
        Ok(end)
    }

    pub(super) fn nested(&mut self, at: usize) -> Step<usize> {
        Nested {
            b: self.b,
            brackets: self.brackets,
            depth_max: self.options.max_depth - 1 - self.guide.depth(),
            replace_lone: self.options.replace_lone_surrogates,
        }
        .end(at)
    }

    /// Checks the numbers of an array that may be a list, as those of a column.
    #[inline(never)]
    fn check_items(&self, at: usize, end: usize, column: usize) -> Step<()> {
        if !self.finds_lists && !self.lists.get(column).is_some_and(|&is_list| is_list) {
            return Ok(());
        }
        for item in Items::of(&self.b[at..end]) {
            if let Item::Plain(Kind::Number, from, to) = item {
                let number = &self.b[at + from..at + to];
                if is_large(number) {
                    let is_integer = !number.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
                    self.kind_of_large(at + from, at + to, is_integer, column)?;
                }
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn number(&mut self, at: usize, column: usize) -> Step<(Span, usize)> {
        let number = number(self.b, at)?;
        let end = number.end;
        // 18 digits always fit an i64; a number with few digits needs a long exponent to overflow.
        let may_be_large = if number.is_integer {
            number.whole_digits > 18
        } else {
            number.exponent_digits > 2 || number.whole_digits > 200
        };
        if may_be_large && self.is_large(at, end, number.is_integer) {
            return self.large(at, end, number.is_integer, column);
        }
        Ok((Span::new(Kind::Number, at, end - at), end))
    }

    #[cold]
    fn is_large(&self, at: usize, end: usize, is_integer: bool) -> bool {
        let text = std::str::from_utf8(&self.b[at..end]).unwrap_or("");
        if is_integer {
            return text.parse::<i64>().is_err();
        }
        text.parse::<f64>().is_ok_and(f64::is_infinite)
    }

    /// A number without a type: an error, or kept as text if the options say so. An integer that
    /// prints an f64 is one where the column is declared so.
    #[cold]
    fn large(
        &mut self,
        at: usize,
        end: usize,
        is_integer: bool,
        column: usize,
    ) -> Step<(Span, usize)> {
        if self.kind_of_large(at, end, is_integer, column)? == Kind::Number {
            return Ok((Span::new(Kind::Number, at, end - at), end));
        }
        // In `extra`, where a text's source need not begin with a quote.
        let start = self.extra.len();
        self.extra.extend_from_slice(&self.b[at..end]);
        self.sources.push((start as u32, at as u32));
        Ok((Span::in_extra(Kind::String, start, end - at), end))
    }

    /// What such a number is: a number, a text or a fault.
    #[cold]
    fn kind_of_large(&self, at: usize, end: usize, is_integer: bool, column: usize) -> Step<Kind> {
        let is_float = is_integer && self.floats.get(column).is_some_and(|&is_float| is_float);
        if is_float && parse_large_f64(&self.b[at..end]).is_some() {
            return Ok(Kind::Number);
        }
        let (as_text, cause) = if is_integer {
            (self.options.large_integers_are_text, Cause::IntegerTooLarge(end))
        } else {
            (self.options.overflow_is_text, Cause::NumberTooLarge(end))
        };
        if !as_text {
            return Err(Box::new(Stop { at, noticed: end, cause }));
        }
        Ok(Kind::String)
    }
}
