//! Arrays and objects inside a record: checked byte by byte, kept as raw text.

use super::stop::{Cause, Step, Stop};
use super::token::{literal, number, skip_blank, string_end};
use crate::json::reason;

/// Open brackets, one bit each (1 = object), so that depth costs no stack of calls.
#[derive(Default)]
pub(super) struct Brackets {
    bits: Vec<u64>,
    depth: usize,
}

impl Brackets {
    fn push(&mut self, is_object: bool) {
        let word = self.depth / 64;
        if word == self.bits.len() {
            self.bits.push(0);
        }
        let bit = 1 << (self.depth % 64);
        if is_object {
            self.bits[word] |= bit;
        } else {
            self.bits[word] &= !bit;
        }
        self.depth += 1;
    }

    fn top_is_object(&self) -> bool {
        let top = self.depth - 1;
        self.bits[top / 64] >> (top % 64) & 1 == 1
    }
}

/// Reads nested values.
pub(super) struct Nested<'a> {
    pub b: &'a [u8],
    pub brackets: &'a mut Brackets,
    /// Brackets that may be open inside the record's own.
    pub depth_max: usize,
    pub replace_lone: bool,
}

impl Nested<'_> {
    /// The end of the array or object whose bracket is at `at`.
    ///
    /// # Errors
    /// Whatever RFC 8259 does not allow, too many open brackets, lone surrogates.
    pub fn end(&mut self, mut at: usize) -> Step<usize> {
        self.brackets.depth = 0;
        loop {
            at = match self.b[at] {
                b'{' => {
                    self.open(at, true)?;
                    match skip_blank(self.b, at + 1) {
                        next if self.b[next] == b'}' => self.close(next),
                        next => {
                            at = self.key(next)?;
                            continue;
                        }
                    }
                }
                b'[' => {
                    self.open(at, false)?;
                    match skip_blank(self.b, at + 1) {
                        next if self.b[next] == b']' => self.close(next),
                        next => {
                            at = next;
                            continue;
                        }
                    }
                }
                _ => self.scalar(at)?,
            };
            match self.after_value(at)? {
                After::Value(next) => at = next,
                After::End(end) => return Ok(end),
            }
        }
    }

    fn open(&mut self, at: usize, is_object: bool) -> Step<()> {
        if self.brackets.depth >= self.depth_max {
            return Err(Stop::new(at, Cause::DepthExceeded));
        }
        self.brackets.push(is_object);
        Ok(())
    }

    fn close(&mut self, at: usize) -> usize {
        self.brackets.depth -= 1;
        at + 1
    }

    /// Passes commas and closing brackets up to the next value or the end of the outermost.
    fn after_value(&mut self, mut at: usize) -> Step<After> {
        while self.brackets.depth > 0 {
            at = skip_blank(self.b, at);
            let is_object = self.brackets.top_is_object();
            match (self.b[at], is_object) {
                (b',', true) => {
                    let next = skip_blank(self.b, at + 1);
                    return Ok(After::Value(self.key(next)?));
                }
                (b',', false) => return Ok(After::Value(skip_blank(self.b, at + 1))),
                (b'}', true) | (b']', false) => at = self.close(at),
                (_, true) => return Err(Stop::expected(self.b, at, reason::MEMBER_END)),
                (_, false) => return Err(Stop::expected(self.b, at, reason::ITEM_END)),
            }
        }
        Ok(After::End(at))
    }

    /// Passes a key and its colon; returns the place of the value.
    fn key(&mut self, at: usize) -> Step<usize> {
        if self.b[at] != b'"' {
            return Err(Stop::expected(self.b, at, reason::KEY));
        }
        let (quote, _) = string_end(self.b, at + 1, self.replace_lone)?;
        let colon = skip_blank(self.b, quote + 1);
        if self.b[colon] != b':' {
            return Err(Stop::expected(self.b, colon, reason::COLON));
        }
        Ok(skip_blank(self.b, colon + 1))
    }

    fn scalar(&mut self, at: usize) -> Step<usize> {
        match self.b[at] {
            b'"' => Ok(string_end(self.b, at + 1, self.replace_lone)?.0 + 1),
            b'-' | b'0'..=b'9' => Ok(number(self.b, at)?.end),
            b't' => literal(self.b, at, b"true"),
            b'f' => literal(self.b, at, b"false"),
            b'n' => literal(self.b, at, b"null"),
            _ => Err(Stop::expected(self.b, at, reason::VALUE)),
        }
    }
}

enum After {
    /// Another value begins here.
    Value(usize),
    /// The outermost bracket is closed; this is the byte behind it.
    End(usize),
}
